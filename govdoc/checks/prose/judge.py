"""The rules on figures in prose: N501 to N504 and N510. Each finding quotes its sentence, the reading and both figures.

A claim with several right readings is right if one of them fits. What the tables contradict among themselves is said
by the S rules; a sentence that agrees with the mended table is not blamed for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from govdoc.checks.once import once_per_layout
from govdoc.checks.prose.enumerations import sums
from govdoc.checks.prose.quantities import WIDE
from govdoc.checks.prose.readings import reader
from govdoc.checks.prose.scan import YEAR, scanner
from govdoc.checks.prose.walk import (
    FOREIGN,
    Change,
    Figure,
    Nothing,
    Paragraph,
    Scene,
    Scope,
    Sentence,
    Share,
    Tools,
    walk,
)
from govdoc.figures import look_up, pieces
from govdoc.finding import Rule, Severity
from govdoc.report import heading_level
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.checks.prose.readings import Reader, Reading
    from govdoc.checks.prose.scan import Scanner
    from govdoc.finding import Finding, Location
    from govdoc.layouts.schema import Layout
    from govdoc.report import Entry, Report
    from govdoc.values import Value

_SOURCE = "《中华人民共和国政府信息公开条例》第五十条；国办公开办函〔2021〕30号：文字与表格应当一致"

FIGURE = Rule(
    "N501",
    Severity.WARNING,
    "正文的数与表中不一致",
    _SOURCE,
    "正文说“{said}”，{table}是 {expected}。",
    "核对正文和表格，改正写错的一处。原句：“{quote}”",
    since="0.2",
    checks="正文里能与表中数据对上的数（收到、办结、各类结果、申请人、复议诉讼、规范性文件、许可处罚等）与表中一致；几种算法都对的，符合一种就行。",
    example="正文说“收到政府信息公开申请68件”，表三是 66 件（本年新收）或 67 件（本年新收＋上年结转）。",
    mend="核对台账，改正写错的一处；正文里可以用 {{三.本年新收.总计}} 这样的引用代替数字，数据变了正文跟着变。",
)
SUM = Rule(
    "N502",
    Severity.WARNING,
    "分项之和与总数不符",
    _SOURCE,
    "正文说“{said}”，分项之和是 {expected}，{how} {found}。",
    "核对总数和各分项。原句：“{quote}”",
    since="0.2",
    checks="正文里列全了的分项（“包括”“分别为”“其中自然人、法人”等）加起来等于前面的总数；“其中”没有列全的，分项之和不超过总数。",
    example="66件，其中自然人63件、企业2件。",
    mend="核对总数和各分项；没有列全的，写上“等”字。",
)
RATE = Rule(
    "N503",
    Severity.WARNING,
    "增长率或占比算不出来",
    _SOURCE,
    "正文说“{said}”，按{basis}算是 {expected}。",
    "核对数字和百分比。原句：“{quote}”",
    since="0.2",
    checks="正文里的同比增减、占比，用表中（或正文里）的数重新计算，误差不超过最后一位的一半。",
    example="收到申请66件，同比增长10%，上年是 62 件，应是 6.5%。",
    mend="重新计算；也可以用 {{三.本年新收.总计|同比}} 这样的引用代替。",
)
YEAR_RULE = Rule(
    "N504",
    Severity.WARNING,
    "年份像是没有更新",
    "国办公开办函〔2021〕30号：统计期限为报告年度的1月1日至12月31日",
    "正文说“{said}”，报告年度是 {expected} 年。",
    "核对年份。原句：“{quote}”",
    since="0.2",
    checks="正文没有把别的年份当作报告年度来写，例如从上年报告复制后忘了改年份。",
    example="2024 年度的报告里写着“2023年，我局共收到申请48件”，48 件是本年的数。",
    mend="改为报告年度；确实是说别的年份的，写明“上年”或与本年比较，就不再提示。",
)
ALL_DONE = Rule(
    "N510",
    Severity.WARNING,
    "说全部办结，却有结转",
    _SOURCE,
    "正文说“{said}”，表三结转下年度的是 {expected} 件。",
    "核对；属实的写明“除 {expected} 件结转下年度外，其余全部办结”。原句：“{quote}”",
    since="0.2",
    checks="结转下年度的件数大于 0 时，正文没有说全部办结。",
    example="正文说“全部办结”，表三结转下年度 4 件。",
    mend="写明结转下年度的件数。",
)

RULES = (FIGURE, SUM, RATE, YEAR_RULE, ALL_DONE)

_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_WIDE = re.compile("[０-９％．]")
_DIGIT = re.compile("[0-9]")
_ENDS = tuple("。！？；：!?;:…”）)")
_LIKELY_SAME = 10  # a figure below it may agree with this year's table by chance
_MOST_FIGURES = 60  # in a sentence whose figures are added up; people write far fewer
_MOST_READINGS = 3  # readings that a message names
_PLACES = "省市县区州盟旗镇乡"
_OFFICE = re.compile(rf"([{_PLACES}])(?:人民)?政府办公[厅室]$")
_SEATS = ("人民政府", "办事处")  # what stands behind the name of a place in the name of its organ
_SHORTEST_NAME = 3
_LONGEST_SHORT_NAME = 14
_BEFORE_NAME = "，。；：、（(“,;: \n\u3000年度日"  # what stands before a name at the beginning of a clause
_HEAD = 40  # characters; a longer numbered line is text


class Place(NamedTuple):
    """Where a sentence stands: its entry's cell, and the sentence itself."""

    where: Location
    quote: str


def claims(report: Report) -> Iterator[Finding]:
    """Say where the narrative's figures, shares, changes and years do not agree with the tables."""
    scan = scanner(report.layout)
    if scan is None:
        return
    judge = _Judge(report, scan, reader(report.layout), _year_patterns(report.layout))
    for entries in report.narratives.values():
        for entry in entries:
            yield from judge.entry(entry)


CHECKS = (claims,)


@once_per_layout
def _year_patterns(layout: Layout) -> tuple[re.Pattern[str], ...]:
    """Return the layout's patterns for "this is the report of such a year"; their first group is the year."""
    claims = layout.prose.year_claims if layout.prose is not None else ()
    once = (one.replace("{year}", "([0-9]{4})", 1).replace("{year}", "[0-9]{4}") for one in claims)
    return tuple(re.compile(one) for one in once)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of an entry's text that are read as one: a line broken within a sentence is joined."""
    start = at = 0
    for line in text.split("\n"):
        end = at + len(line)
        plain = line.strip()
        heading = heading_level(plain) is not None and len(plain) <= _HEAD and not plain.endswith(_ENDS)
        if not plain or plain.endswith(_ENDS) or heading:
            yield start, end
            start = end + 1
        at = end + 1
    if start < len(text):
        yield start, len(text)


class _Judge:
    """Compares what one report's narrative claims with its figures."""

    def __init__(self, report: Report, scan: Scanner, readings: Reader, years: tuple[re.Pattern[str], ...]) -> None:
        self.report = report
        self.scan = scan
        self.reader = readings
        self.years = years
        scope = report.info.get("scope", "")
        year = report.year
        if year is not None and not report.layout.in_force(year):
            year = None  # which year is meant is in doubt, and rule L107 says so
        alone = scope == "本级" or (scope != "汇总" and _OFFICE.search(report.agency) is not None)
        self.scene = Scene(year, local_only=alone)  # an office speaks of its place's requests beside its own
        self.tools = Tools(scan, readings, self.scene)
        self._disputed: set[tuple[str, Decimal]] | None = None
        self.names = _own_names(report.agency)
        self.seat = _seat(report.agency)
        self.short_names = _ShortNames(report.agency, scan.prose.others)

    def entry(self, entry: Entry) -> Iterator[Finding]:
        """Yield what is wrong in one row of a narrative."""
        shown, given = _resolved(entry.text, self.report)
        plain = shown.translate(WIDE) if _WIDE.search(shown) else shown
        for name in self.names:
            if name in plain:
                plain = plain.replace(name, _blank(name))
        if self.seat is not None:
            plain = self.seat.sub(lambda match: _blank(match[0]), plain)
        plain = self.short_names.blanked(plain)
        heading = Paragraph()
        for table, subjects in self.scan.subjects:
            if subjects.search(entry.heading) is not None:
                heading.topic = table
        for start, end in _paragraphs(plain):
            text = (
                plain
                if "\n" not in plain[start:end]
                else plain[:start] + plain[start:end].replace("\n", "\u3000") + plain[end:]
            )
            paragraph = Paragraph(heading.topic)
            for match in _SENTENCE.finditer(text, start, end):
                yield from self._sentence(
                    text, match, Place(entry.where, shown[match.start() : match.end()].strip()), paragraph, given
                )

    def _sentence(
        self, text: str, match: re.Match[str], place: Place, paragraph: Paragraph, given: list[tuple[int, int]]
    ) -> Iterator[Finding]:
        start, end = match.span()
        if not self.scan.interesting(text, start, end):
            self._passed_over(match[0], paragraph)
            return
        sentence = walk(text, (start, end), self.tools, paragraph)
        for figure in sentence.figures if given else ():
            figure.given = any(first <= figure.start < last for first, last in given)
        found = list(self._figures(text, sentence, place))
        yield from found
        yield from self._claims(text, sentence, place)
        for one in sums(text, sentence) if sentence.lists else ():
            yield SUM.at(
                place.where,
                quote=place.quote,
                said=text[one.start : one.end],
                expected=show_number(one.parts),
                found=show_number(one.total),
                how="前面的总数是" if one.complete else "超过了前面的总数",
            )
        if not any(finding.rule is YEAR_RULE for finding in found):
            yield from self._year(text, sentence, place)
        yield from self._all_done(text, sentence, place)

    def _passed_over(self, text: str, paragraph: Paragraph) -> None:
        """Keep in mind what a sentence without anything to judge speaks of."""
        for table, subjects in self.scan.subjects:
            if subjects.search(text) is not None:
                paragraph.topic = table
                return
        if _DIGIT.search(text) is not None:
            paragraph.topic = FOREIGN

    # ------------------------------------------------------------ N501

    def _figures(self, text: str, sentence: Sentence, place: Place) -> Iterator[Finding]:
        for figure in sentence.figures:
            if not figure.readings or figure.given or figure.scope is Scope.NOT_OURS:
                continue
            if figure.scope is Scope.THIS:
                yield from self._this_year(text, figure, sentence, place)
            else:
                yield from self._another_year(text, figure, sentence, place)
        for claim in sentence.claims:
            if isinstance(claim, Nothing):
                values = [one.now(self.report) for one in claim.readings]
                if None not in values and all(value != 0 for value in values):
                    yield self._figure(text[claim.start : claim.end], "0", claim.readings, place)

    def _this_year(self, text: str, figure: Figure, sentence: Sentence, place: Place) -> Iterator[Finding]:
        values = [one.now(self.report) for one in figure.readings]
        known = [_in_unit(value, figure, self.report) for value in values if value is not None]
        if len(known) < len(values) or not known:
            figure.readings = ()
            return
        if any(figure.quantity.fits(value) for value in known):
            return
        if figure.upper and figure.quantity.value <= max(known):
            return
        if (figure.rest and _is_rest(figure, sentence)) or (figure.general and self._is_part(figure, sentence)):
            return
        if any(_add_up(one, value, sentence) for one, value in zip(figure.readings, known, strict=True)):
            return
        figure.wrong = True
        if not self._same_cause(figure):
            said = text[figure.said_from : figure.end]
            yield self._figure(said, show_number(figure.quantity.value.normalize()), figure.readings, place)

    def _is_part(self, figure: Figure, sentence: Sentence) -> bool:
        """Return whether a figure and its neighbours add up to one before them: 收到11件，答复7件，不予受理4件.

        What is carried on is no such neighbour: with it the tables' own sum is meant.
        """
        left = self.reader.at([self.scan.prose.all_done_of])[0]
        figures = sentence.figures
        if len(figures) > _MOST_FIGURES:
            return False
        at = figures.index(figure)
        for first in range(1, at + 1):
            for last in range(max(at, first + 1), len(figures)):
                parts = figures[first : last + 1]
                if any(left in part.readings for part in parts):
                    break
                if sum(part.quantity.value for part in parts) == figures[first - 1].quantity.value:
                    return True
        return False

    def _another_year(self, text: str, figure: Figure, sentence: Sentence, place: Place) -> Iterator[Finding]:
        """Judge a figure of another year; one that is this year's to the letter has the year wrong."""
        now = [one.now(self.report) for one in figure.readings]
        then = [one.then(self.report) for one in figure.readings] if figure.scope is Scope.LAST else []
        if any(value is not None and figure.quantity.fits(value) for value in then):
            return
        same = any(value is not None and figure.quantity.fits(value) for value in now)
        begun = figure.scope is Scope.LAST or self._start_year(text, sentence) == figure.year
        if figure.year is not None and same and begun and figure.quantity.value >= _LIKELY_SAME:
            figure.wrong = True
            year = f"{figure.year}年"
            said = f"{year}……{text[figure.said_from : figure.end]}"
            yield YEAR_RULE.at(place.where, quote=place.quote, said=said, found=figure.year, expected=self.report.year)
        elif then and None not in then:
            figure.wrong = True
            said = text[figure.said_from : figure.end]
            found = show_number(figure.quantity.value.normalize())
            yield self._figure(said, found, figure.readings, place, last=True)

    def _figure(
        self, said: str, found: str, readings: Iterable[Reading], place: Place, *, last: bool = False
    ) -> Finding:
        parts = []
        keys: list[str] = []
        for one in list(readings)[:_MOST_READINGS]:
            value = one.then(self.report) if last else one.now(self.report)
            if value is not None:
                parts.append(f"{show_number(value)}（{_name(one)}）")
                keys += one.keys
        figures = self.report.previous if last else self.report.figures
        return FIGURE.at(
            place.where,
            figure=keys[0] if keys else "",
            related=tuple(dict.fromkeys(figures[key].where for key in keys)),
            quote=place.quote,
            said=said,
            table="上年" if last else "表中",
            found=found,
            expected=" 或 ".join(parts),
        )

    def _same_cause(self, figure: Figure) -> bool:
        """Return whether the text's figure would mend a broken sum: then the table is wrong, and that has been said."""
        if self._disputed is None:
            self._disputed = _disputed(self.report)
        for one in figure.readings:
            value = one.now(self.report)
            if value is not None:
                change = figure.quantity.value - Decimal(value)
                if any((key, change) in self._disputed for key in one.keys):
                    return True
        return False

    # ------------------------------------------------------------ N503

    def _claims(self, text: str, sentence: Sentence, place: Place) -> Iterator[Finding]:
        for claim in sentence.claims:
            if isinstance(claim, Change):
                yield from self._change(text, claim, place)
            elif isinstance(claim, Share):
                yield from self._share(text, claim, place)

    def _change(self, text: str, claim: Change, place: Place) -> Iterator[Finding]:
        pairs = list(self._pairs(claim))
        if not pairs or (claim.of is not None and claim.of.wrong) or (claim.base is not None and claim.base.wrong):
            return
        rate = claim.quantity.counter in ("%", "倍")
        results = []
        for now, then in pairs:
            change = now - then
            if rate and then == 0:
                return
            actual = change / then * (100 if claim.quantity.counter == "%" else 1) if rate else change
            if _agrees(claim, actual):
                return
            results.append((now, then, actual))
        now, then, actual = results[0]
        unit = claim.quantity.counter if rate else ""
        shown = _shown(abs(actual), claim.quantity.step) if rate else show_number(abs(actual).normalize())
        word = "持平" if actual == 0 else f"{'增加' if actual > 0 else '减少'} {shown}{unit}"
        yield RATE.at(
            place.where,
            quote=place.quote,
            said=text[claim.of.said_from if claim.of is not None else claim.start : claim.end],
            basis=f"上年 {show_number(then)}、本年 {show_number(now)} ",
            found=show_number(claim.quantity.value.normalize()),
            expected=word,
        )

    def _pairs(self, claim: Change) -> Iterator[tuple[Decimal, Decimal]]:
        """Yield this year's and last year's value of each reading that the figure may have."""
        readings = claim.of.readings if claim.of is not None else claim.readings
        for one in readings:
            now, then = one.now(self.report), one.then(self.report)
            if now is None:
                continue
            if claim.of is not None and not claim.of.quantity.fits(_in_unit(now, claim.of, self.report)):
                continue
            if then is not None:
                yield Decimal(now), Decimal(then)
            elif claim.base is not None:
                yield Decimal(now), claim.base.quantity.value

    def _share(self, text: str, claim: Share, place: Place) -> Iterator[Finding]:
        of = claim.of
        if of.wrong or (of.scope is not Scope.THIS and not claim.rate):
            return
        wholes = [Decimal(value) for one in claim.wholes if (value := one.now(self.report))]
        if not claim.wholes:
            keys = next((one.keys for one in of.readings if one.keys), ())
            if not keys:  # nothing tells of which whole it is a part
                return
            table = self.report.layout.figures[keys[0]].table
            spec = next(
                spec for spec in self.scan.tables.values() if self.report.layout.table[table].short == spec.table
            )
            wholes = [Decimal(value) for one in self.reader.at(spec.wholes) if (value := one.now(self.report))]
            wholes += [one.quantity.value for one in claim.before if one.quantity.value >= of.quantity.value > 0]
        parts = [Decimal(value) for one in of.readings if (value := one.now(self.report)) is not None]
        if not claim.rate:
            parts = [part for part in parts if of.quantity.fits(part)]
        results = [(part, whole, part / whole * 100) for part in parts for whole in wholes if whole]
        tolerance = claim.quantity.step / 2
        if not results or any(abs(actual - claim.quantity.value) <= tolerance for _, _, actual in results):
            return
        part, whole, actual = min(results, key=lambda one: abs(one[2] - claim.quantity.value))
        yield RATE.at(
            place.where,
            quote=place.quote,
            said=text[of.said_from : claim.end],
            basis=f" {show_number(part.normalize())} 占 {show_number(whole.normalize())} ",
            found=show_number(claim.quantity.value.normalize()),
            expected=f"{_shown(actual, claim.quantity.step)}%",
        )

    # ------------------------------------------------------------ N504, N510

    def _year(self, text: str, sentence: Sentence, place: Place) -> Iterator[Finding]:
        year = self.scene.year
        if year is None:
            return
        plain = text[sentence.start : sentence.end]
        for pattern in self.years:
            match = pattern.search(plain)
            if match is not None and int(match[1]) != year:
                yield YEAR_RULE.at(place.where, quote=place.quote, said=match[0], found=match[1], expected=year)
                return
        if any(figure.readings and not figure.wrong and figure.scope is not Scope.THIS for figure in sentence.figures):
            return  # a statement about that year that is known to be right, or that cannot be judged
        start = self._start_year(text, sentence)
        if start is not None and start != year:
            said = plain[:20].strip()
            yield YEAR_RULE.at(place.where, quote=place.quote, said=f"{said}……", found=start, expected=year)

    def _start_year(self, text: str, sentence: Sentence) -> int | None:
        """Return the year that a sentence begins with as if it were the report's, or None where it does not."""
        prose = self.scan.prose
        years = [token for token in sentence.tokens if token.kind == YEAR]
        if len(years) != 1 or text[sentence.start : years[0].start].strip():
            return None
        after = text[years[0].end : sentence.end].lstrip("，, 　")
        if not after.startswith((*prose.year_starts, *(_blank(name) for name in self.names))):
            return None
        roles = {role for token in sentence.tokens if token.word is not None for role in token.word.roles}
        if roles & {"future", "this_year", "last_year", "compare"}:
            return None
        return int(text[years[0].start : years[0].start + 4])

    def _all_done(self, text: str, sentence: Sentence, place: Place) -> Iterator[Finding]:
        token = sentence.all_done
        prose = self.scan.prose
        if token is None or not any(
            spec.subjects and sentence.topic == spec.table for spec in self.scan.tables.values()
        ):
            return
        left = self.reader.at([prose.all_done_of])[0]
        value = left.now(self.report)
        plain = text[sentence.start : token.end]
        if value in (None, 0) or any(word in plain for word in prose.all_done_unless):
            return
        last = [figure for figure in sentence.figures if figure.end <= token.start and figure.readings]
        if last and not any(key == one for figure in last[-1:] for one in figure.readings for key in self._received()):
            return
        yield ALL_DONE.at(
            place.where,
            figure=left.keys[0],
            related=(self.report.figures[left.keys[0]].where,),
            quote=place.quote,
            said=text[token.start : token.end],
            expected=show_number(value or 0),
        )

    def _received(self) -> tuple[Reading, ...]:
        """Return the wholes of which everything may be done, without the total of what was done."""
        done = self.reader.at([self.scan.prose.all_done_of])[0].keys[0]
        table = self.report.layout.table[self.report.layout.figures[done].table].short
        ends = {key for equation in self.report.layout.equations if done in equation.equals for key in equation.parts}
        return tuple(one for one in self.reader.at(self.scan.tables[table].wholes) if set(one.keys) <= ends)


# ---------------------------------------------------------------- small parts


def _resolved(text: str, report: Report) -> tuple[str, list[tuple[int, int]]]:
    """Return a text as it is printed, and where in it figures stand that were looked up: they are right."""
    if "{{" not in text:
        return text, []
    printed = ""
    given = []
    for piece in pieces(text, lambda reference: look_up(reference, report)):
        if piece.reference:
            given.append((len(printed), len(printed) + len(piece.text)))
        printed += piece.text
    return printed, given


def _own_names(agency: str) -> tuple[str, ...]:
    """Return the organ's name, the name without the place before it (某某县水务局, 县水务局), and its place's.

    某某街道办事处 is called 某某街道.
    """
    short = re.search(rf"[{_PLACES}].{{3,}}", agency[1:])
    seat = next((agency.removesuffix(end) for end in _SEATS if agency.endswith(end)), "")
    place = re.split(rf"[{_PLACES}](?=.)|人民政府", seat)[-1]
    names = (agency, short[0] if short else "", place if len(place) >= _SHORTEST_NAME else "")
    return tuple(name for name in names if name)


def _seat(agency: str) -> re.Pattern[str] | None:
    """Return what an office calls the government that it answers for: 市政府共受理申请."""
    match = _OFFICE.search(agency)
    return re.compile(rf"(?<![全各本我]){match[1]}政府(?:及{match[1]}政府办公[厅室])?(?!信息)") if match else None


@dataclass(frozen=True, slots=True)
class _ShortNames:
    """Blanks an organ's name where a text shortens it: 市人社局 for 某某市人力资源和社会保障局.

    A short name has the letters of the whole one in their order, ends like it, and stands at the beginning of a clause;
    one with a place of its own has the organ's last place in it. 市税务局 is not 某某市某某区税务局.
    """

    agency: str
    others: tuple[str, ...]

    def blanked(self, text: str) -> str:
        """Return a text with the short names blank."""
        agency = self.agency
        if len(agency) < _SHORTEST_NAME:
            return text
        end = agency[-2:] if agency.count(agency[-1]) > 1 else agency[-1:]
        at = text.find(end)
        while at >= 0:
            start, stop = at, at + len(end)
            while start and text[start - 1] in agency and at - start < _LONGEST_SHORT_NAME:
                start -= 1
            if (not start or text[start - 1] in _BEFORE_NAME) and self._is_own(text[start:stop]):
                text = f"{text[:start]}{_blank(text[start:stop])}{text[stop:]}"
            at = text.find(end, stop)
        return text

    def _is_own(self, name: str) -> bool:
        rest = iter(self.agency)
        if len(name) < _SHORTEST_NAME or name in self.others or not all(letter in rest for letter in name):
            return False
        places = [letter for letter in name if letter in _PLACES]
        return not places or places[-1] == next(letter for letter in reversed(self.agency) if letter in _PLACES)


def _blank(name: str) -> str:
    """Return as many characters as a name has that no rule reads: the organ's own name says nothing new."""
    return "\u3000" * len(name)


def _disputed(report: Report) -> set[tuple[str, Decimal]]:
    """Return the changes of figures that would mend a sum that does not hold."""
    disputed = set()
    for equation in report.layout.equations:
        left = [report.value(key) for key in equation.parts]
        right = [report.value(key) for key in equation.equals]
        if None in left or None in right:
            continue
        rest = Decimal(sum(v for v in left if v is not None)) - Decimal(sum(v for v in right if v is not None))
        if rest:
            disputed |= {(key, -rest) for key in equation.parts} | {(key, rest) for key in equation.equals}
    return disputed


def _in_unit(value: Value, figure: Figure, report: Report) -> Value:
    """Return a value in the unit that the text counts in: 万元 of the table are 元 × 10,000 in the text."""
    if figure.quantity.counter == "元" and report.layout.figures[figure.readings[0].keys[0]].unit == "万元":
        return Decimal(value) * 10_000
    return value


def _add_up(reading: Reading, value: Value, sentence: Sentence) -> bool:
    """Return whether several figures of a sentence are the parts of one: 线上收到20件，线下收到28件."""
    if len(sentence.figures) > _MOST_FIGURES:
        return False
    alike = [one for one in sentence.figures if one.scope is Scope.THIS and reading in one.readings]
    return len(alike) > 1 and sum(one.quantity.value for one in alike) == value


def _is_rest(figure: Figure, sentence: Sentence) -> bool:
    """Return whether a figure is what is left of one before it, after those between."""
    before = [one.quantity.value for one in sentence.figures if one.end <= figure.start]
    return any(
        figure.quantity.value == whole - sum(before[at + 1 : end])
        for at, whole in enumerate(before)
        for end in range(at + 1, len(before) + 1)
    )


def _agrees(claim: Change, actual: Decimal) -> bool:
    if claim.sign == 0:
        return actual == 0
    if claim.quantity.value != 0 and (actual > 0) != (claim.sign > 0):
        return False
    if claim.quantity.counter not in ("%", "倍"):
        return claim.quantity.fits(abs(actual))
    if claim.quantity.rounding.value:
        return abs(abs(actual) - claim.quantity.value) <= max(claim.quantity.step, claim.quantity.value / 10)
    return abs(abs(actual) - claim.quantity.value) <= claim.quantity.step / 2


def _shown(value: Decimal, step: Decimal) -> str:
    return show_number(value.quantize(step, ROUND_HALF_UP).normalize())


def _name(reading: Reading) -> str:
    """Return a reading's address without its table: ``本年新收.总计``."""
    return reading.name
