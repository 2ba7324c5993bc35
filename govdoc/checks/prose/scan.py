"""Sentences → tokens, by one regular expression made of a layout's words. Knows words, not what they add up to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govdoc.checks.once import once_per_layout
from govdoc.checks.prose.meanings import Meanings
from govdoc.checks.prose.quantities import NUMERALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.layouts.phrases import Prose, Rate, TableWords, Term
    from govdoc.layouts.schema import Layout

NUMBER, YEAR, MARK, WORD, PERIOD, UNKNOWN = "number", "year", "mark", "word", "period", "unknown"
_MATTERS = frozenset(("complete", "inside", "all_done"))
_WIDE_BRANCH = 16  # alternatives that are tried one by one; more are grouped
_BEGIN = r"(?<![^。；;：:，,\s])"  # where a clause begins
_RINGED = "①②③④⑤⑥⑦⑧⑨⑩"
_YUAN = "元"
_SKIP, _ASIDE, _LATER, _DATED, _IDLE = "skip", "aside", "later", "dated", "idle"
_IS_WORD, _IS_SILENT = frozenset((WORD, _LATER, _DATED)), frozenset((_SKIP, _IDLE))

# Lists of the layout that give a word one role; the role has the list's name.
ROLES = (
    *("joins", "ours", "whole", "local", "this_year", "last_year", "periods", "others", "members", "future", "inside"),
    *("complete", "each", "rest", "open_end", "rise", "fall", "level", "reached", "compare", "shares"),
    *(
        "about",
        "over",
        "under",
        "none",
        "all_done",
        "all_done_unless",
        "channels",
        "no_row",
        "cumulative",
        "apiece",
        "totals",
        "alls",
        "loosely",
        "done",
    ),
)


class Word(NamedTuple):
    """What a word of the layout may say. One without role, term, subject or rate only fills.

    ``alone`` are terms that it is only where nothing else in its clause speaks; ``strict``: otherwise it is unknown.
    """

    text: str
    roles: frozenset[str]
    terms: tuple[Term, ...]
    subjects: frozenset[str]
    rate: Rate | None
    speaks: bool
    alone: tuple[Term, ...] = ()
    strict: bool = False
    weak: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A piece of a sentence; ``word`` is given for words of the layout."""

    kind: str
    start: int
    end: int
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Scanner:
    """A layout's words, compiled."""

    prose: Prose
    tables: dict[str, TableWords]
    words: dict[str, Word]
    pattern: re.Pattern[str]
    numbers: re.Pattern[str]
    matters: re.Pattern[str]
    subjects: tuple[tuple[str, re.Pattern[str]], ...]
    meanings: Meanings
    askers: re.Pattern[str]  # those who may ask, one or several
    counted: frozenset[str]  # counters of the tables' numbers
    loose: frozenset[str]
    left: str  # the row of what is carried on: 结转下年

    def interesting(self, text: str, start: int, end: int) -> bool:
        """Return whether a stretch of text may claim anything: it has a number or the like, and a word of a table."""
        return bool(self.numbers.search(text, start, end) and self.matters.search(text, start, end))

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens of a stretch of text; what no word of the layout covers is unknown."""
        found: list[Token] = []
        at = start
        words, add, make = self.words, found.append, tuple.__new__  # what a token takes most of its time for
        for match in self.pattern.finditer(text, start, end):
            begin, stop = match.span()
            if begin > at:
                add(make(Token, (UNKNOWN, at, begin, None)))
            kind = match.lastgroup
            at = stop
            if kind in _IS_WORD:
                word = words[match[0]]
                if word.speaks:
                    add(make(Token, (WORD, begin, stop, word)))
            elif kind == _ASIDE:
                found += self._aside(text, begin + 1, stop - 1)
            elif kind not in _IS_SILENT:
                add(make(Token, (kind, begin, stop, None)))
        if at < end:
            add(Token(UNKNOWN, at, end))
        return found

    def _aside(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens in parentheses where they say which part of a row is meant: 不予公开（内部事务信息）."""
        inside = self.tokens(text, start, end) if self.matters.search(text, start, end) else []
        told = any(token.word is not None and any(not term.general for term in token.word.terms) for token in inside)
        return [token for token in inside if token.kind != MARK] if told else []


@once_per_layout
def scanner(layout: Layout) -> Scanner | None:
    """Return the compiled words of a layout, or None where it has none."""
    return None if layout.prose is None else _compile(layout.prose)


def _compile(prose: Prose) -> Scanner:
    words = _words(prose)
    counters = "|".join(map(re.escape, sorted((*prose.counters, *prose.loose_counters), key=len, reverse=True)))
    first = "".join(
        sorted({word[0] for word in words} | set(f"{NUMERALS}{_RINGED}0123456789《〔第（(，,；;：:。！？!?）)、"))
    )
    beginnings = frozenset(f"{NUMERALS}0123456789第")  # with which a number or what is skipped may begin, too
    asides = [rf"(?P<idle>{'|'.join(prose.asides)})"] if prose.asides else []
    unknown = [rf"(?P<unknown>{_trie(prose.matters)})"] if prose.matters else []
    dated = [rf"(?P<dated>{_trie(prose.dated)}(?=20[0-9]{{2}}年))"] if prose.dated else []
    pattern = "|".join(
        (
            *asides,
            *unknown,
            *dated,
            rf"(?P<word>{_trie(word for word in words if word[0] not in beginnings and word not in prose.dated)})",
            r"(?P<year>(?:19|20)[0-9]{2}年(?:度)?)",
            (
                r"(?P<skip>\s+|《[^》]*》|〔[0-9]{4}〕[0-9]+号|第[0-9一二三四五六七八九十百]+[条届次期号批项款章]"
                r"|12月31日|1月1日|12月[底末]|[0-9]+[-－–][0-9-－–]+"
                rf"|[一二三四五六七八九十]{{1,2}}(?:是|要)|{_BEGIN}(?:[0-9]{{1,2}}[.．、](?![0-9])|[{_RINGED}]))"
            ),
            r"(?P<period>[0-9]{1,2}(?:至|到|-|—|–|~)[0-9]{1,2}月(?:份)?|[0-9]{1,2}月(?:[0-9]{1,2}日|底|末|份)?)",
            (
                rf"(?P<number>(?:[0-9]{{1,3}}(?:[,，][0-9]{{3}})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?[余多]?[百千万亿]?[余多]?"
                rf"\s*(?:个百分点|百分点|%|元|倍|{counters})?"
                rf"|[{NUMERALS}]+[余多]?(?:件次|件|宗)|(?<=为)[零〇](?=[，。；,;]|$))"
            ),
            rf"(?P<later>{_trie(word for word in words if word[0] in beginnings)})",
            r"(?P<aside>[（(][^（）()0-9]{1,30}[）)])",  # after the words, as some have parentheses of their own
            r"(?P<mark>[，,；;：:。！？!?（）()、])",
        )
    )
    said = _any_of((*prose.none, *prose.all_done, *prose.complete, *prose.inside))
    judged = (
        rf"[0-9余多百千万亿]\s*(?:{counters}|[%元倍])|[0-9]{{4}}年|[{NUMERALS}](?:件|宗)|为[0零〇](?=[，。；,;])|{said}"
    )
    speaking = [one for one in words.values() if one.terms or one.subjects or one.rate or one.roles & _MATTERS]
    matters = [one.text for one in speaking if one.text not in prose.dated]
    return Scanner(
        prose,
        {table.table: table for table in prose.tables},
        words,
        re.compile(rf"(?=[\s{re.escape(first)}])(?:{pattern})"),
        re.compile(judged),
        re.compile(rf"{_any_of(matters)}|[0-9]{{4}}年"),
        tuple((one.table, re.compile(_any_of(one.subjects))) for one in prose.tables if one.subjects),
        Meanings(),
        re.compile(rf"(?:{_trie(prose.askers)})+" if prose.askers else "(?!)"),
        frozenset((*prose.counters, _YUAN)),
        frozenset(prose.loose_counters),
        prose.all_done_of.split(".")[1],
    )


def _words(prose: Prose) -> dict[str, Word]:
    roles: dict[str, set[str]] = {}
    terms: dict[str, list[Term]] = {}
    alone: dict[str, list[Term]] = {}
    subjects: dict[str, set[str]] = {}
    weak: dict[str, set[str]] = {}
    rates = {text: rate for rate in prose.rates for text in rate.words}
    for filler in prose.fillers:
        roles.setdefault(filler, set())
    for role in ROLES:
        for text in getattr(prose, role):
            roles.setdefault(text, set()).add(role)
    for term in prose.terms:
        for text in term.words:
            (alone if term.alone else terms).setdefault(text, []).append(term)
    for table in prose.tables:
        for text in table.subjects:
            subjects.setdefault(text, set()).add(table.table)
        for text in table.weak:
            weak.setdefault(text, set()).add(table.table)
    made = {}
    for text in {*roles, *terms, *subjects, *rates, *alone, *weak}:
        parts = (frozenset(roles.get(text, ())), tuple(terms.get(text, ())), frozenset(subjects.get(text, ())))
        rest = (tuple(alone.get(text, ())), text not in roles, frozenset(weak.get(text, ())))
        speaks = any((*parts, rest[0], rest[2])) or text in rates
        made[text] = Word(text, *parts, rates.get(text), speaks, *rest)
    return made


class _Node(dict[str, "_Node"]):
    """A letter of the tree of words; ``ends`` where a word may end here."""

    ends = False


def _trie(words: Iterable[str]) -> str:
    """Return a pattern for any of many words, the longest first, that looks at each character once."""
    root = _Node()
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, _Node())
        node.ends = True
    return _branch(root)


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of many words that looks at the first letter only in most places."""
    words = tuple(words)
    letters = "".join(sorted({word[0] for word in words}))
    return f"(?=[{re.escape(letters)}])(?:{_trie(words)})"


def _chunks(letters: list[str], parts: list[str]) -> Iterator[str]:
    """Yield alternatives in groups, each behind the set of its first letters: Python tries them one after the other."""
    for at in range(0, len(parts), _WIDE_BRANCH):
        group = slice(at, at + _WIDE_BRANCH)
        yield f"(?=[{re.escape(''.join(letters[group]))}])(?:{'|'.join(parts[group])})"


def _branch(node: _Node) -> str:
    parts = [re.escape(character) + _branch(below) for character, below in sorted(node.items())]
    if not parts:
        return ""
    if len(parts) > _WIDE_BRANCH:
        parts = list(_chunks(sorted(node), parts))
    whole = parts[0] if len(parts) == 1 and not node.ends else f"(?:{'|'.join(parts)})"
    return f"{whole}?" if node.ends else whole
