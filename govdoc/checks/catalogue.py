"""Every rule by code, and every check in the order in which it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc import aggregate, values
from govdoc.checks import diagnosis, explanations, last_year, narrative, sums, word
from govdoc.checks.prose import judge
from govdoc.checks.prose import rules as prose
from govdoc.checks.uncounted import as_counted
from govdoc.finding import Severity
from govdoc.readers import evidence
from govdoc.readers import rules as shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from govdoc.finding import Finding, Rule
    from govdoc.layouts.schema import Layout
    from govdoc.report import Report

RULES: dict[str, Rule] = {
    rule.code: rule
    for family in (shape, explanations, values, sums, diagnosis, last_year, prose, narrative, aggregate, evidence, word)
    for rule in family.RULES
}
CHECKS: tuple[Callable[[Report], Iterator[Finding]], ...] = (
    *sums.CHECKS,
    *diagnosis.CHECKS,
    *last_year.CHECKS,
    *judge.CHECKS,
    *narrative.CHECKS,
)
# Those that can find an error: a sixth of the work of all.
_ERROR_CHECKS: tuple[Callable[[Report], Iterator[Finding]], ...] = (
    *sums.CHECKS,
    last_year.wrong_file,
    narrative.empty_sections,
    narrative.left_over,
    narrative.unknown_references,
)


def run_checks(report: Report) -> list[Finding]:
    """Return what every check finds in a report, settled by its explanations.

    What was found while reading it is not repeated.
    """
    found = diagnosis.pointing_to_repairs(_found(CHECKS, report), sums.RULES)
    return list(explanations.settle(found, report))


def run_error_checks(report: Report) -> list[Finding]:
    """Return those of the findings of :func:`run_checks` that are errors, without looking for others."""
    return [finding for finding in _found(_ERROR_CHECKS, report) if finding.severity is Severity.ERROR]


def _found(checks: Iterable[Callable[[Report], Iterator[Finding]]], report: Report) -> Iterator[Finding]:
    """Yield what checks find; a total that misses numbers in text form is said by its sum, and by nothing else."""
    counted = as_counted(report)
    for check in checks:
        yield from check(report if check in sums.CHECKS else counted)


def in_order(findings: Iterable[Finding], layout: Layout) -> list[Finding]:
    """Return findings as they are shown: the heaviest first, then by sheet, row and column.

    What is said of a file as a whole comes before what is said of its sheets.
    """
    sheets = {"": -1} | {name: place for place, name in enumerate(layout.sheets)}

    def key(finding: Finding) -> tuple[int, int, int, int, str]:
        where = finding.where
        row = -1 if where.row is None else where.row
        column = -1 if where.column is None else where.column
        return (finding.severity.rank, sheets.get(where.sheet, len(sheets)), row, column, finding.code)

    return sorted(findings, key=key)
