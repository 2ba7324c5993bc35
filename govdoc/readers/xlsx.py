"""A first look into an .xlsx: the guard against files that claim too much, and what a value reader does not tell.

One streaming pass over the sheets' XML counts what is declared, before any library builds it in memory, and notes
what later explains a cell: formulas without a result, error values, percentages, merges, hidden rows and columns.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, open_archive, over_limit, read_part
from govdoc.readers.facts import BookFacts, OverLimitError, SheetFacts, parse_part
from govdoc.readers.grid import Span

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

    from govdoc.readers.facts import Attributes

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PERCENT_FORMATS = {9, 10}  # ECMA-376 part 1, 18.8.30: built-in 0% and 0.00%
_STRICT = "http://purl.oclc.org/ooxml/"


def inspect_workbook(path: Path) -> BookFacts:
    """Return what a workbook declares, having refused what no honest workbook declares.

    Raises :class:`InputError` where the file is no workbook, damaged, or over a limit.
    """
    with open_archive(path, WORKBOOK) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise InputError(f"{path.name} 不是{WORKBOOK}。", "请另存为“Excel 工作簿（.xlsx）”后再试。")
        try:
            return _inspect(archive, names, path)
        except expat.ExpatError as error:
            raise damaged(path, WORKBOOK) from error
        except OverLimitError as error:
            raise over_limit(path, str(error), WORKBOOK) from error


def _inspect(archive: zipfile.ZipFile, names: set[str], path: Path) -> BookFacts:
    def part(name: str) -> bytes:
        return read_part(archive, name, path, WORKBOOK)

    sheets = _sheet_parts(part("xl/workbook.xml"), part("xl/_rels/workbook.xml.rels"), path)
    percents = _percent_styles(part("xl/styles.xml")) if "xl/styles.xml" in names else frozenset()
    longest = _check_strings(part("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else 0
    facts = {}
    cells = shared = area = 0
    for name, target in sheets.items():
        if target in names:
            facts[name] = sheet = _scan_sheet(part(target), percents, cells)
            cells += sheet.cells
            shared += sheet.shared_cells
            area += sheet.rows * sheet.columns
            if area > LIMITS.area:
                raise OverLimitError(f"用到的区域超过 {LIMITS.area} 格")
    if longest * shared > LIMITS.text:
        raise OverLimitError("里的文字展开后过大")
    mark = _custom_property(part("docProps/custom.xml")) if "docProps/custom.xml" in names else ""
    return BookFacts(facts, mark)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheet_parts(book: bytes, relations: bytes, path: Path) -> dict[str, str]:
    """Return each worksheet's part by the sheet's name."""
    targets: dict[str, str] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    parse_part(relations, relation)
    sheets: dict[str, str] = {}

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "workbook" and attributes.get("xmlns", "").startswith(_STRICT):
            raise InputError(
                f"{path.name} 是“Strict Open XML”格式。", "请用 Excel 另存为“Excel 工作簿（.xlsx）”后再试。"
            )
        if _local(name) == "sheet":
            identity = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            target = targets.get(identity, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            sheets[attributes.get("name", "")] = part
            if len(sheets) > LIMITS.sheets:
                raise OverLimitError(f"有超过 {LIMITS.sheets} 张工作表")

    parse_part(book, sheet)
    return sheets


def _percent_styles(styles: bytes) -> frozenset[str]:
    """Return the cell styles (as the ``s`` attribute gives them) that show a number as a percentage."""
    formats = set(_PERCENT_FORMATS)
    percents: set[str] = set()
    inside = False
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside, count
        local = _local(name)
        if local == "numFmt":
            if "%" in attributes.get("formatCode", "") and attributes.get("numFmtId", "").isdecimal():
                formats.add(int(attributes["numFmtId"]))
        elif local in ("cellXfs", "cellStyleXfs"):
            inside = local == "cellXfs"
        elif local == "xf" and inside:
            if attributes.get("numFmtId", "0") in {str(number) for number in formats}:
                percents.add(str(count))
            count += 1
            if count > LIMITS.styles:
                raise OverLimitError(f"有超过 {LIMITS.styles} 种单元格样式")

    def end(name: str) -> None:
        nonlocal inside
        if _local(name) == "cellXfs":
            inside = False

    parse_part(styles, start, end=end)
    return frozenset(percents)


def _check_strings(strings: bytes) -> int:
    """Return the length of the longest shared text."""
    longest = length = 0
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal length, count
        local = _local(name)
        if local == "si":
            length = 0
            count += 1
        elif local == "sst":
            for key in ("uniqueCount", "count"):
                if attributes.get(key, "").isdecimal() and int(attributes[key]) > LIMITS.cells:
                    raise OverLimitError(f"声明了超过 {LIMITS.cells} 段文字")
        if count > LIMITS.cells:
            raise OverLimitError(f"有超过 {LIMITS.cells} 段文字")

    def text(data: str) -> None:
        nonlocal longest, length
        length += len(data)
        longest = max(longest, length)
        # Excel counts UTF-16 units and escapes such as _x000D_ stand for one character each: leave room for both.
        if length > 8 * LIMITS.cell_text:
            raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")

    parse_part(strings, start, text)
    return longest


class _SheetScan:
    """The state of one pass over a sheet's XML."""

    def __init__(self, percents: frozenset[str], cells_before: int) -> None:
        self.facts = SheetFacts()
        self.percents = percents
        self.room = LIMITS.cells - cells_before
        self.row = -1
        self.cell: tuple[int, int] = (-1, -1)
        self.next_column = 0
        self.type = ""
        self.catching = ""
        self.formula: str | None = None
        self.value = ""
        self.length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "f"):
            self.catching = name
            if name == "f":
                self.formula = ""
        elif name == "row":
            self._row(attributes)
        elif name == "col":
            self._column(attributes)
        elif name == "mergeCell":
            self._merge(attributes)
        elif ":" in name:
            self.start(_local(name), attributes)

    def text(self, data: str) -> None:
        if self.catching == "v":
            self.value += data
        elif self.catching == "f" and self.formula is not None:
            self.formula += data
        self.length += len(data)
        if self.length > 8 * LIMITS.cell_text:
            raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")

    def end(self, name: str) -> None:
        if name in ("v", "f"):
            self.catching = ""
        elif name == "c":
            self._close_cell()
        elif ":" in name:
            self.end(_local(name))

    def _row(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        self.row = _whole(given) - 1 if given else self.row + 1
        self.next_column = 0
        if self.row >= LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {self.row + 1} 行，超过 {LIMITS.rows} 行")
        if attributes.get("hidden") in ("1", "true"):
            self.facts.hidden_rows.add(self.row)

    def _column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = _whole(attributes.get("min", "1")), _whole(attributes.get("max", "1"))
            self.facts.hidden_columns.update(range(first - 1, min(last, LIMITS.columns)))

    def _cell(self, attributes: Attributes) -> None:
        facts = self.facts
        facts.cells += 1
        if facts.cells > self.room:
            raise OverLimitError(f"有超过 {LIMITS.cells} 个单元格")
        row, column = _position(attributes["r"]) if "r" in attributes else (self.row, self.next_column)
        if row >= LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {row + 1} 行，超过 {LIMITS.rows} 行")
        if column >= LIMITS.columns:
            raise OverLimitError(f"有一张表用到了第 {column + 1} 列，超过 {LIMITS.columns} 列")
        self.cell = (row, column)
        facts.reach(row, column)
        self.next_column = column + 1
        self.type = attributes.get("t", "n")
        if self.type == "s":
            facts.shared_cells += 1
        elif self.type == "n" and attributes.get("s", "") in self.percents:
            facts.percents.add(self.cell)
        self.formula = None
        self.value = ""
        self.length = 0

    def _close_cell(self) -> None:
        if self.type == "e":
            self.facts.errors[self.cell] = self.value or "#ERROR!"
        elif self.formula is not None and not self.value:
            self.facts.formulas[self.cell] = f"={self.formula}"

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        top, left = _position(first)
        bottom, right = _position(last or first)
        if bottom >= LIMITS.rows or right >= LIMITS.columns:
            raise OverLimitError("有合并单元格超出了表格的范围")
        self.facts.spans.append(Span(top, left, bottom, right))
        if len(self.facts.spans) > LIMITS.merges:
            raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")


def _scan_sheet(data: bytes, percents: frozenset[str], cells_before: int) -> SheetFacts:
    scan = _SheetScan(percents, cells_before)
    parse_part(data, scan.start, scan.text, scan.end)
    return scan.facts


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > len("1048576") + 1:
        raise OverLimitError(f"的行号或列号“{text[:20]}”不正常")
    return int(text)


def _position(name: str) -> tuple[int, int]:
    match = _CELL.fullmatch(name)
    if match is None:
        raise OverLimitError(f"的单元格位置“{name[:20]}”不正常")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _custom_property(properties: bytes) -> str:
    """Return the custom document property ``govdoc.layout``."""
    inside = False
    found = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if _local(name) == "property":
            inside = attributes.get("name") == "govdoc.layout"

    def text(data: str) -> None:
        nonlocal found
        if inside:
            found += data

    parse_part(properties, start, text)
    return found.strip()
