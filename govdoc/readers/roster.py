"""A roster of units → their names and where they stand. Knows nothing of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import reason_of
from govdoc.finding import Location
from govdoc.readers.workbook import read_workbook
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govdoc.readers.grid import Grid

_HEADS = ("机关名称", "单位名称", "单位", "名称", "机关")
_TEXTS = (".txt", ".csv")
_LONGEST_HEAD = 10  # rows above the names in which their column's head is looked for


def read_names(path: Path) -> list[tuple[str, Location]]:
    """Return the names on a roster: a workbook's column headed 机关名称 (else its first), or a text's lines.

    Raises :class:`InputError` where the file cannot be read or names nobody.
    """
    if path.suffix.lower() in _TEXTS:
        names = list(_from_text(path))
    else:
        names = [entry for grid in read_workbook(path).grids for entry in _from_grid(grid)]
    if not names:
        raise InputError(f"名册 {path.name} 里没有单位名称。", f"请在标题为“{_HEADS[0]}”的一列里每行写一个单位。")
    return names


def _from_text(path: Path) -> Iterator[tuple[str, Location]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path.name}。", "请检查文件名和所在文件夹。") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} 不是 UTF-8 编码的文本。", "请另存为 UTF-8，或改用工作簿。") from None
    except OSError as error:
        raise InputError(f"打不开 {path.name}（{reason_of(error)}）。", "请检查文件的权限。") from error
    for number, line in enumerate(text.splitlines()):
        name = line.split(",")[0].strip().strip('"').strip()
        if name and name not in _HEADS:
            yield name, Location(path.name, row=number)


def _from_grid(grid: Grid) -> Iterator[tuple[str, Location]]:
    top, column = _head(grid)
    for row in range(top, len(grid.rows)):
        name = grid.text(row, column).strip()
        if name:
            yield " ".join(name.split()), grid.where(row, column)


def _head(grid: Grid) -> tuple[int, int]:
    """Return the first row of names and their column."""
    for head in _HEADS:
        for row in range(min(_LONGEST_HEAD, len(grid.rows))):
            for column in range(len(grid.rows[row])):
                if normal_label(grid.text(row, column)) == head:
                    return row + 1, column
    return 0, 0
