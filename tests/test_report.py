"""The Report: what is printed of it, which lines are headings, when two say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govdoc.finding import Location
from govdoc.layouts.schema import load_layout
from govdoc.report import BODY, Entry, Figure, Paragraph, Report, heading_level, lines_of, written_date

LAYOUT = load_layout("2021")
INFO = {"agency": "某某局", "year": "2021"}


def report(info: dict[str, str] | None = None, **narratives: list[tuple[str, str]]) -> Report:
    return Report(
        LAYOUT,
        INFO if info is None else info,
        {key: Figure(0, "0") for key in LAYOUT.figures},
        {key: tuple(Entry(heading, text) for heading, text in rows) for key, rows in narratives.items()},
    )


def printed(heading: str, text: str) -> list[tuple[int, str]]:
    return [(one.level, one.text) for one in report(problems=[(heading, text)]).paragraphs("problems")]


# ---------------------------------------------------------------- headings


@pytest.mark.parametrize(
    ("line", "level"),
    [
        *(("（一）主动公开", 2), ("(一)主动公开", 2), ("（一)主动公开", 2), ("（十二）其他", 2), ("（二十）其他", 2)),
        *(
            ("1.主动公开", 3),
            ("1．主动公开", 3),
            ("１．主动公开", 3),
            ("1、主动公开", 3),
            ("12.其他", 3),
            ("1. 主动公开", 3),
        ),
        *(("（1）网站", 4), ("(1)网站", 4), ("（１）网站", 4), ("（12）网站", 4)),
        *(
            ("1.5倍于上年", None),
            ("1．5倍", None),
            ("2021.1.5", None),
            ("2021年", None),
            ("123.甲", None),
            ("1甲", None),
        ),
        *(
            ("一、总体情况", None),
            ("第一，", None),
            ("（甲）乙", None),
            ("（）", None),
            ("①网站", None),
            ("一）甲", None),
            ("", None),
        ),
    ],
)
def test_a_numbering_makes_a_level(line: str, level: int | None) -> None:
    assert heading_level(line) == level


@pytest.mark.parametrize("end", list("。；：，、！？;:,!?…"))
def test_a_numbered_sentence_is_body_text(end: str) -> None:
    assert printed("", f"1.主动公开{end}") == [(BODY, f"1.主动公开{end}")]


@pytest.mark.parametrize(("length", "level"), [(39, 3), (40, 3), (41, BODY), (500, BODY)])
def test_a_long_numbered_line_is_body_text(length: int, level: int) -> None:
    line = "1." + "公" * (length - 2)
    assert printed("", line) == [(level, line)]


def test_the_heading_cell_makes_a_heading_whatever_its_length_and_end() -> None:
    assert printed("（一）主动公开情况。", "正文") == [(2, "（一）主动公开情况。"), (BODY, "正文")]
    assert printed("信息处理费", "") == [(2, "信息处理费")]
    assert printed("1.主动公开", "") == [(3, "1.主动公开")]
    assert printed("（1）" + "公" * 60, "") == [(4, "（1）" + "公" * 60)]
    assert printed(" （一）主动\n公开 ", "") == [(2, "（一）主动公开")]


def test_an_empty_heading_is_not_printed() -> None:
    assert printed("", "甲\n乙") == printed(" \n ", "甲\n乙") == [(BODY, "甲"), (BODY, "乙")]
    assert printed("", "") == []


def test_lines_are_paragraphs_without_the_spaces_around_them() -> None:
    assert lines_of("\u3000\u3000甲  乙\u00a0\n\n \t\n丙 ") == ["甲  乙", "丙"]
    assert lines_of("") == lines_of("\n \n") == []


# ---------------------------------------------------------------- introduction


def test_an_introduction_is_printed_apart_and_without_its_heading() -> None:
    made = report(overview=[("导语", "甲\n（一）乙"), ("（一）丙", "丁"), ("导语", "戊")])
    assert made.introduction() == [Paragraph(BODY, text) for text in ("甲", "（一）乙", "戊")]
    assert made.paragraphs("overview") == [Paragraph(2, "（一）丙"), Paragraph(BODY, "丁")]


def test_only_the_first_section_has_an_introduction() -> None:
    made = report(problems=[("导语", "甲")])
    assert made.introduction() == []
    assert made.paragraphs("problems") == [Paragraph(2, "导语"), Paragraph(BODY, "甲")]


# ---------------------------------------------------------------- title, publication, signature


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ({"agency": "某某局", "year": "2021"}, ("某某局", "2021年政府信息公开工作年度报告")),
        ({"year": "2021"}, ("（机关名称未填）", "2021年政府信息公开工作年度报告")),
        ({"agency": "{year}{0}"}, ("{year}{0}", "（年度未填）年政府信息公开工作年度报告")),
    ],
)
def test_the_title_has_units(info: dict[str, str], title: tuple[str, ...]) -> None:
    assert report(info).title == title


@pytest.mark.parametrize(
    ("info", "line"),
    [
        ({"published": "2022-01-20", "origin": "{agency}"}, ("发布日期：2022-01-20", "信息来源：{agency}")),
        ({"published": "", "origin": "办公室"}, ("信息来源：办公室",)),
        ({}, ()),
    ],
)
def test_the_publication_has_the_parts_that_are_known(info: dict[str, str], line: tuple[str, ...]) -> None:
    assert report(info).publication == line


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"signature": "是", "agency": "某某局", "published": "2022-01-05"}, ("某某局", "2022年1月5日")),
        ({"signature": "是", "agency": "某某局"}, ("某某局",)),
        ({"signature": "是"}, ()),
        ({"signature": "否", "agency": "某某局", "published": "2022-01-05"}, ()),
        ({"agency": "某某局", "published": "2022-01-05"}, ()),
    ],
)
def test_the_signature_is_printed_on_request(info: dict[str, str], expected: tuple[str, ...]) -> None:
    assert report(info).signature == expected


@pytest.mark.parametrize(
    ("iso", "written"), [("2022-01-05", "2022年1月5日"), ("2022-12-31", "2022年12月31日"), ("", "")]
)
def test_a_date_is_written_without_leading_zeros(iso: str, written: str) -> None:
    assert written_date(iso) == written


@pytest.mark.parametrize(("text", "year"), [("2021", 2021), ("", None), ("二〇二一", None), ("2021年", None)])
def test_the_year_is_a_number_or_none(text: str, year: int | None) -> None:
    assert report({"year": text}).year == year


# ---------------------------------------------------------------- the same, or not


def test_reports_that_say_the_same_are_equal_wherever_they_were_read() -> None:
    one = report(problems=[("", "甲")])
    key = "t3.granted.natural"
    elsewhere = replace(
        one.with_figures({key: Figure(0, "0", Location("另.xlsx", "三", 5, 3))}),
        narratives={"problems": (Entry("", "甲", Location("另.xlsx", "五", 1, 1)),)},
        source="另.xlsx",
    )
    assert one == elsewhere
    assert one != one.with_figures({key: Figure(1, "1")})
    assert one != replace(one, narratives={"problems": (Entry("", "乙"),)})
    assert one != replace(one, info=INFO | {"agency": "另一局"})


def test_with_figures_leaves_the_report_it_is_made_from() -> None:
    one = report()
    other = one.with_figures({"t3.granted.natural": Figure(None, "—")})
    assert (one.value("t3.granted.natural"), other.value("t3.granted.natural")) == (0, None)
    assert other.value("t3.received.natural") == 0
    assert one.value("不存在") is None
