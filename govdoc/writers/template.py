"""The Word template of an edition: a small package of our own, drawn from the layout.

Every heading and every label comes from the layout; page, fonts and sizes are those of GB/T 9704-2012
《党政机关公文格式》, and stand here as constants. The places to be filled are docxtpl tags: ``{{r x }}`` stands for
runs, ``{{p x }}`` for paragraphs, ``{{ x }}`` for text. Nothing here fills a tag, and nothing touches a file.

Lengths are in twips (1/20 pt), font sizes in half points, as in WordprocessingML.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

from govdoc.layouts.form import Label, LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.layouts.form import Form, Slot
    from govdoc.layouts.schema import Layout, Section, Table

# ---------------------------------------------------------------- page (GB/T 9704-2012, 5.1 and 5.2)

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
MARGIN_TOP = 2098  # 天头 37 mm
MARGIN_LEFT = 1588  # 订口 28 mm
MARGIN_RIGHT = 1474  # 26 mm: what the 156 mm of the text block leave
MARGIN_BOTTOM = 1984  # 35 mm: what its 225 mm leave
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
HEADER_DISTANCE = 851  # 15 mm; nothing is printed there but a draft's mark
FOOTER_DISTANCE = 1400  # sets the dashes of the page number 7 mm below the text block (GB/T 9704-2012, 7.5)
FOOTER_LINE = 400  # 20 pt, exactly: the page number's place does not depend on the font
LINE = 579  # 28.95 pt: 22 lines fill a page
TITLE_LINE = 720  # 36 pt, for a title of 22 pt
CHARACTERS = 28  # a line

# ---------------------------------------------------------------- type

SIZE_2 = 44  # 2号, 22 pt
SIZE_3 = 32  # 3号, 16 pt
SIZE_4 = 28  # 4号, 14 pt
SIZE_5 = 21  # 五号, 10.5 pt
SIZE_SMALL_5 = 18  # 小五, 9 pt

XIAOBIAOSONG = "方正小标宋简体"
FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
# Figures and Latin letters, everywhere but in the page number: each digit is half an em wide, in Liberation Serif too,
# which stands in for it outside Windows, so that figures fit their columns and the 28 characters of a line.
LATIN = "Times New Roman"

# Added to each character of the body: 28 of 16 pt are 448 pt and the text block has 442, so each gives way a little.
# A grid of characters (w:docGrid of type linesAndChars) would do so in Word, but LibreOffice sets 14 a line in it.
CHARACTER_SPACING = TEXT_WIDTH // CHARACTERS - SIZE_3 * 10


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is named, not embedded, and what a machine without it takes instead."""

    name: str
    instead: str
    panose: str
    charset: str = "86"  # GB2312
    family: str = "auto"
    pitch: str = "default"


FONTS = (
    Font(XIAOBIAOSONG, SONGTI, "03000509000000000000", family="script", pitch="fixed"),
    Font(FANGSONG, "仿宋", "02010609030101010101", family="modern", pitch="fixed"),
    Font(KAITI, "楷体", "02010609030101010101", family="modern", pitch="fixed"),
    Font(HEITI, "SimHei", "02010609060101010101", family="modern", pitch="fixed"),
    Font(SONGTI, "SimSun", "02010600030101010101"),
    Font(LATIN, "Liberation Serif", "02020603050405020304", charset="00", family="roman", pitch="variable"),
)

# ---------------------------------------------------------------- tables

BORDER = 4  # eighths of a point: 0.5 pt
# Beside the text of a cell, and between digits: narrow, so that six digits fit a column of table 3 and five one of
# table 4 even in a wider font (Noto Serif CJK, where there is nothing like Times New Roman).
CELL_MARGIN = 10
NUMBER_SPACING = -5
CELL_PADDING = 30  # above and below the text, where it has more than one line
ROW_HEIGHT = 400  # 20 pt at least
BEFORE_TABLE, AFTER_TABLE = 80, LINE // 2  # air between a table and the headings above and below it
EM = SIZE_5 * 10  # the width of a character in a table
LAST_ROWS = 3  # of a table: they stay together

# ---------------------------------------------------------------- namespaces and the parts of the package

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = f'xmlns:r="{_OFFICE}/relationships"'
# The draft mark is a VML shape: its prefixes are declared where it will be put in.
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w10="urn:schemas-microsoft-com:office:word"'
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that the document refers to, in the order of the relationships (rId1, rId2, …)."""

    name: str
    kind: str
    family: str = "wordprocessingml."  # in the content type


_PARTS = (
    _Part("styles", "styles"),
    _Part("settings", "settings"),
    _Part("fontTable", "fontTable"),
    _Part("theme/theme1", "theme", family=""),
    _Part("header1", "header"),
    _Part("header2", "header"),
    _Part("footer1", "footer"),
    _Part("footer2", "footer"),
)

# The tags of what no section holds, in the words of the form.
_TITLE, _PUBLICATION, _INTRODUCTION, _SIGNATURE, _DRAFT = "标题", "发布行", "导语", "落款", "草稿"


def make_template(layout: Layout) -> bytes:
    """Return the Word template of an edition: the same bytes for the same layout."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _package_relationships(),
        "docProps/core.xml": _core(),
        "docProps/app.xml": _app(),
        "word/document.xml": _document(layout),
        "word/_rels/document.xml.rels": _document_relationships(),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "word/theme/theme1.xml": _theme(),
        "word/header1.xml": _header(),
        "word/header2.xml": _header(),
        "word/footer1.xml": _footer("Footer"),
        "word/footer2.xml": _footer("FooterEven"),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(_entry(name), (_XML + text).encode(), compresslevel=9)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry that says nothing about the day and the machine it was written on."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = 0o600 << 16
    return entry


# ---------------------------------------------------------------- the document


def _document(layout: Layout) -> str:
    return f"<w:document {_W} {_R}><w:body>{''.join(_body(layout))}{_section_properties()}</w:body></w:document>"


def _body(layout: Layout) -> Iterator[str]:
    yield _paragraph("Title", _run(f"{{{{r {_TITLE} }}}}"))
    yield _paragraph("Subtitle", _run(f"{{{{p {_PUBLICATION} }}}}"))
    yield _paragraph("BodyText", _run(f"{{{{p {_INTRODUCTION} }}}}"))
    below_table = False
    for section in layout.sections:
        above_table = section.table is not None
        yield _paragraph("Heading1", _run(section.heading), _air(below_table=below_table, above_table=above_table))
        yield _section(layout, section)
        below_table = above_table
    yield _paragraph("Signature", _run(f"{{{{p {_SIGNATURE} }}}}"))


def _section(layout: Layout, section: Section) -> str:
    if section.table is None:
        return _paragraph("BodyText", _run(f"{{{{p {section.short} }}}}"))
    return _table(layout.table[section.table], section.heading)


def _air(*, below_table: bool, above_table: bool) -> str:
    """Return the spacing of a heading next to a table; elsewhere its style keeps it on the grid of lines."""
    before = f' w:before="{AFTER_TABLE}"' if below_table else ""
    after = f' w:after="{BEFORE_TABLE}"' if above_table else ""
    return f"<w:spacing{before}{after}/>" if before or after else ""


def _paragraph(style: str, content: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def _run(text: str) -> str:
    return f"<w:r><w:t>{escape(text, quote=False)}</w:t></w:r>"


def _section_properties() -> str:
    references = "".join(
        f'<w:{part.kind}Reference w:type="{"default" if part.name.endswith("1") else "even"}" r:id="rId{number}"/>'
        for number, part in enumerate(_PARTS, 1)
        if part.kind in ("header", "footer")
    )
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{MARGIN_TOP}" w:right="{MARGIN_RIGHT}" w:bottom="{MARGIN_BOTTOM}" w:left="{MARGIN_LEFT}"'
        f' w:header="{HEADER_DISTANCE}" w:footer="{FOOTER_DISTANCE}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )


# ---------------------------------------------------------------- tables


def column_widths(table: Table) -> tuple[int, ...]:
    """Return the width of each column: in proportion to the layout's, and together as wide as the text block."""
    whole = sum(table.widths)
    edges = [round(TEXT_WIDTH * edge / whole) for edge in accumulate(table.widths, initial=0)]
    return tuple(right - left for left, right in pairwise(edges))


def _table(table: Table, title: str) -> str:
    form, widths = table.form, column_widths(table)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kept = frozenset(kept_rows(table))
    rows = "".join(_row(table, form, widths, number, kept) for number in range(form.rows))
    # The caption is read out by screen readers and printed nowhere.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="StatutoryTable"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCaption w:val="{escape(title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def kept_rows(table: Table) -> Iterator[int]:
    """Yield the rows of figures that stay on one page with the row below them.

    Where a table has several blocks, each is kept whole. A table of one block may be longer than a page: it breaks
    between its groups. The first rows of a group that holds others stay together as far as the group's label needs
    them, which would be cut otherwise; and so do the last rows of the table, which would stand below a repeated head.
    """
    form, widths = table.form, column_widths(table)
    for number, (line, below) in enumerate(pairwise(form.lines)):
        if line.kind is LineKind.DATA and below.block == line.block:
            whole = len(table.blocks) > 1 or number >= form.rows - LAST_ROWS
            if whole or _in_one_group(form, number) or _within_label(form, widths, number):
                yield number


def _groups(form: Form) -> list[Label]:
    return [label for label in form.labels if label.kind is LineKind.DATA and not label.leaf]


def _in_one_group(form: Form, number: int) -> bool:
    """Return whether a row and the next stand beside one label that holds no other group."""
    groups = _groups(form)
    innermost = (
        label
        for label in groups
        if not any(label.row <= other.row < label.row + label.rows and other.column > label.column for other in groups)
    )
    return any(label.row <= number < label.row + label.rows - 1 for label in innermost)


def _within_label(form: Form, widths: tuple[int, ...], number: int) -> bool:
    """Return whether a row and those above it in a group have less room than the group's label takes."""
    leaves = [label for label in form.labels if label.kind is LineKind.DATA and label.leaf]
    lines = {leaf.row: _lines(leaf, widths) for leaf in leaves}
    return any(
        label.row <= number < label.row + label.rows - 1
        and sum(lines[row] for row in range(label.row, number + 1)) < _lines(label, widths)
        for label in _groups(form)
    )


def _lines(label: Label, widths: tuple[int, ...]) -> int:
    """Return how many lines a label takes in its columns."""
    room = sum(widths[label.column : label.column + label.columns]) - 2 * CELL_MARGIN
    return ceil(len(label.text) / max(1, room // EM))


def _row(table: Table, form: Form, widths: tuple[int, ...], number: int, kept: frozenset[int]) -> str:
    """Return one printed row. It never splits across pages, and a head is repeated on the next page.

    Where a table has several blocks, their heads name their own block only, and none is repeated.
    """
    line = form.lines[number]
    head = "<w:tblHeader/>" if line.kind is not LineKind.DATA and len(table.blocks) == 1 else ""
    keep = "<w:keepNext/>" if number in kept else ""
    cells = {label.column: _label(label, widths, "restart" if label.rows > 1 else "", keep) for label in line.labels}
    cells |= {slot.column: _slot(slot, widths, keep) for slot in line.slots}
    for label in form.labels:
        if label.row < number < label.row + label.rows:
            cells[label.column] = _label(label, widths, "continue", keep)
    content = "".join(cells[column] for column in sorted(cells))
    height = f'<w:trHeight w:val="{ROW_HEIGHT}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>{content}</w:tr>"


def _label(label: Label, widths: tuple[int, ...], merge: str, keep: str) -> str:
    """Return the cell of a label, or of the rows below its first where ``merge`` is ``continue``."""
    width = sum(widths[label.column : label.column + label.columns])
    text = "" if merge == "continue" else _run(label.text)
    if label.kind is LineKind.CAPTION:
        paragraph = _paragraph("TableCaption", text)
    elif label.kind is LineKind.HEAD:
        paragraph = _paragraph("TableHeading", text, _wrapping(label, width))
    else:
        paragraph = _paragraph("TableLabel" if label.leaf else "TableGroup", text, keep)
    return _cell(paragraph, width, label.columns, merge)


def _slot(slot: Slot, widths: tuple[int, ...], keep: str) -> str:
    width = sum(widths[slot.column : slot.column + slot.columns])
    return _cell(_paragraph("TableNumber", _run(f"{{{{ {slot.figure.address} }}}}"), keep), width, slot.columns, "")


def _wrapping(label: Label, width: int) -> str:
    """Return indents that let the head of a narrow column break after an even number of characters.

    Chinese words mostly have two: 社会|公益|组织 reads better than 社会公|益组织. A head of odd length fills its lines.
    """
    room = width - 2 * CELL_MARGIN
    fitting = room // EM
    if label.columns > 1 or len(label.text) <= fitting or len(label.text) % 2 or fitting % 2 == 0:
        return ""
    indent = (room - (fitting - 1) * EM - EM // 2) // 2
    return f'<w:ind w:left="{indent}" w:right="{indent}"/>'


def _cell(paragraph: str, width: int, columns: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{vertical}<w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph}</w:tc>"
    )


# ---------------------------------------------------------------- headers and footers


def _header() -> str:
    return f"<w:hdr {_W} {_R} {_VML}>{_paragraph('Header', _run(f'{{{{r {_DRAFT} }}}}'))}</w:hdr>"


def _footer(style: str) -> str:
    """Return a footer with the page number between dashes (GB/T 9704-2012, 7.5)."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("1")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    before, after = ('<w:r><w:t xml:space="preserve">' + dash + "</w:t></w:r>" for dash in ("— ", " —"))
    return f"<w:ftr {_W} {_R}>{_paragraph(style, before + field + after)}</w:ftr>"


# ---------------------------------------------------------------- styles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """A style: its id and the name Word knows it by, what it builds on, its paragraph and run properties as XML.

    ``quick`` puts it into Word's gallery of styles, ``hidden`` keeps it out of every list.
    """

    key: str
    name: str
    based: str = "Normal"
    follows: str = ""
    priority: int = 99
    kind: str = "paragraph"
    default: bool = False
    custom: bool = False
    hidden: bool = False
    quick: bool = False
    paragraph: str = ""
    run: str = ""

    def xml(self) -> str:
        """Return the w:style element, its children in the order of the schema."""
        flags = (' w:default="1"' if self.default else "") + (' w:customStyle="1"' if self.custom else "")
        children = (
            f'<w:name w:val="{self.name}"/>',
            f'<w:basedOn w:val="{self.based}"/>' if self.based else "",
            f'<w:next w:val="{self.follows}"/>' if self.follows else "",
            f'<w:uiPriority w:val="{self.priority}"/>',
            "<w:semiHidden/><w:unhideWhenUsed/>" if self.hidden else "",
            "<w:qFormat/>" if self.quick else "",
            f"<w:pPr>{self.paragraph}</w:pPr>" if self.paragraph else "",
            f"<w:rPr>{self.run}</w:rPr>" if self.run else "",
        )
        return f'<w:style w:type="{self.kind}"{flags} w:styleId="{self.key}">{"".join(children)}</w:style>'


def _font(eastern: str, size: int, *, spacing: int = 0, latin: str = LATIN) -> str:
    """Return run properties: fonts, what is added to each character, and the size in half points.

    w:hAnsi is the Chinese font, w:ascii the Latin one: Word sets “ ” — … ·, which both scripts use, in w:hAnsi, and
    in the Latin font they would be half as wide as Chinese punctuation.
    """
    return (
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{eastern}" w:eastAsia="{eastern}" w:cs="{LATIN}"/>'
        f'<w:spacing w:val="{spacing}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    )


def _exactly(line: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def _aligned(side: str) -> str:
    return f'<w:jc w:val="{side}"/>'


_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_OFF_GRID = '<w:snapToGrid w:val="0"/>'  # lines of another height than the page's grid: LibreOffice would round them up
_SINGLE = f'{_OFF_GRID}<w:spacing w:line="240" w:lineRule="auto"/>'


def _heading(level: int, font: str) -> _Style:
    """Return a heading of the body: set like the body, in its own font (GB/T 9704-2012, 7.3.3), never bold."""
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    return _Style(
        key=f"Heading{level}",
        name=f"heading {level}",
        follows="BodyText",
        priority=9,
        quick=True,
        paragraph=f"<w:keepNext/><w:keepLines/>{_INDENT}{_aligned('left')}{outline}",
        run=_font(font, SIZE_3, spacing=CHARACTER_SPACING),
    )


def _cell_style(key: str, name: str, paragraph: str, *, spacing: int = 0) -> _Style:
    """Return a style for the paragraphs in the cells of a table."""
    run = _font(SONGTI, SIZE_5, spacing=spacing)
    return _Style(key=key, name=name, priority=20, custom=True, quick=True, paragraph=paragraph, run=run)


_BODY_STYLES = (
    _Style(
        key="Normal",
        name="Normal",
        based="",
        priority=0,
        default=True,
        quick=True,
        # No widow control, no punctuation in the margin: 22 lines fill the page, and each the width of the text block.
        paragraph=f'<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/>{_exactly(LINE)}{_aligned("both")}',
        run=_font(FANGSONG, SIZE_3, spacing=CHARACTER_SPACING),
    ),
    _Style(
        key="DefaultParagraphFont",
        name="Default Paragraph Font",
        based="",
        priority=1,
        kind="character",
        default=True,
        hidden=True,
    ),
    _Style(key="NoList", name="No List", based="", kind="numbering", default=True, hidden=True),
    _Style(
        key="BodyText",
        name="Body Text",
        priority=1,
        quick=True,
        paragraph=_INDENT,
        # For Latin letters and digits only: where these are Chinese too, LibreOffice breaks lines within a figure.
        run='<w:lang w:val="en-US"/>',
    ),
    _Style(
        key="Title",
        name="Title",
        follows="Subtitle",
        priority=10,
        quick=True,
        paragraph=f"<w:keepNext/>{_OFF_GRID}{_exactly(TITLE_LINE, LINE, LINE // 2)}{_aligned('center')}",
        run=_font(XIAOBIAOSONG, SIZE_2),
    ),
    # What stands between title and text. A checker takes a short line in 楷体 for a heading of the second level,
    # and its size for wrong, where the size stands in the line's own style.
    _Style(
        key="FrontMatter",
        name="版首文字",
        priority=11,
        custom=True,
        paragraph=f"{_exactly(LINE, after=LINE // 2)}{_aligned('center')}",
        run=_font(KAITI, SIZE_4),
    ),
    _Style(key="Subtitle", name="Subtitle", based="FrontMatter", follows="BodyText", priority=11, quick=True),
    _heading(1, HEITI),
    _heading(2, KAITI),
    _heading(3, FANGSONG),
    _heading(4, FANGSONG),
    _Style(
        key="Signature",
        name="Signature",
        priority=12,
        quick=True,
        # 正文下空一行，成文日期右空四字 (GB/T 9704-2012, 7.3.5); the blank line stands above the first paragraph only.
        # Organ and date stay on one page; the writer holds the last line of the text with them.
        paragraph=f'<w:keepNext/><w:keepLines/>{_exactly(LINE, before=LINE)}<w:ind w:rightChars="400" w:right="1280"/>'
        f"<w:contextualSpacing/>{_aligned('right')}",
    ),
)

# A caption and a head stay with the row below them.
_CELL_STYLES = (
    _cell_style("TableCaption", "表格标题", f"<w:keepNext/>{_SINGLE}{_aligned('center')}"),
    _cell_style("TableHeading", "表格表头", f"<w:keepNext/>{_SINGLE}{_aligned('center')}"),
    _cell_style("TableGroup", "表格分组", f"{_SINGLE}{_aligned('center')}"),
    _cell_style("TableLabel", "表格栏目", f'{_SINGLE}<w:ind w:left="40" w:right="20"/>{_aligned("left")}'),
    _cell_style("TableNumber", "表格数据", f"{_SINGLE}{_aligned('center')}", spacing=NUMBER_SPACING),
)

_MARGIN_STYLES = (
    _Style(
        key="Header",
        name="header",
        paragraph=f"{_SINGLE}{_aligned('center')}",
        run=_font(SONGTI, SIZE_SMALL_5),
    ),
    # 页码用4号半角宋体阿拉伯数字，单页码居右空一字，双页码居左空一字 (GB/T 9704-2012, 7.5).
    _Style(
        key="Footer",
        name="footer",
        paragraph=f'{_OFF_GRID}{_exactly(FOOTER_LINE)}<w:ind w:right="280"/>{_aligned("right")}',
        run=_font(SONGTI, SIZE_4, latin=SONGTI),
    ),
    _Style(
        key="FooterEven",
        name="页脚（双页）",
        based="Footer",
        custom=True,
        paragraph=f'<w:ind w:left="280" w:right="0"/>{_aligned("left")}',
    ),
    _Style(
        key="CommentText",
        name="annotation text",
        paragraph=f"{_SINGLE}{_aligned('left')}",
        run=_font(SONGTI, SIZE_5),
    ),
    _Style(
        key="CommentReference",
        name="annotation reference",
        based="DefaultParagraphFont",
        kind="character",
        run=f'<w:sz w:val="{SIZE_5}"/><w:szCs w:val="{SIZE_5}"/>',
    ),
    _Style(key="BalloonText", name="Balloon Text", hidden=True, paragraph=_SINGLE, run=_font(SONGTI, SIZE_SMALL_5)),
)


def _styles() -> str:
    language = '<w:lang w:val="zh-CN" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_font(FANGSONG, SIZE_3)}{language}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
    )
    # Word's other styles stay out of its lists until they are used.
    latent = (
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
        ' w:defQFormat="0" w:count="376"/>'
    )
    styles = "".join(style.xml() for style in (*_BODY_STYLES, *_CELL_STYLES, *_MARGIN_STYLES))
    return f"<w:styles {_W}>{defaults}{latent}{styles}{_table_styles()}</w:styles>"


def _border(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{BORDER}" w:space="0" w:color="auto"/>'


def _table_styles() -> str:
    """Return the default table style, which Word expects in every document, and that of statutory tables."""
    borders = "".join(map(_border, ("top", "left", "bottom", "right", "insideH", "insideV")))
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (
            ("top", CELL_PADDING),
            ("left", CELL_MARGIN),
            ("bottom", CELL_PADDING),
            ("right", CELL_MARGIN),
        )
    )
    indent = '<w:tblInd w:w="0" w:type="dxa"/>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
        f'<w:tblPr>{indent}<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="StatutoryTable"><w:name w:val="法定表格"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="20"/><w:qFormat/>'
        f"<w:tblPr>{indent}<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )


# ---------------------------------------------------------------- settings and fonts


def _settings() -> str:
    """Return the settings: odd and even pages differ, Chinese typesetting, the layout rules of Word 2013."""
    compatibility = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            # 15: tables begin at the text's edge, not a cell margin left of it.
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
        '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat>{compatibility}</w:compat>"
        '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
        "</w:settings>"
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{font.instead}"/><w:panose1 w:val="{font.panose}"/>'
        f'<w:charset w:val="{font.charset}"/><w:family w:val="{font.family}"/><w:pitch w:val="{font.pitch}"/></w:font>'
        for font in FONTS
    )
    return f"<w:fonts {_W}>{fonts}</w:fonts>"


def _theme() -> str:
    """Return the smallest theme the schema admits: black on white, and the fonts for shapes and charts put in later."""
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in (
            *(("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "000000"), ("lt2", "FFFFFF")),
            *((f"accent{number}", "000000") for number in range(1, 7)),
            *(("hlink", "0000FF"), ("folHlink", "800080")),
        )
    )
    fonts = "".join(
        f'<a:{role}Font><a:latin typeface="{LATIN}"/><a:ea typeface="{font}"/><a:cs typeface=""/></a:{role}Font>'
        for role, font in (("major", HEITI), ("minor", FANGSONG))
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="GB/T 9704"><a:themeElements>'
        f'<a:clrScheme name="GB/T 9704">{colours}</a:clrScheme><a:fontScheme name="GB/T 9704">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="GB/T 9704"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


# ---------------------------------------------------------------- the package


def _content_types() -> str:
    main = f'<Override PartName="/word/document.xml" ContentType="{_OFFICE_TYPE}.wordprocessingml.document.main+xml"/>'
    word = "".join(
        f'<Override PartName="/word/{part.name}.xml" ContentType="{_OFFICE_TYPE}.{part.family}{part.kind}+xml"/>'
        for part in _PARTS
    )
    properties = (
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>'
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{main}{word}{properties}</Types>'
    )


def _relationships(*targets: tuple[str, str]) -> str:
    """Return relationships from pairs of type and target, numbered from rId1."""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _package_relationships() -> str:
    return _relationships(
        (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    )


def _document_relationships() -> str:
    return _relationships(*((f"{_OFFICE}/relationships/{part.kind}", f"{part.name}.xml") for part in _PARTS))


def _core() -> str:
    """Return the document's properties: empty, and without dates, which would make no two templates alike."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title></dc:title><dc:creator></dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _app() -> str:
    return f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>govdoc</Application></Properties>'
