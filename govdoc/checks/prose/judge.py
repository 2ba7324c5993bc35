"""The rules on figures in prose: N501 to N504 and N510. Each finding quotes its sentence, the reading and both figures.

A claim with several right readings is right if one of them fits. What the tables contradict among themselves is said
by the S rules; a sentence that agrees with the mended table is not blamed for it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.once import once_per_layout
from govdoc.checks.prose.claims import (
    FOREIGN,
    All,
    Figure,
    Nothing,
    Paragraph,
    Scene,
    Scope,
    Sentence,
    Tools,
)
from govdoc.checks.prose.enumerations import sums
from govdoc.checks.prose.names import OFFICE, ShortNames, blank, own_names, seat_of
from govdoc.checks.prose.quantities import WIDE, chinese_number
from govdoc.checks.prose.rates import rates
from govdoc.checks.prose.readings import reader
from govdoc.checks.prose.rules import ALL_DONE, FIGURE, SUM, YEAR_RULE, Place
from govdoc.checks.prose.scan import YEAR, scanner
from govdoc.checks.prose.walk import walk
from govdoc.checks.prose.weighing import MOST_FIGURES, add_up, disputed_changes, in_unit, is_rest, is_total
from govdoc.figures import look_up, pieces
from govdoc.report import LONGEST_HEADING, heading_level
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.checks.prose.readings import Reader, Reading
    from govdoc.checks.prose.scan import Scanner
    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.report import Entry, Report

_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_WIDE = re.compile("[０-９％．]")
_COUNT = re.compile("[0-9](?![0-9]?[）)．.、])")  # not the number of a list: （3）
_YEAR = re.compile("([一二][〇零一二三四五六七八九]{3})(?=年)")
_YEAR_BEGINS = ("二〇", "二零")
# A number that a line break splits (13 and .8%, 4 and 2件), as long as before: the break comes to stand behind it.
_SPLIT = re.compile("([0-9]\\.?)\\n([0-9]*\\.?[0-9]+)(?=[%年余万件条篇次宗项起份])")
_ENDS = tuple("。！？；：!?;:…”）)")
_LIKELY_SAME = 10  # a figure below it may agree with this year's table by chance
_LONGEST_SENTENCE = 3000  # characters; the work on one grows with the square of its figures
_LONGEST_QUOTE = 500  # characters; each finding in a sentence quotes it
_MOST_READINGS = 3  # readings that a message names


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
        heading = heading_level(plain) is not None and len(plain) <= LONGEST_HEADING and not plain.endswith(_ENDS)
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
        choices = report.layout.choices
        by_itself = scope != "" and scope == choices.alone
        alone = by_itself or (scope != choices.summed and OFFICE.search(report.agency) is not None)
        self.scene = Scene(year, local_only=alone)  # an office speaks of its place's requests beside its own
        self.tools = Tools(scan, readings, self.scene)
        self._disputed: set[tuple[str, Decimal]] | None = None
        self.names = own_names(report.agency)
        self.seat = seat_of(report.agency, alone=by_itself)
        self.short_names = ShortNames(report.agency, scan.prose.others)

    def entry(self, entry: Entry) -> Iterator[Finding]:
        """Yield what is wrong in one row of a narrative."""
        shown, given = _resolved(entry.text, self.report)
        plain = self._without_names(_as_read(shown))
        heading = Paragraph()
        for table, subjects in self.scan.subjects:
            if subjects.search(entry.heading) is not None:
                heading.topic = table
        stretches = list(_paragraphs(plain))
        text = "\n".join(plain[start:end].replace("\n", "\u3000") for start, end in stretches)
        for start, end in stretches:
            paragraph = Paragraph(heading.topic)
            for match in _SENTENCE.finditer(text, start, end):
                if not self._may_claim(text, match, paragraph):
                    continue
                quote = shown[match.start() : match.end()].strip()
                quote = quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE]}……"
                yield from self._sentence(text, match, Place(entry.where, quote), paragraph, given)

    def _without_names(self, text: str) -> str:
        """Return a text with the organ's own names blank: the whole one, shortened ones, then those without a place.

        某某市税务局 is 国家税务总局某某市税务局 shortened; were 市税务局 blank before, 某某 would be left of it.
        """
        whole, *shorter = self.names or ("",)
        plain = text.replace(whole, blank(whole)) if whole and whole in text else text
        plain = self.short_names.blanked(plain)
        for name in shorter:
            if name in plain:
                plain = plain.replace(name, blank(name))
        return plain if self.seat is None else self.seat.sub(lambda match: blank(match[0]), plain)

    def _sentence(
        self, text: str, match: re.Match[str], place: Place, paragraph: Paragraph, given: list[tuple[int, int]]
    ) -> Iterator[Finding]:
        sentence = walk(text, match.span(), self.tools, paragraph)
        for figure in sentence.figures if given else ():
            figure.given = any(first <= figure.start < last for first, last in given)
        found = list(self._figures(text, sentence, place, paragraph.counted))
        yield from found
        yield from rates(text, sentence, place, self.report, self.tools)
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

    def _may_claim(self, text: str, match: re.Match[str], paragraph: Paragraph) -> bool:
        """Return whether a sentence has anything to judge; of one that has not, the subject is kept in mind."""
        start, end = match.span()
        if end - start <= _LONGEST_SENTENCE and self.scan.interesting(text, start, end):
            return True
        self._passed_over(match[0], paragraph)
        return False

    def _passed_over(self, text: str, paragraph: Paragraph) -> None:
        """Keep in mind what a sentence without anything to judge speaks of."""
        for table, subjects in self.scan.subjects:
            if subjects.search(text) is not None:
                paragraph.topic = table
                return
        if _COUNT.search(text) is not None:
            paragraph.topic = FOREIGN

    # ------------------------------------------------------------ N501

    def _figures(
        self, text: str, sentence: Sentence, place: Place, counted: list[tuple[Reading, ...]]
    ) -> Iterator[Finding]:
        for figure in sentence.figures:
            if not figure.readings or figure.given or figure.scope is Scope.NOT_OURS:
                continue
            if figure.scope is Scope.THIS:
                yield from self._this_year(text, figure, sentence, place, counted)
            else:
                yield from self._another_year(text, figure, sentence, place)
        for claim in sentence.claims:
            if isinstance(claim, All):
                yield from self._all_alike(text, claim, place)
            elif isinstance(claim, Nothing):
                if any(one in readings for readings in counted for one in claim.readings):
                    continue  # 收到申请9件，未产生申请案例: what did not happen was counted right before
                values = [one.now(self.report) for one in claim.readings]
                if None not in values and all(value != 0 for value in values):
                    yield self._figure(text[claim.start : claim.end], "0", claim.readings, place)

    def _all_alike(self, text: str, claim: All, place: Place) -> Iterator[Finding]:
        """Judge what is said of all that a figure counts, where the figure itself is right."""
        values = [one.now(self.report) for one in claim.readings]
        quantity = claim.of.quantity
        if claim.of.wrong or not claim.of.readings or None in values:
            return
        if any(quantity.fits(value) for value in values if value is not None):
            return
        if not self._same_cause(quantity.value, claim.readings):
            said = text[claim.of.said_from : claim.end]
            yield self._figure(said, show_number(quantity.value.normalize()), claim.readings, place)

    def _this_year(
        self, text: str, figure: Figure, sentence: Sentence, place: Place, counted: list[tuple[Reading, ...]]
    ) -> Iterator[Finding]:
        values = [one.now(self.report) for one in figure.readings]
        known = [in_unit(value, figure, self.report) for value in values if value is not None]
        if len(known) < len(values) or not known:
            figure.readings = ()
            return
        if any(figure.quantity.fits(value) for value in known):
            counted.append(figure.readings)
            return
        if figure.total and is_total(figure, sentence):
            return
        if figure.bare and any(one in readings for readings in counted for one in figure.readings):
            return  # after 收到申请19件, 依申请公开16件 is another count
        if figure.upper and figure.quantity.value <= max(known):
            return
        if (figure.rest and (is_rest(figure, sentence) or self._is_left(figure, sentence))) or (
            figure.general and self._is_part(figure, sentence)
        ):
            return
        if any(add_up(one, value, sentence) for one, value in zip(figure.readings, known, strict=True)):
            return
        figure.wrong = True
        if not self._same_cause(figure.quantity.value, figure.readings):
            said = text[figure.said_from : figure.end]
            yield self._figure(said, show_number(figure.quantity.value.normalize()), figure.readings, place)

    def _is_left(self, figure: Figure, sentence: Sentence) -> bool:
        """Return whether a figure is what a list of rows or columns leaves of the table's whole: 其他9件."""
        spec = self.scan.tables[figure.readings[0].name.partition(".")[0]]
        before = (one for one in sentence.figures if one.end <= figure.start)
        listed = sum(one.quantity.value for one in before if one.said and set(one.said) <= set(spec.rest_after))
        wholes = [one.now(self.report) for one in self.reader.at(spec.wholes)]
        return any(whole is not None and whole - listed == figure.quantity.value for whole in wholes)

    def _is_part(self, figure: Figure, sentence: Sentence) -> bool:
        """Return whether a figure and its neighbours add up to one before them: 收到11件，答复7件，不予受理4件.

        What is carried on is no such neighbour: with it the tables' own sum is meant.
        """
        left = self.reader.at([self.scan.prose.all_done_of])[0]
        figures = sentence.figures
        if len(figures) > MOST_FIGURES:
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
                parts.append(f"{show_number(value)}（{one.name}）")
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

    def _same_cause(self, said: Decimal, readings: Iterable[Reading]) -> bool:
        """Return whether the text's figure would mend a broken sum: then the table is wrong, and that has been said."""
        if self._disputed is None:
            self._disputed = disputed_changes(self.report)
        for one in readings:
            value = one.now(self.report)
            if value is not None:
                change = said - Decimal(value)
                if any((key, change) in self._disputed for key in one.keys):
                    return True
        return False

    # ------------------------------------------------------------ N504, N510

    def _year(self, text: str, sentence: Sentence, place: Place) -> Iterator[Finding]:
        year = self.scene.year
        if year is None or not any(token.kind == YEAR for token in sentence.tokens):
            return
        plain = text[sentence.start : sentence.end]
        stated = [match for pattern in self.years if (match := pattern.search(plain)) is not None]
        for match in stated:
            if int(match[1]) != year:
                yield YEAR_RULE.at(place.where, quote=place.quote, said=match[0], found=match[1], expected=year)
                return
        if any(figure.readings and not figure.wrong and figure.scope is not Scope.THIS for figure in sentence.figures):
            return  # a statement about that year that is known to be right, or that cannot be judged
        start = self._start_year(text, sentence)
        if start is not None and start < year:  # of a later one, what is planned is said
            said = plain[:20].strip()
            yield YEAR_RULE.at(place.where, quote=place.quote, said=f"{said}……", found=start, expected=year)

    def _start_year(self, text: str, sentence: Sentence) -> int | None:
        """Return the year that a sentence begins with as if it were the report's, or None where it does not."""
        prose = self.scan.prose
        years = [token for token in sentence.tokens if token.kind == YEAR]
        if len(years) != 1 or text[sentence.start : years[0].start].strip():
            return None
        after = text[years[0].end : sentence.end].lstrip("，, 　")
        if not after.startswith((*prose.year_starts, *(blank(name) for name in self.names))):
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
        of = sentence.all_done_of
        if of is None or not of.readings:
            of = next((one for one in reversed(sentence.figures) if one.end <= token.start and one.readings), None)
        if of is not None and not any(one in of.readings for one in self._received()):
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


def _as_read(text: str) -> str:
    """Return a text, as long as before, with its numbers in plain digits and none split by a line break."""
    plain = text.translate(WIDE) if _WIDE.search(text) else text
    if "\n" in plain:
        plain = _SPLIT.sub(r"\1\2\n", plain)
    if _YEAR_BEGINS[0] in plain or _YEAR_BEGINS[1] in plain:
        plain = _YEAR.sub(lambda match: str(chinese_number(match[1])), plain)
    return plain


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
