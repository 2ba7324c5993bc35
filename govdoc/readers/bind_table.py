"""One statutory table in a Grid → its figures by key, with the L and V findings met on the way.

The table is found by its labels, wherever in the grid it stands; every label is checked. Damage to the order of rows
and columns is one finding, and the figures are still read from where their labels are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govdoc.finding import column_letters
from govdoc.layouts.form import LineKind
from govdoc.readers.align import SEPARATOR, Alignment, align
from govdoc.readers.around import hidden_column, hidden_row, strays
from govdoc.readers.grid import Span
from govdoc.readers.rules import COLUMN_LABEL, MERGED, ROW_LABEL, STRUCTURE
from govdoc.report import Figure
from govdoc.values import (
    BLANK,
    NORMALISED,
    Uncalculated,
    clean_text,
    normal_label,
    read_number,
    show_content,
    show_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding, Location
    from govdoc.layouts.form import Form, Label, Line, Slot
    from govdoc.layouts.schema import FigureSpec, Layout, Table
    from govdoc.readers.grid import Grid
    from govdoc.values import Value

# The workbook's own totals use these and nothing else; such a formula without a result is computed here.
_OWN_TOTAL = re.compile(r'=(?:IF|COUNT|SUM|\$?[A-Z]{1,3}\$?[0-9]{1,7}|[(),:+="0 ])+', re.IGNORECASE)


@dataclass(frozen=True)
class BoundTable:
    """A table's figures, one for every figure of the form, what was found wrong, and what was read as 0 on request."""

    figures: dict[str, Figure]
    findings: tuple[Finding, ...]
    filled: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Damage:
    """One change to the order of rows or columns: what a clerk is told, and where."""

    row: int
    column: int
    what: str
    advice: str


@dataclass
class _Placement:
    """Where the form's lines (grid row or None) and, block by block, its columns were found."""

    rows: list[int | None]
    columns: list[dict[int, int]]
    damages: list[_Damage] = field(default_factory=list)
    extra_rows: set[int] = field(default_factory=set)

    def at(self, line: Line, row: int, column: int) -> tuple[int, int] | None:
        """Return the grid cell of a cell of the form, or None where it was not found."""
        found_row, found_column = self.rows[row], self.columns[line.block].get(column)
        return None if found_row is None or found_column is None else (found_row, found_column)


Texts = dict[int, list[tuple[int, str]]]


def bind_table(grid: Grid, layout: Layout, table: Table, *, blank_as_zero: bool = False) -> BoundTable:
    """Return the figures of a table that stands in a grid.

    Raises nothing for bad data: a figure that cannot be read has no value, and a finding says why.
    """
    binder = _Binder(grid, layout, table, blank_as_zero=blank_as_zero)
    findings = [
        *binder.structure(),
        *binder.labels(),
        *binder.merges(),
        *binder.values(),
        *binder.outside(),
        *binder.hidden(),
    ]
    return BoundTable(binder.figures, tuple(findings), tuple(binder.filled))


class _Binder:
    """One table and one grid; each method yields one family of findings, ``values`` also fills ``figures``."""

    def __init__(self, grid: Grid, layout: Layout, table: Table, *, blank_as_zero: bool) -> None:
        self.grid = grid
        self.blank_as_zero = blank_as_zero
        self.layout = layout
        self.form = table.form
        self.table = table
        self.check = normal_label(layout.workbook.check_label)
        self.texts = _texts(grid)
        self.placement = _locate(grid, self.form, self.texts, self.check)
        self.figures: dict[str, Figure] = {}
        self.filled: list[Finding] = []
        self.covered: set[tuple[int, int]] = set()

    # ------------------------------------------------------------ shape

    def structure(self) -> Iterator[Finding]:
        damages = sorted(self.placement.damages, key=lambda damage: (damage.row, damage.column))
        if damages:
            first = damages[0]
            more = f"（另有 {len(damages) - 1} 处类似）" if len(damages) > 1 else ""
            where = self.grid.where(first.row, first.column)
            yield STRUCTURE.at(where, what=first.what + more, advice=first.advice)

    def labels(self) -> Iterator[Finding]:
        """Check every label; where rows or columns moved, only those that name a line that was found."""
        for line in self.form.lines:
            for label in line.labels:
                cell = self.placement.at(line, label.row, label.column)
                if cell is None or (self.placement.damages and not label.leaf):
                    continue
                found = self.grid.at(*cell)
                if normal_label(show_content(found)) == normal_label(label.text):
                    continue
                rule = COLUMN_LABEL if label.kind is LineKind.HEAD else ROW_LABEL
                shown = clean_text(show_content(found))[0] or "空白"
                yield rule.at(self.grid.where(*cell), expected=label.text, found=shown)

    def merges(self) -> Iterator[Finding]:
        if self.placement.damages:
            return
        own = {cell: (slot, cell) for slot, cell in self._slots() if cell is not None}
        cells = {
            (row, column + step): (slot, (row, column))
            for (row, column), (slot, _) in own.items()
            for step in range(slot.columns)
        }
        for span in self.grid.spans:
            hit = [(slot, cell) for at, (slot, cell) in cells.items() if span.holds(*at)]
            if hit and any(_rectangle(slot, cell) != span for slot, cell in hit):
                self.covered |= {cell for _, cell in hit if cell != (span.top, span.left)}
                where = self.grid.where(span.top, span.left)
                last = self.grid.where(span.bottom, span.right).cell
                yield MERGED.at(where, found=f"{where.cell}:{last}")

    # ------------------------------------------------------------ values

    def values(self) -> Iterator[Finding]:
        pending: dict[str, Location] = {}
        for slot, cell in self._slots():
            key = slot.figure.key
            if cell is None:
                self.figures[key] = Figure(None, "", self.grid.where())
            elif self._is_own_total(key, self.grid.at(*cell)):
                pending[key] = self.grid.where(*cell)
            else:
                yield from self._value(slot.figure, cell)
        for key, where in pending.items():
            self.figures[key] = self._computed(key, where, pending)

    def _value(self, spec: FigureSpec, cell: tuple[int, int]) -> Iterator[Finding]:
        where, content = self.grid.where(*cell), self.grid.at(*cell)
        number = read_number(content, spec.kind, spec.unit)
        shown = " ".join(clean_text(number.shown)[0].split())
        self.figures[spec.key] = Figure(number.value, shown, where)
        if number.rule is None or (number.rule is BLANK and cell in self.covered):
            return
        found = show_content(content).strip() if number.rule is NORMALISED else shown
        finding = number.rule.at(
            where,
            figure=spec.key,
            label=spec.label,
            found=clean_text(found)[0],
            expected=None if number.value is None else shown,
            reason=number.reason,
        )
        if number.rule is BLANK and self.blank_as_zero:
            self.figures[spec.key] = Figure(0, "0", where)
            self.filled.append(finding)
        else:
            yield finding

    def _is_own_total(self, key: str, content: object) -> bool:
        return (
            isinstance(content, Uncalculated)
            and key in self.layout.totals
            and _OWN_TOTAL.fullmatch(content.formula) is not None
        )

    def _computed(self, key: str, where: Location, pending: dict[str, Location]) -> Figure:
        """Return a total that the workbook's formula had not yet worked out; blank parts leave it blank."""
        total: Value = 0
        for part in self.layout.totals[key].parts:
            figure = self.figures.get(part)
            if figure is None or figure.value is None:
                figure = self._computed(part, pending[part], pending) if part in pending else None
            if figure is None or figure.value is None:
                return Figure(None, "", where)
            total += figure.value
        return Figure(total, show_number(total), where)

    # ------------------------------------------------------------ around the table

    def outside(self) -> Iterator[Finding]:
        rows = [row for row in self.placement.rows if row is not None]
        if not rows:
            return
        right = max((max(columns.values()) for columns in self.placement.columns if columns), default=0)
        right += self.form.columns - 1 - max(max(columns, default=0) for columns in self.placement.columns)
        check_columns = {
            column for row in rows for column, text in self.texts.get(row, ()) if text.startswith(self.check)
        }
        outside = []
        for row, column, _ in self.grid.filled():
            inside = row <= max(rows) and column <= right
            checks = column in check_columns or any(text.startswith(self.check) for _, text in self.texts.get(row, ()))
            if not inside and not checks and row not in self.placement.extra_rows:
                outside.append((row, column))
        yield from strays(self.grid, outside)

    def hidden(self) -> Iterator[Finding]:
        cells = [cell for _, cell in self._slots() if cell is not None]
        for row in sorted({row for row, _ in cells} & self.grid.hidden_rows):
            yield hidden_row(self.grid, row)
        for column in sorted({column for _, column in cells} & self.grid.hidden_columns):
            yield hidden_column(self.grid, column)

    def _slots(self) -> Iterator[tuple[Slot, tuple[int, int] | None]]:
        for line in self.form.lines:
            for slot in line.slots:
                yield slot, self.placement.at(line, slot.row, slot.column)


def _rectangle(slot: Slot, cell: tuple[int, int]) -> Span:
    return Span(cell[0], cell[1], cell[0], cell[1] + slot.columns - 1)


def _texts(grid: Grid) -> Texts:
    """Return each row's texts with their columns, in the form in which labels are compared."""
    texts: Texts = {}
    for row, column, content in grid.filled():
        if isinstance(content, str):
            texts.setdefault(row, []).append((column, normal_label(content)))
    return texts


# ---------------------------------------------------------------- finding the table


def _locate(grid: Grid, form: Form, texts: Texts, check: str) -> _Placement:
    blocks = 1 + max(line.block for line in form.lines)
    printed = _Placement(
        list(range(form.rows)), [{column: column for column in range(form.columns)} for _ in range(blocks)]
    )
    if _stands_as_printed(form, texts, check):
        return printed
    placement = _Placement(*_find_rows(grid, form, texts, check))
    for block in range(blocks):
        _find_columns(form, block, texts, check, placement)
    return placement


def _stands_as_printed(form: Form, texts: Texts, check: str) -> bool:
    """Return whether every label stands in its printed place and none stands a second time around the table."""
    here = {(row, column): text for row, cells in texts.items() for column, text in cells}
    if any(here.get((label.row, label.column)) != normal_label(label.text) for label in form.labels):
        return False
    known = {normal_label(label.text) for label in form.labels}
    return not any(
        text in known and not text.startswith(check)
        for (row, column), text in here.items()
        if row >= form.rows or column >= form.columns
    )


def _head_token(labels: tuple[str, ...]) -> str:
    return SEPARATOR.join(("head", *labels))


def _leaf(line: Line) -> Label | None:
    return next((label for label in line.labels if label.leaf), None)


def _token(line: Line) -> str:
    if line.kind is LineKind.DATA:
        leaf = _leaf(line)
        return f"data|{normal_label(leaf.text)}" if leaf is not None else "data|"
    return _head_token(tuple(normal_label(label.text) for label in line.labels))


def _row_tokens(grid: Grid, form: Form, texts: Texts, check: str) -> list[str]:
    """Return what each grid row seems to be: a head, a line by its leaf label, something else, or blank."""
    expected = {_token(line) for line in form.lines}
    filled = {row for row, _, _ in grid.filled()}
    tokens = []
    for row in range(max(filled, default=-1) + 1):
        labels = tuple(text for _, text in texts.get(row, ()) if not text.startswith(check))
        checks = any(text.startswith(check) for _, text in texts.get(row, ()))
        head = _head_token(labels)
        data = next((f"data|{text}" for text in labels if f"data|{text}" in expected), None)
        if head in expected:
            tokens.append(head)
        elif data is not None:
            tokens.append(data)
        elif checks and not labels:
            tokens.append("")
        else:
            tokens.append(SEPARATOR.join(("????", *labels)) if row in filled else "")
    if "data|" in expected:
        _mark_unlabelled(form, texts, tokens)
    return tokens


def _mark_unlabelled(form: Form, texts: Texts, tokens: list[str]) -> None:
    """Mark the data row of a table whose rows have no label: the first row under the heads that holds anything."""
    heads = [row for row, token in enumerate(tokens) if token.startswith("head|")]
    under = (heads[-1] if heads else form.rows - 2) + 1
    known = {normal_label(label.text) for label in form.labels}
    for row in range(under, len(tokens)):
        labels = [text for _, text in texts.get(row, ())]
        if tokens[row].startswith("????|") and sum(label in known for label in labels) <= 1:
            tokens[row] = "data|"
            return
    while len(tokens) <= under:
        tokens.append("")
    tokens[under] = "data|"


def _find_rows(
    grid: Grid, form: Form, texts: Texts, check: str
) -> tuple[list[int | None], list[dict[int, int]], list[_Damage], set[int]]:
    tokens = _row_tokens(grid, form, texts, check)
    result = align([_token(line) for line in form.lines], tokens)
    rows = [result.place.get(index) for index in range(form.rows)]
    damages = _row_damages(form, rows, texts, result)
    return rows, [], damages, {*result.inserted, *result.repeated}


def _row_damages(form: Form, rows: list[int | None], texts: Texts, result: Alignment) -> list[_Damage]:
    def name(index: int) -> str:
        leaf = _leaf(form.lines[index])
        return f"“{leaf.text}”一行" if leaf is not None else "数据行"

    def words(row: int) -> str:
        labels = [text for _, text in texts.get(row, ())]
        return f"（“{labels[-1]}”）" if labels else ""

    def expected_row(index: int) -> int:
        later = [row for row in rows[index:] if row is not None]
        return later[0] if later else max((row for row in rows if row is not None), default=-1) + 1

    damages = [
        _Damage(row, 0, f"第 {row + 1} 行{words(row)}{kind}", f"删去第 {row + 1} 行")
        for kind, extra in (("是多出来的", result.inserted), ("重复了", result.repeated))
        for row in extra
    ]
    for index in result.deleted:
        at = expected_row(index)
        damages.append(_Damage(at, 0, f"缺少{name(index)}，应在第 {at + 1} 行", f"在第 {at + 1} 行补上这一行"))
    for index in result.moved:
        at = rows[index] or 0
        damages.append(_Damage(at, 0, f"{name(index)}移到了第 {at + 1} 行", "移回原来的位置"))
    return damages


# ---------------------------------------------------------------- finding the columns


def _find_columns(form: Form, block: int, texts: Texts, check: str, placement: _Placement) -> None:
    """Find a block's columns by the lowest heading over each; the last block's stand in where heads are missing."""
    lines = [line for line in form.lines if line.block == block and line.kind is LineKind.HEAD]
    leaves = sorted((label for line in lines for label in line.labels if label.leaf), key=lambda leaf: leaf.column)
    first = lines[0].labels[0].row
    rows = [row for row in placement.rows[first : first + len(lines)] if row is not None]
    lowest = {column: text for row in sorted(rows) for column, text in texts.get(row, ()) if not text.startswith(check)}
    found = sorted(lowest.items())
    if not found:
        previous = placement.columns[-1] if placement.columns else {}
        placement.columns.append(previous or {column: column for column in range(form.columns)})
        return
    result = align([normal_label(leaf.text) for leaf in leaves], [text for _, text in found])
    places = {leaves[item].column: found[at][0] for item, at in result.place.items()}
    placement.columns.append(_spread(form, leaves, places))
    if block == 0 or not placement.damages:
        head_row = min(rows)
        placement.damages += _column_damages(leaves, found, places, result, head_row)


def _spread(form: Form, leaves: list[Label], places: dict[int, int]) -> dict[int, int]:
    """Return a grid column for every printed column: those under one heading stand side by side."""
    columns = {
        leaf.column + step: places[leaf.column] + step
        for leaf in leaves
        if leaf.column in places
        for step in range(leaf.columns)
    }
    return {column: columns[column] for column in range(form.columns) if column in columns}


def _column_damages(
    leaves: list[Label], found: list[tuple[int, str]], places: dict[int, int], result: Alignment, row: int
) -> list[_Damage]:
    damages = []
    for index in (*result.inserted, *result.repeated):
        column, text = found[index]
        kind = "重复了" if index in result.repeated else "是多出来的"
        letters = column_letters(column)
        damages.append(_Damage(row, column, f"{letters} 列（“{text}”）{kind}", f"删去 {letters} 列"))
    for index in result.deleted:
        leaf = leaves[index]
        at = min((place for column, place in places.items() if column > leaf.column), default=leaf.column)
        letters = column_letters(at)
        damages.append(_Damage(row, at, f"缺少“{leaf.text}”一列，应在 {letters} 列", f"在 {letters} 列补上这一列"))
    for index in result.moved:
        leaf = leaves[index]
        at = places[leaf.column]
        damages.append(_Damage(row, at, f"“{leaf.text}”一列移到了 {column_letters(at)} 列", "移回原来的位置"))
    if not damages:
        damages += _blank_columns(leaves, places, row)
    return damages


def _blank_columns(leaves: list[Label], places: dict[int, int], row: int) -> Iterator[_Damage]:
    """Yield the columns without heading that stand between, or before, those of the form."""
    start = 0
    for leaf in leaves:
        if leaf.column not in places:
            return
        if places[leaf.column] > start:
            letters = column_letters(start)
            yield _Damage(row, start, f"{letters} 列是多出来的", f"删去 {letters} 列")
            return
        start = places[leaf.column] + leaf.columns
