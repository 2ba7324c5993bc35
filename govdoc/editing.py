"""What is done with a report that was edited in Word: new figures in, edited narrative out, both compared.

Touches files only through :mod:`govdoc.files`; the file that is replaced stays beside its successor as ``.bak``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govdoc.errors import InputError, UsageError
from govdoc.files import check_target, put, refuse_other_document
from govdoc.pipeline import REPORT_SUFFIX, Outcome, check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from govdoc.finding import Finding
    from govdoc.report import Report
    from govdoc.roundtrip.base import Base
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.pull import Pulled
    from govdoc.roundtrip.refresh import Refreshed
    from govdoc.roundtrip.take import Take

_LOST = "请用 -o 另起文件名；确定不要原来的文件，再加 --force。"
_BOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class RefreshOutcome:
    """What came of a refresh. ``result`` is None where findings in the workbook stopped it.

    ``notes`` say what a refresh leaves to people; ``backup`` is where the former file lies.
    """

    checked: Outcome
    result: Refreshed | None = None
    notes: tuple[str, ...] = ()
    written: Path | None = None
    backup: Path | None = None
    draft: bool = False


@dataclass(frozen=True)
class PullOutcome:
    """What came of a pull, and the file written, if anything had to change.

    ``unknown`` says that the report did not say what it was made from, and was compared with the workbook instead.
    """

    result: Pulled
    unknown: bool = False
    written: Path | None = None
    backup: Path | None = None


# ---------------------------------------------------------------- refresh


def refresh(
    report_file: Path,
    book: Path,
    target: Path | None = None,
    *,
    take: Take | None = None,
    dry_run: bool = False,
    force: bool = False,
) -> RefreshOutcome:
    """Write a workbook's figures into an edited report, and leave everything else in it as it is, byte for byte.

    Figures that both sides changed are those of the side that ``take`` names; without it they wait for a decision.
    Nothing is written where nothing changes. Findings that block stop it, unless the report is a draft: then its
    comments of ours are put in anew. Once nothing blocks, a draft is one no longer.

    Raises :class:`govdoc.errors.InputError` where a file cannot be read, or the report does not say what it was made
    from, and :class:`UsageError` where report and workbook are not of one edition and year.
    """
    from govdoc.roundtrip.package import Package

    _check_order(report_file, book, "govdoc refresh {} {}")
    target = _target(target, report_file, (REPORT_SUFFIX,), force=force)
    package = Package.open(report_file)
    base = _base(package)
    outcome = check(book)
    _check_same(base, outcome.report, report_file, book)
    if outcome.blocked and not base.draft:
        return RefreshOutcome(outcome)
    result = _refreshed(package, outcome, take, draft=base.draft and outcome.blocked)
    notes = tuple(_notes(base, outcome.report, result.package))
    done = RefreshOutcome(outcome, result, notes, draft=base.draft and outcome.blocked)
    if dry_run or not result.changed:
        return done
    written, backup = _replace(target, result.package.pack(), report_file, force=force)
    return replace(done, written=written, backup=backup)


def _refreshed(package: Package, outcome: Outcome, take: Take | None, *, draft: bool) -> Refreshed:
    """Return the document refreshed, with our comments as the workbook asks for them now."""
    from govdoc.roundtrip.comments import anchors, with_comments, without_comments, without_draft_mark
    from govdoc.roundtrip.refresh import refresh as refreshed

    bare = without_comments(package)
    result = refreshed(bare if draft else without_draft_mark(bare), outcome.report, take)
    after = result.package
    if draft:
        findings = [finding for finding in outcome.findings if not finding.explanation]
        after = with_comments(after, list(anchors(after, outcome.report, findings)))
    return replace(result, package=after, changed=dict(after.parts) != dict(package.parts))


def _base(package: Package) -> Base:
    from govdoc.roundtrip.refresh import no_base

    if package.base is None:
        raise no_base(package.path.name)
    return package.base


def _check_order(report_file: Path, book: Path, command: str) -> None:
    """Refuse a file that is no report in the report's place, and a report in the workbook's.

    Raises :class:`UsageError` with the right command, the files changed round where that makes it right.
    """
    first, second = (path.suffix.lower() == REPORT_SUFFIX for path in (report_file, book))
    if first and not second:
        return
    if not first and not second and report_file.is_file():
        refuse_other_document(report_file)
    what = f"{book.name} 是 Word 报告，不是工作簿。" if first else f"{report_file.name} 不是 Word 报告（.docx）。"
    files = (book.name, report_file.name) if second and not first else ("年报.docx", "年报.xlsx")
    raise UsageError(what, f"先写报告，再写工作簿：{command.format(*files)}")


def _check_same(base: Base, report: Report, file: Path, book: Path) -> None:
    """Refuse figures of another edition or year.

    Raises :class:`UsageError`.
    """
    if base.edition != report.layout.edition:
        raise UsageError(
            f"{file.name} 用的是 {base.edition[:20]} 版表式，{book.name} 是 {report.layout.edition} 版。",
            "请核对是不是同一年度的文件。",
        )
    year = report.info.get("year", "")
    if base.fixed and year and year not in base.fixed[0]:
        raise UsageError(
            f"{file.name} 是“{base.fixed[0]}”，{book.name} 是 {year} 年度的。", "请核对是不是同一年度的文件。"
        )


def _notes(base: Base, report: Report, after: Package) -> list[str]:
    """Return what a refresh leaves to people: lines made from 基本信息, and narrative changed in the workbook.

    What the report, as it is ``after`` the refresh, says as well, nobody need be told.
    """
    from govdoc.roundtrip.base import make_base
    from govdoc.roundtrip.compare import differing_lines, differing_sections
    from govdoc.roundtrip.places import find_places

    now = make_base(report)
    lines_differ = base.fixed != now.fixed and bool(differing_lines(after, base, report))
    notes = [
        f"基本信息改过：报告里生成时的“{old}”，按工作簿应是“{new}”，请在 Word 里改。"
        for old, new in zip(base.fixed, now.fixed, strict=False)
        if old != new and lines_differ
    ]
    if len(base.fixed) != len(now.fixed) and lines_differ:
        notes.append("基本信息改过：发布行或落款与生成时不同，请在 Word 里增删。")
    changed = [
        section
        for section in report.layout.sections
        if section.table is None and base.narratives.get(section.key, ()) != now.narratives[section.key]
    ]
    if changed:
        differing = differing_sections(after, base, find_places(after, after.base or base, report.layout), report)
        changed = [section for section in changed if section in differing]
    if changed:
        names = "”“".join(section.heading for section in changed)
        notes.append(f"工作簿里“{names}”的文字在生成之后改过；更新只换数据，不动报告里的文字。")
    return notes


# ---------------------------------------------------------------- pull


def pull(report_file: Path, book: Path, target: Path | None = None, *, force: bool = False) -> PullOutcome:
    """Write an edited report's narrative back into a workbook, with references in place of figures.

    Nothing is written where nothing changes. A report that does not say what it was made from is compared with the
    workbook as it is now, if it is a report of the same organ and year. Raises as :func:`refresh` does.
    """
    from govdoc.pipeline import read
    from govdoc.roundtrip.base import make_base
    from govdoc.roundtrip.narrative import read_narrative
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.places import find_places
    from govdoc.roundtrip.pull import pull as pulled

    _check_order(report_file, book, "govdoc pull {} {}")
    if book.suffix.lower() not in _BOOKS:
        raise UsageError(f"{book.name} 不是 .xlsx 工作簿，文字写不回去。", "请用 Excel 或 WPS 另存为 .xlsx 后再试。")
    target = _target(target, book, (book.suffix.lower(),), force=force)
    package = Package.open(report_file)
    report = read(book).report
    if package.base is None:
        _check_its_own(package, report, book)
    base = package.base or make_base(report)
    _check_same(base, report, report_file, book)
    narrative = read_narrative(package, base, report, find_places(package, base, report.layout))
    result = pulled(book.read_bytes(), report, package.base, narrative)
    outcome = PullOutcome(result, unknown=package.base is None)
    if result.data is None:
        return outcome
    written, backup = _replace(target, result.data, book, force=force)
    return replace(outcome, written=written, backup=backup)


def _check_its_own(package: Package, report: Report, book: Path) -> None:
    """Refuse a report that does not say what it was made from, unless its title is that of the workbook's.

    Raises :class:`InputError`.
    """
    from govdoc.roundtrip.reading import bind_package
    from govdoc.values import normal_label

    title, wanted = ("".join(one.title) for one in (bind_package(package).report, report))
    if normal_label(title) != normal_label(wanted):
        raise InputError(
            f"{package.path.name} 里没有生成时的数据，标题也不是“{wanted}”。",
            f"请核对它是不是 {book.name} 的报告；已公布的别的报告，用 govdoc import 读成工作簿。",
        )


# ---------------------------------------------------------------- files


def _target(target: Path | None, source: Path, suffixes: Sequence[str], *, force: bool) -> Path:
    """Return where the result goes; without a target it takes the source's place.

    Raises :class:`UsageError` for another suffix, :class:`govdoc.errors.OutputError` where it may not be written.
    """
    if target is None:
        return source
    if target.suffix.lower() not in suffixes:
        raise UsageError(f"要写成 {suffixes[0]} 文件，{target.name} 不是。", f"请改为 {target.stem}{suffixes[0]}。")
    same = target.exists() and source.exists() and target.samefile(source)
    check_target(target, force=force or same, lost=_LOST)
    return target


def _replace(target: Path, data: bytes, source: Path, *, force: bool) -> tuple[Path, Path | None]:
    """Write a file; what lay there is kept beside it. Return where both lie."""
    in_place = target.exists() and target.samefile(source)
    backup = None
    if target.exists():
        backup = target.with_name(f"{target.name}.bak")
        put(backup, target.read_bytes(), force=True, lost=_LOST)
    put(target, data, force=force or in_place, lost=_LOST)
    return target, backup


# ---------------------------------------------------------------- check


def check_against(report_file: Path, book: Path) -> Outcome:
    """Check an edited report, and compare it with its workbook: rules W701 to W703."""
    from govdoc.checks.catalogue import in_order, run_checks
    from govdoc.pipeline import read
    from govdoc.roundtrip.compare import compare
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.reading import bind_package

    _check_order(report_file, book, "govdoc check {} --against {}")
    package = Package.open(report_file)
    reading = bind_package(package)
    theirs = read(book).report
    if reading.report.layout.edition != theirs.layout.edition:
        editions = f"{reading.report.layout.edition} 版表式，{book.name} 是 {theirs.layout.edition} 版"
        raise UsageError(f"{report_file.name} 用的是 {editions}。", "请核对是不是同一年度的文件。")
    # What a report does not print but a check asks for comes from the workbook.
    report = replace(
        reading.report,
        info={**theirs.info, **reading.report.info},
        previous=theirs.previous,
        explanations=theirs.explanations,
    )
    found: list[Finding] = [*reading.findings, *run_checks(report), *compare(package, report, theirs)]
    return Outcome(report, tuple(in_order(found, report.layout)))
