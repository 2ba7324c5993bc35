"""Narrative rows three ways compared: as generated, as edited in Word, as the workbook has them now.

Pure: knows neither file. What only one side changed is taken from that side; where both changed a row, Word's text is
taken and the workbook's is handed back, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from govdoc.report import Entry, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALIKE = 0.5  # how alike two rows must be for one to be an edited form of the other

Rows = tuple[Entry, ...]


@dataclass(frozen=True)
class Merged:
    """The rows that the workbook shall have, and those of its own that gave way to others."""

    rows: Rows
    parked: Rows = ()


def merge(base: Rows | None, word: Rows, book: Rows) -> Merged:
    """Return the rows of a section after an edit in Word; a row that says the same stays as the workbook has it.

    A document does not show where a row without heading begins: it counts as part of the row before it.
    Without a base nobody knows which side changed: Word's rows are taken, and those of the workbook's that are not
    among them are handed back.
    """
    word, whole = _joined(word), _joined(book)
    if base is None:
        kept = {normal(row) for row in word}
        taken = tuple(one for row in word for one in _as_kept(row, book))
        return Merged(book if _same(word, whole) else taken, tuple(row for row in whole if normal(row) not in kept))
    base = _joined(base)
    if _same(word, base) or _same(word, whole):
        return Merged(book)
    if _same(whole, base):
        return Merged(tuple(one for row in word for one in _as_kept(row, book)))
    merged = _row_by_row(base, word, whole)
    return replace(merged, rows=tuple(one for row in merged.rows for one in _as_kept(row, book)))


def _groups(rows: Rows) -> Iterator[Rows]:
    """Yield each row with those without heading behind it."""
    group: list[Entry] = []
    for row in rows:
        if group and lines_of(row.heading):
            yield tuple(group)
            group = []
        group.append(row)
    if group:
        yield tuple(group)


def _joined(rows: Rows) -> Rows:
    return tuple(_join(group) for group in _groups(rows))


def _join(group: Rows) -> Entry:
    first, *more = group
    return replace(first, text="\n".join(one.text for one in group)) if more else first


def normal(row: Entry) -> tuple[str, tuple[str, ...]]:
    """Return a row as it counts: spaces around lines and empty lines do not."""
    return "".join(lines_of(row.heading)), tuple(lines_of(row.text))


def _same(one: Rows, other: Rows) -> bool:
    return [normal(row) for row in one] == [normal(row) for row in other]


def _as_kept(row: Entry, book: Rows) -> Rows:
    """Return a row as the workbook has it, where it says the same, which may be several."""
    return next((group for group in _groups(book) if normal(_join(group)) == normal(row)), (row,))


def _row_by_row(base: Rows, word: Rows, book: Rows) -> Merged:
    from_word, from_book = _paired(word, base), _paired(book, base)
    in_book = {origin: number for number, origin in from_book.items()}
    rows: list[Entry] = []
    parked: list[Entry] = []
    for number, row in enumerate(word):
        origin = from_word.get(number)
        twin = None if origin is None else in_book.get(origin)
        old = None if origin is None else base[origin]
        mine = None if twin is None else book[twin]
        if old is None or mine is None:
            if old is None or normal(row) != normal(old):  # else the workbook deleted what Word left alone
                rows.append(row)
        elif normal(row) in (normal(old), normal(mine)):
            rows.append(mine)
        else:
            rows.append(row)
            if normal(mine) != normal(old):
                parked.append(mine)
    kept = {normal(row) for row in rows}
    for number, mine in enumerate(book):
        origin = from_book.get(number)
        if origin is None and normal(mine) not in kept:
            rows.append(mine)  # new in the workbook
        elif origin is not None and origin not in from_word.values() and normal(mine) != normal(base[origin]):
            parked.append(mine)  # deleted in Word, changed in the workbook
    return Merged(tuple(rows), tuple(parked))


def _paired(rows: Rows, base: Rows) -> dict[int, int]:
    """Return which row comes from which of the base: by heading, else by likeness."""
    pairs: dict[int, int] = {}
    for number, row in enumerate(rows):
        heading = normal(row)[0]
        free = [at for at in range(len(base)) if at not in pairs.values()]
        found = next((at for at in free if heading and normal(base[at])[0] == heading), None)
        if found is not None:
            pairs[number] = found
    for number, row in enumerate(rows):
        if number not in pairs:
            free = [at for at in range(len(base)) if at not in pairs.values()]
            scores = sorted(((_likeness(row, base[at]), -at) for at in free), reverse=True)
            if scores and scores[0][0] >= _ALIKE:
                pairs[number] = -scores[0][1]
    return pairs


def _likeness(one: Entry, other: Entry) -> float:
    first, second = (f"{row.heading}\n{row.text}" for row in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
