"""The statutory tables of a template, from the printed form of each: widths, merged labels, what stays on one page."""

from __future__ import annotations

from html import escape
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

from govdoc.layouts.form import Label, LineKind
from govdoc.writers.template_measures import CELL_MARGIN, EM, LAST_ROWS, ROW_HEIGHT, TEXT_WIDTH
from govdoc.writers.template_xml import paragraph, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.layouts.form import Form, Slot
    from govdoc.layouts.schema import Table


def column_widths(table: Table) -> tuple[int, ...]:
    """Return the width of each column: in proportion to the layout's, and together as wide as the text block."""
    whole = sum(table.widths)
    edges = [round(TEXT_WIDTH * edge / whole) for edge in accumulate(table.widths, initial=0)]
    return tuple(right - left for left, right in pairwise(edges))


def statutory_table(table: Table, title: str) -> str:
    """Return a table as it is printed, with a tag in the place of each figure."""
    form, widths = table.form, column_widths(table)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kept = frozenset(kept_rows(table))
    rows = "".join(_row(table, form, widths, number, kept) for number in range(form.rows))
    # The caption is read out by screen readers and printed nowhere.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="StatutoryTable"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCaption w:val="{escape(title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def kept_rows(table: Table) -> Iterator[int]:
    """Yield the rows of figures that stay on one page with the row below them.

    Where a table has several blocks, each is kept whole. A table of one block may be longer than a page: it breaks
    between its groups. The first rows of a group that holds others stay together as far as the group's label needs
    them, which would be cut otherwise; and so do the last rows of the table, which would stand below a repeated head.
    """
    form, widths = table.form, column_widths(table)
    for number, (line, below) in enumerate(pairwise(form.lines)):
        if line.kind is LineKind.DATA and below.block == line.block:
            whole = len(table.blocks) > 1 or number >= form.rows - LAST_ROWS
            if whole or _in_one_group(form, number) or _within_label(form, widths, number):
                yield number


def _groups(form: Form) -> list[Label]:
    return [label for label in form.labels if label.kind is LineKind.DATA and not label.leaf]


def _in_one_group(form: Form, number: int) -> bool:
    """Return whether a row and the next stand beside one label that holds no other group."""
    groups = _groups(form)
    innermost = (
        label
        for label in groups
        if not any(label.row <= other.row < label.row + label.rows and other.column > label.column for other in groups)
    )
    return any(label.row <= number < label.row + label.rows - 1 for label in innermost)


def _within_label(form: Form, widths: tuple[int, ...], number: int) -> bool:
    """Return whether a row and those above it in a group have less room than the group's label takes."""
    leaves = [label for label in form.labels if label.kind is LineKind.DATA and label.leaf]
    lines = {leaf.row: _lines(leaf, widths) for leaf in leaves}
    return any(
        label.row <= number < label.row + label.rows - 1
        and sum(lines[row] for row in range(label.row, number + 1)) < _lines(label, widths)
        for label in _groups(form)
    )


def _lines(label: Label, widths: tuple[int, ...]) -> int:
    """Return how many lines a label takes in its columns."""
    room = sum(widths[label.column : label.column + label.columns]) - 2 * CELL_MARGIN
    return ceil(len(label.text) / max(1, room // EM))


def _row(table: Table, form: Form, widths: tuple[int, ...], number: int, kept: frozenset[int]) -> str:
    """Return one printed row. It never splits across pages, and a head is repeated on the next page.

    Where a table has several blocks, their heads name their own block only, and none is repeated.
    """
    line = form.lines[number]
    head = "<w:tblHeader/>" if line.kind is not LineKind.DATA and len(table.blocks) == 1 else ""
    keep = "<w:keepNext/>" if number in kept else ""
    cells = {label.column: _label(label, widths, "restart" if label.rows > 1 else "", keep) for label in line.labels}
    cells |= {slot.column: _slot(slot, widths, keep) for slot in line.slots}
    for label in form.labels:
        if label.row < number < label.row + label.rows:
            cells[label.column] = _label(label, widths, "continue", keep)
    content = "".join(cells[column] for column in sorted(cells))
    height = f'<w:trHeight w:val="{ROW_HEIGHT}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>{content}</w:tr>"


def _label(label: Label, widths: tuple[int, ...], merge: str, keep: str) -> str:
    """Return the cell of a label, or of the rows below its first where ``merge`` is ``continue``."""
    width = sum(widths[label.column : label.column + label.columns])
    text = "" if merge == "continue" else run(label.text)
    if label.kind is LineKind.CAPTION:
        content = paragraph("TableCaption", text)
    elif label.kind is LineKind.HEAD:
        content = paragraph("TableHeading", text, _wrapping(label, width))
    else:
        content = paragraph("TableLabel" if label.leaf else "TableGroup", text, keep)
    return _cell(content, width, label.columns, merge)


def _slot(slot: Slot, widths: tuple[int, ...], keep: str) -> str:
    width = sum(widths[slot.column : slot.column + slot.columns])
    return _cell(paragraph("TableNumber", run(f"{{{{ {slot.figure.address} }}}}"), keep), width, slot.columns, "")


def _wrapping(label: Label, width: int) -> str:
    """Return indents that let the head of a narrow column break after an even number of characters.

    Chinese words mostly have two: 社会|公益|组织 reads better than 社会公|益组织. A head of odd length fills its lines.
    """
    room = width - 2 * CELL_MARGIN
    fitting = room // EM
    if label.columns > 1 or len(label.text) <= fitting or len(label.text) % 2 or fitting % 2 == 0:
        return ""
    indent = (room - (fitting - 1) * EM - EM // 2) // 2
    return f'<w:ind w:left="{indent}" w:right="{indent}"/>'


def _cell(content: str, width: int, columns: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{vertical}<w:vAlign w:val="center"/></w:tcPr>'
        f"{content}</w:tc>"
    )
