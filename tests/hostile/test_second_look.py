"""What a second look with hostile files found, each as the smallest file that shows it."""

from __future__ import annotations

import os
import re
import shutil
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from govdoc.batch import Plan, batch
from govdoc.checks.prose.quantities import chinese_number
from govdoc.crew import Crew
from govdoc.errors import ExitCode, OutputError, UsageError
from govdoc.files import TEMPORARY, check_target
from govdoc.pipeline import build, check
from govdoc.readers.word import read_document
from govdoc.readers.word_nested import read_any_document
from govdoc.readers.workbook import read_workbook
from govdoc.readers.xls_text import is_date_format
from govdoc.values import Content, ErrorValue, Percent, Uncalculated, small_number
from govdoc.writers import compiled
from govdoc.writers.annotate_boxes import Boxes, Sizes
from tests.cli_helpers import CHAOYANG, edited, run
from tests.hostile.makers import (
    changed,
    container,
    document,
    number_record,
    old_workbook,
    open_document,
    open_row,
    pack,
    paragraph,
    record,
    report_parts,
    table,
)
from tests.hostile.watch import watched

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "word/document.xml"
BIG = "9" * 5000


# ---------------------------------------------------------------- .ods


def _ods(folder: Path, tables: str) -> Path:
    path = folder / "a.ods"
    path.write_bytes(pack({**open_document(tables), "pad.bin": os.urandom(300_000)}))
    return path


def _text(inner: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{inner}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    "rows",
    [
        open_row(_text('a<text:s text:c="2000000000"/>')),
        open_row(_text('a<text:s text:c="150000000"/>')),
        open_row(_text("x", ' table:number-columns-repeated="200"').replace("x", '<text:s text:c="30000"/>'), 400),
        open_row(_text("x", f' office:string-value="{"x" * 900_000}" table:number-columns-repeated="20"'), 4999),
        open_row(f'<table:table-cell table:formula="of:={"x" * 900_000}" table:number-columns-repeated="20"/>', 4999),
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="9999999"/>' * 20_000,
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="9999999"/>' * 50_000,
        open_row(_text("好" * 32_000), 2000),
        open_row("<table:table-cell>" * 2 + "</table:table-cell>" * 2),
    ],
)
def test_what_an_ods_repeats_is_counted_before_it_is_made(tmp_path: Path, rows: str) -> None:
    assert watched(read_workbook, _ods(tmp_path, table(rows))).code in (0, ExitCode.INPUT)


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ('office:value-type="float" office:value="0"><text:p>#REF!</text:p>', ErrorValue("#REF!")),
        ('office:value-type="float" office:value="0"><text:p>错误:502</text:p>', ErrorValue("错误:502")),
        ('office:value-type="string" calcext:value-type="error"><text:p/>', ErrorValue("#ERROR!")),
        ('office:value-type="percentage" office:value="1"><text:p>100%</text:p>', Percent(1.0)),
        ('office:value-type="float" office:value=" &#53;1 "><text:p>51</text:p>', 51.0),
        ('office:value-type="float"><text:p>51</text:p>', "51"),
        ("><text:p>51</text:p>", "51"),
        ('office:value-type="string"><text:p>5<![CDATA[1]]><!-- x --></text:p>', "51"),
        ('office:value-type="string" office:value="12"><text:p>51</text:p>', "51"),
        ('office:value-type="string"><text:p>5<text:tab/>1<text:line-break/></text:p><text:p>2</text:p>', "5\t1\n\n2"),
        (
            (
                'office:value-type="string"><office:annotation><text:p>批</text:p></office:annotation><text:p>5<text:note>'
                "<text:p>注</text:p></text:note></text:p>"
            ),
            "5",
        ),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p>', True),
        ('office:value-type="date" office:date-value="0000-13-45"><text:p>x</text:p>', "0000-13-45"),
        ('table:formula="of:=1+1">', Uncalculated("=1+1")),
    ],
)
def test_an_ods_cell_is_read_as_people_see_it(tmp_path: Path, cell: str, content: Content) -> None:
    path = _ods(
        tmp_path, table(open_row(f'<table:table-cell table:number-columns-repeated="2" {cell}</table:table-cell>'))
    )
    grid = read_workbook(path).grids[0]
    assert [grid.at(0, 0), grid.at(0, 1)] == [content, content]


@pytest.mark.parametrize("number", ["1,5", "0x12", "1_000", "9" * 5000, "٣"])
def test_an_ods_number_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    cell = f'<table:table-cell office:value-type="float" office:value="{number}"/>'
    assert watched(read_workbook, _ods(tmp_path, table(open_row(cell)))).code == ExitCode.INPUT


def test_a_hidden_sheet_of_an_ods_is_known_as_hidden(tmp_path: Path) -> None:
    style = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    sheet = table(open_row(_text("x"))).replace("<table:table ", '<table:table table:style-name="h" ')
    parts = open_document(sheet)
    parts["content.xml"] = parts["content.xml"].replace(b"<office:body>", style.encode() + b"<office:body>")
    parts["content.xml"] = parts["content.xml"].replace(b" xmlns:office", b' xmlns:style="urn:s" xmlns:office', 1)
    (tmp_path / "a.ods").write_bytes(pack(parts))
    assert read_workbook(tmp_path / "a.ods").grids[0].hidden


# ---------------------------------------------------------------- .xls


def test_a_number_format_of_thousands_of_signs_is_looked_at_once(tmp_path: Path) -> None:
    styles = record(0x41E, struct.pack("<HHB", 5, 8000, 0) + b'["' * 4000) + record(
        0xE0, struct.pack("<HH", 0, 5) + bytes(16)
    )
    cells = b"".join(number_record(at // 200, at % 200) for at in range(99_000))
    (tmp_path / "a.xls").write_bytes(container(old_workbook(cells, before=styles)))
    assert watched(read_workbook, tmp_path / "a.xls").code == 0
    assert is_date_format("yyyy-mm-dd")
    assert not is_date_format("y" * 300)


# ---------------------------------------------------------------- .docx


def test_a_number_of_thousands_of_digits_is_no_number(tmp_path: Path) -> None:
    table_ = f'<w:tbl><w:tblGrid><w:gridCol w:w="{BIG}"/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    (tmp_path / "a.docx").write_bytes(pack(document(table_)))
    assert watched(read_document, tmp_path / "a.docx").code == 0
    assert [small_number(one, -1) for one in (BIG, "", None, "１", "-1", "12", b"12")] == [-1, -1, -1, -1, -1, 12, 12]


@pytest.mark.parametrize("more", ["2<!--x-->3", "2<?p x?>3", "<![CDATA[23]]>"])
def test_what_parts_a_text_of_a_report_hides_nothing_of_it(tmp_path: Path, more: str) -> None:
    (tmp_path / "t.docx").write_bytes(pack(document(paragraph("TEXT").replace("TEXT", more))))
    assert "23" in [getattr(block, "text", "") for block in read_document(tmp_path / "t.docx").blocks]


def test_a_report_with_cdata_in_a_figure_can_be_refreshed(tmp_path: Path) -> None:
    build(CHAOYANG, tmp_path / "r.docx")
    parts = _parts(tmp_path / "r.docx")
    body = re.sub(rb"(<w:t(?: [^>]*)?>)(\d+)(</w:t>)", rb"\1<![CDATA[\2]]>\3", parts[DOCUMENT])
    (tmp_path / "e.docx").write_bytes(pack({**parts, DOCUMENT: body}))
    book = edited(tmp_path, {("二、主动公开", "D4"): 1})
    ran = run("refresh", tmp_path / "e.docx", book, "-o", tmp_path / "n.docx")
    assert ran.code in (0, 3, 7)
    assert run("check", tmp_path / "e.docx").code == 0


def _parts(path: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_many_tables_in_one_cell_are_laid_out_in_time(tmp_path: Path) -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>" * 1_999
    body = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    (tmp_path / "a.docx").write_bytes(pack({**document(body), "pad.bin": os.urandom(300_000)}))
    assert watched(read_any_document, tmp_path / "a.docx").code == 0


def _report(folder: Path, extra: str) -> Path:
    parts = changed(report_parts(), DOCUMENT, "<w:sectPr", f"{extra}<w:sectPr")
    path = folder / "r.docx"
    path.write_bytes(pack({**parts, "pad.bin": os.urandom(400_000)}))
    return path


@pytest.mark.parametrize(
    "extra",
    [
        paragraph("收到申请66件，" * 20_000),
        "".join(paragraph(f"收到{number}件申请，办结{number}件") for number in range(20_000)),
        "".join(paragraph(f"收到{number}件。") for number in range(20_000)),
        paragraph("收到申请" + "一亿" * 20_000 + "件。"),
        paragraph("收到申请" + "一" * 5_000 + "件。"),
        paragraph("收到申请9件，" + "其余7件已答复，" * 300 + "。"),
        paragraph("收到申请9件，" + "予以公开3件，其他7件，" * 200 + "。"),
    ],
)
def test_long_prose_in_a_report_is_checked_in_time(tmp_path: Path, extra: str) -> None:
    assert watched(check, _report(tmp_path, extra)).code == 0


def test_a_numeral_longer_than_any_number_means_nothing() -> None:
    assert chinese_number("一" * 5000) is None
    assert chinese_number("一百零五") == 105


@pytest.mark.parametrize("mark", ["same", "gone"])
def test_figures_without_end_in_a_report_are_refused_or_left_to_people(tmp_path: Path, mark: str) -> None:
    parts = report_parts()
    body = parts[DOCUMENT].decode()
    name = re.findall(r'<w:bookmarkStart [^>]*w:name="(_g[^"]*)"', body)
    assert name, "the sample has no figure in its prose"
    if mark == "gone":
        extra = "".join(paragraph(f"第{number}段收到申请66件的文字") for number in range(3000))
        body = re.sub(r'(<w:bookmarkStart [^>]*w:name=")_g', r"\1gone", body)
    else:
        extra = "".join(
            f'<w:bookmarkStart w:id="{number}" w:name="{name[0]}"/><w:r><w:t>66</w:t></w:r>'
            f'<w:bookmarkEnd w:id="{number}"/>'
            for number in range(20_000, 32_000)
        )
        extra = f"<w:p>{extra}</w:p>"
    path = tmp_path / "r.docx"
    body = body.replace("<w:sectPr", f"{extra}<w:sectPr", 1)
    path.write_bytes(pack({**parts, DOCUMENT: body.encode(), "pad.bin": os.urandom(400_000)}))
    ended = watched(lambda one: run("pull", one, CHAOYANG, "-o", tmp_path / "o.xlsx"), path)
    assert ended.code == 0


# ---------------------------------------------------------------- comments in workbooks


def test_a_box_of_absurd_size_is_left_as_it_is() -> None:
    from lxml import etree

    sizes = Sizes(etree.fromstring("<worksheet/>"))
    for anchor in ("0,0,0,0,99999999,0,99999999,0", ",".join([BIG] * 8), "5,0,5,0,1,0,1,0"):
        shape = (
            f'<xml><v:shape><x:ClientData ObjectType="Note"><x:Anchor>{anchor}</x:Anchor><x:Row>{1}</x:Row>'
            "<x:Column>1</x:Column></x:ClientData></v:shape></xml>"
        )
        boxes = Boxes(shape.encode(), sizes)
        boxes.grow((1, 1), "批注", 1)
        assert boxes.data == shape.encode() or BIG.encode() in shape.encode()


# ---------------------------------------------------------------- places and names


def _crew() -> Crew:
    return Crew(1, lambda: ThreadPoolExecutor(1))


def _folder(folder: Path) -> Path:
    (folder / "in").mkdir()
    shutil.copy(CHAOYANG, folder / "in" / "a.xlsx")
    return folder / "in"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_journal_that_leads_elsewhere_is_not_written(tmp_path: Path, kind: str) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_bytes(b'{"journal":1,"govdoc":"x"}\nprecious\n')
    journal = out / "journal.jsonl"
    if kind == "link":
        journal.symlink_to(victim)
    elif kind == "pipe":
        os.mkfifo(journal)
    else:
        journal.mkdir()
    with pytest.raises(OutputError):
        batch(Plan(str(_folder(tmp_path)), str(out), resume=True), _crew())
    assert victim.read_bytes().endswith(b"precious\n")


def test_a_file_that_is_no_journal_is_kept_and_a_torn_one_begun_again(tmp_path: Path) -> None:
    source, out = _folder(tmp_path), tmp_path / "out"
    out.mkdir()
    journal = out / "journal.jsonl"
    for content in (b"hello\n", b'{"journal":1}\n', bytes(100), b"[]"):
        journal.write_bytes(content)
        with pytest.raises(UsageError):
            batch(Plan(str(source), str(out), resume=True), _crew())
        assert journal.read_bytes() == content
    journal.write_bytes(b'{"journal":1,"gov')
    assert batch(Plan(str(source), str(out), resume=True), _crew()).exit_code is ExitCode.OK


def test_a_file_whose_name_is_no_text_is_named_and_the_others_are_built(tmp_path: Path) -> None:
    source = _folder(tmp_path)
    try:
        shutil.copy(CHAOYANG, source / os.fsdecode(b"\xff\xfe.xlsx"))
    except OSError:
        pytest.skip("this file system takes text alone")
    result = batch(Plan(str(source), str(tmp_path / "out")), _crew())
    assert result.counts == {"built": 1, "unreadable": 1}
    assert [line.file for line in result.troubles] == ["??.xlsx"]
    assert result.exit_code is ExitCode.INPUT


def test_no_output_goes_into_a_pipe_or_under_the_name_of_a_temporary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.docx")
    for name in ("p.docx", f"{TEMPORARY}x.docx"):
        with pytest.raises(OutputError):
            check_target(tmp_path / name, force=True, lost="")


# ---------------------------------------------------------------- the cache


def test_what_is_kept_of_a_template_is_taken_only_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "cache")
    made = []

    def make() -> tuple[str, object]:
        made.append(1)
        return "x", compile("1", "x", "eval")

    def again() -> int:
        compiled.compiled(b"template", make)  # type: ignore[arg-type]
        return len(made)

    assert [again(), again()] == [1, 1]
    (kept,) = (tmp_path / "cache").iterdir()
    whole = kept.read_bytes()
    for broken in (b"", whole[:-3], whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], bytes(1000)):
        before = len(made)
        kept.write_bytes(broken)
        assert [again(), again()] == [before + 1, before + 1]
    kept.unlink()
    os.mkfifo(kept)
    assert again() == len(made)
    kept.unlink()
    kept.mkdir()
    again()
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [kept.name]


# ---------------------------------------------------------------- templates and pages


@pytest.mark.parametrize(
    "tag",
    [
        *("{{ 'a'*10**9 }}", "{{ 10**10**8 }}", "{{ 'x'|center(1000000000) }}", "{{ '%1000000000d' % 1 }}"),
        *("{{ '{:1000000000}'.format(1) }}", "{{ 'a'.ljust(1000000000) }}", "{% for i in [1,2]*9999999 %}{% endfor %}"),
        "{% set a='a' %}" + "{% set a=a~a %}" * 40 + "{{ a }}",
        "{% set a='a' %}" + "{% set a=a+a %}" * 40 + "{{ a }}",
        "{% set a='a' %}" + "{% set a=[a,a,a,a] %}" * 20 + "{{ a }}",
        "{% set a %}a{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}",
        "{% for a in 三 %}{% for b in 三 %}{% for c in 三 %}{{ a }}{% endfor %}{% endfor %}{% endfor %}",
        f"{{% for i in [{'1,' * 101}] %}}{{{{ i }}}}{{% endfor %}}",
        "{% for i in 三 recursive %}{{ i }}{% endfor %}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_a_template_cannot_multiply(tmp_path: Path, tag: str) -> None:
    from govdoc.files import template_path

    parts = changed(_parts(template_path("2021")), DOCUMENT, "<w:sectPr", f"{paragraph(tag)}<w:sectPr")
    (tmp_path / "t.docx").write_bytes(pack(parts))
    ran = run("build", CHAOYANG, "--template", tmp_path / "t.docx", "-o", tmp_path / "o.docx")
    assert ran.code == ExitCode.LAYOUT
    assert not (tmp_path / "o.docx").exists()


@pytest.mark.parametrize("part", ["[Content_Types].xml", "word/_rels/document.xml.rels"])
def test_a_template_with_a_broken_list_is_refused(tmp_path: Path, part: str) -> None:
    from govdoc.files import template_path

    (tmp_path / "t.docx").write_bytes(pack({**_parts(template_path("2021")), part: b"<x"}))
    assert run("build", CHAOYANG, "--template", tmp_path / "t.docx", "-o", tmp_path / "o.docx").code == ExitCode.LAYOUT


@pytest.mark.parametrize("form", ["{}=1", "{}"])
def test_an_element_of_countless_attributes_is_refused(tmp_path: Path, form: str) -> None:
    from govdoc.readers.html import read_page

    attributes = " ".join(form.format(f"a{number}") for number in range(50_000))
    (tmp_path / "p.html").write_text(f"<html><body><p {attributes}>x</p></body></html>", encoding="utf-8")
    assert watched(read_page, tmp_path / "p.html").code == ExitCode.INPUT
