"""Annotated copies: what findings put into a workbook, and that nothing else of it changes, ever."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.comments import Comment
from openxml_audit import OpenXmlValidator

from govdoc.errors import InputError, UsageError
from govdoc.finding import Location
from govdoc.layouts.schema import editions, load_layout
from govdoc.writers.annotate import annotate, suffix_of
from govdoc.writers.annotate_list import SHEET
from govdoc.writers.annotate_styles import FILLS
from tests.writers.annotate_helpers import (
    CONFIRM,
    END,
    ERROR,
    EXPLANATIONS,
    GUIDE,
    HEAD,
    LAYOUT,
    LIST,
    NOTE,
    NOTEPAD,
    OTHER,
    OVERVIEW,
    PREVIOUS,
    ROOT,
    T2,
    T3,
    T4,
    WARNING,
    assert_cleared,
    assert_unharmed,
    blank,
    canonical,
    changed,
    colours,
    commented,
    comments,
    converted,
    editable,
    finding,
    found,
    illustrated,
    looks,
    marked,
    opened,
    packed,
    places,
    rule,
    rules,
    sample,
    saved,
    sheet_part,
    unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govdoc.finding import Finding

BROKEN = sorted((ROOT / "sample_inputs" / "broken").glob("*.xlsx"))
RED, ORANGE, YELLOW, BLUE = (f"FF{FILLS[severity]}" for severity in (ERROR, CONFIRM, WARNING, NOTE))
MINE = (
    finding(ERROR, T3, "D6", "差 1。", "S301"),
    finding(WARNING, T3, "D6", "可疑。", "V210"),
    finding(WARNING, T3, "E14", "空着。", "V205"),
    finding(NOTE, OVERVIEW, "B3", "可以写得更好。", "N599"),
    finding(ERROR, T2, "", "这张表不对。", "L105"),
    finding(NOTE, "", "", "整个文件。", "L107"),
)


def strict_errors(data: bytes, folder: Path) -> Counter[str]:
    path = folder / "年报.xlsx"
    path.write_bytes(data)
    errors = [str(error.description) for error in OpenXmlValidator(strict=True).validate(path).errors]
    # Texts in the cells themselves are as good as texts in a table; only in a package without one they are remarked on.
    return Counter(error for error in errors if "inline-string" not in error)


def block(*lines: str) -> str:
    return "\n".join((HEAD, *lines, END))


# ---------------------------------------------------------------- nothing else changes


@pytest.mark.parametrize("make", [sample, blank, commented, illustrated])
class TestUnharmed:
    def test_every_cell_is_what_it_was(self, make: Callable[[], bytes]) -> None:
        assert_unharmed(make(), marked(make(), *MINE))

    def test_a_second_run_says_what_the_first_said(self, make: Callable[[], bytes]) -> None:
        once = marked(make(), *MINE)
        assert marked(once, *MINE) == once
        assert marked(make(), *MINE) == once

    def test_other_findings_take_the_place_of_the_first(self, make: Callable[[], bytes]) -> None:
        other = (finding(CONFIRM, T4, "A4", "多了。"), finding(ERROR, T3, "H20", "少了。"))
        twice = marked(marked(make(), *MINE), *other)
        once = marked(make(), *other)
        assert_unharmed(make(), twice, but=[(EXPLANATIONS, "A2"), (EXPLANATIONS, "B2")])
        assert (comments(twice), rules(twice, ours=True)) == (comments(once), rules(once, ours=True))
        assert [row[2].value for row in opened(twice)[LIST]] == [row[2].value for row in opened(once)[LIST]]

    def test_without_findings_nothing_of_ours_is_left(self, make: Callable[[], bytes]) -> None:
        cleared = marked(marked(make(), *MINE), *())
        assert_unharmed(make(), cleared)
        assert comments(cleared) == comments(make())
        assert_cleared(make(), cleared)

    def test_parts_without_marks_are_copied_byte_for_byte(self, make: Callable[[], bytes]) -> None:
        before, after = unpacked(make()), unpacked(marked(make(), *MINE))
        touched = {sheet_part(make(), name) for name in (T3, OVERVIEW, opened(make()).active.title)}
        touched |= {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
        rest = {name for name in before if name not in touched and "comment" not in name}
        rest -= {f"xl/worksheets/_rels/{name.rpartition('/')[2]}.rels" for name in touched}
        assert {name for name in rest if after[name] != before[name]} == set()

    def test_the_package_is_sound(self, make: Callable[[], bytes], tmp_path: Path) -> None:
        before = strict_errors(make(), tmp_path)  # openpyxl's own, where it has saved the workbook
        assert strict_errors(marked(make(), *MINE), tmp_path) - before == Counter()
        assert strict_errors(marked(marked(make(), *MINE), *()), tmp_path) - before == Counter()


def test_without_findings_a_clean_workbook_is_returned_as_it_is() -> None:
    assert marked(sample(), *()) == sample()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_check_of_the_copy_finds_the_same(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    findings = found(data, tmp_path, path.name)
    copy = annotate(data, findings, LAYOUT, file=path.name)
    assert places(found(copy, tmp_path)) == places(findings)
    waits = any(one.severity is CONFIRM and not one.explanation for one in findings)
    mine = [(EXPLANATIONS, f"{column}{row}") for column in "AB" for row in range(2, 12)]
    assert_unharmed(data, copy, but=mine if waits else ())
    assert annotate(copy, findings, LAYOUT, file=path.name) == copy
    assert_cleared(data, annotate(copy, (), LAYOUT))


def test_a_copy_with_rows_to_be_explained_is_sound(tmp_path: Path) -> None:
    copy = marked(sample(), *MINE, *waiting())
    assert strict_errors(copy, tmp_path) == strict_errors(sample(), tmp_path) == Counter()


def test_a_blank_workbook_is_annotated_in_every_cell(tmp_path: Path) -> None:
    findings = found(blank(), tmp_path)
    copy = annotate(blank(), findings, LAYOUT, file="年报.xlsx")
    cells = {(one.where.sheet, one.where.cell) for one in findings if one.where.cell}
    assert set(comments(copy)) == cells
    assert len(cells) > 150
    assert places(found(copy, tmp_path)) == places(findings)
    assert_unharmed(blank(), copy)


# ---------------------------------------------------------------- comments


def test_findings_of_a_cell_share_a_comment() -> None:
    said = comments(marked(sample(), *MINE))
    assert said == {
        (T3, "D6"): (
            "年报核对",
            block("错误  S301", "差 1。", "怎么改：改。", "警告  V210", "可疑。", "怎么改：改。"),
        ),
        (T3, "E14"): ("年报核对", block("警告  V205", "空着。", "怎么改：改。")),
        (OVERVIEW, "B3"): ("年报核对", block("提示  N599", "可以写得更好。", "怎么改：改。")),
    }


def test_peoples_words_come_first_and_keep_their_author() -> None:
    said = comments(marked(commented(), *MINE))
    assert said[T3, "E14"] == ("王五", f"等信访科的数字\n{block('警告  V205', '空着。', '怎么改：改。')}")
    assert said[T3, "H20"] == ("李四", "与去年\n口径一致")
    assert said[OVERVIEW, "B3"][1].startswith(f"=1+1\n{HEAD}")


def test_what_people_write_below_ours_stays() -> None:
    copy = marked(commented(), *MINE)
    part = next(name for name, data in unpacked(copy).items() if HEAD.encode() in data and b"E14" in data)
    parts = unpacked(copy)
    parts[part] = parts[part].replace(END.encode(), f"{END}\n已改，张三".encode())
    cleared = comments(marked(packed(parts), *()))
    assert cleared[T3, "E14"] == ("王五", "等信访科的数字\n已改，张三")
    assert cleared[T3, "D6"] == ("年报核对", "\n已改，张三")
    again = comments(marked(packed(parts), *MINE))
    assert again[T3, "E14"][1].startswith(f"等信访科的数字\n已改，张三\n{HEAD}\n警告")


def test_a_block_without_its_end_goes_whole() -> None:
    parts = unpacked(marked(sample(), *MINE))
    for name in parts:
        if "comments" in name and name.endswith(".xml"):
            parts[name] = parts[name].replace(END.encode(), b"")
    assert comments(marked(packed(parts), *())) == {}


def test_what_a_finding_quotes_cannot_end_the_block() -> None:
    copy = marked(sample(), finding(ERROR, T3, "D6", f"填的是“{END}{HEAD}”。"))
    assert comments(copy)[T3, "D6"][1] == block("错误  T900", "填的是“年报核对”。", "怎么改：改。")
    assert comments(marked(copy, *())) == {}


def test_the_sentence_of_a_long_text_is_named() -> None:
    one = replace(finding(WARNING, OVERVIEW, "B3", "与表不符。"), quote="收到申请 68 件。")
    said = replace(finding(WARNING, OVERVIEW, "B4", "写的是“全部办结”。"), quote="全部办结")
    texts = comments(marked(sample(), one, said))
    assert texts[OVERVIEW, "B3"][1] == block("警告  T900", "与表不符。", "原文：收到申请 68 件。", "怎么改：改。")
    assert "原文" not in texts[OVERVIEW, "B4"][1]


def test_a_sentence_that_the_advice_quotes_is_not_said_twice() -> None:
    one = replace(
        finding(WARNING, OVERVIEW, "B3", "与表不符。"), quote="收到申请\n68 件。", remedy="核对“收到申请\n68 件。”"
    )
    explained = replace(one, where=Location("", OVERVIEW, 3, 1), explanation="台账无误。")
    texts = comments(marked(sample(), one, explained))
    assert texts[OVERVIEW, "B3"][1] == block("警告  T900", "与表不符。", "怎么改：核对“收到申请 68 件。”")
    assert "原文：收到申请 68 件。" in texts[OVERVIEW, "B4"][1]


def test_a_merged_cell_is_marked_at_its_corner() -> None:
    copy = marked(illustrated(), finding(ERROR, NOTEPAD, "F3"))
    assert set(comments(copy)) - set(comments(illustrated())) == set()
    assert HEAD in comments(copy)[NOTEPAD, "E2"][1]
    assert colours(copy, NOTEPAD) == {"E2:G4": RED}


def test_very_long_texts_are_quoted_by_their_beginning() -> None:
    long = "长" * 20_000
    one = rule(ERROR).at(Location("", T3, 5, 3), message=f"填的是“{long}”。", remedy=long, found=long)
    said = comments(marked(sample(), one))[T3, "D6"][1]
    assert f"填的是“{'长' * 60}…”。" in said
    assert len(said) < 1_500


@pytest.mark.parametrize("text", ["=1+1", "+8610", "@x", "-2", "a_x0041_b", "甲\x00乙\ud800", "<&>\"'", "]]>"])
def test_a_text_stays_a_text(text: str) -> None:
    copy = marked(sample(), finding(ERROR, T3, "D6", text), finding(ERROR, f"没有这张{text}"[:31], "", text))
    sheet = opened(copy)[LIST]
    shown = re.sub("[\x00\ud800]", "\ufffd", text)
    assert [(cell.value.replace("_x005F_", "_"), cell.data_type) for cell in (sheet["D5"], sheet["D6"])] == [
        (shown, "s")
    ] * 2
    assert all(cell.data_type == "s" and cell.quotePrefix for row in sheet.iter_rows() for cell in row if cell.value)
    assert shown in comments(copy)[T3, "D6"][1].replace("_x005F_", "_")


# ---------------------------------------------------------------- colours


def test_a_cell_has_the_colour_of_its_heaviest_finding() -> None:
    copy = marked(sample(), *MINE, finding(CONFIRM, T3, "E14"), finding(CONFIRM, T3, "D7"))
    assert colours(copy, T3) == {"D6": RED, "D7 E14": ORANGE}
    assert colours(copy, OVERVIEW) == {"B3": BLUE}


def test_our_colours_come_before_all_others() -> None:
    copy = marked(sample(), *MINE)
    for sheet in opened(copy).worksheets:
        ranks = {
            rule.priority: any("年报核对" in formula for formula in rule.formula)
            for area in sheet.conditional_formatting
            for rule in area.rules
        }
        ours = [rank for rank, mine in ranks.items() if mine]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
        assert ours == list(range(1, len(ours) + 1))
        assert all(
            one.stopIfTrue for area in sheet.conditional_formatting for one in area.rules if one.priority in ours
        )


def test_rules_in_extensions_make_room_too() -> None:
    more = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings><x14:conditionalFormatting '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="expression" priority="1" '
        'id="{00000000-0000-0000-0000-000000000001}"><xm:f>TRUE</xm:f></x14:cfRule><xm:sqref>D6</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )
    data = changed(sample(), sheet5__xml=lambda part: part.replace(b"</worksheet>", more.encode()))
    copy = marked(data, *MINE)
    part = unpacked(copy)["xl/worksheets/sheet5.xml"]
    assert re.findall(rb'x14:cfRule type="expression" priority="(\d+)"', part) == [b"3"]
    assert canonical(unpacked(marked(copy, *()))["xl/worksheets/sheet5.xml"]) == canonical(
        unpacked(data)["xl/worksheets/sheet5.xml"]
    )


def test_text_on_our_colours_is_dark() -> None:
    (_, _, look, _), *_ = rules(marked(sample(), *MINE), ours=True)[T3]
    assert look[1].color.rgb == "FF1F2933"
    for severity, colour in FILLS.items():
        red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
        assert 0.299 * red + 0.587 * green + 0.114 * blue > 180, severity


# ---------------------------------------------------------------- the list


def test_the_list_stands_first_and_in_front() -> None:
    book = opened(marked(illustrated(), *MINE))
    assert book.sheetnames == [LIST, *opened(illustrated()).sheetnames]
    assert book.active.title == LIST
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == [LIST]
    assert [(view.activeTab, view.firstSheet) for view in book.views] == [(0, 0), (3, 2)]


def test_every_finding_has_a_row_with_a_link() -> None:
    hidden = finding(NOTE, NOTEPAD, "A1", "隐藏。")
    sheet = opened(marked(illustrated(), *MINE, hidden))[LIST]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["严重程度", "规则", "位置", "问题", "怎么改"],
        ["错误", "S301", f"{T3}!D6", "差 1。", "改。"],
        ["警告", "V210", f"{T3}!D6", "可疑。", "改。"],
        ["警告", "V205", f"{T3}!E14", "空着。", "改。"],
        ["提示", "N599", f"{OVERVIEW}!B3", "可以写得更好。", "改。"],
        ["错误", "L105", T2, "这张表不对。", "改。"],
        ["提示", "L107", "整个工作簿", "整个文件。", "改。"],
        ["提示", "T900", f"{NOTEPAD}!A1", "隐藏。", "改。"],
    ]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {
        "C5": f"'{T3}'!D6",
        "C6": f"'{T3}'!D6",
        "C7": f"'{T3}'!E14",
        "C8": f"'{OVERVIEW}'!B3",
        "C9": f"'{T2}'!A1",
    }
    assert [sheet["A1"].value, sheet["A2"].value] == [LIST, "2 处错误，2 条警告，3 条提示；改好后才能生成报告。"]
    fills = [sheet.cell(row, 1).fill.fgColor.rgb for row in (5, 6, 8)]
    assert fills == [RED, YELLOW, BLUE]


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        ((finding(CONFIRM, T3, "D5"),), "1 处待说明；改好或写明原因后才能生成报告。"),
        ((replace(finding(CONFIRM, T3, "D5"), explanation="上级已核定。"),), "1 处已说明；不影响生成报告。"),
        ((finding(WARNING, T3, "D5"),), "1 条警告；不影响生成报告。"),
    ],
)
def test_the_counts_say_what_follows(findings: tuple[Finding, ...], line: str) -> None:
    assert opened(marked(sample(), *findings))[LIST]["A2"].value == line


def test_the_list_is_set_up_for_reading_and_print() -> None:
    sheet = opened(marked(sample(), *MINE))[LIST]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A5", "A4:E10", "$4:$4")
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        9,
        "landscape",
        0,
    )
    assert not sheet.protection.sheet


def test_names_of_single_sheets_stay_with_their_sheets() -> None:
    before, after = opened(sample()), opened(marked(sample(), *MINE))
    assert {sheet.title: sheet.print_title_rows for sheet in before.worksheets} == {
        sheet.title: sheet.print_title_rows for sheet in after.worksheets if sheet.title != LIST
    }


def test_a_finding_in_another_file_stands_in_the_list_only() -> None:
    other = finding(ERROR, T3, "D6", file="上年.xlsx")
    copy = annotate(sample(), [other, finding(NOTE, T3, "E6", file="年报.xlsx")], LAYOUT, file="年报.xlsx")
    assert list(comments(copy)) == [(T3, "E6")]
    sheet = opened(copy)[LIST]
    assert (sheet["C5"].value, sheet["C5"].hyperlink) == (f"上年.xlsx {T3}!D6", None)


def test_a_sheet_of_that_name_which_is_not_ours_is_not_touched() -> None:
    book = editable(sample())
    book.create_sheet(LIST)["A1"] = "科长的核对结果"
    with pytest.raises(UsageError) as caught:
        marked(saved(book), *MINE)
    assert "改名" in caught.value.remedy


def test_the_list_is_known_to_every_layout() -> None:
    assert all(SHEET in load_layout(edition).workbook.other for edition in editions())


# ---------------------------------------------------------------- rows of explanations


def explained(data: bytes) -> list[tuple[str | None, ...]]:
    rows = opened(data)[EXPLANATIONS].iter_rows(min_row=2, max_row=8, max_col=3, values_only=True)
    return [row for row in rows if any(row)]


def waiting(findings: int = 2) -> tuple[Finding, ...]:
    return tuple(finding(CONFIRM, T3, f"{column}5", "接不上。", "Y401") for column in "DEFGHI"[:findings])


def test_missing_rows_are_written_ready_to_be_filled() -> None:
    copy = marked(sample(), *waiting())
    assert explained(copy) == [("Y401", f"{T3}!D5", None), ("Y401", f"{T3}!E5", None)]
    asked = block("待说明  Y401", "接不上。", "请在这一格写明数据无误的原因，不少于 10 个字。")
    assert comments(copy)[EXPLANATIONS, "C2"] == ("年报核对", asked)
    formats = [(where, formula) for where, formula, _, _ in rules(copy, ours=True)[EXPLANATIONS]]
    assert formats == [(cell, [f'AND("年报核对"="年报核对",LEN({cell})<10)']) for cell in ("C2", "C3")]
    assert explained(marked(copy, *())) == []
    assert looks(marked(copy, *())) == looks(sample())


def test_rows_of_people_stay_and_are_not_doubled() -> None:
    book = editable(sample())
    sheet = book[EXPLANATIONS]
    sheet["A2"], sheet["B2"], sheet["C2"] = "y401", f"{T3}！$D$5", "太短"
    sheet["C4"] = "只有文字"
    data = saved(book)
    copy = marked(data, *waiting())
    assert explained(copy) == [
        ("y401", f"{T3}！$D$5", "太短"),
        ("Y401", f"{T3}!E5", None),
        (None, None, "只有文字"),
    ]
    assert looks(marked(copy, *())) == looks(data)


def test_a_row_that_somebody_filled_is_theirs() -> None:
    book = editable(marked(sample(), *waiting()))
    book[EXPLANATIONS]["C2"] = "上年报告统计有误，已更正。"
    filled = saved(book)
    assert explained(marked(filled, *())) == [("Y401", f"{T3}!D5", "上年报告统计有误，已更正。")]
    settled, open_ = waiting()
    copy = marked(filled, replace(settled, explanation="上年报告统计有误，已更正。"), open_)
    assert explained(copy) == [("Y401", f"{T3}!D5", "上年报告统计有误，已更正。"), ("Y401", f"{T3}!E5", None)]
    assert colours(copy, T3) == {"E5": ORANGE, "D5": BLUE}
    assert comments(copy)[T3, "D5"][1] == block("已说明  Y401", "接不上。", "说明：上年报告统计有误，已更正。")
    assert (EXPLANATIONS, "C2") not in comments(copy)
    assert [cell.value for cell in opened(copy)[LIST][5]][0::4] == ["已说明", "已说明：上年报告统计有误，已更正。"]


def test_rows_go_on_below_the_last_one_in_its_style() -> None:
    book = editable(sample())
    for row in range(2, 61):
        book[EXPLANATIONS][f"C{row}"] = "满"
    copy = opened(marked(saved(book), *waiting()))[EXPLANATIONS]
    assert [cell.value for cell in copy[61]] == ["Y401", f"{T3}!D5", None]
    assert [cell.value for cell in copy[62]] == ["Y401", f"{T3}!E5", None]
    assert not copy["C62"].protection.locked


def test_the_list_of_explanations_may_stand_elsewhere() -> None:
    book = editable(sample())
    sheet = book[EXPLANATIONS]
    sheet.insert_rows(1)
    sheet.insert_cols(1)
    sheet["B2"], sheet["C2"], sheet["D2"] = "位置", "规则代码", "说明"
    sheet.merge_cells("B3:C3")
    copy = opened(marked(saved(book), *waiting(1)))[EXPLANATIONS]
    assert [cell.value for cell in copy[4]][:4] == [None, f"{T3}!D5", "Y401", None]
    assert copy["D4"].comment is not None


def test_without_the_sheet_nothing_is_offered() -> None:
    book = editable(sample())
    del book[EXPLANATIONS]
    copy = marked(saved(book), *waiting())
    assert EXPLANATIONS not in opened(copy).sheetnames
    assert "情况说明" not in opened(copy)[LIST]["A3"].value


def test_empty_rows_of_ours_are_no_finding(tmp_path: Path) -> None:
    book = editable(sample())
    for row in range(45, 46):
        book[PREVIOUS][f"D{row}"] = 99
    data = saved(book)
    findings = found(data, tmp_path)
    assert any(one.severity is CONFIRM for one in findings)
    copy = annotate(data, findings, LAYOUT, file="年报.xlsx")
    assert len(explained(copy)) == sum(one.severity is CONFIRM for one in findings)
    assert places(found(copy, tmp_path)) == places(findings)


# ---------------------------------------------------------------- formats


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    "data",
    [
        OLE,
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        changed(
            sample(),
            workbook__xml=lambda part: part.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
        ),
    ],
    ids=["xls", "ods", "docx", "strict"],
)
def test_other_formats_are_refused_with_the_way_out(data: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        marked(data, *MINE)
    assert "另存为“Excel 工作簿（.xlsx）”" in caught.value.remedy


@pytest.mark.parametrize("data", [sample()[:3000], changed(sample(), workbook__xml=b"<workbook")])
def test_a_damaged_workbook_is_said_to_be_so(data: bytes) -> None:
    with pytest.raises(InputError):
        marked(data, *MINE)


def test_a_workbook_that_claims_too_much_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (101 * 1024 * 1024))
    with pytest.raises(InputError):
        marked(buffer.getvalue(), *MINE)


def test_a_copy_keeps_its_suffix() -> None:
    assert (suffix_of(sample()), suffix_of(illustrated())) == (".xlsx", ".xlsm")


def test_a_command_does_not_wait_for_lxml() -> None:
    code = "import sys, govdoc.writers.annotate; sys.exit('openpyxl' in sys.modules or 'lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


# ---------------------------------------------------------------- LibreOffice


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
class TestLibreOffice:
    def test_it_shows_the_comments_the_colours_and_the_list(self, tmp_path: Path) -> None:
        ods = converted(marked(commented(), *MINE), tmp_path, "ods")
        with zipfile.ZipFile(io.BytesIO(ods)) as archive:
            content, styles = archive.read("content.xml").decode(), archive.read("styles.xml").decode()
        notes = re.findall(r"<office:annotation .*?</office:annotation>", content, re.DOTALL)
        texts = [re.sub(r"<[^>]+>", "", note.replace("</text:p>", "\n")) for note in notes]
        assert sum(HEAD in text for text in texts) == 3
        assert any("等信访科的数字" in text and "V205" in text for text in texts)
        assert re.search(rf'<table:table table:name="{LIST}"', content)
        assert f"#FF{FILLS[ERROR]}"[3:].lower() in (content + styles).lower()
        assert f'xlink:href="#&apos;{T3}&apos;.D6"' in content

    def test_what_it_saves_is_annotated_like_any_other(self, tmp_path: Path) -> None:
        data = converted(commented(), tmp_path)
        assert_unharmed(data, marked(data, *MINE))
        assert marked(marked(data, *MINE), *MINE) == marked(data, *MINE)
        cleared = marked(marked(data, *MINE), *())
        assert looks(cleared) == looks(data)
        assert comments(cleared) == comments(data)

    def test_our_marks_are_known_after_it_saved_them(self, tmp_path: Path) -> None:
        findings = (*MINE, *waiting())
        data = converted(marked(commented(), *findings), tmp_path)
        cleared = marked(data, *())
        assert opened(cleared).sheetnames == opened(commented()).sheetnames
        assert {place: text for place, (_, text) in comments(cleared).items()} == {
            place: text for place, (_, text) in comments(commented()).items()
        }
        assert [rule for ours in rules(cleared, ours=True).values() for rule in ours] == []
        assert explained(cleared) == []
        assert opened(cleared).active.title == GUIDE
        again = marked(data, *findings)
        assert {place: text for place, (_, text) in comments(again).items()} == {
            place: text for place, (_, text) in comments(marked(commented(), *findings)).items()
        }
        assert explained(again) == explained(marked(commented(), *findings))

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler (pdftoppm) is not installed")
    def test_our_colour_wins_over_those_of_the_workbook(self, tmp_path: Path) -> None:
        book = editable(sample())
        book[T3]["E14"] = None  # the workbook itself colours a blank number
        pixels = _pixels(marked(saved(book), finding(ERROR, T3, "E14")), tmp_path)
        assert bytes.fromhex(FILLS[ERROR]) in pixels


def _pixels(data: bytes, folder: Path) -> set[bytes]:
    """Return the colours on the pages of a workbook."""
    (folder / "年报.pdf").write_bytes(converted(data, folder, "pdf"))
    subprocess.run(["pdftoppm", "-r", "40", str(folder / "年报.pdf"), str(folder / "page")], check=True)
    colours: set[bytes] = set()
    for page in folder.glob("page*.ppm"):
        raw = page.read_bytes()
        head = re.match(rb"P6\s+\d+\s+\d+\s+255\s", raw)
        assert head is not None
        body = raw[head.end() :]
        colours |= {body[place : place + 3] for place in range(0, len(body), 3)}
    return colours


def test_comments_are_seen_on_protected_sheets() -> None:
    sheet: Any = opened(marked(sample(), *MINE))[T3]
    assert sheet.protection.sheet
    assert isinstance(sheet["D6"].comment, Comment)
    assert OTHER in opened(sample()).sheetnames
