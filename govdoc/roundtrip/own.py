"""What a template says by itself in a report: its fixed paragraphs, tables, heads, feet and boxes.

None of it is the workbook's: it is not taken back into it, and a person's text is told from it. It is noted in the
base as it is written, with references in place of figures, so that a refresh changes nothing in it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.readers.bind_word import section_of, statutory_tables
from govdoc.readers.grid import Grid
from govdoc.readers.word import Document, Text, document_of, parse_part, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART
from govdoc.roundtrip.scan import W, scan
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.layouts.schema import Layout
    from govdoc.report import Paragraph
    from govdoc.roundtrip.base import Base

_MARGIN = re.compile(r"word/(header|footer)\d*\.xml")
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PAGE_NUMBER = re.compile(r"[0-9]+")  # in a foot: another one on every page, and after every save


def key_of(text: str) -> str:
    """Return a text as it is compared: spaces are none of ours."""
    return normal_label(text)


def texts_in_margins(parts: Mapping[str, bytes], path: Path) -> Iterator[str]:
    """Yield what heads and feet say, without page numbers; boxes in them are apart."""
    from govdoc.readers.word import paragraph_text

    for name, data in parts.items():
        if _MARGIN.fullmatch(name):
            for paragraph in parse_part(data, path).iter(f"{W}p"):
                if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None:
                    yield _PAGE_NUMBER.sub("", paragraph_text(paragraph)).strip()


def boxes(tree: _Element) -> Iterator[_Element]:
    """Yield what text boxes hold; a box has a second copy of its text for old programs."""
    return (box for box in tree.iter(f"{W}txbxContent") if next(box.iterancestors(FALLBACK), None) is None)


def texts_in_notes(parts: Mapping[str, bytes], path: Path) -> Iterator[str]:
    """Yield what footnotes and endnotes say."""
    for name in _NOTES:
        if name in parts:
            for note in parse_part(parts[name], path):
                if note.get(f"{W}type") is None:
                    yield "".join(text.text or "" for text in note.iter(f"{W}t"))


def own_texts(parts: Mapping[str, bytes], path: Path, base: Base, layout: Layout) -> tuple[str, ...]:
    """Return what a report that was just made says beyond its workbook, with references in place of figures."""
    tree = parse_part(parts[BODY_PART], path)
    text = scan(parts[BODY_PART], tree, path.name)
    references = {place.name: place.reference for place in base.places}

    def written(paragraph: _Element) -> str:
        line = text.line_of(paragraph)
        shown = line.text
        for mark in sorted(line.marks, key=lambda mark: -mark.start):
            if mark.name in references:
                start, end = line.offsets[mark.start], line.offsets[mark.end]
                shown = f"{shown[:start]}{{{{{references[mark.name]}}}}}{shown[end:]}"
        return shown

    document = document_of(tree, style_names(parts[STYLES_PART], path), path, path.name)
    lines = Counter(key_of(line.written) for line in base.lines(layout))
    fixed = {key_of(line) for line in base.fixed}
    in_boxes = [written(paragraph) for box in boxes(tree) for paragraph in box.iter(f"{W}p")]
    own = []
    for one in filter(str.strip, [*_in_body(document, layout, written), *in_boxes]):
        if lines[key_of(one)] > 0:
            lines[key_of(one)] -= 1
        elif key_of(one) not in fixed:
            own.append(one.strip())
    beside = [*texts_in_margins(parts, path), *texts_in_notes(parts, path)]
    return (*own, *(text.strip() for text in beside if text.strip()))


def _in_body(document: Document, layout: Layout, written: Callable[[_Element], str]) -> Iterator[str]:
    statutory = {place for place, _ in statutory_tables(document, layout).values()}
    for place, (block, elements) in enumerate(zip(document.blocks, document.elements, strict=True)):
        if isinstance(block, Grid):
            if place not in statutory:
                yield from map(written, elements[0].iter(f"{W}p"))
        elif section_of(block, layout) is None:
            yield "".join(map(written, elements))


def without_own(document: Document, own: Iterable[Paragraph]) -> Document:
    """Return a document in which a template's own paragraphs are empty."""
    texts = Counter(key_of(line.text) for line in own)
    blocks: list[Text | Grid] = []
    for block in document.blocks:
        if isinstance(block, Text) and texts[key_of(block.text)] > 0:
            texts[key_of(block.text)] -= 1
            blocks.append(Text(block.style, ""))
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))
