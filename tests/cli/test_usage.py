"""Wrong usage and help: exit code 2 with a Chinese word of advice on stderr, help on stdout, nothing in English."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from govdoc import __version__
from govdoc.cli.main import COMMANDS
from tests.cli_helpers import CHAOYANG, Ran, english, run

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    *COMMANDS,
    *("workbook", "report"),  # what refresh --take takes
    *re.findall(r"--([\w-]+)", "".join(run(name, "--help").out for name in COMMANDS)),
]
NO_ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|Error|Missing|Invalid|No such|Got|default|required|<\w+>|Try", re.IGNORECASE
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(CHAOYANG, tmp_path / "年报.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(ran: Ran, *arguments: str) -> list[str]:
    """Return the English words that were said and not given."""
    return english(ran.said, [*arguments, *NAMES])


WRONG: list[tuple[list[str], str]] = [
    (["chek"], "没有“chek”这个命令"),
    (["chek", "年报.xlsx"], "没有“chek”这个命令"),
    (["某某局", "2021.xlsx"], "没有“某某局”这个命令"),
    (["--"], "没有写完整"),
    (["--", "--draft"], "没有“--draft”这个命令"),
    (["--draft"], "没有 --draft 这个选项"),
    (["--verison"], "是不是 --version？"),
    (["-x"], "没有 -x 这个选项"),
    (["build"], "缺少 文件.xlsx：填好的工作簿。"),
    (["build", "--draft"], "缺少 文件.xlsx"),
    (["build", "年报.xlsx", "年报.docx"], "多出了“年报.docx”"),
    (["build", "某某局", "2021年", "年报.xlsx"], "多出了“2021年 年报.xlsx”"),
    (["build", "年报.xlsx", "--dratf"], "是不是 --draft？"),
    (["build", "年报.xlsx", "--draft=1"], "--draft 后面不跟值"),
    (["build", "年报.xlsx", "-o"], "-o 后面要跟一个值"),
    (["build", "年报.xlsx", "--output"], "--output 后面要跟一个值"),
    (["build", "年报.xlsx", "-o", "年报.pdf"], "要写成 .docx 文件"),
    (["build", "年报.xlsx", "-o", "."], "不是文件名"),
    (["build", "年报.xlsx", "-o", ""], "不是文件名"),
    (["build", "年报.xlsx", "--format", "json"], "没有 --format 这个选项"),
    (["年报.xlsx", "--year", "2021"], "没有 --year 这个选项"),
    (["年报.xlsx", "另.xlsx"], "多出了“另.xlsx”"),
    (["check"], "缺少 文件.xlsx…：填好的工作簿，可以有几个。"),
    (["check", "--format", "xml", "年报.xlsx"], "--format text|json 填得不对：text 给人看"),
    (["check", "--format"], "--format 后面要跟一个值"),
    (["check", "年报.xlsx", "--draft"], "没有 --draft 这个选项"),
    (["new"], "缺少 -o, --output 文件.xlsx：写到哪个文件。"),
    (["new", "-o", "新.xlsx"], "缺少 --year 年度：报告年度"),
    (["new", "--year", "2024", "新.xlsx"], "缺少 -o, --output 文件.xlsx"),
    (["new", "-o", "新.xlsx", "--year", "今年"], "--year 年度 填得不对：报告年度，如 2024"),
    (["new", "-o", "新.xlsx", "--year", "2024.5"], "--year 年度 填得不对"),
    (["new", "-o", "新.xlsx", "--year", ""], "--year 年度 填得不对"),
    (["new", "-o", "新.xlsx", "--year", "9" * 5000], "--year 年度 填得不对"),
    (["new", "-o", "新.xlsx", "--year", "9" * 50], "没有适用于"),
    (
        ["new", "-o", "新.xlsx", "--year", "2018"],
        "没有适用于 2018 年度的表式。\n请检查年度；目前支持 2019 年度起的报告。",
    ),
    (["new", "-o", "新.docx", "--year", "2024"], "要写成 .xlsx 文件"),
    (["new", "-o", "..", "--year", "2024"], "不是文件名"),
    (["new", "-o", "新.xlsx", "--year", "2024", "某某局"], "多出了“某某局”"),
    (["", ""], "没有“”这个命令"),
    (["\x1b[2J"], "没有“\ufffd[2J”这个命令"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=lambda value: ascii(" ".join(value))[:40])
def test_wrong_usage_is_said_in_chinese_with_the_way_out(folder: Path, arguments: list[str], said: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert words(ran, *arguments) == []
    assert NO_ENGLISH.search(ran.err) is None
    assert sorted(path.name for path in folder.iterdir()) == ["年报.xlsx"]


@pytest.mark.parametrize("arguments", [arguments for arguments, said in WRONG if "选项" in said or "缺少" in said])
def test_wrong_usage_names_the_help(folder: Path, arguments: list[str]) -> None:
    assert folder.is_dir()
    assert re.search(r"用法见 govdoc (\w+ )?--help。\n$", run(*arguments).err)


def test_without_a_word_the_help_is_shown_as_a_message() -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == run("--help").out


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=" ".join)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_chinese_throughout(command: list[str], option: str) -> None:
    ran = run(*command, option)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"用法：{' '.join(['govdoc', *command])} ")
    assert words(ran) == []
    assert NO_ENGLISH.search(ran.out) is None
    assert "显示这段说明。" in ran.out


@pytest.mark.parametrize("columns", ["20", "50", "80", "300"])
def test_help_loses_nothing_on_a_narrow_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = {name: run(name, "--help").out for name in COMMANDS}
    monkeypatch.setenv("COLUMNS", columns)
    for name in COMMANDS:
        assert "".join(run(name, "--help").out.split()) == "".join(wide[name].split())
        assert "..." not in run("--help").out


def test_help_names_every_command_and_what_it_takes() -> None:
    ran = run("--help")
    assert [line.split()[0] for line in ran.out.partition("命令：\n")[2].partition("\n\n")[0].splitlines()] == list(
        COMMANDS
    )
    for name, options in {
        "build": ["-o, --output 文件.docx", "--draft", "--blank-as-zero", "--force"],
        "check": ["--format text|json"],
        "new": ["-o, --output 文件.xlsx", "--year 年度", "--agency 名称", "--force"],
    }.items():
        rows = run(name, "--help").out.partition("选项：\n")[2].splitlines()
        terms = [row.strip().partition("  ")[0] for row in rows]
        assert [term for term in terms if term in options] == options
        assert terms[-1] == "-h, --help"


def test_the_explanations_of_help_stand_under_one_another() -> None:
    rows = [line for line in run("build", "--help").out.partition("选项：\n")[2].splitlines() if line]
    columns = set()
    for row in rows:
        term = re.match(r"  .+?  +", row)
        assert term is not None
        columns.add(sum(2 if ord(character) > 0x2E80 else 1 for character in term[0]))
    assert len(columns) == 1


def test_the_version_is_a_result() -> None:
    assert run("--version") == Ran(0, f"govdoc {__version__}\n", "")
    assert run("--version", "年报.xlsx") == Ran(0, f"govdoc {__version__}\n", "")


def test_a_file_whose_name_begins_like_an_option_stands_behind_two_dashes(folder: Path) -> None:
    (folder / "年报.xlsx").rename(folder / "-年报.xlsx")
    ran = run("--", "-年报.xlsx")
    assert (ran.code, ran.out.partition("（")[0]) == (0, "已生成 -年报.docx")
    assert run("--", "check", "-").code == 4


@pytest.mark.parametrize(
    ("arguments", "command"),
    [(["build", "年报.xlsx", "-o"], "build"), (["年报.xlsx", "-o"], "build"), (["check", "--format"], "check")],
)
def test_an_option_without_its_value_names_the_help_of_its_command(
    folder: Path, arguments: list[str], command: str
) -> None:
    assert folder.is_dir()
    assert run(*arguments).err.splitlines()[-1] == f"用法见 govdoc {command} --help。"


def test_whether_a_file_can_be_read_is_found_out_by_reading_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert run("check", folder / "年报.xlsx").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "甲.xlsx", "--template", "乙.docx", "-o", "乙.docx"],
        ["aggregate", "甲.xlsx", "-o", "甲.xlsx"],
        ["aggregate", "甲.xlsx", "--own", "丙.xlsx", "-o", "丙.xlsx"],
        ["aggregate", "甲.xlsx", "--roster", "名册.xlsx", "-o", "名册.xlsx"],
        ["compare", "甲.xlsx", "上年.xlsx", "--format", "xlsx", "-o", "上年.xlsx"],
        ["check", "甲.xlsx", "--previous", "上年.xlsx", "--annotate", "上年.xlsx"],
        ["new", "--year", "2021", "--previous", "上年.xlsx", "-o", "上年.xlsx"],
        ["build", "甲.xlsx", "--previous", "上年.docx", "-o", "上年.docx", "--draft"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("linked", [False, True])
def test_what_a_file_is_made_from_is_not_written_over(folder: Path, arguments: list[str], *, linked: bool) -> None:
    """Not even with --force, nor under another name of the same file."""
    for name in ("甲.xlsx", "丙.xlsx", "上年.xlsx"):
        shutil.copy(CHAOYANG, folder / name)
    assert run("new", "-o", folder / "名册.xlsx", "--year", "2021").code == 0
    assert run("template", "-o", folder / "乙.docx").code == 0
    assert run("build", folder / "上年.xlsx", "-o", folder / "上年.docx").code == 0
    target = arguments[arguments.index("--annotate" if "--annotate" in arguments else "-o") + 1]
    if linked:
        other = f"又{target}"
        (folder / other).hardlink_to(folder / target)
        at = max(number for number, one in enumerate(arguments) if one == target)
        arguments, target = [*arguments[:at], other, *arguments[at + 1 :]], other
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ran = run(*arguments, "--force")
    assert (ran.code, f"{target} 是这次要读的文件，不能写在它上面。" in ran.err) == (5, True), ran
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
