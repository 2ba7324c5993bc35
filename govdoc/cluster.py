"""A crew on many machines: a Dask cluster behind the same interface as a pool of processes. Needs distributed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from govdoc.crew import Crew
from govdoc.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SECONDS = 20  # to reach the scheduler
_LEAST = 1


@contextmanager
def cluster_crew(address: str) -> Iterator[Crew]:
    """Give the workers of a cluster, by its scheduler's address such as ``tcp://10.0.0.5:8786``.

    The scheduler itself gives work back that a dead worker left. Raises :class:`UsageError` where distributed is not
    installed or nobody works there, and :class:`InputError` where the scheduler does not answer.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError("--cluster 要用 Dask。", 'pip install "govdoc[cluster]" 装上它。') from error
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"连不上 {address}。", "请检查地址，并先用 dask scheduler 启动它。") from error
    with client:
        threads = sum(client.nthreads().values())
        if threads < _LEAST:
            raise UsageError(f"{address} 还没有工作进程。", f"请先在各台机器上运行 dask worker {address}。")
        yield Crew(threads, lambda: client.get_executor(pure=False))


def check_places(places: Iterable[str]) -> None:
    """Refuse paths of this machine: a worker elsewhere does not see them.

    Raises :class:`UsageError`; a shared disk is written as ``file:///mnt/…``.
    """
    for place in places:
        if "://" not in place:
            raise UsageError(
                f"用 --cluster 时，“{place}”要写成各台机器都能读写的地址。",
                "如 s3://桶/文件夹；各台机器上位置相同的共享盘，写成 file:///mnt/…。",
            )
