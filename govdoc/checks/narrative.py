"""The N rules: what the narrative says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.figures import problems
from govdoc.finding import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.report import Report

UNKNOWN_REFERENCE = Rule(
    "N508",
    Severity.ERROR,
    "数据引用找不到数据",
    "govdoc 标准工作簿：正文里的 {{ }} 引用表中的数据",
    "正文里的 {found} 引用不到数据：{reason}。",
    "{nearest}所有能引用的数据见 govdoc figures。",
)

RULES = (UNKNOWN_REFERENCE,)


def unknown_references(report: Report) -> Iterator[Finding]:
    """Say where a figure reference in the text names no figure, and which names come nearest."""
    for entries in report.narratives.values():
        for entry in entries:
            for problem in (*problems(entry.heading, report), *problems(entry.text, report)):
                nearest = "、".join(f"{{{{{address}}}}}" for address in problem.nearest)
                yield UNKNOWN_REFERENCE.at(
                    entry.where,
                    found=problem.reference,
                    reason=problem.reason,
                    nearest=f"是不是 {nearest}？" if nearest else "",
                )


CHECKS = (unknown_references,)
