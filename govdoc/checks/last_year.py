"""The Y rules: figures that continue last year's. Without last year's figures they say nothing.

Which figure continues which is the layout's data (``continuations``); here stands only how a break is said.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.copied import copied, listed, percent, section_text
from govdoc.finding import Location, Rule, Severity, cell_ranges
from govdoc.values import normal_label, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Continued
    from govdoc.report import Report

CARRIED_OVER = Rule(
    "Y401",
    Severity.CONFIRM,
    "上年结转与上年报告不一致",
    "国办公开办函〔2021〕30号：“上年结转”即上年度报告的“结转下年度继续办理”",
    "“{line}”一列上年结转 {found} 件，上年报告里结转下年度的是 {expected} 件。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
    checks="上年结转的件数，等于上年报告里结转下年度的件数，表三每一列都比。",
    example="上年报告结转下年度 2 件，本年上年结转填了 3 件。",
    mend="核对；上年报告本身有误等情形，在“情况说明”表写明原因。",
)
IN_FORCE = Rule(
    "Y402",
    Severity.CONFIRM,
    "现行有效件数接不上上年",
    "国办公开办函〔2021〕30号：现行有效＝上年现行有效＋本年制发－本年废止",
    "{what}。",
    "{advice}。",
    lighter=Severity.NOTE,
    editions=("2021",),
    checks=(
        "规章、规范性文件的现行有效件数，等于上年的现行有效件数加本年制发、减本年废止。"
        "2019 版表式的“对外公开总数量”不是同一个数，不比。"
    ),
    example="上年现行有效 146 件，本年制发 6 件、废止 23 件，现行有效填了 130 件。",
    mend="核对；有清理、修改等情形的，在“情况说明”表写明原因。",
)
STILL_PENDING = Rule(
    "Y403",
    Severity.CONFIRM,
    "案件总计少于上年未审结",
    "国办公开办函〔2021〕30号：上年尚未审结的案件应在本年继续统计",
    "“{line}”总计 {found} 件，少于上年报告里尚未审结的 {expected} 件。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
    checks="表四每一组的总计，不少于上年报告里这一组尚未审结的件数：没有审结的案件应在本年继续统计。",
    example="上年尚未审结 3 件，本年总计只有 2 件。",
    mend="核对；案件合并、撤回等情形，在“情况说明”表写明原因。",
)

SHARP = Rule(
    "Y404",
    Severity.WARNING,
    "与上年相比变化很大",
    "govdoc：上级审核年度报告时必看的几个数",
    "“{name}”上年 {expected}，本年 {found}，{change}超过一半。",
    "核对是否填错了位数或格子；属实的不用改，正文里最好说明原因。",
    checks="主要数据与上年相比，变化没有超过 50%，或者没有超过 10。主要数据如新收申请、办理结果、现行有效规范性文件。",
    example="新收申请上年 66 件，本年 666 件。",
    mend="核对位数和格子；属实的不用改，正文里最好说明原因。",
)
UNCHANGED = Rule(
    "Y405",
    Severity.WARNING,
    "整张表与上年相同",
    "govdoc：整张表照抄上年是最常见的漏更新",
    "“{name}”的 {count} 个数与上年完全一样。",
    "核对是不是忘了更新；确实相同的不用改。",
    checks="一张表的数不是全部与上年相同（全是 0 的表除外）。",
    example="表四的 15 个数与上年完全一样，其中行政复议总计 3 件。",
    mend="按本年的台账重新填写；确实相同的不用改。",
)
COPIED = Rule(
    "Y406",
    Severity.WARNING,
    "文字照抄上年",
    "国办公开办函〔2021〕30号：年度报告应反映本年度的工作",
    "“{name}”有 {found} 的文字与上年报告几乎一样，共 {count} 句：{sentences}{more}。",
    "改写这些句子，写本年做了什么、有什么变化。",
    checks="每个文字部分里，与上年报告几乎逐字相同的句子（数字不算）占的字数不到六成。",
    example="“五、存在的主要问题及改进情况”有 83% 的文字与上年报告几乎一样。",
    mend="改写这些句子，写本年做了什么、有什么变化。",
)
WRONG_FILE = Rule(
    "Y407",
    Severity.ERROR,
    "不是本机关上年的报告",
    "govdoc：与上年比较的前提",
    "作为上年报告给出的文件{what}。",
    "改用本机关 {expected} 年度的报告；给对以前，与上年有关的各项都没有比较。",
    checks="作为上年报告给出的文件是本机关的，年度正好是上一年。",
    example="核对 2024 年度的报告，给出的却是 2022 年度的。",
    mend="换成本机关上一年度的报告。",
)

OTHER_BREAK = Rule(
    "Y408",
    Severity.CONFIRM,
    "接不上上年的数",
    "各版表式规定的其他与上年衔接的数",
    "“{label}”填的是 {found}，按上年的数和本年的增减，{least}应是 {expected}。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
    checks="表式规定的其他数，能由上年的数加本年的增减推得。上年结转、现行有效、未审结案件各有自己的规则。",
    example="“年末在册”填的是 96，上年在册 90，本年新增 8、注销 1，应是 97。",
    mend="核对；确有其他情形的，在“情况说明”表写明原因。",
)

RULES = (CARRIED_OVER, IN_FORCE, STILL_PENDING, SHARP, UNCHANGED, COPIED, WRONG_FILE, OTHER_BREAK)

HALF, FEW = Decimal("0.5"), 10  # Y404: a change must exceed both
COPIED_FROM = 0.6  # Y406: the share of characters
SHORTEST_SECTION = 60  # characters; less (the fee was 0 yuan) is rightly the same every year
LISTED = 5  # sentences that a message lists; the quote has them all


def carried_over(report: Report) -> Iterator[Finding]:
    """Say where what was carried over is not what last year carried forward, in each column of table 3."""
    return _broken(report, CARRIED_OVER)


def in_force(report: Report) -> Iterator[Finding]:
    """Say where documents in force are not last year's plus those made, minus those repealed.

    A count of another kind that last year's edition had in the place is not compared, and that is said.
    """
    yield from _broken(report, IN_FORCE)
    yield from _not_comparable(report, IN_FORCE)


def still_pending(report: Report) -> Iterator[Finding]:
    """Say where a group of table 4 has fewer cases than last year left pending."""
    return _broken(report, STILL_PENDING)


def other_breaks(report: Report) -> Iterator[Finding]:
    """Say where another figure does not continue last year's as the layout says."""
    return _broken(report, OTHER_BREAK)


def wrong_file(report: Report) -> Iterator[Finding]:
    """Say that the report given as last year's is another organ's, or another year's."""
    last = report.last
    if last is None or report.year is None:
        return
    faults = []
    if last.agency and report.agency and normal_label(last.agency) != normal_label(report.agency):
        faults.append(f"是“{last.agency}”的，不是“{report.agency}”的")
    if last.year not in (None, report.year - 1):
        faults.append(f"是 {last.year} 年度的，不是 {report.year - 1} 年度的")
    if faults:
        yield WRONG_FILE.at(
            Location(last.source or report.source),
            what="，".join(faults),
            found=" ".join(filter(None, (last.agency, last.info.get("year", "")))),
            expected=report.year - 1,
        )


def sharp_changes(report: Report) -> Iterator[Finding]:
    """Say which main figures changed by more than half and by more than ten."""
    for address in report.layout.main_figures if _comparable(report) else ():
        keys = report.layout.addresses[address]
        now, then = report.total(keys), report.last_total(keys)
        if now is None or then is None:
            continue
        change = abs(Decimal(now) - Decimal(then))
        if change > FEW and change > HALF * Decimal(then):
            yield SHARP.at(
                report.figures[keys[0]].where,
                figure=keys[0],
                related=tuple(report.figures[key].where for key in keys[1:]),
                name=address,
                found=show_number(now),
                expected=show_number(then),
                change="增加" if now > then else "减少",
            )


def unchanged_tables(report: Report) -> Iterator[Finding]:
    """Say which tables have last year's figures throughout."""
    for section in report.layout.sections if _comparable(report) else ():
        if section.table is None:
            continue
        keys = [slot.figure.key for slot in report.layout.table[section.table].form.slots]
        now = [report.value(key) for key in keys]
        if None not in now and any(value != 0 for value in now) and now == [report.last_value(key) for key in keys]:
            where = report.figures[keys[0]].where
            yield UNCHANGED.at(Location(where.file, where.sheet), name=section.heading, count=len(keys))


def copied_narrative(report: Report) -> Iterator[Finding]:
    """Say which sections stand for the most part in last year's report, and list the sentences."""
    last = report.last
    if last is None or not _comparable(report):
        return
    theirs = {section.key for section in last.layout.sections if section.table is None}
    for section in report.layout.sections:
        if section.table is not None or section.key not in theirs:
            continue
        required = _required(report, section.key)
        found = copied(section_text(report, section.key), section_text(last, section.key), required)
        if found.share >= COPIED_FROM and found.length >= SHORTEST_SECTION:
            entry = next(iter(report.narratives.get(section.key, ())), None)
            where = entry.where if entry is not None else Location(report.source)
            yield COPIED.at(
                Location(where.file, where.sheet),
                quote="\n".join(found.sentences),
                name=section.heading,
                found=percent(found.share),
                count=len(found.sentences),
                sentences=listed(found.sentences[:LISTED]),
                more="等" if len(found.sentences) > LISTED else "",
            )


def _required(report: Report, section_key: str) -> tuple[str, ...]:
    """Return the words by which a section states what it must: such a sentence may be the same every year."""
    prose = report.layout.prose
    stated = (one for one in (prose.must_state if prose is not None else ()) if one.section == section_key)
    return tuple(word for one in stated for word in one.words)


CHECKS = (
    wrong_file,
    carried_over,
    in_force,
    still_pending,
    other_breaks,
    sharp_changes,
    unchanged_tables,
    copied_narrative,
)


def _comparable(report: Report) -> bool:
    """Return whether last year's figures may be compared: a wrong file is said once, not by every rule."""
    return next(wrong_file(report), None) is None


def _broken(report: Report, rule: Rule) -> Iterator[Finding]:
    """Yield where figures do not continue last year's; several of one rule may have one reason, told in one row."""
    continued = report.layout.continued if report.previous and _comparable(report) else ()
    found = [finding for one in continued if one.rule == rule.code for finding in _compare(report, rule, one)]
    places = cell_ranges(finding.where for finding in found)
    hint = f"几格是同一个原因的，写一行就够，位置 {places}。" if len(found) > 1 and places else ""
    yield from (replace(finding, remedy=finding.remedy + hint) for finding in found)


def _not_comparable(report: Report, rule: Rule) -> Iterator[Finding]:
    last = report.last
    if last is None or last.layout.edition == report.layout.edition or not _comparable(report):
        return
    rows = []
    for one in report.layout.continued:
        ours, theirs = report.layout.figures[one.last], last.layout.figures.get(one.last)
        if one.rule == rule.code and (theirs is None or theirs.label != ours.label):
            rows.append(one)
    if rows:
        where = report.figures[rows[0].this].where
        yield rule.at(
            Location(where.file, where.sheet),
            lighter=True,
            what=f"上年报告用的是 {last.layout.edition} 版表式，没有与“{rows[0].line}”等 {len(rows)} 行"
            "现行有效件数相当的数，不可比，没有比较",
            advice="不用改；请自行核对现行有效件数",
        )


def _compare(report: Report, rule: Rule, one: Continued) -> Iterator[Finding]:
    this, last = report.value(one.this), report.last_value(one.last)
    plus, minus = report.total(one.plus), report.total(one.minus)
    if this is None or last is None or plus is None or minus is None:
        return
    due = last + plus - minus
    if this == due or (one.at_least and this > due):
        return
    where = report.figures[one.this].where
    line, sheet = one.name or one.line, report.layout.workbook.explanations
    yield rule.at(
        where,
        figure=one.this,
        related=(report.previous[one.last].where, *(report.figures[key].where for key in (*one.plus, *one.minus))),
        line=line,
        label=report.layout.figures[one.this].label,
        least="至少" if one.at_least else "",
        found=show_number(this),
        expected=show_number(due),
        code=rule.code,
        sheet=sheet,
        what=f"“{line}”现行有效填的是 {show_number(this)} 件，"
        f"按上年 {show_number(last)} 件加本年制发、减本年废止应是 {show_number(due)} 件",
        advice=f"核对；若无误，在“{sheet}”表写明原因（规则 {rule.code}，位置 {where.address}）",
    )
