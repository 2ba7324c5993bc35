"""Statutory tables in the Grids of a published report → evidence.

Unlike a workbook, a page may part a table in two or run several together, leave out heads, add rows of subtotals, and
break labels over cells. Rows are found by their labels among the rows of all grids together; in each row the figures
are what follows the label, told apart by number or, where there are more or fewer cells than figures, by the heads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from govdoc.layouts.form import LineKind
from govdoc.readers.align import Fit, align
from govdoc.readers.cut import EMPTY, tokens_of
from govdoc.readers.evidence import Evidence, Found, FoundRun
from govdoc.values import BLANK, COUNT_UNITS, NOT_A_NUMBER, SHORT, normal_label, read_number, show_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govdoc.finding import Location
    from govdoc.layouts.form import Form, Label, Line, Slot
    from govdoc.layouts.schema import Layout
    from govdoc.readers.grid import Grid
    from govdoc.values import Content

_NUMBERING = re.compile(r"^[(（]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[)）、.．,]+|^[①-⑳]")
_MARKS = re.compile(r"[^\w+]+")
_UNIT = re.compile(rf"(?<=.)[(（](?:单位:?)?(?:{'|'.join(COUNT_UNITS)}|(?:亿|万)?元)[)）]$")
_EXACT, _BARE, _ALIKE = 1.0, 0.95, 0.8  # shares of a label that is the right one, but for marks, nearly
_LEAST_LIKENESS = 0.82
_STRANGE = 0.9  # what it costs to take a row of figures under a label that is none of the form's
_MOST_ROWS = 5_000
_PARTS = 3  # tables in which the parts of one row may stand
_GROUP_LABELS = 3  # texts beside the label of a row of figures: its groups
_LONGEST_NOTED = 80
_LONGEST_CELL = 4_000  # characters of a cell that are looked at for labels
_NOTED = re.compile(
    r"\s*([0-9０-９][0-9０-９,，.]*)\s*(?:万元|件|宗|项)?\s*[（(]([^（）()]*[\u4e00-\u9fff][^（）()]*)[)）]\s*"
)


def bare_label(text: str) -> str:
    """Return a label without its numbering, marks, spaces, and the unit in brackets behind it."""
    return _bare_short(text) if len(text) <= SHORT else _bare(text)


def _bare(text: str) -> str:
    return _MARKS.sub("", _UNIT.sub("", _NUMBERING.sub("", normal_label(text)))).replace("_", "")


_bare_short = lru_cache(maxsize=4096)(_bare)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is seen: a merged one once, where it begins."""

    column: int
    content: Content
    where: Location
    note: str = ""

    @property
    def text(self) -> str:
        """Return the cell's words, an empty text where it holds a figure or nothing."""
        plain = normal_label(show_content(self.content)[:_LONGEST_CELL])
        return plain if read_number(self.content, "count", "").rule is NOT_A_NUMBER and not _is_run(plain) else ""

    @property
    def blank(self) -> bool:
        """Return whether nothing stands in the cell."""
        return read_number(self.content, "count", "").rule is BLANK


def _is_run(text: str) -> bool:
    return re.search(r"[0-9]", text) is not None and tokens_of(text) is not None


@dataclass(frozen=True)
class Row:
    """A row of some grid: the cells up to the last text, and those after it."""

    grid: int
    number: int
    labels: tuple[Cell, ...]
    figures: tuple[Cell, ...]

    def after(self, label: str) -> Row:
        """Return the row with all that stands behind a label as its figures: a word among figures is no label."""
        wanted = bare_label(label)
        for place in range(len(self.labels)):
            texts = [cell.text for cell in self.labels[: place + 1] if cell.text]
            if any(bare_label("".join(texts[start:])) == wanted for start in range(len(texts))):
                return replace(self, labels=self.labels[: place + 1], figures=self.labels[place + 1 :] + self.figures)
        return self

    @property
    def words(self) -> list[str]:
        """Return every text by which the row may be known: each cell's, and neighbours' together."""
        texts = [cell.text for cell in self.labels if cell.text]
        return [*texts, *("".join(texts[start:]) for start in range(len(texts) - 1))]


def gather_rows(grids: Sequence[Grid], layout: Layout) -> list[Row]:
    """Return the rows of the grids that hold anything of the statutory tables, broken labels put together."""
    known = {bare_label(label.text) for table in layout.tables for label in table.form.labels}
    rows: list[Row] = []
    for number, grid in enumerate(grids):
        here = list(_rows(grid, number))
        if any(bare_label(word) in known for row in here for word in row.words) or _is_all_figures(here):
            rows += _mended(here, known)
    return rows[:_MOST_ROWS]


def _is_all_figures(rows: Sequence[Row]) -> bool:
    """Return whether a grid holds nothing but figures, as the rest of a table parted from its heads does."""
    return bool(rows) and all(not row.labels for row in rows)


def _rows(grid: Grid, number: int) -> Iterator[Row]:
    covered = {
        (row, column)
        for span in grid.spans
        for row in range(span.top, span.bottom + 1)
        for column in range(span.left, span.right + 1)
        if (row, column) != (span.top, span.left)
    }
    for row, contents in enumerate(grid.rows):
        cells = [
            _cell(column, content, grid.where(row, column))
            for column, content in enumerate(contents)
            if (row, column) not in covered
        ]
        last = max((place for place, cell in enumerate(cells) if cell.text), default=-1)
        if last >= 0 or any(not cell.blank for cell in cells):
            yield Row(number, row, tuple(cells[: last + 1]), tuple(cells[last + 1 :]))


def _cell(column: int, content: Content, where: Location) -> Cell:
    """Return a cell; of a figure with a note in brackets behind it, the figure: 22（其中修订16件）."""
    noted = _NOTED.fullmatch(content) if isinstance(content, str) and len(content) <= _LONGEST_NOTED else None
    if noted is None:
        return Cell(column, content, where)
    return Cell(column, noted[1], where, f"后面有说明“{' '.join(noted[2].split())}”")


def _mended(rows: Sequence[Row], known: set[str]) -> Iterator[Row]:
    """Yield the rows, a label and its figures that stand in two rows as one."""
    waiting: Row | None = None
    for row in rows:
        if waiting is not None:
            if not any(cell.text for cell in row.labels) or _goes_on(waiting, row, known):
                yield Row(row.grid, row.number, (*waiting.labels, *row.labels), row.figures)
                waiting = None
                continue
            yield waiting
            waiting = None
        if row.labels and all(cell.blank for cell in row.figures) and _may_go_on(row, known):
            waiting = row
        else:
            yield row
    if waiting is not None:
        yield waiting


def _may_go_on(row: Row, known: set[str]) -> bool:
    """Return whether a row without figures holds a label, or the beginning of one, that figures may follow."""
    last = bare_label(row.words[-1] if row.words else "")
    return len(row.words) <= _GROUP_LABELS and len(last) > 1 and any(label.startswith(last) for label in known)


def _goes_on(row: Row, after: Row, known: set[str]) -> bool:
    texts = [cell.text for cell in row.labels if cell.text], [cell.text for cell in after.labels if cell.text]
    if not texts[0] or len(texts[1]) != 1 or all(cell.blank for cell in after.figures):
        return False
    return bare_label(texts[0][-1] + texts[1][0]) in known and bare_label(texts[1][0]) not in known


# ---------------------------------------------------------------- rows


@dataclass(frozen=True)
class _Item:
    """A line of a form, as it is looked for."""

    table: str
    block: int
    line: Line
    labels: tuple[str, ...]
    groups: tuple[str, ...]


def read_grids(grids: Sequence[Grid], layout: Layout) -> Evidence:
    """Return what the grids of a report say of its figures."""
    evidence = Evidence()
    rows = gather_rows(grids, layout)
    items = list(_items(layout))
    finder = _Finder(items, rows)
    result = align(len(items), len(rows), finder.fit)
    place = result.place
    heads = _Heads(items, rows, place)
    for number, item in enumerate(items):
        at = place.get(number)
        if item.line.kind is not LineKind.DATA:
            continue
        row = None if at is None else finder.row_for(number, at)
        if not item.labels and (row is None or len(row.figures) < len(item.line.slots)):
            whole = _in_rows(item, items, rows)
            if whole is not None:
                _read_row(evidence, item, whole, {}, set())
                continue
        if row is None or at is None:
            continue
        _read_row(evidence, item, row, heads.columns(item, row), heads.named(item, row))
        if item.labels and finder.share(number, at) < _BARE:
            words = row.words[0] if row.words else "空白"
            name = item.line.labels[-1].text
            advice = "核对这一行是不是同一项。"
            evidence.remarks.append((f"“{name}”一行的标签是“{words}”，照这一行读的", advice))
    return evidence


def _items(layout: Layout) -> Iterator[_Item]:
    for table in layout.tables:
        group: tuple[str, ...] = ()
        for line in table.form.lines:
            names = [label for label in line.labels if label.leaf or line.kind is not LineKind.DATA]
            group = tuple(bare_label(label.text) for label in line.labels if not label.leaf) or group
            yield _Item(table.key, line.block, line, tuple(normal_label(label.text) for label in names), group)


def tables_in(grid: Grid, layout: Layout) -> set[str]:
    """Return the tables of which a grid holds more than half the rows: the labels, or figures where there are none."""
    rows = gather_rows([grid], layout)
    if not rows:
        return set()
    words = {bare_label(word) for row in rows for word in row.words}
    held = set()
    for table in layout.tables:
        lines = [line for line in table.form.lines if line.kind is LineKind.DATA]
        here = sum(
            bare_label(line.labels[-1].text) in words if line.labels else _holds_unlabelled(table.form, rows, words)
            for line in lines
        )
        if 2 * here > len(lines):
            held.add(table.key)
    return held


def _holds_unlabelled(form: Form, rows: Sequence[Row], words: set[str]) -> bool:
    """Return whether rows hold one without a label that is as long as the form's; under its heads it may have gaps."""
    slots = max(len(line.slots) for line in form.lines)
    heads = {bare_label(label.text) for line in form.lines if line.kind is LineKind.HEAD for label in line.labels}
    headed = heads <= words
    return any(
        len(row.figures) >= slots and (headed or sum(not cell.blank for cell in row.figures) >= slots) for row in rows
    )


class _Finder:
    """Compares the lines of the forms with the rows of the grids."""

    def __init__(self, items: Sequence[_Item], rows: Sequence[Row]) -> None:
        self.items = items
        self.rows = rows
        self.words = [set(row.words) for row in rows]
        self.bare = [{bare_label(word) for word in row.words} for row in rows]
        self.known = {bare_label(label) for item in items for label in item.labels}
        self.named = self.known | {group for item in items for group in item.groups}

    def share(self, item: int, at: int) -> float:
        """Return how well a row bears the labels of a line, from 0 to 1."""
        wanted = self.items[item]
        if not wanted.labels:
            return 0.0
        if wanted.line.kind is not LineKind.DATA:
            here = sum(bare_label(label) in self.bare[at] for label in wanted.labels)
            return here / len(wanted.labels)
        label = wanted.labels[0]
        if len(self.rows[at].labels) > _GROUP_LABELS + 1:
            return 0.0
        if label in self.words[at]:
            return _EXACT
        if bare_label(label) in self.bare[at]:
            return _BARE
        bare = bare_label(label)
        longest = len(bare) * (2 / _LEAST_LIKENESS - 1)  # a longer word cannot be as like as that
        strange = [one for one in self.bare[at] if len(one) <= longest and one not in self.named]
        likeness = max((SequenceMatcher(None, bare, word).ratio() for word in strange), default=0.0)
        return _ALIKE if likeness >= _LEAST_LIKENESS else 0.0

    def fit(self, item: int, at: int) -> Fit | None:
        """Return how a row answers a line."""
        wanted, row = self.items[item], self.rows[at]
        share = self.share(item, at)
        if share:
            return Fit(share, 0)
        if wanted.line.kind is not LineKind.DATA:
            return None
        own = not self.known.isdisjoint(self.bare[at])
        figures = [cell for cell in row.figures if not cell.blank]
        if not wanted.labels:
            enough = _PARTS * len(figures) >= len(wanted.line.slots) or (
                len(figures) == 1 and len(_digits(figures)) >= len(wanted.line.slots)
            )
            return Fit(0.5, 0) if enough and not own else None
        return Fit(0, _STRANGE) if not own and row.labels and len(figures) == len(wanted.line.slots) else None

    def row_for(self, item: int, at: int) -> Row:
        """Return a line's row from its label on; where it has no label, all of it that stands in several tables."""
        wanted = self.items[item]
        if wanted.labels:
            return self.rows[at].after(wanted.labels[0])
        row = self.rows[at]
        slots = len(wanted.line.slots)
        pieces = [
            piece
            for number, piece in enumerate(self.rows)
            if piece.figures and len(piece.labels) <= 1 and self.known.isdisjoint(self.bare[number])
        ]
        figures = tuple(cell for piece in pieces for cell in piece.figures if not cell.blank)
        whole = len(row.figures) < slots == len(figures) and row in pieces
        return Row(row.grid, row.number, row.labels, figures) if whole else row


def _in_rows(item: _Item, items: Sequence[_Item], rows: Sequence[Row]) -> Row | None:
    """Return the figures of a line without a label where each group of its columns stands in a row of its own.

    The rows bear the names of the groups, and the heads above them those of the columns of one group, in their order.
    """
    heads = [
        label
        for other in items
        if other.table == item.table and other.block == item.block and other.line.kind is LineKind.HEAD
        for label in other.line.labels
    ]
    first = min(slot.column for slot in item.line.slots)
    groups = sorted((label for label in heads if not label.leaf), key=lambda label: (label.column, label.columns))
    figures: list[Cell] = []
    while len(figures) < len(item.line.slots):
        here = first + len(figures)
        found = next(
            (one for one in (_row_of(label, heads, rows) for label in groups if label.column == here) if one), None
        )
        if found is None:
            return None
        figures += found
    place = next(row for row in rows if figures[0] in row.figures)
    return Row(place.grid, place.number, (), tuple(figures))


def _row_of(group: Label, heads: Sequence[Label], rows: Sequence[Row]) -> list[Cell] | None:
    """Return the figures in the one row that bears the name of a group of columns, as many as it has columns."""
    inside = range(group.column, group.column + group.columns)
    leaves = sorted((label for label in heads if label.leaf and label.column in inside), key=lambda label: label.column)
    wanted = [bare_label(label.text) for label in leaves]
    found = [
        row
        for row in rows
        if row.labels
        and bare_label(row.labels[-1].text).endswith(bare_label(group.text))
        and len(row.figures) == len(wanted)
        and any(
            [bare_label(cell.text) for cell in other.labels if cell.text][-len(wanted) :] == wanted
            for other in rows
            if other.grid == row.grid and other.number < row.number
        )
    ]
    return list(found[0].figures) if len(found) == 1 else None


def _digits(cells: Iterable[Cell]) -> str:
    return "".join(re.findall(r"[0-9]", "".join(show_content(cell.content) for cell in cells)))


# ---------------------------------------------------------------- columns


class _Heads:
    """The grid column of each number column of a block, where the heads of a grid tell."""

    def __init__(self, items: Sequence[_Item], rows: Sequence[Row], place: Mapping[int, int]) -> None:
        self.columns_of: dict[tuple[str, int, int], dict[int, int]] = {}
        self.named_of: dict[tuple[str, int, int], set[int]] = {}
        for number, item in enumerate(items):
            if item.line.kind is LineKind.HEAD and number in place:
                row = rows[place[number]]
                key = item.table, item.block, row.grid
                found = self.columns_of.setdefault(key, {})
                found |= dict(_head_columns(item.line.labels, row))
                self.named_of.setdefault(key, set()).update(cell.column for cell in row.labels if cell.text)

    def columns(self, item: _Item, row: Row) -> dict[int, int]:
        """Return the grid column of each number column of a line, empty where the heads do not tell all."""
        found = self.columns_of.get((item.table, item.block, row.grid), {})
        wanted = [slot.column for slot in item.line.slots]
        columns = {column: found[column] for column in wanted if column in found}
        return columns if len(columns) == len(set(columns.values())) == len(wanted) else {}

    def named(self, item: _Item, row: Row) -> set[int]:
        """Return the grid columns under any head of a line's block, the form's or one that was added."""
        return self.named_of.get((item.table, item.block, row.grid), set())


def _head_columns(labels: Iterable[Label], row: Row) -> Iterator[tuple[int, int]]:
    """Yield column of the form and column of the grid for the heads that name one; equal heads in their order."""
    free = list(row.labels)
    for label in labels:
        wanted = bare_label(label.text)
        cell = next((cell for cell in free if bare_label(cell.text) == wanted), None)
        if cell is not None:
            free.remove(cell)
            if label.leaf:
                yield label.column, cell.column


def _read_row(evidence: Evidence, item: _Item, row: Row, columns: Mapping[int, int], named: set[int]) -> None:
    """Tell the figures of a row apart; ``named`` are the grid columns that have a head."""
    slots = item.line.slots
    cells = _cells(slots, row, columns, named)
    if cells is not None:
        for slot, cell in zip(slots, cells, strict=True):
            evidence.cells[slot.figure.key] = Found(cell.content, cell.where, cell.note)
        return
    texts = [show_content(cell.content) for cell in row.figures]
    where = row.figures[0].where if row.figures else row.labels[-1].where
    tokens: tuple[str, ...] | None = ()
    for cell, text in zip(row.figures, texts, strict=True):
        more = (EMPTY,) if cell.blank else tokens_of(text)
        tokens = None if tokens is None or more is None else (*tokens, *more)
    if tokens is not None and len(tokens) > len(slots):
        tokens = None
    text = " ".join(text.strip() for text in texts if text.strip())
    evidence.runs.append(FoundRun(tuple(slot.figure.key for slot in slots), text, tokens, where))


def _cells(slots: Sequence[Slot], row: Row, columns: Mapping[int, int], heads: set[int]) -> list[Cell] | None:
    """Return the cell of each figure of a row, or None where it cannot be told."""
    by_column = {cell.column: cell for cell in row.figures}
    named = [by_column[columns[slot.column]] for slot in slots if columns.get(slot.column) in by_column]
    filled = [cell for cell in row.figures if not cell.blank]
    if len(row.figures) == len(slots):
        permuted = len(named) == len(slots) and {cell.column for cell in named} == set(by_column)
        return named if permuted else list(row.figures)
    if len(named) == len(slots):
        pushed = any(cell.blank for cell in named) and any(cell.column not in heads for cell in filled)
        return None if pushed else named  # a figure under no head: it was pushed out of the place that is empty
    if len(filled) == len(slots):
        return filled
    rest = row.figures[len(slots) :]
    if rest and not columns and all(cell.blank for cell in rest):
        return list(row.figures[: len(slots)])  # blanks that fill the row up, as converters of pages write them
    texts = {show_content(cell.content).strip() for cell in filled}
    return filled[:1] if len(slots) == 1 and len(texts) == 1 else None
