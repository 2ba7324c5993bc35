"""The sheet 填报说明, made of ``guide.txt`` beside the layouts; the first lines of that file say how it is written."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from openpyxl.styles import Protection

from govdoc.errors import LayoutError
from govdoc.figures import in_chinese
from govdoc.values import RIGHT, WAITING, WRONG
from govdoc.writers.workbook_formulas import Area
from govdoc.writers.workbook_style import (
    Style,
    Tint,
    bold_font,
    cell_at,
    line_count,
    protect,
    put_label,
    row_height,
    set_height,
    set_page,
    set_widths,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from govdoc.layouts.schema import Layout

_WIDTHS = (30.0, 88.0)
_WHOLE = {"=": (Style.TITLE, 40.0), "#": (Style.TOPIC, 32.0)}
_LEGEND: dict[str, tuple[Style, Tint | None]] = {
    "[blank]": (Style.NUMBER, Tint.BLANK),
    "[number]": (Style.NUMBER, None),
    "[total]": (Style.TOTAL, None),
    "[label]": (Style.GROUP, None),
    "[invalid]": (Style.NUMBER, Tint.BROKEN),
    "[right]": (Style.CHECK, Tint.RIGHT),
    "[wrong]": (Style.CHECK, Tint.BROKEN),
    "[waiting]": (Style.CHECK, Tint.WAITING),
}


def fill_guide(sheet: Worksheet, layout: Layout) -> None:
    """Write the guide, in the words of a layout."""
    for row, line in enumerate(guide_lines(layout)):
        _put_line(sheet, row, line)
    set_widths(sheet, _WIDTHS)
    sheet.sheet_view.showGridLines = False
    protect(sheet)
    set_page(sheet)


def guide_lines(layout: Layout) -> list[str]:
    """Return the guide's lines in the words of a layout.

    Raises :class:`LayoutError` where the layout's own lines name what there is not.
    """
    text = resources.files("govdoc.layouts").joinpath("guide.txt").read_text(encoding="utf-8")
    own = {"@ who": layout.guide.who, "@ texts": layout.guide.texts}
    lines = [line for line in text.splitlines() if line and not line.startswith(";")]
    words = _words(layout)
    lines = [line for line in lines if words["introduction"] or "{introduction}" not in line]
    try:
        return [one.format_map(words) for line in lines for one in own.get(line, (line,))]
    except (KeyError, ValueError, IndexError) as error:
        raise LayoutError(
            f"表式 {layout.edition} 的填报说明里有不认得的名称：{error}。", "请改正这个表式文件的 [guide] 部分。"
        ) from error


def _words(layout: Layout) -> dict[str, str]:
    """Return what ``guide.txt`` and a layout's own lines name in braces; a section's key stands for its sheet."""
    names = layout.workbook
    texts = [section.sheet for section in layout.sections if section.table is None]
    tables = [section.sheet for section in layout.sections if section.table is not None]
    return {
        **{section.key: section.sheet for section in layout.sections},
        "title": layout.guide.title,
        "basis": layout.guide.basis.replace("{source}", layout.source),
        "continues": layout.guide.continues,
        "example": layout.guide.example,
        "guide": names.guide,
        "source": layout.source,
        "info": names.info,
        "previous": names.previous,
        "explanations": names.explanations,
        "check": names.check_label,
        "heading": names.narrative_heads[0],
        "body": names.narrative_heads[1],
        "introduction": "、".join(section.introduction for section in layout.sections if section.introduction),
        "narratives": "".join(f"“{sheet}”" for sheet in texts),
        "texts_count": in_chinese(len(texts)),
        "tables": "".join(f"“{sheet}”" for sheet in tables),
        "tables_count": in_chinese(len(tables)),
        "right": RIGHT,
        "wrong": WRONG,
        "waiting": WAITING,
    }


def _put_line(sheet: Worksheet, row: int, line: str) -> None:
    """Write one line: a title, a pair of cells, or a paragraph."""
    mark, _, rest = line.partition(" ")
    whole = Area(row, 0, row, 1)
    if mark in _WHOLE:
        style, height = _WHOLE[mark]
        put_label(sheet, whole, rest, style)
        set_height(sheet, row, height)
    elif "|" in rest:
        left, _, right = rest.partition("|")
        _put_pair(sheet, row, mark, left.strip(), right.strip())
    else:
        put_label(sheet, whole, line, Style.PROSE)
        set_height(sheet, row, row_height(line_count(line, sum(_WIDTHS))))


def _put_pair(sheet: Worksheet, row: int, mark: str, left: str, right: str) -> None:
    style, tint = _LEGEND.get(mark, (Style.TERM, None))
    put_label(sheet, Area(row, 0, row, 0), left, style)
    put_label(sheet, Area(row, 1, row, 1), right, Style.PROSE)
    sample = cell_at(sheet, row, 0)
    sample.protection = Protection(locked=True)  # it shows an input cell, and is none
    if tint is not None:
        sample.fill, sample.font = tint.fill, bold_font(tint.ink)
    lines = max(line_count(left, _WIDTHS[0]), line_count(right, _WIDTHS[1]))
    set_height(sheet, row, row_height(lines))
