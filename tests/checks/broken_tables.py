"""Clean tables of different sizes, and the ways in which people break them, each from a seed.

Kept apart from the diagnosis on purpose: what is put in here is known, and the diagnosis has to find it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from govdoc.layouts.schema import Layout, load_layout
from govdoc.report import Figure, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUT: Layout = load_layout("2021")
COLUMNS = [column.key for column in LAYOUT.table["t3"].blocks[0].columns]
ROWS = [row.key for row in LAYOUT.table["t3"].blocks[0].rows]
KINDS = ("changed", "swapped", "slipped", "shifted")
Numbers = dict[str, int]


def clean(dice: random.Random, size: int) -> Numbers:
    """Return figures that add up; ``size`` bounds the cells, and small tables are mostly zeros, as they are."""
    numbers = {key: 0 if dice.random() < 0.3 else dice.randrange(size) for key in LAYOUT.figures}
    for column in COLUMNS:
        done = sum(numbers[key] for key in LAYOUT.totals[f"t3.results_total.{column}"].parts)
        over = min(numbers[f"t3.carried_over.{column}"], done)
        numbers[f"t3.carried_over.{column}"] = over
        numbers[f"t3.received.{column}"] = done + numbers[f"t3.carried_forward.{column}"] - over
    for _ in range(2):
        for key, equation in LAYOUT.totals.items():
            numbers[key] = sum(numbers[part] for part in equation.parts)
    assert not broken(numbers)
    return numbers


def broken(numbers: Numbers) -> set[int]:
    sums = enumerate(LAYOUT.equations)
    return {
        number
        for number, one in sums
        if sum(numbers[key] for key in one.parts) != sum(numbers[key] for key in one.equals)
    }


def report_of(numbers: Numbers) -> Report:
    figures = {key: Figure(numbers.get(key), str(numbers.get(key, ""))) for key in LAYOUT.figures}
    return Report(LAYOUT, {"year": "2024", "agency": "某某市财政局"}, figures, {})


@dataclass(frozen=True)
class Break:
    """A mistake put into a table: the broken figures, and what stood there before."""

    kind: str
    after: Numbers
    truth: frozenset[tuple[str, int]]


def break_once(dice: random.Random, numbers: Numbers, kind: str) -> Break:
    """Return the table with one mistake of a kind that breaks at least one sum."""
    while True:
        change = {"changed": _change, "swapped": _swap, "slipped": _slip, "shifted": _shift}[kind](dice, numbers)
        after = {**numbers, **change}
        if broken(after):
            truth = frozenset((key, numbers[key]) for key in change if numbers[key] != change[key])
            return Break(kind, after, truth)


def _cell(dice: random.Random) -> str:
    table = "t3" if dice.random() < 0.9 else "t4"
    return dice.choice([key for key, spec in LAYOUT.figures.items() if spec.table == table])


def _change(dice: random.Random, numbers: Numbers) -> Numbers:
    key = _cell(dice)
    value = numbers[key]
    text = str(value)
    kinds = [value + 1, max(0, value - 1), value + 10, int(text + "0"), int(text[:-1] or 0), int(text[::-1])]
    return {key: dice.choice([*kinds, dice.randrange(2 * value + 5)])}


def _neighbours(dice: random.Random, *, below: bool) -> tuple[str, str]:
    if below:
        row = dice.randrange(len(ROWS) - 1)
        column = dice.choice(COLUMNS)
        return f"t3.{ROWS[row]}.{column}", f"t3.{ROWS[row + 1]}.{column}"
    at = dice.randrange(len(COLUMNS) - 1)
    row_key = dice.choice(ROWS)
    return f"t3.{row_key}.{COLUMNS[at]}", f"t3.{row_key}.{COLUMNS[at + 1]}"


def _swap(dice: random.Random, numbers: Numbers) -> Numbers:
    first, second = _neighbours(dice, below=dice.random() < 0.5)
    return {first: numbers[second], second: numbers[first]}


def _slip(dice: random.Random, numbers: Numbers) -> Numbers:
    first, second = _neighbours(dice, below=False)
    left, right = str(numbers[first]), str(numbers[second])
    if dice.random() < 0.5:
        left, right = left[:-1], left[-1] + right
    else:
        left, right = left + right[0], right[1:]
    if (left and str(int(left)) != left) or (right and str(int(right)) != right):
        return {}
    if numbers[first] == int(left or 0) or numbers[second] == int(right or 0):
        return {}
    return {first: int(left or 0), second: int(right or 0)}


def _shift(dice: random.Random, numbers: Numbers) -> Numbers:
    keys = [f"t3.{row}.{dice_column}" for dice_column in [dice.choice(COLUMNS)] for row in ROWS]
    values = [numbers[key] for key in keys]
    moved = [*values[1:], 0] if dice.random() < 0.5 else [0, *values[:-1]]
    return dict(zip(keys, moved, strict=True))


# ---------------------------------------------------------------- every repair, tried one by one


def repairs(numbers: Numbers) -> set[frozenset[tuple[str, int]]]:
    """Return every single mistake of the four kinds that, undone, makes all sums hold."""
    wrong = broken(numbers)
    return {change for change in _undone(numbers, wrong) if not _breaks(numbers, change, wrong)}


def _breaks(numbers: Numbers, change: frozenset[tuple[str, int]], wrong: set[int]) -> bool:
    after = dict(numbers) | dict(change)
    touched = {number for key, _ in change for number in USES.get(key, ())}
    if not wrong <= touched:
        return True
    return any(
        sum(after[key] for key in LAYOUT.equations[number].parts)
        != sum(after[key] for key in LAYOUT.equations[number].equals)
        for number in touched
    )


USES: dict[str, set[int]] = {}
for _number, _equation in enumerate(LAYOUT.equations):
    for _key in (*_equation.parts, *_equation.equals):
        USES.setdefault(_key, set()).add(_number)


def _undone(numbers: Numbers, wrong: set[int]) -> Iterator[frozenset[tuple[str, int]]]:
    for number in wrong:
        one = LAYOUT.equations[number]
        rest = sum(numbers[key] for key in one.parts) - sum(numbers[key] for key in one.equals)
        for key in (*one.parts, *one.equals):
            value = numbers[key] - rest if key in one.parts else numbers[key] + rest
            if value >= 0:
                yield frozenset({(key, value)})
    for first, second in _pairs():
        for old, new in _pair_repairs(numbers[first], numbers[second]):
            yield frozenset({(first, old), (second, new)})
    for column in COLUMNS:
        yield from _column_repairs(numbers, [f"t3.{row}.{column}" for row in ROWS])


def _pairs() -> Iterator[tuple[str, str]]:
    for row in ROWS:
        for first, second in pairwise(COLUMNS):
            yield f"t3.{row}.{first}", f"t3.{row}.{second}"
    names = [key for key, spec in LAYOUT.figures.items() if spec.table == "t4"]
    yield from pairwise(names)
    for first, second in pairwise(ROWS):
        for column in COLUMNS:
            yield f"t3.{first}.{column}", f"t3.{second}.{column}"


def _pair_repairs(first: int, second: int) -> Iterator[tuple[int, int]]:
    if first != second:
        yield second, first
    left, right = str(first), str(second)
    lost_left, lost_right = left.lstrip("0"), right.lstrip("0")  # a cell that lost its only digit reads 0
    for one, two in {
        (left + right[0], right[1:]),
        (lost_left + right[0], right[1:]),
        (left[:-1], left[-1] + right),
        (left[:-1], left[-1] + lost_right),
    }:
        kept = all(not text or str(int(text)) == text for text in (one, two))
        if kept and int(one or 0) != first and int(two or 0) != second:
            yield int(one or 0), int(two or 0)


def _column_repairs(numbers: Numbers, keys: list[str]) -> Iterator[frozenset[tuple[str, int]]]:
    values = [numbers[key] for key in keys]
    wanted = []
    rest: list[int]
    if values[0] == 0:
        rest = values[1:]
        # received + carried over = total + carried forward: the last is what fell off
        last = rest[0] + rest[1] - rest[-1]
        wanted.append([*rest, last])
    if values[-1] == 0:
        rest = values[:-1]
        wanted.append([rest[-2] + rest[-1] - rest[0], *rest])
    for column in wanted:
        if min(column) >= 0:
            yield frozenset((key, value) for key, value in zip(keys, column, strict=True) if numbers[key] != value)


def cases(seed: int, count: int) -> Iterator[tuple[int, Break]]:
    """Yield tables of different sizes, each broken once, the kinds in turn."""
    dice = random.Random(seed)  # noqa: S311 - breaks tables, guards nothing
    sizes = (6, 30, 400, 20_000)
    for number in range(count):
        size = sizes[number // len(KINDS) % len(sizes)]
        yield size, break_once(dice, clean(dice, size), KINDS[number % len(KINDS)])
