"""Rows of 情况说明 made ready to be filled: rule and place stand there, the reason is for people to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.checks.explanations import names_finding
from govdoc.finding import Severity
from govdoc.values import normal_label
from govdoc.writers.annotate_cells import Cells, merged, shared_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.writers.annotate_cells import Place
    from govdoc.writers.annotate_package import Package

_HEAD_ROWS = 3  # among which the heads are looked for, as the reader does


def missing_from(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that wait for an explanation."""
    return [finding for finding in findings if finding.severity is Severity.CONFIRM and not finding.explanation]


class ExplanationRows:
    """The list of explanations on its sheet. Rows in which anything stands are left alone."""

    def __init__(self, package: Package, part: str, layout: Layout) -> None:
        self._package = package
        self._part = part
        self._cells = Cells(package.tree(part), shared_texts(package))
        self._top, (self._code, self._place, self.text) = self._heads(layout.workbook.explanation_heads)

    def _heads(self, heads: Sequence[str]) -> tuple[int, tuple[int, int, int]]:
        """Return the row of the heads, and the columns of code, place and text."""
        wanted = [normal_label(head) for head in heads]
        for row in range(_HEAD_ROWS):
            here = [normal_label(self._cells.text(row, column)) for column in range(len(heads) + _HEAD_ROWS)]
            if all(head in here for head in wanted):
                code, place, text = (here.index(head) for head in wanted)
                return row, (code, place, text)
        return 0, (0, 1, 2)

    def clear(self, marked: Iterable[Place]) -> None:
        """Take back the rows that an earlier run made and nobody filled: our comment stands where the reason would."""
        for row, column in marked:
            if column == self.text and row > self._top and not self._cells.text(row, column).strip():
                self._package.edit(self._part)
                for one in (self._code, self._place):
                    self._cells.blank(row, one)
                self._cells.drop_bare(row, self.text)

    def add(self, findings: Sequence[Finding]) -> dict[Place, Finding]:
        """Write a row for each finding that has none, and return where its reason is to be written."""
        waiting = [finding for finding in findings if not self._stands(finding)]
        rows = self._free_rows(len(waiting))
        for row, finding in zip(rows, waiting, strict=True):
            self._package.edit(self._part)
            like = row - 1 if row - 1 > self._top else None
            self._cells.put(row, self._code, finding.code, like)
            self._cells.put(row, self._place, str(finding.where), like)
            self._cells.ensure(row, self.text, like)
        return {(row, self.text): finding for row, finding in zip(rows, waiting, strict=True)}

    def _stands(self, finding: Finding) -> bool:
        return any(
            names_finding(self._cells.text(row, self._code), self._cells.text(row, self._place), finding)
            for row in range(self._top + 1, self._cells.last_row + 1)
        )

    def _free_rows(self, count: int) -> list[int]:
        """Return the first rows below the heads in which nothing stands; a merged cell is no place for a list."""
        columns = (self._code, self._place, self.text)
        spans = merged(self._package.tree(self._part))
        free: list[int] = []
        row = self._top
        while len(free) < count:
            row += 1
            spanned = any(
                span.top <= row <= span.bottom and span.left <= max(columns) and span.right >= min(columns)
                for span in spans
            )
            if not spanned and not any(self._cells.text(row, column).strip() for column in columns):
                free.append(row)
        return free
