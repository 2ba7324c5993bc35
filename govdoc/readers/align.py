"""Two orders compared: what was expected against what was found. Knows neither sheets nor statute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAME = 0.5  # the share of labels from which a found item counts as an expected one that stands elsewhere or again
_LABELS = 1e6  # outweighs every gap and every doubt: labels that agree decide, the rest only among equals


@dataclass(frozen=True, slots=True)
class Fit:
    """How a found item answers an expected one.

    ``share`` is the part of the expected labels that it bears, from 0 to 1; ``doubt`` is what it costs to pair them
    all the same, where one that is missing or one too many costs 1 each.
    """

    share: float
    doubt: float


@dataclass(slots=True)
class Alignment:
    """Which expected item stands where. Every number is an index into one of the two sequences.

    ``place`` maps expected to found; those in ``moved`` stand out of order. ``deleted`` are expected and nowhere;
    ``inserted`` and ``repeated`` are found and not expected; what follows the last expected item is neither, unless
    it repeats one.
    """

    place: dict[int, int] = field(default_factory=dict)
    moved: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)


def align(expected: int, found: int, fit: Callable[[int, int], Fit | None]) -> Alignment:
    """Return how a found order of items answers the expected one.

    ``fit`` compares an expected item with a found one; None means that they cannot be the same.
    """
    fits = [[fit(item, at) for at in range(found)] for item in range(expected)]
    result = Alignment(place=_pairs(fits, found))
    spare = [at for at in range(found) if at not in set(result.place.values())]
    last = max(result.place.values(), default=-1)
    for item in range(expected):
        if item not in result.place:
            at = next((at for at in spare if _share(fits[item][at]) > SAME), None)
            if at is None:
                result.deleted.append(item)
            else:
                result.moved.append(item)
                result.place[item] = at
                spare.remove(at)
    for at in spare:
        if any(_share(row[at]) > SAME for row in fits):
            result.repeated.append(at)
        elif at < last:
            result.inserted.append(at)
    return result


def _share(fit: Fit | None) -> float:
    return 0.0 if fit is None else fit.share


def _pairs(fits: Sequence[Sequence[Fit | None]], found: int) -> dict[int, int]:
    """Return the pairs of the cheapest alignment that keeps both orders; among equals the earliest.

    Needleman-Wunsch; what follows the last pair on the found side costs nothing.
    """
    expected = len(fits)
    best = [[0.0] * (found + 1) for _ in range(expected + 1)]
    for item in reversed(range(expected)):
        best[item][found] = float(expected - item)
        for at in reversed(range(found)):
            best[item][at] = min(
                _cost(fits[item][at]) + best[item + 1][at + 1],
                1 + best[item + 1][at],
                1 + best[item][at + 1],
            )
    pairs: dict[int, int] = {}
    item = at = 0
    while item < expected and at < found:
        if best[item][at] == _cost(fits[item][at]) + best[item + 1][at + 1]:
            pairs[item] = at
            item, at = item + 1, at + 1
        elif best[item][at] == 1 + best[item + 1][at]:
            item += 1
        else:
            at += 1
    return pairs


def _cost(fit: Fit | None) -> float:
    """Return what a pair costs. The share counts squared: one item that fits wholly is worth more than two halves."""
    return float("inf") if fit is None else fit.doubt - _LABELS * fit.share**2
