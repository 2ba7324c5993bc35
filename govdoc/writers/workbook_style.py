"""How the standard workbook looks and behaves: named styles, texts that stay texts, protection, print set-up.

Imports openpyxl: only the modules behind :func:`govdoc.writers.workbook.make_workbook` import this one.
"""

from __future__ import annotations

import math
import unicodedata
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, cast

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.properties import PageSetupProperties

from govdoc.finding import cell_name, column_letters
from govdoc.values import RIGHT, WAITING, WRONG
from govdoc.writers.workbook_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.worksheet import Worksheet

    from govdoc.writers.workbook_formulas import Area

FONT = "宋体"  # on every Chinese Windows, and in WPS elsewhere
SIZE = 10.5  # points; 五号

_INDENT = 1.3  # column widths; how far a text that is not centred stands off its border

_TEXT_LIMIT = 16_000  # characters; Excel holds 32,767 UTF-16 units a cell, of which a character takes up to two
_FORMULA_STARTS = ("=", "+", "-", "@")


class Style(Enum):
    """The cell styles; a value is the name that the Office program's list of styles shows."""

    TITLE = "填报 标题"
    TOPIC = "填报 分标题"
    PROSE = "填报 说明文字"
    TERM = "填报 说明条目"
    HINT = "填报 提示"
    HEAD = "填报 表头"
    CAPTION = "填报 条款"
    GROUP = "填报 项目组"
    LABEL = "填报 项目"
    REQUIRED = "填报 必填项目"
    NUMBER = "填报 数字"
    TOTAL = "填报 自动合计"
    TEXT = "填报 正文"
    HEADING = "填报 小标题"
    FIELD = "填报 信息"
    YEAR = "填报 年度"
    DATE = "填报 日期"
    CHECK = "填报 勾稽"
    CHECK_LABEL = "填报 勾稽名称"


class Tint(Enum):
    """What conditional formatting says of a cell; a value is a fill and the colour of the text on it."""

    BLANK = ("FFEFB8", "000000")
    BROKEN = ("FFC7CE", "9C0006")
    RIGHT = ("D5EFD6", "1E6B2E")
    WAITING = ("FFFFFF", "9A6700")

    @property
    def fill(self) -> PatternFill:
        """Return the fill. Conditional formatting takes its end colour, a cell its start colour."""
        return PatternFill("solid", start_color=self.value[0], end_color=self.value[0])

    @property
    def ink(self) -> str:
        """Return the colour of the text."""
        return self.value[1]


class _Look(NamedTuple):
    """The parts in which the styles differ."""

    fill: str = ""
    bold: bool = False
    size: float = SIZE
    colour: str = "1F2933"
    across: str = "left"
    down: str = "center"
    border: bool = True
    locked: bool = True
    number_format: str = "General"


_HEAD_FILL, _LABEL_FILL, _INPUT_FILL, _TOTAL_FILL, _CHECK_FILL = "E1E5EA", "F2F4F6", "FFFCF2", "DCE9F7", "FAFAFA"
_BLUE = "1F4E79"

_LOOKS = {
    Style.TITLE: _Look(bold=True, size=16, colour=_BLUE, border=False),
    Style.TOPIC: _Look(bold=True, size=12, colour=_BLUE, down="bottom", border=False),
    Style.PROSE: _Look(down="top", border=False),
    Style.TERM: _Look(bold=True, down="top", border=False),
    Style.HINT: _Look(colour="52606D"),
    Style.HEAD: _Look(_HEAD_FILL, bold=True, across="center"),
    Style.CAPTION: _Look(_HEAD_FILL, bold=True, across="center"),
    Style.GROUP: _Look(_LABEL_FILL, across="center"),
    Style.LABEL: _Look(_LABEL_FILL),
    Style.REQUIRED: _Look(_LABEL_FILL, bold=True, colour="C00000"),
    Style.NUMBER: _Look(_INPUT_FILL, across="center", locked=False),
    Style.TOTAL: _Look(_TOTAL_FILL, bold=True, across="center", locked=False),
    Style.TEXT: _Look(_INPUT_FILL, down="top", locked=False),
    Style.HEADING: _Look(_INPUT_FILL, bold=True, down="top", locked=False),
    Style.FIELD: _Look(_INPUT_FILL, locked=False, number_format="@"),
    Style.YEAR: _Look(_INPUT_FILL, locked=False, number_format="0"),
    Style.DATE: _Look(_INPUT_FILL, locked=False, number_format="yyyy-mm-dd"),
    Style.CHECK: _Look(_CHECK_FILL, bold=True, across="center"),
    Style.CHECK_LABEL: _Look(_CHECK_FILL, size=9, colour="52606D", across="right"),
}


def bold_font(colour: str) -> Font:
    """Return the font of check cells and inputs in another colour."""
    return Font(name=FONT, size=SIZE, bold=True, color=colour)


def add_styles(book: Workbook) -> None:
    """Put the named styles into a workbook."""
    line = Side(style="thin", color="A9B2BC")
    for style, look in _LOOKS.items():
        book.add_named_style(
            NamedStyle(
                name=style.value,
                font=Font(name=FONT, size=look.size, bold=look.bold, color=look.colour),
                fill=PatternFill("solid", start_color=look.fill) if look.fill else PatternFill(),
                border=Border(left=line, right=line, top=line, bottom=line) if look.border else Border(),
                alignment=Alignment(
                    horizontal=look.across, vertical=look.down, wrap_text=True, indent=int(look.across != "center")
                ),
                protection=Protection(locked=look.locked),
                number_format=look.number_format,
            )
        )


# ---------------------------------------------------------------- cells


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell by zero-based row and column."""
    return cast("Cell", sheet.cell(row + 1, column + 1))  # or the rest of a merged cell, which is only painted


def paint(sheet: Worksheet, area: Area, style: Style) -> None:
    """Give every cell of a rectangle a style, and make one cell of it."""
    if (area.top, area.left) != (area.bottom, area.right):
        sheet.merge_cells(str(area))
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            cell_at(sheet, row, column).style = style.value


def put_text(cell: Cell, text: str) -> None:
    """Write a text that stays one, whatever it begins with; an empty text leaves the cell blank.

    Line breaks become the workbook's own; a character that XML cannot hold becomes U+FFFD, so that it is seen.
    """
    if not text:
        return
    cell.value = plain(text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True  # it stays a text when somebody edits the cell, too


def put_label(sheet: Worksheet, area: Area, text: str, style: Style) -> None:
    """Write a text into a rectangle, as one cell of a style."""
    paint(sheet, area, style)
    put_text(cell_at(sheet, area.top, area.left), text)


def text_pieces(text: str) -> list[str]:
    """Return a text in pieces that a cell can hold, parted at a line break where there is one."""
    pieces = []
    while len(text) > _TEXT_LIMIT:
        cut = text.rfind("\n", 1, _TEXT_LIMIT) + 1 or _TEXT_LIMIT
        pieces.append(text[:cut].rstrip("\n"))
        text = text[cut:]
    return [*pieces, text]


# ---------------------------------------------------------------- sizes


def text_width(text: str) -> float:
    """Return a text's width in the units of a column's width, in which a digit is 1."""
    wide = sum(unicodedata.east_asian_width(character) in "WFA" for character in text)
    return 2 * wide + 1.1 * (len(text) - wide)


def line_count(text: str, width: float) -> int:
    """Return on how many lines a text stands in a column. Lines are not filled quite: no mark may begin one."""
    room = max(width - _INDENT - 2, 2)
    return sum(max(1, math.ceil(text_width(line) / room)) for line in text.split("\n"))


def row_height(lines: int, size: float = SIZE) -> float:
    """Return a row's height in points for so many lines of text."""
    return round(lines * size * 1.35 + 4.5, 1)


def row_heights(texts: Sequence[tuple[Area, str]], rows: int, widths: Sequence[float]) -> list[float]:
    """Return the height of each row, so that every text fits its rectangle: Excel sees to it in single cells only."""
    heights = [row_height(1)] * rows
    for area, text in sorted(texts, key=lambda item: item[0].bottom - item[0].top):
        lines = line_count(text, sum(widths[area.left : area.right + 1]))
        span = range(area.top, area.bottom + 1)
        missing = row_height(lines) - sum(heights[row] for row in span)
        if missing > 0:
            for row in span:
                heights[row] = round(heights[row] + missing / len(span), 1)
    return heights


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the columns from the first on."""
    for column, width in enumerate(widths):
        sheet.column_dimensions[column_letters(column)].width = width


def set_height(sheet: Worksheet, row: int, height: float) -> None:
    """Set the height of a zero-based row, in points."""
    sheet.row_dimensions[row + 1].height = height


# ---------------------------------------------------------------- what happens while people type


def guard(sheet: Worksheet, cells: Iterable[Area], rule: DataValidation) -> None:
    """Lay a data validation on cells; its prompt and its refusal are shown."""
    rule.allow_blank = rule.showErrorMessage = rule.showInputMessage = True
    for area in cells:
        rule.add(str(area))
    sheet.add_data_validation(rule)


def tint(sheet: Worksheet, cells: Iterable[Area], formula: str, look: Tint) -> None:
    """Colour cells for which a formula holds; in it ``{cell}`` is the cell itself."""
    for area in cells:  # one rule an area: what a relative reference means over several is told differently
        holds = formula.format(cell=cell_name(area.top, area.left))
        style = DifferentialStyle(fill=look.fill, font=Font(color=look.ink))
        sheet.conditional_formatting.add(str(area), Rule(type="expression", dxf=style, formula=[holds]))


def tint_blank(sheet: Worksheet, cells: Iterable[Area]) -> None:
    """Colour cells that are still to be filled."""
    tint(sheet, cells, "ISBLANK({cell})", Tint.BLANK)


def tint_checks(sheet: Worksheet, cells: Sequence[Area]) -> None:
    """Colour check cells by what they read."""
    tint(sheet, cells, f'{{cell}}="{RIGHT}"', Tint.RIGHT)
    tint(sheet, cells, f'LEFT({{cell}},1)="{WRONG}"', Tint.BROKEN)
    tint(sheet, cells, f'{{cell}}="{WAITING}"', Tint.WAITING)


# ---------------------------------------------------------------- sheets


def protect(sheet: Worksheet, *, more_rows: bool = False) -> None:
    """Lock what is not for typing, without a password; columns and rows may be resized, rows added where it helps."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False  # False: not forbidden
    protection.insertRows = not more_rows


def freeze(sheet: Worksheet, row: int, column: int = 0) -> None:
    """Keep the rows above and the columns left of a cell in sight, and print those rows on every page."""
    sheet.freeze_panes = cell_name(row, column)
    sheet.print_title_rows = f"1:{row}"


def start_at(sheet: Worksheet, row: int, column: int) -> None:
    """Put the cursor on a cell."""
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = cell_name(row, column)


def set_page(sheet: Worksheet, *, landscape: bool = False, one_page: bool = False) -> None:
    """Set a sheet up for print: A4, one page wide, with its name and the page number at the foot."""
    setup = sheet.page_setup
    setup.paperSize = sheet.PAPERSIZE_A4
    setup.orientation = sheet.ORIENTATION_LANDSCAPE if landscape else sheet.ORIENTATION_PORTRAIT
    setup.fitToWidth, setup.fitToHeight = 1, int(one_page)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.6, 0.7
    sheet.print_options.horizontalCentered = True
    cast("HeaderFooterItem", sheet.oddFooter).center.text = "&A  第 &P 页，共 &N 页"
