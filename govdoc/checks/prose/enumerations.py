"""Enumerations in a sentence that claim to add up to the number before them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from govdoc.checks.prose.quantities import Rounding
from govdoc.checks.prose.scan import MARK, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.checks.prose.claims import Figure, Sentence
    from govdoc.checks.prose.scan import Token

_START = attrgetter("start")
FEWEST = 2  # parts that make an enumeration
_OPENERS = frozenset(("complete", "inside"))
_OPENING, _CLOSING = frozenset("（("), frozenset("）)")
_MOST_PARTS = 50  # of a list in which lists are looked for; people write far fewer


@dataclass(frozen=True, slots=True)
class Sum:
    """An enumeration that does not add up; one that is not complete has more than the total."""

    start: int
    end: int
    total: Decimal
    parts: Decimal
    complete: bool


def sums(text: str, sentence: Sentence) -> Iterator[Sum]:
    """Yield the enumerations that contradict the number before them and that no wrong figure explains."""
    figures = sentence.figures
    openers = [token.start for token in sentence.tokens if token.word and not _OPENERS.isdisjoint(token.word.roles)]
    for at, total in enumerate(figures[:-FEWEST] if len(figures) > FEWEST else ()):
        if not any(total.end <= start < figures[at + FEWEST].start for start in openers):
            continue
        following = _past_aside(text, sentence, total, figures[at + 1 :])
        if len(following) < FEWEST:
            continue
        complete, inside = _opening(text, sentence, total, following[0])
        if not (complete or inside) or total.quantity.rounding is not Rounding.NONE:
            continue
        parts = _parts(text, sentence, total, following)
        if len(parts) < FEWEST or any(one.wrong or one.given or one.apiece for one in (total, *parts)):
            continue
        if all(one.readings for one in (total, *parts)):
            continue  # each was compared with the tables, and the tables add up or are said not to
        running = Decimal(0)
        sums_so_far = []
        for part in parts:
            running += part.quantity.value
            sums_so_far.append(running)
        value = total.quantity.value
        if not _wholes(figures[: at + 1]).isdisjoint((*sums_so_far, nested := _without_nested(parts))):
            continue
        whole = complete and not _open_ended(sentence, parts[-1])
        beside = any(running - part.quantity.value == value for part in parts if not (part.readings or part.channel))
        if whole or (running > value and nested > value and not beside):  # 其中延期1件 says more of the other parts
            yield Sum(total.said_from, parts[-1].end, value, running, whole)


def _wholes(figures: list[Figure]) -> set[Decimal]:
    """Return what a list may add up to: the number before it, or that and those before it.

    上年结转7件，新收581件，其中… lists 588.
    """
    wholes = set()
    running = Decimal(0)
    for figure in reversed(figures):
        if figure.quantity.counter != figures[-1].quantity.counter:
            break
        running += figure.quantity.value
        wholes.add(running)
    return wholes


def _without_nested(parts: list[Figure]) -> Decimal:
    """Return what a list adds up to without the parts of its own parts: 复议7件，维持6件，尚未审结1件 are 7."""
    values = [part.quantity.value for part in parts]
    if len(values) > _MOST_PARTS:
        return sum(values, Decimal(0))
    total = Decimal(0)
    at = 0
    while at < len(values):
        total += values[at]
        ends = range(at + 1 + FEWEST, len(values) + 1)
        at = next((end for end in ends if sum(values[at + 1 : end]) == values[at]), at + 1)
    return total


def _between(sentence: Sentence, start: int, end: int) -> list[Token]:
    first = bisect_left(sentence.tokens, start, key=_START)
    return list(takewhile(lambda token: token.end <= end, islice(sentence.tokens, first, None)))


def _opening(text: str, sentence: Sentence, total: Figure, first: Figure) -> tuple[bool, bool]:
    """Return whether what stands between a total and the next number opens a complete list, or one of parts."""
    between = _between(sentence, total.end, first.start)
    if _closes(text, between):
        return False, False  # 办结177件（含上年结转3件），其中…: the parts are those of 177, not of 3
    if not _open(text, between):
        between = _outside_brackets(text, between)
    roles = {role for token in between if token.word is not None for role in token.word.roles}
    stops = [text[token.start] for token in between if token.kind == MARK]
    changed = bool(roles & {"rise", "fall", "compare", "shares", "rest"})
    if changed or any(stop in "；;。" for stop in stops):
        return False, False
    return bool(roles & {"complete"}), "inside" in roles


def _past_aside(text: str, sentence: Sentence, total: Figure, figures: list[Figure]) -> list[Figure]:
    """Return the figures behind a total without a single one in brackets: 177件（含结转3件），其中予以公开60件."""
    if len(figures) <= FEWEST:
        return figures
    opened = _open(text, _between(sentence, total.end, figures[0].start))
    closed = _closes(text, _between(sentence, figures[0].end, figures[1].start))
    return figures[1:] if opened and closed else figures


def _closes(text: str, tokens: list[Token]) -> bool:
    """Return whether a bracket ends that began before."""
    depth = 0
    for token in tokens:
        if token.kind == MARK:
            depth += (text[token.start] in _OPENING) - (text[token.start] in _CLOSING)
        if depth < 0:
            return True
    return False


def _open(text: str, tokens: list[Token]) -> bool:
    """Return whether a bracket begins that does not end."""
    marks = [text[token.start] for token in tokens if token.kind == MARK]
    return sum(mark in _OPENING for mark in marks) > sum(mark in _CLOSING for mark in marks)


def _outside_brackets(text: str, tokens: list[Token]) -> list[Token]:
    """Return the tokens that stand in no bracket."""
    depth = 0
    kept = []
    for token in tokens:
        mark = text[token.start] if token.kind == MARK else ""
        depth += mark in _OPENING if mark else 0
        if not depth:
            kept.append(token)
        depth -= mark in _CLOSING if mark else 0
    return kept


def _parts(text: str, sentence: Sentence, total: Figure, figures: list[Figure]) -> list[Figure]:
    """Return the numbers of a list: the same counter, one after the other, nothing but names between them."""
    parts: list[Figure] = []
    for figure in figures:
        if figure.quantity.counter != total.quantity.counter or figure.quantity.rounding is not Rounding.NONE:
            break
        between = _between(sentence, parts[-1].end if parts else total.end, figure.start)
        if not parts and not _open(text, between):
            between = _outside_brackets(text, between)
        roles = {role for token in between if token.word is not None for role in token.word.roles}
        marks = [text[token.start] for token in between if token.kind == MARK]
        if parts and (any(mark in "；;）)。：:" for mark in marks) or "inside" in roles):
            break
        if parts and roles & {"rise", "fall", "compare", "shares", "complete"}:
            break
        if any(token.kind == NUMBER for token in between):
            break
        parts.append(figure)
    return parts


def _open_ended(sentence: Sentence, last: Figure) -> bool:
    after = next((token for token in sentence.tokens if token.start >= last.end), None)
    return after is not None and after.word is not None and "open_end" in after.word.roles
