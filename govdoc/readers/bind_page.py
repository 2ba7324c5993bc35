"""Texts and Grids of a published report, wherever they come from → a Report, and how sure each part of it is.

A Word file of any origin, a web page and a plain text are read alike: sections are cut at their headings, tables are
found by their labels, and what is not certain is said. The labels are the layout's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from govdoc.finding import Location
from govdoc.layouts.schema import editions, layout_for, load_layout, newest_layout
from govdoc.readers.bind import Reading
from govdoc.readers.evidence import STRANGE, Settled, settle
from govdoc.readers.flat import flat_rows
from govdoc.readers.html import ALTERNATIVE, BOLD, FURNITURE
from govdoc.readers.loose import bare_label, read_grids
from govdoc.readers.word import Text
from govdoc.report import SUBHEADING, Entry, Report, heading_level, lines_of
from govdoc.values import normal_label, read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout, Section
    from govdoc.readers.evidence import Evidence
    from govdoc.readers.grid import Grid
    from govdoc.readers.word import Document

_LONGEST_HEADING = 40
_SENTENCE_ENDS = tuple("。；：，、！？;:,!?…")
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
_LIKE_HEADING = 0.85
_SOMEWHAT_LIKE = 0.25  # of a heading that stands in its place and has its number
_LIKE_TITLE = 0.75
_QUOTED = 60
_TITLE_LINES = 3
_LONGEST_AGENCY = 60
_LONGEST_TITLE = 120
_MOST_TEXTS = 1_000  # in which a report says what it is

_YEAR = re.compile(
    r"(?P<agency>.*?)(?P<year>(?:19|20)[0-9]{2}|[二][〇零○Ｏ0oO][〇零○一二三四五六七八九]{2})\s*年度?(?P<tail>.*)",
    re.DOTALL,
)
_NUMERALS = str.maketrans("〇零○Ｏ一二三四五六七八九oO", "000012345678900")
_DATE = re.compile(r"[0-9]{4}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}")
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})\s*年\s*1\s*月\s*1\s*日")
_A_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})\s*年")
_FULL_STOPS = ("。", "；", "！")
_STOPPED = re.compile(r"[。；;！？!?]")
_NOT_IN_HEADING = re.compile(r"[，,0-9０-９]")
_SHORT_HEADING = 24  # of one that ends with a stop
_STOPS = re.compile(r"[，,。；;！？!?]")
_PIECES = re.compile(r"[，,。；;！？!?：:《》“”（）()\n]")
_SAYS = re.compile(r"公布|发布|(?:现|社会)公开|编制(?:完成)?|编写|形成|现将|现就|关于")  # what a report says of itself
_NO_NAME = re.compile(r"[【】“”\"…]|信息公开[^办室处科中心局]{0,6}$")  # 政府信息公开专栏 is a part of a site
_PRONOUN = re.compile(r"[我本全](?!溪).{1,3}")  # 我办, 本单位
_WITHOUT_YEAR = 0.8  # how much such a title counts
_TITLE_BEGINS = 4  # letters of a title that tell where it begins
_TAG = re.compile(r"^(?:[\[【][^\]】]*[\]】]\s*)+")
_PEOPLES = "人民"  # 某某镇人民政府信息公开: 政府 is said once and belongs to both
_VALUE_ENDS = re.compile(r"\s+\S{1,8}[:：]|[\u3000\t|｜【\[]|\s{2,}|$")
_NAMED_VALUE = re.compile(r"[【\[（(]?\s*[^\s，。；:：0-9]{1,6}(?:\s+[^\s，。；:：0-9]{1,2}){0,3}\s?[:：]")
_DATED_LINE = re.compile(rf"[\[【（(]?\s*({_DATE.pattern})(?![0-9日]?\s*[至到起—])")
_LONGEST_PARTICULARS = 60
_WIDE_DIGITS = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}

Block = "Text | Grid"


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


@dataclass(frozen=True)
class Given:
    """What the user says of a report, where it does not say so itself."""

    year: int | None = None
    agency: str = ""


NOTHING = Given()


def bind_page(
    document: Document, paths: Sequence[tuple[int, ...]] = (), window_title: str = "", given: Given = NOTHING
) -> Published:
    """Return the Report that a document of any origin holds.

    ``paths`` tells, for each block of a page, the elements it stands in. Bad data raises nothing.
    """
    layout, edition_remarks = _choose(document, window_title, given)
    document, paths = _parted(document, paths, layout)
    binder = _Binder(document, paths, layout, given)
    published = binder.published(window_title)
    return replace(published, remarks=(*edition_remarks, *published.remarks))


# ---------------------------------------------------------------- edition


def _choose(document: Document, window_title: str, given: Given) -> tuple[Layout, tuple[tuple[str, str], ...]]:
    """Return the layout whose own labels the document bears most of; where it bears none, the one of its year."""
    text = normal_label("\n".join(_all_texts(document.blocks)))
    layouts = [load_layout(edition) for edition in editions()]
    labels = {layout.edition: _labels(layout) for layout in layouts}
    common = set.intersection(*labels.values())
    score = {edition: sum(label in text for label in own - common) for edition, own in labels.items()}
    best = max(score.values())
    year = given.year or _year_in([window_title, *(block.text for block in document.blocks if isinstance(block, Text))])
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
    names = "|".join(_spaced(heading) for section in lost for heading in (section.heading, *section.aliases))
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


def _spaced(heading: str) -> str:
    """Return a pattern for a heading as it may be typed: with spaces, and either kind of mark."""
    marks = {"，": "[，,]", "、": "[、,，.．]?", "（": "[（(]", "）": "[）)]", "：": "[：:]"}
    return r"\s*".join(marks.get(letter, re.escape(letter)) for letter in heading)


def _all_texts(blocks: Iterable[Text | Grid]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Text):
            yield block.text
        else:
            yield from (content for _, _, content in block.filled() if isinstance(content, str))


def _year_in(texts: Iterable[str]) -> int | None:
    match = next((match for text in texts if (match := _YEAR.match(text[:_QUOTED]))), None)
    return int(match["year"].translate(_NUMERALS)) if match else None


# ---------------------------------------------------------------- the whole


@dataclass
class _Binder:
    """One document; its sections, then its parts."""

    document: Document
    paths: Sequence[tuple[int, ...]]
    layout: Layout
    given: Given
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def published(self, window_title: str) -> Published:
        """Return all that the document says."""
        starts = self._headings()
        inside = self._inside(starts)
        front, sections = self._cut(starts, inside)
        info, first = self._info(front, window_title)
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
        settled = settle(self._evidence(sections), self.layout)
        report = Report(self.layout, info, settled.figures, narratives, source=self.document.file)
        return Published(report, settled, tuple(dict.fromkeys(self.remarks)))

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
            for at in range(place + 1, end):
                block = self.document.blocks[at]
                if isinstance(block, Text) and (at not in inside or block.style in (FURNITURE, ALTERNATIVE)):
                    dropped.append(block.text)
                else:
                    blocks.append(block)
            sections[key] = blocks
        if dropped:
            quoted = "”“".join(text[:20] for text in dropped[:5])
            more = f"等 {len(dropped)} 处" if len(dropped) > 5 else ""  # noqa: PLR2004 - as many as are quoted
            self._strange(f"网页上的“{quoted}”{more}不是报告的内容，没有读入", "核对有没有错漏")
        return front, sections

    def _quoted(self, place: int) -> str:
        block = self.document.blocks[place]
        return block.text[:_QUOTED] if isinstance(block, Text) else ""

    def _strange(self, what: str, advice: str) -> None:
        self.remarks.append((what, f"{advice}。"))

    # ------------------------------------------------------------ tables

    def _evidence(self, sections: Mapping[str, Sequence[Text | Grid]]) -> Evidence:
        """Return what tables say of the figures; of a table that is none any more, what its text says."""
        grids = [block for block in self.document.blocks if not isinstance(block, Text)]
        evidence = read_grids(grids, self.layout)
        for what, advice in evidence.remarks:
            self.remarks.append((what, advice))
        for section in self.layout.sections:
            if section.table is None:
                continue
            form = self.layout.table[section.table].form
            if evidence.knows(slot.figure.key for slot in form.slots):
                continue
            blocks = sections.get(section.key, self.document.blocks)
            text = "\n".join(_all_texts(blocks))
            evidence.runs += flat_rows(text, form, Location(self.document.file, section.heading))
        return evidence

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
        said = [line for line in said if len(line) > _SHORT_HEADING and line.endswith(_FULL_STOPS)]
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
            if not self._is_publication(line)
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
        date = read_date(kept[-1]) if kept else None
        if date is not None:
            kept.pop()
        if kept and normal_label(kept[-1]) == normal_label(info["agency"]):
            kept.pop()
            info["signature"] = "是"
            if date is not None and "published" not in info:
                info["published"] = date
            entry = replace(entries[-1], text="\n".join(kept))
            ended = (entry,) if entry.heading or entry.text else ()
            narratives[last] = (*entries[:-1], *ended)

    # ------------------------------------------------------------ 基本信息

    def _info(self, front: Sequence[tuple[int, Text | Grid]], window_title: str) -> tuple[dict[str, str], int]:
        """Return the fields that a report prints, and the first block after its title."""
        texts = [(place, block) for place, block in front if isinstance(block, Text)]
        info: dict[str, str] = {}
        for _, block in texts:
            for key, value in self._publication(block.text):
                info.setdefault(key, value)
        agency, year, first = self._title(texts, window_title)
        agency, year = self._said(agency, year)
        if not agency and info.get("origin") and not self.given.agency:
            agency = info["origin"]
            self._strange(f"标题里没有机关名称，按信息来源填“{agency}”", "核对机关名称")
        if not year and info.get("published") and not self.given.year:
            year = str(int(info["published"][:4]) - 1)
            self._strange(f"标题里没有年度，按发布日期推算为 {year}", "核对年度；可用 --year 指明")
        if not year and not self.given.year:
            year = _most_said(block.text for block in self.document.blocks if isinstance(block, Text))
            if year:
                self._strange(f"标题里没有年度，正文说得最多的是 {year}", "核对年度；可用 --year 指明")
        for key, value in (("agency", self.given.agency or agency), ("year", str(self.given.year or year))):
            if value:
                info[key] = value
            else:
                label = next(field.label for field in self.layout.info if field.key == key)
                self._strange(f"没有找到{label}", f"用 --{key} 指明")
        return {field.key: info[field.key] for field in self.layout.info if field.key in info}, first

    def _title(self, texts: Sequence[tuple[int, Text]], window_title: str) -> tuple[str, str, int]:
        """Return agency and year by the title, and the first block after it (beyond all where there is none)."""
        best = (0.0, 0, "", "", 1 << 30)
        for start in range(len(texts)):
            for count in range(1, _TITLE_LINES + 1):
                window = texts[start : start + count]
                if len(window) == count:
                    likeness, agency, year = self._read_title("".join(block.text for _, block in window))
                    rank = (likeness + (0.1 if agency else 0), -count, agency, year, window[-1][0] + 1)
                    best = max(best, rank, key=lambda one: one[:2])
        titled = best if best[0] >= _LIKE_TITLE else (0.0, 0, "", "", 1 << 30)
        if _LIKE_TITLE <= best[0] < 1:
            self._strange(f"标题与规定的写法“{self.layout.title[-1]}”不尽相同", "报告里会印规定的标题")
        _, _, agency, year, first = titled
        if not (agency and year):
            likeness, window_agency, window_year = self._read_title(re.split(r"[_|｜]|\s-+\s?|-{2,}", window_title)[0])
            if likeness >= _LIKE_TITLE and year in ("", window_year):
                return agency or window_agency, window_year, first
        return agency, year, first

    def _read_title(self, text: str) -> tuple[float, str, str]:
        """Return how much a text is like the layout's title, and the agency and year in it.

        The year stands behind the agency, before it, or is left out.
        """
        plain = text.translate(_WIDE_DIGITS)
        if _STOPS.search(plain):
            return 0.0, "", ""  # a sentence
        wanted = normal_label("".join(self.layout.title).partition("{year}年")[2])
        match = _YEAR.match(plain)
        if match is None:
            agency = _before(plain, wanted)
            return (_WITHOUT_YEAR, agency, "") if agency else (0.0, "", "")
        year = match["year"].translate(_NUMERALS)
        agency = _bare_name(match["agency"])
        tail = match["tail"].partition("》")[0]
        if not agency and (behind := _before(tail, wanted)):
            return 1.0, behind, year
        if len(agency) > _LONGEST_AGENCY or _NO_NAME.search(agency):
            return 0.0, "", ""
        plain_tail = normal_label(tail)
        likeness = 1.0 if plain_tail == wanted else SequenceMatcher(None, plain_tail, wanted).ratio() * 0.95
        return likeness, agency, year

    def _said(self, agency: str, year: str) -> tuple[str, str]:
        """Return agency and year, what no title told by what the text calls itself, or the time that it covers."""
        if (agency or self.given.agency) and (year or self.given.year):
            return agency, year
        ends = re.compile(_spaced(self.layout.title[-1].partition("年")[2]))
        blocks = (block.text for block in self.document.blocks if isinstance(block, Text))
        texts = [ends.sub(lambda match: f"{match[0]}\n", text) for text in blocks]
        pieces = (
            piece for text in texts[:_MOST_TEXTS] for piece in _PIECES.split(text) if len(piece) <= _LONGEST_TITLE
        )
        names = [self._read_title(_SAYS.split(piece)[-1]) for piece in pieces]
        names = [one for one in names if one[0] >= _LIKE_TITLE]
        if not agency and not self.given.agency:
            agency = next((name for _, name, _ in names if name and not _PRONOUN.fullmatch(name)), "")
            if agency:
                self._strange(f"标题里没有机关名称，按正文填“{agency}”", "核对机关名称")
        if not year and not self.given.year:
            covered = (match[1] for text in texts if (match := _PERIOD.search(text.translate(_WIDE_DIGITS))))
            year = next((one for _, _, one in names if one), "") or next(covered, "")
            if year:
                self._strange(f"标题里没有年度，按正文填 {year}", "核对年度；可用 --year 指明")
        return agency, year

    def _publication(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the fields of the line under the title that a text holds."""
        for key, labels in self.layout.publication_labels.items():
            for label in labels:
                match = re.search(rf"(?:^|[\s\u3000|｜【\[（(:：]){re.escape(label)}\s?[:：]\s*", text)
                if match is None:
                    continue
                value = "" if _NAMED_VALUE.match(text, match.end()) else text[match.end() :]
                value = value[: _VALUE_ENDS.search(value).start()].strip()  # type: ignore[union-attr]
                date = _DATE.search(value)
                kind = next(field.kind for field in self.layout.info if field.key == key)
                found = read_date(date[0]) if kind == "date" and date else None if kind == "date" else value
                if found:
                    yield key, found
                    break
        dated = _DATED_LINE.match(text) if not text.endswith(_FULL_STOPS) else None
        if dated is not None and len(text) <= _LONGEST_PARTICULARS and (written := read_date(dated[1])):
            yield next(field.key for field in self.layout.info if field.kind == "date"), written

    def _is_publication(self, line: str) -> bool:
        """Return whether a line holds particulars of the page: 发布日期, 文号, 浏览次数."""
        named = _NAMED_VALUE.match(line) is not None and not line.endswith(_FULL_STOPS)
        return (named and len(line) <= _LONGEST_PARTICULARS) or any(True for _ in self._publication(line))


def _is_prose(text: str) -> bool:
    """Return whether a text is a paragraph, as no menu, title or line of particulars is."""
    return len(text) > _LONGEST_HEADING and text.endswith(_SENTENCE_ENDS)


def _most_said(texts: Iterable[str]) -> str:
    """Return the year that a text speaks of more often than of any other, or nothing."""
    counts = Counter(year for text in texts for year in _A_YEAR.findall(text.translate(_WIDE_DIGITS))).most_common(2)
    told = counts and (len(counts) == 1 or counts[0][1] > counts[1][1])
    return counts[0][0] if told else ""


def _before(text: str, title: str) -> str:
    """Return the organ's name that stands before a title's own words, or nearly those, at the end of a text."""
    letters = r"\s*".join(map(re.escape, title))
    match = re.search(rf"{letters}[\s》]*$", text)
    end = match.start() if match else text.rfind(title[:_TITLE_BEGINS])
    if end < 0 or (match is None and SequenceMatcher(None, normal_label(text[end:]), title).ratio() < _LIKE_TITLE):
        return ""
    name = _bare_name(text[:end])
    if name.endswith(_PEOPLES):
        name += title[:2]
    return "" if len(name) > _LONGEST_AGENCY or _NO_NAME.search(name) or not name[1:] else name


def _bare_name(text: str) -> str:
    """Return a name without what sites and sentences put around it: [年报], 首页 >, 关于."""
    name = re.split(r"[>＞:：|｜»《]", text)[-1].strip(" \u3000\t\n")
    return _TAG.sub("", name).removeprefix("关于").removesuffix("关于").strip(" \u3000\t\n")


def _is_heading(style: str, line: str) -> bool:
    """Return whether a line heads what follows it: by its style, or because it is short and numbered or bold."""
    if style.startswith("heading"):
        return True
    short = len(line) <= _LONGEST_HEADING and not line.endswith(_SENTENCE_ENDS) and not _STOPPED.search(line)
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


def _heading_rank(text: str, section: Section) -> tuple[int, str]:
    """Return how a text answers a section's heading: 3 to the letter, 2 but for numbering, 1 nearly, 0 not at all.

    With it comes the text that follows the heading in the same paragraph.
    """
    plain = normal_label(text)
    headings = [normal_label(heading) for heading in (section.heading, *section.aliases)]
    if plain in headings:
        return 3, ""
    for heading in headings:
        if plain.startswith(heading) and plain[len(heading) : len(heading) + 1] in ("。", ":", "."):
            return 3, _after(text, heading)
    if len(plain) > _LONGEST_HEADING:
        return 0, ""
    bare = bare_label(text)
    if any(bare == bare_label(heading) for heading in headings):
        return 2, ""
    number = _NUMBERED.match(plain)
    for heading in headings:
        same_number = number is not None and heading.startswith(number[0])
        if same_number and SequenceMatcher(None, plain, heading).ratio() >= _LIKE_HEADING:
            return 1, ""
    return 0, ""


def _is_likely_heading(text: str, section: Section) -> bool:
    """Return whether a line has a section's number, and words in common with its heading."""
    plain = normal_label(text)
    number = _NUMBERED.match(plain)
    if number is None or len(plain) > _LONGEST_HEADING or plain.endswith(_SENTENCE_ENDS):
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
