"""Findings of severity confirm and the rows of 情况说明 that settle them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.finding import Rule, Severity
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.finding import Finding
    from govdoc.report import Explanation, Report

SHORTEST = 10  # characters; less is no explanation

IDLE = Rule(
    "L110",
    Severity.NOTE,
    "情况说明没有对应的问题",
    "govdoc 标准工作簿：情况说明",
    "规则 {found}、位置 {place} 的说明{reason}。",
    "{advice}",
)

RULES = (IDLE,)


def settle(findings: Iterable[Finding], report: Report) -> Iterator[Finding]:
    """Yield the findings, those that an explanation settles with its text, then a note for each idle explanation.

    An explanation settles the findings of its rule at its place; the place is a cell (``D5``), with the sheet's name
    before it (``三、依申请公开!D5``) where one cell would not say enough.
    """
    used: set[int] = set()
    for finding in findings:
        if finding.severity is not Severity.CONFIRM:
            yield finding
            continue
        number, explanation = _explanation(finding, report)
        if explanation is None:
            yield finding
            continue
        used.add(number)
        yield replace(finding, explanation=explanation.text) if len(explanation.text) >= SHORTEST else finding
    for number, explanation in enumerate(report.explanations):
        short = len(explanation.text) < SHORTEST
        if number not in used or short:
            reason = f"只有 {len(explanation.text)} 个字，不能算说明" if short else "没有对应的问题，或者问题已经解决"
            advice = (
                f"写明原因，不少于 {SHORTEST} 个字。" if short else "可以删去这一行；仍要说明的，请核对规则代码和位置。"
            )
            yield IDLE.at(
                explanation.where,
                found=explanation.code or "（空）",
                place=explanation.place or "（空）",
                reason=reason,
                advice=advice,
            )


def _explanation(finding: Finding, report: Report) -> tuple[int, Explanation | None]:
    places = {normal_label(finding.where.cell), normal_label(f"{finding.where.sheet}!{finding.where.cell}")}
    for number, explanation in enumerate(report.explanations):
        if normal_label(explanation.code).upper() == finding.code and _place(explanation.place) in places:
            return number, explanation
    return -1, None


def _place(text: str) -> str:
    """Return a place as it is compared: the cell in capitals, whatever stands between sheet and cell."""
    sheet, _, cell = normal_label(text).replace("$", "").replace("'", "").rpartition("!")
    return f"{sheet}!{cell.upper()}" if sheet else cell.upper()
