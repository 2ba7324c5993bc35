"""Figures that run together, cut by the sums that must hold: propagation and search over whole numbers.

Unknowns are the cells of the runs; every sum of the layout in which one of them stands is a constraint, whatever the
layout says. A row that can be cut into as many figures as it has cells is taken to have had no empty one, unless the
sums cannot hold so. A row for which one reading is left is inferred; of any other its readings are listed, and nothing
is chosen.
The search is bounded by steps, never by the clock: the same text gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govdoc.readers.cut import EMPTY, LocalSum, Option, Run, cuts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govdoc.layouts.schema import Equation
    from govdoc.values import Value

_UNBOUNDED = 10**12  # no figure is as large; a cell that may reach it is not bounded by anything
_MOST_NODES = 1_500  # of one search
_PROBE_NODES = 150  # of the search for one other value of one cell
_MOST_SOLUTIONS = 64
_MOST_WORK = 2_000_000  # cells and ways looked at in all, about two seconds; after it nothing more is inferred


@dataclass(slots=True)
class _Effort:
    """What has been spent on a page: all its puzzles together have their bound.

    Bounds that two sums push up in turn, by one each time, would run on to no end.
    """

    spent: int = 0

    @property
    def over(self) -> bool:
        return self.spent > _MOST_WORK


Sides = tuple[tuple[str, ...], tuple[str, ...]]  # the cells on the two sides of a sum


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A run that can be read in several ways; in those given here its empty cells stand for zero.

    The ways that take the fewest cells to have been empty come first. There may be none that the sums allow.
    """

    run: Run
    ways: tuple[Option, ...]


@dataclass(frozen=True)
class Solution:
    """What the sums say of the runs' cells: ``values`` where there is one value, and why there is none elsewhere.

    ``cut`` holds the values that need no sum, as the spaces alone part them. ``contradiction`` says that no way to
    cut the runs keeps all the sums; then only the sums within a row were used.
    """

    values: Mapping[str, Value]
    cut: frozenset[str] = frozenset()
    doubtful: tuple[Doubtful, ...] = ()
    contradiction: bool = False


def solve(
    runs: Sequence[Run], known: Mapping[str, Value], equations: Iterable[Equation], units: Mapping[str, str]
) -> Solution:
    """Return what can be said for certain of the figures in some runs, given others that were read."""
    unknown = {key for run in runs for key in run.keys}
    relevant = [
        one
        for one in equations
        if not unknown.isdisjoint((*one.parts, *one.equals))
        and all(key in unknown or key in known for key in (*one.parts, *one.equals))
    ]
    local = {run: _local(run, relevant) for run in runs}
    row_units = {run: [units[key] for key in run.keys] for run in runs}
    full = {run: cuts(run, row_units[run], local[run], full=True) for run in runs}
    every = {run: full[run] or cuts(run, row_units[run], local[run]) for run in runs}
    effort = _Effort()
    answer = _together(every, known, relevant, effort)
    if answer is None and any(full.values()) and not effort.over:
        every = {run: cuts(run, row_units[run], local[run]) for run in runs}
        answer = _together(every, known, relevant, effort)
    if answer is None and effort.over:
        return Solution({}, doubtful=tuple(Doubtful(run, ()) for run in runs))
    return answer or _row_by_row(every, known, relevant, effort)


Ways = dict[Run, "list[Option] | None"]


def _together(ways: Ways, known: Mapping[str, Value], sums: Sequence[Equation], effort: _Effort) -> Solution | None:
    """Return what all runs say together, or None where nothing keeps all the sums.

    A run that cannot be cut, or in too many ways, is left out with all the sums it stands in.
    """
    puzzle = _Puzzle({run: options for run, options in ways.items() if options}, known, sums, effort)
    state = puzzle.start()
    if state is None or puzzle.first(state, _MOST_NODES) is None:
        return None
    return _answer(puzzle, state)


def _local(run: Run, equations: Iterable[Equation]) -> list[LocalSum]:
    """Return the sums that stand within a run."""
    place = {key: number for number, key in enumerate(run.keys)}
    return [
        LocalSum(tuple(place[key] for key in one.parts), tuple(place[key] for key in one.equals))
        for one in equations
        if all(key in place for key in (*one.parts, *one.equals))
    ]


# ---------------------------------------------------------------- the constraints


@dataclass(slots=True)
class _State:
    """What is still possible: the bounds of every cell, the ways left for every run."""

    low: dict[str, Value]
    high: dict[str, Value]
    options: dict[Run, list[Option]]
    dirty: set[int] = field(default_factory=set)

    def copy(self) -> _State:
        return _State(dict(self.low), dict(self.high), dict(self.options), set(self.dirty))


class _Puzzle:
    """The runs, the figures that are known, and the sums over both."""

    def __init__(
        self,
        options: Mapping[Run, list[Option]],
        known: Mapping[str, Value],
        sums: Sequence[Equation],
        effort: _Effort,
    ) -> None:
        self.options = dict(options)
        self.known = known
        cells = {key for run in options for key in run.keys}
        self.sums: list[Sides] = [
            (one.parts, one.equals)
            for one in sums
            if all(key in cells or key in known for key in (*one.parts, *one.equals))
        ]
        self.run_of = {key: run for run in options for key in run.keys}
        self.sums_of: dict[str, list[int]] = defaultdict(list)
        for number, (parts, equals) in enumerate(self.sums):
            for key in (*parts, *equals):
                self.sums_of[key].append(number)
        self.nodes = 0
        self.limit = 0
        self.effort = effort

    def start(self) -> _State | None:
        """Return the state before any choice, or None where there is no solution."""
        used = {key for parts, equals in self.sums for key in (*parts, *equals)} | set(self.run_of)
        fixed = {key: self.known[key] for key in used if key in self.known and key not in self.run_of}
        low: dict[str, Value] = {key: fixed.get(key, 0) for key in used}
        high: dict[str, Value] = {key: fixed.get(key, _UNBOUNDED) for key in used}
        for run, options in self.options.items():
            for place, key in enumerate(run.keys):
                values = [option[place] for option in options if option[place] is not None]
                if any(value is not None and value < 0 for value in values):
                    low[key] = -_UNBOUNDED
        state = _State(low, high, self.options, set(range(len(self.sums))))
        return state if self._settle(state, list(self.options)) else None

    # ------------------------------------------------------------ propagation

    def _settle(self, state: _State, runs: Sequence[Run]) -> bool:
        """Draw every conclusion from the bounds and the ways left; return whether a solution is still possible."""
        waiting = dict.fromkeys(runs)
        while (waiting or state.dirty) and not self.effort.over:
            while state.dirty and not self.effort.over:
                touched = self._bound(state, state.dirty.pop())
                if touched is None:
                    return False
                waiting |= dict.fromkeys(self.run_of[key] for key in touched if key in self.run_of)
            if waiting:
                run = next(iter(waiting))
                del waiting[run]
                if not self._filter(state, run):
                    return False
        return True

    def _bound(self, state: _State, number: int) -> list[str] | None:
        """Tighten the bounds of one sum's cells; return those that changed, or None where it cannot hold."""
        parts, equals = self.sums[number]
        low, high = state.low, state.high
        self.effort.spent += len(parts) + len(equals)
        touched = []
        for here, there in ((parts, equals), (equals, parts)):
            least, most = sum(low[key] for key in there), sum(high[key] for key in there)
            own_least, own_most = sum(low[key] for key in here), sum(high[key] for key in here)
            if own_least > most or own_most < least:
                return None
            for key in here:
                ceiling = most - (own_least - low[key])
                floor = least - (own_most - high[key])
                if ceiling < high[key] or floor > low[key]:
                    if max(floor, low[key]) > min(ceiling, high[key]):
                        return None
                    own_least += max(floor, low[key]) - low[key]
                    own_most += min(ceiling, high[key]) - high[key]
                    self._set(state, key, max(floor, low[key]), min(ceiling, high[key]))
                    touched.append(key)
        return touched

    def _set(self, state: _State, key: str, low: Value, high: Value) -> None:
        state.low[key], state.high[key] = low, high
        state.dirty.update(self.sums_of[key])

    def _filter(self, state: _State, run: Run) -> bool:
        """Drop the ways to cut a run that leave the bounds, and narrow the bounds to what is left."""
        low, high = state.low, state.high
        self.effort.spent += len(state.options[run])
        bounds = [(low[key], high[key]) for key in run.keys]
        kept = [option for option in state.options[run] if _within(option, bounds)]
        if not kept:
            return False
        state.options[run] = kept
        for place, key in enumerate(run.keys):
            values = [option[place] for option in kept]
            if None in values:
                continue
            given = [value for value in values if value is not None]
            least, most = max(low[key], min(given)), min(high[key], max(given))
            if (least, most) != (low[key], high[key]):
                self._set(state, key, least, most)
        return True

    # ------------------------------------------------------------ search

    def first(self, state: _State, limit: int) -> dict[str, Value] | None:
        """Return one solution, or None where none was found within the limit."""
        return next(iter(self.solutions(state, limit, 1)), None)

    def solutions(self, state: _State, limit: int, most: int) -> list[dict[str, Value]]:
        """Return up to ``most`` solutions; afterwards ``nodes`` tells whether the limit cut the search short."""
        self.nodes, self.limit = 0, limit
        found: list[dict[str, Value]] = []
        self._search(state, found, most)
        return found

    @property
    def cut_short(self) -> bool:
        """Return whether the last search ended at its limit."""
        return self.nodes > self.limit or self.effort.over

    def _search(self, state: _State, found: list[dict[str, Value]], most: int) -> None:
        self.nodes += 1
        if self.cut_short or len(found) >= most:
            return
        for branch in self._branches(state):
            if branch is None:
                found.append(dict(state.low))
            else:
                self._search(branch, found, most)

    def _branches(self, state: _State) -> Iterable[_State | None]:
        """Yield the states that part a state in two or more; None where it is a solution."""
        open_runs = [run for run, options in state.options.items() if len(options) > 1]
        if open_runs:
            run = min(open_runs, key=lambda run: len(state.options[run]))
            for option in state.options[run]:
                branch = state.copy()
                branch.options[run] = [option]
                if self._settle(branch, [run]):
                    yield branch
            return
        loose = [key for key in self.run_of if state.low[key] < state.high[key]]
        if not loose:
            yield None
            return
        key = min(loose, key=lambda key: state.high[key] - state.low[key])
        for low, high in ((state.low[key], state.low[key]), (state.low[key] + 1, state.high[key])):
            tighter = self.narrowed(state, key, low, high)
            if tighter is not None:
                yield tighter

    def narrowed(self, state: _State, key: str, low: Value, high: Value) -> _State | None:
        """Return the state with a cell's bounds narrowed, or None where nothing is left of it."""
        if low > high:
            return None
        branch = state.copy()
        self._set(branch, key, low, high)
        return branch if self._settle(branch, [self.run_of[key]]) else None


def _within(option: Option, bounds: Sequence[tuple[Value, Value]]) -> bool:
    return all(value is None or low <= value <= high for value, (low, high) in zip(option, bounds, strict=True))


# ---------------------------------------------------------------- the answer


def _answer(puzzle: _Puzzle, state: _State) -> Solution:
    """Return what all solutions have in common, and the ways to read the rows in which they differ."""
    found = puzzle.solutions(state, _MOST_NODES, _MOST_SOLUTIONS)
    complete = not puzzle.cut_short and len(found) < _MOST_SOLUTIONS
    values: dict[str, Value] = {}
    for run in puzzle.options:
        seen = {key: {solution[key] for solution in found} for key in run.keys}
        if all(
            len(seen[key]) == 1 and (complete or _only(puzzle, state, key, next(iter(seen[key])))) for key in run.keys
        ):
            values |= {key: next(iter(seen[key])) for key in run.keys}
    known = {**puzzle.known, **values}
    doubtful = [
        Doubtful(run, _ways(run, options, puzzle.sums, known))
        for run, options in puzzle.options.items()
        if not values.keys() >= set(run.keys)
    ]
    cut = frozenset(key for run, options in puzzle.options.items() for key in _parted(run, options))
    return Solution(values, cut, tuple(doubtful))


def _only(puzzle: _Puzzle, state: _State, key: str, value: Value) -> bool:
    """Return whether a cell has been shown to have no other value."""
    if state.low[key] == state.high[key]:
        return True
    if state.high[key] >= _UNBOUNDED // 2:
        return False  # nothing that was read bounds it
    for low, high in ((state.low[key], value - 1), (value + 1, state.high[key])):
        other = puzzle.narrowed(state, key, low, high)
        if other is not None and (puzzle.first(other, _PROBE_NODES) is not None or puzzle.cut_short):
            return False
    return True


def _ways(run: Run, options: Sequence[Option], sums: Sequence[Sides], known: Mapping[str, Value]) -> tuple[Option, ...]:
    """Return the ways to read a run in which its empty cells stand for zero, as far as sums of known cells allow."""
    ways: dict[Option, None] = {}
    for option in options:
        filled = {key: 0 if value is None else value for key, value in zip(run.keys, option, strict=True)}
        cells = {**known, **filled}
        if all(
            sum(cells[key] for key in parts) == sum(cells[key] for key in equals)
            for parts, equals in sums
            if all(key in cells for key in (*parts, *equals))
        ):
            ways[tuple(filled.values())] = None
    return tuple(ways)


def _parted(run: Run, options: Sequence[Option]) -> Iterable[str]:
    """Return the cells of a run whose values need no sum: there is a token for each cell, and one way to cut it."""
    if len(run.tokens) == len(run.keys) and len(options) == 1:
        yield from (key for key, token in zip(run.keys, run.tokens, strict=True) if token != EMPTY)


def _row_by_row(ways: Ways, known: Mapping[str, Value], sums: Sequence[Equation], effort: _Effort) -> Solution:
    """Return what each run says by itself, where all together contradict the sums."""
    values: dict[str, Value] = {}
    cut: set[str] = set()
    doubtful: list[Doubtful] = []
    for run, options in ways.items():
        local = [one for one in sums if all(key in run.keys for key in (*one.parts, *one.equals))]
        answer = _together({run: options}, known, local, effort)
        if answer is None:
            doubtful.append(Doubtful(run, ()))
            continue
        values |= answer.values
        cut |= answer.cut
        doubtful += answer.doubtful
    return Solution(values, frozenset(cut), tuple(doubtful), contradiction=True)
