"""Tables and paragraphs that are known at sight, or read in one pass, are what they are when read with all care."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.pipeline import render
from govdoc.readers import word, word_tables
from govdoc.readers.grid import Grid, outline_of
from govdoc.readers.word import Text, document_of, parse_part, read_document, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART
from govdoc.readers.word_tables import Filled, Line
from tests.helpers import dice_of, distinct, report_of
from tests.hostile.makers import document, pack, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from govdoc.readers.word import Document
    from tests.hostile.makers import Parts


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_tables, "known_blocks", {})
    monkeypatch.setattr(word_tables, "met", set())
    monkeypatch.setattr(word_tables, "last_tables", {})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "年报.docx"


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(path: Path, parts: Parts) -> Document | str:
    """Return a document as it is read, or why it is not."""
    path.write_bytes(pack(parts))
    try:
        document_ = read_document(path)
    except InputError as error:
        return error.message
    for block in document_.blocks:
        assert not isinstance(block, Grid) or block.outline == outline_of(block.rows)
    return document_


def carefully(path: Path, parts: Parts) -> Document | str:
    """Return a document that is parsed whole, its tables read cell by cell."""
    try:
        tree, styles = parse_part(parts[BODY_PART], path), style_names(parts[STYLES_PART], path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(word, "_plain_rows", lambda _: [])
            return document_of(tree, styles, path, path.name)
    except InputError as error:
        return error.message


def report() -> Parts:
    return parts_of(render(report_of(distinct())))


def taken(body: bytes, kind: type[tuple[object, ...]]) -> int:
    """Return how many tables, or how many paragraphs, are known in a document's body."""
    return sum(isinstance(block, kind) for block in word_tables.take_out(body).blocks)


def learnt(path: Path) -> int:
    """Read a report until its tables are known; return how many are."""
    for _ in range(2):
        read(path, report())
    return taken(report()[BODY_PART], Filled)


def test_tables_are_known_when_they_come_for_the_third_time(path: Path) -> None:
    first = read(path, report())
    assert taken(report()[BODY_PART], Filled) == 0
    assert learnt(path) == 3
    assert read(path, report()) == first == carefully(path, report())


def test_other_texts_in_a_known_table_are_read(path: Path) -> None:
    learnt(path)
    body = report()[BODY_PART].replace("信息内容".encode(), "内容\t 一".encode()).replace(b">101<", b"><")
    parts = report() | {BODY_PART: body}
    assert taken(body, Filled) == 3
    again = read(path, parts)
    assert again == carefully(path, parts)
    assert not isinstance(again, str)
    assert "内容\t 一" in {
        cell for block in again.blocks if isinstance(block, Grid) for row in block.rows for cell in row
    }


TABLE = (
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='900'/><w:gridCol w:w='900'/></w:tblGrid>"
    "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p/></w:tc>"
    "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    "<w:tc><w:p><w:r><w:t>a&amp;b</w:t></w:r></w:p></w:tc></w:tr>"
    "</w:tbl>"
)


def page(table: str = TABLE) -> Parts:
    return document(paragraph("前") + table + paragraph("后"))


@pytest.mark.parametrize(("xml", "count"), [(TABLE, 1), (TABLE * 3, 3), (TABLE + paragraph("中") + TABLE, 2)])
def test_spans_signs_and_paragraphs_of_a_known_table(path: Path, xml: str, count: int) -> None:
    expected = [read(path, page(xml)) for _ in range(3)]
    assert taken(page(xml)[BODY_PART], Filled) == count
    assert expected == [carefully(path, page(xml))] * 3
    assert not isinstance(expected[2], str)
    (grid, *_) = (block for block in expected[2].blocks if isinstance(block, Grid))
    assert grid.rows == [["甲\t乙\n丙", None], [None, "1"], [None, "a&b"]]


CELL = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
PECULIAR = {
    "a table in a table": TABLE.replace("<w:p/></w:tc>", f"{TABLE}<w:p/></w:tc>", 1),
    "a comment with a tag": f"<!-- <w:tbl> -->{TABLE}<!-- </w:tbl> -->",
    "a tag with an attribute": TABLE.replace("<w:tbl>", '<w:tbl w:rsid="1">'),
    "an empty table": f"<w:tbl/>{TABLE}",
    "an end of CDATA": TABLE.replace("甲", "]]>"),
    "an instruction": f"<?x <w:tbl>?>{TABLE}",
    "somebody's own mark": f'<w:known w:val="0"/>{TABLE}',
    "somebody's own mark by another name": f'<x:known xmlns:x="{word_tables.WORD}" x:val="9"/>{TABLE}',
    "another meaning of the prefix": TABLE.replace("<w:tr>", '<w:tr xmlns:w="urn:x">'),
    "a character for private use": TABLE.replace("w:val='2'", "w:val='2' w:x='\ue005'"),
    "no character": TABLE.replace("甲", "\uffff"),
    "a control": TABLE.replace("甲", "\x01"),
    "a control that marks gaps": TABLE.replace("甲", "\x00"),
    "a carriage return": TABLE.replace("甲", "甲\r\n乙"),
    "a tracked row": TABLE.replace("<w:tr><w:tc>", "<w:ins><w:tr><w:tc><w:p/></w:tc></w:tr></w:ins><w:tr><w:tc>", 1),
    "a deleted text": TABLE.replace("<w:r><w:t>丙", "<w:del><w:r><w:t>x</w:t></w:r></w:del><w:r><w:t>丙"),
    "a text without a run": TABLE.replace("<w:r><w:t>丙</w:t></w:r>", "<w:t>丙</w:t>"),
    "a cell without a row": TABLE.replace("</w:tblGrid>", f"</w:tblGrid>{CELL.format('x')}"),
    "a tab stop": TABLE.replace("<w:p><w:r>", "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r>"),
    "slivers": TABLE.replace("w:w='900'", "w:w='20'", 1),
    "a former width": TABLE.replace(
        "<w:tcPr>", "<w:tcPr><w:tcPrChange><w:tcPr><w:gridSpan w:val='3'/></w:tcPr></w:tcPrChange>"
    ),
    "nothing in it": "<w:tbl></w:tbl>",
}


@pytest.mark.parametrize("name", PECULIAR)
def test_a_table_with_a_peculiarity_is_read_with_care(path: Path, name: str) -> None:
    for _ in range(3):
        read(path, page())  # its plain brother is known
    read_thrice = [read(path, page(PECULIAR[name])) for _ in range(3)]
    assert read_thrice == [carefully(path, page(PECULIAR[name]))] * 3


def test_bytes_that_are_no_utf_8_in_a_known_table_are_damage(path: Path) -> None:
    for _ in range(3):
        read(path, page())
    broken = {name: data.replace("甲".encode(), b"\xff") for name, data in page().items()}
    assert read(path, broken) == carefully(path, broken) == "年报.docx 已损坏，读不了。"


PIECES = (
    *("<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:p>", "</w:p>", "<w:t>", "</w:t>", "<w:r>"),
    *("</w:r>", "<w:tab/>", "<w:br/>", "<w:p/>", "<w:tr/>", "<w:tc/>", "<w:vMerge/>", "<w:gridSpan w:val='2'/>"),
    *("\x00", "<!--", "-->", "]]>", "&", "&lt;", "x", " ", "\r", "\x01", "\ue001", TABLE, CELL.format("y")),
    '<w:known w:val="0"/>',
)


def mutated(xml: str, dice: Random) -> str:
    for _ in range(dice.choice((1, 1, 2))):
        start = dice.randrange(len(xml))
        end = start + dice.choice((0, 0, 1, 5, 40))
        xml = xml[:start] + dice.choice((*PIECES, xml[start:end] * 2)) + xml[end:]
    return xml


def moved(xml: str, dice: Random) -> str:
    """Return a page with one element copied to the border of another: most such pages are well-formed."""
    borders = [at for at in range(len(xml)) if xml.startswith("<", at)]
    elements = ("<w:p/>", "<w:r><w:t>x</w:t></w:r>", CELL.format("y"), f"<w:tr>{CELL.format('z')}</w:tr>", TABLE)
    at = dice.choice(borders)
    return xml[:at] + dice.choice(elements) + xml[at:]


def pages(seed: int) -> Iterator[Parts]:
    dice = dice_of(f"tables {seed}")
    for _ in range(300):
        yield page(dice.choice((mutated, moved))(TABLE, dice))


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_table_is_like_it_is_read_as_with_care(path: Path, seed: int) -> None:
    for _ in range(3):
        read(path, page())
    well = 0
    for parts in pages(seed):
        expected = carefully(path, parts)
        well += not isinstance(expected, str)
        assert [read(path, parts) for _ in range(3)] == [expected] * 3, parts[BODY_PART]
    assert well > 50


def test_not_much_is_kept(path: Path) -> None:
    for number in range(700):
        for _ in range(2):
            read(path, page(TABLE.replace("w:val='2'", f"w:val='{number}'")))
    assert 0 < len(word_tables.known_blocks) <= 512
    assert len(word_tables.met) <= 4_096
    huge = TABLE.replace("<w:p/>", "<w:p/>" * 60_000)
    for _ in range(3):
        read(path, page(huge))
    assert max(len(outline) for _, outline in word_tables.known_blocks) < 2_000
    for number in range(60):
        for _ in range(2):
            read(path, page(TABLE.replace("<w:p/>", f"<w:p/><w:p><w:x{number}/></w:p>" * 8_000)))
    assert sum(len(outline) for _, outline in word_tables.known_blocks) <= 8 * 1024 * 1024


# ---------------------------------------------------------------- paragraphs


MARKED = (
    '<w:p><w:pPr><w:pStyle w:val=\'a\'/></w:pPr><w:r><w:t>收到</w:t></w:r><w:bookmarkStart w:id="7" w:name="_g1_x"/>'
    '<w:r><w:t>12</w:t></w:r><w:bookmarkEnd w:id="7"/><w:r><w:t xml:space="preserve">件。 </w:t><w:tab/></w:r></w:p>'
)
JOINED = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
PLAIN = "<w:p><w:r><w:t>甲</w:t></w:r></w:p>"
LINES = MARKED + PLAIN + JOINED + JOINED + PLAIN + TABLE + MARKED
BOX = f"<w:p><w:r><w:pict><w:txbxContent>{PLAIN}</w:txbxContent></w:pict></w:r><w:r><w:t>外</w:t></w:r></w:p>"


def test_paragraphs_are_known_when_they_come_for_the_third_time(path: Path) -> None:
    first = [read(path, document(LINES)) for _ in range(3)]
    assert taken(document(LINES)[BODY_PART], Line) == 6
    other = LINES.replace("收到", "办结").replace('w:id="7"', 'w:id="77"').replace("_g1_x", "_g2_y").replace("前半", "")
    assert taken(document(other)[BODY_PART], Line) == 6
    again = read(path, document(other))
    assert again == carefully(path, document(other)) != first[0]
    assert first == [carefully(path, document(LINES))] * 3
    assert not isinstance(first[2], str)
    assert [block.text for block in first[2].blocks if isinstance(block, Text)] == [
        *("收到12件。 \t", "甲", "前半前半甲", "收到12件。 \t")
    ]


ODD_LINES = {
    "deleted as a whole": f"<w:del>{PLAIN}</w:del>{PLAIN}",
    "inserted": f"<w:ins>{PLAIN}</w:ins>{PLAIN}",
    "in a content control": f"<w:sdt><w:sdtContent>{PLAIN}{PLAIN}</w:sdtContent></w:sdt>{PLAIN}",
    "in a box": BOX + PLAIN,
    "in a box in a paragraph with an attribute": BOX.replace("<w:p>", "<w:p w:rsidR='1'>", 1) + PLAIN,
    "a paragraph in a paragraph": f"<w:p>{PLAIN}</w:p>{PLAIN}",
    "a paragraph in one with an attribute": f"<w:p w:rsidR='1'>{PLAIN}<w:r><w:t>x</w:t></w:r></w:p>{PLAIN}",
    "under another meaning of the prefix": f"<w:sdt xmlns:w='urn:x'>{PLAIN}</w:sdt>{PLAIN}",
    "in a comment": f"<!-- {PLAIN} -->{PLAIN}",
    "in an element of no meaning": f"<w:frame>{PLAIN}</w:frame>{PLAIN}",
    "the last end deleted": PLAIN + JOINED,
    "an end deleted before a table": JOINED + TABLE + PLAIN,
    "a bookmark in a text": PLAIN.replace("甲", '甲<w:bookmarkStart w:id="1" w:name="x"/>乙') + PLAIN,
    "a bookmark around paragraphs": f'<w:bookmarkStart w:id="1" w:name="x"/>{PLAIN}<w:bookmarkEnd w:id="1"/>',
    "no end": PLAIN + "<w:p>",
    "an end too many": PLAIN + "</w:p>",
    "somebody's own mark": f'<w:known w:val="0"/>{PLAIN}',
    "a mark of nothing": f'<w:known w:val="99"/>{PLAIN}',
    "somebody's own mark, and a paragraph that is none": (
        f'<w:known w:val="0"/><w:sdt xmlns:w="urn:x">{PLAIN}</w:sdt>'
    ),
    "behind the body": f"{PLAIN}</w:body><w:body>{PLAIN}",
}


@pytest.mark.parametrize("name", ODD_LINES)
def test_a_paragraph_in_a_peculiar_place_is_read_with_care(path: Path, name: str) -> None:
    for _ in range(3):
        read(path, document(LINES))
    parts = document(ODD_LINES[name])
    assert [read(path, parts) for _ in range(3)] == [carefully(path, parts)] * 3


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_page_is_like_it_is_read_as_with_care(path: Path, seed: int) -> None:
    dice, well = dice_of(f"lines {seed}"), 0
    for _ in range(3):
        read(path, document(LINES))
    for _ in range(300):
        parts = document(dice.choice((mutated, moved))(LINES, dice))
        expected = carefully(path, parts)
        well += not isinstance(expected, str)
        assert [read(path, parts) for _ in range(3)] == [expected] * 3, parts[BODY_PART]
    assert well > 50


def test_paragraphs_that_are_known_count_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "LIMITS", replace(LIMITS, paragraphs=30))
    assert [isinstance(read(path, document(PLAIN * number)), str) for number in (30, 30, 30, 31)] == [
        *(False, False, False, True)
    ]


FIGURES = (
    "0",
    "7",
    "123456789012345",
    "12.5",
    "0.000001",
    "07",
    "1e5",
    "1234567890123456",
    "-3",
    "",
    " 4",
    "四",
    "4件",
)


@pytest.mark.parametrize("figure", FIGURES)
def test_an_outline_is_what_the_table_shows(path: Path, figure: str) -> None:
    for _ in range(4):
        read(path, report())
    body = re.sub(rb">1[0-9]{4}<", f">{figure}<".encode(), report()[BODY_PART], count=3)
    assert body != report()[BODY_PART]
    assert read(path, report() | {BODY_PART: body}) == carefully(path, report() | {BODY_PART: body})
