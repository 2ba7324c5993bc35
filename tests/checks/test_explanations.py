"""Rows of 情况说明: what settles a finding, what says nothing yet, and what is idle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.checks.explanations import names_finding, settle
from govdoc.finding import Finding, Location, Rule, Severity
from govdoc.layouts.schema import load_layout
from govdoc.report import Explanation, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE = Rule("Y401", Severity.CONFIRM, "测试", "测试", "接不上。", "写明原因。")
SHEET, PLACE, REASON = "三、依申请公开", "三、依申请公开!D5", "上年报告漏计一件，已更正。"
FINDING = RULE.at(Location("年报.xlsx", SHEET, 4, 3))


def settled(*rows: tuple[str, str, str], findings: Sequence[Finding] = (FINDING,)) -> list[tuple[str, str]]:
    """Return code and explanation of every finding that is left, rows being those of 情况说明."""
    explanations = tuple(Explanation(*row) for row in rows)
    report = Report(load_layout("2021"), {}, {}, {}, explanations=explanations)
    return [(finding.code, finding.explanation) for finding in settle(findings, report)]


def test_a_reason_at_the_place_settles() -> None:
    for place in (PLACE, "D5", "$D$5", "d5", f"'{SHEET}'！D5"):
        assert settled(("y401", place, REASON)) == [("Y401", REASON)]


def test_a_code_may_have_words_around_it() -> None:
    for code in ("规则Y401", "Y401 上年结转与上年报告不一致", "Ｙ４０１", "（y401）"):
        assert settled((code, PLACE, REASON)) == [("Y401", REASON)]
    for code in ("Y402", "Y4011", "XY401", "上年结转", "401", ""):
        assert settled((code, PLACE, REASON)) == [("Y401", ""), ("L110", "")]


def test_what_is_no_code_is_said_to_be_none() -> None:
    report = Report(load_layout("2021"), {}, {}, {}, explanations=(Explanation("上年结转", "表三", REASON),))
    [idle] = settle([], report)
    assert idle.message == "规则 上年结转、位置 表三 的说明没有对应的问题：“上年结转”不是规则代码。"
    assert "如 Y401 和 D5" in idle.remedy


def test_a_row_without_a_reason_says_nothing_yet() -> None:
    assert settled(("Y401", PLACE, "")) == [("Y401", "")]
    assert settled(("Y402", "B3", ""), findings=()) == []


def test_a_short_reason_settles_nothing_and_is_said() -> None:
    assert settled(("Y401", PLACE, "无误")) == [("Y401", ""), ("L110", "")]


def test_a_reason_for_nothing_is_idle() -> None:
    assert settled(("Y401", "D6", REASON)) == [("Y401", ""), ("L110", "")]


def test_of_several_rows_the_one_with_a_reason_counts() -> None:
    assert settled(("Y401", PLACE, ""), ("Y401", "D5", REASON)) == [("Y401", REASON)]


def test_a_row_may_name_several_cells() -> None:
    for place in ("D5、E5", "E5，D5", "D5:J5", f"{SHEET}!C4:E6", f"{SHEET}!A1、D5", "d5-e5"):
        assert settled(("Y401", place, REASON)) == [("Y401", REASON)]
    for place in ("E5、F5", "E5:J5", "D6:D9", "二、主动公开!D5:J5", "D5、甲"):
        assert settled(("Y401", place, REASON)) == [("Y401", ""), ("L110", "")]


def test_an_error_is_not_explained_away() -> None:
    error = replace(RULE, code="S301", severity=Severity.ERROR).at(Location("年报.xlsx", SHEET, 4, 3))
    explanations = (Explanation("S301", PLACE, REASON), Explanation("S301", "D6", REASON))
    report = Report(load_layout("2021"), {}, {}, {}, explanations=explanations)
    _, helpless, idle = settle([error], report)
    assert ("代替不了" in helpless.message, "没有对应的问题" in idle.message) == (True, True)


def test_a_finding_without_a_cell_is_named_by_its_sheet() -> None:
    whole = RULE.at(Location("年报.xlsx", SHEET))
    assert names_finding("Y401", SHEET, whole)
    assert not names_finding("Y401", "D5", whole)
    assert not names_finding("Y401", SHEET, FINDING)
