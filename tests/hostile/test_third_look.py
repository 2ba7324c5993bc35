"""What took minutes or gigabytes in files that somebody made anew: each held to five seconds and 500 MB."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import ExitCode
from govdoc.figures import problems
from govdoc.pipeline import check
from govdoc.readers.html import decode, read_page
from govdoc.readers.published import read_any
from govdoc.readers.roster import read_names
from govdoc.readers.text import read_text
from govdoc.readers.workbook import read_workbook
from tests.cli_helpers import CHAOYANG, edited, run
from tests.hostile.makers import container, pack, record, workbook
from tests.hostile.test_limits import limited
from tests.hostile.watch import watched

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.report import Report

OVERVIEW = "一、总体情况"
CUSTOM = "docProps/custom.xml"
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_property_in_countless_pieces_is_put_together_once(tmp_path: Path) -> None:
    pieces = ("a" * 40 + "<x/>") * 300_000
    parts = {
        **workbook(),
        CUSTOM: f'<Properties><property name="govdoc.layout">{pieces}</property></Properties>'.encode(),
    }
    (tmp_path / "a.xlsx").write_bytes(pack(parts))
    assert watched(read_workbook, tmp_path / "a.xlsx").code in (ExitCode.OK, ExitCode.INPUT)


@pytest.mark.parametrize("text", ["{{" + "中" * 32_000, "{{总体情况.中}}" * 3000])
def test_references_that_are_none_take_no_time(tmp_path: Path, text: str) -> None:
    path = edited(tmp_path, {(OVERVIEW, f"B{row}"): text for row in range(3, 9)})
    assert watched(check, path).code == ExitCode.OK


def test_only_near_addresses_are_looked_for() -> None:
    report = read_any(CHAOYANG).report
    assert [bool(one.nearest) for one in problems("{{三.予以公开.自然}}", report)] == [True]
    assert [one.nearest for one in problems("{{三.予以公开.自然}}", report, nearest=False)] == [()]


@pytest.mark.parametrize(("more", "code"), [(-1, ExitCode.OK), (0, ExitCode.OK), (1, ExitCode.INPUT)])
def test_the_narrative_of_a_report_has_a_limit(monkeypatch: pytest.MonkeyPatch, more: int, code: ExitCode) -> None:
    length = sum(len(one.heading) + len(one.text) for rows in _report().narratives.values() for one in rows)
    limited(monkeypatch, narrative=length - more)
    assert run("check", CHAOYANG).code == code


def _report() -> Report:
    return read_any(CHAOYANG).report


def test_the_allocation_table_has_no_more_sectors_than_the_file(tmp_path: Path) -> None:
    head = OLE_HEAD + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 20_000, 2, 0, 4096, 0xFFFFFFFE, 0, 1, (20_000 - 109 + 126) // 127)
    head += struct.pack("<109I", *[0] * 109)
    free, loop = struct.pack("<128I", *[0xFFFFFFFE] * 128), struct.pack("<128I", *[0] * 127, 1)
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBBIII", 22, 5, 1, *[0xFFFFFFFF] * 3)
    (tmp_path / "a.xls").write_bytes((head + free + loop + root.ljust(512, b"\0")).ljust(11_000_000, b"\0"))
    seen = watched(read_workbook, tmp_path / "a.xls")
    assert (seen.code, seen.seconds < 2) == (ExitCode.INPUT, True)


def test_code_pages_without_end_are_refused(tmp_path: Path) -> None:
    records = b"".join(record(0x42, struct.pack("<H", number)) for number in range(1000))
    begin, end = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), record(0x0A)
    (tmp_path / "a.xls").write_bytes(container(begin + records + end))
    seen = watched(read_workbook, tmp_path / "a.xls")
    assert seen.code == ExitCode.INPUT
    assert "编码" in seen.said


@pytest.mark.parametrize("content", ["a\n" * 9_000_000, "a\n" * 20_001])
def test_a_roster_has_an_end(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    assert watched(read_names, tmp_path / "a.txt").code == ExitCode.INPUT


def test_a_roster_of_twenty_thousand_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a\n" * 20_000, encoding="utf-8")
    assert len(read_names(tmp_path / "a.txt")) == 20_000


@pytest.mark.parametrize("content", ['{"x":[' + "[]," * 3_000_000 + "[]]}", '{"x":"' + "x" * 5_000_000 + '"}'])
def test_data_is_no_larger_than_any_report_s(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    seen = watched(read_any, tmp_path / "a.json")
    assert seen.code == ExitCode.INPUT
    assert seen.megabytes < 100


def test_what_data_says_of_itself_is_told_shortly(tmp_path: Path) -> None:
    record = {"version": "9" * 100_000, "edition": "x" * 100_000}
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    assert len(watched(read_any, tmp_path / "a.json").said) < 300


@pytest.mark.parametrize("quoted", ['a=">"', 'a="<"', '"', "a='>'", "a=>"])
def test_attributes_behind_a_quoted_bracket_count(tmp_path: Path, quoted: str) -> None:
    attributes = " ".join(f"a{number}" for number in range(200_000))
    (tmp_path / "p.html").write_text(f"<html><body><p {quoted} {attributes}>x</p></body></html>", encoding="utf-8")
    seen = watched(read_page, tmp_path / "p.html")
    assert seen.code == ExitCode.INPUT or quoted == "a=>"  # there the element ends at once


def test_attributes_of_all_elements_count(tmp_path: Path) -> None:
    tag = "<p " + " ".join(f"a{number}" for number in range(900)) + ">"
    (tmp_path / "p.html").write_text(f"<html><body>{tag * 4000}</body></html>", encoding="utf-8")
    assert watched(read_page, tmp_path / "p.html").code == ExitCode.INPUT


def test_a_page_with_scripts_and_many_attributes_is_read(tmp_path: Path) -> None:
    script = "<script>for (i = 0; i<n; i++) { " + "a = b; " * 800 + "}</script>"
    rows = '<tr class="x" style="a:b"><td width="10" align="left">1</td><td>2</td></tr>' * 2000
    (tmp_path / "p.html").write_text(f"<html><body>{script}<table>{rows}</table></body></html>", encoding="utf-8")
    assert watched(read_page, tmp_path / "p.html").code == ExitCode.OK


def test_menus_in_menus_are_measured_once(tmp_path: Path) -> None:
    inner = "<table><tr><td>1<td>2</table>" + "<i> </i>" * 100_000
    (tmp_path / "p.html").write_text(
        f"<html><body>{'<div class=nav>' * 190}{inner}{'</div>' * 190}</body></html>", encoding="utf-8"
    )
    assert watched(read_page, tmp_path / "p.html").code == ExitCode.OK


def test_tables_in_tables_are_measured_once(tmp_path: Path) -> None:
    page = "<table><tr><td><p>a<p>b<p>c" * 60 + "中" * 3_000_000
    (tmp_path / "p.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    assert watched(read_page, tmp_path / "p.html").code == ExitCode.OK


@pytest.mark.parametrize(
    "head", ["Content-Type: text/html" + ";a=b" * 150_000, "Content-Type: a/b\n" + " ;a=b\n" * 90_000]
)
def test_a_web_archive_with_an_endless_head_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "p.mht").write_text(f"MIME-Version: 1.0\n{head}\n\n<p>x", encoding="utf-8")
    assert watched(read_page, tmp_path / "p.mht").code == ExitCode.INPUT


def test_an_encoding_that_no_page_has_is_passed_over() -> None:
    assert decode("<meta charset=punycode><p>甲-a".encode()) == "<meta charset=punycode><p>甲-a"


def test_columns_are_declared_no_more_often_than_there_are(tmp_path: Path) -> None:
    for number, code in ((16_384, ExitCode.OK), (16_385, ExitCode.INPUT)):
        columns = "<cols>" + '<col min="1" max="9" hidden="1"/>' * number + "</cols>"
        (tmp_path / "a.xlsx").write_bytes(pack(workbook(columns + "<sheetData/>")))
        assert watched(read_workbook, tmp_path / "a.xlsx").code == code


@pytest.mark.parametrize("mark", ["__x ", "**x "])
def test_marks_of_bold_words_that_never_end_take_no_time(tmp_path: Path, mark: str) -> None:
    (tmp_path / "a.txt").write_text(mark * 100_000, encoding="utf-8")
    assert watched(read_text, tmp_path / "a.txt").code == ExitCode.OK
