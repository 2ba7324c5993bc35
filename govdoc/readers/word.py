"""A Word document → paragraphs with their styles, and tables as Grids, in order. No statute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govdoc.files import DOCUMENT, LIMITS, damaged, open_archive, over_limit, read_part
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.grid import Grid, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.values import Content

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY_PART, STYLES_PART = "word/document.xml", "word/styles.xml"
_VAL = f"{_W}val"
_SLIVER = 57  # twentieths of a point: a millimetre, narrower than any column that could hold a digit


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: its text, and the name of its style in lower case (``heading 1``, ``body text``)."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document's body in reading order, and for each block what it was read from, if that is wanted."""

    file: str
    blocks: tuple[Text | Grid, ...]
    elements: tuple[tuple[_Element, ...], ...] = field(default=(), compare=False, repr=False)


def read_document(path: Path, name: str = "") -> Document:
    """Return the body of a .docx; ``name`` stands for the file in findings (default: its own name).

    Raises :class:`govdoc.errors.InputError` where the file is missing, no .docx, damaged or over a limit.
    """
    with open_archive(path, DOCUMENT) as archive:
        body = read_part(archive, BODY_PART, path, DOCUMENT)
        styles = read_part(archive, STYLES_PART, path, DOCUMENT)
    return document_of(parse_part(body, path), parse_part(styles, path), path, name or path.name)


def parse_part(data: bytes, path: Path) -> _Element:
    """Return a part's root element; ``path`` is the package's, for errors.

    Raises :class:`govdoc.errors.InputError` where the part is damaged, or declares entities.
    """
    from lxml import etree

    try:
        check_xml(data)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise damaged(path, DOCUMENT) from error
    except OverLimitError as error:
        raise over_limit(path, str(error), DOCUMENT) from error


def document_of(tree: _Element, styles: _Element, path: Path, name: str) -> Document:
    """Return a document read from its parsed parts, with the elements behind each block.

    Raises :class:`govdoc.errors.InputError` where it is over a limit.
    """
    if sum(1 for _ in tree.iter(f"{_W}p")) > LIMITS.paragraphs:
        raise over_limit(path, f"有超过 {LIMITS.paragraphs} 个段落", DOCUMENT)
    content = tree.find(f"{_W}body")
    try:
        blocks = [] if content is None else list(_blocks(content, dict(_style_names(styles)), name))
    except OverLimitError as error:
        raise over_limit(path, str(error), DOCUMENT) from error
    return Document(name, tuple(block for block, _ in blocks), tuple(elements for _, elements in blocks))


def _style_names(styles: _Element) -> Iterator[tuple[str, str]]:
    for style in styles.iter(f"{_W}style"):
        label = style.find(f"{_W}name")
        if label is not None:
            yield style.get(f"{_W}styleId", ""), label.get(_VAL, "").lower()


def _blocks(body: _Element, names: dict[str, str], file: str) -> Iterator[tuple[Text | Grid, tuple[_Element, ...]]]:
    """Yield the blocks; a paragraph whose end is deleted in a tracked change runs on into the next."""
    tables = cells = 0
    joined: list[_Element] = []
    for element in _unwrapped(body):
        if element.tag == f"{_W}tbl":
            tables += 1
            grid = _grid(element, f"第 {tables} 个表格", file)
            cells += sum(len(row) for row in grid.rows)
            if cells > LIMITS.area:
                raise OverLimitError(f"的表格用到的区域超过 {LIMITS.area} 格")
            yield grid, (element,)
        else:
            joined.append(element)
            if element.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:
                yield Text(_style(element, names), "".join(map(paragraph_text, joined))), tuple(joined)
                joined = []
    if joined:
        yield Text(_style(joined[-1], names), "".join(map(paragraph_text, joined))), tuple(joined)


def _unwrapped(parent: _Element) -> Iterator[_Element]:
    """Yield paragraphs and tables, those within content controls and other wrappers too."""
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _unwrapped(element)


def _style(paragraph: _Element, names: dict[str, str]) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else names.get(style.get(_VAL, ""), "")


_TEXT = f"{_W}t"
SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
GONE = {f"{_W}del", f"{_W}moveFrom"}
_PROPERTIES = {f"{_W}pPr", f"{_W}rPr"}  # of a paragraph and of a run: no text in them
# The text of a box that floats beside a paragraph, and its second copy for old programs.
ASIDE = {f"{_W}txbxContent", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def paragraph_text(paragraph: _Element) -> str:
    """Return a paragraph's own text as it is seen: insertions in, deletions out, text boxes apart."""
    pieces: list[str] = []
    left = [paragraph]
    while left:  # no search upwards for each text: it may lie deep, beside many others
        element = left.pop()
        tag = element.tag
        if tag == _TEXT or tag in SIGNS:
            if is_text(element):
                pieces.append(SIGNS.get(str(tag)) or element.text or "")
        elif tag not in GONE and tag not in ASIDE and tag not in _PROPERTIES:
            left.extend(reversed(element))
    return "".join(pieces)


_RUN: frozenset[str] = frozenset()


def is_text(element: _Element) -> bool:
    """Return whether text or a sign for it stands in a run: a tab may also be a tab stop among properties."""
    parent = element.getparent()
    return parent is not None and parent.tag == f"{_W}r"


def around(element: _Element, paragraph: _Element) -> AbstractSet[str]:
    """Return the names of what is around an element within its paragraph, beyond its run."""
    above = element.getparent()
    if above is not None and above.tag == f"{_W}r" and above.getparent() is paragraph:  # nearly always
        return _RUN
    names = set()
    while above is not None and above is not paragraph:
        names.add(str(above.tag))
        above = above.getparent()
    return names


def table_cells(table: _Element) -> dict[tuple[int, int], _Element]:
    """Return a table's cells by row and column, as its Grid counts them."""
    cells = {}
    borders = _borders(table)
    for number, row in enumerate(table.findall(f"{_W}tr")):
        column = 0
        for cell, width in _row_cells(row, borders):
            cells[number, column] = cell
            column += width
    return cells


def _borders(table: _Element) -> list[int]:
    """Return how many columns stand before each border of the table's grid.

    Where borders of two rows do not quite meet, word processors put a sliver of a column between them. It is none,
    unless a cell stands in it alone.
    """
    widths = [column.get(f"{_W}w", "") for column in table.findall(f"{_W}tblGrid/{_W}gridCol")]
    slivers = {at for at, width in enumerate(widths) if width.isdecimal() and 0 < int(width) < _SLIVER}
    if slivers:
        for row in table.findall(f"{_W}tr"):
            at = 0
            for cell in row.findall(f"{_W}tc"):
                covered = set(range(at, at + _span(cell)))
                slivers -= covered if covered <= slivers else set()
                at += len(covered)
    borders = [0]
    for at in range(len(widths)):
        borders.append(borders[-1] + (at not in slivers))
    return borders


def _row_cells(row: _Element, borders: list[int]) -> Iterator[tuple[_Element, int]]:
    """Yield a row's cells, with the number of columns each takes."""

    def before(border: int) -> int:
        return borders[border] if border < len(borders) else borders[-1] + border - len(borders) + 1

    at = 0
    for cell in row.findall(f"{_W}tc"):
        span = _span(cell)
        yield cell, before(at + span) - before(at)
        at += span


def _grid(table: _Element, name: str, file: str) -> Grid:
    """Return a table's cells; a cell merged downwards is counted once, at its top."""
    rows: list[list[Content]] = []
    spans: list[Span] = []
    open_spans: dict[int, Span] = {}
    borders = _borders(table)
    for row_number, row in enumerate(table.findall(f"{_W}tr")):
        cells: list[Content] = []
        for cell, width in _row_cells(row, borders):
            left = len(cells)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            continued = merge is not None and merge.get(_VAL, "continue") == "continue"
            if continued and left in open_spans:
                top = open_spans[left]
                open_spans[left] = Span(top.top, top.left, row_number, top.right)
                cells += [None] * width
                continue
            if left in open_spans:
                spans.append(open_spans.pop(left))
            if width > 1 or merge is not None:
                open_spans[left] = Span(row_number, left, row_number, left + width - 1)
            text = "\n".join(paragraph_text(paragraph) for paragraph in _unwrapped(cell) if paragraph.tag == f"{_W}p")
            cells += [text or None, *[None] * (width - 1)]
        rows.append(cells)
    return Grid(name, rows, file, (*spans, *open_spans.values()))


def _span(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = "1" if span is None else span.get(_VAL, "1")
    plain = value.isascii() and value.isdecimal() and len(value) <= len("16384")
    return min(max(int(value), 1), LIMITS.columns) if plain else 1
