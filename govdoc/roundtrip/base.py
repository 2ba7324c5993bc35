"""The base: what a Word report was generated from, carried in a custom XML part of its package.

An edited report is compared with it, so that an edit can be told from an old figure. The part is bound to nothing in
the document: Word, WPS and LibreOffice keep such a part as it is. Knows nothing of where figures stand in a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from govdoc import __version__
from govdoc.figures import UnknownReferenceError, keys_of, pieces
from govdoc.markup import attribute, escaped
from govdoc.report import BODY, Entry, Paragraph, printed_introduction, printed_section
from govdoc.values import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.etree import _Element

    from govdoc.layouts.schema import Layout
    from govdoc.report import Report

NAMESPACE = "urn:govdoc:base"
PART = re.compile(r"customXml/item\d+\.xml")
MARK = re.compile(r"_g\d+_\w+")  # the bookmark of a figure in running text

_LONGEST_MARK = 40  # characters of a bookmark's name, in Word
_SYMBOL = re.compile(r"\W+", re.ASCII)
_SPECIAL = re.compile('[&<>"\n\r\t]')
_E = f"{{{NAMESPACE}}}"


@dataclass(frozen=True, slots=True)
class Place:
    """A figure in running text: its bookmark, the reference it came from, and its value.

    ``value`` is what was last agreed on, ``first`` what was printed when the report was generated.
    """

    name: str
    reference: str
    value: str
    first: str


@dataclass(frozen=True)
class Base:
    """What a report was generated from, and what was last agreed on.

    ``mark`` is the layout's edition and version, ``figures`` holds what the tables print by figure key, ``fixed`` the
    lines that 基本信息 makes (title, publication line, 落款), ``narratives`` the rows of the workbook as they were
    written, with references, ``own`` what the template says by itself (None in a report of a version that did not
    note it); its places come behind those of the narratives.
    """

    mark: str
    version: str
    figures: Mapping[str, str]
    places: tuple[Place, ...]
    fixed: tuple[str, ...]
    narratives: Mapping[str, tuple[Entry, ...]]
    draft: bool = False
    own: tuple[str, ...] | None = None

    @property
    def edition(self) -> str:
        """Return the edition of the layout."""
        return self.mark.partition("/")[0]

    def shown(self, reference: str) -> str:
        """Return what was printed for a reference.

        Raises :class:`UnknownReferenceError` for one that was left as it was written.
        """
        if reference not in self._values:
            raise UnknownReferenceError(reference)
        return self._values[reference]

    @cached_property
    def _values(self) -> dict[str, str]:
        return {place.reference: place.first for place in self.places}

    def lines(self, layout: Layout) -> list[Paragraph]:
        """Return every narrative paragraph that was printed, in order, with the values last agreed on."""
        places = iter(self.places)
        return [_with_values(line, places) for line in self._first_lines(layout)]

    def own_lines(self, layout: Layout) -> list[Paragraph]:
        """Return every paragraph that the template printed by itself, with the values last agreed on."""
        places = iter(self.places)
        for line in self._first_lines(layout):
            _with_values(line, places)
        written = ((text, tuple(pieces(text, self.shown))) for text in self.own or ())
        return [_with_values(Paragraph(BODY, text, parts), places) for text, parts in written]

    def _first_lines(self, layout: Layout) -> list[Paragraph]:
        """Return every paragraph as it was first printed; their references come in the order of the places."""
        rows = [(section, self.narratives.get(section.key, ())) for section in layout.sections]
        return [
            line
            for printed in (printed_introduction, printed_section)
            for section, entries in rows
            for line in printed(section, entries, self.shown)
        ]

    def with_values(self, figures: Mapping[str, str], places: Mapping[str, str]) -> Base:
        """Return the base with figures that are agreed on now, by key, and places by name."""
        return replace(
            self,
            figures={**self.figures, **figures},
            places=tuple(replace(place, value=places.get(place.name, place.value)) for place in self.places),
        )


def _with_values(line: Paragraph, places: Iterator[Place]) -> Paragraph:
    filled = []
    for piece in line.pieces:
        place = next(places, None) if piece.reference else None  # a damaged base may list fewer than its texts name
        filled.append(piece if place is None else replace(piece, text=place.value))
    return replace(line, text="".join(piece.text for piece in filled), pieces=tuple(filled))


def make_base(report: Report, *, draft: bool = False) -> Base:
    """Return the base of a report that is about to be written."""
    sections = [section.key for section in report.layout.sections if section.table is None]
    paragraphs = [*report.introduction(), *(line for key in sections for line in report.paragraphs(key))]
    lines = ("".join(report.title), "　".join(report.publication), *report.signature)
    return Base(
        mark=report.layout.mark,
        version=__version__,
        figures=_printed(report),
        places=tuple(_places(paragraphs, report.layout)),
        fixed=tuple(clean_text(line)[0] for line in lines if line),
        narratives={
            key: tuple(
                Entry(clean_text(one.heading)[0], clean_text(one.text)[0]) for one in report.narratives.get(key, ())
            )
            for key in sections
        },
        draft=draft,
    )


def _printed(report: Report) -> dict[str, str]:
    """Return what the tables print by figure key, as a document can hold it."""
    keys = report.layout.figures
    shown = [report.figures[key].shown for key in keys]
    together = "".join(shown)
    if not (together.isascii() and together.isalnum()):  # more than figures, as they nearly always are
        shown = [clean_text(text)[0] for text in shown]
    return dict(zip(keys, shown, strict=True))


def _places(paragraphs: Iterable[Paragraph], layout: Layout) -> Iterator[Place]:
    number = 0
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            if piece.reference:
                number += 1
                yield new_place(number, piece.reference, piece.text, layout)


def new_place(number: int, reference: str, text: str, layout: Layout) -> Place:
    """Return the place of a figure, the ``number``-th in running text."""
    key = next(iter(keys_of(reference, layout)), "")
    value = clean_text(text)[0]
    return Place(f"_g{number}_{_SYMBOL.sub('_', key)}"[:_LONGEST_MARK], reference, value, value)


# ---------------------------------------------------------------- XML


def base_part(base: Base) -> bytes:
    """Return the base as the custom XML part; :func:`read_base` is its reverse."""
    figures = "".join([f"{_figure_tag(key)}{escaped(text)}</f>" for key, text in base.figures.items()])
    places = "".join(map(_place_xml, base.places))
    fixed = "".join(f"<l>{escaped(line)}</l>" for line in base.fixed)
    sections = "".join(f'<s k="{_quoted(key)}">{_rows_xml(rows)}</s>' for key, rows in base.narratives.items())
    own = "" if base.own is None else f"<own>{''.join(f'<l>{escaped(line)}</l>' for line in base.own)}</own>"
    draft = ' draft="1"' if base.draft else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<base xmlns="{NAMESPACE}" layout="{_quoted(base.mark)}" version="{_quoted(base.version)}"{draft}>'
        f"<figures>{figures}</figures><places>{places}</places><fixed>{fixed}</fixed>"
        f"<narrative>{sections}</narrative>{own}</base>"
    ).encode()


def _rows_xml(rows: Iterable[Entry]) -> str:
    return "".join(f"<h>{escaped(row.heading)}</h><t>{escaped(row.text)}</t>" for row in rows)


def _place_xml(place: Place) -> str:
    first = f' v="{_quoted(place.first)}"' if place.first != place.value else ""
    return f'<p n="{_quoted(place.name)}" r="{_quoted(place.reference)}"{first}>{escaped(place.value)}</p>'


@lru_cache(maxsize=1024)  # the keys of a few layouts
def _figure_tag(key: str) -> str:
    return f'<f k="{_quoted(key)}">'


def _quoted(text: str) -> str:
    return attribute(text) if _SPECIAL.search(text) else text


def read_base(root: _Element) -> Base | None:
    """Return the base in a custom XML part, or None where the part is another's."""
    if root.tag != f"{_E}base":
        return None
    return Base(
        mark=root.get("layout", ""),
        version=root.get("version", ""),
        figures={one.get("k", ""): one.text or "" for one in root.iterfind(f"{_E}figures/{_E}f")},
        places=tuple(
            Place(one.get("n", ""), one.get("r", ""), one.text or "", one.get("v", one.text or ""))
            for one in root.iterfind(f"{_E}places/{_E}p")
        ),
        fixed=tuple(one.text or "" for one in root.iterfind(f"{_E}fixed/{_E}l")),
        narratives={one.get("k", ""): tuple(_entries(one)) for one in root.iterfind(f"{_E}narrative/{_E}s")},
        draft=root.get("draft") == "1",
        own=_own(root.find(f"{_E}own")),
    )


def _own(element: _Element | None) -> tuple[str, ...] | None:
    return None if element is None else tuple(one.text or "" for one in element)


def _entries(section: _Element) -> Iterator[Entry]:
    headings = section.findall(f"{_E}h")
    for heading, text in zip(headings, section.findall(f"{_E}t"), strict=False):
        yield Entry(heading.text or "", text.text or "")
