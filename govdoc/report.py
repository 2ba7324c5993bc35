"""The Report: one agency's annual report for one year, whatever file it came from.

Everything that can be read becomes one; everything that can be written comes from one. Two Reports are equal when
they say the same; where they were read does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from govdoc.figures import Piece, look_up, pieces
from govdoc.finding import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govdoc.layouts.schema import Layout, Section
    from govdoc.values import Value


NO_AGENCY, NO_YEAR = "（机关名称未填）", "（年度未填）"  # stand in a draft's title


class Figure(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One statutory number. ``value`` is None where the cell held none; ``shown`` is what is printed.

    Two figures are equal when they say the same, wherever they stand.
    """

    value: Value | None
    shown: str
    where: Location = Location()

    def __eq__(self, other: object) -> bool:
        """Return whether another figure says the same."""
        if not isinstance(other, Figure):
            return NotImplemented
        return self.value == other.value and self.shown == other.shown

    def __hash__(self) -> int:
        """Return a hash of what the figure says."""
        return hash((self.value, self.shown))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a narrative: a heading (may be empty) and text, whose line breaks part paragraphs."""

    heading: str
    text: str
    where: Location = field(default=Location(), compare=False)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of 情况说明: why a finding of a rule at a place is right as it stands."""

    code: str
    place: str
    text: str
    where: Location = field(default=Location(), compare=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A printed paragraph. ``level`` is 0 for body text, 2 for （一）, 3 for 1. and 4 for （1）.

    ``pieces`` are the stretches of its text: what was typed, and what came from a reference. Two paragraphs that are
    printed alike are equal, whatever their text came from.
    """

    level: int
    text: str
    pieces: tuple[Piece, ...] = field(default=(), compare=False)

    @property
    def written(self) -> str:
        """Return the text as the workbook has it, with references in place of figures."""
        return "".join(piece.written for piece in self.pieces) if self.pieces else self.text


BODY = 0
SUBHEADING = 2

LONGEST_HEADING = 40  # characters; a longer numbered line is a paragraph with a number before it
_LEVELS = (
    (2, re.compile(r"[（(][一二三四五六七八九十百]+[）)]")),
    (3, re.compile(r"[0-9０-９]{1,2}(?:[.．](?![0-9０-９])|、)")),
    (4, re.compile(r"[（(][0-9０-９]{1,2}[）)]")),
)
SENTENCE_ENDS = tuple("。；：，、！？;:,!?…")


@dataclass(frozen=True)
class Report:
    """An annual report. ``figures`` is keyed by the layout's figure keys, ``narratives`` by its section keys.

    A section whose place in the file (its sheet) is missing has no narrative, not an empty one.
    ``info`` holds the fields of 基本信息 by key, as text, dates as ``YYYY-MM-DD``; a field that is empty is absent.
    ``previous`` holds last year's figures as far as they are known, under the keys of this edition; ``last`` is last
    year's report itself, where it was given. ``as_text`` are the figures that stand in their cells as text.
    """

    layout: Layout
    info: Mapping[str, str]
    figures: Mapping[str, Figure]
    narratives: Mapping[str, tuple[Entry, ...]]
    previous: Mapping[str, Figure] = field(default_factory=dict, compare=False)
    explanations: tuple[Explanation, ...] = field(default=(), compare=False)
    last: Report | None = field(default=None, compare=False, repr=False)
    source: str = field(default="", compare=False)
    as_text: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def agency(self) -> str:
        """Return the organ's name (机关名称), or an empty text."""
        return self.info.get("agency", "")

    @property
    def year(self) -> int | None:
        """Return the report year, or None where it is missing."""
        year = self.info.get("year", "")
        return int(year) if len(year) == len("2024") and year.isdecimal() else None

    @cached_property
    def title(self) -> tuple[str, ...]:
        """Return the title's sense units, at whose borders a long title may break."""
        agency, year = self.agency or NO_AGENCY, self.info.get("year", "") or NO_YEAR
        return tuple(part.format(agency=agency, year=year) for part in self.layout.title)

    @property
    def publication(self) -> tuple[str, ...]:
        """Return the parts of the publication line whose values are known."""
        return tuple(
            part.format(**self.info)
            for part in self.layout.publication
            if all(self.info.get(name) for name in _fields(part))
        )

    @property
    def signature(self) -> tuple[str, ...]:
        """Return the lines of the 落款: organ and date, or nothing where 基本信息 does not ask for one."""
        if self.info.get("signature") != self.layout.choices.signed:
            return ()
        values = {**self.info, "published": written_date(self.info.get("published", ""))}
        lines = (
            part.format(**values) for part in self.layout.signature if all(values.get(name) for name in _fields(part))
        )
        return tuple(lines)

    def value(self, key: str) -> Value | None:
        """Return a figure's number, or None where it has none."""
        figure = self.figures.get(key)
        return None if figure is None else figure.value

    def last_value(self, key: str) -> Value | None:
        """Return last year's number, or None where it is not known."""
        figure = self.previous.get(key)
        return None if figure is None else figure.value

    def total(self, keys: Iterable[str]) -> Value | None:
        """Return a sum of figures, or None where one of them has no number."""
        return _total(self.figures, keys)

    def last_total(self, keys: Iterable[str]) -> Value | None:
        """Return a sum of last year's figures, or None where one of them is not known."""
        return _total(self.previous, keys)

    def in_place(self, key: str) -> str:
        """Return what is printed in a figure's place in its table."""
        return self.figures[key].shown

    def where(self, key: str) -> Location:
        """Return where a figure was read."""
        return self.figures[key].where

    def introduction(self) -> list[Paragraph]:
        """Return the paragraphs that are printed before the first section (导语)."""
        return [
            paragraph
            for section in self.layout.sections
            for paragraph in printed_introduction(section, self.narratives.get(section.key, ()), self.shown)
        ]

    def paragraphs(self, section_key: str) -> list[Paragraph]:
        """Return a narrative section as it is printed, without the introduction."""
        return list(self._printed[section_key])

    @cached_property
    def _printed(self) -> dict[str, tuple[Paragraph, ...]]:
        """Return every section's paragraphs: the checks, the writer and the comparison all ask for them."""
        return {
            section.key: tuple(printed_section(section, self.narratives.get(section.key, ()), self.shown))
            for section in self.layout.sections
        }

    def shown(self, reference: str) -> str:
        """Return what stands for a reference; see :func:`govdoc.figures.look_up`."""
        return look_up(reference, self)

    def with_figures(self, changed: Mapping[str, Figure]) -> Report:
        """Return the same report with some figures replaced."""
        return replace(self, figures={**self.figures, **changed})


def _total(figures: Mapping[str, Figure], keys: Iterable[str]) -> Value | None:
    total: Value = 0
    for key in keys:
        figure = figures.get(key)
        if figure is None or figure.value is None:
            return None
        total += figure.value
    return total


def _fields(template: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", template)


def written_date(iso: str) -> str:
    """Return ``2022-01-20`` as ``2022年1月20日``: GB/T 9704-2012, 7.3.5.4, Arabic figures without leading zeros."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", iso)
    return "{}年{}月{}日".format(*(int(part) for part in match.groups())) if match else iso


def lines_of(text: str) -> list[str]:
    """Return a cell's paragraphs: its lines without the spaces around them; empty lines are no paragraphs."""
    return [line for line in (line.strip() for line in text.split("\n")) if line]


def heading_level(line: str) -> int | None:
    """Return the level whose numbering a line begins with (（一） 2, 1. 3, （1） 4), or None."""
    return next((level for level, pattern in _LEVELS if pattern.match(line)), None)


Shown = Callable[[str], str]  # as for :func:`govdoc.figures.pieces`


def printed_introduction(section: Section, entries: Iterable[Entry], shown: Shown) -> Iterator[Paragraph]:
    """Yield the paragraphs of a section's introduction, if it has one."""
    for entry in entries:
        if section.introduction is not None and entry.heading == section.introduction:
            yield from (Paragraph(BODY, _text(parts), parts) for parts in _lines(entry.text, shown))


def printed_section(section: Section, entries: Iterable[Entry], shown: Shown) -> Iterator[Paragraph]:
    """Yield a narrative section's paragraphs without its introduction."""
    for entry in entries:
        if section.introduction is None or entry.heading != section.introduction:
            yield from printed(entry.heading, entry.text, shown)


def printed(heading: str, text: str, shown: Shown) -> Iterator[Paragraph]:
    """Yield a narrative row as it is printed."""
    parts = tuple(chain.from_iterable(_lines(heading, shown)))
    line = _text(parts)
    if line:
        yield Paragraph(heading_level(line) or SUBHEADING, line, parts)
    for parts in _lines(text, shown):
        line = _text(parts)
        level = heading_level(line)
        is_heading = level is not None and len(line) <= LONGEST_HEADING and not line.endswith(SENTENCE_ENDS)
        yield Paragraph(level if is_heading and level is not None else BODY, line, parts)


def _text(parts: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in parts)


def _lines(text: str, shown: Shown) -> Iterator[tuple[Piece, ...]]:
    """Yield the pieces of each paragraph, as :func:`lines_of` does for a text without references."""
    if "{{" not in text:  # as most are
        yield from ((Piece(line),) for line in lines_of(text))
        return
    line: list[Piece] = []
    for piece in pieces(text, shown):
        if piece.reference or "\n" not in piece.text:
            line.append(piece)
            continue
        first, *more = piece.text.split("\n")
        line.append(Piece(first))
        for after in more:
            yield from _stripped(line)
            line = [Piece(after)]
    yield from _stripped(line)


def _stripped(line: list[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield a line's pieces without the spaces around them, unless nothing is left."""
    if line and not line[0].reference:
        line[0] = Piece(line[0].text.lstrip())
    if line and not line[-1].reference:
        line[-1] = Piece(line[-1].text.rstrip())
    if any(piece.text.strip() for piece in line):
        yield tuple(piece for piece in line if piece.text or piece.reference)
