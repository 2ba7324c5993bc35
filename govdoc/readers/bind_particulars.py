"""What a published report says of itself before it begins: organ and year in its title, and the line under that.

Where no title tells them, the rest of the text may; what was taken from there is said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from govdoc.readers.word import Text
from govdoc.values import normal_label, read_date, show_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from govdoc.layouts.schema import Layout
    from govdoc.readers.grid import Grid
    from govdoc.readers.word import Document

_LIKE_TITLE = 0.75
_TITLE_LINES = 3
_LONGEST_AGENCY = 60
_LONGEST_TITLE = 120
_MOST_TEXTS = 1_000  # in which a report says what it is
_MOST_LINES = 5_000  # before a report in which its particulars are looked for: menus are long
_BEGINNING = 60  # of a text, in which it names its year

_YEAR = re.compile(
    r"(?P<agency>.*?)(?P<year>(?:19|20)[0-9]{2}|[二][〇零○Ｏ0oO][〇零○一二三四五六七八九]{2})\s*年度?(?P<tail>.*)",
    re.DOTALL,
)
_NUMERALS = str.maketrans("〇零○Ｏ一二三四五六七八九oO", "000012345678900")
_DATE = re.compile(r"[0-9]{4}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}")
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})\s*年\s*1\s*月\s*1\s*日")
_A_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})\s*年")
FULL_STOPS = ("。", "；", "！")
_STOPS = re.compile(r"[，,。；;！？!?]")
_PIECES = re.compile(r"[，,。；;！？!?：:《》“”（）()\n]")
_SAYS = re.compile(r"公布|发布|(?:现|社会)公开|编制(?:完成)?|编写|形成|现将|现就|关于")  # what a report says of itself
_NO_NAME = re.compile(
    r"[【】“”\"…]|信息公开[^办室处科中心局]{0,6}$|^(?:年报|年度报告)$"
)  # 政府信息公开专栏, 年报: a site's
_PRONOUN = re.compile(r"我.*|[本全](?!溪).{1,3}")  # 我办, 本单位
_CRUMBS = re.compile("[>＞»]")  # between the steps of the way to a page
_NAME_BEHIND = re.compile(r"(?P<tail>.+?)\s*(?:[（(](?P<in>[^（()）]{3,60})[)）]|[-—－]+\s*(?P<after>.{3,60}))\s*")
_ORGAN = re.compile("(?:[部委局厅府院会处室站所社队行署]|中心|街道|政府|机关)$")  # what names of organs end with
_WITHOUT_YEAR = 0.8  # how much such a title counts
_TITLE_BEGINS = 4  # letters of a title that tell where it begins
_TAG = re.compile(r"^(?:[\[【][^\]】]*[\]】]\s*)+")
_PAIRED, _CLOSED = re.compile(r"[（(][^（()）]*[）)]"), re.compile("[）)]")
_PLACE = re.compile("[^局厅府院会处室站网页首位]{2,19}(?:省|自治[区州县旗]|市|县|区|旗|盟)")
_TITLE_ROOM = 20  # characters of a line
_PEOPLES = "人民"  # 某某镇人民政府信息公开: 政府 is said once and belongs to both
_VALUE_ENDS = re.compile(r"\s+\S{1,8}\s?[:：]|[\u3000\t|｜【】\[\]]|\s{2,}|$")
_NAMED_VALUE = re.compile(r"[【\[（(]?\s*[^\s，。；:：0-9]{1,6}(?:\s+[^\s，。；:：0-9]{1,2}){0,3}\s?[:：]")
_DATED_LINE = re.compile(rf"[\[【（(]?\s*({_DATE.pattern})(?![0-9日]?\s*[至到起—])")
_LONGEST_PARTICULARS = 60
_WIDE_DIGITS = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}


@dataclass(frozen=True)
class Given:
    """What the user says of a report, where it does not say so itself."""

    year: int | None = None
    agency: str = ""


NOTHING = Given()


@dataclass(frozen=True)
class Particulars:
    """Reads the particulars of one document, and says through ``strange`` what it saw and what to do about it."""

    document: Document
    layout: Layout
    given: Given
    strange: Callable[[str, str], None]

    def read(self, front: Sequence[tuple[int, Text | Grid]], window_title: str) -> tuple[dict[str, str], int]:
        """Return the fields that a report prints, and the first block after its title."""
        texts = [(place, block) for place, block in front if isinstance(block, Text)]
        info = _publication_in((block for _, block in front), self.layout)
        agency, year, first = self._title(texts, window_title)
        agency, year = self._said(agency, year)
        if not agency and info.get("origin") and not self.given.agency:
            agency = info["origin"]
            self.strange(f"标题里没有机关名称，按信息来源填“{agency}”", "核对机关名称")
        if not year and info.get("published") and not self.given.year:
            year = str(int(info["published"][:4]) - 1)
            self.strange(f"标题里没有年度，按发布日期推算为 {year}", "核对年度；可用 --year 指明")
        if not year and not self.given.year:
            year = _most_said(block.text for block in self.document.blocks if isinstance(block, Text))
            if year:
                self.strange(f"标题里没有年度，正文说得最多的是 {year}", "核对年度；可用 --year 指明")
        for key, value in (("agency", self.given.agency or agency), ("year", str(self.given.year or year))):
            if value:
                info[key] = value
            else:
                label = next(field.label for field in self.layout.info if field.key == key)
                self.strange(f"没有找到{label}", f"用 --{key} 指明")
        return {field.key: info[field.key] for field in self.layout.info if field.key in info}, first

    def _title(self, texts: Sequence[tuple[int, Text]], window_title: str) -> tuple[str, str, int]:
        """Return agency and year by the title, and the first block after it (beyond all where there is none)."""
        best = (0.0, 0, "", "", 1 << 30)
        for start in range(len(texts)):
            for count in range(1, _TITLE_LINES + 1):
                window = texts[start : start + count]
                crumbs = any(_CRUMBS.search(block.text) for _, block in window[:-1])
                if len(window) == count and not crumbs:
                    likeness, agency, year = _read_title("".join(block.text for _, block in window), self.layout)
                    above = texts[max(0, start - _TITLE_LINES) : start]
                    agency = _whole_name(agency, [block.text for _, block in above])
                    rank = (likeness + (0.1 if agency else 0), -count, agency, year, window[-1][0] + 1)
                    best = max(best, rank, key=lambda one: one[:2])
        titled = best if best[0] >= _LIKE_TITLE else (0.0, 0, "", "", 1 << 30)
        if _LIKE_TITLE <= best[0] < 1:
            self.strange(f"标题与规定的写法“{self.layout.title[-1]}”不尽相同", "报告里会印规定的标题")
        _, _, agency, year, first = titled
        if not (agency and year):
            likeness, window_agency, window_year = _read_title(
                re.split(r"[_|｜]|\s-+\s?|-{2,}", window_title)[0], self.layout
            )
            if likeness >= _LIKE_TITLE and year in ("", window_year):
                return agency or window_agency, window_year, first
        return agency, year, first

    def _said(self, agency: str, year: str) -> tuple[str, str]:
        """Return agency and year, what no title told by what the text calls itself, or the time that it covers."""
        if (agency or self.given.agency) and (year or self.given.year):
            return agency, year
        ends = re.compile(spaced(self.layout.title[-1].partition("年")[2]))
        blocks = (block.text for block in self.document.blocks if isinstance(block, Text))
        texts = [ends.sub(lambda match: f"{match[0]}\n", text) for text in blocks]
        pieces = (
            piece for text in texts[:_MOST_TEXTS] for piece in _PIECES.split(text) if len(piece) <= _LONGEST_TITLE
        )
        names = [_read_title(_SAYS.split(piece)[-1], self.layout) for piece in pieces]
        names = [one for one in names if one[0] >= _LIKE_TITLE]
        if not agency and not self.given.agency:
            agency = next((name for _, name, _ in names if name and not _PRONOUN.fullmatch(name)), "")
            if agency:
                self.strange(f"标题里没有机关名称，按正文填“{agency}”", "核对机关名称")
        if not year and not self.given.year:
            covered = (match[1] for text in texts if (match := _PERIOD.search(text.translate(_WIDE_DIGITS))))
            year = next((one for _, _, one in names if one), "") or next(covered, "")
            if year:
                self.strange(f"标题里没有年度，按正文填 {year}", "核对年度；可用 --year 指明")
        return agency, year


def contacts_in(text: str, layout: Layout) -> dict[str, str]:
    """Return the fields of 基本信息 that a report tells in its text: where it asks readers to write or to call."""
    plain = text.translate(_WIDE_DIGITS)
    found = {}
    for field in layout.info:
        says = (re.search(rf"{spaced(label)}\s*(?:[:：]|为|是)?\s*({field.looks})", plain) for label in field.labels)
        match = next(filter(None, says), None)
        if match is not None:
            found[field.key] = match[1]
    return found


def is_publication(line: str, layout: Layout) -> bool:
    """Return whether a line holds particulars of the page: 发布日期, 文号, 浏览次数."""
    named = _NAMED_VALUE.match(line) is not None and not line.endswith(FULL_STOPS)
    return (named and len(line) <= _LONGEST_PARTICULARS) or any(True for _ in _publication(line, layout))


def is_title(text: str, layout: Layout) -> bool:
    """Return whether a text is a report's title, or nearly."""
    return _read_title(text, layout)[0] >= _LIKE_TITLE


def year_in(texts: Iterable[str]) -> int | None:
    """Return the first year that one of the texts names where it begins, or None."""
    match = next((match for text in texts if (match := _YEAR.match(text[:_BEGINNING]))), None)
    return int(match["year"].translate(_NUMERALS)) if match else None


@lru_cache(maxsize=256)  # of the few words of a layout, asked for each line of a page
def spaced(heading: str) -> str:
    """Return a pattern for a heading as it may be typed: with spaces, and either kind of mark."""
    marks = {"，": "[，,]", "、": "[、,，.．]?", "（": "[（(]", "）": "[）)]", "：": "[：:]"}
    return r"\s*".join(marks.get(letter, re.escape(letter)) for letter in heading)


def _publication_in(blocks: Iterable[Text | Grid], layout: Layout) -> dict[str, str]:
    """Return the fields of the line under the title; a table of particulars above it says them too.

    Of several values the one under the better label is taken, of those the first.
    """
    best: dict[str, tuple[int, str]] = {}
    said = (
        line for block in blocks for line in ((block.text,) if isinstance(block, Text) else _lines_in(block, layout))
    )
    for line in islice(said, _MOST_LINES):
        for rank, key, value in _publication(line, layout):
            if key not in best or rank < best[key][0]:
                best[key] = rank, value
    return {key: value for key, (_, value) in best.items()}


def _lines_in(grid: Grid, layout: Layout) -> Iterator[str]:
    """Yield what the cells of a table of particulars say: label and value in one, or beside one another."""
    labels = {label for labels in layout.publication_labels.values() for label in labels}
    for row in grid.rows:
        cells = ["".join(show_content(content).split("\n")).strip() for content in row if content is not None]
        for cell, following in pairwise([*cells, ""]):
            label = normal_label(cell).rstrip(":")
            yield f"{label}：{following}" if label in labels else cell


def _publication(text: str, layout: Layout) -> Iterator[tuple[int, str, str]]:
    """Yield the fields of the line under the title that a text holds, each with the rank of its label."""
    kinds = {field.key: field.kind for field in layout.info}
    for key, labels in layout.publication_labels.items():
        kind = kinds[key]
        for rank, label in enumerate(labels if ":" in text or "：" in text else ()):
            match = _labelled(label).search(text)
            if match is None:
                continue
            value = "" if _NAMED_VALUE.match(text, match.end()) else text[match.end() :]
            value = value[: _VALUE_ENDS.search(value).start()].strip()  # type: ignore[union-attr]
            date = _DATE.search(value)
            found = read_date(date[0]) if kind == "date" and date else None if kind == "date" else value
            if found:
                yield rank, key, found
                break
    dated = _DATED_LINE.match(text) if not text.endswith(FULL_STOPS) else None
    if dated is not None and len(text) <= _LONGEST_PARTICULARS and (written := read_date(dated[1])):
        for key in (key for key in layout.publication_labels if kinds[key] == "date"):
            yield len(layout.publication_labels[key]), key, written


@lru_cache(maxsize=256)
def _labelled(label: str) -> re.Pattern[str]:
    """Return a pattern for a label with the colon behind it, wherever in a line it stands."""
    return re.compile(rf"(?:^|[\s\u3000|｜【】\[\]（(:：]){spaced(label)}\s?[:：]\s*")


def _read_title(text: str, layout: Layout) -> tuple[float, str, str]:
    """Return how much a text is like the layout's title, and the agency and year in it.

    The year stands behind the agency, before it, or is left out.
    """
    plain = text.translate(_WIDE_DIGITS)
    if _STOPS.search(plain):
        return 0.0, "", ""  # a sentence
    wanted = normal_label("".join(layout.title).partition("{year}年")[2])
    match = _YEAR.match(plain)
    if match is None:
        agency = _before(plain, wanted)
        return (_WITHOUT_YEAR, agency, "") if agency else (0.0, "", "")
    year = match["year"].translate(_NUMERALS)
    agency = _bare_name(match["agency"])
    tail = match["tail"].partition("》")[0]
    if not agency and (behind := _before(tail, wanted)):
        return 1.0, behind, year
    named = _NAME_BEHIND.fullmatch(tail) if not agency else None
    if named is not None and _ORGAN.search(name := _bare_name(named["in"] or named["after"])):
        agency, tail = name, named["tail"]
    if len(agency) > _LONGEST_AGENCY or _NO_NAME.search(agency):
        return 0.0, "", ""
    plain_tail = normal_label(tail)
    likeness = 1.0 if plain_tail == wanted else SequenceMatcher(None, plain_tail, wanted).ratio() * 0.95
    return likeness, agency, year


def _most_said(texts: Iterable[str]) -> str:
    """Return the year that a text speaks of more often than of any other, or nothing."""
    counts = Counter(year for text in texts for year in _A_YEAR.findall(text.translate(_WIDE_DIGITS))).most_common(2)
    told = counts and (len(counts) == 1 or counts[0][1] > counts[1][1])
    return counts[0][0] if told else ""


def _before(text: str, title: str) -> str:
    """Return the organ's name that stands before a title's own words, or nearly those, at the end of a text."""
    match = _ending(title).search(text)
    end = match.start() if match else text.rfind(title[:_TITLE_BEGINS])
    if end < 0 or (match is None and not _ends_as(normal_label(text[end:]), title)):
        return ""
    name = _bare_name(text[:end])
    if name.endswith(_PEOPLES):
        name += title[:2]
    return "" if len(name) > _LONGEST_AGENCY or _NO_NAME.search(name) or not name[1:] else name


@lru_cache(maxsize=16)
def _ending(title: str) -> re.Pattern[str]:
    letters = r"\s*".join(map(re.escape, title))
    return re.compile(rf"{letters}[\s》]*$")


def _ends_as(text: str, title: str) -> bool:
    """Return whether a text is nearly a title's own words; one that speaks of the work alone is no report's title."""
    return text[-1] in title[-2:] and SequenceMatcher(None, text, title).ratio() >= _LIKE_TITLE


def _bare_name(text: str) -> str:
    """Return a name without what sites and sentences put around it: [年报], 首页 >, 关于. It may stand on two lines."""
    name = re.split(r"[>＞:：|｜»《]", text)[-1].strip(" \u3000\t\n")
    return _TAG.sub("", name).removeprefix("关于").removesuffix("关于").strip(" \u3000\t\n").replace("\n", "")


def _whole_name(name: str, above: Sequence[str]) -> str:
    """Return a name with the lines above it on which it begins.

    A long name is broken before its bracket, or behind the place that it begins with; other lines above a title are
    the site's.
    """
    for line in reversed(above[-_TITLE_LINES:] if name else []):
        begun = f"{_bare_name(line)}{name}"
        torn = name.startswith(("（", "(")) or _CLOSED.search(_PAIRED.sub("", name))
        in_place = _PLACE.fullmatch(line) and len(begun) > _TITLE_ROOM
        if not (torn or in_place) or _STOPS.search(line) or not line.strip() or len(begun) > _LONGEST_AGENCY:
            break
        name = begun
    return name
