"""What Word, WPS and people make of a report when they edit and save it: no figure goes astray, no text is lost."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govdoc.editing import check_against, pull, refresh
from govdoc.errors import InputError
from govdoc.pipeline import read
from govdoc.readers.word import read_document
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action
from govdoc.roundtrip.refresh import refresh as refresh_package
from govdoc.roundtrip.take import Take
from tests.cli_helpers import run as command
from tests.roundtrip.sessions import (
    RECEIVED,
    SAMPLE,
    SENTENCE,
    document,
    edited,
    in_cell,
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

    from govdoc.roundtrip.narrative import Narrative

TOTAL = "三.本年新收.总计"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MANAGED = "（三）政府信息管理情况"
Edit = "Callable[[str], str]"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def pulled(book: Path, data: bytes) -> Narrative:
    file = book.with_suffix(".docx")
    file.write_bytes(data)
    narrative = pull(file, book).result.narrative
    saved = book.read_bytes()
    assert pull(file, book).written is None  # nor does a second time
    assert book.read_bytes() == saved
    return narrative


def row(book: Path, heading: str) -> str:
    return next(entry.text for entry in read(book).report.narratives["overview"] if entry.heading == heading)


# ---------------------------------------------------------------- tables


def boxed(inner: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def row_of(words: str, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Edit the table row that holds some words."""

    def whole(text: str) -> str:
        old = next(one for one in re.findall(r"<w:tr>.*?</w:tr>", text) if words in one)
        assert text.count(old) == 1
        return text.replace(old, edit(old))

    return whole


def moved_left(old: str) -> str:
    """Delete a row's first cell: the row then leaves a column out at its beginning."""
    start, end = old.index("<w:tc>"), old.index("</w:tc>") + len("</w:tc>")
    rest = old[:start] + old[end:]
    if "<w:trPr>" in rest:
        return rest.replace("<w:trPr>", '<w:trPr><w:gridBefore w:val="1"/>', 1)
    return rest.replace("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>', 1)


NOTE = f"<w:r><w:pict><w:txbxContent><w:p>{run('注')}</w:p></w:txbxContent></w:pict></w:r>"


@pytest.mark.parametrize(
    "edit",
    [
        row_of("1.信访举报投诉类申请", boxed),
        in_cell(1, 5, 3, boxed),
        row_of("（一）予以公开", moved_left),
        total_cell(lambda old: old.replace("</w:p>", f"{NOTE}</w:p>")),
    ],
    ids=["row in a control", "cell in a control", "first cell deleted", "box in a cell"],
)
def test_every_figure_of_a_table_is_written_into_its_own_cell(edit: Callable[[str], str]) -> None:
    data = edited(edit)
    news = with_figures({key: number for number, key in enumerate(report().layout.figures, start=1000)})
    result = refreshed(data, news)
    assert (len(written(result)), told(result)) == (206, [])
    untouched(Package.of(data, Path("年报.docx")), result)
    back = refreshed(result.package.pack(), report())
    assert back.package.pack() == data
    straight = re.sub(r"<[^>]*>", "", document(refreshed(original(), news).package.pack()))
    assert re.sub(r"<[^>]*>", "", document(result.package.pack())).replace("注", "") in (
        straight,
        straight.replace("三、本年度办理结果", ""),  # the cell that was deleted
    )


@pytest.mark.parametrize("name", ["cellIns", "cellDel"])
def test_a_cell_in_a_tracked_change_waits(name: str) -> None:
    mark = f'<w:{name} w:id="7" w:author="张三"/></w:tcPr>'
    data = edited(total_cell(lambda old: old.replace("</w:tcPr>", mark, 1)))
    result = refreshed(data, with_figures({RECEIVED: 70}))
    assert (written(result), told(result)) == ([(TOTAL, "70")], [(TOTAL, "66", "70", "tracked")])


# ---------------------------------------------------------------- figures


def test_a_figure_typed_in_another_form_is_the_same_figure(tmp_path: Path) -> None:
    data = edited(swap(marked("66"), marked("６６")), total_cell(swap(">66<", "> 66<")))
    file = tmp_path / "年报.docx"
    file.write_bytes(data)
    assert [one.code for one in check_against(file, SAMPLE).findings] == ["W703"]
    typed = edited(swap(marked("66"), marked("1,070")))
    result = refreshed(typed, with_figures({RECEIVED: 1070}))
    assert (written(result), told(result)) == ([(TOTAL, "1070")], [(TOTAL, "1,070", "1070", "agreed")])
    again = refreshed(result.package.pack(), with_figures({RECEIVED: 1070}))
    assert (told(again), again.changed) == ([(TOTAL, "1,070", "1070", "kept")], False)


PULLED_OVER = [
    swap(run(SENTENCE) + marked("66"), marked("66").replace(run("66"), run(SENTENCE) + run("66"))),
    swap(marked("66"), marked("66").replace(run("66"), run("近") + run("66") + run("件"))),
]


@pytest.mark.parametrize("edit", PULLED_OVER, ids=["a mark over a sentence", "words in a mark"])
def test_a_figure_is_found_among_words_in_its_mark(edit: Callable[[str], str]) -> None:
    data = edited(edit)
    result = refreshed(data, with_figures({RECEIVED: 70}))
    assert (written(result), told(result)) == ([(TOTAL, "70"), (TOTAL, "70")], [])
    assert refreshed(result.package.pack(), report()).package.pack() == data


def test_taking_the_workbooks_figures_takes_no_sentence_away() -> None:
    inner = run(SENTENCE) + run("67")
    data = edited(swap(run(SENTENCE) + marked("66"), marked("66").replace(run("66"), inner)))
    result = refresh_package(Package.of(data, Path("年报.docx")), with_figures({RECEIVED: 70}), Take.WORKBOOK)
    assert [change.action for change in result.changes] == [Action.WRITTEN, Action.CONFLICT]
    assert SENTENCE in document(result.package.pack())


# ---------------------------------------------------------------- texts


def end_of(words: str, more: str) -> Callable[[str], str]:
    return in_paragraph(words, lambda old: old.replace("</w:p>", f"{more}</w:p>"))


FORMULA = f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>a=b</m:t></m:r></m:oMath>'
RUBY = f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('chao')}</w:rt><w:rubyBase>{run('朝')}</w:rubyBase></w:ruby></w:r>"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (FORMULA, "a=b"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
        ('<w:r><w:sym w:font="Wingdings 3" w:char="F071"/></w:r>', "〓"),
        ('<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>', "①"),
        (RUBY, "朝"),
    ],
)  # fmt: skip
def test_what_is_seen_comes_back(book: Path, more: str, expected: str) -> None:
    pulled(book, edited(end_of("坚持先审后发", more)))
    assert row(book, MANAGED).endswith(f"内容及时更新。{expected}")


def test_an_equation_alone_comes_back_and_is_counted(book: Path) -> None:
    data = edited(in_paragraph("坚持先审后发", lambda old: f"{old}<w:p>{FORMULA}</w:p>"))
    assert pulled(book, data).formulas == 1
    assert row(book, MANAGED).endswith("\na=b")
    assert "报告里有 1 个公式，只取了其中的文字。" in command("pull", book.with_suffix(".docx"), book).err


def test_a_box_of_text_is_no_picture(book: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    drawn = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    both = f"<w:r><mc:AlternateContent {space}>{drawn}{old}</mc:AlternateContent></w:r>"
    narrative = pulled(book, edited(end_of("坚持先审后发", both + "<w:r><w:object/></w:r>")))
    assert narrative.pictures == 1
    assert [one.text for one in narrative.homeless] == ["框"]


def test_a_section_that_is_gone_is_told_and_stays_in_the_workbook(book: Path) -> None:
    def cut(text: str) -> str:
        start, end = (text.rindex("<w:p>", 0, text.index(f"{number}、")) for number in "五六")
        return text[:start] + text[end:]

    narrative = pulled(book, edited(cut))
    assert [section.key for section in narrative.missing] == ["problems"]
    assert book.read_bytes() == SAMPLE.read_bytes()
    assert "找不到“五、存在的主要问题及改进情况”这个标题" in command("pull", book.with_suffix(".docx"), book).err


def test_a_heading_made_of_plain_text_still_begins_its_row(book: Path) -> None:
    pulled(book, edited(in_paragraph(MANAGED, swap('"Heading2"', '"BodyText"'))))
    assert book.read_bytes() == SAMPLE.read_bytes()


def test_a_paragraph_whose_end_was_moved_runs_on_into_the_next(book: Path) -> None:
    end = '<w:pPr><w:rPr><w:moveFrom w:id="7" w:author="张三"/></w:rPr>'
    edit = in_paragraph("坚持先审后发", lambda old: old.replace("<w:pPr>", end) + f"<w:p>{run('接上一段。')}</w:p>")
    pulled(book, edited(edit))
    assert row(book, MANAGED).endswith("内容及时更新。接上一段。")


# ---------------------------------------------------------------- numbers that Word counts


def listed(paragraphs: str, styles: str, numbering: str) -> bytes:
    """Return the report with paragraphs behind one, styles of lists, and a definition of lists."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    data = edited(in_paragraph("坚持先审后发", lambda old: old + paragraphs))
    known = document(data, "word/styles.xml")
    data = with_part(data, known.replace("</w:styles>", f"{styles}</w:styles>"), "word/styles.xml")
    return with_part(data, f'<w:numbering xmlns:w="{space}">{numbering}</w:numbering>', "word/numbering.xml")


def level(form: str, text: str = "%1.") -> str:
    return f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def abstract(number: int, inner: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'


def num(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def point(properties: str) -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run('点')}</w:p>"


def own(number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'


def test_a_number_that_a_style_brings_comes_back(book: Path) -> None:
    styles = (
        f'<w:style w:type="paragraph" w:styleId="L1"><w:name w:val="l1"/><w:pPr>{own(1)}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="L2"><w:name w:val="l2"/><w:basedOn w:val="L1"/></w:style>'
    )
    points = "".join(
        point(f'<w:pStyle w:val="{key}"/>{more}') for key, more in (("L1", ""), ("L2", ""), ("L2", own(0)))
    )
    pulled(book, listed(points, styles, abstract(0, level("decimal")) + num(1, 0)))
    assert row(book, MANAGED).endswith("\n1.点\n2.点\n点")


def test_a_list_that_begins_anew_is_counted_anew(book: Path) -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    points = "".join(point(own(number)) for number in (1, 1, 2, 2, 1))
    pulled(book, listed(points, "", abstract(0, level("decimal")) + num(1, 0) + num(2, 0, again)))
    assert row(book, MANAGED).endswith("\n1.点\n2.点\n1.点\n2.点\n3.点")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("lowerLetter", "a.b."),
        ("upperRoman", "I.II."),
        ("decimalEnclosedCircleChinese", "①.②."),
        ("ordinalText", "1.2."),
    ],
)
def test_a_number_comes_back_in_the_form_it_is_seen_in(book: Path, form: str, expected: str) -> None:
    pulled(book, listed(2 * point(own(1)), "", abstract(0, level(form)) + num(1, 0)))
    assert row(book, MANAGED).replace("\n", "").endswith(expected.replace(".", ".点"))


# ---------------------------------------------------------------- packages


def renamed(data: bytes) -> bytes:
    """Return a package whose main parts have other names, as Word on the web writes them."""
    names = {"word/document.xml": "word/document2.xml", "word/styles.xml": "word/styles2.xml"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename.endswith(".rels") or entry.filename == "[Content_Types].xml":
                part = part.replace(b"document.xml", b"document2.xml").replace(b"styles.xml", b"styles2.xml")
            name = names.get(entry.filename, entry.filename).replace("document.xml.rels", "document2.xml.rels")
            new.writestr(name, part)
    return buffer.getvalue()


def test_parts_of_other_names_are_read_and_keep_them(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(renamed(original()))
    with zipfile.ZipFile(file) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    assert check_against(file, book).findings == ()
    assert read_document(file).blocks == Package.of(original(), file).document.blocks
    assert pull(file, book).written is None
    package = refresh_package(Package.open(file), with_figures({RECEIVED: 70})).package
    with zipfile.ZipFile(io.BytesIO(package.pack())) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert list(after) == list(before)
    assert [name for name in before if after[name] != before[name]] == ["word/document2.xml", "customXml/item1.xml"]
    assert after["word/document2.xml"].count(b">70<") == 2


def test_a_body_that_is_nowhere_is_told(tmp_path: Path) -> None:
    file = tmp_path / "年报.docx"
    data = renamed(original())
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != "word/document2.xml":
                new.writestr(entry, old.read(entry))
    with pytest.raises(InputError, match=r"缺少部件 word/document\.xml"):
        Package.open(file)


@pytest.mark.parametrize("what", [refresh, pull])
def test_a_strict_document_is_refused_with_the_way_out(book: Path, what: Callable[[Path, Path], object]) -> None:
    strict = document(original()).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    file = book.with_suffix(".docx")
    file.write_bytes(with_part(original(), strict))
    with pytest.raises(InputError, match="Strict Open XML") as refused:
        what(file, book)
    assert "另存为" in refused.value.remedy
