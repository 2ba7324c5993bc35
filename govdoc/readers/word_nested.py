"""Tables within tables of a Word document, laid out one after another before they are read. No statute.

A page copied into Word keeps the tables it was laid out with; the statutory ones stand in their cells.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from govdoc.files import DOCUMENT, open_archive, read_part
from govdoc.readers.word import check_counts, document_of, parse_part, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART, unusual_names
from govdoc.readers.word_tables import WORD

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.readers.word import Document

_W = f"{{{WORD}}}"
_ROW, _CELL, _TABLE = f"{_W}tr", f"{_W}tc", f"{_W}tbl"


def read_any_document(path: Path) -> Document:
    """Return the body of a .docx of any origin, with no table inside another.

    Raises :class:`govdoc.errors.InputError` as :func:`govdoc.readers.word.read_document` does.
    """
    with open_archive(path, DOCUMENT) as archive:
        unusual = unusual_names(archive, path)
        body = read_part(archive, unusual.get(BODY_PART, BODY_PART), path, DOCUMENT)
        name = unusual.get(STYLES_PART, STYLES_PART)
        styles = read_part(archive, name, path, DOCUMENT) if name in archive.namelist() else b"<styles/>"
    tree = parse_part(body, path)
    check_counts(tree, path)
    unnest(tree)
    return document_of(tree, style_names(styles, path), path, path.name)


def unnest(tree: _Element) -> None:
    """Take tables out of tables: one of a single cell leaves its paragraphs, any other stands after what was before.

    The outermost come first: what stands in the others is moved along with them, and not once for each level.
    """
    for table in _frames(tree):
        _replace(table, list(next(table.iter(_CELL))))
    for table in list(tree.iter(_TABLE)):
        if any(inner is not table for inner in table.iter(_TABLE)):
            _replace(table, _laid_out(table))


def _frames(tree: _Element) -> list[_Element]:
    """Return the tables in cells that have a single cell, once the like are gone from it."""
    cells = Counter(next(cell.iterancestors(_TABLE), None) for cell in tree.iter(_CELL))
    frames = []
    for table in reversed(list(tree.iter(_TABLE))):  # the innermost first
        if cells[table] == 1 and next(table.iterancestors(_CELL), None) is not None:
            frames.append(table)
        elif (above := next(table.iterancestors(_TABLE), None)) is not None:
            cells[above] += cells[table]
    return frames[::-1]


def _laid_out(table: _Element) -> list[_Element]:
    """Return what a table with tables in it holds: its own plain rows as tables, and what stands in the others."""
    pieces: list[_Element] = []
    plain: list[_Element] = []

    def close() -> None:
        if plain:
            part = table.makeelement(_TABLE)
            part.extend(plain)
            pieces.append(part)
            plain.clear()

    for row in table.findall(_ROW):
        if next(row.iter(_TABLE), None) is None:
            plain.append(row)
            continue
        close()
        for cell in row.findall(_CELL):
            pieces += [element for element in cell if element.tag != f"{_W}tcPr"]
    close()
    return pieces


def _replace(element: _Element, pieces: list[_Element]) -> None:
    parent = element.getparent()
    if parent is None:
        return
    for piece in pieces:
        if piece.tag != f"{_W}tcPr":
            element.addprevious(piece)  # not by its number: to count takes long among many
    parent.remove(element)
