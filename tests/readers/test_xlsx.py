"""The first look into an .xlsx: its limits to the number, and what it tells of cells that values do not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc import files
from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.pipeline import check
from govdoc.readers import facts, xlsx, xlsx_again, xlsx_plain, xlsx_sheet
from govdoc.readers.grid import Span
from govdoc.readers.workbook import read_workbook
from govdoc.readers.xlsx import inspect_workbook
from govdoc.values import ErrorValue, Formatted, Percent, Uncalculated
from tests.helpers import ROOT, SAMPLE, T3, forget_sheets, found, found_in, sample, sheet_of, values_in
from tests.hostile.makers import MAIN, cell, changed, data, pack, row, sample_parts, shared, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.makers import Parts

SHEET = "xl/worksheets/sheet1.xml"
ONE = data(row(1, cell("A1")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "年报.xlsx"


def opened(path: Path, parts: Parts) -> bool:
    """Return whether a workbook of these parts is let through, and then also read."""
    path.write_bytes(pack(parts))
    try:
        inspect_workbook(path)
    except InputError as error:
        return _refused(error)
    read_workbook(path)
    return True


def _refused(error: InputError) -> bool:
    assert (error.message.startswith("年报.xlsx"), error.remedy.endswith("。")) == (True, True)
    return False


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    for module in (files, facts, xlsx, xlsx_again, xlsx_plain, xlsx_sheet):
        monkeypatch.setattr(module, "LIMITS", replace(LIMITS, **limits))
    # What was kept from files that were read under other limits says nothing here.
    for name in ("_sheets", "_styles", "_custom_property"):
        read = getattr(xlsx, name)
        monkeypatch.setattr(xlsx, name, getattr(read, "__wrapped__", read))
    forget_sheets()


# ---------------------------------------------------------------- limits


def test_the_limits_are_those_that_are_documented() -> None:
    wanted = {
        "entries": 2_000,
        "inflated": 100 * 1024 * 1024,
        "ratio": 200,
        "ratio_from": 1024 * 1024,
        "sheets": 64,
        "rows": 5_000,
        "columns": 256,
        "cells": 100_000,
        "merges": 5_000,
        "cell_text": 32_767,
        "paragraphs": 200_000,
    }
    assert {name: getattr(LIMITS, name) for name in wanted} == wanted


def with_entries(count: int) -> Parts:
    parts = workbook(ONE)
    return parts | {f"docProps/{number}.bin": b"" for number in range(count - len(parts))}


def with_size(count: int) -> Parts:
    parts = workbook(ONE)
    return parts | {"docProps/filler.bin": b"x" * (count - sum(map(len, parts.values())))}


def with_texts(count: int) -> Parts:
    return workbook(data(row(1, cell("A1", "0", ' t="s"'))), strings=shared(*["x"] * count))


def with_declared(count: int) -> Parts:
    strings = shared("x", declared=f' count="{count}" uniqueCount="{count}"')
    return workbook(data(row(1, cell("A1", "0", ' t="s"'))), strings=strings)


def with_cells(count: int) -> Parts:
    return workbook(data(*(row(number, cell(f"A{number}")) for number in range(1, count + 1))))


def with_cells_in_two_sheets(count: int) -> Parts:
    half = data(*(row(number, cell(f"A{number}")) for number in range(1, count // 2 + 1)))
    rest = data(*(row(number, cell(f"A{number}")) for number in range(1, count - count // 2 + 1)))
    return workbook(half, rest)


def with_merges(count: int) -> Parts:
    merges = "".join(f'<mergeCell ref="A{number}:B{number}"/>' for number in range(1, count + 1))
    return workbook(f"{ONE}<mergeCells>{merges}</mergeCells>")


def with_styles(count: int) -> Parts:
    return workbook(ONE, styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * count}</cellXfs></styleSheet>')


def with_area(count: int) -> Parts:
    return workbook(data(row(1, cell("A1")), row(count // 10, cell(f"J{count // 10}"))))


BOUNDS: dict[str, tuple[Callable[[int], Parts], int, int]] = {
    "entries": (with_entries, 12, 1),
    "inflated": (with_size, 4000, 1),
    "sheets": (lambda count: workbook(*[ONE] * count), 5, 1),
    "rows": (lambda count: workbook(data(row(count, cell(f"A{count}")))), 30, 1),
    "columns": (lambda count: workbook(data(row(1, cell(f"{'ABCDEFGHIJKL'[count - 1]}1")))), 8, 1),
    "cells": (with_cells, 40, 1),
    "merges": (with_merges, 6, 1),
    "styles": (with_styles, 7, 1),
    "area": (with_area, 100, 10),
}


@pytest.mark.parametrize("limit", BOUNDS)
def test_a_limit_holds_to_the_number(path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    make, bound, step = BOUNDS[limit]
    limited(monkeypatch, **{limit: bound})
    assert [opened(path, make(bound + more)) for more in (-step, 0, step)] == [True, True, False]


@pytest.mark.parametrize("make", [with_texts, with_declared, with_cells_in_two_sheets])
def test_texts_and_cells_of_all_sheets_are_held_to_the_cells(
    path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[int], Parts]
) -> None:
    limited(monkeypatch, cells=40)
    assert [opened(path, make(count)) for count in (39, 40, 41)] == [True, True, False]


@pytest.mark.parametrize("limit", ["rows", "columns", "sheets", "merges"])
def test_a_limit_holds_at_its_real_size(path: Path, limit: str) -> None:
    far = {"columns": ("IU", "IV", "IW")}.get(limit)
    bound = getattr(LIMITS, limit)
    made = [
        workbook(data(row(1, cell(f"{far[step]}1")))) if far else BOUNDS[limit][0](bound + step - 1)
        for step in range(3)
    ]
    assert [opened(path, parts) for parts in made] == [True, True, False]


def test_the_ratio_holds_from_its_size_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = workbook(ONE) | {"docProps/filler.bin": b"x" * 500_000}
    limited(monkeypatch, ratio=50)
    assert opened(path, parts)
    limited(monkeypatch, ratio=50, ratio_from=100_000)
    assert not opened(path, parts)
    limited(monkeypatch, ratio=1_000, ratio_from=100_000)
    assert opened(path, parts)


def test_a_text_is_held_to_what_a_cell_can_hold(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, cell_text=100)
    for kind in ("str", "inlineStr"):
        texts = ["x" * 800, "x" * 801]
        cells = [
            f'<c r="A1" t="{kind}"><is><t>{text}</t></is></c>' if kind == "inlineStr" else cell("A1", text, ' t="str"')
            for text in texts
        ]
        assert [opened(path, workbook(data(row(1, one)))) for one in cells] == [True, False]
    made = [workbook(data(row(1, cell("A1", "0", ' t="s"'))), strings=shared("x" * count)) for count in (800, 801)]
    assert [opened(path, parts) for parts in made] == [True, False]


_READ = """
import sys, time
from pathlib import Path
from govdoc.errors import InputError
from govdoc.pipeline import check
start = time.perf_counter()
try:
    check(Path(sys.argv[1]))
except InputError:
    # getrusage would count the process that started this one
    lines = Path("/proc/self/status").read_text().splitlines()
    print(time.perf_counter() - start, next(int(line.split()[1]) for line in lines if line[:6] == "VmHWM:") // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the memory in other ways")
def test_a_sheet_of_a_million_rows_costs_neither_time_nor_memory(path: Path) -> None:
    sheet = data(row(1, cell("A1")), row(1048576, cell("XFD1048576")))
    path.write_bytes(pack(sample_parts() | {"xl/worksheets/sheet5.xml": workbook(sheet)[SHEET]}))
    command = [sys.executable, "-c", _READ, str(path)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=60)
    seconds, megabytes = map(float, ran.stdout.split())
    assert megabytes < 300
    assert seconds < 10  # far under a second, on a machine with nothing else to do


# ---------------------------------------------------------------- what an honest file may do


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"/>',
        '<row r="1048576" ht="12" customHeight="1" hidden="1"/>',
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>',
        '<row r="32"><c r="XFD32" s="1"/></row>',
    ],
)
def test_a_look_without_content_may_reach_to_the_last_cell(path: Path, far: str) -> None:
    parts = changed(sample_parts(), "xl/worksheets/sheet5.xml", "</sheetData>", f"{far}</sheetData>")
    path.write_bytes(pack(parts))
    assert (found(path), values_in(read_workbook(path))) == ([], values_in(sample()))


@pytest.mark.parametrize(
    "far",
    [
        cell("XFD1048576"),
        cell("XFD1048576", "", ' t="str"'),
        '<c r="XFD1048576" t="inlineStr"><is><t></t></is></c>',
        '<c r="XFD1048576"><f>1+1</f></c>',
    ],
)
def test_any_content_counts(path: Path, far: str) -> None:
    assert not opened(path, workbook(data(row(1, cell("A1")), row(1048576, far))))


def test_the_case_of_part_names_does_not_count(path: Path) -> None:
    names = {"xl/sharedStrings.xml": "xl/SharedStrings.XML", "xl/worksheets/sheet5.xml": "xl/Worksheets/Sheet5.xml"}
    parts = {names.get(name, name): content for name, content in sample_parts().items()}
    path.write_bytes(pack(parts))
    assert (found(path), values_in(read_workbook(path))) == ([], values_in(sample()))


def test_a_wrong_dimension_is_no_matter(path: Path) -> None:
    for reference in ("A1:XFD1048576", "A1:ZZZZZZ99999999999", "Z99:A1"):
        dimension = f'<dimension ref="{reference}"/>'
        assert opened(path, workbook(f"{dimension}{ONE}")), reference


def test_prefixes_of_names_do_not_count(path: Path) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData>'
    )
    path.write_bytes(pack(workbook(ONE) | {SHEET: f"{sheet}</x:worksheet>".encode()}))
    assert read_workbook(path).grids[0].rows == [[7.0]]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("value", ["1<!-- -->5", "1<?x y?>5", "<![CDATA[15]]>"])
def test_a_value_with_something_else_in_it_is_refused(path: Path, value: str) -> None:
    assert not opened(path, workbook(data(row(1, cell("A1", value)))))


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "GBK", "GB18030", "UTF-16", "windows-1252"])
def test_another_encoding_is_refused(path: Path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    parts = workbook(ONE)
    assert not opened(path, parts | {SHEET: head + parts[SHEET]})


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_missing_part_is_refused(path: Path, part: str) -> None:
    assert not opened(path, {name: content for name, content in workbook(ONE).items() if name != part})


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
@pytest.mark.parametrize("content", [b"", b"<", b"<a>", b"<a></b>", b"\x00\x01", b"\xff\xfe<\x00", b"plain text"])
def test_a_part_that_is_no_xml_is_refused(path: Path, part: str, content: bytes) -> None:
    assert not opened(path, workbook(ONE) | {part: content})


@pytest.mark.parametrize("reference", ["", "1A", "A", "AAAA1", "A1B", "A0", "Ａ1", "A１", "A99999999999999999999"])
def test_a_cell_that_cannot_be_is_refused(path: Path, reference: str) -> None:
    assert not opened(path, workbook(data(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')))


def test_a_word_file_under_the_name_of_a_workbook_is_refused(path: Path) -> None:
    with pytest.raises(InputError):
        check(path.with_name("没有.xlsx"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(InputError):
        check(path)


@pytest.mark.parametrize("cut", [1, 4, 30, 1000, 20_000, -1, -22, -100])
def test_a_cut_file_is_refused(path: Path, cut: int) -> None:
    path.write_bytes(SAMPLE.read_bytes()[:cut])
    with pytest.raises(InputError):
        check(path)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, "规章,1\n".encode(), b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_is_no_workbook_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InputError):
        check(path)


def test_a_folder_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(InputError):
        check(path)


# ---------------------------------------------------------------- what it tells of cells


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0%"/>'
    '<numFmt numFmtId="165" formatCode="#,##0&quot;件&quot;"/><numFmt numFmtId="166" formatCode="0,"/>'
    '<numFmt numFmtId="167" formatCode="0\\%"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/>'
    '<xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>'
    "</styleSheet>"
)
CELLS = {
    cell("A1", "0.5", ' s="1"'): Percent(0.5),
    cell("A1", "0.5", ' s="2"'): Percent(0.5),
    cell("A1", "0.5", ' s="3"'): Percent(0.5),
    cell("A1", "0.5", ' s="0"'): 0.5,
    cell("A1", "1234", ' s="4"'): Formatted(1234.0, "1234件", '#,##0"件"'),
    cell("A1", "1234", ' s="5"'): Formatted(1234.0, "", "0,"),
    cell("A1", "12", ' s="6"'): Formatted(12.0, "12%", "0\\%"),
    cell("A1", "12", ' t="str" s="4"'): "12",
    cell("A1", "12", ' t="str" s="1"'): "12",
    cell("A1", "#REF!", ' t="e"'): ErrorValue("#REF!"),
    cell("A1", "#DIV/0!", ' t="e"'): ErrorValue("#DIV/0!"),
    cell("A1", "#SPILL!", ' t="e"'): ErrorValue("#SPILL!"),
    cell("A1", "#CALC!", ' t="e"'): ErrorValue("#CALC!"),
    cell("A1", "#GETTING_DATA", ' t="e"'): ErrorValue("#GETTING_DATA"),
    cell("A1", "#NEW!", ' t="e"'): ErrorValue("#NEW!"),
    '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>': ErrorValue("#DIV/0!"),
    '<c r="A1"><f>1+1</f></c>': Uncalculated("=1+1"),
    '<c r="A1"><f>1+1</f><v></v></c>': Uncalculated("=1+1"),
    '<c r="A1"><f>1+1</f><v>2</v></c>': 2.0,
    '<c r="A1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>': "ab",
    '<c r="A1"><f t="shared" si="0"/></c>': Uncalculated("="),
    '<c r="A1" t="b"><v>1</v></c>': True,
    '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>': "甲乙",
    '<c r="A1"><v>1.5E1</v></c>': 15.0,
    "<c><v>7</v></c>": 7.0,
}


@pytest.mark.parametrize("xml", CELLS)
def test_a_cell_is_read_as_what_it_is(path: Path, xml: str) -> None:
    path.write_bytes(pack(workbook(data(f'<row r="1">{xml}<c r="B1"><v>9</v></c></row>'), styles=STYLES)))
    assert read_workbook(path).grids[0].rows == [[CELLS[xml], 9.0]]


def test_an_error_does_not_change_other_cells(path: Path) -> None:
    texts = [cell("A1", "#SPILL!", ' t="e"'), cell("B1", "#REF!", ' t="e"'), cell("C1", "#SPILL!", ' t="str"')]
    path.write_bytes(pack(workbook(data(row(1, *texts)))))
    assert read_workbook(path).grids[0].rows == [[ErrorValue("#SPILL!"), ErrorValue("#REF!"), "#SPILL!"]]


def test_merges_hidden_rows_and_hidden_columns_are_noted(path: Path) -> None:
    sheet = (
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="true"/><col min="4" max="4"/></cols>'
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3" hidden="1"><c r="A3"><v>1</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="F9:D7"/></mergeCells>'
    )
    path.write_bytes(pack(workbook(sheet)))
    grid = read_workbook(path).grids[0]
    assert grid.spans == (Span(0, 0, 1, 2), Span(6, 3, 8, 5))
    assert (grid.hidden_rows, grid.hidden_columns) == (frozenset({2}), frozenset({1, 2, *range(4, LIMITS.columns)}))


def test_a_sheet_that_begins_far_down_keeps_its_cells_in_place(path: Path) -> None:
    path.write_bytes(pack(workbook(data(row(5, cell("C5"))))))
    grid = read_workbook(path).grids[0]
    assert list(grid.filled()) == [(4, 2, 1.0)]


@pytest.mark.parametrize(("state", "hidden"), [("visible", False), ("hidden", True), ("veryHidden", True)])
def test_a_hidden_sheet_is_noted(path: Path, state: str, *, hidden: bool) -> None:
    path.write_bytes(pack(changed(workbook(ONE), "xl/workbook.xml", 'sheetId="1"', f'sheetId="1" state="{state}"')))
    assert read_workbook(path).grids[0].hidden is hidden


def test_a_chart_sheet_is_passed_over(path: Path) -> None:
    parts = changed(workbook(ONE, ONE), "xl/_rels/workbook.xml.rels", 'worksheet" Target="w', 'chartsheet" Target="w')
    path.write_bytes(pack(parts))
    assert [grid.name for grid in read_workbook(path).grids] == ["S2"]


def test_the_mark_of_the_edition_is_read(path: Path) -> None:
    path.write_bytes(pack(sample_parts()))
    assert read_workbook(path).layout_mark == "2021/1"
    path.write_bytes(pack({name: part for name, part in sample_parts().items() if "custom" not in name}))
    assert (read_workbook(path).layout_mark, found(path)) == ("", [])


# ---------------------------------------------------------------- the same workbook by other hands


@pytest.mark.office
def test_a_workbook_saved_by_an_office_program_is_the_same(path: Path, office: Callable[[Path, str], Path]) -> None:
    path.write_bytes(SAMPLE.read_bytes())
    book = read_workbook(office(path, "xlsx"))
    assert (found_in(book), values_in(book)) == ([], values_in(sample()))
    assert {grid.name for grid in book.grids} == {grid.name for grid in sample().grids}
    assert set(sheet_of(book, T3).spans) >= {span for span in sheet_of(sample(), T3).spans if span.right < 3}
