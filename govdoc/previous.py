"""Last year's report seen from this year's: which of its figures stand for the same count, and what it hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govdoc.layouts.schema import Layout
    from govdoc.report import Figure, Report
    from govdoc.values import Value


@dataclass(frozen=True)
class LastYear:
    """Last year's figures under this edition's keys, and the addresses of those that it did not count in this way.

    A figure is the same count where key, kind and labels agree in both editions; 对外公开总数量 of 2019, for one, is
    not 现行有效件数 of 2021, and nothing stands in for it.
    """

    figures: Mapping[str, Figure]
    missing: tuple[str, ...]


def last_year(last: Report, layout: Layout) -> LastYear:
    """Return what an earlier report says of this edition's figures; a blank figure is left out."""
    figures = {}
    missing = []
    for key, spec in layout.figures.items():
        theirs = last.layout.figures.get(key)
        if theirs is None or theirs.kind != spec.kind or theirs.label != spec.label:
            missing.append(spec.address)
        elif last.value(key) is not None:
            figures[key] = last.figures[key]
    return LastYear(figures, tuple(missing))


def entered(figures: Mapping[str, Figure]) -> dict[str, Value | str]:
    """Return figures as they are typed into a workbook: the number, or the text where it says more (``+3``)."""
    return {
        key: figure.value if figure.shown == show_number(figure.value) else figure.shown
        for key, figure in figures.items()
        if figure.value is not None
    }


def carried_on(previous: Mapping[str, Figure], layout: Layout) -> dict[str, Figure]:
    """Return the figures of this year that last year's fix alone, such as 上年结转, by key."""
    return {
        one.this: previous[one.last]
        for one in layout.continued
        if not (one.plus or one.minus or one.at_least) and one.last in previous
    }


_CHANGES = {"year", "published"}


def inherited_info(last: Report) -> dict[str, str]:
    """Return the fields of 基本信息 that stay from year to year; year and date of publication do not."""
    return {key: value for key, value in last.info.items() if value and key not in _CHANGES}


def inherited_headings(last: Report, layout: Layout) -> dict[str, list[tuple[str, str]]]:
    """Return last year's narrative headings without its text: what is copied unread is what reviewers complain of.

    The introduction keeps its row, also where last year had none: it is no heading that one could think of.
    """
    rows = {}
    for section in layout.sections:
        headings = [entry.heading for entry in last.narratives.get(section.key, ()) if entry.heading]
        if section.table is None and headings:
            if section.introduction is not None and section.introduction not in headings:
                headings.insert(0, section.introduction)
            rows[section.key] = [(heading, "") for heading in headings]
    return rows
