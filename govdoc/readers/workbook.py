"""A workbook file → Grids by sheet name. No statute: what the sheets mean is the binder's business.

What a file is, its first bytes say, not its name: an .xls that is really an .xlsx is read as what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import OLE, WORKBOOK, ZIP, damaged, first_bytes, open_archive
from govdoc.readers.facts import BookFacts, SheetFacts
from govdoc.readers.grid import Grid, Span
from govdoc.values import ErrorValue, Percent, Uncalculated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from python_calamine import CalamineSheet, SheetMetadata

    from govdoc.values import Content


SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, in order, and what it says of the edition it was made for."""

    file: str
    grids: tuple[Grid, ...]
    layout_mark: str = ""


def read_workbook(path: Path) -> Book:
    """Return every sheet of a workbook: .xlsx, .xlsm, .xls (also as .et) or .ods. Macros are not even looked at.

    Raises :class:`InputError` where the file is missing, no workbook, encrypted, damaged or over a limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    facts = _inspect(path)
    grids = []
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            for meta in book.sheets_metadata:
                if meta.typ is SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(meta.name)
                    grids.append(_grid(meta, sheet, facts.sheets.get(meta.name, SheetFacts()), path.name))
    except PasswordError as error:
        raise InputError(f"{path.name} 设了打开密码，读不了。", "请取消密码，保存后再试。") from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(path, WORKBOOK) from error
    return Book(path.name, tuple(grids), facts.layout_mark)


def _inspect(path: Path) -> BookFacts:
    """Return the first look into a file, by what it is."""
    start = first_bytes(path)
    if start == OLE:
        from govdoc.readers.xls import inspect_xls

        return inspect_xls(path)
    if start.startswith(ZIP):
        with open_archive(path, WORKBOOK) as archive:
            names = archive.namelist()
        if "content.xml" in names and "xl/workbook.xml" not in names:
            from govdoc.readers.ods import inspect_ods

            return inspect_ods(path)
    from govdoc.readers.xlsx import inspect_workbook

    return inspect_workbook(path)


def _grid(meta: SheetMetadata, sheet: CalamineSheet, facts: SheetFacts, file: str) -> Grid:
    """Return a sheet with what the value reader shows as empty, or as a bare number, put right by the facts."""
    from python_calamine import SheetVisibleEnum

    rows: Sequence[Sequence[Content]] = sheet.to_python(skip_empty_area=False)
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
    spans = facts.spans or [Span(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Grid(
        meta.name,
        cells,
        file,
        tuple(spans),
        hidden=meta.visible is not SheetVisibleEnum.Visible,
        hidden_rows=frozenset(facts.hidden_rows),
        hidden_columns=frozenset(facts.hidden_columns),
    )
