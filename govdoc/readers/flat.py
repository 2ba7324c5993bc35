"""A statutory table that has lost its cells: labels and digits in a run of text → evidence.

Every label of the form is looked for in the text, in the form's order; what stands between a row's label and the next
label is the row's run of figures. Which digits make which figure is not decided here. A label that stands nowhere to
the letter is looked for among the words between its neighbours, and said.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from govdoc.layouts.form import LineKind
from govdoc.readers.cut import EMPTY, tokens_of
from govdoc.readers.evidence import FoundRun
from govdoc.readers.loose import bare_label
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Location
    from govdoc.layouts.form import Form, Label, Line

_MOST_PLACES = 400  # at which one label is looked for; a report says its labels a few times
_WORDS = re.compile(r"[^0-9/\\_*—–-]+")  # between figures and what stands for none
_MOST_WORDS, _LONGEST_WORDS = 100, 80  # of them between two labels
_LIKE, _SOMEWHAT_LIKE = 0.8, 0.5  # a label that was changed; one that has the right number besides
_NUMBERED = re.compile(r"\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A label found in the text: which line of the form it belongs to, and the characters it takes."""

    line: int
    leaf: bool
    start: int
    end: int
    strange: bool = False


def flat_rows(text: str, form: Form, where: Location) -> list[FoundRun]:
    """Return what stands in place of the figures of each row of a form that is found in a text."""
    bare, origin = _bare(text)
    chain = _with_strange_labels(_chain(list(_places(bare, form))), bare, form)
    lines = form.lines
    runs = []
    for number, place in enumerate(chain):
        if lines[place.line].kind is LineKind.DATA and place.leaf:
            end = chain[number + 1].start if number + 1 < len(chain) else len(bare)
            run = _run(lines[place.line], text, origin, (place.end, end), where)
            runs.append(replace(run, label=bare[place.start : place.end]) if place.strange else run)
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


def _with_strange_labels(chain: list[_Place], bare: str, form: Form) -> list[_Place]:
    """Return the chain with the labels of the rows that stand in it under other words, between their neighbours'."""
    names = {
        number: normal_label(label.text)
        for number, line in enumerate(form.lines)
        for label in line.labels
        if line.kind is LineKind.DATA and _names_row(label)
    }
    for place in chain:
        if place.leaf:
            names.pop(place.line, None)
    if not chain or not names:
        return chain
    found: list[_Place] = []
    for here, after in pairwise([*chain, _Place(len(form.lines), leaf=False, start=len(bare), end=len(bare))]):
        missing = [number for number in names if here.line <= number <= after.line]
        if missing:
            words = [match.span() for match in _WORDS.finditer(bare, here.end, after.start)][:_MOST_WORDS]
            found += _strange_labels(missing, names, words, bare)
            names = {number: name for number, name in names.items() if number not in {one.line for one in found}}
    return sorted([*chain, *found], key=lambda place: place.start)


def _strange_labels(
    missing: list[int], names: dict[int, str], words: list[tuple[int, int]], bare: str
) -> Iterator[_Place]:
    """Yield the places at which words stand for the labels of some rows, in the order of both."""
    first = 0
    for number in missing:
        likeness = [_likeness(names[number], bare, span) for span in words[first:]]
        best = max(likeness, default=0.0)
        if best:
            start, end = words[first + likeness.index(best)]
            first += likeness.index(best) + 1
            yield _Place(number, leaf=True, start=_with_number(bare, start), end=end, strange=True)


def _with_number(bare: str, start: int) -> int:
    """Return where a label begins whose words begin somewhere: a digit and a stop before them are its number."""
    return start - 1 if bare[start] in ".、" and bare[start - 1 : start].isdigit() else start


def _likeness(name: str, bare: str, span: tuple[int, int]) -> float:
    """Return how much some words are like a label, 0 where they are another's."""
    text = bare[_with_number(bare, span[0]) : span[1]]
    if not len(name) // 2 <= len(text) <= _LONGEST_WORDS:
        return 0.0
    own, here = _NUMBERED.match(name), _NUMBERED.match(text)
    likeness = SequenceMatcher(None, bare_label(name), bare_label(text)).ratio()
    least = _SOMEWHAT_LIKE if own is not None and here is not None and own[0] == here[0] else _LIKE
    return likeness if likeness >= least else 0.0


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
