"""Random reports: figures that keep every sum, or none; texts of every kind that people type."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from govdoc.layouts.schema import load_layout
from govdoc.report import Entry, Figure, Report
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govdoc.layouts.parts import FigureSpec
    from govdoc.layouts.schema import Layout
    from govdoc.values import Value


def figures_that_add_up(layout: Layout, choose: Callable[[int], int]) -> dict[str, Value]:
    """Return figures for which every statutory sum holds, the free ones chosen by their place in the layout."""
    figures: dict[str, Value] = {}
    for place, (key, spec) in enumerate(layout.figures.items()):
        value = choose(place)
        figures[key] = Decimal(value) if spec.kind in ("amount", "money") else value
    for _ in range(2):  # a total of totals comes right in the second round
        for equation in layout.equations:
            *others, last = equation.equals
            total = sum(figures[key] for key in equation.parts) - sum(figures[key] for key in others)
            figures[last] = total
            if total < 0:  # more was settled than came in: more came in
                figures[equation.parts[0]] += -total
                figures[last] = 0
    for _ in range(2):
        for key, equation in layout.totals.items():
            figures[key] = sum(figures[part] for part in equation.parts)
    return figures


def holds(layout: Layout, figures: Mapping[str, Value]) -> bool:
    """Return whether every statutory sum holds."""
    return all(
        sum(figures[key] for key in one.parts) == sum(figures[key] for key in one.equals) for one in layout.equations
    )


# ---------------------------------------------------------------- reports

_CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_TYPED = st.one_of(_CHINESE, st.sampled_from("，。；：、“”（）《》0123456789abcXYZ<>&\"'%#*/\\{}[]=+-_@~ 　①②〔〕—…·"))
_LINE = st.text(_TYPED, max_size=60)
_ORGANS = st.text(_CHINESE, min_size=2, max_size=16).map(lambda name: f"{name}局")
_HEADINGS = st.one_of(
    st.just(""),
    st.builds(
        lambda number, text: f"（{number}）{text}",
        st.sampled_from("一二三四五"),
        st.text(_CHINESE, min_size=1, max_size=20),
    ),
    st.text(_CHINESE, min_size=1, max_size=20),
)
_ENTRIES = st.lists(st.builds(Entry, _HEADINGS, st.lists(_LINE, max_size=4).map("\n".join)), max_size=4).map(tuple)


def _figure(spec: FigureSpec, dice: Random) -> Figure:
    if spec.kind == "count":
        value = dice.choice([0, 0, dice.randrange(30), dice.randrange(10**9)])
        return Figure(value, str(value))
    if spec.kind == "change":
        change = dice.choice([0, dice.randrange(-1000, 1000)])
        return Figure(change, dice.choice([str(change), f"{change:+}" if change else "0"]))
    amount = Decimal(dice.choice([0, dice.randrange(10**10)])).scaleb(-dice.randrange(5)).normalize() + 0
    if amount and spec.kind == "money":
        return Figure(amount, f"{show_number(amount)}{spec.unit}")
    return Figure(amount, show_number(amount))


class Drawn:
    """A report drawn at random; its name is short, as a failing example is printed."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        return f"Drawn({self.report.narratives})"[:2000]


@st.composite
def reports(draw: st.DrawFn, edition: str) -> Drawn:
    """Draw a report of an edition, its figures at random: whether they add up is not the question."""
    layout = load_layout(edition)
    dice = Random(draw(st.integers(0, 2**32)))  # noqa: S311 - no secret hangs on it
    year = dice.randrange(layout.first_year, (layout.last_year or 2040) + 1)
    info = {"agency": draw(_ORGANS), "year": str(year)}
    if draw(st.booleans()):
        info["published"] = f"{year + 1}-0{dice.randrange(1, 4)}-{dice.randrange(10, 29)}"
    if draw(st.booleans()):
        info["origin"] = draw(_ORGANS)
    if draw(st.booleans()) and "published" in info:
        info["signature"] = "是"
    figures = {key: _figure(spec, dice) for key, spec in layout.figures.items()}
    narratives = {section.key: draw(_ENTRIES) for section in layout.sections if section.table is None}
    for section in layout.sections:
        if section.introduction is not None and draw(st.booleans()):
            text = draw(st.lists(_LINE, min_size=1, max_size=3).map("\n".join))
            narratives[section.key] = (Entry(section.introduction, text), *narratives[section.key])
    return Drawn(Report(layout, info, figures, narratives))
