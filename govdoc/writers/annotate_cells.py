"""Cells of a worksheet part: texts read, texts put in. Zero-based throughout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.finding import cell_name, column_number
from govdoc.values import small_number
from govdoc.writers.annotate_package import BOOK, M, local, truth
from govdoc.writers.workbook_formulas import Area
from govdoc.writers.workbook_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element as Element

    from govdoc.writers.annotate_package import Package

Place = tuple[int, int]

_NAME = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def place_of(name: str) -> Place | None:
    """Return the row and column of a cell's name such as ``$C$12``."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return int(match[2]) - 1, column_number(match[1].upper())


def merged(sheet: Element) -> list[Area]:
    """Return the merged rectangles of a sheet."""
    spans = []
    for element in sheet.iterfind(f"{M}mergeCells/{M}mergeCell"):
        first, _, last = element.get("ref", "").partition(":")
        start, end = place_of(first), place_of(last or first)
        if start is not None and end is not None:
            spans.append(Area(*start, *end))
    return spans


def shared_texts(package: Package) -> list[str]:
    """Return the texts that the cells of a workbook refer to by number."""
    part = next((one.target for one in package.relations(BOOK) if one.leads_to("sharedStrings")), "")
    if part not in package:
        return []
    return [_text_in(item) for item in package.tree(part).iterfind(f"{M}si")]


def _text_in(item: Element) -> str:
    """Return a text without the reading aids that may accompany it (rPh)."""
    return "".join(text.text or "" for text in item.iter(f"{M}t") if local_parent(text) != "rPh")


def local_parent(element: Element) -> str:
    """Return the name of the element around another."""
    parent = element.getparent()
    return "" if parent is None else local(parent)


class Cells:
    """The cells of one sheet. A cell is made where it does not stand yet, in its order."""

    def __init__(self, sheet: Element, texts: Sequence[str]) -> None:
        self._sheet = sheet
        self._texts = texts
        self._rows: dict[int, Element] = {}
        self._cells: dict[Place, Element] = {}
        self._named = False
        row = -1
        for row_element in sheet.iterfind(f"{M}sheetData/{M}row"):
            row = small_number(row_element.get("r"), row + 2) - 1
            self._rows[row] = row_element
            column = -1
            for cell in row_element.iterfind(f"{M}c"):
                place = place_of(cell.get("r", ""))
                column = place[1] if place is not None else column + 1
                self._cells[row, column] = cell
        self._last = max(self._rows, default=-1)

    @property
    def last_row(self) -> int:
        """Return the last row that stands in the sheet, or -1."""
        return max(self._rows, default=-1)

    def text(self, row: int, column: int) -> str:
        """Return what a cell holds, as text; nothing where it is blank."""
        cell = self._cells.get((row, column))
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            inline = cell.find(f"{M}is")
            return "" if inline is None else _text_in(inline)
        value = cell.findtext(f"{M}v") or ""
        number = small_number(value, len(self._texts)) if cell.get("t") == "s" else len(self._texts)
        if number < len(self._texts):
            return self._texts[number]
        return value or ("=" if cell.find(f"{M}f") is not None else "")

    def put(self, row: int, column: int, text: str, like: int | None = None) -> None:
        """Write a text into a cell (see :meth:`ensure`); it stays a text, whatever it begins with."""
        from lxml import etree

        cell = self.ensure(row, column, like)
        _empty(cell)
        if text:
            cell.set("t", "inlineStr")
            element = etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}t")
            element.text = plain(text)
            element.set(_SPACE, "preserve")

    def blank(self, row: int, column: int) -> None:
        """Take a cell's content, and what is then left of it if that says nothing."""
        if (row, column) in self._cells:
            _empty(self._cells[row, column])
            self.drop_bare(row, column)

    def drop_bare(self, row: int, column: int) -> None:
        """Take a blank cell out that has no style of its own, and its row where that says nothing more either."""
        cell = self._cells.get((row, column))
        if cell is not None and cell.get("s") is None and not len(cell):
            row_element = self._rows[row]
            row_element.remove(self._cells.pop((row, column)))
            if not len(row_element) and not set(row_element.attrib) - {"r", "spans"}:
                self._sheet[_place_of_data(self._sheet)].remove(self._rows.pop(row))

    def ensure(self, row: int, column: int, like: int | None = None) -> Element:
        """Return a cell, made where it does not stand yet, in the style of the one in the row ``like``, if any."""
        from lxml import etree

        if (row, column) in self._cells:
            return self._cells[row, column]
        self._name_all()
        row_element = self._row(row)
        cell = etree.Element(f"{M}c", r=cell_name(row, column))
        style = self._style(row, column, like)
        if style:
            cell.set("s", style)
        row_element.insert(sum((row, other) in self._cells for other in range(column)), cell)
        row_element.attrib.pop("spans", "")  # a hint to readers, which the new cell may have made wrong
        self._cells[row, column] = cell
        return cell

    def _row(self, row: int) -> Element:
        from lxml import etree

        if row not in self._rows:
            data = self._sheet[_place_of_data(self._sheet)]
            self._rows[row] = etree.Element(f"{M}row", r=str(row + 1))
            above = len(data) if row > self._last else sum(other < row for other in self._rows)
            data.insert(above, self._rows[row])
            self._last = max(self._last, row)
            for dimension in self._sheet.findall(f"{M}dimension"):
                self._sheet.remove(dimension)  # optional (18.3.1.35), and now perhaps too small
        return self._rows[row]

    def _style(self, row: int, column: int, like: int | None) -> str:
        """Return the style of a cell that does not stand: the row's, else that of its like, else the column's."""
        own = self._rows[row]
        if truth(own.get("customFormat")):
            return own.get("s", "")
        other = None if like is None else self._cells.get((like, column))
        if other is not None:
            return other.get("s", "")
        for element in self._sheet.iterfind(f"{M}cols/{M}col"):
            if small_number(element.get("min"), 1) <= column + 1 <= small_number(element.get("max"), 1):
                return element.get("style", "")
        return ""

    def _name_all(self) -> None:
        """Write every place out: one that is left to be counted would move when something is put before it."""
        if self._named:
            return
        self._named = True
        for row, element in self._rows.items():
            element.set("r", str(row + 1))
        for (row, column), element in self._cells.items():
            element.set("r", cell_name(row, column))


def _empty(cell: Element) -> None:
    """Take everything out of a cell but its place and its style."""
    for child in list(cell):
        cell.remove(child)
    for name in set(cell.attrib) - {"r", "s"}:
        del cell.attrib[name]


def _place_of_data(sheet: Element) -> int:
    return next(place for place, child in enumerate(sheet) if local(child) == "sheetData")
