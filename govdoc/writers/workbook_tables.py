"""The statutory tables in the standard workbook, in the geometry of :mod:`govdoc.layouts.form`.

This year's stand on a sheet each, with totals, names and check cells; last year's below one another on one sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from govdoc.finding import column_letters
from govdoc.layouts.form import LineKind
from govdoc.values import PLAUSIBLE
from govdoc.writers.workbook_checks import plan_checks
from govdoc.writers.workbook_formulas import Area, Cell, areas, quoted, sum_formula
from govdoc.writers.workbook_style import (
    Style,
    Tint,
    cell_at,
    freeze,
    guard,
    paint,
    protect,
    put_label,
    put_text,
    row_height,
    row_heights,
    set_height,
    set_page,
    set_widths,
    start_at,
    text_width,
    tint,
    tint_blank,
    tint_checks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from govdoc.layouts.form import Form, Label, Slot
    from govdoc.layouts.parts import Kind
    from govdoc.layouts.schema import Layout, Table
    from govdoc.values import Value
    from govdoc.writers.workbook_checks import Checks

_CHECK_WIDTH = 22.0  # of a check column
_LEAST_WIDTH = 10.0  # of a number column on the sheet of last year's figures
_WIDE = 95.0  # columns wider than this in all are printed across the page


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a kind of number: the type Excel tests, the test of what was pasted, prompt and refusal."""

    type: Literal["whole", "decimal"] | None
    broken: str
    prompt_title: str
    prompt: str
    error_title: str
    error: str
    least: str = "0"


_WORDS: dict[Kind, _Words] = {
    "count": _Words(
        "whole",
        "OR({cell}<0,{cell}<>INT({cell}))",
        "填整数（{unit}）",
        "没有发生请填 0，不要留空。",
        "这里只能填整数",
        "请填 0 或正整数，不带单位、逗号和空格。没有发生请填 0。",
    ),
    "amount": _Words(
        "decimal",
        "{cell}<0",
        "填金额（{unit}）",
        "可以带小数，填多少印多少。没有发生请填 0。",
        "这里只能填数字",
        "请填 0 或正数，单位是{unit}，只填数字，不带单位、逗号和空格。没有发生请填 0。",
    ),
    "change": _Words(
        "whole",
        "{cell}<>INT({cell})",
        "填增减数（{unit}）",
        "增加填正数，减少填负数，没有变化填 0。",
        "这里只能填整数",
        "请填整数：增加填正数，减少填负数，没有变化填 0。",
        least=f"-{PLAUSIBLE}",
    ),
    "money": _Words(
        None,
        "{cell}<>0",
        "填金额和单位",
        "连同单位一起填，如 123.45万元 或 1234500元。没有发生请填 0。",
        "",
        "",
    ),
}
_TOTAL_PROMPT_TITLE = "自动合计"
_TOTAL_PROMPT = "这一格由表格算出，不用填。"


def place_previous(layout: Layout) -> dict[str, int]:
    """Return the row in which each table begins on the sheet of last year's figures, under its section's heading."""
    places: dict[str, int] = {}
    row = 0
    for section in layout.sections:
        if section.table is not None:
            places[section.table] = row + 1
            row += 1 + layout.table[section.table].form.rows + 1
    return places


def fill_table(book: Workbook, name: str, layout: Layout, table: Table, figures: Mapping[str, Value | str]) -> None:
    """Draw one of this year's tables on the sheet of that name, with totals, names for its figures, and check cells."""
    sheet = book[name]
    form = table.form
    totals = {slot.figure.key for slot in form.slots if slot.figure.key in layout.totals}
    _draw(sheet, form, 0, totals)
    _put_figures(sheet, form, 0, figures)
    _put_totals(sheet, layout, form, figures)
    _name_figures(book, sheet.title, form)
    _guard_numbers(sheet, form, 0, totals)
    tint_blank(sheet, areas((slot.row, slot.column) for slot in form.slots if slot.figure.key not in totals))
    checks = plan_checks(layout, table, previous_cells(layout))
    _draw_checks(sheet, checks)
    texts = [*_texts(form), *((label.area, label.text) for label in checks.labels)]
    widths = [*table.widths, *[_CHECK_WIDTH] * (max(area.right for area, _ in texts) + 1 - form.columns)]
    set_widths(sheet, widths)
    for row, height in enumerate(row_heights(texts, max(area.bottom for area, _ in texts) + 1, widths)):
        set_height(sheet, row, height)
    data = next(row for row, line in enumerate(form.lines) if line.kind is LineKind.DATA)
    if len(table.blocks) == 1:
        freeze(sheet, data, form.label_columns)
    start_at(sheet, data, form.label_columns)
    protect(sheet)
    set_page(sheet, landscape=sum(widths) > _WIDE, one_page=True)


def fill_previous(sheet: Worksheet, layout: Layout, figures: Mapping[str, Value | str]) -> None:
    """Draw last year's tables below one another. They may stay empty; their totals are typed like the rest."""
    places = place_previous(layout)
    widths = _shared_widths(layout.tables)
    for section in layout.sections:
        if section.table is None:
            continue
        form, top = layout.table[section.table].form, places[section.table]
        put_label(sheet, Area(top - 1, 0, top - 1, form.columns - 1), section.heading, Style.TOPIC)
        set_height(sheet, top - 1, row_height(1, 14))
        _draw(sheet, form, top, set())
        _put_figures(sheet, form, top, figures)
        _guard_numbers(sheet, form, top, set())
        for row, height in enumerate(row_heights(_texts(form), form.rows, widths), top):
            set_height(sheet, row, height)
    set_widths(sheet, widths)
    protect(sheet)
    set_page(sheet, landscape=True)


def previous_cells(layout: Layout) -> dict[str, Cell]:
    """Return where each of last year's figures stands on its sheet."""
    places = place_previous(layout)
    return {
        slot.figure.key: (places[table.key] + slot.row, slot.column)
        for table in layout.tables
        for slot in table.form.slots
    }


# ---------------------------------------------------------------- labels and numbers


def _draw(sheet: Worksheet, form: Form, top: int, totals: set[str]) -> None:
    """Write every label, and style every place for a number."""
    for label in form.labels:
        put_label(sheet, _label_area(label, top), label.text, _label_style(label))
    for slot in form.slots:
        paint(sheet, _slot_area(slot, top), Style.TOTAL if slot.figure.key in totals else Style.NUMBER)


def _label_area(label: Label, top: int) -> Area:
    row = top + label.row
    return Area(row, label.column, row + label.rows - 1, label.column + label.columns - 1)


def _label_style(label: Label) -> Style:
    if label.kind is LineKind.CAPTION:
        return Style.CAPTION
    if label.kind is LineKind.HEAD:
        return Style.HEAD
    return Style.LABEL if label.leaf else Style.GROUP


def _slot_area(slot: Slot, top: int) -> Area:
    return Area(top + slot.row, slot.column, top + slot.row, slot.column + slot.columns - 1)


def _put_figures(sheet: Worksheet, form: Form, top: int, figures: Mapping[str, Value | str]) -> None:
    for slot in form.slots:
        if slot.figure.key in figures:
            value = figures[slot.figure.key]
            cell = cell_at(sheet, top + slot.row, slot.column)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value


def _put_totals(sheet: Worksheet, layout: Layout, form: Form, figures: Mapping[str, Value | str]) -> None:
    """Write the formula of every total, but where one is given that is not the sum of its parts: that one stays."""
    cells = {slot.figure.key: (slot.row, slot.column) for slot in form.slots}
    for key, cell in cells.items():
        if key not in layout.totals:
            continue
        parts = layout.totals[key].parts
        values = [figures[part] for part in parts if part in figures]
        given = [value for value in values if not isinstance(value, str)]
        if key not in figures or (given and sum(given, Decimal(0)) == figures[key]):
            cell_at(sheet, *cell).value = sum_formula(cells[part] for part in parts)


def _name_figures(book: Workbook, sheet: str, form: Form) -> None:
    """Give every figure's cell its key as a name, for formulas of people's own."""
    for slot in form.slots:
        cell = f"${column_letters(slot.column)}${slot.row + 1}"
        book.defined_names[slot.figure.key] = DefinedName(slot.figure.key, attr_text=f"{quoted(sheet)}!{cell}")


# ---------------------------------------------------------------- what happens while people type


def _guard_numbers(sheet: Worksheet, form: Form, top: int, totals: set[str]) -> None:
    """Lay validation on every number, and show what was pasted past it."""
    kinds = dict.fromkeys((slot.figure.kind, slot.figure.unit, slot.figure.key in totals) for slot in form.slots)
    for kind, unit, total in kinds:
        words = _WORDS[kind]
        cells = areas(
            (top + slot.row, slot.column)
            for slot in form.slots
            if (slot.figure.kind, slot.figure.unit, slot.figure.key in totals) == (kind, unit, total)
        )
        validation = DataValidation(
            type=words.type,
            operator=None if words.type is None else "greaterThanOrEqual",
            formula1=None if words.type is None else words.least,
            promptTitle=_TOTAL_PROMPT_TITLE if total else words.prompt_title.format(unit=unit),
            prompt=_TOTAL_PROMPT if total else words.prompt,
            errorTitle=words.error_title,
            error=words.error.format(unit=unit),
        )
        guard(sheet, cells, validation)
        text_is_broken = "FALSE" if words.type is None else "TRUE"
        broken = f'IF({{cell}}="",FALSE,IF(ISNUMBER({{cell}}),{words.broken},{text_is_broken}))'
        tint(sheet, cells, broken, Tint.BROKEN)


def _draw_checks(sheet: Worksheet, checks: Checks) -> None:
    """Write the check cells beside and below a table."""
    for label in checks.labels:
        put_label(sheet, label.area, label.text, Style.HEAD if label.head else Style.CHECK_LABEL)
    for check in checks.cells:
        paint(sheet, check.area, Style.CHECK)
        cell_at(sheet, check.area.top, check.area.left).value = check.formula
    tint_checks(sheet, areas((check.area.top, check.area.left) for check in checks.cells))


# ---------------------------------------------------------------- sizes


def _texts(form: Form) -> list[tuple[Area, str]]:
    return [(_label_area(label, 0), label.text) for label in form.labels]


def _shared_widths(tables: Iterable[Table]) -> list[float]:
    """Return column widths that suit tables standing below one another: for each column, what the neediest asks."""
    widths: list[float] = []
    for table in tables:
        form = table.form
        widths += [_LEAST_WIDTH] * (form.columns - len(widths))
        for label in form.labels:
            if label.columns == 1:
                needed = min(text_width(label.text) + 4, table.widths[label.column])
                widths[label.column] = max(widths[label.column], needed)
    return widths
