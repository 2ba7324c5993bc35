"""The formulas of the standard workbook, as text. Pure: knows no layout and no file format.

Rows and columns are zero-based.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.finding import cell_name
from govdoc.values import RIGHT, WAITING, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterable

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four borders included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """Return the name a formula uses: ``D4``, or ``D4:I4``."""
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def areas(cells: Iterable[Cell]) -> tuple[Area, ...]:
    """Return the cells as few rectangles: runs of neighbours in a row, and equal runs under one another, joined."""
    stacks: list[Area] = []
    growing: dict[tuple[int, int, int], int] = {}  # (left, right, the row that would continue it) -> its place
    for run in _runs(cells):
        place = growing.pop((run.left, run.right, run.top), len(stacks))
        if place == len(stacks):
            stacks.append(run)
        else:
            stacks[place] = Area(stacks[place].top, run.left, run.top, run.right)
        growing[run.left, run.right, run.top + 1] = place
    return tuple(stacks)


def _runs(cells: Iterable[Cell]) -> list[Area]:
    runs: list[Area] = []
    for row, column in sorted(set(cells)):
        if runs and runs[-1].top == row and runs[-1].right == column - 1:
            runs[-1] = Area(row, runs[-1].left, row, column)
        else:
            runs.append(Area(row, column, row, column))
    return runs


def quoted(sheet: str) -> str:
    """Return a sheet's name as a formula quotes it."""
    return "'{}'".format(sheet.replace("'", "''"))


def references(cells: Iterable[Cell], sheet: str = "") -> str:
    """Return the cells as a formula names them: ``D4:D5,D27``; with a sheet, each area is led by its name."""
    lead = f"{quoted(sheet)}!" if sheet else ""
    return ",".join(f"{lead}{area}" for area in areas(cells))


def sum_formula(cells: Iterable[Cell]) -> str:
    """Return the formula of a total: the sum of its parts, and nothing while every part is blank.

    It is made of IF, COUNT, SUM and references only, by which the reader knows a total that was never calculated.
    """
    parts = references(cells)
    return f'=IF(COUNT({parts})=0,"",SUM({parts}))'


def check_formula(*, left: str, right: str, entries: str, count: int, needed: str = "") -> str:
    """Return the formula of a check cell: are the sums of two sides equal? All arguments but ``count`` are references.

    ``entries`` are the ``count`` cells on which the answer rests. While all of them are blank, or all that are
    ``needed``, it reads nothing; while one of them is no number, ``WAITING``; then ``RIGHT``, or ``WRONG`` and left
    minus right. A blank is never taken for zero.
    """
    verdict = f'IF(SUM({left})=SUM({right}),"{RIGHT}","{WRONG} "&(SUM({left})-SUM({right})))'
    return f'=IF(COUNT({needed or entries})=0,"",IF(COUNT({entries})<{count},"{WAITING}",{verdict}))'
