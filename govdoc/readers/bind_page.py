"""Texts and Grids of a published report, wherever they come from → a Report, and how sure each part of it is.

A Word file of any origin, a web page and a plain text are read alike: sections are cut at their headings, tables are
found by their labels, and what is not certain is said. The labels are the layout's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from govdoc.finding import Location
from govdoc.layouts.schema import editions, layout_for, load_layout, newest_layout
from govdoc.readers.bind import Reading
from govdoc.readers.bind_particulars import (
    FULL_STOPS,
    NOTHING,
    Given,
    Particulars,
    contacts_in,
    is_publication,
    is_title,
    spaced,
    year_in,
)
from govdoc.readers.evidence import STRANGE, Settled, settle
from govdoc.readers.flat import flat_rows
from govdoc.readers.html import ALTERNATIVE, BOLD, FURNITURE
from govdoc.readers.loose import bare_label, read_grids, tables_in
from govdoc.readers.word import Text
from govdoc.report import LONGEST_HEADING, SENTENCE_ENDS, SUBHEADING, Entry, Report, heading_level, lines_of
from govdoc.values import normal_label, read_date, show_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.form import Form
    from govdoc.layouts.schema import Layout, Section
    from govdoc.readers.evidence import Evidence
    from govdoc.readers.grid import Grid
    from govdoc.readers.word import Document
    from govdoc.values import Content

_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
_NUMBER = re.compile(
    r"\s*(?:第(.{1,3})(?:部分|章)[、.．,，:：]?|第?([一二三四五六七八九十]{1,3})(?:[、.．,，:：]|\s))\s*"
)
_LIKE_HEADING = 0.85
_SOMEWHAT_LIKE = 0.25  # of a heading that stands in its place and has its number
_QUOTED = 60

_STOPPED = re.compile(r"[。；;！？!?]")
_NOT_IN_HEADING = re.compile(r"[，,0-9０-９]")
_MOST_AGAIN = 6  # tables that stand there once more and are looked at
_YEARS = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?=\s*年)")
_LAST_YEAR = re.compile("上年|上一年|去年|往年")
_SHORT_HEADING = 24  # of one that ends with a stop


@dataclass(frozen=True)
class Published:
    """A published report as it was read: the Report, the doubts about its figures, and what else was strange."""

    report: Report
    settled: Settled
    remarks: tuple[tuple[str, str], ...]

    def reading(self) -> Reading:
        """Return the Report with a finding for each doubt, at the place where it was read."""
        return Reading(self.report, tuple(self.findings()))

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each doubt about a figure, then for each remark."""
        for doubt in (*self.settled.several, *self.settled.doubts.values()):
            where = self.report.figures[doubt.key].where
            yield doubt.finding(where if where.cell else self.standard_place(doubt.key))
        for what, advice in self.remarks:
            yield STRANGE.at(Location(self.report.source), what=what, advice=advice)

    def standard_place(self, key: str, file: str = "") -> Location:
        """Return the cell in which a figure stands in the standard workbook."""
        layout = self.report.layout
        spec = layout.figures[key]
        sheet = next(section.sheet for section in layout.sections if section.table == spec.table)
        slot = next(slot for slot in layout.table[spec.table].form.slots if slot.figure.key == key)
        return Location(file or self.report.source, sheet, slot.row, slot.column)


def bind_page(
    document: Document, paths: Sequence[tuple[int, ...]] = (), window_title: str = "", given: Given = NOTHING
) -> Published:
    """Return the Report that a document of any origin holds.

    ``paths`` tells, for each block of a page, the elements it stands in. Bad data raises nothing.
    """
    layout, edition_remarks = _choose(document, window_title, given)
    document, paths = _parted(document, paths, layout)
    held = {
        place: tables_in(block, layout) for place, block in enumerate(document.blocks) if not isinstance(block, Text)
    }
    end = _end_of_first(document, held, layout)
    if end < len(document.blocks):
        what, advice = "文件里不止一份报告，只读了第一份", "其余的请分开保存，一份一份地读入。"
        edition_remarks = (*edition_remarks, (what, advice))
        document, paths = replace(document, blocks=document.blocks[:end]), paths[:end]
    binder = _Binder(document, paths, layout, given, held)
    published = binder.published(window_title)
    return replace(published, remarks=(*edition_remarks, *published.remarks))


def _end_of_first(document: Document, held: Mapping[int, set[str]], layout: Layout) -> int:
    """Return where a second report begins that follows the first one with all its tables, or the end."""
    end = len(document.blocks)
    every = {table.key for table in layout.tables}
    if any(sum(key in tables for tables in held.values()) < 2 for key in every):  # noqa: PLR2004 - once is one report
        return end
    begins = [
        place
        for place, block in enumerate(document.blocks)
        if isinstance(block, Text) and _heading_rank(block.text, layout.sections[0])[0] > 1
    ]
    for first, second in pairwise(begins):
        sides = [
            {key for place, keys in held.items() if low <= place < high for key in keys}
            for low, high in ((first, second), (second, end))
        ]
        if sides[0] == sides[1] == every:
            last = max(place for place in held if place < second)
            titles = (
                place
                for place in range(last + 1, second)
                if isinstance(block := document.blocks[place], Text) and is_title(block.text, layout)
            )
            return next(titles, second)
    return end


# ---------------------------------------------------------------- edition


def _choose(document: Document, window_title: str, given: Given) -> tuple[Layout, tuple[tuple[str, str], ...]]:
    """Return the layout whose own labels the document bears most of; where it bears none, the one of its year."""
    text = normal_label("\n".join(_all_texts(document.blocks)))
    layouts = [load_layout(edition) for edition in editions()]
    labels = {layout.edition: _labels(layout) for layout in layouts}
    common = set.intersection(*labels.values())
    score = {edition: sum(label in text for label in own - common) for edition, own in labels.items()}
    best = max(score.values())
    year = given.year or year_in([window_title, *(block.text for block in document.blocks if isinstance(block, Text))])
    by_year = layout_for(year) if year is not None else None
    chosen = [layout for layout in layouts if score[layout.edition] == best]
    if len(chosen) == 1:
        if by_year is not None and by_year is not chosen[0]:
            what = f"{year} 年度的报告用的是{chosen[0].source}的表式，当年适用的是{by_year.source}"
            return chosen[0], ((what, "核对年度；无误的，按当年适用的表式重新填报。"),)
        return chosen[0], ()
    return by_year or newest_layout(), ()


def _labels(layout: Layout) -> set[str]:
    return {normal_label(label.text) for table in layout.tables for label in table.form.labels}


def _parted(
    document: Document, paths: Sequence[tuple[int, ...]], layout: Layout
) -> tuple[Document, Sequence[tuple[int, ...]]]:
    """Return a document in which headings that run on within a paragraph stand by themselves.

    Only of sections whose heading stands nowhere by itself: a sentence may name a section.
    """
    texts = [block.text for block in document.blocks if isinstance(block, Text)]
    lost = [section for section in layout.sections if not any(_heading_rank(text, section)[0] > 1 for text in texts)]
    if not lost or not texts:
        return document, paths
    names = "|".join(spaced(heading) for section in lost for heading in (section.heading, *section.aliases))
    heads = re.compile(rf"(?:(?<=[\s。；;！!])|^)({names})(?=[\s。：:]|$)[。：:]?")
    blocks: list[Text | Grid] = []
    places: list[tuple[int, ...]] = []
    for number, block in enumerate(document.blocks):
        parts: list[Text | Grid] = [block]
        if isinstance(block, Text) and heads.search(block.text):
            parts = [Text(block.style, piece.strip()) for piece in heads.split(block.text) if piece.strip()]
        blocks += parts
        places += [paths[number]] * len(parts) if paths else []
    return replace(document, blocks=tuple(blocks)), places


def _all_texts(blocks: Iterable[Text | Grid]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Text):
            yield block.text
        else:
            yield from (content for _, _, content in block.filled() if isinstance(content, str))


# ---------------------------------------------------------------- the whole


@dataclass
class _Binder:
    """One document; its sections, then its parts."""

    document: Document
    paths: Sequence[tuple[int, ...]]
    layout: Layout
    given: Given
    held: Mapping[int, set[str]]
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def published(self, window_title: str) -> Published:
        """Return all that the document says."""
        starts = self._headings()
        inside = self._inside(starts)
        front, sections = self._cut(starts, inside)
        info, first = Particulars(self.document, self.layout, self.given, self._strange).read(front, window_title)
        narratives: dict[str, tuple[Entry, ...]] = {}
        for section in self.layout.sections:
            blocks = sections.get(section.key, [])
            if section.table is None:
                narratives[section.key] = self._narrative(section, blocks)
            else:
                self._words_beside(section, blocks)
        titled = first <= len(self.document.blocks)
        self._introduce(
            narratives,
            [
                block
                for place, block in front
                if place in inside and (place >= first if titled else isinstance(block, Text) and _is_prose(block.text))
            ],
        )
        self._signature(info, narratives)
        info = {**contacts_in(self._introduction(narratives), self.layout), **info}
        settled = settle(self._evidence(sections), self.layout)
        report = Report(self.layout, info, settled.figures, narratives, source=self.document.file)
        return Published(report, settled, tuple(dict.fromkeys(self.remarks)))

    def _introduction(self, narratives: Mapping[str, tuple[Entry, ...]]) -> str:
        """Return the text before the first section, in which a report says whom to ask."""
        introductions = {section.introduction for section in self.layout.sections if section.introduction is not None}
        entries = (entry for rows in narratives.values() for entry in rows if entry.heading in introductions)
        return "\n".join(entry.text for entry in entries)

    # ------------------------------------------------------------ sections

    def _headings(self) -> dict[str, tuple[int, str]]:
        """Return the block in which each section's heading stands, and the text that follows it there.

        A list of the sections before the report bears the same words: the last place that fits is taken.
        """
        starts: dict[str, tuple[int, str]] = {}
        end = len(self.document.blocks)
        for section in reversed(self.layout.sections):
            found = [
                (rank, place, rest)
                for place, block in enumerate(self.document.blocks)
                if isinstance(block, Text)
                for rank, rest in [_heading_rank(block.text, section)]
                if rank
            ]
            before = [one for one in found if one[1] < end]
            if not found:
                continue
            rank, place, rest = max(before or found)
            starts[section.key] = place, rest
            end = place if before else end
            if rank == 1:
                written = self._quoted(place)
                self._strange(f"标题“{written}”当作“{section.heading}”读入", "报告里会印规定的标题")
        for section in self.layout.sections:
            if section.key not in starts and not self._likely(section, starts):
                self._strange(f"没有找到“{section.heading}”这个标题", "核对这一部分的内容有没有读全")
        return {section.key: starts[section.key] for section in self.layout.sections if section.key in starts}

    def _likely(self, section: Section, starts: dict[str, tuple[int, str]]) -> bool:
        """Take for a section's heading a line with its number and some of its words between its neighbours'."""
        order = [one.key for one in self.layout.sections]
        here = order.index(section.key)
        first = max((starts[key][0] for key in order[:here] if key in starts), default=-1)
        last = min((starts[key][0] for key in order[here + 1 :] if key in starts), default=len(self.document.blocks))
        for place in range(first + 1, last):
            block = self.document.blocks[place]
            if isinstance(block, Text) and _is_likely_heading(block.text, section):
                starts[section.key] = place, ""
                self._strange(f"标题“{block.text[:_QUOTED]}”当作“{section.heading}”读入", "报告里会印规定的标题")
                return True
        return False

    def _inside(self, starts: Mapping[str, tuple[int, str]]) -> set[int]:
        """Return the blocks that stand in the part of a page in which all the headings do."""
        everything = set(range(len(self.document.blocks)))
        places = [place for place, _ in starts.values()]
        if not self.paths or len(places) < 2:  # noqa: PLR2004 - one heading does not tell what it stands in
            return everything
        shared = self.paths[places[0]]
        for place in places:
            length = next(
                (at for at, (one, other) in enumerate(zip(shared, self.paths[place], strict=False)) if one != other),
                min(len(shared), len(self.paths[place])),
            )
            shared = shared[:length]
        return {place for place in everything if self.paths[place][: len(shared)] == shared}

    def _cut(
        self, starts: Mapping[str, tuple[int, str]], inside: set[int]
    ) -> tuple[list[tuple[int, Text | Grid]], dict[str, list[Text | Grid]]]:
        """Return what stands before the first section, with its places, and each section's blocks."""
        order = sorted((place, key, rest) for key, (place, rest) in starts.items())
        first = order[0][0] if order else len(self.document.blocks)
        front = list(enumerate(self.document.blocks[:first]))
        sections: dict[str, list[Text | Grid]] = {}
        dropped: list[str] = []
        for number, (place, key, rest) in enumerate(order):
            end = order[number + 1][0] if number + 1 < len(order) else len(self.document.blocks)
            blocks: list[Text | Grid] = [Text("", rest)] if rest else []
            ended = False  # whether the site has said something of its own below the last section
            for at in range(place + 1, end):
                block = self.document.blocks[at]
                around = isinstance(block, Text) and (at not in inside or block.style in (FURNITURE, ALTERNATIVE))
                ended |= around and number + 1 == len(order)
                if isinstance(block, Text) and (around or (ended and self._is_below(block.text))):
                    dropped.append(block.text)
                else:
                    blocks.append(block)
            sections[key] = blocks
        if dropped:
            quoted = "”“".join(text[:20] for text in dropped[:5])
            more = f"等 {len(dropped)} 处" if len(dropped) > 5 else ""  # noqa: PLR2004 - as many as are quoted
            self._strange(f"网页上的“{quoted}”{more}不是报告的内容，没有读入", "核对有没有错漏")
        return front, sections

    @cached_property
    def _titles(self) -> list[str]:
        blocks = self.document.blocks
        return [one.text for one in blocks if isinstance(one, Text) and is_title(one.text, self.layout)]

    def _is_below(self, text: str) -> bool:
        """Return whether a line below what the site says of its own is the site's too: no sentence, no signature."""
        signed = all(
            read_date(part) is not None or any(part in title for title in self._titles) for part in text.split()
        )
        return len(text) <= LONGEST_HEADING and not text.endswith(SENTENCE_ENDS) and not signed

    def _quoted(self, place: int) -> str:
        block = self.document.blocks[place]
        return block.text[:_QUOTED] if isinstance(block, Text) else ""

    def _strange(self, what: str, advice: str) -> None:
        self.remarks.append((what, f"{advice}。"))

    # ------------------------------------------------------------ tables

    def _evidence(self, sections: Mapping[str, Sequence[Text | Grid]]) -> Evidence:
        """Return what tables say of the figures; of a table that is none any more, what its text says."""
        evidence = self._grids()
        for what, advice in evidence.remarks:
            self.remarks.append((what, advice))
        for section in self.layout.sections:
            if section.table is None:
                continue
            form = self.layout.table[section.table].form
            lost = _lost_blocks(form, evidence)
            if not lost:
                continue
            blocks = sections.get(section.key, self.document.blocks)
            if any(line.block not in lost for line in form.lines):  # what is in cells has been read
                blocks = [block for block in blocks if isinstance(block, Text)]
            text = "\n".join(_all_texts(blocks))
            runs = flat_rows(text, form, Location(self.document.file, section.heading))
            keys = {slot.figure.key for line in form.lines if line.block in lost for slot in line.slots}
            evidence.runs += [run for run in runs if not keys.isdisjoint(run.keys)]
            for run in runs:
                if run.label and not keys.isdisjoint(run.keys):
                    name = self.layout.figures[run.keys[0]].row_name
                    self._strange(f"“{name}”一行的标签是“{run.label}”，照这一行读的", "核对这一行是不是同一项")
        return evidence

    def _grids(self) -> Evidence:
        """Return what the grids say; a table that stands there twice, with other figures, is not sure in those.

        One of another year, by the words before it, is left out.
        """
        grids = [(place, block) for place, block in enumerate(self.document.blocks) if not isinstance(block, Text)]
        again: list[int] = []
        for table in self.layout.tables:
            places = [place for place, _ in grids if table.key in self.held[place]]
            others = [place for place in places if self._of_another_year(place)] if len(places) > 1 else []
            if others and len(others) < len(places):
                self._strange(f"第{table.short}部分另有一张往年的表没有读入", "核对读入的是不是本年的数")
                grids = [(place, grid) for place, grid in grids if place not in others]
                places = [place for place in places if place not in others]
            again += places[1:]
        again = sorted(set(again))
        evidence = read_grids([grid for place, grid in grids if place not in again], self.layout)
        for place in again[:_MOST_AGAIN]:
            twins = read_grids([grid for at, grid in grids if at == place], self.layout)
            for key, found in twins.cells.items():
                first = evidence.cells.get(key)
                if first is None:
                    if not evidence.knows((key,)):
                        evidence.cells[key] = found
                elif _shown_as(first.content) != _shown_as(found.content):
                    note = f"后面还有一张同样的表，那里是 {_shown_as(found.content) or '空白'}"
                    evidence.cells[key] = replace(first, remark=note)
        return evidence

    def _of_another_year(self, place: int) -> bool:
        """Return whether the words before a grid say that it is another year's."""
        before = self.document.blocks[place - 1] if place else None
        if not isinstance(before, Text) or len(before.text) > LONGEST_HEADING:
            return False
        year = self.given.year or year_in(
            block.text for block in self.document.blocks if isinstance(block, Text) and block is not before
        )
        said = {int(one) for one in _YEARS.findall(before.text)}
        return bool(said and year is not None and year not in said) or _LAST_YEAR.search(before.text) is not None

    # ------------------------------------------------------------ narrative

    def _narrative(self, section: Section, blocks: Sequence[Text | Grid]) -> tuple[Entry, ...]:
        """Return a section's rows: each heading of the second level begins one."""
        rows: list[tuple[str, list[str]]] = []
        said: list[tuple[str, str]] = []
        for block in blocks:
            if isinstance(block, Text):
                said += [(block.style, line) for line in lines_of(block.text)]
            else:
                self._strange(f"“{section.heading}”里的表格没有读入", "要的内容请写进正文")
        for (style, line), (_, following) in zip(said, [*said, ("", "")][1:], strict=True):
            heading = line if _is_heading(style, line) else _stopped_heading(line, following)
            if heading:
                rows.append((heading, []))
            elif rows:
                rows[-1][1].append(line)
            else:
                rows.append(("", [line]))
        return tuple(Entry(heading, "\n".join(lines)) for heading, lines in rows)

    def _words_beside(self, section: Section, blocks: Sequence[Text | Grid]) -> None:
        """Say which sentences stand beside a table: a report of the unified form has no place for them."""
        said = [line for block in blocks if isinstance(block, Text) for line in lines_of(block.text)]
        said = [line for line in said if len(line) > _SHORT_HEADING and line.endswith(FULL_STOPS)]
        if said:
            quoted = "”“".join(line[:_QUOTED] for line in said[:3])
            self._strange(f"“{section.heading}”里的文字“{quoted}”没有读入", "要的内容请写进有正文的部分")

    def _introduce(self, narratives: dict[str, tuple[Entry, ...]], front: Sequence[Text | Grid]) -> None:
        """Put the paragraphs between title and first section before it."""
        lines = [
            line
            for block in front
            if isinstance(block, Text) and block.style not in (FURNITURE, ALTERNATIVE, "subtitle", "title")
            for line in lines_of(block.text)
            if not is_publication(line, self.layout)
        ]
        for section in self.layout.sections:
            if section.introduction is not None and lines:
                entry = Entry(section.introduction, "\n".join(lines))
                narratives[section.key] = (entry, *narratives[section.key])

    def _signature(self, info: dict[str, str], narratives: dict[str, tuple[Entry, ...]]) -> None:
        """Take organ and date under the text for what they are."""
        last = next((section.key for section in reversed(self.layout.sections) if section.table is None), "")
        entries = narratives.get(last, ())
        if not entries or not info.get("agency"):
            return
        lines = lines_of(entries[-1].text)
        kept = list(lines)
        both = kept[-1].partition(info["agency"]) if kept else ("", "", "")
        if not both[0] and read_date(both[2].strip()) is not None:  # on one line
            kept[-1:] = [info["agency"], both[2].strip()]
        date = read_date(kept[-1]) if kept else None
        if date is not None:
            kept.pop()
        if kept and normal_label(kept[-1]) == normal_label(info["agency"]):
            kept.pop()
            if self.layout.choices.signed:
                info["signature"] = self.layout.choices.signed
            if date is not None and "published" not in info:
                info["published"] = date
            entry = replace(entries[-1], text="\n".join(kept))
            ended = (entry,) if entry.heading or entry.text else ()
            narratives[last] = (*entries[:-1], *ended)


def _shown_as(content: Content) -> str:
    return "".join(show_content(content).split())


def _lost_blocks(form: Form, evidence: Evidence) -> set[int]:
    """Return the blocks of a table of which no cell was found."""
    keys: dict[int, list[str]] = {}
    for line in form.lines:
        keys.setdefault(line.block, []).extend(slot.figure.key for slot in line.slots)
    return {block for block, here in keys.items() if not evidence.knows(here)}


def _is_prose(text: str) -> bool:
    """Return whether a text is a paragraph, as no menu, title or line of particulars is."""
    return len(text) > LONGEST_HEADING and text.endswith(SENTENCE_ENDS)


def _is_heading(style: str, line: str) -> bool:
    """Return whether a line heads what follows it: by its style, or because it is short and numbered or bold."""
    if style.startswith("heading"):
        return True
    short = len(line) <= LONGEST_HEADING and not line.endswith(SENTENCE_ENDS) and not _STOPPED.search(line)
    return short and (heading_level(line) == SUBHEADING or style == BOLD)


def _stopped_heading(line: str, following: str) -> str:
    """Return a heading without the stop that some put behind it, or nothing where a line is none.

    It is one where it is numbered, short, says no figure, and text of its own follows.
    """
    bare = line.rstrip("。：: ")
    numbered = bare != line and len(bare) <= _SHORT_HEADING and heading_level(bare) == SUBHEADING
    if not numbered or _STOPPED.search(bare) or _NOT_IN_HEADING.search(bare):
        return ""
    return bare if following and heading_level(following) != SUBHEADING else ""


@lru_cache(maxsize=256)  # asked for each line of a page, of which there may be a hundred thousand
def _comparable(headings: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return headings as they are compared, and without their numbering."""
    plain = tuple(map(normal_label, headings))
    return plain, frozenset(map(bare_label, plain))


def _heading_rank(text: str, section: Section) -> tuple[int, str]:
    """Return how a text answers a section's heading: 3 to the letter, 2 but for numbering, 1 nearly, 0 not at all.

    With it comes the text that follows the heading in the same paragraph.
    """
    plain = normal_label(text)
    numbered = _numbered_as_usual(text)
    if normal_label(numbered) != plain:
        rank, rest = _heading_rank(numbered, section)
        return min(rank, 2), rest
    headings, bare_headings = _comparable((section.heading, *section.aliases))
    if plain in headings:
        return 3, ""
    for heading in headings:
        if plain.startswith(heading) and plain[len(heading) : len(heading) + 1] in ("。", ":", "."):
            return 3, _after(text, heading)
    if len(plain) > LONGEST_HEADING:
        return 0, ""
    if bare_label(text) in bare_headings:
        return 2, ""
    number = _NUMBERED.match(plain)
    for heading in headings:
        same_number = number is not None and heading.startswith(number[0])
        if same_number and SequenceMatcher(None, plain, heading).ratio() >= _LIKE_HEADING:
            return 1, ""
    return 0, ""


def _numbered_as_usual(text: str) -> str:
    """Return a line numbered 第一部分, 第一、, 一. or 一 with a space as 一、."""
    match = _NUMBER.match(text)
    return f"{match[1] or match[2]}、{text[match.end() :]}" if match else text


def _is_likely_heading(text: str, section: Section) -> bool:
    """Return whether a line has a section's number, and words in common with its heading."""
    plain = normal_label(_numbered_as_usual(text))
    number = _NUMBERED.match(plain)
    if number is None or len(plain) > LONGEST_HEADING or plain.endswith(SENTENCE_ENDS):
        return False
    headings = [normal_label(heading) for heading in (section.heading, *section.aliases)]
    return any(
        heading.startswith(number[0])
        and SequenceMatcher(None, plain[number.end() :], heading[number.end() :]).ratio() >= _SOMEWHAT_LIKE
        for heading in headings
    )


def _after(text: str, heading: str) -> str:
    """Return what follows a heading, of which only the comparable form is known, and the mark behind it."""
    for end in range(len(text)):
        if normal_label(text[:end]) == heading:
            return text[end:].lstrip(" \u3000。：:.")
    return ""
