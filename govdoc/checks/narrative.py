"""The N rules on what a narrative must have and must not have; its figures are read in ``govdoc.checks.prose``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.checks.once import once_per_layout
from govdoc.checks.prose.quantities import chinese_number
from govdoc.figures import problems
from govdoc.finding import Location, Rule, Severity
from govdoc.report import LONGEST_HEADING, SENTENCE_ENDS, SUBHEADING, heading_level, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout, Section
    from govdoc.report import Entry, Report

UNKNOWN_REFERENCE = Rule(
    "N508",
    Severity.ERROR,
    "数据引用找不到数据",
    "govdoc 标准工作簿：正文里的 {{ }} 引用表中的数据",
    "正文里的 {found} 引用不到数据：{reason}。",
    "{nearest}所有能引用的数据见 govdoc figures。",
    checks="正文里 {{ }} 引用的数据都能找到，大括号成对，都是半角；括号里没有汉字的，会照原样印出，给出警告。",
    example="正文写了 {{三.本年新收.合计}}，表中叫“总计”。",
    mend="改成正确的名称；所有能引用的数据见 govdoc figures。",
    lighter=Severity.WARNING,
)

EMPTY = Rule(
    "N505",
    Severity.ERROR,
    "文字部分没有写",
    "《中华人民共和国政府信息公开条例》第五十条：年度报告应当包括的内容",
    "“{name}”{what}。",
    "{advice}",
    checks=(
        "每个文字部分都写了内容；不到 10 个字，或者只写“无”的，给出警告（其他需要报告的事项可以写“无”）；"
        "小标题下面没有正文的，也给出警告。"
    ),
    example="“五、存在的主要问题及改进情况”是空的。",
    mend="按该部分的要求写本年的情况。",
    lighter=Severity.WARNING,
)
UNSTATED = Rule(
    "N506",
    Severity.WARNING,
    "没有说明信息处理费",
    "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）；国办公开办函〔2021〕30号",
    "“{name}”没有说明{expected}的收取情况。",
    "写明本年收取的{expected}，没有收取的写“收取{expected}0元”。",
    editions=("2021",),
    checks="“六、其他需要报告的事项”写明了本年收取的信息处理费，没有收取也要写。",
    example="第六部分只写了“无”。",
    mend="写“2024年度收取信息处理费0元”，有收取的写金额。",
)
LEFT_OVER = Rule(
    "N507",
    Severity.ERROR,
    "有没填完的文字",
    "govdoc：报告里不能留有占位文字",
    "正文里有没填完或者不该留下的“{found}”，见“{context}”。",
    "填上内容，或者删去。",
    checks=(
        "正文里没有留下 XX、××、……件、待补充、TODO 这样等着填的文字，也没有粘贴时带来的网页代码（&nbsp;）"
        "和 Word 的出错提示（错误!未找到引用源）。"
    ),
    example="全年收到申请XX件。",
    mend="填上内容，或者删去。",
)
NUMBERING = Rule(
    "N509",
    Severity.WARNING,
    "标题序号不对",
    "GB/T 9704-2012 第 7.3.3 条：结构层次序数依次为“一、”“（一）”“1.”“（1）”",
    "标题“{found}”{what}。",
    "{advice}",
    checks="同一级标题的序号从一开始，不跳号、不重号；部分里面的标题不用“一、”，那是部分本身的序号。",
    example="（一）主动公开情况之后是（三）平台建设情况。",
    mend="按顺序重新编号。",
)

RULES = (EMPTY, UNSTATED, LEFT_OVER, UNKNOWN_REFERENCE, NUMBERING)

SHORTEST = 10  # characters of text; less says nothing
_CONTEXT = 12  # characters shown on both sides of what was left over
_SECTION_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}、")
_NUMBER = re.compile(r"[（(]?([一二三四五六七八九十百]+|[0-9０-９]+)")
_MOST_NEAREST = 50  # wrong references for which the nearest names are looked for, which takes milliseconds each


@once_per_layout
def _placeholders(layout: Layout) -> tuple[re.Pattern[str], ...]:
    """Return the patterns one by one: most begin with a plain text, for which Python then looks fast."""
    return tuple(map(re.compile, layout.prose.placeholders)) if layout.prose is not None else ()


def _written(report: Report, section: Section) -> str:
    """Return all text of a section without its headings and without the introduction."""
    entries = report.narratives.get(section.key, ())
    return "".join(
        "".join(entry.text.split())
        for entry in entries
        if section.introduction is None or entry.heading != section.introduction
    )


def empty_sections(report: Report) -> Iterator[Finding]:
    """Say which sections have no text, or none to speak of; where its very place is missing, the reader has said so."""
    prose = report.layout.prose
    for section in report.layout.sections:
        if section.key not in report.narratives or prose is None:
            continue
        text = _written(report, section)
        where = _section_place(report, section)
        if not text:
            advice = "这一部分必须写；请按填报说明写本年的情况。"
            yield EMPTY.at(where, name=section.heading, what="没有写", advice=advice, found="")
        elif text in prose.nothing and section.key not in prose.may_be_nothing:
            advice = "请写本年的情况，不能只写没有。"
            yield EMPTY.at(where, lighter=True, quote=text, name=section.heading, what=f"只写了“{text}”", advice=advice)
        elif len(text) < SHORTEST and section.key not in prose.may_be_nothing:
            what, advice = f"只有 {len(text)} 个字", "请写本年的具体情况。"
            yield EMPTY.at(where, lighter=True, quote=text, name=section.heading, what=what, advice=advice)


def bare_headings(report: Report) -> Iterator[Finding]:
    """Say which headings have nothing under them and would be printed alone, in sections that have some text.

    A heading over headings of a deeper level, or over rows without a heading, has its text there.
    """
    for section in report.layout.sections:
        entries = report.narratives.get(section.key, ())
        for entry, after in zip(entries, (*entries[1:], None), strict=True) if _written(report, section) else ():
            if entry.text.strip() or not entry.heading or entry.heading.endswith(SENTENCE_ENDS):
                continue
            if entry.heading != section.introduction and not _goes_on(entry.heading, after):
                advice = "请在这一行写正文；这一项不要的，把小标题也清空。"
                yield EMPTY.at(entry.where, lighter=True, name=entry.heading, what="下面没有正文", advice=advice)


def _goes_on(heading: str, after: Entry | None) -> bool:
    """Return whether what follows a heading without text belongs under it."""
    if after is None or not after.heading:
        return after is not None
    level, deeper = heading_level(heading), heading_level(after.heading)
    return level is not None if deeper is None else deeper > (level or 0)


def unstated(report: Report) -> Iterator[Finding]:
    """Say where a section does not state what it must: section 六 the fee for processing information."""
    prose = report.layout.prose
    for one in prose.must_state if prose is not None else ():
        section = next(section for section in report.layout.sections if section.key == one.section)
        entries = report.narratives.get(section.key, ())
        text = "".join(entry.heading + entry.text for entry in entries)
        if _written(report, section) and not any(word in text for word in one.words):
            yield UNSTATED.at(_section_place(report, section), name=section.heading, expected=one.what)


def left_over(report: Report) -> Iterator[Finding]:
    """Say where text that was to be filled in still stands."""
    everything = "\n".join(f"{entry.heading}\n{entry.text}" for entry in _entries(report))
    patterns = [pattern for pattern in _placeholders(report.layout) if pattern.search(everything)]
    for entry in _entries(report) if patterns else ():
        for text in (entry.heading, entry.text):
            matches = (match for pattern in patterns if (match := pattern.search(text)) is not None)
            match = min(matches, key=lambda one: one.start(), default=None)
            if match is not None:
                context = text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT].replace("\n", " ")
                yield LEFT_OVER.at(entry.where, quote=context, found=match[0], context=context)


def numbering(report: Report) -> Iterator[Finding]:
    """Say where heading numbers skip, repeat, or have the form of the sections' own; one fault a level and section."""
    for section in report.layout.sections:
        counts: dict[int, int] = {}
        faulty: set[int | None] = set()
        for entry in report.narratives.get(section.key, ()):
            if section.introduction is not None and entry.heading == section.introduction:
                continue
            for line in (*lines_of(entry.heading), *lines_of(entry.text)):
                level = heading_level(line)
                for finding in _number(entry, line, counts):
                    if level not in faulty:
                        yield finding
                    faulty.add(level)


def _number(entry: Entry, line: str, counts: dict[int, int]) -> Iterator[Finding]:
    level = heading_level(line)
    if level is None:
        if _SECTION_NUMBER.match(line) and len(line) <= LONGEST_HEADING and not line.endswith(SENTENCE_ENDS):
            advice = "部分里面的标题用“（一）”“1.”“（1）”。"
            yield NUMBERING.at(entry.where, found=line, what="用了部分的序号", advice=advice)
        return
    match = _NUMBER.match(line)
    number = _value(match[1]) if match is not None else None
    if number is None:
        return
    before = counts.get(level, 0)
    counts[level] = number
    for deeper in [one for one in counts if one > level]:
        del counts[deeper]
    restarted = number == 1 and before > 1 and level > SUBHEADING  # a list of its own, under a paragraph of its own
    if number != before + 1 and not restarted:
        what = "与前面重号" if number <= before else f"跳了号，前面{f'是第 {before} 个' if before else '没有第 1 个'}"
        yield NUMBERING.at(entry.where, found=line[:LONGEST_HEADING], what=what, advice="按顺序重新编号。")


def _value(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)


def _entries(report: Report) -> Iterator[Entry]:
    for entries in report.narratives.values():
        yield from entries


def _section_place(report: Report, section: Section) -> Location:
    """Return a section's sheet, or its heading where the report comes from a document without sheets."""
    entry = next(iter(report.narratives.get(section.key, ())), None)
    return Location(report.source, entry.where.sheet if entry is not None and entry.where.sheet else section.sheet)


def unknown_references(report: Report) -> Iterator[Finding]:
    """Say where a figure reference in the text names no figure, and which names come nearest."""
    said = 0
    for entries in report.narratives.values():
        for text, where in ((text, entry.where) for entry in entries for text in (entry.heading, entry.text)):
            for problem in problems(text, report, nearest=said < _MOST_NEAREST):
                said += 1
                nearest = "、".join(f"{{{{{address}}}}}" for address in problem.nearest)
                yield UNKNOWN_REFERENCE.at(
                    where,
                    lighter=problem.maybe,
                    quote=problem.reference,
                    found=problem.reference,
                    reason=problem.reason,
                    nearest=f"是不是 {nearest}？" if nearest else "",
                )


CHECKS = (empty_sections, bare_headings, unstated, left_over, unknown_references, numbering)
