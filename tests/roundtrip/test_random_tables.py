"""Reports whose tables are edited at random: no cell is ever taken for that of another figure.

All figures differ, so that it is seen whose cell was taken: among many zeros a refresh would write into it.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from govdoc.pipeline import render
from govdoc.report import Figure
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action, refresh
from tests.helpers import dice_of, distinct, distinct_figures, report_of
from tests.roundtrip.sessions import BODY, W, untouched

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from lxml.etree import _Element

    from govdoc.report import Report

SESSIONS, CHUNKS = 120, 4
_ = f"{{{W}}}"


@cache
def report() -> Report:
    return report_of(distinct())


@cache
def package() -> Package:
    return Package.of(render(report()), Path("年报.docx"))


def pick(dice: random.Random, root: _Element, name: str) -> _Element:
    return dice.choice(list(root.iter(_ + name)))


def make(name: str, **attributes: str) -> _Element:
    return etree.Element(_ + name, {_ + key: value for key, value in attributes.items()})


def properties(element: _Element, name: str) -> _Element:
    found = element.find(_ + name)
    if found is None:
        found = make(name)
        element.insert(0, found)
    return found


def into_control(name: str) -> Callable[[random.Random, _Element], None]:
    def edit(dice: random.Random, root: _Element) -> None:
        element = pick(dice, root, name)
        control, content = make("sdt"), make("sdtContent")
        element.addprevious(control)
        control.append(content)
        content.append(element)

    return edit


def delete_first_cell(dice: random.Random, root: _Element) -> None:
    """Delete a row's first cell, so that the row begins further to the right."""
    row = pick(dice, root, "tr")
    cells, skipped = row.findall(f"{_}tc"), row.find(f"{_}trPr/{_}gridBefore")
    if len(cells) > 1 and skipped is None:
        span = cells[0].find(f"{_}tcPr/{_}gridSpan")
        row.remove(cells[0])
        width = "1" if span is None else span.get(f"{_}val", "1")
        properties(row, "trPr").insert(0, make("gridBefore", val=width))


def merge_right(dice: random.Random, root: _Element) -> None:
    cells = pick(dice, root, "tr").findall(f"{_}tc")
    if len(cells) > 1:
        at = dice.randrange(len(cells) - 1)
        one, other = cells[at : at + 2]
        if one.getnext() is not other:
            return  # a cell in a control stands between them
        spans = [cell.find(f"{_}tcPr/{_}gridSpan") for cell in (one, other)]
        width = sum(1 if span is None else int(span.get(f"{_}val", "1")) for span in spans)
        one.extend(other.findall(f"{_}p"))
        for old in one.findall(f"{_}tcPr/{_}gridSpan"):
            properties(one, "tcPr").remove(old)
        properties(one, "tcPr").append(make("gridSpan", val=str(width)))
        row = other.getparent()
        assert row is not None
        row.remove(other)


def add_column(dice: random.Random, root: _Element) -> None:
    at = dice.choice([0, -1])
    for row in pick(dice, root, "tbl").iter(f"{_}tr"):
        cells = row.findall(f"{_}tc")
        if cells:
            twin = deepcopy(cells[at])
            for span in twin.findall(f"{_}tcPr/{_}gridSpan"):
                properties(twin, "tcPr").remove(span)
            for text in twin.iter(f"{_}t"):
                text.text = dice.choice(["", "7", "备注"])
            cells[at].addprevious(twin)


def add_row(dice: random.Random, root: _Element) -> None:
    row = pick(dice, root, "tr")
    twin = deepcopy(row)
    for text in twin.iter(f"{_}t"):
        text.text = dice.choice(["", "7", "其他"])
    if dice.random() < 0.5:
        properties(twin, "trPr").append(make("ins", id="7", author="张三"))
    row.addnext(twin)


def repeat_heads(dice: random.Random, root: _Element) -> None:
    rows = pick(dice, root, "tbl").findall(f"{_}tr")
    if len(rows) > 3:
        dice.choice(rows[3:]).addnext(deepcopy(rows[0]))


def cut_table(dice: random.Random, root: _Element) -> None:
    table = pick(dice, root, "tbl")
    rows = table.findall(f"{_}tr")
    if len(rows) > 3:
        rest = make("tbl")
        rest.extend(deepcopy(one) for one in table if one.tag in (f"{_}tblPr", f"{_}tblGrid"))
        rest.extend(rows[dice.randrange(2, len(rows) - 1) :])
        table.addnext(rest)
        table.addnext(make("p"))


def move_row(dice: random.Random, root: _Element) -> None:
    one, other = pick(dice, root, "tr"), pick(dice, root, "tr")
    if one is not other:
        other.addnext(one)


def relabel(dice: random.Random, root: _Element) -> None:
    texts = [text for text in root.iter(f"{_}t") if text.text and not text.text.isdigit()]
    text = dice.choice(texts)
    text.text = dice.choice(["", "其他", f"{text.text}（件）", str(text.text)[:2]])


def note_beside(dice: random.Random, root: _Element) -> None:
    """Put a box of text into a cell."""
    box, paragraph, run, text = make("txbxContent"), make("p"), make("r"), make("t")
    text.text = "99"
    run.append(text)
    paragraph.append(run)
    box.append(paragraph)
    outer = make("r")
    outer.append(box)
    pick(dice, root, "tc")[-1].append(outer)


EDITS: list[Callable[[random.Random, _Element], None]] = [
    *(into_control("tr"), into_control("tc"), into_control("p"), delete_first_cell, merge_right),
    *(add_column, add_row, repeat_heads, cut_table, move_row, relabel, note_beside),
]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_cell_is_taken_for_that_of_another_figure(chunk: int) -> None:
    news = report().with_figures(
        {key: Figure(number, str(number)) for number, key in enumerate(report().layout.figures, start=900_000)}
    )
    stood = {key: str(number) for key, number in distinct_figures().items()}
    for seed in range(chunk * SESSIONS // CHUNKS, (chunk + 1) * SESSIONS // CHUNKS):
        dice = dice_of(seed)
        root = etree.fromstring(package().parts[BODY])
        for _number in range(dice.randint(1, 6)):
            dice.choice(EDITS)(dice, root)
        document = package().with_parts({BODY: etree.tostring(root, xml_declaration=True, encoding="UTF-8")})
        result = refresh(document, news)
        untouched(document, result)
        done = {change.spot.key: change for change in result.changes if not change.spot.reference}
        assert set(done) == set(stood), seed  # each is written or told
        others = set(stood.values())
        for key, change in done.items():
            assert change.spot.text not in others - {stood[key]}, (seed, key)
            assert change.action is not Action.WRITTEN or change.spot.text == stood[key], (seed, key)
            assert change.new == news.figures[key].shown
        assert not refresh(result.package, news).changed, seed
