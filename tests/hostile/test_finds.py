"""What the fuzz harness has found, each as the smallest file that shows it."""

from __future__ import annotations

import json
import os
import re
import struct
import zipfile
from pathlib import Path

import pytest

from govdoc.errors import ExitCode, InputError
from govdoc.files import LIMITS
from govdoc.pipeline import Options, build, check
from govdoc.readers.published import read_published
from govdoc.readers.word import read_document
from govdoc.readers.workbook import read_workbook
from govdoc.writers.pdf import fonts_of
from tests.cli_helpers import CHAOYANG, edited, run
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
    report_parts,
    row,
    shared,
    table,
    workbook,
)
from tests.hostile.watch import watched

T3, INFO, OVERVIEW = "三、依申请公开", "基本信息", "一、总体情况"


def test_a_draft_without_year_is_read_back(tmp_path: Path) -> None:
    outcome = build(edited(tmp_path, {(INFO, "B3"): None}), options=Options(draft=True))
    assert outcome.written is not None


def test_a_draft_without_year_and_agency_is_read_back(tmp_path: Path) -> None:
    outcome = build(edited(tmp_path, {(INFO, "B3"): None, (INFO, "B2"): None}), options=Options(draft=True))
    assert outcome.written is not None


def test_a_line_that_reads_like_another_section_s_heading_stays_where_it_stands(tmp_path: Path) -> None:
    cells = {
        (OVERVIEW, "A2"): "五、存在的主要问题及改进情况",
        (OVERVIEW, "B3"): "四、政府信息公开行政复议、行政诉讼情况\n另见表。",
    }
    assert build(edited(tmp_path, cells)).written is not None


def test_a_share_of_what_has_no_address_is_no_fault_of_ours(tmp_path: Path) -> None:
    cells: dict[tuple[str, str], object] = {
        (OVERVIEW, "B3"): "全年新收政府信息公开申请66件，自然人申请63件，占96.45%。"
    }
    blank: dict[tuple[str, str], object] = {
        (T3, f"{column}{number}"): None for column in "DEFGHIJ" for number in range(4, 31)
    }
    assert check(edited(tmp_path, cells | blank)).blocked


def test_a_cell_of_row_0_does_not_write_into_the_last_row(tmp_path: Path) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(pack(workbook(data(row(0, '<c r="A0"><f>1</f></c>')))))
    with pytest.raises(InputError):
        read_workbook(path)


def test_a_text_number_out_of_range_is_not_a_blank_cell(tmp_path: Path) -> None:
    path = tmp_path / "年报.xlsx"
    for number in ("7", "-1", "1.5", "x"):
        path.write_bytes(pack(workbook(data(row(1, cell("A1", number, ' t="s"'))), strings=shared("x"))))
        with pytest.raises(InputError):
            read_workbook(path)


def test_an_error_in_an_open_document_is_no_blank_cell(tmp_path: Path) -> None:
    from govdoc.values import ErrorValue

    one = '<table:table-cell calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    content = open_document(table(open_row(one + open_cell("x"))))
    content["content.xml"] = content["content.xml"].replace(b" xmlns:text", b' xmlns:calcext="urn:c" xmlns:text', 1)
    path = tmp_path / "年报.ods"
    path.write_bytes(pack(content))
    assert read_workbook(path).grids[0].rows == [[ErrorValue("#REF!"), "x"]]


OLD = {
    "sheets that begin inside each other": old_workbook(number_record(0, 0), number_record(1, 1), places=[99, 0]),
    "a sheet that begins behind the end": old_workbook(number_record(0, 0), places=[10**6]),
    "a dimension of everything": old_workbook(record(0x200, struct.pack("<IIHHH", 0, 2**32 - 1, 0, 65535, 0))),
    "dimensions upside down": old_workbook(record(0x200, struct.pack("<IIHHH", 9, 1, 9, 1, 0))),
    "a count of texts below zero": old_workbook(number_record(0, 0), before=record(0xFC, struct.pack("<ii", -1, -1))),
    "a text that is not there": old_workbook(record(0xFD, struct.pack("<HHHI", 0, 0, 0, 2**32 - 1))),
    "merges without places": old_workbook(record(0xE5, struct.pack("<H", 65535))),
    "a record cut short": old_workbook(record(0x203, b"\x00")),
    "numbers in a record that ends before": old_workbook(record(0xBD, struct.pack("<HHH", 0, 9, 0))),
    "a text longer than its record": old_workbook(record(0x204, struct.pack("<HHHHB", 0, 0, 0, 60_000, 1))),
    "a date beyond the calendar": old_workbook(
        number_record(0, 0, 1e308, 0), before=record(0xE0, struct.pack("<HH", 0, 14))
    ),
    "nothing": b"",
    "no end": old_workbook(number_record(0, 0))[:-4],
}
READ = {"a dimension of everything", "dimensions upside down", "a date beyond the calendar"}


@pytest.mark.parametrize("name", OLD)
def test_an_old_workbook_that_lies_is_read_or_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.xls"
    path.write_bytes(container(OLD[name]))
    if name in READ:
        assert len(read_workbook(path).grids) == 1
    else:
        with pytest.raises(InputError):
            read_workbook(path)


def test_a_damaged_container_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "年报.xls"
    whole = container(old_workbook(number_record(0, 0)))
    for size in range(8, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError):
            read_workbook(path)


def test_a_span_of_many_digits_is_one_column(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="{"9" * 5000}"/></w:tcPr></w:tc>'
    path.write_bytes(pack(document(f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>")))
    assert read_document(path).blocks


def test_a_package_of_another_kind_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(pack(document("<w:p/>")))
    with pytest.raises(InputError, match="不是 Excel 工作簿"):
        read_workbook(path)


@pytest.mark.parametrize("fault", ["a place without its reference", "fewer places than the texts name"])
def test_a_damaged_base_is_no_fault_of_ours(tmp_path: Path, fault: str) -> None:
    report, book = tmp_path / "报告.docx", edited(tmp_path, {(OVERVIEW, "B3"): "全年新收{{三.本年新收.总计}}件。"})
    build(book, report, Options(draft=True))
    with zipfile.ZipFile(report) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name, part in parts.items() if "customXml/item" in name and b"places" in part)
    place = re.compile(rb"<(?:\w+:)?p [^>]*?(?:/>|>[^<]*</(?:\w+:)?p>)")
    found = place.search(parts[name])
    assert found is not None
    kept = re.sub(rb' r="[^"]*"', b"", found[0]) if "without" in fault else b""
    report.write_bytes(pack(parts | {name: parts[name].replace(found[0], kept, 1)}))
    for command in ("refresh", "pull"):
        words = [
            command,
            str(report),
            str(book),
            "-o",
            str(tmp_path / f"新{book.suffix if command == 'pull' else '.docx'}"),
            "--force",
        ]
        assert run(*words).code in (0, 3, 4, 7)


def test_a_fault_inside_the_value_reader_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own faults come as an exception that is no Exception."""
    import python_calamine

    panic = type("PanicException", (BaseException,), {})

    class Broken:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise panic

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Broken)
    path = tmp_path / "年报.xlsx"
    path.write_bytes(pack(workbook(data(row(1, cell("A1"))))))
    with pytest.raises(InputError, match="已损坏"):
        read_workbook(path)


SAID = {
    "encrypted": (container(old_workbook(number_record(0, 0), before=record(0x2F, b"\x01\x00" * 3))), "设了打开密码"),
    "encrypted, of today": (container(b"", "EncryptedPackage"), "设了打开密码"),
    "a letter": (container(b"", "WordDocument"), "旧版 Word 文档"),
    "two sheets of one name": (container(old_workbook(b"", b"", titles=["S", "S"])), "重复"),
    "tables of one name": (pack(open_document(table("") + table(""))), "重复或者套着工作表"),
    "a table in a table": (pack(open_document(table(table("", "S2")))), "重复或者套着工作表"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.xls"
    content, said = SAID[name]
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_workbook(path)


@pytest.mark.parametrize("part", ["xl/theme/theme1.xml", "docProps/app.xml", "xl/styles.xml"])
def test_a_part_that_is_damaged_is_no_fault_of_ours(tmp_path: Path, part: str) -> None:
    """Nobody reads the theme, but a copy with marks carries it along."""
    raw = bytearray(CHAOYANG.read_bytes())
    at = raw.index(part.encode()) + len(part) + 9
    raw[at : at + 8] = b"\xff" * 8
    path = tmp_path / "年报.xlsx"
    path.write_bytes(raw)
    assert run("check", path, "--annotate", tmp_path / "副本.xlsx").code in (0, 3, 4)


def test_bounds_that_two_sums_push_up_in_turn_come_to_an_end() -> None:
    """Each by one, up to a number that no figure reaches: an hour, before all that is done had a bound."""
    page = Path(__file__).parents[1] / "data" / "finds" / "bounds-that-creep.html"
    end = watched(read_published, page)
    assert end.code == ExitCode.OK, end


def test_sectors_of_a_size_that_no_container_has_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "年报.xls"
    raw = bytearray(container(old_workbook(number_record(0, 0))))
    raw[30:32] = (31).to_bytes(2, "little")
    path.write_bytes(raw)
    assert watched(read_workbook, path).code == ExitCode.INPUT


BAD_PAGES = {
    "an encoding that decodes nothing.html": b"<html><head><meta charset='undefined'></head><p>x</p></html>",
    "a head that is broken.mht": b"MIME-Version: 1.0\nContent-Type: text/html; charset*0*=\"x'\n\n<html>x",
    "comments without end.mht": b"MIME-Version: 1.0\nContent-Type: " + b"(" * 100_000 + b"\n\n<html>x",
    "nested without end.mht": b"MIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 5_000,
    "many parts.mht": b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 400_000,
    "a head without end.mht": b"a: b\n" + b" c\n" * 1_000_000,
    "a line of cells.txt": b"1\t" * 8_000_000,
    "lines of cells.txt": b"1|1|1\n" * 100_000,
    "many lines.txt": b"1\n" * 400_000,
    "many digits.txt": b"7" * 15_000_000,
}


@pytest.mark.parametrize("name", BAD_PAGES)
def test_a_page_or_text_that_floods_is_read_or_refused_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BAD_PAGES[name])
    assert watched(read_published, path).code in (ExitCode.OK, ExitCode.INPUT)


BAD_DATA = {
    "a count of 5,000 digits": ("figures", "t3.received.total", {"value": int("9" * 4_000), "shown": "9"}),
    "an amount of a million decimals": ("figures", "t2.fees.amount", {"value": f"0.{'1' * 1_000_000}", "shown": "0"}),
    "a year of 5,000 digits": ("info", "year", "2" * 5_000),
    "an agency of a surrogate": ("info", "agency", "\ud800"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_data_that_no_workbook_could_hold_is_refused(tmp_path: Path, name: str) -> None:
    good, bad = tmp_path / "好.json", tmp_path / "坏.json"
    assert run("export", CHAOYANG, "--to", "json", "-o", good).code == 0
    record = json.loads(good.read_text(encoding="utf-8"))
    part, key, value = BAD_DATA[name]
    record[part][key] = value
    bad.write_text(json.dumps(record), encoding="utf-8")
    ran = run("compare", bad, good, "--format", "xlsx", "-o", tmp_path / "比.xlsx")
    assert (ran.code, "Traceback" in ran.said) == (0 if "surrogate" in name else 4, False)


def test_what_no_workbook_can_hold_is_not_written(tmp_path: Path) -> None:
    page, target = tmp_path / "页面.html", tmp_path / "读入.xlsx"
    headings = "".join(f"<p>（一）第{number}项</p>" for number in range(LIMITS.rows + 1))
    page.write_text(f"<html><body><h2>一、总体情况</h2>{headings}</body></html>", encoding="utf-8")
    ran = run("import", page, "-o", target)
    assert (ran.code, target.exists()) == (4, False)
    assert "页面.html 的内容装不进标准工作簿：有一张表用到了第" in ran.err


def test_fonts_are_looked_for_in_the_parts_that_can_be_read() -> None:
    raw = bytearray(pack(report_parts()))
    for name in (name for name in report_parts() if "footer" in name or "header" in name):
        at = raw.index(name.encode()) + len(name) + 9
        raw[at : at + 8] = b"\xff" * 8
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体"} <= set(fonts_of(bytes(raw)))


def test_a_pipe_is_not_waited_for_by_what_looks_for_reports(tmp_path: Path) -> None:
    pipe = tmp_path / "报告.docx"
    os.mkfifo(pipe)
    assert run("import", pipe, "-o", tmp_path / "读入.xlsx").code == 4
