"""Whose matter a clause speaks of: ours, a part of ours that has no row, another organ's, or another matter altogether.

Unknown words end ours: another organ's up to the end of the sentence, another matter's up to the next semicolon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import FOREIGN, Scope
from govdoc.checks.prose.course import opens
from govdoc.checks.prose.scan import UNKNOWN, YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.course import Clause, Course
    from govdoc.checks.prose.scan import Token

SHORTEST_SUBJECT = 3  # characters of a subject that any matter may have: 申请, 申请量


def follow(course: Course, clause: Clause) -> None:
    """Lose ours at unknown words, and find it again where requests are named in full.

    主动公开文件53件，办理依申请公开46件.
    """
    if clause.unknown:
        _lose(course, clause)
        return
    in_full = any(
        token.word and token.word.subjects and len(token.word.text) > SHORTEST_SUBJECT for token in clause.tokens
    )
    if in_full and clause.terms and not (course.others_named or course.by_channel):
        course.astray = course.organ_out = False


def _lose(course: Course, clause: Clause) -> None:
    """Take unknown words beside words of a table for another organ where they end like one, or else for another matter.

    That ends at the next semicolon (收到信访件46件，全部办结；收到申请68件), or where requests are named in full.
    """
    named = clause.subjects or any(not term.general for _, group in clause.terms for term in group)
    if named and _is_detail(course, clause):
        return
    if (named or clause.terms) and _names_organ(course, clause):
        course.organ_out = course.others_named = True
    elif named or clause.terms:
        course.astray = course.astray or not course.organ_out
        course.organ_out = True
    if not named:
        course.paragraph.topic = FOREIGN


def _is_detail(course: Course, clause: Clause) -> bool:
    """Return whether unknown words in a list of ours name no organ: 其中，已主动公开和同意公开的9件."""
    before = course.last
    if before is None:
        ours = bool(course.paragraph.counted) and opens_inside(course.sentence.tokens)
    else:
        ours = bool(before.readings) and before.scope is Scope.THIS
    if course.organ_out or not ours:
        return False
    tables = (course.scan.tables[term.table] for _, group in clause.terms for term in group)
    if not all(spec.subjects for spec in tables):
        return False  # 土地行政复议9件，行政诉讼7件: both are of another kind
    return not _names_organ(course, clause)


def _names_organ(course: Course, clause: Clause) -> bool:
    """Return whether unknown words end like the name of an organ."""
    ends = course.scan.prose.organ_ends
    return any(course.text.endswith(ends, token.start, token.end) for token in clause.tokens if token.kind == UNKNOWN)


def opens_inside(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence goes on with parts of what the one before it gave: 其中予以公开9件."""
    said = next((token for token in tokens if token.word is not None and token.word.speaks), None)
    return said is not None and opens(said) and all(token.kind != YEAR for token in tokens if token.start < said.start)


def is_part(course: Course, clause: Clause) -> bool:
    """Return whether what a clause counts has no row: 审结行政复议9件, 网上申请9件, but not 上年结转信件9件."""
    return "no_row" in clause.roles or not is_of_all(course, clause)


def is_of_all(course: Course, clause: Clause) -> bool:
    """Return whether a clause has words that are never said of what came by one way: 上年结转信件9件."""
    named = [term for _, group in clause.terms for term in group if not term.general]
    specs = [course.scan.tables[term.table] for term in named]
    return any(not spec.subjects or spec.across_has(term) for spec, term in zip(specs, named, strict=True))


def is_of_another(before: Token, subject: Token) -> bool:
    """Return whether a short subject is that of an unknown matter right before it: 法律援助申请."""
    beside = before.kind == UNKNOWN and before.end == subject.start
    return beside and subject.word is not None and len(subject.word.text) <= SHORTEST_SUBJECT
