"""The standard workbook: its geometry, formulas, guards and looks; and LibreOffice reckons what it says."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from govdoc.finding import cell_name
from govdoc.layouts.schema import load_layout, parse_layout
from govdoc.writers.workbook import make_workbook
from govdoc.writers.workbook_checks import plan_checks
from govdoc.writers.workbook_formulas import check_formula, references, sum_formula
from govdoc.writers.workbook_style import line_count, row_height, text_pieces
from govdoc.writers.workbook_tables import previous_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl import Workbook

LAYOUT = load_layout("2021")
INFO, OVERVIEW, PROBLEMS, OTHER = "基本信息", "一、总体情况", "五、问题及改进", "六、其他事项"
T2, T3, T4, PREVIOUS, EXPLANATIONS = "二、主动公开", "三、依申请公开", "四、复议诉讼", "上年数据", "情况说明"
SHEETS = {"t2": T2, "t3": T3, "t4": T4}

Figures = dict[str, int | Decimal]


def opened(book: bytes) -> Any:  # what openpyxl reads back is typed too loosely to be of use in a test
    return load_workbook(io.BytesIO(book))


@pytest.fixture(scope="module")
def blank() -> bytes:
    return make_workbook(LAYOUT)


@pytest.fixture(scope="module")
def book(blank: bytes) -> Any:
    return opened(blank)


def balanced() -> Figures:
    """Figures for which every sum holds: each is its place in the layout, and the totals are made of them."""
    figures: Figures = {key: number % 7 for number, key in enumerate(LAYOUT.figures)}
    received = [key for key in figures if key.startswith("t3.received.")]
    for rule in ("S302", "S301", "S304"):
        figures |= {
            equation.equals[0]: sum(figures[part] for part in equation.parts)
            for equation in LAYOUT.equations
            if equation.rule == rule
        }
    for equation in LAYOUT.equations:
        if equation.rule == "S303":
            new, carried = equation.parts
            figures[new] = sum(figures[key] for key in equation.equals) - figures[carried]
    assert all(figures[key] >= 0 for key in received)
    return figures


def last_year(figures: Figures) -> Figures:
    """Last year's figures that this year's continue."""
    previous: Figures = {
        key.replace("carried_over", "carried_forward"): value
        for key, value in figures.items()
        if key.startswith("t3.carried_over.")
    }
    for row in ("t2.regulations", "t2.normative"):
        previous[f"{row}.in_force"] = figures[f"{row}.in_force"] - figures[f"{row}.made"] + figures[f"{row}.repealed"]
    return previous


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ([(3, 3)], "D4"),
        ([(3, column) for column in range(3, 9)], "D4:I4"),
        ([(row, 3) for row in range(5, 26)], "D6:D26"),
        ([(3, 3), (4, 3), (26, 3)], "D4:D5,D27"),
        ([(3, 4), (3, 3), (4, 4), (4, 3)], "D4:E5"),
        ([(3, 3), (3, 4), (4, 3)], "D4:E4,D5"),
        ([(0, 25), (0, 26)], "Z1:AA1"),
    ],
)
def test_neighbouring_cells_are_named_as_a_range(cells: list[tuple[int, int]], named: str) -> None:
    assert references(cells) == named
    assert references(reversed(cells)) == named


def test_a_reference_to_another_sheet_quotes_its_name() -> None:
    assert references([(0, 0), (2, 0)], "上年'数据") == "'上年''数据'!A1,'上年''数据'!A3"


def test_a_total_is_blank_while_its_parts_are() -> None:
    assert sum_formula([(3, 3), (3, 4)]) == '=IF(COUNT(D4:E4)=0,"",SUM(D4:E4))'


def test_a_check_rests_on_every_entry() -> None:
    assert check_formula(left="A1:B1", right="C1", entries="A1:C1", count=3) == (
        '=IF(COUNT(A1:C1)=0,"",IF(COUNT(A1:C1)<3,"—",IF(SUM(A1:B1)=SUM(C1),"✓","差 "&(SUM(A1:B1)-SUM(C1)))))'
    )
    assert check_formula(left="A1", right="X1", entries="A1,X1", count=2, needed="X1").startswith('=IF(COUNT(X1)=0,""')


# ---------------------------------------------------------------- sheets and geometry


def test_sheets_stand_in_order(book: Workbook) -> None:
    assert tuple(book.sheetnames) == LAYOUT.sheets


@pytest.mark.parametrize("key", SHEETS)
def test_a_table_stands_at_a1_as_in_its_form(book: Any, key: str) -> None:
    form = LAYOUT.table[key].form
    sheet = book[SHEETS[key]]
    inside = [
        str(area) for area in sheet.merged_cells.ranges if area.max_row <= form.rows and area.max_col <= form.columns
    ]
    assert sorted(inside) == sorted(_merged(form.labels) + _merged(form.slots))
    assert {(label.row, label.column): label.text for label in form.labels} == {
        (cell.row - 1, cell.column - 1): cell.value
        for row in sheet.iter_rows(max_row=form.rows, max_col=form.columns)
        for cell in row
        if cell.value is not None and not str(cell.value).startswith("=")
    }


def _merged(places: Sequence[Any]) -> list[str]:
    names = []
    for place in places:
        last = cell_name(place.row + getattr(place, "rows", 1) - 1, place.column + place.columns - 1)
        if last != cell_name(place.row, place.column):
            names.append(f"{cell_name(place.row, place.column)}:{last}")
    return names


def test_last_years_tables_stand_below_one_another(book: Any) -> None:
    sheet = book[PREVIOUS]
    headings = {row: sheet.cell(row, 1).value for row in (1, 17, 47)}
    assert headings == {1: LAYOUT.sections[1].heading, 17: LAYOUT.sections[2].heading, 47: LAYOUT.sections[3].heading}
    assert [cell.value for cell in sheet[16]] == [None] * 15
    cells = previous_cells(LAYOUT)
    assert [cell_name(*cells[key]) for key in ("t2.regulations.made", "t3.received.natural", "t4.review.upheld")] == [
        "B4",
        "D21",
        "A51",
    ]
    for table in LAYOUT.tables:
        top = cells[table.form.slots[0].figure.key][0] - table.form.slots[0].row
        for label in table.form.labels:
            assert sheet.cell(top + label.row + 1, label.column + 1).value == label.text


def test_basic_information_has_a_row_for_each_field(book: Any) -> None:
    rows = list(book[INFO].iter_rows(values_only=True))
    assert rows[0] == LAYOUT.workbook.info_heads
    assert [row[0] for row in rows[1:]] == [field.label for field in LAYOUT.info]
    assert [row[1] for row in rows[1:]] == [field.default or None for field in LAYOUT.info]
    assert [row[2].startswith("必填。") for row in rows[1:]] == [field.required for field in LAYOUT.info]


def test_narrative_sheets_offer_their_headings_and_rows_for_more(book: Any) -> None:
    for section in LAYOUT.sections:
        if section.table is None:
            sheet = book[section.sheet]
            assert [cell.value for cell in sheet[1]] == list(LAYOUT.workbook.narrative_heads)
            texts = [sheet.cell(row, 1).value for row in range(2, 41)]
            assert texts == [*section.rows, *[None] * (39 - len(section.rows))]
            assert all(not sheet.cell(row, column).protection.locked for row in range(2, 41) for column in (1, 2))


def test_explanations_have_heads_and_open_rows(book: Any) -> None:
    sheet = book[EXPLANATIONS]
    assert [cell.value for cell in sheet[1]] == list(LAYOUT.workbook.explanation_heads)
    assert all(not sheet.cell(row, column).protection.locked for row in range(2, 61) for column in (1, 2, 3))


def test_the_guide_says_what_a_clerk_must_know(book: Any) -> None:
    text = "\n".join(str(cell) for row in book["填报说明"].iter_rows(values_only=True) for cell in row if cell)
    for needed in (
        LAYOUT.source,
        "1 月 31 日",
        "3 月 31 日",
        "没有发生请填 0",
        "govdoc check 文件名.xlsx",
        "信息处理费",
        "{{三.本年新收.总计}}",
    ):
        assert needed in text
    assert not re.search(r"[{}|]", text.replace("{{三.本年新收.总计}}", ""))


# ---------------------------------------------------------------- totals and check cells


def test_every_total_is_a_formula_over_its_parts(book: Any) -> None:
    formulas = {
        cell.coordinate: cell.value
        for row in book[T3].iter_rows(max_row=28, max_col=10)
        for cell in row
        if str(cell.value).startswith("=")
    }
    rows = {f"J{row}": f'=IF(COUNT(D{row}:I{row})=0,"",SUM(D{row}:I{row}))' for row in range(4, 29)}
    results = {f"{column}27": f'=IF(COUNT({column}6:{column}26)=0,"",SUM({column}6:{column}26))' for column in "DEFGHI"}
    assert formulas == rows | results
    assert [book[T4][cell].value for cell in ("E4", "J4", "O4")] == [
        f'=IF(COUNT({parts})=0,"",SUM({parts}))' for parts in ("A4:D4", "F4:I4", "K4:N4")
    ]
    assert [cell.value for row in book[PREVIOUS].iter_rows() for cell in row if cell.data_type == "f"] == []


def test_check_cells_stand_beside_and_below_the_tables(book: Any) -> None:
    places = {
        table.key: (
            [(str(label.area), label.text) for label in checks.labels],
            [str(check.area) for check in checks.cells],
        )
        for table in LAYOUT.tables
        for checks in [plan_checks(LAYOUT, table, previous_cells(LAYOUT))]
    }
    assert places == {
        "t2": ([("E1:E2", "勾稽\n有效＝上年数据的有效＋制发－废止")], ["E3", "E4"]),
        "t3": (
            [
                ("K1:K3", "勾稽\n自然人至其他之和＝总计"),
                ("A29:C29", "勾稽：（一）予以公开至（六）其他处理之和＝（七）总计"),
                ("A30:C30", "勾稽：本年新收＋上年结转＝办理结果＋结转下年"),
                ("A31:C31", "勾稽：上年结转＝上年数据的结转下年"),
            ],
            [f"K{row}" for row in range(4, 29)] + [f"{column}{row}" for row in (29, 30, 31) for column in "DEFGHIJ"],
        ),
        "t4": (
            [("P1:P3", "勾稽"), ("P5", "勾稽：结果维持＋结果纠正＋其他结果＋尚未审结＝总计")],
            ["A5:E5", "F5:J5", "K5:O5"],
        ),
    }
    for key, (labels, cells) in places.items():
        sheet = book[SHEETS[key]]
        assert {area: sheet[area.split(":")[0]].value for area, _ in labels} == dict(labels)
        assert all(sheet[area.split(":")[0]].data_type == "f" for area in cells)


def test_a_check_waits_for_the_parts_of_its_totals_too(book: Any) -> None:
    assert book[T3]["D30"].value.startswith('=IF(COUNT(D4:D28)=0,"",IF(COUNT(D4:D28)<25,"—",IF(SUM(D4:D5)=SUM(D27:D28)')
    assert book[T3]["K27"].value.startswith('=IF(COUNT(D6:I26,D27:J27)=0,"",IF(COUNT(D6:I26,D27:J27)<133,')
    assert book[T3]["D31"].value.startswith("=IF(COUNT('上年数据'!D45)=0,\"\",IF(COUNT(D5,'上年数据'!D45)<2,")
    assert book[T2]["E3"].value.endswith("\"差 \"&(SUM(C3:D3)-SUM(B3,'上年数据'!D4)))))")


def test_sums_that_share_the_rows_of_a_longer_table_get_a_column_each() -> None:
    text = resources.files("govdoc.layouts").joinpath("2021.toml").read_text(encoding="utf-8")
    text = text.partition("\n[prose]")[0]  # it and the main figures name the one row
    text = re.sub(r"main_figures = \[.*?\]\n", "", text, flags=re.DOTALL)
    two = '[{ key = "a", short = "甲", labels = [] }, { key = "b", short = "乙", labels = [] }]'
    layout = parse_layout(text.replace('[{ key = "", short = "", labels = [] }]', two), "two rows")
    checks = plan_checks(layout, layout.table["t4"], {})
    assert [str(label.area) for label in checks.labels] == ["P1:P3", "Q1:Q3", "R1:R3"]
    assert [str(check.area) for check in checks.cells] == ["P4", "P5", "Q4", "Q5", "R4", "R5"]


# ---------------------------------------------------------------- values


def test_figures_are_written_as_they_are_and_right_totals_stay_formulas() -> None:
    figures = balanced() | {"t2.fees.amount": Decimal("59237.2449")}
    sheets = opened(make_workbook(LAYOUT, figures=figures, previous={"t4.review.total": 7}))
    for table in LAYOUT.tables:
        for slot in table.form.slots:
            cell = sheets[SHEETS[table.key]].cell(slot.row + 1, slot.column + 1)
            if slot.figure.key in LAYOUT.totals:
                assert cell.data_type == "f"
            else:
                assert (cell.data_type, str(cell.value)) == ("n", str(figures[slot.figure.key]))
    assert sheets[PREVIOUS]["E51"].value == 7


def test_a_total_given_otherwise_than_its_parts_stays_as_given() -> None:
    given: Figures = {"t4.review.upheld": 1, "t4.review.total": 5, "t3.granted.total": 0, "t4.direct_suit.upheld": 2}
    sheets = opened(make_workbook(LAYOUT, figures=given))
    assert (sheets[T4]["E4"].value, sheets[T3]["J6"].value) == (5, 0)
    assert str(sheets[T4]["J4"].value).startswith("=IF(COUNT(F4:I4)")


def test_basic_information_is_written_by_kind() -> None:
    info = {"agency": "=某局", "year": "2024", "published": "2025-01-20", "postcode": "012000", "phone": "+86 10"}
    sheet = opened(make_workbook(LAYOUT, info=info))[INFO]
    values = {sheet.cell(row, 1).value: sheet.cell(row, 2) for row in range(2, 14)}
    assert (values["机关名称"].value, values["机关名称"].data_type) == ("=某局", "s")
    assert (values["报告年度"].value, values["邮政编码"].value) == (2024, "012000")
    assert (str(values["发布日期"].value.date()), values["发布日期"].number_format) == ("2025-01-20", "yyyy-mm-dd")
    assert (values["联系电话"].value, values["联系电话"].number_format) == ("+86 10", "@")
    odd = opened(make_workbook(LAYOUT, info={"year": "二〇二四", "published": "一月"}))[INFO]
    assert (odd["B3"].value, odd["B6"].value) == ("二〇二四", "一月")


def test_given_narratives_take_the_place_of_the_headings() -> None:
    rows = [(f"（{number}）", "甲\r\n乙\r丙") for number in range(50)]
    sheet = opened(make_workbook(LAYOUT, narratives={"problems": rows}))[PROBLEMS]
    assert [cell.value for cell in sheet["A"][1:51]] == [heading for heading, _ in rows]
    assert sheet["B51"].value == "甲\n乙\n丙"
    assert not sheet["B61"].protection.locked


@pytest.mark.parametrize(
    "text", ["=1+1", "+8610", "-1", "@x", "=cmd|' /c calc'!A1", "#N/A", "2024", "TRUE", " 前后空格 ", "\t制表"]
)
def test_a_text_stays_a_text(text: str) -> None:
    made = make_workbook(LAYOUT, narratives={"overview": [(text, text)]})
    sheet = opened(made)[OVERVIEW]
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [(text, "s")] * 2
    assert sheet["B2"].quotePrefix is text.startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet3.xml")


def test_characters_that_xml_cannot_hold_are_replaced_where_all_can_see() -> None:
    sheet = opened(make_workbook(LAYOUT, narratives={"overview": [("", "甲\x00乙\x0b丙\ud800丁\ufffe戊\U00020000")]}))
    assert sheet[OVERVIEW]["B2"].value == "甲\ufffd乙\ufffd丙\ufffd丁\ufffd戊\U00020000"


def test_what_looks_like_an_escape_is_read_back_as_it_is() -> None:
    made = make_workbook(LAYOUT, narratives={"overview": [("", "a_x0041_b_x")]})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name(OVERVIEW).to_python()
    assert rows[1][1] == "a_x0041_b_x"


def test_a_text_too_long_for_a_cell_goes_on_below() -> None:
    text = "\n".join(["公" * 9000] * 4)
    assert text_pieces(text) == ["公" * 9000] * 4
    assert text_pieces("公" * 16_001) == ["公" * 16_000, "公"]
    assert text_pieces("") == [""]
    sheet = opened(make_workbook(LAYOUT, narratives={"problems": [("（一）", text)]}))[PROBLEMS]
    assert [cell.value for cell in sheet["A"][1:6]] == ["（一）", None, None, None, None]
    assert "\n".join(cell.value for cell in sheet["B"][1:5]) == text


@pytest.mark.parametrize(
    "given",
    [
        {"info": {"name": "x"}},
        {"figures": {"t9.a.b": 1}},
        {"previous": {"t3.granted": 1}},
        {"narratives": {"requests": []}},
    ],
)
def test_what_the_layout_does_not_know_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        make_workbook(LAYOUT, **given)


# ---------------------------------------------------------------- guards


def validations(sheet: Any) -> Iterator[tuple[Any, str]]:
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    yield rule, cell_name(row - 1, column - 1)


def test_every_number_is_guarded_once_by_its_kind(book: Any) -> None:
    for table in LAYOUT.tables:
        guarded = [cell for _, cell in validations(book[SHEETS[table.key]])]
        assert Counter(guarded) == Counter(cell_name(slot.row, slot.column) for slot in table.form.slots)
        rules = {cell: rule for rule, cell in validations(book[SHEETS[table.key]])}
        for slot in table.form.slots:
            rule = rules[cell_name(slot.row, slot.column)]
            kind = {"count": "whole", "amount": "decimal"}[slot.figure.kind]
            assert (rule.type, rule.operator, rule.formula1) == (kind, "greaterThanOrEqual", "0")
            assert rule.showErrorMessage
            assert rule.showInputMessage
    assert len(dict.fromkeys(cell for _, cell in validations(book[PREVIOUS]))) == len(LAYOUT.figures)


def test_prompts_and_refusals_are_chinese_and_short_enough_for_excel(book: Any) -> None:
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            for text, most in ((rule.promptTitle, 32), (rule.errorTitle, 32), (rule.prompt, 255), (rule.error, 225)):
                assert text is None or (0 < len(text) <= most and re.search("[一-鿿]", text))


def test_basic_information_is_guarded_by_kind(book: Any) -> None:
    rules = {cell: rule for rule, cell in validations(book[INFO])}
    assert {cell: rule.type for cell, rule in rules.items()} == {
        "B3": "whole",
        "B4": "list",
        "B5": "list",
        "B6": "date",
        "B13": "list",
    }
    assert rules["B4"].formula1 == '"人民政府,政府部门,派出机关,其他"'
    assert (rules["B3"].formula1, rules["B3"].formula2) == ("2000", "2100")


def test_labels_are_locked_and_inputs_are_not(book: Any) -> None:
    for sheet in book:
        protection = sheet.protection
        assert protection.sheet
        assert protection.password is None
        forbidden = (protection.formatColumns, protection.formatRows, protection.selectLockedCells)
        assert forbidden == (False, False, False)
    for table in LAYOUT.tables:
        sheet = book[SHEETS[table.key]]
        slots = {
            (slot.row, column) for slot in table.form.slots for column in range(slot.column, slot.column + slot.columns)
        }
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.protection.locked is ((cell.row - 1, cell.column - 1) not in slots), cell.coordinate
    assert all(cell.protection.locked for row in book["填报说明"].iter_rows() for cell in row)


def test_every_figure_has_a_name(book: Any) -> None:
    assert set(book.defined_names) == set(LAYOUT.figures)
    assert all(re.fullmatch(r"[a-z_][a-z0-9_.]*", name) for name in book.defined_names)
    assert book.defined_names["t3.granted.natural"].attr_text == "'三、依申请公开'!$D$6"
    assert book.defined_names["t2.fees.amount"].attr_text == "'二、主动公开'!$B$14"


def test_colours_follow_what_is_typed(book: Any) -> None:
    def rules(sheet: str) -> dict[str, list[str]]:
        return {
            str(area.sqref): [rule.formula[0] for rule in area.rules] for area in book[sheet].conditional_formatting
        }

    no_count = 'IF({0}="",FALSE,IF(ISNUMBER({0}),OR({0}<0,{0}<>INT({0})),TRUE))'
    table = rules(T3)
    assert table["D4:I26"] == [no_count.format("D4"), "ISBLANK(D4)"]
    assert table["D27:J27"] == [no_count.format("D27")]
    assert table["D29:J31"] == ['D29="✓"', 'LEFT(D29,1)="差"', 'D29="—"']
    assert rules(OVERVIEW) == {"B2:B40": ['AND(ISBLANK(B2),LEN(A2)>0,A2<>"导语")']}
    assert set(rules(INFO)) == {"B2", "B3", "B4", "B5"}


# ---------------------------------------------------------------- looks


def test_every_label_has_room(book: Any) -> None:
    for table in LAYOUT.tables:
        sheet = book[SHEETS[table.key]]
        for label in table.form.labels:
            columns = range(label.column, label.column + label.columns)
            width = sum(sheet.column_dimensions[cell_name(0, column)[:-1]].width for column in columns)
            height = sum(sheet.row_dimensions[label.row + row + 1].height for row in range(label.rows))
            assert row_height(line_count(label.text, width)) <= height + 0.5, label.text


def test_rows_of_text_grow_as_people_type(blank: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        grow = {n: b"customHeight" not in archive.read(f"xl/worksheets/sheet{n}.xml") for n in range(1, 11)}
    assert [LAYOUT.sheets[number - 1] for number, yes in grow.items() if yes] == [
        OVERVIEW,
        PROBLEMS,
        OTHER,
        EXPLANATIONS,
    ]


def test_heads_stay_in_sight_and_pages_are_a4_and_one_wide(book: Any) -> None:
    panes = {sheet.title: sheet.freeze_panes for sheet in book if sheet.freeze_panes}
    lists = dict.fromkeys((INFO, OVERVIEW, PROBLEMS, OTHER, EXPLANATIONS), "A2")
    assert panes == lists | {T3: "D4", T4: "A4"}
    assert book[T3].print_title_rows == "$1:$3"
    for sheet in book:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.fitToWidth) == (9, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book[T3].page_setup.orientation == "landscape"


# ---------------------------------------------------------------- the file


def test_the_same_input_gives_the_same_bytes(blank: bytes) -> None:
    assert make_workbook(LAYOUT) == blank
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">([^<]+)<", core) == ["govdoc"]


def test_the_workbook_says_for_which_layout_it_was_made(book: Any) -> None:
    assert book.custom_doc_props["govdoc.layout"].value == LAYOUT.mark


def test_the_file_is_small(blank: bytes) -> None:
    assert len(blank) < 60_000


@pytest.mark.parametrize("filled", [False, True])
def test_the_file_is_sound(tmp_path: Path, *, filled: bool) -> None:
    path = tmp_path / "年报.xlsx"
    texts = {"overview": [("导语", "=甲"), ("", "乙\n丙 ")]}
    path.write_bytes(make_workbook(LAYOUT, figures=balanced(), narratives=texts) if filled else make_workbook(LAYOUT))
    assert OpenXmlValidator(strict=True).validate(path).errors == []


def test_a_command_does_not_wait_for_openpyxl() -> None:
    code = "import sys, govdoc.writers.workbook; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------- LibreOffice


def reckoned(folder: Path, figures: Figures | None = None, previous: Figures | None = None) -> dict[str, str]:
    """Return what each check cell reads after LibreOffice has opened, reckoned and saved a workbook."""
    source = folder / "年报.xlsx"
    source.write_bytes(make_workbook(LAYOUT, figures=figures or {}, previous=previous or {}))
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(source)]
    subprocess.run(convert, check=True, capture_output=True, timeout=180)
    saved: Any = load_workbook(out / source.name, data_only=True)
    return {
        f"{table.key}!{cell_name(check.area.top, check.area.left)}": saved[SHEETS[table.key]]
        .cell(check.area.top + 1, check.area.left + 1)
        .value
        or ""
        for table in LAYOUT.tables
        for check in plan_checks(LAYOUT, table, previous_cells(LAYOUT)).cells
    }


def unlike(checks: dict[str, str], usual: str) -> dict[str, str]:
    return {cell: text for cell, text in checks.items() if text != usual}


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
class TestReckoned:
    def test_blank_cells_are_never_right(self, tmp_path: Path) -> None:
        assert unlike(reckoned(tmp_path), "") == {}

    def test_right_figures_are_right_everywhere(self, tmp_path: Path) -> None:
        figures = balanced()
        assert unlike(reckoned(tmp_path, figures, last_year(figures)), "✓") == {}

    def test_wrong_figures_show_the_difference_where_they_are(self, tmp_path: Path) -> None:
        figures = balanced()
        previous = last_year(figures)
        figures["t3.granted.total"] += 1
        figures["t3.received.business"] += 3
        figures["t3.received.total"] += 3
        figures["t4.direct_suit.total"] -= 2
        previous["t3.carried_forward.natural"] += 5
        previous["t2.regulations.in_force"] += 4
        assert unlike(reckoned(tmp_path, figures, previous), "✓") == {
            "t2!E3": "差 -4",
            "t3!K6": "差 -1",
            "t3!J29": "差 1",
            "t3!E30": "差 3",
            "t3!J30": "差 3",
            "t3!D31": "差 -5",
            "t4!F5": "差 2",
        }

    def test_a_missing_figure_leaves_the_checks_that_need_it_waiting(self, tmp_path: Path) -> None:
        figures = balanced()
        del figures["t3.partial.research"]
        expected = {"t3!K7", "t3!K27", "t3!F29", "t3!J29", "t3!F30", "t3!J30"}
        checks = {cell: text for cell, text in reckoned(tmp_path, figures).items() if text == "—"}
        assert set(checks) == expected
