"""A roster of units → their names and where they stand. Knows reports only to refuse them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import OLE, ZIP, first_bytes
from govdoc.finding import Location
from govdoc.layouts.schema import editions, load_layout
from govdoc.readers.html import decode, read_bytes
from govdoc.readers.workbook import read_workbook
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govdoc.readers.grid import Grid
    from govdoc.readers.workbook import Book

_HEADS = ("机关名称", "单位名称", "单位", "名称", "机关")
_TEXTS = (".txt", ".csv")
_GARBLED = re.compile("[\x00-\x08\ufffd]")  # no text has these
_MOST_NAMES, _MOST_BYTES = 20_000, 4 * 1024 * 1024  # a province has some thousand units
_LONGEST_HEAD = 10  # rows above the names in which their column's head is looked for


def read_names(path: Path) -> list[tuple[str, Location]]:
    """Return the names on a roster: a workbook's column headed 机关名称 (else its first), or a text's lines.

    Raises :class:`InputError` where the file cannot be read, names nobody, or is a report's workbook.
    """
    is_text = path.suffix.lower() in _TEXTS and not first_bytes(path).startswith((ZIP, OLE))
    names = list(islice(_from_text(path) if is_text else _from_book(read_workbook(path)), _MOST_NAMES + 1))
    if len(names) > _MOST_NAMES:
        raise _too_many(path)
    if not names:
        raise InputError(f"名册 {path.name} 里没有单位名称。", f"请在标题为“{_HEADS[0]}”的一列里每行写一个单位。")
    return names


def _too_many(path: Path) -> InputError:
    return InputError(
        f"名册 {path.name} 里有超过 {_MOST_NAMES} 个名称或 {_MOST_BYTES // 1024 // 1024} MB，为安全起见没有打开。",
        "请只留下应报送的单位，每行一个。",
    )


def _from_text(path: Path) -> Iterator[tuple[str, Location]]:
    data = read_bytes(path)
    if len(data) > _MOST_BYTES:
        raise _too_many(path)
    text = decode(data)
    if _GARBLED.search(text):
        raise InputError(f"名册 {path.name} 不是文本，或者编码认不出。", "请另存为 UTF-8 编码的文本，或改用工作簿。")
    for number, line in enumerate(text.splitlines()):
        name = line.split(",")[0].strip().strip('"').strip()
        if name and name not in _HEADS:
            yield name, Location(path.name, row=number)


def _from_book(book: Book) -> Iterator[tuple[str, Location]]:
    statutory = {normal_label(section.sheet) for one in editions() for section in load_layout(one).sections}
    if any(normal_label(grid.name) in statutory for grid in book.grids):
        raise InputError(
            f"{book.file} 是年报工作簿，不是名册。",
            f"名册只列单位名称：工作簿里标题为“{_HEADS[0]}”的一列，或一行一个单位的文本文件。",
        )
    for grid in book.grids:
        yield from _from_grid(grid)


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
