"""Last year's report under this year's keys: what is the same count, what is handed on, what is not."""

from __future__ import annotations

from dataclasses import replace

from govdoc.layouts.schema import load_layout
from govdoc.previous import carried_on, inherited_headings, inherited_info, last_year
from govdoc.readers.bind import bind_book
from govdoc.report import Figure, Report
from tests.helpers import LAYOUT, sample


def report() -> Report:
    return bind_book(sample()).report


def test_all_figures_of_the_same_edition_are_comparable() -> None:
    found = last_year(report(), LAYOUT)
    assert found.missing == ()
    assert {key: figure.value for key, figure in found.figures.items()} == {
        key: figure.value for key, figure in report().figures.items()
    }


def test_a_blank_figure_of_last_year_is_left_out() -> None:
    found = last_year(report().with_figures({"t3.received.total": Figure(None, "")}), LAYOUT)
    assert set(report().figures) - set(found.figures) == {"t3.received.total"}


def test_what_edition_2019_counted_otherwise_is_named_and_left_out() -> None:
    old = load_layout("2019")
    last = replace(report(), layout=old, figures={key: Figure(1, "1") for key in old.figures})
    found = last_year(last, LAYOUT)
    assert {address.rpartition(".")[0] for address in found.missing if address.startswith("三.")} == {
        "三.逾期不补正",
        "三.逾期不缴费",
        "三.其他",
    }
    assert [address for address in found.missing if address.startswith("二.")] == [
        *(f"二.{row}.{column}" for row in ("规章", "规范性文件") for column in ("制发", "废止", "有效")),
        "二.行政许可",
        "二.行政处罚",
        "二.行政强制",
        "二.行政事业性收费",
    ]
    assert not [address for address in found.missing if address.startswith("四.")]


def test_only_the_carry_over_is_fixed_by_last_year_alone() -> None:
    last = last_year(report(), LAYOUT)
    assert {key: figure.value for key, figure in carried_on(last.figures, LAYOUT).items()} == {
        f"t3.carried_over.{column}": value
        for column, value in zip(
            ("natural", "business", "research", "welfare", "legal_service", "other", "total"),
            (1, 0, 0, 0, 0, 0, 1),
            strict=True,
        )
    }


def test_headings_and_fields_are_handed_on_without_text_year_and_date() -> None:
    assert inherited_info(report()) == {
        "agency": "朝阳市政府办公室",
        "agency_type": "政府部门",
        "scope": "本级",
        "origin": "朝阳市人民政府办公室",
        "signature": "否",
    }
    headings = inherited_headings(report(), LAYOUT)
    assert headings["problems"] == [("（一）存在的主要问题", ""), ("（二）改进情况", "")]
    assert all(text == "" for rows in headings.values() for _, text in rows)
