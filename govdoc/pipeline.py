"""The whole way: read, check, write, read back and compare. Touches files only through :mod:`govdoc.files`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from govdoc.errors import InputError, LayoutError, UsageError
from govdoc.files import check_target, put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from govdoc.finding import Finding
    from govdoc.readers.bind import Reading
    from govdoc.report import Report

REPORT_SUFFIX = ".docx"
_LOST_EDITS = "覆盖会丢掉在 Word 里对它做过的修改。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"
_LOST_FIGURES = "覆盖会丢掉里面填好的内容。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do. ``draft`` writes in spite of findings; ``blank_as_zero`` reads blank cells as 0."""

    draft: bool = False
    blank_as_zero: bool = False
    force: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the Report read, all findings in order, the cells read as 0, the file written, if any."""

    report: Report
    findings: tuple[Finding, ...]
    filled: tuple[Finding, ...] = ()
    written: Path | None = field(default=None)

    @property
    def blocked(self) -> bool:
        """Return whether a finding stands that must be mended or explained first."""
        return any(finding.blocks for finding in self.findings)


def read(source: Path, options: Options = Options()) -> Reading:
    """Return the Report that a workbook holds, and what was found wrong while reading it.

    Raises :class:`govdoc.errors.InputError` where the file cannot be read at all.
    """
    from govdoc.readers.bind import bind_book
    from govdoc.readers.workbook import read_workbook

    if source.suffix.lower() == REPORT_SUFFIX:
        raise InputError(f"{source.name} 是 Word 文件，不是工作簿。", "请指定填好的 Excel 工作簿（.xlsx）。")
    return bind_book(read_workbook(source), blank_as_zero=options.blank_as_zero)


def check(source: Path, options: Options = Options()) -> Outcome:
    """Read a workbook and run every check on it; nothing is written."""
    from govdoc.checks.catalogue import in_order, run_checks

    reading = read(source, options)
    findings = in_order([*reading.findings, *run_checks(reading.report)], reading.report.layout)
    return Outcome(reading.report, tuple(findings), reading.filled)


def build(source: Path, target: Path | None = None, options: Options = Options()) -> Outcome:
    """Check a workbook and write its Word report, whole or not at all.

    Without ``target`` the report goes beside the workbook, under its name. Nothing is written while a finding blocks,
    unless the options ask for a draft. The file is read back and compared with the Report before it is moved into
    place.

    Raises :class:`govdoc.errors.OutputError` where the target exists, or cannot be written.
    """
    from govdoc.writers.word import load_template

    target = source.with_suffix(REPORT_SUFFIX) if target is None else target
    if target.suffix.lower() != REPORT_SUFFIX:
        raise UsageError(f"报告要写成 .docx 文件，{target.name} 不是。", f"请改为 {target.with_suffix('.docx').name}。")
    check_target(target, force=options.force, lost=_LOST_EDITS)
    outcome = check(source, options)
    if outcome.blocked and not options.draft:
        return outcome
    data = load_template(outcome.report.layout).render(outcome.report, draft=options.draft)

    def compare(path: Path) -> None:
        _check_written(path, outcome.report)

    put(target, data, force=options.force, lost=_LOST_EDITS, check=compare)
    return replace(outcome, written=target)


def new(target: Path, year: int, info: Mapping[str, str], *, force: bool = False) -> Path:
    """Write a blank workbook of the edition in force for a report year; ``info`` fills fields of 基本信息 by key.

    Raises :class:`UsageError` for a year that no known edition covers.
    """
    from govdoc.layouts.schema import editions, layout_for, load_layout
    from govdoc.writers.workbook import make_workbook

    layout = layout_for(year)
    if layout is None:
        first = min(load_layout(edition).first_year for edition in editions())
        raise UsageError(f"没有适用于 {year} 年度的表式。", f"请检查年度；目前支持 {first} 年度起的报告。")
    if target.suffix.lower() != ".xlsx":
        raise UsageError(
            f"工作簿要写成 .xlsx 文件，{target.name} 不是。", f"请改为 {target.with_suffix('.xlsx').name}。"
        )
    check_target(target, force=force, lost=_LOST_FIGURES)
    put(target, make_workbook(layout, info={**info, "year": year}), force=force, lost=_LOST_FIGURES)
    return target


def _check_written(path: Path, report: Report) -> None:
    """Read a report back from the disk and compare it with what it was made from.

    Raises :class:`LayoutError` naming the first difference: only a template can cause one.
    """
    from govdoc.readers.bind_word import bind_document
    from govdoc.readers.word import read_document

    again = bind_document(read_document(path), report.layout).report
    difference = first_difference(report, again)
    if difference:
        raise LayoutError(
            f"写出的报告与数据不一致：{difference}。",
            "没有生成文件。请换用 govdoc 自带的模板；仍然如此请报告这个问题。",
        )


def first_difference(report: Report, again: Report) -> str:
    """Return what is printed differently in two Reports, in words, or an empty text where nothing is."""
    for key, spec in report.layout.figures.items():
        wanted, found = report.figures[key].shown, again.figures[key].shown
        if wanted != found:
            return f"{spec.address} 应是“{wanted}”，读回的是“{found}”"
    parts = [
        ("标题", "".join(report.title), "".join(again.title)),
        ("发布行", report.publication, again.publication),
        ("导语", report.introduction(), again.introduction()),
        *(
            (section.heading, report.paragraphs(section.key), again.paragraphs(section.key))
            for section in report.layout.sections
            if section.table is None
        ),
    ]
    return next((f"“{name}”的文字不同" for name, wanted, found in parts if wanted != found), "")
