"""Figure references: looked up, formatted, and left as they are where they name nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from govdoc.figures import Problem, in_chinese, listed, look_up, pieces, problems
from govdoc.readers.bind import bind_book
from govdoc.report import Figure, Report
from tests.helpers import sample


def resolve(text: str, report: Report) -> str:
    """Return a text as it is printed."""
    return "".join(piece.text for piece in pieces(text, lambda reference: look_up(reference, report)))


@pytest.fixture(scope="module")
def report() -> Report:
    """The sample, with two of last year's figures known."""
    previous = {"t3.received.total": Figure(60, "60"), "t3.granted.total": Figure(0, "0")}
    return replace(bind_book(sample()).report, previous=previous)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("收到{{三.本年新收.总计}}件", "收到66件"),
        ("{{ 三．不予公开．总计 }}件", "1件"),
        ("{{三.本年新收.法人}}", "3"),
        ("{{三.无法提供.法人}}", "2"),
        ("{{四.行政诉讼.总计}}", "2"),
        ("{{四.复议后起诉.尚未审结}}", "1"),
        ("{{二.规章.制发}}、{{二.行政许可}}、{{二.行政事业性收费}}", "0、0、0"),
        ("{{三.本年新收.总计|中文}}", "六十六"),
        ("{{三.本年新收.总计|同比}}", "增长10%"),
        ("{{三.予以公开.总计|占比:三.办理结果.总计}}", "24.62%"),
        ("{{上年.三.本年新收.总计}}", "60"),
        ("{{三.本年新收.总计|万}}", "0.0066万"),
        ("{{三.本年新收.总计|千分位}}", "66"),
        ("没有引用，{ 单括号 }，{{ascii}}，{{ 7*7 }}，{{", "没有引用，{ 单括号 }，{{ascii}}，{{ 7*7 }}，{{"),
        ("{{三.本年新收.合计}}", "{{三.本年新收.合计}}"),
    ],
)
def test_a_reference_is_printed_as_its_figure_and_other_braces_as_they_are(
    report: Report, text: str, printed: str
) -> None:
    assert resolve(text, report) == printed


@pytest.mark.parametrize(
    ("now", "then", "printed"),
    [
        (66, 66, "持平"),
        (60, 62, "下降3.23%"),
        (15731, 15563, "增长1.08%"),
        (3, 1, "增长200%"),
        (Decimal("1.5"), 1, "增长50%"),
    ],
)
def test_growth_is_rounded_half_up_to_two_places(report: Report, now: int, then: int, printed: str) -> None:
    changed = replace(
        report.with_figures({"t3.received.total": Figure(now, str(now))}),
        previous={"t3.received.total": Figure(then, str(then))},
    )
    assert resolve("{{三.本年新收.总计|同比}}", changed) == printed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{三.本年新收.合计}}", "没有“三.本年新收.合计”这个数据"),
        ("{{三.本年新收.总计|大写}}", "没有“大写”这种格式，可用的有：同比、占比:地址、中文、千分位、万"),
        ("{{三.予以公开.总计|同比}}", "上年数是 0，算不出同比"),
        ("{{上年.二.规章.制发}}", "“上年数据”里没有“二.规章.制发”，填了才能引用"),
        ("{{三.本年新收.总计|占比:二.规章.制发}}", "分母是 0，算不出占比"),
        ("{{三.本年新收.总计|占比:没有}}", "没有“没有”这个数据"),
    ],
)
def test_what_cannot_be_looked_up_says_why(report: Report, text: str, reason: str) -> None:
    assert [(one.reference, one.reason) for one in problems(text, report)] == [(text, reason)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{三.本年新收.总计}",
            "{{三.本年新收.总计}",
            "{三.本年新收.总计}}",
            "【三.本年新收.总计】",
            "[三.本年新收.总计]",
        ),
        *(
            "｛｛三.本年新收.总计｝｝",
            "{｛三.本年新收.总计｝}",
            "{{三.本年新收.总计",
            "三.本年新收.总计}}",
            "｛｛三.本年新收.总计",
        ),
    ],
)
def test_a_reference_in_other_brackets_is_no_text_to_print(report: Report, text: str) -> None:
    (problem,) = problems(f"收到{text}件，其中自然人3件", report)
    assert (problem.reference, problem.nearest, problem.maybe) == (
        text,
        ("三.本年新收.总计",),
        False,
    )


def test_a_misspelt_reference_in_wide_brackets_is_offered_what_is_nearest(report: Report) -> None:
    (problem,) = problems("{{三.本年新收.总计}}，｛｛三.予以公开.自然｝｝", report)
    assert (problem.reference, problem.nearest[0]) == ("｛｛三.予以公开.自然｝｝", "三.予以公开.自然人")


@pytest.mark.parametrize("text", ["{{J4}}", "{{}}", "{{ 7*7 }}"])
def test_braces_without_chinese_are_printed_and_said(report: Report, text: str) -> None:
    assert [(one.reference, one.maybe) for one in problems(text, report)] == [(text, True)]


@pytest.mark.parametrize("text", ["【政策】", "[2024]5号", "{ 单括号 }", "{% for x %}", "〔2021〕30号", "{{", "}}"])
def test_other_brackets_are_text(report: Report, text: str) -> None:
    assert list(problems(f"见{text}。", report)) == []


def test_a_long_text_in_brackets_takes_no_time(report: Report) -> None:
    assert list(problems("【" + "很长的一段" * 60_000 + "{{", report)) == []


def test_the_pieces_of_a_text_give_it_back_as_it_was_written(report: Report) -> None:
    text = "收到{{ 三.本年新收.总计 }}件，{{没有}}，{{三.本年新收.总计|中文}}"
    found = list(pieces(text, lambda reference: look_up(reference, report)))
    assert "".join(piece.written for piece in found) == text
    assert [piece.text for piece in found] == ["收到", "66", "件，{{没有}}，", "六十六"]


def test_the_nearest_addresses_are_offered(report: Report) -> None:
    (problem,) = problems("{{三.予以公开.自然}}", report)
    assert problem == Problem(
        "{{三.予以公开.自然}}", "没有“三.予以公开.自然”这个数据", ("三.予以公开.自然人", *problem.nearest[1:])
    )


def test_a_blank_figure_leaves_its_place_empty(report: Report) -> None:
    blank = report.with_figures({"t3.received.total": Figure(None, "")})
    text = "{{三.本年新收.总计}}|{{三.本年新收.总计|中文}}|{{三.予以公开.总计|占比:三.本年新收.总计}}"
    assert resolve(text, blank) == "||"
    assert list(problems(text, blank)) == []


def test_every_address_is_listed_once_with_what_a_reference_to_it_prints(report: Report) -> None:
    rows = listed(report)
    assert [one.address for one in rows] == list(report.layout.addresses)
    assert {one.address: one.shown for one in rows} == {
        one.address: resolve(f"{{{{{one.address}}}}}", report) for one in rows
    }
    assert {one.address: one.place for one in rows}["三.不予公开.总计"] == "三、依申请公开，8 格之和"


@pytest.mark.parametrize(
    ("number", "chinese"),
    [
        (0, "零"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (10_000, "一万"),
        (10_010, "一万零一十"),
        (100_010_000, "一亿零一万"),
        (1_573_179, "一百五十七万三千一百七十九"),
        (Decimal("12.05"), "十二点零五"),
    ],
)
def test_numbers_in_chinese_numerals(number: int | Decimal, chinese: str) -> None:
    assert in_chinese(number) == chinese
