"""Where a report's figures stand in an edited document: those of the tables by label, those in the text by mark.

Nothing here compares with a workbook, and nothing writes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum
from typing import TYPE_CHECKING

from govdoc.files import DOCUMENT, over_limit
from govdoc.finding import Location
from govdoc.readers.bind_word import statutory_tables
from govdoc.readers.word import ASIDE, table_cells
from govdoc.readers.word_parts import BODY_PART
from govdoc.roundtrip.scan import Fate, Line, Target, Text, W, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from govdoc.layouts.form import Slot
    from govdoc.layouts.schema import Layout, Section
    from govdoc.report import Paragraph
    from govdoc.roundtrip.base import Base, Place
    from govdoc.roundtrip.package import Package

CONTEXT = 4  # characters on either side of a figure that must be as they were, where its mark is gone
_ALIKE = 0.5  # how alike two paragraphs must be for one to be an edited form of the other
_MOST_STEPS = 300_000  # in looking for figures whose marks are gone; one is a line that is gone through
_STEP, _COMPARING = 32, 4  # characters of a line for one step; steps in comparing a line with another
_MOST_PAIRS = 10_000_000  # of equal letters in texts that are compared
_CLEARLY = 0.05  # how much more alike than the next best
_MOST_MARKS = 2_000  # figures in running text; a report has some dozens
_LONGEST_QUOTE = 24  # characters of a paragraph that tell where a figure stands

# A digit typed right beside a figure makes it another number, though the figure itself is untouched.
_NUMERAL = "0-9０-９零〇一二三四五六七八九十百千万亿"
_GLUED_BEFORE = re.compile(f"[{_NUMERAL}][.,．，]?$")
_GLUED_AFTER = re.compile(f"^[.,．，]?[{_NUMERAL}]")


class State(Enum):
    """What became of a figure's place."""

    FOUND = "found"
    RECOVERED = "recovered"  # the mark is gone, the text around it is not
    TRACKED = "tracked"  # a tracked change in or beside it waits for a decision
    GLUED = "glued"  # something typed beside it makes it another number
    EMPTY = "empty"  # its text was deleted
    UNMARKED = "unmarked"  # the sentence is there in an edited form, the figure's place in it is not certain
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure's place in the document.

    ``key`` is a figure key or the name of a mark, ``label`` names it to people, ``where`` is the sheet's cell or the
    beginning of the paragraph. ``base`` is the value last agreed on, ``text`` what stands there now. ``doubled`` says
    that the mark stands elsewhere too; ``before`` and ``after`` are what stood around it when it was generated.
    """

    key: str
    label: str
    where: str
    base: str
    text: str
    state: State
    targets: tuple[Target, ...] = ()
    reference: str = ""
    line: int = -1
    start: int = -1
    doubled: bool = False
    before: str = ""
    after: str = ""

    @property
    def end(self) -> int:
        """Return where the figure ends in its line."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Places:
    """Every figure of a report, where it stands in a document. ``text`` is the document's."""

    text: Text
    tables: tuple[Spot, ...]
    marked: tuple[Spot, ...]

    @property
    def all(self) -> tuple[Spot, ...]:
        """Return all places, those of the tables first."""
        return self.tables + self.marked


def find_places(package: Package, base: Base, layout: Layout) -> Places:
    """Return where every figure that a report was generated with stands now.

    Raises :class:`govdoc.errors.InputError` where the document cannot be read in bytes.
    """
    text, marked = marked_places(package, base, layout)
    return Places(text, tuple(_in_tables(package, base, layout, text)), marked)


def marked_places(package: Package, base: Base, layout: Layout) -> tuple[Text, tuple[Spot, ...]]:
    """Return a document's text, and where the figures in running text stand."""
    text = scan(package.parts[BODY_PART], package.tree, package.path.name)
    names = {place.name for place in base.places}
    if max(len(base.places), sum(mark.name in names for line in text.lines for mark in line.marks)) > _MOST_MARKS:
        raise over_limit(package.path, f"里有超过 {_MOST_MARKS} 处记着数据的书签", DOCUMENT)
    return text, tuple(_in_text(base, layout, text))


# ---------------------------------------------------------------- tables


def _in_tables(package: Package, base: Base, layout: Layout, text: Text) -> Iterator[Spot]:
    for section, slot, at, cell in _table_slots(package, layout):
        where = str(Location("", section.sheet, *at)) if at is not None else section.heading
        value = base.figures.get(slot.figure.key, "")
        spot = Spot(slot.figure.key, slot.figure.address, where, value, "", State.GONE)
        yield spot if cell is None else _in_cell(spot, cell, text)


def _table_slots(
    package: Package, layout: Layout
) -> Iterator[tuple[Section, Slot, tuple[int, int] | None, _Element | None]]:
    """Yield every place for a number, with its cell's row and column and the cell itself, as far as they are found."""
    document = package.document
    tables = statutory_tables(document, layout)
    for section in layout.sections:
        if section.table is None:
            continue
        place, placement = tables.get(section.table, (-1, None))
        cells = table_cells(document.elements[place][0]) if placement is not None else {}
        for slot in layout.table[section.table].form.slots:
            at = None if placement is None else placement.at(slot.row, slot.column)
            yield section, slot, at, None if at is None else cells.get(at)


def figure_cells(package: Package, layout: Layout) -> dict[str, _Element]:
    """Return the cells that hold the figures of the tables, by figure key."""
    return {slot.figure.key: cell for _, slot, _, cell in _table_slots(package, layout) if cell is not None}


def _in_cell(spot: Spot, cell: _Element, text: Text) -> Spot:
    """Return a figure's place in a cell; spaces around the figure are none of ours."""
    lines = [text.line_of(paragraph) for paragraph in cell.iter(f"{W}p") if _own_cell(paragraph) is cell]
    whole = "\n".join(line.text for line in lines)
    shown = whole.strip()
    if any(atom.fate is not Fate.STAYS for line in lines for atom in line.atoms) or _tracked(cell):
        return replace(spot, text=shown, state=State.TRACKED)
    line = next((line for line in lines if line.text.strip()), None)
    if line is None:
        empty = tuple(Target(atom.holder, 0, 0) for line in lines for atom in line.atoms if atom.holder is not None)
        return replace(spot, state=State.FOUND if not spot.base else State.EMPTY, targets=empty)
    start = len(line.text) - len(line.text.lstrip())
    targets = text.targets(line, start, start + len(line.text.strip()))
    one = shown == line.text.strip() and targets is not None
    return replace(spot, text=shown, state=State.FOUND, targets=(targets or ()) if one else ())


def _cell_of(paragraph: _Element) -> _Element | None:
    return next(paragraph.iterancestors(f"{W}tc"), None)


def _own_cell(paragraph: _Element) -> _Element | None:
    """Return the cell whose text a paragraph is part of; one in a text box is part of none."""
    aside = next(paragraph.iterancestors(*ASIDE), None)
    return None if aside is not None else _cell_of(paragraph)


def _tracked(cell: _Element) -> bool:
    """Return whether a tracked change puts in or takes out a cell, or its row."""
    row = next(cell.iterancestors(f"{W}tr"), None)
    return any(cell.find(f"{W}tcPr/{W}{name}") is not None for name in ("cellIns", "cellDel", "cellMerge")) or (
        row is not None and any(row.find(f"{W}trPr/{W}{name}") is not None for name in ("ins", "del"))
    )


# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a place stood when the report was generated: its paragraph, and where in it."""

    text: str
    start: int
    end: int


def _in_text(base: Base, layout: Layout, text: Text) -> Iterator[Spot]:
    origins = _origins([*base.lines(layout), *base.own_lines(layout)])
    found: dict[str, list[Spot]] = {}
    names = {place.name: (place, origin) for place, origin in zip(base.places, origins, strict=False)}
    for number, line in enumerate(text.lines):
        for mark in line.marks:
            if mark.name in names:
                spot = _marked(*names[mark.name], text, number, mark.start, mark.end)
                found.setdefault(mark.name, []).append(spot)
    taken = [spot for spots in found.values() for spot in spots if spot.text]
    search = _Search(text, taken)
    for place, origin in names.values():
        spots = found.get(place.name, [])
        alive = [spot for spot in spots if spot.state is not State.EMPTY]
        if not alive:
            alive = [_recovered(place, origin, search, emptied=bool(spots))]
        before, after = origin.text[max(0, origin.start - CONTEXT) : origin.start], origin.text[origin.end :][:CONTEXT]
        yield from (replace(spot, doubled=len(spots) > 1, before=before, after=after) for spot in alive)


def _origins(lines: Sequence[Paragraph]) -> list[_Origin]:
    origins = []
    for line in lines:
        at = 0
        for piece in line.pieces:
            if piece.reference:
                origins.append(_Origin(line.text, at, at + len(piece.text)))
            at += len(piece.text)
    return origins


def _spot(place: Place, line: Line, number: int) -> Spot:
    quote = line.text if len(line.text) <= _LONGEST_QUOTE else f"{line.text[:_LONGEST_QUOTE]}…"
    return Spot(place.name, place.reference, f"“{quote}”", place.value, "", State.GONE, (), place.reference, number)


def _marked(place: Place, origin: _Origin, text: Text, number: int, first: int, end: int) -> Spot:
    """Return a place whose mark stands in a line."""
    line = text.lines[number]
    start, stop = line.offsets[first], line.offsets[end]
    start, stop = _figure_in(line.text, start, stop, place.value)
    spot = replace(_spot(place, line, number), text=line.text[start:stop], start=start)
    if any(atom.fate is not Fate.STAYS for atom in line.atoms[max(first - 1, 0) : end + 1]):
        return replace(spot, state=State.TRACKED)
    if not spot.text and place.value:
        return replace(spot, state=State.EMPTY)
    targets = text.targets(line, start, stop)
    if not spot.text:
        holders = [atom.holder for atom in line.atoms[first:end] if atom.holder is not None]
        targets = tuple(Target(holder, 0, 0) for holder in holders)
    glued = _glued(line.text, start, stop, origin)
    return replace(spot, state=State.GLUED if glued else State.FOUND, targets=targets or ())


def _figure_in(text: str, start: int, end: int, value: str) -> tuple[int, int]:
    """Return where the figure itself stands in a mark that was pulled over words beside it, if it is the only one."""
    before, found, after = text[start:end].partition(value) if value else ("", "", "")
    if not found or re.search(f"[{_NUMERAL}]", before + after):
        return start, end
    return start + len(before), start + len(before) + len(value)


def _glued(text: str, start: int, end: int, origin: _Origin) -> bool:
    """Return whether what was typed beside a figure makes it part of a longer number."""
    before, after = text[:start], text[end:]
    old_before, old_after = origin.text[: origin.start], origin.text[origin.end :]
    return (_GLUED_BEFORE.search(before) is not None and before[-2:] != old_before[-2:]) or (
        _GLUED_AFTER.search(after) is not None and after[:2] != old_after[:2]
    )


class _Search:
    """A document in which figures are looked for whose marks are gone, and how much work that may still be.

    The work grows with the figures and the text: a file that was made for it would keep the search busy for hours.
    What is not looked for any more is left to people, as what is not found.
    """

    def __init__(self, text: Text, taken: Sequence[Spot]) -> None:
        self.text = text
        self.taken = taken
        self.size = sum(1 + len(line.text) // _STEP for line in text.lines)
        self.steps, self.pairs = _MOST_STEPS, _MOST_PAIRS
        self._alike: dict[str, int | None] = {}

    def may_go_on(self, times: int = 1) -> bool:
        """Return whether the whole text may be gone through once more, or several times."""
        self.steps -= times * self.size
        return self.steps >= 0

    def may_match(self, one: str, other: str) -> bool:
        """Return whether two texts may be compared letter by letter; long rows of one letter pair endlessly."""
        letters = Counter(other)
        self.pairs -= sum(letters[letter] for letter in one)
        return self.pairs >= 0

    def alike(self, wanted: str) -> int | None:
        """Return the line that is an edited form of a paragraph, which may hold many figures."""
        if wanted not in self._alike:
            self._alike[wanted] = _alike(wanted, self) if self.may_go_on(_COMPARING) else None
        return self._alike[wanted]


def _recovered(place: Place, origin: _Origin, search: _Search, *, emptied: bool) -> Spot:
    """Return a place whose mark is gone, or is empty: found by the text around it, or not at all."""
    text, taken = search.text, search.taken
    goes_on = search.may_go_on()
    number, start = _by_context(place, origin, text, taken) if goes_on else (None, None)
    if number is None:
        number = search.alike(origin.text)
    state = State.EMPTY if emptied else State.UNMARKED if goes_on and _left(place, origin, text, number) else State.GONE
    if number is None:
        quote = origin.text[max(0, origin.start - 2 * CONTEXT) : origin.end + 2 * CONTEXT]
        return Spot(place.name, place.reference, f"“{quote}”", place.value, "", state, (), place.reference)
    line = text.lines[number]
    spot = replace(_spot(place, line, number), state=state)
    if start is None and search.may_match(origin.text, line.text):
        start = _same_place(origin, line.text)
    if start is None or not place.value:
        return spot
    end = start + len(place.value)
    targets = text.targets(line, start, end)
    other = any(one.line == number and one.start < end and start < one.end for one in taken)
    if other or targets is None or _glued(line.text, start, end, origin):
        return spot
    tracked = any(
        atom.fate is not Fate.STAYS and offset <= end and start <= offset + len(atom.text)
        for atom, offset in zip(line.atoms, line.offsets, strict=False)
    )
    state = State.TRACKED if tracked else State.RECOVERED
    return replace(spot, state=state, text=place.value, start=start, targets=targets)


def _by_context(place: Place, origin: _Origin, text: Text, taken: Sequence[Spot]) -> tuple[int | None, int | None]:
    """Return where a figure stands with all that was near it, if that is so in one place of the document only."""
    before, after = origin.text[: origin.start][-CONTEXT:], origin.text[origin.end :][:CONTEXT]
    if not place.value or len(before) < CONTEXT or len(after) < CONTEXT:
        return None, None
    marked = {(spot.line, spot.start) for spot in taken}
    found = [
        (number, match.end())
        for number, line in enumerate(text.lines)
        for match in re.finditer(f"{re.escape(before)}(?={re.escape(place.value + after)})", line.text)
        if (number, match.end()) not in marked
    ]
    return found[0] if len(found) == 1 else (None, None)


def _left(place: Place, origin: _Origin, text: Text, number: int | None) -> bool:
    """Return whether the figure, or another in its place, seems to be there still, without a mark.

    It is if half of what was around it stands beside it anywhere, or beside any number in its own paragraph.
    """
    before, after = origin.text[: origin.start][-CONTEXT:], origin.text[origin.end :][:CONTEXT]
    halves = [half for half in (before + place.value, place.value + after) if len(half) == CONTEXT + len(place.value)]
    if place.value and any(half in line.text for line in text.lines for half in halves):
        return True
    shape = [
        *([f"{re.escape(before)}[{_NUMERAL}]"] if before else []),
        *([f"[{_NUMERAL}]{re.escape(after)}"] if after else []),
    ]
    return number is not None and bool(shape) and re.search("|".join(shape), text.lines[number].text) is not None


def _alike(wanted: str, search: _Search) -> int | None:
    """Return the line that is an edited form of a paragraph; None where none is, or several are just as near."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(wanted)
    best: list[tuple[float, int]] = []
    for number, line in enumerate(search.text.lines):
        if not line.text or not line.atoms or _cell_of(line.element) is not None:
            continue
        matcher.set_seq1(line.text)
        floor = max(_ALIKE, best[0][0] - _CLEARLY if best else 0.0)
        if matcher.real_quick_ratio() >= floor and matcher.quick_ratio() >= floor:
            if line.text == wanted:
                ratio = 1.0
            elif search.may_match(line.text, wanted):
                ratio = matcher.ratio()
            else:
                continue
            if ratio >= floor:
                best = sorted([*best, (ratio, number)], key=lambda one: -one[0])
    if not best or (len(best) > 1 and best[0][0] - best[1][0] < _CLEARLY):
        return None
    return best[0][1]


def _same_place(origin: _Origin, text: str) -> int | None:
    """Return where a figure stands in an edited form of its paragraph, if it and what is around it stayed."""
    first, last = max(0, origin.start - CONTEXT), min(len(origin.text), origin.end + CONTEXT)
    for block in SequenceMatcher(None, origin.text, text, autojunk=False).get_matching_blocks():
        if block.a <= first and last <= block.a + block.size:
            return block.b + origin.start - block.a
    return None
