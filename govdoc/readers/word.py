"""A Word document → paragraphs with their styles, and tables as Grids, in order. No statute."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from govdoc.errors import InputError
from govdoc.files import DOCUMENT, LIMITS, damaged, open_archive, over_limit, read_part
from govdoc.readers.facts import SHORT_PART, OverLimitError, check_xml
from govdoc.readers.grid import Grid, Span
from govdoc.readers.word_parts import BODY_PART, STYLES_PART, unusual_names
from govdoc.readers.word_tables import (
    KNOWN,
    NUMBER,
    WORD,
    Block,
    Filled,
    Line,
    TakenOut,
    learn,
    take_out,
    xml_parser,
)
from govdoc.values import small_number, without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.values import Content

_W = f"{{{WORD}}}"
_P, _TBL, _TR, _TC = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_SPAN, _MERGE, _SKIPPED = f"{_W}gridSpan", f"{_W}vMerge", f"{_W}gridBefore"
_BLOCKS, _PLACES, _PARAGRAPHS, _ROWS, _CELLS = {_P, _TBL, KNOWN}, {KNOWN}, {_P}, {_TR}, {_TC}
_VAL = f"{_W}val"
_STRICT = "http://purl.oclc.org/ooxml/"
_KEPT = 16
Cell = tuple[int, str, str]  # how many columns it takes; how it is merged downwards, "" if not at all; its text
Rows = list[list[Cell]]

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


def as_seen(document: Document) -> Document:
    """Return a document that people wrote in, its paragraphs without the characters that nobody sees."""
    blocks = (
        replace(block, text=without_unseen(block.text)) if isinstance(block, Text) else block
        for block in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def read_document(path: Path, name: str = "") -> Document:
    """Return the body of a .docx, without what its blocks were read from.

    ``name`` stands for the file in findings (default: its own name).

    Raises :class:`govdoc.errors.InputError` where the file is missing, no .docx, damaged or over a limit.
    """
    with open_archive(path, DOCUMENT) as archive:
        names = unusual_names(archive, path)
        body = read_part(archive, names.get(BODY_PART, BODY_PART), path, DOCUMENT)
        styles = read_part(archive, names.get(STYLES_PART, STYLES_PART), path, DOCUMENT)
    taken = take_out(body)
    parsed = parse_part(taken.rest, path)
    if sum(1 for _ in parsed.iter(KNOWN)) != len(taken.blocks) or not _all_met(parsed, len(taken.blocks)):
        taken, parsed = TakenOut(body, (), ()), parse_part(body, path)
    document = document_of(parsed, style_names(styles, path), path, name or path.name, taken.blocks)
    learn(taken, _plain_grid, _line)
    return replace(document, elements=())


def _all_met(tree: _Element, number: int) -> bool:
    """Return whether all that was taken out stood where blocks stand, and nothing was somebody else's mark."""
    content = tree.find(f"{_W}body")
    return content is not None and sum(1 for _ in _inside(content, _PLACES)) == number


def parse_part(data: bytes, path: Path) -> _Element:
    """Return a part's root element; ``path`` is the package's, for errors.

    Raises :class:`govdoc.errors.InputError` where the part is damaged, or declares entities.
    """
    from lxml import etree

    try:
        check_xml(data)
        return etree.fromstring(data, xml_parser())
    except etree.XMLSyntaxError as error:
        raise damaged(path, DOCUMENT) from error
    except OverLimitError as error:
        raise over_limit(path, str(error), DOCUMENT) from error


def document_of(
    tree: _Element, styles: Mapping[str, str], path: Path, name: str, known: Sequence[Block] = ()
) -> Document:
    """Return a document read from its parsed body, with the elements behind each block.

    ``styles`` are names by id, ``known`` the tables and paragraphs that were taken out of the body.

    Raises :class:`govdoc.errors.InputError` where it is no document, or over a limit.
    """
    content = tree.find(f"{_W}body")
    if content is None and _STRICT in str(tree.tag):
        raise InputError(
            f"{path.name} 存成了“Strict Open XML 文档”，读不出内容。",
            "请用 Word 打开，另存为“Word 文档（*.docx）”再试。",
        )
    if content is None and tree.tag != f"{_W}document":
        is_book = str(tree.tag).endswith("}workbook")
        what, way = ("其实是 Excel 工作簿，", "把后缀改回 .xlsx，或者") if is_book else ("", "")
        raise InputError(f"{path.name} {what}不是 {DOCUMENT}。", f"请{way}换成 Word 报告再试。")
    check_counts(tree, path, known)
    try:
        blocks = [] if content is None else list(_blocks(content, styles, name, known))
    except OverLimitError as error:
        raise over_limit(path, str(error), DOCUMENT) from error
    return Document(name, tuple(block for block, _ in blocks), tuple(elements for _, elements in blocks))


def check_counts(tree: _Element, path: Path, known: Sequence[Block] = ()) -> None:
    """Refuse a document of more paragraphs, tables or cells than any report has, before objects are made of them.

    ``known`` are the paragraphs and tables that were taken out of it.

    Raises :class:`govdoc.errors.InputError`.
    """
    lines = sum(isinstance(one, Line) for one in known)
    for name, taken, limit, what in (
        (_P, lines, LIMITS.paragraphs, "段落"),
        (_TBL, len(known) - lines, LIMITS.tables, "表格"),
        (_TC, 0, LIMITS.cells, "单元格"),
    ):
        if taken + sum(1 for _ in tree.iter(name)) > limit:
            raise over_limit(path, f"有超过 {limit} 个{what}", DOCUMENT)


_known_styles: dict[bytes, Mapping[str, str]] = {}  # of a batch's reports all have the same


def style_names(styles: bytes, path: Path) -> Mapping[str, str]:
    """Return the names of a document's styles, in lower case, by their ids.

    Raises :class:`govdoc.errors.InputError` where the part is damaged, or declares entities.
    """
    if styles in _known_styles:
        return _known_styles[styles]
    names = {}
    for style in parse_part(styles, path).iter(f"{_W}style"):
        label = style.find(f"{_W}name")
        if label is not None:
            names[style.get(f"{_W}styleId", "")] = label.get(_VAL, "").lower()
    if len(_known_styles) >= _KEPT:
        _known_styles.clear()
    if len(styles) <= SHORT_PART:
        _known_styles[styles] = names
    return names


def _blocks(
    body: _Element, names: Mapping[str, str], file: str, known: Sequence[Block]
) -> Iterator[tuple[Text | Grid, tuple[_Element, ...]]]:
    """Yield the blocks; a paragraph whose end is deleted in a tracked change runs on into the next."""
    tables = cells = 0
    joined: list[_Element] = []
    texts: list[str] = []
    style = ""
    for element in _inside(body, _BLOCKS):
        block: Block | _Element = element
        if element.tag == KNOWN:
            if not known:
                continue
            block = known[int(element.get(NUMBER, ""))]
        if isinstance(block, Filled) or element.tag == _TBL:
            tables += 1
            grid = _grid_of(block, f"第 {tables} 个表格", file, LIMITS.cells - cells)
            cells += sum(map(len, grid.rows))
            yield grid, (element,)
        else:
            style, runs_on, text = block if isinstance(block, Line) else _line(element)
            joined.append(element)
            texts.append(text)
            if not runs_on:
                yield Text(names.get(style, ""), "".join(texts)), tuple(joined)
                joined, texts = [], []
    if joined:
        yield Text(names.get(style, ""), "".join(texts)), tuple(joined)


def _grid_of(table: Block | _Element, name: str, file: str, room: int) -> Grid:
    """Return a table as a Grid, one that is known or one that is still to be read.

    Raises :class:`OverLimitError` for one of more cells than there is ``room`` for, before it is laid out.
    """
    if isinstance(table, tuple):
        rows, spans, outline = cast("Filled", table)
        size = sum(map(len, rows))
    else:
        read = _plain_rows(table) or list(_rows(table))
        size = sum(width for row in read for width, _, _ in row)
    if size > room:
        raise OverLimitError(f"的表格用到的区域超过 {LIMITS.cells} 格")
    if not isinstance(table, tuple):
        return _grid(read, name, file)
    grid = Grid(name, rows, file, spans)
    return grid if outline is None else grid.with_outline(outline)


def _line(paragraph: _Element) -> Line:
    """Return a paragraph's style, whether its end is deleted, and its text."""
    return Line(*_properties(paragraph), paragraph_text(paragraph))


def _inside(parent: _Element, names: AbstractSet[str]) -> Iterator[_Element]:
    """Yield what has one of these names in an element, within content controls and other wrappers too."""
    left = [iter(parent)]
    while left:  # no generator for each level: every element would go through all of them
        for element in left[-1]:
            if element.tag in names:
                yield element
            elif element.tag in _WRAPPERS:
                left.append(iter(element))
                break
        else:
            left.pop()


def _properties(paragraph: _Element) -> tuple[str, bool]:
    """Return the id of a paragraph's style, and whether its end is deleted, or moved elsewhere."""
    style, runs_on = "", False
    for properties in paragraph.iterchildren(f"{_W}pPr"):
        for one in properties:
            if one.tag == f"{_W}pStyle":
                style = style or one.get(_VAL, "")
            elif one.tag == f"{_W}rPr":
                runs_on = runs_on or any(one.find(name) is not None for name in GONE)
    return style, runs_on


_TEXT, _R = f"{_W}t", f"{_W}r"
_SYMBOL, _UNKNOWN = f"{_W}sym", "〓"  # a character of a font of symbols, and what stands for one that is not known
SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", _SYMBOL: _UNKNOWN}
FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"  # text in an equation
# The signs that people put into reports, by the code that the font Wingdings has them under.
_WINGDINGS = {0x6C: "●", 0x6E: "■", 0x75: "◆", 0xA1: "○", 0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
_PRIVATE = range(0xF000, 0xF100)  # where fonts of symbols have their signs
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
GONE = {f"{_W}del", f"{_W}moveFrom"}
_PROPERTIES = {f"{_W}pPr", f"{_W}rPr"}  # of a paragraph and of a run: no text in them
# The text of a box that floats beside a paragraph, and its second copy for old programs.
# So is what stands above a character to say how it is read.
ASIDE = {f"{_W}txbxContent", f"{_W}rt", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
# What a table must not hold to be read in one pass.
_NOT_PLAIN = (_TBL, f"{_W}tcPrChange", _SKIPPED, FORMULA, *sorted(_WRAPPERS | GONE | ASIDE))


def paragraph_text(paragraph: _Element) -> str:
    """Return a paragraph's own text as it is seen: insertions in, deletions out, text boxes apart."""
    pieces: list[str] = []
    for child in paragraph:
        if child.tag != _R:
            pieces += _texts_in(child)
            continue
        for one in child:  # nearly all text lies here
            tag = one.tag
            if tag == _TEXT:
                pieces.append(one.text or "")
            elif tag not in _PROPERTIES:
                pieces += _texts_in(one)
    return "".join(pieces)


def _texts_in(element: _Element) -> list[str]:
    """Return the texts in what a paragraph or a run holds."""
    pieces: list[str] = []
    left = [element]
    while left:  # no search upwards for each text: it may lie deep, beside many others
        element = left.pop()
        tag = element.tag
        if tag == _TEXT or tag in SIGNS:
            if is_text(element):
                pieces.append(seen(element))
        elif tag == FORMULA:
            pieces.append(element.text or "")
        elif tag not in GONE and tag not in ASIDE and tag not in _PROPERTIES:
            left.extend(reversed(element))
    return pieces


def seen(element: _Element) -> str:
    """Return what is seen of a text, or of a sign for one."""
    if element.tag != _SYMBOL:
        return SIGNS.get(str(element.tag)) or element.text or ""
    code = element.get(f"{_W}char", "")
    number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{2,4}", code) else 0
    if number in _PRIVATE or element.get(f"{_W}font", "").startswith("Wingdings"):
        return _WINGDINGS.get(number & 0xFF, _UNKNOWN)
    return chr(number) if number and chr(number).isprintable() else _UNKNOWN


def is_text(element: _Element) -> bool:
    """Return whether text or a sign for it stands in a run: a tab may also be a tab stop among properties."""
    parent = element.getparent()
    return parent is not None and parent.tag == f"{_W}r"


def table_cells(table: _Element) -> dict[tuple[int, int], _Element]:
    """Return a table's cells by row and column, as its Grid counts them."""
    cells = {}
    borders = _borders(table)
    for number, row in enumerate(_inside(table, _ROWS)):
        column = 0
        for cell, width in _row_cells(row, borders):
            if cell is not None:
                cells[number, column] = cell
            column += width
    return cells


def _borders(table: _Element) -> list[int]:
    """Return how many columns stand before each border of the table's grid.

    Where borders of two rows do not quite meet, word processors put a sliver of a column between them. It is none,
    unless a cell stands in it alone.
    """
    widths = _widths(table)
    slivers = {at for at, width in enumerate(widths) if _is_sliver(width)}
    if slivers:
        for row in _inside(table, _ROWS):
            at = _before(row)
            for cell in _inside(row, _CELLS):
                covered = set(range(at, at + _span(cell)))
                slivers -= covered if covered <= slivers else set()
                at += len(covered)
    borders = [0]
    for at in range(len(widths)):
        borders.append(borders[-1] + (at not in slivers))
    return borders


def _widths(table: _Element) -> list[str]:
    return [column.get(f"{_W}w", "") for column in table.iterfind(f"{_W}tblGrid/{_W}gridCol")]


def _is_sliver(width: str) -> bool:
    return 0 < small_number(width, 0) < _SLIVER


def _row_cells(row: _Element, borders: list[int]) -> Iterator[tuple[_Element | None, int]]:
    """Yield a row's cells, with the number of columns each takes; None where a row begins further to the right."""

    def before(border: int) -> int:
        return borders[border] if border < len(borders) else borders[-1] + border - len(borders) + 1

    at = _before(row)
    if at:
        yield None, before(at)
    for cell in _inside(row, _CELLS):
        span = _span(cell)
        yield cell, before(at + span) - before(at)
        at += span


def _grid(table: Rows, name: str, file: str) -> Grid:
    """Return a table's cells by its rows; a cell merged downwards is counted once, at its top."""
    rows: list[list[Content]] = []
    spans: list[Span] = []
    open_spans: dict[int, Span] = {}
    for row_number, row in enumerate(table):
        cells: list[Content] = []
        for width, merge, text in row:
            left = len(cells)
            if merge == "continue" and left in open_spans:
                top = open_spans[left]
                open_spans[left] = Span(top.top, top.left, row_number, top.right)
                cells += [None] * width
                continue
            if left in open_spans:
                spans.append(open_spans.pop(left))
            if width > 1 or merge:
                open_spans[left] = Span(row_number, left, row_number, left + width - 1)
            cells.append(text or None)
            if width > 1:
                cells += [None] * (width - 1)
        rows.append(cells)
    return Grid(name, rows, file, (*spans, *open_spans.values()))


@dataclass(slots=True)
class _PlainCell:
    """A cell that is being read."""

    element: _Element
    width: int = 0
    merge: str = ""
    lines: list[str] = field(default_factory=list)
    paragraph: _Element | None = None

    def take(self, element: _Element) -> bool:
        """Note one of the elements in the cell; return whether it stands where it should."""
        if element.tag == _P:
            self.paragraph = element
            self.lines.append("")
            return element.getparent() is self.element
        if element.tag in (_SPAN, _MERGE):
            return self._take_shape(element)
        if is_text(element):
            if not self.lines or _above(_above(element)) is not self.paragraph:
                return False
            self.lines[-1] += seen(element)
        return True

    def _take_shape(self, element: _Element) -> bool:
        properties = _above(element)
        if properties is None or properties.tag != f"{_W}tcPr" or properties.getparent() is not self.element:
            return False
        if self.width if element.tag == _SPAN else self.merge:
            return False
        if element.tag == _SPAN:
            self.width = _columns(element)
        else:
            self.merge = element.get(_VAL, "continue")
        return True


def _above(element: _Element | None) -> _Element | None:
    return None if element is None else element.getparent()


def _rows(table: _Element) -> Iterator[list[Cell]]:
    """Yield a table's rows."""
    borders = _borders(table)
    for row in _inside(table, _ROWS):
        cells: list[Cell] = []
        for cell, width in _row_cells(row, borders):
            if cell is None:
                cells.append((width, "", ""))
                continue
            merge = cell.find(f"{_W}tcPr/{_MERGE}")
            text = "\n".join(map(paragraph_text, _inside(cell, _PARAGRAPHS)))
            cells.append((width, "" if merge is None else merge.get(_VAL, "continue"), text))
        yield cells


def _is_plain(table: _Element) -> bool:
    return next(table.iterdescendants(*_NOT_PLAIN), None) is None and not any(map(_is_sliver, _widths(table)))


def _plain_grid(table: _Element) -> Grid | None:
    """Return a table as a Grid without a name, where it can be read in one pass."""
    rows = _plain_rows(table)
    return _grid(rows, "", "") if rows else None


def _plain_rows(table: _Element) -> Rows:
    """Return the rows of a table in one pass, where nothing in it is nested, wrapped or tracked; else nothing."""
    if not _is_plain(table):
        return []
    rows: list[list[_PlainCell]] = []
    row = cell = None
    for element in table.iter(_TR, _TC, _SPAN, _MERGE, _P, _TEXT, *SIGNS):
        if element.tag == _TR:
            row, cell, plain = element, None, element.getparent() is table
            rows.append([])
        elif element.tag == _TC:
            cell, plain = _PlainCell(element), row is not None and element.getparent() is row
            if rows:
                rows[-1].append(cell)
        else:
            plain = cell is not None and cell.take(element)
        if not plain:
            return []
    return [[(cell.width or 1, cell.merge, "\n".join(cell.lines)) for cell in cells] for cells in rows]


def _span(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_SPAN}")
    return 1 if span is None else _columns(span)


def _before(row: _Element) -> int:
    """Return how many columns a row leaves out at its beginning: one whose first cell was deleted moves to the left."""
    skipped = row.find(f"{_W}trPr/{_SKIPPED}")
    return 0 if skipped is None or skipped.get(_VAL, "0") == "0" else _columns(skipped)


def _columns(span: _Element) -> int:
    value = span.get(_VAL, "1")
    plain = value.isascii() and value.isdecimal() and len(value) <= len("16384")
    return min(max(int(value), 1), LIMITS.columns) if plain else 1
