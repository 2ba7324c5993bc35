"""Every row of the table of what bad files did to the libraries, with the outcome that is wanted here.

Readers run in a process of their own, held to five seconds and 500 MB.
"""

from __future__ import annotations

import io
import zipfile
from functools import partial
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import ExitCode
from govdoc.readers.word import read_document
from govdoc.readers.workbook import read_workbook
from tests.hostile.makers import (
    MAIN,
    REPORT,
    Entry,
    Parts,
    archive_of,
    cell,
    changed,
    data,
    deflated,
    document,
    entries,
    open_cell,
    open_document,
    open_row,
    pack,
    paragraph,
    report_parts,
    row,
    sample_parts,
    shared,
    table,
    workbook,
)
from tests.hostile.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ONE = data(row(1, cell("A1")))
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
SMALL = '<!DOCTYPE x [<!ENTITY a "words">]>'


def with_piece(parts: Parts, name: str, head: str, unit: bytes, count: int, tail: str) -> bytes:
    """Return a package one part of which is long, without ever holding it."""
    rest = {other: content for other, content in parts.items() if other != name}
    packed, size, check = deflated(head.encode(), unit, count, tail.encode())
    entry: Entry = (name, packed, zipfile.ZIP_DEFLATED, size, check)
    return archive_of([*entries(rest), entry])


def bomb(name: str, head: str, unit: str, count: int, tail: str) -> bytes:
    parts = workbook(ONE, strings=shared("x"), styles="<styleSheet/>")
    return with_piece(parts, name, head, unit.encode(), count, tail)


def referred(times: int, text: str) -> Parts:
    cells = [row(n, cell(f"A{n}", "0", ' t="s"')) for n in range(1, times + 1)]
    return workbook(*[data(*cells[: times // 3])] * 3, strings=shared(text))


def declaring(parts: Callable[[], Parts], name: str, doctype: str) -> bytes:
    """Return an honest package with a document type in one of its parts."""
    return pack(parts() | {name: doctype.encode() + parts()[name].partition(b"?>")[2].lstrip()})


def wrapped(name: str, pieces: Iterable[str]) -> str:
    return f"<{name}>{''.join(pieces)}</{name}>"


SHEET = "xl/worksheets/sheet1.xml"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
BOOKS: dict[str, Callable[[], bytes]] = {
    "the last cell": lambda: pack(workbook(data(row(1, cell("A1")), row(1048576, cell("XFD1048576"))))),
    "a merge of everything": lambda: pack(
        workbook(ONE + '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    ),
    "100,000 merges": lambda: pack(
        workbook(ONE + wrapped("mergeCells", (f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 100_001))))
    ),
    "a count of texts": lambda: pack(workbook(ONE, strings=shared("x", declared=' uniqueCount="99999999999"'))),
    "a count of 5,000 digits": lambda: pack(workbook(ONE, strings=shared("x", declared=f' count="{"9" * 5000}"'))),
    "row 1e12": lambda: pack(workbook(data(row(10**12, cell("A1000000000000"))))),
    "row -1": lambda: pack(workbook(data(row(-1, cell("A1"))))),
    "row 0": lambda: pack(workbook(data(row(0, cell("A0"))))),
    "a cell before any row": lambda: pack(workbook("<sheetData><c><v>1</v></c></sheetData>")),
    "rows upside down": lambda: pack(workbook(data(row(4999, cell("A4999")), row(1, cell("A1"))))),
    "a cell of another row": lambda: pack(workbook(data(row(9, cell("A1")), row(10, cell("A10"))))),
    "a text of 1 GB": lambda: bomb(STRINGS, "<sst><si><t>", "x" * 1024, 1024 * 1024, "</t></si></sst>"),
    "a text of 1 MB 12,000 times": lambda: pack(referred(12_000, "x" * 1_000_000)),
    "a text of 30,000 characters 12,000 times": lambda: pack(referred(12_000, "字" * 30_000)),
    "1 GB of blanks": lambda: bomb(SHEET, f'<worksheet xmlns="{MAIN}">', " " * 1024, 1024 * 1024, f"{ONE}</worksheet>"),
    "5 million cells": lambda: bomb(
        SHEET, "<worksheet><sheetData><row>", "<c/>", 5_000_000, "</row></sheetData></worksheet>"
    ),
    "2 million styles": lambda: bomb(STYLES, "<styleSheet><cellXfs>", "<xf/>", 2_000_000, "</cellXfs></styleSheet>"),
    "2 million style formats": lambda: bomb(
        STYLES, "<styleSheet><cellStyleXfs>", "<xf/>", 2_000_000, "</cellStyleXfs></styleSheet>"
    ),
    "65,000 styles of 10,000 formats": lambda: pack(
        workbook(
            ONE,
            styles="<styleSheet>"
            + wrapped("numFmts", (f'<numFmt numFmtId="{n}" formatCode="0%"/>' for n in range(10_000)))
            + wrapped("cellXfs", ['<xf numFmtId="x"/>' * 65_001])
            + "</styleSheet>",
        )
    ),
    "10,000 sheets": lambda: pack(workbook(ONE, names=[f"S{n}" for n in range(10_000)])),
    "two sheets of one name": lambda: pack(workbook(ONE, ONE, names=["S", "s"])),
    "a million names": lambda: pack(
        workbook(ONE, defined=wrapped("definedNames", ['<definedName name="a">1</definedName>' * 1_000_000]))
    ),
    "a million attributes": lambda: pack(
        workbook("<sheetData " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>")
    ),
    "a text that is not there": lambda: pack(workbook(data(row(1, cell("A1", "7", ' t="s"'))), strings=shared("x"))),
    "a text number below zero": lambda: pack(workbook(data(row(1, cell("A1", "-1", ' t="s"'))), strings=shared("x"))),
    "a part in UTF-16": lambda: pack(
        workbook(ONE) | {SHEET: f'<?xml version="1.0" encoding="utf-16"?><worksheet>{ONE}</worksheet>'.encode("utf-16")}
    ),
    "a part in GBK": lambda: pack(
        workbook(ONE) | {SHEET: f'<?xml version="1.0" encoding="gbk"?><worksheet>{ONE}</worksheet>'.encode("gbk")}
    ),
    "Strict Open XML": lambda: pack(
        changed(workbook(ONE), "xl/workbook.xml", MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    ),
    **{
        f"{what} in {name}": partial(declaring, sample_parts, name, doctype)
        for what, doctype in (("billion laughs", BILLION), ("an outside entity", OUTSIDE), ("an entity", SMALL))
        for name in (
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            STRINGS,
            SHEET,
            "docProps/custom.xml",
        )
    },
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_that_lies_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(BOOKS[name]())
    end = watched(read_workbook, path)
    assert end.code == ExitCode.INPUT, end
    assert end.said.startswith("年报.xlsx ")


def many_texts(count: int) -> str:
    return "".join(paragraph("x") for _ in range(count))


REPORTS: dict[str, Callable[[], bytes]] = {
    "a million paragraphs": lambda: with_piece(
        document(""),
        REPORT,
        document("X")[REPORT].decode().partition("X")[0],
        b"<w:p/>",
        1_000_000,
        "</w:body></w:document>",
    ),
    "a million full paragraphs": lambda: with_piece(
        document(""),
        REPORT,
        document("X")[REPORT].decode().partition("X")[0],
        paragraph("x").encode(),
        1_000_000,
        "</w:body></w:document>",
    ),
    "a picture of 1 GB": lambda: with_piece(
        report_parts(), "word/media/image1.png", "", b"\x00" * 1024, 1024 * 1024, ""
    ),
    "10,000 levels": lambda: pack(document("<w:sdt>" * 10_000 + "</w:sdt>" * 10_000)),
    "300 levels": lambda: pack(
        document("<w:sdt><w:sdtContent>" * 150 + paragraph("x") + "</w:sdtContent></w:sdt>" * 150)
    ),
    "cells as wide as the page": lambda: pack(
        document(
            "<w:tbl><w:tr>" + '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr></w:tc>' * 100_000 + "</w:tr></w:tbl>"
        )
    ),
    "a text of 20 MB": lambda: pack(document(paragraph("x" * 20_000_000)), zipfile.ZIP_STORED),
    "a part in UTF-16": lambda: pack(
        document("") | {REPORT: document("", '<?xml version="1.0"?>')[REPORT].decode().encode("utf-16")}
    ),
    "no styles": lambda: pack({REPORT: document("")[REPORT]}),
    **{
        f"{what} in {name}": partial(declaring, report_parts, name, doctype)
        for what, doctype in (("billion laughs", BILLION), ("an outside entity", OUTSIDE), ("an entity", SMALL))
        for name in (REPORT, "word/styles.xml")
    },
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_document_that_lies_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(REPORTS[name]())
    end = watched(read_document, path)
    assert end.code == ExitCode.INPUT, end


BORDERLINE = {
    "the most paragraphs": lambda: pack(document("<w:p/>" * 200_000)),
    "150,000 full paragraphs": lambda: pack(document(many_texts(150_000)), zipfile.ZIP_STORED),
    "100,000 texts deep inside": lambda: pack(
        document(
            "<w:p>" + "<w:ins>" * 200 + "<w:r>" + "<w:t>x</w:t>" * 100_000 + "</w:r>" + "</w:ins>" * 200 + "</w:p>"
        ),
        zipfile.ZIP_STORED,
    ),
    "a span of 5,000 digits": lambda: pack(
        document(f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{"9" * 5000}"/></w:tcPr></w:tc></w:tr></w:tbl>')
    ),
}


@pytest.mark.parametrize("name", BORDERLINE)
def test_a_large_document_is_read_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(BORDERLINE[name]())
    assert watched(read_document, path).code in (ExitCode.OK, ExitCode.INPUT)


LARGE = {
    "the most cells": lambda: pack(
        workbook(data(*(row(n, *(cell(f"{c}{n}") for c in "ABCDEFGHIJKLMNOPQRST")) for n in range(1, 5001))))
    ),
    "the widest area": lambda: pack(workbook(data(row(1, cell("A1")), row(5000, cell("IV5000"))))),
    "the most texts": lambda: pack(
        workbook(
            data(*(row(n, cell(f"A{n}", str(n), ' t="s"')) for n in range(1, 5001))), strings=shared(*["字"] * 90_000)
        ),
    ),
    "a false dimension": lambda: pack(workbook('<dimension ref="A1:XFD1048576"/>' + ONE)),
    "a dimension upside down": lambda: pack(workbook('<dimension ref="XFD1048576:A1"/>' + ONE)),
    "a merge upside down": lambda: pack(workbook(ONE + '<mergeCells><mergeCell ref="C5:A1"/></mergeCells>')),
    "a shared formula over everything": lambda: pack(
        workbook(data(row(1, '<c r="A1"><f t="shared" si="0" ref="A1:XFD1048576">B1</f><v>1</v></c>')))
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_workbook_is_read_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(LARGE[name]())
    assert watched(read_workbook, path).code == ExitCode.OK


OPEN: dict[str, Callable[[], Parts]] = {
    "the last cell": lambda: open_document(
        table(open_row(open_cell(repeated=1), 1) + open_row("<table:table-cell/>", 1_048_574) + open_row(open_cell()))
    ),
    "cells repeated": lambda: open_document(table(open_row(open_cell(repeated=16_384), 1_048_576))),
    "a formula repeated": lambda: open_document(
        table(open_row('<table:table-cell table:formula="of:=1" table:number-columns-repeated="16384"/>', 1_048_576))
    ),
    "a repetition of 5,000 digits": lambda: open_document(
        table(f'<table:table-row table:number-rows-repeated="{"9" * 5000}"/>')
    ),
    "a table in a table": lambda: open_document(
        table((open_row("<table:table-cell/>", 4000) + open_row(open_cell(repeated=1)) + table("", "inner")) * 100)
    ),
    "two tables of one name": lambda: open_document(table("") + table("")),
    "65 tables": lambda: open_document("".join(table("", f"S{n}") for n in range(65))),
    "an entity": lambda: open_document(table(open_row(open_cell("&a;"))), head=SMALL),
    "UTF-16": lambda: open_document("") | {"content.xml": open_document("")["content.xml"].decode().encode("utf-16")},
    "encryption": lambda: open_document("") | {"META-INF/manifest.xml": b"<a><manifest:encryption-data/></a>"},
    "no manifest": lambda: {name: part for name, part in open_document("").items() if "manifest" not in name},
    "a text": lambda: open_document(table(open_row(open_cell("x" * 300_000)))),
}


@pytest.mark.parametrize("name", OPEN)
def test_an_open_document_that_lies_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.ods"
    path.write_bytes(pack(OPEN[name]()))
    end = watched(read_workbook, path)
    assert end.code == ExitCode.INPUT, end


def test_a_false_mimetype_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "年报.ods"
    parts = open_document(table(open_row(open_cell("机关名称"))), mime="application/vnd.oasis.opendocument.text")
    path.write_bytes(pack(parts))
    assert read_workbook(path).grids[0].at(0, 0) == "机关名称"


def test_a_package_that_is_both_is_read_as_what_was_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(pack(open_document(table(open_row(open_cell("ods")))) | workbook(ONE)))
    assert read_workbook(path).grids[0].at(0, 0) == 1.0


def test_bytes_that_are_no_file_of_ours_are_refused(tmp_path: Path) -> None:
    for number, content in enumerate(
        [b"", b"P", b"PK", b"PK\x05\x06" + b"\x00" * 18, io.BytesIO(b"\x1f\x8b").read(), b"%PDF-1.7"]
    ):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(content)
        assert watched(read_workbook, path).code == ExitCode.INPUT
