"""A comparison of two years → text for people, JSON for programs, a workbook for both."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from govdoc.checks.copied import percent
from govdoc.values import show_number
from govdoc.writers.columns import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.compare import Comparison, Line
    from govdoc.values import Value

JSON_VERSION = 1
HEADS = ("数据", "本年", "上年", "增减", "增长率")
COPIED_HEADS = ("部分", "与上年相同的文字", "相同的句子")
_PLACES = Decimal("0.01")
_WIDTHS = (44, 14, 14, 14, 12)


def comparison_text(comparison: Comparison, *, all_lines: bool = False) -> str:
    """Return the comparison as a table; lines that are 0 in both years are left out, unless all are asked for."""
    lines = [line for line in comparison.lines if all_lines or not _silent(line)]
    rows = [HEADS, *(_row(line) for line in lines)]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(HEADS))]
    text = f"{comparison.this} 与 {comparison.last}\n\n"
    for row in rows:
        text += f"{_aligned(row, widths)}\n"
    if len(lines) < len(comparison.lines):
        text += f"\n两年都是 0 或都没有填的 {len(comparison.lines) - len(lines)} 个数没有列出。\n"
    if comparison.missing:
        text += f"\n上年的表式没有下列各数，没有比较：{'、'.join(comparison.missing)}。\n"
    text += "\n与上年报告几乎逐字相同的文字（数字不算）：\n"
    for section in comparison.sections:
        text += f"  {percent(section.share):>4}  {section.heading}\n"
        text += "".join(f"        {sentence}\n" for sentence in section.sentences)
    return text


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = row
    shown = (" " * (width - display_width(text)) + text for text, width in zip(numbers, widths[1:], strict=True))
    return "  ".join((pad(name, widths[0]), *shown)).rstrip()


def _silent(line: Line) -> bool:
    return line.this in (None, 0) and line.last in (None, 0)


def _row(line: Line) -> tuple[str, str, str, str, str]:
    change, rate = line.change, line.rate
    return (
        line.address,
        _shown(line.this),
        _shown(line.last),
        "" if change is None else f"{change.normalize():+f}" if change else "0",
        "" if rate is None else f"{rate.quantize(_PLACES, ROUND_HALF_UP):+}%" if rate else "0%",
    )


def _shown(value: Value | None) -> str:
    return "" if value is None else show_number(value)


def comparison_json(comparison: Comparison) -> str:
    """Return the comparison as one JSON object, version 1; numbers are text, so that no digit is lost."""
    return json.dumps(
        {
            "version": JSON_VERSION,
            "this": comparison.this,
            "last": comparison.last,
            "figures": [_record(line) for line in comparison.lines],
            "not_comparable": list(comparison.missing),
            "sections": [
                {
                    "key": section.key,
                    "heading": section.heading,
                    "copied": round(section.share, 4),
                    "sentences": list(section.sentences),
                }
                for section in comparison.sections
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _record(line: Line) -> dict[str, str | None]:
    change, rate = line.change, line.rate
    return {
        "key": line.key,
        "address": line.address,
        "unit": line.unit,
        "this": None if line.this is None else show_number(line.this),
        "last": None if line.last is None else show_number(line.last),
        "change": None if change is None else show_number(change),
        "rate": None if rate is None else show_number(rate.quantize(_PLACES, ROUND_HALF_UP)),
    }


def comparison_book(comparison: Comparison) -> bytes:
    """Return the comparison as a workbook of two sheets: figures, and copied text. Same input, same bytes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    from govdoc.writers.in_memory import saved
    from govdoc.writers.workbook_package import settle

    book = Workbook()
    for name in book.sheetnames:
        del book[name]
    figures = book.create_sheet("数据对比")
    figures.append([HEADS[0], comparison.this, comparison.last, *HEADS[3:]])
    for line in comparison.lines:
        rate = line.rate
        shown = None if rate is None else rate.quantize(_PLACES, ROUND_HALF_UP) / 100
        figures.append([line.address, line.this, line.last, line.change, shown])
        figures.cell(figures.max_row, len(HEADS)).number_format = "0.00%"
    texts = book.create_sheet("文字对比")
    texts.append(COPIED_HEADS)
    for section in comparison.sections:
        texts.append([section.heading, round(section.share, 4), "\n".join(section.sentences)])
        texts.cell(texts.max_row, 2).number_format = "0%"
    for sheet, widths in ((figures, _WIDTHS), (texts, (40, 20, 90))):
        for column, width in zip("ABCDE"[: len(widths)], widths, strict=True):
            sheet.column_dimensions[column].width = width
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    return settle(saved(book))
