"""Published pages of every make: each figure is read right, or its doubt is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from govdoc.layouts.schema import load_layout
from govdoc.readers.bind_page import Published, bind_page
from govdoc.readers.evidence import Certainty
from govdoc.readers.html import parse_page
from tests import page_variants as pages
from tests.strategies import figures_that_add_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govdoc.values import Value


@cache
def figures(edition: str) -> dict[str, Value]:
    """Return figures no two of which are equal, as far as sums allow."""
    return figures_that_add_up(load_layout(edition), lambda place: 1_000 + 37 * place)


def read(text: str | bytes) -> Published:
    page = parse_page(text.encode("utf-8") if isinstance(text, str) else text, "年报.html")
    return bind_page(page.document, page.paths, page.title)


def wrong(published: Published, expected: Mapping[str, Value]) -> dict[str, object]:
    """Return the figures that are not what they should be and of which nothing is said."""
    return {
        key: (value, published.report.value(key))
        for key, value in expected.items()
        if published.report.value(key) != value
        and not (published.report.value(key) is None and published.settled.certainty(key) is Certainty.UNREADABLE)
    }


def unread(published: Published) -> list[str]:
    return [key for key, figure in published.report.figures.items() if figure.value is None]


@pytest.mark.parametrize("edition", ["2021", "2019"])
@pytest.mark.parametrize("name", pages.VARIANTS)
def test_a_page_is_read_whole(name: str, edition: str) -> None:
    layout = load_layout(edition)
    expected = figures(edition)
    published = read(pages.VARIANTS[name](layout, expected))
    assert published.report.layout is layout
    assert wrong(published, expected) == {}
    assert unread(published) == []


@pytest.mark.parametrize("name", pages.VARIANTS)
def test_title_and_text_are_read(name: str) -> None:
    layout = load_layout("2021")
    report = read(pages.VARIANTS[name](layout, figures("2021"))).report
    assert report.info == {
        "agency": pages.AGENCY,
        "year": str(pages.YEAR),
        "published": pages.PUBLISHED,
        "origin": pages.ORIGIN,
    }
    for key, entries in pages.NARRATIVES.items():
        if name in ("tables after the text", "table 3 in two tables") and key == "other_matters":
            continue
        wanted = [(heading, "\n".join(lines)) for heading, lines in entries]
        assert [(entry.heading, entry.text) for entry in report.narratives[key]] == wanted, key


BELOW = (
    *(
        "【打印本页】【关闭窗口】",
        "主办：云岭市人民政府",
        "附件：",
        "年报.docx",
        "点击数：12",
        "责编：某某",
        "联系我们 | 网站地图",
    ),
    *("Copyright © 2024", "[ 返回 ]", "党政机关", "手机版", "（责任编辑：某某）", "字号：大 中 小", "扫描二维码分享"),
)


@pytest.mark.parametrize("line", BELOW)
def test_what_a_site_says_below_an_article_is_no_text_of_it(line: str) -> None:
    page = pages.plain(load_layout("2021"), figures("2021"))
    said = "访问量达到三万次，比上年增加了一半还多，为历年最高。"
    page = page.replace("</body>", f"<p>{said}</p><p>{line}</p><p>本站地址：某某路 电话：0000</p></body>")
    published = read(page)
    assert [entry.text for entry in published.report.narratives["other_matters"]] == [
        f"全年收取信息处理费0元。\n{said}"
    ]
    assert any(line[:20] in what for what, _ in published.remarks)


@pytest.mark.parametrize("between", ["</p><p>", "　　", " "])
def test_a_signature_below_what_a_site_says_is_the_report_s(between: str) -> None:
    page = pages.plain(load_layout("2021"), figures("2021"))
    page = page.replace("</body>", f"<p>附件：</p><p>{pages.AGENCY}{between}2024年1月18日</p></body>")
    report = read(page).report
    assert report.info["signature"] == "是"
    assert [entry.text for entry in report.narratives["other_matters"]] == ["全年收取信息处理费0元。"]


def test_gbk_declared_and_not() -> None:
    layout, expected = load_layout("2021"), figures("2021")
    text = pages.plain(layout, expected)
    for declared in ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "<meta charset=GBK>", ""):
        published = read(text.replace('<meta charset="utf-8">', declared).encode("gb18030"))
        assert wrong(published, expected) == {}
        assert unread(published) == []
        assert published.report.agency == pages.AGENCY


# ---------------------------------------------------------------- what is doubtful


def codes(published: Published) -> dict[str, list[str]]:
    """Return the figures that findings speak of, by code."""
    found: dict[str, list[str]] = {}
    for finding in published.findings():
        found.setdefault(finding.code, []).append(finding.figure)
    return found


def with_cell(key: str, text: str) -> tuple[Published, dict[str, Value]]:
    """Return the plain page with the cell of one figure written otherwise."""
    layout, expected = load_layout("2021"), dict(figures("2021"))
    value = str(expected[key])
    page = pages.plain(layout, expected)
    assert page.count(f"<td>{value}</td>") == 1, key
    return read(page.replace(f"<td>{value}</td>", f"<td>{text}</td>")), expected


@pytest.mark.parametrize("text", ["", "&nbsp;", "/", "—", "无", "<span></span>", "约3件"])
def test_an_unread_cell_is_inferred_by_the_sums_and_said(text: str) -> None:
    key = "t3.refused_secret.business"
    published, expected = with_cell(key, text)
    assert published.report.value(key) == expected[key]
    assert codes(published) == {"I801": [key]}
    assert published.settled.certainty(key) is Certainty.INFERRED


@pytest.mark.parametrize("text", ["", "/", "若干"])
def test_an_unread_cell_without_sums_stays_empty_and_is_said(text: str) -> None:
    key = "t2.normative.made"
    published, _ = with_cell(key, text)
    assert published.report.value(key) is None
    assert codes(published) == {"I803": [key]}


def test_what_was_normalised_is_said() -> None:
    key = "t2.normative.made"
    published, expected = with_cell(key, f"{figures('2021')[key]:,}件")
    assert published.report.value(key) == expected[key]
    assert codes(published) == {"V205": [key]}
    assert published.settled.certainty(key) is Certainty.NORMALISED


def test_a_wrong_sum_is_read_as_it_stands() -> None:
    key = "t3.granted.total"
    published, _ = with_cell(key, "1")
    assert published.report.value(key) == 1
    assert codes(published) == {}


def test_two_unread_cells_of_a_row_are_settled_by_their_columns() -> None:
    layout, expected = load_layout("2021"), dict(figures("2021"))
    page = pages.plain(layout, expected)
    keys = ["t3.refused_secret.business", "t3.refused_secret.research"]
    for key in keys:
        page = page.replace(f"<td>{expected[key]}</td>", "<td></td>")
    published = read(page)
    assert wrong(published, expected) == {}
    assert codes(published) == {"I801": keys}


def test_a_missing_row_and_a_missing_table_are_said() -> None:
    layout, expected = load_layout("2021"), dict(figures("2021"))
    made = pages.tables(layout, expected)
    del made["t3"][8]  # 3.危及“三安全一稳定”
    parts = pages.sections(
        layout, {key: pages.markup(table) for key, table in made.items() if key != "t4"} | {"t4": ""}
    )
    published = read(pages.page("\n".join(parts)))
    assert wrong(published, expected) == {}
    assert len(codes(published)["I803"]) == 15
    assert all(key.startswith("t4.") for key in codes(published)["I803"])


def test_a_table_turned_round_is_not_misread() -> None:
    layout, expected = load_layout("2021"), dict(figures("2021"))
    made = pages.tables(layout, expected)
    heads, values = [*made["t4"][1][:5], *made["t4"][2]], made["t4"][3]
    turned = [[head, value] for head, value in zip(heads, values, strict=True)]
    parts = pages.sections(layout, {key: pages.markup(table) for key, table in (made | {"t4": turned}).items()})
    published = read(pages.page("\n".join(parts)))
    assert wrong(published, expected) == {}


def rows_of_table_3() -> list[list[pages.C]]:
    """Return table 3 with the cells of its research column left empty, but for the row of what was granted."""
    rows = pages.tables(load_layout("2021"), figures("2021"))["t3"]
    return [
        [replace(cell, text="") if cell.number and at == len(row) - 5 else cell for at, cell in enumerate(row)]
        for row in rows
    ]


def test_figures_that_an_empty_cell_has_pushed_from_under_their_heads_are_not_sure() -> None:
    rows = rows_of_table_3()
    at = next(number for number, row in enumerate(rows) if "1.属于国家秘密" in [cell.text for cell in row])
    rows[at].insert(-6, pages.C("", number=True))
    published, _ = page_of({"t3": pages.markup(rows)})
    keys = [key for key in figures("2021") if key.startswith("t3.refused_secret.")]
    sure = [key for key in keys if published.settled.certainty(key) is Certainty.READ]
    assert [published.report.value(key) for key in sure] == [figures("2021")[key] for key in sure]
    assert published.settled.certainty("t3.refused_secret.total") is not Certainty.READ


def test_empty_cells_beside_a_column_of_subtotals_keep_their_places() -> None:
    rows = []
    for number, row in enumerate(rows_of_table_3()):
        data = any(cell.number for cell in row)
        added = [pages.C("5", number=True)] if data else [pages.C("小计", rows=2)] if number == 1 else []
        rows.append([*row[:-1], *added, row[-1]] if added else row)
    published, expected = page_of({"t3": pages.markup(rows)})
    assert wrong(published, expected) == {}
    assert unread(published) == []


def test_a_unit_in_brackets_behind_a_label_is_no_part_of_it() -> None:
    layout, expected = load_layout("2021"), figures("2021")
    page = pages.plain(
        layout, expected, lambda cell: pages.td(cell, inner=None if cell.number else f"{cell.text}（件）")
    )
    published = read(page)
    assert wrong(published, expected) == {}
    assert unread(published) == []


def test_a_strange_label_is_said() -> None:
    layout, expected = load_layout("2021"), figures("2021")
    page = pages.plain(layout, expected).replace("7.属于行政执法案卷", "7.执法案卷类信息")
    published = read(page)
    assert wrong(published, expected) == {}
    assert "I804" in codes(published)


def test_an_unknown_page_is_all_doubt_and_no_error() -> None:
    published = read("<html><body><p>今日天气晴。</p><table><tr><td>1</td><td>2</td></tr></table></body></html>")
    assert unread(published) == list(published.report.figures)
    assert set(codes(published)) == {"I803", "I804"}


# ---------------------------------------------------------------- more than one table, and tables of another shape


def page_of(change: dict[str, str], edition: str = "2021") -> tuple[Published, dict[str, Value]]:
    """Return the plain page with the markup of some tables put otherwise."""
    layout, expected = load_layout(edition), dict(figures(edition))
    made = {key: pages.markup(rows) for key, rows in pages.tables(layout, expected).items()}
    content = "\n".join(pages.sections(layout, made | {key: text.format(**made) for key, text in change.items()}))
    return read(pages.page(content)), expected


def other_table() -> str:
    layout = load_layout("2021")
    others = figures_that_add_up(layout, lambda place: 20 + place)
    return pages.markup(pages.tables(layout, others)["t3"])


@pytest.mark.parametrize("words", ["附：2022年数据", "上年情况"])
def test_the_table_of_another_year_is_left_out(words: str) -> None:
    for change in (f"<p>{words}</p>{other_table()}<p>2023年数据</p>{{t3}}", f"{{t3}}<p>{words}</p>{other_table()}"):
        published, expected = page_of({"t3": change})
        assert wrong(published, expected) == {}
        assert unread(published) == []
        assert any("往年" in what for what, _ in published.remarks)


def test_a_table_that_stands_there_twice_is_not_sure_where_they_differ() -> None:
    published, expected = page_of({"t3": "{t3}<p>再列一次</p>{t3}"})
    assert (wrong(published, expected), codes(published)) == ({}, {})
    published, expected = page_of({"t3": f"{{t3}}<p>再列一次</p>{other_table()}"})
    assert wrong(published, expected) == {}
    others = figures_that_add_up(load_layout("2021"), lambda place: 20 + place)
    differ = [key for key in expected if key.startswith("t3.") and expected[key] != others[key]]
    assert len(differ) > 150
    assert all(published.settled.certainty(key) is Certainty.INFERRED for key in differ)
    assert codes(published).keys() == {"I804"}


def test_of_two_reports_in_a_file_the_first_is_read() -> None:
    layout, expected = load_layout("2021"), dict(figures("2021"))
    one = pages.plain(layout, expected)
    body = one.partition("<body>")[2].partition("</body>")[0]
    second = pages.plain(layout, figures_that_add_up(layout, lambda place: 20 + place)).partition("<body>")[2]
    published = read(one.replace("</body>", second.replace("2023", "2022")))
    assert body in one
    assert wrong(published, expected) == {}
    assert unread(published) == []
    assert published.report.info["year"] == "2023"
    assert [entry.text for entry in published.report.narratives["other_matters"]] == ["全年收取信息处理费0元。"]
    assert any("不止一份" in what for what, _ in published.remarks)


def test_of_two_reports_with_empty_cells_the_first_is_read() -> None:
    layout = load_layout("2021")
    one = pages.plain(layout, figures("2021"))
    empty = dict.fromkeys(layout.figures, 0) | {"t4.review.upheld": 3, "t4.review.total": 3}
    second = pages.plain(layout, empty).partition("<body>")[2].replace("<td>0</td>", "<td></td>")
    published = read(one.replace("</body>", second))
    assert wrong(published, figures("2021")) == {}
    assert codes(published).keys() == {"I804"}
    assert any("不止一份" in what for what, _ in published.remarks)


@pytest.mark.parametrize("note", ["（含所属单位2件）", "件（其中修订16件）", "<br>（含自然失效29件）", "(上年多报)"])
def test_a_figure_with_a_note_in_brackets_is_read_and_said(note: str) -> None:
    key = "t2.normative.made"
    published, expected = with_cell(key, f"{figures('2021')[key]}{note}")
    assert wrong(published, expected) == {}
    assert unread(published) == []
    assert codes(published) == {"I804": [key]}
    assert published.settled.certainty(key) is Certainty.INFERRED


@pytest.mark.parametrize(
    "names", [("未经复议直接起诉", "复议后起诉"), ("行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")]
)
def test_reviews_and_suits_in_rows_of_their_own_are_read(names: tuple[str, str]) -> None:
    layout = load_layout("2021")
    numbers = [cell.text for cell in pages.tables(layout, figures("2021"))["t4"][3]]
    heads = ["类别", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    rows = [heads, *([name, *numbers[5 * at : 5 * at + 5]] for at, name in enumerate(("行政复议", *names)))]
    table = "<table>" + "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows) + "</table>"
    published, expected = page_of({"t4": table})
    assert wrong(published, expected) == {}
    assert unread(published) == []


def test_a_block_that_is_no_table_is_read_beside_one_that_is() -> None:
    layout, expected = load_layout("2021"), dict(figures("2021"))
    rows = pages.tables(layout, expected)["t2"]
    lines = "".join(f"<p>{' '.join(cell.text for cell in row)}</p>" for row in rows[4:])
    published, expected = page_of({"t2": f"{lines}{pages.markup(rows[:4])}"})
    assert wrong(published, expected) == {}
    assert unread(published) == []


@pytest.mark.parametrize("word", ["零", "〇", "O", "／"])
def test_a_cell_without_a_figure_is_never_a_sure_one(word: str) -> None:
    key = "t2.normative.made"
    published, _ = with_cell(key, word)
    assert published.report.value(key) is None
    assert codes(published) == {"I803": [key]}
