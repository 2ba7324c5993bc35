"""A statutory table that has lost its cells: labels and digits in a run of text → evidence.

Every label of the form is looked for in the text, in the form's order; what stands between a row's label and the next
label is the row's run of figures. Which digits make which figure is not decided here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.layouts.form import LineKind
from govdoc.readers.cut import EMPTY, tokens_of
from govdoc.readers.evidence import FoundRun
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Location
    from govdoc.layouts.form import Form, Label, Line

_MOST_PLACES = 400  # at which one label is looked for; a report says its labels a few times


@dataclass(frozen=True, slots=True)
class _Place:
    """A label found in the text: which line of the form it belongs to, and the characters it takes."""

    line: int
    leaf: bool
    start: int
    end: int


def flat_rows(text: str, form: Form, where: Location) -> list[FoundRun]:
    """Return what stands in place of the figures of each row of a form that is found in a text."""
    bare, origin = _bare(text)
    chain = _chain(list(_places(bare, form)))
    lines = form.lines
    runs = []
    for number, place in enumerate(chain):
        if lines[place.line].kind is LineKind.DATA and place.leaf:
            end = chain[number + 1].start if number + 1 < len(chain) else len(bare)
            runs.append(_run(lines[place.line], text, origin, (place.end, end), where))
    unlabelled = [line for line in lines if line.kind is LineKind.DATA and not line.labels]
    if unlabelled and chain:
        runs.append(_run(unlabelled[0], text, origin, (chain[-1].end, len(bare)), where))
    return runs


def _run(line: Line, text: str, origin: list[int], bounds: tuple[int, int], where: Location) -> FoundRun:
    start, end = bounds
    first = origin[start - 1] + 1
    last = origin[end] if end < len(origin) else len(text)
    between = text[first:last]
    keys = tuple(slot.figure.key for slot in line.slots)
    return FoundRun(keys, between.strip(), _fitted(tokens_of(_until_words(between)), len(keys)), where)


def _fitted(tokens: tuple[str, ...] | None, cells: int) -> tuple[str, ...] | None:
    """Return the tokens of a run without the empty cells at its end that are more than the row has."""
    if tokens is None or any(token != EMPTY for token in tokens[cells:]):
        return tokens
    return tokens[:cells]


def _until_words(text: str) -> str:
    """Return a run up to the first line that holds no digit but words: a remark below the table."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip() and tokens_of(line) is None and lines:
            break
        lines.append(line)
    return "\n".join(lines)


def _bare(text: str) -> tuple[str, list[int]]:
    """Return a text as labels are compared, and for each of its characters the place it came from."""
    characters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for plain in normal_label(character):
            characters.append(plain)
            origin.append(place)
    return "".join(characters), origin


def _places(bare: str, form: Form) -> Iterator[list[_Place]]:
    """Yield for every label of the form, in its order, the places at which it stands in the text."""
    seen: dict[str, list[int]] = {}
    for number, line in enumerate(form.lines):
        for label in line.labels:
            wanted = normal_label(label.text)
            if wanted not in seen:
                seen[wanted] = list(_occurrences(bare, wanted))
            if seen[wanted]:
                leaf = _names_row(label)
                yield [_Place(number, leaf, start, start + len(wanted)) for start in seen[wanted]]


def _names_row(label: Label) -> bool:
    return label.kind is LineKind.DATA and label.leaf


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    count = 0
    while start >= 0 and count < _MOST_PLACES:
        yield start
        count += 1
        start = text.find(wanted, start + 1)


def _chain(groups: list[list[_Place]]) -> list[_Place]:
    """Return the chain of labels that follow one another in the text as they do in the form, each taken once.

    Of several, the one that covers most of the text.
    """
    places = [place for group in groups for place in group]
    ends = sorted({place.end for place in places})
    tree: list[tuple[int, int]] = [(0, -1)] * (len(ends) + 1)  # a Fenwick tree: the best chain ending up to somewhere
    before: list[int] = []
    for group in groups:
        first = len(before)
        found = [_best(tree, bisect_left(ends, place.start + 1)) for place in group]
        before += [previous for _, previous in found]
        for offset, (place, (weight, _)) in enumerate(zip(group, found, strict=True)):
            _raise(tree, bisect_left(ends, place.end) + 1, (weight + place.end - place.start, first + offset))
    _, last = _best(tree, len(ends))
    chain: list[_Place] = []
    while last >= 0:
        chain.append(places[last])
        last = before[last]
    return chain[::-1]


def _best(tree: list[tuple[int, int]], count: int) -> tuple[int, int]:
    found = (0, -1)
    while count > 0:
        found = max(found, tree[count])
        count -= count & -count
    return found


def _raise(tree: list[tuple[int, int]], place: int, value: tuple[int, int]) -> None:
    while place < len(tree):
        tree[place] = max(tree[place], value)
        place += place & -place
