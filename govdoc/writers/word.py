"""A Report → the bytes of the Word report, through a template that is compiled once and renders many.

The template is docxtpl's dialect of Jinja; docxtpl turns its XML into a Jinja template, a sandbox without globals
renders it. Values are text prepared here: nothing that a person typed is evaluated or parsed as markup.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govdoc.errors import InputError, LayoutError
from govdoc.files import DOCUMENT, open_archive, read_part, template_path
from govdoc.markup import escaped
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.word_tables import WORD
from govdoc.roundtrip.base import Base, Place, base_part, make_base
from govdoc.roundtrip.own import own_texts
from govdoc.values import clean_text
from govdoc.writers.compiled import compiled
from govdoc.writers.word_direct import PLAIN, Look, looks, with_direct_looks, with_fitting_figures
from govdoc.writers.word_names import (
    DRAFT,
    INTRODUCTION,
    PUBLICATION,
    SAID,
    SIGNATURE,
    TITLE,
    all_names,
    used_names,
    wrong_names,
)
from govdoc.writers.word_own import NamedFigure, in_margins, says_more, with_marks
from govdoc.writers.word_parts import BODY_RELATIONS, TYPES, add_custom_xml, pack
from govdoc.writers.word_tags import too_many_tags
from govdoc.writers.word_title import broken_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType

    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lxml.etree import _Element
    from markupsafe import Markup

    from govdoc.figures import Piece
    from govdoc.layouts.schema import Layout
    from govdoc.report import Paragraph, Report

_TITLE_STYLE = "title"
_BODY_STYLE = "body text"
_PUBLICATION_STYLE = "subtitle"
_SIGNATURE_STYLE = "signature"
_HEADING_STYLES = {2: "heading 2", 3: "heading 3", 4: "heading 4"}
_STYLES = (_BODY_STYLE, _PUBLICATION_STYLE, _SIGNATURE_STYLE, *_HEADING_STYLES.values())

_FIRST_MARK = 9000  # the id of the first bookmark, beyond those that a template may have
_LONGEST_FAULT = 200  # characters of what is said of a template's fault
_BODY = "word/document.xml"
_EMPTY_RUN = b'<w:r><w:t xml:space="preserve"></w:t></w:r>'
_CORE = "docProps/core.xml"
_COLUMNS = re.compile(rb"\{[{%]-?\s*(?:<[^>]*>)*(?:tc|colspan|cellbg|[hv]m)\b")
_TAG = re.compile(rb"\{[{%]")
_STYLES_PART = "word/styles.xml"
_MOST_RENDERED, _LARGEST = 100, 8 * 1024 * 1024  # parts with tags, and bytes of all their XML
_LONGEST_PART = 16 * 1024 * 1024  # characters of a part that is rendered; a report has some 100,000
_TEXTS = (str, int, float)  # what a tag may print
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_ODD = re.compile("[^\n\x20!#-%'-;=?-\x84\x86-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE_ROOM = 20  # characters of 22 pt that fit into the 156 mm of the text block
_SIGNATURE_ROOM = 24  # characters of 16 pt, four less than a line has
_KEPT = "<w:keepNext/>"
_LONG_FIGURE = 6  # digits; fewer fit every column
_LONGEST_HELD = 280  # characters, ten lines: LibreOffice takes a paragraph to the next page as a whole
# An address, a telephone number: it goes to the next line as a whole, and the justified line before it is torn apart.
_UNBREAKABLE = re.compile("[!-~]{11}")
_RENDERED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")

# What the expressions of a template can raise besides Jinja's own errors; nothing else runs while one is rendered.
_TEMPLATE_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
# What Python's compiler raises for what stands too deep within itself, and for a number of thousands of digits.
_COMPILER_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)

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
        self._guard()
        styles = _styles(self._parts.get(_STYLES_PART, b""), name)
        self._styles, self._looks = _style_ids(styles, name), looks(styles)
        for part in (TYPES, BODY_RELATIONS):
            _parse_strictly(self._parts.get(part, b""), name)
        self._prepare(_BODY)
        self._said: dict[str, tuple[str, ...] | None] = {}  # by layout, for _own
        made = {part: self._made(data) for part, data in self._parts.items() if _RENDERED.fullmatch(part)}
        self._sources = {part: source for part, (source, _) in made.items()}
        self._compiled = {part: template for part, (_, template) in made.items()}
        if _BODY not in self._compiled:
            raise LayoutError(f"模板 {name} 不是完整的 Word 文档。", "请换用 govdoc 自带的模板。")

    @classmethod
    def load(cls, path: Path) -> ReportTemplate:
        """Return the template in a .docx file.

        Raises :class:`LayoutError` also where the file is missing or no Word document.
        """
        try:
            with open_archive(path, DOCUMENT) as archive:
                parts = {name: read_part(archive, name, path, DOCUMENT) for name in archive.namelist()}
        except InputError as error:
            raise LayoutError(f"模板打不开：{error.message}", "请换用 govdoc 自带的模板。") from error
        return cls(parts, path.name)

    def _guard(self) -> None:
        """Refuse what no Office program writes, and more than anybody does, before a parser or a compiler sees it."""
        rendered = [part for part in self._parts if _RENDERED.fullmatch(part)]
        reason = f"有超过 {_MOST_RENDERED} 个页眉页脚" if len(rendered) > _MOST_RENDERED else ""
        if sum(len(self._parts[part]) for part in rendered) > _LARGEST:
            reason = f"的文字部件超过 {_LARGEST // 1024 // 1024} MB"
        try:
            for part in (*rendered, *_NOTES, _STYLES_PART, TYPES, BODY_RELATIONS):
                check_xml(self._parts.get(part, b""))
        except OverLimitError as error:
            reason = str(error)
        if reason:
            raise LayoutError(f"模板 {self.name} {reason}。", "请换用 govdoc 自带的模板。")

    def _prepare(self, part: str) -> None:
        """Write the looks of fixed paragraphs beside their styles."""
        from lxml import etree

        if part in self._parts:
            root = _parse_strictly(self._parts[part], self.name)
            with_direct_looks(root, self._looks)
            self._parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    @property
    def parts(self) -> Mapping[str, bytes]:
        """Return the parts of the template as they are compiled."""
        return self._parts

    def _source(self, data: bytes) -> str:
        """Return a part as a Jinja template."""
        from docxtpl import DocxTemplate

        try:
            xml = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _template_error(self.name, error) from error
        if reason := too_many_tags(xml):
            raise _template_error(self.name, reason)
        source: str = DocxTemplate(io.BytesIO()).patch_xml(xml)
        for written, literal in _LITERALS.items():
            source = source.replace(written, literal)
        return source

    def _made(self, data: bytes) -> tuple[str, Template]:
        """Return a part as a Jinja template, its source and compiled; the code is kept from run to run."""
        from jinja2 import TemplateError

        sandbox = _sandbox()

        def make() -> tuple[str, CodeType]:
            source = self._source(data)
            return source, sandbox.compile(source)

        try:
            source, code = compiled(data, make)
        except (TemplateError, *_COMPILER_FAULTS) as error:
            raise _template_error(self.name, error) from error
        return source, sandbox.template_class.from_code(sandbox, code, {})

    def render(self, report: Report, *, draft: bool = False, read_back: bool = False) -> bytes:
        """Return the Word report of a Report: the same Report gives the same bytes.

        With ``read_back`` the body is not parsed here: the caller does it, reading back what was written.

        Raises :class:`LayoutError` where the template names what a report does not have, computes what cannot be
        computed, or gives broken XML, and where a draft's pages would not say that it is one.
        """
        from jinja2 import TemplateError

        base = make_base(report, draft=draft)
        own = self._own(report.layout)
        context = self.context(report, base, draft=draft, named=own is None)
        try:
            parts = self._by_docxtpl(context) if self._needs_docxtpl else self._rendered(context)
        except (TemplateError, *_TEMPLATE_FAULTS) as error:
            raise self._fault(error, context) from error
        # docxtpl leaves an empty run without a look behind a tag for runs.
        title = str(context[TITLE]).encode()
        parts[_BODY] = parts[_BODY].replace(title + _EMPTY_RUN, title, 1) if title else parts[_BODY]
        if own is None:
            parts, base = with_marks(parts, base, report.layout, _FIRST_MARK)
            own = own_texts(parts, Path(self.name), base, report.layout)
        base = replace(base, own=own)
        long = {figure.shown for figure in report.figures.values() if len(figure.shown) >= _LONG_FIGURE}
        if long:
            parts[_BODY] = with_fitting_figures(parts[_BODY], filter(str.isascii, long))
        for part in self._compiled:
            if part != _BODY:
                _check_margin(parts[part], self.name)
            elif not read_back:
                _parse_strictly(parts[part], self.name)
        if draft and not any(_WATERMARK.encode() in parts[part] for part in self._compiled):
            raise LayoutError(
                f"模板 {self.name} 里没有 {{{{r {DRAFT} }}}}，草稿印不上“草稿”二字。", "请从 govdoc 自带的模板改起。"
            )
        if _CORE in parts:  # a part without its relationship would make Word offer a repair
            parts[_CORE] = _core_properties(report)
        add_custom_xml(parts, base_part(base))
        return pack(parts, self._parts)

    def _rendered(self, context: Mapping[str, object]) -> dict[str, bytes]:
        from jinja2 import Template

        longest = max(len(value) for value in context.values() if isinstance(value, str))
        few = self._tags is not None and self._tags * longest <= _LONGEST_PART
        rendered = {
            part: (Template.render(template, context) if few else template.render(context)).encode("utf-8")
            for part, template in self._compiled.items()
        }
        return {**self._parts, **rendered}

    @cached_property
    def _tags(self) -> int | None:
        """Return how many tags of the template put a text out; None where some may do so again and again."""
        sources = self._sources.values()
        return None if any("{%" in source for source in sources) else sum(source.count("{{") for source in sources)

    def _own(self, layout: Layout) -> tuple[str, ...] | None:
        """Return what the template says by itself in every report, or None where that differs from report to report."""
        if layout.mark not in self._said:
            more = says_more(self._parts, layout)
            self._said[layout.mark] = None if more else in_margins(self._parts)
        return self._said[layout.mark]

    @cached_property
    def _needs_docxtpl(self) -> bool:
        """Return whether the template uses what rendering its parts one by one does not give.

        That is columns that come and go, after which docxtpl mends a table's grid, and tags in footnotes. Pictures and
        documents made by a program (InlineImage, Subdoc) are objects that no template can name: a picture is put into
        the template itself.
        """
        return any(_COLUMNS.search(self._parts[part]) for part in self._compiled) or any(
            _TAG.search(self._parts.get(part, b"")) for part in _NOTES
        )

    def _by_docxtpl(self, context: dict[str, object]) -> dict[str, bytes]:
        """Return the parts as docxtpl itself renders them, in the same sandbox."""
        from docxtpl import DocxTemplate

        document = DocxTemplate(io.BytesIO(pack(self._parts)))
        document.render(context, jinja_env=_sandbox(), autoescape=True)
        saved = io.BytesIO()
        document.save(saved)
        with zipfile.ZipFile(saved) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def _fault(self, error: Exception, context: Mapping[str, object]) -> LayoutError:
        """Return the error of a rendering: with the names that are wrong, where there are such."""
        wrong = wrong_names(self._sources.values(), context)
        if not wrong:
            return _template_error(self.name, error)
        said = "；".join(map(str, wrong[:SAID])) + (f"；另有 {len(wrong) - SAID} 处" if len(wrong) > SAID else "")
        return LayoutError(
            f"模板 {self.name} 有错：{said}。".replace("？。", "？"),
            "所有能用的名称见 docs/template.md 和 govdoc figures。",
        )

    def lacking(self, report: Report) -> list[str]:
        """Return what a report has and the template has no place for, as its tags name it."""
        context = self.context(report)
        used = used_names(self._sources.values())
        return [name for name in all_names(context) if name not in used and _text_of(context, name)]

    def context(
        self, report: Report, base: Base | None = None, *, draft: bool = False, named: bool = False
    ) -> dict[str, object]:
        """Return every name that a template may use, with its text or its ready XML; ``base`` is the report's.

        ``named`` figures say which they are where they are printed.
        """
        base = base or make_base(report)
        marks = enumerate(base.places, start=_FIRST_MARK)
        signature = report.signature
        context: dict[str, object] = {
            TITLE: _xml(_line_runs(broken_lines(report.title, _TITLE_ROOM), self._title_look)),
            PUBLICATION: self._block(["　".join(report.publication)], _PUBLICATION_STYLE),
            INTRODUCTION: self._paragraphs(report.introduction(), marks),
            SIGNATURE: self._block(signature, _SIGNATURE_STYLE, _SIGNATURE_ROOM),
            DRAFT: _xml(_WATERMARK if draft else ""),
        }
        last = report.layout.sections[-1]
        for section in report.layout.sections:
            if section.table is None:
                held = bool(signature) and section is last
                context[section.short] = self._paragraphs(report.paragraphs(section.key), marks, held=held)
        texts = base.figures
        if named:
            texts = {key: NamedFigure.of(report.layout.figures[key].address, text) for key, text in texts.items()}
        return context | figure_tree(report.layout, texts)

    @property
    def _title_look(self) -> Look:
        return self._looks.get(self._styles.get(_TITLE_STYLE, ""), PLAIN)

    def _block(self, lines: Iterable[str], style: str, room: int | None = None) -> Markup:
        """Return lines as paragraphs; one with more characters than there is ``room`` for is broken at its sense."""
        key = self._styles[style]
        look = self._looks.get(key, PLAIN)
        broken = ([line] if room is None else broken_lines((line,), room) for line in lines if line)
        return _xml("".join(_paragraph_of(_line_runs(one, look), key, look) for one in broken))

    def _paragraphs(self, paragraphs: Iterable[Paragraph], marks: Marks, *, held: bool = False) -> Markup:
        """Return paragraphs; the last is ``held`` by a 落款 that follows, which should not be alone on a page."""
        lines = list(paragraphs)
        made = [self._paragraph(line, marks) for line in lines]
        if held and made and len(lines[-1].text) <= _LONGEST_HELD:
            made[-1] = made[-1].replace("/>", f"/>{_KEPT}", 1)  # right behind its style, as the schema wants it
        return _xml("".join(made))

    def _paragraph(self, paragraph: Paragraph, marks: Marks) -> str:
        key = self._styles[_HEADING_STYLES.get(paragraph.level, _BODY_STYLE)]
        look = self._looks.get(key, PLAIN)
        runs = "".join(_piece(piece, marks, look) for piece in paragraph.pieces)
        return _paragraph_of(runs, key, look.ragged if _UNBREAKABLE.search(paragraph.text) else look)


def load_template(layout: Layout, path: Path | None = None) -> ReportTemplate:
    """Return the template in a file, or the bundled one of an edition, which is compiled once a process."""
    return ReportTemplate.load(path) if path is not None else _load(template_path(layout.edition))


@cache
def _load(path: Path) -> ReportTemplate:
    return ReportTemplate.load(path)


Tree = dict[str, "str | Tree"]
Marks = Iterator[tuple[int, Place]]  # the bookmarks still to be set, with their ids


def figure_tree(layout: Layout, texts: Mapping[str, str]) -> Tree:
    """Return texts keyed by figure as a tree of Chinese names, as the template writes them: 三.予以公开.自然人."""
    branches: list[Tree] = [{}]
    stems, leaves = _paths(layout.edition, tuple(spec.address for spec in layout.figures.values()))
    for stem, name in stems:
        branch: Tree = {}
        branches[stem][name] = branch
        branches.append(branch)
    for (at, name), key in zip(leaves, layout.figures, strict=True):
        branches[at][name] = texts[key]
    return branches[0]


_Step = tuple[int, str]  # a branch, by its number, and a name in it


@lru_cache(maxsize=16)
def _paths(edition: str, addresses: tuple[str, ...]) -> tuple[tuple[_Step, ...], tuple[_Step, ...]]:
    """Return where each branch after the first one grows, and where each address has its leaf.

    Raises :class:`LayoutError` where a name is both.
    """
    stems: dict[_Step, int] = {}
    leaves: list[_Step] = []
    for address in addresses:
        *path, last = address.split(".")
        at = 0
        for name in path:
            at = stems.setdefault((at, name), len(stems) + 1)
        leaves.append((at, last))
    above = next((address for address, leaf in zip(addresses, leaves, strict=True) if leaf in stems), None)
    if above is not None:
        below = next(address for address in addresses if address.startswith(f"{above}."))
        raise LayoutError(f"表式 {edition} 有错：{below} 的上一级也是数据。", "请改正表式文件。")
    return tuple(stems), tuple(leaves)


def _text_of(context: Mapping[str, object], name: str) -> object:
    value: object = context
    for step in name.split("."):
        value = value[step] if isinstance(value, Mapping) else ""
    return value


def _sandbox() -> ImmutableSandboxedEnvironment:
    """Return what templates run in: plain data, no globals, every name must exist."""
    from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from govdoc.writers.word_language import LISTED, listed, refused, too_long, with_listed

    class Bounded(Template):
        """A template that gives no more than a report may have."""

        def render(self, *given: Any, **named: Any) -> str:
            return "".join(_bounded(self.generate(*given, **named)))

    class Sandbox(ImmutableSandboxedEnvironment):
        """A sandbox that first looks for a name among what a template is given, and not among Python's attributes."""

        def getattr(self, obj: object, attribute: str) -> object:
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            return super().getattr(obj, attribute)

        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            """Refuse what multiplies: a sandbox bounds neither time nor memory, and the compiler calculates ahead."""
            tree = super()._parse(source, name, filename)
            for node in tree.find_all(nodes.Node):
                reason = refused(node)
                if reason:
                    raise TemplateSyntaxError(reason, node.lineno)
            if reason := too_long(tree):
                raise TemplateSyntaxError(reason, 1)
            with_listed(tree)
            return tree

    environment = Sandbox(undefined=StrictUndefined, autoescape=True, finalize=_finalize)
    environment.globals.clear()
    environment.filters[LISTED] = listed
    environment.template_class = Bounded
    return environment


def _bounded(pieces: Iterable[str]) -> Iterator[str]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _LONGEST_PART:
            raise ValueError(f"生成的文字超过 {_LONGEST_PART // 1024 // 1024} MB")
        yield piece


def _xml(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - built here from escaped text


def _finalize(value: object) -> object:
    if value is None:
        raise TypeError("有一处没有值")
    if isinstance(value, dict):
        raise TypeError(f"有一处没有写到数据，后面还要跟“{'”“'.join(value)}”之一")
    if not isinstance(value, _TEXTS):  # Jinja's own things say where they lie in memory
        raise TypeError("有一处写出来不是文字")
    return value


def _template_error(name: str, error: Exception | str) -> LayoutError:
    said = str(error) if len(str(error)) <= _LONGEST_FAULT else f"{str(error)[:_LONGEST_FAULT]}…"
    return LayoutError(
        f"模板 {name} 有错：{said}。", "请检查模板里 {{ }} 中的名称；不能确定时，换用 govdoc 自带的模板。"
    )


def _parse_strictly(data: bytes, name: str) -> _Element:
    from lxml import etree

    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise LayoutError(f"模板 {name} 生成的文档不完整：{error}。", "请换用 govdoc 自带的模板。") from error


@lru_cache(maxsize=16)  # most are in every report what they were in the last
def _check_margin(data: bytes, name: str) -> None:
    """Parse a head or foot.

    Raises :class:`LayoutError` where it is broken.
    """
    _parse_strictly(data, name)


def _styles(styles: bytes, name: str) -> _Element:
    if not styles:
        raise LayoutError(f"模板 {name} 里没有样式。", "请换用 govdoc 自带的模板。")
    return _parse_strictly(styles, name)


def _style_ids(styles: _Element, name: str) -> dict[str, str]:
    """Return style ids by style name: Word and WPS rename ids on saving, never the names of built-in styles."""
    space = f"{{{WORD}}}"
    found = {}
    for style in styles.iter(f"{space}style"):
        label = style.find(f"{space}name")
        if label is not None:
            found[label.get(f"{space}val", "").lower()] = style.get(f"{space}styleId", "")
    missing = [style for style in _STYLES if style not in found]
    if missing:
        raise LayoutError(f"模板 {name} 里缺少样式：{'、'.join(missing)}。", "请从 govdoc 自带的模板改起。")
    return found


# ---------------------------------------------------------------- XML of narrative


def _escaped(text: str) -> str:
    """Return a text as XML; a character that no document can hold has the replacement character instead."""
    if _ODD.search(text) is None:
        return text
    return escaped(clean_text(text)[0]).replace('"', "&quot;")


def _text_run(text: str, look: Look) -> str:
    if "\t" not in text:
        return f'<w:r>{look.run}<w:t xml:space="preserve">{_escaped(text)}</w:t></w:r>' if text else _empty_run(look)
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{_escaped(piece)}</w:t>' if piece else "" for piece in text.split("\t")
    )
    return f"<w:r>{look.run}{pieces}</w:r>"


def _empty_run(look: Look) -> str:
    return f"<w:r>{look.run}</w:r>"


def _paragraph_of(runs: str, style: str, look: Look) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{_escaped(style)}"/>{look.paragraph}</w:pPr>{runs}</w:p>'


def _piece(piece: Piece, marks: Marks, look: Look) -> str:
    """Return a piece's run; one that came from a reference stands in the next bookmark, also while it is empty."""
    if not piece.reference:
        return _text_run(piece.text, look)
    number, place = next(marks)
    blank = f'<w:r>{look.run}<w:t xml:space="preserve"></w:t></w:r>'
    run = _text_run(piece.text, look) if piece.text else blank
    return f'<w:bookmarkStart w:id="{number}" w:name="{place.name}"/>{run}<w:bookmarkEnd w:id="{number}"/>'


def _line_runs(lines: Iterable[str], look: Look) -> str:
    """Return the runs of one paragraph, with a line break between its lines."""
    return f"<w:r>{look.run}<w:br/></w:r>".join(_text_run(line, look) for line in lines)


def _core_properties(report: Report) -> bytes:
    title, agency = _escaped("".join(report.title)), _escaped(report.agency)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        "<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>{agency}</dc:creator><dc:language>zh-CN</dc:language>"
        "</cp:coreProperties>"
    ).encode()
