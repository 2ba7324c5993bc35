"""An edit session: the sample's report, edited in its XML as people's programs do, and new figures for it."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.pipeline import read, render
from govdoc.report import Figure, Report
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action, Refreshed, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_inputs" / "chaoyang-2021.xlsx"
BODY = "word/document.xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

RECEIVED, CARRIED, RESULTS = "t3.received.total", "t3.carried_forward.total", "t3.results_total.total"
SENTENCE = "全年新收政府信息公开申请"  # begins the paragraph with the marks 1 to 3: 66, 65 and 1
MARK = "_g1_t3_received_total"

Edit = "Callable[[str], str]"


@cache
def report() -> Report:
    return read(SAMPLE).report


@cache
def original() -> bytes:
    return render(report())


def with_figures(figures: Mapping[str, int]) -> Report:
    """Return the sample's report with other figures."""
    return report().with_figures({key: Figure(value, str(value)) for key, value in figures.items()})


def document(data: bytes, part: str = BODY) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part).decode("utf-8")


def with_part(data: bytes, text: str, part: str = BODY) -> bytes:
    """Return a package with one part replaced."""
    package = Package.of(data, Path("年报.docx"))
    return package.with_parts({part: text.encode("utf-8")}).pack()


def edited(*edits: Callable[[str], str]) -> bytes:
    """Return the sample's report with edits made in its body."""
    text = document(original())
    for edit in edits:
        text = edit(text)
    return with_part(original(), text)


def refreshed(data: bytes, new: Report) -> Refreshed:
    return refresh(Package.of(data, Path("年报.docx")), new)


def body(result: Refreshed) -> str:
    return result.package.parts[BODY].decode("utf-8")


def told(result: Refreshed) -> list[tuple[str, str, str, str]]:
    """Return what a refresh did, but for what it wrote: figure, what stands in the document, new value, action."""
    return [
        (change.spot.label, change.spot.text, change.new, change.action.value)
        for change in result.changes
        if change.action is not Action.WRITTEN
    ]


def written(result: Refreshed) -> list[tuple[str, str]]:
    """Return what a refresh wrote: figure and new value."""
    return [(change.spot.label, change.new) for change in result.changes if change.action is Action.WRITTEN]


# ---------------------------------------------------------------- edits


def swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    """Replace what stands in the XML so many times and no more."""

    def edit(text: str) -> str:
        assert text.count(old) == count, (old, text.count(old))
        return text.replace(old, new)

    return edit


LOOK = '<w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/></w:rPr>'  # what a run of narrative says beside its style


def run(text: str, properties: str = LOOK) -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def marked(value: str, number: int = 1) -> str:
    """Return a mark of the sentence as it is generated, with a value in it."""
    names = ["received_total", "results_total_total", "carried_forward_total"]
    start = f'<w:bookmarkStart w:id="{8999 + number}" w:name="_g{number}_t3_{names[number - 1]}"/>'
    return f'{start}{run(value)}<w:bookmarkEnd w:id="{8999 + number}"/>'


def paragraph_with(words: str) -> Callable[[str], str]:
    """Return what finds the XML of the paragraph that holds some words."""

    def find(text: str) -> str:
        return next(match[0] for match in re.finditer(r"<w:p>.*?</w:p>", text) if words in match[0])

    return find


def in_paragraph(words: str, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Edit the paragraph that holds some words."""

    def whole(text: str) -> str:
        old = paragraph_with(words)(text)
        return text.replace(old, edit(old))

    return whole


def cell_of(table: int, row: int, cell: int) -> Callable[[str], tuple[int, int]]:
    """Return what finds where a cell stands in the XML: counted by elements, not by columns."""

    def find(text: str) -> tuple[int, int]:
        at = [match.start() for match in re.finditer("<w:tbl>", text)][table]
        at = [match.start() for match in re.finditer("<w:tr>", text[at:])][row] + at
        start = [match.start() for match in re.finditer("<w:tc>", text[at:])][cell] + at
        return start, text.index("</w:tc>", start) + len("</w:tc>")

    return find


def in_cell(table: int, row: int, cell: int, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Edit a table's cell."""

    def whole(text: str) -> str:
        start, end = cell_of(table, row, cell)(text)
        return text[:start] + edit(text[start:end]) + text[end:]

    return whole


TOTAL = (1, 3, 7)  # the cell of 三.本年新收.总计: its row's label takes one cell


def total_cell(edit: Callable[[str], str]) -> Callable[[str], str]:
    return in_cell(*TOTAL, edit)


# ---------------------------------------------------------------- what a refresh may touch


def untouched(before: Package, result: Refreshed) -> None:
    """Hold that a refresh changed the texts that it says, and no byte besides."""
    after = result.package
    assert list(before.parts) == list(after.parts)
    may = {BODY, before.base_name}
    assert {name: part for name, part in before.parts.items() if name not in may} == {
        name: part for name, part in after.parts.items() if name not in may
    }
    old, new = pieces(before.parts[BODY]), pieces(after.parts[BODY])
    assert len(old) == len(new)
    changed = {number // 2 for number, (one, other) in enumerate(zip(old, new, strict=True)) if one != other}
    assert all(one == other for one, other in zip(old[::2], new[::2], strict=True))
    targets = {
        target.holder for change in result.changes if change.action is Action.WRITTEN for target in change.spot.targets
    }
    assert changed <= targets


def pieces(data: bytes) -> list[bytes]:
    """Return a body cut at its texts: what is around them (even places), the texts themselves (odd places)."""
    return re.split(rb"(<\w+:t(?: [^>]*)?/>|<\w+:t(?: [^>]*)?>[^<]*</\w+:t>)", data)
