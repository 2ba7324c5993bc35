"""What a statutory table is made of: rows and columns in blocks, and the numbers where they meet."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["count", "amount", "change", "money"]  # see govdoc.values.read_number


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a layout has in common: frozen, and no key that the schema does not know."""


class HeadCell(Part, frozen=True):
    """A heading that spans columns or rows."""

    text: str
    columns: int = 1
    rows: int = 1


class Column(Part, frozen=True, kw_only=True):
    """A column of numbers; ``span`` is how many printed columns one number takes."""

    key: str
    short: str
    kind: Kind
    unit: str
    span: int = 1


class Row(Part, frozen=True, kw_only=True):
    """A row of numbers; ``labels`` is its path of labels from the outermost group inwards."""

    key: str
    short: str
    labels: tuple[str, ...]


class Block(Part, frozen=True, kw_only=True):
    """Rows that share their headings; a table is one or more blocks under one another."""

    head: tuple[tuple[str | HeadCell, ...], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str | None = None


class FigureSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One number of the report: its key in programs, its address in Chinese, and what may stand there.

    ``key`` is ``table.row.column`` (``t3.granted.natural``); ``address`` is the same in the short names of the form
    (``三.予以公开.自然人``); ``label`` names it in full for messages, ``row_name`` and
    ``column_name`` its row and column in short.
    """

    key: str
    address: str
    label: str
    row_name: str
    column_name: str
    table: str
    row: str
    column: str
    kind: Kind
    unit: str
