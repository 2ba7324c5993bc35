"""Findings: places as people name them, and cells drawn together."""

from __future__ import annotations

import pytest

from govdoc.finding import Location, Rule, Severity, cell_name, cell_ranges, column_letters


def at(row: int, column: int) -> Location:
    return Location("年报.xlsx", "三、依申请公开", row, column)


@pytest.mark.parametrize(
    ("column", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")],
)
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_cells_are_named_as_in_a_spreadsheet() -> None:
    assert (cell_name(0, 0), cell_name(11, 2)) == ("A1", "C12")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (at(5, 9), "三、依申请公开!J6"),
        (Location("年报.xlsx", "三", 5), "三!第6行"),
        (Location("年报.xlsx", "三"), "三"),
        (Location("年报.xlsx"), "年报.xlsx"),
        (Location("", "", 0, 0), "A1"),
        (Location(), ""),
    ],
)
def test_a_place_is_named_as_far_as_it_is_known(where: Location, text: str) -> None:
    assert str(where) == text


def block(top: int, left: int, bottom: int, right: int) -> list[Location]:
    return [at(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([], ""),
        ([at(0, 0)], "A1"),
        ([at(5, 3), at(5, 4), at(5, 5)], "D6:F6"),
        ([at(5, 3), at(6, 3)], "D6:D7"),
        ([at(5, 3), at(5, 5)], "D6、F6"),
        ([at(5, 4), at(5, 3)], "E6、D6"),
        ([at(5, 3), at(6, 4)], "D6、E7"),
        (block(3, 3, 25, 8), "D4:I26"),
        ([*block(3, 3, 25, 8), *block(27, 3, 27, 8)], "D4:I26、D28:I28"),
        ([*block(2, 1, 3, 3), at(6, 1), *block(9, 1, 10, 1), at(13, 1)], "B3:D4、B7、B10:B11、B14"),
        ([*block(0, 0, 0, 3), *block(1, 0, 1, 2)], "A1:D1、A2:C2"),
        ([*block(0, 0, 0, 1), *block(1, 0, 1, 1), *block(2, 0, 2, 2)], "A1:B2、A3:C3"),
        ([at(3, 3), at(4, 3), at(26, 3), at(27, 3)], "D4:D5、D27:D28"),
        ([at(3, 3), at(3, 3)], "D4、D4"),
        ([Location("年报.xlsx", "三"), at(0, 0)], "A1"),
        ([Location("年报.docx", "三", 0, 0, "甲")], ""),
    ],
)
def test_neighbours_are_drawn_together(cells: list[Location], text: str) -> None:
    assert cell_ranges(cells) == text


def test_a_place_in_a_document_is_called_by_its_label() -> None:
    place = Location("年报.docx", "三", 4, 3, "甲·总计")
    assert (str(place), place.cell, place.address) == ("三 甲·总计", "", "D5")


def test_severities_weigh_in_their_order() -> None:
    assert [(one.label, one.rank, one.blocks) for one in Severity] == [
        ("错误", 0, True),
        ("待说明", 1, True),
        ("警告", 2, False),
        ("提示", 3, False),
    ]


def test_a_rule_is_raised_with_its_words() -> None:
    rule = Rule("X101", Severity.ERROR, "不对", "某文件", "“{label}”是 {found}。", "把 {cell} 改为 {expected}。")
    finding = rule.at(at(5, 9), label="甲", found=0, expected=None)
    assert (finding.message, finding.remedy) == ("“甲”是 0。", "把 J6 改为 None。")
    assert (finding.found, finding.expected, finding.code, finding.blocks) == ("0", None, "X101", True)
