"""A paragraph, walked once: what each number in it claims, and of what. Compares nothing.

A figure is placed only where every word of its clause is known. What a clause with an unknown word speaks of — another
organ, another count, a part of the requests — cannot be told, so its figure claims nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from govdoc.checks.prose.quantities import Quantity, Rounding, quantity
from govdoc.checks.prose.scan import MARK, NUMBER, PERIOD, UNKNOWN, YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.meanings import Meaning, Terms
    from govdoc.checks.prose.readings import Reader, Reading
    from govdoc.checks.prose.scan import Scanner, Token
    from govdoc.layouts.phrases import TableWords, Term

_Elsewhere = tuple["Scope", bool, bool, "int | None"]

FOREIGN = "?"  # the topic of a clause that speaks of something else
_STOPS = frozenset("，,；;：:（）()")
_OPENING = frozenset("（(")
_NOT = "非"
_MATTERS = "项"  # counts matters, and requests, but no decisions
_NEXT_IN_LIST = 2  # clauses since the number before: one mark between the two
_SEMICOLONS = frozenset("；;")
_ENDS_MATTER = frozenset("（）()；;")  # marks at which what a sentence speaks of may change
_ROUNDINGS = (("over", Rounding.OVER), ("under", Rounding.UNDER), ("about", Rounding.ABOUT))


class Scope(Enum):
    """Whose figures a sentence speaks of, and when."""

    THIS = "this"
    LAST = "last"
    OTHER_YEAR = "other year"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the report says of itself, as far as it changes what a sentence means."""

    year: int | None
    local_only: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What a walk takes along: the layout's words and readings, and what the report says of itself."""

    scan: Scanner
    reader: Reader
    scene: Scene


@dataclass(slots=True)
class Figure:
    """A number in a sentence. ``readings`` is empty where it could not be placed."""

    start: int
    end: int
    said_from: int
    quantity: Quantity
    scope: Scope = Scope.NOT_OURS
    readings: tuple[Reading, ...] = ()
    upper: bool = False
    general: bool = False  # its words are as fit for a part (答复7件，不予受理4件) as for the whole
    rest: bool = False
    inside: bool = False
    given: bool = False  # from a figure reference: by construction right
    wrong: bool = False  # found to be wrong; set by the judge
    year: int | None = None


@dataclass(slots=True)
class Change:
    """A growth rate or an amount of change, and the figure that changed (None: by its readings alone)."""

    start: int
    end: int
    quantity: Quantity
    sign: int
    readings: tuple[Reading, ...]
    of: Figure | None
    base: Figure | None


@dataclass(slots=True)
class Share:
    """A share of the figure before it; ``wholes`` are named, or empty where any whole may be meant."""

    start: int
    end: int
    quantity: Quantity
    of: Figure
    wholes: tuple[Reading, ...]
    before: tuple[Figure, ...]
    rate: bool = False


@dataclass(slots=True)
class Nothing:
    """Words that say that something did not happen."""

    start: int
    end: int
    readings: tuple[Reading, ...]


@dataclass(slots=True)
class Sentence:
    """A sentence read: its tokens, the numbers in order, and what else it claims."""

    start: int
    end: int
    tokens: list[Token]
    figures: list[Figure] = field(default_factory=list)
    claims: list[Change | Share | Nothing] = field(default_factory=list)
    all_done: Token | None = None
    lists: bool = False  # words that open an enumeration stand in it
    topic: str | None = None


@dataclass(slots=True)
class Paragraph:
    """What a paragraph keeps in mind from sentence to sentence."""

    topic: str | None = None
    first: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: _Elsewhere | None = None  # whose figures the last sentence gave, where none was this year's and ours


@dataclass(slots=True)
class _Clause:
    """What stands between two stops or numbers: its terms and roles."""

    tokens: list[Token]
    unknown: bool = False
    terms: tuple[tuple[int, tuple[Term, ...]], ...] = ()
    subjects: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def add(self, token: Token) -> None:
        self.tokens.append(token)
        if token.kind in (UNKNOWN, PERIOD):
            self.unknown = True
        elif token.word is not None:
            _, roles, terms, subjects, _, _ = token.word
            if terms:
                self.terms = (*self.terms, (len(self.tokens), terms))
            if subjects:
                self.subjects |= subjects
            if roles:
                self.roles |= roles


_Outside = tuple[Scope, bool, bool, "int | None", "str | None", "Figure | None"]


def walk(text: str, span: tuple[int, int], tools: Tools, paragraph: Paragraph) -> Sentence:
    """Return a sentence read; ``paragraph`` is kept up to date for the next one."""
    sentence = Sentence(*span, tools.scan.tokens(text, *span))
    walker = _Walker(text, tools.scan, tools.reader, tools.scene, paragraph, sentence)
    walker.run()
    walker.sentence.topic = paragraph.topic
    return walker.sentence


@dataclass(slots=True)
class _Walker:
    text: str
    scan: Scanner
    reader: Reader
    scene: Scene
    paragraph: Paragraph
    sentence: Sentence
    clauses: list[_Clause] = field(default_factory=lambda: [_Clause([])])
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
    outside: list[_Outside] = field(default_factory=list)  # what holds again behind each open bracket

    # ------------------------------------------------------------ the way through

    def run(self) -> None:
        tokens = self.sentence.tokens
        self._topic(tokens)
        if self.paragraph.elsewhere is not None and _opens_inside(tokens):  # 上半年收到申请26件。其中予以公开9件
            self.scope, self.period_out, self.others_named, self.year = self.paragraph.elsewhere
            self.organ_out = self.others_named
        clause = self.clauses[-1]
        for at, token in enumerate(tokens):
            kind, start, _, word = token
            if kind == NUMBER:
                self._number(at, token)
                clause = _Clause([])
                self.clauses = [clause]
            elif kind == MARK and self.text[start] in _STOPS:
                self._spoken_of(clause)
                clause = _Clause([])
                self.clauses.append(clause)
                if self.text[start] in _ENDS_MATTER:
                    self._mark(self.text[start])
            else:
                clause.add(token)
                if kind in (YEAR, PERIOD):
                    if not self._carried(tokens[at + 1 : at + 2]):
                        self._scope(token)
                elif word is not None and word.roles:
                    self._scope_word(word.roles)
                    self._claim(at, token)

        self._end()

    def _end(self) -> None:
        """Keep for the next sentence whose figures these were, where none could be placed as this year's and ours."""
        placed = any(one.scope is Scope.THIS and one.readings for one in self.sentence.figures)
        out = self.period_out or self.others_named or self.scope is not Scope.THIS
        kept = self.sentence.figures and not placed and out
        self.paragraph.elsewhere = (self.scope, self.period_out, self.others_named, self.year) if kept else None

    def _spoken_of(self, clause: _Clause) -> None:
        """Keep what a clause without a figure names: 行政诉讼中，结果维持63件."""
        if not clause.terms or clause.unknown:
            return
        for table, within in self.scan.meanings.of(_joined(clause)).within.items():
            if within.first and not self.scan.tables[table].first:
                self.first[table] = tuple(dict.fromkeys((*self.first.get(table, ()), *within.first)))

    def _topic(self, tokens: Sequence[Token]) -> None:
        """Take a subject anywhere in the sentence as its topic, before the first figure is read."""
        for token in tokens:
            if token.word is not None and token.word.subjects:
                self.paragraph.topic = next(iter(token.word.subjects))
                return

    def _mark(self, mark: str) -> None:
        """Let a year or another organ that brackets name hold in them alone, and another matter up to a semicolon.

        收到68件（2022年54件），办结67件; 收到信访件46件，全部办结；收到申请68件.
        """
        if mark in _OPENING:
            held = (self.scope, self.period_out, self.organ_out, self.year, self.paragraph.topic, self.last)
            self.outside.append(held)
        elif mark in _SEMICOLONS:
            self.organ_out = self.organ_out and not self.astray
            self.astray = False
        elif self.outside:
            self.scope, self.period_out, self.organ_out, self.year, self.paragraph.topic, self.last = self.outside.pop()

    def _carried(self, following: Sequence[Token]) -> bool:
        """Return whether what follows a year says that it left something over: 2022年结转 is this year's 上年结转."""
        for token in following:
            if token.word is not None and token.word.terms:
                return any(self.scan.left in term.readings for term in token.word.terms)
        return False

    def _scope(self, token: Token) -> None:
        if token.kind == YEAR:
            self._year(int(self.text[token.start : token.start + 4]))
        else:
            self.period_out = True

    def _year(self, year: int) -> None:
        if "compare" in self.clauses[-1].roles:
            return  # 比2023年多273件: what is compared with is not what is spoken of
        if self.scene.year is not None and year > self.scene.year and self.clauses[-1].terms:
            return  # 结转到2025年办理
        self.year = year
        self.period_out = False
        if self.scene.year is None or year == self.scene.year:
            self.scope = Scope.THIS
        else:
            self.scope = Scope.LAST if year == self.scene.year - 1 else Scope.OTHER_YEAR

    def _years_named(self) -> int:
        return sum(token.kind == YEAR for clause in self.clauses for token in clause.tokens)

    def _scope_word(self, roles: frozenset[str]) -> None:
        if "this_year" in roles:
            self.scope, self.period_out, self.year = Scope.THIS, False, None
        elif "last_year" in roles:
            self.scope, self.year = Scope.LAST, None
        elif "periods" in roles or ("each" in roles and self._years_named() > 1):
            self.period_out = True  # 2022年、2023年分别收到25件、22件: which is whose is not followed up
        elif "others" in roles or ("local" in roles and not self.scene.local_only):
            self.organ_out = self.others_named = True
        elif "whole" in roles:
            self.organ_out = self.others_named = self.scene.local_only
        elif "ours" in roles:
            self.organ_out = self.others_named = False

    def _claim(self, at: int, token: Token) -> None:
        """Note the claims that need no number: nothing happened, all is done, as many as last year."""
        roles = token.word.roles if token.word is not None else frozenset()
        if "complete" in roles or "inside" in roles:
            self.sentence.lists = True
        if "none" in roles:
            self._nothing(at)
        ours = not (self.organ_out or self.period_out or self.paragraph.topic == FOREIGN)
        if "all_done" in roles and self.sentence.all_done is None and ours:
            self.sentence.all_done = token
        if "level" in roles and self.last is not None and self.last.readings:
            compared = any("compare" in clause.roles or "last_year" in clause.roles for clause in self.clauses)
            if compared and not any(clause.unknown for clause in self.clauses):
                zero = Quantity(self.last.quantity.value * 0, self.last.quantity.step, "")
                self.sentence.claims.append(Change(token.start, token.end, zero, 0, (), self.last, None))

    # ------------------------------------------------------------ numbers

    def _number(self, at: int, token: Token) -> None:
        read = quantity(self.text[token.start : token.end].replace(" ", ""))
        if read is None:
            return
        clause = self.clauses[-1]
        read = _rounded(read, clause.roles)
        figure = Figure(token.start, token.end, _first(clause, token.start), read, inside="inside" in clause.roles)
        known = not clause.unknown
        if read.counter in ("%", "倍"):
            if known:
                self._percent(figure, clause)
            return
        if read.counter in ("百分点", "个百分点"):
            return
        if known and clause.roles & {"rise", "fall"} and "reached" not in clause.roles and self._change(figure, clause):
            return
        self.sentence.figures.append(figure)
        if (
            known
            and clause.roles & {"compare", "last_year"}
            and not clause.terms
            and self.last is not None
            and self.last.readings
        ):
            figure.readings, figure.scope = self.last.readings, self._now(Scope.LAST)
            self.last_years = figure
            return
        self._figure(at, figure, clause)

    def _now(self, scope: Scope) -> Scope:
        return Scope.NOT_OURS if self.period_out or self.organ_out else scope

    def _figure(self, at: int, figure: Figure, clause: _Clause) -> None:
        if "channels" in clause.roles and not clause.unknown:  # 网上申请42件，办结40件: of those, up to a semicolon
            self.astray = self.astray or not self.organ_out
            self.organ_out = True
            self.last = figure
            return
        if not self._counted(at, figure, clause):
            if clause.unknown:
                self.paragraph.topic = FOREIGN
            self.last = figure  # what follows (占5%) is said of it
            return
        if self.waiting and not clause.terms and not clause.unknown:
            terms, self.waiting = self.waiting[:1], self.waiting[1:]
        else:
            self.waiting = ()
            terms = self._terms(at, figure, clause)
        if clause.unknown:
            self._lost(clause)
        figure.scope, figure.year = self._now(self.scope), self.year
        figure.rest = "rest" in clause.roles
        if clause.subjects and not clause.unknown and not self._goes_on(at, figure, clause):
            self.paragraph.topic = next(iter(clause.subjects))
        if figure.scope is not Scope.NOT_OURS:
            self._place(figure, terms, bare=self._bare(at, clause))
            if "reached" in clause.roles and not terms and self.last is not None:
                figure.readings = self.last.readings
        if figure.scope is Scope.LAST and figure.readings:
            self.last_years = figure
        self.last = figure

    def _goes_on(self, at: int, figure: Figure, clause: _Clause) -> bool:
        """Return whether a subject by itself goes on with a list of something else: 主动公开36件、依申请公开4件."""
        before = self.last
        alone = self.paragraph.topic == FOREIGN and not clause.terms and len(self.clauses) <= _NEXT_IN_LIST
        if not alone or before is None or before.readings or before.scope is not Scope.THIS:
            return False
        return before.quantity.counter == figure.quantity.counter and not self._after(at).terms

    def _counted(self, at: int, figure: Figure, clause: _Clause) -> bool:
        """Return whether a number counts what the tables count; the counter may be left out (部分公开67，)."""
        counter = figure.quantity.counter
        if counter or not clause.terms or clause.unknown:
            return counter in (*self.scan.prose.counters, "元")
        return all(token.kind == MARK for token in self.sentence.tokens[at + 1 : at + 2])

    def _lost(self, clause: _Clause) -> None:
        """Take an unknown word beside words of a table for another organ; without them, for another matter.

        Beside words that fit any matter (收到信访件46件), for one up to the next semicolon.
        """
        named = clause.subjects or any(not term.general for _, group in clause.terms for term in group)
        if named or clause.terms:
            self.astray = self.astray or not (named or self.organ_out)
            self.organ_out = True
        if not named:
            self.paragraph.topic = FOREIGN

    def _bare(self, at: int, clause: _Clause) -> bool:
        """Return whether only a subject stands before a figure, and nothing that says more after it."""
        if clause.unknown or not clause.subjects or "inside" in clause.roles:
            return False
        after = self._after(at)
        return not after.unknown and not after.terms and not after.subjects

    def _terms(self, at: int, figure: Figure, clause: _Clause) -> Terms:
        """Return the terms that belong to a figure: in its clause, in the clause before, or after it."""
        after = self._after(at)
        if clause.unknown or after.unknown:
            return ()
        if clause.terms:
            terms = _joined(clause)
            if "each" in clause.roles:
                self.waiting = terms[1:]
                return terms[:1] if len(terms) > 1 else ()
            if not any(term.part == 1 for _, group in terms for term in group) and after.terms:
                return (*terms, *_joined(after))
            return terms
        if after.terms:
            return _joined(after)
        earlier = self.clauses[-2] if len(self.clauses) > 1 else None
        if earlier is not None and not earlier.unknown and earlier.terms and not clause.roles & {"inside"}:
            figure.said_from = _first(earlier, figure.said_from)
            return _joined(earlier)
        return ()

    def _after(self, at: int) -> _Clause:
        clause = _Clause([])
        for token in self.sentence.tokens[at + 1 :]:
            if token.kind in (NUMBER, MARK):
                break
            clause.add(token)
        return clause

    # ------------------------------------------------------------ placing

    def _place(self, figure: Figure, terms: Terms, *, bare: bool) -> None:
        """Give a figure its readings, where its terms and what is being spoken of agree on some."""
        topic = self.paragraph.topic
        if not terms:
            if topic == FOREIGN:
                return
            spec = self.scan.tables.get(topic or "")
            if bare and spec is not None and spec.first:
                figure.readings = self._readings(spec, (), ())
            return
        meaning = self.scan.meanings.of(terms)
        table = self._table(meaning)
        if table is None:
            return
        within = meaning.within[table]
        if figure.quantity.counter == _MATTERS and not self.scan.tables[table].subjects:
            return  # 行政许可事项24项 are what may be applied for, not what was decided
        if topic == FOREIGN and not (within.first and within.second and not self.scan.tables[table].subjects):
            return  # unless both row and column are named: 制发规范性文件
        if topic != table and within.general:
            return
        figure.upper, figure.general = within.upper, within.general
        figure.readings = self._readings(self.scan.tables[table], within.first, within.second)

    def _table(self, meaning: Meaning) -> str | None:
        """Return the table that the terms speak of, or None where that is not certain."""
        tables = meaning.tables
        table = self.table if len(tables) > 1 else next(iter(tables), None)
        if table is None or table not in tables:
            return None
        spec = self.scan.tables[table]
        clause = self.clauses[-1]
        if spec.about and self._narrowed(spec):
            return None
        if spec.about and clause.subjects and table not in clause.subjects and meaning.mixed:
            return None  # 受理行政许可申请: what was received are applications, not decisions
        if meaning.mixed and spec.about:
            words = self.text[self.sentence.start : clause.tokens[-1].end if clause.tokens else self.sentence.end]
            return table if any(word in words for word in spec.about) else None
        if not spec.first and meaning.only_second:
            return table if self.first.get(table) or self.paragraph.first.get(table) else None
        return table

    def _narrowed(self, spec: TableWords) -> bool:
        """Return whether a sentence comes to what is ours only later: 行政应诉案件88件，其中涉及政府信息公开的4件."""
        here = self.clauses[-1].tokens[-1].end if self.clauses[-1].tokens else self.sentence.start
        after = self.text[here : self.sentence.end]
        if not any(word in after for word in spec.about):
            return False
        if any(f"{_NOT}{word}" in after for word in spec.about):
            return True  # 复议3件，均非政府信息公开类
        later = next((one.end for one in self.sentence.tokens if one.start >= here and _opens(one)), self.sentence.end)
        before, inside = self.text[self.sentence.start : here], self.text[later : self.sentence.end]
        return any(word in inside for word in spec.about) and not any(word in before for word in spec.about)

    def _readings(self, spec: TableWords, first: tuple[str, ...], second: tuple[str, ...]) -> tuple[Reading, ...]:
        """Return the readings of a table; what the clause leaves unsaid is what was said before, or the default."""
        table = spec.table
        said = self.first.get(table, ()) or (() if spec.first else self.paragraph.first.get(table, ()))
        kept = self.second.get(table, ())
        rows = first or said or spec.first
        columns = second or (*spec.second, *(kept if spec.keeps else ()))
        found = self.reader.readings(table, rows, columns)
        if not found and not second:
            found = self.reader.readings(table, rows, kept)
        if first:
            self.first[table] = tuple(dict.fromkeys((*self.first.get(table, ()), *first)))
            self.paragraph.first[table] = tuple(dict.fromkeys((*self.paragraph.first.get(table, ()), *first)))
        if second:
            self.second[table] = tuple(dict.fromkeys((*kept, *second))) if spec.keeps else second
        self.table = table
        if self.paragraph.topic is None:
            self.paragraph.topic = table
        return found

    # ------------------------------------------------------------ changes, shares, nothing

    def _percent(self, figure: Figure, clause: _Clause) -> None:
        """Note a growth rate, a share, or a rate with a name of its own."""
        if any("each" in one.roles for one in self.clauses):
            return
        if clause.roles & {"rise", "fall"}:
            self._change(figure, clause)
        elif "shares" in clause.roles and self.last is not None and self.last.readings:
            wholes = self._wholes(clause)
            before = tuple(one for one in self.sentence.figures if one is not self.last and one.end <= self.last.start)
            share = Share(figure.start, figure.end, figure.quantity, self.last, wholes, before)
            self.sentence.claims.append(share)
        else:
            self._rate(figure, clause)

    def _wholes(self, clause: _Clause) -> tuple[Reading, ...]:
        """Return what a share is said to be taken of."""
        terms = _joined(clause)
        meaning = self.scan.meanings.of(terms) if terms else None
        table = self._table(meaning) if meaning is not None else None
        if meaning is None or table is None:
            return ()
        within = meaning.within[table]
        columns = (*(within.second or self.scan.tables[table].second), *self.second.get(table, ()))
        return self.reader.readings(table, within.first, columns)

    def _rate(self, figure: Figure, clause: _Clause) -> None:
        rate = next((token.word.rate for token in clause.tokens if token.word and token.word.rate), None)
        if rate is None or self._now(self.scope) is not Scope.THIS:
            return
        of = replace(figure, readings=self.reader.at(rate.part))
        wholes = self.reader.at(rate.whole)
        self.sentence.claims.append(Share(figure.start, figure.end, figure.quantity, of, wholes, (), rate=True))

    def _change(self, figure: Figure, clause: _Clause) -> bool:
        """Note by how much a figure is said to have changed; return whether it was one."""
        if self._now(self.scope) is Scope.NOT_OURS and not clause.terms:
            return True
        sign = -1 if "fall" in clause.roles else 1
        readings: tuple[Reading, ...] = ()
        of = self.last if self.last is not None and self.last.scope is Scope.THIS else None
        terms = _joined(clause)
        if terms:
            other = replace(figure, readings=())
            self._place(other, terms, bare=False)
            readings, of = other.readings, None
        if of is not None or readings:
            change = Change(figure.start, figure.end, figure.quantity, sign, readings, of, self.last_years)
            self.sentence.claims.append(change)
        return True

    def _nothing(self, at: int) -> None:
        """Note that something is said not to have happened, where the clause says clearly what."""
        clause = _Clause([])
        for token in self.sentence.tokens[at:]:
            if token.kind == NUMBER or (token.kind == MARK and self.text[token.start] in _STOPS):
                break
            clause.add(token)
        whole = self.clauses[-1]
        stopped = self.sentence.tokens[at + len(clause.tokens) :][:1]
        if clause.unknown or whole.unknown or not clause.terms or (stopped and stopped[0].kind == NUMBER):
            return
        if self._now(self.scope) is not Scope.THIS or clause.roles & {"last_year", "periods", "others"}:
            return
        terms = _joined(clause)
        token = self.sentence.tokens[at]
        figure = Figure(token.start, clause.tokens[-1].end, token.start, Quantity(Decimal(0), Decimal(1), ""))
        self._place(figure, terms, bare=False)
        if figure.readings:
            self.sentence.claims.append(Nothing(figure.start, figure.end, figure.readings))


def _opens_inside(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence goes on with parts of what the one before it gave: 其中予以公开9件."""
    said = next((token for token in tokens if token.word is not None and token.word.speaks), None)
    return said is not None and _opens(said) and all(token.kind != YEAR for token in tokens if token.start < said.start)


def _opens(token: Token) -> bool:
    return token.word is not None and "inside" in token.word.roles


def _rounded(read: Quantity, roles: frozenset[str]) -> Quantity:
    for role, rounding in _ROUNDINGS if roles else ():
        if role in roles and read.rounding is Rounding.NONE:
            return read._replace(rounding=rounding)
    return read


def _first(clause: _Clause, otherwise: int) -> int:
    for token in clause.tokens:
        if token.kind != MARK:
            return token.start
    return otherwise


def _joined(clause: _Clause) -> Terms:
    """Return a clause's terms, each with whether a joining word stands before it."""
    if len(clause.terms) == 1:
        return ((False, clause.terms[0][1]),)
    terms = []
    before = 0
    for place, group in clause.terms:
        between = clause.tokens[before : place - 1] if before else ()
        joins = any(token.kind == MARK or (token.word is not None and "joins" in token.word.roles) for token in between)
        terms.append((joins, group))
        before = place
    return tuple(terms)
