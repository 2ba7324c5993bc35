"""A figure against the tables and its neighbours: what may be right although no reading has it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import Scope

if TYPE_CHECKING:
    from govdoc.checks.prose.claims import Figure, Sentence
    from govdoc.checks.prose.readings import Reading
    from govdoc.report import Report
    from govdoc.values import Value

MOST_FIGURES = 60  # in a sentence whose figures are added up; people write far fewer


def disputed_changes(report: Report) -> set[tuple[str, Decimal]]:
    """Return the changes of figures that would mend a sum that does not hold."""
    disputed = set()
    for equation in report.layout.equations:
        left, right = report.total(equation.parts), report.total(equation.equals)
        if left is None or right is None:
            continue
        rest = Decimal(left) - Decimal(right)
        if rest:
            disputed |= {(key, -rest) for key in equation.parts} | {(key, rest) for key in equation.equals}
    return disputed


def in_unit(value: Value, figure: Figure, report: Report) -> Value:
    """Return a value in the unit that the text counts in: 万元 of the table are 元 × 10,000 in the text."""
    if figure.quantity.counter == "元" and report.layout.figures[figure.readings[0].keys[0]].unit == "万元":
        return Decimal(value) * 10_000
    return value


def add_up(reading: Reading, value: Value, sentence: Sentence) -> bool:
    """Return whether several figures of a sentence are the parts of one: 线上收到20件，线下收到28件."""
    if len(sentence.figures) > MOST_FIGURES:
        return False
    alike = [one for one in sentence.figures if one.scope is Scope.THIS and reading in one.readings]
    return len(alike) > 1 and sum(one.quantity.value for one in alike) == value


def is_total(figure: Figure, sentence: Sentence) -> bool:
    """Return whether a figure is the sum of the last ones before it: 予以公开9件，部分公开7件，合计16件."""
    running = Decimal(0)
    for one in reversed([one for one in sentence.figures if one.end <= figure.start]):
        running += one.quantity.value
        if running == figure.quantity.value:
            return True
    return False


def is_rest(figure: Figure, sentence: Sentence) -> bool:
    """Return whether a figure is what is left of one before it, after those between."""
    before = [one.quantity.value for one in sentence.figures if one.end <= figure.start]
    if len(before) > MOST_FIGURES:
        return False
    for at, whole in enumerate(before):
        left = whole
        for part in before[at + 1 :]:
            left -= part
            if left == figure.quantity.value:
                return True
    return False
