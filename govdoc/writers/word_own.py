"""Figures in what a template says by itself: each gets a bookmark, as those in narrative have, to be refreshed by.

A figure in a cell of a statutory table needs none: it is found by its labels.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.readers.bind_word import section_of, statutory_tables
from govdoc.readers.grid import Grid
from govdoc.readers.word import document_of, parse_part, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART
from govdoc.roundtrip.base import new_place
from govdoc.roundtrip.own import texts_in_margins
from govdoc.roundtrip.scan import W

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

    from govdoc.layouts.schema import Layout
    from govdoc.roundtrip.base import Base, Place

# Characters for private use, around a figure that is printed: its address stands before it until it has its mark.
_BEFORE, _BETWEEN, _BEHIND = "\ue000", "\ue001", "\ue002"
_FIGURE = re.compile(f"{_BEFORE}([^{_BETWEEN}]*){_BETWEEN}([^{_BEHIND}]*){_BEHIND}")
_SIGNS = re.compile(f"[{_BEFORE}{_BETWEEN}{_BEHIND}]")
_BLOCK = re.compile(r"\{\{\s*[rp] [^{}]*\}\}")  # a tag that gives whole paragraphs or runs, and no figure
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BOX = f"{W}txbxContent"
_RENDERED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")


class NamedFigure(str):
    """A figure's text that says which figure it is where a template prints it, and only there."""

    __slots__ = ("address",)
    address: str

    @classmethod
    def of(cls, address: str, text: str) -> str:
        """Return a figure's text, named unless it has one of the signs that its name is told by."""
        if _SIGNS.search(text):
            return text
        named = cls(text)
        named.address = address
        return named

    def __html__(self) -> str:
        """Return the text as it is printed."""
        from markupsafe import escape

        return f"{_BEFORE}{self.address}{_BETWEEN}{escape(str(self))}{_BEHIND}"


def says_more(parts: Mapping[str, bytes], layout: Layout) -> bool:
    """Return whether a template says more than headings, statutory tables and what is filled into its body."""
    path = Path("template")
    body = parse_part(parts[BODY_PART], path)
    document = document_of(body, style_names(parts[STYLES_PART], path), path, path.name)
    statutory = {place for place, _ in statutory_tables(document, layout).values()}
    for place, block in enumerate(document.blocks):
        if isinstance(block, Grid):
            if place not in statutory:
                return True
        elif _BLOCK.sub("", block.text).strip() and section_of(block, layout) is None:
            return True
    return any("{" in text for text in in_margins(parts)) or next(body.iter(_BOX), None) is not None


def in_margins(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return what a template's heads and feet say, without tags for whole runs: the mark of drafts."""
    texts = (_BLOCK.sub("", text).strip() for text in texts_in_margins(parts, Path("template")))
    return tuple(filter(None, texts))


def with_marks(parts: Mapping[str, bytes], base: Base, layout: Layout, first: int) -> tuple[dict[str, bytes], Base]:
    """Return rendered parts with the named figures in the body marked, and the base with their places.

    ``first`` is the id of a report's first bookmark. A box has two copies of its text: what is in one stays without.
    """
    from lxml import etree

    path = Path("template")
    root = parse_part(parts[BODY_PART], path)
    cells = _statutory_cells(root, parts[STYLES_PART], layout)
    places = list(base.places)
    for text in [one for one in root.iter(f"{W}t") if _FIGURE.search(one.text or "")]:
        run = text.getparent()
        above = set(text.iterancestors(f"{W}tc", _BOX))
        elsewhere = above.isdisjoint(cells) and all(one.tag != _BOX for one in above)
        if run is not None and run.tag == f"{W}r" and elsewhere:
            figures = enumerate(_FIGURE.findall(text.text or ""), start=len(places) + 1)
            new = [new_place(number, address, shown, layout) for number, (address, shown) in figures]
            _mark(run, text, new, first + len(places))
            places += new
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    plain = {
        name: _FIGURE.sub(r"\2", data.decode()).encode() if _RENDERED.fullmatch(name) else data
        for name, data in {**parts, BODY_PART: body}.items()
    }
    return plain, replace(base, places=tuple(places))


def _statutory_cells(root: _Element, styles: bytes, layout: Layout) -> set[_Element]:
    """Return the cells of the statutory tables, which are known by their labels once the figures have no names."""
    path, plain = Path("template"), deepcopy(root)
    for text in plain.iter(f"{W}t"):
        text.text = _FIGURE.sub(r"\2", text.text or "")
    document = document_of(plain, style_names(styles, path), path, path.name)
    tables = {document.elements[place][0] for place, _ in statutory_tables(document, layout).values()}
    pairs = zip(root.iter(f"{W}tbl"), plain.iter(f"{W}tbl"), strict=True)
    return {cell for table, twin in pairs if twin in tables for cell in table.iter(f"{W}tc")}


def _mark(run: _Element, text: _Element, places: Sequence[Place], first: int) -> None:
    """Cut a run at the figures in one of its texts, and put each figure into a bookmark."""
    behind = list(text.itersiblings())
    before, *rest = _FIGURE.split(text.text or "")
    run.remove(text)
    at = run
    pieces: list[_Element] = [_run(run, before)] if before else []
    for number, place in enumerate(places):
        figure, plain = rest[3 * number + 1], rest[3 * number + 2]
        identity = {f"{W}id": str(first + number)}
        pieces += [
            run.makeelement(f"{W}bookmarkStart", {**identity, f"{W}name": place.name}),
            _run(run, figure),
            run.makeelement(f"{W}bookmarkEnd", identity),
            *([_run(run, plain)] if plain else []),
        ]
    if behind:
        last = _run(run, "")
        last.remove(last[-1])
        last.extend(behind)
        pieces.append(last)
    for piece in pieces:
        at.addnext(piece)
        at = piece
    if all(one.tag == f"{W}rPr" for one in run):
        above = run.getparent()
        if above is not None:
            above.remove(run)


def _run(like: _Element, text: str) -> _Element:
    """Return a run with a text that looks like another."""
    run = like.makeelement(like.tag)
    look = like.find(f"{W}rPr")
    if look is not None:
        run.append(deepcopy(look))
    holder = like.makeelement(f"{W}t", {_SPACE: "preserve"})
    holder.text = text
    run.append(holder)
    return run
