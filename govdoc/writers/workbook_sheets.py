"""The standard workbook put together, and its sheets that are lists: 基本信息, the narratives, the explanations.

Imports openpyxl: only :func:`govdoc.writers.workbook.make_workbook` imports this module, when it is called.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.datavalidation import DataValidation

from govdoc.finding import cell_name
from govdoc.writers.in_memory import saved
from govdoc.writers.workbook_formulas import Area, areas
from govdoc.writers.workbook_guide import fill_guide
from govdoc.writers.workbook_style import (
    Style,
    Tint,
    add_styles,
    cell_at,
    freeze,
    guard,
    line_count,
    protect,
    put_label,
    put_text,
    row_height,
    set_height,
    set_page,
    set_widths,
    start_at,
    text_pieces,
    tint,
    tint_blank,
)
from govdoc.writers.workbook_tables import fill_previous, fill_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from govdoc.layouts.schema import InfoField, Layout, Section
    from govdoc.values import Value

_INFO_WIDTHS = (16.0, 44.0, 66.0)
_NARRATIVE_WIDTHS = (32.0, 96.0)
_EXPLANATION_WIDTHS = (14.0, 28.0, 84.0)
_TEXT_HEIGHT, _SPARE_HEIGHT = 64.0, 24.0  # points; of a row with a heading, and of one offered for more
_MOST_HEIGHT = 409.0  # what Excel allows
_LAST_ROW = 40  # of a narrative sheet, unless more is given
_SPARE_ROWS = 10  # for typing below what is given
_LAST_EXPLANATION = 60

_TAB_REQUIRED, _TAB_FILL, _TAB_OTHER = "C00000", "E0A800", "9AA5B1"
_REQUIRED = "必填。"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

_NARRATIVE_PROMPTS = (
    "会印进报告，可以改写。这一行不要的，两格都清空。",
    "按 Alt+Enter 在格内换行，一行就是一段，段首不用空格。",
)
_INTRODUCTION_PROMPT = "印在第一部分之前，“{introduction}”两个字不印。不需要就空着。"
_EXPLANATION_PROMPTS = ("照抄核对结果里的代码，如 Y401。", "照抄核对结果里的位置，如 D5。", "写明数据无误的原因。")

_STYLES = {"text": Style.FIELD, "choice": Style.FIELD, "year": Style.YEAR, "date": Style.DATE}


def growing_sheets(layout: Layout) -> set[int]:
    """Return the numbers, from 1, of the sheets whose rows grow with what is typed."""
    growing = {section.sheet for section in layout.sections if section.table is None}
    growing.add(layout.workbook.explanations)
    return {number for number, name in enumerate(layout.sheets, 1) if name in growing}


def draw_workbook(
    layout: Layout,
    info: Mapping[str, str | int],
    figures: Mapping[str, Value | str],
    narratives: Mapping[str, Sequence[tuple[str, str]]],
    previous: Mapping[str, Value | str],
) -> bytes:
    """Return the workbook as openpyxl saves it: with the time of saving in it."""
    book = Workbook()
    add_styles(book)
    book.worksheets[0].title = layout.sheets[0]
    for name in layout.sheets[1:]:
        book.create_sheet(name)
    names = layout.workbook
    fill_guide(book[names.guide], layout)
    _fill_info(book[names.info], layout, info)
    for section in layout.sections:
        if section.table is None:
            _fill_narrative(book[section.sheet], layout, section, narratives.get(section.key))
        else:
            fill_table(book, section.sheet, layout, layout.table[section.table], figures)
        book[section.sheet].sheet_properties.tabColor = _TAB_FILL
    fill_previous(book[names.previous], layout, previous)
    _fill_explanations(book[names.explanations], layout)
    for name, colour in zip(
        (names.guide, names.info, names.previous, names.explanations),
        (_TAB_OTHER, _TAB_REQUIRED, _TAB_OTHER, _TAB_OTHER),
        strict=True,
    ):
        book[name].sheet_properties.tabColor = colour
    book.properties.creator = "govdoc"
    mark = StringProperty(name="govdoc.layout", value=layout.mark)
    book.custom_doc_props.append(mark)  # type: ignore[attr-defined]  # types-openpyxl does not know it yet
    return saved(book)


def _put_heads(sheet: Worksheet, heads: Sequence[str]) -> None:
    """Write the head row of a list, and keep it in sight."""
    for column, head in enumerate(heads):
        put_label(sheet, Area(0, column, 0, column), head, Style.HEAD)
    set_height(sheet, 0, 26)
    freeze(sheet, 1)


# ---------------------------------------------------------------- 基本信息


def _fill_info(sheet: Worksheet, layout: Layout, info: Mapping[str, str | int]) -> None:
    """Write a row for each field: its label, its value or what it starts with, and what to put there."""
    _put_heads(sheet, layout.workbook.info_heads)
    for row, field in enumerate(layout.info, 1):
        help_text = f"{_REQUIRED}{field.help}" if field.required else field.help
        put_label(sheet, Area(row, 0, row, 0), field.label, Style.REQUIRED if field.required else Style.LABEL)
        put_label(sheet, Area(row, 2, row, 2), help_text, Style.HINT)
        cell = cell_at(sheet, row, 1)
        cell.style = _STYLES[field.kind].value
        _put_field(cell, field, info.get(field.key, field.default))
        area = Area(row, 1, row, 1)
        if field.kind != "text":
            guard(sheet, [area], _field_rule(field, help_text))
        if field.required:
            tint_blank(sheet, [area])
        set_height(sheet, row, max(27, row_height(line_count(help_text, _INFO_WIDTHS[2]))))
    set_widths(sheet, _INFO_WIDTHS)
    start_at(sheet, 1, 1)
    protect(sheet)
    set_page(sheet, landscape=True)


def _put_field(cell: Cell, field: InfoField, value: str | int) -> None:
    """Write a field's value: a year as a number, a date as a date, all else, and what is neither, as text."""
    text = str(value)
    if field.kind == "year" and text.isascii() and text.isdecimal():
        cell.value = int(text)
        return
    if field.kind == "date":
        try:
            cell.value = date.fromisoformat(text)
        except ValueError:
            put_text(cell, text)
        else:
            cell.number_format = "yyyy-mm-dd"  # openpyxl has just put its own
        return
    put_text(cell, text)


def _field_rule(field: InfoField, prompt: str) -> DataValidation:
    """Return what may be typed into a field that is not free text."""
    rule = DataValidation(promptTitle=field.label, prompt=prompt, errorTitle=field.label, error=field.help)
    if field.kind == "choice":
        rule.type, rule.formula1 = "list", f'"{",".join(field.choices)}"'
        rule.error = f"请从下拉列表中选一项：{'、'.join(field.choices)}。"
    elif field.kind == "year":
        rule.type, rule.operator = "whole", "between"
        rule.formula1, rule.formula2 = str(_FIRST_YEAR), str(_LAST_YEAR)
    elif field.kind == "date":
        rule.type, rule.operator = "date", "between"
        rule.formula1, rule.formula2 = f"DATE({_FIRST_YEAR},1,1)", f"DATE({_LAST_YEAR},12,31)"
    return rule


# ---------------------------------------------------------------- narratives


def _fill_narrative(
    sheet: Worksheet, layout: Layout, section: Section, given: Sequence[tuple[str, str]] | None
) -> None:
    """Write a narrative: the rows given, else the headings of a blank one; below them rows for more."""
    heads = layout.workbook.narrative_heads
    _put_heads(sheet, heads)
    rows = _narrative_rows(section, given)
    last = max(_LAST_ROW - 1, len(rows) + _SPARE_ROWS)
    for row in range(1, last + 1):
        heading, text = cell_at(sheet, row, 0), cell_at(sheet, row, 1)
        heading.style, text.style = Style.HEADING.value, Style.TEXT.value
        title, body = rows[row - 1] if row <= len(rows) else ("", "")
        put_text(heading, title)
        put_text(text, body)
        set_height(sheet, row, _narrative_height(title, body))
    _prompt_narrative(sheet, section, heads, [heading for heading, _ in rows], last)
    set_widths(sheet, _NARRATIVE_WIDTHS)
    start_at(sheet, 1, 1)
    protect(sheet, more_rows=True)
    set_page(sheet, landscape=True)


def _narrative_height(heading: str, text: str) -> float:
    """Return a height that shows the text, or leaves room for one where a heading waits for it."""
    if heading and not text:
        return _TEXT_HEIGHT
    lines = max(line_count(heading, _NARRATIVE_WIDTHS[0]), line_count(text, _NARRATIVE_WIDTHS[1]))
    return min(max(_SPARE_HEIGHT, row_height(lines)), _MOST_HEIGHT)


def _narrative_rows(section: Section, given: Sequence[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """Return the rows to write; a text too long for a cell goes on in rows without a heading."""
    rows: list[tuple[str, str]] = []
    for heading, text in given if given is not None else [(heading, "") for heading in section.rows]:
        first, *rest = text_pieces(text)
        rows += [(heading, first), *(("", piece) for piece in rest)]
    return rows


def _prompt_narrative(
    sheet: Worksheet, section: Section, heads: Sequence[str], given: Sequence[str], last: int
) -> None:
    """Say in every cell what belongs there, and colour the text that a heading still waits for."""
    introductions = {row for row, heading in enumerate(given, 1) if heading and heading == section.introduction}
    for column, prompt in enumerate(_NARRATIVE_PROMPTS):
        cells = areas((row, column) for row in range(1, last + 1) if row not in introductions)
        guard(sheet, cells, DataValidation(promptTitle=heads[column], prompt=prompt))
    if introductions:
        prompt = _INTRODUCTION_PROMPT.format(introduction=section.introduction)
        cells = areas((row, column) for row in introductions for column in (0, 1))
        guard(sheet, cells, DataValidation(promptTitle=section.introduction, prompt=prompt))
    heading, optional = cell_name(1, 0), (section.introduction or "").replace('"', '""')
    waits = f'AND(ISBLANK({{cell}}),LEN({heading})>0,{heading}<>"{optional}")'
    tint(sheet, [Area(1, 1, last, 1)], waits, Tint.BLANK)


# ---------------------------------------------------------------- 情况说明


def _fill_explanations(sheet: Worksheet, layout: Layout) -> None:
    """Write the heads of the explanations, and rows to fill."""
    heads = layout.workbook.explanation_heads
    _put_heads(sheet, heads)
    for row in range(1, _LAST_EXPLANATION):
        for column in range(len(heads)):
            cell_at(sheet, row, column).style = Style.FIELD.value
        set_height(sheet, row, _SPARE_HEIGHT)
    for column, prompt in enumerate(_EXPLANATION_PROMPTS):
        cells = [Area(1, column, _LAST_EXPLANATION - 1, column)]
        guard(sheet, cells, DataValidation(promptTitle=heads[column], prompt=prompt))
    set_widths(sheet, _EXPLANATION_WIDTHS)
    start_at(sheet, 1, 0)
    protect(sheet, more_rows=True)
    set_page(sheet, landscape=True)
