"""A plain text → paragraphs, and tables where tabs or bars still part their cells. No statute.

A text copied out of a page has often lost its tables: their cells run together in lines, which stay lines here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.readers.grid import Grid
from govdoc.readers.html import decode, read_bytes
from govdoc.readers.word import Document, Text
from govdoc.values import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from govdoc.values import Content

_LEAST_CELLS = 2


def read_text(path: Path) -> Document:
    """Return the lines of a text file, UTF-8 or GB 18030.

    Raises :class:`govdoc.errors.InputError` where the file is missing or longer than any report.
    """
    return parse_text(decode(read_bytes(path)), path.name)


def parse_text(text: str, name: str) -> Document:
    """Return the lines of a text; ``name`` stands for the file in findings."""
    lines = clean_text(text)[0].split("\n")
    return Document(name, tuple(_blocks(lines, name)))


def _blocks(lines: Sequence[str], name: str) -> Iterator[Text | Grid]:
    tables = 0
    rows: list[list[Content]] = []
    for line in (*lines, ""):
        cells = _cells(line)
        if len(cells) >= _LEAST_CELLS:
            if any(cell is not None and set(str(cell)) - set("-:= ") for cell in cells):
                rows.append(cells)
            continue
        if rows:
            tables += 1
            yield Grid(f"第 {tables} 个表格", rows, name)
            rows = []
        if line.strip():
            yield Text("", line.strip(" \t\u3000"))


def _cells(line: str) -> list[Content]:
    """Return what stands between the tabs or bars of a line; a line without any is one cell."""
    bare = line.strip(" \u3000")
    if "|" in bare and "\t" not in bare:
        return [part.strip() or None for part in bare.strip("|").split("|")]
    return [part.strip() or None for part in line.rstrip("\n").split("\t")] if bare else []
