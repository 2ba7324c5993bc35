"""The Word template: the committed file is what the layout gives, and its tables are the official form."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from docxtpl import DocxTemplate
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from govdoc.layouts.form import LineKind
from govdoc.layouts.schema import Layout, Table, editions, load_layout
from govdoc.writers.template import make_template
from govdoc.writers.template_measures import CELL_MARGIN, EM, FONTS, TEXT_WIDTH
from govdoc.writers.template_tables import column_widths

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ROOT = Path(__file__).parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMMON_TAGS = {"标题", "发布行", "导语", "落款"}
# Apple, Microsoft and zlib-ng compress the same parts into other bytes than the zlib that Linux distributions ship.
PLAIN_ZLIB = sys.platform == "linux" and "ng" not in zlib.ZLIB_RUNTIME_VERSION


@pytest.fixture(params=editions())
def layout(request: pytest.FixtureRequest) -> Layout:
    return load_layout(request.param)


@pytest.fixture
def committed(layout: Layout) -> Path:
    return ROOT / "templates" / layout.edition / "report.docx"


@pytest.fixture
def parts(committed: Path) -> dict[str, Element]:
    parser = etree.XMLParser(recover=False, resolve_entities=False, no_network=True)
    with zipfile.ZipFile(committed) as package:
        return {name: etree.fromstring(package.read(name), parser) for name in package.namelist()}


@pytest.fixture
def body(parts: dict[str, Element]) -> Element:
    return child(parts["word/document.xml"], "body")


def child(element: Element, name: str) -> Element:
    found = element.find(f"{W}{name}")
    assert found is not None, f"no w:{name} in {element.tag}"
    return found


def value(element: Element | None, name: str = "val") -> str:
    return "" if element is None else element.get(f"{W}{name}", "")


def text(element: Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def style(paragraph: Element) -> str:
    return value(paragraph.find(f"{W}pPr/{W}pStyle"))


def spans(cell: Element) -> int:
    return int(value(cell.find(f"{W}tcPr/{W}gridSpan")) or 1)


def tables(layout: Layout, body: Element) -> list[tuple[Table, Element]]:
    printed = [layout.table[section.table] for section in layout.sections if section.table is not None]
    return list(zip(printed, body.iter(f"{W}tbl"), strict=True))


def rectangles(table: Element) -> dict[tuple[int, int], list[int | str]]:
    """Return every cell of a table by row and column: how many rows and columns it takes, its text and style."""
    cells: dict[tuple[int, int], list[int | str]] = {}
    above: dict[int, list[int | str]] = {}
    for row, line in enumerate(table.iter(f"{W}tr")):
        column = 0
        for cell in line.iter(f"{W}tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if value(merge) == "continue":
                merged = above[column]
                merged[0] = int(merged[0]) + 1
                assert (merged[1], text(cell)) == (spans(cell), "")
            else:
                cells[row, column] = above[column] = [1, spans(cell), text(cell), style(child(cell, "p"))]
                assert merge is None or value(merge) == "restart"
            column += spans(cell)
    return cells


# ---------------------------------------------------------------- the package


@pytest.mark.skipif(not PLAIN_ZLIB, reason="another zlib compresses into other bytes; the parts are compared below")
def test_the_committed_template_is_made_from_the_layout(layout: Layout, committed: Path) -> None:
    assert committed.read_bytes() == make_template(layout)


def test_the_committed_parts_are_made_from_the_layout(layout: Layout, committed: Path) -> None:
    with zipfile.ZipFile(committed) as old, zipfile.ZipFile(BytesIO(make_template(layout))) as new:
        assert [(name, old.read(name)) for name in old.namelist()] == [
            (name, new.read(name)) for name in new.namelist()
        ]


def test_the_same_layout_gives_the_same_bytes(layout: Layout) -> None:
    assert make_template(layout) == make_template(layout)


def test_the_package_is_small_and_says_nothing_about_when_and_where_it_was_written(committed: Path) -> None:
    assert committed.stat().st_size < 16_000
    with zipfile.ZipFile(committed) as package:
        entries = package.infolist()
    assert entries[0].filename == "[Content_Types].xml"
    assert {(entry.date_time, entry.create_system) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 0)}


@pytest.mark.parametrize("version", [FileFormat.OFFICE_2010, FileFormat.OFFICE_2019, FileFormat.MICROSOFT_365])
def test_the_package_is_valid_for_word(committed: Path, version: FileFormat) -> None:
    result = OpenXmlValidator(file_format=version, security_validation=True).validate(committed)
    assert [str(error) for error in result.errors] == []


def test_every_relationship_leads_to_a_part(parts: dict[str, Element]) -> None:
    targets = [f"word/{item.get('Target')}" for item in parts["word/_rels/document.xml.rels"]]
    assert sorted(targets) == sorted(name for name in parts if re.fullmatch(r"word/(?!document).*\.xml", name))


def test_python_docx_opens_it(layout: Layout, committed: Path) -> None:
    document = docx.Document(str(committed))
    assert [table.style.name for table in document.tables if table.style] == ["法定表格"] * len(layout.tables)


def test_docxtpl_finds_exactly_the_names_of_a_report(layout: Layout, committed: Path) -> None:
    sections = {section.short for section in layout.sections if section.table is None}
    names = DocxTemplate(committed).get_undeclared_template_variables()
    assert names == COMMON_TAGS | sections | {table.short for table in layout.tables} | {"草稿"}


# ---------------------------------------------------------------- the text


def test_title_sections_and_signature_stand_in_order(layout: Layout, body: Element) -> None:
    expected = [("Title", "{{r 标题 }}"), ("Subtitle", "{{p 发布行 }}"), ("BodyText", "{{p 导语 }}")]
    for section in layout.sections:
        expected.append(("Heading1", section.heading))
        expected.append(("tbl", "") if section.table else ("BodyText", f"{{{{p {section.short} }}}}"))
    expected.append(("Signature", "{{p 落款 }}"))
    content = [item for item in body if item.tag != f"{W}sectPr"]
    assert [(style(item), text(item)) if item.tag == f"{W}p" else ("tbl", "") for item in content] == expected


def test_every_figure_has_one_place_in_one_run(layout: Layout, body: Element) -> None:
    places = [node.text or "" for node in body.iter(f"{W}t") if "{{ " in (node.text or "")]
    assert Counter(places) == Counter(f"{{{{ {figure.address} }}}}" for figure in layout.figures.values())


def test_no_run_is_formatted_by_hand(parts: dict[str, Element]) -> None:
    assert [name for name, part in parts.items() if name != "word/styles.xml" and part.findall(f".//{W}rPr")] == []


def test_heads_and_feet(parts: dict[str, Element]) -> None:
    assert parts["word/settings.xml"].find(f"{W}evenAndOddHeaders") is not None
    for name in ("word/header1.xml", "word/header2.xml"):
        assert [(style(item), text(item)) for item in parts[name]] == [("Header", "{{r 草稿 }}")]
    for name, expected in (("word/footer1.xml", "Footer"), ("word/footer2.xml", "FooterEven")):
        assert [(style(item), text(item)) for item in parts[name]] == [(expected, "— 1 —")]
        assert [node.text for node in parts[name].iter(f"{W}instrText")] == [" PAGE "]


# ---------------------------------------------------------------- tables


def test_tables_are_the_official_form(layout: Layout, body: Element) -> None:
    for table, element in tables(layout, body):
        expected: dict[tuple[int, int], list[int | str]] = {}
        for label in table.form.labels:
            styles = {LineKind.CAPTION: "TableCaption", LineKind.HEAD: "TableHeading"}
            used = styles.get(label.kind, "TableLabel" if label.leaf else "TableGroup")
            expected[label.row, label.column] = [label.rows, label.columns, label.text, used]
        for slot in table.form.slots:
            expected[slot.row, slot.column] = [1, slot.columns, f"{{{{ {slot.figure.address} }}}}", "TableNumber"]
        assert rectangles(element) == expected


def test_tables_are_as_wide_as_the_text_block(layout: Layout, body: Element) -> None:
    size, margins = child(body, "sectPr").find(f"{W}pgSz"), child(body, "sectPr").find(f"{W}pgMar")
    block = int(value(size, "w")) - int(value(margins, "left")) - int(value(margins, "right"))
    assert block == TEXT_WIDTH == 8844
    for table, element in tables(layout, body):
        grid = [int(value(column, "w")) for column in element.iter(f"{W}gridCol")]
        assert (len(grid), sum(grid), tuple(grid)) == (table.form.columns, block, column_widths(table))
        assert value(element.find(f"{W}tblPr/{W}tblW"), "w") == str(block)
        assert value(element.find(f"{W}tblPr/{W}tblLayout"), "type") == "fixed"
        for line in element.iter(f"{W}tr"):
            column = 0
            for cell in line.iter(f"{W}tc"):
                assert int(value(cell.find(f"{W}tcPr/{W}tcW"), "w")) == sum(grid[column : column + spans(cell)])
                column += spans(cell)
            assert column == table.form.columns


def test_numbers_stay_on_one_line(layout: Layout) -> None:
    # A digit is half an em; six must fit, or five in a table of more than ten columns.
    for table in layout.tables:
        digits = 5 if table.form.columns > 10 else 6
        assert min(column_widths(table)[len(table.label_widths) :]) - 2 * CELL_MARGIN >= digits * EM / 2


def test_rows_stay_whole_and_heads_are_repeated(layout: Layout, body: Element) -> None:
    for table, element in tables(layout, body):
        rows = list(element.iter(f"{W}tr"))
        assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows] == [True] * table.form.rows
        heads = [len(table.blocks) == 1 and line.kind is not LineKind.DATA for line in table.form.lines]
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == heads


def keeping(parts: dict[str, Element]) -> set[str]:
    """Return the styles whose paragraphs stay with the next."""
    return {value(item, "styleId") for item in parts["word/styles.xml"] if item.find(f"{W}pPr/{W}keepNext") is not None}


def kept_with_next(parts: dict[str, Element], element: Element) -> list[bool]:
    """Return of each row whether it stays with the next; all its paragraphs say so, or none."""
    rows: list[bool] = []
    for row in element.iter(f"{W}tr"):
        kept = {p.find(f"{W}pPr/{W}keepNext") is not None or style(p) in keeping(parts) for p in row.iter(f"{W}p")}
        assert len(kept) == 1
        rows += kept
    return rows


def test_a_block_under_its_own_head_is_not_torn_from_it(
    layout: Layout, parts: dict[str, Element], body: Element
) -> None:
    for table, element in tables(layout, body):
        lines = table.form.lines
        for number, (line, kept) in enumerate(zip(lines, kept_with_next(parts, element), strict=True)):
            last = number + 1 == len(lines) or lines[number + 1].block != line.block
            if line.kind is not LineKind.DATA or len(table.blocks) > 1 or last:
                assert kept == (line.kind is not LineKind.DATA or not last)


def test_a_long_table_breaks_between_its_groups(layout: Layout, parts: dict[str, Element], body: Element) -> None:
    element = next(element for table, element in tables(layout, body) if table.key == "t3")
    names = [text(row) for row in element.iter(f"{W}tr")]
    breaks = [name for name, kept in zip(names, kept_with_next(parts, element), strict=True) if not kept]
    wanted = ("一、本年新收", "二、上年结转", "8.属于行政查询", "3.补正后", "5.要求行政机关确认", "四、结转下年")
    assert [words in name for words, name in zip(wanted, breaks, strict=True)] == [True] * len(wanted)


def test_organ_and_date_stay_together(parts: dict[str, Element]) -> None:
    assert {"Signature", "Heading1", "Heading2", "Heading3", "Heading4", "Title"} <= keeping(parts)


# ---------------------------------------------------------------- styles


def test_styles_are_those_that_word_knows(parts: dict[str, Element]) -> None:
    names = {value(item.find(f"{W}name")) for item in parts["word/styles.xml"].iter(f"{W}style")}
    built_in = {"Normal", "Body Text", "Title", "Subtitle", "Signature", "header", "footer", "Normal Table"}
    headings = {"heading 1", "heading 2", "heading 3", "heading 4"}
    comments = {"annotation text", "annotation reference", "Balloon Text"}
    own = {"版首文字", "法定表格", "表格标题", "表格表头", "表格分组", "表格栏目", "表格数据", "页脚（双页）"}
    assert names == built_in | headings | comments | own | {"Default Paragraph Font", "No List"}


def test_every_style_in_use_is_defined(parts: dict[str, Element]) -> None:
    defined = {value(item, "styleId") for item in parts["word/styles.xml"].iter(f"{W}style")}
    references = ("pStyle", "rStyle", "tblStyle", "basedOn", "next")
    used = {value(item) for part in parts.values() for name in references for item in part.iter(f"{W}{name}")}
    assert used - defined == set()


def test_headings_make_an_outline(parts: dict[str, Element]) -> None:
    levels = {
        value(item, "styleId"): value(item.find(f"{W}pPr/{W}outlineLvl"))
        for item in parts["word/styles.xml"].iter(f"{W}style")
        if item.find(f"{W}pPr/{W}outlineLvl") is not None
    }
    assert levels == {"Heading1": "0", "Heading2": "1", "Heading3": "2", "Heading4": "3"}


@pytest.mark.parametrize(
    ("key", "font", "half_points"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", "32"),
        ("Heading2", "楷体_GB2312", "32"),
        ("Heading3", "仿宋_GB2312", "32"),
        ("Heading4", "仿宋_GB2312", "32"),
        ("TableNumber", "宋体", "21"),
        ("Footer", "宋体", "28"),
    ],
)
def test_type_is_that_of_the_standard(parts: dict[str, Element], key: str, font: str, half_points: str) -> None:
    found = [item for item in parts["word/styles.xml"].iter(f"{W}style") if value(item, "styleId") == key]
    run = child(found[0], "rPr")
    assert (value(run.find(f"{W}rFonts"), "eastAsia"), value(run.find(f"{W}sz"))) == (font, half_points)
    assert run.find(f"{W}b") is None


def test_every_font_is_named_in_full_and_has_a_substitute(parts: dict[str, Element]) -> None:
    fonts = list(parts["word/styles.xml"].iter(f"{W}rFonts"))
    scripts = ("ascii", "hAnsi", "eastAsia", "cs")
    assert {value(item, script) for item in fonts for script in scripts} == {font.name for font in FONTS}
    table = {value(item, "name"): value(item.find(f"{W}altName")) for item in parts["word/fontTable.xml"]}
    assert table == {font.name: font.instead for font in FONTS}


# ---------------------------------------------------------------- the tool


def test_the_tool_writes_once(tmp_path: Path) -> None:
    script = tmp_path / "tools" / "make_template.py"
    script.parent.mkdir()
    shutil.copy(ROOT / "tools" / "make_template.py", script)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def run() -> list[str]:
        command = [sys.executable, str(script), *editions()]
        result = subprocess.run(command, env=environment, capture_output=True, check=True, encoding="utf-8")
        return [line.partition("：")[2][:3] for line in result.stdout.splitlines()]

    assert run() == ["已写入"] * len(editions())
    written = {edition: (tmp_path / "templates" / edition / "report.docx").read_bytes() for edition in editions()}
    assert written == {edition: make_template(load_layout(edition)) for edition in editions()}
    assert run() == ["已是最"] * len(editions())
