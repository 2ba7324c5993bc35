"""One statutory table read from a grid: every label, row and column damaged in every way people damage them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc.finding import cell_name
from govdoc.layouts.form import Label, LineKind
from govdoc.readers.bind_table import bind_table
from govdoc.readers.grid import Grid, Span
from govdoc.values import ErrorValue, Uncalculated
from tests.helpers import (
    LAYOUT,
    T2,
    T3,
    T4,
    TABLES,
    bound,
    chained,
    column_cell,
    copied,
    delete_row,
    dice_of,
    distinct,
    figures_in,
    found_in,
    insert_row,
    listed,
    on_columns,
    put,
    repeat_row,
    sample,
    sheet_of,
    swap_rows,
    values_in,
    values_of,
    with_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govdoc.values import Content
    from tests.helpers import Edit, Figures, Found

ROWS = [(sheet, row) for sheet, table in TABLES.items() for row in range(table.form.rows)]
COLUMNS = [(sheet, column) for sheet, table in TABLES.items() for column in range(table.form.columns)]
LABELS = [(sheet, label) for sheet, table in TABLES.items() for label in table.form.labels]
DATA = {sheet: [row for row, line in enumerate(table.form.lines) if line.slots] for sheet, table in TABLES.items()}
HEADS = {
    sheet: [row for row, line in enumerate(table.form.lines) if line.kind is LineKind.HEAD]
    for sheet, table in TABLES.items()
}


def read(sheet: str, edit: Edit) -> tuple[Found, Figures]:
    """Return what is found in a table after an edit, and the figures that are read."""
    table = bound(sheet, edit)
    return listed(table.findings), values_of(table)


def left_in(sheet: str, edit: Edit) -> Figures:
    """Return the figures whose numbers are still in the sheet after an edit, the others without a value."""
    contents = {content for row in edit(sheet_of(distinct(), sheet)).rows for content in row}
    return {key: value if value in contents else None for key, value in figures_in(sheet).items()}


def order_broken(sheet: str, place: str) -> Found:
    return [("L105", f"{sheet}!{place}")]


def label_id(value: object) -> str | None:
    return value.text[:12] if isinstance(value, Label) else None


# ---------------------------------------------------------------- the table as it should be


@pytest.mark.parametrize("sheet", TABLES)
def test_a_clean_table_has_all_its_figures(sheet: str) -> None:
    assert read(sheet, lambda grid: grid) == ([], figures_in(sheet))


@pytest.mark.parametrize("sheet", TABLES)
def test_a_figure_knows_where_it_stands(sheet: str) -> None:
    figures = bound(sheet, lambda grid: grid).figures
    slots = TABLES[sheet].form.slots
    assert {key: figure.where.cell for key, figure in figures.items()} == {
        slot.figure.key: cell_name(slot.row, slot.column) for slot in slots
    }


def test_the_form_has_200_figures() -> None:
    assert sum(len(table.form.slots) for table in TABLES.values()) == len(LAYOUT.figures) == 200


# ---------------------------------------------------------------- labels


def changed_label(label: Label, how: str) -> Content:
    changes: dict[str, Content] = {
        "another": "完全不同的文字",
        "one character": f"{label.text[:-1]}甲",
        "more": f"*{label.text}（件）",
        "less": label.text[: len(label.text) // 2],
        "a number": 5.0,
        "nothing": None,
        "spaces": "　 ",
    }
    return changes[how]


@pytest.mark.parametrize("how", ["another", "one character", "more", "less", "a number", "nothing", "spaces"])
@pytest.mark.parametrize(("sheet", "label"), LABELS, ids=label_id)
def test_a_changed_label_is_one_finding_at_its_cell(sheet: str, label: Label, how: str) -> None:
    code = "L104" if label.kind is LineKind.HEAD else "L103"
    place = f"{sheet}!{cell_name(label.row, label.column)}"
    edit = put(label.row, label.column, changed_label(label, how))
    assert read(sheet, edit) == ([(code, place)], figures_in(sheet))


def neighbour(sheet: str, label: Label, step: int) -> Label:
    labels = TABLES[sheet].form.labels
    return labels[(labels.index(label) + step) % len(labels)]


NEIGHBOURS = [
    (sheet, label, neighbour(sheet, label, step))
    for sheet, label in LABELS
    for step in (1, -1)
    if neighbour(sheet, label, step).text != label.text
]


@pytest.mark.parametrize(("sheet", "label", "other"), NEIGHBOURS, ids=label_id)
def test_a_label_overwritten_with_its_neighbour_is_still_that_label(sheet: str, label: Label, other: Label) -> None:
    code = "L104" if label.kind is LineKind.HEAD else "L103"
    place = f"{sheet}!{cell_name(label.row, label.column)}"
    assert read(sheet, put(label.row, label.column, other.text)) == ([(code, place)], figures_in(sheet))


WIDE = str.maketrans({"（": "(", "）": ")", "：": ":", "，": ",", "、": "、", "“": '"', "”": '"', "1": "１", ".": "．"})


def spaced(text: str) -> str:
    return "　".join(text)


def broken(text: str) -> str:
    return f" {text[:2]}\n{text[2:]}\r\n"


def invisible(text: str) -> str:
    return f"\ufeff{text[:1]}\u200b{text[1:]}\u00a0"


@pytest.mark.parametrize("change", [spaced, broken, invisible, lambda text: text.translate(WIDE)])
@pytest.mark.parametrize("sheet", TABLES)
def test_width_spaces_and_line_breaks_make_no_other_label(sheet: str, change: Callable[[str], str]) -> None:
    edits = [put(label.row, label.column, change(label.text)) for label in TABLES[sheet].form.labels]
    assert read(sheet, chained(*edits)) == ([], figures_in(sheet))


@pytest.mark.parametrize("sheet", TABLES)
def test_every_changed_label_is_said_in_one_run(sheet: str) -> None:
    labels = [label for label in TABLES[sheet].form.labels if label.leaf][::4]
    findings, figures = read(sheet, chained(*(put(label.row, label.column, f"{label.text}？") for label in labels)))
    places = sorted(f"{sheet}!{cell_name(label.row, label.column)}" for label in labels)
    assert (sorted(place for _, place in findings), figures) == (places, figures_in(sheet))
    assert {code for code, _ in findings} <= {"L103", "L104"}


# ---------------------------------------------------------------- rows


def inserted_rows(sheet: str) -> Iterator[list[Content]]:
    """Yield what people put into a row of their own: nothing, a text in any label column, a text and numbers."""
    form = TABLES[sheet].form
    yield []
    for column in range(max(form.label_columns, 1)):
        yield [*[None] * column, "其中：涉及征地拆迁的"]
    if form.label_columns:
        rest = [None] * (form.label_columns - 1)
        yield ["其中：涉及征地拆迁的", *rest, *[7.0] * (form.columns - form.label_columns)]
        yield [None, *rest, *[7.0] * (form.columns - form.label_columns)]


@pytest.mark.parametrize("shift", [True, False], ids=["merges shifted", "merges left"])
@pytest.mark.parametrize(("sheet", "row"), ROWS)
def test_an_inserted_row_is_one_finding(sheet: str, row: int, *, shift: bool) -> None:
    for cells in inserted_rows(sheet):
        edit = insert_row(row, cells, shift=shift)
        assert read(sheet, edit) == (order_broken(sheet, cell_name(row, 0)), figures_in(sheet)), cells


@pytest.mark.parametrize("shift", [True, False], ids=["merges shifted", "merges left"])
@pytest.mark.parametrize(("sheet", "row"), ROWS)
def test_a_repeated_row_is_one_finding(sheet: str, row: int, *, shift: bool) -> None:
    edit = repeat_row(row, shift=shift)
    assert read(sheet, edit) == (order_broken(sheet, cell_name(row + 1, 0)), figures_in(sheet))


@pytest.mark.parametrize("keep", [True, False], ids=["groups kept", "groups lost"])
@pytest.mark.parametrize(("sheet", "row"), ROWS)
def test_a_deleted_row_is_one_finding(sheet: str, row: int, *, keep: bool) -> None:
    edit = delete_row(row, keep=keep)
    assert read(sheet, edit) == (order_broken(sheet, cell_name(row, 0)), left_in(sheet, edit))


@pytest.mark.parametrize(("sheet", "row"), [(sheet, row) for sheet, row in ROWS if (sheet, row + 1) in ROWS])
def test_rows_that_changed_places_are_one_finding(sheet: str, row: int) -> None:
    assert read(sheet, swap_rows(row)) == (order_broken(sheet, cell_name(row + 1, 0)), figures_in(sheet))


@pytest.mark.parametrize("row", [row for row in range(7, 25) if row not in (14, 17, 22)])
def test_rows_that_changed_places_within_their_group_are_one_finding(row: int) -> None:
    assert read(T3, swap_rows(row, 2)) == (order_broken(T3, cell_name(row + 1, 0)), figures_in(T3))


@pytest.mark.parametrize(("sheet", "count"), [(sheet, count) for sheet in TABLES for count in (2, 5, 40)])
def test_many_inserted_rows_are_one_finding(sheet: str, count: int) -> None:
    row = DATA[sheet][0]
    edit = chained(*[insert_row(row, ["其中"])] * count)
    assert read(sheet, edit) == (order_broken(sheet, cell_name(row, 0)), figures_in(sheet))


def test_rows_inserted_here_and_there_are_one_finding() -> None:
    edit = chained(*(insert_row(row) for row in (26, 19, 12, 5, 2)))
    assert read(T3, edit) == (order_broken(T3, "A3"), figures_in(T3))


def test_totals_that_count_an_inserted_row_break_no_sum() -> None:
    """A spreadsheet program stretches the formulas of the totals over a row that is inserted among their parts."""
    form = TABLES[T3].form
    row, total = 10, next(slot.row for slot in form.slots if slot.figure.row == "results_total")

    def counted(grid: Grid) -> Grid:
        rows = copied(grid)
        for column in range(form.label_columns, form.columns):
            rows[total + 1][column] += 7.0 if column + 1 < form.columns else 42.0
        return replace(grid, rows=rows)

    edit = chained(insert_row(row, [None, None, "其中", *[7.0] * 6, 42.0]), counted)
    assert found_in(with_sheet(distinct(), T3, edit)) == order_broken(T3, "A11")
    figures = figures_in(T3) | {key: None for key in figures_in(T3) if key.startswith("t3.results_total.")}
    assert read(T3, edit)[1] == figures


def test_a_row_moved_far_away_is_one_finding() -> None:
    edit = chained(lambda grid: insert_row(25, grid.rows[4])(grid), delete_row(4))
    assert read(T3, edit) == (order_broken(T3, "A25"), figures_in(T3))


@pytest.mark.parametrize("sheet", TABLES)
def test_a_title_on_top_is_one_finding(sheet: str) -> None:
    edit = chained(insert_row(0), insert_row(0, ["朝阳市2021年统计表", None, None, 2021.0]))
    assert read(sheet, edit) == (order_broken(sheet, "A1"), figures_in(sheet))


def test_a_row_of_other_numbers_leaves_open_which_is_meant() -> None:
    edit = insert_row(3, [7.0] * 15)
    assert read(T4, edit) == (order_broken(T4, "A5"), dict.fromkeys(figures_in(T4)))


def test_numbers_inserted_above_the_heads_are_not_the_data() -> None:
    edit = insert_row(1, [7.0] * 15)
    assert read(T4, edit) == (order_broken(T4, "A2"), figures_in(T4))


def test_a_renamed_row_beside_an_inserted_one_is_told_from_it() -> None:
    edit = chained(put(9, 2, "3.危及三安全"), insert_row(9, [None, None, "其中"]))
    assert read(T3, edit) == ([*order_broken(T3, "A10"), ("L103", f"{T3}!C11")], figures_in(T3))


def test_a_table_that_is_not_there_is_one_finding() -> None:
    for edit in (
        lambda grid: replace(grid, rows=[]),
        lambda grid: replace(grid, rows=[["备注", "随便写的"], [1.0, 2.0]]),
        lambda grid: replace(grid, rows=sheet_of(distinct(), T2).rows),
    ):
        assert read(T3, edit) == (order_broken(T3, "A1"), dict.fromkeys(figures_in(T3)))


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize("shift", [True, False], ids=["merges shifted", "merges left"])
@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_an_inserted_column_is_one_finding(sheet: str, column: int, *, shift: bool) -> None:
    height = TABLES[sheet].form.rows
    number_column: list[Content] = [5.0 if row in DATA[sheet] else None for row in range(height)]
    heads: list[list[Content]] = [[*[None] * row, "其中涉企"] for row in HEADS[sheet]]
    for cells in ([], *heads, number_column):
        edit = on_columns(insert_row(column, cells, shift=shift))
        assert read(sheet, edit) == (order_broken(sheet, column_cell(column)), figures_in(sheet)), cells


@pytest.mark.parametrize("shift", [True, False], ids=["merges shifted", "merges left"])
@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_a_repeated_column_is_one_finding(sheet: str, column: int, *, shift: bool) -> None:
    edit = on_columns(repeat_row(column, shift=shift))
    assert read(sheet, edit) == (order_broken(sheet, column_cell(column + 1)), figures_in(sheet))


@pytest.mark.parametrize("keep", [True, False], ids=["groups kept", "groups lost"])
@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_a_deleted_column_is_one_finding(sheet: str, column: int, *, keep: bool) -> None:
    edit = on_columns(delete_row(column, keep=keep))
    # Where the labels of the first two columns of table 3 stay, it is the next column that is gone.
    place = column_cell(column + (keep and sheet == T3 and column < 2))
    assert read(sheet, edit) == (order_broken(sheet, place), left_in(sheet, edit))


@pytest.mark.parametrize(("sheet", "column"), [(sheet, at) for sheet, at in COLUMNS if (sheet, at + 1) in COLUMNS])
def test_columns_that_changed_places_are_one_finding(sheet: str, column: int) -> None:
    edit = on_columns(swap_rows(column))
    assert read(sheet, edit) == (order_broken(sheet, column_cell(column + 1)), figures_in(sheet))


@pytest.mark.parametrize("sheet", TABLES)
def test_a_row_and_a_column_inserted_are_one_finding(sheet: str) -> None:
    edit = chained(insert_row(2), on_columns(insert_row(1)))
    assert read(sheet, edit) == (order_broken(sheet, column_cell(1)), figures_in(sheet))


@pytest.mark.parametrize("sheet", TABLES)
def test_a_table_moved_down_and_right_is_read_all_the_same(sheet: str) -> None:
    edit = chained(*[insert_row(0)] * 7, *[on_columns(insert_row(0))] * 3)
    assert read(sheet, edit) == (order_broken(sheet, "A1"), figures_in(sheet))


# ---------------------------------------------------------------- merged numbers


def merged(span: Span) -> Edit:
    """Merge a rectangle as spreadsheet programs do: what it holds is lost but for its first cell."""

    def edit(grid: Grid) -> Grid:
        rows = copied(grid)
        for row in range(span.top, span.bottom + 1):
            for column in range(span.left, span.right + 1):
                if (row, column) != (span.top, span.left):
                    rows[row][column] = None
        kept = [one for one in grid.spans if not (span.holds(one.top, one.left) and span.holds(one.bottom, one.right))]
        return replace(grid, rows=rows, spans=(*kept, span))

    return edit


def rectangles(sheet: str, count: int) -> Iterator[Span]:
    """Yield random rectangles among the numbers, none of them the place of just one."""
    dice = dice_of(sheet)
    form = TABLES[sheet].form
    own = {Span(slot.row, slot.column, slot.row, slot.column + slot.columns - 1) for slot in form.slots}
    while count:
        top = bottom = dice.choice(DATA[sheet])
        while bottom + 1 in DATA[sheet] and dice.random() < 0.5:
            bottom += 1
        left = dice.randrange(form.label_columns, form.columns)
        span = Span(top, left, bottom, dice.randrange(left, form.columns))
        if span not in own and (top, left) != (bottom, span.right):
            count -= 1
            yield span


@pytest.mark.parametrize("sheet", TABLES)
def test_merged_numbers_are_one_finding_and_the_lost_ones_none(sheet: str) -> None:
    for span in rectangles(sheet, 60):
        found, figures = read(sheet, merged(span))
        place = f"{sheet}!{cell_name(span.top, span.left)}"
        assert (found, figures) == ([("L106", place)], left_in(sheet, merged(span))), span


def test_a_number_and_its_label_merged_is_one_finding() -> None:
    edit = merged(Span(10, 2, 10, 3))
    assert read(T3, edit) == ([("L106", f"{T3}!C11")], left_in(T3, edit))


def test_merged_labels_and_merged_check_cells_are_none() -> None:
    edit = chained(merged(Span(28, 3, 28, 9)), merged(Span(3, 10, 27, 10)))
    assert read(T3, edit) == ([], figures_in(T3))


def test_a_number_s_own_merge_may_be_undone() -> None:
    assert read(T2, lambda grid: replace(grid, spans=())) == ([], figures_in(T2))


# ---------------------------------------------------------------- around the table


@pytest.mark.parametrize(
    ("sheet", "place"),
    [(T2, "F3"), (T2, "A16"), (T2, "D20"), (T3, "L4"), (T3, "M40"), (T3, "A33"), (T4, "Q4"), (T4, "R6"), (T4, "B9")],
)
@pytest.mark.parametrize("content", ["其中 1 件在中院", 3.0, "其他", ErrorValue("#REF!"), Uncalculated("=A1")])
def test_a_stray_cell_is_one_finding_at_its_cell(sheet: str, place: str, content: Content) -> None:
    row, column = int(place[1:]) - 1, ord(place[0]) - ord("A")
    assert read(sheet, put(row, column, content)) == ([("L108", f"{sheet}!{place}")], figures_in(sheet))


@pytest.mark.parametrize(
    ("sheet", "place"),
    [(T2, "E7"), (T2, "E20"), (T3, "K10"), (T3, "K35"), (T3, "L29"), (T4, "P4"), (T4, "P9"), (T4, "R5")],
)
def test_a_note_among_the_check_cells_is_a_stray_like_any_other(sheet: str, place: str) -> None:
    row, column = int(place[1:]) - 1, ord(place[0]) - ord("A")
    assert read(sheet, put(row, column, "其中 1 件在中院")) == ([("L108", f"{sheet}!{place}")], figures_in(sheet))


@pytest.mark.parametrize(
    "content", ["✓", "差 3", "差 -12", "差 0.5", "—", "", Uncalculated("=1"), ErrorValue("#NAME?")]
)
@pytest.mark.parametrize(("sheet", "place"), [(T2, "E3"), (T3, "K10"), (T3, "D29"), (T4, "A5")])
def test_what_check_cells_show_is_no_stray(sheet: str, place: str, content: Content) -> None:
    row, column = int(place[1:]) - 1, ord(place[0]) - ord("A")
    assert read(sheet, put(row, column, content)) == ([], figures_in(sheet))


@pytest.mark.parametrize("content", [3.0, 0.0, -1.5, "3", "3件"])
@pytest.mark.parametrize(("sheet", "place"), [(T2, "E3"), (T3, "K10"), (T3, "D29"), (T3, "J31"), (T4, "P4")])
def test_a_number_over_a_check_cell_is_said(sheet: str, place: str, content: Content) -> None:
    row, column = int(place[1:]) - 1, ord(place[0]) - ord("A")
    assert read(sheet, put(row, column, content)) == ([("L108", f"{sheet}!{place}")], figures_in(sheet))


def test_numbers_over_many_check_cells_are_one_finding() -> None:
    edit = chained(*(put(row, 10, 5.0) for row in range(3, 28)))
    assert read(T3, edit) == ([("L108", f"{T3}!K4")], figures_in(T3))


@pytest.mark.parametrize("sheet", TABLES)
def test_many_stray_cells_are_one_finding(sheet: str) -> None:
    strays = [put(row, column, "备注") for row in range(40, 50) for column in range(20, 25)]
    assert read(sheet, chained(*strays)) == ([("L108", f"{sheet}!U41")], figures_in(sheet))


@pytest.mark.parametrize("content", ["", "  ", "\n"])
def test_a_blank_text_beside_the_table_is_nothing(content: str) -> None:
    assert read(T3, put(30, 20, content)) == ([], figures_in(T3))


@pytest.mark.parametrize(("sheet", "row"), [(sheet, row) for sheet, rows in DATA.items() for row in rows[:3]])
def test_a_hidden_row_of_figures_is_a_finding(sheet: str, row: int) -> None:
    found = [("L108", f"{sheet}!{cell_name(row, 0)}")]
    assert read(sheet, lambda grid: replace(grid, hidden_rows=frozenset({row, 60}))) == (found, figures_in(sheet))


@pytest.mark.parametrize(("sheet", "column"), [(T2, 1), (T2, 3), (T3, 4), (T3, 9), (T4, 0), (T4, 14)])
def test_a_hidden_column_of_figures_is_a_finding(sheet: str, column: int) -> None:
    found = [("L108", f"{sheet}!{column_cell(column)}")]
    assert read(sheet, lambda grid: replace(grid, hidden_columns=frozenset({column, 60}))) == (
        found,
        figures_in(sheet),
    )


def test_hidden_check_cells_are_none() -> None:
    def edit(grid: Grid) -> Grid:
        return replace(grid, hidden_rows=frozenset({28, 29}), hidden_columns=frozenset({10}))

    assert read(T3, edit) == ([], figures_in(T3))


# ---------------------------------------------------------------- values in their cells


def test_what_is_wrong_with_a_value_is_said_at_its_cell() -> None:
    contents: dict[str, tuple[Content, str]] = {
        "D4": (None, "V201"),
        "E4": ("若干", "V202"),
        "F4": (-1.0, "V203"),
        "G4": (1.5, "V204"),
        "H4": ("１２件", "V205"),
        "I4": ("—", "V206"),
        "D5": (Uncalculated("=1+1"), "V207"),
        "E5": (ErrorValue("#REF!"), "V208"),
        "F5": (True, "V209"),
        "G5": (2e9, "V210"),
    }
    edit = chained(*(put(int(name[1:]) - 1, ord(name[0]) - 65, content) for name, (content, _) in contents.items()))
    found, figures = read(T3, edit)
    assert sorted(found, key=lambda one: (one[1][-1], one[1])) == [
        (code, f"{T3}!{name}") for name, (_, code) in contents.items()
    ]
    lost = {"natural", "business", "research", "welfare", "other"}
    unread = [f"t3.received.{column}" for column in lost]
    unread += [f"t3.carried_over.{column}" for column in ("natural", "business", "research")]
    changed = {"t3.received.legal_service": 12, "t3.carried_over.welfare": 2_000_000_000}
    assert figures == figures_in(T3) | dict.fromkeys(unread) | changed


@pytest.mark.parametrize("zero", [0.0, 0, "0", "０", "0.0", "0件", -0.0])
def test_zero_is_a_value(zero: Content) -> None:
    found, figures = read(T3, put(7, 3, zero))
    assert figures == figures_in(T3) | {"t3.refused_secret.natural": 0}
    assert [code for code, _ in found] == (["V205"] if isinstance(zero, str) else [])


def test_blank_cells_are_read_as_zero_only_on_request() -> None:
    grid = chained(put(7, 3, None), put(8, 3, "　"), put(9, 3, "无"))(sheet_of(distinct(), T3))
    table = bind_table(grid, LAYOUT, TABLES[T3], blank_as_zero=True)
    assert listed(table.findings) == [("V206", f"{T3}!D10")]
    assert listed(table.filled) == [("V201", f"{T3}!D8"), ("V201", f"{T3}!D9")]
    wanted = {"t3.refused_secret.natural": 0, "t3.refused_by_law.natural": 0, "t3.refused_security.natural": None}
    assert values_of(table) == figures_in(T3) | wanted


def test_a_blank_workbook_has_every_blank_said_once() -> None:
    def emptied(grid: Grid) -> Grid:
        rows = copied(grid)
        for slot in TABLES[T3].form.slots:
            rows[slot.row][slot.column] = None
        return replace(grid, rows=rows)

    found, figures = read(T3, emptied)
    assert figures == dict.fromkeys(figures_in(T3))
    assert found == [
        ("V201", f"{T3}!{cell_name(slot.row, slot.column)}")
        for slot in sorted(TABLES[T3].form.slots, key=lambda slot: (slot.row, slot.column))
    ]


# ---------------------------------------------------------------- totals never calculated


def uncalculated(edit: Edit) -> tuple[Found, Figures]:
    """Return what is read from table 3 of the sample, whose totals are formulas without a result."""
    table = bound(T3, edit, sample())
    return listed(table.findings), values_of(table)


def test_own_totals_that_were_never_calculated_are_computed() -> None:
    found, figures = uncalculated(lambda grid: grid)
    parts = LAYOUT.totals["t3.received.total"].parts
    assert (found, figures["t3.received.total"], figures["t3.results_total.total"]) == ([], 66, 65)
    assert sum(value for key in parts if (value := figures[key]) is not None) == 66


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(D4:I4)",
        "=sum(d4:i4)",
        "=D4+E4+F4+G4+H4+I4",
        "=+D4+E4",
        "=SUM($D$4:$I$4)",
        '=IF(COUNT(D4:I4)=0,"",SUM(D4:I4))',
    ],
)
def test_a_plain_sum_is_the_workbook_s_own_total(formula: str) -> None:
    found, figures = uncalculated(put(3, 9, Uncalculated(formula)))
    assert (found, figures["t3.received.total"]) == ([], 66)


@pytest.mark.parametrize(
    "formula",
    [
        "=VLOOKUP(A1,Sheet2!A:B,2)",
        "=[1]Sheet1!$A$1",
        "=SUM(上年数据!D4:I4)",
        "=SUMIF(D4:I4,1)",
        "=INDIRECT(A1)",
        "=NOW()",
    ],
)
def test_another_formula_without_result_is_said(formula: str) -> None:
    found, figures = uncalculated(put(3, 9, Uncalculated(formula)))
    assert (found, figures["t3.received.total"]) == ([("V207", f"{T3}!J4")], None)


def test_a_formula_that_is_no_total_is_never_computed() -> None:
    found, figures = uncalculated(put(3, 3, Uncalculated("=SUM(E4:I4)")))
    assert (found, figures["t3.received.natural"], figures["t3.received.total"]) == ([("V207", f"{T3}!D4")], None, None)


def test_a_blank_part_leaves_the_total_open_without_a_finding_of_its_own() -> None:
    found, figures = uncalculated(put(5, 3, None))
    open_totals = [f"t3.{name}" for name in ("granted.natural", "granted.total", "results_total.natural")]
    assert found == [("V201", f"{T3}!D6")]
    assert [key for key, value in figures.items() if value is None] == [*open_totals, "t3.results_total.total"]


def test_an_error_in_a_total_is_said_and_not_computed() -> None:
    found, figures = uncalculated(put(5, 9, ErrorValue("#REF!")))
    assert (found, figures["t3.granted.total"]) == ([("V208", f"{T3}!J6")], None)


def test_a_total_typed_over_is_read_as_it_is() -> None:
    found, figures = uncalculated(put(5, 9, 99.0))
    assert (found, figures["t3.granted.total"]) == ([], 99)


@pytest.mark.parametrize("held", [5.0, None])
def test_a_total_that_may_count_a_row_put_in_is_left_open(held: float | None) -> None:
    grid = sheet_of(sample(), T3)
    received = grid.at(3, 3)
    assert isinstance(received, float)
    row = [None, None, "3.移送其他机关办理", *[held] * 6, Uncalculated("=SUM(D26:I26)") if held else None]
    edit = chained(insert_row(25, row), put(3, 3, received + (held or 0)))
    book = with_sheet(sample(), T3, edit)
    assert found_in(book) == [("L105", f"{T3}!A26")]
    assert (values_in(book)["t3.results_total.natural"] is None) == (held is not None)


# ---------------------------------------------------------------- anything at all


JUNK: list[Content] = [
    *(
        None,
        "",
        " ",
        "总计",
        "其他",
        "结果维持",
        "1.其他",
        "勾稽",
        "勾稽：",
        "第二十条第（一）项",
        "—",
        "１２",
        "\x0b",
        "\ud800",
    ),
    *(0.0, 1.5, -3.0, 1e300, float("nan"), True, ErrorValue("#REF!"), Uncalculated("=SUM(A1:A2)"), "甲" * 5000),
]


@pytest.mark.parametrize("seed", range(120))
def test_no_edit_makes_the_reader_fail(seed: int) -> None:
    dice = dice_of(seed)
    sheet = dice.choice(list(TABLES))
    grid = sheet_of(distinct(), sheet)
    for _ in range(dice.randrange(1, 12)):
        height, width = len(grid.rows), max((len(row) for row in grid.rows), default=0)
        row, column = dice.randrange(max(height, 1)), dice.randrange(max(width, 1))
        edits: list[Edit] = [put(dice.randrange(40), dice.randrange(20), dice.choice(JUNK)) for _ in range(8)]
        edits.append(insert_row(row, dice.choices(JUNK, k=width), shift=dice.random() < 0.5))
        if height > 2 and width > 2:
            edits += [delete_row(min(row, height - 2)), on_columns(delete_row(min(column, width - 2), keep=False))]
            edits += [repeat_row(row), on_columns(repeat_row(column)), swap_rows(min(row, height - 2))]
        grid = dice.choice(edits)(grid)
    table = bound(sheet, lambda _: grid)
    assert set(table.figures) == set(figures_in(sheet))
    places = [place for code, place in listed(table.findings) if code == "L105"]
    assert len(places) <= 1
