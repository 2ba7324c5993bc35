"""``govdoc build`` and ``govdoc FILE``: the report beside the workbook, or the findings and nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from govdoc.files import template_path
from tests.cli_helpers import CHAOYANG, edited, english, leftovers, run

T3, INFO = "三、依申请公开", "基本信息"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copy(CHAOYANG, tmp_path / "年报.xlsx"))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return edited(tmp_path, {(T3, "E14"): None}, "有错.xlsx")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_clean_workbook_is_built(book: Path) -> None:
    ran = run("build", book)
    assert (ran.code, ran.out) == (0, f"已生成 {book.with_suffix('.docx')}（6 个部分，200 个数据，核对无误）。\n")
    assert ran.err == "文字可以在 Word 里接着修改。\n"
    assert names(book.parent) == ["年报.docx", "年报.xlsx"]


def test_a_workbook_with_an_error_is_not_built(faulty: Path) -> None:
    ran = run("build", faulty)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("有错.xlsx  1 处错误；报告没有生成。\n\n三、依申请公开!E14  V201 错误  ")
    assert "--draft" in ran.err.splitlines()[-1]
    assert names(faulty.parent) == ["有错.xlsx"]


def test_warnings_do_not_stop_the_report_and_are_not_hidden(tmp_path: Path) -> None:
    book = edited(tmp_path, {(T3, "D6"): "１５件"})
    ran = run("build", book)
    assert (ran.code, ran.out) == (0, f"已生成 {book.with_suffix('.docx')}（6 个部分，200 个数据）。\n")
    assert ran.err.startswith("年报.xlsx  1 条警告；不影响报告。\n\n三、依申请公开!D6  V205 警告  ")


def test_a_draft_is_written_with_its_findings(faulty: Path) -> None:
    ran = run("build", faulty, "--draft")
    assert (ran.code, ran.out) == (
        0,
        f"已生成草稿 {faulty.with_suffix('.docx')}（每页印有“草稿”，不能作为正式报告）。\n",
    )
    assert ran.err.startswith("有错.xlsx  1 处错误；草稿照样生成。\n\n")
    with ZipFile(faulty.with_suffix(".docx")) as package:
        assert "草稿" in package.read("word/header1.xml").decode()


def test_blank_cells_read_as_zero_are_named(tmp_path: Path) -> None:
    book = edited(tmp_path, {(T3, "E14"): None, (T3, "E15"): None, ("二、主动公开", "B3"): None})
    ran = run("build", book, "--blank-as-zero")
    assert ran.code == 0
    first = "按 --blank-as-zero 的要求，下列 3 个空格按 0 处理：二、主动公开!B3；三、依申请公开!E14:E15。"
    assert ran.err.splitlines()[0] == first
    assert run("build", book).code == 3


def test_the_output_goes_where_it_is_told(book: Path) -> None:
    target = book.parent / "送审稿.docx"
    for arguments in (["-o", str(target)], ["--output", str(target), "--force"]):
        ran = run("build", book, *arguments, overwrites=[target])
        assert (ran.code, ran.out.split("（")[0]) == (0, f"已生成 {target}")


def test_an_existing_report_is_kept_unless_forced(book: Path) -> None:
    target = book.with_suffix(".docx")
    target.write_bytes(b"edited in Word")
    for arguments in ([], ["--draft"]):
        ran = run(book, *arguments)
        assert (ran.code, ran.out) == (5, "")
        assert ran.err == (
            "年报.docx 已经存在，没有覆盖。\n"
            "覆盖会丢掉在 Word 里对它做过的修改。要留着它，请用 -o 另起文件名；确定不要了，再加 --force。\n"
        )
    assert run(book, "--force", overwrites=[target]).code == 0
    assert target.read_bytes().startswith(b"PK")


def test_findings_are_said_before_an_existing_report_is(faulty: Path) -> None:
    faulty.with_suffix(".docx").write_bytes(b"edited in Word")
    ran = run(faulty)
    assert (ran.code, "V201" in ran.err) == (3, True)


@pytest.mark.parametrize("target", ["没有/年报.docx", "CON.docx", "a:b.docx", "目录.docx", "年报.docx "], ids=ascii)
def test_a_target_that_cannot_be_written_is_said_to_be(book: Path, target: str) -> None:
    (book.parent / "目录.docx").mkdir()
    ran = run("build", book, "-o", book.parent / target)
    assert (ran.code, ran.out) == (5 if target.strip() == target else 2, "")
    assert english(ran.err, [target, str(book.parent)]) == ["Windows"] * ("Windows" in ran.err)
    assert names(book.parent) == ["年报.xlsx", "目录.docx"]


@pytest.mark.parametrize("arguments", [[], ["--force"], ["--draft"]])
def test_a_report_is_no_workbook(tmp_path: Path, arguments: list[str]) -> None:
    report = Path(shutil.copy(template_path("2021"), tmp_path / "年报.docx"))
    ran = run("build", report, *arguments)
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("年报.docx 是 Word 文件，不是工作簿。\n")


# ---------------------------------------------------------------- a file in the place of a command


@pytest.mark.parametrize(
    "name",
    [
        *(
            "年报.xlsx",
            "check.xlsx",
            "new.xlsx",
            "build.xlsx",
            "某某局 2021 年报.xlsx",
            "年报（终稿）.xlsx",
            "a.b.xlsx",
        ),
        *("年报", "report", "--年报.xlsx", "年报.XLSX", "年报.xlsm"),
    ],
)
def test_a_file_alone_is_built(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(CHAOYANG, tmp_path / name)
    if name.startswith("-"):
        assert run("build", "--", name).code == 0
        assert run(f"./{name}", "--force", overwrites=[tmp_path / "--年报.docx"]).code == 0
    else:
        assert run(name).code == 0
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize("name", ["check", "new", "build"])
def test_a_file_named_as_a_command_is_reached_by_its_path(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(CHAOYANG, tmp_path / name)
    assert run(name).code == 2
    assert run(f"./{name}").code == 0
    assert names(tmp_path) == sorted([name, f"{name}.docx"])


@pytest.mark.parametrize(
    "arguments", [["--draft", "年报.xlsx"], ["年报.xlsx", "--draft"], ["-o", "年报.docx", "年报.xlsx", "--draft"]]
)
def test_options_stand_before_or_after_the_file(
    book: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    ran = run(*arguments)
    assert (ran.code, ran.out) == (0, "已生成草稿 年报.docx（每页印有“草稿”，不能作为正式报告）。\n")


# ---------------------------------------------------------------- a broken template


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/document.xml", "{{ 三.予以公开.自然人 }}", "{{ 三.予以公开.自燃人 }}"),
        ("word/document.xml", "{{ 三.予以公开.自然人 }}", "{{ 三.部分公开.自然人 }}"),
        ("word/document.xml", "{{ 三.予以公开.自然人 }}", "{{ ''.__class__ }}"),
        ("word/document.xml", "{{p 总体情况 }}", "{{p 主动公开 }}"),
        ("word/document.xml", "{{r 标题 }}", "标题"),
        ("word/styles.xml", "heading 3", "标题三"),
        ("word/document.xml", "</w:body>", ""),
    ],
)
def test_a_broken_template_makes_no_report(
    book: Path, tmp_path: Path, part: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken" / "report.docx"
    broken.parent.mkdir()
    with ZipFile(template_path("2021")) as source, ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data.decode()
                data = data.decode().replace(old, new).encode()
            target.writestr(name, data)
    monkeypatch.setattr("govdoc.writers.word.template_path", lambda _: broken)
    ran = run(book)
    assert (ran.code, ran.out) == (6, "")
    assert "模板" in ran.err
    assert "Traceback" not in ran.err
    assert (names(book.parent), leftovers(book.parent)) == (["broken", "年报.xlsx"], [])


def test_a_missing_template_is_a_broken_installation(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govdoc.writers.word.template_path", lambda edition: book.parent / edition)
    ran = run(book)
    assert (ran.code, ran.out) == (6, "")
    assert names(book.parent) == ["年报.xlsx"]
