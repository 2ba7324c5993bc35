"""Where a batch reads and writes: folders on this machine, or fsspec addresses such as ``s3://bucket/folder``.

Both sides speak in names relative to the folder, with ``/`` between folders. Knows nothing of reports.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from govdoc.errors import InputError, OutputError, UsageError
from govdoc.files import LIMITS, TEMPORARY, put, reason_of, safe_name, settle_files, settle_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_AT_ONCE = 16  # requests to a remote store under way
_RETRIES = (0.5, 2.0)  # seconds
_IGNORED_STARTS = ("~$", "._", ".")  # lock files of Office, shadows of macOS, and hidden files
_JOURNAL_START = b'{"journal":'
_IGNORED_NAMES = ("thumbs.db", "desktop.ini")


class FetchError(InputError):
    """A file could not be fetched: the fault may be the network's, not the file's."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input file: its name relative to the folder, its address, and a stamp that changes when its content does."""

    name: str
    address: str
    stamp: str


def plain(address: str) -> str:
    """Return an address with ``file://`` taken off: a shared disk is a folder like any other."""
    if not address.startswith("file://"):
        return address
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(address).path)


def is_remote(address: str) -> bool:
    """Return whether an address is one of fsspec's, rather than a path."""
    return "://" in address


def absolute(address: str) -> str:
    """Return an address that means the same from any working folder: workers on other machines have their own."""
    return address if is_remote(address) else str(Path(address).resolve())


def ignored(name: str) -> bool:
    """Return whether a file's name says that a program, not a person, put it there."""
    base = PurePosixPath(name).name
    return base.startswith(_IGNORED_STARTS) or base.lower() in _IGNORED_NAMES


@dataclass(frozen=True)
class Listing:
    """The input files of a folder and its folders, in the order of their names.

    Only names are held, and of a remote folder stamps: of a hundred thousand files this is what takes the memory.
    ``passed_over`` names files of the right kind that a program left, ``outputs`` folders that hold what a batch made,
    and ``others`` counts the files of other kinds by their suffix.
    """

    root: str
    names: tuple[str, ...]
    stamps: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self.names)

    def __iter__(self) -> Iterator[Source]:
        """Yield the files; the stamp of one on this machine is that of the moment."""
        if is_remote(self.root):
            for name, stamp in zip(self.names, self.stamps, strict=True):
                yield Source(name, f"{self.root.rstrip('/')}/{name}", stamp)
            return
        folder = Path(self.root)
        for name in self.names:
            path = folder / name
            yield Source(name, str(path), _stamp(path))


def list_sources(folder: str, suffixes: Collection[str], *, without: Collection[str] = ()) -> Listing:
    """Return the files of a folder and its folders that have one of these suffixes.

    ``without`` names folders and files (paths or addresses) that are not looked into; nor are folders that hold the
    results of a batch.
    Raises :class:`InputError` where the folder cannot be read.
    """
    outputs: list[str] = []
    stamps: dict[str, str] = {}
    found = _list_remote(folder, outputs, stamps) if is_remote(folder) else _list_local(Path(folder), without, outputs)
    names: list[str] = []
    passed_over: list[str] = []
    others: Counter[str] = Counter()
    for name in found:
        suffix = PurePosixPath(name).suffix.lower()
        if not ignored(name) and suffix not in suffixes:
            others[suffix] += 1
        elif suffix in suffixes and not _is_without(f"{folder.rstrip('/')}/{name}", without):
            (passed_over if ignored(name) else names).append(name)
    names.sort()
    return Listing(
        folder,
        tuple(names),
        tuple(stamps[name] for name in names) if stamps else (),
        tuple(sorted(passed_over)),
        tuple(sorted(outputs)),
        others,
    )


def _is_without(address: str, without: Collection[str]) -> bool:
    if not is_remote(address):
        return str(Path(address)) in without
    return any(address == one or address.startswith(f"{one.rstrip('/')}/") for one in without)


def local_source(path: Path) -> Source:
    """Return a single file as a source."""
    return Source(path.name, str(path), _stamp(path))


def _stamp(path: Path) -> str:
    with suppress(OSError):
        state = path.stat()
        return f"{state.st_size}-{state.st_mtime_ns}"
    return ""


def _list_local(folder: Path, without: Collection[str], outputs: list[str]) -> Iterator[str]:
    if not folder.is_dir():
        what = "是文件，不是文件夹" if folder.exists() else "不存在"
        raise InputError(f"文件夹 {folder} {what}。", "请检查名称和位置。")
    for here, folders, names in os.walk(folder, onerror=_refuse):
        inside = Path(here)
        if inside != folder and LocalTarget(inside).is_output():
            outputs.append(inside.relative_to(folder).as_posix())
            folders.clear()
            continue
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and str((inside / name).resolve()) not in without
        )
        lead = "" if inside == folder else f"{inside.relative_to(folder).as_posix()}/"
        for name in names:
            yield f"{lead}{name}" if lead else name


def _refuse(error: OSError) -> None:
    raise InputError(f"打不开文件夹 {error.filename}（{reason_of(error)}）。", "请检查文件夹的权限。") from error


# ---------------------------------------------------------------- remote


@contextmanager
def remote(address: str, kind: type[InputError | OutputError] = InputError) -> Iterator[tuple[Any, str]]:
    """Give the file system of an address and the path in it, and turn what goes wrong there into an error of ours.

    Raises ``kind`` for that, and :class:`UsageError` where fsspec, or what it needs for this kind of address, is not
    installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f"读写 {address} 要用 fsspec。", 'pip install "govdoc[cluster]" 装上它。') from error
    try:
        yield url_to_fs(address)
    except ImportError as error:
        raise UsageError(f"读写 {address} 还缺一个程序库：{error}。", "请按提示用 pip 装上。") from error
    except (OSError, ValueError) as error:
        raise kind(f"读写不了 {address}（{error}）。", "请检查地址、网络和权限。") from error


def _list_remote(folder: str, outputs: list[str], stamps: dict[str, str]) -> Iterator[str]:
    """Yield the names of a remote folder's files, and note their stamps."""
    with remote(folder) as (files, root):
        if not files.isdir(root):
            raise InputError(f"文件夹 {folder} 不存在。", "请检查地址。")
        lead = len(root.rstrip("/")) + 1
        listed = {path[lead:]: state for path, state in files.find(root, detail=True).items()}
    outputs += {
        str(PurePosixPath(name).parent.parent)
        for name in listed
        if PurePosixPath(name).match(f"*/{RemoteTarget.journal}/[0-9]*.jsonl")
    }
    for name, state in listed.items():
        if not any(name.startswith(f"{output}/") for output in outputs):
            changed = (state[key] for key in ("ETag", "etag", "mtime", "LastModified", "created") if state.get(key))
            stamps[name] = f"{state.get('size', 0)}-{next(changed, '')}"
            yield name


@contextmanager
def at_hand(source: Source) -> Iterator[Path]:
    """Give a source as a file on this machine; a remote one is there for as long as it is used.

    It bears its own name, as far as every system takes that.

    Raises :class:`InputError` where it cannot be fetched, or is larger than any honest input.
    """
    if not is_remote(source.address):
        yield Path(source.address)
        return
    with tempfile.TemporaryDirectory(prefix="govdoc-") as folder:
        name = PurePosixPath(source.name)
        here = Path(folder) / f"{safe_name(name.stem)}{name.suffix}"  # in a store a name may hold anything
        here.write_bytes(_fetch(source))
        yield here


def _fetch(source: Source) -> bytes:
    """Return a remote source's content; a failure may be the network's, and is worth another try."""
    for pause in (*_RETRIES, None):
        try:
            with remote(source.address, FetchError) as (files, path):
                if files.size(path) > LIMITS.inflated:
                    most = LIMITS.inflated // 1024 // 1024
                    raise InputError(f"{source.name} 超过 {most} MB，没有读。", "请检查这个文件。")
                return bytes(files.cat_file(path))
        except FetchError:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError


# ---------------------------------------------------------------- output


@dataclass(frozen=True)
class LocalTarget:
    """A folder on this machine."""

    root: Path
    journal = "journal.jsonl"

    def is_output(self) -> bool:
        """Return whether the folder holds what a batch has made."""
        with suppress(OSError), (self.root / self.journal).open("rb") as file:
            return file.read(len(_JOURNAL_START)) == _JOURNAL_START
        return False

    def prepare(self) -> None:
        """Make the folder, and clear away what a run that was killed left half written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for path in self.root.glob(f"{TEMPORARY}*"):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"写不了文件夹 {self.root}（{reason_of(error)}）。", "请换一个位置，或检查权限。"
            ) from error

    def names(self) -> set[str]:
        """Return the names of the files that are there."""
        return {path.name for path in self.root.iterdir()} if self.root.is_dir() else set()

    def settle(self, names: Iterable[str]) -> None:
        """Return when the files of these names will outlast a power cut."""
        settle_files(self.root / name for name in names)

    def move(self, names: Mapping[str, str]) -> None:
        """Give files other names; one that is not there is passed over."""
        if not names:
            return
        try:
            for old, new in names.items():
                with suppress(FileNotFoundError):
                    (self.root / old).replace(self.root / new)
            settle_names(self.root)  # what is in the files lasts already
        except OSError as error:
            raise OutputError(f"改不了 {old} 的名字（{reason_of(error)}）。", "如果它正打开着，请先关闭。") from error

    def put(self, name: str, data: bytes) -> None:
        """Write a file whole, over one of its name."""
        put(self.root / name, data, force=True, lost="")


@dataclass(frozen=True)
class RemoteTarget:
    """A folder at an fsspec address. What a store has taken is there whole, and lasts."""

    root: str
    journal = "journal"

    def prepare(self) -> None:
        """Make the folder where the store knows such things."""
        with remote(self.root, OutputError) as (files, path):
            files.makedirs(path, exist_ok=True)

    def names(self) -> set[str]:
        """Return the names of the files that are there."""
        with remote(self.root, OutputError) as (files, path):
            if not files.isdir(path):
                return set()
            files.invalidate_cache(path)
            return {PurePosixPath(name.rstrip("/")).name for name in files.ls(path, detail=False)}

    def settle(self, names: Iterable[str]) -> None:
        """Nothing is left to wait for."""

    def move(self, names: Mapping[str, str]) -> None:
        """Give files other names; one that is not there is passed over."""
        with remote(self.root, OutputError) as (files, path), ThreadPoolExecutor(_AT_ONCE) as threads:

            def move(pair: tuple[str, str]) -> None:
                with suppress(FileNotFoundError):
                    files.mv(f"{path}/{pair[0]}", f"{path}/{pair[1]}")

            list(threads.map(move, names.items()))

    def put(self, name: str, data: bytes) -> None:
        """Write a file whole, over one of its name."""
        with remote(self.root, OutputError) as (files, path):
            if "/" in name:  # some stores know folders
                files.makedirs(f"{path.rstrip('/')}/{PurePosixPath(name).parent}", exist_ok=True)
            files.pipe_file(f"{path.rstrip('/')}/{name}", data)


def open_target(address: str) -> LocalTarget | RemoteTarget:
    """Return the folder at a path or an fsspec address."""
    return RemoteTarget(address.rstrip("/")) if is_remote(address) else LocalTarget(Path(address))
