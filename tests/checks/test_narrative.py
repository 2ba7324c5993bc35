"""N505 to N509: each raised once, and once nearly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govdoc.checks import narrative
from govdoc.finding import Severity
from govdoc.report import Entry, Report
from tests.prose_score import report

TEXT = "全年主动公开政府信息一千余条，内容准确，更新及时。"
FEE = "本年度收取信息处理费0元。"


def with_text(**sections: tuple[tuple[str, str], ...] | str) -> Report:
    """Return the bureau's report with its narrative; a plain text is one row without heading."""
    texts: dict[str, tuple[tuple[str, str], ...] | str] = {"overview": TEXT, "problems": TEXT, "other_matters": FEE}
    texts |= sections
    entries = {
        key: tuple(Entry(*row) for row in ([("", rows)] if isinstance(rows, str) else rows))
        for key, rows in texts.items()
    }
    return replace(report("bureau"), narratives=entries)


def found(one: Report) -> list[str]:
    return [finding.code for check in narrative.CHECKS for finding in check(one)]


def test_a_narrative_that_is_written_raises_nothing() -> None:
    assert found(with_text()) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [("", Severity.ERROR), ("无", Severity.WARNING), ("无。", Severity.WARNING), ("工作正常开展。", Severity.WARNING)],
)
def test_a_section_without_text(text: str, severity: Severity) -> None:
    [finding] = narrative.empty_sections(with_text(problems=text))
    assert (finding.code, finding.severity) == ("N505", severity)


def test_ten_characters_are_a_text_and_section_six_may_say_nothing() -> None:
    assert found(with_text(problems="工作正常开展，一切顺利")) == []
    assert found(with_text(other_matters="无")) == ["N506"]
    assert found(with_text(other_matters="")) == ["N505"]


def test_headings_alone_are_no_text_and_the_introduction_is_none_of_the_section() -> None:
    assert found(with_text(problems=(("（一）存在的主要问题", ""),))) == ["N505"]
    assert found(with_text(overview=(("导语", TEXT),))) == ["N505"]


def test_the_fee_must_be_stated() -> None:
    assert found(with_text(other_matters="本年度没有其他需要报告的事项。")) == ["N506"]
    assert found(with_text(other_matters=(("信息处理费", "本年度没有收取。"),))) == []
    assert found(with_text(other_matters="我局没有对政府信息公开申请收取任何费用。")) == []
    assert found(with_text(other_matters="发出收费通知0件，收取金额0元。")) == []
    assert found(with_text(other_matters="我局没有收取行政事业性费用。")) == ["N506"]


@pytest.mark.parametrize(
    "text",
    [
        "全年公开信息XX条",
        "全年公开信息××条",
        "收到申请……件",
        "情况待补充",
        "（待完善）",
        "TODO 补数字",
        "共ｘｘ件",
        "收到申请___件",
        "【此处填写】",
        "○○年度",
        "收到申请  件",
        "收到申请？件",
        "收到申请N件",
        "公布第X批目录",
        "见附件X",
        "占x%",
        "OO件",
        "※件",
        "（此处插入图表）",
        "（单位名称）",
        "收费{金额}元",
        "共#REF!件",
        "此处略",
        "{% if 本年有申请 and 申请数大于零 %}",
        "&nbsp;&nbsp;公开信息三百条",
        '<p style="text-indent:2em">公开信息三百条</p>',
        "公开信息三百条<br/>按时答复",
        "见表1错误!未找到引用源",
        "错误！未定义书签",
        "{# 本段由信息公开科核对后再补 #}",
    ],
)
def test_text_that_was_to_be_filled_in(text: str) -> None:
    assert found(with_text(overview=f"{TEXT}{text}。")) == ["N507"]


@pytest.mark.parametrize(
    "text",
    [
        "见 http://www.xxgk.gov.cn/xx/ 专栏",
        "“双随机、一公开”",
        "某某局",
        "省略号……之后",
        "公开制度有待完善",
        "目录亟待补充",
        "问题尚待核实",
        "AB岗",
        "5G 网络",
        "Excel 表",
        "A×B 两种",
        "收到 申请 48 件",
        "为什么？件件有答复",
        "N95口罩",
        "TBCD系统",
        "{{三.本年新收.总计}}件",
        "5×15公示",
        "研发A&B系统；",
        "办理时限<5天，满意率>99%",
        "a<b 且 c>d",
        "<附件1>",
        "更正错误！及时回复",
    ],
)
def test_text_that_only_looks_so(text: str) -> None:
    assert found(with_text(overview=f"{TEXT}{text}。")) == []


def headed(*headings: str) -> Report:
    return with_text(overview=tuple((heading, TEXT) for heading in headings))


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ((("（一）甲", ""), ("（二）乙", TEXT)), ["N505"]),
        ((("（一）甲", TEXT), ("（二）乙", " \n")), ["N505"]),
        ((("（一）甲", ""), ("", TEXT)), []),
        ((("（一）甲", ""), ("1.乙", TEXT)), []),
        ((("甲", ""), ("（一）乙", TEXT)), []),
        ((("（一）甲", ""), ("乙", TEXT)), []),
        ((("甲", ""), ("乙", TEXT)), ["N505"]),
        ((("导语", ""), ("（一）甲", TEXT)), []),
        ((("以上为本级数据。", ""), ("", TEXT)), []),
    ],
)
def test_a_heading_without_text_is_said(rows: tuple[tuple[str, str], ...], codes: list[str]) -> None:
    assert found(with_text(overview=rows)) == codes


@pytest.mark.parametrize(
    "headings",
    [
        ("（一）甲", "（三）乙"),
        ("（一）甲", "（一）乙", "（二）丙"),
        ("（二）甲", "（三）乙"),
        ("一、甲", "二、乙"),
        ("（一）甲", "（二）乙", "（四）丙", "（五）丁", "（七）戊"),
    ],
)
def test_numbers_that_skip_repeat_or_are_the_sections(headings: tuple[str, ...]) -> None:
    assert found(headed(*headings)) == ["N509"]


@pytest.mark.parametrize(
    "headings",
    [
        ("（一）甲", "（二）乙"),
        ("(一)甲", "（二）乙", "（三）丙"),
        ("甲", "乙"),
        ("导语", "（一）甲"),
        ("1.甲", "2.乙"),
        ("（1）甲", "（2）乙"),
    ],
)
def test_numbers_that_run(headings: tuple[str, ...]) -> None:
    assert found(headed(*headings)) == []


def test_lists_below_headings_begin_anew() -> None:
    text = "1.第一项工作已经完成。\n2.第二项工作正在推进。"
    assert found(with_text(overview=(("（一）甲", text), ("（二）乙", text)))) == []
    assert found(with_text(overview=(("（一）甲", text.replace("2.", "3.")), ("（二）乙", text)))) == ["N509"]
