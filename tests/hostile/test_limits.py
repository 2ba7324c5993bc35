"""Limits to the number, at n-1, n and n+1, for the formats beside .xlsx (for which see tests/readers/test_xlsx.py)."""

from __future__ import annotations

import struct
import sys
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

import govdoc.readers.ods
import govdoc.readers.word
import govdoc.readers.workbook
import govdoc.readers.xls
import govdoc.readers.xls_text
import govdoc.readers.xlsx  # noqa: F401 - each has the table under its own name
from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, Limits, read_file
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.word import read_document
from govdoc.readers.workbook import read_workbook
from tests.hostile.makers import (
    cell,
    container,
    data,
    document,
    number_record,
    old_workbook,
    open_cell,
    open_document,
    open_row,
    pack,
    record,
    row,
    shared,
    shared_texts,
    table,
    text_record,
    workbook,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.makers import Parts


def limited(patch: pytest.MonkeyPatch, **limits: int) -> None:
    """Let other limits hold in every module."""
    for name, module in list(sys.modules.items()):
        if name.startswith("govdoc") and getattr(module, "LIMITS", None) is LIMITS:
            patch.setattr(module, "LIMITS", replace(LIMITS, **limits))


def taken(reader: Callable[[Path], object], path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    try:
        reader(path)
    except InputError:
        return False
    return True


def rows(count: int) -> str:
    return data(*(row(number, cell(f"A{number}")) for number in range(1, count + 1)))


def old(*sheets: bytes, before: bytes = b"") -> bytes:
    return container(old_workbook(*sheets, before=before))


def many(count: int) -> bytes:
    return b"".join(number_record(number, 0) for number in range(count))


def merged(count: int) -> bytes:
    return record(0xE5, struct.pack("<H", count) + b"".join(struct.pack("<HHHH", n, n, 0, 1) for n in range(count)))


def opened(rows_of: str, sheets: int = 1) -> bytes:
    return pack(open_document("".join(table(rows_of, f"S{number}") for number in range(sheets))))


def used_often(text: str, times: int) -> Parts:
    cells = [row(number, cell(f"A{number}", "0", ' t="s"')) for number in range(1, times + 1)]
    return workbook(data(*cells), strings=shared(text))


ONE_MERGE = data(row(1, cell("A1"))) + '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
SPANNED = '<table:table-cell table:number-columns-spanned="2" office:value-type="string"/>'
Make = tuple[str, "Callable[[int], bytes]", int, int]  # limit, content by number, the limit's value, step
BOOKS: dict[str, Make] = {
    "xls rows": ("rows", lambda n: old(number_record(n - 1, 0)), 30, 1),
    "xls columns": ("columns", lambda n: old(number_record(0, n - 1)), 30, 1),
    "xls cells": ("cells", lambda n: old(many(n)), 30, 1),
    "xls cells in a record": (
        "cells",
        lambda n: old(record(0xBD, struct.pack("<HH", 0, 0) + b"\x00" * 6 * n + struct.pack("<H", n - 1))),
        30,
        1,
    ),
    "xls texts": ("cells", lambda n: old(number_record(0, 0), before=shared_texts(*"x" * n)), 30, 1),
    "xls sheets": ("sheets", lambda n: old(*[many(1)] * n), 5, 1),
    "xls merges": ("merges", lambda n: old(many(1) + merged(n)), 5, 1),
    "xls area": ("area", lambda n: old(number_record(0, 0) + number_record(n // 10 - 1, 9)), 100, 10),
    "xls records": ("records", lambda n: old(many(n - 5)), 30, 1),  # begin, sheet and end; begin and end of the sheet
    "xls stream": ("stream", lambda n: container(old_workbook(many(1)).ljust(n, b"\x00")), 5000, 1),
    "ods rows": ("rows", lambda n: opened(open_row("<table:table-cell/>", n - 1) + open_row(open_cell())), 30, 1),
    "ods columns": ("columns", lambda n: opened(open_row(open_cell(repeated=n))), 30, 1),
    "ods cells": ("cells", lambda n: opened(open_row(open_cell(), n)), 30, 1),
    "ods sheets": ("sheets", lambda n: opened(open_row(open_cell()), n), 5, 1),
    "ods merges": ("merges", lambda n: opened(open_row(SPANNED) * n), 5, 1),
    "ods area": (
        "area",
        lambda n: opened(
            open_row(open_cell(repeated=10)) + open_row("<table:table-cell/>", n // 10 - 2) + open_row(open_cell())
        ),
        100,
        10,
    ),
    "merges of all sheets": ("merges", lambda n: pack(workbook(*[ONE_MERGE] * n)), 5, 1),
    "xls merges of all sheets": ("merges", lambda n: old(*[many(1) + merged(1)] * n), 5, 1),
    "area of all sheets": ("area", lambda n: pack(workbook(*[rows(10)] * (n // 10))), 50, 10),
    "xls area of all sheets": ("area", lambda n: old(*[many(10)] * (n // 10)), 50, 10),
    "ods area of all sheets": ("area", lambda n: opened(open_row(open_cell(), 10), n // 10), 50, 10),
    "ods text used often": ("text", lambda n: opened(open_row(open_cell("x" * 10, n // 10))), 300, 10),
    "ods text in a cell": ("cell_text", lambda n: opened(open_row(open_cell("x" * n))), 50, 1),
    "text in a cell": ("cell_text", lambda n: pack(workbook(data(row(1, cell("A1", "x" * n, ' t="str"'))))), 50, 1),
    "wide text in a cell": (
        "cell_text",
        lambda n: pack(workbook(data(row(1, cell("A1", "\U00020000" * (n // 2), ' t="str"'))))),
        50,
        2,
    ),
    "xls text in a cell": (
        "cell_text",
        lambda n: old(text_record(0, 0, 0), before=shared_texts("x" * n)),
        50,
        1,
    ),
    "text used often": ("text", lambda n: pack(used_often("x" * 10, n // 10)), 300, 10),
    "tags": ("tags", lambda n: pack(workbook(data("<row/>" * (n - 12)))), 40, 1),  # twelve are there without a row
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_at_its_limit(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, make, bound, step = BOOKS[name]
    limited(monkeypatch, **{limit: bound})
    made = [taken(read_workbook, tmp_path / "年报.xls", make(bound + more)) for more in (-step, 0, step)]
    assert made == [True, True, False]


WIDE = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="10"/></w:tcPr></w:tc></w:tr>'
PAGES: dict[str, Make] = {
    "paragraphs": ("paragraphs", lambda n: pack(document("<w:p/>" * n)), 20, 1),
    "tables": ("tables", lambda n: pack(document("<w:tbl/>" * n)), 20, 1),
    "cells of tables": ("cells", lambda n: pack(document(f"<w:tbl>{'<w:tr><w:tc/></w:tr>' * n}</w:tbl>")), 20, 1),
    "cells of several tables": ("cells", lambda n: pack(document("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * n)), 20, 1),
    "wide cells": ("cells", lambda n: pack(document(f"<w:tbl>{WIDE * (n // 10)}</w:tbl>")), 40, 10),
    "tags": ("tags", lambda n: pack(document("<w:p/>" * (n - 4))), 20, 1),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_document_at_its_limit(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, make, bound, step = PAGES[name]
    limited(monkeypatch, **{limit: bound})
    made = [taken(read_document, tmp_path / "年报.docx", make(bound + more)) for more in (-step, 0, step)]
    assert made == [True, True, False]


def test_a_file_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, file=100)
    assert [taken(read_file, tmp_path / "x", b"x" * size) for size in (99, 100, 101)] == [True, True, False]
    assert WORKBOOK


def test_an_old_file_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = old(many(1))
    limited(monkeypatch, file=len(content))
    assert [taken(read_workbook, tmp_path / "年报.xls", content + b"x" * more) for more in (0, 1)] == [True, False]


def test_the_xml_of_a_part_and_of_a_workbook_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = workbook(data(row(1, cell("A1"))))
    size = sum(map(len, parts.values()))
    for more, wanted in ((1, True), (0, True), (-1, False)):
        limited(monkeypatch, xml=size + more)
        assert taken(read_workbook, tmp_path / "年报.xlsx", pack(parts)) == wanted
        monkeypatch.undo()
    page = document("<w:p/>" * 50)
    size = len(page["word/document.xml"])
    for more, wanted in ((1, True), (0, True), (-1, False)):
        limited(monkeypatch, xml=size + more)
        assert taken(read_document, tmp_path / "年报.docx", pack(page)) == wanted
        monkeypatch.undo()


@pytest.mark.parametrize("head", ["", "<a>", "<a>" * 7])
@pytest.mark.parametrize("tail", ["", "</a>", "<b/>" * 9])
def test_a_run_without_tag_at_its_limit(head: str, tail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, run=64)
    for length in range(40, 65):
        check_xml((head + "x" * (length - len(head[-2:] or "")) + tail).encode())
    for length in range(65, 140):
        with pytest.raises(OverLimitError):
            check_xml((head + "x" * length + tail).encode())


def test_every_limit_is_generous_for_the_sample() -> None:
    """The statutory workbook takes less than a tenth of any limit, so that a filled one takes less than all."""
    from govdoc.readers.xlsx import inspect_workbook
    from tests.cli_helpers import CHAOYANG

    sheets = inspect_workbook(CHAOYANG).sheets.values()
    used = {
        "file": CHAOYANG.stat().st_size,
        "sheets": len(sheets) / 2,
        "rows": max(one.rows for one in sheets),
        "columns": max(one.columns for one in sheets),
        "cells": sum(one.cells for one in sheets),
        "area": sum(one.rows * one.columns for one in sheets),
        "merges": sum(len(one.spans) for one in sheets),
    }
    assert [name for name, number in used.items() if number * 10 > getattr(LIMITS, name)] == []


def test_every_limit_is_tested() -> None:
    here = {limit for limit, *_ in (*BOOKS.values(), *PAGES.values())} | {"file", "xml", "run"}
    elsewhere = {
        "entries",
        "inflated",
        "ratio",
        "ratio_from",
        "sheets",
        "rows",
        "columns",
        "cells",
        "merges",
        "styles",
        "narrative",
    }
    assert {field.name for field in fields(Limits)} == here | elsewhere
