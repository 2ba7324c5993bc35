"""The Word report read back: the same figures, title and narrative, whoever saved it last."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import InputError
from govdoc.pipeline import build, render
from govdoc.readers.bind_word import bind_document
from govdoc.readers.grid import Grid, Span
from govdoc.readers.word import Text, read_document, table_cells
from govdoc.roundtrip.package import Package
from tests.helpers import LAYOUT, SAMPLE, T3, distinct, distinct_figures, report_of, sample, with_cells
from tests.hostile.makers import REPORT, document, pack, paragraph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govdoc.readers.bind import Reading
    from govdoc.report import Report

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "年报.docx"


def reading(path: Path) -> Reading:
    return bind_document(read_document(path), LAYOUT)


def printed(report: Report) -> dict[str, object]:
    """Return what a report prints: title, introduction, narratives, and every figure."""
    narratives = [section.key for section in LAYOUT.sections if section.table is None]
    return {
        "title": "".join(report.title),
        "introduction": report.introduction(),
        **{key: report.paragraphs(key) for key in narratives},
        **{key: figure.shown for key, figure in report.figures.items()},
    }


def figures_of(reading: Reading) -> dict[str, object]:
    return {key: figure.value for key, figure in reading.report.figures.items()}


def body(path: Path, change: Callable[[str], str]) -> None:
    """Change a document's XML in place."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[REPORT] = change(parts[REPORT].decode()).encode()
    path.write_bytes(pack(parts))


def table(*rows: str, grid: str = "") -> str:
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(text: str = "", span: int = 1, merge: str = "") -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{spans}{merge}</w:tcPr>{paragraph(text)}</w:tc>"


def columns(*widths: int) -> str:
    return "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)


START, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def grid_of(path: Path, xml: str) -> Grid:
    path.write_bytes(pack(document(xml)))
    (block,) = read_document(path).blocks
    assert isinstance(block, Grid)
    return block


# ---------------------------------------------------------------- the report that was built


def test_the_report_reads_back_as_what_it_was_made_of(path: Path) -> None:
    report = build(SAMPLE, path).report
    again = reading(path)
    assert ([finding.code for finding in again.findings], printed(again.report)) == ([], printed(report))
    assert figures_of(again) == {key: figure.value for key, figure in report.figures.items()}


def test_200_different_figures_read_back(path: Path) -> None:
    path.write_bytes(render(report_of(distinct())))
    again = reading(path)
    assert ([finding.code for finding in again.findings], figures_of(again)) == ([], distinct_figures())


def test_a_fee_reads_back_to_the_last_decimal(path: Path) -> None:
    report = report_of(with_cells(sample(), {("二、主动公开", "B14"): 59237.2449}))
    path.write_bytes(render(report))
    assert reading(path).report.figures["t2.fees.amount"] == report.figures["t2.fees.amount"]
    assert reading(path).report.figures["t2.fees.amount"].shown == "59237.2449"


@pytest.mark.office
def test_the_report_saved_by_an_office_program_reads_back(path: Path, office: Callable[[Path, str], Path]) -> None:
    path.write_bytes(render(report_of(distinct())))
    again = reading(office(path, "docx"))
    assert ([finding.code for finding in again.findings], figures_of(again)) == ([], distinct_figures())
    assert printed(again.report) == printed(report_of(distinct()))


# ---------------------------------------------------------------- tables


def test_cells_merged_across_and_down_stand_once(path: Path) -> None:
    rows = (
        cell("甲", 2, START) + cell("乙"),
        cell("", 2, GOES_ON) + cell("丙"),
        cell("丁") + cell("戊", 2),
    )
    grid = grid_of(path, table(*rows))
    assert grid.rows == [["甲", None, "乙"], [None, None, "丙"], ["丁", "戊", None]]
    assert set(grid.spans) == {Span(0, 0, 1, 1), Span(2, 1, 2, 2)}


def test_a_merge_follows_a_merge(path: Path) -> None:
    rows = (cell("甲", 1, START), cell("", 1, GOES_ON), cell("乙", 1, START), cell("", 1, GOES_ON), cell("丙"))
    grid = grid_of(path, table(*rows))
    assert grid.rows == [["甲"], [None], ["乙"], [None], ["丙"]]
    assert set(grid.spans) == {Span(0, 0, 1, 0), Span(2, 0, 3, 0)}


@pytest.mark.parametrize("span", ["0", "-1", "x", "1.5", "２", "", "99999999999999999999"])
def test_a_span_that_cannot_be_is_one_column(path: Path, span: str) -> None:
    first = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph("甲")}</w:tc>'
    assert grid_of(path, table(first + cell("乙"))).rows == [["甲", "乙"]]


def test_paragraphs_of_a_cell_are_its_lines(path: Path) -> None:
    xml = f"<w:tbl><w:tr><w:tc>{paragraph('甲')}{paragraph('乙')}</w:tc></w:tr></w:tbl>"
    assert grid_of(path, xml).rows == [["甲\n乙"]]


# Where the borders of two rows do not quite meet, an office program puts a narrow column between them.
HEADS = cell("行政复议", 2) + cell("行政诉讼", 3)
SPLIT = cell("维持") + cell("总计", 2) + cell("维持") + cell("总计")
NUMBERS = cell("1") + cell("2", 2) + cell("3") + cell("4")


@pytest.mark.parametrize("width", [1, 15, 56])
def test_a_sliver_is_no_column(path: Path, width: int) -> None:
    grid = grid_of(path, table(HEADS, SPLIT, NUMBERS, grid=columns(590, 589, width, 590, 589)))
    assert grid.rows == [
        ["行政复议", None, "行政诉讼", None],
        ["维持", "总计", "维持", "总计"],
        ["1", "2", "3", "4"],
    ]
    assert set(grid.spans) == {Span(0, 0, 0, 1), Span(0, 2, 0, 3)}


@pytest.mark.parametrize("widths", [(590, 589, 57, 590, 589), (590, 589, 0, 590, 589), (590, 589), ()])
def test_a_column_of_some_width_or_of_none_given_is_one(path: Path, widths: tuple[int, ...]) -> None:
    grid = grid_of(path, table(HEADS, SPLIT, NUMBERS, grid=columns(*widths)))
    assert grid.rows[2] == ["1", "2", None, "3", "4"]


def test_a_sliver_in_which_a_cell_stands_is_a_column(path: Path) -> None:
    row = cell("1") + cell("2") + cell("3") + cell("4") + cell("5")
    grid = grid_of(path, table(HEADS, SPLIT, row, grid=columns(590, 589, 20, 590, 589)))
    assert grid.rows[2] == ["1", "2", "3", "4", "5"]


def test_cells_are_counted_as_the_grid_counts_them(path: Path) -> None:
    path.write_bytes(pack(document(table(HEADS, SPLIT, NUMBERS, grid=columns(590, 589, 1, 590, 589)))))
    read = Package.open(path).document
    (element,) = read.elements[0]
    assert sorted(table_cells(element)) == [(0, 0), (0, 2), *((row, at) for row in (1, 2) for at in range(4))]


# ---------------------------------------------------------------- a report that was edited


@pytest.fixture
def report(path: Path) -> Path:
    path.write_bytes(render(report_of(distinct())))
    return path


def test_a_changed_figure_reads_as_it_stands(report: Path) -> None:
    old = distinct_figures()["t3.granted.natural"]
    body(report, lambda xml: xml.replace(f">{old}<", ">１２件<", 1))
    again = reading(report)
    assert [(finding.code, finding.found) for finding in again.findings] == [("V205", "１２件")]
    assert figures_of(again) == distinct_figures() | {"t3.granted.natural": 12}


def test_an_emptied_figure_is_a_finding(report: Path) -> None:
    old = distinct_figures()["t3.granted.natural"]
    body(report, lambda xml: xml.replace(f">{old}<", "><", 1))
    again = reading(report)
    assert [finding.code for finding in again.findings] == ["V201"]
    assert figures_of(again) == distinct_figures() | {"t3.granted.natural": None}


def test_a_changed_label_is_a_finding(report: Path) -> None:
    body(report, lambda xml: xml.replace(">2.重复申请<", ">2.重复的申请<", 1))
    again = reading(report)
    assert ([finding.code for finding in again.findings], figures_of(again)) == (["L103"], distinct_figures())


def test_a_deleted_row_is_one_finding(report: Path) -> None:
    def without_row(xml: str) -> str:
        rows = re.findall(r"<w:tr[ >].*?</w:tr>", xml, re.DOTALL)
        (row,) = [row for row in rows if ">2.重复申请<" in row]
        return xml.replace(row, "", 1)

    body(report, without_row)
    again = reading(report)
    lost = {key: None for key in distinct_figures() if key.startswith("t3.declined_repeat.")}
    assert ([finding.code for finding in again.findings], figures_of(again)) == (["L105"], distinct_figures() | lost)


def test_a_deleted_table_leaves_its_figures_open(report: Path) -> None:
    def without_table(xml: str) -> str:
        tables = re.findall(r"<w:tbl>.*?</w:tbl>", xml, re.DOTALL)
        return xml.replace(tables[1], "", 1)

    body(report, without_table)
    again = reading(report)
    lost = {key: None for key in distinct_figures() if key.startswith("t3.")}
    assert figures_of(again) == distinct_figures() | lost
    assert [finding.code for finding in again.findings] == ["L105"]


def test_a_table_under_another_heading_is_read_by_its_labels_or_not_at_all(report: Path) -> None:
    def moved(xml: str) -> str:
        first, second, *_ = re.findall(r"<w:tbl>.*?</w:tbl>", xml, re.DOTALL)
        return xml.replace(first, "\0").replace(second, first).replace("\0", second)

    body(report, moved)
    read = figures_of(reading(report))
    assert {key: value for key, value in read.items() if value is not None}.items() <= distinct_figures().items()


# ---------------------------------------------------------------- paragraphs


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:t>乙</w:t></w:r></w:p>", "甲乙"),
        ("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r></w:p>", "甲\n乙\t丙"),
        ("<w:p><w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t></w:r></w:p>", "1-2"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>", "甲"),
        ("<w:p><w:ins><w:r><w:t>加</w:t></w:r></w:ins><w:r><w:t>甲</w:t></w:r></w:p>", "加甲"),
        ("<w:p><w:del><w:r><w:delText>减</w:delText></w:r></w:del><w:r><w:t>甲</w:t></w:r></w:p>", "甲"),
        ("<w:p><w:hyperlink><w:r><w:t>网址</w:t></w:r></w:hyperlink></w:p>", "网址"),
        ("<w:p><w:r><w:t>&lt;甲&gt; &amp; 乙 &#x20000;</w:t></w:r></w:p>", "<甲> & 乙 𠀀"),
        ("<w:p><w:bookmarkStart/><w:r><w:t>66</w:t></w:r><w:bookmarkEnd/></w:p>", "66"),
        ("<w:p/>", ""),
    ],
)
def test_a_paragraph_is_read_as_it_is_seen(path: Path, xml: str, text: str) -> None:
    path.write_bytes(pack(document(xml)))
    assert read_document(path).blocks == (Text("", text),)


def test_a_style_is_known_by_its_name(path: Path) -> None:
    styles = f'<w:styles xmlns:w="{W}"><w:style w:styleId="a7"><w:name w:val="heading 1"/></w:style></w:styles>'
    known = '<w:p><w:pPr><w:pStyle w:val="a7"/></w:pPr><w:r><w:t>一、总体情况</w:t></w:r></w:p>'
    xml = f'{known}<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>'
    path.write_bytes(pack(document(xml) | {"word/styles.xml": styles.encode()}))
    assert read_document(path).blocks == (Text("heading 1", "一、总体情况"), Text("", ""))


# ---------------------------------------------------------------- files that are none


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"word/document.xml": b"<w:document/>"},
        {"word/document.xml": b"", "word/styles.xml": b"<a/>"},
        {"word/document.xml": b"<a><b></a>", "word/styles.xml": b"<a/>"},
        {"word/document.xml": b"<a/>", "word/styles.xml": b"not xml"},
        {"xl/workbook.xml": b"<workbook/>"},
    ],
)
def test_what_is_no_document_is_refused(path: Path, parts: dict[str, bytes]) -> None:
    path.write_bytes(pack(parts))
    with pytest.raises(InputError):
        read_document(path)


def test_an_entity_is_refused(path: Path) -> None:
    path.write_bytes(pack(document(paragraph("&a;"), head='<!DOCTYPE x [<!ENTITY a "字">]>')))
    with pytest.raises(InputError):
        read_document(path)


@pytest.mark.parametrize("xml", ["", paragraph("只有一段"), table(cell("甲")), "<w:sectPr/>"])
def test_another_document_has_no_figures_and_says_so(path: Path, xml: str) -> None:
    path.write_bytes(pack(document(xml)))
    read = reading(path)
    assert set(figures_of(read).values()) == {None}
    assert read.findings


def test_a_package_of_nothing_but_names_is_refused(path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{T3}.xml", "")
    path.write_bytes(buffer.getvalue())
    with pytest.raises(InputError):
        read_document(path)
