"""One file of many, in a worker: its reports built, or its figures handed in for a sum.

Whatever the file holds, the answer says what came of it; only a folder that takes no output ends the run.
"""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.aggregate import Contribution, contribution
from govdoc.crew import Watchdog
from govdoc.errors import GovdocError, InputError, LayoutError
from govdoc.files import put
from govdoc.finding import Severity
from govdoc.journal import Line
from govdoc.naming import provisional_stem
from govdoc.pipeline import Options, check, read, write
from govdoc.store import FetchError, at_hand, is_remote, open_target
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from govdoc.journal import Status
    from govdoc.pipeline import Outcome
    from govdoc.report import Report
    from govdoc.store import Source

_KILLED = "处理它的进程几次意外中断，没有再试。请把内容复制到新的空白工作簿里再试；仍然如此，请报告这个问题。"
_NO_MEMORY = "要用的内存太多，没有读。请把内容复制到新的空白工作簿里再试。"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files finished, files in all, and how many had ended in which way."""

    done: int
    total: int
    counts: Mapping[Status, int]
    file: str = ""


def build_one(source: Source, *, out: str, formats: tuple[str, ...]) -> Line:
    """Check a workbook and write its reports into a folder, under a name that no other file's report has.

    Whatever the file holds, the answer is a line. Raises :class:`OutputError` where nothing can be written at all.
    """
    with Watchdog():
        line = partial(Line, file=source.name, stamp=source.stamp)
        try:
            with at_hand(source) as path:
                return _built(path, source, line, out, formats)
        except FetchError as error:
            return line(status="unreadable", first=str(error), stamp="")  # tried again by --resume
        except InputError as error:
            return line(status="unreadable", first=str(error))
        except LayoutError as error:
            return line(status="unwritable", first=str(error))
        except MemoryError:
            return line(status="unreadable", first=_NO_MEMORY)
        except GovdocError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug with one file must not cost the others their reports
            return line(status="crashed", first=f"程序出错：{type(error).__name__}", trace=traceback.format_exc())


def _built(path: Path, source: Source, line: Callable[..., Line], out: str, formats: tuple[str, ...]) -> Line:
    outcome = check(path)
    report = outcome.report
    line = partial(
        line,
        agency=report.agency,
        year=report.year,
        edition=report.layout.edition,
        counts=_counts(outcome),
        first=_first(outcome),
    )
    if outcome.blocked:
        return line(status="blocked")
    stem = provisional_stem(report.agency, source.name)
    for suffix in formats:
        _write(report, suffix, f"{stem}.{suffix}", out)
    return line(status="built", stem=stem, values=tuple(_values(report)))


def _write(report: Report, suffix: str, name: str, out: str) -> None:
    target = open_target(out)
    if suffix != "docx":
        data = _exported(report, suffix)
        if is_remote(out):
            target.put(name, data)
        else:
            put(Path(out) / name, data, force=True, lost="", durable=False)
        return
    if not is_remote(out):
        write(report, Path(out) / name, Options(force=True), durable=False)
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="govdoc-") as folder:
        here = Path(folder) / name
        write(report, here, Options(), durable=False)
        target.put(name, here.read_bytes())


def _exported(report: Report, suffix: str) -> bytes:
    """Return a report in one of the formats that are made without another program."""
    from govdoc.writers.data import to_csv, to_json
    from govdoc.writers.html import to_html

    return {"html": to_html, "json": to_json, "csv": to_csv}[suffix](report)


def _counts(outcome: Outcome) -> tuple[int, int, int, int]:
    counts = Counter(finding.severity for finding in outcome.findings)
    errors, confirms, warnings, notes = (counts[severity] for severity in Severity)
    return errors, confirms, warnings, notes


def _first(outcome: Outcome) -> str:
    first = next(iter(outcome.findings), None)
    return "" if first is None else f"{first.where} {first.code} {first.message}"


def _values(report: Report) -> Iterator[int | str | None]:
    """Yield the figures as the journal has them, amounts as text."""
    for key in report.layout.figures:
        value = report.value(key)
        yield show_number(value) if isinstance(value, Decimal) else value


def contribute(source: Source) -> Contribution:
    """Return what one unit's file, a workbook or a report in Word, brings to a sum: only errors can keep it out."""
    from govdoc.checks.catalogue import in_order, run_error_checks

    with Watchdog():
        try:
            with at_hand(source) as path:
                reading = read(path)
                findings = [*reading.findings, *run_error_checks(reading.report)]
                return contribution(reading.report, in_order(findings, reading.report.layout), source.name)
        except (InputError, LayoutError) as error:
            return Contribution(source.name, problem=str(error))
        except MemoryError:
            return Contribution(source.name, problem=_NO_MEMORY)


def killed_line(source: Source) -> Line:
    """Return what came of a file that ended every worker it was given to."""
    return Line(file=source.name, stamp=source.stamp, status="killed", first=_KILLED)


def killed_contribution(source: Source) -> Contribution:
    """Return the contribution of a file that ended every worker it was given to: none, and why."""
    return Contribution(source.name, problem=_KILLED)
