"""Edited narrative back into the workbook: nothing typed is lost, references stay, the rest is not touched."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from openpyxl import load_workbook

from govdoc.editing import check_against, pull, refresh
from govdoc.errors import InputError, UsageError
from govdoc.pipeline import Options, build, check, read, render
from govdoc.report import Entry
from govdoc.roundtrip.merge import merge
from tests.roundtrip.sessions import (
    SAMPLE,
    SENTENCE,
    document,
    edited,
    in_paragraph,
    marked,
    original,
    report,
    run,
    swap,
    with_part,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OVERVIEW = "一、总体情况"
REFERENCE = "{{三.本年新收.总计}}"
HEADINGS = [
    "（一）主动公开情况",
    "（二）依申请公开情况",
    "（三）政府信息管理情况",
    "（四）政府信息公开平台建设情况",
    "（五）监督保障情况",
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def pulled(book: Path, *edits: Callable[[str], str], data: bytes | None = None) -> list[tuple[str, str]]:
    """Edit the report, pull it, and return what the workbook's section one holds then."""
    file = book.with_suffix(".docx")
    file.write_bytes(edited(*edits) if data is None else data)
    pull(file, book)
    return rows(book)


def rows(book: Path, section: str = "overview") -> list[tuple[str, str]]:
    return [(entry.heading, entry.text) for entry in read(book).report.narratives[section]]


def parked(book: Path) -> list[tuple[str, str]]:
    sheets = load_workbook(book)
    if "未归位文字" not in sheets.sheetnames:
        return []
    return [(str(row[0].value), str(row[1].value)) for row in sheets["未归位文字"].iter_rows(min_row=2)]


def body(text: str, style: str = "BodyText") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'


def between(xml: str) -> str:
    """Return what stands between two runs, where the text before and behind goes on."""
    return f"</w:t></w:r>{xml}<w:r><w:t>"


def tracked(kind: str, text: str, name: str = "t") -> str:
    return f'<w:{kind} w:id="7" w:author="张三"><w:r><w:{name}>{text}</w:{name}></w:r></w:{kind}>'


def joined(old: str) -> str:
    """Delete the end of a paragraph in a tracked change, and put another paragraph behind it."""
    mark = '<w:pPr><w:rPr><w:del w:id="7" w:author="张三"/></w:rPr>'
    return old.replace("<w:pPr>", mark) + body("接上一段。")


def after(words: str, more: str) -> Callable[[str], str]:
    return in_paragraph(words, lambda old: old + more)


BEFORE = [(entry.heading, entry.text) for entry in report().narratives["overview"]]


def text_of(found: list[tuple[str, str]], heading: str) -> str:
    return next(text for name, text in found if name == heading)


def test_without_an_edit_nothing_is_written(book: Path) -> None:
    assert pulled(book) == BEFORE
    assert book.read_bytes() == SAMPLE.read_bytes()


def test_a_paragraph_added_comes_back_and_references_stay(book: Path) -> None:
    found = pulled(book, after(SENTENCE, body("又写了一段。")))
    lines = text_of(found, HEADINGS[1]).split("\n")
    assert lines[0].startswith(f"{SENTENCE}{REFERENCE}件")
    assert lines[1] == "又写了一段。"
    assert [row for row in found if row[0] != HEADINGS[1]] == [row for row in BEFORE if row[0] != HEADINGS[1]]
    assert parked(book) == []


def test_what_nobody_sees_does_not_come_back(book: Path) -> None:
    data = edited(
        swap("坚持先审后发", "\u200b坚持\ufeff先审\u00ad后发"), after(SENTENCE, body("\u200b又写了\u202a一段。\u202c"))
    )
    file = book.with_suffix(".docx")
    file.write_bytes(data)
    assert [one.code for one in check_against(file, book).findings] == ["W703"]
    assert text_of(pulled(book, data=data), HEADINGS[1]).split("\n")[1] == "又写了一段。"
    assert rows(book)[3] == BEFORE[3]


def test_a_report_that_differs_in_what_nobody_sees_is_not_edited(book: Path) -> None:
    data = edited(swap("坚持先审后发", "\u200b坚持\ufeff先审\u00ad后发"))
    assert pulled(book, data=data) == BEFORE
    assert book.read_bytes() == SAMPLE.read_bytes()
    assert check_against(book.with_suffix(".docx"), book).findings == ()


def test_the_rest_of_the_workbook_stays_as_it_is(book: Path) -> None:
    pulled(book, after(SENTENCE, body("又写了一段。")))
    before, now = (parts(path.read_bytes()) for path in (SAMPLE, book))
    sheet = "xl/worksheets/sheet3.xml"
    assert {name for name in now if now[name] != before[name]} == {sheet}
    assert now.keys() == before.keys()
    cells, old = cells_of(now[sheet]), cells_of(before[sheet])
    assert [name for name in cells if cells[name] != old.get(name)] == ["B4"]
    assert check(book).findings == ()


def cells_of(sheet: bytes) -> dict[str, bytes]:
    root = etree.fromstring(sheet)
    return {str(cell.get("r")): etree.tostring(cell, method="c14n") for cell in root.iter("{*}c")}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_generate_edit_pull_build_gives_the_edited_narrative_and_then_nothing_changes(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(edited(after(SENTENCE, body("又写了一段。")), swap("坚持先审后发", "始终坚持先审后发")))
    pull(file, book)
    again = book.with_name("再.docx")
    build(book, again)
    texts = [re.sub("<[^>]*>", "", text) for text in re.findall("<w:p[ >].*?</w:p>", document(file.read_bytes()))]
    assert [
        re.sub("<[^>]*>", "", text) for text in re.findall("<w:p[ >].*?</w:p>", document(again.read_bytes()))
    ] == texts
    saved = book.read_bytes()
    assert pull(again, book).written is None
    assert not refresh(again, book).result.changed  # type: ignore[union-attr]
    assert pull(again, book).written is None
    assert book.read_bytes() == saved
    build(book, again, Options(force=True))
    assert pull(again, book).written is None


def test_content_survives_a_second_round_without_an_edit(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(edited(after(SENTENCE, body("又写了一段。"))))
    for _round in range(2):
        pull(file, book)
        assert "又写了一段。" in text_of(rows(book), HEADINGS[1])
        refresh(file, book)
        build(book, file, Options(force=True))


@pytest.mark.parametrize(
    ("edit", "heading", "expected"),
    [
        (swap("没有上年结转", f"没有{between(tracked('ins', '任何'))}上年结转"), 1, f"{REFERENCE}件，没有任何上年结转"),
        (swap(marked("66"), tracked("ins", "约") + marked("66")), 1, f"约{REFERENCE}件"),
        (swap("没有上年结转", f"{between(tracked('del', '没有', 'delText'))}上年结转"), 1, f"{REFERENCE}件，上年结转"),
        (swap("没有上年结转", f"{between(tracked('moveFrom', '没有'))}上年结转"), 1, f"{REFERENCE}件，上年结转"),
        (swap(marked("66"), marked("67")), 1, f"{SENTENCE}67件"),
        (swap(marked("66"), run("66")), 1, f"{SENTENCE}{REFERENCE}件"),
        (swap(f"{SENTENCE}<", f"{SENTENCE}1<"), 1, f"{SENTENCE}166件"),
        (swap(marked("66"), marked("66").replace(run("66"), run("6") * 2)), 1, f"{SENTENCE}{REFERENCE}件"),
        (swap("坚持先审后发", "坚持</w:t><w:tab/><w:t>先审</w:t><w:br/><w:t>后发"), 2, "坚持\t先审\n后发"),
        (after("坚持先审后发", body("- 一条") + body("- 二条")), 2, "\n- 一条\n- 二条"),
        (after("坚持先审后发", body("1.第一点", "Heading3") + body("说明。")), 2, "\n1.第一点\n说明。"),
        (after("坚持先审后发", body("{{三.予以公开.总计}}件公开了。")), 2, "\n{{三.予以公开.总计}}件公开了。"),
        (after("坚持先审后发", body("A&amp;B &lt;c&gt; 😀")), 2, "\nA&B <c> 😀"),
        (in_paragraph("市政府门户网站全年", joined), 0, "125条。接上一段。"),
    ],
)  # fmt: skip
def test_what_is_typed_comes_back(book: Path, edit: Callable[[str], str], heading: int, expected: str) -> None:
    assert expected in text_of(pulled(book, edit), HEADINGS[heading])


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (swap("（二）依申请公开情况", "（二）依申请公开工作"), [HEADINGS[0], "（二）依申请公开工作", *HEADINGS[2:]]),
        (after("分值占4%", body("（六）其他", "Heading2") + body("六的文字。")), [*HEADINGS, "（六）其他"]),
        (in_paragraph("（三）政府信息管理情况", lambda _: ""), [*HEADINGS[:2], *HEADINGS[3:]]),
        (
            after("市政府门户网站全年", body("（新）插入", "Heading2") + body("插入的。")),
            [HEADINGS[0], "（新）插入", *HEADINGS[1:]],
        ),
    ],
)
def test_headings_come_back_as_rows(book: Path, edit: Callable[[str], str], expected: list[str]) -> None:
    found = pulled(book, edit)
    assert [heading for heading, _ in found] == ["导语", *expected]
    assert render(read(book).report)  # and the workbook still builds


def test_a_heading_deleted_leaves_its_text_with_the_row_before(book: Path) -> None:
    found = pulled(book, in_paragraph("（三）政府信息管理情况", lambda _: ""))
    assert "坚持先审后发" in text_of(found, HEADINGS[1])


def test_rows_in_another_order_come_back_in_it(book: Path) -> None:
    def swap_rows(text: str) -> str:
        start, middle, end = (text.rindex("<w:p>", 0, text.index(heading)) for heading in HEADINGS[1:4])
        return text[:start] + text[middle:end] + text[start:middle] + text[end:]

    found = pulled(book, swap_rows)
    assert [heading for heading, _ in found] == ["导语", HEADINGS[0], HEADINGS[2], HEADINGS[1], *HEADINGS[3:]]
    assert sorted(found) == sorted(BEFORE)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (swap("本报告根据", "本报告依据"), "本报告依据"),
        (in_paragraph("本报告根据", lambda _: ""), ""),
        (in_paragraph("本报告根据", lambda old: old + body("再一段。")), "日。\n再一段。"),
    ],
)
def test_the_introduction_has_its_own_row(book: Path, edit: Callable[[str], str], expected: str) -> None:
    found = pulled(book, edit)
    assert found[0][0] == "导语"
    assert expected in found[0][1]
    assert bool(expected) == bool(found[0][1])
    assert found[1:] == BEFORE[1:]


TABLE = f"<w:tbl><w:tr><w:tc>{body('月份')}</w:tc><w:tc>{body('件数')}</w:tc></w:tr></w:tbl>"
BOX = f'<w:p><w:r><w:pict><w:txbxContent xmlns:w="{"http://schemas.openxmlformats.org/wordprocessingml/2006/main"}">{body("框里的字")}</w:txbxContent></w:pict></w:r></w:p>'


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (after("坚持先审后发", TABLE), ("一、总体情况（表格）", "月份\t件数")),
        (after("坚持先审后发", BOX), ("文本框", "框里的字")),
        (after("三、收到和处理", body("说明：含上年。")), ("三、收到和处理政府信息公开申请情况", "说明：含上年。")),
        (
            swap("年政府信息公开工作年度报告", "年政务公开年报"),
            ("标题部分（标题）", "2021年政务公开年报"),
        ),
        (swap("一、总体情况", "一、总体概况"), ("一、总体情况（标题）", "一、总体概况")),
        (after("《朝阳市人民政府公报》", body("张三", "Signature")), ("六、其他需要报告的事项（落款）", "张三")),
    ],
)
def test_what_has_no_row_goes_to_a_sheet_of_its_own(
    book: Path, edit: Callable[[str], str], expected: tuple[str, str]
) -> None:
    assert pulled(book, edit) == BEFORE
    where, text = parked(book)[0]
    assert (where, text.split("\n")[-1]) == expected
    saved = book.read_bytes()
    assert pull(book.with_suffix(".docx"), book).written is None
    assert book.read_bytes() == saved
    assert check(book).findings == ()


def test_more_homeless_texts_are_added_to_the_sheet(book: Path) -> None:
    pulled(book, after("坚持先审后发", TABLE))
    pulled(book, after("三、收到和处理", body("说明：含上年。")))
    assert [text for _, text in parked(book)] == ["月份\t件数", "说明：含上年。"]


def test_open_tracked_changes_and_pictures_are_counted(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(
        edited(
            swap(marked("66"), f'<w:ins w:id="7" w:author="张">{run("约")}</w:ins>{marked("66")}'),
            after("坚持先审后发", "<w:p><w:r><w:drawing/></w:r></w:p>"),
        )
    )
    narrative = pull(file, book).result.narrative
    assert (narrative.tracked, narrative.pictures) == (1, 1)


def test_a_number_that_word_counts_comes_back_as_text(book: Path) -> None:
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr></w:pPr>' + run("点") + "</w:p>"
    lists = (
        '<?xml version="1.0"?><w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        + "".join(
            f'<w:abstractNum w:abstractNumId="{at}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
            for at, (form, text) in enumerate([("decimal", "%1."), ("bullet", "•"), ("chineseCounting", "（%1）")])
        )
        + "".join(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(3))
        + "</w:numbering>"
    )
    more = "".join(numbered.format(number) for number in (1, 1, 2, 3))
    data = with_part(edited(after("坚持先审后发", more)), lists, "word/numbering.xml")
    found = pulled(book, data=data)
    assert text_of(found, HEADINGS[2]).endswith("\n1.点\n2.点\n- 点\n（一）点")


def test_both_sides_changed_keeps_both(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(edited(swap("坚持先审后发", "始终坚持先审后发")))
    change(book, OVERVIEW, "B5", "工作簿里改的一段。")
    change(book, OVERVIEW, "B6", "平台也改了。")
    result = pull(file, book).result
    found = rows(book)
    assert text_of(found, HEADINGS[2]).startswith("始终坚持先审后发")
    assert text_of(found, HEADINGS[3]) == "平台也改了。"
    assert [row.text for row in result.conflicts] == ["工作簿里改的一段。"]
    assert parked(book) == [("工作簿原来的“（三）政府信息管理情况”", "工作簿里改的一段。")]


def test_what_only_the_workbook_changed_stays(book: Path) -> None:
    change(book, OVERVIEW, "B5", "工作簿里改的一段。")
    saved = book.read_bytes()
    pulled(book)
    assert book.read_bytes() == saved


def change(book: Path, sheet: str, cell: str, text: str) -> None:
    opened = load_workbook(book)
    opened[sheet][cell].value = text
    opened.save(book)


def test_the_former_workbook_is_kept_beside_it(book: Path) -> None:
    pulled(book, swap("坚持先审后发", "始终坚持先审后发"))
    assert book.with_name("年报.xlsx.bak").read_bytes() == SAMPLE.read_bytes()


def test_another_target_leaves_the_workbook_alone(book: Path) -> None:
    file, target = book.with_suffix(".docx"), book.with_name("新.xlsx")
    file.write_bytes(edited(swap("坚持先审后发", "始终坚持先审后发")))
    assert pull(file, book, target).written == target
    assert book.read_bytes() == SAMPLE.read_bytes()
    assert "始终坚持" in text_of(rows(target), HEADINGS[2])


def test_what_cannot_be_pulled_is_said(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(original())
    with pytest.raises(UsageError, match="xlsx"):
        pull(file, book.with_suffix(".xls"))
    with pytest.raises(UsageError, match="Word"):
        pull(book, book)
    other = edited(swap("2021年政府信息公开工作年度报告", "2020年政府信息公开工作年度报告"))
    file.write_bytes(without_base(other))
    with pytest.raises(InputError, match="没有生成时的数据"):
        pull(file, book)


# ---------------------------------------------------------------- a report that has lost what it was made from


def without_base(data: bytes) -> bytes:
    return with_part(data, "<x/>", "customXml/item1.xml")


def test_a_report_without_base_is_compared_with_the_workbook(book: Path) -> None:
    assert pulled(book, data=without_base(original())) == BEFORE
    assert book.read_bytes() == SAMPLE.read_bytes()


def test_what_differs_from_the_workbook_comes_from_word_and_the_workbook_s_is_kept(book: Path) -> None:
    sheets = load_workbook(book)
    sheets[OVERVIEW]["B7"].value = "工作簿里后来改的。"
    sheets.save(book)
    file = book.with_suffix(".docx")
    file.write_bytes(
        without_base(edited(swap("坚持先审后发", "始终坚持先审后发"), after(SENTENCE, body("又写了一段。"))))
    )
    outcome = pull(file, book)
    assert (outcome.unknown, len(outcome.result.conflicts)) == (True, 3)
    found = rows(book)
    lines = text_of(found, HEADINGS[1]).split("\n")
    assert lines[0].startswith(f"{SENTENCE}{REFERENCE}件")
    assert lines[1] == "又写了一段。"
    assert text_of(found, HEADINGS[2]).startswith("始终坚持先审后发")
    assert found[-1] == BEFORE[-1]
    texts = [text for _, text in parked(book)]
    assert texts[1:] == [text_of(BEFORE, HEADINGS[2]), "工作簿里后来改的。"]
    assert pull(file, book).written is None


# ---------------------------------------------------------------- merging


def entries(*texts: str) -> tuple[Entry, ...]:
    return tuple(Entry(heading, text) for heading, _, text in (one.partition(":") for one in texts))


@pytest.mark.parametrize(
    ("word", "book", "rows", "parked"),
    [
        (("a:1", "b:2"), ("a:1", "b:2"), ("a:1", "b:2"), ()),
        (("a:9", "b:2"), ("a:1", "b:2"), ("a:9", "b:2"), ()),
        (("a:1", "b:2"), ("a:1", "b:9"), ("a:1", "b:9"), ()),
        (("a:8", "b:2"), ("a:1", "b:9"), ("a:8", "b:9"), ()),
        (("a:8", "b:2"), ("a:9", "b:2"), ("a:8", "b:2"), ("a:9",)),
        (("a:9", "b:2"), ("a:9", "b:2"), ("a:9", "b:2"), ()),
        (("a:1",), ("a:1", "b:2"), ("a:1",), ()),
        (("a:1",), ("a:1", "b:9"), ("a:1",), ("b:9",)),
        (("a:1", "b:2", "c:3"), ("a:1", "b:9"), ("a:1", "b:9", "c:3"), ()),
        (("a:8", "b:2"), ("a:1", "b:2", "c:3"), ("a:8", "b:2", "c:3"), ()),
        (("a:8", "b:2"), ("a:1",), ("a:8",), ()),
        (("b:2", "a:1"), ("a:1", "b:9"), ("b:9", "a:1"), ()),
    ],
)  # fmt: skip
def test_rows_three_ways(
    word: tuple[str, ...], book: tuple[str, ...], rows: tuple[str, ...], parked: tuple[str, ...]
) -> None:
    merged = merge(entries("a:1", "b:2"), entries(*word), entries(*book))
    assert (merged.rows, merged.parked) == (entries(*rows), entries(*parked))


SPLIT = ("a:1", ":2", "b:3", ":4")  # rows without heading: in a document they run on from the row before


@pytest.mark.parametrize(
    ("word", "book", "rows", "parked"),
    [
        (("a:1\n2", "b:3\n4"), SPLIT, SPLIT, ()),
        (("a:1\n9", "b:3\n4"), SPLIT, ("a:1\n9", "b:3", ":4"), ()),
        (("a:1\n2", "b:3\n4", "c:5"), SPLIT, (*SPLIT, "c:5"), ()),
        (("a:1\n2", "b:3\n9"), ("a:8", ":2", "b:3", ":4"), ("a:8", ":2", "b:3\n9"), ()),
        (("a:1\n2", "b:3\n9"), ("a:1", ":2", "b:3", ":8"), ("a:1", ":2", "b:3\n9"), ("b:3\n8",)),
    ],
)  # fmt: skip
def test_rows_without_heading_stay_apart_in_the_workbook(
    word: tuple[str, ...], book: tuple[str, ...], rows: tuple[str, ...], parked: tuple[str, ...]
) -> None:
    merged = merge(entries(*SPLIT), entries(*word), entries(*book))
    assert (merged.rows, merged.parked) == (entries(*rows), entries(*parked))
