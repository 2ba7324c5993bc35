"""What a template says by itself: it is built, refreshed and never taken for a text of the workbook's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator

from govdoc.editing import check_against, pull, refresh
from govdoc.files import template_path
from govdoc.pipeline import Options, build
from govdoc.roundtrip.package import Package
from tests.roundtrip.sessions import BODY, SAMPLE, body, document, refreshed, report, told, with_figures, with_part

if TYPE_CHECKING:
    from pathlib import Path

RECEIVED = "t3.received.total"
OVERVIEW, TABLE, OTHER = "一、总体情况", "三、收到和处理政府信息公开申请情况", "六、其他需要报告的事项"


def line(text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>'


def before(heading: str, more: str) -> tuple[str, str]:
    """Return a heading of the template, and something before it."""
    text = document(template_path("2021").read_bytes())
    start = text.rindex("<w:p>", 0, text.index(f"{heading}<"))
    old = text[start : text.index(f"{heading}<")]
    return old + heading, more + old + heading


GREETING = before(OVERVIEW, line("这是单位自己的开头。"))
UNIT = before(TABLE, line("下表共{{ 三.本年新收.总计 }}件，结转{{ 三.结转下年.总计 }}件。"))
CELLS = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("审核", "{{ 三.本年新收.总计 }}"))
GRID = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
SIGN = before(OTHER, f'<w:tbl><w:tblPr><w:tblW w:w="4000" w:type="dxa"/></w:tblPr>{GRID}<w:tr>{CELLS}</w:tr></w:tbl>')
CLOSING = ("{{p 落款 }}", "{{p 落款 }}</w:t></w:r></w:p>" + line("特此报告。").replace("</w:t></w:r></w:p>", ""))
ALL = (GREETING, UNIT, SIGN, CLOSING)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def built(book: Path, *changes: tuple[str, str]) -> Path:
    """Build the report with a template in which some texts were replaced."""
    data = template_path("2021").read_bytes()
    text = document(data)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    template, file = book.with_name("模板.docx"), book.with_suffix(".docx")
    template.write_bytes(with_part(data, text))
    build(book, file, Options(template=template, force=True))
    return file


def edit(file: Path, old: str, new: str, part: str = BODY) -> None:
    text = document(file.read_bytes(), part)
    assert text.count(old) == 1, old
    file.write_bytes(with_part(file.read_bytes(), text.replace(old, new), part))


def parked(book: Path) -> list[tuple[str, str]]:
    return [(str(a.value), str(b.value)) for a, b in load_workbook(book)["未归位文字"].iter_rows(min_row=2)]


@pytest.mark.parametrize("change", ALL, ids=["paragraph", "figures", "table", "end"])
def test_a_template_may_say_more(book: Path, change: tuple[str, str]) -> None:
    file = built(book, change)
    assert check_against(file, book).findings == ()
    assert pull(file, book).written is None
    assert refresh(file, book).written is None
    assert [str(error) for error in OpenXmlValidator(security_validation=True).validate(file).errors] == []


def test_figures_in_what_a_template_says_are_refreshed(book: Path) -> None:
    data = built(book, *ALL).read_bytes()
    result = refreshed(data, with_figures({RECEIVED: 71}))
    assert told(result) == []
    assert body(result).count(">71</w:t>") == 4  # table, sentence, and both of the template's
    assert body(result).count(">66</w:t>") == 0
    back = refreshed(result.package.pack(), report())
    assert back.package.parts == Package.open(book.with_suffix(".docx")).parts


def test_a_figure_typed_over_in_what_a_template_says_is_kept(book: Path) -> None:
    file = built(book, UNIT)
    edit(file, "下表共</w:t></w:r>", "下表约</w:t></w:r>")
    result = refreshed(file.read_bytes(), with_figures({RECEIVED: 71}))
    assert told(result) == []
    text = document(file.read_bytes())
    at = text.index(">66<", text.index("下表约"))
    file.write_bytes(with_part(file.read_bytes(), f"{text[:at]}>60<{text[at + 4 :]}"))
    result = refreshed(file.read_bytes(), with_figures({RECEIVED: 71}))
    assert told(result) == [("三.本年新收.总计", "60", "71", "conflict")]


def test_an_edited_text_of_the_template_is_kept_apart(book: Path) -> None:
    file = built(book, *ALL)
    edit(file, "这是单位自己的开头。", "这是单位自己的新开头。")
    edit(file, ">审核<", ">审批<")
    pull(file, book)
    assert parked(book) == [
        ("标题部分（模板的固定文字）", "这是单位自己的新开头。"),
        ("五、存在的主要问题及改进情况（表格）", "审批\t66"),
    ]
    assert pull(file, book).written is None


def test_a_text_typed_into_a_head_is_kept_apart(book: Path) -> None:
    file = built(book)
    edit(file, "</w:p>", "<w:r><w:t>某市某局</w:t></w:r></w:p>", "word/header1.xml")
    pull(file, book)
    assert parked(book) == [("页眉页脚", "某市某局")]


def test_a_report_made_before_that_was_noted_is_pulled_as_ever(book: Path) -> None:
    file = built(book)
    text = document(file.read_bytes(), "customXml/item1.xml")
    at, end = text.index("<own>"), text.index("</own>") + len("</own>")
    file.write_bytes(with_part(file.read_bytes(), text[:at] + text[end:], "customXml/item1.xml"))
    assert pull(file, book).written is None
