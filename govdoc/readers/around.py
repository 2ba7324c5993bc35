"""What stands around a sheet's proper content: strays that will not reach the report, and hidden rows that will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.finding import column_letters
from govdoc.readers.rules import OUTSIDE
from govdoc.values import clean_text, show_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govdoc.finding import Finding
    from govdoc.readers.grid import Grid

_NAMED = 5  # cells named one by one in a message before it says how many there are


def over_checks(grid: Grid, cells: Sequence[tuple[int, int]]) -> Finding:
    """Return the finding for numbers that stand where the workbook has its check cells."""
    found = clean_text(show_content(grid.at(*cells[0])))[0]
    return OUTSIDE.at(
        grid.where(*cells[0]),
        what=f"{_named(grid, cells)}是勾稽格，里面却是数字，不会进入报告",
        advice="要报的数请移到规定的格子；这里的可以删去，不影响核对。",
        found=found,
    )


def _named(grid: Grid, cells: Sequence[tuple[int, int]]) -> str:
    names = "、".join(grid.where(row, column).cell for row, column in cells[:_NAMED])
    return names + (f" 等 {len(cells)} 格" if len(cells) > _NAMED else " ")


def strays(grid: Grid, cells: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Yield one finding for all the filled cells of a sheet that belong to nothing."""
    if cells:
        yield OUTSIDE.at(
            grid.where(*cells[0]),
            what=f"{_named(grid, cells)}有内容，但不在表式之内，不会进入报告",
            advice="要报的内容请移到规定的格子，其余的请删去。",
            found=clean_text(show_content(grid.at(*cells[0])))[0],
        )


def hidden_row(grid: Grid, row: int) -> Finding:
    """Return the finding for a hidden row that holds what the report prints."""
    return OUTSIDE.at(
        grid.where(row, 0), what=f"第 {row + 1} 行隐藏着，里面的内容会进入报告", advice="请取消隐藏，核对这一行。"
    )


def hidden_column(grid: Grid, column: int) -> Finding:
    """Return the finding for a hidden column that holds what the report prints."""
    return OUTSIDE.at(
        grid.where(0, column),
        what=f"{column_letters(column)} 列隐藏着，里面的内容会进入报告",
        advice="请取消隐藏，核对这一列。",
    )
