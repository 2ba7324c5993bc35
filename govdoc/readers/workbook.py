"""A workbook file → Grids by sheet name. No statute: what the sheets mean is the binder's business.

What a file is, its first bytes say, not its name: an .xls that is really an .xlsx is read as what it is.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import (
    LIMITS,
    OLE,
    WORKBOOK,
    ZIP,
    damaged,
    first_bytes,
    open_archive,
    over_limit,
    refuse_other_document,
)
from govdoc.readers.facts import BookFacts, OverLimitError, SheetFacts
from govdoc.readers.grid import Grid
from govdoc.readers.number_formats import as_formatted
from govdoc.values import ErrorValue, Percent, Uncalculated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from govdoc.values import Content


SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, in order, and what it says of the edition it was made for."""

    file: str
    grids: tuple[Grid, ...]
    layout_mark: str = ""


def read_workbook(path: Path, without: Collection[str] = ()) -> Book:
    """Return every sheet of a workbook: .xlsx, .xlsm, .xls (also as .et) or .ods. Macros are not even looked at.

    Sheets of an .xlsx named in ``without`` are passed over unread, whatever their size.
    Raises :class:`InputError` where the file is missing, no workbook, encrypted, damaged or over a limit.
    """
    facts = _inspect(path, without)
    try:
        grids = tuple(_grids(facts, path.name))
    except OverLimitError as error:
        raise over_limit(path, str(error), WORKBOOK) from error
    return Book(path.name, grids, facts.layout_mark)


def _grids(facts: BookFacts, file: str) -> Iterator[Grid]:
    """Yield the sheets as the value reader gives them; it gets only what the first look packed for it.

    Raises :class:`InputError` where the value reader cannot read what the first look could.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    if not facts.content:
        for name, one in facts.sheets.items():
            yield _grid(name, _rows(one), one, file)
        return
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(facts.content)) as book:
            for number, (meta, one) in enumerate(zip(book.sheets_metadata, facts.sheets.values(), strict=True)):
                one.hidden = meta.visible != SheetVisibleEnum.Visible
                rows: list[list[Content]] = [
                    [content if content != "" else None for content in row]
                    for row in book.get_sheet_by_index(number).to_python(skip_empty_area=False)
                ]
                _check_lengths(rows)
                if facts.learn is not None:
                    facts.learn(number, rows)
                yield _grid(meta.name, rows, one, file)
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise damaged(Path(file), WORKBOOK) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a fault inside the library; it has no name to import
            raise damaged(Path(file), WORKBOOK) from error
        raise


def _rows(facts: SheetFacts) -> list[list[Content]]:
    if facts.given is not None:
        return facts.given
    rows: list[list[Content]] = [[None] * facts.columns for _ in range(facts.rows)]
    for (row, column), content in facts.values.items():
        rows[row][column] = content if content != "" else None
    _check_lengths(rows)
    return rows


def _inspect(path: Path, without: Collection[str]) -> BookFacts:
    """Return the first look into a file, by what it is."""
    start = first_bytes(path)
    if start == OLE:
        refuse_other_document(path)
        from govdoc.readers.xls import inspect_xls

        return inspect_xls(path)
    if start.startswith(ZIP):
        archive = open_archive(path, WORKBOOK)
        if "content.xml" in archive.namelist() and "xl/workbook.xml" not in archive.namelist():
            refuse_other_document(path)
            from govdoc.readers.ods import inspect_ods

            return inspect_ods(path, archive)
        from govdoc.readers.xlsx import inspect_workbook

        return inspect_workbook(path, archive, without)
    refuse_other_document(path)
    raise InputError(f"{path.name} 不是 {WORKBOOK}。", "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再试。")


def _grid(name: str, cells: list[list[Content]], facts: SheetFacts, file: str) -> Grid:
    """Return a sheet with what the value reader shows as empty, or as a bare number, put right by the facts."""

    def put(row: int, column: int, content: Content) -> None:
        while len(cells) <= row:
            cells.append([])
        cells[row] += [None] * (column + 1 - len(cells[row]))
        cells[row][column] = content

    def at(row: int, column: int) -> Content:
        return cells[row][column] if row < len(cells) and column < len(cells[row]) else None

    for (row, column), formula in facts.formulas.items():
        put(row, column, Uncalculated(formula))
    for (row, column), text in facts.errors.items():
        put(row, column, ErrorValue(text))
    for row, column in facts.percents:
        content = at(row, column)
        if isinstance(content, float):
            put(row, column, Percent(content))
    for (row, column), code in facts.formats.items():
        content = at(row, column)
        formatted = as_formatted(content, code) if type(content) is float else None
        if formatted is not None:
            put(row, column, formatted)
    grid = Grid(
        name,
        cells,
        file,
        tuple(facts.spans),
        hidden=facts.hidden,
        hidden_rows=frozenset(facts.hidden_rows),
        hidden_columns=frozenset(facts.hidden_columns),
    )
    return grid if facts.sight is None or facts.formats else facts.sight.of(grid)


def _check_lengths(cells: Sequence[Sequence[Content]]) -> None:
    """Refuse a text that no spreadsheet program lets a cell hold.

    Raises :class:`OverLimitError`.
    """
    bound = LIMITS.cell_text // 2
    long = [text for row in cells for text in row if isinstance(text, str) and len(text) > bound]
    if any(len(text.encode("utf-16-le", "surrogatepass")) > 2 * LIMITS.cell_text for text in long):
        raise OverLimitError(f"有一格文字超过 {LIMITS.cell_text} 字")
