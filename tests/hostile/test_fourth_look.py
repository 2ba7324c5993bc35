"""Documents, templates, journals and names that somebody made anew: what took minutes or gigabytes, and what got by.

Each is held to five seconds and 500 MB, as everywhere here.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govdoc.cli.say import _shown
from govdoc.errors import ExitCode, UsageError
from govdoc.files import check_name, safe_name, template_path
from govdoc.finding import MOST_MARKED, Severity, weightiest
from govdoc.journal import Line, open_journal
from govdoc.naming import final_stems
from govdoc.pipeline import check, read
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.loose import Cell
from govdoc.readers.published import read_any
from govdoc.readers.word import Text, read_document
from govdoc.readers.word_nested import read_any_document
from govdoc.report import Entry
from govdoc.roundtrip.merge import merge
from govdoc.roundtrip.numbering import Numbering
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.reading import read_report
from govdoc.roundtrip.scan import scan
from govdoc.store import LocalTarget
from govdoc.writers.annotate_boxes import _by_column
from tests.cli_helpers import CHAOYANG, edited, run
from tests.hostile.makers import (
    LINKS,
    REPORT,
    WORD,
    Parts,
    changed,
    document,
    pack,
    paragraph,
    report_parts,
    sample_parts,
)
from tests.hostile.watch import watched

if TYPE_CHECKING:
    from govdoc.roundtrip.scan import Text as Scanned

OVERVIEW = "一、总体情况"


def written(folder: Path, parts: Parts, name: str = "a.docx") -> Path:
    path = folder / name
    path.write_bytes(pack(parts))
    return path


def with_body(xml: str) -> Parts:
    """Return an honest report with something more at its end."""
    return changed(report_parts(), REPORT, "<w:sectPr", f"{xml}<w:sectPr")


def nested(name: str, times: int, inner: str) -> str:
    return f"<w:{name}>" * times + inner + f"</w:{name}>" * times


# ---------------------------------------------------------------- documents


def scanned(path: Path) -> Scanned:
    package = Package.open(path)
    return scan(package.parts[REPORT], package.tree, path.name)


DEEP = {
    "paragraphs in wrappers": "".join(f"<w:sdt>{'<w:p/>' * 500}" for _ in range(240)) + "</w:sdt>" * 240,
    "signs deep in one paragraph": "<w:p>" + nested("ins", 240, nested("r", 1, "<w:tab/>" * 300_000)) + "</w:p>",
    "bookmarks deep in one paragraph": "<w:p>"
    + nested("ins", 240, '<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkEnd w:id="1"/>' * 100_000)
    + "</w:p>",
    "boxes in boxes": f"<w:p><w:r>{'<w:t>1</w:t>' * 4000}<w:txbxContent>" * 80 + "</w:txbxContent></w:r></w:p>" * 80,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_lies_deep_is_gone_through_once(tmp_path: Path, name: str) -> None:
    end = watched(scanned, written(tmp_path, with_body(DEEP[name])))
    assert (end.code, end.seconds < 20) == (ExitCode.OK, True)


def test_the_text_of_a_box_is_no_text_of_the_paragraph_around_it(tmp_path: Path) -> None:
    box = f"<w:r><w:t>外</w:t></w:r><w:r><w:txbxContent>{paragraph('内')}</w:txbxContent></w:r>"
    change = "<w:ins><w:r><w:t>增</w:t></w:r><w:del><w:r><w:t>去</w:t></w:r></w:del></w:ins>"
    lines = scanned(written(tmp_path, with_body(f"<w:p>{box}{change}</w:p>"))).lines[-2:]
    assert [line.text for line in lines] == ["外增", "内"]
    assert [atom.fate.value for atom in lines[0].atoms] == ["stays", "inserted", "deleted"]


@pytest.mark.parametrize("wrapped", ["", "sdt"])
def test_wide_cells_are_counted_before_they_are_laid_out(tmp_path: Path, wrapped: str) -> None:
    cells = '<w:tc><w:tcPr><w:gridSpan w:val="256"/></w:tcPr><w:p/></w:tc>' * 20_000
    row = f"<w:{wrapped}>{cells}</w:{wrapped}>" if wrapped else cells
    end = watched(read_document, written(tmp_path, with_body(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>")))
    assert end.code == ExitCode.INPUT
    assert end.megabytes < 120


@pytest.mark.parametrize("table", ["<w:tbl/>", "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"])
@pytest.mark.parametrize("reader", [read_document, read_any_document, read_report])
def test_tables_without_end_are_refused(tmp_path: Path, table: str, reader: object) -> None:
    end = watched(reader, written(tmp_path, with_body(table * 100_000)))  # type: ignore[arg-type]
    assert end.code == ExitCode.INPUT
    assert "表格" in end.said


def test_a_page_of_tables_without_end_is_refused(tmp_path: Path) -> None:
    for number, code in ((2_000, ExitCode.OK), (2_001, ExitCode.INPUT)):
        page = f"<html><body>{'<table><tr><td>1</td><td>2</td></tr></table>' * number}</body></html>"
        (tmp_path / "p.html").write_text(page, encoding="utf-8")
        assert watched(read_any, tmp_path / "p.html").code == code


def test_frames_in_frames_are_taken_off_once(tmp_path: Path) -> None:
    frames = f"<w:tbl><w:tr><w:tc>{'<w:p/>' * 2000}" * 80 + "</w:tc></w:tr></w:tbl>" * 80
    assert watched(read_any_document, written(tmp_path, with_body(frames))).code == ExitCode.OK


def test_frames_leave_their_texts_in_order(tmp_path: Path) -> None:
    def frame(inner: str) -> str:
        return f"<w:tbl><w:tr><w:tc><w:tcPr/>{inner}</w:tc></w:tr></w:tbl>"

    two = f"<w:tbl><w:tr><w:tc>{paragraph('四')}</w:tc><w:tc>{paragraph('五')}</w:tc></w:tr></w:tbl>"
    inner = frame(paragraph("二") + frame(paragraph("三"))) + two + paragraph("六")
    body = f"{paragraph('一')}{frame(inner)}{paragraph('七')}"
    blocks = read_any_document(written(tmp_path, document(body))).blocks
    texts = [one.text if isinstance(one, Text) else [list(row) for row in one.rows] for one in blocks]
    assert texts == ["一", "二", "三", [["四", "五"]], "六", "七"]


def test_the_parts_of_a_document_have_limits_together(tmp_path: Path) -> None:
    head = f'<w:hdr xmlns:w="{WORD}">{paragraph("x") * 2000}</w:hdr>'.encode()
    path = written(tmp_path, report_parts() | {f"word/header{number}.xml": head for number in range(10, 500)})
    assert watched(Package.open, path).code == ExitCode.INPUT


def starting_at(target: str) -> Parts:
    """Return a report whose body has another name."""
    parts = {name: data for name, data in report_parts().items() if name != REPORT}
    link = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="{target}"/>'
    return parts | {"_rels/.rels": f"<Relationships>{link}</Relationships>".encode()}


def test_a_body_that_is_the_list_of_styles_is_refused(tmp_path: Path) -> None:
    ran = run("check", written(tmp_path, starting_at("word/styles.xml")))
    assert ran.code == ExitCode.INPUT
    assert "word/styles.xml" in ran.err


def test_a_document_whose_body_has_another_name_is_one_for_every_command(tmp_path: Path) -> None:
    links = report_parts()["word/_rels/document.xml.rels"]
    body = {"word/document2.xml": report_parts()[REPORT], "word/_rels/document2.xml.rels": links}
    path = written(tmp_path, starting_at("word/document2.xml") | body)
    assert read_any(path).report.agency == read(CHAOYANG).report.agency


def numbered(path: Path) -> Numbering:
    return Numbering(Package.open(path))


def test_styles_based_on_one_another_are_followed_so_far(tmp_path: Path) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(30_000)
    )
    parts = changed(report_parts(), "word/styles.xml", "</w:styles>", f"{styles}</w:styles>")
    numbering = {"word/numbering.xml": f'<w:numbering xmlns:w="{WORD}"/>'.encode()}
    assert watched(numbered, written(tmp_path, parts | numbering)).code == ExitCode.OK


def test_attributes_without_end_are_refused() -> None:
    tag = "<p " + " ".join(f'a{number}=""' for number in range(1000)) + "/>"
    check_xml((tag * 999).encode())
    with pytest.raises(OverLimitError, match="属性"):
        check_xml((tag * 1001).encode())


def test_a_cell_of_a_page_is_looked_at_so_far(tmp_path: Path) -> None:
    parts = report_parts()
    at = parts[REPORT].find(b"</w:tc>", parts[REPORT].find("现行有效件数".encode()) + 200)
    long = paragraph("1" * 900_000).encode()
    parts[REPORT] = parts[REPORT][:at] + long + parts[REPORT][at:]
    assert watched(read_any_document, written(tmp_path, parts)).code == ExitCode.OK
    assert len(Cell(0, "甲" * 900_000, read(CHAOYANG).report.figures["t3.received.natural"].where).text) < 10_000
    ran = watched(imported, tmp_path / "a.docx")
    assert (ran.code, ran.seconds < 15) == (ExitCode.OK, True)


def imported(path: Path) -> int:
    return run("import", path, "-o", path.with_suffix(".xlsx")).code


# ---------------------------------------------------------------- edited narratives


def test_rows_that_differ_everywhere_are_compared_so_far(tmp_path: Path) -> None:
    (tmp_path / "x").touch()

    def compared(_: Path) -> None:
        heads = [Entry(f"（{at}）甲{at}", "旧") for at in range(4000)]
        others = [Entry(f"（{at}）乙{at}", "新") for at in range(4000)]
        merge(tuple(heads), tuple(others), tuple(Entry(f"（{at}）丙{at}", "第三") for at in range(4000)))

    assert watched(compared, tmp_path / "x").code == ExitCode.OK


def test_rows_are_paired_as_before() -> None:
    base = (Entry("（一）收到", "甲" * 50), Entry("（二）办结", "乙丙" * 40), Entry("（三）其他", "丁戊" * 30))
    word = (Entry("（二）办结情况", "乙丙" * 38), Entry("（一）收到", "甲" * 49))
    book = (base[0], base[1], Entry("（三）其他", "己" * 30))
    merged = merge(base, word, book)
    assert (merged.rows, merged.parked) == (word, (book[2],))


def test_more_headings_than_a_sheet_has_rows_are_not_pulled(tmp_path: Path) -> None:
    headings = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>（一）甲</w:t></w:r></w:p>' * 5_100
    ran = run("pull", written(tmp_path, with_body(headings)), CHAOYANG, "-o", tmp_path / "o.xlsx")
    assert ran.code == ExitCode.INPUT
    assert "5000 个小标题" in ran.err
    assert not (tmp_path / "o.xlsx").exists()


def test_thousands_of_headings_are_pulled_in_time(tmp_path: Path) -> None:
    headings = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>（一）甲</w:t></w:r></w:p>' * 4_000
    path = written(tmp_path, with_body(headings))
    end = watched(lambda one: run("pull", one, CHAOYANG, "-o", tmp_path / "o.xlsx"), path)
    assert (end.code, (tmp_path / "o.xlsx").exists()) == (ExitCode.OK, True)


def test_a_copy_marks_the_weightiest_findings_alone(tmp_path: Path) -> None:
    sentence = "全年共收到政府信息公开申请12件，同比增长20%，其中予以公开3件，不予公开2件，办结11件，按时办结率100%。"
    cells = {(OVERVIEW, f"B{row}"): (sentence * 600)[:30_000] for row in range(3, 8)}
    path = edited(tmp_path, {**cells, ("三、依申请公开", "J6"): 99})
    findings = check(path).findings
    assert len(findings) > 2 * MOST_MARKED
    kept = weightiest(findings)
    assert len(kept) == MOST_MARKED
    assert [one for one in findings if one.severity is Severity.ERROR] == [
        one for one in kept if one.severity is Severity.ERROR
    ]
    end = watched(lambda one: run("check", one, "--annotate", tmp_path / "o.xlsx"), path)
    assert (end.code, end.megabytes < 300) == (ExitCode.OK, True)
    with zipfile.ZipFile(tmp_path / "o.xlsx") as archive:
        name = next(name for name in archive.namelist() if "comments" in name)
        comments = re.findall(r"<comment .*?</comment>", archive.read(name).decode(), re.DOTALL)
        assert max(len(re.sub("<[^>]*>", "", one)) for one in comments) < 32_767
        assert any(
            "这里只列最重的 2000 条" in archive.read(one).decode() for one in archive.namelist() if "sheet" in one
        )


@pytest.mark.parametrize(
    "columns",
    [
        "".join(f'<col min="{number}" max="{number}" hidden="1"/>' for number in range(1, 16_385)),
        '<col min="16384" max="16384" width="9"/>' * 16_000 + '<col min="1" max="16383" hidden="1"/>',
    ],
    ids=["each by itself", "far away"],
)
def test_a_comment_beside_hidden_columns_finds_its_place(tmp_path: Path, columns: str) -> None:
    with zipfile.ZipFile(edited(tmp_path, {("三、依申请公开", "J6"): 99})) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(rb"<cols>.*?</cols>", f"<cols>{columns}</cols>".encode(), parts[name], flags=re.DOTALL)
    end = watched(lambda one: run("check", one, "--annotate", tmp_path / "o.xlsx"), written(tmp_path, parts, "a.xlsx"))
    assert (end.code, (tmp_path / "o.xlsx").exists()) == (ExitCode.OK, True)


def test_of_several_widths_of_a_column_the_first_counts() -> None:
    assert _by_column([(2, 3, 5), (0, 9, 7), (-4, 1, 9), (4, 4, 1)]) == {2: 5, 3: 5, **dict.fromkeys((0, 1), 7)} | (
        dict.fromkeys(range(4, 10), 7)
    )


def test_a_document_type_in_any_part_is_refused_where_a_workbook_is_edited(tmp_path: Path) -> None:
    parts = changed(sample_parts(), "[Content_Types].xml", "<Types", '<!DOCTYPE x [<!ENTITY a "b">]><Types')
    ran = run("check", written(tmp_path, parts, "a.xlsx"), "--annotate", tmp_path / "o.xlsx")
    assert (ran.code, (tmp_path / "o.xlsx").exists()) == (ExitCode.INPUT, False)


# ---------------------------------------------------------------- templates


def template_parts() -> Parts:
    with zipfile.ZipFile(template_path("2021")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def built(folder: Path, parts: Parts) -> int:
    (folder / "t.docx").write_bytes(pack(parts))
    return run("build", CHAOYANG, "--template", folder / "t.docx", "-o", folder / "o.docx").code


def with_tag(tag: str) -> Parts:
    escaped = tag.replace("&", "&amp;").replace("<", "&lt;")
    return changed(template_parts(), REPORT, "<w:sectPr", f"{paragraph(escaped)}<w:sectPr")


HUNDRED = f"[{','.join('1' * 100)}]"
ASKING_TOO_MUCH = {
    "a filter by its name": "{{ ['x']|map('center', 3000000000)|list }}",
    "an indent": "{{ [[1]]|tojson(indent=3000000000) }}",
    "digits": "{{ 1|round(999999999, 'ceil') }}",
    "loops over a long text": f"{{% for a in {HUNDRED} %}}{{% for b in {HUNDRED} %}}{{{{ 总体情况 }}}}"
    "{% endfor %}{% endfor %}",
    "the letters of a text": "{% for a in 总体情况 %}{% for b in 总体情况 %}{% endfor %}{% endfor %}",
    "many loops": f"{{% for a in {HUNDRED} %}}{{% for b in {HUNDRED} %}}x{{% endfor %}}{{% endfor %}}" * 200,
    "text unescaped": "{% autoescape false %}{{ 三.予以公开.自然人 }}{% endautoescape %}",
    "markup": "{{ 三.予以公开.自然人|safe }}",
    "a block": "{% block a %}x{% endblock %}",
    "what lies in memory": "{{ 三|items }}",
    "a number of 5,000 digits": f"{{{{ {'9' * 5000} }}}}",
    "brackets in brackets": f"{{{{ {'(' * 300}1{')' * 300} }}}}",
    "more brackets in brackets": f"{{{{ {'(' * 5000}1{')' * 5000} }}}}",
    "a long way down": f"{{{{ 三{'.x' * 5000} }}}}",
    "conditions in conditions": "{% if 1 %}" * 150 + "x" + "{% endif %}" * 150,
    "tags that never end": "{{ " * 100_000,
    "too many tags": "{{ 三.予以公开.自然人 }}" * 60_000,
    "wrong names": "".join(f"{{{{ 三.错{number} }}}}" for number in range(9_000)),
}


@pytest.mark.parametrize("name", ASKING_TOO_MUCH)
def test_a_template_asks_for_no_more_than_a_report_has(tmp_path: Path, name: str) -> None:
    def build(path: Path) -> None:
        assert built(path.parent, with_tag(ASKING_TOO_MUCH[name])) == ExitCode.LAYOUT

    assert watched(build, tmp_path / "x").code == ExitCode.OK
    assert not (tmp_path / "o.docx").exists()


@pytest.mark.parametrize(
    "tag",
    [
        "{% for 数 in ['甲', '乙'] %}{{ 数 }}{% endfor %}",
        "{% for 名, 数 in 三.予以公开|dictsort %}{{ 名 }}{{ 数|e }}{% endfor %}",
        "{% for 名 in 三 %}{% for 列 in 三[名] %}{{ loop.index }}{% endfor %}{% endfor %}",
        "{{ 没有|default('甲') }}",
        "{% if 三.予以公开.自然人|int > 0 %}{{ 三.予以公开|length }}{% endif %}",
    ],
)
def test_what_a_template_needs_it_may_say(tmp_path: Path, tag: str) -> None:
    assert built(tmp_path, with_tag(tag)) == ExitCode.OK


def test_a_long_report_through_a_loop_is_bounded(tmp_path: Path) -> None:
    book = edited(tmp_path, {(OVERVIEW, f"B{row}"): "本机关依法公开。" * 2000 for row in range(3, 23)})
    tag = f"{{% for a in {HUNDRED} %}}{{{{ 总体情况 }}}}{{% endfor %}}"
    (tmp_path / "t.docx").write_bytes(pack(with_tag(tag)))
    words = ("build", book, "--template", tmp_path / "t.docx", "-o", tmp_path / "o.docx")

    def build(_: Path) -> None:
        ran = run(*words)
        assert (ran.code, "超过 16 MB" in ran.err) == (ExitCode.LAYOUT, True)

    assert watched(build, book).code == ExitCode.OK


@pytest.mark.parametrize("part", [REPORT, "word/header1.xml", "word/styles.xml", "[Content_Types].xml"])
def test_a_template_with_a_document_type_is_refused(tmp_path: Path, part: str) -> None:
    doctype = '?><!DOCTYPE x [<!ENTITY a "b">]>'
    assert built(tmp_path, changed(template_parts(), part, "?>", doctype)) == ExitCode.LAYOUT


def test_a_template_with_parts_without_end_is_refused(tmp_path: Path) -> None:
    heads = {f"word/header{number}.xml": template_parts()["word/header1.xml"] for number in range(10, 200)}
    assert built(tmp_path, template_parts() | heads) == ExitCode.LAYOUT
    body = changed(template_parts(), REPORT, "<w:sectPr", f"{paragraph('甲' * 300_000) * 12}<w:sectPr")
    assert built(tmp_path, body) == ExitCode.LAYOUT


def test_a_template_s_styles_are_followed_so_far(tmp_path: Path) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(20_000)
    )

    def build(path: Path) -> None:
        parts = changed(template_parts(), "word/styles.xml", "</w:styles>", f"{styles}</w:styles>")
        assert built(path.parent, parts) == ExitCode.OK

    assert watched(build, tmp_path / "x").code == ExitCode.OK


@pytest.mark.parametrize("mark", ["vm", "hm"])
def test_a_cell_to_be_merged_that_never_ends_is_refused(tmp_path: Path, mark: str) -> None:
    cell = f"{paragraph(f'{{% {mark} %}}')}<w:tcPr></w:tcPr>" + '<w:t a="1"></w:t>' * 3000
    table = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"

    def build(path: Path) -> None:
        parts = changed(template_parts(), REPORT, "<w:sectPr", f"{table}<w:sectPr")
        assert built(path.parent, parts) == ExitCode.LAYOUT

    assert watched(build, tmp_path / "x").code == ExitCode.OK


# ---------------------------------------------------------------- journals and names


def head_of(folder: Path) -> bytes:
    with open_journal(LocalTarget(folder)) as journal:
        head = journal.head()
    return b"" if head is None else head.source.encode()


def test_a_line_of_a_journal_has_an_end(tmp_path: Path) -> None:
    head = b'{"journal":1,"govdoc":"1","source":"x","formats":["docx"]}\n'
    whole = json.dumps({"file": "a.xlsx", "stamp": "1", "status": "blocked"}).encode() + b"\n"
    (tmp_path / "journal.jsonl").write_bytes(head + whole + b'{"file":"' + b"x" * 100_000_000)

    def entries(folder: Path) -> None:
        with open_journal(LocalTarget(folder)) as journal:
            journal.head()
            assert [entry.file for _, entry in journal.entries()] == ["a.xlsx"]

    end = watched(entries, tmp_path)
    assert (end.code, end.megabytes < 60) == (ExitCode.OK, True)
    assert (tmp_path / "journal.jsonl").read_bytes() == head + whole


def test_a_journal_that_begins_without_end_is_somebody_else_s(tmp_path: Path) -> None:
    content = b'{"journal":1,"x":"' + b"x" * 5_000_000
    (tmp_path / "journal.jsonl").write_bytes(content)
    with pytest.raises(UsageError):
        head_of(tmp_path)
    assert (tmp_path / "journal.jsonl").read_bytes() == content


@pytest.mark.parametrize("stem", ["../victim/a", "/victim/a", "..\\victim\\a", "sub/a"])
def test_a_doctored_journal_moves_nothing_from_elsewhere(tmp_path: Path, stem: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xlsx").write_bytes(CHAOYANG.read_bytes())
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "a.docx").write_bytes(b"precious")
    assert run("batch", tmp_path / "in", "-o", tmp_path / "out", "--jobs", "1").code == ExitCode.OK
    journal = tmp_path / "out" / "journal.jsonl"
    head, line = journal.read_text(encoding="utf-8").splitlines()[:2]
    told = json.loads(line) | {"stem": stem, "agency": "甲局"}
    renamed = {"renamed": "yes", "file": "a.xlsx", "stem": stem}
    journal.write_text("\n".join([head, json.dumps(told), json.dumps(renamed), ""]), encoding="utf-8")
    words = ("batch", tmp_path / "in", "-o", tmp_path / "out", "--jobs", "1", "--resume")
    assert run(*words, overwrites=(tmp_path / "out").iterdir()).code == ExitCode.OK
    assert (tmp_path / "victim" / "a.docx").read_bytes() == b"precious"
    assert [one.name for one in (tmp_path / "victim").iterdir()] == ["a.docx"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("甲\u202e局", "甲局"), ("\u200b", "年报"), ("\ufeff甲局\u2069", "甲局"), ("甲\u0085局", "甲_局")),
        *(("--help", "_help"), ("-rf", "_rf"), ("~$甲局", "_甲局"), ("甲\u2028局", "甲_局"), ("甲-局", "甲-局")),
    ],
    ids=ascii,
)
def test_a_name_shows_what_it_is(text: str, expected: str) -> None:
    assert safe_name(text) == expected
    check_name(Path(f"{safe_name(text)}.docx"))


@pytest.mark.parametrize(
    ("one", "other"), [("é局", "e\u0301局"), ("COM¹", "COM1"), ("ﬁ局", "FI局"), ("甲局", "甲局\u200b")]
)
def test_names_that_some_system_takes_for_one_are_told_apart(one: str, other: str) -> None:
    lines = [
        Line(file=f"{number}.xlsx", stamp="1", status="built", agency=agency, stem="x")
        for number, agency in enumerate((one, other))
    ]
    assert [stem[-3:] for _, stem in final_stems(lines)] == ["（0）", "（1）"]


def test_a_terminal_is_not_turned_around() -> None:
    assert _shown("甲\u202e局\u2066\x1b[31m\u200e") == "甲\ufffd局\ufffd\ufffd[31m\ufffd"


def test_what_a_report_says_of_its_edition_is_told_shortly(tmp_path: Path) -> None:
    parts = report_parts()
    name = next(name for name, data in parts.items() if b"urn:govdoc:base" in data)
    parts[name] = re.sub(rb'layout="[^"]*"', b'layout="' + b"2" * 100_000 + b'"', parts[name])
    ran = run("refresh", written(tmp_path, parts), CHAOYANG, "-o", tmp_path / "o.docx")
    assert (ran.code, len(ran.err) < 300) == (ExitCode.USAGE, True)
