"""Lists in a Grid: heads in one row, and below it rows that hold one thing each. Knows no statute.

The heads are found wherever in the grid they stand; damage to them is one finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.finding import column_letters
from govdoc.readers.align import Alignment, Fit, align
from govdoc.readers.rules import COLUMN_LABEL, out_of_order
from govdoc.values import clean_text, label_of, normal_label, show_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govdoc.finding import Finding
    from govdoc.readers.grid import Grid

NOWHERE = -1  # the column of a head that was not found: no cell of a grid stands there
_FILLED, _IN_PLACE, _UNLIKELY = 0.9, 0.95, 1.6  # what it costs to take a column under a strange head for the right one


@dataclass(frozen=True, slots=True)
class Heads:
    """The row of a list's heads (-1: none), the column of each (:data:`NOWHERE`: none), what was found wrong.

    ``ordered`` says whether they stand where they should; their texts may still be off.
    """

    top: int
    columns: tuple[int, ...]
    findings: tuple[Finding, ...]
    ordered: bool


def find_heads(grid: Grid, heads: Sequence[str]) -> Heads:
    """Return where the heads of a list stand: in the first row that has most of them."""
    if _stand_as_printed(grid, heads):
        return Heads(0, tuple(range(len(heads))), (), ordered=True)
    wanted = {normal_label(head) for head in heads}
    here = [len(wanted & set(map(label_of, row))) for row in grid.rows]
    best = max(here, default=0)
    if best == 0:
        what = f"缺少“{'”“'.join(heads)}”这一行标题"
        lost = out_of_order(grid.where(0, 0), what=what, advice="在第 1 行补上标题")
        return Heads(-1, tuple(range(len(heads))), (lost,), ordered=False)
    top = here.index(best)
    result = _align(grid, top, heads)
    columns = tuple(result.place.get(item, NOWHERE) for item in range(len(heads)))
    damages = list(_damages(grid, top, heads, result))
    renamed = list(_renamed(grid, top, heads, columns))
    return Heads(top, columns, (*damages[:1], *renamed), ordered=not damages)


def _stand_as_printed(grid: Grid, heads: Sequence[str]) -> bool:
    """Return whether the heads begin the grid, in their order, and nothing stands beside their columns."""
    width = len(heads)
    return (
        bool(grid.rows)
        and [label_of(content) for content in grid.rows[0][:width]] == [normal_label(head) for head in heads]
        and not any(content is not None for cells in grid.rows for content in cells[width:])
    )


def _align(grid: Grid, top: int, heads: Sequence[str]) -> Alignment:
    filled = {column for row, column, _ in grid.filled() if row > top}

    def fit(item: int, at: int) -> Fit:
        if label_of(grid.at(top, at)) == normal_label(heads[item]):
            return Fit(1, 0)
        return Fit(0, _FILLED if at in filled else _IN_PLACE if item == at else _UNLIKELY)

    return align(len(heads), max((column + 1 for _, column, _ in grid.filled()), default=0), fit)


def _damages(grid: Grid, top: int, heads: Sequence[str], result: Alignment) -> Iterator[Finding]:
    """Yield what was done to the order of rows and columns, the first thing first."""
    if top > 0:
        yield out_of_order(grid.where(0, 0), what=f"标题应在第 1 行，现在在第 {top + 1} 行", advice="删去上面多出的行")
    for column in (*result.inserted, *result.repeated):
        letters = column_letters(column)
        kind = "重复了" if column in result.repeated else "是多出来的"
        yield out_of_order(grid.where(top, column), what=f"{letters} 列{kind}", advice=f"删去 {letters} 列")
    for item in result.deleted:
        what, advice = f"缺少“{heads[item]}”一列", f"在 {column_letters(item)} 列补上这一列"
        yield out_of_order(grid.where(top, item), what=what, advice=advice)
    for item in result.moved:
        column = result.place[item]
        what = f"“{heads[item]}”一列移到了 {column_letters(column)} 列"
        yield out_of_order(grid.where(top, column), what=what, advice="移回原来的位置")


def _renamed(grid: Grid, top: int, heads: Sequence[str], columns: Sequence[int]) -> Iterator[Finding]:
    for head, column in zip(heads, columns, strict=True):
        found = clean_text(show_content(grid.at(top, column)))[0]
        if column != NOWHERE and normal_label(found) != normal_label(head):
            yield COLUMN_LABEL.at(grid.where(top, column), expected=head, found=found or "空白")
