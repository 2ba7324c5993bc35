"""Last year's report at hand: a new workbook that follows it, and checks against it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from govdoc import pipeline
from govdoc.layouts.schema import load_layout
from govdoc.writers.workbook import make_workbook
from tests.cli_helpers import CHAOYANG, run


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """The sample as last year's workbook."""
    return Path(shutil.copy(CHAOYANG, tmp_path / "上年.xlsx"))


@pytest.fixture
def following(tmp_path: Path, last: Path) -> Path:
    """The workbook of the year after the sample's, blank but for what follows from it."""
    return pipeline.new(tmp_path / "今年.xlsx", 2022, {}, previous=last).written


def test_a_new_workbook_takes_over_what_last_year_fixes(following: Path, last: Path) -> None:
    report, before = pipeline.read(following).report, pipeline.read(last).report
    assert (report.year, report.agency) == (2022, before.agency)
    assert "published" not in report.info
    assert {key: figure.value for key, figure in report.previous.items()} == {
        key: figure.value for key, figure in before.figures.items()
    }
    given = {key: report.value(key) for key in report.figures if report.value(key) is not None}
    assert given == {
        f"t3.carried_over.{column.key}": before.value(f"t3.carried_forward.{column.key}")
        for column in report.layout.table["t3"].blocks[0].columns
    }
    assert [entry.heading for entry in report.narratives["problems"]] == ["（一）存在的主要问题", "（二）改进情况"]
    assert not any(entry.text for entries in report.narratives.values() for entry in entries)


def test_the_report_in_word_serves_as_last_year_too(tmp_path: Path, last: Path) -> None:
    word = pipeline.build(last).written
    assert word is not None
    blank = pipeline.new(tmp_path / "今年.xlsx", 2022, {"agency_type": "政府部门"}, previous=word)
    report = pipeline.read(blank.written).report
    assert report.last_value("t3.received.total") == 66
    assert [entry.heading for entry in report.narratives["overview"]][:2] == ["导语", "（一）主动公开情况"]


def test_what_the_other_edition_counted_otherwise_is_said(tmp_path: Path) -> None:
    old = tmp_path / "2020.xlsx"
    layout = load_layout("2019")
    figures = dict.fromkeys(layout.figures, 0)
    old.write_bytes(make_workbook(layout, info={"agency": "某某局", "year": 2020}, figures=figures))
    ran = run("new", "-o", tmp_path / "2021.xlsx", "--year", "2021", "--previous", old)
    assert ran.code == 0
    assert "二.规范性文件.有效" in ran.err
    report = pipeline.read(tmp_path / "2021.xlsx").report
    assert report.last_value("t2.normative.in_force") is None
    assert report.last_value("t3.carried_forward.total") == 0


def test_another_year_than_the_one_before_is_refused(tmp_path: Path, last: Path) -> None:
    ran = run("new", "-o", tmp_path / "2024.xlsx", "--year", "2024", "--previous", last)
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "2024.xlsx").exists()


def test_check_and_build_compare_with_the_report_given(tmp_path: Path, last: Path) -> None:
    ran = run("check", last, "--previous", last)
    assert ran.code == 3
    assert "Y407" in ran.out
    assert run("build", last, "--previous", last, "-o", tmp_path / "年报.docx").code == 3


def test_findings_are_marked_in_a_copy(tmp_path: Path) -> None:
    faulty = Path(shutil.copy(CHAOYANG.parent / "broken" / "S301-各列之和.xlsx", tmp_path / "年报.xlsx"))
    before = faulty.read_bytes()
    copy = tmp_path / "年报-核对.xlsx"
    ran = run("check", faulty, "--annotate", copy)
    assert (ran.code, faulty.read_bytes()) == (3, before)
    marked, plain = pipeline.check(copy), pipeline.check(faulty)
    assert [(one.code, str(one.where)) for one in marked.findings] == [
        (one.code, str(one.where)) for one in plain.findings
    ]
    assert run("check", faulty, "--annotate", copy).code == 5
    assert run("check", faulty, "--annotate", copy, "--force").code == 3
    assert run("check", faulty, faulty, "--annotate", tmp_path / "另.xlsx").code == 2


# ---------------------------------------------------------------- compare


def test_compare_of_this_year_with_the_last_says_nothing_else(following: Path, last: Path) -> None:
    ran = run("compare", following, last)
    assert (ran.code, ran.err) == (0, "")


def test_compare_of_years_that_do_not_follow_one_another_says_so(tmp_path: Path, following: Path, last: Path) -> None:
    later = pipeline.new(tmp_path / "2024.xlsx", 2024, {"agency": "某某局"}).written
    swapped = run("compare", last, following)
    assert (swapped.code, swapped.out.startswith("朝阳市政府办公室2021年 与 朝阳市政府办公室2022年")) == (0, True)
    assert swapped.err == "年度写反了：前一份是 2021 年度的，后一份是 2022 年度的；请先写本年，再写上年。\n"
    assert run("compare", last, last, "--format", "json").err == "两份都是 2021 年度的，没有上年可比。\n"
    assert run("compare", later, last).err == (
        "两份报告不是同一个机关的：“某某局”和“朝阳市政府办公室”。两份报告不是相邻的年度：2024 和 2021。\n"
    )


def test_a_new_workbook_says_that_last_year_s_report_is_another_organ_s(tmp_path: Path) -> None:
    last = pipeline.new(tmp_path / "去年.xlsx", 2023, {"agency": "某某市水务局"}).written
    said = {}
    for name in ("某某市水务局", "某某市 水务局", "某某市林业局"):
        ran = run("new", "-o", tmp_path / f"{name}.xlsx", "--year", "2024", "--agency", name, "--previous", last)
        said[name] = (ran.code, "“某某市水务局”" in ran.err)
    assert said == {"某某市水务局": (0, False), "某某市 水务局": (0, False), "某某市林业局": (0, True)}
