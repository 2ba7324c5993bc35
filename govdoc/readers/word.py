"""A Word document → paragraphs with their styles, and tables as Grids, in order. No statute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.files import DOCUMENT, LIMITS, damaged, open_archive, over_limit, read_part
from govdoc.readers.grid import Grid, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.values import Content

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: its text, and the name of its style in lower case (``heading 1``, ``body text``)."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document's body in reading order."""

    file: str
    blocks: tuple[Text | Grid, ...]


def read_document(path: Path, name: str = "") -> Document:
    """Return the body of a .docx; ``name`` stands for the file in findings (default: its own name).

    Raises :class:`govdoc.errors.InputError` where the file is missing, no .docx, damaged or over a limit.
    """
    from lxml import etree

    name = name or path.name
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    with open_archive(path, DOCUMENT) as archive:
        body = read_part(archive, "word/document.xml", path, DOCUMENT)
        styles = read_part(archive, "word/styles.xml", path, DOCUMENT)
    try:
        tree, style_tree = etree.fromstring(body, parser), etree.fromstring(styles, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(path, DOCUMENT) from error
    for root in (tree, style_tree):
        if root.getroottree().docinfo.internalDTD is not None:
            raise over_limit(path, "含有文档类型声明（DOCTYPE）", DOCUMENT)
    if sum(1 for _ in tree.iter(f"{_W}p")) > LIMITS.paragraphs:
        raise over_limit(path, f"有超过 {LIMITS.paragraphs} 个段落", DOCUMENT)
    names = dict(_style_names(style_tree))
    content = tree.find(f"{_W}body")
    blocks = () if content is None else tuple(_blocks(content, names, name))
    return Document(name, blocks)


def _style_names(styles: _Element) -> Iterator[tuple[str, str]]:
    for style in styles.iter(f"{_W}style"):
        label = style.find(f"{_W}name")
        if label is not None:
            yield style.get(f"{_W}styleId", ""), label.get(_VAL, "").lower()


def _blocks(body: _Element, names: dict[str, str], file: str) -> Iterator[Text | Grid]:
    tables = 0
    for element in body:
        if element.tag == f"{_W}p":
            yield Text(_style(element, names), paragraph_text(element))
        elif element.tag == f"{_W}tbl":
            tables += 1
            yield _grid(element, f"第 {tables} 个表格", file)


def _style(paragraph: _Element, names: dict[str, str]) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else names.get(style.get(_VAL, ""), "")


_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def paragraph_text(paragraph: _Element) -> str:
    """Return a paragraph's text as it is seen: insertions in, deletions out."""
    pieces = []
    for element in paragraph.iter(f"{_W}t", *_MARKS):
        parent = element.getparent()
        if parent is not None and parent.tag == f"{_W}r":  # not the tab stops of the paragraph's properties
            pieces.append(_MARKS.get(str(element.tag)) or element.text or "")
    return "".join(pieces)


def _grid(table: _Element, name: str, file: str) -> Grid:
    """Return a table's cells; a cell merged downwards is counted once, at its top."""
    rows: list[list[Content]] = []
    spans: list[Span] = []
    open_spans: dict[int, Span] = {}
    for row_number, row in enumerate(table.findall(f"{_W}tr")):
        cells: list[Content] = []
        for cell in row.findall(f"{_W}tc"):
            left = len(cells)
            width = _width(cell)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            continued = merge is not None and merge.get(_VAL, "continue") == "continue"
            if continued and left in open_spans:
                top = open_spans[left]
                open_spans[left] = Span(top.top, top.left, row_number, top.right)
                cells += [None] * width
                continue
            if left in open_spans:
                spans.append(open_spans.pop(left))
            if width > 1 or merge is not None:
                open_spans[left] = Span(row_number, left, row_number, left + width - 1)
            text = "\n".join(paragraph_text(paragraph) for paragraph in cell.findall(f"{_W}p"))
            cells += [text or None, *[None] * (width - 1)]
        rows.append(cells)
    return Grid(name, rows, file, (*spans, *open_spans.values()))


def _width(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = "1" if span is None else span.get(_VAL, "1")
    return min(max(int(value), 1), LIMITS.columns) if value.isdecimal() else 1
