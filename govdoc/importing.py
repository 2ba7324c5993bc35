"""A published report → the standard workbook of its edition. Touches files only through :mod:`govdoc.files`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govdoc.errors import InputError, UsageError
from govdoc.files import check_target, put
from govdoc.readers.bind_particulars import NOTHING, Given
from govdoc.readers.published import read_published

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.finding import Finding
    from govdoc.pipeline import Outcome
    from govdoc.readers.bind_page import Published
    from govdoc.report import Figure
    from govdoc.values import Value

_LOST = "覆盖会丢掉里面填好的内容。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"


@dataclass(frozen=True)
class Imported:
    """What came of an import: the file written, what was not read for certain, and what a check of the result finds."""

    written: Path
    published: Published
    doubts: tuple[Finding, ...]
    outcome: Outcome

    @property
    def blocked(self) -> bool:
        """Return whether anything stands that must be mended before a report can be built."""
        return self.outcome.blocked or any(finding.blocks for finding in self.doubts)


def import_report(source: Path, target: Path, given: Given = NOTHING, *, force: bool = False) -> Imported:
    """Read a published report and write the standard workbook of its edition, what is not certain marked in it.

    Raises :class:`govdoc.errors.InputError` where the source cannot be read at all, :class:`UsageError` and
    :class:`govdoc.errors.OutputError` where the target is no workbook's name, exists, or cannot be written.
    """
    from govdoc.pipeline import WORKBOOK_SUFFIX, check
    from govdoc.readers.workbook import read_workbook

    if target.suffix.lower() != WORKBOOK_SUFFIX or not target.stem:
        raise UsageError(f"工作簿要写成 .xlsx 文件，{target.name} 不是。", f"请改为 {target.stem or '年报'}.xlsx。")
    check_target(target, force=force, lost=_LOST, inputs=(source,))
    published = read_published(source, given)
    published.reading()  # refuses what says more than any report does
    doubts = tuple(_placed(published, target.name))

    def readable(path: Path) -> None:
        try:
            read_workbook(path)
        except InputError as error:
            raise InputError(
                f"{source.name} 的内容装不进标准工作簿：{error.message.removeprefix(path.name).strip()}",
                "没有写出文件。请看看里面是否有大量重复或无关的文字，删去后再读。",
            ) from error

    put(target, _workbook(published, doubts, target.name), force=force, lost=_LOST, check=readable)
    outcome = check(target)
    doubted = {doubt.figure for doubt in doubts if doubt.blocks}
    fresh = tuple(finding for finding in outcome.findings if not (finding.figure in doubted and finding.code == "V201"))
    return Imported(target, published, doubts, replace(outcome, findings=fresh))


def _placed(published: Published, file: str) -> list[Finding]:
    """Return the doubts at the cells of the workbook, where they are to be mended."""
    return [
        replace(finding, where=published.standard_place(finding.figure, file)) if finding.figure else finding
        for finding in published.findings()
    ]


def _workbook(published: Published, doubts: tuple[Finding, ...], name: str) -> bytes:
    from govdoc.writers.annotate import annotate
    from govdoc.writers.workbook import make_workbook

    report = published.report
    narratives = {
        key: [(entry.heading, entry.text) for entry in entries] for key, entries in report.narratives.items() if entries
    }
    figures = {
        key: _cell(figure, report.layout.figures[key].kind)
        for key, figure in report.figures.items()
        if figure.value is not None
    }
    data = make_workbook(report.layout, info=report.info, figures=figures, narratives=narratives)
    return annotate(data, doubts, report.layout, file=name)


def _cell(figure: Figure, kind: str) -> Value | str:
    """Return what is written into the workbook for a figure: as it was written where that says more than the value."""
    if kind == "money" or (kind == "change" and figure.shown.startswith("+")):
        return figure.shown
    return figure.value if figure.value is not None else figure.shown
