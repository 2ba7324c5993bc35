"""The sheets beside the report: last year's figures (上年数据) and the explanations of findings (情况说明)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from govdoc.readers.bind_table import bind_table
from govdoc.readers.rules import out_of_order
from govdoc.report import Explanation
from govdoc.values import BLANK, clean_text, normal_label, show_content, without_unseen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.form import Form
    from govdoc.layouts.schema import Layout
    from govdoc.readers.grid import Grid, Outline
    from govdoc.report import Figure


_LARGEST = 4_000  # cells of an outline that is kept; the sheet has 900


def bind_previous(grid: Grid, layout: Layout) -> tuple[dict[str, Figure], list[Finding]]:
    """Return last year's figures, as far as they are given, and what is wrong with those that are.

    The sheet may stay empty, in whole or in part: a blank cell is no finding here, and no zero either.
    """
    find = _first_row if sum(map(len, grid.outline)) <= _LARGEST else _first_row.__wrapped__
    starts = {table.key: find(grid.outline, table.form) for table in layout.tables}
    ends = [*sorted(start for start in starts.values() if start is not None), len(grid.rows)]
    figures: dict[str, Figure] = {}
    findings: list[Finding] = []
    for table in layout.tables:
        start = starts[table.key]
        if start is None:
            name = next(section.heading for section in layout.sections if section.table == table.key)
            what = f"找不到“{name}”的表头，上年的这张表没有读"
            findings.append(out_of_order(grid.where(0, 0), what=what, advice="恢复这张表的表头"))
            continue
        end = min(next(end for end in ends if end > start), start + table.form.rows)
        bound = bind_table(grid.window(start, end), layout, table)
        given = {key: figure for key, figure in bound.figures.items() if figure.value is not None}
        faults = [finding for finding in bound.findings if finding.rule is not BLANK]
        if given or any(finding.figure for finding in faults):
            figures |= given
            findings += faults
    blank = not figures and not any(finding.figure for finding in findings)
    return figures, [] if blank else findings


@lru_cache(maxsize=64)
def _first_row(outline: Outline, form: Form) -> int | None:
    """Return the row that says what a table's first line says, or None where no row does."""
    wanted = [normal_label(label.text) for label in form.lines[0].labels]
    labels = ([text for text in texts if isinstance(text, str) and text] for texts in outline)
    return next((number for number, here in enumerate(labels) if here == wanted), None)


def bind_explanations(grid: Grid, top: int, columns: Sequence[int]) -> tuple[Explanation, ...]:
    """Return the rows of 情况说明 below its heads; ``columns`` are those of code, place and text."""
    explanations = []
    for row in range(top + 1, len(grid.rows)):
        code, place, text = (
            clean_text(without_unseen(show_content(grid.at(row, column))))[0].strip() for column in columns
        )
        if code or place or text:
            explanations.append(Explanation(code, place, text, grid.where(row, columns[0])))
    return tuple(explanations)
