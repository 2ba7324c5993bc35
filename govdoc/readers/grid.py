"""A Grid: the cells of one sheet or one document table, as they were read. No statute, no format."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from govdoc.finding import Location
from govdoc.values import BLANK, NOT_A_NUMBER, SHORT, normal_label, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govdoc.values import Content


_MOST = 1e15  # a number within it is a figure without another look


@dataclass(frozen=True, slots=True)
class Span:
    """A merged rectangle, all four borders included, zero-based."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Return whether a cell lies in the rectangle."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class Outline(tuple[tuple[str | bool | None, ...], ...]):
    """The outline of a grid, row by row. What follows from one is kept by it, so its hash is worked out once."""

    _hash: int
    _windows: dict[tuple[int, int], Outline]

    def __hash__(self) -> int:
        """Return the hash of the rows."""
        try:
            return self._hash
        except AttributeError:
            self._hash = super().__hash__()
            return self._hash

    def between(self, first: int, end: int) -> Outline:
        """Return the rows from ``first`` up to ``end``; the same ones again are the same object."""
        windows = self.__dict__.setdefault("_windows", {})
        if (first, end) not in windows:
            windows[first, end] = Outline(self[first:end])
        found: Outline = windows[first, end]
        return found


@dataclass(frozen=True)
class Grid:
    """Cells by zero-based row and column. A merged cell's content stands at its upper left corner.

    A grid may be a window on a sheet: ``top`` is the sheet's row in which it begins.
    """

    name: str
    rows: Sequence[Sequence[Content]]
    file: str = ""
    spans: tuple[Span, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    top: int = 0

    def at(self, row: int, column: int) -> Content:
        """Return a cell's content; outside the used area there is nothing."""
        if 0 <= row < len(self.rows):
            cells = self.rows[row]
            if 0 <= column < len(cells):
                return cells[column]
        return None

    def text(self, row: int, column: int) -> str:
        """Return a cell's content if it is text, else an empty text."""
        content = self.at(row, column)
        return content if isinstance(content, str) else ""

    def where(self, row: int | None = None, column: int | None = None) -> Location:
        """Return a place in this grid."""
        return Location(self.file, self.name, None if row is None else row + self.top, column)

    @cached_property
    def outline(self) -> Outline:
        """Return what the grid shows to those who look for labels, row by row.

        A text stands in the form in which labels are compared, True stands for a figure, and None for nothing. Sheets
        that were filled in alike have the same outline, so that what follows from one can be kept.
        """
        return outline_of(self.rows)

    def with_outline(self, outline: Outline) -> Grid:
        """Return the grid with its outline, where that is known without looking at every cell."""
        self.__dict__["outline"] = outline
        return self

    def named(self, name: str) -> Grid:
        """Return the same grid under another name."""
        return replace(self, name=name).with_outline(self.outline)

    def window(self, first: int, end: int) -> Grid:
        """Return the rows from ``first`` up to ``end`` as a grid whose places are still those of the sheet."""
        spans = [
            Span(span.top - first, span.left, span.bottom - first, span.right)
            for span in self.spans
            if first <= span.top and span.bottom < end
        ]
        hidden = frozenset(row - first for row in self.hidden_rows if first <= row < end)
        rows = self.rows[first:end]
        grid = replace(self, rows=rows, spans=tuple(spans), hidden_rows=hidden, top=self.top + first)
        return grid.with_outline(self.outline.between(first, end))

    def filled(self) -> Iterator[tuple[int, int, Content]]:
        """Yield every cell that holds something, row by row."""
        for number, cells in enumerate(self.rows):
            for column, content in enumerate(cells):
                if content is not None and not (isinstance(content, str) and not content.strip()):
                    yield number, column, content


@dataclass
class Sight:
    """What grids show that are known to show the same: the first one tells."""

    outline: Outline | None = None

    def of(self, grid: Grid) -> Grid:
        """Return a grid with its outline."""
        self.outline = self.outline or grid.outline
        return grid.with_outline(self.outline)


def outline_of(rows: Iterable[Iterable[Content]]) -> Outline:
    """Return what cells show to those who look for labels."""
    return Outline(
        [
            tuple(
                [
                    None if cell is None else True if type(cell) is float and -_MOST < cell < _MOST else _outlined(cell)
                    for cell in cells
                ]
            )
            for cells in rows
        ]
    )


def _outlined(content: Content) -> str | bool | None:
    """Return a cell's part of an outline."""
    return (_outlined_short if not isinstance(content, str) or len(content) <= SHORT else _outline_of)(content)


def _outline_of(content: Content) -> str | bool | None:
    if isinstance(content, str) and not content.strip():
        return None
    if read_number(content, "count", "").rule not in (NOT_A_NUMBER, BLANK):
        return True
    return normal_label(content)[:SHORT] if isinstance(content, str) else ""  # no label is half as long


_outlined_short = lru_cache(maxsize=4096, typed=True)(_outline_of)
