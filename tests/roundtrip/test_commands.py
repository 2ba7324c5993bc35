"""The commands refresh, pull, template and check --against, as people run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.cli_helpers import english, leftovers, run
from tests.roundtrip.sessions import SAMPLE, document, edited, in_paragraph, marked, original, swap, with_part
from tests.roundtrip.sessions import run as words

if TYPE_CHECKING:
    from pathlib import Path

OWN_WORDS = ("bak", "dry-run", "template", "refresh", "pull", "against", "take", "workbook", "report")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    path.with_suffix(".docx").write_bytes(original())
    return path


def more_requests(book: Path) -> None:
    """Add two requests of natural persons that were granted."""
    sheets = load_workbook(book)
    sheets["三、依申请公开"]["D4"].value = 65
    sheets["三、依申请公开"]["D6"].value = 17
    sheets.save(book)


def test_refresh_says_what_it_wrote_and_keeps_the_former_file(book: Path) -> None:
    more_requests(book)
    file, former = book.with_suffix(".docx"), book.with_name("年报.docx.bak")
    ran = run("refresh", file, book, overwrites=[file])
    assert (ran.code, ran.err) == (0, "")
    first, *rest = ran.out.splitlines()
    assert first == "年报.docx  更新 8 个数据。"
    assert rest[0] == "更新："
    assert rest[1].split() == ["三、依申请公开!D4", "三.本年新收.自然人", "63", "→", "65"]
    assert ran.out.splitlines()[-1] == f"已写入 {file}，原来的在 {former}。"
    assert former.read_bytes() == original()
    assert english(ran.said, [*OWN_WORDS, str(book)]) == []
    again = run("refresh", file, book)
    assert (again.code, again.out, again.err) == (0, "年报.docx  更新 0 个数据。\n", "没有要改的，文件没有动。\n")
    assert leftovers(book.parent) == []


def test_a_dry_run_writes_nothing(book: Path) -> None:
    more_requests(book)
    ran = run("refresh", book.with_suffix(".docx"), book, "--dry-run")
    assert ran.code == 0
    assert ran.out.startswith("年报.docx  将更新 8 个数据。")
    assert ran.err == "没有写文件（--dry-run）。\n"


def test_a_conflict_has_its_own_exit_code(book: Path) -> None:
    more_requests(book)
    file = book.with_suffix(".docx")
    file.write_bytes(edited(swap(marked("66"), marked("67"))))
    ran = run("refresh", file, book, overwrites=[file])
    assert ran.code == 7
    lines = ran.out.splitlines()
    assert lines[0] == "年报.docx  更新 7 个数据，1 处要您决定。"
    assert lines[2].endswith("三.本年新收.总计  报告里改成了 67，工作簿是 68（生成时是 66）")
    assert english(ran.said, [*OWN_WORDS, str(book)]) == []


def test_findings_in_the_workbook_stop_a_refresh(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["三、依申请公开"]["D4"].value = -1
    sheets.save(book)
    ran = run("refresh", book.with_suffix(".docx"), book)
    assert ran.code == 3
    assert "报告没有更新" in ran.err
    assert "V203" in ran.err


def test_another_year_is_refused(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["基本信息"]["B3"].value = 2022
    sheets.save(book)
    for command in ("refresh", "pull"):
        ran = run(command, book.with_suffix(".docx"), book)
        assert (ran.code, "2022 年度" in ran.err) == (2, True)


def test_changed_basics_and_texts_are_said(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["基本信息"]["B6"].value = "2022-01-25"
    sheets["一、总体情况"]["B3"].value = "工作簿里改了。"
    sheets.save(book)
    ran = run("refresh", book.with_suffix(".docx"), book)
    assert "发布日期：2022-01-25" in ran.err
    assert "一、总体情况" in ran.err


def test_what_the_report_says_as_well_is_not_said(book: Path) -> None:
    """After a pull the workbook's text is another than when the report was generated, and the report's own."""
    file = book.with_suffix(".docx")
    edits = (swap("坚持先审后发", "始终坚持先审后发"), swap("2022-01-20", "2022-01-25"))
    file.write_bytes(edited(*edits))
    run("pull", file, book, overwrites=[book])
    sheets = load_workbook(book)
    sheets["基本信息"]["B6"].value = "2022-01-25"
    sheets.save(book)
    assert run("refresh", file, book).err == "没有要改的，文件没有动。\n"
    sheets["一、总体情况"]["B3"].value = "工作簿里又改了。"
    sheets.save(book)
    assert "工作簿里“一、总体情况”的文字在生成之后改过" in run("refresh", file, book).err


def test_pull_says_what_it_took(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(edited(swap("坚持先审后发", "始终坚持先审后发"), swap(marked("66"), marked("67"))))
    ran = run("pull", file, book, overwrites=[book])
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "年报.docx  取回“一、总体情况”的文字。"
    assert "按文字取回" in ran.err
    assert english(ran.said, [*OWN_WORDS, str(book)]) == []
    again = run("pull", file, book)
    assert again.out == "年报.docx  文字与工作簿一致，没有要取回的。\n"
    file.write_bytes(edited(swap(marked("66"), words("67"))))  # as text alone, without the mark
    assert "“三.本年新收.总计”没有标记了，按文字取回，不再随数据变。" in run("pull", file, book, overwrites=[book]).err


def test_pull_says_where_the_lines_of_the_basics_are_changed(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(edited(swap("2022-01-20", "2022-01-25")))
    ran = run("pull", file, book, overwrites=[book])
    assert (ran.code, "“基本信息”表生成" in ran.err) == (0, True)
    assert "基本信息" not in run("pull", file, book).err


def test_both_sides_changed_has_the_exit_code_of_conflicts(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["一、总体情况"]["B5"].value = "工作簿里改了。"
    sheets.save(book)
    file = book.with_suffix(".docx")
    file.write_bytes(edited(swap("坚持先审后发", "始终坚持先审后发")))
    ran = run("pull", file, book, overwrites=[book])
    assert (ran.code, "两边都改过" in ran.err) == (7, True)


def test_check_takes_a_report_and_a_workbook_to_compare_it_with(book: Path) -> None:
    file = book.with_suffix(".docx")
    assert run("check", file).out == f"{file}  核对无误。\n"
    more_requests(book)
    ran = run("check", file, "--against", book)
    assert ran.code == 3
    assert ran.out.count("W701") == 8


def test_an_output_that_exists_is_not_overwritten(book: Path) -> None:
    more_requests(book)
    file, target = book.with_suffix(".docx"), book.with_name("新.docx")
    target.write_bytes(b"theirs")
    assert run("refresh", file, book, "-o", target).code == 5
    assert run("refresh", file, book, "-o", target, "--force", overwrites=[target]).code == 0
    assert book.with_name("新.docx.bak").read_bytes() == b"theirs"
    assert file.read_bytes() == original()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("refresh", "年报.xlsx", "年报.docx"), 2),
        (("pull", "年报.xlsx", "年报.docx"), 2),
        (("refresh", "没有.docx", "年报.xlsx"), 4),
        (("refresh", "年报.docx", "没有.xlsx"), 4),
        (("refresh", "年报.docx", "年报.xlsx", "-o", "新.doc"), 2),
        (("pull", "年报.docx", "年报.xlsx", "-o", "新.xls"), 2),
        (("refresh", "坏.docx", "年报.xlsx"), 4),
        (("pull", "坏.docx", "年报.xlsx"), 4),
        (("refresh", "无.docx", "年报.xlsx"), 4),
        (("check", "年报.xlsx", "--against", "年报.xlsx"), 2),
        (("template", "-o", "模板.doc"), 2),
        (("template", "-o", "模板.docx", "--year", "1990"), 2),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    book: Path, arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    (book.parent / "坏.docx").write_bytes(b"PK\x03\x04")
    (book.parent / "无.docx").write_bytes(with_part(original(), "<x/>", "customXml/item1.xml"))
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert len(ran.err.splitlines()) >= 2
    assert leftovers(book.parent) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("refresh", "年报.xlsx", "年报.docx"), "govdoc refresh 年报.docx 年报.xlsx"),
        (("pull", "年报.xlsx", "我的.docx"), "govdoc pull 我的.docx 年报.xlsx"),
        (("check", "年报.xlsx", "--against", "我的.docx"), "govdoc check 我的.docx --against 年报.xlsx"),
        (("pull", "表.xlsx", "年报.xlsx"), "govdoc pull 年报.docx 年报.xlsx"),
        (("refresh", "年报.docx", "我的.docx"), "我的.docx 是 Word 报告，不是工作簿。"),
    ],
)
def test_files_in_the_wrong_order_are_said_with_the_right_command(
    book: Path, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert any(line.endswith(said) for line in ran.err.splitlines())


def test_pull_counts_tables_and_texts_apart(book: Path) -> None:
    file = book.with_suffix(".docx")
    table = f"<w:tbl><w:tr><w:tc><w:p>{words('月份')}</w:p></w:tc></w:tr></w:tbl>"
    file.write_bytes(edited(in_paragraph("坚持先审后发", lambda old: old + table)))
    ran = run("pull", file, book, overwrites=[book])
    assert "有 1 个表格在工作簿里没有位置，放到了“未归位文字”这张表。" in ran.err


def test_the_marks_of_a_check_go_into_a_workbook_alone(book: Path) -> None:
    copy = book.with_name("核对.xlsx")
    ran = run("check", book.with_suffix(".docx"), "--annotate", copy)
    assert (ran.code, copy.exists()) == (2, False)
    assert ran.err == (
        "年报.docx 是 Word 报告，问题只能标在工作簿的副本里。\n"
        f"请核对生成它的工作簿：govdoc check 年报.xlsx --annotate {copy}\n"
    )


# ---------------------------------------------------------------- templates


def test_a_template_handed_out_builds_the_same_report(book: Path) -> None:
    template, target = book.with_name("模板.docx"), book.with_name("报告.docx")
    assert run("template", "-o", template).code == 0
    assert run("build", book, "--template", template, "-o", target).code == 0
    assert target.read_bytes() == original()
    assert run("template", "-o", template).code == 5
    assert run("template", "-o", template, "--year", "2020", "--force", overwrites=[template]).code == 0
    ran = run("build", book, "--template", template, "-o", target, "--force")
    assert (ran.code, ran.out) == (6, "")
    assert ran.err == (
        "模板 模板.docx 是 2019 版表式的，这份报告用的是 2021 版。\n"
        "请取 2021 版的模板，把样子改好：govdoc template -o 模板-2021.docx --year 2021\n"
    )


TAG = "{{ 三.予以公开.自然人 }}"


@pytest.mark.parametrize(
    ("new", "code", "said"),
    [
        ("{{ 三.予以公开.自然 }}", 6, "是不是 三.予以公开.自然人"),
        ("15", 6, "没有 “三.予以公开.自然人”的位置"),
        ("{% cellbg 'FFFF00' %}{{ 三.予以公开.自然人 }}", 0, ""),
        ("{% if 三.予以公开.自然人 %}{{ 三.予以公开.自然人 }}{% endif %}", 0, ""),
        ("{% for 数 in [三.予以公开.自然人] %}{{ 数 }}{% endfor %}", 0, ""),
        ("{{ 三.予以公开.自然人.__class__ }}", 6, "有错"),
        ("{% if %}", 6, "有错"),
    ],
)
def test_a_restyled_template(book: Path, new: str, code: int, said: str) -> None:
    template = book.with_name("模板.docx")
    assert run("template", "-o", template).code == 0
    text = document(template.read_bytes())
    assert TAG in text
    template.write_bytes(with_part(template.read_bytes(), text.replace(TAG, new)))
    ran = run("build", book, "--template", template, "-o", book.with_name("报告.docx"))
    assert (ran.code, said in ran.err) == (code, True)


def test_the_paragraph_of_a_wrong_name_is_quoted(book: Path) -> None:
    template = book.with_name("模板.docx")
    run("template", "-o", template)
    wrong = "说明：本年收到{{ 三.本年新收.合计 }}件。"
    text = document(template.read_bytes()).replace(
        "{{p 导语 }}", "{{p 导语 }}</w:t></w:r></w:p><w:p><w:r><w:t>" + wrong
    )
    template.write_bytes(with_part(template.read_bytes(), text))
    ran = run("build", book, "--template", template, "-o", book.with_name("报告.docx"))
    assert ran.code == 6
    assert "“说明：本年收到{{ 三.本年新收.合计 }}件。”这一段里的“三.本年新收.合计”不是能用的名称" in ran.err
    assert "三.本年新收.总计" in ran.err
