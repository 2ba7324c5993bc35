"""A filled workbook, or a report edited in Word → web page, PDF, JSON or CSV.

Nothing is written while a finding blocks. Touches files only through :mod:`govdoc.files`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from govdoc.errors import OutputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.pipeline import Outcome
    from govdoc.report import Report
    from govdoc.writers.pdf import Pdf

_LOST = "要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"


class Format(StrEnum):
    """What a report can be exported to; a value is the file's suffix."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class Exported:
    """What came of an export: the outcome of the check, with the file written, if any; of a PDF, its fonts."""

    outcome: Outcome
    pdf: Pdf | None = None


def export(
    source: Path, to: Format, target: Path | None = None, *, fragment: bool = False, force: bool = False
) -> Exported:
    """Check a workbook or an edited report, and write it in another format, whole or not at all.

    Without ``target`` the file goes beside the source, under its name. A PDF of a Word file is that file printed.
    Raises :class:`govdoc.errors.GovdocError` where the source cannot be read or the target not be written.
    """
    from govdoc.checks.catalogue import in_order, run_checks
    from govdoc.files import check_target, put
    from govdoc.pipeline import Outcome
    from govdoc.readers.published import read_any

    if fragment and to is not Format.HTML:
        raise UsageError("--fragment 只用于网页。", "请改为 --to html，或去掉 --fragment。")
    target = target or source.with_suffix(f".{to}")
    if target.suffix.lower() != f".{to}":
        raise UsageError(f"{target.name} 的后缀与 --to {to} 不符。", f"请改为 {target.stem}.{to}。")
    check_target(target, force=force, lost=_LOST, inputs=(source,))
    reading = read_any(source)
    findings = in_order([*reading.findings, *run_checks(reading.report)], reading.report.layout)
    outcome = Outcome(reading.report, tuple(findings))
    if outcome.blocked:
        return Exported(outcome)
    data, pdf = _data(source, reading.report, to, fragment=fragment)

    def check(path: Path) -> None:
        if path.read_bytes() != data:
            raise OutputError(f"{target.name} 写得不完整。", "请检查磁盘，再试一次。")

    put(target, data, force=force, lost=_LOST, check=check)
    return Exported(replace(outcome, written=target), pdf)


def _data(source: Path, report: Report, to: Format, *, fragment: bool) -> tuple[bytes, Pdf | None]:
    if to is Format.HTML:
        from govdoc.writers.html import to_html

        return to_html(report, fragment=fragment), None
    if to is Format.PDF:
        from govdoc.files import ZIP, first_bytes
        from govdoc.pipeline import render
        from govdoc.readers.published import is_document
        from govdoc.writers.pdf import to_pdf

        is_word = first_bytes(source).startswith(ZIP) and is_document(source)
        pdf = to_pdf(source.read_bytes() if is_word else render(report))
        return pdf.data, pdf
    from govdoc.writers.data import to_csv, to_json

    return (to_json if to is Format.JSON else to_csv)(report), None
