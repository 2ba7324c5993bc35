"""Totals that a spreadsheet reckoned without some of their parts: what they would be otherwise.

A formula passes over a number that was typed, or pasted, as text. The cell shows it, the reader takes it, and every
sum over it is off, through no mistake in any figure. It passes over a cell that is still blank, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.report import Figure
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govdoc.layouts.schema import Equation
    from govdoc.report import Report


def as_counted(report: Report, *, blanks: bool = False) -> Report:
    """Return the report with its totals as they would be if every number in it were one; mostly the same report.

    With ``blanks`` a total that lacks what is still blank has no value: nobody knows what it will be.
    """
    short = _short_totals(report, _lacking(report, blanks=blanks))
    if not short:
        return report
    changed: dict[str, Figure] = {}
    for key in short:
        value = _counted(key, report, short)
        changed[key] = Figure(value, "" if value is None else show_number(value), report.figures[key].where)
    return report.with_figures(changed)


def uncounted(report: Report, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the figures in text form that are missing in some figures, or stand among them, in the table's order."""
    short = _short_totals(report, report.as_text)
    found = {one for key in keys for one in _texts_in(key, report, short)}
    return tuple(key for key in report.layout.figures if key in found)


def _lacking(report: Report, *, blanks: bool) -> frozenset[str]:
    """Return the figures that a formula passes over."""
    blank = (key for key, figure in report.figures.items() if figure.value is None) if blanks else ()
    return report.as_text.union(blank)


def _short_totals(report: Report, lacking: frozenset[str]) -> dict[str, Equation]:
    """Return the totals that are the sums of those of their parts that are numbers, with the sums that say so."""
    short: dict[str, Equation] = {}
    if not lacking:  # as in nearly every report
        return short
    sums = [one for one in report.layout.equations if len(one.equals) == 1 and one.equals[0] not in report.as_text]
    for _ in sums:  # a total of totals comes after those
        before = len(short)
        for one in sums:
            total = one.equals[0]
            misses = any(part in lacking or part in short for part in one.parts)
            seen = report.total(part for part in one.parts if part not in lacking)
            if total not in short and misses and seen is not None and seen == report.value(total):
                short[total] = one
        if len(short) == before:
            break
    return short


def _counted(key: str, report: Report, short: Mapping[str, Equation]) -> int | None:
    if key not in short:
        value = report.value(key)
        return value if isinstance(value, int) else None
    parts = [_counted(part, report, short) for part in short[key].parts]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _texts_in(key: str, report: Report, short: Mapping[str, Equation]) -> Iterator[str]:
    if key in report.as_text:
        yield key
    for part in short[key].parts if key in short else ():
        yield from _texts_in(part, report, short)
