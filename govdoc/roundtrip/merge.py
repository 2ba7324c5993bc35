"""Narrative rows three ways compared: as generated, as edited in Word, as the workbook has them now.

Pure: knows neither file. What only one side changed is taken from that side; where both changed a row, Word's text is
taken and the workbook's is handed back, never dropped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from govdoc.report import Entry, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALIKE = 0.5  # how alike two rows must be for one to be an edited form of the other
_MOST_PAIRS = 2_000_000  # of equal letters in rows that are compared; a report's have some ten thousands
_COMPARING = 200  # pairs that take as long as beginning to compare

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
    # A row that says the same as one of the workbook's, which may be several, is taken as the workbook has it.
    as_book = {normal(_join(group)): group for group in reversed(list(_groups(book)))}

    def as_kept(rows: Rows) -> Rows:
        return tuple(one for row in rows for one in as_book.get(normal(row), (row,)))

    if base is None:
        kept = {normal(row) for row in word}
        rows = book if _same(word, whole) else as_kept(word)
        return Merged(rows, tuple(row for row in whole if normal(row) not in kept))
    base = _joined(base)
    if _same(word, base) or _same(word, whole):
        return Merged(book)
    if _same(whole, base):
        return Merged(as_kept(word))
    merged = _row_by_row(base, word, whole)
    return replace(merged, rows=as_kept(merged.rows))


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
    in_word = set(from_word.values())
    for number, mine in enumerate(book):
        origin = from_book.get(number)
        if origin is None and normal(mine) not in kept:
            rows.append(mine)  # new in the workbook
        elif origin is not None and origin not in in_word and normal(mine) != normal(base[origin]):
            parked.append(mine)  # deleted in Word, changed in the workbook
    return Merged(tuple(rows), tuple(parked))


def _paired(rows: Rows, base: Rows) -> dict[int, int]:
    """Return which row comes from which of the base: by heading, else by likeness."""
    pairs: dict[int, int] = {}
    headed: dict[str, list[int]] = {}
    for at in reversed(range(len(base))):
        headed.setdefault(normal(base[at])[0], []).append(at)
    for number, row in enumerate(rows):
        heading = normal(row)[0]
        if heading and headed.get(heading):
            pairs[number] = headed[heading].pop()
    taken = set(pairs.values())
    free = [at for at in range(len(base)) if at not in taken]
    likeness = _Likeness()
    for number, row in enumerate(rows):
        if likeness.spent:
            break
        if number not in pairs and free:
            score, at = max((likeness.of(row, base[at]), -at) for at in free)
            if score >= _ALIKE:
                pairs[number] = -at
                free.remove(-at)
    return pairs


class _Likeness:
    """How alike rows are, as far as it is worked out: the work grows with the square of rows and texts.

    Rows that are not compared any more count as unlike, and so are both kept.
    """

    def __init__(self) -> None:
        self._pairs = _MOST_PAIRS

    @property
    def spent(self) -> bool:
        """Return whether no more rows are compared."""
        return self._pairs <= 0

    def of(self, one: Entry, other: Entry) -> float:
        """Return a share from 0 to 1, or 0 where it would be too small to count."""
        if self._pairs <= 0:
            return 0.0
        first, second = (f"{row.heading}\n{row.text}" for row in (one, other))
        self._pairs -= _COMPARING + len(first) + len(second)
        most = 2 * min(len(first), len(second)) / (len(first) + len(second))
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        if most < _ALIKE or matcher.quick_ratio() < _ALIKE:
            return 0.0
        letters = Counter(second)
        self._pairs -= sum(letters[letter] for letter in first)
        return matcher.ratio() if self._pairs > 0 else 0.0
