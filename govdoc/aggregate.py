"""Many units' reports → the Report of their sum, with the A findings. Pure: reads and writes nothing.

A unit comes as a :class:`Contribution`, which is small, so that ten thousand of them fit into memory at once. What
cannot be counted for certain is left out and named; the total then says that it is incomplete.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from govdoc.checks.explanations import settle
from govdoc.errors import InputError, UsageError
from govdoc.finding import Location, Rule, Severity
from govdoc.layouts.schema import layout_for
from govdoc.report import Entry, Figure, Report
from govdoc.values import normal_label, show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.values import Value

_DUTY = "《中华人民共和国政府信息公开条例》第四十九条：各单位向主管部门提交年度报告，主管部门汇总公布"

NOT_HANDED_IN = Rule(
    "A601",
    Severity.ERROR,
    "名册上的单位没有报送",
    _DUTY,
    "名册 {roster} 里的“{expected}”没有报送{nearest}。",
    "{advice}",
    checks="名册上的每个单位都报送了文件。",
    example="名册有 58 个单位，只收到 57 份。",
    mend="请该单位报送后再汇总一次；已经撤并的，从名册里删去。",
)
TWICE = Rule(
    "A602",
    Severity.ERROR,
    "一个单位报了两份",
    _DUTY,
    "“{agency}”有 {count} 份文件：{files}；{verdict}。",
    "留下该报的一份，把其余的移出去，再汇总一次。",
    checks="一个单位只有一份文件。",
    example="文件夹里有“财政局.xlsx”和“财政局（改）.xlsx”，机关名称相同。",
    mend="留下该报的一份，把其余的移出去。",
)
MIXED = Rule(
    "A603",
    Severity.ERROR,
    "年度或表式不一致",
    _DUTY,
    "“{agency}”报的是 {found}，这次汇总的是 {expected}；没有计入。",
    "请换成 {expected} 的文件；要汇总别的年度，用 --year 写明。",
    checks="一次汇总的文件是同一年度、同一表式。",
    example="57 份是 2024 年度的，1 份是 2023 年度的。",
    mend="换成同一年度的文件；要汇总别的年度，用 --year 写明。",
)
DIFFERS = Rule(
    "A604",
    Severity.CONFIRM,
    "上级填的与各单位之和不一致",
    _DUTY,
    "“{label}”填的是 {found}，{count} 个单位之和是 {expected}{incomplete}。",
    "核对；若无误，在“{sheet}”表写明原因（规则 A604，位置 {cell}）。",
    checks="上级自己填的数与各单位之和一致，逐个数比较。",
    example="上级填新收 3216 件，各单位之和是 3206 件。",
    mend="核对；上级本级另有、重复剔除等情形，在“情况说明”表写明原因。",
)
LEFT_OUT = Rule(
    "A605",
    Severity.ERROR,
    "单位的文件有错误，没有计入",
    _DUTY,
    "“{agency}”没有计入：{reason}",
    "请该单位改好后重报（govdoc check 列出所有问题），再汇总一次。",
    checks="计入汇总的文件都没有错误；有错误的不计入，汇总注明不完整。",
    example="某单位表三勾稽关系不平，没有计入。",
    mend="请该单位改好后重报，再汇总一次。",
)
STRANGER = Rule(
    "A606",
    Severity.WARNING,
    "报送的单位不在名册上",
    _DUTY,
    "“{agency}”计入了汇总，但名册 {roster} 里没有{nearest}。",
    "请核对机关名称；不该计入的，把文件移出去，再汇总一次。",
    checks="计入汇总的单位都在名册上。",
    example="收到“市园林局”的文件，名册上叫“市园林绿化管理局”。",
    mend="核对机关名称；不该计入的，把文件移出去。",
)

RULES = (NOT_HANDED_IN, TWICE, MIXED, DIFFERS, LEFT_OUT, STRANGER)

_NAMED = 5  # files named in one message


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit's file brings. ``values`` stand in the order of its edition's figures.

    ``errors`` counts what blocks it, ``problem`` is the first of it in words; for a file that could not be read at
    all there is nothing else.
    """

    file: str
    agency: str = ""
    year: int | None = None
    edition: str = ""
    scope: str = ""
    values: tuple[Value | None, ...] = ()
    errors: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """Return what the unit is called in messages."""
        return self.agency or self.file

    @property
    def numbers(self) -> tuple[Value, ...]:
        """Return the values of a unit that is counted: there none is missing."""
        return cast("tuple[Value, ...]", self.values)


@dataclass(frozen=True, slots=True)
class RosterName:
    """A unit that must hand in, and where the roster names it."""

    agency: str
    where: Location


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that is not in the total: its name and file as far as known, the rule, and the reason in words."""

    agency: str
    file: str
    code: str
    reason: str


@dataclass(frozen=True)
class Sum:
    """The sum as a Report, the units counted, those that are missing from it, and the findings."""

    report: Report
    counted: tuple[Contribution, ...]
    missing: tuple[Missing, ...]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Return whether every unit that is known of is in the total."""
        return not self.missing

    @property
    def shortfall(self) -> str:
        """Return in words how many units are not in the total: those that did not hand in, and those that did."""
        return _shortfall(self.missing)


def contribution(report: Report, findings: Iterable[Finding], file: str) -> Contribution:
    """Return what a checked report brings to a sum; ``file`` is said in messages."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    figures = report.figures
    return Contribution(
        file=file,
        agency=report.agency,
        year=report.year,
        edition=report.layout.edition,
        scope=report.info.get("scope", ""),
        values=tuple([figures[key].value if key in figures else None for key in report.layout.figures]),
        errors=len(errors),
        problem=_said(errors[0]) if errors else "",
    )


def _said(finding: Finding) -> str:
    place = f"{finding.where} " if finding.where.sheet else ""  # else it is the file, which is named anyhow
    return f"{place}{finding.code} {finding.message}"


def aggregate(
    units: Iterable[Contribution],
    *,
    year: int | None = None,
    agency: str = "",
    roster: Sequence[RosterName] | None = None,
    own: Report | None = None,
) -> Sum:
    """Return the sum of the units in the edition in force for its year, and every A finding.

    ``year`` is the one to sum, else that of ``own`` (the parent's own workbook), else the commonest; ``agency`` names
    the sum. Of two files of one unit one is counted where their figures agree, else none.
    Raises :class:`UsageError` for a year that no edition covers, and :class:`InputError` where nothing can be summed.
    """
    units = sorted(_named(units, roster or ()), key=lambda unit: (normal_label(unit.agency), unit.file))
    year = year or (own.year if own is not None else None) or _commonest_year(units)
    layout = layout_for(year)
    if layout is None:
        raise UsageError(f"没有适用于 {year} 年度的表式。", "请检查年度。")
    sieve = _Sieve(layout, year)
    counted = sieve.sift(units)
    findings = [*sieve.findings, *_compare_roster(units, counted, roster, sieve.missing)]
    missing = tuple(sieve.missing)
    shortfall = _shortfall(missing)
    report = _report(layout, year, agency, counted, own, shortfall=shortfall)
    if own is not None:
        findings += _compare_own(own, report, count=len(counted), shortfall=shortfall)
    return Sum(report, tuple(counted), missing, tuple(findings))


def _shortfall(missing: Sequence[Missing]) -> str:
    absent = sum(one.code == NOT_HANDED_IN.code for one in missing)
    counts = ((absent, "没有报送"), (len(missing) - absent, "报送了没有计入"))
    said = "、".join(f"{count} 个单位{what}" for count, what in counts if count)
    return f"还有 {said}" if said else ""


def _named(units: Iterable[Contribution], roster: Sequence[RosterName]) -> Iterator[Contribution]:
    """Yield the units, those whose file could not be read with the name on the roster that stands in the file's."""
    names = sorted(((folded(entry.agency), entry.agency) for entry in roster), key=lambda name: -len(name[0]))
    for unit in units:
        file = "" if unit.agency or not unit.problem else folded(unit.file)
        agency = next((agency for name, agency in names if name in file), "")
        yield replace(unit, agency=agency) if agency else unit


def _commonest_year(units: Sequence[Contribution]) -> int:
    years = Counter(unit.year for unit in units if unit.year is not None and not unit.problem)
    if not years:
        problem = next((f"{unit.file}：{unit.problem}" for unit in units if unit.problem), "")
        raise InputError(
            "没有一份文件可以汇总。" + (f"例如 {problem}" if problem else ""), "请先用 govdoc check 核对各单位的文件。"
        )
    return max(years, key=lambda year: (years[year], year))


def folded(agency: str) -> str:
    """Return an organ's name as names are compared: width and case do not count, nor do spaces."""
    return normal_label(agency).casefold()


class _Sieve:
    """Parts the units that are counted from those that are left out, and says why."""

    def __init__(self, layout: Layout, year: int) -> None:
        self.layout = layout
        self.year = year
        self.findings: list[Finding] = []
        self.missing: list[Missing] = []

    def sift(self, units: Iterable[Contribution]) -> list[Contribution]:
        by_name: dict[str, list[Contribution]] = {}
        for unit in units:
            if self._is_sound(unit) and self._is_of_this_sum(unit):
                by_name.setdefault(folded(unit.agency), []).append(unit)
        return [files[0] for files in by_name.values() if len(files) == 1 or self._agree(files)]

    def _leave_out(self, unit: Contribution, finding: Finding) -> None:
        self.findings.append(finding)
        self.missing.append(Missing(unit.agency, unit.file, finding.code, finding.message))

    def _is_sound(self, unit: Contribution) -> bool:
        blank = "有数据没有读出。" if unit.agency and unit.year is not None and None in unit.values else ""
        nameless = "" if unit.agency else "读不出机关名称。"
        reason = unit.problem or nameless or blank
        if unit.errors > 1:
            reason += f"（共 {unit.errors} 处错误）"
        if reason:
            self._leave_out(unit, LEFT_OUT.at(Location(unit.file), agency=unit.name, reason=reason))
        return not reason

    def _is_of_this_sum(self, unit: Contribution) -> bool:
        if (unit.year, unit.edition) == (self.year, self.layout.edition):
            return True
        other = unit.year != self.year
        found = f"{unit.year} 年度" if other else f"{unit.edition} 版表式"
        expected = f"{self.year} 年度" if other else f"{self.layout.edition} 版表式"
        self._leave_out(unit, MIXED.at(Location(unit.file), agency=unit.name, found=found, expected=expected))
        return False

    def _agree(self, files: Sequence[Contribution]) -> bool:
        agree = len({unit.values for unit in files}) == 1
        first = files[0]
        names = "、".join(unit.file for unit in files[:_NAMED]) + ("等" if len(files) > _NAMED else "")
        finding = TWICE.at(
            Location(first.file),
            agency=first.name,
            count=len(files),
            files=names,
            verdict="数据相同，只计入一份" if agree else "数据不同，一份也没有计入",
        )
        if agree:
            self.findings.append(finding)
        else:
            self._leave_out(first, finding)
        return agree


# ---------------------------------------------------------------- the roster


def _compare_roster(
    units: Iterable[Contribution],
    counted: Iterable[Contribution],
    roster: Sequence[RosterName] | None,
    missing: list[Missing],
) -> Iterator[Finding]:
    """Yield who is on the roster and has not handed in, and who is not on it and has."""
    if not roster:
        return
    handed_in = {folded(unit.agency) for unit in units if unit.agency}
    listed = {folded(entry.agency): entry for entry in roster}
    strangers = {folded(unit.agency): unit for unit in counted if folded(unit.agency) not in listed}
    absent = {name: entry for name, entry in listed.items() if name not in handed_in}
    for name, entry in absent.items():
        near = next(iter(get_close_matches(name, strangers, n=1)), None)
        advice = "请催报。"
        nearest = ""
        if near is not None:
            nearest = f"，最像的一份叫“{strangers[near].agency}”（{strangers[near].file}）"
            advice = "如果就是这一份，请把机关名称改得和名册一致；不是，请催报。"
        finding = NOT_HANDED_IN.at(
            entry.where, roster=entry.where.file, expected=entry.agency, nearest=nearest, advice=advice
        )
        missing.append(Missing(entry.agency, "", finding.code, finding.message))
        yield finding
    for name, unit in strangers.items():
        near = next(iter(get_close_matches(name, absent, n=1)), None)
        nearest = f"，最像的是“{absent[near].agency}”" if near is not None else ""
        yield STRANGER.at(Location(unit.file), roster=roster[0].where.file, agency=unit.agency, nearest=nearest)


# ---------------------------------------------------------------- the total


def _report(
    layout: Layout, year: int, agency: str, counted: Sequence[Contribution], own: Report | None, *, shortfall: str
) -> Report:
    fields = {field.key: field for field in layout.info}
    given = dict(own.info) if own is not None else {}
    info = {
        **given,
        "agency": agency or given.get("agency", "") or f"{len(counted)}个单位",
        "year": str(year),
    }
    if "agency_type" in fields:
        info["agency_type"] = given.get("agency_type", "") or fields["agency_type"].choices[-1]
    if layout.choices.summed:
        info["scope"] = layout.choices.summed
    info = {key: value for key, value in info.items() if key in fields}
    columns = zip(*(unit.numbers for unit in counted), strict=True)
    totals: list[Value] = [sum(column) for column in columns] if counted else [0] * len(layout.figures)
    figures = {
        key: Figure(total, _shown(total, spec.kind, spec.unit), Location())
        for (key, spec), total in zip(layout.figures.items(), totals, strict=True)
    }
    narratives = _narratives(layout, own, count=len(counted), shortfall=shortfall)
    return Report(layout, info, figures, narratives)


def _shown(total: Value, kind: str, unit: str) -> str:
    """Return a total as its cell takes it: an amount of kind money carries its unit, but for a plain 0."""
    return f"{show_number(total)}{unit}" if kind == "money" and total != 0 else show_number(total)


def _narratives(layout: Layout, own: Report | None, *, count: int, shortfall: str) -> Mapping[str, tuple[Entry, ...]]:
    """Return the parent's own text; where there is none, one true sentence that says where the texts are."""
    narratives = {}
    for section in layout.sections:
        if section.table is not None:
            continue
        text = f"本报告的数据由 {count} 个单位的年度报告汇总而成，“{section.short}”的文字见各单位的报告。"
        if shortfall:
            text += f"汇总尚不完整，{shortfall}。"
        given = own.narratives.get(section.key, ()) if own is not None else ()
        narratives[section.key] = given or (Entry("", text),)
    return narratives


def _compare_own(own: Report, total: Report, *, count: int, shortfall: str) -> Iterator[Finding]:
    """Yield where the parent's own figures are not the units' sum; its own explanations of A604 settle them."""
    where = Location(own.source)
    if (own.year, own.layout.edition) != (total.year, total.layout.edition):
        found, expected = (
            f"{own.year} 年度（{own.layout.edition} 版）",
            f"{total.year} 年度（{total.layout.edition} 版）",
        )
        yield MIXED.at(where, agency=own.agency or own.source, found=found, expected=expected)
        return
    explained = replace(own, explanations=tuple(one for one in own.explanations if _is_of_this_rule(one.code)))
    yield from settle(_differences(own, total, count=count, shortfall=shortfall), explained)


def _is_of_this_rule(code: str) -> bool:
    return normal_label(code).upper() == DIFFERS.code


def _differences(own: Report, total: Report, *, count: int, shortfall: str) -> Iterator[Finding]:
    for key, spec in total.layout.figures.items():
        theirs, ours = own.value(key), total.value(key)
        if theirs is None or ours is None or theirs == ours:
            continue
        yield DIFFERS.at(
            own.figures[key].where,
            figure=key,
            label=spec.label or spec.address,
            found=show_number(theirs),
            expected=show_number(ours),
            count=count,
            incomplete=f"（{shortfall}）" if shortfall else "",
            sheet=own.layout.workbook.explanations,
        )
