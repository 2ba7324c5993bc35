"""The sheet 核对结果: every finding in a row, with a link to its cell, and the counts above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.finding import Severity, column_letters
from govdoc.values import normal_label
from govdoc.writers.annotate_cells import Cells, shared_texts
from govdoc.writers.annotate_package import MAIN
from govdoc.writers.annotate_styles import SIZE, Style, mark_of
from govdoc.writers.annotate_text import lines_in, said, xml_attribute, xml_text
from govdoc.writers.findings import SETTLED, severity_label, summary
from govdoc.writers.workbook_formulas import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from govdoc.finding import Finding, Location
    from govdoc.writers.annotate_package import Package

SHEET = "核对结果"
HEADS = ("严重程度", "规则", "位置", "问题", "怎么改")
HEAD_ROW = 4  # counted from 1, as in formulas

_WIDTHS = (11.0, 9.0, 24.0, 68.0, 64.0)
_WHOLE_BOOK = "整个工作簿"
_HINT = "点“位置”跳到那一格；鼠标停在带颜色的格上，可以看到问题和改法。可以直接在这份里改，保存后重新核对，标注会更新。"
_WAITING_HINT = "待说明的若核对无误，在“{sheet}”写明原因，规则和位置已经填好。"
_MARKS = {
    Severity.ERROR: Style.ERROR,
    Severity.CONFIRM: Style.CONFIRM,
    Severity.WARNING: Style.WARNING,
    Severity.NOTE: Style.NOTE,
}
_MOST_HEIGHT = 400.0  # points; Excel allows 409


def is_ours(package: Package, part: str) -> bool:
    """Return whether a sheet is such a list: the heads stand in it."""
    cells = Cells(package.tree(part), shared_texts(package))
    wanted = [normal_label(head) for head in HEADS]
    return any(
        [normal_label(cells.text(row, column)) for column in range(len(HEADS))] == wanted
        for row in range(min(cells.last_row + 1, 2 * HEAD_ROW))
    )


def counts(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each weight, and what follows from it."""
    blocking = {finding.severity for finding in findings if finding.blocks}
    end = "改好后才能生成报告" if blocking else "不影响生成报告"
    if blocking == {Severity.CONFIRM}:
        end = "改好或写明原因后才能生成报告"
    return f"{summary(findings)}；{end}。"


def sheet_range(findings: Sequence[Finding]) -> str:
    """Return the heads and the rows below them, as a filter names them: ``$A$4:$E$9``."""
    return f"$A${HEAD_ROW}:${column_letters(len(HEADS) - 1)}${HEAD_ROW + len(findings)}"


class FindingsSheet:
    """The sheet as XML (ECMA-376 part 1, 18.3.1.99). Texts stand in the cells themselves and are never formulas.

    ``targets`` are the sheets to which a link can lead; ``style`` returns the index of a cell style, and ``explained``
    is the sheet on which explanations are written, if rows for them were made ready there. ``summed`` says how many
    findings there are where these are not all.
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        targets: Collection[str],
        style: Callable[[Style], int],
        explained: str = "",
        summed: str = "",
    ) -> None:
        self._findings = findings
        self._targets = targets
        self._styles = {one: style(one) for one in Style}
        self._explained = explained
        own = counts(findings)
        self._counts = summed if summed in ("", own) else f"{summed}这里只列最重的 {len(findings)} 条。"
        self._counts = self._counts or own

    def xml(self, file: str = "") -> bytes:
        """Return the sheet; ``file`` is the workbook's own name, which need not be said."""
        places = [self._place(finding.where, file) for finding in self._findings]
        links = [self._link(finding.where, file) for finding in self._findings]
        rows = [*self._top_rows(), *self._rows(places, links)]
        anchors = [
            f'<hyperlink ref="C{row}" location="{xml_attribute(link)}" display="{xml_attribute(place)}" '
            'tooltip="跳到这一格"/>'
            for row, (place, link) in enumerate(zip(places, links, strict=True), HEAD_ROW + 1)
            if link
        ]
        columns = "".join(
            f'<col min="{column}" max="{column}" width="{width:g}" customWidth="1"/>'
            for column, width in enumerate(_WIDTHS, 1)
        )
        links_xml = f"<hyperlinks>{''.join(anchors)}</hyperlinks>" if anchors else ""
        filtered = sheet_range(self._findings).replace("$", "")
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
            f'<pane ySplit="{HEAD_ROW}" topLeftCell="A{HEAD_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{HEAD_ROW + 1}" sqref="A{HEAD_ROW + 1}"/>'
            '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f'<cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData><autoFilter ref="{filtered}"/>'
            f"{links_xml}"
            '<printOptions horizontalCentered="1"/>'
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;C&amp;A  第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
        ).encode()

    # ------------------------------------------------------------ rows

    def _top_rows(self) -> list[str]:
        hint = _HINT + (_WAITING_HINT.format(sheet=self._explained) if self._explained else "")
        lines = ((SHEET, Style.TITLE, 30.0), (self._counts, Style.COUNTS, 20.0), (hint, Style.HINT, 20.0))
        rows = [
            self._row(number, height, [(text, style)])
            for number, (text, style, height) in enumerate(lines, HEAD_ROW - len(lines))
        ]
        return [*rows, self._row(HEAD_ROW, 22.0, [(head, Style.HEAD) for head in HEADS])]

    def _rows(self, places: Sequence[str], links: Sequence[str]) -> list[str]:
        rows = []
        for number, (finding, place, link) in enumerate(zip(self._findings, places, links, strict=True), HEAD_ROW + 1):
            problem, remedy = said(finding, finding.message), said(finding, finding.remedy)
            if finding.explanation:
                remedy = f"{SETTLED}：{said(finding, finding.explanation)}"
            cells = [
                (severity_label(finding), _MARKS[mark_of(finding)]),
                (finding.code, Style.CODE),
                (place, Style.LINK if link else Style.PLACE),
                (problem, Style.TEXT),
                (remedy, Style.TEXT),
            ]
            rows.append(self._row(number, _height([text for text, _ in cells]), cells))
        return rows

    def _row(self, number: int, height: float, cells: Sequence[tuple[str, Style]]) -> str:
        """Return a row; its height is a first guess that programs are free to better."""
        content = "".join(
            f'<c r="{column_letters(column)}{number}" s="{self._styles[style]}" t="inlineStr">'
            f'<is><t xml:space="preserve">{xml_text(text)}</t></is></c>'
            for column, (text, style) in enumerate(cells)
        )
        return f'<row r="{number}" ht="{height:g}">{content}</row>'

    # ------------------------------------------------------------ places

    def _place(self, where: Location, file: str) -> str:
        """Return a place in words; of another file, with the file's name."""
        place = str(where) if where.sheet or where.cell else ""
        if file and where.file not in ("", file):
            return f"{where.file} {place}".rstrip()
        return place or where.file or _WHOLE_BOOK

    def _link(self, where: Location, file: str) -> str:
        """Return where a link leads: to the cell, or to the beginning of its row or sheet; nowhere if there is none."""
        if where.sheet not in self._targets or (file and where.file not in ("", file)):
            return ""
        row, column = where.row or 0, where.column or 0
        return f"{quoted(where.sheet)}!{column_letters(column)}{row + 1}"


def _height(texts: Sequence[str]) -> float:
    lines = max(lines_in(text, width - 2.5) for text, width in zip(texts, _WIDTHS, strict=True))
    return min(round(lines * SIZE * 1.35 + 7, 1), _MOST_HEIGHT)
