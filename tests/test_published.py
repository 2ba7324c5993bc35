"""What is written is read again: page, Word file, workbook and JSON say the same as the report they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from govdoc.importing import import_report
from govdoc.layouts.schema import load_layout
from govdoc.pipeline import first_difference, render
from govdoc.readers.data import from_json
from govdoc.readers.published import read_any, read_published
from govdoc.writers.data import to_json
from govdoc.writers.html import to_html
from tests.helpers import SAMPLE
from tests.strategies import Drawn, figures_that_add_up, holds, reports

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.report import Report

EDITIONS = ("2021", "2019")
SLOW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a report has too many parts to be shrunk in a test's time
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
EITHER = st.sampled_from(EDITIONS).flatmap(reports)


def assert_same(report: Report, again: Report) -> None:
    """Assert that two reports print the same, and mean the same by it."""
    assert again.layout is report.layout
    assert first_difference(report, again) == ""
    assert {key: figure.value for key, figure in again.figures.items()} == {
        key: figure.value for key, figure in report.figures.items()
    }
    assert again.publication == report.publication
    assert again.signature == report.signature


def published(path: Path, data: bytes) -> Report:
    path.write_bytes(data)
    read = read_published(path)
    assert read.settled.doubts == {}
    return read.report


@SLOW
@given(drawn=EITHER)
def test_a_page_says_the_same(drawn: Drawn, tmp_path: Path) -> None:
    assert_same(drawn.report, published(tmp_path / "年报.html", to_html(drawn.report)))


@SLOW
@given(drawn=EITHER)
def test_a_word_file_says_the_same(drawn: Drawn, tmp_path: Path) -> None:
    assert_same(drawn.report, published(tmp_path / "年报.docx", render(drawn.report)))


@settings(SLOW, max_examples=100)
@given(drawn=EITHER)
def test_json_says_the_same(drawn: Drawn) -> None:
    data = to_json(drawn.report)
    assert from_json(data.decode("utf-8")) == drawn.report
    assert to_json(from_json(data.decode("utf-8"))) == data


@pytest.mark.parametrize("suffix", ["html", "docx", "json"])
def test_the_sample_comes_back(suffix: str, tmp_path: Path) -> None:
    report = read_any(SAMPLE).report
    path = tmp_path / f"年报.{suffix}"
    path.write_bytes({"html": to_html(report), "docx": render(report), "json": to_json(report)}[suffix])
    reading = read_any(path)
    assert reading.findings == ()
    assert_same(report, reading.report)


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_imported_workbook_says_the_same(edition: str, tmp_path: Path) -> None:
    layout = load_layout(edition)
    figures = figures_that_add_up(layout, lambda place: place * 7 % 23)
    assert holds(layout, figures)
    report = _report(edition)
    page = tmp_path / "去年.html"
    page.write_bytes(to_html(report))
    target = tmp_path / "去年.xlsx"
    imported = import_report(page, target)
    assert imported.doubts == ()
    assert {finding.code for finding in imported.outcome.findings if finding.blocks} == {"L109"}
    assert_same(report, read_any(target).report)


def _report(edition: str) -> Report:
    from govdoc.report import Entry, Figure, Report
    from govdoc.values import show_number

    layout = load_layout(edition)
    figures = figures_that_add_up(layout, lambda place: place * 7 % 23)
    shown = {
        key: Figure(
            value, f"{show_number(value)}万元" if layout.figures[key].kind == "money" and value else show_number(value)
        )
        for key, value in figures.items()
    }
    year = str(layout.last_year or 2023)
    info = {"agency": "云岭市水务局", "year": year, "published": "2024-01-18", "origin": "云岭市水务局办公室"}
    narratives = {
        "overview": (Entry("导语", "统计期限为全年。"), Entry("（一）主动公开情况", "全年公开320条。\n解读12条。")),
        "problems": (
            Entry("（一）存在的主要问题", "人手不足，任务较重。"),
            Entry("（二）改进情况", "已经补充两人到岗。"),
        ),
        "other_matters": (Entry("", "全年收取信息处理费0元。"),),
    }
    return Report(layout, info, shown, narratives)
