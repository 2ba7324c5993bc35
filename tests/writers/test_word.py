"""The Word report: every text comes through as it is, nothing typed is evaluated, the template cannot lie."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import docx
import jinja2
import pytest
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from openxml_audit import OpenXmlValidator

from govdoc.errors import ExitCode, LayoutError
from govdoc.files import template_path
from govdoc.layouts.schema import Layout, editions, load_layout
from govdoc.pipeline import first_difference
from govdoc.readers.bind_word import bind_document
from govdoc.readers.grid import Grid
from govdoc.readers.word import Document, Text, read_document
from govdoc.report import Entry, Figure, Report
from govdoc.values import read_number
from govdoc.writers.word import ReportTemplate, figure_tree, load_template
from govdoc.writers.word_names import DRAFT
from govdoc.writers.word_parts import pack
from tests.cli_helpers import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from docx.document import Document as WordDocument

LAYOUT = load_layout("2021")
LOST = "\ufffd"  # stands where a character was that no document can hold


@cache
def template(edition: str = "2021") -> ReportTemplate:
    return load_template(load_layout(edition))


def make_report(
    layout: Layout = LAYOUT,
    *,
    info: Mapping[str, str] | None = None,
    narratives: Mapping[str, list[tuple[str, str]]] | None = None,
    figures: Mapping[str, str] | None = None,
) -> Report:
    """Return a report; without more, figures that all differ and one sentence in each narrative."""
    texts = {
        key: f"{number}{spec.unit}" if spec.kind == "money" else str(number)
        for number, (key, spec) in enumerate(layout.figures.items(), start=100)
    } | dict(figures or {})
    sections = [section for section in layout.sections if section.table is None]
    given = {section.key: [("", f"{section.heading}的正文。")] for section in sections} | dict(narratives or {})
    return Report(
        layout,
        {"agency": "某某局", "year": "2021"} | dict(info or {}),
        {
            key: Figure(read_number(texts[key], spec.kind, spec.unit).value, texts[key])
            for key, spec in layout.figures.items()
        },
        {key: tuple(Entry(heading, text) for heading, text in rows) for key, rows in given.items()},
    )


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Document]:
    def read_bytes(data: bytes) -> Document:
        path = tmp_path / "read.docx"
        path.write_bytes(data)
        return read_document(path)

    return read_bytes


def lines(data: bytes | WordDocument) -> list[tuple[str, str]]:
    """Return style and text of every paragraph outside the tables, as python-docx sees them."""
    document = docx.Document(io.BytesIO(data)) if isinstance(data, bytes) else data
    return [
        (paragraph.style.name.lower() if paragraph.style and paragraph.style.name else "", paragraph.text)
        for paragraph in document.paragraphs
    ]


def section(data: bytes, heading: str) -> list[tuple[str, str]]:
    """Return what stands under a section's heading."""
    found: list[tuple[str, str]] = []
    inside = False
    for style, text in lines(data):
        if style == "heading 1":
            inside = text == heading
        elif inside:
            found.append((style, text))
    return found


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode("utf-8")


# ---------------------------------------------------------------- texts

TEXTS = [
    *("a<b>c</b>", "A<B & C>D", "&amp;&lt;", "]]>", "<![CDATA[x]]>", "<!-- x -->", "<?xml ?>", "</w:t></w:r></w:p>"),
    *(
        "{{ x }}",
        "{{x}}",
        "{{ 标题 }}",
        "{{p 标题 }}",
        "{{ 三.予以公开 }}",
        "{% for x in y %}",
        "{%p if x %}",
        "{#",
        "{# x #}",
    ),
    *("#}", "{{", "}}", "{%", "%}", "{%-", "-%}", "{_{", "}_}", "{_{ x }_}", "{_%", "%_}", "{{ ''.__class__ }}"),
    *('"a"', "'a'", "“引号”‘单’", "a\\n", "$1 \\1", "%s %(x)s", "{agency}", "{}", "{0}", "{0.__class__}"),
    *(
        "😀🏛️👨‍👩‍👧",
        "𠮷野家",
        "e\u0301",
        "a\u200fb\u202eא\u202c",
        "a\u200bb",
        "a\u00adb",
        "a\u00a0b",
        "a  b",
        "某\u3000局",
        "a\tb",
    ),
    *("\ufeffa", "\ue000", "\U0010fffd", "\ufffd", "年报" * 50_000),
]
UNPRINTABLE = ["\a", "\f", "\x0b", "\x00", "\x1b[2J", "\ufffe", "\uffff", "\ud800", "\udcff", "\x08\x08"]


def in_every_place(text: str) -> Report:
    return make_report(
        info={"agency": f"局{text}处", "origin": f"源{text}", "published": "2022-01-20", "signature": "是"},
        narratives={
            "overview": [("导语", f"前{text}后"), (f"头{text}尾", f"甲{text}乙\n己{text}丙")],
            "problems": [("", f"丁{text}戊")],
        },
        figures={"t3.granted.natural": f"数{text}字"},
    )


def expected_lines(text: str) -> list[tuple[str, str]]:
    return [
        ("title", f"局{text}处2021年政府信息公开工作年度报告"),
        ("subtitle", f"发布日期：2022-01-20　信息来源：源{text}"),
        ("body text", f"前{text}后"),
        ("heading 1", "一、总体情况"),
        ("heading 2", f"头{text}尾"),
        ("body text", f"甲{text}乙"),
        ("body text", f"己{text}丙"),
        ("heading 1", "二、主动公开政府信息情况"),
        ("heading 1", "三、收到和处理政府信息公开申请情况"),
        ("heading 1", "四、政府信息公开行政复议、行政诉讼情况"),
        ("heading 1", "五、存在的主要问题及改进情况"),
        ("body text", f"丁{text}戊"),
        ("heading 1", "六、其他需要报告的事项"),
        ("body text", "六、其他需要报告的事项的正文。"),
        ("signature", f"局{text}处"),
        ("signature", "2022年1月20日"),
    ]


def printed(blocks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return lines with the title in one, however it is broken."""
    return [(style, text.replace("\n", "") if style == "title" else text) for style, text in blocks]


def number(document: Document) -> object:
    grid = [block for block in document.blocks if isinstance(block, Grid)][1]
    return grid.at(5, 3)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_a_text_comes_through_as_it_is(text: str, read: Callable[[bytes], Document]) -> None:
    data = template().render(in_every_place(text), draft=True)
    wanted = expected_lines(text)
    opened = docx.Document(io.BytesIO(data))
    assert printed(lines(opened)) == wanted
    assert opened.tables[1].rows[5].cells[3].text == f"数{text}字"
    document = read(data)
    assert printed([(block.style, block.text) for block in document.blocks if isinstance(block, Text)]) == wanted
    assert number(document) == f"数{text}字"


@pytest.mark.parametrize("text", UNPRINTABLE, ids=ascii)
def test_what_no_document_can_hold_is_marked_and_loses_nothing_around_it(
    text: str, read: Callable[[bytes], Document]
) -> None:
    data = template().render(in_every_place(text), draft=True)
    shown = re.sub("[^ -~]", LOST, text)
    assert printed(lines(data)) == expected_lines(shown)
    assert number(read(data)) == f"数{shown}字"


def test_a_text_is_the_same_in_the_properties() -> None:
    data = template().render(in_every_place("<&>\"'{{ x }}\x0b"))
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert properties.title == f"局<&>\"'{{{{ x }}}}{LOST}处2021年政府信息公开工作年度报告"
    assert properties.author == f"局<&>\"'{{{{ x }}}}{LOST}处"


def test_spaces_around_a_paragraph_are_the_styles_business_and_those_inside_stay() -> None:
    data = template().render(
        make_report(narratives={"problems": [("  甲  乙 ", "\u3000\u3000丙  丁\u00a0\n\n \n戊 ")]})
    )
    assert section(data, "五、存在的主要问题及改进情况") == [
        ("heading 2", "甲  乙"),
        ("body text", "丙  丁"),
        ("body text", "戊"),
    ]


# ---------------------------------------------------------------- the shape of the text


def test_numbered_lines_have_the_styles_of_headings() -> None:
    text = "总述。\n（一）强化公开\n(二)依法办理\n1.主动公开\n2．依申请公开\n3、平台\n（1）网站\n(2)公报\n正文。"
    data = template().render(make_report(narratives={"problems": [("", text)]}))
    assert [style for style, _ in section(data, "五、存在的主要问题及改进情况")] == [
        *("body text", "heading 2", "heading 2", "heading 3", "heading 3", "heading 3", "heading 4", "heading 4"),
        "body text",
    ]


def test_an_introduction_stands_before_the_first_section_without_its_heading() -> None:
    data = template().render(make_report(narratives={"overview": [("导语", "甲。\n（一）乙"), ("", "丙。")]}))
    assert lines(data)[1:4] == [("body text", "甲。"), ("body text", "（一）乙"), ("heading 1", "一、总体情况")]
    assert section(data, "一、总体情况") == [("body text", "丙。")]


def test_a_section_without_text_keeps_its_heading() -> None:
    keys = [section.key for section in LAYOUT.sections if section.table is None]
    data = template().render(make_report(narratives={key: [] for key in keys}))
    assert lines(data) == [
        ("title", "某某局2021年政府信息公开工作年度报告"),
        *(("heading 1", section.heading) for section in LAYOUT.sections),
    ]


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"published": "2022-01-20", "origin": "办公室"}, ["发布日期：2022-01-20　信息来源：办公室"]),
        ({"published": "2022-01-20"}, ["发布日期：2022-01-20"]),
        ({"origin": "办公室"}, ["信息来源：办公室"]),
        ({}, []),
    ],
)
def test_the_publication_line_says_what_is_known(info: dict[str, str], expected: list[str]) -> None:
    data = template().render(make_report(info=info))
    assert [text for style, text in lines(data) if style == "subtitle"] == expected


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"signature": "是", "published": "2022-01-20"}, ["某某局", "2022年1月20日"]),
        ({"signature": "是"}, ["某某局"]),
        ({"signature": "否", "published": "2022-01-20"}, []),
        ({"published": "2022-01-20"}, []),
    ],
)
def test_a_signature_stands_at_the_end_where_it_is_asked_for(info: dict[str, str], expected: list[str]) -> None:
    found = lines(template().render(make_report(info=info)))
    assert found[len(found) - len(expected) :] == [("signature", text) for text in expected]


@pytest.mark.parametrize(
    ("agency", "expected"),
    [
        ("某" * 4, "某某某某{}"),
        ("某" * 5, "某某某某某\n{}"),
        ("a" * 9, "aaaaaaaaa{}"),
        ("a" * 10, "aaaaaaaaaa\n{}"),
        (
            "某某市城市管理和综合行政执法局（某某市城市管理局）",
            "某某市城市管理和综合行政执法局\n（某某市城市管理局）\n{}",
        ),
    ],
)
def test_a_long_title_breaks_at_its_sense(agency: str, expected: str, read: Callable[[bytes], Document]) -> None:
    report = make_report(info={"agency": agency})
    data = template().render(report)
    assert lines(data)[0] == ("title", expected.format("2021年政府信息公开工作年度报告"))
    again = bind_document(read(data), LAYOUT).report
    assert (again.agency, first_difference(report, again)) == (agency, "")


def paragraph_of(data: bytes, words: str) -> str:
    """Return the XML of the first paragraph that holds some words."""
    return next(found[0] for found in re.finditer(r"<w:p>.*?</w:p>", part(data)) if words in found[0])


def test_a_long_name_breaks_at_its_sense_in_the_signature_too() -> None:
    agency = "内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗人民政府办公室"
    data = template().render(make_report(info={"agency": agency, "signature": "是"}))
    assert lines(data)[-1] == ("signature", "内蒙古自治区呼伦贝尔市\n莫力达瓦达斡尔族自治旗人民政府办公室")


@pytest.mark.parametrize(("length", "held"), [(3, True), (280, True), (281, False)])
def test_the_last_paragraph_stays_with_the_signature(length: int, *, held: bool) -> None:
    texts = {"other_matters": [("", f"甲。\n{'乙' * length}")]}
    info = {"published": "2022-01-20"}
    signed = template().render(make_report(info={**info, "signature": "是"}, narratives=texts))
    plain = template().render(make_report(info=info, narratives=texts))
    assert ["<w:keepNext/>" in paragraph_of(signed, words) for words in ("甲。", "乙乙乙")] == [False, held]
    assert "<w:keepNext/>" not in paragraph_of(plain, "乙乙乙")


@pytest.mark.parametrize(
    ("text", "justified"),
    [
        ("网址：https://www.example.gov.cn/index.html。", False),
        ("邮箱：someone@example.gov.cn，欢迎来信。", False),
        ("电话：0421-2622222。", False),
        ("电话：13900000000。", False),
        ("全年公开信息18000余条，答复2022-01-20之前的申请12345678件。", True),
        ("只有汉字。", True),
    ],
)
def test_a_paragraph_with_an_unbreakable_word_is_not_torn_apart(text: str, *, justified: bool) -> None:
    data = template().render(make_report(narratives={"overview": [("导语", text)]}))
    assert f'<w:jc w:val="{"both" if justified else "left"}"/>' in paragraph_of(data, text)


def test_a_restyled_text_that_is_not_justified_stays_as_it_is() -> None:
    parts = parts_of(template_path("2021"))
    styles = parts["word/styles.xml"].decode()
    parts["word/styles.xml"] = styles.replace('<w:jc w:val="both"/>', '<w:jc w:val="right"/>').encode()
    for name, data in parts.items():
        parts[name] = data.replace(b'<w:jc w:val="both"/>', b"") if name == "word/document.xml" else data
    data = ReportTemplate(parts, "改.docx").render(
        make_report(narratives={"overview": [("导语", "电话：13900000000")]})
    )
    assert '<w:jc w:val="right"/>' in paragraph_of(data, "13900000000")


def test_a_draft_without_agency_and_year_says_so() -> None:
    report = replace(make_report(), info={})
    assert (
        lines(template().render(report, draft=True))[0][1].replace("\n", "").startswith("（机关名称未填）（年度未填）")
    )


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize("edition", editions())
def test_every_figure_stands_in_its_place(edition: str, read: Callable[[bytes], Document]) -> None:
    layout = load_layout(edition)
    report = make_report(layout)
    again = bind_document(read(template(edition).render(report)), layout).report
    assert {key: figure.value for key, figure in again.figures.items()} == {
        key: figure.value for key, figure in report.figures.items()
    }
    assert first_difference(report, again) == ""


def test_zero_is_printed_and_blank_is_not(read: Callable[[bytes], Document]) -> None:
    report = make_report(figures={"t3.granted.natural": "0"})
    assert number(read(template().render(report))) == "0"
    report = report.with_figures({"t3.granted.natural": Figure(None, "")})
    assert number(read(template().render(report))) is None


def test_a_figure_above_other_figures_is_a_broken_layout() -> None:
    first, second = list(LAYOUT.figures)[:2]
    figures = dict(LAYOUT.figures)
    from msgspec.structs import replace as with_fields

    figures[second] = with_fields(figures[second], address=f"{figures[first].address}.甲")
    layout = with_fields(LAYOUT)
    layout.__dict__["figures"] = figures
    with pytest.raises(LayoutError, match="上一级也是数据"):
        figure_tree(layout, dict.fromkeys(figures, "0"))


@pytest.mark.parametrize(
    ("key", "figure", "percent"),
    [
        ("t3.granted.natural", "123456", None),
        ("t3.granted.natural", "12345678", "81"),
        ("t3.granted.natural", "1" * 30, "33"),
        ("t4.review.total", "12345", None),
        ("t4.review.total", "123456", "91"),
        ("t2.penalties.decisions", "12345678", None),
    ],
)
def test_a_long_figure_fits_its_cell(
    key: str, figure: str, percent: str | None, read: Callable[[bytes], Document]
) -> None:
    report = make_report(figures={key: figure}, narratives={"problems": [("", "全年12345678件。"), ("", "12345678")]})
    data = template().render(report)
    run = re.search(f"<w:r>((?:(?!<w:r>).)*)<w:t[^>]*>{figure}</w:t>", part(data))
    assert run is not None
    assert run[1] == ("" if percent is None else f'<w:rPr><w:w w:val="{percent}"/></w:rPr>')
    assert part(data).count("<w:w ") == (percent is not None)
    assert first_difference(report, bind_document(read(data), LAYOUT).report) == ""


# ---------------------------------------------------------------- the same again


def test_the_same_report_gives_the_same_bytes() -> None:
    report = in_every_place("甲")
    assert template().render(report) == template().render(report) == load_template(LAYOUT).render(report)


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from tests.writers.test_word import *; "
        "print(hashlib.sha256(template().render(in_every_place(chr(0x7532)), draft=True)).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=environment() | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(hashes) == 1


def test_one_template_renders_many_reports_and_keeps_none() -> None:
    first, second = in_every_place("甲"), make_report(info={"agency": "另一局"})
    alone = load_template(LAYOUT).render(second)
    shared = load_template(LAYOUT)
    one = shared.render(first, draft=True)
    assert shared.render(second) == alone
    assert shared.render(first, draft=True) == one
    assert "甲" not in part(alone)


def test_one_template_serves_several_threads() -> None:
    reports = [make_report(info={"agency": f"第{number}局"}) for number in range(8)]
    expected = [template().render(report) for report in reports]
    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(template().render, reports)) == expected


@pytest.mark.parametrize("edition", editions())
def test_the_document_is_what_docxtpl_itself_makes(edition: str, tmp_path: Path) -> None:
    layout = load_layout(edition)
    report = make_report(layout, info={"published": "2022-01-20", "signature": "是"})
    ours = template(edition).render(report)
    document = DocxTemplate(io.BytesIO(pack(template(edition).parts)))
    sandbox = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    document.render(template(edition).context(report), jinja_env=sandbox, autoescape=True)
    document.save(tmp_path / "theirs.docx")
    theirs = (tmp_path / "theirs.docx").read_bytes()
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/styles.xml"):
        assert canonical(part(ours, name)) == canonical(part(theirs, name))


def canonical(xml: str) -> bytes:
    """Return XML in one form, without the empty runs that docxtpl leaves behind tags."""
    xml = re.sub(r'<w:r><w:t xml:space="preserve"(?:></w:t>|/>)</w:r>', "", xml)
    return etree.tostring(etree.fromstring(xml.encode()), method="c14n")


# ---------------------------------------------------------------- drafts


@pytest.mark.parametrize("edition", editions())
def test_a_draft_says_so_on_every_page_and_a_report_never_does(edition: str) -> None:
    report = make_report(load_layout(edition))
    plain, draft = template(edition).render(report), template(edition).render(report, draft=True)
    with zipfile.ZipFile(io.BytesIO(draft)) as package:
        headers = [name for name in package.namelist() if re.fullmatch(r"word/header\d*\.xml", name)]
    assert len(headers) == 2
    for name in headers:
        assert ('string="草稿"' in part(draft, name), "草稿" in part(plain, name)) == (True, False)
    assert part(plain) == part(draft)
    assert "草稿" not in part(plain)


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.parametrize("edition", editions())
def test_the_package_is_valid_for_word(edition: str, tmp_path: Path, *, draft: bool) -> None:
    path = tmp_path / "年报.docx"
    report = make_report(
        load_layout(edition),
        info={"agency": "某" * 30, "origin": "源\t<&>", "published": "2022-01-20", "signature": "是"},
        narratives={"overview": [("导语", "甲\n乙"), ("（一）丙", "丁\n1.戊\n（1）己")], "problems": []},
    )
    path.write_bytes(template(edition).render(report, draft=draft))
    result = OpenXmlValidator(security_validation=True).validate(path)
    assert [str(error) for error in result.errors] == []


# ---------------------------------------------------------------- what a template may say


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_tag(written: str, instead_of: str = "{{ 三.予以公开.自然人 }}") -> ReportTemplate:
    """Return the template with one tag written differently."""
    parts = parts_of(template_path("2021"))
    text = parts["word/document.xml"].decode()
    assert instead_of in text
    escaped = written.replace("&", "&amp;").replace("<", "&lt;")
    parts["word/document.xml"] = text.replace(instead_of, escaped).encode()
    return ReportTemplate(parts, "改.docx")


def dotted(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = dotted(node.node)
        return None if before is None else f"{before}.{node.attr}"
    return None


def names_used(edition: str) -> Iterator[str]:
    """Yield every name that the parts of a template print, as docxtpl and Jinja read them."""
    parse = jinja2.Environment(autoescape=True).parse
    for name, data in parts_of(template_path(edition)).items():
        if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
            for output in parse(DocxTemplate(io.BytesIO()).patch_xml(data.decode())).find_all(nodes.Output):
                for node in output.nodes:
                    if not isinstance(node, nodes.TemplateData):
                        yield dotted(node) or repr(node)


def names_given(context: Mapping[str, object], above: str = "") -> Iterator[str]:
    for name, value in context.items():
        if isinstance(value, dict):
            yield from names_given(value, f"{above}{name}.")
        else:
            yield above + name


@pytest.mark.parametrize("edition", editions())
def test_a_template_uses_exactly_the_names_that_a_report_gives(edition: str) -> None:
    used = list(names_used(edition))
    given = set(names_given(template(edition).context(make_report(load_layout(edition)))))
    assert set(used) == given
    assert sorted(used) == sorted([*given, DRAFT])  # each once, but for the draft's two headers


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "{{ 三.予以公开.自然 }}",
            "{{ 三.予以公开 }}",
            "{{ 三 }}",
            "{{ 三.公开.自然人 }}",
            "{{ 九.予以公开 }}",
            "{{ x }}",
        ),
        *(
            "{{p 引言 }}",
            "{{ 三.get('x') }}",
            "{{ 1/0 }}",
            "{{ 标题 + 1 }}",
            "{{ 'a'.join(1) }}",
            "{{ [][1] }}",
            "{{ 'a'|int(x) }}",
        ),
        *("{% for x in 5 %}{% endfor %}", "{{ '%d'|format('x') }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        *("{% include 'x' %}", "{% extends 'x' %}", "{{ 三.予以公开.自然人|没有 }}", "{{ 三() }}", "{{ 标题.没有() }}"),
    ],
)
def test_a_tag_that_cannot_be_filled_is_a_broken_template(tag: str) -> None:
    with pytest.raises(LayoutError) as raised:
        with_tag(tag).render(make_report())
    assert raised.value.exit_code is ExitCode.LAYOUT
    assert raised.value.message.startswith("模板 改.docx 有错：")


@pytest.mark.parametrize(
    "tag", ["{{ 三. }}", "{{ }}", "{% if x %}", "{% endfor %}", "{{ 三.予以公开.自然人 ", "{% 没有 %}"]
)
def test_a_tag_that_is_no_tag_is_a_broken_template(tag: str) -> None:
    with pytest.raises(LayoutError, match=r"模板 改\.docx 有错："):
        with_tag(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *("{{ ''.__class__ }}", "{{ 标题.__class__.__mro__ }}", "{{ 三.__class__ }}", "{{ ''|attr('__class__') }}"),
        *(
            "{{ 标题.format.__globals__ }}",
            "{{ '{0.__class__}'.format(1) }}",
            "{{ '%s'.__init__ }}",
            "{{ self.__dict__ }}",
        ),
        *("{{ range(3) }}", "{{ lipsum() }}", "{{ cycler }}", "{{ joiner }}", "{{ namespace }}", "{{ dict(a=1) }}"),
        *("{{ 三.clear() }}", "{{ 三.update({'a': 1}) }}", "{{ 三.pop('予以公开') }}", "{{ 三.__setitem__('a', 1) }}"),
    ],
)
def test_a_template_runs_no_code(tag: str) -> None:
    with pytest.raises(LayoutError):
        with_tag(tag).render(make_report())


def test_a_template_may_write_braces() -> None:
    data = with_tag("{_{ a }_} {_% b %_}").render(make_report(figures={"t3.received.natural": "{_{"}))
    table = docx.Document(io.BytesIO(data)).tables[1]
    assert (table.cell(5, 3).text, table.cell(3, 3).text) == ("{{ a }} {% b %}", "{_{")


@pytest.mark.parametrize("style", ["body text", "Subtitle", "Signature", "heading 2", "heading 3", "heading 4"])
def test_a_template_without_a_style_is_a_broken_template(style: str) -> None:
    parts = parts_of(template_path("2021"))
    text = parts["word/styles.xml"].decode()
    found = re.search(f'<w:name w:val="{style}"/>', text, re.IGNORECASE)
    assert found is not None
    parts["word/styles.xml"] = text.replace(found[0], '<w:name w:val="另一样式"/>').encode()
    with pytest.raises(LayoutError, match=f"缺少样式：{style.lower()}"):
        ReportTemplate(parts, "改.docx")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("word/styles.xml", b""),
        ("word/styles.xml", b"<w:styles"),
        ("word/document.xml", None),
        ("word/document.xml", "<w:document/>".encode("utf-16")),
        ("word/document.xml", b"<w:document><w:p></w:document>"),
        ("word/header1.xml", b"{{r \xe8\x8d\x89"),
    ],
)
def test_a_damaged_template_is_said_to_be(name: str, data: bytes | None) -> None:
    parts = parts_of(template_path("2021"))
    if data is None:
        del parts[name]
    else:
        parts[name] = data
    with pytest.raises(LayoutError, match=r"改\.docx"):
        ReportTemplate(parts, "改.docx").render(make_report())


@pytest.mark.parametrize("data", [None, b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_template_that_cannot_be_opened_is_a_broken_template(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "改.docx"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(LayoutError, match=r"改\.docx"):
        ReportTemplate.load(path)


def test_a_template_without_the_mark_of_drafts_makes_no_drafts() -> None:
    parts = parts_of(template_path("2021"))
    for name in ("word/header1.xml", "word/header2.xml"):
        parts[name] = parts[name].replace("{{r 草稿 }}".encode(), b"")
    changed = ReportTemplate(parts, "改.docx")
    assert changed.render(make_report())
    with pytest.raises(LayoutError, match="草稿"):
        changed.render(make_report(), draft=True)


def test_a_template_without_properties_is_given_none() -> None:
    parts = parts_of(template_path("2021"))
    del parts["docProps/core.xml"]
    with zipfile.ZipFile(io.BytesIO(ReportTemplate(parts, "改.docx").render(make_report()))) as package:
        assert "docProps/core.xml" not in package.namelist()


# ---------------------------------------------------------------- a template that was restyled


def same_report(changed: Path, read: Callable[[bytes], Document]) -> None:
    report = in_every_place("甲")
    data = ReportTemplate.load(changed).render(report, draft=True)
    assert first_difference(report, bind_document(read(data), LAYOUT).report) == ""
    assert printed([line for line in lines(data) if line[1]]) == expected_lines("甲")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        headers = [name for name in package.namelist() if re.fullmatch(r"word/header\d*\.xml", name)]
    assert ["草稿" in part(data, name) for name in headers] == [True] * len(headers)


def test_a_template_restyled_with_python_docx_still_serves(tmp_path: Path, read: Callable[[bytes], Document]) -> None:
    document = docx.Document(str(template_path("2021")))
    document.styles["Body Text"].font.size = Pt(14)
    document.styles["Heading 2"].font.bold = True
    document.styles["Title"].font.name = "宋体"
    document.sections[0].left_margin = Pt(90)
    document.save(str(tmp_path / "改.docx"))
    same_report(tmp_path / "改.docx", read)


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_template_saved_by_libreoffice_still_serves(tmp_path: Path, read: Callable[[bytes], Document]) -> None:
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "docx",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(template_path("2021"))],
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    same_report(tmp_path / "report.docx", read)
