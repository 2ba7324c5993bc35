"""The boxes of cell comments: where they lie over the sheet, and the VML drawing that says so.

Programs other than the one that wrote a drawing have always taken liberties with this old format (ECMA-376 part 4,
19.4, ClientData), and not every such part is well-formed XML: it is read and changed by pattern, shape by shape, and
everything else in it stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govdoc.values import small_number
from govdoc.writers.annotate_package import M, damaged_book, truth
from govdoc.writers.annotate_text import lines_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

    from govdoc.writers.annotate_cells import Place

_PIXELS_A_POINT = 96 / 72
_DIGIT = 7  # pixels; the width of a digit in the usual standard fonts at 11 points
_USUAL_WIDTH, _USUAL_HEIGHT = 64, 20  # pixels of a column and a row of which nothing is said
_LAST_COLUMN, _LAST_ROW = 16_383, 1_048_575

_BOX_WIDTH, _LEAST_WIDTH, _MOST_HEIGHT = 330, 110, 460  # pixels
_ASIDE, _MARGIN = 14, 12  # pixels between cell and box, and between the box and its text
_LETTER, _LINE = 6.2, 17  # pixels; a Latin letter and a line at 9 points

_SHAPE = re.compile(rb"<(?:\w+:)?shape\b(?:[^>]*[^/>])?>.*?</(?:\w+:)?shape\s*>", re.DOTALL)
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(rb"<(?:\w+:)?Row\b[^>]*>\s*(\d{1,9})\s*<")
_COLUMN = re.compile(rb"<(?:\w+:)?Column\b[^>]*>\s*(\d{1,9})\s*<")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor\b[^>]*>)([^<]*)")
_HEIGHT = re.compile(rb"\bheight:(\d+(?:\.\d+)?)(px|pt)")
_IDENTITY = re.compile(rb"_x0000_s(\d{1,9})\b")
_BLOCK = re.compile(rb"""<(?:\w+:)?idmap\b[^>]*?\bdata\s*=\s*["']([\d,\s]*)["']""")
_TYPE = re.compile(rb"""<(?:\w+:)?shapetype\b[^>]*?\bid\s*=\s*["']_x0000_t202["']""")

_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NEW = (
    f'<xml {_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{block}}"/></o:shapelayout>'
    f"{_SHAPE_TYPE}</xml>"
)
_BOX = (
    f'<v:shape {_NAMES} id="_x0000_s{{identity}}" type="#_x0000_t202" '
    'style="position:absolute;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPES_A_BLOCK = 1024
_MOST_COLUMNS, _MOST_ROWS = 256, 5_000  # of a box


class Sizes:
    """How wide the columns and how high the rows of a sheet are, in pixels at 96 to the inch."""

    def __init__(self, sheet: Element) -> None:
        usual = sheet.find(f"{M}sheetFormatPr")
        width = None if usual is None else usual.get("defaultColWidth")
        height = None if usual is None else usual.get("defaultRowHeight")
        self._width = _pixels(width, _DIGIT) or _USUAL_WIDTH
        self._height = _pixels(height, _PIXELS_A_POINT) or _USUAL_HEIGHT
        self._widths = _by_column(
            (
                small_number(one.get("min"), 1) - 1,
                small_number(one.get("max"), 1) - 1,
                self._size(one, "width", _DIGIT, self._width),
            )
            for one in sheet.iterfind(f"{M}cols/{M}col")
        )
        self._heights: dict[int, int] = {}
        row = -1
        for one in sheet.iterfind(f"{M}sheetData/{M}row"):
            row = small_number(one.get("r"), row + 2) - 1
            self._heights[row] = self._size(one, "ht", _PIXELS_A_POINT, self._height)

    @staticmethod
    def _size(element: Element, name: str, scale: float, otherwise: int) -> int:
        if truth(element.get("hidden")):
            return 0
        pixels = _pixels(element.get(name), scale)
        return otherwise if pixels is None else pixels

    def width(self, column: int) -> int:
        """Return the width of a column."""
        return self._widths.get(column, self._width)

    def height(self, row: int) -> int:
        """Return the height of a row."""
        return self._heights.get(row, self._height)

    def column_at(self, column: int, pixels: int) -> Place:
        """Return the column so far right of a column's left border, and the rest that reaches into it."""
        while pixels >= self.width(column) and column < _LAST_COLUMN:
            pixels -= self.width(column)
            column += 1
        return column, pixels

    def row_at(self, row: int, pixels: int) -> Place:
        """Return the row so far below a row's upper border, and the rest that reaches into it."""
        while pixels >= self.height(row) and row < _LAST_ROW:
            pixels -= self.height(row)
            row += 1
        return row, pixels


def _by_column(ranges: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Return widths by column; of several ranges over a column the first counts, and each column is met once."""
    widths: dict[int, int] = {}
    beyond: dict[int, int] = {}  # the column behind one that has its width

    def free(column: int) -> int:
        while column in beyond:
            beyond[column] = beyond.get(beyond[column], beyond[column])
            column = beyond[column]
        return column

    for first, last, width in ranges:
        column = free(max(first, 0))
        while column <= min(last, _LAST_COLUMN):
            widths[column] = width
            beyond[column] = column + 1
            column = free(column + 1)
    return widths


def _pixels(text: str | None, scale: float) -> int | None:
    try:
        return None if text is None else min(max(round(float(text) * scale), 0), 10_000)
    except (ValueError, OverflowError):
        return None


class _Anchor(NamedTuple):
    """Left, top, right and bottom of a box: a column or row, and pixels into it."""

    left: int
    left_rest: int
    top: int
    top_rest: int
    right: int
    right_rest: int
    bottom: int
    bottom_rest: int

    def __str__(self) -> str:
        return ", ".join(str(number) for number in self)

    @property
    def within(self) -> bool:
        """Return whether the box is of a size that people draw; others would be measured for minutes."""
        columns, rows = self.right - self.left, self.bottom - self.top
        return 0 <= columns <= _MOST_COLUMNS and 0 <= rows <= _MOST_ROWS and self.bottom <= _LAST_ROW

    def width(self, sizes: Sizes) -> int:
        """Return how wide the box is, in pixels."""
        between = sum(sizes.width(column) for column in range(self.left, self.right))
        return between - self.left_rest + self.right_rest

    def grown(self, sizes: Sizes, pixels: int) -> _Anchor:
        """Return the box so much higher, or lower where that is negative."""
        between = sum(sizes.height(row) for row in range(self.top, self.bottom))
        bottom, rest = sizes.row_at(self.top, max(between + self.bottom_rest + pixels, self.top_rest + _LINE))
        return self._replace(bottom=bottom, bottom_rest=rest)


def _anchor_beside(sizes: Sizes, cell: Place, text: str) -> _Anchor:
    """Return a box right of a cell, as high as its text asks for."""
    row, column = cell
    left, left_rest = sizes.column_at(column + 1, _ASIDE)
    top = max(row - 1, 0)
    top_rest = sizes.height(top) // 2 if row else 2
    right, right_rest = sizes.column_at(left, left_rest + _BOX_WIDTH)
    height = min(_text_height(text, _BOX_WIDTH), _MOST_HEIGHT)
    bottom, bottom_rest = sizes.row_at(top, top_rest + height)
    return _Anchor(left, left_rest, top, top_rest, right, right_rest, bottom, bottom_rest)


def _text_height(text: str, width: int) -> int:
    return lines_in(text, (width - 2 * _MARGIN) / _LETTER) * _LINE + _MARGIN


class Boxes:
    """The boxes of the comments of a sheet."""

    def __init__(self, data: bytes, sizes: Sizes) -> None:
        self.data = data
        self._sizes = sizes

    @classmethod
    def new(cls, others: list[bytes], sizes: Sizes) -> Boxes:
        """Return a drawing without boxes; its numbers are not those of the workbook's other drawings."""
        blocks = [int(number) for data in others for match in _BLOCK.finditer(data) for number in _numbers(match[1])]
        return cls(_NEW.format(block=max(blocks, default=0) + 1).encode(), sizes)

    @property
    def empty(self) -> bool:
        """Return whether no shape is left."""
        return _SHAPE.search(self.data) is None

    def add(self, cell: Place, text: str) -> None:
        """Add the box of a comment, hidden until the mouse rests on the cell."""
        anchor = _anchor_beside(self._sizes, cell, text)
        identities = [int(match[1]) for match in _IDENTITY.finditer(self.data)]
        block = min((number for match in _BLOCK.finditer(self.data) for number in _numbers(match[1])), default=1)
        box = _BOX.format(
            identity=max([*identities, block * _SHAPES_A_BLOCK]) + 1,
            width=_BOX_WIDTH * 3 // 4,
            height=min(_text_height(text, _BOX_WIDTH), _MOST_HEIGHT) * 3 // 4,
            order=len(identities) + 1,
            anchor=anchor,
            row=cell[0],
            column=cell[1],
        )
        kind = "" if _TYPE.search(self.data) else _SHAPE_TYPE
        end = self.data.rfind(b"</")
        if end < 0:
            raise damaged_book()  # it is no drawing
        self.data = self.data[:end] + kind.encode() + box.encode() + self.data[end:]

    def remove(self, cell: Place) -> None:
        """Take the box of a cell's comment out."""
        match = self._find(cell)
        if match is not None:
            self.data = self.data[: match.start()] + self.data[match.end() :]

    def grow(self, cell: Place, text: str, sign: int) -> None:
        """Make the box of a people's comment higher by what a text takes in it, or give that back (sign -1)."""
        match = self._find(cell)
        if match is not None:
            shape, times = _ANCHOR.subn(lambda found: self._grown(found, text, sign), match[0], count=1)
            if not times:  # some programs leave it to the style
                shape = _HEIGHT.sub(lambda found: _higher(found, text, sign), shape, count=1)
            self.data = self.data[: match.start()] + shape + self.data[match.end() :]

    def _grown(self, found: re.Match[bytes], text: str, sign: int) -> bytes:
        numbers = [small_number(number.decode("ascii", "replace").strip(), 0) for number in found[2].split(b",")]
        if len(numbers) != len(_Anchor._fields):
            return found[0]
        anchor = _Anchor(*numbers)
        if not anchor.within:
            return found[0]
        added = sign * _text_height(text, max(anchor.width(self._sizes), _LEAST_WIDTH))
        return found[1] + str(anchor.grown(self._sizes, added)).encode()

    def _find(self, cell: Place) -> re.Match[bytes] | None:
        for match in _SHAPE.finditer(self.data):
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            if _NOTE.search(match[0]) and row and column and (int(row[1]), int(column[1])) == cell:
                return match
        return None


def _higher(found: re.Match[bytes], text: str, sign: int) -> bytes:
    """Return a style's height with that of a text added; the width is what a comment usually has."""
    added = sign * _text_height(text, _LEAST_WIDTH + 2 * _MARGIN) / (_PIXELS_A_POINT if found[2] == b"pt" else 1)
    return b"height:%s%s" % (f"{max(float(found[1]) + added, _LINE):g}".encode(), found[2])


def _numbers(text: bytes) -> list[int]:
    return [number for one in text.split(b",") if (number := small_number(one.strip(), -1)) >= 0]
