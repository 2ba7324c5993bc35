"""The Y rules: figures that continue last year's. Without last year's figures they say nothing.

Which figure continues which is the layout's data (``continuations``); here stands only how a break is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.finding import Rule, Severity
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Continued
    from govdoc.report import Report

CARRIED_OVER = Rule(
    "Y401",
    Severity.CONFIRM,
    "上年结转与上年报告不一致",
    "国办公开办函〔2021〕30号：“上年结转”即上年度报告的“结转下年度继续办理”",
    "“{line}”一列上年结转 {found} 件，上年报告里结转下年度的是 {expected} 件。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
)
IN_FORCE = Rule(
    "Y402",
    Severity.CONFIRM,
    "现行有效件数接不上上年",
    "国办公开办函〔2021〕30号：现行有效＝上年现行有效＋本年制发－本年废止",
    "“{line}”现行有效填的是 {found} 件，按上年 {last} 件加本年制发、减本年废止应是 {expected} 件。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
)
STILL_PENDING = Rule(
    "Y403",
    Severity.CONFIRM,
    "案件总计少于上年未审结",
    "国办公开办函〔2021〕30号：上年尚未审结的案件应在本年继续统计",
    "“{line}”总计 {found} 件，少于上年报告里尚未审结的 {expected} 件。",
    "核对；若无误，在“{sheet}”表写明原因（规则 {code}，位置 {cell}）。",
)

RULES = (CARRIED_OVER, IN_FORCE, STILL_PENDING)


def carried_over(report: Report) -> Iterator[Finding]:
    """Say where what was carried over is not what last year carried forward, in each column of table 3."""
    return _broken(report, CARRIED_OVER)


def in_force(report: Report) -> Iterator[Finding]:
    """Say where documents in force are not last year's plus those made, minus those repealed."""
    return _broken(report, IN_FORCE)


def still_pending(report: Report) -> Iterator[Finding]:
    """Say where a group of table 4 has fewer cases than last year left pending."""
    return _broken(report, STILL_PENDING)


CHECKS = (carried_over, in_force, still_pending)


def _broken(report: Report, rule: Rule) -> Iterator[Finding]:
    for one in report.layout.continued if report.previous else ():
        if one.rule == rule.code:
            yield from _compare(report, rule, one)


def _compare(report: Report, rule: Rule, one: Continued) -> Iterator[Finding]:
    this, last = report.value(one.this), report.last_value(one.last)
    plus = [report.value(key) for key in one.plus]
    minus = [report.value(key) for key in one.minus]
    if this is None or last is None or None in plus or None in minus:
        return
    due = last + sum(value for value in plus if value is not None) - sum(value for value in minus if value is not None)
    if this == due or (one.at_least and this > due):
        return
    where = report.figures[one.this].where
    yield rule.at(
        where,
        figure=one.this,
        related=(report.previous[one.last].where, *(report.figures[key].where for key in (*one.plus, *one.minus))),
        line=one.name or one.line,
        found=show_number(this),
        expected=show_number(due),
        last=show_number(last),
        code=rule.code,
        sheet=report.layout.workbook.explanations,
    )
