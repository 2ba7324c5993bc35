"""N503: growth rates and shares, calculated once more."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import Change, Scope, Share
from govdoc.checks.prose.rules import RATE
from govdoc.checks.prose.weighing import in_unit
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.checks.prose.claims import Figure, Sentence, Tools
    from govdoc.checks.prose.rules import Place
    from govdoc.finding import Finding
    from govdoc.layouts.phrases import TableWords
    from govdoc.report import Report


def rates(text: str, sentence: Sentence, place: Place, report: Report, tools: Tools) -> Iterator[Finding]:
    """Say which growth rates and shares of a sentence do not follow from the figures."""
    for claim in sentence.claims:
        if isinstance(claim, Change):
            yield from _change(text, claim, place, report)
        elif isinstance(claim, Share):
            yield from _share(text, claim, place, report, tools)


def _change(text: str, claim: Change, place: Place, report: Report) -> Iterator[Finding]:
    pairs = list(_pairs(claim, report))
    if not pairs or (claim.of is not None and claim.of.wrong) or (claim.base is not None and claim.base.wrong):
        return
    rate = claim.quantity.counter in ("%", "倍")
    results = []
    for now, then in pairs:
        change = now - then
        if rate and then == 0:
            return
        actual = change / then * (100 if claim.quantity.counter == "%" else 1) if rate else change
        if _agrees(claim, actual):
            return
        results.append((now, then, actual))
    now, then, actual = results[0]
    unit = claim.quantity.counter if rate else ""
    shown = _shown(abs(actual), claim.quantity.step) if rate else show_number(abs(actual).normalize())
    word = "持平" if actual == 0 else f"{'增加' if actual > 0 else '减少'} {shown}{unit}"
    yield RATE.at(
        place.where,
        quote=place.quote,
        said=text[claim.of.said_from if claim.of is not None else claim.start : claim.end],
        basis=f"上年 {show_number(then)}、本年 {show_number(now)} ",
        found=show_number(claim.quantity.value.normalize()),
        expected=word,
    )


def _pairs(claim: Change, report: Report) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield this year's and last year's value of each reading that the figure may have."""
    readings = claim.of.readings if claim.of is not None else claim.readings
    for one in readings:
        now, then = one.now(report), one.then(report)
        if now is None:
            continue
        if claim.of is not None and not claim.of.quantity.fits(in_unit(now, claim.of, report)):
            continue
        if then is not None:
            yield Decimal(now), Decimal(then)
        elif claim.base is not None:
            yield Decimal(now), claim.base.quantity.value


def _share(text: str, claim: Share, place: Place, report: Report, tools: Tools) -> Iterator[Finding]:
    of = claim.of
    if of.wrong or (of.scope is not Scope.THIS and not (claim.rate or of.channel)):
        return
    wholes = [Decimal(value) for one in claim.wholes if (value := one.now(report))]
    if not claim.wholes:
        spec = _table_of(of, report, tools)
        if spec is None:  # nothing tells of which whole it is a part
            return
        wholes = [Decimal(value) for one in tools.reader.at(spec.wholes) if (value := one.now(report))]
        wholes += [one.quantity.value for one in claim.before if one.quantity.value >= of.quantity.value > 0]
    parts = [Decimal(value) for one in of.readings if (value := one.now(report)) is not None]
    if of.channel:  # what came by one way has no row
        parts = [of.quantity.value]
    elif not claim.rate:
        parts = [part for part in parts if of.quantity.fits(part)]
    results = [(part, whole, part / whole * 100) for part in parts for whole in wholes if whole]
    tolerance = claim.quantity.step / 2
    if not results or any(abs(actual - claim.quantity.value) <= tolerance for _, _, actual in results):
        return
    part, whole, actual = min(results, key=lambda one: abs(one[2] - claim.quantity.value))
    yield RATE.at(
        place.where,
        quote=place.quote,
        said=text[of.said_from : claim.end],
        basis=f" {show_number(part.normalize())} 占 {show_number(whole.normalize())} ",
        found=show_number(claim.quantity.value.normalize()),
        expected=f"{_shown(actual, claim.quantity.step)}%",
    )


def _table_of(of: Figure, report: Report, tools: Tools) -> TableWords | None:
    """Return the table that a figure is a part of."""
    if of.channel:
        return next(spec for spec in tools.scan.tables.values() if spec.subjects)
    keys = next((one.keys for one in of.readings if one.keys), ())
    if not keys:
        return None
    short = report.layout.table[report.layout.figures[keys[0]].table].short
    return next(spec for spec in tools.scan.tables.values() if spec.table == short)


def _agrees(claim: Change, actual: Decimal) -> bool:
    if claim.sign == 0:
        return actual == 0
    if claim.quantity.value != 0 and (actual > 0) != (claim.sign > 0):
        return False
    if claim.quantity.counter not in ("%", "倍"):
        return claim.quantity.fits(abs(actual))
    if claim.quantity.rounding.value:
        return abs(abs(actual) - claim.quantity.value) <= max(claim.quantity.step, claim.quantity.value / 10)
    return abs(abs(actual) - claim.quantity.value) <= claim.quantity.step / 2


def _shown(value: Decimal, step: Decimal) -> str:
    return show_number(value.quantize(step, ROUND_HALF_UP).normalize())
