"""A first look into an .ods, as :mod:`govdoc.readers.xlsx` takes one into an .xlsx.

One streaming pass over content.xml (OASIS OpenDocument 1.3, part 3, chapter 9) measures how far each sheet is really
used: repeated blank rows and columns, with which every .ods fills its sheets to the end, do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, open_archive, over_limit, read_part, zip_of
from govdoc.readers.facts import BookFacts, OverLimitError, SheetFacts, check_xml, parse_part
from govdoc.readers.grid import Span

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.files import Archive

Attributes = dict[str, str]


def inspect_ods(path: Path, opened: Archive | None = None) -> BookFacts:
    """Return what an .ods declares, having refused what no honest workbook declares; ``opened`` is it, if open.

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
    return BookFacts(scan.sheets, "", _pack(content))


_MIME = b"application/vnd.oasis.opendocument.spreadsheet"


def _pack(content: bytes) -> bytes:
    """Return a workbook of the content that was looked at, for the value reader."""
    return zip_of({"mimetype": _MIME, "META-INF/manifest.xml": b"<manifest:manifest/>", "content.xml": content})


class _Scan:
    """The state of one pass over content.xml."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.row_repeat = self.column_repeat = 1
        self.column_at = 0
        self.inside = self.filled = self.error = False
        self.length = 0
        self.cells = self.characters = self.spans = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)
        elif name == "table:table-row":
            self.column = 0
            self.row_repeat = _repeat(attributes, "table:number-rows-repeated")
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self.facts.hidden_rows.update(range(self.row, self.row + min(self.row_repeat, LIMITS.rows)))
        elif name == "table:table":
            title = attributes.get("table:name", "")
            if self.inside or title in self.sheets:  # either would hide cells from this count
                raise OverLimitError(f"里的工作表“{title[:31]}”重复或者套着工作表")
            self.inside = True
            self.facts = self.sheets[title] = SheetFacts()
            self.row = self.column_at = 0
            if len(self.sheets) > LIMITS.sheets:
                raise OverLimitError(f"有超过 {LIMITS.sheets} 张工作表")
        elif name == "table:table-column":
            count = _repeat(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self.facts.hidden_columns.update(range(self.column_at, self.column_at + min(count, LIMITS.columns)))
            self.column_at += count

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.error:
            self.facts.errors[self.row, self.column] = data.strip() or "#ERROR!"

    def end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            if self.filled or self.length:
                self._reach()
            self.column += self.column_repeat
        elif name == "table:table-row":
            self.row += self.row_repeat
        elif name == "table:table":
            self.inside = False

    def _cell(self, attributes: Attributes) -> None:
        self.column_repeat = _repeat(attributes, "table:number-columns-repeated")
        kind = attributes.get("office:value-type", "")
        self.error = attributes.get("calcext:value-type") == "error"
        formula = attributes.get("table:formula", "")
        self.filled = bool(kind or formula)
        self.length = 0
        at = self.row, self.column
        if kind == "percentage":
            self.facts.percents.add(at)
        if formula and not kind:
            self.facts.formulas[at] = formula.removeprefix("of:")
        down = _repeat(attributes, "table:number-rows-spanned")
        across = _repeat(attributes, "table:number-columns-spanned")
        if down > 1 or across > 1:
            bottom = min(self.row + down, LIMITS.rows) - 1
            right = min(self.column + across, LIMITS.columns) - 1
            self.facts.spans.append(Span(self.row, self.column, bottom, right))
            self.spans += 1
            if self.spans > LIMITS.merges:
                raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")

    def _reach(self) -> None:
        """Count a cell that holds something, with its repetitions."""
        last_row, last_column = self.row + self.row_repeat - 1, self.column + self.column_repeat - 1
        self.facts.reach(last_row, last_column)
        times = self.row_repeat * self.column_repeat
        self.cells += times
        self.characters += times * self.length
        if self.characters > LIMITS.text:
            raise OverLimitError("里的文字展开后过大")
        if self.cells > LIMITS.cells:
            raise OverLimitError(f"有超过 {LIMITS.cells} 个单元格")
        if last_row >= LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {last_row + 1} 行，超过 {LIMITS.rows} 行")
        if last_column >= LIMITS.columns:
            raise OverLimitError(f"有一张表用到了第 {last_column + 1} 列，超过 {LIMITS.columns} 列")
        if sum(sheet.rows * sheet.columns for sheet in self.sheets.values()) > LIMITS.area:
            raise OverLimitError(f"用到的区域超过 {LIMITS.area} 格")


def _repeat(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= len("1048576")):
        raise OverLimitError(f"的重复次数“{text[:20]}”不正常")
    return max(1, int(text))
