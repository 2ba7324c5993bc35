"""Growth, shares, and what is said not to have happened: claims beside the plain figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import FOREIGN, Change, Figure, Nothing, Scope, Share
from govdoc.checks.prose.course import Clause, joined, scope_now
from govdoc.checks.prose.placing import place, table_of
from govdoc.checks.prose.quantities import Quantity
from govdoc.checks.prose.scan import MARK, NUMBER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.course import Course
    from govdoc.checks.prose.readings import Reading
    from govdoc.checks.prose.scan import Token

STOPS = frozenset("，,；;：:（）()")


def note_percent(course: Course, figure: Figure, clause: Clause) -> None:
    """Note a growth rate, a share, or a rate with a name of its own."""
    if any("each" in one.roles for one in course.clauses):
        return
    if clause.roles & {"rise", "fall"}:
        note_change(course, figure, clause)
    elif "shares" in clause.roles and course.last is not None and (course.last.readings or course.last.channel):
        if "channels" in clause.roles:
            return
        wholes = _wholes_of(course, clause)
        before = tuple(
            one for one in course.sentence.figures if one is not course.last and one.end <= course.last.start
        )
        share = Share(figure.start, figure.end, figure.quantity, course.last, wholes, before)
        course.sentence.claims.append(share)
    else:
        _note_rate(course, figure, clause)


def _wholes_of(course: Course, clause: Clause) -> tuple[Reading, ...]:
    """Return what a share is said to be taken of."""
    terms = joined(clause)
    meaning = course.scan.meanings.of(terms) if terms else None
    table = table_of(course, meaning) if meaning is not None else None
    if meaning is None or table is None:
        return ()
    within = meaning.within[table]
    columns = (*(within.second or course.scan.tables[table].second), *course.second.get(table, ()))
    return course.reader.readings(table, within.first, columns)


def _note_rate(course: Course, figure: Figure, clause: Clause) -> None:
    rate = next((token.word.rate for token in clause.tokens if token.word and token.word.rate), None)
    if rate is None or course.paragraph.topic == FOREIGN or scope_now(course, course.scope) is not Scope.THIS:
        return
    of = replace(figure, readings=course.reader.at(rate.part))
    wholes = course.reader.at(rate.whole)
    course.sentence.claims.append(Share(figure.start, figure.end, figure.quantity, of, wholes, (), rate=True))


def note_change(course: Course, figure: Figure, clause: Clause) -> bool:
    """Note by how much a figure is said to have changed; return whether it was one."""
    if scope_now(course, course.scope) is Scope.NOT_OURS and not clause.terms:
        return True
    sign = -1 if "fall" in clause.roles else 1
    readings: tuple[Reading, ...] = ()
    last = course.last
    if last is not None and last is course.last_years:  # 收到9件，与2023年的7件相比，增加2件
        before = [one for one in course.sentence.figures if one.scope is Scope.THIS and one.readings == last.readings]
        last = before[-1] if before else None
    of = last if last is not None and last.scope is Scope.THIS else None
    terms = joined(clause)
    if terms:
        other = replace(figure, readings=())
        place(course, other, terms, bare=False)
        readings, of = other.readings, None
    if of is not None or readings:
        change = Change(figure.start, figure.end, figure.quantity, sign, readings, of, course.last_years)
        course.sentence.claims.append(change)
    return True


def _is_listed(course: Course, beside: Sequence[Token]) -> bool:
    """Return whether a mark of a list, or a word that joins, stands beside a name: none of them happened."""
    return any(
        (token.kind == MARK and course.text[token.start] == "、")
        or (token.word is not None and "joins" in token.word.roles)
        for token in beside
    )


def note_nothing(course: Course, at: int) -> None:
    """Note that something is said not to have happened, where the clause says clearly what."""
    clause = Clause([])
    tokens = course.sentence.tokens
    for here, token in enumerate(tokens[at:], start=at):
        if token.kind == NUMBER or (token.kind == MARK and course.text[token.start] in STOPS):
            break
        beside = (*tokens[here + 1 : here + 2], *(tokens[here - 1 : here] if clause.tokens else ()))
        if token.kind == UNKNOWN and _is_listed(course, beside):
            continue  # 没有投诉、行政复议: neither happened
        clause.add(token)
    clause.settle(speaks=False)
    whole = course.clauses[-1]
    stopped = [one for one in tokens if clause.tokens and one.start >= clause.tokens[-1].end][:1]
    if (
        clause.unknown
        or whole.unknown
        or not (clause.terms or clause.subjects)
        or (stopped and stopped[0].kind == NUMBER)
    ):
        return
    if scope_now(course, course.scope) is not Scope.THIS or clause.roles & {"last_year", "periods", "others"}:
        return
    terms = joined(clause)
    token = course.sentence.tokens[at]
    figure = Figure(token.start, clause.tokens[-1].end, token.start, Quantity(Decimal(0), Decimal(1), ""))
    place(course, figure, terms, bare=not terms, said=clause)
    if figure.readings:
        course.sentence.claims.append(Nothing(figure.start, figure.end, figure.readings))
