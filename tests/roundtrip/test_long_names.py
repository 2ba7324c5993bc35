"""An organ's name that takes several lines of the title: it is one name to every command that reads the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.cli_helpers import run
from tests.roundtrip.sessions import SAMPLE, document

if TYPE_CHECKING:
    from pathlib import Path

NAME = "某某市城市管理和综合行政执法局（某某市城市管理局）"
BREAK = "<w:br/>"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook with a long name, its report beside it, signed."""
    path = tmp_path / "年报.xlsx"
    sheets = load_workbook(SAMPLE)
    for row in sheets["基本信息"].iter_rows():
        if row[0].value in ("机关名称", "落款"):
            row[1].value = NAME if row[0].value == "机关名称" else "是"
    sheets.save(path)
    ran = run("build", path)
    assert ran.code == 0, ran.said
    assert document(path.with_suffix(".docx").read_bytes()).count(BREAK) == 3  # two in the title, one in the 落款
    return path


def test_nothing_is_there_to_refresh_or_to_pull(book: Path) -> None:
    report = book.with_suffix(".docx")
    assert run("refresh", report, book).out == "年报.docx  更新 0 个数据。\n"
    assert run("pull", report, book).out == "年报.docx  文字与工作簿一致，没有要取回的。\n"


def test_the_report_is_checked_and_compared(book: Path) -> None:
    report = book.with_suffix(".docx")
    for arguments in ([report], [report, "--against", book]):
        ran = run("check", *arguments)
        assert (ran.code, ran.said.strip().endswith("年报.docx  核对无误。")) == (0, True)


def test_the_name_is_imported_in_one(book: Path) -> None:
    target = book.with_name("取.xlsx")
    run("import", book.with_suffix(".docx"), "-o", target)
    assert load_workbook(target)["基本信息"]["B2"].value == NAME
