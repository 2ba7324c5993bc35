"""Growth, shares, and what is said not to have happened: claims beside the plain figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import FOREIGN, All, Change, Figure, Nothing, Scope, Share
from govdoc.checks.prose.course import Clause, first_of, joined, scope_now, whole_of_channels
from govdoc.checks.prose.meanings import SECOND
from govdoc.checks.prose.placing import place, table_of
from govdoc.checks.prose.quantities import Quantity, Rounding
from govdoc.checks.prose.scan import MARK, NUMBER, UNKNOWN, WORD, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.course import Course
    from govdoc.checks.prose.meanings import Terms
    from govdoc.checks.prose.readings import Reading

_LOOSE = frozenset(("rest", "inside", "loosely"))  # beside these, not all of the number before is meant, or not so
STOPS = frozenset("，,；;：:（）()")


def note_percent(course: Course, figure: Figure, clause: Clause) -> None:
    """Note a growth rate, a share, or a rate with a name of its own."""
    if any("each" in one.roles for one in course.clauses):
        return
    if clause.roles & {"rise", "fall"}:
        note_change(course, figure, clause)
    elif "shares" in clause.roles and "channels" in clause.roles:
        return
    elif "shares" in clause.roles and clause.terms and (named := _named_before(clause)):
        _note_share_of(course, figure, named)
    elif "shares" in clause.roles and course.last is not None and (course.last.readings or course.last.channel):
        wholes = _wholes_of(course, clause)
        before = tuple(
            one for one in course.sentence.figures if one is not course.last and one.end <= course.last.start
        )
        share = Share(figure.start, figure.end, figure.quantity, course.last, wholes, before)
        course.sentence.claims.append(share)
    else:
        _note_rate(course, figure, clause)


def _named_before(clause: Clause) -> Terms:
    """Return the terms before 占, where they name a part without a number: 自然人申请占85.4%."""
    at = next(at for at, token in enumerate(clause.tokens) if token.word and "shares" in token.word.roles)
    before = Clause(clause.tokens[:at], terms=tuple(one for one in clause.terms if one[0] <= at))
    return joined(before) if any(not term.general for _, group in before.terms for term in group) else ()


def _note_share_of(course: Course, figure: Figure, terms: Terms) -> None:
    """Note the share of a row or column that no number beside it gives."""
    if scope_now(course, course.scope) is not Scope.THIS:
        return
    part = replace(figure, quantity=Quantity(Decimal(0), Decimal(1), ""), readings=())
    place(course, part, terms, bare=False)
    if part.readings:
        share = Share(figure.start, figure.end, figure.quantity, part, (), (), rate=True)
        course.sentence.claims.append(share)


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
    if rate is None or scope_now(course, course.scope) is not Scope.THIS:
        return
    sentence = course.sentence
    spoken_of = any(token.word is not None and token.word.subjects for token in sentence.tokens)
    if not spoken_of and not any(one.readings for one in sentence.figures):
        return  # 主动公开工作总体良好，公开率100%
    if course.paragraph.topic != rate.whole[0].partition(".")[0]:
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
    if terms or (last is None and clause.subjects):  # 申请量较上年上升20%，共收到9件
        other = replace(figure, readings=())
        place(course, other, terms, bare=not terms)
        readings, of = other.readings, None
    if of is not None or readings:
        change = Change(figure.start, figure.end, figure.quantity, sign, readings, of, course.last_years)
        course.sentence.claims.append(change)
    return True


def note_all(course: Course, clause: Clause) -> None:
    """Note what a clause says of all of the number before (均为自然人申请), or that all of the requests are done."""
    if clause.unknown or "none" in clause.roles or scope_now(course, course.scope) is not Scope.THIS:
        return
    last, terms = course.last, joined(clause)
    if last is not None and last.channel:
        last = whole_of_channels(course.sentence.figures)
    start, end = first_of(clause, clause.tokens[0].start), clause.tokens[-1].end
    ours = course.paragraph.topic != FOREIGN and (last is None or bool(last.readings))
    if "done" in clause.roles and course.sentence.all_done is None and ours:
        course.sentence.all_done, course.sentence.all_done_of = Token(WORD, start, end), last
    if last is None or not _is_whole(course, clause, last):
        return
    general = [all(term.general for term in group) for _, group in terms]
    if all(general) or (any(general) and any(joins for joins, _ in terms)):
        return  # 均予以公开或答复
    figure = Figure(start, end, start, last.quantity)
    place(course, figure, terms, bare=False)
    if figure.readings and (_names_columns(terms) or _is_part(course, figure, last)):
        course.sentence.claims.append(All(start, end, figure.readings, last))


def _is_whole(course: Course, clause: Clause, figure: Figure) -> bool:
    """Return whether a figure is exact, and one that all may be said of.

    Not of what is left of it (其余均不予公开; 除2件部分公开外，均予以公开), nor of what came over from the year before.
    """
    if not figure.readings or figure.scope is not Scope.THIS or figure.quantity.rounding is not Rounding.NONE:
        return False
    if clause.roles & _LOOSE or figure.apiece or course.text.startswith(course.scan.prose.excepted, figure.said_from):
        return False
    spec = course.scan.tables[course.table or ""]
    return bool(spec.wholes) and set(spec.across).isdisjoint(figure.said)


def _is_part(course: Course, figure: Figure, whole: Figure) -> bool:
    """Return whether what is named is a part of a whole, or a row of requests: 诉讼2件，均经行政复议 are no reviews."""
    if course.scan.tables[course.table or ""].subjects:
        return True
    return any(set(part.keys) <= set(one.keys) for part in figure.readings for one in whole.readings)


def _names_columns(terms: Terms) -> bool:
    return all(term.part == SECOND for _, group in terms for term in group)


def _is_listed(course: Course, beside: Sequence[Token]) -> bool:
    """Return whether a mark of a list, or a word that joins, stands beside a name: none of them happened."""
    return any(
        (token.kind == MARK and course.text[token.start] == "、")
        or (token.word is not None and "joins" in token.word.roles)
        for token in beside
    )


def _asks(course: Course, token: Token) -> bool:
    """Return whether unknown words only name who may ask."""
    return course.scan.askers.fullmatch(course.text, token.start, token.end) is not None


def note_nothing(course: Course, at: int) -> None:
    """Note that something is said not to have happened, where the clause says clearly what."""
    clause = Clause([])
    tokens = course.sentence.tokens
    for here, token in enumerate(tokens[at:], start=at):
        if token.kind == NUMBER or (token.kind == MARK and course.text[token.start] in STOPS):
            break
        beside = (*tokens[here + 1 : here + 2], *(tokens[here - 1 : here] if clause.tokens else ()))
        if token.kind == UNKNOWN and (_is_listed(course, beside) or _asks(course, token)):
            continue  # 没有投诉、行政复议: neither happened; 未收到社会各界的申请
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
    if course.paragraph.topic == FOREIGN and (clause.subjects or clause.weak):
        course.paragraph.topic = next(iter(clause.subjects), None)  # 发布信息9条，未收到申请: the subject is named
    figure = Figure(token.start, clause.tokens[-1].end, token.start, Quantity(Decimal(0), Decimal(1), ""))
    place(course, figure, terms, bare=not terms, said=clause)
    if figure.readings:
        course.sentence.claims.append(Nothing(figure.start, figure.end, figure.readings))
