"""Tables that are known at sight, or read in one pass, are what they are when they are read with all care."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import InputError
from govdoc.pipeline import render
from govdoc.readers import word, word_tables
from govdoc.readers.grid import Grid
from govdoc.readers.word import document_of, parse_part, read_document, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART
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
    monkeypatch.setattr(word_tables, "known_tables", {})
    monkeypatch.setattr(word_tables, "met", set())


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
        return read_document(path)
    except InputError as error:
        return error.message


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


def learnt(path: Path) -> int:
    """Read a report until its tables are known; return how many are."""
    for _ in range(2):
        read(path, report())
    return len(word_tables.take_out(report()[BODY_PART]).rows)


def test_tables_are_known_when_they_come_for_the_third_time(path: Path) -> None:
    first = read(path, report())
    assert word_tables.take_out(report()[BODY_PART]).rows == ()
    assert learnt(path) == 3
    assert read(path, report()) == first == carefully(path, report())


def test_other_texts_in_a_known_table_are_read(path: Path) -> None:
    learnt(path)
    body = report()[BODY_PART].replace("信息内容".encode(), "内容\t 一".encode()).replace(b">101<", b"><")
    parts = report() | {BODY_PART: body}
    assert len(word_tables.take_out(body).rows) == 3
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
    assert len(word_tables.take_out(page(xml)[BODY_PART]).rows) == count
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
    "somebody's own mark": f'<w:knownTable w:val="0"/>{TABLE}',
    "somebody's own mark by another name": f'<x:knownTable xmlns:x="{word_tables.WORD}" x:val="9"/>{TABLE}',
    "another meaning of the prefix": TABLE.replace("<w:tr>", '<w:tr xmlns:w="urn:x">'),
    "a character for private use": TABLE.replace("w:val='2'", "w:val='2' w:x='\ue005'"),
    "no character": TABLE.replace("甲", "\uffff"),
    "a control": TABLE.replace("甲", "\x01"),
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
    *("<!--", "-->", "]]>", "&", "&lt;", "x", " ", "\r", "\x01", "\ue001", TABLE, CELL.format("y")),
    '<w:knownTable w:val="0"/>',
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


def test_not_many_tables_are_kept(path: Path) -> None:
    for number in range(200):
        for _ in range(2):
            read(path, page(TABLE.replace("w:val='2'", f"w:val='{number}'")))
    huge = TABLE.replace("<w:p/>", "<w:p/>" * 60_000)
    for _ in range(3):
        read(path, page(huge))
    assert 0 < len(word_tables.known_tables) <= 64
    assert len(word_tables.met) <= 1_024
    assert max(len(outline) for _, outline in word_tables.known_tables) < 2_000
