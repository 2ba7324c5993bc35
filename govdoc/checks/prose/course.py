"""Where a walk through a sentence stands: its clauses, whose figures are spoken of, and what was said before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import Figure, Paragraph, Scope, Sentence
from govdoc.checks.prose.scan import MARK, NUMBER, PERIOD, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.claims import Scene
    from govdoc.checks.prose.meanings import Terms
    from govdoc.checks.prose.readings import Reader
    from govdoc.checks.prose.scan import Scanner, Token
    from govdoc.layouts.phrases import Term


@dataclass(slots=True)
class Clause:
    """What stands between two stops or numbers: its terms and roles."""

    tokens: list[Token]
    unknown: bool = False
    terms: tuple[tuple[int, tuple[Term, ...]], ...] = ()
    subjects: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    alone: tuple[Term, ...] = ()
    strict: bool = False
    weak: frozenset[str] = frozenset()

    def add(self, token: Token) -> None:
        """Take up the next token, with what it says."""
        self.tokens.append(token)
        if token.kind in (UNKNOWN, PERIOD):
            self.unknown = True
        elif token.word is not None:
            _, roles, terms, subjects, _, _, alone, strict, weak = token.word
            if alone:
                if self.terms or self.subjects or self.alone:
                    self.unknown = self.unknown or strict
                else:
                    self.alone, self.strict = alone, strict
            elif self.alone and (terms or subjects):
                self.settle(speaks=False)
            if weak:
                self.weak |= weak
            if terms:
                self.terms = (*self.terms, (len(self.tokens), terms))
            if subjects:
                self.subjects |= subjects
            if roles:
                self.roles |= roles

    def settle(self, *, speaks: bool) -> None:
        """Let a word that means something only by itself be a term (公开9件), or not, where something else speaks."""
        if self.alone and speaks and not self.weak:
            self.terms = ((len(self.tokens), self.alone),)
        elif self.alone:
            self.unknown = self.unknown or self.strict
        self.alone = ()


_Outside = tuple[Scope, bool, bool, "int | None", "str | None", "Figure | None"]


@dataclass(slots=True)
class Course:
    """What is kept in mind from token to token."""

    text: str
    scan: Scanner
    reader: Reader
    scene: Scene
    paragraph: Paragraph
    sentence: Sentence
    clauses: list[Clause] = field(default_factory=lambda: [Clause([])])
    scope: Scope = Scope.THIS
    period_out: bool = False
    organ_out: bool = False
    others_named: bool = False  # by a word of the layout, not by one that is unknown
    year: int | None = None
    first: dict[str, tuple[str, ...]] = field(default_factory=dict)  # parts of addresses said in this sentence
    second: dict[str, tuple[str, ...]] = field(default_factory=dict)
    table: str | None = None
    last: Figure | None = None
    last_years: Figure | None = None
    waiting: Terms = ()  # terms that 分别为 has still to serve
    astray: bool = False  # the sentence speaks of another matter up to the next semicolon
    by_channel: bool = False  # it does so as it speaks of requests that came by one way: 网上申请42件，办结40件
    outside: list[_Outside] = field(default_factory=list)  # what holds again behind each open bracket


def scope_now(course: Course, scope: Scope) -> Scope:
    """Return a scope, or that of others where the sentence speaks of them or of another stretch of time."""
    return Scope.NOT_OURS if course.period_out or course.organ_out else scope


def clause_after(course: Course, at: int) -> Clause:
    """Return what stands behind a token up to the next number or mark; a list of names without numbers is one.

    What did not happen is not what was counted: 3件申请未引发行政复议.
    """
    clause = Clause([])
    tokens = course.sentence.tokens
    for here in range(at + 1, len(tokens)):
        token = tokens[here]
        kind = token.kind
        if kind == NUMBER or (kind == MARK and not (clause.tokens and _goes_on(course, here))):
            break
        if token.word is not None and "none" in token.word.roles:
            break
        clause.add(token)
    if clause.alone:
        clause.settle(speaks=True)
    return clause


def _goes_on(course: Course, at: int) -> bool:
    """Return whether a mark of a list is followed by names alone: 9件因重复申请、信访等原因不予处理."""
    if course.text[course.sentence.tokens[at].start] != "、":
        return False
    marks = (one for one in course.sentence.tokens[at + 1 :] if one.kind in (NUMBER, MARK))
    following = next((one for one in marks if one.kind == NUMBER or course.text[one.start] != "、"), None)
    return following is None or following.kind == MARK


def opens(token: Token) -> bool:
    """Return whether a token opens a list of parts: 其中."""
    return token.word is not None and "inside" in token.word.roles


def first_of(clause: Clause, otherwise: int) -> int:
    """Return where the words of a clause begin."""
    for token in clause.tokens:
        if token.kind != MARK:
            return token.start
    return otherwise


def joined(clause: Clause) -> Terms:
    """Return a clause's terms, each with whether a joining word stands before it."""
    if len(clause.terms) == 1:
        return ((False, clause.terms[0][1]),)
    terms = []
    before = 0
    for place, group in _without_reasons(clause) if "open_end" in clause.roles else clause.terms:
        between = clause.tokens[before : place - 1] if before else ()
        joins = any(token.kind == MARK or (token.word is not None and "joins" in token.word.roles) for token in between)
        terms.append((joins, group))
        before = place
    return tuple(terms)


def _without_reasons(clause: Clause) -> tuple[tuple[int, tuple[Term, ...]], ...]:
    """Return a clause's terms without those of a list of reasons: 因属于重复申请等原因不予处理."""
    ends = [at for at, token in enumerate(clause.tokens, 1) if token.word and "open_end" in token.word.roles]
    behind = tuple((place, group) for place, group in clause.terms if place > ends[-1])
    named = any(not term.general for _, group in behind for term in group)
    return behind if named else clause.terms


def whole_of_channels(figures: Sequence[Figure]) -> Figure | None:
    """Return the number before the channels at the end of a list, where they add up to it."""
    parts = 0
    while parts < len(figures) and figures[-1 - parts].channel:
        parts += 1
    whole = figures[-1 - parts] if 0 < parts < len(figures) else None
    listed = sum(one.quantity.value for one in figures[len(figures) - parts :])
    return whole if whole is not None and whole.readings and whole.quantity.value == listed else None
