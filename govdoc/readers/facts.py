"""What a first look into a workbook notes, and the streaming parser behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.readers.grid import Span

Attributes = dict[str, str]


class OverLimitError(Exception):
    """A count went over its limit; carries the reason."""


@dataclass(slots=True)
class SheetFacts:
    """What a sheet says besides its values. Cells are zero-based (row, column); ``rows`` and ``columns`` are used."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cells: int = 0
    shared_cells: int = 0
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell is used."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)


@dataclass(frozen=True, slots=True)
class BookFacts:
    """The sheets' facts by name, and the document property ``govdoc.layout`` (empty where there is none)."""

    sheets: dict[str, SheetFacts]
    layout_mark: str


def parse_part(
    data: bytes,
    start: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat; a DOCTYPE (the door to entity bombs) is refused as no Office program writes one."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    if text is not None:
        parser.CharacterDataHandler = text
    if end is not None:
        parser.EndElementHandler = end
    parser.Parse(data, True)


def _refuse_doctype(*_: object) -> None:
    raise OverLimitError("含有文档类型声明（DOCTYPE）")
