"""``govdoc new``: a blank workbook that says how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.cli_helpers import english, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("year", ["2019", "2020", "2021", "2024", "2099"])
def test_a_new_workbook_holds_year_and_agency(tmp_path: Path, year: str) -> None:
    target = tmp_path / "年报.xlsx"
    ran = run("new", "-o", target, "--year", year, "--agency", "某某市“财政”局 <一>")
    assert (ran.code, ran.out) == (0, f"已生成 {target}。\n")
    assert f"govdoc {target}" in ran.err
    info = load_workbook(target)["基本信息"]
    assert (info["B2"].value, str(info["B3"].value)) == ("某某市“财政”局 <一>", year)


def test_the_same_command_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        assert run("new", "-o", tmp_path / name, "--year", "2024").code == 0
    assert (tmp_path / "甲.xlsx").read_bytes() == (tmp_path / "乙.xlsx").read_bytes()


def test_a_filled_workbook_is_kept_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "年报.xlsx"
    target.write_bytes(b"filled")
    ran = run("new", "-o", target, "--year", "2024")
    assert (ran.code, ran.out, english(ran.err)) == (5, "", [])
    assert "填好的内容" in ran.err
    assert target.read_bytes() == b"filled"
    assert run("new", "-o", target, "--year", "2024", "--force", overwrites=[target]).code == 0
    assert target.read_bytes() != b"filled"


def test_a_refused_year_writes_nothing(tmp_path: Path) -> None:
    ran = run("new", "-o", tmp_path / "年报.xlsx", "--year", "2018")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "没有适用于 2018 年度的表式。\n请检查年度；目前支持 2019 年度起的报告。\n"
    assert list(tmp_path.iterdir()) == []
