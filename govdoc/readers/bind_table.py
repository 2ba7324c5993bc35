"""One statutory table in a Grid → its figures by key, with the L and V findings met on the way.

The table is found by its labels, wherever in the grid it stands; every label is checked. Damage to the order of rows
and columns is one finding, and the figures are still read from where their labels are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from msgspec import structs

from govdoc.finding import Location
from govdoc.layouts.form import LineKind
from govdoc.readers.around import hidden_column, hidden_row, over_checks, strays
from govdoc.readers.grid import Span
from govdoc.readers.locate import filled, kept_if_small, locate, stands_as_printed
from govdoc.readers.rules import COLUMN_LABEL, MERGED, ROW_LABEL, out_of_order
from govdoc.report import Figure
from govdoc.values import (
    BLANK,
    CHECK_SIGN,
    NORMALISED,
    PLACEHOLDERS,
    SHORT,
    ErrorValue,
    Uncalculated,
    clean_text,
    normal_label,
    read_number,
    show_content,
    show_number,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from govdoc.finding import Finding, Rule
    from govdoc.layouts.form import Form, Slot
    from govdoc.layouts.parts import FigureSpec
    from govdoc.layouts.schema import Layout, Table
    from govdoc.readers.grid import Grid, Outline
    from govdoc.readers.locate import Placement
    from govdoc.values import Content, Number, Value

# The workbook's own totals use these and nothing else; such a formula without a result is computed here.
_MOST_KEPT = 4096  # contents of cells
_OWN_TOTAL = re.compile(r'=(?:IF|COUNT|SUM|\$?[A-Z]{1,3}\$?[0-9]{1,7}|[(),:+="0 ])+', re.IGNORECASE)


@dataclass(frozen=True)
class BoundTable:
    """A table's figures, one for every figure of the form, what was found wrong, and what was read as 0 on request.

    ``as_text`` are those that a spreadsheet does not count, as they are no numbers to it.
    """

    figures: dict[str, Figure]
    findings: tuple[Finding, ...]
    filled: tuple[Finding, ...] = ()
    as_text: frozenset[str] = frozenset()


def bind_table(
    grid: Grid, layout: Layout, table: Table, *, blank_as_zero: bool = False, placement: Placement | None = None
) -> BoundTable:
    """Return the figures of a table that stands in a grid.

    ``placement`` says where, for a table in a document; every number there is text, only one that differs from its
    plain form counts as normalised, and figures are called by their labels.
    Raises nothing for bad data: a figure that cannot be read has no value, and a finding says why.
    """
    binder = _Binder(grid, layout, table, blank_as_zero=blank_as_zero, placement=placement)
    findings = [
        *binder.structure(),
        *binder.labels(),
        *binder.merges(),
        *binder.values(),
        *binder.outside(),
        *binder.hidden(),
    ]
    return BoundTable(binder.figures, tuple(findings), tuple(binder.filled), frozenset(binder.as_text))


class _Binder:
    """One table and one grid; each method yields one family of findings, ``values`` also fills ``figures``."""

    def __init__(
        self, grid: Grid, layout: Layout, table: Table, *, blank_as_zero: bool, placement: Placement | None
    ) -> None:
        self.grid = grid
        self.blank_as_zero = blank_as_zero
        self.layout = layout
        self.form = table.form
        self.table = table
        self.check = normal_label(layout.workbook.check_label)
        self.in_document = placement is not None
        # What was filled in as printed, as nearly all is, has nothing wrong with its shape.
        self.printed = fills_its_form(grid.outline, self.form, self.check)
        self.placement = placement or locate(grid, self.form, self.check)
        self.kept = _right_in_documents if self.in_document else _right
        self.slots = printed_slots(self.form) if self.printed else tuple(self._slots())
        self.figures: dict[str, Figure] = {}
        self.filled: list[Finding] = []
        self.as_text: set[str] = set()
        self.covered: set[tuple[int, int]] = set()

    # ------------------------------------------------------------ shape

    def structure(self) -> Iterator[Finding]:
        if self.printed:
            return
        damages = sorted(self.placement.damages, key=lambda damage: (damage.row, damage.column))
        if damages:
            first = damages[0]
            more = f"（另有 {len(damages) - 1} 处类似）" if len(damages) > 1 else ""
            where = self.grid.where(first.row, first.column)
            yield out_of_order(where, first.what + more, first.advice, in_document=self.in_document)

    def labels(self) -> Iterator[Finding]:
        """Check every label; where rows or columns moved, only those that name a line that was found."""
        if self.printed:
            return
        for line in self.form.lines:
            for label in line.labels:
                cell = self.placement.at(label.row, label.column)
                if cell is None or (self.placement.damages and not label.leaf):
                    continue
                found = self.grid.at(*cell)
                if normal_label(show_content(found)) == normal_label(label.text):
                    continue
                rule = COLUMN_LABEL if label.kind is LineKind.HEAD else ROW_LABEL
                shown = clean_text(show_content(found))[0] or "空白"
                yield rule.at(self.grid.where(*cell), expected=label.text, found=shown)

    def merges(self) -> Iterator[Finding]:
        if self.placement.damages or (self.printed and spans_fit(self.grid.spans, self.form)):
            return
        cells = _cells(self.slots)
        for span in self.grid.spans:
            hit = _touched(span, cells)
            if hit:
                self.covered |= {cell for _, cell in hit if cell != (span.top, span.left)}
                where = self.grid.where(span.top, span.left)
                cells_named = f"{where.cell}:{self.grid.where(span.bottom, span.right).cell}"
                count = (span.bottom - span.top + 1) * (span.right - span.left + 1)
                what = f"这里的 {count} 格" if self.in_document else f"{cells_named} "
                yield MERGED.at(where, what=what, found=None if self.in_document else cells_named)

    # ------------------------------------------------------------ values

    def values(self) -> Iterator[Finding]:
        pending: dict[str, Location] = {}
        grid, figures = self.grid, self.figures
        rows, file, name, top = grid.rows, grid.file, grid.name, grid.top
        for slot, cell in self.slots:
            spec = slot.figure
            key, label = spec.key, spec.label if self.in_document else ""
            if cell is None:
                figures[key] = Figure(None, "", Location(file, name, label=label))
                continue
            row, column = cell
            where = Location(file, name, row + top, column, label)
            content = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
            kept = self.kept[spec.kind, spec.unit]
            known = kept.get(content) if type(content) is float or type(content) is str else None
            if known is not None:  # as nearly all are
                figures[key] = Figure(*known, where)
                continue
            if type(content) is Uncalculated and key in self.layout.totals and _is_own_total(content):
                pending[key] = where
                continue
            number, shown = _read(content, spec.kind, spec.unit)
            figures[key] = Figure(number.value, shown, where)
            if type(content) is str and number.value is not None and not self.in_document:
                self.as_text.add(key)
            if number.rule is not None and not (self.in_document and number.rule is NORMALISED and content == shown):
                yield from self._wrong(number.rule, spec, cell, number)
            elif type(content) is float or (type(content) is str and len(content) <= SHORT):
                _keep(kept, content, (number.value, shown))
        counts_more = bool(pending and self.placement.damages) and self._has_figures_between()
        for key, where in pending.items():
            self.figures[key] = Figure(None, "", where) if counts_more else self._computed(key, where, pending)
        if self.placement.damages:
            self._leave_open_totals()

    def _has_figures_between(self) -> bool:
        """Return whether a row or column that was put into the table holds figures: the formulas may count them."""
        rows = {row for row in self.placement.rows if row is not None}
        columns = {column for column in self.placement.columns if column is not None}
        outline = self.grid.outline
        return any(
            outline[row][column] is True and (row not in rows or column not in columns)
            for row in range(min(rows, default=0), max(rows, default=-1) + 1)
            for column in range(min(columns, default=0), min(max(columns, default=-1) + 1, len(outline[row])))
        )

    def _leave_open_totals(self) -> None:
        """Leave totals open that are not the sum of their parts: they count what was put in, and that is said."""
        values = {key: figure.value for key, figure in self.figures.items()}
        for equation in self.layout.equations:
            parts = [values.get(part) for part in equation.parts]
            known = [part for part in parts if part is not None]
            total, *others = equation.equals
            if total in values and not others and len(known) == len(parts) and sum(known) != values[total]:
                self.figures[total] = structs.replace(self.figures[total], value=None)

    def _wrong(self, rule: Rule, spec: FigureSpec, cell: tuple[int, int], number: Number) -> Iterator[Finding]:
        """Yield what a rule says of a figure that was taken, if it says anything after all."""
        where, shown = self.grid.where(*cell), self.figures[spec.key].shown
        found = show_content(self.grid.at(*cell)).strip() if rule is NORMALISED else shown
        if (rule is BLANK and cell in self.covered) or (self.in_document and rule is NORMALISED and found == shown):
            return
        finding = rule.at(
            where,
            figure=spec.key,
            label=spec.label,
            found=clean_text(found)[0],
            expected=None if number.value is None else shown,
            reason=number.reason,
        )
        if rule is BLANK and self.blank_as_zero:
            self.figures[spec.key] = Figure(0, "0", where)
            self.filled.append(finding)
            return
        yield finding

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
        """Say what stands around the table; while rows or columns are out of order that cannot be told."""
        if self.placement.damages or self.in_document:
            return
        if not self.printed:
            yield from strays(self.grid, _outside(self.grid.outline, self.form, self.check))
        numbers = [cell for cell in _not_texts(self.grid.outline, self.form, self.check) if self._is_number(cell)]
        if numbers:
            yield over_checks(self.grid, numbers)

    def _is_number(self, cell: tuple[int, int]) -> bool:
        content = self.grid.at(*cell)
        return not isinstance(content, ErrorValue | Uncalculated) and content not in PLACEHOLDERS

    def hidden(self) -> Iterator[Finding]:
        if not self.grid.hidden_rows and not self.grid.hidden_columns:
            return
        cells = [cell for _, cell in self.slots if cell is not None]
        for row in sorted({row for row, _ in cells} & self.grid.hidden_rows):
            yield hidden_row(self.grid, row)
        for column in sorted({column for _, column in cells} & self.grid.hidden_columns):
            yield hidden_column(self.grid, column)

    def _slots(self) -> Iterator[tuple[Slot, tuple[int, int] | None]]:
        """Yield every place for a number with the cell that holds it; of several columns merged, what is left."""
        for slot in self.form.slots:
            cells = [self.placement.at(slot.row, slot.column + step) for step in range(slot.columns)]
            rest = (cell for cell in cells if cell is not None and self.grid.at(*cell) is not None)
            yield slot, cells[0] or next(rest, None)


Cell = tuple[int, int, str | bool]


def _around(outline: Outline, form: Form, check: str) -> tuple[list[Cell], list[Cell]]:
    """Return the filled cells around a table, those where check cells stand apart from the others.

    A column of check cells ends with the table, a row of them with the table's width and its own label.
    """
    cells = list(filled(outline))
    labels = [(row, column) for row, column, text in cells if isinstance(text, str) and text.startswith(check)]
    check_rows = {row for row, _ in labels if row >= form.rows}
    check_columns = {column for row, column in labels if row < form.rows}
    in_check_rows = {*range(form.columns), *(column for row, column in labels if row >= form.rows)}
    places: tuple[list[Cell], list[Cell]] = ([], [])
    for cell in cells:
        row, column, _ = cell
        if row >= form.rows or column >= form.columns:
            checked = column in check_columns if row < form.rows else row in check_rows and column in in_check_rows
            places[not checked].append(cell)
    return places


def _outside(outline: Outline, form: Form, check: str) -> list[tuple[int, int]]:
    """Return the filled cells around a table that are no check cells.

    A text among those that no check cell shows is a note that somebody put there.
    """
    checks, others = _around(outline, form, check)
    notes = [(row, column) for row, column, text in checks if not _may_be_check(text, check)]
    return sorted([*notes, *((row, column) for row, column, _ in others)])


@kept_if_small
def _not_texts(outline: Outline, form: Form, check: str) -> list[tuple[int, int]]:
    """Return the check cells that show no text: formulas not yet worked out, or numbers."""
    return [(row, column) for row, column, text in _around(outline, form, check)[0] if isinstance(text, bool)]


def _may_be_check(text: str | bool, check: str) -> bool:  # noqa: FBT001 - as an outline has it
    """Return whether a check cell or its label shows this: a sign, or a formula not yet worked out."""
    return isinstance(text, bool) or not text or text.startswith(check) or CHECK_SIGN.fullmatch(text) is not None


@kept_if_small
def fills_its_form(outline: Outline, form: Form, check: str) -> bool:
    """Return whether a table stands as printed, every label in its place, and nothing around it."""
    return (
        stands_as_printed(outline, form, check)
        and all(outline[label.row][label.column] == normal_label(label.text) for label in form.labels)
        and not _outside(outline, form, check)
    )


def _read(content: Content, kind: str, unit: str) -> tuple[Number, str]:
    """Return the number in a cell, and what is shown of it in one line."""
    number = read_number(content, kind, unit)
    return number, number.shown if number.shown.isalnum() else " ".join(clean_text(number.shown)[0].split())


_Kept = dict[float | str, tuple["Value | None", str]]
_right: defaultdict[tuple[str, str], _Kept] = defaultdict(dict)
_right_in_documents: defaultdict[tuple[str, str], _Kept] = defaultdict(dict)


def _keep(kept: _Kept, content: float | str, read: tuple[Value | None, str]) -> None:
    """Keep what a cell's content stands for that nothing is wrong with, of one kind and unit."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[content] = read


def _is_own_total(content: Uncalculated) -> bool:
    return _OWN_TOTAL.fullmatch(content.formula) is not None


Slots = tuple[tuple["Slot", tuple[int, int] | None], ...]


@lru_cache(maxsize=64)
def printed_slots(form: Form) -> Slots:
    """Return every place for a number with its cell, in a table that stands as printed."""
    return tuple((slot, (slot.row, slot.column)) for slot in form.slots)


def _cells(slots: Slots) -> dict[tuple[int, int], tuple[Slot, tuple[int, int]]]:
    """Return the cells that places for numbers take, each with its place and the cell where that begins."""
    own = {cell: slot for slot, cell in slots if cell is not None}
    return {
        (row, column + step): (slot, (row, column))
        for (row, column), slot in own.items()
        for step in range(slot.columns)
    }


@lru_cache(maxsize=64)
def spans_fit(spans: tuple[Span, ...], form: Form) -> bool:
    """Return whether no merged rectangle touches a number's place, in a table that stands as printed."""
    cells = _cells(printed_slots(form))
    return not any(_touched(span, cells) for span in spans)


def _touched(
    span: Span, cells: Mapping[tuple[int, int], tuple[Slot, tuple[int, int]]]
) -> list[tuple[Slot, tuple[int, int]]]:
    """Return the places for numbers that a rectangle touches, unless it is just the place of one."""
    hit = [cells[at] for at in _held(span, cells)]
    return hit if any(_rectangle(slot, cell) != span for slot, cell in hit) else []


def _held(span: Span, cells: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the cells in a rectangle, by the shorter of two ways."""
    if (span.bottom - span.top + 1) * (span.right - span.left + 1) > len(cells):
        return [cell for cell in cells if span.holds(*cell)]
    area = product(range(span.top, span.bottom + 1), range(span.left, span.right + 1))
    return [cell for cell in area if cell in cells]


def _rectangle(slot: Slot, cell: tuple[int, int]) -> Span:
    return Span(cell[0], cell[1], cell[0], cell[1] + slot.columns - 1)
