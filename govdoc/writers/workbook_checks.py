"""Where the check cells (勾稽) of a table stand, and what they say. Pure: knows no file format.

A balance says "left = right" in figure keys. A balance that holds in every row of a table makes a column of check
cells at its right; one that holds in every column makes a row of them below it; the balances of a table with a single
row stand below it too, each under its own figures. Rows and columns are zero-based, the table begins at A1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.layouts.form import LineKind
from govdoc.writers.workbook_formulas import Area, Cell, check_formula, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govdoc.layouts.parts import Column, Row
    from govdoc.layouts.schema import Along, Continued, Layout, Table

_LISTED = 4  # terms of a sum that are named one by one; of more, the first and the last are named


@dataclass(frozen=True, slots=True)
class CheckLabel:
    """A label of check cells: the head of their column, or the name of their row."""

    area: Area
    text: str
    head: bool


@dataclass(frozen=True, slots=True)
class CheckCell:
    """A check cell: where it stands, and its formula."""

    area: Area
    formula: str


@dataclass(frozen=True, slots=True)
class Checks:
    """All that stands beside and below a table. Every column has a head and every row a label that begins with 勾稽."""

    labels: tuple[CheckLabel, ...]
    cells: tuple[CheckCell, ...]


@dataclass(frozen=True, slots=True)
class _Balance:
    """left = right, last year's figures added to the right; ``at`` is the figure in whose line it is checked."""

    group: tuple[str, str]  # rule and name: the balances of a group share a check column or row
    along: Along
    words: str
    at: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    last: tuple[str, ...] = ()


def plan_checks(layout: Layout, table: Table, last: Mapping[str, Cell]) -> Checks:
    """Return the check cells of a table; ``last`` is where last year's figures stand on their sheet."""
    beside: list[list[_Balance]] = []
    below: list[list[_Balance]] = []
    beneath: list[_Balance] = []
    single = sum(line.kind is LineKind.DATA for line in table.form.lines) == 1
    for group in _grouped((*_sums(layout, table), *_against(layout, table))):
        if group[0].along == "column":
            below.append(group)
        elif single:
            beneath += group
        else:
            beside.append(group)
    return _Plan(layout, table, last).lay_out(beside, [beneath, *below] if beneath else below)


def _grouped(balances: Iterable[_Balance]) -> list[list[_Balance]]:
    groups: dict[tuple[str, str], list[_Balance]] = {}
    for balance in balances:
        groups.setdefault(balance.group, []).append(balance)
    return list(groups.values())


class _Plan:
    """Gives balances their places around one table."""

    def __init__(self, layout: Layout, table: Table, last: Mapping[str, Cell]) -> None:
        self.mark = layout.workbook.check_label
        self.previous = layout.workbook.previous
        self.last = last
        self.totals = layout.totals
        self.form = table.form
        self.slots = {slot.figure.key: slot for slot in self.form.slots}

    def lay_out(self, beside: Sequence[Sequence[_Balance]], below: Sequence[Sequence[_Balance]]) -> Checks:
        labels: list[CheckLabel] = []
        cells: list[CheckCell] = []
        for column, group in enumerate(beside, self.form.columns):
            labels.append(self._head(column, group))
            cells += [self._cell(balance, self._beside(balance, column)) for balance in group]
        if below and not beside and not self.form.label_columns:
            labels.append(self._head(self.form.columns, ()))
        for row, group in enumerate(below, self.form.rows):
            labels.append(self._label(row, group))
            cells += [self._cell(balance, self._below(balance, row)) for balance in group]
        return Checks(tuple(labels), tuple(cells))

    def _beside(self, balance: _Balance, column: int) -> Area:
        row = self.slots[balance.at].row
        return Area(row, column, row, column)

    def _below(self, balance: _Balance, row: int) -> Area:
        """Return the columns of every figure in the balance."""
        slots = [self.slots[key] for key in (*balance.left, *balance.right)]
        left = min(slot.column for slot in slots)
        right = max(slot.column + slot.columns - 1 for slot in slots)
        return Area(row, left, row, right)

    def _head(self, column: int, group: Sequence[_Balance]) -> CheckLabel:
        """Return the head of a check column, beside the head lines of the block in which its cells begin."""
        lines = self.form.lines
        data = [row for row, line in enumerate(lines) if line.kind is LineKind.DATA]
        block = lines[min((self.slots[balance.at].row for balance in group), default=data[0])].block
        heads = [row for row, line in enumerate(lines) if line.block == block and row not in data]
        return CheckLabel(Area(heads[0], column, heads[-1], column), self._words(group, "\n"), head=True)

    def _label(self, row: int, group: Sequence[_Balance]) -> CheckLabel:
        """Return the label of a check row, in the label columns; a table without them has it in the check column."""
        left, right = 0, self.form.label_columns - 1
        if right < 0:
            left = right = self.form.columns
        return CheckLabel(Area(row, left, row, right), self._words(group, "："), head=False)

    def _words(self, group: Sequence[_Balance], link: str) -> str:
        words = "；".join(dict.fromkeys(balance.words for balance in group))
        return f"{self.mark}{link}{words}" if words else self.mark

    def _cell(self, balance: _Balance, area: Area) -> CheckCell:
        entries = self._entries((*balance.left, *balance.right))
        last = references((self.last[key] for key in balance.last), self.previous)
        formula = check_formula(
            left=self._references(balance.left),
            right=_joined(self._references(balance.right), last),
            entries=_joined(self._references(entries), last),
            count=len(entries) + len(balance.last),
            needed=last,
        )
        return CheckCell(area, formula)

    def _entries(self, keys: Iterable[str]) -> set[str]:
        """Return the figures with the parts of every total among them: a sum over a blank cell proves nothing."""
        entries: set[str] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in entries:
                entries.add(key)
                waiting += self.totals[key].parts if key in self.totals else ()
        return entries

    def _references(self, keys: Iterable[str]) -> str:
        return references((self.slots[key].row, self.slots[key].column) for key in keys)


def _joined(*lists: str) -> str:
    return ",".join(filter(None, lists))


# ---------------------------------------------------------------- balances


def _sums(layout: Layout, table: Table) -> Iterator[_Balance]:
    """Yield the sums that the statute demands of a table."""
    for equation in layout.equations:
        figures = [layout.figures[key] for key in (*equation.parts, *equation.equals)]
        if figures[0].table != table.key:
            continue
        along: Along = "row" if len({figure.row for figure in figures}) == 1 else "column"
        words = f"{_side(layout, equation.parts, along)}＝{_side(layout, equation.equals, along)}"
        group = equation.rule, equation.name
        yield _Balance(group, along, words, equation.equals[0], equation.parts, equation.equals)


def _against(layout: Layout, table: Table) -> Iterator[_Balance]:
    """Yield the balances of a table against last year; what only must not be less is left to the checker."""
    for one in layout.continued:
        figure = layout.figures[one.this]
        if figure.table == table.key and not one.at_least:
            along: Along = "row" if figure.row == layout.figures[one.last].row else "column"
            words = _against_words(layout, one, along)
            yield _Balance((one.rule, ""), along, words, one.this, (one.this, *one.minus), one.plus, (one.last,))


# ---------------------------------------------------------------- balances in words


def _against_words(layout: Layout, one: Continued, along: Along) -> str:
    def name(key: str) -> str:
        return _short(layout, key, along)

    plus = "".join(f"＋{name(key)}" for key in one.plus)
    minus = "".join(f"－{name(key)}" for key in one.minus)
    return f"{name(one.this)}＝{layout.workbook.previous}的{name(one.last)}{plus}{minus}"


def _side(layout: Layout, keys: Sequence[str], along: Along) -> str:
    """Return one side of a sum in words: ``本年新收＋上年结转``, or ``自然人至其他之和`` where it is long."""
    if len(keys) > _LISTED:
        first, last = _ends(layout, keys, along)
        return f"{first}至{last}之和"
    if len(keys) == 1 and along == "column":
        return _row(layout, keys[0]).labels[-1]
    return "＋".join(_short(layout, key, along) for key in keys)


def _ends(layout: Layout, keys: Sequence[str], along: Along) -> tuple[str, str]:
    """Return the first and the last term by name; of rows, the labels at the level where they part."""
    if along == "row":
        return _short(layout, keys[0], along), _short(layout, keys[-1], along)
    paths = [_row(layout, key).labels for key in keys]
    depth = 0
    while len({path[: depth + 1] for path in paths}) == 1:
        depth += 1
    return paths[0][depth], paths[-1][depth]


def _short(layout: Layout, key: str, along: Along) -> str:
    short = _column(layout, key).short if along == "row" else _row(layout, key).short
    return short.rpartition(".")[2]


def _row(layout: Layout, key: str) -> Row:
    figure = layout.figures[key]
    rows = (row for block in layout.table[figure.table].blocks for row in block.rows)
    return next(row for row in rows if row.key == figure.row)


def _column(layout: Layout, key: str) -> Column:
    figure = layout.figures[key]
    blocks = layout.table[figure.table].blocks
    return next(
        column
        for block in blocks
        for column in block.columns
        if column.key == figure.column and figure.row in {row.key for row in block.rows}
    )
