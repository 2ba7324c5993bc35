"""One sheet's XML → what it says besides its values, within the limits.

Cells that are written as nearly all programs write them are taken in at once; all else is parsed in one pass.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govdoc.files import LIMITS
from govdoc.finding import column_number
from govdoc.readers.facts import OverLimitError, SheetFacts, local_name, parse_part
from govdoc.readers.grid import Span
from govdoc.readers.xlsx_again import Again, again_at_sight, keep, known_sheets, without_values
from govdoc.readers.xlsx_plain import PlainSheet, read_plain

if TYPE_CHECKING:
    from lxml.etree import _Attrib

    from govdoc.readers.facts import Attributes

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

_MOST_COLUMNS = 16_384  # of a sheet, in spreadsheet programs


class SheetScan:
    """The state of one pass over a sheet's XML."""

    def __init__(self, percents: frozenset[str], texts: int, cells_before: int) -> None:
        self.facts = SheetFacts()
        self.percents = percents
        self.texts = texts
        self.room = LIMITS.cells - cells_before
        self.row = -1
        self.cell: tuple[int, int] = (-1, -1)
        self.next_column = 0
        self.type = self.style = ""
        self.catching = ""
        self.inside = False
        self.filled = False
        self.formula: list[str] | None = None  # in pieces, which are put together once
        self.value: list[str] = []
        self.length = self.ranges = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "f", "is"):
            self.catching = name
            self.filled = True
            if name == "f":
                self.formula = []
        elif name == "row":
            self._row(attributes)
        elif name == "col":
            self._column(attributes)
        elif name == "mergeCell":
            self._merge(attributes)
        elif ":" in name:
            self.start(local_name(name), attributes)

    def take(self, plain: PlainSheet) -> bool:
        """Take in cells that were read already, and what is around them; return whether that was all of the sheet."""
        from lxml import etree

        try:
            root = etree.fromstring(plain.rest, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return False
        if next(root.iter("{*}row", "{*}c"), None) is not None:
            return False
        self.facts = plain.facts
        for element in root.iter("{*}col"):
            self._column(element.attrib)
        for element in root.iter("{*}mergeCell"):
            self._merge(element.attrib)
        return True

    def text(self, data: str) -> None:
        """Take a text, or a piece of one."""
        if self.catching == "v":
            self.value.append(data)
        elif self.catching == "f" and self.formula is not None:
            self.formula.append(data)
        self.length += len(data) if self.inside else 0
        if self.length > 8 * LIMITS.cell_text:
            raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name in ("v", "f", "is"):
            self.catching = ""
        elif name == "c":
            self.inside = False
            self._close_cell()
        elif ":" in name:
            self.end(local_name(name))

    def aside(self) -> None:
        """Take what parts a text without being part of it."""
        if self.catching == "v":  # value readers stop there, and spreadsheet programs read on
            raise OverLimitError("的单元格里夹着注释或处理指令")

    def _row(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        before = self.row
        self.row = whole(given) - 1 if given else before + 1
        self.next_column = 0
        if self.row < max(before, 0):  # value readers take the last row for the lowest
            raise OverLimitError(f"有一张表的第 {before + 1} 行之后是第 {self.row + 1} 行")
        if attributes.get("hidden") in ("1", "true") and self.row < LIMITS.rows:
            self.facts.hidden_rows.add(self.row)

    def _column(self, attributes: Attributes | _Attrib) -> None:
        self.ranges += 1
        if self.ranges > _MOST_COLUMNS:
            raise OverLimitError(f"有一张表声明了超过 {_MOST_COLUMNS} 组列")
        if attributes.get("hidden") in ("1", "true"):
            first, last = whole(attributes.get("min", "1")), whole(attributes.get("max", "1"))
            self.facts.hidden_columns.update(range(first - 1, min(last, LIMITS.columns)))

    def _cell(self, attributes: Attributes) -> None:
        facts = self.facts
        facts.cells += 1
        if facts.cells > self.room:
            raise OverLimitError(f"有超过 {LIMITS.cells} 个单元格")
        row, column = _position(attributes["r"]) if "r" in attributes else (self.row, self.next_column)
        if row != self.row or row < 0:
            raise OverLimitError(f"有一张表的第 {self.row + 1} 行里有第 {row + 1} 行的单元格")
        self.cell = (row, column)
        self.inside = True
        self.filled = False
        self.next_column = column + 1
        self.type = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = None
        self.value = []
        self.length = 0

    def _close_cell(self) -> None:
        """Note what a cell holds. One that has a look only, as programs write them far out, counts for nothing."""
        if not self.filled:
            return
        row, column = self.cell
        value = "".join(self.value)
        if row >= LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {row + 1} 行，超过 {LIMITS.rows} 行")
        if column >= LIMITS.columns:
            raise OverLimitError(f"有一张表用到了第 {column + 1} 列，超过 {LIMITS.columns} 列")
        self.facts.reach(row, column)
        if self.type == "s":
            self.facts.shared_cells += 1
        elif self.type == "n" and self.style in self.percents:
            self.facts.percents.add(self.cell)
        if self.type == "e":
            self.facts.errors[self.cell] = value or "#ERROR!"
        elif self.formula is not None and not value:
            self.facts.formulas[self.cell] = f"={''.join(self.formula)}"
        elif self.type == "s" and value and whole(value, "的文字编号不正常") >= self.texts:
            raise OverLimitError("的文字编号不正常")  # the value reader would show an empty cell

    def _merge(self, attributes: Attributes | _Attrib) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        one, other = _position(first), _position(last or first)
        (top, bottom), (left, right) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        if bottom >= LIMITS.rows or right >= LIMITS.columns:
            raise OverLimitError("有合并单元格超出了表格的范围")
        self.facts.spans.append(Span(top, left, bottom, right))
        if len(self.facts.spans) > LIMITS.merges:
            raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")


class Scanned(NamedTuple):
    """What a sheet says besides its values; and its outline and values, where it is one over again."""

    facts: SheetFacts
    again: Again | None = None


def scan_sheet(data: bytes, percents: frozenset[str], texts: int, cells_before: int) -> Scanned:
    """Return what a sheet says besides its values.

    ``percents`` are the styles that show percentages, ``texts`` is the number of shared texts, ``cells_before`` how
    many cells earlier sheets have. A sheet that is another one over again, but for its values, says the same.

    Raises :class:`OverLimitError` where it goes over a limit, and ``ExpatError`` where it is damaged.
    """
    room = LIMITS.cells - cells_before
    outline, values = without_values(data)
    known = known_sheets.get((outline, percents))
    again = None if known is None else _again(Again(known, values), texts, room)
    if again is not None:
        return again
    plain = read_plain(data, percents, texts, room)
    scan = SheetScan(percents, texts, cells_before)
    if plain is not None and scan.take(plain):
        known = keep(outline, percents, scan.facts)
        return Scanned(scan.facts, None if known is None else Again(known, values))
    scan = SheetScan(percents, texts, cells_before)
    parse_part(data, scan.start, scan.text, scan.end, scan.aside)
    return Scanned(scan.facts)


def scan_at_sight(data: bytes, part: str, percents: frozenset[str], texts: int, cells_before: int) -> Scanned | None:
    """Return what a sheet says besides its values, if it is like the last one that lay in a part of that name.

    Raises nothing, and needs nobody to have looked into the part before.
    """
    again = again_at_sight(part, percents, data)
    return None if again is None else _again(again, texts, LIMITS.cells - cells_before)


def _again(again: Again, texts: int, room: int) -> Scanned | None:
    fits = again.known.facts.cells <= room and again.known.fit(again.values, texts)
    return Scanned(replace(again.known.facts), again) if fits else None


def whole(text: str, reason: str = "") -> int:
    """Return a number that counts rows, columns or texts.

    Raises :class:`OverLimitError`, with the reason, where it is none.
    """
    if not text.isascii() or not text.isdecimal() or len(text) > len("1048576") + 1:
        raise OverLimitError(reason or f"的行号或列号“{text[:20]}”不正常")
    return int(text)


@lru_cache(maxsize=10_000)  # the same few hundred cells in every sheet
def _position(name: str) -> tuple[int, int]:
    match = _CELL.fullmatch(name)
    if match is None or not int(match[2]):
        raise OverLimitError(f"的单元格位置“{name[:20]}”不正常")
    return int(match[2]) - 1, column_number(match[1].upper())
