"""The clean sample for tests of what reads it: edits of it on disk and in memory, and what is found in them.

In memory is the rule, as it is far faster; on disk where the file itself is the subject. What is found comes as the
whole list of (code, place), and is compared as a whole.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from govdoc.checks.catalogue import in_order
from govdoc.checks.sums import flow, litigation_totals, result_totals, row_totals
from govdoc.finding import Finding, column_letters
from govdoc.layouts.schema import Layout, Table, load_layout
from govdoc.pipeline import check
from govdoc.readers import xlsx_again
from govdoc.readers.bind import Reading, bind_book
from govdoc.readers.bind_table import BoundTable, bind_table
from govdoc.readers.grid import Grid, Span
from govdoc.readers.workbook import Book, read_workbook
from govdoc.values import Content, Uncalculated, Value

if TYPE_CHECKING:
    from govdoc.report import Report

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_inputs" / "chaoyang-2021.xlsx"
LAYOUT: Layout = load_layout("2021")
INFO, OVERVIEW, PROBLEMS, OTHER = "基本信息", "一、总体情况", "五、问题及改进", "六、其他事项"
T2, T3, T4 = "二、主动公开", "三、依申请公开", "四、复议诉讼"
TABLES: dict[str, Table] = {
    section.sheet: LAYOUT.table[section.table] for section in LAYOUT.sections if section.table is not None
}
SUMS = (row_totals, result_totals, flow, litigation_totals)

Found = list[tuple[str, str]]
Figures = dict[str, Value | None]
Edit = Callable[[Grid], Grid]


def listed(findings: Iterable[Finding]) -> Found:
    """Return code and place of findings, in the order in which they are shown."""
    return [(finding.code, str(finding.where)) for finding in in_order(findings, LAYOUT)]


def dice_of(seed: int | str) -> random.Random:
    """Return dice that fall the same way in every run."""
    return random.Random(seed)  # noqa: S311  # no secret


# ---------------------------------------------------------------- on disk


def edited(folder: Path, edits: Mapping[tuple[str, str], Any], name: str = "年报.xlsx") -> Path:
    """Write the clean sample with some cells changed, by sheet and cell name."""
    book = load_workbook(SAMPLE)
    for (sheet, cell), value in edits.items():
        book[sheet][cell].value = value
    path = folder / name
    book.save(path)
    return path


def found(path: Path) -> Found:
    """Return code and place of all that is found in a file."""
    return [(finding.code, str(finding.where)) for finding in check(path).findings]


# ---------------------------------------------------------------- in memory


@cache
def sample() -> Book:
    """Return the clean sample as it is read."""
    return read_workbook(SAMPLE)


def read_in(book: Book) -> Found:
    """Return what is found while a workbook in memory is read: its L and V findings."""
    return listed(bind_book(book).findings)


def found_in(book: Book) -> Found:
    """Return what is found while a workbook in memory is read, and in the statutory sums."""
    reading = bind_book(book)
    return listed([*reading.findings, *sum_findings(reading.report)])


def sum_findings(report: Report) -> list[Finding]:
    return [finding for rule in SUMS for finding in rule(report)]


def report_of(book: Book) -> Report:
    return bind_book(book).report


def values_of(reading: Reading | BoundTable) -> Figures:
    figures = reading.report.figures if isinstance(reading, Reading) else reading.figures
    return {key: figure.value for key, figure in figures.items()}


def values_in(book: Book) -> Figures:
    """Return every figure that is read from a workbook in memory."""
    return values_of(bind_book(book))


def cell(name: str) -> tuple[int, int]:
    """Return the zero-based row and column of a cell's name."""
    match = re.fullmatch(r"([A-Z]+)([0-9]+)", name)
    assert match is not None, name
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def sheet_of(book: Book, name: str) -> Grid:
    return next(grid for grid in book.grids if grid.name == name)


def with_sheet(book: Book, name: str, edit: Edit) -> Book:
    """Return the workbook with one sheet changed."""
    return replace(book, grids=tuple(edit(grid) if grid.name == name else grid for grid in book.grids))


def with_cells(book: Book, edits: Mapping[tuple[str, str], Content]) -> Book:
    """Return the workbook with some cells changed, by sheet and cell name."""
    for (sheet, name), content in edits.items():
        book = with_sheet(book, sheet, put(*cell(name), content))
    return book


def put(row: int, column: int, content: Content) -> Edit:
    """Return an edit that writes one cell."""

    def edit(grid: Grid) -> Grid:
        rows = copied(grid)
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = content
        return replace(grid, rows=rows)

    return edit


def copied(grid: Grid) -> list[list[Any]]:
    return [list(row) for row in grid.rows]


def chained(*edits: Edit) -> Edit:
    """Return an edit that does one after another."""

    def edit(grid: Grid) -> Grid:
        for one in edits:
            grid = one(grid)
        return grid

    return edit


# ---------------------------------------------------------------- a workbook whose 200 figures all differ


@cache
def distinct_figures() -> dict[str, int]:
    """Return 200 figures no two of which are equal, and every statutory sum holds."""
    dice = dice_of(2021)
    columns = [column.key for column in LAYOUT.table["t3"].blocks[0].columns]
    while True:
        figures = {key: dice.randrange(100, 90_000) for key in LAYOUT.figures}
        for column in columns:
            done = sum(figures[key] for key in LAYOUT.totals[f"t3.results_total.{column}"].parts)
            kept = figures[f"t3.carried_forward.{column}"] - figures[f"t3.received.{column}"]
            figures[f"t3.carried_over.{column}"] = done + kept
        for _ in range(2):  # a total of totals comes right in the second round
            for key, equation in LAYOUT.totals.items():
                figures[key] = sum(figures[part] for part in equation.parts)
        if len(set(figures.values())) == len(figures) and min(figures.values()) > 0:
            return figures


@cache
def distinct() -> Book:
    """Return the sample with the distinct figures, calculated as a spreadsheet program saves it."""
    book = sample()
    for name, table in TABLES.items():
        for slot in table.form.slots:
            book = with_sheet(book, name, put(slot.row, slot.column, float(distinct_figures()[slot.figure.key])))
        book = with_sheet(book, name, _calculated)
    return book


def _calculated(grid: Grid) -> Grid:
    rows = [["✓" if isinstance(content, Uncalculated) else content for content in row] for row in grid.rows]
    return replace(grid, rows=rows)


def bound(sheet: str, edit: Edit, book: Book | None = None) -> BoundTable:
    """Return one table read after an edit of its sheet; without a book, of the one with distinct figures."""
    return bind_table(edit(sheet_of(book or distinct(), sheet)), LAYOUT, TABLES[sheet])


def figures_in(sheet: str) -> dict[str, int]:
    """Return the distinct figures of one table."""
    return {slot.figure.key: distinct_figures()[slot.figure.key] for slot in TABLES[sheet].form.slots}


# ---------------------------------------------------------------- rows and columns, as people move them


def insert_row(at: int, cells: Iterable[Content] = (), *, shift: bool = True) -> Edit:
    """Insert a row; ``shift`` moves merged cells along, as a spreadsheet program does and openpyxl does not."""
    given = list(cells)

    def edit(grid: Grid) -> Grid:
        rows = copied(grid)
        rows.insert(at, list(given))
        return replace(grid, rows=rows, spans=tuple(_down(span, at) if shift else span for span in grid.spans))

    return edit


def delete_row(at: int, *, keep: bool = True) -> Edit:
    """Delete a row; what is merged downwards from it stays with the rest (``keep``), or goes with the row."""

    def edit(grid: Grid) -> Grid:
        rows = copied(grid)
        for span in grid.spans:
            if keep and span.top == at < span.bottom:
                rows[at + 1][span.left] = rows[at][span.left]
        del rows[at]
        return replace(grid, rows=rows, spans=tuple(_up(span, at) for span in grid.spans if _lasts_row(span, at)))

    return edit


def swap_rows(at: int, first: int = 0) -> Edit:
    """Let a row and the next change places, from a column on."""

    def edit(grid: Grid) -> Grid:
        rows = copied(grid)
        rows[at][first:], rows[at + 1][first:] = rows[at + 1][first:], rows[at][first:]
        return replace(grid, rows=rows)

    return edit


def repeat_row(at: int, *, shift: bool = True) -> Edit:
    """Insert a copy of a row below it."""
    return lambda grid: insert_row(at + 1, grid.rows[at], shift=shift)(grid)


def turned(grid: Grid) -> Grid:
    """Return a grid with rows for columns: what is done to columns is done to the rows of this."""
    width = max(len(row) for row in grid.rows)
    rows = [[grid.at(row, column) for row in range(len(grid.rows))] for column in range(width)]
    spans = tuple(Span(span.left, span.top, span.right, span.bottom) for span in grid.spans)
    return replace(grid, rows=rows, spans=spans)


def on_columns(edit: Edit) -> Edit:
    """Return an edit of rows as the same edit of columns."""
    return lambda grid: turned(edit(turned(grid)))


def _down(span: Span, at: int) -> Span:
    return replace(span, top=span.top + (span.top >= at), bottom=span.bottom + (span.bottom >= at))


def _up(span: Span, at: int) -> Span:
    return replace(span, top=span.top - (span.top > at), bottom=span.bottom - (span.bottom >= at))


def _lasts_row(span: Span, at: int) -> bool:
    """Return whether anything of a merged rectangle, and more than one cell, is left when a row goes."""
    rest = _up(span, at)
    return rest.top <= rest.bottom and (rest.top, rest.left) != (rest.bottom, rest.right)


def column_cell(column: int, row: int = 1) -> str:
    return f"{column_letters(column)}{row}"


def forget_sheets() -> None:
    """Let no workbook be read with the help of what others have shown."""
    xlsx_again.known_sheets.clear()
    xlsx_again.last_sheets.clear()
