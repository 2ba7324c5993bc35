"""The whole way in one process: what is written, what is not, and that nothing false is ever moved into place."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

import govdoc
from govdoc import pipeline
from govdoc.errors import ExitCode, InputError, LayoutError, OutputError, UsageError
from govdoc.files import Limits
from govdoc.layouts.schema import editions, load_layout
from govdoc.pipeline import Options, build, check, first_difference, new, read, render
from govdoc.report import Entry, Figure
from govdoc.writers.word import ReportTemplate
from tests.cli_helpers import CHAOYANG, ROOT, edited, leftovers

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.report import Report

T2, T3, INFO, OTHER = "二、主动公开", "三、依申请公开", "基本信息", "六、其他事项"
DRAFT, FORCE, BLANK_AS_ZERO = Options(draft=True), Options(force=True), Options(blank_as_zero=True)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copy(CHAOYANG, tmp_path / "年报.xlsx"))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return edited(tmp_path, {(T3, "E14"): None, (T3, "J6"): 15})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- reading and checking


def test_the_clean_sample_is_read_whole_and_found_clean() -> None:
    reading = read(CHAOYANG)
    assert (reading.findings, reading.filled) == ((), ())
    assert [key for key, figure in reading.report.figures.items() if figure.value is None] == []
    outcome = check(CHAOYANG)
    assert (outcome.findings, outcome.blocked, outcome.written) == ((), False, None)
    assert outcome.report == reading.report


def test_a_check_finds_everything_at_once_and_writes_nothing(faulty: Path) -> None:
    outcome = check(faulty)
    assert [(one.code, str(one.where)) for one in outcome.findings] == [
        ("S301", f"{T3}!J6"),
        ("V201", f"{T3}!E14"),
    ]
    assert (outcome.blocked, outcome.written, names(faulty.parent)) == (True, None, [faulty.name])


def test_blank_cells_are_read_as_zero_on_request_and_said(faulty: Path) -> None:
    outcome = check(faulty, BLANK_AS_ZERO)
    assert [str(one.where) for one in outcome.filled] == [f"{T3}!E14"]
    assert "V201" not in {one.code for one in outcome.findings}
    assert outcome.report.figures["t3.refused_enforcement.business"] == Figure(0, "0")


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_what_has_no_name_is_no_workbook(name: str) -> None:
    for step in (read, check, build):
        with pytest.raises(InputError, match="是文件夹"):
            step(Path(name))


@pytest.mark.parametrize("name", ["年报.docx", "年报.DOCX"])
def test_a_word_file_is_no_workbook(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CHAOYANG.read_bytes())
    for options in (Options(), FORCE):
        with pytest.raises(InputError, match="是 Word 文件"):
            build(tmp_path / name, options=options)
    assert (tmp_path / name).read_bytes() == CHAOYANG.read_bytes()


# ---------------------------------------------------------------- building


def test_the_report_lies_beside_the_workbook(book: Path) -> None:
    outcome = build(book)
    assert outcome.written == book.with_suffix(".docx")
    assert (names(book.parent), book.read_bytes()) == (["年报.docx", "年报.xlsx"], CHAOYANG.read_bytes())
    assert outcome.written.read_bytes() == render(outcome.report)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("年报.XLSX", "年报.docx"),
        ("年报.xlsm", "年报.docx"),
        ("某某局 2021 年报.xlsx", "某某局 2021 年报.docx"),
        ("某局.2021.xlsx", "某局.2021.docx"),
        ("年报", "年报.docx"),
        ("年报v1.2", "年报v1.2.docx"),
        (".xlsx", ".xlsx.docx"),
    ],
)
def test_the_report_is_named_after_the_workbook(tmp_path: Path, name: str, report: str) -> None:
    shutil.copy(CHAOYANG, tmp_path / name)
    assert build(tmp_path / name).written == tmp_path / report
    assert names(tmp_path) == sorted([name, report])


def test_the_report_lies_where_it_was_asked_for(book: Path, tmp_path: Path) -> None:
    (tmp_path / "送审").mkdir()
    target = tmp_path / "送审" / "送审稿.docx"
    assert build(book, target).written == target
    assert names(target.parent) == ["送审稿.docx"]


def test_the_same_workbook_gives_the_same_bytes(book: Path, tmp_path: Path) -> None:
    written = [build(book, tmp_path / f"{number}.docx").written for number in range(2)]
    assert len({path.read_bytes() for path in written if path is not None}) == 1


def test_findings_stop_the_report_and_an_old_one_stays(faulty: Path) -> None:
    old = faulty.with_suffix(".docx")
    for options in (Options(), FORCE):
        assert build(faulty, options=options).written is None
        assert not old.exists()
    old.write_bytes(b"edited in Word")
    for options in (Options(), FORCE):
        assert build(faulty, options=options).written is None
        assert old.read_bytes() == b"edited in Word"


def test_a_draft_is_written_in_spite_of_findings(faulty: Path) -> None:
    outcome = build(faulty, options=DRAFT)
    assert (outcome.blocked, outcome.written) == (True, faulty.with_suffix(".docx"))
    assert (
        faulty.with_suffix(".docx").read_bytes()
        == render(outcome.report, draft=True, findings=outcome.findings)
        != render(outcome.report)
    )


SHOWN: list[tuple[object, str]] = [
    *(("{{ x }}", "{{ x }}"), ("<b>&amp;</b>", "<b>&amp;</b>"), ("若\n干", "若 干"), ("'=1+1", "'=1+1"), ("-5", "-5")),
    *(
        (-5, "-5"),
        (1.5, "1.5"),
        (True, "TRUE"),
        ("1e5", "1e5"),
        ("１２件", "12"),
        ("无", "无"),
        (10**20, "1" + "0" * 20),
    ),
    *(("年报" * 5000, "年报" * 5000), ("a_x000B_b", "a\ufffdb"), (" 甲  乙 ", "甲 乙"), (None, "")),
]


def test_a_draft_shows_what_stands_in_the_number_cells(tmp_path: Path) -> None:
    book = edited(tmp_path, {(T3, f"D{row}"): content for row, (content, _) in enumerate(SHOWN, start=6)})
    rows = docx.Document(str(build(book, options=DRAFT).written)).tables[1].rows
    assert [row.cells[3].text for row in rows][5 : 5 + len(SHOWN)] == [shown for _, shown in SHOWN]


@pytest.mark.parametrize(
    "text",
    [
        "甲{{ x }}{% if %}{_{乙<w:p>&“甲”'乙'{{三.没有}}",
        "甲_x0007__x000C_乙\t丙\u00a0丁\u200f戊😀",
        "  甲\u3000乙  丙 ",
        "甲\u2028乙\n\n丙",
        "甲" * 32_000,
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_any_text_in_any_field_is_built_and_compared(tmp_path: Path, text: str) -> None:
    edits = {
        (INFO, "B2"): f"局{text}",
        (INFO, "B7"): text,
        (INFO, "B13"): "是",
        ("一、总体情况", "A3"): f"（一）{text}",
        ("一、总体情况", "B3"): f"{text}\n1.{text}",
        ("五、问题及改进", "A2"): text,
        (OTHER, "B2"): text,
    }
    assert build(edited(tmp_path, edits), options=DRAFT).written is not None


# ---------------------------------------------------------------- the target


def test_an_existing_report_is_refused_and_the_edits_in_it_are_named(book: Path) -> None:
    old = book.with_suffix(".docx")
    old.write_bytes(b"edited in Word")
    with pytest.raises(OutputError, match="已经存在") as raised:
        build(book)
    assert "修改" in raised.value.remedy
    assert "--force" in raised.value.remedy
    assert old.read_bytes() == b"edited in Word"
    assert build(book, options=FORCE).written == old
    assert zipfile.is_zipfile(old)


@pytest.mark.parametrize("name", ["年报.doc", "年报.pdf", "年报", "年报.docx.txt"])
def test_a_report_is_a_docx(book: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.docx") as raised:
        build(book, book.parent / name)
    assert raised.value.exit_code is ExitCode.USAGE
    assert names(book.parent) == [book.name]


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_a_folder_is_no_file_name(book: Path, tmp_path: Path, name: str) -> None:
    for step in (lambda: build(book, Path(name)), lambda: new(Path(name), 2024, {})):
        with pytest.raises(UsageError, match="不是文件名"):
            step()
    assert names(tmp_path) == [book.name]


def test_a_name_that_windows_forbids_is_refused(book: Path) -> None:
    with pytest.raises(OutputError, match="Windows"):
        build(book, book.parent / "CON.docx")
    assert names(book.parent) == [book.name]


def test_a_workbook_that_cannot_be_read_is_said_before_anything_about_the_target(tmp_path: Path) -> None:
    (tmp_path / "年报.docx").write_bytes(b"edited in Word")
    for source in (tmp_path / "年报.xlsx", tmp_path / "没有" / "年报.xlsx"):
        with pytest.raises(InputError, match="找不到"):
            build(source)


# ---------------------------------------------------------------- reading back


def changed(*replacements: tuple[str, str]) -> Callable[[bytes], bytes]:
    """Return what writes something else into the document."""

    def change(data: bytes) -> bytes:
        parts = {}
        with zipfile.ZipFile(BytesIO(data)) as package:
            for name in package.namelist():
                parts[name] = package.read(name)
        text = parts["word/document.xml"].decode()
        for old, instead in replacements:
            assert old in text
            text = text.replace(old, instead, 1)
        parts["word/document.xml"] = text.encode()
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for name, part in parts.items():
                package.writestr(name, part)
        return buffer.getvalue()

    return change


def lie(monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]) -> None:
    honest = ReportTemplate.render

    def render(self: ReportTemplate, report: Report, *, draft: bool = False, read_back: bool = False) -> bytes:
        return change(honest(self, report, draft=draft, read_back=read_back))

    monkeypatch.setattr(ReportTemplate, "render", render)


LIES = {
    "figure": changed((">16</w:t>", ">61</w:t>")),
    "sentence": changed(('<w:t xml:space="preserve">2021年', '<w:t xml:space="preserve">2020年')),
    "heading": changed(("（一）", "（二）")),
    "title": changed(("朝阳市", "夕阳市")),
    "publication": changed(("发布日期：2022", "发布日期：2021")),
    "lost section": changed(("一、总体情况", "一、概况")),
    "lost table": changed(("<w:tbl>", "<w:p><w:r><w:t>"), ("</w:tbl>", "</w:t></w:r></w:p>")),
    "cut short": lambda data: data[: len(data) // 2],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("what", LIES)
def test_a_report_that_differs_from_the_data_is_never_moved_into_place(
    book: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = book.with_suffix(".docx")
    target.write_bytes(b"edited in Word")
    lie(monkeypatch, LIES[what])
    with pytest.raises(LayoutError) as raised:
        build(book, options=FORCE)
    assert raised.value.exit_code is ExitCode.LAYOUT
    assert ".govdoc-" not in str(raised.value)
    assert (target.read_bytes(), leftovers(book.parent)) == (b"edited in Word", [])
    assert book.read_bytes() == CHAOYANG.read_bytes()


@pytest.mark.parametrize("options", [Options(), DRAFT])
def test_a_new_report_that_differs_from_the_data_is_not_made(
    book: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie(monkeypatch, LIES["figure"])
    with pytest.raises(LayoutError):
        build(book, options=options)
    assert names(book.parent) == [book.name]


def test_a_signature_is_read_back_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = edited(tmp_path, {(INFO, "B13"): "是"})
    assert build(book, tmp_path / "落款.docx").written is not None
    lie(monkeypatch, changed(("2022年", "2021年")))
    with pytest.raises(LayoutError, match="没有“"):
        build(book)


def test_the_first_difference_is_named_in_the_words_of_the_form(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(monkeypatch, LIES["figure"])
    with pytest.raises(LayoutError, match=r"三\..+应是“16”，读回的是“61”"):
        build(book)


def test_a_report_that_cannot_be_read_back_is_not_said_to_be_an_input(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govdoc.readers.word.LIMITS", Limits(paragraphs=5))
    with pytest.raises(LayoutError, match="读不回来"):
        build(book)
    assert names(book.parent) == [book.name]


def test_a_crash_while_reading_back_leaves_nothing(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(pipeline, "first_difference", crash)
    with pytest.raises(RuntimeError):
        build(book)
    assert names(book.parent) == [book.name]


def test_differences_are_found_in_what_is_printed() -> None:
    report = read(CHAOYANG).report
    assert first_difference(report, report) == ""
    assert first_difference(report, replace(report, source="另.xlsx")) == ""
    key = "t3.granted.natural"
    assert first_difference(report, report.with_figures({key: Figure(report.value(key), "十五")})).startswith(
        "三.予以公开.自然人"
    )
    assert "标题" in first_difference(report, replace(report, info=dict(report.info) | {"year": "2020"}))
    for section in ("overview", "problems", "other_matters"):
        other = replace(report, narratives=dict(report.narratives) | {section: (Entry("", "另一段。"),)})
        assert "文字不同" in first_difference(report, other)
    introduced = (Entry("导语", "另一段。"), *report.narratives["overview"])
    assert "导语" in first_difference(
        report, replace(report, narratives=dict(report.narratives) | {"overview": introduced})
    )


# ---------------------------------------------------------------- new workbooks


@pytest.mark.parametrize("edition", editions())
def test_a_new_workbook_is_of_the_edition_in_force(tmp_path: Path, edition: str) -> None:
    layout = load_layout(edition)
    for year in {layout.first_year, layout.last_year or 2099}:
        blank = new(tmp_path / f"{year}.xlsx", year, {"agency": "某某局"})
        report = read(blank.written).report
        assert (report.layout.edition, report.year, report.agency) == (edition, year, "某某局")


@pytest.mark.parametrize("year", [-1, 0, 24, 1949, 2018, 2100, 20244, 10**30])
def test_a_year_without_edition_is_refused(tmp_path: Path, year: int) -> None:
    with pytest.raises(UsageError, match="没有适用于") as raised:
        new(tmp_path / "年报.xlsx", year, {})
    assert raised.value.exit_code is ExitCode.USAGE
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["年报.xls", "年报.docx", "年报", "年报.xlsx.txt"])
def test_a_new_workbook_is_an_xlsx(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.xlsx"):
        new(tmp_path / name, 2024, {})
    assert names(tmp_path) == []


def test_a_filled_workbook_is_not_overwritten(book: Path) -> None:
    with pytest.raises(OutputError, match="已经存在") as raised:
        new(book, 2024, {})
    assert "填好的内容" in raised.value.remedy
    assert book.read_bytes() == CHAOYANG.read_bytes()
    assert new(book, 2024, {}, force=True).written == book
    assert book.read_bytes() != CHAOYANG.read_bytes()


@pytest.mark.parametrize(
    "agency",
    ["=1+1", "+86", "@x", "某<&>局", "{{ x }}", "某\n局", "_x0041_局", "😀局", "局" * 200, "a\tb"],
    ids=lambda text: ascii(text)[:20],
)
def test_any_agency_comes_back_from_a_new_workbook(tmp_path: Path, agency: str) -> None:
    report = read(new(tmp_path / "年报.xlsx", 2024, {"agency": agency}).written).report
    assert "".join(report.agency.split()) == "".join(agency.split())


# ---------------------------------------------------------------- the public interface


def test_the_public_names_are_there_and_no_others() -> None:
    assert set(govdoc.__all__) <= set(dir(govdoc))
    assert [name for name in govdoc.__all__ if not hasattr(govdoc, name)] == []
    assert not hasattr(govdoc, "nothing")


def test_the_page_of_the_interface_has_every_function_with_its_parameters() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"\| `govdoc\.(\w+)\((.*)\)` \|", page))
    functions = {name: getattr(govdoc, name) for name in govdoc.__all__ if name[0].islower()}
    assert {name: parameters(f"lambda {words}: 0") for name, words in written.items()} == {
        name: list(inspect.signature(function).parameters) for name, function in functions.items()
    }


def parameters(text: str) -> list[str]:
    function = ast.parse(text, mode="eval").body
    assert isinstance(function, ast.Lambda)
    return [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
