"""``check REPORT.docx --against FILE.xlsx``: rules W701 to W703, and all the others on an edited report."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import TYPE_CHECKING

import pytest
from docx import Document
from openpyxl import load_workbook

from govdoc.editing import check_against
from govdoc.errors import InputError, UsageError
from govdoc.layouts.schema import load_layout
from govdoc.pipeline import build, check, read, render
from govdoc.report import Entry, Figure, Report
from govdoc.roundtrip.base import base_part, make_base, read_base
from tests.roundtrip.sessions import (
    SAMPLE,
    SENTENCE,
    edited,
    in_paragraph,
    marked,
    original,
    report,
    run,
    swap,
    total_cell,
    with_part,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T3, OVERVIEW = "三、依申请公开", "一、总体情况"
REQUESTS = f"{OVERVIEW} （二）依申请公开情况"
RECEIVED = f"{T3} 一、本年新收政府信息公开申请数量·总计"
INSERTED = f'<w:ins w:id="7" w:author="张三">{run("约")}</w:ins>'


def found(data: bytes, folder: Path, *, against: bool = True) -> list[tuple[str, str]]:
    path = folder / "年报.docx"
    path.write_bytes(data)
    outcome = check_against(path, SAMPLE) if against else check(path)
    return [(finding.code, str(finding.where)) for finding in outcome.findings if finding.code[0] in "WSL"]


def test_an_untouched_report_has_no_findings(tmp_path: Path) -> None:
    assert found(original(), tmp_path) == found(original(), tmp_path, against=False) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (swap(marked("66"), marked("67")), [("W701", REQUESTS), ("W703", OVERVIEW)]),
        (swap(marked("66"), run("66")), [("W702", REQUESTS)]),
        (swap(marked("66"), run("67")), [("W702", REQUESTS), ("W703", OVERVIEW)]),
        (swap(marked("66"), marked("")), [("W702", REQUESTS), ("W703", OVERVIEW)]),
        (swap(marked("66"), INSERTED + marked("66")), [("W702", REQUESTS), ("W703", OVERVIEW)]),
        (swap(f"{SENTENCE}<", f"{SENTENCE}1<"), [("W702", REQUESTS), ("W703", OVERVIEW)]),
        (swap("坚持先审后发", "始终坚持先审后发"), [("W703", OVERVIEW)]),
        (swap("本报告根据", "本报告依据"), [("W703", OVERVIEW)]),
        (swap("一是加强学习培训", "一要加强学习培训"), [("W703", "五、问题及改进")]),
        (swap("年政府信息公开工作年度报告", "年度政府信息公开工作年度报告"), [("W703", "基本信息")]),
        (swap("2022-01-20", "2022-01-25"), [("W703", "基本信息")]),
        (swap("朝阳市政府办公室", "朝阳市政府办公室 "), []),
        (
            in_paragraph(SENTENCE, lambda old: old + old.replace('w:id="9', 'w:id="8')),
            [("W702", REQUESTS), ("W702", REQUESTS), ("W702", REQUESTS), ("W703", OVERVIEW)],
        ),
        (swap("一、总体情况", "一、总体概况"), [("L103", OVERVIEW)]),
    ],
)  # fmt: skip
def test_what_differs_from_the_workbook_is_found(
    edit: Callable[[str], str], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert found(edited(edit), tmp_path) == expected


def test_a_table_figure_is_compared_and_breaks_its_sums(tmp_path: Path) -> None:
    data = edited(total_cell(swap(">66<", ">67<")))
    assert ("W701", RECEIVED) in found(data, tmp_path)
    assert {code for code, _ in found(data, tmp_path, against=False)} >= {"S301", "S303"}
    assert "W701" not in {code for code, _ in found(data, tmp_path, against=False)}


@pytest.mark.parametrize(
    ("edit", "book", "way"),
    [
        (
            total_cell(swap(">66<", ">67<")),
            66,
            "这个数是在 Word 里改的，refresh 会保留它。工作簿对的，在 Word 里改为 66；",
        ),
        (lambda body: body, 67, "工作簿对的，运行 govdoc refresh；"),
        (total_cell(swap(">66<", ">67<")), 68, "两边都改过。运行 govdoc refresh，用 --take 决定用哪边的；"),
    ],
)
def test_the_way_out_is_one_that_helps(edit: Callable[[str], str], book: int, way: str, tmp_path: Path) -> None:
    """A refresh keeps a figure that only Word changed: to run it would not help."""
    sheets = load_workbook(SAMPLE)
    sheets[T3]["J4"].value = book
    workbook, path = tmp_path / "年报.xlsx", tmp_path / "年报.docx"
    sheets.save(workbook)
    path.write_bytes(edited(edit))
    [finding] = [
        one for one in check_against(path, workbook).findings if (one.code, str(one.where)) == ("W701", RECEIVED)
    ]
    assert finding.remedy == f"{way}报告对的，把工作簿改过来。"


def test_findings_on_a_report_name_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(edited(total_cell(swap(">66<", ">67<"))))
    sums = [finding for finding in check(path).findings if finding.code[0] == "S"]
    assert [str(finding.where) for finding in sums] == [RECEIVED, f"{T3} 四、结转下年度继续办理·总计", RECEIVED]
    assert not any(re.search("[A-Z][0-9]", finding.message + finding.remedy) for finding in sums)
    assert all(place.cell == "" and place.label for finding in sums for place in finding.related)


def test_a_label_that_was_changed_is_found_by_its_row_and_column(tmp_path: Path) -> None:
    assert found(edited(swap("（一）予以公开", "（一）公开")), tmp_path) == [("L103", f"{T3} 第 6 行第 2 列")]


def test_cells_of_a_report_that_were_merged_are_found_by_row_and_column(tmp_path: Path) -> None:
    document = Document(io.BytesIO(original()))
    table = document.tables[1]
    table.cell(8, 3).merge(table.cell(8, 4))
    document.save(str(tmp_path / "年报.docx"))
    [finding] = [one for one in check(tmp_path / "年报.docx").findings if one.code == "L106"]
    assert (str(finding.where), finding.found) == (f"{T3} 第 9 行第 4 列", None)
    assert finding.message.startswith("这里的 2 格合并成了一格")


def test_an_explanation_in_the_workbook_settles_a_finding_on_the_report(tmp_path: Path) -> None:
    book = SAMPLE.parent / "broken" / "Y401-已经说明.xlsx"
    written = build(book, tmp_path / "年报.docx").written
    assert written is not None
    carried = [one for one in check_against(written, book).findings if one.code == "Y401"]
    assert [(one.where.cell, one.blocks) for one in carried] == [("", False), ("", False)]
    assert ["位置 D5" in one.remedy for one in carried] == [True, False]


def test_a_section_or_table_that_is_missing_is_an_error(tmp_path: Path) -> None:
    data = edited(in_paragraph("三、收到和处理", lambda _: ""))
    assert found(data, tmp_path) == [("L105", T3)]


def torn(body: str, before: str, *, between: str) -> str:
    """Cut a table in two before a row, as people do to get it onto two pages."""
    row = body.rindex("<w:tr>" if "<w:tr>" in body else "<w:tr ", 0, body.index(before))
    table = body[body.rindex("<w:tbl>", 0, row) : row]
    head = table[: table.index("<w:tr>" if "<w:tr>" in table else "<w:tr ")]
    return f"{body[:row]}</w:tbl>{between}{head}{body[row:]}"


@pytest.mark.parametrize("between", ["", "<w:p/>", f"<w:p>{run('（续表）')}</w:p>"])
@pytest.mark.parametrize("label", ["8.属于行政查询事项", "四、结转下年度继续办理"])
def test_a_table_torn_in_two_is_said_to_be(label: str, between: str, tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(edited(lambda body: torn(body, label, between=between)))
    [finding] = [one for one in check(path).findings if one.code == "L105"]
    assert finding.message == f"这张表断成了几个表格，“{label}”起的行在另一个表格里。"
    assert "govdoc new" not in finding.remedy


def test_a_row_deleted_in_a_report_is_no_torn_table(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    document = Document(io.BytesIO(original()))
    table = document.tables[1]
    table._tbl.remove(table.rows[14]._tr)  # noqa: SLF001 - the library deletes no rows
    document.save(str(path))
    [finding] = [one for one in check(path).findings if one.code == "L105"]
    assert finding.message.startswith("缺少“8.属于行政查询事项”一行")
    assert finding.remedy.endswith("不便恢复的，从 govdoc 生成的报告里复制过来。")


def test_a_report_without_base_is_compared_by_its_tables(tmp_path: Path) -> None:
    data = with_part(edited(total_cell(swap(">66<", ">67<"))), "<x/>", "customXml/item1.xml")
    assert [one for one in found(data, tmp_path) if one[0][0] == "W"] == [("W701", RECEIVED)]


def test_a_report_is_read_as_the_edition_it_was_made_with(tmp_path: Path) -> None:
    layout = load_layout("2019")
    old = Report(
        layout,
        {"agency": "某局", "year": "2019"},
        {key: Figure(0, f"0{spec.unit}" if spec.kind == "money" else "0") for key, spec in layout.figures.items()},
        {section.key: (Entry("", "正文。"),) for section in layout.sections if section.table is None},
    )
    data = render(old)
    for name, one in (("有.docx", data), ("无.docx", with_part(data, "<x/>", "customXml/item1.xml"))):
        (tmp_path / name).write_bytes(one)
        assert read(tmp_path / name).report == old
    with pytest.raises(UsageError, match="2019"):
        check_against(tmp_path / "有.docx", SAMPLE)


def test_what_is_no_report_is_said(tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(b"PK")
    with pytest.raises(InputError):
        check(tmp_path / "坏.docx")
    with pytest.raises(UsageError):
        check_against(SAMPLE, SAMPLE)


# ---------------------------------------------------------------- the base


def test_the_base_comes_back_as_it_was_written() -> None:
    from lxml import etree

    odd = dataclasses.replace(
        report(),
        info={**report().info, "agency": 'A&B<"局'},
        narratives={
            **report().narratives,
            "problems": (Entry(" 头\n尾 ", ' 一\t"二"\n\n{{三.本年新收.总计|千分位}}<&>\x0b末'), Entry("", "")),
        },
    )
    base = make_base(odd, draft=True)
    assert read_base(etree.fromstring(base_part(base))) == base
    moved = base.with_values({"t3.received.total": "70"}, {base.places[0].name: "70"})
    assert read_base(etree.fromstring(base_part(moved))) == moved
    lines = moved.lines(report().layout)
    assert sum(line.text.count("申请70件") for line in lines) == 1
    assert [line.text for line in base.lines(odd.layout)] == [
        line.text.replace("\x0b", "\ufffd")
        for line in [*odd.introduction(), *(one for key in odd.narratives for one in odd.paragraphs(key))]
    ]


def test_a_part_of_another_program_is_no_base() -> None:
    from lxml import etree

    assert read_base(etree.fromstring("<x/>")) is None


def test_the_package_stays_small() -> None:
    assert len(original()) < 20_000
