"""Findings as text and as JSON: nothing is lost, what repeats itself is folded, nothing spoils the lines."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from msgspec import structs

from govdoc.finding import Finding, Location, Rule, Severity
from govdoc.writers.columns import display_width
from govdoc.writers.findings import findings_json, findings_text, places_text, summary

T2, T3 = "二、主动公开", "三、依申请公开"
BLANK = Rule("X201", Severity.ERROR, "数据格空着", "某文件", "“{label}”空着。", "没有发生请填 0。")
SUM = Rule(
    "X301",
    Severity.ERROR,
    "各列之和不等于总计",
    "某文件",
    "和是 {expected}，填的是 {found}。",
    "把 {cell} 改为 {expected}。",
)
CONFIRM = Rule("X401", Severity.CONFIRM, "与上年不符", "某文件", "上年是 {expected}。", "请说明。")
WARNING = Rule("X501", Severity.WARNING, "可疑", "某文件", "填的是 {found}。", "请核对。")


def at(row: int, column: int, sheet: str = T3) -> Location:
    return Location("年报.xlsx", sheet, row, column)


def blanks(number: int, sheet: str = T3) -> list[Finding]:
    return [BLANK.at(at(row, 3, sheet), label=f"第 {row} 行") for row in range(number)]


# ---------------------------------------------------------------- widths and counts


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("J6", 2), ("三、!J6", 7), ("（一）", 6), ("“", 1), ("ａ", 2), ("ｱ", 1)]
)
def test_chinese_characters_take_two_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_findings_are_counted_by_weight() -> None:
    confirm = CONFIRM.at(at(0, 0), expected=1)
    settled = replace(confirm, explanation="上年报告漏计一件，已更正。")
    assert summary([]) == ""
    assert summary([WARNING.at(at(0, 0), found=1), *blanks(2)]) == "2 处错误，1 条警告"
    assert summary([confirm, settled, settled]) == "1 处待说明，2 处已说明"
    assert summary([settled]) == "1 处已说明"


# ---------------------------------------------------------------- text


def test_a_finding_has_its_place_its_rule_and_what_to_do() -> None:
    findings = [SUM.at(at(5, 9), expected=16, found=15), WARNING.at(at(2, 1, T2), found="１５")]
    assert findings_text(findings).splitlines() == [
        "三、依申请公开!J6  X301 错误  和是 16，填的是 15。",
        "                              把 J6 改为 16。",
        "二、主动公开!B3    X501 警告  填的是 １５。",
        "                              请核对。",
    ]


def test_nothing_is_no_text() -> None:
    assert findings_text([]) == ""


def test_a_long_place_has_a_line_of_its_own() -> None:
    long = "各单位报来的政府信息公开申请情况汇总底稿"
    text = findings_text([WARNING.at(at(0, 0, long), found=1), WARNING.at(at(0, 0, T2), found=2)])
    assert text.splitlines() == [
        f"{long}!A1",
        "                 X501 警告  填的是 1。",
        "                            请核对。",
        "二、主动公开!A1  X501 警告  填的是 2。",
        "                            请核对。",
    ]


def test_a_finding_on_a_whole_sheet_or_file_is_placed_there() -> None:
    places = [Location("年报.xlsx", T2), Location("年报.xlsx"), Location("年报.xlsx", T3, 4)]
    text = findings_text([WARNING.at(where, found=1) for where in places])
    assert [line.partition("  ")[0] for line in text.splitlines()[::2]] == [T2, "年报.xlsx", "三、依申请公开!第5行"]


def test_an_explained_finding_shows_its_explanation_instead_of_asking_for_one() -> None:
    settled = replace(CONFIRM.at(at(4, 3), expected=2), explanation="上年报告漏计一件，\n已在本年更正。")
    assert findings_text([settled]).splitlines() == [
        "三、依申请公开!D5  X401 已说明  上年是 2。",
        "                                已说明：上年报告漏计一件， 已在本年更正。",
    ]


def test_line_breaks_in_a_cell_do_not_break_the_lines() -> None:
    text = findings_text([WARNING.at(at(0, 0, "多\n行"), found="若\n干")])
    assert text.splitlines() == ["多 行!A1  X501 警告  填的是 若 干。", "                     请核对。"]


def test_a_very_long_cell_is_quoted_by_its_beginning() -> None:
    finding = WARNING.at(at(0, 0), found="某" * 30_000)
    assert findings_text([finding]).splitlines()[0].endswith(f"填的是 {'某' * 60}…。")
    assert json.loads(findings_json([finding]))["findings"][0]["found"] == "某" * 30_000
    assert findings_text([WARNING.at(at(0, 0), found="某" * 60)]).splitlines()[0].endswith(f"填的是 {'某' * 60}。")


# ---------------------------------------------------------------- folding


@pytest.mark.parametrize(("number", "entries"), [(1, 1), (8, 8), (9, 1), (144, 1)])
def test_many_findings_of_a_rule_on_a_sheet_are_one_entry(number: int, entries: int) -> None:
    lines = findings_text(blanks(number)).splitlines()
    assert len(lines) == 2 * entries
    if entries < number:
        assert lines == [
            f"三、依申请公开  X201 错误  数据格空着，共 {number} 格：D1:D{number}。",
            "                           没有发生请填 0。",
        ]


def test_an_entry_stands_where_its_first_finding_stood() -> None:
    other = SUM.at(at(3, 9), expected=1, found=2)
    findings = [SUM.at(at(0, 0, T2), expected=1, found=2), *blanks(5), other, *blanks(14)[5:], *blanks(3, T2)]
    heads = [line.split()[:3] for line in findings_text(findings).splitlines()[::2]]
    assert heads == [
        ["二、主动公开!A1", "X301", "错误"],
        ["三、依申请公开", "X201", "错误"],
        ["三、依申请公开!J4", "X301", "错误"],
        *(
            ["二、主动公开!D1", "X201", "错误"],
            ["二、主动公开!D2", "X201", "错误"],
            ["二、主动公开!D3", "X201", "错误"],
        ),
    ]


def test_where_each_cell_needs_its_own_mending_one_is_the_example() -> None:
    findings = [SUM.at(at(row, 9), expected=row, found=100) for row in range(5, 20)]
    assert findings_text(findings).splitlines() == [
        "三、依申请公开  X301 错误  各列之和不等于总计，共 15 格：J6:J20。",
        "                           例如 J6：和是 5，填的是 100。把 J6 改为 5。",
    ]


def test_sheets_files_rules_and_explanations_are_not_mixed() -> None:
    confirm = [CONFIRM.at(at(row, 3), expected=0) for row in range(6)]
    settled = [replace(one, explanation="上年报告漏计一件，已更正。") for one in confirm]
    other_file = [replace(one, where=structs.replace(one.where, file="另.xlsx")) for one in blanks(5)]
    mixed = [*blanks(5), *blanks(5, T2), *other_file, *confirm, *settled]
    assert len(findings_text(mixed).splitlines()) == 2 * len(mixed)


def test_findings_without_a_cell_are_never_folded() -> None:
    findings = [WARNING.at(Location("年报.xlsx", f"底稿{number}"), found=number) for number in range(20)]
    findings += [WARNING.at(Location("年报.xlsx", T2), found=number) for number in range(20)]
    assert len(findings_text(findings).splitlines()) == 80


def test_many_blanks_in_a_document_are_one_entry_that_names_some() -> None:
    named = [replace(one, where=structs.replace(one.where, label=f"数据{n}")) for n, one in enumerate(blanks(12))]
    first, second = findings_text(named).splitlines()
    assert first.startswith(f"{T3}  ")
    assert first.endswith("共 12 格：数据0、数据1、数据2、数据3、数据4等。")
    assert "D1" not in first + second


def test_cells_are_named_sheet_by_sheet() -> None:
    places = [at(2, 1, T2), at(2, 2, T2), at(3, 3), at(3, 4), at(9, 1, T2)]
    assert places_text(places) == "二、主动公开!B3:C3、B10；三、依申请公开!D4:E4"
    assert places_text([]) == ""


# ---------------------------------------------------------------- JSON

KEYS = {
    *("code", "severity", "title", "message", "remedy", "file", "sheet", "cell", "label"),
    *("figure", "found", "expected", "quote", "explanation", "related"),
}


def test_json_has_every_finding_with_every_key() -> None:
    data = json.loads(findings_json(blanks(144)))
    assert data["version"] == 1
    assert [one["cell"] for one in data["findings"]] == [f"D{row}" for row in range(1, 145)]
    assert all(set(one) == KEYS for one in data["findings"])


def test_json_tells_nothing_from_empty() -> None:
    full = replace(
        SUM.at(at(5, 9), expected=16, found=0, figure="t3.granted.total", related=(at(5, 3), at(5, 4))),
        explanation="因",
    )
    bare = Finding(WARNING, Location(), "甲", "乙")
    first, second = json.loads(findings_json([full, bare]))["findings"]
    assert first == {
        "code": "X301",
        "severity": "error",
        "title": "各列之和不等于总计",
        "message": "和是 16，填的是 0。",
        "remedy": "把 J6 改为 16。",
        "file": "年报.xlsx",
        "sheet": T3,
        "cell": "J6",
        "label": None,
        "figure": "t3.granted.total",
        "found": "0",
        "expected": "16",
        "quote": None,
        "explanation": "因",
        "related": [
            {"file": "年报.xlsx", "sheet": T3, "cell": "D6", "label": None},
            {"file": "年报.xlsx", "sheet": T3, "cell": "E6", "label": None},
        ],
    }
    empty = ("file", "sheet", "cell", "label", "figure", "found", "expected", "explanation")
    assert [second[key] for key in empty] == [None] * len(empty)
    assert second["related"] == []


def test_no_findings_are_a_list_all_the_same() -> None:
    assert json.loads(findings_json([])) == {"version": 1, "findings": []}


@pytest.mark.parametrize(
    "text", ['"', "\\", "\n", "\x1b[2J", "\x7f\x9b", "\u2028", "😀", "\udcff", "</script>"], ids=ascii
)
def test_json_carries_any_text_and_no_control_character(text: str) -> None:
    written = findings_json([WARNING.at(at(0, 0), found=text)])
    assert json.loads(written)["findings"][0]["found"] == text
    assert [one for one in written if unicodedata.category(one) == "Cc" and one != "\n"] == []
    assert written.encode("utf-8")
