"""Sheets that are others over again are read as if each were the first."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.readers import xlsx, xlsx_again, xlsx_sheet
from govdoc.readers.facts import OverLimitError, SheetFacts, check_xml
from govdoc.readers.grid import outline_of
from govdoc.readers.workbook import read_workbook
from govdoc.readers.xlsx import inspect_workbook
from govdoc.readers.xlsx_sheet import SheetScan, scan_sheet
from tests.helpers import SAMPLE, dice_of, forget_sheets
from tests.hostile.makers import cell, changed, data, pack, row, sample_parts
from tests.readers.test_xlsx_plain import MIXED, PERCENTS, TEXTS, mutated, outcome, parsed, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from tests.hostile.makers import Parts


def scanned(xml: bytes) -> SheetFacts:
    return scan_sheet(xml, PERCENTS, TEXTS, 0).facts


VALUED = sample_parts()["xl/worksheets/sheet5.xml"]


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the sheets of these tests, and let nothing else be read but by the parser."""
    forget_sheets()
    for xml in (sheet(MIXED), VALUED):
        scanned(xml)
    monkeypatch.setattr(xlsx_sheet, "read_plain", lambda *_: None)


@pytest.mark.usefixtures("learnt")
def test_a_sheet_with_other_values_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    other = re.sub(rb"(<c r=\"[A-Z]+[0-9]+\" s=\"[0-9]+\"(?: t=\"n\")?><v>)[0-9]+", rb"\g<1>77", VALUED)
    assert other != VALUED
    expected = parsed(other)

    def parse(*_: object) -> None:
        raise AssertionError("the parser was asked")

    monkeypatch.setattr(xlsx_sheet, "parse_part", parse)
    assert scanned(other) == expected
    assert scanned(other) is not scanned(other)


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize("seed", range(5))
def test_what_is_like_a_known_sheet_is_read_as_the_parser_reads_it(seed: int) -> None:
    dice = dice_of(f"again {seed}")
    for _ in range(500):
        xml = mutated(dice.choice([sheet(MIXED), VALUED]), dice)
        try:
            check_xml(xml)
        except OverLimitError:
            continue
        assert outcome(scanned, xml) == outcome(parsed, xml), xml


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize("seed", range(5))
def test_what_is_known_before_it_is_looked_into_is_what_the_parser_reads(seed: int) -> None:
    """As a guard lets it through: what would not pass must not be known either."""
    dice, at_sight = dice_of(f"at sight {seed}"), 0
    odd = (
        b"0",
        b"12",
        b"1.5",
        b"",
        b"<",
        b"]]>",
        b"&lt;",
        b"\x00",
        b"1\x002",
        b"\x01",
        b"\r",
        b"\xff",
        b"\xef\xbf\xbe",
        b"9" * 40_000,
        b"</v><v>",
    )
    for _ in range(500):
        known = dice.choice([sheet(MIXED), VALUED])
        xlsx_again.remember("x", PERCENTS, xlsx_again.known_sheets[xlsx_again.without_values(known)[0], PERCENTS])
        xml = mutated(known, dice) if dice.random() < 0.3 else with_values(known, dice, odd)
        seen = xlsx_sheet.scan_at_sight(xml, "x", PERCENTS, TEXTS, 0)
        if seen is not None:
            at_sight += 1
            assert check_xml(xml) == xlsx_again.last_sheets["x", PERCENTS].tags
            assert outcome(scanned, xml) == outcome(parsed, xml) == seen.facts, xml
    assert at_sight > 50


def with_values(xml: bytes, dice: Random, values: Sequence[bytes]) -> bytes:
    """Return a sheet's XML with another value in a cell or two."""
    for _ in range(dice.choice((0, 1, 1, 2))):
        start = dice.choice([found.end() for found in re.finditer(b"<v>", xml)])
        xml = xml[:start] + dice.choice(values) + xml[xml.find(b"</v>", start) :]
    return xml


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>7</v>", b"<v>%d</v>" % TEXTS),
        (b"<v>7</v>", b"<v>-1</v>"),
        (b"<v>7</v>", b"<v>%s</v>" % (b"1" * 5_000)),
        (b"<v>0.5</v>", b"<v>%s</v>" % (b"1" * (8 * LIMITS.cell_text + 1))),
    ],
    ids=["a text that is not there", "below zero", "5,000 digits", "a value too long"],
)
def test_a_value_that_no_cell_may_hold_is_refused_in_a_known_sheet(old: bytes, new: bytes) -> None:
    assert outcome(scanned, sheet(MIXED).replace(old, new, 1)) == "refused"


@pytest.mark.usefixtures("learnt")
def test_the_cells_of_a_known_sheet_count_too() -> None:
    cells = parsed(VALUED).cells
    assert scan_sheet(VALUED, PERCENTS, TEXTS, LIMITS.cells - cells).facts.cells == cells
    with pytest.raises(OverLimitError, match="个单元格"):
        scan_sheet(VALUED, PERCENTS, TEXTS, LIMITS.cells - cells + 1)


def test_not_many_sheets_are_kept() -> None:
    forget_sheets()
    one = xlsx_again.Known(SheetFacts(), b"<x/>")
    for number in range(600):
        xlsx_again.remember(str(number), PERCENTS, one)
    assert 0 < len(xlsx_again.last_sheets) <= 256
    for number in range(600):
        scanned(sheet(data(row(number + 1, cell(f"A{number + 1}")))))
    scanned(sheet(data(row(1, cell("A1")), *(f'<row r="{number}"/>' for number in range(2, 5_000)))))
    assert 0 < len(xlsx_again.known_sheets) <= 256
    assert all(len(outline) < 1_000 for outline, _ in xlsx_again.known_sheets)


def test_the_sample_itself_is_read_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object) -> None:
        raise AssertionError("the parser was asked")

    monkeypatch.setattr(SheetScan, "start", parse)
    assert len(inspect_workbook(SAMPLE).sheets) == 10


# ---------------------------------------------------------------- values without the value reader


SHEETS = [name for name in sample_parts() if name.startswith("xl/worksheets/sheet")]
NUMBER = re.compile(rb"(<c r=\"[A-Z]+[0-9]+\"(?: s=\"[0-9]+\")?(?: t=\"n\")?><v>)([0-9]+)</v>")
STRINGS, STYLES, BOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"


@pytest.fixture
def known() -> None:
    """Know the sheets of the sample, and what the value reader made of them."""
    forget_sheets()
    read_workbook(SAMPLE)


def cells(path: Path) -> list[str]:
    """Return all that a workbook's sheets hold, with their types, or the message where it cannot be read."""
    try:
        book = read_workbook(path)
    except InputError as error:
        return [str(error)]
    for grid in book.grids:
        assert grid.outline == outline_of(grid.rows)
    return [repr(grid) for grid in book.grids]


def cells_by_the_reader(path: Path) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "rows_again", lambda *_: None)
        patch.setattr(xlsx, "scan_at_sight", lambda *_: None)
        return cells(path)


def saved(folder: Path, parts: Parts) -> Path:
    path = folder / "年报.xlsx"
    path.write_bytes(pack(parts))
    return path


def with_numbers(parts: Parts, dice: Random, values: Sequence[bytes], share: float) -> Parts:
    """Return the parts with other values in some of the cells that hold numbers."""

    def put(found: re.Match[bytes]) -> bytes:
        return b"%s%s</v>" % (found[1], dice.choice(values)) if dice.random() < share else found[0]

    return parts | {name: NUMBER.sub(put, parts[name]) for name in SHEETS}


@pytest.mark.usefixtures("known")
def test_a_workbook_like_another_is_read_without_the_value_reader(tmp_path: Path) -> None:
    values = [b"0", b"77", b"3.25", b"59237.244899999998", b"1e3", b"-0", b"-12.5E-2"]
    parts = with_numbers(sample_parts(), dice_of("values"), values, 0.5)
    path = saved(tmp_path, changed(parts, STRINGS, "<si><t>", "<si><t>甲&amp;乙&#8212;"))
    assert not inspect_workbook(path).content
    assert cells(path) == cells_by_the_reader(path) != cells(SAMPLE)


@pytest.mark.usefixtures("known")
def test_the_outline_of_a_workbook_like_another_is_known(tmp_path: Path) -> None:
    path = saved(tmp_path, with_numbers(sample_parts(), dice_of("outlines"), [b"77", b"3.25"], 0.5))
    read_workbook(path)  # its date becomes known
    book = read_workbook(path)
    assert sum("outline" in grid.__dict__ for grid in book.grids) > 3


ODD_VALUES = (
    *(b" 5", b"5 ", b"+5", b".5", b"5.", b"1_0", b"0x1F", b"nan", b"inf", b"1e400", b"1e-400", b"\xef\xbc\x95"),
    *(
        b"12345678901234567",
        b"0.12345678901234567890",
        b"--1",
        b"1e",
        b"TRUE",
        b"x",
        b"1 000",
        b"1,000",
        b"1e+5",
        b"1E05",
    ),
)
ODD_TEXTS = (
    *(
        " 前",
        "后 ",
        "　前",
        "后\n",
        "a_x000D_b",
        "_x0041_",
        "&amp;lt;",
        "&#13;",
        "&#13;&#10;",
        "&#160;x",
        "\ufeff",
        "\u200b",
    ),
    *("", " ", "x\ty", "\u2028", "&quot;&apos;", "]] &gt;", "12", "TRUE", "1e3", "&#65279;", "\u0085x", "x&#9;"),
)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
def test_an_odd_number_is_what_the_value_reader_makes_of_it(tmp_path: Path, value: bytes) -> None:
    path = saved(tmp_path, with_numbers(sample_parts(), dice_of("odd"), [value], 0.1))
    assert cells(path) == cells_by_the_reader(path)
    assert cells(path) == cells_by_the_reader(path)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("preserve", ["", ' xml:space="preserve"'])
@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_an_odd_text_is_what_the_value_reader_makes_of_it(tmp_path: Path, text: str, preserve: str) -> None:
    parts = sample_parts()
    strings = re.sub(
        rb"<si><t[^>]*>[^<]*</t></si>", f"<si><t{preserve}>{text}</t></si>".encode(), parts[STRINGS], count=3
    )
    path = saved(tmp_path, parts | {STRINGS: strings})
    assert cells(path) == cells_by_the_reader(path)
    assert cells(path) == cells_by_the_reader(path)


DATES = (
    "yyyy-mm-dd",
    'yyyy"年"m"月"d"日"',
    "[h]:mm",
    "h:mm:ss",
    "General",
    "0.00",
    '0.0"d"',
    "[Red]0",
    "0%",
    "@",
    "G/通用格式",
)


@pytest.mark.parametrize("first", [b"45000", b"-1", b"99999999999"])
@pytest.mark.parametrize("code", DATES)
@pytest.mark.parametrize("date_1904", [False, True])
def test_a_date_is_one_whatever_was_read_before(tmp_path: Path, code: str, first: bytes, *, date_1904: bool) -> None:
    """What may be a date is known by its value only: what came first does not decide for what comes after."""
    forget_sheets()
    parts = sample_parts()
    format_ = f'<numFmts count="1"><numFmt numFmtId="170" formatCode="{escape(code, {chr(34): "&quot;"})}"/></numFmts>'
    styles = re.sub(rb"<numFmts.*?</numFmts>", b"", parts[STYLES])
    styles = re.sub(rb"(<styleSheet[^>]*>)", rb"\g<1>" + format_.encode(), styles, count=1)
    styles = re.sub(rb'(<cellXfs[^>]*>.*?<xf [^>]*?numFmtId=")[0-9]+', rb"\g<1>170", styles, count=1, flags=re.DOTALL)
    parts |= {STYLES: styles}
    if date_1904:
        parts[BOOK] = re.sub(rb"<workbookPr", b'<workbookPr date1904="1"', parts[BOOK], count=1)
    at = SHEETS[4]
    parts[at] = NUMBER.sub(lambda found: found[0].replace(b'" s="', b'" z="'), parts[at])
    parts[at] = re.sub(rb'(<c r="[A-Z]+[0-9]+") z="[0-9]+"', rb'\g<1> s="0"', parts[at])
    for value in (first, b"45000", b"0.25", b"45000.5", b"-1", first, b"45000"):
        changed_ = parts | {at: NUMBER.sub(rb"\g<1>" + value + b"</v>", parts[at], count=1)}
        path = saved(tmp_path, changed_)
        assert cells(path) == cells_by_the_reader(path), value


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("seed", range(4))
def test_what_is_like_a_known_workbook_holds_what_the_value_reader_says(tmp_path: Path, seed: int) -> None:
    dice, without = dice_of(f"again {seed}"), 0
    for _ in range(60):
        parts = with_numbers(sample_parts(), dice, [*ODD_VALUES, b"7", b"45000"], dice.choice((0, 0.01, 0.3)))
        name = dice.choice([*SHEETS, STRINGS, STYLES])
        if dice.random() < 0.7:
            parts[name] = mutated(parts[name], dice)
        path = saved(tmp_path, parts)
        expected = cells_by_the_reader(path)
        assert cells(path) == expected
        assert cells(path) == expected
        with suppress(InputError):
            without += not inspect_workbook(path).content
    assert without > 5


def test_what_is_kept_of_a_sheet_is_bounded(tmp_path: Path) -> None:
    forget_sheets()
    for number in range(8):
        parts = changed(sample_parts(), STYLES, "</styleSheet>", f"<!-- {number} --></styleSheet>")
        for day in range(20):
            path = saved(tmp_path, with_numbers(parts, dice_of("many"), [b"%d" % (45_000 + 20 * number + day)], 1))
            read_workbook(path)
    kept = [known.learnt for known in xlsx_again.known_sheets.values()]
    assert max(map(len, kept)) == 4
    assert max(len(dates) for one in kept for learnt in one.values() if learnt for dates in learnt.dates.values()) <= 64
