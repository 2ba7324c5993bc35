"""Enumerations in a sentence that claim to add up to the number before them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.prose.quantities import Rounding
from govdoc.checks.prose.scan import MARK, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.checks.prose.scan import Token
    from govdoc.checks.prose.walk import Figure, Sentence

FEWEST = 2  # parts that make an enumeration


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
    for at, total in enumerate(figures[:-FEWEST] if len(figures) > FEWEST else ()):
        complete, inside = _opening(text, sentence, total, figures[at + 1])
        if not (complete or inside) or total.quantity.rounding is not Rounding.NONE:
            continue
        parts = _parts(text, sentence, total, figures[at + 1 :])
        if len(parts) < FEWEST or any(one.wrong or one.given for one in (total, *parts)):
            continue
        if all(one.readings for one in (total, *parts)):
            continue  # each was compared with the tables, and the tables add up or are said not to
        running = Decimal(0)
        sums_so_far = []
        for part in parts:
            running += part.quantity.value
            sums_so_far.append(running)
        value = total.quantity.value
        whole = complete and not _open_ended(sentence, parts[-1]) and value not in sums_so_far
        if whole or running > value not in sums_so_far:
            yield Sum(total.said_from, parts[-1].end, value, running, whole)


def _between(sentence: Sentence, start: int, end: int) -> list[Token]:
    return [token for token in sentence.tokens if start <= token.start and token.end <= end]


def _opening(text: str, sentence: Sentence, total: Figure, first: Figure) -> tuple[bool, bool]:
    """Return whether what stands between a total and the next number opens a complete list, or one of parts."""
    between = _between(sentence, total.end, first.start)
    roles = {role for token in between if token.word is not None for role in token.word.roles}
    stops = [text[token.start] for token in between if token.kind == MARK]
    changed = bool(roles & {"rise", "fall", "compare", "shares", "rest"})
    if changed or any(stop in "；;。" for stop in stops):
        return False, False
    return bool(roles & {"complete"}), "inside" in roles


def _parts(text: str, sentence: Sentence, total: Figure, figures: list[Figure]) -> list[Figure]:
    """Return the numbers of a list: the same counter, one after the other, nothing but names between them."""
    parts: list[Figure] = []
    for figure in figures:
        if figure.quantity.counter != total.quantity.counter or figure.quantity.rounding is not Rounding.NONE:
            break
        between = _between(sentence, parts[-1].end if parts else total.end, figure.start)
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
