"""A thousand documents edited at random: a refresh loses nothing, and says of each figure what became of it."""

from __future__ import annotations

import random
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action, new_value, refresh
from tests.roundtrip.sessions import BODY, W, original, report, untouched, with_figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

SESSIONS, CHUNKS = 1000, 10
_ = f"{{{W}}}"
WORDS = ["新增", "66", "1", "。", "A&B<", "件", "　", "{{三.本年新收.总计}}", "０", "共六十六件", "😀"]


@cache
def package() -> Package:
    return Package.of(original(), Path("年报.docx"))


def pick(dice: random.Random, root: _Element, name: str) -> _Element:
    return dice.choice(list(root.iter(_ + name)))


def make(name: str, **attributes: str) -> _Element:
    return etree.Element(_ + name, {_ + key: value for key, value in attributes.items()})


def type_in(dice: random.Random, root: _Element) -> None:
    text = pick(dice, root, "t")
    old = text.text or ""
    at = dice.randrange(len(old) + 1)
    text.text = old[:at] + dice.choice(WORDS) + old[at:]


def cut_out(dice: random.Random, root: _Element) -> None:
    text = pick(dice, root, "t")
    old = text.text or ""
    start, end = sorted((dice.randrange(len(old) + 1), dice.randrange(len(old) + 1)))
    text.text = old[:start] + old[end:]


def split_run(dice: random.Random, root: _Element) -> None:
    run = pick(dice, root, "r")
    text = run.find(f"{_}t")
    if text is not None and text.text:
        at = dice.randrange(len(text.text))
        twin = deepcopy(run)
        twin[-1].text, text.text = text.text[at:], text.text[:at]
        run.addnext(twin)


def track(dice: random.Random, root: _Element) -> None:
    run = pick(dice, root, "r")
    parent = run.getparent()
    if parent is None or parent.tag != f"{_}p":
        return
    kind = dice.choice(["ins", "del"])
    around = make(kind, id="77", author="张三")
    run.addprevious(around)
    around.append(run)
    for text in run.iter(f"{_}t"):
        text.tag = f"{_}delText" if kind == "del" else text.tag


def embolden(dice: random.Random, root: _Element) -> None:
    run = pick(dice, root, "r")
    properties = make("rPr")
    properties.append(make("b"))
    if run.find(f"{_}rPr") is None:
        run.insert(0, properties)


def remove(name: str) -> Callable[[random.Random, _Element], None]:
    def edit(dice: random.Random, root: _Element) -> None:
        element = pick(dice, root, name)
        parent = element.getparent()
        alone = parent is not None and parent.tag == f"{_}tc" and len(parent.findall(f"{_}p")) == 1
        if parent is not None and not alone:
            parent.remove(element)

    return edit


def copy_paragraph(dice: random.Random, root: _Element) -> None:
    paragraph = pick(dice, root, "p")
    twin = deepcopy(paragraph)
    if dice.random() < 0.5:
        for mark in [*twin.iter(f"{_}bookmarkStart", f"{_}bookmarkEnd")]:
            parent = mark.getparent()
            if parent is not None:
                parent.remove(mark)
    pick(dice, root, "p").addnext(twin)


def move(name: str) -> Callable[[random.Random, _Element], None]:
    def edit(dice: random.Random, root: _Element) -> None:
        one, other = pick(dice, root, name), pick(dice, root, name)
        same = one is not other and one not in other.iterancestors() and other not in one.iterancestors()
        parent = one.getparent()
        alone = parent is not None and len(parent.findall(_ + name)) == 1
        if same and not alone:
            other.addnext(one)

    return edit


def new_paragraph(dice: random.Random, root: _Element) -> None:
    paragraph, run, text = make("p"), make("r"), make("t")
    text.text = "".join(dice.choices(WORDS, k=4))
    run.append(text)
    paragraph.append(run)
    pick(dice, root, "p").addnext(paragraph)


def comment(dice: random.Random, root: _Element) -> None:
    run = pick(dice, root, "r")
    run.addprevious(make("commentRangeStart", id="5"))
    run.addnext(make("commentRangeEnd", id="5"))


EDITS = [
    *(type_in, type_in, type_in, cut_out, cut_out, split_run, split_run, track, embolden, comment),
    *(copy_paragraph, new_paragraph, remove("p"), remove("r"), remove("tr"), remove("bookmarkStart")),
    *(remove("bookmarkEnd"), move("p"), move("tr"), move("bookmarkStart"), move("bookmarkEnd"), move("r")),
]


def edited(dice: random.Random) -> Package:
    root = etree.fromstring(package().parts[BODY])
    for _number in range(dice.randint(1, 20)):
        marks = root.find(f".//{_}bookmarkStart") is not None and root.find(f".//{_}bookmarkEnd") is not None
        edit = dice.choice(EDITS if marks else EDITS[:13])
        edit(dice, root)
    return package().with_parts({BODY: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)})


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_edits_lose_nothing(chunk: int) -> None:
    keys = list(report().layout.figures)
    for seed in range(chunk * SESSIONS // CHUNKS, (chunk + 1) * SESSIONS // CHUNKS):
        dice = random.Random(seed)  # noqa: S311 - the same edits in every run
        document = edited(dice)
        changed = dice.sample(keys, dice.choice([1, 20, 200]))
        news = with_figures({key: dice.randrange(100, 99999) for key in changed})
        result = refresh(document, news)
        untouched(document, result)
        base = document.base
        assert base is not None
        told = {change.spot.key for change in result.changes}
        stale = {key for key in changed if base.figures[key] != news.figures[key].shown}
        stale |= {one.name for one in base.places if one.value != news.shown(one.reference)}
        assert stale <= told, seed
        assert all(new_value(change.spot, news) == change.new for change in result.changes), seed
        if seed % 10 == 0:
            again = refresh(result.package, news)
            assert not again.changed, seed
            assert not any(change.action is Action.WRITTEN for change in again.changes), seed
