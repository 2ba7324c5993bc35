"""The narrative of an edited report as the workbook writes it: rows of heading and text, references for figures.

Tracked changes count as accepted. What has no row in the workbook is gathered too, with the place it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from govdoc.readers.bind_word import FIXED_LINES, HEADINGS, cut, heads, is_body, section_of, statutory_tables
from govdoc.readers.word import Text as Paragraph
from govdoc.report import Entry, lines_of, printed_section
from govdoc.roundtrip.numbering import Numbering
from govdoc.roundtrip.own import FALLBACK, boxes, key_of, texts_in_margins, texts_in_notes
from govdoc.roundtrip.places import State
from govdoc.roundtrip.refresh import new_value
from govdoc.roundtrip.scan import W
from govdoc.values import normal_label, show_content, without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from govdoc.layouts.schema import Layout, Section
    from govdoc.readers.grid import Grid
    from govdoc.report import Report
    from govdoc.roundtrip.base import Base
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.places import Places, Spot

_TRACKED = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_MOST_COMPARED = 1_000_000  # characters of a document that are compared with what is missing in it
_EQUATION = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_EDITED = 0.6  # how alike a paragraph and one of the template's own are, of which it is an edited form


@dataclass(frozen=True, slots=True)
class Homeless:
    """A text that no row of the workbook takes, or a table, and where it stood.

    ``is_fixed`` says that it stands where 基本信息 makes the lines.
    """

    where: str
    text: str
    is_table: bool = False
    is_fixed: bool = False


@dataclass(frozen=True)
class Narrative:
    """What people wrote: the rows of each section that was found, its introduction apart, and what has no row.

    ``typed`` are the figures whose number a person put in by hand, or whose mark is gone: they stand in the rows as
    text. ``tracked`` counts the open tracked changes, ``pictures`` the pictures, which no workbook takes, ``formulas``
    the equations, of which only the characters are in the rows. ``missing`` are the sections whose headings are gone.
    """

    rows: dict[str, tuple[Entry, ...]]
    introduction: str
    homeless: tuple[Homeless, ...]
    typed: tuple[Spot, ...]
    tracked: int
    pictures: int
    formulas: int
    missing: tuple[Section, ...]


def read_narrative(package: Package, base: Base, report: Report, places: Places) -> Narrative:
    """Return the narrative of an edited report; ``report`` is the workbook's, whose figures count as figures too."""
    reader = _Reader(package, base, report, places)
    rows = {section.key: reader.rows(section) for section in report.layout.sections if reader.takes(section)}
    return Narrative(
        rows=rows,
        introduction="\n".join(reader.introduction()),
        homeless=tuple(reader.homeless()),
        typed=tuple(reader.typed),
        tracked=sum(1 for _ in package.tree.iter(*_TRACKED)),
        pictures=sum(1 for _ in _pictures(package.tree)),
        formulas=sum(1 for _ in package.tree.iter(_EQUATION)),
        missing=tuple(one for one in report.layout.sections if one.table is None and one.key not in reader.sections),
    )


def _pictures(tree: _Element) -> Iterator[_Element]:
    """Yield what is no text; a box of text is none of it, nor is the second copy of a picture for old programs."""
    for one in tree.iter(f"{W}drawing", f"{W}pict", f"{W}object"):
        if next(one.iterancestors(FALLBACK), None) is None and next(one.iter(f"{W}txbxContent"), None) is None:
            yield one


class _Reader:
    """One document; the pieces of its text are turned into lines as a workbook writes them."""

    def __init__(self, package: Package, base: Base, report: Report, places: Places) -> None:
        self.package = package
        self.base = base
        self.report = report
        self.layout: Layout = report.layout
        self.places = places
        self.sections = cut(package.document, report.layout)
        self.numbering = Numbering(package)
        self.own = frozenset(map(key_of, base.own or ()))
        self.typed: list[Spot] = []
        self.references = {
            line: sorted(spots, key=lambda spot: -spot.start)
            for line, spots in groupby(
                sorted(self._referring(), key=lambda spot: spot.line), key=lambda spot: spot.line
            )
        }

    def _referring(self) -> Iterator[Spot]:
        """Yield the places that are still figures: those that hold the figure agreed on, or the workbook's."""
        for spot in self.places.marked:
            if spot.state is State.UNMARKED and spot.start < 0:
                self.typed.append(spot)
            if spot.start < 0 or spot.state is State.EMPTY:
                continue
            ours = spot.text in (spot.base, new_value(spot, self.report))
            if ours and spot.state in (State.FOUND, State.RECOVERED, State.TRACKED):
                yield spot
            elif spot.text:
                self.typed.append(spot)

    def takes(self, section: Section) -> bool:
        """Return whether a section is narrative, and its heading is there."""
        return section.table is None and section.key in self.sections

    # ------------------------------------------------------------ lines

    def written(self, place: int) -> str:
        """Return a block's text with references in place of figures, and the number that Word puts before it.

        What has no width and was pasted along is none of the text: a workbook does not keep it either.
        """
        pieces = [self._with_references(element) for element in self.package.document.elements[place]]
        return self.numbering.before(self.package.document.elements[place][-1]) + without_unseen("".join(pieces))

    def _with_references(self, paragraph: _Element) -> str:
        number = self.places.text.number_of(paragraph)
        text = self.places.text.lines[number].text
        for spot in self.references.get(number, ()):
            text = f"{text[: spot.start]}{{{{{spot.reference}}}}}{text[spot.end :]}"
        return text

    def _paragraphs(self, key: str) -> Iterator[tuple[int, Paragraph]]:
        for place in self.sections.get(key, ()):
            block = self.package.document.blocks[place]
            plain = isinstance(block, Paragraph) and is_body(block) and section_of(block, self.layout) is None
            if plain and isinstance(block, Paragraph) and place not in self.templates:
                yield place, block

    # ------------------------------------------------------------ rows

    def introduction(self) -> list[str]:
        """Return the lines before the first section."""
        return [line for place, _ in self._paragraphs("") for line in lines_of(self.written(place))]

    def rows(self, section: Section) -> tuple[Entry, ...]:
        """Return a section's rows: each heading begins one, unless the workbook has it within a row's text.

        A row's own heading is one in whatever style: people make headings of plain text in bold.
        """
        base = self.base.narratives.get(section.key, ())
        own = {normal_label(_heading(entry)) for entry in base}
        inner = {
            normal_label(line.written) for line in printed_section(section, base, self.base.shown) if line.level
        } - own
        rows: list[tuple[str, list[str]]] = []
        for place, block in self._paragraphs(section.key):
            lines = lines_of(self.written(place))
            label = normal_label("".join(lines))
            level = HEADINGS.get(block.style, 0)
            if label in own or (level == min(HEADINGS.values()) and label not in inner):
                rows.append(("".join(lines), []))
            elif rows:
                rows[-1][1].extend(lines)
            else:
                rows.append(("", lines))
        return tuple(Entry(heading, "\n".join(lines)) for heading, lines in rows)

    # ------------------------------------------------------------ what has no row

    def homeless(self) -> Iterator[Homeless]:
        """Yield what no row takes: changed fixed lines and headings, people's own tables, text in boxes and notes."""
        statutory = {place for place, _ in statutory_tables(self.package.document, self.layout).values()}
        keys = {place: key for key, places in self.sections.items() for place in places}
        sections = {section.key: section for section in self.layout.sections}
        for place, block in enumerate(self.package.document.blocks):
            section = sections.get(keys[place])
            where = section.heading if section is not None else "标题部分"
            if place in self.templates:
                if not self.templates[place]:
                    yield from _filled(f"{where}（模板的固定文字）", self.written(place))
            elif isinstance(block, Paragraph):
                yield from self._without_row(place, block, where, section)
            elif place not in statutory and not self._is_own(self.package.document.elements[place][0]):
                yield from _filled(f"{where}（表格）", _table_text(block), is_table=True)
        yield from self._beside()

    def _without_row(self, place: int, block: Paragraph, where: str, section: Section | None) -> Iterator[Homeless]:
        """Yield a paragraph that no row takes."""
        if block.style.startswith("toc"):
            return
        if section_of(block, self.layout) is not None:
            if not any(heads(block, one) for one in self.layout.sections):
                yield from _filled(f"{where}（标题）", self.written(place))
        elif not is_body(block):
            if normal_label(block.text) not in {normal_label(line) for line in self.base.fixed}:
                name = FIXED_LINES.get(block.style, "")
                for text in _filled(f"{where}（{name}）" if name else where, block.text):
                    yield replace(text, is_fixed=bool(name))
        elif section is not None and not self.takes(section):
            yield from _filled(where, "\n".join(lines_of(self.written(place))))

    def _beside(self) -> Iterator[Homeless]:
        for box in boxes(self.package.tree):
            if not self._is_own(box):
                lines = [self.places.text.line_of(one).text for one in box.iter(f"{W}p")]
                yield from _filled("文本框", "\n".join(lines))
        texts = [("脚注", text) for text in texts_in_notes(self.package.parts, self.package.path)]
        if self.base.own is not None:  # else it is not known what the template has there
            texts += [("页眉页脚", text) for text in texts_in_margins(self.package.parts, self.package.path)]
        for where, text in texts:
            if key_of(text) not in self.own:
                yield from _filled(where, text)

    def _is_own(self, element: _Element) -> bool:
        """Return whether all that stands in a table or a box is the template's."""
        texts = (key_of(self._with_references(one)) for one in element.iter(f"{W}p"))
        return bool(self.own) and all(text in self.own for text in texts if text)

    @cached_property
    def templates(self) -> dict[int, bool]:
        """Return the paragraphs that are the template's own, and whether each still is as it was.

        One that was edited is known by its likeness to what is missing now; nothing in a workbook is like it.
        """
        if not self.own:
            return {}
        blocks = enumerate(self.package.document.blocks)
        texts = {place: key_of(self.written(place)) for place, block in blocks if isinstance(block, Paragraph)}
        found = {place: True for place, text in texts.items() if text in self.own}
        lines = {key_of(line.written) for line in self.base.lines(self.layout)}
        gone = sorted(self.own - set(texts.values()))
        if len(gone) * sum(map(len, texts.values())) > _MOST_COMPARED:
            return found
        for missing in gone:
            rest = ((place, text) for place, text in texts.items() if place not in found and text not in lines)
            scores = ((SequenceMatcher(None, missing, text, autojunk=False).ratio(), place) for place, text in rest)
            likeness, place = max(scores, default=(0.0, -1))
            if likeness >= _EDITED:
                found[place] = False
        return found


def _heading(entry: Entry) -> str:
    return "".join(lines_of(entry.heading))


def _filled(where: str, text: str, *, is_table: bool = False) -> Iterator[Homeless]:
    if text.strip():
        yield Homeless(where, text.strip(), is_table)


def _table_text(grid: Grid) -> str:
    return "\n".join("\t".join(show_content(cell) for cell in row).rstrip() for row in grid.rows)
