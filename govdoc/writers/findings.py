"""Findings → text for people and JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from govdoc.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govdoc.finding import Finding, Location

JSON_VERSION = 1
_COUNTERS = {Severity.ERROR: "处", Severity.CONFIRM: "处", Severity.WARNING: "条", Severity.NOTE: "条"}
_WIDEST_PLACE = 28  # columns; a longer place gets a line of its own


def display_width(text: str) -> int:
    """Return how many columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def summary(findings: Sequence[Finding]) -> str:
    """Return the counts by severity: ``2 处错误，1 条警告``; an empty text where there is nothing."""
    counts = Counter(finding.severity for finding in findings)
    return "，".join(
        f"{counts[severity]} {_COUNTERS[severity]}{severity.label}" for severity in Severity if counts[severity]
    )


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings as a clerk reads them: the place, the rule, what is wrong, and below it what to do."""
    heads = [f"{finding.code} {finding.severity.label}" for finding in findings]
    places = [str(finding.where) for finding in findings]
    widths = [display_width(place) for place in places]
    place_width = max((width for width in widths if width <= _WIDEST_PLACE), default=0)
    head_width = max(map(display_width, heads), default=0)
    lines = []
    for finding, place, head in zip(findings, places, heads, strict=True):
        if display_width(place) > place_width:
            lines.append(place)
        beside = place if display_width(place) <= place_width else ""
        lines.append(f"{_pad(beside, place_width)}  {_pad(head, head_width)}  {finding.message}")
        lines.append(f"{' ' * (place_width + head_width + 4)}{finding.remedy}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def findings_json(findings: Iterable[Finding]) -> str:
    """Return findings as one JSON object, version 1; a key without a value is null, an empty list is empty."""
    return json.dumps(
        {"version": JSON_VERSION, "findings": [_record(finding) for finding in findings]}, ensure_ascii=False, indent=2
    )


def _record(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.rule.title,
        "message": finding.message,
        "remedy": finding.remedy,
        **_place(finding.where),
        "figure": finding.figure or None,
        "found": finding.found,
        "expected": finding.expected,
        "related": [_place(place) for place in finding.related],
    }


def _place(where: Location) -> dict[str, str | None]:
    return {"file": where.file or None, "sheet": where.sheet or None, "cell": where.cell or None}
