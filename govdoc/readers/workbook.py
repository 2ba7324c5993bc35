"""A workbook file → Grids by sheet name. No statute: what the sheets mean is the binder's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import WORKBOOK, damaged
from govdoc.readers.grid import Grid
from govdoc.readers.xlsx import SheetFacts, inspect_workbook
from govdoc.values import ErrorValue, Percent, Uncalculated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from python_calamine import SheetMetadata

    from govdoc.values import Content

SUFFIXES = (".xlsx", ".xlsm")
_OTHER_SUFFIXES = (".xls", ".et", ".ods", ".csv", ".xlsb", ".numbers")


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, in order, and what it says of the edition it was made for."""

    file: str
    grids: tuple[Grid, ...]
    layout_mark: str = ""


def read_workbook(path: Path) -> Book:
    """Return every sheet of a workbook.

    Raises :class:`InputError` where the file is missing, no .xlsx or .xlsm, encrypted, damaged or over a limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    if path.suffix.lower() in _OTHER_SUFFIXES and path.is_file():
        raise InputError(
            f"{path.name} 不是{WORKBOOK}。", "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再试。"
        )
    facts = inspect_workbook(path)
    grids = []
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ is not SheetTypeEnum.WorkSheet:
                    continue
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                grids.append(_grid(sheet, rows, facts.sheets.get(sheet.name, SheetFacts()), path.name))
    except PasswordError as error:
        raise InputError(f"{path.name} 设了打开密码，读不了。", "请取消密码，保存后再试。") from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(path, WORKBOOK) from error
    return Book(path.name, tuple(grids), facts.layout_mark)


def _grid(meta: SheetMetadata, rows: Sequence[Sequence[Content]], facts: SheetFacts, file: str) -> Grid:
    """Return a sheet with what the value reader shows as empty, or as a bare number, put right by the facts."""
    from python_calamine import SheetVisibleEnum

    cells: list[list[Content]] = [[None if content == "" else content for content in row] for row in rows]

    def put(row: int, column: int, content: Content) -> None:
        while len(cells) <= row:
            cells.append([])
        cells[row] += [None] * (column + 1 - len(cells[row]))
        cells[row][column] = content

    for (row, column), formula in facts.formulas.items():
        put(row, column, Uncalculated(formula))
    for (row, column), text in facts.errors.items():
        put(row, column, ErrorValue(text))
    for row, column in facts.percents:
        content = cells[row][column] if row < len(cells) and column < len(cells[row]) else None
        if isinstance(content, float):
            put(row, column, Percent(content))
    return Grid(
        meta.name,
        cells,
        file,
        tuple(facts.spans),
        hidden=meta.visible is not SheetVisibleEnum.Visible,
        hidden_rows=frozenset(facts.hidden_rows),
        hidden_columns=frozenset(facts.hidden_columns),
    )
