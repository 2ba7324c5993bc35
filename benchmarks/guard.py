"""How long the guard takes on honest workbooks: ``python -m benchmarks.guard``. Printed, never tested."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from govdoc.readers.ods import inspect_ods
from govdoc.readers.workbook import read_workbook
from govdoc.readers.xls import inspect_xls
from govdoc.readers.xlsx import inspect_workbook
from tests.cli_helpers import CHAOYANG
from tests.fuzz import seeds
from tests.hostile.makers import container, pack

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMES = 100


def main() -> None:
    """Print the best and the median of each format, in milliseconds."""
    books: dict[str, tuple[bytes, Callable[[Path], object]]] = {
        "xlsx": (CHAOYANG.read_bytes(), inspect_workbook),
        "xls": (container(seeds.old()), inspect_xls),
        "ods": (pack(seeds.open_parts()), inspect_ods),
    }
    with tempfile.TemporaryDirectory() as name:
        for suffix, (content, look) in books.items():
            path = Path(name) / f"年报.{suffix}"
            path.write_bytes(content)
            looked, read = _times(partial(look, path)), _times(partial(read_workbook, path))
            sys.stdout.write(f"{suffix:5} the guard {looked} ms   with the values {read} ms\n")


def _times(work: Callable[[], object]) -> str:
    times = []
    for _ in range(_TIMES):
        began = perf_counter()
        work()
        times.append((perf_counter() - began) * 1000)
    return f"{min(times):5.2f} ({sorted(times)[_TIMES // 2]:5.2f})"


if __name__ == "__main__":
    main()
