"""Sessions of editing and refreshing: each row of the three-way table, and what people and programs do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action
from tests.roundtrip.sessions import (
    BODY,
    CARRIED,
    MARK,
    RECEIVED,
    RESULTS,
    SENTENCE,
    body,
    document,
    edited,
    in_paragraph,
    marked,
    original,
    refreshed,
    report,
    run,
    swap,
    told,
    total_cell,
    untouched,
    with_figures,
    with_part,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOTAL = "三.本年新收.总计"
DONE, LEFT = "三.办理结果.总计", "三.结转下年.总计"
NEW = {RECEIVED: 70}
BOTH = [(TOTAL, "70"), (TOTAL, "70")]  # in the table and in the text
TABLE = [(TOTAL, "70")]
BOLD = "<w:rPr><w:b/></w:rPr>"
PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:extent cx="1" cy="1"/><wp:docPr id="1" name="章"/></wp:inline></w:drawing></w:r></w:p>'
)
COMMENT = (
    '<w:commentRangeStart w:id="5"/>',
    '<w:commentRangeEnd w:id="5"/><w:r><w:commentReference w:id="5"/></w:r>',
)


def within(inner: str) -> Callable[[str], str]:
    """Put something else into the first mark."""
    return swap(marked("66"), marked("66").replace(run("66"), inner))


def ins(inner: str) -> str:
    return f'<w:ins w:id="77" w:author="张三">{inner}</w:ins>'


def gone(inner: str) -> str:
    return f'<w:del w:id="78" w:author="张三">{inner.replace("w:t", "w:delText")}</w:del>'


def paragraph(text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{run(text)}</w:p>'


def sentence(edit: Callable[[str], str]) -> Callable[[str], str]:
    return in_paragraph(SENTENCE, edit)


def after(words: str, more: str) -> Callable[[str], str]:
    """Put XML behind the paragraph that holds some words."""
    return in_paragraph(words, lambda old: old + more)


def before_body_ends(more: str) -> Callable[[str], str]:
    return swap("<w:sectPr>", f"{more}<w:sectPr>")


def swap_rows(text: str) -> str:
    """Let two parts of section one change places."""
    start, middle, end = (text.index(f"（{number}）", text.index("一、总体情况")) for number in "二三四")
    start, middle, end = (text.rindex("<w:p>", 0, at) for at in (start, middle, end))
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]


def swap_sections(text: str) -> str:
    """Let sections two and three change places."""
    start, middle, end = (text.rindex("<w:p>", 0, text.index(f"{number}、")) for number in "二三四")
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]


def split_runs(old: str) -> str:
    return old.replace(run("66"), run("6", BOLD) + '<w:proofErr w:type="spellStart"/>' + run("6"))


def swap_table_rows(text: str) -> str:
    """Let the rows of 自然人 … in table 3 that hold 予以公开 and 部分公开 change places, labels and all."""
    rows = re.findall(r"<w:tr>.*?</w:tr>", text)
    one, other = (next(row for row in rows if words in row) for words in ("1.信访举报投诉类申请", "2.重复申请"))
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


SAME: list[tuple[str, str, str, str]] = []
CASES: dict[
    str, tuple[list[Callable[[str], str]], dict[str, int], list[tuple[str, str]], list[tuple[str, str, str, str]]]
] = {
    # name: edits, new figures, what is written, what is told besides
    # ------------------------------------------------ the three-way table
    "document is base": ([], NEW, BOTH, SAME),
    "document is new in the table": ([total_cell(swap(">66<", ">70<"))], NEW, TABLE, [(TOTAL, "70", "70", "agreed")]),
    "document is new in the text": ([within(run("70"))], NEW, TABLE, [(TOTAL, "70", "70", "agreed")]),
    "override in the table": ([total_cell(swap(">66<", ">67<"))], {}, [], [(TOTAL, "67", "66", "kept")]),
    "override in the text": ([within(run("67"))], {}, [], [(TOTAL, "67", "66", "kept")]),
    "conflict in the table": ([total_cell(swap(">66<", ">67<"))], NEW, TABLE, [(TOTAL, "67", "70", "conflict")]),
    "conflict in the text": ([within(run("67"))], NEW, TABLE, [(TOTAL, "67", "70", "conflict")]),
    "words beside a figure in its cell": (
        [total_cell(swap(">66<", ">66（注）<"))],
        NEW,
        TABLE,
        [(TOTAL, "66（注）", "70", "conflict")],
    ),
    "a figure emptied in the table": ([total_cell(swap(">66<", "><"))], NEW, TABLE, [(TOTAL, "", "70", "conflict")]),
    "a figure emptied in the text": ([within(run(""))], NEW, TABLE, [(TOTAL, "", "70", "deleted")]),
    "a figure emptied that has not changed": ([within(run(""))], {}, [], [(TOTAL, "", "66", "kept")]),
    "a table figure emptied that has not changed": (
        [total_cell(swap(">66<", "><"))],
        {},
        [],
        [(TOTAL, "", "66", "kept")],
    ),
    "a sentence deleted": ([sentence(lambda _: "")], NEW, TABLE, [(TOTAL, "", "70", "deleted")]),
    "a sentence deleted whose figures have not changed": ([sentence(lambda _: "")], {}, [], SAME),
    "a row of the table deleted": (
        [lambda text: re.sub(r"<w:tr>(?:(?!</w:tr>).)*一、本年新收(?:(?!</w:tr>).)*</w:tr>", "", text)],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "lost")],
    ),
    "a table deleted": (
        [lambda text: re.sub(r"<w:tbl>(?:(?!</w:tbl>).)*一、本年新收(?:(?!</w:tbl>).)*</w:tbl>", "", text)],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "lost")],
    ),
    # ------------------------------------------------ marks gone, doubled, empty
    "a mark gone, its sentence untouched": ([swap(marked("66"), run("66"))], NEW, BOTH, SAME),
    "a mark gone, the paragraph rewritten elsewhere": (
        [swap(marked("66"), run("66")), swap("都在法定期限内答复", "全部按期答复")],
        NEW,
        BOTH,
        SAME,
    ),
    "a mark gone, words beside the figure changed": (
        [swap(f"{SENTENCE}</w:t></w:r>{marked('66')}", f"全年新收各类申请一共</w:t></w:r>{run('66')}")],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "lost")],
    ),
    "a mark gone, the figure changed": (
        [swap(marked("66"), run("67"))],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "lost")],
    ),
    "a mark gone, the runs joined": (
        [swap(f"{SENTENCE}</w:t></w:r>{marked('66')}", f"{SENTENCE}66</w:t></w:r>")],
        NEW,
        BOTH,
        SAME,
    ),
    "a mark emptied, the figure beside it": ([swap(marked("66"), marked("") + run("66"))], NEW, BOTH, SAME),
    "the end of a mark gone": ([swap('<w:bookmarkEnd w:id="9000"/>', "")], NEW, BOTH, SAME),
    "a mark over two paragraphs": (
        [swap(marked("66"), marked("66").replace(run("66"), f"{run('66')}</w:p><w:p>{run('，')}"))],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "lost")],
    ),
    "a sentence copied with its marks": (
        [sentence(lambda old: old + old.replace("9000", "9100").replace("9001", "9101").replace("9002", "9102"))],
        NEW,
        [*BOTH, (TOTAL, "70")],
        SAME,
    ),
    "a sentence copied without its marks": (
        [after("坚持先审后发", paragraph("综上，全年新收政府信息公开申请66件，没有上年结转的申请。"))],
        NEW,
        BOTH,
        [(TOTAL, "66", "70", "copy")],
    ),
    "a mark copied onto words of one's own": (
        [after("坚持先审后发", f"<w:p>{run('说明')}{marked('共六十六件').replace('9000', '9100')}</w:p>")],
        NEW,
        BOTH,
        [(TOTAL, "共六十六件", "70", "conflict")],
    ),
    "a figure moved into another paragraph with its mark": (
        [swap(marked("66"), "若干"), after("坚持先审后发", f"<w:p>{run('新收')}{marked('66')}{run('件')}</w:p>")],
        NEW,
        BOTH,
        SAME,
    ),
    "a digit typed before a figure": (
        [swap(f"{SENTENCE}<", f"{SENTENCE}1<")],
        NEW,
        TABLE,
        [(TOTAL, "66", "70", "conflict")],
    ),
    "a digit typed behind a figure": (
        [swap('<w:bookmarkEnd w:id="9000"/>', f'<w:bookmarkEnd w:id="9000"/>{run("0")}')],
        NEW,
        TABLE,
        [(TOTAL, "66", "70", "conflict")],
    ),
    # ------------------------------------------------ tracked changes and comments
    "a tracked insertion elsewhere": (
        [swap("没有上年结转", f"没有</w:t></w:r>{ins(run('任何'))}<w:r><w:t>上年结转")],
        NEW,
        BOTH,
        SAME,
    ),
    "a figure replaced in a tracked change": (
        [within(gone(run("66")) + ins(run("67")))],
        NEW,
        TABLE,
        [(TOTAL, "67", "70", "tracked")],
    ),
    "a figure replaced in a tracked change outside its mark": (
        [swap(marked("66"), marked("66").replace(run("66"), gone(run("66"))) + ins(run("67")))],
        NEW,
        TABLE,
        [(TOTAL, "", "70", "tracked")],
    ),
    "a tracked change beside a figure": (
        [swap(marked("66"), ins(run("约")) + marked("66"))],
        NEW,
        TABLE,
        [(TOTAL, "66", "70", "tracked")],
    ),
    "a tracked change beside a figure that has not changed": (
        [swap(marked("66"), ins(run("约")) + marked("66"))],
        {},
        [],
        SAME,
    ),
    "a sentence inserted as a tracked change": (
        [
            sentence(
                lambda old: old.replace("<w:r>", '<w:ins w:id="7" w:author="张"><w:r>').replace(
                    "</w:r>", "</w:r></w:ins>"
                )
            )
        ],
        NEW,
        TABLE,
        [(TOTAL, "66", "70", "tracked")],
    ),
    "a tracked change in a cell": (
        [total_cell(lambda old: re.sub("<w:r>.*</w:r>", gone(run("66")) + ins(run("68")), old))],
        NEW,
        TABLE,
        [(TOTAL, "68", "70", "tracked")],
    ),
    "a row inserted as a tracked change": (
        [
            lambda text: re.sub(
                r"<w:trPr>((?:(?!<w:trPr>).)*一、本年新收)", r'<w:trPr><w:ins w:id="7" w:author="张三"/>\1', text
            )
        ],
        NEW,
        TABLE,
        [(TOTAL, "66", "70", "tracked")],
    ),
    "the format of a figure changed as a tracked change": (
        [within(run("66", '<w:rPr><w:b/><w:rPrChange w:id="9" w:author="张三"><w:rPr/></w:rPrChange></w:rPr>'))],
        NEW,
        BOTH,
        SAME,
    ),
    "a comment on a figure": ([swap(marked("66"), COMMENT[0] + marked("66") + COMMENT[1])], NEW, BOTH, SAME),
    "a comment within a mark": ([within(COMMENT[0] + run("66") + COMMENT[1])], NEW, BOTH, SAME),
    "a comment on a cell": ([total_cell(swap("<w:r>", COMMENT[0] + "<w:r>"))], NEW, BOTH, SAME),
    # ------------------------------------------------ looks, and what programs do
    "a figure split over runs": ([sentence(split_runs)], NEW, BOTH, SAME),
    "a figure split over runs in a cell": (
        [total_cell(swap("66</w:t></w:r>", f"6</w:t></w:r>{run('6')}"))],
        NEW,
        BOTH,
        SAME,
    ),
    "a row of the table bold": (
        [
            lambda text: re.sub(
                r"(<w:tr>(?:(?!</w:tr>).)*一、本年新收.*?</w:tr>)",
                lambda row: row[0].replace("<w:r>", f"<w:r>{BOLD}"),
                text,
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    "a figure coloured": ([within(run("66", '<w:rPr><w:color w:val="FF0000"/></w:rPr>'))], NEW, BOTH, SAME),
    "spaces around a figure in its cell": ([total_cell(swap(">66<", "> 66 <"))], NEW, BOTH, SAME),
    "ids and fonts that programs add": (
        [
            lambda text: text.replace("<w:p>", '<w:p w:rsidR="00AB12CD">').replace(
                "<w:r>", '<w:r w:rsidRPr="00AB12CD"><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    "another prefix for the namespace": (
        [lambda text: re.sub(r"(</?)w:", r"\1x:", text).replace(" w:", " x:").replace("xmlns:w=", "xmlns:x=")],
        NEW,
        BOTH,
        SAME,
    ),
    "characters as entities": (
        [lambda text: text.replace("申请", "&#x7533;&#x8BF7;").replace("，", "&#65292;")],
        NEW,
        BOTH,
        SAME,
    ),
    "the body in a content control": (
        [
            lambda text: text.replace("<w:body>", "<w:body><w:sdt><w:sdtContent>").replace(
                "<w:sectPr>", "</w:sdtContent></w:sdt><w:sectPr>"
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    # ------------------------------------------------ what people add and move
    "a sentence added": (
        [swap("一件也没有", "", 0), after("坚持先审后发", paragraph("今年还做了一件事：66件。"))],
        NEW,
        BOTH,
        SAME,
    ),
    "a sentence reworded around its figures": (
        [swap("没有上年结转的申请；到年底办结", "上年没有结转，年底前共办结")],
        NEW,
        BOTH,
        SAME,
    ),
    "a picture added": ([after(SENTENCE, PICTURE)], NEW, BOTH, SAME),
    "a table of one's own added": (
        [
            after(
                SENTENCE, f"<w:tbl><w:tr><w:tc>{paragraph('月份')}</w:tc><w:tc>{paragraph('66')}</w:tc></w:tr></w:tbl>"
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    "a table of one's own before the statutory one": (
        [
            after(
                "三、收到和处理",
                f"<w:tbl><w:tr><w:tc>{paragraph('月份')}</w:tc><w:tc>{paragraph('66')}</w:tc></w:tr></w:tbl>",
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    "a list of contents added": (
        [
            after(
                "发布日期",
                "".join(
                    f'<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>{run(words)}</w:p>'
                    for words in ("一、总体情况", "三、收到")
                ),
            )
        ],
        NEW,
        BOTH,
        SAME,
    ),
    "rows of a section reordered": ([swap_rows], NEW, BOTH, SAME),
    "sections reordered": ([swap_sections], NEW, BOTH, SAME),
    "a heading reworded": ([swap("（二）依申请公开情况", "（二）依申请公开工作")], NEW, BOTH, SAME),
    "a section's heading reworded": ([swap("一、总体情况", "一、总体概况")], NEW, BOTH, SAME),
    "a section's heading deleted": ([in_paragraph("三、收到和处理", lambda _: "")], NEW, BOTH, SAME),
    "rows of the table in another order": ([swap_table_rows], NEW, BOTH, SAME),
    "a signature added": ([before_body_ends(paragraph("朝阳市政府办公室"))], NEW, BOTH, SAME),
    "a figure that changes in three places": (
        [],
        {RECEIVED: 70, RESULTS: 68, CARRIED: 2},
        [(TOTAL, "70"), (DONE, "68"), (LEFT, "2"), (TOTAL, "70"), (DONE, "68"), (LEFT, "2")],
        SAME,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_session(name: str) -> None:
    edits, figures, wanted, besides = CASES[name]
    data = edited(*edits)
    new = with_figures(figures)
    result = refreshed(data, new)
    assert (sorted(written(result)), told(result)) == (sorted(wanted), besides)
    untouched(Package.of(data, Path("年报.docx")), result)
    again = refreshed(result.package.pack(), new)
    assert not again.changed
    assert again.package.pack() == result.package.pack()
    back = refreshed(result.package.pack(), report())
    split = any(len(change.spot.targets) > 1 for change in result.changes)
    if not split and not any(change.action is Action.AGREED for change in result.changes):
        assert back.package.parts[BODY] == document(data).encode()


def test_a_refresh_without_news_changes_nothing() -> None:
    result = refreshed(original(), report())
    assert (result.changed, result.changes) == (False, ())
    assert result.package.pack() == original()


def test_a_refresh_there_and_back_restores_the_file() -> None:
    figures = {key: number for number, key in enumerate(report().layout.figures, start=1000)}
    there = refreshed(original(), with_figures(figures))
    assert len(written(there)) == 206
    assert refreshed(there.package.pack(), report()).package.pack() == original()


def test_a_refreshed_report_is_what_is_built_from_the_new_figures() -> None:
    from govdoc.pipeline import render

    figures = {key: number for number, key in enumerate(report().layout.figures, start=1000)}
    there = refreshed(original(), with_figures(figures))
    assert body(there) == document(render(with_figures(figures)))


def test_a_conflict_waits_until_it_is_decided() -> None:
    data = edited(within(run("67")))
    first = refreshed(data, with_figures(NEW))
    again = refreshed(first.package.pack(), with_figures(NEW))
    assert told(again) == [(TOTAL, "67", "70", "conflict")]
    assert not again.changed
    decided = with_part(first.package.pack(), body(first).replace(run("67"), run("70")))
    settled = refreshed(decided, with_figures(NEW))
    assert told(settled) == [(TOTAL, "70", "70", "agreed")]
    assert written(refreshed(settled.package.pack(), with_figures({RECEIVED: 71}))) == [(TOTAL, "71"), (TOTAL, "71")]


def test_figures_agreed_on_in_word_first_are_refreshed_next_time() -> None:
    data = edited(total_cell(swap(">66<", ">70<")), within(run("70")))
    first = refreshed(data, with_figures(NEW))
    assert (written(first), first.changed) == ([], True)
    assert document(first.package.pack()) == document(data)
    assert written(refreshed(first.package.pack(), with_figures({RECEIVED: 71}))) == [(TOTAL, "71"), (TOTAL, "71")]


def test_a_blank_figure_of_a_draft_is_filled_in() -> None:
    from govdoc.pipeline import render
    from govdoc.report import Figure

    blank = report().with_figures({RECEIVED: Figure(None, "")})
    data = render(blank, draft=True)
    result = refreshed(data, report())
    assert written(result) == [(TOTAL, "66"), (TOTAL, "66")]
    assert body(result) == document(render(report(), draft=True))


def test_a_reference_that_the_workbook_no_longer_answers_is_told() -> None:
    import dataclasses

    from govdoc.pipeline import render
    from govdoc.report import Entry, Figure

    last = dataclasses.replace(
        report(),
        narratives={**report().narratives, "problems": (Entry("", "上年{{上年.三.本年新收.总计}}件。"),)},
        previous={RECEIVED: Figure(50, "50")},
    )
    data = render(last)
    result = refreshed(data, dataclasses.replace(last, previous={}))
    assert told(result) == [("上年.三.本年新收.总计", "50", "", "lost")]
    assert not result.changed


def test_marks_bear_the_names_of_their_figures() -> None:
    names = re.findall(r'w:name="([^"]*)"', document(original()))
    assert names[0] == MARK
    assert len(names) == len(set(names)) == 6
    assert all(re.fullmatch(r"_g[1-6]_t[34]_[a-z_]+", name) and len(name) <= 40 for name in names)
