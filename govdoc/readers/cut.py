"""A row's figures that run together as text → every way to cut them into the cells of the row. Knows no statute.

``633000066`` in seven cells may be 63·3·0·0·0·0·66 and much else; spaces are borders between cells, their absence is
none. No number begins with a zero but zero itself, and a cell may have been empty and left no trace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.values import PLACEHOLDERS, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govdoc.layouts.parts import Kind
    from govdoc.values import Value

Option = tuple["Value | None", ...]  # one way to cut a row: a value for each cell, None where it stays unknown

EMPTY = ""  # a token: a cell that is known to hold no number
_MOST_STEPS = 60_000  # of the search for one row's cuts; an honest row takes some thousands
_MOST_OPTIONS = 5_000

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " ", 0x2212: "-"}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SIGNED = re.compile(r"(?<=.)(?=[+-])")
_PIECES = {
    "count": re.compile(r"0|[1-9][0-9]{0,9}"),
    "amount": re.compile(r"(?:0|[1-9][0-9]{0,9})(?:\.[0-9]+)?"),
    "change": re.compile(r"[+-]?(?:0|[1-9][0-9]{0,9})"),
    "money": re.compile(r"0|(?:0|[1-9][0-9]{0,11})(?:\.[0-9]+)?(?:元|万元|亿元)"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What stands in place of a row of figures: the keys of its cells, and what is between spaces.

    ``text`` is what was found, for messages. A run without tokens says nothing of its cells. In a ``parted`` one every
    token is a whole cell, or an empty one.
    """

    keys: tuple[str, ...]
    kinds: tuple[Kind, ...]
    tokens: tuple[str, ...]
    text: str = ""
    parted: bool = False


@dataclass(frozen=True, slots=True)
class LocalSum:
    """A sum that stands within one row: the places of its parts and of what they equal."""

    parts: tuple[int, ...]
    equals: tuple[int, ...]


def tokens_of(text: str) -> tuple[str, ...] | None:
    """Return what stands between the spaces of a run, or None where there is more than numbers.

    Thousands separators, where they stand right, are taken out; a dash or a slash by itself is an empty cell.
    """
    tokens: list[str] = []
    for word in text.translate(_WIDE).split():
        if word.lower() in PLACEHOLDERS:
            tokens.append(EMPTY)
        elif _GROUPED.fullmatch(word):
            tokens.append(word.replace(",", ""))
        elif re.fullmatch(r"[0-9+.元万亿-]+", word):
            tokens += [piece for piece in _SIGNED.split(word) if piece]
        else:
            return None
    return tuple(tokens)


def cuts(run: Run, units: Sequence[str], sums: Sequence[LocalSum] = (), *, full: bool = False) -> list[Option] | None:
    """Return every way to cut a run that keeps to the sums within the row, or None where there are too many.

    With ``full`` no cell was empty. A value that a sum leaves no choice in is filled in; the ways that take the fewest
    cells to have been empty come first.
    """
    search = _Search(run, units, sums, full=full)
    found: dict[Option, int] = {}
    for option in search.options(0, 0, 0, ()):
        blanks = sum(value is None for value in option)
        whole = _completed(option, sums)
        found[whole] = min(blanks, found.get(whole, blanks))
        if len(found) > _MOST_OPTIONS:
            return None
    if search.steps > _MOST_STEPS:
        return None
    return sorted(found, key=lambda option: found[option])


class _Search:
    """Depth first, from cell to cell: a piece of the current token, or nothing."""

    def __init__(self, run: Run, units: Sequence[str], sums: Sequence[LocalSum], *, full: bool) -> None:
        self.full = full
        self.kinds = run.kinds
        self.units = units
        self.tokens = run.tokens
        self.parted = run.parted
        self.steps = 0
        self.closing: dict[int, list[LocalSum]] = {}
        for one in sums:
            self.closing.setdefault(max(*one.parts, *one.equals), []).append(one)

    def options(self, cell: int, token: int, at: int, taken: Option) -> Iterator[Option]:
        """Yield the ways to go on from a place in a token, with some cells taken."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            return
        if cell == len(self.kinds):
            if token == len(self.tokens):
                yield taken
            return
        for value, next_token, next_at in self._choices(cell, token, at):
            now = (*taken, value)
            if all(_may_hold(one, now) for one in self.closing.get(cell, ())):
                yield from self.options(cell + 1, next_token, next_at, now)

    def _choices(self, cell: int, token: int, at: int) -> Iterator[tuple[Value | None, int, int]]:
        rest = len(self.tokens) - token
        if rest and self.tokens[token] == EMPTY:
            yield None, token + 1, 0
            return
        if rest:
            text = self.tokens[token]
            for end in range(len(text) if self.parted else at + 1, len(text) + 1):
                value = self._value(cell, text[at:end])
                over = end == len(text)
                if value is not None and rest - over <= len(self.kinds) - cell - 1:
                    yield value, token + over, 0 if over else end
        if not self.full and rest <= len(self.kinds) - cell - 1:
            yield None, token, at

    def _value(self, cell: int, piece: str) -> Value | None:
        kind = self.kinds[cell]
        if _PIECES[kind].fullmatch(piece) is None:
            return None
        return int(piece) if kind == "count" else read_number(piece, kind, self.units[cell]).value


def _may_hold(one: LocalSum, taken: Option) -> bool:
    """Return whether a sum whose last cell has been taken holds, or may hold for some value of what is unknown."""
    left = [taken[place] for place in one.parts]
    right = [taken[place] for place in one.equals]
    known_left = sum(value for value in left if value is not None)
    known_right = sum(value for value in right if value is not None)
    if None in left:
        return None in right or known_left <= known_right
    return known_right <= known_left if None in right else known_left == known_right


def _completed(option: Option, sums: Sequence[LocalSum]) -> Option:
    """Return a cut with the values filled in that its sums determine: a single unknown, or several that sum to 0."""
    values = list(option)
    for one in sums:
        for unknown_side, other_side in ((one.parts, one.equals), (one.equals, one.parts)):
            unknown = [place for place in unknown_side if values[place] is None]
            if not unknown or any(values[place] is None for place in other_side):
                continue
            rest = _total(values, other_side) - _total(values, unknown_side)
            if len(unknown) == 1 or rest == 0:
                for place in unknown:
                    values[place] = rest
    return tuple(values)


def _total(values: Sequence[Value | None], places: Sequence[int]) -> Value:
    return sum((value for place in places if (value := values[place]) is not None), 0)
