"""The sums that the statutory tables demand: each figure that is off breaks just the sums in which it stands."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from govdoc.finding import cell_name
from govdoc.report import Figure
from tests.helpers import LAYOUT, T3, TABLES, distinct, distinct_figures, report_of, sample, sum_findings

if TYPE_CHECKING:
    from govdoc.layouts.form import Slot
    from govdoc.report import Report

Found = list[tuple[str, str]]

# The sums as the statute states them, in rows and columns of the printed tables; told apart from the layout's data.
T3_FIRST, T3_TOTAL = 3, 9  # columns of the sheet: 自然人 to 其他, 总计
RECEIVED, CARRIED, GRANTED, LAST_OUTCOME, RESULTS, FORWARD = 3, 4, 5, 25, 26, 27
T4_ROW, T4_TOTALS = 3, (4, 9, 14)


def broken_by(sheet: str, row: int, column: int) -> Found:
    """Return the sums in which a cell of a sheet stands, each at the cell of its total."""
    broken = []
    if sheet == "三、依申请公开":
        broken.append(("S301", cell_name(row, T3_TOTAL)))
        if GRANTED <= row <= RESULTS:
            broken.append(("S302", cell_name(RESULTS, column)))
        if row in (RECEIVED, CARRIED, RESULTS, FORWARD):
            broken.append(("S303", cell_name(FORWARD, column)))
    elif sheet == "四、复议诉讼":
        broken.append(("S304", cell_name(row, next(total for total in T4_TOTALS if column <= total))))
    return [(code, f"{sheet}!{place}") for code, place in broken]


@cache
def clean() -> Report:
    """Return a report whose figures all differ, and whose sums all hold."""
    return report_of(distinct())


def found(report: Report) -> Found:
    return [(finding.code, str(finding.where)) for finding in sum_findings(report)]


def changed(report: Report, key: str, value: int | None) -> Report:
    figure = report.figures[key]
    return report.with_figures({key: structs.replace(figure, value=value, shown="" if value is None else str(value))})


SLOTS = [(sheet, slot) for sheet, table in TABLES.items() for slot in table.form.slots]
KEYS = [slot.figure.key for _, slot in SLOTS]


@pytest.mark.parametrize("step", [1, -1, 10**9])
@pytest.mark.parametrize(("sheet", "slot"), SLOTS, ids=KEYS)
def test_a_figure_that_is_off_breaks_its_sums_and_no_other(sheet: str, slot: Slot, step: int) -> None:
    key = slot.figure.key
    report = changed(clean(), key, distinct_figures()[key] + step)
    assert found(report) == broken_by(sheet, slot.row, slot.column)


@pytest.mark.parametrize("row", [RECEIVED, GRANTED, 14, LAST_OUTCOME, FORWARD])
def test_a_total_that_only_repeats_a_column_s_mistake_says_so(row: int) -> None:
    """The totals of a workbook are formulas: one wrong figure changes them along with it."""
    key = {(slot.row, slot.column): slot.figure.key for sheet, slot in SLOTS if sheet == T3}
    steps = [(row, T3_FIRST), (row, T3_TOTAL)]
    if GRANTED <= row <= LAST_OUTCOME:
        steps += [(RESULTS, T3_FIRST), (RESULTS, T3_TOTAL)]
    report = clean()
    for place in steps:
        report = changed(report, key[place], distinct_figures()[key[place]] + 1)
    first, repeated = sum_findings(report)
    assert (first.code, str(first.where)) == ("S303", f"{T3}!D28")
    assert first.remedy == "核对 D4:D5 和 D27:D28 里的数。D27 是 D6:D26 之和，错处也可能在那里。"
    assert (repeated.code, str(repeated.where)) == ("S303", f"{T3}!J28")
    assert repeated.remedy == "这一列是各列相加的，“自然人”一列改平了，这里也就平了。"


def test_a_total_that_is_wrong_by_itself_repeats_nothing() -> None:
    key = "t3.received.total"
    broken = sum_findings(changed(clean(), key, distinct_figures()[key] + 1))
    assert [one.code for one in broken] == ["S301", "S303"]
    assert "也就平了" not in broken[1].remedy


@pytest.mark.parametrize("key", KEYS)
def test_a_figure_that_was_not_read_breaks_no_sum(key: str) -> None:
    assert found(changed(clean(), key, None)) == []


def test_every_sum_of_the_statute_is_in_the_layout() -> None:
    rules = Counter(equation.rule for equation in LAYOUT.equations)
    assert rules == {"S301": 25, "S302": 7, "S303": 7, "S304": 3}
    # Each of the 200 figures stands in as many of them as the statute says.
    uses = Counter(key for equation in LAYOUT.equations for key in (*equation.parts, *equation.equals))
    wanted = {slot.figure.key: len(broken_by(sheet, slot.row, slot.column)) for sheet, slot in SLOTS}
    assert {key: uses[key] for key in wanted} == wanted


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("t2.")])
def test_table_2_has_no_sums(key: str) -> None:
    assert found(changed(clean(), key, 10**9)) == []


def test_all_zero_and_the_sample_are_right() -> None:
    zero = report_of(sample()).with_figures({key: Figure(0, "0") for key in LAYOUT.figures})
    assert (found(zero), found(report_of(sample()))) == ([], [])


def test_zero_is_a_figure_like_any_other() -> None:
    report = changed(clean(), "t3.granted.natural", 0)
    assert found(report) == [("S301", f"{T3}!J6"), ("S302", f"{T3}!D27")]


def test_every_broken_sum_is_said() -> None:
    report = clean().with_figures({key: Figure(1, "1", figure.where) for key, figure in clean().figures.items()})
    assert Counter(code for code, _ in found(report)) == {"S301": 25, "S302": 7, "S304": 3}


def test_a_finding_says_what_the_sum_is_and_where_its_parts_stand() -> None:
    report = changed(clean(), "t3.received.total", 1)
    row_total, flow = sum_findings(report)
    parts = sum(distinct_figures()[f"t3.received.{column}"] for column in ("natural", "business", "research"))
    parts += sum(distinct_figures()[f"t3.received.{column}"] for column in ("welfare", "legal_service", "other"))
    assert (row_total.found, row_total.expected, row_total.figure) == ("1", str(parts), "t3.received.total")
    assert [where.cell for where in row_total.related] == ["D4", "E4", "F4", "G4", "H4", "I4"]
    assert [where.cell for where in flow.related] == ["J4", "J5", "J27"]


def test_sums_are_exact() -> None:
    figures = clean().figures
    third = {
        key: Figure(Decimal("0.1"), "0.1", figures[key].where) for key in ("t4.review.upheld", "t4.review.corrected")
    }
    rest = {key: Figure(Decimal(0), "0", figures[key].where) for key in ("t4.review.other", "t4.review.pending")}
    total = {"t4.review.total": Figure(Decimal("0.2"), "0.2", figures["t4.review.total"].where)}
    assert found(clean().with_figures(third | rest | total)) == []
