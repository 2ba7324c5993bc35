"""Totals that formulas made without numbers in text form: no figure is wrong, and nobody is sent to change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govdoc.checks.catalogue import run_checks
from govdoc.checks.uncounted import as_counted
from govdoc.finding import cell_name
from govdoc.readers.bind import bind_book
from tests.helpers import T3, T4, chained, distinct, put, report_of, with_sheet

if TYPE_CHECKING:
    from govdoc.finding import Finding
    from govdoc.readers.workbook import Book
    from govdoc.report import Report

FIRST, TOTAL, GRANTED, LAST_OUTCOME, RESULTS = 3, 9, 5, 25, 26  # columns and rows of table 3's sheet, zero-based


WAY = (
    " 是文本格式的数字，公式不算它们，所以不平。"
    "选中这些格，点旁边的提示“转换为数字”，或者改为“常规”格式重新填，再保存。"
)


def figures(book: Book, sheet: str) -> dict[tuple[int, int], float]:
    grid = next(one for one in book.grids if one.name == sheet)
    return {(row, column): cell for row, column, cell in grid.filled() if isinstance(cell, float)}


def as_excel_adds(*texts: tuple[int, int]) -> Book:
    """Return the clean book with some figures of table 3 as text, and the totals that Excel shows then."""
    now = figures(distinct(), T3)
    made = {cell: 0.0 if cell in texts else number for cell, number in now.items()}
    for column in range(FIRST, TOTAL):
        made[RESULTS, column] = sum(made[row, column] for row in range(GRANTED, LAST_OUTCOME + 1))
    for row in range(3, RESULTS + 2):
        made[row, TOTAL] = sum(made[row, column] for column in range(FIRST, TOTAL))
    edits = [put(*cell, made[cell]) for cell in now] + [put(*cell, str(int(now[cell]))) for cell in texts]
    return with_sheet(distinct(), T3, chained(*edits))


def said(book: Book) -> list[Finding]:
    return [one for one in run_checks(bind_book(book).report) if one.code[0] in "SY"]


@pytest.mark.parametrize("texts", [[(3, 3)], [(8, 4)], [(3, 3), (8, 3), (9, 5)]])
def test_a_total_without_the_texts_is_said_to_be_that(texts: list[tuple[int, int]]) -> None:
    findings = said(as_excel_adds(*texts))
    assert {one.code for one in findings} <= {"S301", "S302", "S303"}
    cells = [one.remedy.removesuffix(WAY).replace("、", ":").split(":") for one in findings]
    assert {cell for named in cells for cell in named} == {cell_name(*cell) for cell in texts}


def test_the_totals_would_be_right() -> None:
    book = as_excel_adds((3, 3), (8, 3), (9, 5))
    report = bind_book(book).report
    assert values(as_counted(report)) == values(report_of(distinct()))
    assert values(report) != values(report_of(distinct()))


def values(report: Report) -> dict[str, object]:
    return {key: figure.value for key, figure in report.figures.items()}


def test_a_total_that_is_wrong_besides_is_wrong() -> None:
    book = with_sheet(as_excel_adds((3, 3)), T3, put(3, TOTAL, 7.0))
    broken = next(one for one in said(book) if one.code == "S301")
    assert broken.remedy.startswith("把 J4 改为 ")


def test_texts_that_the_total_counts_say_nothing() -> None:
    now = figures(distinct(), T3)
    book = with_sheet(distinct(), T3, put(3, 3, str(int(now[3, 3]))))
    assert said(book) == []


def test_a_group_of_table_4_is_no_other() -> None:
    now = figures(distinct(), T4)
    first = min(now)
    book = with_sheet(
        distinct(),
        T4,
        chained(
            put(*first, str(int(now[first]))),
            put(first[0], first[1] + 4, sum(now[first[0], first[1] + step] for step in (1, 2, 3))),
        ),
    )
    [finding] = said(book)
    assert (finding.code, finding.remedy.partition(" 是")[0]) == ("S304", cell_name(*first))


@pytest.mark.parametrize("cell", [(3, 3), (8, 4), (27, 3)])
def test_a_blank_cell_is_said_and_not_what_follows_from_it(cell: tuple[int, int]) -> None:
    """The totals that a spreadsheet saved do not count it; its own finding is all that there is to mend."""
    book = as_excel_adds(cell)
    grid = next(one for one in book.grids if one.name == T3)
    assert isinstance(grid.at(*cell), str)
    blank = with_sheet(book, T3, put(*cell, None))
    assert [(one.code, one.where.cell) for one in bind_book(blank).findings] == [("V201", cell_name(*cell))]
    assert said(blank) == []
