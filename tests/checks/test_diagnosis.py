"""S305: the smallest repair, named where it is the only one, and never named wrongly."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from govdoc.checks.diagnosis import repairs as diagnose
from tests.checks import broken_tables as tables
from tests.checks.broken_tables import KINDS, Break
from tests.helpers import T3, found_in, sample, with_cells

if TYPE_CHECKING:
    from govdoc.finding import Finding

SEED = 2024
BREAKS = 1000


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - breaks tables, guards nothing


def named(broken: tables.Numbers) -> list[dict[str, str]]:
    """Return the repairs that are named, each as figure and value of the cells that it says."""
    return [_said(finding) for finding in diagnose(tables.report_of(broken))]


def _said(finding: Finding) -> dict[str, str]:
    return {"figure": finding.figure, "found": finding.found or "", "expected": finding.expected or ""}


def fits(one: Break, said: dict[str, str]) -> bool:
    """Return whether a note names a cell of the mistake, and the value that stood there before."""
    values = dict(one.truth)
    if one.kind == "shifted" and not said["expected"]:
        return said["figure"] in values
    return said["figure"] in values and said["expected"].split("、")[0] == str(values[said["figure"]])


def test_a_thousand_breaks_are_named_where_one_repair_is_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    determined, right = Counter[str](), Counter[str]()
    wrong = []
    for size, one in tables.cases(SEED, BREAKS):
        ways = tables.repairs(one.after)
        said = named(one.after)
        if said and not all(fits(one, each) for each in said):
            wrong.append((size, one.kind, said))
        if len(ways) == 1:
            determined[one.kind] += 1
            right[one.kind] += len(said) == 1 and fits(one, said[0])
    with capsys.disabled():
        rates = "，".join(f"{kind} {right[kind]}/{determined[kind]}" for kind in KINDS)
        print(f"\nS305: {right.total()} of {determined.total()} determined ({BREAKS} breaks): {rates}")  # noqa: T201
    assert wrong == []
    assert determined.total() > BREAKS * 0.8
    assert all(right[kind] > 0.95 * determined[kind] for kind in KINDS)


def test_what_holds_has_no_repair() -> None:
    dice = dice_of(SEED)
    assert [named(tables.clean(dice, size)) for size in (1, 10, 1000)] == [[], [], []]


def test_two_mistakes_far_apart_are_two_notes() -> None:
    numbers = tables.clean(dice_of(3), 400)
    broken = {**numbers, "t3.granted.natural": numbers["t3.granted.natural"] + 7}
    broken["t3.partial.business"] += 90
    assert named(broken) == [
        {"figure": key, "found": str(broken[key]), "expected": str(numbers[key])}
        for key in ("t3.granted.natural", "t3.partial.business")
    ]


def test_a_group_of_table_4_alone_decides_nothing() -> None:
    numbers = tables.clean(dice_of(3), 400)
    assert named({**numbers, "t4.review.total": numbers["t4.review.total"] + 1}) == []


def test_a_cell_that_was_not_read_is_left_alone() -> None:
    numbers = tables.clean(dice_of(3), 400)
    del numbers["t3.granted.natural"]
    assert named(numbers) == []


@pytest.mark.parametrize("mistakes", [1, 2, 3, 6])
def test_it_is_fast_however_much_is_broken(mistakes: int) -> None:
    dice = dice_of(mistakes)
    numbers = tables.clean(dice, 50)
    for number in range(mistakes):
        numbers = tables.break_once(dice, numbers, KINDS[number % 3]).after
    start = time.process_time()
    named(numbers)
    assert time.process_time() - start < 0.5


def test_a_blank_elsewhere_in_the_table_leaves_no_certain_cause() -> None:
    edits = {(T3, "D6"): 16, (T3, "E14"): None}
    assert [code for code, _ in found_in(with_cells(sample(), edits))] == ["V201", "S303"]
