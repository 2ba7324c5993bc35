"""A first look into an .xlsx: the guard against files that claim too much, and what a value reader does not tell.

One streaming pass over the sheets' XML counts what is declared, before any library builds it in memory, and notes
what later explains a cell: formulas without a result, error values, percentages, merges, hidden rows and columns.
The parts that were looked at are then packed anew, with a directory of our own, for the value reader: two readers of
one zip file, or of one list of sheets, need not agree on what it holds.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, open_archive, over_limit, read_part, zip_of
from govdoc.finding import column_number
from govdoc.markup import attribute
from govdoc.readers.facts import (
    BookFacts,
    OverLimitError,
    SheetFacts,
    Together,
    check_xml,
    kept,
    local_name,
    parse_part,
)
from govdoc.readers.number_formats import says_more, shows_percent
from govdoc.readers.xlsx_again import Styles, remember, rows_again
from govdoc.readers.xlsx_plain import Strings, is_plain, plain_strings
from govdoc.readers.xlsx_sheet import scan_at_sight, scan_sheet, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from govdoc.files import Archive
    from govdoc.readers.facts import Attributes
    from govdoc.readers.xlsx_again import Again
    from govdoc.values import Content

_PERCENT_FORMATS = {"9", "10"}  # ECMA-376 part 1, 18.8.30: built-in 0% and 0.00%
_NUMBER_FORMATS = {"0", "1", "2", "3", "4", "9", "10", "11", "37", "38", "39", "40", "49"}  # General, 0, 0.00 … @
_NUMBER_FORMAT = re.compile("General|@|[0#?,.%;()_ -]+")  # without letters it is none of dates
_CELL = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_STRICT = "http://purl.oclc.org/ooxml/"
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}  # those that the value reader knows


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet as the workbook lists it."""

    name: str
    state: str
    part: str


def inspect_workbook(path: Path, opened: Archive | None = None, without: Collection[str] = ()) -> BookFacts:
    """Return what a workbook declares, having refused what no honest workbook declares; ``opened`` is it, if open.

    Sheets named in ``without`` are not looked into, and not handed on to the value reader.
    Raises :class:`InputError` where the file is no workbook, damaged, or over a limit.
    """
    with opened or open_archive(path, WORKBOOK) as archive:
        parts = _Parts(archive, path)
        if "xl/workbook.xml" not in parts and "word/document.xml" in parts:
            raise InputError(
                f"{path.name} 其实是 Word 文档，不是 {WORKBOOK}。", "请把后缀改回 .docx，或者换成填好的工作簿再试。"
            )
        if "xl/workbook.xml" not in parts:
            raise InputError(f"{path.name} 不是 {WORKBOOK}。", "请另存为“Excel 工作簿（.xlsx）”后再试。")
        try:
            return _inspect(parts, path, without)
        except expat.ExpatError as error:
            raise damaged(path, WORKBOOK) from error
        except OverLimitError as error:
            raise over_limit(path, str(error), WORKBOOK) from error


class _Parts:
    """The parts of a workbook, by name in any case, as Office takes them; all that is read together has its limits."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self._archive = archive
        self._path = path
        self._names = {name.casefold(): name for name in archive.namelist()}
        self._bytes = self._tags = 0

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def read(self, name: str) -> bytes:
        """Return a part that the guard let through.

        Raises :class:`OverLimitError` where it, or all parts together, go over a limit.
        """
        data = self.unseen(name)
        self.count(check_xml(data))
        return data

    def unseen(self, name: str) -> bytes:
        """Return a part that nobody has looked into, and no parser may be given.

        Raises :class:`OverLimitError` where all parts together go over a limit.
        """
        data = read_part(self._archive, self._names.get(name.casefold(), name), self._path, WORKBOOK)
        self._bytes += len(data)
        self.count(0)
        return data

    def count(self, tags: int) -> None:
        """Count what a part holds.

        Raises :class:`OverLimitError` where all parts together go over a limit.
        """
        self._tags += tags
        if self._bytes > LIMITS.xml or self._tags > LIMITS.tags:
            raise OverLimitError(f"内部超过 {LIMITS.xml // 1024 // 1024} MB 或 {LIMITS.tags} 个标记")


def _inspect(parts: _Parts, path: Path, without: Collection[str]) -> BookFacts:
    listed, date_1904, strict = _sheets(parts.read("xl/workbook.xml"), parts.read("xl/_rels/workbook.xml.rels"))
    if strict:
        raise InputError(f"{path.name} 是“Strict Open XML”格式。", "请用 Excel 另存为“Excel 工作簿（.xlsx）”后再试。")
    sheets = [one for one in listed if one.name not in without]
    packed = {name: parts.read(name) for name in ("xl/styles.xml", "xl/sharedStrings.xml") if name in parts}
    percents, numbers = _styles(packed["xl/styles.xml"]) if "xl/styles.xml" in packed else (frozenset(), frozenset())
    styles = Styles(packed.get("xl/styles.xml", b""), date_1904, numbers)
    strings = _check_strings(packed["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in packed else Strings(0, 0, ())
    formats = _telling(packed["xl/styles.xml"]) if "xl/styles.xml" in packed else {}
    facts, again = _scanned(parts, sheets, percents, formats, strings, packed)
    if strings.longest * sum(one.shared_cells for one in facts.values()) > LIMITS.text:
        raise OverLimitError("里的文字展开后过大")
    mark = _custom_property(parts.read("docProps/custom.xml")) if "docProps/custom.xml" in parts else ""
    names = (one.name for one in sheets)
    short = strings.longest <= LIMITS.cell_text // 2  # whatever its characters take
    texts = strings.texts if short and strings.plain and all(map(is_plain, names)) else None
    known = rows_again(again, texts, styles)
    if known is not None:
        for sheet, filled in zip(facts.values(), known, strict=True):
            sheet.given, sheet.sight = filled
        return BookFacts(facts, mark)

    def take_in(number: int, rows: list[list[Content]]) -> None:
        sheet = again[number]
        if sheet is not None and texts is not None:
            sheet.known.learn(styles, sheet.values, texts, rows)

    return BookFacts(facts, mark, _pack(sheets, packed, date_1904=date_1904), take_in)


def _scanned(
    parts: _Parts,
    sheets: Sequence[_Sheet],
    percents: frozenset[str],
    formats: Mapping[str, str],
    strings: Strings,
    packed: dict[str, bytes],
) -> tuple[dict[str, SheetFacts], list[Again | None]]:
    """Return what the sheets say, within the limits for all of them together; put what is handed on into ``packed``."""
    facts: dict[str, SheetFacts] = {}
    again: list[Again | None] = []
    cells, together = 0, Together()
    for number, one in enumerate(sheets):
        data = parts.unseen(one.part)
        seen = scan_at_sight(data, one.part, percents, strings.number, cells)
        if seen is not None and seen.again is not None:
            parts.count(seen.again.known.tags)
        else:
            parts.count(check_xml(data))
            seen = scan_sheet(data, percents, strings.number, cells)
        sheet, same = seen
        sheet.hidden = one.state != "visible"
        sheet.formats = _formatted(data, formats) if formats else {}
        facts[one.name] = sheet
        again.append(same)
        if same is not None:
            remember(one.part, percents, same.known)
        packed[f"xl/worksheets/{number}.xml"] = _readable(data, sheet)
        cells += sheet.cells
        together.add(sheet)
    return facts, again


def _readable(data: bytes, facts: SheetFacts) -> bytes:
    """Return a sheet as the value reader can take it: it gives up at an error newer than itself, such as #SPILL!."""
    return data if set(facts.errors.values()) <= _ERRORS else data.replace(b' t="e"', b' t="str"')


def _pack(sheets: list[_Sheet], parts: Mapping[str, bytes], *, date_1904: bool) -> bytes:
    """Return a workbook of these parts, with a list of sheets and relationships of its own."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<sheet name="{attribute(one.name)}" sheetId="{number + 1}" state="{one.state}" r:id="r{number}"/>'
        for number, one in enumerate(sheets)
    )
    worksheets = [(f"r{number}", "worksheet", f"worksheets/{number}.xml") for number in range(len(sheets))]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = (
        f'<workbook xmlns="{main}" xmlns:r="{space}"><workbookPr date1904="{int(date_1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>"
    )
    # Both are found through relationships; without one, not at all.
    worksheets += [(kind, kind, f"{kind}.xml") for kind in ("styles", "sharedStrings") if f"xl/{kind}.xml" in parts]
    return zip_of(
        {
            "_rels/.rels": _relationships(space, [("r0", "officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": _relationships(space, worksheets),
            **parts,
        }
    )


def _relationships(space: str, rows: list[tuple[str, str, str]]) -> bytes:
    """Return a part of relationships, given by id, kind and target."""
    listed = "".join(
        f'<Relationship Id="{identity}" Type="{space}/{kind}" Target="{target}"/>' for identity, kind, target in rows
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{package}">{listed}</Relationships>'.encode()


@kept
def _sheets(book: bytes, relations: bytes) -> tuple[tuple[_Sheet, ...], bool, bool]:
    """Return the worksheets, whether dates are counted from 1904, and whether the workbook is of the strict kind."""
    targets = _worksheet_parts(relations)
    sheets: list[_Sheet] = []
    date_1904 = strict = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal date_1904, strict
        local = local_name(name)
        if local == "workbook":
            strict = strict or any(value.startswith(_STRICT) for value in attributes.values())
        elif local == "workbookPr":
            date_1904 = attributes.get("date1904") in ("1", "true")
        elif local == "sheet":
            identity = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            state = attributes.get("state", "visible")
            if identity in targets:
                known = state if state in ("visible", "hidden", "veryHidden") else "visible"
                sheets.append(_Sheet(attributes.get("name", ""), known, targets[identity]))
            if len(sheets) > LIMITS.sheets:
                raise OverLimitError(f"有超过 {LIMITS.sheets} 张工作表")

    parse_part(book, start)
    if len({one.name.casefold() for one in sheets}) < len(sheets):
        raise OverLimitError("内部有同名工作表")
    return tuple(sheets), date_1904, strict


@kept
def _worksheet_parts(relations: bytes) -> dict[str, str]:
    """Return the parts of the worksheets (not of charts, macros and dialogs) by relationship."""
    targets: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if local_name(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = part

    parse_part(relations, start)
    return targets


@kept
def _styles(styles: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Return the cell styles (as the ``s`` attribute gives them) of percentages, and those of no dates."""
    given, used = _formats(styles)
    percents = {one for one in {*used} & given.keys() if shows_percent(given[one])} | _PERCENT_FORMATS
    plain = {identity for identity, code in given.items() if _NUMBER_FORMAT.fullmatch(code)} | (
        _NUMBER_FORMATS - {*given}
    )
    return (
        frozenset(str(style) for style, identity in enumerate(used) if identity in percents),
        frozenset(str(style) for style, identity in enumerate(used) if identity in plain),
    )


@kept
def _telling(styles: bytes) -> dict[str, str]:
    """Return the formats that show more than a number, or another one, by the cell styles that have them."""
    given, used = _formats(styles)
    telling = {identity for identity in {*used} & given.keys() if says_more(given[identity])}
    return {str(style): given[identity] for style, identity in enumerate(used) if identity in telling}


def _formatted(sheet: bytes, formats: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return the formats of a sheet's numbers, as far as they are among those given by cell style.

    No workbook of ours has any, and few others do: only then is a sheet gone through once more.
    """
    found: dict[tuple[int, int], str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if local_name(name) == "c" and attributes.get("s") in formats and attributes.get("t", "n") == "n":
            match = _CELL.fullmatch(attributes.get("r", ""))
            if match is not None:
                found[int(match[2]) - 1, column_number(match[1])] = formats[attributes["s"]]

    parse_part(sheet, start)
    return found


def _formats(styles: bytes) -> tuple[dict[str, str], list[str]]:
    """Return the number formats that are given, by id, and the id that each cell style has."""
    given: dict[str, str] = {}
    used: list[str] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        local = local_name(name)
        if local == "numFmt":
            given[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local in ("cellXfs", "cellStyleXfs"):
            inside = local == "cellXfs"
        elif local == "xf" and inside:
            used.append(attributes.get("numFmtId", "0"))
            if len(used) > LIMITS.styles:
                raise OverLimitError(f"有超过 {LIMITS.styles} 种单元格样式")

    def end(name: str) -> None:
        nonlocal inside
        if local_name(name) == "cellXfs":
            inside = False

    parse_part(styles, start, end=end)
    return given, used


def _check_strings(strings: bytes) -> Strings:
    """Return how many shared texts there are, the length of the longest, and the texts if they are plain."""
    plain = plain_strings(strings)
    if plain is not None:
        return plain
    longest = length = 0
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal length, count
        local = local_name(name)
        if local == "si":
            length = 0
            count += 1
        elif local == "sst":
            for key in ("uniqueCount", "count"):
                if whole(attributes.get(key, "0"), f"声明了超过 {LIMITS.cells} 段文字") > LIMITS.cells:
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
    return Strings(count, longest)


@kept
def _custom_property(properties: bytes) -> str:
    """Return the custom document property ``govdoc.layout``."""
    inside = False
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if local_name(name) == "property":
            inside = attributes.get("name") == "govdoc.layout"

    def text(data: str) -> None:
        if inside:
            found.append(data)

    parse_part(properties, start, text)
    return "".join(found).strip()
