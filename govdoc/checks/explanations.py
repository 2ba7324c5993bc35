"""Findings of severity confirm and the rows of 情况说明 that settle them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.finding import Rule, Severity, column_number
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.finding import Finding, Location
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

_LISTED = re.compile(r"[、,，;；]")
_CODE = re.compile(r"(?<![A-Z0-9])[A-Z][0-9]{3}(?![0-9])")  # with or without words around it
_CELLS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?:[:~至-]([A-Z]{1,3})([0-9]{1,7}))?")


def settle(findings: Iterable[Finding], report: Report) -> Iterator[Finding]:
    """Yield the findings, those that an explanation settles with its text, then a note for each idle explanation.

    An explanation settles the findings of its rule at its place; the place is a cell (``D5``) or several (``D5、F5``,
    ``D5:J5``), with the sheet's name before it (``三、依申请公开!D5``) where one cell would not say enough. A row
    without a text, such as one made ready to be filled, explains nothing yet: it settles nothing and is no fault.
    """
    used: set[int] = set()
    helpless: set[int] = set()  # rows about findings that no explanation settles
    for finding in findings:
        if finding.severity is not Severity.CONFIRM:
            helpless.update(number for number, _ in _rows(finding, report))
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
        if number not in used or len(explanation.text) < SHORTEST:
            reason, advice = _idle(explanation, helpless=number in helpless)
            yield IDLE.at(
                explanation.where,
                found=explanation.code or "（空）",
                place=explanation.place or "（空）",
                reason=reason,
                advice=advice,
            )


def _idle(explanation: Explanation, *, helpless: bool) -> tuple[str, str]:
    """Return why a row settles nothing, and what to do about it."""
    if helpless:
        return "不起作用：这一条不是“待说明”，说明代替不了改正", "请改正数据或文字，删去这一行。"
    if len(explanation.text) < SHORTEST:
        return f"只有 {len(explanation.text)} 个字，不能算说明", f"写明原因，不少于 {SHORTEST} 个字。"
    if _CODE.search(normal_label(explanation.code).upper()) is None:
        reason = f"没有对应的问题：“{explanation.code}”不是规则代码" if explanation.code else "没有写规则代码"
        return reason, "规则代码和位置照核对结果里的写，如 Y401 和 D5；几格的写 D5、E5。"
    return "没有对应的问题，或者问题已经解决", "可以删去这一行；仍要说明的，请核对规则代码和位置。"


def names_finding(code: str, place: str, finding: Finding) -> bool:
    """Return whether a row of 情况说明, given by its rule and its place, is about a finding."""
    where = finding.where
    written = _CODE.search(normal_label(code).upper())
    if written is None or written[0] != finding.code:
        return False
    places = {_place(where.address), _place(f"{where.sheet}!{where.address}"), _place(str(where))}
    return _place(place) in places or _among(place, where)


def _among(place: str, where: Location) -> bool:
    """Return whether a place is a list of cells or ranges, on the finding's sheet or on none, that holds its cell."""
    sheet, _, cells = _place(place).rpartition("!")
    ranges = [_CELLS.fullmatch(one) for one in _LISTED.split(cells) if one]
    if where.row is None or where.column is None or sheet not in ("", normal_label(where.sheet)) or None in ranges:
        return False
    for match in filter(None, ranges):
        left, top, right, bottom = match[1], match[2], match[3] or match[1], match[4] or match[2]
        if int(top) <= where.row + 1 <= int(bottom) and column_number(left) <= where.column <= column_number(right):
            return True
    return False


def _rows(finding: Finding, report: Report) -> list[tuple[int, Explanation]]:
    return [
        (number, explanation)
        for number, explanation in enumerate(report.explanations)
        if names_finding(explanation.code, explanation.place, finding)
    ]


def _explanation(finding: Finding, report: Report) -> tuple[int, Explanation | None]:
    """Return the row that is about a finding; of several, the first that explains it."""
    rows = _rows(finding, report)
    first = rows[0] if rows else (-1, None)
    return next((row for row in rows if len(row[1].text) >= SHORTEST), first)


def _place(text: str) -> str:
    """Return a place as it is compared: the cell in capitals, whatever stands between sheet and cell."""
    sheet, _, cell = normal_label(text).replace("$", "").replace("'", "").rpartition("!")
    return f"{sheet}!{cell.upper()}" if sheet else cell.upper()
