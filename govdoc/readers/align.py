"""Two orders compared: what was expected against what was found. Knows neither sheets nor statute."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATOR = "|"  # parts the kind of an item, where it has one, from its texts
ALIKE = 0.5  # the share of common characters from which a label counts as another's misspelling


@dataclass(slots=True)
class Alignment:
    """Which expected item stands where. Every number is an index into one of the two sequences.

    ``place`` maps expected to found. Those in ``renamed`` stand there by position only; those in ``moved`` stand out
    of order. ``deleted`` are expected and nowhere; ``inserted`` and ``repeated`` are found and not expected;
    ``after`` are found behind the last expected item.
    """

    place: dict[int, int] = field(default_factory=dict)
    renamed: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def align(expected: Sequence[str], found: Sequence[str]) -> Alignment:
    """Return how the found order answers the expected one; an empty text is a blank item."""
    result = Alignment()
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    for start, at, size in blocks:
        result.place.update((start + step, at + step) for step in range(size))
    free = [index for index in range(len(found)) if index not in set(result.place.values())]
    _take_moved(expected, found, free, result)
    gaps = _gaps(expected, found, free, result)
    for missing, spare in gaps:
        _fill_gap(expected, found, missing, spare, result)
    last = max(result.place.values(), default=-1)
    known = set(expected)
    for index in sorted(index for _, spare in gaps for index in spare):
        if found[index] in known:
            result.repeated.append(index)
        elif index < last:
            result.inserted.append(index)
        elif found[index]:
            result.after.append(index)
    return result


def _take_moved(expected: Sequence[str], found: Sequence[str], free: list[int], result: Alignment) -> None:
    for item, text in enumerate(expected):
        if item in result.place:
            continue
        at = next((index for index in free if found[index] == text), None)
        if at is not None:
            result.place[item] = at
            result.moved.append(item)
            free.remove(at)


def _gaps(
    expected: Sequence[str], found: Sequence[str], free: list[int], result: Alignment
) -> list[tuple[list[int], list[int]]]:
    """Return the unplaced items of both sides between neighbours that stand in order."""
    fixed = sorted((item, at) for item, at in result.place.items() if item not in result.moved)
    borders = [(-1, -1), *fixed, (len(expected), len(found))]
    gaps = []
    for (item, at), (next_item, next_at) in pairwise(borders):
        missing = [index for index in range(item + 1, next_item) if index not in result.place]
        spare = [index for index in free if at < index < next_at]
        if missing or spare:
            gaps.append((missing, spare))
    return gaps


def _fill_gap(
    expected: Sequence[str], found: Sequence[str], missing: list[int], spare: list[int], result: Alignment
) -> None:
    """Pair misspelt items with their places; ``spare`` keeps what is left over."""

    def pair(item: int, at: int) -> None:
        result.place[item] = at
        result.renamed.append(item)
        missing.remove(item)
        spare.remove(at)

    if len(missing) != len(spare):
        for item in list(missing):
            alike = [(_likeness(expected[item], found[at]), -at) for at in spare if found[at]]
            best, at = max(alike, default=(0.0, 0))
            if best >= ALIKE:
                pair(item, -at)
    held = [at for at in spare if found[at]] if len(missing) != len(spare) else list(spare)
    for item, at in list(zip(missing, held, strict=False)):
        pair(item, at)
    result.deleted += missing


def _likeness(one: str, other: str) -> float:
    """Return the share of common characters, with the whole of the other text or with its likest part."""
    one = one.partition(SEPARATOR)[2] or one
    parts = other.split(SEPARATOR)
    return max(SequenceMatcher(None, one, part, autojunk=False).ratio() for part in (*parts, "".join(parts[1:])))
