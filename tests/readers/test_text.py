"""Reports copied out of pages as text: tables in bars, in tabs, a cell a line; titles and headings as people write."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import InputError
from govdoc.layouts.schema import load_layout
from govdoc.readers.bind_page import Published, bind_page
from govdoc.readers.evidence import Certainty
from govdoc.readers.text import parse_text
from govdoc.readers.word import Text
from govdoc.report import Entry
from tests import page_variants as pages
from tests.readers.test_pages import codes, figures, read, unread, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.layouts.schema import Layout

AGENCY = "云岭市青岭区黑石街道办事处"
TITLE = f"{AGENCY}2023年政府信息公开工作年度报告"
LEAD = "本报告按照有关规定编制，所列数据的统计期限为2023年1月1日至12月31日，有疑问的请与我们联系。"
OVERVIEW = ["（一）主动公开情况", "公开信息三百条。", "（二）依申请公开情况", "全部按期答复。"]
Row = list[pages.C]


def filled(row: Row) -> str:
    """Return the bars with which a converter fills a row up to the width of its table."""
    return "|" * (sum(cell.columns for cell in row) - len(row))


def barred(row: Row) -> str:
    return " | ".join(cell.text for cell in row) + " |" + filled(row)


def leading(row: Row) -> str:
    return f"| {barred(row)}"


def unspaced(row: Row) -> str:
    return barred(row).replace(" ", "")


def stacked(row: Row) -> str:
    return "\n".join([*(f"{cell.text} |".lstrip() for cell in row), *([filled(row)] if filled(row) else [])])


def stacked_from_a_bar(row: Row) -> str:
    return "|\n" + "\n".join(f"{cell.text} |" for cell in row) + filled(row)


def stacked_in_one_row(row: Row) -> str:
    return "| " + " | ".join(f"\n {cell.text} " for cell in row) + " |" + filled(row)


def parted_by_bars(row: Row) -> str:
    return "\n|\n".join(cell.text for cell in row) + "\n|"


def lines(row: Row) -> str:
    return "\n\n".join(cell.text for cell in row)


def spaced_out(row: Row) -> str:
    return " ".join(cell.text for cell in row)


def tabs(row: Row) -> str:
    return "\t".join(cell.text for cell in row)


def parted_by_tabs(row: Row) -> str:
    return "\n\n\t\n\n".join(cell.text for cell in row) + "\n"


def led_by_tabs(row: Row) -> str:
    return "\n\t".join(cell.text for cell in row)


SHAPES = [
    *(barred, leading, unspaced, stacked, stacked_from_a_bar, stacked_in_one_row, parted_by_bars, lines, tabs),
    *(parted_by_tabs, led_by_tabs),
]


def text_of(
    layout: Layout,
    shape: Callable[[Row], str],
    change: Callable[[Row], Row] = list,
    title: str = TITLE,
    lead: str = LEAD,
) -> str:
    made = pages.tables(layout, figures(layout.edition))
    parts = [title, lead]
    for section in layout.sections:
        parts.append(section.heading)
        if section.table is not None:
            parts += [shape(change(row)) for row in made[section.table]]
        else:
            parts += OVERVIEW if section.key == "overview" else ["这一部分有待改进。"]
    return "\n".join(part for part in parts if part)


def bound(text: str) -> Published:
    return bind_page(parse_text(text, "年报.txt"))


@pytest.mark.parametrize("edition", ["2021", "2019"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_in_text_is_read_whole(shape: Callable[[Row], str], edition: str) -> None:
    published = bound(text_of(load_layout(edition), shape))
    assert wrong(published, figures(edition)) == {}
    assert unread(published) == []
    assert published.report.agency == AGENCY


def without_parts(row: Row) -> Row:
    """Return a row of table 3 with its total alone."""
    numbers = [cell for cell in row if cell.number]
    if len(numbers) != 7:
        return row
    return [replace(cell, text="") if cell.number and cell is not numbers[-1] else cell for cell in row]


@pytest.mark.parametrize("shape", [barred, leading, unspaced, stacked, parted_by_tabs, led_by_tabs])
def test_an_empty_cell_keeps_its_place(shape: Callable[[Row], str]) -> None:
    layout = load_layout("2021")
    published = bound(text_of(layout, shape, without_parts))
    expected = figures("2021")
    assert wrong(published, expected) == {}
    totals = [key for key in layout.figures if key.startswith("t3.") and key.endswith(".total")]
    assert [published.report.value(key) for key in totals] == [expected[key] for key in totals]


def without_total(row: Row) -> Row:
    """Return a row of table 3 without its last cell."""
    numbers = [cell for cell in row if cell.number]
    return [replace(cell, text="") if len(numbers) == 7 and cell is numbers[-1] else cell for cell in row]


@pytest.mark.parametrize("shape", [parted_by_tabs, led_by_tabs])
def test_an_empty_cell_at_the_end_of_a_row_keeps_its_place(shape: Callable[[Row], str]) -> None:
    layout = load_layout("2021")
    published = bound(text_of(layout, shape, without_total))
    expected = figures("2021")
    assert wrong(published, expected) == {}
    assert unread(published) == []
    inferred = {key for key in layout.figures if published.settled.certainty(key) is Certainty.INFERRED}
    assert inferred == {key for key in layout.figures if key.startswith("t3.") and key.endswith(".total")}


RENAMED = (
    ("属于行政执法案卷", "属于执法案卷信息"),
    ("信访举报投诉类申请", "信访、投诉、举报类的申请"),
    ("没有现成信息需要另行制作", "无现成信息，需另行制作"),
    ("（七）总计", "（七）合计"),
    ("行政规范性文件", "规范性文件"),
)


@pytest.mark.parametrize("shape", [lines, spaced_out])
def test_a_label_in_other_words_is_found_between_its_neighbours_and_said(shape: Callable[[Row], str]) -> None:
    layout = load_layout("2021")
    text = text_of(layout, shape)
    for own, other in RENAMED:
        assert own in text
        text = text.replace(own, other)
    published = bound(text)
    assert wrong(published, figures("2021")) == {}
    assert unread(published) == []
    said = "".join(what for what, _ in published.remarks)
    assert all(other.replace("（", "(").replace("）", ")").replace("，", ",") in said for _, other in RENAMED)


def test_tokens_that_stand_apart_are_cells() -> None:
    """A ten is never a one and a zero where the zeros of the text stand by themselves."""
    layout = load_layout("2021")
    keys = [f"t2.normative.{column}" for column in ("made", "repealed", "in_force")]

    def zeros(row: Row) -> Row:
        return [replace(cell, text="0") if cell.number else cell for cell in row]

    text = text_of(layout, spaced_out, zeros).replace("行政规范性文件 0 0 0", "行政规范性文件 10 5")
    published = bound(text)
    assert [published.report.value(key) for key in keys] == [None] * 3
    assert [published.settled.certainty(key) for key in keys] == [Certainty.UNREADABLE] * 3


def test_a_change_in_words_has_its_sign() -> None:
    layout = load_layout("2019")
    key = next(key for key, spec in layout.figures.items() if spec.kind == "change")
    page = pages.plain(layout, dict(figures("2019")))
    shown = str(figures("2019")[key])
    published = read(page.replace(f"<td>{shown}</td>", f"<td>减{shown}</td>"))
    assert published.report.value(key) == -int(shown)
    assert published.settled.certainty(key) is Certainty.NORMALISED
    assert "V205" in codes(published)


def test_two_bars_with_nothing_between_are_an_empty_cell() -> None:
    layout = load_layout("2021")

    def parted(row: Row) -> str:
        return "\n".join(f"{cell.text}\n|" if cell.text else "|" for cell in row) + f"\n||{filled(row)}"

    expected = figures("2021")
    published = bound(text_of(layout, parted, without_parts))
    assert wrong(published, expected) == {}
    totals = [key for key in layout.figures if key.startswith("t3.") and key.endswith(".total")]
    assert [published.report.value(key) for key in totals] == [expected[key] for key in totals]
    assert all(published.report.value(key) == expected[key] for key in layout.figures if key[:2] in ("t2", "t4"))


# ---------------------------------------------------------------- agency and year


@pytest.mark.parametrize(
    ("title", "lead", "agency", "year"),
    [
        (TITLE, LEAD, AGENCY, "2023"),
        (f"2023年{AGENCY}政府信息公开工作年度报告", LEAD, AGENCY, "2023"),
        ("2023年度青岭区黑石镇人民政府信息公开工作年度报告", LEAD, "青岭区黑石镇人民政府", "2023"),
        (f"{AGENCY}\n政府信息公开工作年度报告", LEAD, AGENCY, "2023"),
        ("", f"现公布{AGENCY}2023年政府信息公开工作年度报告。", AGENCY, "2023"),
        ("", f"按照条例，发布《{AGENCY}2023年政府信息公开工作年度报告》。", AGENCY, "2023"),
        ("", "按照条例和工作要求，现将我办2023年度政府信息公开情况报告如下：", "", "2023"),
        ("2023年政府信息公开工作年度报告", LEAD, "", "2023"),
        ("", f"按照条例规定，现公开{AGENCY}2023年政府信息公开工作年度报告。", AGENCY, "2023"),
        ("", "特向社会公布2023年度本单位政府信息公开工作年度报告。", "", "2023"),
        ("2023年度黑石镇人民政府信息公开年度报告", LEAD, "黑石镇人民政府", "2023"),
        (f"【年报】关于{AGENCY}2023年政府信息公开工作年度报告", LEAD, AGENCY, "2023"),
        ("政府信息公开\n2023年政府信息公开工作年度报告", LEAD, "", "2023"),
        ("某省政府信息公开办公室2023年政府信息公开工作年度报告", LEAD, "某省政府信息公开办公室", "2023"),
        ("", LEAD, "", "2023"),
        ("【打印】\n2023年度黑石镇政府信息公开工作年度报告\n来源：本站", "", "黑石镇", "2023"),
        ("政府信息公开年度报告\n发布日期：2024-01-20", "", "", "2023"),
        ("2023年政府信息公开工作年度报告（黑石镇人民政府）", LEAD, "黑石镇人民政府", "2023"),
        ("2023年政府信息公开工作年度报告——青岭区水务局", LEAD, "青岭区水务局", "2023"),
        ("2023年政府信息公开工作年度报告（公开版）", LEAD, "", "2023"),
        ("首页 > 政务公开 > 年报\n2023年黑石镇政府信息公开工作年度报告", LEAD, "黑石镇", "2023"),
        ("首页 > 政务公开 > 年报\n2023年政府信息公开工作年度报告", LEAD, "", "2023"),
        ("2023年政府信息公开工作年度报告", "一年来，我单位十分重视政府信息公开工作。", "", "2023"),
    ],
)
def test_agency_and_year_are_found_or_left_open(title: str, lead: str, agency: str, year: str) -> None:
    published = bound(text_of(load_layout("2021"), barred, title=title, lead=lead))
    assert published.report.info.get("agency", "") == agency
    assert published.report.info.get("year", "") == year


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            "请与我局办公室联系（地址：云岭市青岭路12号；邮编：432100；联系电话：0717-6123456；电子邮箱：a_b@yunling.example）。",
            {
                "address": "云岭市青岭路12号",
                "postcode": "432100",
                "phone": "0717-6123456",
                "email": "a_b@yunling.example",
            },
        ),
        (
            "联系地址为黑石街3号（街道办事处一楼），邮政编码４３２１０２，电话（0717）６１２３４５６、6123457，网址：www.heishi.example/gk/。",
            {
                "address": "黑石街3号（街道办事处一楼）",
                "postcode": "432102",
                "phone": "（0717）6123456",
                "website": "www.heishi.example/gk/",
            },
        ),
        ("公布了办公地址、邮编和电话，接听电话312个，邮箱2个。", {}),
    ],
)
def test_whom_to_ask_is_found_in_the_introduction(words: str, wanted: dict[str, str]) -> None:
    report = bound(text_of(load_layout("2021"), barred, lead=f"{LEAD}{words}")).report
    asked = {"address", "postcode", "phone", "email", "website"}
    assert {key: value for key, value in report.info.items() if key in asked} == wanted
    assert report.narratives["overview"][0] == Entry("导语", f"{LEAD}{words}")


def test_a_signature_dated_in_numerals_is_one() -> None:
    report = bound(f"{text_of(load_layout('2021'), barred)}\n{AGENCY}\n二〇二四年一月二十日").report
    assert (report.info["signature"], report.info["published"]) == ("是", "2024-01-20")
    assert report.narratives["other_matters"] == (Entry("", "这一部分有待改进。"),)


def test_a_text_that_names_no_year_has_none() -> None:
    published = bound(text_of(load_layout("2021"), barred, title="", lead=""))
    assert "year" not in published.report.info
    assert any("没有找到" in what for what, _ in published.remarks)


def test_the_paragraph_before_the_first_section_is_kept_without_a_title() -> None:
    published = bound("首页 | 公开 | 年报\n" + text_of(load_layout("2021"), lines, title=""))
    assert published.report.narratives["overview"][0].text == LEAD


@pytest.mark.parametrize(
    ("line", "date", "origin"),
    [
        ("来源：日期：2024-01-24 15:21字号：", "2024-01-24", None),
        ("2024-01-24 15:05:02 黑石街道办事处 字体：", "2024-01-24", None),
        ("[ 2024-01-24 ] 来源：黑石街道", "2024-01-24", "黑石街道"),
        ("发布日期: 2024- 01- 24 17: 11 访问次数: 信息来源: 办公室", "2024-01-24", "办公室"),
        ("成文日期： 2024-01-20", None, None),
        ("文    号：", None, None),
        ("来源 ： 黑石街道 发布日期 ： 2024-01-24", "2024-01-24", "黑石街道"),
        ("【发布时间：2024-01-24】【来源：黑石街道】【字号：大 中 小】", "2024-01-24", "黑石街道"),
        ("文章来源：黑石街道 发表时间：2024-01-24 9:05", "2024-01-24", "黑石街道"),
        ("发文机构：黑石街道 成文日期：2024-01-19 发布日期：2024-01-24", "2024-01-24", "黑石街道"),
        ("公开日期：2024-01-24 公开单位：黑石街道", "2024-01-24", "黑石街道"),
        ("发布机构 | 黑石街道 | 发文日期 | 2024-01-24 15:47", "2024-01-24", "黑石街道"),
        ("索 引 号： | 000-2024 | 发布 日期： | 2024年1月24日", "2024-01-24", None),
    ],
)
def test_a_line_of_particulars_is_no_text(line: str, date: str | None, origin: str | None) -> None:
    report = bound(text_of(load_layout("2021"), barred, title=f"{TITLE}\n{line}")).report
    assert (report.info.get("published"), report.info.get("origin")) == (date, origin)
    assert report.narratives["overview"][0].text == LEAD


@pytest.mark.parametrize(
    "line", ["2024年1月5日，街道开会研究了公开工作。", "现将有关情况报告如下：", "2023年1月1日至12月31日的情况如下。"]
)
def test_a_sentence_is_no_line_of_particulars(line: str) -> None:
    report = bound(text_of(load_layout("2021"), barred, title=f"{TITLE}\n{line}")).report
    assert "published" not in report.info
    assert report.narratives["overview"][0].text == f"{line}\n{LEAD}"


# ---------------------------------------------------------------- headings


def entries(published: Published, section: str) -> list[tuple[str, str]]:
    return [(entry.heading, entry.text) for entry in published.report.narratives[section]]


def test_headings_that_run_on_in_one_line_part_the_text() -> None:
    text = text_of(load_layout("2021"), lines).split("\n")
    published = bound(" ".join(line for line in text if line))
    assert wrong(published, figures("2021")) == {}
    assert unread(published) == []
    assert published.report.agency == AGENCY
    assert entries(published, "problems") == [("", "这一部分有待改进。")]


def test_a_sentence_that_names_the_sections_parts_nothing() -> None:
    lead = "全文包括一、总体情况；二、主动公开政府信息情况；六、其他需要报告的事项。"
    published = bound(text_of(load_layout("2021"), barred, lead=lead))
    assert published.report.narratives["overview"][0].text == lead
    assert entries(published, "other_matters") == [("", "这一部分有待改进。")]


def with_overview(*said: str) -> list[tuple[str, str]]:
    text = text_of(load_layout("2021"), barred, lead="").replace("\n".join(OVERVIEW), "\n".join(said))
    return entries(bound(text), "overview")


def test_a_heading_may_end_with_a_stop() -> None:
    assert with_overview("（一）主动公开情况。", "公开三百条。", "（二）平台建设情况：", "已改版。") == [
        ("（一）主动公开情况", "公开三百条。"),
        ("（二）平台建设情况", "已改版。"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        ("（一）收到申请3件。", "全部答复。"),
        ("（一）人手不足。", "（二）培训不够。"),
        ("（一）信息管理。机制已经健全，并", "按月检查。"),
    ],
)
def test_a_sentence_is_no_heading(said: tuple[str, ...]) -> None:
    assert with_overview(*said) == [("", "\n".join(said))]


@pytest.mark.parametrize("number", ["第{}部分 ", "第{}部分：", "第{}、", "{} ", "{}. ", "{}："])
def test_sections_may_be_numbered_in_other_ways(number: str) -> None:
    text = text_of(load_layout("2021"), barred)
    for section in load_layout("2021").sections:
        numeral, _, words = section.heading.partition("、")
        text = text.replace(section.heading, f"{number.format(numeral)}{words}")
    published = bound(text)
    assert not any("标题" in what for what, _ in published.remarks)
    assert entries(published, "problems") == entries(published, "other_matters") == [("", "这一部分有待改进。")]


@pytest.mark.parametrize(
    ("section", "heading"),
    [("problems", "五、不足之处及改进措施"), ("problems", "五、存在问题及下步打算"), ("other_matters", "六、其他事项")],
)
def test_a_heading_in_other_words_is_known_by_its_number_and_place(section: str, heading: str) -> None:
    layout = load_layout("2021")
    spec = next(one for one in layout.sections if one.key == section)
    published = bound(text_of(layout, barred).replace(spec.heading, heading))
    assert entries(published, section) == [("", "这一部分有待改进。")]
    assert any(heading in what for what, _ in published.remarks)


def test_words_beside_a_table_are_named() -> None:
    layout = load_layout("2021")
    said = "今年收到的申请都是个人提出的，已经全部按期答复，没有结转。"
    text = text_of(layout, barred).replace(
        "三、收到和处理政府信息公开申请情况", f"三、收到和处理政府信息公开申请情况\n{said}"
    )
    published = bound(text)
    assert any(said in what for what, _ in published.remarks)
    assert not any("没有读入" in what for what, _ in bound(text_of(layout, barred)).remarks)


def test_paragraphs_that_were_broken_into_lines_are_whole_again() -> None:
    said = (
        "（一）主动公开情况",
        "今年我们按照条例的要求公开各类信息，及时更新目录和指南，做到了应",
        "公开的全部公开，没有出现一件泄密的事情，群众普遍比较满意，全年还组",
        "织了两次培训，参加的人员包括各科室的信息员和分管的负责人，效果很好。",
        "（二）平台建设情况",
        "网站已经改版，新增了检索和订阅两项功能，并且与省级平台实现了数据的",
        "共享。",
    )
    assert with_overview(*said) == [
        ("（一）主动公开情况", "".join(said[1:4])),
        ("（二）平台建设情况", "".join(said[5:])),
    ]


def test_lines_of_their_own_stay_apart() -> None:
    said = ("三百条信息都在规定的时间内公开", "两百件申请也在规定的时间内答复", "一百次咨询也在规定的时间内回应")
    assert with_overview(*said) == [("", "\n".join(said))]


def test_an_empty_section_is_empty() -> None:
    text = text_of(load_layout("2021"), barred).replace("这一部分有待改进。", "")
    assert entries(bound(text), "problems") == []


def test_page_numbers_between_rows_are_no_figures() -> None:
    said = text_of(load_layout("2021"), lambda row: " ".join(cell.text for cell in row)).split("\n")
    numbered = [f"{line}\n— {place // 9 + 1} —" if place % 9 == 8 else line for place, line in enumerate(said)]
    published = bound("\n".join(numbered))
    assert wrong(published, figures("2021")) == {}
    assert unread(published) == []
    assert parse_text("甲\n- 3 -\n乙", "年报.txt").blocks[1] == Text("", "- 3 -")


def test_a_report_without_its_tables_has_no_figures() -> None:
    layout = load_layout("2021")
    published = bound("\n".join([TITLE, *(section.heading for section in layout.sections)]))
    assert unread(published) == list(layout.figures)


def test_bars_alone_say_nothing() -> None:
    blocks = parse_text("甲\n|\n乙\n|||\n", "年报.txt").blocks
    assert list(chain.from_iterable(block.text for block in blocks if isinstance(block, Text))) == ["甲", "乙"]


def test_a_form_feed_parts_lines() -> None:
    blocks = parse_text("甲\n\f一、总体情况\n乙", "年报.txt").blocks
    assert blocks == (Text("", "甲"), Text("", "一、总体情况"), Text("", "乙"))


# ---------------------------------------------------------------- Markdown


def test_the_marks_of_markdown_are_no_text() -> None:
    layout = load_layout("2021")
    made = pages.tables(layout, figures("2021"))
    text = [f"# {TITLE}", ""]
    for section in layout.sections:
        text += [f"## {section.heading}", ""]
        if section.table is None:
            text += ["### （一）主动公开情况", "**一是**公开信息三百条。", "__这一部分__有待改进，a * b * c。", ""]
            continue
        for row in made[section.table]:
            text += [f"| {' | '.join(f'**{cell.text}**' for cell in row)} |", "|---|---|"]
    published = bound("\n".join(text))
    assert wrong(published, figures("2021")) == {}
    assert unread(published) == []
    assert published.report.agency == AGENCY
    [entry] = published.report.narratives["overview"]
    assert (entry.heading, entry.text) == (
        "（一）主动公开情况",
        "一是公开信息三百条。\n这一部分有待改进，a * b * c。",
    )


@pytest.mark.parametrize(
    ("most", "mark", "what"),
    [
        ("\n" * 50_000, "\n", "里有超过 50000 行"),
        (("\t" * 100 + "\n") * 1000, "\t", "里有超过 100000 个单元格"),
        ("\t" * 256, "\t", "里有一行超过 256 个单元格"),
        ("1|" * 256, "1|", "里有一行超过 256 个单元格"),
    ],
)
def test_a_text_has_as_many_lines_and_cells_as_can_be_read_in_time(most: str, mark: str, what: str) -> None:
    assert parse_text(most, "年报.txt").file == "年报.txt"
    with pytest.raises(InputError, match=what):
        parse_text(most + mark, "年报.txt")
