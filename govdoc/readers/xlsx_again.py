"""Sheets that are others over again but for their values: a batch's workbooks were mostly made from one.

What such a sheet says besides its values is known at sight. The values themselves are known once the value reader has
shown, on a sheet with the same outline and styles, that it takes them for what they are taken for here: until then,
and wherever a value is written in an unusual way, it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from govdoc.files import LIMITS
from govdoc.finding import column_number
from govdoc.readers.xlsx_plain import LAST, LONGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govdoc.readers.facts import SheetFacts
    from govdoc.values import Content

    Rows = list[list[Content]]

_VALUE = re.compile(rb"<v>([^<&\]\x00-\x1f]++)</v>")  # a plain one, that may stand for any other
_GAP = b"\x00"  # no XML has it
_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?>')
# One number after another, each as every reader of numbers takes it; a float holds 15 digits as they are written.
_NUMBERS = re.compile(rb"(?:-?[0-9]{1,15}(?:\.[0-9]{1,17})?(?:[Ee][+-]?[0-9]{1,2})?\x00)*")
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
    """The rows that the value reader gave; and of numbers that may be dates, by gap, what it makes of each."""

    rows: Rows
    dates: dict[int, dict[bytes, Content]]


@dataclass
class Known:
    """What sheets of one outline say, and where their gaps are; and by styles what the value reader gave for one."""

    facts: SheetFacts
    places: tuple[_Place, ...]
    learnt: dict[Styles, _Learnt | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shared = [number for number, place in enumerate(self.places) if place.kind == _SHARED]
        self.numbers = [number for number, place in enumerate(self.places) if place.kind in _NUMBER_KINDS]
        self.texts = [number for number, place in enumerate(self.places) if place.kind == _TEXT]

    @property
    def told(self) -> bool:
        """Return whether styles, shared texts and the values in the gaps are all that the cells depend on."""
        kinds = (self.shared, self.numbers, self.texts)
        return len(self.shared) == self.facts.shared_cells and sum(map(len, kinds)) == len(self.places)

    def fit(self, values: Sequence[bytes], texts: int) -> bool:
        """Return whether values may stand in the gaps: short ones, and numbers of shared texts that are there."""
        return max(map(len, values), default=0) <= LIMITS.cell_text and all(
            values[at].isdigit() and len(values[at]) <= LONGEST_NUMBER and int(values[at]) < texts for at in self.shared
        )

    def filled(self, learnt: _Learnt, values: Sequence[bytes], texts: Sequence[str]) -> Rows | None:
        """Return the rows with other values in the gaps, or nothing where what one stands for is not known."""
        numbers = [values[at] for at in self.numbers]
        if _NUMBERS.fullmatch(b"".join([number + _GAP for number in numbers])) is None:
            return None
        rows = [row.copy() for row in learnt.rows]
        places = self.places
        for at, number in zip(self.numbers, numbers, strict=True):
            rows[places[at].row][places[at].column] = float(number)
        for at in self.shared:
            rows[places[at].row][places[at].column] = texts[int(values[at])]
        for at in self.texts:
            text = values[at].decode()
            if not is_plain(text):
                return None
            rows[places[at].row][places[at].column] = text
        for at, dates in learnt.dates.items():
            if values[at] not in dates:
                return None
            rows[places[at].row][places[at].column] = dates[values[at]]
        return rows

    def learn(self, styles: Styles, values: Sequence[bytes], texts: Sequence[str], rows: Rows) -> None:
        """Keep the rows that the value reader gave, if they are what would be taken for them here."""
        learnt = self.learnt.get(styles)
        if styles in self.learnt and (learnt is None or not learnt.dates):
            return
        if not self.told or not all(
            place.row < len(rows) and place.column < len(rows[place.row]) for place in self.places
        ):
            return
        if learnt is None:
            learnt = _Learnt([row.copy() for row in rows], {at: {} for at in self._dates(styles)})
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
        self.learnt[styles] = learnt if _alike(filled, rows) else None

    def _dates(self, styles: Styles) -> Iterator[int]:
        """Yield the gaps in which a number may be shown as a date."""
        for at in self.numbers:
            style = self.places[at].style
            if style and styles.part and style not in styles.numbers:
                yield at


def _alike(one: Rows, other: Rows) -> bool:
    return one == other and [list(map(type, row)) for row in one] == [list(map(type, row)) for row in other]


def is_plain(text: str) -> bool:
    """Return whether every value reader takes a text as it is: some trim it, and read ``_x000D_`` as a line's end."""
    return bool(text) and not text[0].isspace() and not text[-1].isspace() and "_x" not in text and "\r" not in text


class Again(NamedTuple):
    """A sheet of a known outline, and the values in its gaps."""

    known: Known
    values: list[bytes]


def rows_again(sheets: Iterable[Again | None], texts: Sequence[str] | None, styles: Styles) -> list[Rows] | None:
    """Return the rows of a workbook's sheets, or nothing where the value reader has to say what one holds."""
    if texts is None:
        return None
    found: list[Rows] = []
    for sheet in sheets:
        learnt = sheet.known.learnt.get(styles) if sheet is not None else None
        rows = None if sheet is None or learnt is None else sheet.known.filled(learnt, sheet.values, texts)
        if rows is None:
            return None
        found.append(rows)
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
    known = Known(replace(facts), _places(outline))
    known_sheets[outline, percents] = known
    return known


def _places(outline: bytes) -> tuple[_Place, ...]:
    """Return the cells in which the gaps stand: each is the last that began before it."""
    heads = (_CELL.match(piece, piece.rfind(b"<c ")) for piece in outline.split(_GAP)[:-1])
    return tuple(
        _Place(-1, -1, "unknown", "")
        if head is None
        else _Place(int(head[2]) - 1, column_number(head[1]), (head[4] or b"").decode(), (head[3] or b"").decode())
        for head in heads
    )
