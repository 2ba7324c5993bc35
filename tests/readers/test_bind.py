"""A whole workbook bound: sheets by name, 基本信息, the narratives, the edition; one finding for one fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from govdoc.finding import cell_name
from govdoc.layouts.schema import load_layout
from govdoc.readers.bind import bind_book
from govdoc.readers.grid import Grid, Span
from govdoc.values import ErrorValue, Percent, Uncalculated
from tests.helpers import (
    INFO,
    LAYOUT,
    OTHER,
    OVERVIEW,
    PROBLEMS,
    SAMPLE,
    T2,
    T3,
    T4,
    chained,
    copied,
    delete_row,
    dice_of,
    distinct,
    distinct_figures,
    edited,
    found,
    found_in,
    insert_row,
    on_columns,
    put,
    read_in,
    repeat_row,
    report_of,
    sample,
    sheet_of,
    swap_rows,
    values_in,
    with_cells,
    with_sheet,
)

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.readers.workbook import Book
    from govdoc.values import Content
    from tests.helpers import Edit, Found

REQUIRED = [INFO, *(section.sheet for section in LAYOUT.sections)]
OPTIONAL = [LAYOUT.workbook.guide, LAYOUT.workbook.previous, LAYOUT.workbook.explanations]
NARRATIVES = [OVERVIEW, PROBLEMS, OTHER]
FIELDS = {field.key: row for row, field in enumerate(LAYOUT.info, start=1)}


def in_info(edit: Edit) -> Book:
    return with_sheet(sample(), INFO, edit)


def info_of(book: Book) -> dict[str, str]:
    return dict(report_of(book).info)


def renamed(book: Book, name: str, other: str) -> Book:
    return replace(book, grids=tuple(replace(grid, name=other) if grid.name == name else grid for grid in book.grids))


def without(book: Book, *names: str) -> Book:
    return replace(book, grids=tuple(grid for grid in book.grids if grid.name not in names))


def texts_of(book: Book, sheet: str) -> list[tuple[str, str]]:
    key = next(section.key for section in LAYOUT.sections if section.sheet == sheet)
    return [(entry.heading, entry.text) for entry in report_of(book).narratives[key]]


# ---------------------------------------------------------------- the clean workbook


def test_the_sample_is_read_without_a_finding() -> None:
    assert (read_in(sample()), found_in(sample()), found_in(distinct())) == ([], [], [])
    assert values_in(distinct()) == distinct_figures()


def test_the_sample_saved_again_by_another_program_is_the_same(tmp_path: Path) -> None:
    path = edited(tmp_path, {})
    assert found(path) == []


def test_the_order_of_sheets_does_not_count() -> None:
    book = replace(distinct(), grids=distinct().grids[::-1])
    assert (read_in(book), values_in(book)) == ([], distinct_figures())


# ---------------------------------------------------------------- sheets


@pytest.mark.parametrize("other", ["{}表", "Sheet1", "{}（定稿）", "x"])
@pytest.mark.parametrize("name", REQUIRED)
def test_a_renamed_sheet_is_one_finding(name: str, other: str) -> None:
    assert read_in(renamed(sample(), name, other.format(name))) == [("L101", name)]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_sheet_is_one_finding(name: str) -> None:
    assert read_in(without(sample(), name)) == [("L101", name)]


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_sheet_that_may_be_missing_is_none(name: str) -> None:
    assert read_in(without(sample(), name)) == []


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_renamed_optional_sheet_is_unknown(name: str) -> None:
    assert read_in(renamed(sample(), name, "备份")) == [("L102", "备份")]


def test_every_missing_and_every_unknown_sheet_is_said() -> None:
    book = renamed(renamed(without(sample(), T4), T2, "Sheet1"), T3, "Sheet2")
    grids = (Grid("草稿", [["x"]]), *book.grids, Grid("备查", []))
    assert read_in(replace(book, grids=grids)) == [
        ("L101", T2),
        ("L101", T3),
        ("L101", T4),
        ("L102", "草稿"),
        ("L102", "备查"),
    ]


@pytest.mark.parametrize("name", LAYOUT.workbook.other)
def test_sheets_that_other_commands_write_are_known(name: str) -> None:
    assert read_in(replace(sample(), grids=(*sample().grids, Grid(name, [["x", 1.0]])))) == []


@pytest.mark.parametrize("name", ["三、 依申请公开", "　三、依申请公开", "三、依申请公开\u200b"])
def test_spaces_make_no_other_sheet(name: str) -> None:
    book = renamed(distinct(), T3, name)
    assert (read_in(book), values_in(book)) == ([], distinct_figures())


def test_a_second_sheet_of_a_name_is_unknown() -> None:
    copy = replace(sheet_of(distinct(), T3), name=f"{T3} ", rows=[["x"]])
    book = replace(distinct(), grids=(*distinct().grids, copy))
    assert (read_in(book), values_in(book)) == ([("L102", f"{T3} ")], distinct_figures())


@pytest.mark.parametrize("grids", [(), (Grid("Sheet1", [["x"]]), Grid("Sheet2", []))])
def test_another_workbook_is_one_finding(grids: tuple[Grid, ...]) -> None:
    book = replace(sample(), grids=grids)
    assert (read_in(book), set(values_in(book).values())) == ([("L101", "chaoyang-2021.xlsx")], {None})


@pytest.mark.parametrize("name", REQUIRED)
def test_one_sheet_with_a_statutory_name_makes_no_report(name: str) -> None:
    book = replace(sample(), grids=(Grid("Sheet1", [["x"]]), replace(sheet_of(sample(), name), rows=[["x"]])))
    assert read_in(book) == [("L101", "chaoyang-2021.xlsx")]


def test_a_workbook_whose_sheets_were_all_renamed_is_still_a_report() -> None:
    book = replace(sample(), grids=tuple(replace(grid, name=f"{grid.name}表") for grid in sample().grids))
    assert [one for one in read_in(book) if one[0] == "L101"] == [("L101", name) for name in REQUIRED]


@pytest.mark.parametrize("name", NARRATIVES)
def test_what_a_missing_sheet_would_hold_is_not_missed_once_more(name: str, tmp_path: Path) -> None:
    book = load_workbook(SAMPLE)
    del book[name]
    book.save(tmp_path / "年报.xlsx")
    assert found(tmp_path / "年报.xlsx") == [("L101", name)]


def test_another_workbook_has_nothing_else_wrong(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "台账.xlsx")
    assert found(tmp_path / "台账.xlsx") == [("L101", "台账.xlsx")]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_hidden_sheet_is_one_finding(name: str) -> None:
    assert read_in(with_sheet(sample(), name, lambda grid: replace(grid, hidden=True))) == [("L108", name)]


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_hidden_sheet_that_holds_no_figures_is_none(name: str) -> None:
    assert read_in(with_sheet(sample(), name, lambda grid: replace(grid, hidden=True))) == []


def test_missing_figures_have_no_value_and_no_place() -> None:
    report = report_of(without(distinct(), T3))
    assert {figure.value for key, figure in report.figures.items() if key.startswith("t3.")} == {None}
    assert {key: figure.value for key, figure in report.figures.items() if not key.startswith("t3.")} == {
        key: value for key, value in distinct_figures().items() if not key.startswith("t3.")
    }


# ---------------------------------------------------------------- edition


@pytest.mark.parametrize(
    ("year", "code"), [(2021.0, ""), (2022.0, ""), ("2035", ""), (2020.0, "L107"), ("2019", "L107")]
)
def test_the_edition_must_be_in_force_in_the_year(year: Content, code: str) -> None:
    changed = {(INFO, "B3"): year, (INFO, "B6"): None}
    assert read_in(with_cells(sample(), changed)) == ([(code, f"{INFO}!B3")] if code else [])


@pytest.mark.parametrize("mark", ["2035/1", "2021/9", "x", "/"])
def test_an_unknown_edition_is_one_finding(mark: str) -> None:
    assert read_in(replace(sample(), layout_mark=mark)) == [("L107", f"{INFO}!B3")]


def test_a_workbook_without_mark_goes_by_its_year() -> None:
    book = replace(sample(), layout_mark="")
    assert (read_in(book), report_of(book).layout.edition) == ([], "2021")
    older = with_cells(book, {(INFO, "B3"): 2020.0})
    assert report_of(older).layout.edition == "2019"


def test_the_edition_asked_for_goes_before_the_mark() -> None:
    assert bind_book(sample(), "2019").report.layout is load_layout("2019")


# ---------------------------------------------------------------- 基本信息


INFO_AS_FILLED = {
    "agency": "朝阳市政府办公室",
    "year": "2021",
    "agency_type": "政府部门",
    "scope": "本级",
    "published": "2022-01-20",
    "origin": "朝阳市人民政府办公室",
    "signature": "否",
}


def test_the_fields_are_read() -> None:
    assert info_of(sample()) == INFO_AS_FILLED


BAD_FIELDS: list[tuple[str, Content]] = [
    *[("agency", content) for content in (None, "", " \n", 5.0, True, date(2021, 1, 1))],
    *[
        ("year", content)
        for content in (None, "", "二〇二一", 2021.5, 1899.0, 20210.0, "今年", "2021-2022", date(2021, 1, 1))
    ],
    *[("agency_type", content) for content in (None, "", "局", "政府 部", 1.0)],
    *[("scope", content) for content in (None, "全部", False)],
    *[("published", content) for content in ("2022-13-01", "2022-02-30", "2022年", "1月20日", 44581.0, "待定", True)],
    *[("signature", content) for content in ("Y", "有", True)],
]


@pytest.mark.parametrize(("key", "content"), BAD_FIELDS)
def test_an_empty_or_malformed_field_is_one_finding(key: str, content: Content) -> None:
    book = in_info(put(FIELDS[key], 1, content))
    assert read_in(book) == [("L109", f"{INFO}!{cell_name(FIELDS[key], 1)}")]
    assert info_of(book) == {name: value for name, value in INFO_AS_FILLED.items() if name != key}


GOOD_FIELDS: list[tuple[str, Content, str]] = [
    *[
        ("year", content, "2021")
        for content in (2021.0, 2021, "2021", "2021年", "2021年度", "２０２１", " 2021 ", "2021 年 度")
    ],
    *[("agency", f" {name} ", name) for name in ("某某市财政局", "A", "=1+1", "某某〔2〕局", "乌兰察布市<&>局")],
    *[("agency", name, "某某市财政局") for name in ("某某市\n财政局", "某某市 财政局", "某某市\u3000 财政局")],
    ("agency", "某某市A B局", "某某市A B局"),
    ("agency_type", "政府\u3000部门", "政府部门"),
    ("scope", "汇总 ", "汇总"),
    ("signature", "是", "是"),
    *[("published", content, "2022-01-05") for content in (date(2022, 1, 5), "2022.1.5", "2022年1月5日", 20220105.0)],
    ("published", datetime.fromisoformat("2022-01-05 10:30"), "2022-01-05"),
    ("postcode", 122000.0, "122000"),
    ("phone", "0421-2912345", "0421-2912345"),
    ("phone", 4212912345.0, "4212912345"),
]


@pytest.mark.parametrize(("key", "content", "value"), GOOD_FIELDS)
def test_a_field_is_read_however_it_is_written(key: str, content: Content, value: str) -> None:
    book = in_info(put(FIELDS[key], 1, content))
    assert (read_in(book), info_of(book)) == ([], INFO_AS_FILLED | {key: value})


@pytest.mark.parametrize("name", ["某某市财政局2021年政府信息公开工作年度报告", "XX市财政局", "待补充"])
def test_a_name_that_spoils_the_title_is_one_finding(name: str) -> None:
    assert read_in(in_info(put(FIELDS["agency"], 1, name))) == [("L109", f"{INFO}!B2")]


@pytest.mark.parametrize("published", ["2021-12-31", "2021-01-20"])
def test_a_date_before_the_year_is_over_is_a_warning(published: str) -> None:
    (finding,) = bind_book(in_info(put(FIELDS["published"], 1, published))).findings
    place = f"{INFO}!{cell_name(FIELDS['published'], 1)}"
    assert (finding.code, str(finding.where), finding.blocks) == ("L109", place, False)


def test_a_signature_without_its_date_is_a_warning() -> None:
    book = in_info(chained(put(FIELDS["published"], 1, None), put(FIELDS["signature"], 1, "是")))
    (finding,) = bind_book(book).findings
    assert (finding.code, finding.where.row, finding.blocks) == ("L109", FIELDS["published"], False)


@pytest.mark.parametrize("key", ["published", "origin", "address", "signature"])
def test_an_optional_field_may_be_empty(key: str) -> None:
    book = in_info(put(FIELDS[key], 1, None))
    assert (read_in(book), key in info_of(book)) == ([], False)


@pytest.mark.parametrize(
    ("content", "code"),
    [(ErrorValue("#REF!"), "V208"), (Uncalculated("=Sheet1!A1"), "V207"), ("甲\x0b局", "V211")],
)
def test_a_field_without_text_is_one_finding(content: Content, code: str) -> None:
    assert read_in(in_info(put(FIELDS["agency"], 1, content))) == [(code, f"{INFO}!B2")]


def test_the_order_of_the_fields_does_not_count() -> None:
    def turned(grid: Grid) -> Grid:
        return replace(grid, rows=[grid.rows[0], *grid.rows[:0:-1]])

    assert (read_in(in_info(turned)), info_of(in_info(turned))) == ([], INFO_AS_FILLED)


@pytest.mark.parametrize("key", FIELDS)
def test_a_missing_field_is_one_finding(key: str) -> None:
    book = in_info(delete_row(FIELDS[key]))
    assert read_in(book) == [("L103", f"{INFO}!{cell_name(FIELDS[key], 0)}")]
    assert info_of(book) == {name: value for name, value in INFO_AS_FILLED.items() if name != key}


@pytest.mark.parametrize("text", ["别的", None, 5.0, "机关", "项目"])
@pytest.mark.parametrize("key", FIELDS)
def test_a_changed_field_label_is_one_finding(key: str, text: Content) -> None:
    book = in_info(put(FIELDS[key], 0, text))
    assert read_in(book) == [("L103", f"{INFO}!{cell_name(FIELDS[key], 0)}")]


@pytest.mark.parametrize("label", ["机关 名称", "机关名称\n", "\u3000机关名称"])
def test_spaces_make_no_other_field(label: str) -> None:
    assert read_in(in_info(put(FIELDS["agency"], 0, label))) == []


INFO_DAMAGE: list[tuple[str, Edit, Found]] = [
    ("a blank row", insert_row(3), []),
    ("a row of its own", insert_row(3, ["分管领导", "某某"]), [("L108", f"{INFO}!A4")]),
    ("a field twice", repeat_row(1), [("L108", f"{INFO}!A3")]),
    ("a title", insert_row(0, ["某某市基本信息"]), [("L105", f"{INFO}!A1")]),
    ("five blank rows on top", chained(*[insert_row(0)] * 5), [("L105", f"{INFO}!A1")]),
    ("a column before", on_columns(insert_row(0)), [("L105", f"{INFO}!A1")]),
    ("a column between", on_columns(insert_row(1)), [("L105", f"{INFO}!B1")]),
    ("columns that changed places", on_columns(swap_rows(0)), [("L105", f"{INFO}!B1")]),
    ("no help column", on_columns(delete_row(2)), [("L105", f"{INFO}!C1")]),
    ("no value column", on_columns(delete_row(1)), [("L105", f"{INFO}!B1")]),
    ("no label column", on_columns(delete_row(0)), [("L105", f"{INFO}!A1")]),
    ("no heads", delete_row(0), [("L105", f"{INFO}!A1")]),
    ("nothing", lambda grid: replace(grid, rows=[]), [("L105", f"{INFO}!A1")]),
    ("a remark beside", put(4, 5, "备注"), [("L108", f"{INFO}!F5")]),
    ("a remark below", put(20, 0, "备注"), [("L108", f"{INFO}!A21")]),
    ("other help", put(4, 2, "别的说明"), []),
    ("a hidden row", lambda grid: replace(grid, hidden_rows=frozenset({2, 40})), [("L108", f"{INFO}!A3")]),
    ("a hidden column", lambda grid: replace(grid, hidden_columns=frozenset({1, 2})), [("L108", f"{INFO}!B1")]),
]


@pytest.mark.parametrize(("edit", "wanted"), [one[1:] for one in INFO_DAMAGE], ids=[one[0] for one in INFO_DAMAGE])
def test_damage_to_the_fields_is_one_finding(edit: Edit, wanted: Found) -> None:
    assert read_in(in_info(edit)) == wanted


@pytest.mark.parametrize(
    "edit",
    [
        insert_row(0, ["某某市基本信息"]),
        on_columns(insert_row(0)),
        on_columns(insert_row(1, [None, "x"])),
        on_columns(swap_rows(0)),
        on_columns(delete_row(2)),
        delete_row(0),
    ],
)
def test_the_fields_are_read_wherever_their_heads_stand(edit: Edit) -> None:
    assert info_of(in_info(edit)) == INFO_AS_FILLED


# ---------------------------------------------------------------- heads of lists


@pytest.mark.parametrize("text", ["改了", None, "  ", 3.0])
@pytest.mark.parametrize(
    ("sheet", "column"),
    [*((INFO, column) for column in range(3)), *((one, column) for one in NARRATIVES for column in (0, 1))],
)
def test_a_changed_head_is_one_finding(sheet: str, column: int, text: Content) -> None:
    book = with_sheet(sample(), sheet, put(0, column, text))
    assert read_in(book) == [("L104", f"{sheet}!{cell_name(0, column)}")]
    assert report_of(book) == report_of(sample())


@pytest.mark.parametrize("head", ["小 标 题", "小标题\n", "\u200b小标题"])
def test_spaces_make_no_other_head(head: str) -> None:
    assert read_in(with_sheet(sample(), OVERVIEW, put(0, 0, head))) == []


# ---------------------------------------------------------------- narratives


NARRATIVE_DAMAGE: list[tuple[str, Edit, Found]] = [
    ("a title", insert_row(0, ["一、总体情况"]), [("L105", "A1")]),
    ("a blank row on top", insert_row(0), [("L105", "A1")]),
    ("nine rows on top", chained(*[insert_row(0, [None, "x"])] * 9), [("L105", "A1")]),
    ("a column before", on_columns(insert_row(0)), [("L105", "A1")]),
    ("a column between", on_columns(insert_row(1, [None, "页码", "1"])), [("L105", "B1")]),
    ("columns that changed places", on_columns(swap_rows(0)), [("L105", "B1")]),
    ("no heads", delete_row(0), [("L105", "A1")]),
]


@pytest.mark.parametrize(
    ("edit", "wanted"), [one[1:] for one in NARRATIVE_DAMAGE], ids=[one[0] for one in NARRATIVE_DAMAGE]
)
@pytest.mark.parametrize("sheet", NARRATIVES)
def test_damage_to_a_narrative_is_one_finding_and_its_text_is_read(sheet: str, edit: Edit, wanted: Found) -> None:
    book = with_sheet(sample(), sheet, edit)
    assert read_in(book) == [(code, f"{sheet}!{place}") for code, place in wanted]
    assert texts_of(book, sheet) == texts_of(sample(), sheet)


@pytest.mark.parametrize(("column", "lost"), [(0, "A1"), (1, "B1")])
@pytest.mark.parametrize("sheet", NARRATIVES)
def test_a_deleted_column_of_a_narrative_is_one_finding(sheet: str, column: int, lost: str) -> None:
    book = with_sheet(sample(), sheet, on_columns(delete_row(column)))
    assert read_in(book) == [("L105", f"{sheet}!{lost}")]
    kept = 1 - column
    assert [row[kept] for row in texts_of(book, sheet)] == [row[kept] for row in texts_of(sample(), sheet)]


@pytest.mark.parametrize("sheet", NARRATIVES)
def test_an_emptied_narrative_is_one_finding(sheet: str) -> None:
    book = with_sheet(sample(), sheet, lambda grid: replace(grid, rows=[]))
    assert (read_in(book), texts_of(book, sheet)) == ([("L105", f"{sheet}!A1")], [])


NARRATIVE_ROWS: list[tuple[str, Edit, Found]] = [
    ("a column of its own", on_columns(insert_row(2, [None, "备注"])), [("L108", "C2")]),
    ("a remark beside", put(2, 4, "备注"), [("L108", "E3")]),
    ("a headed column", on_columns(insert_row(2, ["审核人", "某某"])), [("L108", "C1")]),
    ("a hidden row", lambda grid: replace(grid, hidden_rows=frozenset({1, 60})), [("L108", "A2")]),
    ("a hidden column", lambda grid: replace(grid, hidden_columns=frozenset({1, 7})), [("L108", "B1")]),
    ("an error", put(1, 1, ErrorValue("#NAME?")), [("V208", "B2")]),
    ("a formula", put(1, 1, Uncalculated("=Sheet1!A1")), [("V207", "B2")]),
    ("a control character", put(1, 1, "甲\x0b乙\x07"), [("V211", "B2")]),
    ("a lone surrogate in a heading", put(1, 0, "（一）\ud800"), [("V211", "A2")]),
    ("a blank row", insert_row(2), []),
    ("rows that changed places", swap_rows(1), []),
    ("a row more", insert_row(2, ["（九）其他", "文字"]), []),
    ("a row without heading", insert_row(2, [None, "文字"]), []),
    ("a row without text", insert_row(2, ["（九）其他"]), []),
    ("merged cells", lambda grid: replace(grid, spans=(Span(1, 0, 1, 1),)), []),
    ("a number", put(1, 1, 5.0), []),
]


@pytest.mark.parametrize(
    ("edit", "wanted"), [one[1:] for one in NARRATIVE_ROWS], ids=[one[0] for one in NARRATIVE_ROWS]
)
@pytest.mark.parametrize("sheet", NARRATIVES)
def test_what_stands_in_a_narrative(sheet: str, edit: Edit, wanted: Found) -> None:
    book = with_sheet(sample(), sheet, edit)
    assert read_in(book) == [(code, f"{sheet}!{place}") for code, place in wanted]


UNSEEN = "\ufeff\u200b\u00ad\u200e\u202a\u202c\u2060"


def test_what_nobody_sees_in_a_text_is_not_there() -> None:
    def strewn(content: Content) -> Content:
        return UNSEEN.join(["", *content, ""]) if isinstance(content, str) and content else content

    def strew(grid: Grid) -> Grid:
        return replace(grid, rows=[[strewn(content) for content in row] for row in grid.rows])

    book = sample()
    for sheet in (INFO, *NARRATIVES, LAYOUT.workbook.explanations):
        book = with_sheet(book, sheet, strew)
    assert read_in(book) == []
    assert report_of(book) == report_of(sample())


def test_a_tab_in_a_field_is_a_space() -> None:
    row = next(number for number, field in enumerate(LAYOUT.info, start=1) if field.key == "origin")
    assert info_of(in_info(put(row, 1, "某某市\t办公室 ")))["origin"] == "某某市办公室"


def test_rows_of_a_narrative_keep_their_order_and_their_line_breaks() -> None:
    rows: list[list[Content]] = [
        ["小标题", "正文"],
        ["（二）乙", "第一段\r\n第二段\n\n第三段"],
        [None, None],
        [None, "没有标题"],
        [" （一）甲 ", None],
        ["数字", 2021.0],
        ["比例", Percent(0.339)],
        ["日期", date(2022, 1, 20)],
    ]
    book = with_sheet(sample(), PROBLEMS, lambda grid: replace(grid, rows=rows))
    assert texts_of(book, PROBLEMS) == [
        ("（二）乙", "第一段\n第二段\n\n第三段"),
        ("", "没有标题"),
        ("（一）甲", ""),
        ("数字", "2021"),
        ("比例", "33.9%"),
        ("日期", "2022-01-20"),
    ]


@pytest.mark.parametrize("heading", ["导语", "导 语", "\u3000导语\n"])
def test_the_introduction_is_known_by_its_heading_wherever_it_stands(heading: str) -> None:
    rows: list[list[Content]] = [["小标题", "正文"], ["（一）主动公开情况", "甲"], [heading, "乙"]]
    report = report_of(with_sheet(sample(), OVERVIEW, lambda grid: replace(grid, rows=rows)))
    assert [paragraph.text for paragraph in report.introduction()] == ["乙"]
    assert [paragraph.text for paragraph in report.paragraphs("overview")] == ["（一）主动公开情况", "甲"]


# ---------------------------------------------------------------- all in one run


def test_faults_of_all_sheets_are_said_in_one_run() -> None:
    book = with_cells(
        distinct(),
        {
            (INFO, "B2"): None,
            (OVERVIEW, "D3"): "备注",
            (T2, "B3"): "/",
            (T3, "E3"): "企业",
            (T3, "D6"): None,
            (T4, "A4"): -1.0,
            (OTHER, "B2"): ErrorValue("#N/A"),
        },
    )
    assert read_in(with_sheet(book, PROBLEMS, lambda grid: replace(grid, hidden=True))) == [
        ("L109", f"{INFO}!B2"),
        ("V206", f"{T2}!B3"),
        ("L104", f"{T3}!E3"),
        ("V201", f"{T3}!D6"),
        ("V203", f"{T4}!A4"),
        ("V208", f"{OTHER}!B2"),
        ("L108", f"{OVERVIEW}!D3"),
        ("L108", PROBLEMS),
    ]


def test_blank_cells_are_zero_only_on_request() -> None:
    book = with_cells(distinct(), {(T3, "D6"): None, (T4, "A4"): None, (INFO, "B2"): None})
    reading = bind_book(book, blank_as_zero=True)
    assert [(one.code, str(one.where)) for one in reading.findings] == [("L109", f"{INFO}!B2")]
    assert [(one.code, str(one.where)) for one in reading.filled] == [("V201", f"{T3}!D6"), ("V201", f"{T4}!A4")]
    assert (reading.report.value("t3.granted.natural"), reading.report.value("t4.review.upheld")) == (0, 0)


# ---------------------------------------------------------------- anything at all


JUNK: list[Content] = [
    *(
        None,
        "",
        "机关名称",
        "小标题",
        "正文",
        "项目",
        "总计",
        "勾稽",
        "导语",
        "2021",
        "\x00",
        "\udfff",
        "{{三.本年新收.总计}}",
    ),
    *(0.0, -1.0, 1e308, float("inf"), True, date(1900, 1, 1), ErrorValue("#REF!"), Uncalculated("=A1"), Percent(2.0)),
]


def renaming(name: str) -> Edit:
    return lambda grid: replace(grid, name=name)


@pytest.mark.parametrize("seed", range(200))
def test_no_edit_makes_the_reader_fail(seed: int) -> None:
    dice = dice_of(seed)
    book = sample() if seed % 2 else distinct()
    for _ in range(dice.randrange(1, 15)):
        grid = dice.choice(book.grids)
        height, width = len(grid.rows), max((len(row) for row in grid.rows), default=0)
        edits: list[Edit] = [
            put(dice.randrange(height + 3), dice.randrange(width + 3), dice.choice(JUNK)) for _ in range(6)
        ]
        edits.append(insert_row(dice.randrange(height + 1), dice.choices(JUNK, k=width)))
        edits.append(lambda grid: replace(grid, hidden=True, hidden_rows=frozenset(range(9))))
        if height > 1 and width > 1:
            edits += [delete_row(dice.randrange(height - 1)), on_columns(delete_row(dice.randrange(width - 1)))]
            edits += [swap_rows(dice.randrange(height - 1)), on_columns(repeat_row(dice.randrange(width)))]
        edit = dice.choice(edits)
        if dice.random() < 0.05:
            edit = renaming(dice.choice(["", T3, "Sheet1", "上年数据"]))
        book = replace(book, grids=tuple(edit(one) if one is grid else one for one in book.grids))
    findings = found_in(book)
    assert set(values_in(book)) == set(LAYOUT.figures)
    assert len({place.partition("!")[0] for code, place in findings if code == "L105"}) <= len(book.grids)


def test_rows_of_different_length_are_no_matter() -> None:
    def ragged(grid: Grid) -> Grid:
        rows = copied(grid)
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        return replace(grid, rows=rows)

    book = distinct()
    for name in REQUIRED:
        book = with_sheet(book, name, ragged)
    assert (read_in(book), values_in(book)) == ([], distinct_figures())
