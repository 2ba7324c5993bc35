"""What a first look into a file notes, and the guard and the streaming parser behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from xml.parsers import expat

from govdoc.files import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.readers.grid import Sight, Span
    from govdoc.values import Content

Attributes = dict[str, str]


class OverLimitError(Exception):
    """A count went over its limit; carries the reason."""


@dataclass(slots=True)
class SheetFacts:
    """What a sheet says besides its values. Cells are zero-based (row, column); ``rows`` and ``columns`` are used.

    ``formats`` are the number formats of cells that show more than a number, or another one.
    ``values``, or ``given`` row by row, is what the cells hold where no value reader comes after; ``sight`` is what
    sheets show that are filled in like this one.
    """

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    values: dict[tuple[int, int], Content] = field(default_factory=dict)
    given: list[list[Content]] | None = None
    sight: Sight | None = None
    hidden: bool = False
    cells: int = 0
    shared_cells: int = 0
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell is used."""
        if row >= self.rows:
            self.rows = row + 1
        if column >= self.columns:
            self.columns = column + 1


@dataclass(slots=True)
class Together:
    """What the sheets of a workbook that were looked into take up together."""

    area: int = 0
    merges: int = 0

    def add(self, sheet: SheetFacts) -> None:
        """Count one more.

        Raises :class:`OverLimitError` where all of them are more than a workbook may have.
        """
        self.area += sheet.rows * sheet.columns
        self.merges += len(sheet.spans)
        if self.area > LIMITS.area:
            raise OverLimitError(f"用到的区域超过 {LIMITS.area} 格")
        if self.merges > LIMITS.merges:
            raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")


@dataclass(frozen=True, slots=True)
class BookFacts:
    """The sheets' facts by name, and the document property ``govdoc.layout`` (empty where there is none).

    ``content`` is the workbook once more, made only of what was looked at: value readers get this, never the file.
    ``learn`` takes the rows that one gave for a sheet, by its number, so that it need not be asked again.
    """

    sheets: dict[str, SheetFacts]
    layout_mark: str
    content: bytes = b""
    learn: Callable[[int, list[list[Content]]], None] | None = None


_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_SHORTEST_ATTRIBUTE = 5  # bytes: a space, a name, the sign, and two quotation marks
_UTF_8 = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}


def check_xml(data: bytes) -> int:
    """Refuse XML that no Office program writes, before any parser sees it; return how many tags it has.

    A DOCTYPE is the door to entity bombs; libraries read what is not UTF-8 differently; a run without a tag bounds a
    text and the attributes of an element.
    """
    encoding = _ENCODING.match(data)
    if b"\x00" in data or (encoding is not None and encoding[1].lower() not in _UTF_8):
        raise OverLimitError("的文字编码不是 UTF-8")
    if b"<!DOCTYPE" in data:
        raise OverLimitError("含有文档类型声明（DOCTYPE）")
    tags = data.count(b"<")
    if tags > LIMITS.tags:
        raise OverLimitError(f"内部有超过 {LIMITS.tags} 个标记")
    # A parser keeps each attribute by itself.
    if len(data) > _SHORTEST_ATTRIBUTE * LIMITS.tags and data.count(b"=") > LIMITS.tags:
        raise OverLimitError(f"内部有超过 {LIMITS.tags} 个属性")
    # A run over the limit covers a whole window of half its size.
    window = max(1, LIMITS.run // 2)
    for start in range(0, len(data) - window + 1, window):
        if data.find(b"<", start, start + window) < 0:
            left, right = data.rfind(b"<", 0, start), data.find(b"<", start)
            if (len(data) if right < 0 else right) - left - 1 > LIMITS.run:
                raise OverLimitError(f"内部有超过 {LIMITS.run} 字节没有标记")
    return tags


SHORT_PART = 256 * 1024  # bytes; to keep larger ones would fill the memory
_P = ParamSpec("_P")
_R = TypeVar("_R")


def kept(read: Callable[_P, _R]) -> Callable[_P, _R]:
    """Keep what a function reads from parts: those of a batch's files are mostly the same. Long ones are not kept."""
    known = lru_cache(maxsize=16)(read)

    @wraps(read)
    def reading(*parts: _P.args, **named: _P.kwargs) -> _R:
        short = sum(len(part) for part in parts if isinstance(part, bytes)) <= SHORT_PART
        return known(*parts, **named) if short else read(*parts, **named)  # type: ignore[arg-type]  # bytes have a hash

    return reading


def local_name(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


_CHUNK = 64 * 1024  # after a fault expat runs on to the end of what it was given


def parse_part(
    data: bytes,
    start: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
    aside: Callable[[], None] | None = None,
) -> None:
    """Run a part that :func:`check_xml` let through, through expat.

    ``aside`` is called for what parts a text without being part of it: comments, instructions, CDATA borders.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if text is not None:
        parser.CharacterDataHandler = text
    if end is not None:
        parser.EndElementHandler = end
    if aside is not None:
        parser.CommentHandler = lambda _: aside()
        parser.ProcessingInstructionHandler = lambda *_: aside()
        parser.StartCdataSectionHandler = aside
    for offset in range(0, len(data), _CHUNK):
        parser.Parse(data[offset : offset + _CHUNK], False)
    parser.Parse(b"", True)
