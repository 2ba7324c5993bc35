"""Findings → a copy of the workbook in which they stand: as cell comments, as colours, and as a sheet 核对结果.

The package is edited in few places, by the modules beside this one named ``annotate_…``; whatever is not named there
is copied byte for byte, so that values, results of formulas, pictures, macros and extensions stay what they were. No
cell's format is touched: colours are rules of conditional formatting (see :mod:`govdoc.writers.annotate_fills`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from govdoc.errors import UsageError
from govdoc.finding import Severity, cell_name, weightiest
from govdoc.values import normal_label
from govdoc.writers.annotate_text import quoted_sentence, said
from govdoc.writers.findings import severity_label
from govdoc.writers.workbook_formulas import Area, areas, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.writers.annotate_book import Sheet
    from govdoc.writers.annotate_cells import Place
    from govdoc.writers.annotate_comments import Piece
    from govdoc.writers.annotate_package import Package
    from govdoc.writers.annotate_rows import ExplanationRows
    from govdoc.writers.annotate_styles import Styles

_MORE = "这一格还有别的问题，见“核对结果”。"
_LONGEST_COMMENT = 8_000  # characters after which a comment says no more; Excel takes 32,767
_REASON = "请在这一格写明数据无误的原因，不少于 {least} 个字。"


def annotate(workbook: bytes, findings: Sequence[Finding], layout: Layout, *, file: str = "") -> bytes:
    """Return a copy of a workbook (.xlsx or .xlsm) with findings marked in it, in place of those of an earlier run.

    Without findings the marks of an earlier run are taken out, and nothing is put in. ``file`` is the workbook's name
    as the findings give it: one in another file stands in the list only. Same input, same bytes.

    Raises :class:`UsageError` for another format, and where a sheet 核对结果 is not one of ours;
    :class:`govdoc.errors.InputError` for a damaged file.
    """
    from govdoc.writers.annotate_book import bring_to_front
    from govdoc.writers.annotate_package import Package

    package = Package(workbook)
    former = _clear(package, layout)
    if findings:
        _Marks(package, layout, findings, file).put(former or "")
    elif former is not None:
        bring_to_front(package, former)
    return package.pack() if package.changed else workbook


def suffix_of(workbook: bytes) -> str:
    """Return the suffix that a copy of a workbook must have, or Excel will not open it: .xlsx, or .xlsm with macros."""
    from govdoc.writers.annotate_package import Package

    return ".xlsm" if Package(workbook).has_macros else ".xlsx"


def _clear(package: Package, layout: Layout) -> str | None:
    """Take out what an earlier run put in; where that leaves no sheet in front, return the one that was so before.

    Raises :class:`UsageError` where a sheet has the name of our list, and is none.
    """
    from govdoc.writers.annotate_book import remove_sheet, sheets_of
    from govdoc.writers.annotate_comments import clear_comments
    from govdoc.writers.annotate_fills import clear_fills
    from govdoc.writers.annotate_list import SHEET, is_ours

    former = None
    for sheet in sheets_of(package):
        if sheet.name == SHEET:
            if not sheet.cells or not is_ours(package, sheet.part):
                raise UsageError(
                    f"工作簿里已有一张“{SHEET}”，不是核对时加的，不能覆盖。", "请把那张表改名，保存后再试。"
                )
            former = remove_sheet(package, sheet)
        elif sheet.cells:
            clear_fills(package, sheet.part)
            marked = clear_comments(package, sheet.part)
            if marked and _is_explanations(sheet, layout):
                _rows(package, sheet, layout).clear(marked)
    return former


def _is_explanations(sheet: Sheet, layout: Layout) -> bool:
    return sheet.cells and normal_label(sheet.name) == normal_label(layout.workbook.explanations)


def _rows(package: Package, sheet: Sheet, layout: Layout) -> ExplanationRows:
    from govdoc.writers.annotate_rows import ExplanationRows

    return ExplanationRows(package, sheet.part, layout)


class _Marks:
    """The marks of one run: gathered sheet by sheet, then put in."""

    def __init__(self, package: Package, layout: Layout, findings: Sequence[Finding], file: str) -> None:
        from govdoc.writers.annotate_book import sheets_of

        self._package = package
        self._layout = layout
        self._all = findings
        self._findings = weightiest(findings)
        self._file = file
        self._sheets = {sheet.name: sheet for sheet in sheets_of(package) if sheet.cells}
        self._notes: dict[str, dict[Place, list[Piece]]] = defaultdict(dict)
        self._weights: dict[str, dict[Place, Severity]] = defaultdict(dict)
        self._reasons: dict[str, list[Place]] = defaultdict(list)

    def put(self, former: str) -> None:
        from govdoc.writers.annotate_comments import put_comments
        from govdoc.writers.annotate_styles import Styles

        here = [finding for finding in self._findings if not self._file or finding.where.file in ("", self._file)]
        explained = self._offer_rows(here)
        self._gather(here)
        styles = Styles(self._package)
        for name, sheet in self._sheets.items():
            if name in self._notes:
                self._colour(sheet, styles)
                put_comments(self._package, sheet.part, self._notes[name])
        self._put_list(styles, explained, former)

    # ------------------------------------------------------------ what is said, and where

    def _gather(self, findings: Sequence[Finding]) -> None:
        """Put the findings to their cells; of a merged cell, to its upper left corner."""
        from govdoc.writers.annotate_cells import merged
        from govdoc.writers.annotate_styles import mark_of

        spans = {name: merged(self._package.tree(sheet.part)) for name, sheet in self._sheets.items()}
        for finding in findings:
            where = finding.where
            if where.sheet in self._sheets and where.row is not None and where.column is not None:
                place = _corner((where.row, where.column), spans[where.sheet])
                self._say(where.sheet, place, mark_of(finding), _pieces(finding))

    def _say(self, sheet: str, place: Place, severity: Severity, pieces: Sequence[Piece]) -> None:
        from govdoc.writers.annotate_comments import Piece

        here = self._notes[sheet].setdefault(place, [])
        more = Piece(_MORE, quiet=True)
        if sum(len(piece.text) for piece in here) < _LONGEST_COMMENT:
            here += pieces
        elif here[-1] != more:
            here.append(more)
        weights = self._weights[sheet]
        weights[place] = min(severity, weights.get(place, severity), key=lambda one: one.rank)

    def _offer_rows(self, findings: Sequence[Finding]) -> str:
        """Make the rows of 情况说明 ready that are missing; return its name where something waits there."""
        from govdoc.checks.explanations import SHORTEST
        from govdoc.writers.annotate_comments import Piece
        from govdoc.writers.annotate_rows import missing_from

        missing = missing_from(findings)
        sheet = next((sheet for sheet in self._sheets.values() if _is_explanations(sheet, self._layout)), None)
        if not missing or sheet is None:
            return ""
        for place, finding in _rows(self._package, sheet, self._layout).add(missing).items():
            pieces = [*_pieces(finding, remedy=False), Piece(_REASON.format(least=SHORTEST))]
            self._notes[sheet.name].setdefault(place, []).extend(pieces)
            self._reasons[sheet.name].append(place)
        return sheet.name

    # ------------------------------------------------------------ putting in

    def _colour(self, sheet: Sheet, styles: Styles) -> None:
        from govdoc.checks.explanations import SHORTEST
        from govdoc.writers.annotate_cells import merged
        from govdoc.writers.annotate_fills import Fill, put_fills

        spans = {(span.top, span.left): span for span in merged(self._package.tree(sheet.part))}
        weights = self._weights[sheet.name]
        fills = []
        for severity in Severity:
            cells = [place for place, one in weights.items() if one is severity]
            wide = [spans[place] for place in cells if place in spans]
            single = areas(place for place in cells if place not in spans)
            if cells:
                fills.append(Fill(styles.mark(severity), sorted([*wide, *single], key=_reading_order)))
        for place in self._reasons[sheet.name]:
            waits = f"LEN({cell_name(*place)})<{SHORTEST}"
            fills.append(Fill(styles.mark(Severity.CONFIRM), areas([place]), waits))
        put_fills(self._package, sheet.part, fills)

    def _put_list(self, styles: Styles, explained: str, former: str) -> None:
        from govdoc.writers.annotate_book import insert_sheet
        from govdoc.writers.annotate_list import HEAD_ROW, SHEET, FindingsSheet, counts, sheet_range

        targets = {name for name, sheet in self._sheets.items() if not sheet.hidden}
        data = FindingsSheet(self._findings, targets, styles.cell, explained, counts(self._all)).xml(self._file)
        names = {
            "_xlnm._FilterDatabase": f"{quoted(SHEET)}!{sheet_range(self._findings)}",
            "_xlnm.Print_Titles": f"{quoted(SHEET)}!${HEAD_ROW}:${HEAD_ROW}",
        }
        insert_sheet(self._package, SHEET, data, names, former)


def _pieces(finding: Finding, *, remedy: bool = True) -> list[Piece]:
    """Return what a comment says of a finding."""
    from govdoc.writers.annotate_comments import Piece

    message, advice = said(finding, finding.message), ""
    if finding.explanation:
        advice = f"说明：{said(finding, finding.explanation)}"
    elif remedy and finding.remedy:
        advice = f"怎么改：{said(finding, finding.remedy)}"
    sentence = quoted_sentence(finding, message + advice)
    lines = (message, f"原文：{sentence}" if sentence else "", advice)
    return [Piece(f"{severity_label(finding)}  {finding.code}", bold=True), *(Piece(line) for line in lines if line)]


def _corner(place: Place, spans: Sequence[Area]) -> Place:
    row, column = place
    for span in spans:
        if span.top <= row <= span.bottom and span.left <= column <= span.right:
            return span.top, span.left
    return place


def _reading_order(area: Area) -> tuple[int, int]:
    return area.top, area.left
