"""Cells that are taken in at once say what the parser says of them; what it would refuse is left to it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.parsers import expat

import pytest

from govdoc.files import LIMITS
from govdoc.readers import xlsx
from govdoc.readers.facts import OverLimitError, SheetFacts, check_xml, parse_part
from govdoc.readers.grid import Span
from govdoc.readers.xlsx_plain import plain_strings, read_plain
from govdoc.readers.xlsx_sheet import SheetScan
from tests.helpers import SAMPLE, dice_of
from tests.hostile.makers import cell, data, row, sample_parts, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SHEET = "xl/worksheets/sheet1.xml"
PERCENTS = frozenset({"3"})
TEXTS = 400

MIXED = data(
    row(1, cell("A1"), '<c r="B1" s="3"><v>0.5</v></c>', '<c r="C1" s="3" t="str"><f>A1&amp;"%"</f><v>x</v></c>'),
    '<row r="2" hidden="1" ht="15.5"><c r="A2" t="s"><v>7</v></c><c r="B2" t="s"><v>7</v></c></row>',
    row(
        3,
        '<c r="A3"><f>SUM(A1:A2)&amp;"&#10003;"</f></c>',
        '<c r="B3"><f t="shared" si="0"/><v/></c>',
        '<c r="C3" s="1"/>',
    ),
    row(
        5, '<c r="AA5" t="inlineStr"><is><t>字&#8212;</t></is></c>', '<c r="AB5" s="3"></c>', '<c r="AC5"><v>1</v></c>'
    ),
    '<row r="7" s="1"/>',
)
AROUND = '<cols><col min="2" max="3" hidden="1"/></cols>{}<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'


def sheet(content: str) -> bytes:
    return workbook(AROUND.format(content))[SHEET]


def parsed(xml: bytes) -> SheetFacts:
    """Return what the parser says of a sheet."""
    scan = SheetScan(PERCENTS, TEXTS, 0)
    parse_part(xml, scan.start, scan.text, scan.end, scan.aside)
    return scan.facts


def taken(xml: bytes) -> SheetFacts | None:
    """Return what is taken in at once, if it can be."""
    plain = read_plain(xml, PERCENTS, TEXTS, LIMITS.cells)
    scan = SheetScan(PERCENTS, TEXTS, 0)
    return scan.facts if plain is not None and scan.take(plain) else None


def test_all_that_a_plain_sheet_says_is_taken_in() -> None:
    facts = taken(sheet(MIXED))
    assert facts is not None
    assert facts == parsed(sheet(MIXED))
    assert facts.formulas == {(2, 0): '=SUM(A1:A2)&"✓"', (2, 1): "="}
    assert (facts.percents, facts.hidden_rows, facts.hidden_columns) == ({(0, 1)}, {1}, {1, 2})
    assert (facts.spans, facts.cells, facts.shared_cells) == ([Span(0, 0, 1, 1)], 11, 2)
    assert (facts.rows, facts.columns) == (5, 29)


@pytest.mark.parametrize("name", [name for name in sample_parts() if name.startswith("xl/worksheets/sheet")])
def test_the_sheets_of_the_sample_are_plain(name: str) -> None:
    xml = sample_parts()[name]
    assert taken(xml) == parsed(xml) != SheetFacts()


def test_a_workbook_made_here_is_plain(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The workbook that ``new`` makes has its texts in the cells, and characters by number."""
    import zipfile

    from govdoc.pipeline import new

    path = tmp_path_factory.mktemp("new") / "年报.xlsx"
    new(path, 2024, {})
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert [taken(xml) for xml in sheets] == [parsed(xml) for xml in sheets]


NOT_PLAIN = {
    "a space between rows": data(row(1, cell("A1")), " ", row(2, cell("A2"))),
    "a comment": data(row(1, "<c r='A1'><v>1<!-- --></v></c>")),
    "CDATA": data(row(1, '<c r="A1"><v><![CDATA[1]]></v></c>')),
    "an end of CDATA": data(row(1, '<c r="A1" t="str"><v>]]></v></c>')),
    "a prefix": '<x:sheetData xmlns:x="x"><x:row r="1"/></x:sheetData>',
    "two lists of rows": data(row(1, cell("A1"))) + data(row(2, cell("A2"))),
    "a cell outside": data(row(1, cell("A1"))) + "<c r='B1'><v>1</v></c>",
    "a row outside": data(row(1, cell("A1"))) + "<row r='9'/>",
    "a cell of another row": data(row(1, cell("A2"))),
    "a cell without a place": data(row(1, "<c><v>1</v></c>")),
    "a row without a number": data("<row><c r='A1'><v>1</v></c></row>"),
    "rows upside down": data(row(2, cell("A2")), row(1, cell("A1"))),
    "a row twice": data(row(2, cell("A2")), row(2, cell("B2"))),
    "two numbers of a row": data('<row r="2" r="3"><c r="A2"><v>1</v></c></row>'),
    "an error": data(row(1, cell("A1", "#REF!", ' t="e"'))),
    "a text that is not there": data(row(1, cell("A1", str(TEXTS), ' t="s"'))),
    "a text without number": data(row(1, cell("A1", "", ' t="s"'))),
    "a formula in two lines": data(row(1, '<c r="A1"><f>A2+\r\nA3</f></c>')),
    "an entity": data(row(1, cell("A1", "&nbsp;"))),
    "a surrogate by number": data(row(1, cell("A1", "&#55296;"))),
    "a control by number": data(row(1, cell("A1", "&#1;"))),
    "no character": data(row(1, cell("A1", "\uffff"))),
    "a control": data(row(1, cell("A1", "\x01"))),
    "a text too long": data(row(1, cell("A1", "x" * (LIMITS.cell_text + 1), ' t="str"'))),
    "a row too far down": data(row(LIMITS.rows + 1, cell(f"A{LIMITS.rows + 1}"))),
    "rich text": data(row(1, '<c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c>')),
    "an end that is missing": data(row(1, cell("A1"))).replace("</c>", ""),
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_parser(name: str) -> None:
    assert taken(sheet(NOT_PLAIN[name])) is None


def test_what_is_no_utf_8_is_left_to_the_parser() -> None:
    assert taken(sheet(MIXED).replace("字".encode(), "字".encode("gbk"))) is None


PIECES = (
    *(
        b"<",
        b">",
        b'"',
        b"&",
        b"]]>",
        b"/",
        b" ",
        b"=",
        b"1",
        b"9999999",
        b"A",
        b"\xff",
        b"\x00",
        b"\x01",
        "字".encode(),
    ),
    *(b"&#60;", b"&#0;", b"<v>", b"</v>", b"<v/>", b"<f>", b"</f>", b"<f/>", b"</c>", b"</row>", b"<is><t>", b"</is>"),
    *(b'<c r="A1">', b'<c r="B7"><v>2</v></c>', b'<row r="4">', b'<row r="4"/>', b"<!---->", b"<?x y?>", b' r="C3"'),
    *(b' t="s"', b' t="e"', b' s="3"', b' hidden="1"', b"<sheetData>", b"</sheetData>", b"<x:c xmlns:x='x'/>", b"<c/>"),
)


def mutated(xml: bytes, dice: Random) -> bytes:
    """Return a sheet with one to three small faults."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        start = dice.randrange(len(xml))
        end = start + dice.choice((0, 0, 1, 2, 8, 30))
        piece = dice.choice((*PIECES, xml[start:end] * 2))
        xml = xml[:start] + piece + xml[end:]
    return xml


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_broken_is_read_as_the_parser_reads_it_or_not_at_all(seed: int) -> None:
    dice, read = dice_of(seed), 0
    seeds = [sheet(MIXED), sample_parts()["xl/worksheets/sheet4.xml"]]
    for _ in range(1_000):
        xml = mutated(dice.choice(seeds), dice)
        try:
            check_xml(xml)
        except OverLimitError:
            continue
        facts = outcome(taken, xml)
        if facts is not None:
            read += 1
            assert facts == outcome(parsed, xml), xml
    assert read > 10


def outcome(read: Callable[[bytes], SheetFacts | None], xml: bytes) -> SheetFacts | str | None:
    try:
        return read(xml)
    except (expat.ExpatError, OverLimitError):
        return "refused"


# ---------------------------------------------------------------- shared texts

STRINGS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4" uniqueCount="3">'
    b'<si><t>a &amp; b</t></si><si><t xml:space="preserve"> \xe4\xb8\xad&#20013;&#9;> </t></si><si><t></t></si></sst>'
)


def parsed_strings(xml: bytes) -> tuple[int, int]:
    """Return number and longest of the shared texts as the parser has them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "plain_strings", lambda _: None)
        return xlsx._check_strings(xml)[:2]  # noqa: SLF001 - what the two must agree on


def test_plain_shared_texts_are_counted_without_the_parser() -> None:
    assert (
        plain_strings(STRINGS)
        == (*parsed_strings(STRINGS), ("a & b", " 中中\t> ", ""), False)
        == (3, 6, ("a & b", " 中中\t> ", ""), False)
    )
    with zipfile.ZipFile(SAMPLE) as archive:
        sample = archive.read("xl/sharedStrings.xml")
    plain = plain_strings(sample)
    assert plain is not None
    assert plain[:2] == parsed_strings(sample)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("中 文", True),
        ("", False),
        (" 中", False),
        ("中\u3000", False),
        ("a_x000D_b", False),
        ("中\n文", True),
        ("&#13;", False),
        ("&amp;", True),
    ],
)
def test_texts_that_some_readers_take_otherwise_are_told(text: str, plain: bool) -> None:  # noqa: FBT001
    xml = STRINGS[: STRINGS.index(b"<si>")] + f"<si><t>甲</t></si><si><t>{text}</t></si></sst>".encode()
    assert [None if one is None else one.plain for one in (plain_strings(xml), plain_strings(xml))] == [plain, plain]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<t></t>", b"<r><t>x</t></r>"),
        (b"<t></t>", b"<t>]]></t>"),
        (b"<t></t>", b"<t>&x;</t>"),
        (b"<t></t>", b"<t>&#55296;</t>"),
        (b"<t></t>", b"<t>\xff</t>"),
        (b"<t></t>", b"<t/>"),
        (b"<t></t>", b"<t>" + b"x" * (8 * 32_767 + 1) + b"</t>"),
        (b' count="4"', b' count="100001"'),
        (b' count="4"', b' uniqueCount="4"'),
        (b"</sst>", b"</sst><!-- -->"),
    ],
    ids=repr,
)
def test_other_shared_texts_are_left_to_the_parser(old: bytes, new: bytes) -> None:
    assert old in STRINGS
    assert plain_strings(STRINGS.replace(old, new)) is None


@pytest.mark.parametrize("seed", range(5))
def test_broken_shared_texts_are_counted_as_the_parser_counts_them_or_not_at_all(seed: int) -> None:
    dice, read = dice_of(f"strings {seed}"), 0
    pieces = (b"<si><t>x</t></si>", b"<si>", b"</si>", b"<t>", b' count="2"', b"<sst>", b"\r", b"&gt;", b"\n")
    for _ in range(1_000):
        xml = STRINGS
        for _ in range(dice.choice((1, 2, 3))):
            at = dice.choice([xml.find(b"<si>"), xml.rfind(b"</si>") + 5, dice.randrange(len(xml))])
            xml = xml[:at] + dice.choice(pieces) + xml[at:]
        if dice.random() < 0.5:
            xml = mutated(xml, dice)
        try:
            check_xml(xml)
        except OverLimitError:
            continue
        plain = plain_strings(xml)
        if plain is not None:
            read += 1
            assert plain[:2] == parsed_strings(xml), xml
    assert read > 5
