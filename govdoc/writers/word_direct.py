"""What is written of a look beside the styles: Chinese font, indent, alignment; long figures in narrow cells.

WPS and the checkers of the field look at a paragraph and its runs first, some at nothing else. What is written here is
derived from the template's own styles, so that a restyled template looks as it was restyled. Knows no report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from govdoc.markup import attribute
from govdoc.readers.word_tables import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.etree import _Element

_W = f"{{{WORD}}}"
_VAL, _FONT = f"{_W}val", f"{_W}eastAsia"

# ECMA-376 part 1, 17.3.1.26 (pPr): what stands behind an indent, and behind an alignment.
_BEHIND_JC = ("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr")
_BEHIND_IND = ("contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", *_BEHIND_JC, "pPrChange")


_RUN = re.compile(rb"(?P<run><w:r(?: [^>]*)?>)<w:t(?: [^>]*)?>$")  # a run without a look of its own, up to its text
_CELL_WIDTH = re.compile(rb'<w:tcW w:w="([0-9]{1,5})" w:type="dxa"/>')
_NARROWER, _NARROWEST, _SPARE = b'<w:rPr><w:w w:val="%d"/></w:rPr>', 33, 4  # per cent of a character's width
# Twips: beside the text of a cell, the width of a digit (half of 10.5 pt), and how much closer the digits are set.
_CELL_MARGIN, _DIGIT, _CLOSER = 10, 105, 5

_LEFT = '<w:jc w:val="left"/>'
_JUSTIFIED = ('<w:jc w:val="both"/>', '<w:jc w:val="distribute"/>')


@dataclass(frozen=True)
class Look:
    """What a style says of a paragraph and its runs, as XML; empty where it says nothing."""

    indent: str = ""
    alignment: str = ""
    font: str = ""

    @property
    def paragraph(self) -> str:
        """Return the properties of a paragraph."""
        return self.indent + self.alignment

    @cached_property
    def ragged(self) -> Look:
        """Return the look with lines as long as their text wants them, where it has them all of one length."""
        return replace(self, alignment=_LEFT) if self.alignment in _JUSTIFIED else self

    @property
    def run(self) -> str:
        """Return the properties of a run, in their element."""
        return f"<w:rPr>{self.font}</w:rPr>" if self.font else ""


PLAIN = Look()
_DEEPEST = 50  # styles that one is based on; people have three


def looks(styles: _Element) -> dict[str, Look]:
    """Return the look of every paragraph style by its id, with what it takes from the styles it is based on."""
    own: dict[str, tuple[_Element | None, _Element | None, str | None]] = {}
    above, kinds = {}, {}
    for style in styles.iter(f"{_W}style"):
        key, font, base = style.get(f"{_W}styleId", ""), style.find(f"{_W}rPr/{_W}rFonts"), style.find(f"{_W}basedOn")
        face = None if font is None else font.get(_FONT)
        own[key] = style.find(f"{_W}pPr/{_W}ind"), style.find(f"{_W}pPr/{_W}jc"), face
        above[key] = "" if base is None else base.get(_VAL, "")
        kinds[key] = style.get(f"{_W}type")
    usual = [one.get(_FONT) for one in styles.iterfind(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr/{_W}rFonts")]
    return {
        key: _look([own[one] for one in _chain(key, above)], next(filter(None, usual), None))
        for key, kind in kinds.items()
        if kind == "paragraph"
    }


def _look(chain: list[tuple[_Element | None, _Element | None, str | None]], usual: str | None) -> Look:
    indent = next((one for one, _, _ in chain if one is not None), None)
    alignment = next((one for _, one, _ in chain if one is not None), None)
    font = next((one for _, _, one in chain if one), usual)
    return Look(
        indent="" if indent is None else _xml("ind", {str(name): str(value) for name, value in indent.attrib.items()}),
        alignment="" if alignment is None else _xml("jc", {_VAL: alignment.get(_VAL, "")}),
        font="" if font is None else _xml("rFonts", {_FONT: font}),
    )


def _xml(name: str, attributes: Mapping[str, str]) -> str:
    pairs = ((key.removeprefix(_W), value) for key, value in attributes.items() if key.startswith(_W))
    written = "".join(f' w:{key}="{attribute(value)}"' for key, value in pairs)
    return f"<w:{name}{written}/>"


def _chain(key: str, above: Mapping[str, str]) -> Iterator[str]:
    """Yield a style and those that it is based on, the nearest first; they may be based on one another in a circle."""
    for _ in range(_DEEPEST):
        if key not in above:
            return
        yield key
        key = above[key]


def with_direct_looks(body: _Element, known: Mapping[str, Look]) -> None:
    """Write the looks of the paragraphs outside tables beside their styles, where nothing is written yet."""
    for paragraph in body.iterfind(f"{_W}body/{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        style = None if properties is None else properties.find(f"{_W}pStyle")
        if properties is None or style is None:
            continue
        look = known.get(style.get(_VAL, ""), PLAIN)
        for name, xml, behind in (("ind", look.indent, _BEHIND_IND), ("jc", look.alignment, _BEHIND_JC)):
            if xml and properties.find(f"{_W}{name}") is None:
                _insert(properties, xml, behind)
        for run in paragraph.iterfind(f"{_W}r"):
            _with_font(run, look)


def with_fitting_figures(body: bytes, figures: Iterable[str]) -> bytes:
    """Return a document's body with those of some figures that are wider than their cells set narrower.

    A figure is never broken: 12345678 on two lines would be read as two.
    """
    found = {at: figure for figure in figures for at in _beginnings(body, b">%s</w:t></w:r>" % figure.encode())}
    pieces, done = [], 0
    for end in sorted(found):
        run = _RUN.search(body, body.rfind(b"<w:r", 0, end), end)
        cell = body.rfind(b"<w:tc>", 0, end)
        width = _CELL_WIDTH.search(body, cell, end) if cell >= 0 else None
        if run is None or width is None or body.find(b"</w:tc>", cell, end) >= 0:
            continue  # a look of its own, text, or a cell that says nothing of its width
        digits = len(found[end])
        percent = 100 * (int(width[1]) - 2 * _CELL_MARGIN + digits * _CLOSER) // (digits * _DIGIT)
        if percent < 100:  # noqa: PLR2004 - as wide as the font has it
            pieces += [body[done : run.end("run")], _NARROWER % max(percent - _SPARE, _NARROWEST)]
            done = run.end("run")
    return b"".join([*pieces, body[done:]])


def _beginnings(body: bytes, needle: bytes) -> Iterator[int]:
    """Yield where the texts of runs begin that are what is looked for, and nothing else."""
    at = body.find(needle)
    while at >= 0:
        yield at + 1
        at = body.find(needle, at + 1)


def _insert(properties: _Element, xml: str, behind: tuple[str, ...]) -> None:
    later = (place for place, one in enumerate(properties) if str(one.tag).removeprefix(_W) in behind)
    properties.insert(next(later, len(properties)), _parsed(xml))


def _with_font(run: _Element, look: Look) -> None:
    properties = run.find(f"{_W}rPr")
    if not look.font or (properties is not None and properties.find(f"{_W}rFonts") is not None):
        return
    if properties is None:
        run.insert(0, _parsed(look.run))
        return
    style = properties.find(f"{_W}rStyle")
    properties.insert(0 if style is None else 1, _parsed(look.font))


def _parsed(xml: str) -> _Element:
    from lxml import etree

    return etree.fromstring(f'<x xmlns:w="{_W[1:-1]}">{xml}</x>')[0]
