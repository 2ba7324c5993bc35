"""The printed form of a table: where each label and each number stands, derived from its blocks.

Workbook, Word report and page are all drawn from this one geometry, and read back against it.
Rows and columns are zero-based, counted from the table's upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from govdoc.layouts.parts import Block, Column, FigureSpec, Row


class LineKind(Enum):
    """What a printed row is."""

    CAPTION = "caption"
    HEAD = "head"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label and the rectangle it fills. ``leaf`` marks the label that names its own row or column."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    kind: LineKind
    leaf: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a number; ``columns`` is how many printed columns it takes."""

    row: int
    column: int
    columns: int
    figure: FigureSpec


@dataclass(frozen=True, slots=True)
class Line:
    """One printed row: what begins in it."""

    kind: LineKind
    block: int
    labels: tuple[Label, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A table as printed. ``label_columns`` is how many columns at the left hold labels.

    A layout has one form a table, so that what follows from a form can be kept by it.
    """

    columns: int
    label_columns: int
    lines: tuple[Line, ...]

    @property
    def rows(self) -> int:
        """Return the number of printed rows."""
        return len(self.lines)

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Return every label, row by row."""
        return tuple(label for line in self.lines for label in line.labels)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Return every place for a number, row by row."""
        return tuple(slot for line in self.lines for slot in line.slots)


def make_form(blocks: Sequence[Block], label_columns: int, figure: Callable[[Row, Column], FigureSpec]) -> Form:
    """Return the printed form of a table's blocks; ``figure`` gives the number where a row and a column meet."""
    width = label_columns + sum(column.span for column in blocks[0].columns)
    lines: list[Line] = []
    for number, block in enumerate(blocks):
        if block.caption is not None:
            caption = Label(len(lines), 0, 1, width, block.caption, LineKind.CAPTION)
            lines.append(Line(LineKind.CAPTION, number, (caption,), ()))
        lines += _head_lines(block, number, len(lines))
        lines += _data_lines(block, number, len(lines), label_columns, figure)
    return Form(width, label_columns, tuple(lines))


def _head_lines(block: Block, number: int, top: int) -> Iterator[Line]:
    taken: set[tuple[int, int]] = set()
    for depth, cells in enumerate(block.head):
        labels = []
        column = 0
        for cell in cells:
            text, columns, rows = (cell, 1, 1) if isinstance(cell, str) else (cell.text, cell.columns, cell.rows)
            while (depth, column) in taken:
                column += 1
            taken |= {(depth + down, column + right) for down in range(rows) for right in range(columns)}
            leaf = depth + rows == len(block.head)
            labels.append(Label(top + depth, column, rows, columns, text, LineKind.HEAD, leaf))
            column += columns
        yield Line(LineKind.HEAD, number, tuple(labels), ())


def _data_lines(
    block: Block, number: int, top: int, label_columns: int, figure: Callable[[Row, Column], FigureSpec]
) -> Iterator[Line]:
    for offset, row in enumerate(block.rows):
        slots = []
        column = label_columns
        for item in block.columns:
            slots.append(Slot(top + offset, column, item.span, figure(row, item)))
            column += item.span
        labels = tuple(_row_labels(block.rows, offset, top + offset, label_columns))
        yield Line(LineKind.DATA, number, labels, tuple(slots))


def _row_labels(rows: tuple[Row, ...], offset: int, at: int, label_columns: int) -> Iterator[Label]:
    path = rows[offset].labels
    for depth, text in enumerate(path):
        if depth == len(path) - 1:
            yield Label(at, depth, 1, label_columns - depth, text, LineKind.DATA)
            continue
        group = path[: depth + 1]
        if offset and rows[offset - 1].labels[: depth + 1] == group:
            continue
        height = 1
        while offset + height < len(rows) and rows[offset + height].labels[: depth + 1] == group:
            height += 1
        yield Label(at, depth, height, 1, text, LineKind.DATA, leaf=False)
