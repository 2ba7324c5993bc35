"""The journal of a batch: a line of JSON for each file that is finished, only ever added to.

A line stands there only once what it names is on the disk; the last line of a run that was killed may be torn, and
then counts for nothing. On a remote store the lines lie in numbered parts, since nothing there can be added to.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from bisect import bisect_left
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import msgspec

from govdoc.errors import OutputError, UsageError
from govdoc.files import reason_of
from govdoc.store import LocalTarget, RemoteTarget, remote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Status = Literal["built", "blocked", "unreadable", "unwritable", "killed", "crashed"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: what the run was asked to do. One that is asked for something else cannot go on with it."""

    journal: int = 1
    govdoc: str
    source: str
    formats: tuple[str, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one file.

    ``counts`` are the findings by severity, the heaviest first; ``first`` says the heaviest one, or why the file
    could not be read. ``stem`` is the name of the reports in the folder, without the suffixes of ``formats``.
    ``values`` are the figures in the order of the edition's, amounts as text; ``trace`` is a bug's.
    """

    file: str
    stamp: str
    status: Status
    agency: str = ""
    year: int | None = None
    edition: str = ""
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    first: str = ""
    stem: str = ""
    values: tuple[int | str | None, ...] = ()
    trace: str = ""


class Rename(msgspec.Struct, frozen=True, kw_only=True, tag_field="renamed", tag="yes"):
    """A file's reports are about to be given another name."""

    file: str
    stem: str


_ENCODER = msgspec.json.Encoder()
_LINES = msgspec.json.Decoder(Line)
_RENAMES = msgspec.json.Decoder(Rename)
_HEADS = msgspec.json.Decoder(Head)
_START = b'{"journal":'
_LONGEST_LINE = 4 * 1024 * 1024  # bytes; a line with the trace of a bug has some thousand
_BROKEN = (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError)


class Journal:
    """An open journal. Only the one that holds it writes; a second run on the same folder is refused."""

    def __init__(self, file: BinaryIO, target: RemoteTarget | None = None, parts: int = 0) -> None:
        self._file = file
        self._target = target
        self._parts = parts
        self.end = 0

    def head(self) -> Head | None:
        """Return the first line, or None where there is none, or one that was torn while it was written.

        Raises :class:`UsageError` where the file is somebody else's: nothing may be cut off it, or put behind it.
        """
        self._file.seek(0)
        line = self._file.readline(_LONGEST_LINE)
        with suppress(*_BROKEN):
            return _HEADS.decode(line)
        if line.endswith(b"\n") or len(line) == _LONGEST_LINE or not line.startswith(_START[: len(line)]):
            raise UsageError("这个文件夹里的 journal 不是批量的记录，接不上。", "请换一个空文件夹从头做。")
        self._file.truncate(0)
        return None

    def entries(self) -> Iterator[tuple[int, Line | Rename]]:
        """Yield every whole entry after the head with the place where it begins; a torn end is cut off."""
        self._file.seek(0)
        place = len(self._file.readline(_LONGEST_LINE))
        for line in iter(lambda: self._file.readline(_LONGEST_LINE), b""):
            try:
                entry = _RENAMES.decode(line) if line.startswith(b'{"renamed"') else _LINES.decode(line)
            except _BROKEN:
                break
            if not line.endswith(b"\n"):
                break
            yield place, entry
            place += len(line)
        self._file.truncate(place)
        self.end = place

    def line_at(self, place: int) -> Line:
        """Return the line that begins at a place."""
        self._file.seek(place)
        return _LINES.decode(self._file.readline())

    def add(self, entries: Sequence[Head | Line | Rename]) -> list[int]:
        """Put entries behind the others and onto the disk; return where each begins."""
        lines = [_ENCODER.encode(entry) + b"\n" for entry in entries]
        places = []
        for line in lines:
            places.append(self.end)
            self.end += len(line)
        data = b"".join(lines)
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.write(data)
            self._file.flush()
            if self._target is None:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise OutputError(
                f"批量的记录写不下去（{reason_of(error)}）。", "请检查磁盘空间，再加 --resume 接着做。"
            ) from error
        if self._target is not None:
            self._parts += 1
            self._target.put(f"{self._target.journal}/{self._parts:06}.jsonl", data)
        return places


class LinePlaces:
    """Where the line of each file begins in the journal: eight bytes a file, for there may be a hundred thousand."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names  # sorted
        self._places = array("q", [-1]) * len(names)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, name: str, place: int) -> None:
        """Note a place; that of a file which is no input any more is of no use."""
        number = bisect_left(self._names, name)
        if number < len(self._names) and self._names[number] == name:
            self._count += self._places[number] < 0
            self._places[number] = place

    def get(self, name: str) -> int | None:
        """Return the place, or None where there is none."""
        place = self._places[bisect_left(self._names, name)]
        return place if place >= 0 else None


@contextmanager
def open_journal(target: LocalTarget | RemoteTarget) -> Iterator[Journal]:
    """Give a folder's journal for this run alone.

    Raises :class:`UsageError` where another run holds it.
    """
    if isinstance(target, RemoteTarget):
        with tempfile.TemporaryFile(prefix="govdoc-") as file:
            parts = _fetch_parts(target, file)
            yield Journal(file, target, parts)
        return
    path = target.root / target.journal
    if path.is_symlink() or (path.exists() and not path.is_file()):  # a link may lead to what is somebody else's
        raise OutputError(f"{path} 不是普通文件，批量的记录写不进去。", "请换一个空文件夹从头做。")
    try:
        handle = os.open(
            path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0), 0o666
        )
    except OSError as error:
        raise OutputError(f"写不了 {path}（{reason_of(error)}）。", "请检查文件夹的权限，或换一个位置。") from error
    with os.fdopen(handle, "rb+") as local:
        _hold(local, path)
        yield Journal(local)


def _fetch_parts(target: RemoteTarget, file: BinaryIO) -> int:
    """Copy the parts of a remote journal into one file, and return the number of the last."""
    number = 0
    with remote(f"{target.root}/{target.journal}") as (files, folder):
        files.invalidate_cache()
        for path in sorted(files.ls(folder, detail=False)) if files.isdir(folder) else ():
            file.write(files.cat_file(path))
            number = int(Path(path).stem)
    return number


def _hold(file: BinaryIO, path: Path) -> None:
    """Take the journal; the system lets go of it when this process ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"另一个批量正在往 {path.parent} 里写。", "请等它做完，或换一个文件夹。") from error
