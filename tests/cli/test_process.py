"""The command as a process of its own: exit codes, streams, interrupts, a quick start, no traceback but for a bug."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli_helpers import CHAOYANG, ROOT, Ran, edited, environment, leftovers, run_process

HEAVY = {"openpyxl", "docxtpl", "docx", "lxml", "jinja2", "python_calamine", "msgspec"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(CHAOYANG, tmp_path / "年报.xlsx")
    return tmp_path


def python(code: str, folder: Path, *arguments: str, wait_for: str = "") -> Ran:
    """Run code in front of the command; interrupt it once it has made a file of that name."""
    environ = environment()
    script = folder.parent / f"{folder.name}-run.py"
    script.write_text(
        f"{code}\nfrom govdoc.cli.main import run\nrun({['年报.xlsx', *arguments]!r})\n", encoding="utf-8"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)], cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if wait_for:
        deadline = time.monotonic() + 30
        while not (folder / wait_for).exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
    while wait_for and process.poll() is None:  # an interrupt can fall where Python lets none through
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


# ---------------------------------------------------------------- exit codes and streams


def test_a_report_is_built_from_any_folder_without_locale(folder: Path) -> None:
    ran = run_process("年报.xlsx", folder=folder)
    assert ran == Ran(0, "已生成 年报.docx（6 个部分，200 个数据，核对无误）。\n", "文字可以在 Word 里接着修改。\n")
    assert sorted(path.name for path in folder.iterdir()) == ["年报.docx", "年报.xlsx"]


def test_each_end_has_its_exit_code(folder: Path) -> None:
    edited(folder, {("三、依申请公开", "E14"): None}, "有错.xlsx")
    assert [
        run_process(*arguments, folder=folder).code
        for arguments in (
            ["check", "年报.xlsx"],
            ["chek"],
            ["check", "有错.xlsx"],
            ["没有.xlsx"],
            ["年报.xlsx", "-o", "无/x.docx"],
        )
    ] == [0, 2, 3, 4, 5]


def test_results_and_messages_have_a_stream_each(folder: Path) -> None:
    edited(folder, {("三、依申请公开", "E14"): None}, "有错.xlsx")
    ran = run_process("check", "有错.xlsx", "没有.xlsx", "--format", "json", folder=folder)
    assert ran.code == 4
    assert [one["code"] for one in json.loads(ran.out)["findings"]] == ["V201"]
    assert ran.err.splitlines()[0] == "找不到文件 没有.xlsx。"


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_text_is_utf_8_whatever_the_system_says(folder: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    assert "核对无误" in run_process("check", "年报.xlsx", folder=folder).out
    assert "找不到" in run_process("check", "没有😀.xlsx", folder=folder).err


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such file names")
def test_a_file_name_that_is_no_text_is_built_and_shown(folder: Path) -> None:
    try:
        (folder / "年报.xlsx").rename(folder / "\udcff年报.xlsx")
    except OSError:
        pytest.skip("this file system takes text alone")
    ran = run_process("\udcff年报.xlsx", folder=folder)
    assert (ran.code, ran.out.split("（")[0]) == (0, "已生成 \\udcff年报.docx")


# ---------------------------------------------------------------- ends that nobody asked for

BUG = """
import govdoc.checks.catalogue as catalogue
def crash(report):
    raise ZeroDivisionError("a rule that crashes")
    yield
catalogue.CHECKS = (*catalogue.CHECKS, crash)
"""


def test_a_bug_shows_its_traceback_and_writes_nothing(folder: Path) -> None:
    ran = python(BUG, folder)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("govdoc 自身出了错，不是文件的问题。")
    assert "Traceback (most recent call last)" in ran.err
    assert ran.err.endswith("ZeroDivisionError: a rule that crashes\n")
    assert sorted(path.name for path in folder.iterdir()) == ["年报.xlsx"]


SLOW = """
import time
from pathlib import Path
import govdoc.pipeline as pipeline
def slow(*_, **__):
    Path("written").touch()
    time.sleep(60)
pipeline.{step} = slow
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("step", ["check", "_rendered", "first_difference"])
@pytest.mark.parametrize("old", [None, b"edited in Word"])
def test_an_interrupted_build_leaves_what_was_there(folder: Path, step: str, old: bytes | None) -> None:
    target = folder / "年报.docx"
    if old is not None:
        target.write_bytes(old)
    ran = python(SLOW.format(step=step), folder, "--force", wait_for="written")
    assert ran == Ran(130, "", "已中断，没有写出文件。\n")
    assert (target.read_bytes() if target.exists() else None) == old
    assert leftovers(folder) == []


DISGUISED = """
import govdoc.pipeline as pipeline
def check(*_, **__):
    try:
        raise KeyboardInterrupt
    {disguise}
pipeline.check = check
"""


@pytest.mark.parametrize(
    "disguise",
    [
        "finally:\n        raise ValueError('a member is still open')",  # as ZipFile.__exit__ does
        "except KeyboardInterrupt as error:\n        raise RuntimeError('__set_name__') from error",  # as a class does
    ],
    ids=["context", "cause"],
)
def test_an_interrupt_that_comes_out_as_another_exception_is_one(folder: Path, disguise: str) -> None:
    ran = python(DISGUISED.format(disguise=disguise), folder)
    assert ran == Ran(130, "", "已中断，没有写出文件。\n")


def test_an_interrupt_while_the_command_is_loaded_leaves_no_traceback(folder: Path) -> None:
    broken = folder / "typer.py"
    broken.write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "govdoc", "年报.xlsx"], cwd=folder, env=environment(), capture_output=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, b"", b"")


def test_an_interrupt_that_python_ignores_comes_again(folder: Path) -> None:
    """Python only prints what is raised while it clears something away, and goes on."""
    (folder / "typer.py").write_text(
        "import time\nclass Last:\n    def __del__(self): raise KeyboardInterrupt\nLast()\ntime.sleep(30)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "govdoc", "年报.xlsx"]
    result = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False, timeout=20)
    assert (result.returncode, result.stdout, result.stderr) == (130, b"", b"")


def test_what_else_python_ignores_is_still_printed(folder: Path) -> None:
    (folder / "typer.py").write_text(
        "class Last:\n    def __del__(self): raise ValueError('said')\nLast()\nraise KeyboardInterrupt\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "govdoc", "年报.xlsx"]
    result = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False, timeout=20)
    assert (result.returncode, b"ValueError: said" in result.stderr) == (130, True)


@pytest.mark.skipif(os.name != "posix", reason="pipes of this kind")
def test_a_reader_that_has_enough_is_not_told_off(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "govdoc", "check", "年报.xlsx"]
    result = subprocess.run(
        command, cwd=folder, env=environment(), stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (5, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_result_that_cannot_be_written_is_said(folder: Path) -> None:
    for stream, code in (("stdout", 5), ("stderr", 4)):
        with Path("/dev/full").open("wb") as full:
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
            command = [sys.executable, "-m", "govdoc", "check", "没有.xlsx" if stream == "stderr" else "年报.xlsx"]
            result = subprocess.run(command, cwd=folder, env=environment(), check=False, timeout=60, **streams)  # type: ignore[call-overload]
        assert result.returncode == code
        if stream == "stdout":
            assert result.stderr.decode() == "结果没能全部写出。\n如果输出转到了文件，请检查磁盘空间。\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["build", "-h"], ["--version"]], ids=" ".join)
def test_help_that_cannot_be_written_is_said(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "govdoc", *arguments]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            command, cwd=ROOT, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert result.returncode == 5
    assert result.stderr.decode() == "结果没能全部写出。\n如果输出转到了文件，请检查磁盘空间。\n"


# ---------------------------------------------------------------- a quick start


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["build", "--help"], 0),
        (["--version"], 0),
        ([], 2),
        (["chek"], 2),
        (["build"], 2),
        (["new", "-h"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_needs_no_file_loads_no_library(arguments: list[str], code: int) -> None:
    assert loaded(arguments, ROOT, code) & HEAVY == set()


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["check", "年报.xlsx"], {"lxml", "python_calamine", "msgspec"}),
        (["build", "年报.xlsx"], {"lxml", "python_calamine", "msgspec", "docxtpl", "docx", "jinja2"}),
        (["figures", "年报.xlsx"], {"lxml", "python_calamine", "msgspec"}),
        (["export", "年报.xlsx", "--to", "html"], {"lxml", "python_calamine", "msgspec"}),
        (["new", "-o", "空白.xlsx", "--year", "2024"], {"lxml", "openpyxl", "msgspec"}),
        (["rules"], {"msgspec"}),
        (["layouts"], {"msgspec"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_what_it_needs_and_nothing_for_the_network(
    folder: Path, arguments: list[str], needed: set[str]
) -> None:
    assert loaded(arguments, folder, 0) & (HEAVY | {"http", "ssl"}) <= needed


def loaded(arguments: list[str], folder: Path, code: int) -> set[str]:
    """Run the command, and return the packages that it loads."""
    command = [sys.executable, "-X", "importtime", "-m", "govdoc", *arguments]
    result = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False, timeout=60)
    assert result.returncode == code
    found = {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in result.stderr.decode().splitlines()
        if line.startswith("import time:")
    }
    assert {"govdoc", "typer"} <= found
    return found
