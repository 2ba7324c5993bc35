"""The styles of a template and the fonts they name: word/styles.xml and word/fontTable.xml."""

from __future__ import annotations

from dataclasses import dataclass

from govdoc.writers.template_measures import (
    BORDER,
    CELL_MARGIN,
    CELL_PADDING,
    CHARACTER_SPACING,
    FANGSONG,
    FONTS,
    FOOTER_LINE,
    HEITI,
    KAITI,
    LATIN,
    LINE,
    NUMBER_SPACING,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_5,
    SIZE_SMALL_5,
    SONGTI,
    TITLE_LINE,
    XIAOBIAOSONG,
)
from govdoc.writers.template_xml import W


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


def styles_part() -> str:
    """Return word/styles.xml."""
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
    return f"<w:styles {W}>{defaults}{latent}{styles}{_table_styles()}</w:styles>"


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


def font_table_part() -> str:
    """Return word/fontTable.xml."""
    fonts = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{font.instead}"/><w:panose1 w:val="{font.panose}"/>'
        f'<w:charset w:val="{font.charset}"/><w:family w:val="{font.family}"/><w:pitch w:val="{font.pitch}"/></w:font>'
        for font in FONTS
    )
    return f"<w:fonts {W}>{fonts}</w:fonts>"
