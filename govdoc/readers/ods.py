"""An .ods → what its sheets hold, read by govdoc itself.

One streaming pass over content.xml (OASIS OpenDocument 1.3, part 3, chapters 9 and 19). A cell is taken as a
spreadsheet program shows it, and counted with its repetitions before anything is made of it: the libraries for this
format believe every count in the file. Repeated blank rows and columns, with which every .ods fills its sheets to the
end, do not count.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.parsers import expat

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, open_archive, over_limit, read_part
from govdoc.readers.facts import BookFacts, OverLimitError, SheetFacts, check_xml, parse_part
from govdoc.readers.grid import Span
from govdoc.values import ErrorValue, Percent

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.files import Archive
    from govdoc.values import Content

Attributes = dict[str, str]

_CELLS = ("table:table-cell", "table:covered-table-cell")
# What is shown beside a cell's text or over it: notes, drawings, the reading of a character.
_ASIDE = (
    "office:annotation",
    "draw:frame",
    "draw:custom-shape",
    "draw:g",
    "text:note",
    "text:ruby-text",
    "table:shapes",
)
_HIDDEN = ("collapse", "filter")
_NUMBERS = ("float", "currency", "percentage")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?|NaN|[+-]?INF")
# Programs store an error as the number 0, or as no text, and show what it is.
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|(?:Err:|错误[:：])[0-9]{3}")


def inspect_ods(path: Path, opened: Archive | None = None) -> BookFacts:
    """Return what an .ods holds, having refused what no honest workbook declares; ``opened`` is it, if open.

    Raises :class:`InputError` where the file is no .ods, encrypted, damaged or over a limit.
    """
    with opened or open_archive(path, WORKBOOK) as archive:
        manifest = read_part(archive, "META-INF/manifest.xml", path, WORKBOOK)
        if b"encryption-data" in manifest:
            raise InputError(f"{path.name} 设了打开密码，读不了。", "请取消密码，保存后再试。")
        content = read_part(archive, "content.xml", path, WORKBOOK)
    scan = _Scan()
    try:
        check_xml(content)
        parse_part(content, scan.start, scan.text, scan.end)
    except expat.ExpatError as error:
        raise damaged(path, WORKBOOK) from error
    except OverLimitError as error:
        raise over_limit(path, str(error), WORKBOOK) from error
    return BookFacts(scan.sheets, "")


class _Scan:
    """The state of one pass over content.xml."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.row_repeat = self.column_repeat = 1
        self.column_at = 0
        self.inside = False  # a sheet
        self.cell: Attributes | None = None
        self.pieces: list[str] = []
        self.length = self.paragraphs = self.deep = self.aside = 0
        self.style = ""
        self.unseen: set[str] = set()  # the styles of hidden sheets
        self.cells = self.characters = self.spans = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self.aside or name in _ASIDE:
            self.aside += 1
        elif name in _CELLS:
            self._cell(attributes)
        elif self.cell is not None:
            self._within(name, attributes)
        elif name == "table:table-row":
            self._row(attributes)
        elif name == "table:table":
            self._sheet(attributes)
        elif name == "table:table-column":
            count = _repeat(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                self.facts.hidden_columns.update(_until(self.column_at, count, LIMITS.columns))
            self.column_at += count
        elif name == "style:style":
            self.style = attributes.get("style:name", "") if attributes.get("style:family") == "table" else ""
        elif name == "style:table-properties" and self.style and attributes.get("table:display") == "false":
            self.unseen.add(self.style)

    def text(self, data: str) -> None:
        if self.deep and not self.aside:
            self.length += len(data)
            if self.length > LIMITS.cell_text:
                raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")
            self.pieces.append(data)

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif name in _CELLS:
            self._close_cell()
        elif name == "text:p":
            self.deep -= 1
        elif name == "table:table-row":
            self.row += self.row_repeat
        elif name == "table:table":
            self.inside = False

    def _sheet(self, attributes: Attributes) -> None:
        title = attributes.get("table:name", "")
        if self.inside or title in self.sheets:  # either would hide cells from this count
            raise OverLimitError(f"里的工作表“{title[:31]}”重复或者套着工作表")
        self.inside = True
        self.facts = self.sheets[title] = SheetFacts(hidden=attributes.get("table:style-name") in self.unseen)
        self.row = self.column_at = 0
        if len(self.sheets) > LIMITS.sheets:
            raise OverLimitError(f"有超过 {LIMITS.sheets} 张工作表")

    def _row(self, attributes: Attributes) -> None:
        self.column = 0
        self.row_repeat = _repeat(attributes, "table:number-rows-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            self.facts.hidden_rows.update(_until(self.row, self.row_repeat, LIMITS.rows))

    def _cell(self, attributes: Attributes) -> None:
        if self.cell is not None:
            raise OverLimitError("的单元格里套着单元格")
        self.cell = attributes
        self.column_repeat = _repeat(attributes, "table:number-columns-repeated")
        self.pieces = []
        self.length = self.paragraphs = 0
        down = _repeat(attributes, "table:number-rows-spanned")
        across = _repeat(attributes, "table:number-columns-spanned")
        if self.inside and (down > 1 or across > 1):
            bottom = min(self.row + down, LIMITS.rows) - 1
            right = min(self.column + across, LIMITS.columns) - 1
            self.facts.spans.append(Span(self.row, self.column, bottom, right))
            self.spans += 1
            if self.spans > LIMITS.merges:
                raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")

    def _within(self, name: str, attributes: Attributes) -> None:
        """Take what stands in a cell: paragraphs, and in them signs that are written as elements."""
        if name == "table:table":
            raise OverLimitError("的单元格里套着工作表")
        if name == "text:p":
            if self.paragraphs:
                self.pieces.append("\n")
            self.paragraphs += 1
            self.deep += 1
        elif name == "text:s":
            self.text(" " * min(_repeat(attributes, "text:c"), LIMITS.cell_text + 1))
        elif name in ("text:tab", "text:line-break"):
            self.text("\t" if name == "text:tab" else "\n")

    def _close_cell(self) -> None:
        cell, self.cell, self.deep = self.cell or {}, None, 0
        text = "".join(self.pieces)
        formula = cell.get("table:formula", "").removeprefix("of:")
        kind = cell.get("office:value-type", "")
        if self.inside and (kind or formula or text):
            value = _value(kind, cell, text)
            if len(formula) > LIMITS.cell_text or (isinstance(value, str) and len(value) > LIMITS.cell_text):
                raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")
            rows, columns = self._reach(value)
            for row in rows:
                for column in columns:
                    if formula and not kind:
                        self.facts.formulas[row, column] = formula
                    elif value is not None:
                        self.facts.values[row, column] = value
        self.column += self.column_repeat

    def _reach(self, value: Content) -> tuple[range, range]:
        """Count a cell that holds something, with its repetitions; return the rows and columns that it takes."""
        rows = range(self.row, self.row + self.row_repeat)
        columns = range(self.column, self.column + self.column_repeat)
        if rows.stop > LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {rows.stop} 行，超过 {LIMITS.rows} 行")
        if columns.stop > LIMITS.columns:
            raise OverLimitError(f"有一张表用到了第 {columns.stop} 列，超过 {LIMITS.columns} 列")
        self.facts.reach(rows.stop - 1, columns.stop - 1)
        times = len(rows) * len(columns)
        self.cells += times
        self.characters += times * (len(value) if isinstance(value, str) else 0)
        if self.characters > LIMITS.text:
            raise OverLimitError("里的文字展开后过大")
        if self.cells > LIMITS.cells:
            raise OverLimitError(f"有超过 {LIMITS.cells} 个单元格")
        if sum(sheet.rows * sheet.columns for sheet in self.sheets.values()) > LIMITS.area:
            raise OverLimitError(f"用到的区域超过 {LIMITS.area} 格")
        return rows, columns


def _value(kind: str, cell: Attributes, text: str) -> Content:
    """Return what a cell holds. Where the value is missing, the text that people see is all there is."""
    seen = text.strip()
    if cell.get("calcext:value-type") == "error" or _ERROR.fullmatch(seen):
        return ErrorValue(seen or "#ERROR!")
    if kind in _NUMBERS and "office:value" in cell:
        number = cell["office:value"].strip()
        if not _NUMBER.fullmatch(number):
            raise OverLimitError(f"有一格的数值“{number[:20]}”不正常")
        return Percent(float(number)) if kind == "percentage" else float(number)
    if kind == "boolean" and "office:boolean-value" in cell:
        return cell["office:boolean-value"] == "true"
    if kind == "date" and "office:date-value" in cell:
        return _date(cell["office:date-value"])
    if kind == "time" and "office:time-value" in cell:
        return cell["office:time-value"]
    return (cell.get("office:string-value", text) if kind == "string" else text) or None


def _date(text: str) -> Content:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:  # a year that the calendar here does not have
        return text


def _until(first: int, count: int, limit: int) -> range:
    """Return the numbers of repeated rows or columns, as far as a sheet may go."""
    return range(min(first, limit), min(first + count, limit))


def _repeat(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= len("1048576")):
        raise OverLimitError(f"的重复次数“{text[:20]}”不正常")
    return max(1, int(text))
