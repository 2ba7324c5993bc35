"""``govdoc check``: findings are results, what cannot be read is a message, several files are checked each."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from unicodedata import category

import pytest

from tests.cli_helpers import CHAOYANG, SAMPLES, edited, english, run

T3 = "三、依申请公开"


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return Path(shutil.copy(CHAOYANG, tmp_path / "甲.xlsx"))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return edited(tmp_path, {(T3, "E14"): None}, "乙.xlsx")


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    return edited(tmp_path, {(T3, "D6"): "１５件"}, "丙.xlsx")


@pytest.fixture
def unread(tmp_path: Path) -> Path:
    path = tmp_path / "丁.xlsx"
    path.write_bytes(b"PK\x03\x04")
    return path


def test_a_clean_workbook(clean: Path) -> None:
    ran = run("check", clean)
    assert (ran.code, ran.out, ran.err) == (0, f"{clean}  核对无误。\n", "")


def test_a_workbook_with_an_error(faulty: Path) -> None:
    ran = run("check", faulty)
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.splitlines() == [
        f"{faulty}  1 处错误；改好后才能生成报告。",
        "",
        "三、依申请公开!E14  V201 错误  “7.属于行政执法案卷·商业企业”这一格空着，空着不等于 0。",
        "                               没有发生请填 0；有发生请填数字。",
        "",
    ]


def test_a_workbook_with_a_warning_alone(doubtful: Path) -> None:
    ran = run("check", doubtful)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{doubtful}  1 条警告；不影响生成报告。\n\n三、依申请公开!D6  V205 警告  ")


def test_a_blank_workbook_is_said_in_a_few_lines(tmp_path: Path) -> None:
    book = tmp_path / "空.xlsx"
    assert run("new", "-o", book, "--year", "2024").code == 0
    ran = run("check", book)
    assert ran.code == 3
    assert "数据格空着，共 144 格：D4:I26、D28:I28。" in ran.out
    assert len(ran.out.splitlines()) < 30
    data = json.loads(run("check", book, "--format", "json").out)
    blank = [(one["sheet"], one["cell"]) for one in data["findings"] if one["code"] == "V201"]
    assert (len(blank), len(set(blank))) == (166, 166)


def test_several_workbooks_are_said_one_after_another(clean: Path, faulty: Path, doubtful: Path) -> None:
    ran = run("check", clean, faulty, doubtful)
    assert (ran.code, ran.err) == (3, "")
    assert [line for line in ran.out.splitlines() if line.startswith(str(clean.parent))] == [
        f"{clean}  核对无误。",
        f"{faulty}  1 处错误；改好后才能生成报告。",
        f"{doubtful}  1 条警告；不影响生成报告。",
    ]
    assert run("check", clean, doubtful).code == 0


def test_a_file_that_cannot_be_read_does_not_hide_the_others(clean: Path, faulty: Path, unread: Path) -> None:
    ran = run("check", unread, faulty, clean.with_name("没有.xlsx"), clean)
    assert ran.code == 4
    assert [line.partition("，")[0] for line in ran.err.splitlines()[::2]] == [
        "丁.xlsx 已损坏",
        "找不到文件 没有.xlsx。",
    ]
    assert [line.split("  ")[0] for line in ran.out.splitlines() if line.startswith(str(clean.parent))] == [
        str(faulty),
        str(clean),
    ]


def test_json_is_one_object_on_stdout(clean: Path, faulty: Path, doubtful: Path, unread: Path) -> None:
    ran = run("check", "--format", "json", clean, faulty, doubtful)
    assert (ran.code, ran.err) == (3, "")
    data = json.loads(ran.out)
    assert (set(data), data["version"]) == ({"version", "findings"}, 1)
    assert [(one["code"], one["severity"], one["file"], one["sheet"], one["cell"]) for one in data["findings"]] == [
        ("V201", "error", "乙.xlsx", T3, "E14"),
        ("V205", "warning", "丙.xlsx", T3, "D6"),
    ]
    assert json.loads(run("check", "--format=json", clean).out) == {"version": 1, "findings": []}
    ran = run("check", "--format", "json", unread, faulty)
    assert (ran.code, [one["file"] for one in json.loads(ran.out)["findings"]]) == (4, ["乙.xlsx"])
    assert "丁.xlsx" in ran.err


@pytest.mark.parametrize("content", ["_x001B_[31m红", "a\u009b2Jb", "a\x7fb", "甲\r\n乙"], ids=ascii)
def test_what_a_terminal_would_obey_is_not_passed_on(tmp_path: Path, content: str) -> None:
    ran = run("check", edited(tmp_path, {(T3, "E14"): content, ("二、主动公开", "B4"): content}))
    assert ran.code == 3
    assert [one for one in ran.said if category(one) == "Cc" and one != "\n"] == []


BAD: dict[str, bytes | None] = {
    "没有.xlsx": None,
    "空.xlsx": b"",
    "文字.xlsx": "机关名称,某某局\n".encode(),
    "网页.xls": b"<html><table></table></html>",
    "截断.xlsx": CHAOYANG.read_bytes()[:5000],
    "图片.xlsx": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "旧.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
    "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "表.csv": "机关名称,某某局\n".encode("gbk"),
    "改名.xlsx": (SAMPLES.parent / "templates" / "2021" / "report.docx").read_bytes(),
    "~$年报.xlsx": b"\x05user" + b"\x00" * 160,
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["check", "build"])
def test_what_cannot_be_read_is_said_with_a_remedy(tmp_path: Path, name: str, command: str) -> None:
    path, data = tmp_path / name, BAD[name]
    if data is not None:
        path.write_bytes(data)
    ran = run(command, path)
    assert (ran.code, ran.out) == (4, "")
    assert name in ran.err
    assert len(ran.err.splitlines()) == 2
    assert english(ran.err, [name]) == []


@pytest.mark.parametrize(
    "name", ["", ".", "/", "目录", "a" * 300 + ".xlsx", "某" * 200, "a\nb.xlsx", "\udcff.xlsx"], ids=ascii
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_name_that_leads_nowhere_is_an_input_that_cannot_be_read(
    tmp_path: Path, name: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "目录").mkdir()
    ran = run(command, name)
    assert (ran.code, ran.out) == (4, "")
    assert ran.err


def test_the_marks_are_never_written_into_the_workbook_itself(tmp_path: Path) -> None:
    book, copy = edited(tmp_path, {("三、依申请公开", "E14"): None}), tmp_path / "核对.xlsx"
    before = book.read_bytes()
    ran = run("check", book, "--annotate", book, "--force")
    assert (ran.code, "另起一个文件名" in ran.err, book.read_bytes() == before) == (2, True, True)
    assert run("check", book, "--annotate", copy).code == 3
    assert run("check", copy, "--annotate", copy, "--force").code == 3  # its own marks are made anew
