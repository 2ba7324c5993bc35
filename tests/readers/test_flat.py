"""Texts that have lost their tables: digits cut by the statutory sums; what they leave open is named, not guessed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from govdoc.layouts.schema import Equation, load_layout
from govdoc.readers.bind_page import bind_page
from govdoc.readers.cut import Run, cuts, tokens_of
from govdoc.readers.evidence import Certainty
from govdoc.readers.solve import solve
from govdoc.readers.text import parse_text
from tests.strategies import figures_that_add_up, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govdoc.layouts.parts import Kind
    from govdoc.readers.bind_page import Published
    from govdoc.values import Value

LAYOUT = load_layout("2021")
T3 = [key for key in LAYOUT.figures if key.startswith("t3.")]


def run(text: str, count: int, prefix: str = "r") -> Run:
    tokens = tokens_of(text)
    assert tokens is not None
    kinds: tuple[Kind, ...] = tuple("count" for _ in range(count))
    return Run(tuple(f"{prefix}.{at}" for at in range(count)), kinds, tokens, text)


def row_sum(count: int, prefix: str = "r") -> Equation:
    parts = tuple(f"{prefix}.{at}" for at in range(count - 1))
    return Equation(rule="S301", parts=parts, equals=(f"{prefix}.{count - 1}",), line="")


def solved(text: str, count: int = 7) -> dict[str, Value]:
    one = run(text, count)
    return dict(solve([one], {}, [row_sum(count)], dict.fromkeys(one.keys, "件")).values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("451000046", [45, 1, 0, 0, 0, 0, 46]),
        ("0000000", [0, 0, 0, 0, 0, 0, 0]),
        ("12 0 0 3 0 0 15", [12, 0, 0, 3, 0, 0, 15]),
        ("１２0030015", [12, 0, 0, 3, 0, 0, 15]),
        ("1,234 0 0 0 0 1 1,235", [1234, 0, 0, 0, 0, 1, 1235]),
        ("5 / / / / / 5", [5, 0, 0, 0, 0, 0, 5]),
    ],
)
def test_a_row_with_one_reading(text: str, expected: list[int]) -> None:
    assert list(solved(text).values()) == expected


def test_a_row_with_several_readings_has_none() -> None:
    one = run("623129", 3)
    solution = solve([one], {}, [], dict.fromkeys(one.keys, "件"))
    assert solution.values == {}
    assert [len(doubtful.ways) for doubtful in solution.doubtful] == [10]
    assert (62, 31, 29) in solution.doubtful[0].ways
    assert (6, 23, 129) in solution.doubtful[0].ways


def test_no_number_begins_with_zero() -> None:
    assert cuts(run("105", 2), ["件"] * 2) == [(10, 5), (105, None), (None, 105)]


def test_columns_settle_what_a_row_leaves_open() -> None:
    one, other = run("111", 2, "a"), run("1 1", 2, "b")
    columns = [Equation(rule="S302", parts=(f"a.{at}", f"b.{at}"), equals=(f"t.{at}",), line="") for at in range(2)]
    units = dict.fromkeys((*one.keys, *other.keys), "件")
    assert solve([one, other], {"t.0": 12, "t.1": 2}, columns, units).values == {
        "a.0": 11,
        "a.1": 1,
        "b.0": 1,
        "b.1": 1,
    }


def test_sums_that_contradict_each_other_infer_nothing_beyond_the_row() -> None:
    one = run("1 2 3", 3)
    column = Equation(rule="S302", parts=("r.0",), equals=("t.0",), line="")
    solution = solve([one], {"t.0": 9}, [row_sum(3), column], dict.fromkeys(one.keys, "件"))
    assert solution.contradiction
    assert dict(solution.values) == {"r.0": 1, "r.1": 2, "r.2": 3}


@pytest.mark.parametrize("text", ["若干", "3件左右", "约12 5"])
def test_words_are_no_run(text: str) -> None:
    assert tokens_of(text) is None


# ---------------------------------------------------------------- a whole text


def figures(seed: int) -> dict[str, Value]:
    dice = Random(seed)  # noqa: S311 - no secret hangs on it
    made = figures_that_add_up(LAYOUT, lambda _: dice.choice([0, 0, 0, 0, 0, 0, dice.randrange(40)]))
    assert holds(LAYOUT, made)
    return made


def flattened(values: Mapping[str, Value], *, seed: int, lost: float) -> str:
    """Return a report as a text: a row's cells run together or parted by spaces, and some of its zeros lost."""
    dice = Random(seed)  # noqa: S311 - no secret hangs on it
    lines = ["云岭市水务局2023年政府信息公开工作年度报告", "发布日期:2024-01-18 信息来源:云岭市水务局", ""]
    for section in LAYOUT.sections:
        lines += ["", section.heading.replace("、", "、 ", 1) if section.table else section.heading, ""]
        if section.table is None:
            lines += ["(一)本年情况", "全年工作平稳。", "全年收取信息处理费0元。"]
            continue
        for line in LAYOUT.table[section.table].form.lines:
            text = "".join(label.text.replace("（", "(").replace("）", ")") for label in line.labels)
            between = dice.choice(["", " ", "\u00a0"])
            for slot in line.slots:
                value = values[slot.figure.key]
                is_lost = value == 0 and slot.figure.table == "t3" and dice.random() < lost
                text += between + ("" if is_lost else str(value))
            lines.append(text)
    return "\n".join(lines)


def read(text: str) -> Published:
    return bind_page(parse_text(text, "年报.txt"))


@pytest.mark.parametrize("seed", range(6))
def test_table_3_comes_right_from_a_flat_text(seed: int) -> None:
    expected = figures(seed)
    published = read(flattened(expected, seed=seed, lost=0.1))
    wrong = {
        key: (expected[key], published.report.value(key))
        for key in T3
        if published.report.value(key) not in (expected[key], None)
    }
    assert wrong == {}
    for key, figure in published.report.figures.items():
        assert (figure.value is None) == (published.settled.certainty(key) is Certainty.UNREADABLE)


def test_headings_and_text_of_a_flat_text() -> None:
    report = read(flattened(figures(1), seed=1, lost=0)).report
    assert report.info == {
        "agency": "云岭市水务局",
        "year": "2023",
        "published": "2024-01-18",
        "origin": "云岭市水务局",
    }
    assert [(entry.heading, entry.text) for entry in report.narratives["problems"]] == [
        ("(一)本年情况", "全年工作平稳。\n全年收取信息处理费0元。")
    ]


def test_what_is_doubtful_is_named_row_by_row() -> None:
    values = figures(2) | {"t2.normative.made": 6, "t2.normative.repealed": 23, "t2.normative.in_force": 129}
    text = flattened(values, seed=0, lost=0).replace("行政规范性文件6 23 129", "行政规范性文件623129")
    text = text.replace("行政规范性文件 6 23 129", "行政规范性文件623129").replace("\u00a06\u00a023\u00a0129", "623129")
    published = read(text)
    found = [(one.code, one.figure) for one in published.findings() if one.figure.startswith("t2.normative")]
    assert found == [
        ("I802", "t2.normative.made"),
        ("I803", "t2.normative.made"),
        ("I803", "t2.normative.repealed"),
        ("I803", "t2.normative.in_force"),
    ]
