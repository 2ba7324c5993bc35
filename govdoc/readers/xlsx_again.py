"""Sheets that are others over again but for their values: a batch's workbooks were mostly made from one.

What such a sheet says besides its values is known at sight. The values themselves are known once the value reader has
shown, on a sheet with the same outline and styles, that it takes them for what they are taken for here: until then,
and wherever a value is written in an unusual way, it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from govdoc.files import LIMITS
from govdoc.finding import column_number
from govdoc.readers.grid import Sight
from govdoc.readers.xlsx_plain import LAST, LONGEST_NUMBER, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from govdoc.readers.facts import SheetFacts
    from govdoc.values import Content

    Rows = list[list[Content]]

_BEGIN, _END = b"<v>", b"</v>"
_VALUE = re.compile(rb"<v>([^<&\]\x00-\x1f]++)</v>")  # a plain one, that may stand for any other
_GAP = b"\x00"  # no XML has it
_PLAIN_VALUES = re.compile(rb"(?:[^<&\]\x00-\x1f]++\x00)*+")
_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?>')
# One number after another, each as every reader of numbers takes it; a float holds 15 digits as they are written.
_NUMBERS = re.compile(rb"(?:-?[0-9]{1,15}(?:\.[0-9]{1,17})?(?:[Ee][+-]?[0-9]{1,2})?\x00)*")
_INDICES = re.compile(rb"(?:[0-9]{1,%d}\x00)*" % LONGEST_NUMBER)
_NUMBER_KINDS = ("", "n")
_SHARED, _TEXT = "s", "str"
_KEPT, _LARGEST = 256, 64 * 1024  # outlines, and bytes of one
_KEPT_STYLES = 4  # of one outline
_DATES, _KEPT_DATES = 4, 64  # gaps of one outline, and contents of one gap


class _Place(NamedTuple):
    """A gap's cell, zero-based, and what the cell says of its kind and style."""

    row: int
    column: int
    kind: str
    style: str


class Styles(NamedTuple):
    """What makes a number a date: the part of the styles, and whether dates are counted from 1904.

    ``numbers`` are the styles that certainly show none.
    """

    part: bytes
    date_1904: bool
    numbers: frozenset[str]


@dataclass
class _Learnt:
    """The cells that the value reader gave, row by row, with the texts in the gaps of one sheet still in them.

    ``at`` is where each gap's cell stands among them, ``at_numbers`` where those with numbers do. ``dates`` is what the
    value reader makes of numbers that may be dates, by gap. ``sight`` is what all sheets show that have these texts,
    and a plain number in every other gap.
    """

    cells: list[Content]
    width: int
    at: list[int]
    at_numbers: list[int]
    texts: Sequence[Content]
    dates: dict[int, dict[bytes, Content]]
    sight: Sight = field(default_factory=Sight)

    def rows(self, cells: list[Content]) -> Rows:
        """Return cells row by row."""
        return [cells[start : start + self.width] for start in range(0, len(cells), self.width)]


@dataclass
class Known:
    """What sheets of one outline say, and where their gaps are; and by styles what the value reader gave for one."""

    facts: SheetFacts
    outline: bytes
    learnt: dict[Styles, _Learnt | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = _places(self.outline)
        self.first, *behind = self.outline.split(_GAP)
        self.behind = [_END + piece for piece in behind]
        self.length = sum(map(len, self.behind))
        self.tags = self.outline.count(b"<") + 2 * len(behind)
        self.shared = [number for number, place in enumerate(self.places) if place.kind == _SHARED]
        self.numbers = [number for number, place in enumerate(self.places) if place.kind in _NUMBER_KINDS]
        self.texts = [number for number, place in enumerate(self.places) if place.kind == _TEXT]
        self.pick_shared, self.pick_numbers = _picker(self.shared), _picker(self.numbers)

    @property
    def told(self) -> bool:
        """Return whether styles, shared texts and the values in the gaps are all that the cells depend on."""
        kinds = (self.shared, self.numbers, self.texts)
        return len(self.shared) == self.facts.shared_cells and sum(map(len, kinds)) == len(self.places)

    def values_in(self, data: bytes) -> list[bytes] | None:
        """Return the values in the gaps of a sheet's XML, if it has this outline and all of them are plain."""
        first, *pieces = data.split(_BEGIN)
        if first != self.first or len(pieces) != len(self.behind):
            return None
        values = list(map(bytes.removesuffix, pieces, self.behind))
        together = _together(values)
        whole = sum(map(len, pieces)) == sum(map(len, values)) + self.length  # else one has something else behind it
        if (
            not whole
            or together.count(_GAP) != len(values)
            or LAST in together
            or _PLAIN_VALUES.fullmatch(together) is None
        ):
            return None
        try:
            together.decode()
        except UnicodeDecodeError:
            return None
        return values

    def fit(self, values: Sequence[bytes], texts: int) -> bool:
        """Return whether values may stand in the gaps: short ones, and numbers of shared texts that are there."""
        shared = self.pick_shared(values)
        return (
            max(map(len, values), default=0) <= LIMITS.cell_text
            and _INDICES.fullmatch(_together(shared)) is not None
            and max(map(int, shared), default=-1) < texts
        )

    def filled(self, learnt: _Learnt, values: Sequence[bytes], texts: Sequence[str]) -> Filled | None:
        """Return the cells with other values in the gaps, or nothing where what one stands for is not known."""
        numbers = self.pick_numbers(values)
        together = _together(numbers)
        if _NUMBERS.fullmatch(together) is None:
            return None
        found = [texts[number] for number in map(int, self.pick_shared(values))]
        for at in self.texts:
            text = values[at].decode()
            if not is_plain(text):
                return None
            found.append(text)
        cells = learnt.cells.copy()
        for at, number in zip(learnt.at_numbers, map(float, numbers), strict=True):
            cells[at] = number
        same = found == learnt.texts
        if not same:
            for at, text in zip((*self.shared, *self.texts), found, strict=True):
                cells[learnt.at[at]] = text
        for at, dates in learnt.dates.items():
            if values[at] not in dates:
                return None
            cells[learnt.at[at]] = dates[values[at]]
        # An exponent may make a number too long for a figure.
        alike = same and not (learnt.dates or self.facts.percents or b"e" in together or b"E" in together)
        return Filled(learnt.rows(cells), learnt.sight if alike else None)

    def learn(self, styles: Styles, values: Sequence[bytes], texts: Sequence[str], rows: Rows) -> None:
        """Keep the rows that the value reader gave, if they are what would be taken for them here."""
        learnt = self.learnt.get(styles)
        if styles in self.learnt and (learnt is None or not learnt.dates):
            return
        width = len(rows[0]) if rows else 0
        if not self.told or any(len(row) != width for row in rows):
            return
        if not all(place.row < len(rows) and place.column < width for place in self.places):
            return
        if learnt is None:
            cells = list(chain.from_iterable(rows))
            where = [place.row * width + place.column for place in self.places]
            found = [cells[where[at]] for at in (*self.shared, *self.texts)]
            numbers = [where[at] for at in self.numbers]
            learnt = _Learnt(cells, max(width, 1), where, numbers, found, {at: {} for at in self._dates(styles)})
        if len(learnt.dates) > _DATES:
            return
        for at, dates in learnt.dates.items():
            if len(dates) < _KEPT_DATES:
                dates[values[at]] = rows[self.places[at].row][self.places[at].column]
        filled = self.filled(learnt, values, texts)
        if filled is None:
            return
        if styles not in self.learnt and len(self.learnt) >= _KEPT_STYLES:
            self.learnt.clear()
        self.learnt[styles] = learnt if _alike(filled.rows, rows) else None

    def _dates(self, styles: Styles) -> Iterator[int]:
        """Yield the gaps in which a number may be shown as a date."""
        for at in self.numbers:
            style = self.places[at].style
            if style and styles.part and style not in styles.numbers:
                yield at


def _picker(places: Sequence[int]) -> Callable[[Sequence[bytes]], Sequence[bytes]]:
    """Return what picks the values at some places out of all, in one step where it can be."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[at] for at in places]


def _together(values: Sequence[bytes]) -> bytes:
    """Return values one after another, each with a gap behind it."""
    return _GAP.join((*values, b""))


def _alike(one: Rows, other: Rows) -> bool:
    return one == other and [list(map(type, row)) for row in one] == [list(map(type, row)) for row in other]


class Filled(NamedTuple):
    """The rows of a sheet, and what it shows, where it shows what others did."""

    rows: Rows
    sight: Sight | None


class Again(NamedTuple):
    """A sheet of a known outline, and the values in its gaps."""

    known: Known
    values: list[bytes]


def rows_again(sheets: Iterable[Again | None], texts: Sequence[str] | None, styles: Styles) -> list[Filled] | None:
    """Return what a workbook's sheets hold, or nothing where the value reader has to say what one holds."""
    if texts is None:
        return None
    found: list[Filled] = []
    for sheet in sheets:
        learnt = sheet.known.learnt.get(styles) if sheet is not None else None
        filled = None if sheet is None or learnt is None else sheet.known.filled(learnt, sheet.values, texts)
        if filled is None:
            return None
        found.append(filled)
    return found


# ---------------------------------------------------------------- outlines

known_sheets: dict[tuple[bytes, frozenset[str]], Known] = {}


def without_values(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return a sheet's XML with gaps where plain values stand, and the values; nothing where it cannot be told."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return b"", []
    pieces = [] if LAST in data or _GAP in data else _VALUE.split(data)
    return _GAP.join(pieces[::2]), pieces[1::2]


def keep(outline: bytes, percents: frozenset[str], facts: SheetFacts) -> Known | None:
    """Keep what a sheet says that was read plainly; a long one is not kept."""
    if not outline or len(outline) > _LARGEST:
        return None
    if len(known_sheets) >= _KEPT:
        known_sheets.clear()
    known = Known(replace(facts), outline)
    known_sheets[outline, percents] = known
    return known


last_sheets: dict[tuple[str, frozenset[str]], Known] = {}


def remember(part: str, percents: frozenset[str], known: Known) -> None:
    """Note what a part was like: in the next workbook the part of that name most likely is like it, too."""
    if len(last_sheets) >= _KEPT:
        last_sheets.clear()
    last_sheets[part, percents] = known


def again_at_sight(part: str, percents: frozenset[str], data: bytes) -> Again | None:
    """Return a part that is like the last one of its name, before anything else was looked at in it."""
    known = last_sheets.get((part, percents))
    values = None if known is None else known.values_in(data)
    return None if known is None or values is None else Again(known, values)


def _places(outline: bytes) -> tuple[_Place, ...]:
    """Return the cells in which the gaps stand: each is the last that began before it."""
    heads = (_CELL.match(piece, piece.rfind(b"<c ")) for piece in outline.split(_GAP)[:-1])
    return tuple(
        _Place(-1, -1, "unknown", "")
        if head is None
        else _Place(int(head[2]) - 1, column_number(head[1]), (head[4] or b"").decode(), (head[3] or b"").decode())
        for head in heads
    )
