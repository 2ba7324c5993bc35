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
    checks="情况说明里的每一行都对应一个待说明的问题，并且写明了原因。",
    example="Y401 的问题已经改好，说明还留着；或者说明只写了“无误”两个字。",
    mend="不再需要的说明删去；太短的写明原因，不少于 10 个字。",
)

RULES = (IDLE,)


def settle(findings: Iterable[Finding], report: Report) -> Iterator[Finding]:
    """Yield the findings, those that an explanation settles with its text, then a note for each idle explanation.

    An explanation settles the findings of its rule at its place; the place is a cell (``D5``), with the sheet's name
    before it (``三、依申请公开!D5``) where one cell would not say enough. A row without a text, such as one made ready
    to be filled, explains nothing yet: it settles nothing and is no fault.
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
        if not explanation.text:
            continue
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


def names_finding(code: str, place: str, finding: Finding) -> bool:
    """Return whether a row of 情况说明, given by its rule and its place, is about a finding."""
    where = finding.where
    places = {_place(where.address), _place(f"{where.sheet}!{where.address}"), _place(str(where))}
    return normal_label(code).upper() == finding.code and _place(place) in places


def _explanation(finding: Finding, report: Report) -> tuple[int, Explanation | None]:
    """Return the row that is about a finding; of several, the first that explains it."""
    rows = [
        (number, explanation)
        for number, explanation in enumerate(report.explanations)
        if names_finding(explanation.code, explanation.place, finding)
    ]
    first = rows[0] if rows else (-1, None)
    return next((row for row in rows if len(row[1].text) >= SHORTEST), first)


def _place(text: str) -> str:
    """Return a place as it is compared: the cell in capitals, whatever stands between sheet and cell."""
    sheet, _, cell = normal_label(text).replace("$", "").replace("'", "").rpartition("!")
    return f"{sheet}!{cell.upper()}" if sheet else cell.upper()
