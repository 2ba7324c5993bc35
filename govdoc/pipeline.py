"""The whole way: read, check, write, read back and compare. Touches files only through :mod:`govdoc.files`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govdoc.errors import InputError, LayoutError, UsageError
from govdoc.files import check_target, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.readers.bind import Reading
    from govdoc.readers.word import Document
    from govdoc.report import Report
    from govdoc.writers.word import ReportTemplate

REPORT_SUFFIX, WORKBOOK_SUFFIX = ".docx", ".xlsx"
_LAST_YEAR = 2099  # a year beyond it is a slip of the finger, and 基本信息 does not take it
_LOST_EDITS = "覆盖会丢掉在 Word 里对它做过的修改。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"
_LOST_FIGURES = "覆盖会丢掉里面填好的内容。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do. ``draft`` writes in spite of findings; ``blank_as_zero`` reads blank cells as 0.

    ``template`` is a restyled Word template, used instead of the edition's own; ``previous`` is last year's report, in
    any form that can be read, used instead of what the workbook says of last year.
    """

    draft: bool = False
    blank_as_zero: bool = False
    force: bool = False
    template: Path | None = None
    previous: Path | None = None


@dataclass(frozen=True)
class Blank:
    """A blank workbook written, and the addresses of last year's figures that this edition counts otherwise.

    ``last_agency`` is the organ of last year's report where it is another than the workbook's.
    """

    written: Path
    missing: tuple[str, ...] = ()
    last_agency: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the Report read, all findings in order, the cells read as 0, the file written, if any."""

    report: Report
    findings: tuple[Finding, ...]
    filled: tuple[Finding, ...] = ()
    written: Path | None = None

    @property
    def blocked(self) -> bool:
        """Return whether a finding stands that must be mended or explained first."""
        return any(finding.blocks for finding in self.findings)


def read(source: Path, options: Options = Options()) -> Reading:
    """Return the Report that a workbook or an edited Word report holds, and what was found wrong while reading it.

    Raises :class:`govdoc.errors.InputError` where the file cannot be read at all.
    """
    from govdoc.layouts.schema import unread_sheets
    from govdoc.readers.bind import bind_book
    from govdoc.readers.workbook import read_workbook

    if not source.name:
        raise InputError(f"{source} 是文件夹。", "请指定填好的 Excel 工作簿（.xlsx）。")
    if source.suffix.lower() == REPORT_SUFFIX:
        from govdoc.roundtrip.reading import read_report

        return read_report(source)
    return bind_book(read_workbook(source, without=unread_sheets()), blank_as_zero=options.blank_as_zero)


def check(source: Path, options: Options = Options()) -> Outcome:
    """Read a workbook and run every check on it; nothing is written."""
    from govdoc.checks.catalogue import in_order, run_checks

    reading = read(source, options)
    report = reading.report if options.previous is None else _with_last(reading.report, options.previous)
    findings = in_order([*reading.findings, *run_checks(report)], report.layout)
    return Outcome(report, tuple(findings), reading.filled)


def annotate(
    source: Path, outcome: Outcome, target: Path, *, previous: Path | None = None, force: bool = False
) -> None:
    """Write a copy of a workbook with the findings of its check as cell comments and fills.

    ``previous`` is last year's report, if it was checked against one: the copy does not go over it.
    Raises :class:`UsageError` where the source is no .xlsx or .xlsm, or the target has another suffix than it needs,
    and :class:`govdoc.errors.OutputError` where the target exists, or cannot be written.
    """
    from govdoc.writers.annotate import annotate as annotated
    from govdoc.writers.annotate import suffix_of

    if source.suffix.lower() == REPORT_SUFFIX:
        raise UsageError(
            f"{source.name} 是 Word 报告，问题只能标在工作簿的副本里。",
            f"请核对生成它的工作簿：govdoc check 年报.xlsx --annotate {target}",
        )
    data = source.read_bytes()
    if target.resolve() == source.resolve() and not _has_marks(data):
        raise UsageError(
            f"{target.name} 就是被核对的工作簿，不能写在它自己上面。", "请给 --annotate 另起一个文件名，如 核对.xlsx。"
        )
    copy = annotated(data, outcome.findings, outcome.report.layout, file=source.name)
    _check_suffix(target, "核对副本", suffix_of(data))
    check_target(target, force=force, lost=_LOST_FIGURES, inputs=(previous,))
    put(target, copy, force=force, lost=_LOST_FIGURES)


def _has_marks(data: bytes) -> bool:
    """Return whether a workbook is a copy with marks: such a one may be marked anew in its place."""
    import io
    import zipfile

    from govdoc.writers.annotate_list import SHEET

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = archive.read("xl/workbook.xml")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return True  # what is wrong with it, the copy's writer says
    return SHEET.encode() in book or "".join(f"&#{ord(one)};" for one in SHEET).encode() in book


def _with_last(report: Report, previous: Path) -> Report:
    """Return the report with last year's, read from a file of any kind, at its side."""
    from govdoc.previous import last_year
    from govdoc.readers.published import read_any

    last = read_any(previous).report
    return replace(report, last=last, previous=last_year(last, report.layout).figures)


def render(
    report: Report, *, draft: bool = False, findings: Sequence[Finding] = (), template: Path | None = None
) -> bytes:
    """Return the Word report of a Report as bytes; the same Report gives the same bytes.

    A figure without value prints what stood in its cell: check first. ``draft`` prints 草稿 across every page,
    ``findings`` become comments, ``template`` is used instead of the edition's own.
    """
    return _rendered(report, draft=draft, findings=findings, template=template, read_back=False)


def _rendered(
    report: Report, *, draft: bool, findings: Sequence[Finding], template: Path | None, read_back: bool
) -> bytes:
    from govdoc.writers.word import load_template

    chosen = load_template(report.layout, template)
    if template is not None:
        _check_edition(chosen, report)
    data = chosen.render(report, draft=draft, read_back=read_back)
    lacking = chosen.lacking(report) if template is not None else []
    if lacking:
        names = "、".join(f"“{name}”" for name in lacking[:5])
        more = f" 等 {len(lacking)} 处" if len(lacking) > 5 else ""  # noqa: PLR2004 - as many as are named
        raise LayoutError(
            f"模板 {chosen.name} 里没有 {names}{more}的位置，印不全。",
            "用 govdoc template 取一份新的模板，把缺的那些 {{ }} 连同样子复制过来。",
        )
    if not findings:
        return data
    from govdoc.roundtrip.comments import commented

    return commented(data, report, findings)


def _check_edition(template: ReportTemplate, report: Report) -> None:
    """Refuse a template that was made for the figures of another edition.

    Raises :class:`LayoutError`.
    """
    from govdoc.layouts.schema import editions, load_layout

    own, places = report.layout.edition, {one: _places_in(template, load_layout(one)) for one in editions()}
    edition = max(places, key=lambda one: (places[one], one == own))
    if edition != own and places[edition] > 0:
        year = report.year if report.year is not None else report.layout.first_year
        raise LayoutError(
            f"模板 {template.name} 是 {edition} 版表式的，这份报告用的是 {own} 版。",
            f"请取 {own} 版的模板，把样子改好：govdoc template -o 模板-{own}.docx --year {year}",
        )


def _places_in(template: ReportTemplate, layout: Layout) -> float:
    """Return the share of a layout's figures that a template has places for."""
    from govdoc.report import Figure, Report

    everything = Report(layout, {}, dict.fromkeys(layout.figures, Figure(0, "0")), {})
    addresses = {spec.address for spec in layout.figures.values()}
    return 1 - len(addresses & set(template.lacking(everything))) / len(addresses)


def build(source: Path, target: Path | None = None, options: Options = Options()) -> Outcome:
    """Check a workbook and write its Word report, whole or not at all.

    Without ``target`` the report goes beside the workbook, under its name. Nothing is written while a finding blocks,
    unless the options ask for a draft. The file is read back and compared with the Report before it is moved into
    place.

    Raises :class:`govdoc.errors.InputError` where the workbook cannot be read at all, and
    :class:`govdoc.errors.OutputError` where the target exists, or cannot be written.
    """
    if source.suffix.lower() == REPORT_SUFFIX:
        raise InputError(f"{source.name} 是 Word 文件，不是工作簿。", "请指定填好的 Excel 工作簿（.xlsx）。")
    if target is not None:
        _check_suffix(target, "报告", REPORT_SUFFIX)
    outcome = check(source, options)
    if outcome.blocked and not options.draft:
        return outcome
    target = target or _beside(source)
    write(outcome.report, target, options, findings=outcome.findings)
    return replace(outcome, written=target)


def write(
    report: Report,
    target: Path,
    options: Options = Options(),
    *,
    durable: bool = True,
    findings: Sequence[Finding] = (),
) -> None:
    """Write the Word report of a Report that was checked, read it back and compare, then move it into place.

    A draft has the findings that nothing settles as comments.
    Without ``durable`` the bytes are not yet forced onto the disk: :func:`govdoc.files.settle_files` does that later.
    Raises :class:`govdoc.errors.OutputError` where the target exists, or cannot be written.
    """
    check_target(target, force=options.force, lost=_LOST_EDITS, inputs=(options.previous, options.template))
    open_findings = [one for one in findings if not one.explanation] if options.draft else []
    own = options.template is None  # one that people made may well give broken XML: that has a message of its own
    data = _rendered(report, draft=options.draft, findings=open_findings, template=options.template, read_back=own)

    def compare(path: Path) -> None:
        _check_written(path, report, foreign=not own)

    put(target, data, force=options.force, lost=_LOST_EDITS, check=compare, durable=durable)


def new(
    target: Path, year: int, info: Mapping[str, str], *, force: bool = False, previous: Path | None = None
) -> Blank:
    """Write a blank workbook of the edition in force for a report year; ``info`` fills fields of 基本信息 by key.

    ``previous``, last year's report in any form that can be read, fills 上年数据, what is carried over, the fields
    that stay from year to year, and the narrative's headings (not its text).
    Raises :class:`UsageError` for a year that no known edition covers, or where ``previous`` is not the year before.
    """
    from govdoc.layouts.schema import editions, layout_for, load_layout
    from govdoc.writers.workbook import make_workbook

    layout = layout_for(year)
    if layout is None or year > _LAST_YEAR:
        first = min(load_layout(edition).first_year for edition in editions())
        raise UsageError(f"没有适用于 {year} 年度的表式。", f"请检查年度；目前支持 {first} 年度起的报告。")
    _check_suffix(target, "工作簿", WORKBOOK_SUFFIX)
    check_target(target, force=force, lost=_LOST_FIGURES, inputs=(previous,))
    blank = Blank(target)
    if previous is None:
        data = make_workbook(layout, info={**info, "year": year})
    else:
        data, blank = _following(previous, layout, year, info, blank)
    put(target, data, force=force, lost=_LOST_FIGURES)
    return blank


def _following(previous: Path, layout: Layout, year: int, info: Mapping[str, str], blank: Blank) -> tuple[bytes, Blank]:
    """Return the blank workbook that follows last year's report, and what of last year's does not go with it."""
    from govdoc.previous import carried_on, entered, inherited_headings, inherited_info, last_year
    from govdoc.readers.published import read_any
    from govdoc.values import normal_label
    from govdoc.writers.workbook import make_workbook

    last = read_any(previous).report
    if last.year is not None and last.year != year - 1:
        raise UsageError(
            f"{previous.name} 是 {last.year} 年度的报告，不是 {year - 1} 年度的。",
            f"请给出 {year - 1} 年度的报告，或检查 --year。",
        )
    seen = last_year(last, layout)
    data = make_workbook(
        layout,
        info={**inherited_info(last), **info, "year": year},
        figures=entered(carried_on(seen.figures, layout)),
        narratives=inherited_headings(last, layout),
        previous=entered(seen.figures),
    )
    agency = info.get("agency", "")
    other = last.agency if agency and last.agency and normal_label(agency) != normal_label(last.agency) else ""
    return data, replace(blank, missing=seen.missing, last_agency=other)


def template(target: Path, year: int | None = None, *, force: bool = False) -> Path:
    """Write the Word template of the edition in force for a report year, or of the newest, for people to restyle.

    Raises :class:`UsageError` for a year that no known edition covers.
    """
    from govdoc.files import template_path
    from govdoc.layouts.schema import layout_for, newest_layout

    layout = newest_layout() if year is None else layout_for(year)
    if layout is None:
        raise UsageError(f"没有适用于 {year} 年度的模板。", "请检查年度。")
    _check_suffix(target, "模板", REPORT_SUFFIX)
    put(target, template_path(layout.edition).read_bytes(), force=force, lost=_LOST_EDITS)
    return target


def _beside(source: Path) -> Path:
    """Return where a workbook's report goes when nothing is said: 年报.xlsx makes 年报.docx, 年报v1.2 年报v1.2.docx."""
    from govdoc.readers.workbook import SUFFIXES

    name = source.stem if source.suffix.lower() in SUFFIXES else source.name
    return source.with_name(name + REPORT_SUFFIX)


def _check_suffix(target: Path, what: str, suffix: str) -> None:
    """Refuse the name of an output that is no name, or has another format's suffix.

    Raises :class:`UsageError`.
    """
    if not target.name or target.name == "..":
        raise UsageError(f"“{target}”不是文件名。", f"请写出文件名，如 {target / f'年报{suffix}'}。")
    if target.suffix.lower() != suffix:
        raise UsageError(f"{what}要写成 {suffix} 文件，{target.name} 不是。", f"请改为 {target.stem}{suffix}。")


def _check_written(path: Path, report: Report, *, foreign: bool = False) -> None:
    """Read a report back from the disk and compare it with what it was made from.

    What a ``foreign`` template, one of people's own, says by itself is no part of the report.

    Raises :class:`LayoutError` naming the first difference: only a template can cause one.
    """
    from govdoc.readers.bind_word import bind_document
    from govdoc.readers.word import Text, read_document

    try:
        document = _read_without_own(path, report.layout) if foreign else read_document(path)
    except InputError as error:
        raise LayoutError(
            f"写出的报告读不回来：{error.message.removeprefix(path.name).strip()}",
            "没有生成文件。请看看工作簿里的文字是否长得不正常；仍然如此请报告这个问题。",
        ) from error
    difference = first_difference(report, bind_document(document, report.layout).report)
    # A line that is too long is broken at its sense: title, 落款.
    written = {block.text.replace("\n", "") for block in document.blocks if isinstance(block, Text)}
    headings = (section.heading for section in report.layout.sections)
    wanted = ("　".join(report.publication), *headings, *report.signature)
    missing = [line for line in wanted if line and line not in written]
    if not difference and missing:
        difference = f"没有“{missing[0]}”这一行"
    if difference:
        raise LayoutError(
            f"写出的报告与数据不一致：{difference}。",
            "没有生成文件。请换用 govdoc 自带的模板；仍然如此请报告这个问题。",
        )


def _read_without_own(path: Path, layout: Layout) -> Document:
    """Return a report that was just written, without what its template says by itself."""
    from govdoc.roundtrip.own import without_own
    from govdoc.roundtrip.package import Package

    package = Package.open(path)
    own = package.base.own_lines(layout) if package.base is not None else ()
    return without_own(package.document, own)


def first_difference(report: Report, again: Report) -> str:
    """Return what is printed differently in two Reports, in words, or an empty text where nothing is."""
    ours, theirs = report.figures, again.figures
    if [ours[key].shown for key in report.layout.figures] != [theirs[key].shown for key in report.layout.figures]:
        spec = next(one for key, one in report.layout.figures.items() if ours[key].shown != theirs[key].shown)
        wanted, found = ours[spec.key].shown, theirs[spec.key].shown
        return f"{spec.address} 应是“{wanted}”，读回的是“{found}”"
    parts = [
        ("标题", "".join(report.title), "".join(again.title)),
        ("导语", report.introduction(), again.introduction()),
        *(
            (section.heading, report.paragraphs(section.key), again.paragraphs(section.key))
            for section in report.layout.sections
            if section.table is None
        ),
    ]
    return next((f"“{name}”的文字不同" for name, wanted, found in parts if wanted != found), "")
