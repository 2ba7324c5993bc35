"""A Report → the bytes of the Word report, through a template that is compiled once and renders many.

The template is docxtpl's dialect of Jinja; docxtpl turns its XML into a Jinja template, a sandbox without globals
renders it. Values are text prepared here: nothing that a person typed is evaluated or parsed as markup.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from govdoc.errors import LayoutError
from govdoc.files import DOCUMENT, open_archive, read_part, template_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from jinja2 import Template
    from markupsafe import Markup

    from govdoc.layouts.schema import Layout
    from govdoc.report import Paragraph, Report

TITLE, PUBLICATION, INTRODUCTION, SIGNATURE, DRAFT = "标题", "发布行", "导语", "落款", "草稿"

_BODY_STYLE = "body text"
_PUBLICATION_STYLE = "subtitle"
_SIGNATURE_STYLE = "signature"
_HEADING_STYLES = {2: "heading 2", 3: "heading 3", 4: "heading 4"}
_STYLES = (_BODY_STYLE, _PUBLICATION_STYLE, _SIGNATURE_STYLE, *_HEADING_STYLES.values())

_TITLE_LINE = 20  # characters of 22 pt that fit into the 156 mm of the text block
_PACKED = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: same input, same bytes
_CORE = "docProps/core.xml"
_RENDERED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")

# docxtpl lets a template write {_{ for a literal {{. It puts them back in the result, which would touch data too;
# here they become Jinja's own literals before compiling, so that data comes through as it is.
_LITERALS = {"{_{": "{{ '{{' }}", "}_}": "{{ '}}' }}", "{_%": "{{ '{%' }}", "%_}": "{{ '%}' }}"}

_WATERMARK = (
    '<w:r><w:rPr><w:noProof/></w:rPr><w:pict xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>'
    '<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles><o:lock v:ext="edit" '
    'text="t" shapetype="t"/></v:shapetype>'
    '<v:shape id="GovdocDraft" o:spid="_x0000_s2049" type="#_x0000_t136" '
    'style="position:absolute;margin-left:0;margin-top:0;width:380pt;height:190pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" '
    'o:allowincell="f" fillcolor="silver" stroked="f"><v:fill opacity=".5"/>'
    '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="草稿"/></v:shape></w:pict></w:r>'
)


class ReportTemplate:
    """A Word template, compiled. Immutable after construction; one object renders any number of Reports."""

    def __init__(self, parts: Mapping[str, bytes], name: str) -> None:
        """Compile a template's parts; ``name`` is said in errors.

        Raises :class:`LayoutError` where the template is damaged, or lacks a style that the report needs.
        """
        self.name = name
        self._parts = dict(parts)
        self._styles = _style_ids(self._parts.get("word/styles.xml", b""), name)
        self._compiled = {part: self._compile(data) for part, data in self._parts.items() if _RENDERED.fullmatch(part)}
        if "word/document.xml" not in self._compiled:
            raise LayoutError(f"模板 {name} 不是完整的 Word 文档。", "请换用 govdoc 自带的模板。")

    @classmethod
    def load(cls, path: Path) -> ReportTemplate:
        """Return the template in a .docx file."""
        with open_archive(path, DOCUMENT) as archive:
            return cls({name: read_part(archive, name, path, DOCUMENT) for name in archive.namelist()}, path.name)

    def _compile(self, data: bytes) -> Template:
        from docxtpl import DocxTemplate
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_finalize)
        environment.globals.clear()
        source = DocxTemplate(io.BytesIO()).patch_xml(data.decode("utf-8"))
        for written, literal in _LITERALS.items():
            source = source.replace(written, literal)
        try:
            return environment.from_string(source)
        except TemplateError as error:
            raise _template_error(self.name, error) from error

    def render(self, report: Report, *, draft: bool = False) -> bytes:
        """Return the Word report of a Report: the same Report gives the same bytes.

        Raises :class:`LayoutError` where the template names what a report does not have, or gives broken XML.
        """
        from jinja2 import TemplateError

        context = self.context(report, draft=draft)
        parts = dict(self._parts)
        try:
            for part, template in self._compiled.items():
                parts[part] = template.render(context).encode("utf-8")
        except (TemplateError, TypeError) as error:
            raise _template_error(self.name, error) from error
        for part in self._compiled:
            _parse_strictly(parts[part], self.name)
        parts[_CORE] = _core_properties(report)
        return _pack(parts)

    def context(self, report: Report, *, draft: bool = False) -> dict[str, object]:
        """Return every name that a template may use, with its text or its ready XML."""
        context: dict[str, object] = {
            TITLE: _xml(_title(report)),
            PUBLICATION: self._block(["　".join(report.publication)], _PUBLICATION_STYLE),
            INTRODUCTION: self._paragraphs(report.introduction()),
            SIGNATURE: self._block(report.signature, _SIGNATURE_STYLE),
            DRAFT: _xml(_WATERMARK if draft else ""),
        }
        for section in report.layout.sections:
            if section.table is None:
                context[section.short] = self._paragraphs(report.paragraphs(section.key))
        return context | figure_tree(report.layout, {key: figure.shown for key, figure in report.figures.items()})

    def _block(self, lines: Iterable[str], style: str) -> Markup:
        return _xml("".join(_paragraph(line, self._styles[style]) for line in lines if line))

    def _paragraphs(self, paragraphs: Iterable[Paragraph]) -> Markup:
        return _xml(
            "".join(
                _paragraph(paragraph.text, self._styles[_HEADING_STYLES.get(paragraph.level, _BODY_STYLE)])
                for paragraph in paragraphs
            )
        )


def load_template(layout: Layout) -> ReportTemplate:
    """Return the bundled template of an edition, compiled."""
    return ReportTemplate.load(template_path(layout.edition))


Tree = dict[str, "str | Tree"]


def figure_tree(layout: Layout, texts: Mapping[str, str]) -> Tree:
    """Return texts keyed by figure as a tree of Chinese names, as the template writes them: 三.予以公开.自然人."""
    tree: Tree = {}
    for key, spec in layout.figures.items():
        *path, last = spec.address.split(".")
        branch = tree
        for name in path:
            deeper = branch.setdefault(name, {})
            if isinstance(deeper, str):
                raise LayoutError(f"表式 {layout.edition} 有错：{spec.address} 的上一级也是数据。", "请改正表式文件。")
            branch = deeper
        branch[last] = texts[key]
    return tree


def _xml(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - built here from escaped text


def _finalize(value: object) -> object:
    if value is None:
        raise TypeError("a value is missing")
    return value


def _template_error(name: str, error: Exception) -> LayoutError:
    return LayoutError(
        f"模板 {name} 有错：{error}。", "请检查模板里 {{ }} 中的名称；不能确定时，换用 govdoc 自带的模板。"
    )


def _parse_strictly(data: bytes, name: str) -> None:
    from lxml import etree

    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise LayoutError(f"模板 {name} 生成的文档不完整：{error}。", "请换用 govdoc 自带的模板。") from error


def _style_ids(styles: bytes, name: str) -> dict[str, str]:
    """Return style ids by style name: Word and WPS rename ids on saving, never the names of built-in styles."""
    from lxml import etree

    if not styles:
        raise LayoutError(f"模板 {name} 里没有样式。", "请换用 govdoc 自带的模板。")
    _parse_strictly(styles, name)
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = {}
    for style in etree.fromstring(styles).iter(f"{space}style"):
        label = style.find(f"{space}name")
        if label is not None:
            found[label.get(f"{space}val", "").lower()] = style.get(f"{space}styleId", "")
    missing = [style for style in _STYLES if style not in found]
    if missing:
        raise LayoutError(f"模板 {name} 里缺少样式：{'、'.join(missing)}。", "请从 govdoc 自带的模板改起。")
    return found


# ---------------------------------------------------------------- XML of narrative


def _text_run(text: str) -> str:
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in text.split("\t")
    )
    return f"<w:r>{pieces}</w:r>"


def _paragraph(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{escape(style)}"/></w:pPr>{_text_run(text)}</w:p>'


def _title(report: Report) -> str:
    """Return the title's runs, broken at a sense boundary where it is too long for one line (GB/T 9704, 7.3.1)."""
    parts = report.title
    width = sum(1 if ord(character) > 0xFF else 0.5 for part in parts for character in part)  # noqa: PLR2004
    if width <= _TITLE_LINE:
        return _text_run("".join(parts))
    return "<w:r><w:br/></w:r>".join(_text_run(part) for part in parts)


def _core_properties(report: Report) -> bytes:
    title, agency = escape("".join(report.title)), escape(report.agency)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        "<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>{agency}</dc:creator><dc:language>zh-CN</dc:language>"
        "</cp:coreProperties>"
    ).encode()


def _pack(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(posixpath.normpath(name), _PACKED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
