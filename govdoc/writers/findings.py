"""Findings → text for people and JSON for programs.

The text folds what repeats itself (a sheet left blank is one entry, with its cells); the JSON has every finding.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from govdoc.finding import Severity, cell_ranges
from govdoc.writers.columns import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govdoc.finding import Finding, Location

JSON_VERSION = 1
_COUNTERS = {Severity.ERROR: "处", Severity.CONFIRM: "处", Severity.WARNING: "条", Severity.NOTE: "条"}
SETTLED = "已说明"  # instead of the severity, where an explanation in the workbook settles a finding
_WIDEST_PLACE = 28  # columns; a longer place gets a line of its own
_SAID_SINGLY = 8  # findings of one rule on one sheet; more are folded into one entry
_NAMED = 5  # places in a document that such an entry names
_LONGEST_QUOTE = 60  # characters of a cell that a message quotes

# Characters that JSON may hold but a terminal would obey, or a stream in UTF-8 could not carry.
_ESCAPED = re.compile("[\x7f-\x9f\ud800-\udfff]")


def summary(findings: Sequence[Finding]) -> str:
    """Return the counts by severity: ``2 处错误，1 条警告``; an empty text where there is nothing."""
    counts = Counter(finding.severity for finding in findings if not finding.explanation)
    settled = sum(1 for finding in findings if finding.explanation)
    parts = [f"{counts[severity]} {_COUNTERS[severity]}{severity.label}" for severity in Severity if counts[severity]]
    return "，".join([*parts, f"{settled} 处{SETTLED}"] if settled else parts)


def places_text(places: Iterable[Location]) -> str:
    """Return cells sheet by sheet, neighbours drawn together: ``二、主动公开!B3:D4；四、复议诉讼!A4``."""
    sheets: dict[str, list[Location]] = {}
    for place in places:
        sheets.setdefault(place.sheet, []).append(place)
    return "；".join(f"{sheet}!{cell_ranges(cells)}" for sheet, cells in sheets.items())


# ---------------------------------------------------------------- text


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings as a clerk reads them: the place, the rule, what is wrong, and below it what to do."""
    entries = list(_entries(findings))
    heads = [f"{one.code} {severity_label(one)}" for one in entries]
    places = [_line(str(finding.where)) for finding in entries]
    widths = [display_width(place) for place in places]
    place_width = max((width for width in widths if width <= _WIDEST_PLACE), default=0)
    head_width = max(map(display_width, heads), default=0)
    lines = []
    for finding, place, head in zip(entries, places, heads, strict=True):
        if display_width(place) > place_width:
            lines.append(place)
        beside = place if display_width(place) <= place_width else ""
        lines.append(f"{pad(beside, place_width)}  {pad(head, head_width)}  {said(finding, finding.message)}")
        below = f"{SETTLED}：{_short(finding.explanation)}" if finding.explanation else said(finding, finding.remedy)
        lines.append(f"{' ' * (place_width + head_width + 4)}{below}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _entries(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings in their order; many of one rule in the cells of one sheet as one, where the first stands."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if _may_fold(finding):
            groups.setdefault(_group(finding), []).append(finding)
    for finding in findings:
        alike = groups.get(_group(finding), []) if _may_fold(finding) else []
        if len(alike) <= _SAID_SINGLY:
            yield finding
        elif finding is alike[0]:
            yield _fold(alike)


def _may_fold(finding: Finding) -> bool:
    return bool(finding.where.address) and not finding.quote  # each sentence has something of its own to say


def _group(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.severity, finding.explanation, finding.where.file, finding.where.sheet


def _fold(findings: Sequence[Finding]) -> Finding:
    first = findings[0]
    labels = [finding.where.label for finding in findings if finding.where.label]
    cells = f"{'、'.join(labels[:_NAMED])}等" if labels else cell_ranges(finding.where for finding in findings)
    message = f"{first.rule.title}，共 {len(findings)} 格：{cells}。"
    remedy = first.remedy
    if len({finding.remedy for finding in findings}) > 1:
        remedy = (
            f"例如 {first.where.cell or first.where.label}：{said(first, first.message)}{said(first, first.remedy)}"
        )
    return replace(
        first,
        where=structs.replace(first.where, row=None, column=None, label=""),
        message=message,
        remedy=remedy,
        found=None,
        expected=None,
    )


def severity_label(finding: Finding) -> str:
    """Return how much a finding weighs, in a word."""
    return SETTLED if finding.explanation else finding.severity.label


def said(finding: Finding, text: str) -> str:
    """Return a message on one line; a cell's content that is very long is quoted by its beginning."""
    for quoted in (finding.found, finding.expected):
        if quoted is not None and len(quoted) > _LONGEST_QUOTE:
            text = text.replace(quoted, _short(quoted))
    return _line(text)


def _short(text: str) -> str:
    return _line(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")


def _line(text: str) -> str:
    return text.replace("\n", " ")


# ---------------------------------------------------------------- JSON


def findings_json(findings: Iterable[Finding]) -> str:
    """Return findings as one JSON object, version 1; a key without a value is null, an empty list is empty."""
    text = json.dumps(
        {"version": JSON_VERSION, "findings": [_record(finding) for finding in findings]}, ensure_ascii=False, indent=2
    )
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


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
        "quote": finding.quote or None,
        "explanation": finding.explanation or None,
        "related": [_place(place) for place in finding.related],
    }


def _place(where: Location) -> dict[str, str | None]:
    return {
        "file": where.file or None,
        "sheet": where.sheet or None,
        "cell": where.cell or None,
        "label": where.label or None,
    }
