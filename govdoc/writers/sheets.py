"""Plain lists as sheets, written as XML at once: millions of cells in seconds, and no library in between.

A sheet is put into a workbook of its own, or added to one that is there. Same input, same bytes; a text is always a
text, whatever it begins with.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govdoc.files import undated
from govdoc.finding import column_letters
from govdoc.markup import attribute, escaped
from govdoc.values import show_number
from govdoc.writers.workbook_formulas import quoted
from govdoc.writers.workbook_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govdoc.values import Value

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEXT_LIMIT = 32_000  # UTF-16 units; Excel holds 32,767 a cell
_LINK_LIMIT = 60_000  # Excel holds 65,530 a sheet; the rest is shown as text


Pieces = bytes | Iterable[bytes]  # a part of a package, whole or in pieces


class Look(Enum):
    """How a cell looks."""

    PLAIN = 0
    TITLE = 1
    HEAD = 2
    TEXT = 3
    NUMBER = 4
    TOTAL = 5
    LINK = 6
    GOOD = 7
    BAD = 8


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, without its ``=``, and what it comes to."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Link:
    """A text that opens a file; ``target`` is its address, relative to the workbook."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers side by side, a column each: of long lists they are written several times as fast as single cells."""

    values: tuple[Value, ...]


class Cell(NamedTuple):
    """What a cell holds, and its look; numbers side by side are as many cells of one look."""

    content: str | int | Decimal | Formula | Link | Numbers | None
    look: Look = Look.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: its name, its rows, the widths of its columns in characters.

    ``frozen`` counts the rows and columns that stay in sight, ``filtered`` is the area with filter buttons.
    """

    name: str
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[float]
    frozen: tuple[int, int] = (0, 0)
    filtered: str = ""
    merged: tuple[str, ...] = ()


# ---------------------------------------------------------------- one sheet


class _SheetPart:
    """A sheet on its way into a package: its XML in pieces, then its relations, which are known only after them.

    What the links need comes after the last row, and is packed until then: it says much the same over and over.
    """

    def __init__(self, sheet: Sheet, styles: Mapping[Look, int], *, selected: bool) -> None:
        self.sheet = sheet
        self.styles = styles
        self.selected = selected
        self.links = 0
        self.marks, self.targets = _Spool(), _Spool()

    def pieces(self) -> Iterator[bytes]:
        """Yield the sheet's XML row by row: of a long list only one row is held as XML at a time."""
        sheet = self.sheet
        head = _view(sheet.frozen, selected=self.selected)
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(sheet.widths, 1)
        )
        start = f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{head}<cols>{columns}</cols><sheetData>'
        yield start.encode()
        letters = [column_letters(column) for column in range(len(sheet.widths))]
        for number, row in enumerate(sheet.rows, 1):
            yield f'<row r="{number}">{"".join(self._cells(letters, number, row))}</row>'.encode()
        yield from self._end()

    def _cells(self, letters: Sequence[str], number: int, row: Sequence[Cell]) -> Iterator[str]:
        column = 0
        for content, look in row:
            if isinstance(content, Numbers):
                yield _numbers(column, number, content.values, self.styles[look])
                column += len(content.values)
            else:
                yield self._cell(f"{letters[column]}{number}", content, look)
                column += 1

    def _cell(self, place: str, content: str | int | Decimal | Formula | Link | None, look: Look) -> str:
        if isinstance(content, Link):
            if self.links < _LINK_LIMIT:
                self._link(place, content.target)
            content = content.text
        return _cell(place, content, self.styles[look])

    def _link(self, place: str, target: str) -> None:
        self.links += 1
        self.marks.write(f'<hyperlink ref="{place}" r:id="l{self.links}"/>')
        kind = f'Type="{_OFFICE}/hyperlink" TargetMode="External"'
        self.targets.write(f'<Relationship Id="l{self.links}" {kind} Target="{attribute(target)}"/>')

    def _end(self) -> Iterator[bytes]:
        yield b"</sheetData>"
        if self.sheet.filtered:
            yield f'<autoFilter ref="{self.sheet.filtered}"/>'.encode()
        if self.sheet.merged:
            areas = "".join(f'<mergeCell ref="{area}"/>' for area in self.sheet.merged)
            yield f'<mergeCells count="{len(self.sheet.merged)}">{areas}</mergeCells>'.encode()
        if self.links:
            yield b"<hyperlinks>"
            yield from self.marks.pieces()
            yield b"</hyperlinks>"
        yield b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'

    def relations(self) -> Iterator[bytes]:
        """Yield the relations of the links, or nothing where there are none."""
        if not self.links:
            return
        yield f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'.encode()
        yield from self.targets.pieces()
        yield b"</Relationships>"


class _Spool:
    """Text that is held packed until it is wanted."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(1)
        self._packed: list[bytes] = []

    def write(self, text: str) -> None:
        if packed := self._packer.compress(text.encode()):
            self._packed.append(packed)

    def pieces(self) -> Iterator[bytes]:
        """Yield what was written, in pieces; nothing can be written any more."""
        unpacker = zlib.decompressobj()
        for packed in (*self._packed, self._packer.flush()):
            yield unpacker.decompress(packed)


def _view(frozen: tuple[int, int], *, selected: bool) -> str:
    rows, columns = frozen
    pane = ""
    if rows or columns:
        corner = f"{column_letters(columns)}{rows + 1}"
        side = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
        split = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
        pane = f'<pane{split} topLeftCell="{corner}" activePane="{side}" state="frozen"/>'
    tab = ' tabSelected="1"' if selected else ""
    return (
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{tab} workbookViewId="0">{pane}</sheetView></sheetViews>'
    )


def _cell(place: str, content: str | int | Decimal | Formula | None, style: int) -> str:
    if content is None or content == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(content, int):
        return f'<c r="{place}" s="{style}"><v>{content}</v></c>'
    if isinstance(content, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(content)}</t></is></c>'
    if isinstance(content, Decimal):
        return f'<c r="{place}" s="{style}"><v>{show_number(content)}</v></c>'
    return f'<c r="{place}" s="{style}"><f>{escaped(content.text)}</f><v>{show_number(content.value)}</v></c>'


def _numbers(first: int, row: int, values: Sequence[Value], style: int) -> str:
    written = tuple([value if type(value) is int else show_number(value) for value in values])
    return _gaps(first, len(values), style).replace("#", str(row)) % written


@lru_cache(maxsize=1)
def _gaps(first: int, count: int, style: int) -> str:
    """Return the XML of numbers side by side, with gaps for row and numbers: the lines of a list differ in no more."""
    columns = map(column_letters, range(first, first + count))
    return "".join(f'<c r="{letters}#" s="{style}"><v>%s</v></c>' for letters in columns)


def _text(text: str) -> str:
    if len(text) > _TEXT_LIMIT // 2:  # a character takes up to two units
        text = f"{text[: _TEXT_LIMIT // 2]}…"
    return escaped(plain(text))


# ---------------------------------------------------------------- looks

_FONTS = (
    '<font><sz val="10.5"/><name val="宋体"/></font>'
    '<font><b/><sz val="14"/><color rgb="FF1F4E79"/><name val="宋体"/></font>'
    '<font><b/><sz val="10.5"/><name val="宋体"/></font>'
    '<font><u/><sz val="10.5"/><color rgb="FF1F4E79"/><name val="宋体"/></font>'
    '<font><sz val="10.5"/><color rgb="FF1E6B2E"/><name val="宋体"/></font>'
    '<font><b/><sz val="10.5"/><color rgb="FF9C0006"/><name val="宋体"/></font>'
)
_FILLS = (
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE1E5EA"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDCE9F7"/></patternFill></fill>'
)
_LINE = '<{0} style="thin"><color rgb="FFA9B2BC"/></{0}>'
_BORDERS = (
    "<border><left/><right/><top/><bottom/><diagonal/></border>"
    f"<border>{''.join(_LINE.format(side) for side in ('left', 'right', 'top', 'bottom'))}<diagonal/></border>"
)
# font, fill, border, alignment of each look
_LOOKS = {
    Look.PLAIN: (0, 0, 0, ""),
    Look.TITLE: (1, 0, 0, ""),
    Look.HEAD: (2, 2, 1, 'horizontal="center" vertical="center" wrapText="1"'),
    Look.TEXT: (0, 0, 1, 'vertical="center" wrapText="1"'),
    Look.NUMBER: (0, 0, 1, 'horizontal="center" vertical="center"'),
    Look.TOTAL: (2, 3, 1, 'horizontal="center" vertical="center" wrapText="1"'),
    Look.LINK: (3, 0, 1, 'vertical="center" wrapText="1"'),
    Look.GOOD: (4, 0, 1, 'vertical="center"'),
    Look.BAD: (5, 0, 1, 'vertical="center"'),
}


def _formats(fonts: int = 0, fills: int = 0, borders: int = 0) -> str:
    """Return the cell formats of all looks, whose fonts, fills and borders are counted from these numbers."""
    return "".join(
        f'<xf numFmtId="0" fontId="{font + fonts}" fillId="{fill + fills if fill else 0}" '
        f'borderId="{border + borders if border else 0}" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
        f'applyAlignment="1">{f"<alignment {alignment}/>" if alignment else ""}</xf>'
        for font, fill, border, alignment in _LOOKS.values()
    )


def _own_styles() -> bytes:
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="6">{_FONTS}</fonts><fills count="4">{_FILLS}</fills>'
        f'<borders count="2">{_BORDERS}</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
        f'borderId="0"/></cellStyleXfs><cellXfs count="{len(_LOOKS)}">{_formats()}</cellXfs><cellStyles count="1">'
        '<cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ).encode()


def _with_looks(styles: bytes) -> tuple[bytes, dict[Look, int]]:
    """Return a workbook's styles with the looks added, and the number of each look's format."""
    from lxml import etree

    tree = etree.fromstring(styles)
    space = f"{{{_MAIN}}}"
    counts = {}
    for name, items in (("fonts", _FONTS), ("fills", _FILLS), ("borders", _BORDERS)):
        group = tree.find(f"{space}{name}")
        if group is None:
            raise ValueError(f"styles without {name}")
        counts[name] = len(group)
        group.extend(list(etree.fromstring(f'<x xmlns="{_MAIN}">{items}</x>')))
        group.set("count", str(len(group)))
    formats = tree.find(f"{space}cellXfs")
    if formats is None:
        raise ValueError("styles without formats")
    first = len(formats)
    formats.extend(list(etree.fromstring(f'<x xmlns="{_MAIN}">{_formats(**counts)}</x>')))
    formats.set("count", str(len(formats)))
    etree.cleanup_namespaces(tree)
    written = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written, {look: first + number for number, look in enumerate(_LOOKS)}


# ---------------------------------------------------------------- packages


def make_book(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets."""
    styles = {look: number for number, look in enumerate(_LOOKS)}
    numbers = range(1, len(sheets) + 1)
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers)
    named = "".join(
        f'<sheet name="{attribute(sheet.name)}" sheetId="{n}" r:id="r{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    filters = _filter_names(sheets, 0)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts: dict[str, Pieces] = {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{spreadsheet}.sheet.main+xml"/><Override PartName="/xl/styles.xml" '
            f'ContentType="{spreadsheet}.styles+xml"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets>'
            f"{f'<definedNames>{filters}</definedNames>' if filters else ''}</workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}<Relationship Id="styles" '
            f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ).encode(),
        "xl/styles.xml": _own_styles(),
    }
    for number, sheet in zip(numbers, sheets, strict=True):
        parts |= _numbered(number, _SheetPart(sheet, styles, selected=number == 1))
    return _pack(parts)


def add_sheets(book: bytes, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with these sheets behind its own."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first = 1 + sum(name.startswith("xl/worksheets/sheet") for name in parts)
    parts["xl/styles.xml"], styles = _with_looks(parts["xl/styles.xml"])
    added: dict[str, Pieces] = {}
    for number, sheet in enumerate(sheets, first):
        added |= _numbered(number, _SheetPart(sheet, styles, selected=False))
        part = f"worksheets/sheet{number}.xml"
        override = f'<Override PartName="/xl/{part}" ContentType="{_SHEET_TYPE}"/>'
        relation = f'<Relationship Type="{_OFFICE}/worksheet" Target="/xl/{part}" Id="added{number}"/>'
        # A prefix of its own: whether the workbook declares one for relations, and which, is its writer's choice.
        entry = (
            f'<sheet xmlns:added="{_OFFICE}" name="{attribute(sheet.name)}" sheetId="{1000 + number}" '
            f'added:id="added{number}"/>'
        )
        for name, end, new in (
            ("[Content_Types].xml", b"</Types>", override),
            ("xl/_rels/workbook.xml.rels", b"</Relationships>", relation),
            ("xl/workbook.xml", b"</sheets>", entry),
        ):
            parts[name] = parts[name].replace(end, new.encode() + end)
    filters = _filter_names(sheets, first - 1)
    if filters:
        end = b"</definedNames>"
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(end, filters.encode() + end)
    return _pack({**parts, **added})


def _filter_names(sheets: Sequence[Sheet], first: int) -> str:
    """Return the hidden names by which Excel knows a sheet's filter."""
    return "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">'
        f"{escaped(quoted(sheet.name))}!{_absolute(sheet.filtered)}</definedName>"
        for number, sheet in enumerate(sheets, first)
        if sheet.filtered
    )


def _absolute(area: str) -> str:
    """Return ``A3:K9`` as ``$A$3:$K$9``."""
    places = []
    for place in area.split(":"):
        letters = place.rstrip("0123456789")
        places.append(f"${letters}${place[len(letters) :]}")
    return ":".join(places)


def _numbered(number: int, part: _SheetPart) -> dict[str, Pieces]:
    name = f"sheet{number}.xml"
    return {f"xl/worksheets/{name}": part.pieces(), f"xl/worksheets/_rels/{name}.rels": part.relations()}


def _pack(parts: Mapping[str, Pieces]) -> bytes:
    """Return a package; a part without any piece is left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts.items():
            pieces = iter((data,) if isinstance(data, bytes) else data)
            first = next(pieces, b"")
            if not first:
                continue
            with archive.open(undated(name), "w") as part:
                part.write(first)
                for piece in pieces:
                    part.write(piece)
    return packed.getvalue()
