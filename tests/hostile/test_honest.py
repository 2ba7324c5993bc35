"""No honest workbook is refused, and each is read as what it is: over 200 ways in which it may have been saved."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from govdoc.pipeline import check, read
from govdoc.readers.workbook import read_workbook
from tests.cli_helpers import CHAOYANG
from tests.fuzz import seeds
from tests.hostile.makers import (
    LINKS,
    container,
    number_record,
    old_workbook,
    open_document,
    pack,
    record,
    sample_parts,
    shared_texts,
    short_text,
    table,
    text_record,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.makers import Parts

TABLE, NOTES = "三、依申请公开", "填报说明"
SHEETS = [f"xl/worksheets/sheet{number}.xml" for number in range(1, 11)]


@cache
def wanted() -> tuple[object, ...]:
    report = read(CHAOYANG).report
    return report.info, {key: figure.value for key, figure in report.figures.items()}, report.narratives


def assert_same(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    outcome = check(path)
    report = outcome.report
    values = {key: figure.value for key, figure in report.figures.items()}
    assert [(one.code, str(one.where)) for one in outcome.findings] == []
    assert (report.info, values, report.narratives) == wanted()


# ---------------------------------------------------------------- what is changed inside a package


def every(old: bytes | str, new: bytes | str, names: list[str] | None = None) -> Callable[[Parts], Parts]:
    """Return an edit of all parts, or of some, by regular expression."""
    one, other = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def edit(parts: Parts) -> Parts:
        return {
            name: re.sub(one, other, data) if name.endswith(".xml") and (names is None or name in names) else data
            for name, data in parts.items()
        }

    return edit


def plus(**parts: bytes | str) -> Callable[[Parts], Parts]:
    extra = {name.replace("__", "/").replace("_0", "."): text for name, text in parts.items()}
    return lambda given: (
        given | {name: text.encode() if isinstance(text, str) else text for name, text in extra.items()}
    )


def prefixed(parts: Parts) -> Parts:
    """Give the elements of sheets and texts a prefix, as some libraries for .NET do."""
    changed = {}
    for name, data in parts.items():
        if name in SHEETS or name.endswith("sharedStrings.xml"):
            data = re.sub(rb"<(/?)(?![?!])(\w+)", rb"<\1x:\2", data).replace(b' xmlns="', b' xmlns:x="', 1)  # noqa: PLW2901
        changed[name] = data
    return changed


def related(kind: str, target: str) -> Callable[[Parts], Parts]:
    link = f'<Relationship Id="rIdZ" Type="{LINKS}/{kind}" Target="{target}"/></Relationships>'
    return lambda parts: (
        parts
        | {
            "xl/_rels/workbook.xml.rels": parts["xl/_rels/workbook.xml.rels"].replace(
                b"</Relationships>", link.encode()
            )
        }
    )


def absolute(parts: Parts) -> Parts:
    name = "xl/_rels/workbook.xml.rels"
    data = parts[name]
    data = re.sub(rb'Target="/?(?:xl/)?(worksheets|styles|theme|shared)', rb'Target="/xl/\1', data)
    return parts | {name: data}


def renamed(old: str, new: str) -> Callable[[Parts], Parts]:
    return lambda parts: {name.replace(old, new): data for name, data in parts.items()}


def moved(parts: Parts) -> Parts:
    """Put the sheets where another program keeps them."""
    name = "xl/_rels/workbook.xml.rels"
    data = re.sub(rb'Target="/?(?:xl/)?worksheets/', rb'Target="pages/', parts[name])
    return {one.replace("worksheets", "pages"): part for one, part in parts.items()} | {name: data}


def inline(parts: Parts) -> Parts:
    """Put the shared texts into their cells."""
    if "xl/sharedStrings.xml" not in parts:
        return parts
    texts: list[bytes] = re.findall(rb"<si>(.*?)</si>|<si/>", parts["xl/sharedStrings.xml"], re.DOTALL)

    def text(match: re.Match[bytes]) -> bytes:
        return b"<c" + match[1] + b' t="inlineStr"' + match[2] + b"><is>" + texts[int(match[3])] + b"</is></c>"

    changed = {
        name: re.sub(rb'<c([^>]*?) t="s"([^>]*)><v>(\d+)</v></c>', text, data) if name in SHEETS else data
        for name, data in parts.items()
    }
    del changed["xl/sharedStrings.xml"]
    return changed


def many_styles(parts: Parts) -> Parts:
    return parts | {
        "xl/styles.xml": parts["xl/styles.xml"].replace(b"</cellXfs>", b'<xf numFmtId="0"/>' * 60_000 + b"</cellXfs>")
    }


END_OF_SHEET = "</worksheet>"
EXTENSION = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:a xmlns:x14="urn:x"/></ext></extLst></worksheet>'
)
INSIDE: dict[str, Callable[[Parts], Parts]] = {
    "as it is": lambda parts: parts,
    "other order": lambda parts: dict(reversed(parts.items())),
    "directories": lambda parts: {"xl/": b"", "xl/worksheets/": b"", **parts},
    "byte order mark": lambda parts: {
        name: b"\xef\xbb\xbf" + data if name.endswith(".xml") else data for name, data in parts.items()
    },
    "line ends of Windows": every(rb"\?>\n?", rb"?>\r\n"),
    "indented rows": every("<row ", "\r\n    <row ", SHEETS),
    "single quotes": every(rb' r="([A-Z]+\d+)"', rb" r='\1'", SHEETS),
    "no spans": every(rb' spans="[^"]*"', b"", SHEETS),
    "spans": every(rb'<row r="(\d+)"(?: spans="[^"]*")?', rb'<row r="\1" spans="1:20"', SHEETS),
    "descent": every(rb'<row r="', rb'<row x14ac:dyDescent="0.15" xmlns:x14ac="urn:x14ac" r="', SHEETS),
    "no dimension": every(rb"<dimension[^>]*/>", b"", SHEETS),
    "wide dimension": every(rb"<dimension[^>]*/>", b'<dimension ref="A1:XFD1048576"/>', SHEETS),
    "prefixed": prefixed,
    "absolute targets": absolute,
    "other folder": moved,
    "capital names": renamed("sharedStrings", "SharedStrings"),
    "inline texts": inline,
    "no counts of texts": every(rb' (?:uniqueC|c)ount="\d+"', b"", ["xl/sharedStrings.xml"]),
    "phonetic": every("</si>", '<phoneticPr fontId="1" type="noConversion"/></si>', ["xl/sharedStrings.xml"]),
    "a comment in the XML": every(END_OF_SHEET, "<!-- <c r='A1'/> --></worksheet>", SHEETS),
    "a processing instruction": every(END_OF_SHEET, "<?mso x?></worksheet>", SHEETS),
    "an extension": every(END_OF_SHEET, EXTENSION, SHEETS),
    "alternate content": every(
        END_OF_SHEET,
        '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x"><controls/></mc:Choice></mc:AlternateContent>'
        "</worksheet>",
        SHEETS,
    ),
    "page breaks": every(
        END_OF_SHEET, '<rowBreaks count="1"><brk id="9" max="16383" man="1"/></rowBreaks></worksheet>', SHEETS
    ),
    "ignored errors": every(
        END_OF_SHEET,
        '<ignoredErrors><ignoredError sqref="A1:Z99" numberStoredAsText="1"/></ignoredErrors></worksheet>',
        SHEETS,
    ),
    "many styles": many_styles,
    "printer settings": plus(xl__printerSettings__printerSettings1_0bin=bytes(range(256)) * 40),
    "a drawing": plus(xl__drawings__drawing1_0xml="<xdr:wsDr xmlns:xdr='urn:x'/>"),
    "an old drawing": plus(xl__drawings__vmlDrawing1_0vml="<xml><v:shape/><br></xml>"),
    "a picture": plus(xl__media__image1_0png=b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(5000))),
    "a chart": plus(xl__charts__chart1_0xml="<c:chartSpace xmlns:c='urn:c'/>"),
    "comments": plus(xl__comments1_0xml="<comments><authors><author>x</author></authors></comments>"),
    "a calculation chain": plus(xl__calcChain_0xml='<calcChain><c r="A1" i="1"/></calcChain>'),
    "an external link": plus(xl__externalLinks__externalLink1_0xml="<externalLink/>"),
    "left of a pivot table": plus(xl__pivotCache__pivotCacheDefinition1_0xml="<pivotCacheDefinition/>"),
    "custom XML": plus(customXml__item1_0xml="<b:Sources xmlns:b='urn:b'/>"),
    "a signature": plus(_xmlsignatures__sig1_0xml="<Signature/>"),
    "of WPS": plus(docProps__custom2_0xml="<x/>", xl__wpsCustomData__a_0xml="<a/>"),
    "a thumbnail": plus(docProps__thumbnail_0wmf=b"\xd7\xcd\xc6\x9a" + bytes(2000)),
    "an embedded workbook": lambda parts: parts | {"xl/embeddings/Microsoft_Excel_Sheet1.xlsx": CHAOYANG.read_bytes()},
    "a relationship more": related("calcChain", "calcChain.xml"),
    "a relationship outside": related("externalLink", "http://example.invalid/x.xlsx"),
    "hidden names": every(
        "</sheets>",
        '</sheets><definedNames><definedName name="_xlnm._FilterDatabase" hidden="1">0</definedName></definedNames>',
        ["xl/workbook.xml"],
    ),
    "1,000 names": every(
        "</sheets>",
        "</sheets><definedNames>" + '<definedName name="a">#REF!</definedName>' * 1_000 + "</definedNames>",
        ["xl/workbook.xml"],
    ),
    "book protection": every("<sheets>", '<workbookProtection lockStructure="1"/><sheets>', ["xl/workbook.xml"]),
    "lower case properties": lambda parts: (
        parts | {"docprops/app.xml": parts["docProps/app.xml"]} if "docprops/app.xml" in parts else parts
    ),
}


def descriptors(parts: Parts) -> bytes:
    """Return a zip whose sizes stand behind the data, as programs write that cannot go back."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.written += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return bytes(stream.written)


def zip64(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(data)
    return buffer.getvalue()


def commented(parts: Parts) -> bytes:
    buffer = io.BytesIO(pack(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = "由邮件网关检查".encode()
    return buffer.getvalue()


def with_extra(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2025, 1, 20, 9, 30, 0))
            entry.extra = struct.pack("<HHI", 0x7075, 4, 1) + struct.pack("<HHBI", 0x5455, 5, 1, 1_700_000_000)
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


PACKED: dict[str, Callable[[Parts], bytes]] = {
    "stored": lambda parts: pack(parts, zipfile.ZIP_STORED),
    "descriptors": descriptors,
    "zip64": zip64,
    "a comment": commented,
    "extra fields": with_extra,
    "bytes behind": lambda parts: pack(parts) + b"\x00" * 512,
}


# ---------------------------------------------------------------- written by libraries


def loaded() -> Any:  # the types of openpyxl know too little of what it takes
    book = openpyxl.load_workbook(CHAOYANG, rich_text=True)
    for sheet in book.worksheets:
        sheet.protection.disable()
    return book


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def coloured(book: Any) -> None:
    for number, row in enumerate(book[TABLE].iter_rows()):
        for one in row:
            one.fill = PatternFill("solid", fgColor=f"{(number * 7919) % 0xFFFFFF:06X}")
            one.font = Font(name="宋体", size=9 + number % 5, bold=number % 2 == 0, italic=True, strike=False)


def bordered(book: Any) -> None:
    side = Side(style="double", color="FF0000")
    for row in book[TABLE].iter_rows():
        for one in row:
            one.border, one.alignment = Border(side, side, side, side), Alignment("center", "center", wrap_text=True)


def commented_cells(book: Any) -> None:
    for number in range(4, 20):
        book[TABLE][f"E{number}"].comment = Comment("请核对" * 50, "某科室", 100, 400)


def charted(book: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(book[TABLE], min_col=4, min_row=4, max_row=9))
    book[TABLE].add_chart(chart, "L40")


def validated(book: Any) -> None:
    rule = DataValidation("whole", "greaterThanOrEqual", "0", showErrorMessage=True)
    rule.add("D4:J30")
    book[TABLE].add_data_validation(rule)


def conditional(book: Any) -> None:
    rule: Any = CellIsRule  # untyped
    book[TABLE].conditional_formatting.add("D4:J30", rule("lessThan", ["0"], fill=PatternFill(bgColor="FF0000")))


def linked(book: Any) -> None:
    book[NOTES]["A1"].hyperlink = "https://www.gov.cn/"


def named(book: Any) -> None:
    for number in range(200):
        book.defined_names[f"区域{number}"] = DefinedName(f"区域{number}", attr_text=f"'{TABLE}'!$D${number + 1}")


def printed(book: Any) -> None:
    sheet = book[TABLE]
    sheet.print_area, sheet.print_title_rows = "A1:J30", "1:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.oddFooter.center.text = "landscape", 9, "&P/&N"


def frozen(book: Any) -> None:
    book[TABLE].freeze_panes, book[TABLE].sheet_view.zoomScale = "D4", 85
    book[TABLE].auto_filter.ref = "A3:J30"


def rich(book: Any) -> None:
    old = str(book[NOTES]["A1"].value)
    pieces: Any = [TextBlock(InlineFont(b=True), old[:1]), old[1:]]
    book[NOTES]["A1"].value = CellRichText(pieces)


def styled(book: Any) -> None:
    for number in range(500):
        style = NamedStyle(
            f"样式{number}", font=Font(size=8 + number % 20), fill=PatternFill("solid", fgColor=f"{number:06X}")
        )
        book.add_named_style(style)
    for number, row in enumerate(book[TABLE].iter_rows(min_row=4, min_col=4)):
        for one in row:
            one.style = f"样式{(number * 31 + one.column) % 500}"


def formatted(book: Any) -> None:
    kinds = ("0_);[Red]\\(0\\)", "#,##0", "General", "@", '0"件"', "0.00", "_ * #,##0_ ;_ * -#,##0_ ")
    for number, row in enumerate(book[TABLE].iter_rows(min_row=4, min_col=4, max_col=9)):
        for one in row:
            one.number_format = kinds[number % len(kinds)]


def sized(book: Any) -> None:
    for letter in "ABCDEFGHIJ":
        book[TABLE].column_dimensions[letter].width = 60
    for number in range(1, 40):
        book[TABLE].row_dimensions[number].height = 50


def grouped(book: Any) -> None:
    book[TABLE].row_dimensions.group(5, 9, outline_level=2)
    book[TABLE].column_dimensions.group("E", "F", outline_level=1)


def merged(book: Any) -> None:
    book[NOTES].merge_cells("H40:K48")


def listed(book: Any) -> None:
    sheet = book[NOTES]
    for number in range(3):
        sheet.cell(60, 10 + number, f"列{number}")
    sheet.add_table(Table(displayName="表1", ref="J60:L62"))


def signed(book: Any) -> None:
    book.properties.creator, book.properties.keywords, book.properties.title = "某某", "年报 公开", "年报"


def coloured_tabs(book: Any) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_properties.tabColor = f"{number * 99999:06X}"
    book.active = 4


def protected(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.protection.sheet = True
        sheet.protection.password = "x"  # noqa: S105 - anybody's


def everything(book: Any) -> None:
    for edit in EDITS.values():
        if edit is not everything:
            edit(book)


EDITS: dict[str, Callable[[Any], None]] = {
    "saved": lambda _: None,
    **{
        edit.__name__: edit
        for edit in (
            *(coloured, bordered, commented_cells, charted, validated, conditional, linked, named, printed, frozen),
            *(rich, styled, formatted, sized, grouped, merged, listed, signed, coloured_tabs, protected, everything),
        )
    },
}


def by_xlsxwriter(
    *, constant_memory: bool = False, drawn: bool = False, formulas: bool = False, zip_64: bool = False
) -> bytes:
    """Return the sample written by another library."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": constant_memory, "use_zip64": zip_64})
    look = book.add_format({"bg_color": "#FFEE00", "border": 1, "text_wrap": True}) if drawn else None
    mark = read_workbook(CHAOYANG).layout_mark
    book.set_custom_property("govdoc.layout", mark)
    for grid in seeds.grids():
        sheet = book.add_worksheet(grid.name)
        for row, cells in enumerate(grid.rows):
            for column, content in enumerate(cells):
                if isinstance(content, float) and formulas:
                    sheet.write_formula(
                        row, column, f"={content:.0f}+0" if content.is_integer() else f"={content}", look, content
                    )
                elif isinstance(content, float):
                    sheet.write_number(row, column, content, look)
                elif isinstance(content, str):
                    sheet.write_string(row, column, content, look)
        if drawn:
            sheet.write_comment("A1", "批注")
            sheet.set_column("A:Z", 30)
            chart = book.add_chart({"type": "pie"})
            chart.add_series({"values": f"='{grid.name}'!$D$4:$D$9"})
            sheet.insert_chart("AA60", chart)
            sheet.conditional_format("A1:Z99", {"type": "3_color_scale"})
    book.close()
    return buffer.getvalue()


def old_variants() -> dict[str, bytes]:
    """Return the sample as .xls, its numbers and texts kept in each of the ways that the format has."""
    made = {"numbers": container(seeds.old()), "under the old name": container(seeds.old(), "Book")}
    for way in ("rk", "many", "label", "formula"):
        sheets = []
        texts: list[str] = []
        for grid in seeds.grids():
            body = b"".join(
                record(0xE5, struct.pack("<HHHHH", 1, s.top, s.bottom, s.left, s.right)) for s in grid.spans
            )
            for row, cells in enumerate(grid.rows):
                for column, content in enumerate(cells):
                    body += _kept(way, row, column, content, texts)
            sheets.append(body)
        titles = [grid.name for grid in seeds.grids()]
        made[way] = container(old_workbook(*sheets, before=shared_texts(*texts), titles=titles))
    return made


def _kept(way: str, row: int, column: int, content: object, texts: list[str]) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(content, str):
        if way == "label" and len(content) < 2000:
            return record(0x204, place + struct.pack("<HB", len(content), 1) + content.encode("utf-16-le"))
        texts.append(content)
        return text_record(row, column, len(texts) - 1)
    if not isinstance(content, float):
        return b""
    code = struct.pack("<I", int(content) << 2 | 2)
    if way == "rk" and content.is_integer():
        return record(0x27E, place + code)
    if way == "many" and content.is_integer():
        return record(0xBD, struct.pack("<HHH", row, column, 0) + code + struct.pack("<H", column))
    if way == "formula":
        return record(0x06, place + struct.pack("<dHIH", content, 0, 0, 0))
    return number_record(row, column, content)


def open_variants() -> dict[str, bytes]:
    content = seeds.open_parts()
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    filler = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row></table:table>'
    head = b"</table:table>"
    return {
        "plain": pack(content),
        "stored": pack(content, zipfile.ZIP_STORED),
        "filled to the end": pack(content | {"content.xml": content["content.xml"].replace(head, filler.encode())}),
        "with styles": pack(
            content | {"styles.xml": b"<office:document-styles/>", "Thumbnails/thumbnail.png": bytes(900)}
        ),
        "with a configuration": pack(content | {"settings.xml": b"<x/>", "Configurations2/": b""}),
    }


# ---------------------------------------------------------------- the tests


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("base", ["govdoc", "openpyxl", "xlsxwriter"])
def test_a_package_of_another_program_is_read(tmp_path: Path, base: str, name: str) -> None:
    assert_same(tmp_path / "年报.xlsx", pack(INSIDE[name](bases()[base])))


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("base", ["govdoc", "openpyxl", "xlsxwriter"])
def test_a_package_packed_by_another_program_is_read(tmp_path: Path, base: str, name: str) -> None:
    assert_same(tmp_path / "年报.xlsx", PACKED[name](bases()[base]))


@cache
def _bases() -> dict[str, tuple[tuple[str, bytes], ...]]:
    def parts(raw: bytes) -> tuple[tuple[str, bytes], ...]:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return tuple((name, archive.read(name)) for name in archive.namelist())

    return {
        "govdoc": tuple(sample_parts().items()),
        "openpyxl": parts(saved(loaded())),
        "xlsxwriter": parts(by_xlsxwriter()),
    }


def bases() -> dict[str, Parts]:
    return {name: dict(parts) for name, parts in _bases().items()}


@pytest.mark.parametrize("name", EDITS)
def test_a_workbook_that_people_have_worked_on_is_read(tmp_path: Path, name: str) -> None:
    book = loaded()
    EDITS[name](book)
    assert_same(tmp_path / "年报.xlsx", saved(book))


@pytest.mark.parametrize("constant_memory", [False, True])
@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("formulas", [False, True])
def test_a_workbook_of_xlsxwriter_is_read(
    tmp_path: Path, *, constant_memory: bool, drawn: bool, formulas: bool
) -> None:
    assert_same(tmp_path / "年报.xlsx", by_xlsxwriter(constant_memory=constant_memory, drawn=drawn, formulas=formulas))


@pytest.mark.parametrize("name", ["numbers", "under the old name", "rk", "many", "label", "formula"])
def test_an_old_workbook_is_read(tmp_path: Path, name: str) -> None:
    assert_same(tmp_path / "年报.xls", old_variants()[name])


@pytest.mark.parametrize("name", open_variants())
def test_an_open_document_is_read(tmp_path: Path, name: str) -> None:
    assert_same(tmp_path / "年报.ods", open_variants()[name])


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".xls", ".et", ".ods", ""])
def test_a_workbook_is_known_by_what_it_is(tmp_path: Path, suffix: str) -> None:
    for content in (CHAOYANG.read_bytes(), container(seeds.old()), pack(seeds.open_parts())):
        assert_same(tmp_path / f"年报{suffix}", content)


def test_a_text_of_the_longest_kind_is_read(tmp_path: Path) -> None:
    path = tmp_path / "年报.ods"
    path.write_bytes(pack(open_document(table("<table:table-row/>"))))
    assert read_workbook(path).grids[0].rows == []
    assert short_text("表")
