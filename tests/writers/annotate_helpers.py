"""What the tests of annotations share: whole workbooks compared, and packages with all that people put into them."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
import zlib
from copy import copy
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from govdoc.finding import Finding, Location, Rule, Severity
from govdoc.layouts.schema import load_layout
from govdoc.pipeline import check
from govdoc.writers.annotate import annotate
from govdoc.writers.workbook import make_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_inputs" / "chaoyang-2021.xlsx"
LAYOUT = load_layout("2021")
GUIDE, INFO, OVERVIEW, OTHER = "填报说明", "基本信息", "一、总体情况", "六、其他事项"
T2, T3, T4, PREVIOUS, EXPLANATIONS = "二、主动公开", "三、依申请公开", "四、复议诉讼", "上年数据", "情况说明"
LIST = "核对结果"
NOTEPAD = "科室底稿"
SIGN = '"年报核对"="年报核对"'
HEAD, END = "—— 年报核对 ——", "（以上为自动核对，重新核对时更新）"
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Parts = dict[str, bytes]
Cells = dict[tuple[str, str], tuple[Any, ...]]


# ---------------------------------------------------------------- findings


def rule(severity: Severity, code: str = "T900") -> Rule:
    return Rule(code, severity, "测试", "测试", "{message}", "{remedy}")


def finding(
    severity: Severity, sheet: str = "", cell: str = "", message: str = "不对。", code: str = "T900", file: str = ""
) -> Finding:
    """Return a finding at a cell by its name, at a sheet, or at the file."""
    row = column = None
    if cell:
        place = load_place(cell)
        row, column = place
    return rule(severity, code).at(Location(file, sheet, row, column), message=message, remedy="改。")


def load_place(name: str) -> tuple[int, int]:
    match = re.fullmatch(r"([A-Z]+)([0-9]+)", name)
    assert match is not None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


ERROR, CONFIRM, WARNING, NOTE = Severity.ERROR, Severity.CONFIRM, Severity.WARNING, Severity.NOTE


def found(data: bytes, folder: Path, name: str = "年报.xlsx") -> tuple[Finding, ...]:
    """Return what a check of the bytes as a file finds."""
    path = folder / name
    path.write_bytes(data)
    return check(path).findings


def places(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(one.code, str(one.where), one.message) for one in findings]


def marked(data: bytes, *findings: Finding) -> bytes:
    return annotate(data, findings, LAYOUT)


# ---------------------------------------------------------------- packages


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def changed(data: bytes, **edits: Callable[[bytes], bytes] | bytes) -> bytes:
    """Return a package with parts changed or added; ``sheet5__xml`` stands for the part that ends so."""
    parts = unpacked(data)
    for short, edit in edits.items():
        ending = short.replace("__", ".")
        name = next((name for name in parts if name.endswith(ending)), ending)
        parts[name] = edit(parts[name]) if callable(edit) else edit
    return packed(parts)


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Return an edit that replaces a text which must be there."""

    def edit(part: bytes) -> bytes:
        assert old.encode() in part, old
        return part.replace(old.encode(), new.encode(), 1)

    return edit


def sheet_part(data: bytes, name: str) -> str:
    """Return the part of a sheet."""
    parts = unpacked(data)
    book = etree.fromstring(parts["xl/workbook.xml"])
    links = {one.get("Id"): one.get("Target", "") for one in etree.fromstring(parts["xl/_rels/workbook.xml.rels"])}
    (sheet,) = [one for one in book.iter(f"{M}sheet") if one.get("name") == name]
    identity = next(value for key, value in sheet.attrib.items() if str(key).endswith("}id"))
    target = links[str(identity)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def canonical(part: bytes) -> bytes:
    """Return XML in its canonical form, without what says nothing: a cell is a number where it does not say else.

    Which sheet is in front is the workbook's to say.
    """
    text = etree.tostring(etree.fromstring(part), method="c14n", exclusive=True)
    return re.sub(rb' tabSelected="(1|true)"| t="n"', b"", text)


def assert_cleared(before: bytes, after: bytes) -> None:
    """Compare the parts of a workbook that was never annotated, and of one whose marks were taken out."""
    old, new = unpacked(before), unpacked(after)
    assert list(new) == list(old)
    # Styles that nobody uses any more stay, what a suffix means is still said, and windows say where they begin.
    loose = {"xl/styles.xml", "[Content_Types].xml", "xl/workbook.xml"}
    xml = {name for name in old if name.endswith((".xml", ".rels"))} - loose
    assert {name for name in xml if canonical(new[name]) != canonical(old[name])} == set()
    assert {name for name in old if name not in xml | loose and new[name] != old[name]} == set()
    assert opened(after).active.title == opened(before).active.title
    assert {name: one.attr_text for name, one in opened(after).defined_names.items()} == {
        name: one.attr_text for name, one in opened(before).defined_names.items()
    }


# ---------------------------------------------------------------- workbooks compared


def editable(data: bytes, **options: Any) -> Any:  # openpyxl types too loosely to be of use in a test
    return load_workbook(io.BytesIO(data), **options)


@lru_cache(maxsize=64)
def opened(data: bytes) -> Any:
    """Return a workbook to look at; one to change is ``editable``."""
    return editable(data)


@lru_cache(maxsize=64)
def looks(data: bytes) -> Cells:
    """Return every cell of a workbook that openpyxl sees: its formula or value, its whole format, its link."""
    formats: dict[int, tuple[Any, ...]] = {}
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.data_type,
            formats.get(cell.style_id) or formats.setdefault(cell.style_id, _format(cell)),
            cell.hyperlink and (cell.hyperlink.location, cell.hyperlink.target),
        )
        for sheet in opened(data).worksheets
        if sheet.title != LIST
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell, Cell)
    }


def _format(cell: Cell) -> tuple[Any, ...]:
    parts = (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)
    return (cell.number_format, cell.quotePrefix, *(copy(part) for part in parts))


@lru_cache(maxsize=64)
def results(data: bytes) -> dict[str, Any]:
    """Return what every cell shows: the results of formulas as they are stored, read by two libraries."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    seen: dict[str, Any] = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names if name != LIST
    }
    stored = editable(data, data_only=True)
    for sheet in stored.worksheets:
        if sheet.title != LIST:
            seen[f"{sheet.title} (openpyxl)"] = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    return seen


def comments(data: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """Return author and text of every comment."""
    return {
        (sheet.title, cell.coordinate): (cell.comment.author, cell.comment.text)
        for sheet in opened(data).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def rules(data: bytes, *, ours: bool) -> dict[str, list[tuple[str, Any, Any, str]]]:
    """Return the conditional formats of each sheet in their order: where, formula, fill, kind."""
    return {
        sheet.title: [
            (str(area.sqref), one.formula, one.dxf and (one.dxf.fill, one.dxf.font), one.type)
            for area, one in sorted(
                ((area, one) for area in sheet.conditional_formatting for one in area.rules),
                key=lambda pair: pair[1].priority,
            )
            if any(SIGN in formula for formula in one.formula) is ours
        ]
        for sheet in opened(data).worksheets
        if sheet.title != LIST
    }


def colours(data: bytes, sheet: str) -> dict[str, str]:
    """Return the colour of our rules by the cells they are on."""
    return {where: look[0].bgColor.rgb for where, _, look, _ in rules(data, ours=True)[sheet]}


def around(data: bytes) -> dict[str, Any]:
    """Return all else that a workbook says of its sheets."""
    book = opened(data)
    sheets = {
        sheet.title: (
            sheet.sheet_state,
            sorted(str(area) for area in sheet.merged_cells.ranges),
            [(str(one.sqref), one.type, one.formula1, one.prompt) for one in sheet.data_validations.dataValidation],
            sheet.protection,
            sheet.freeze_panes,
            sheet.print_title_rows,
            sheet.print_area,
            sheet.page_setup.orientation,
            sheet.page_margins,
            sheet.oddFooter.center.text,
            sheet.sheet_properties.tabColor,
            {key: (one.width, one.hidden) for key, one in sheet.column_dimensions.items()},
            {key: (one.height, one.hidden) for key, one in sheet.row_dimensions.items()},
            len(sheet._charts),  # noqa: SLF001  # openpyxl shows them nowhere else
        )
        for sheet in book.worksheets
        if sheet.title != LIST
    }
    names = {name: one.attr_text for name, one in book.defined_names.items()}
    properties = [(one.name, one.value) for one in book.custom_doc_props.props]
    return {"sheets": sheets, "order": list(sheets), "names": names, "properties": properties}


def assert_unharmed(before: bytes, after: bytes, *, but: Sequence[tuple[str, str]] = ()) -> None:
    """Compare two workbooks cell by cell, but for some cells, and all that is around the cells."""
    old, new = looks(before), looks(after)
    kept = {place: look for place, look in new.items() if place in old or look[0] is not None}
    differing = {place for place in {*old, *kept} if old.get(place) != kept.get(place)}
    assert differing - set(but) == set()
    assert rules(after, ours=False) == rules(before, ours=False)
    assert around(after) == around(before)
    if not but:
        assert results(after) == results(before)
    for place, (author, text) in comments(before).items():
        kept_author, kept_text = comments(after)[place]
        assert kept_author == author
        assert kept_text.startswith(text)


# ---------------------------------------------------------------- LibreOffice


def converted(data: bytes, folder: Path, suffix: str = "xlsx") -> bytes:
    """Return a workbook as LibreOffice opens and saves it."""
    source = folder / "in" / "年报.xlsx"
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / "out" / f"年报.{suffix}").read_bytes()


# ---------------------------------------------------------------- a workbook with all that people put into one


@cache
def sample() -> bytes:
    """Return the clean sample, calculated: its formulas have results that a program stored."""
    parts = unpacked(SAMPLE.read_bytes())
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb"</f><v ?/?>(</v>)?", b"</f><v>7</v>", part)
    assert any(b"</f><v>7</v>" in part for part in parts.values())
    return packed(parts)


@cache
def blank() -> bytes:
    return make_workbook(LAYOUT, info={"year": 2024})


@cache
def commented() -> bytes:
    """Return the sample with comments of people."""
    book = editable(sample())
    book[T3]["E14"].comment = Comment("等信访科的数字", "王五", width=200, height=80)
    book[T3]["H20"].comment = Comment("与去年\n口径一致", "李四")
    book[OVERVIEW]["B3"].comment = Comment("=1+1", "王五")
    return saved(book)


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _picture() -> bytes:
    """Return a picture of one red dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


_PICTURE_ANCHOR = (
    '<xdr:oneCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    "<xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    '<xdr:ext cx="190500" cy="190500"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="9" name="章"/><xdr:cNvPicPr/></xdr:nvPicPr>'
    '<xdr:blipFill><a:blip r:embed="rId9"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>'
)


@cache
def illustrated() -> bytes:
    """Return a workbook with comments, a sheet of its own, a chart on it, a picture, macros, and a second window."""
    book = editable(commented())
    sheet = book.create_sheet(NOTEPAD)
    for number in range(1, 5):
        sheet.append([number, number * number])
    sheet["C1"] = "=SUM(A1:A4)"
    sheet.merge_cells("E2:G4")
    sheet["E2"].comment = Comment("底稿", "李四")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=4))
    sheet.add_chart(chart, "E6")
    sheet.sheet_state = "hidden"
    book.active = 4
    parts = unpacked(saved(book))
    drawing = next(name for name in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name))
    relations = drawing.replace("drawings/", "drawings/_rels/") + ".rels"
    parts[drawing] = re.sub(rb"(</\w*:?wsDr>)", lambda end: _PICTURE_ANCHOR.encode() + end[0], parts[drawing])
    link = '<Relationship Id="rId9" Type="{}/image" Target="/xl/media/image1.png"/></Relationships>'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts[relations] = parts[relations].replace(b"</Relationships>", link.format(office).encode())
    parts["xl/media/image1.png"] = _picture()
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macros"
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    more = (
        b'<Default Extension="png" ContentType="image/png"/>'
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override '
    )
    parts["[Content_Types].xml"] = types.replace(b"<Override ", more, 1)
    macros = (
        '<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/>'
    )
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", macros.encode() + b"</Relationships>")
    window = b'<workbookView activeTab="2" firstSheet="1"/></bookViews>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</bookViews>", window)
    return packed(parts)
