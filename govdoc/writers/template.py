"""The Word template of an edition: a small package of our own, drawn from the layout.

Every heading and every label comes from the layout; page, fonts and sizes are those of GB/T 9704-2012
《党政机关公文格式》, and stand as constants in ``template_measures``. The places to be filled are docxtpl tags:
``{{r x }}`` stands for runs, ``{{p x }}`` for paragraphs, ``{{ x }}`` for text. Nothing here fills a tag, and nothing
touches a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.writers.template_measures import (
    AFTER_TABLE,
    BEFORE_TABLE,
    FOOTER_DISTANCE,
    HEADER_DISTANCE,
    LINE,
    MARGIN_BOTTOM,
    MARGIN_LEFT,
    MARGIN_RIGHT,
    MARGIN_TOP,
    PAGE_HEIGHT,
    PAGE_WIDTH,
)
from govdoc.writers.template_package import (
    PARTS,
    app,
    content_types,
    core,
    document_relationships,
    pack,
    package_relationships,
    settings,
    theme,
)
from govdoc.writers.template_styles import font_table_part, styles_part
from govdoc.writers.template_tables import statutory_table
from govdoc.writers.template_xml import R, W, paragraph, run
from govdoc.writers.word_names import DRAFT, INTRODUCTION, PUBLICATION, SIGNATURE, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.layouts.schema import Layout, Section


# The draft mark is a VML shape: its prefixes are declared where it will be put in.
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w10="urn:schemas-microsoft-com:office:word"'
)


def make_template(layout: Layout) -> bytes:
    """Return the Word template of an edition: the same bytes for the same layout."""
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": package_relationships(),
        "docProps/core.xml": core(),
        "docProps/app.xml": app(),
        "word/document.xml": _document(layout),
        "word/_rels/document.xml.rels": document_relationships(),
        "word/styles.xml": styles_part(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": font_table_part(),
        "word/theme/theme1.xml": theme(),
        "word/header1.xml": _header(),
        "word/header2.xml": _header(),
        "word/footer1.xml": _footer("Footer"),
        "word/footer2.xml": _footer("FooterEven"),
    }
    return pack(parts)


def _document(layout: Layout) -> str:
    return f"<w:document {W} {R}><w:body>{''.join(_body(layout))}{_section_properties()}</w:body></w:document>"


def _body(layout: Layout) -> Iterator[str]:
    yield paragraph("Title", run(f"{{{{r {TITLE} }}}}"))
    yield paragraph("Subtitle", run(f"{{{{p {PUBLICATION} }}}}"))
    yield paragraph("BodyText", run(f"{{{{p {INTRODUCTION} }}}}"))
    below_table = False
    for section in layout.sections:
        above_table = section.table is not None
        yield paragraph("Heading1", run(section.heading), _air(below_table=below_table, above_table=above_table))
        yield _section(layout, section)
        below_table = above_table
    yield paragraph("Signature", run(f"{{{{p {SIGNATURE} }}}}"))


def _section(layout: Layout, section: Section) -> str:
    if section.table is None:
        return paragraph("BodyText", run(f"{{{{p {section.short} }}}}"))
    return statutory_table(layout.table[section.table], section.heading)


def _air(*, below_table: bool, above_table: bool) -> str:
    """Return the spacing of a heading next to a table; elsewhere its style keeps it on the grid of lines."""
    before = f' w:before="{AFTER_TABLE}"' if below_table else ""
    after = f' w:after="{BEFORE_TABLE}"' if above_table else ""
    return f"<w:spacing{before}{after}/>" if before or after else ""


def _section_properties() -> str:
    references = "".join(
        f'<w:{part.kind}Reference w:type="{"default" if part.name.endswith("1") else "even"}" r:id="rId{number}"/>'
        for number, part in enumerate(PARTS, 1)
        if part.kind in ("header", "footer")
    )
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{MARGIN_TOP}" w:right="{MARGIN_RIGHT}" w:bottom="{MARGIN_BOTTOM}" w:left="{MARGIN_LEFT}"'
        f' w:header="{HEADER_DISTANCE}" w:footer="{FOOTER_DISTANCE}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )


def _header() -> str:
    return f"<w:hdr {W} {R} {_VML}>{paragraph('Header', run(f'{{{{r {DRAFT} }}}}'))}</w:hdr>"


def _footer(style: str) -> str:
    """Return a footer with the page number between dashes (GB/T 9704-2012, 7.5)."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("1")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    before, after = ('<w:r><w:t xml:space="preserve">' + dash + "</w:t></w:r>" for dash in ("— ", " —"))
    return f"<w:ftr {W} {R}>{paragraph(style, before + field + after)}</w:ftr>"
