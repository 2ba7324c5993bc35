"""Two orders compared: what stands where, and what was done to the order."""

from __future__ import annotations

import pytest

from govdoc.readers.align import Alignment, Fit, align
from tests.helpers import dice_of


def aligned(expected: str, found: str, doubt: float = 0.9) -> Alignment:
    """Return the alignment of two rows of one-letter labels; ``?`` may be any, ``-`` none."""

    def fit(item: int, at: int) -> Fit | None:
        if found[at] == "-":
            return None
        return Fit(1, 0) if expected[item] == found[at] else Fit(0, doubt)

    return align(len(expected), len(found), fit)


def changes(expected: str, found: str) -> tuple[list[int], list[int], list[int], list[int]]:
    result = aligned(expected, found)
    return result.moved, result.deleted, result.inserted, result.repeated


@pytest.mark.parametrize(
    ("found", "moved", "deleted", "inserted", "repeated"),
    [
        ("ABCDEF", [], [], [], []),
        ("xABCDEF", [], [], [0], []),
        ("ABCxDEF", [], [], [3], []),
        ("ABCDExF", [], [], [5], []),
        ("ABCDEFx", [], [], [], []),
        ("AxBxxCDEFx", [], [], [1, 3, 4], []),
        ("BCDEF", [], [0], [], []),
        ("ABDEF", [], [2], [], []),
        ("ABCDE", [], [5], [], []),
        ("AF", [], [1, 2, 3, 4], [], []),
        ("", [], [0, 1, 2, 3, 4, 5], [], []),
        ("AABCDEF", [], [], [], [1]),
        ("ABCDEFA", [], [], [], [6]),
        ("ABCABCDEF", [], [], [], [3, 4, 5]),
        ("BACDEF", [0], [], [], []),
        ("ABCDFE", [4], [], [], []),
        ("BCDEFA", [0], [], [], []),
        ("FABCDE", [5], [], [], []),
        ("xBCDEF", [], [], [], []),
        ("ABCDEx", [], [], [], []),
        ("ABxyEF", [], [], [], []),
        ("BBCDEF", [], [], [], []),
        ("ABCDEE", [], [], [], []),
        ("-ABCDEF", [], [], [0], []),
        ("ABC-DEF-", [], [], [3], []),
        ("ABCDE-", [], [5], [], []),
    ],
)
def test_every_change_is_named(
    found: str, moved: list[int], deleted: list[int], inserted: list[int], repeated: list[int]
) -> None:
    assert changes("ABCDEF", found) == (moved, deleted, inserted, repeated)


@pytest.mark.parametrize("gone", range(15))
def test_a_gap_in_labels_that_recur_is_found(gone: int) -> None:
    expected = "ABCDE" * 3
    result = aligned(expected, expected[:gone] + expected[gone + 1 :])
    assert result.deleted == [gone]
    assert result.place == {item: item - (item > gone) for item in range(15) if item != gone}


@pytest.mark.parametrize("at", range(16))
def test_an_extra_among_labels_that_recur_is_found(at: int) -> None:
    expected = "ABCDE" * 3
    result = aligned(expected, f"{expected[:at]}x{expected[at:]}")
    assert (result.inserted, result.deleted) == ([at] if at < 15 else [], [])
    assert result.place == {item: item + (item >= at) for item in range(15)}


def test_labels_weigh_more_than_any_number_of_gaps() -> None:
    result = aligned("ABC", f"A{'x' * 500}BC")
    assert (result.place, result.inserted) == ({0: 0, 1: 501, 2: 502}, list(range(1, 501)))


def test_one_whole_fit_outweighs_two_halves() -> None:
    shares = {(0, 0): 0.7, (1, 1): 0.5, (0, 1): 1.0}
    result = align(2, 2, lambda item, at: Fit(shares.get((item, at), 0.0), 0.9))
    assert result.place[0] == 1


def test_the_less_doubtful_of_two_strangers_is_the_renamed_one() -> None:
    likely = {(1, 2)}
    result = align(
        3,
        4,
        lambda item, at: Fit(1, 0) if (item, at) in ((0, 0), (2, 3)) else Fit(0, 0.4 if (item, at) in likely else 0.9),
    )
    assert (result.place, result.inserted) == ({0: 0, 1: 2, 2: 3}, [1])


def test_what_is_too_doubtful_is_gone_at_the_end_and_renamed_in_the_middle() -> None:
    assert aligned("ABC", "ABx", doubt=1.6).deleted == [2]
    assert aligned("ABC", "AxC", doubt=1.6).place == {0: 0, 1: 1, 2: 2}


@pytest.mark.parametrize("seed", range(40))
def test_every_item_is_placed_once_or_gone(seed: int) -> None:
    dice = dice_of(seed)
    expected = "".join(dice.choices("ABCDE", k=dice.randrange(12)))
    found = "".join(dice.choices("ABCDEx-", k=dice.randrange(20)))
    result = aligned(expected, found)
    assert sorted([*result.place, *result.deleted]) == list(range(len(expected)))
    places = [*result.place.values(), *result.inserted, *result.repeated]
    assert len(set(places)) == len(places) <= len(found)
    assert set(result.moved) <= set(result.place)
    in_order = [result.place[item] for item in sorted(result.place) if item not in result.moved]
    assert in_order == sorted(in_order)
