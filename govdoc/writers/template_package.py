"""What a template's package holds besides its text: list of parts, relationships, settings, theme, properties."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from govdoc.files import undated
from govdoc.writers.template_measures import FANGSONG, HEITI, LATIN
from govdoc.writers.template_xml import OFFICE, W

if TYPE_CHECKING:
    from collections.abc import Mapping


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that the document refers to, in the order of the relationships (rId1, rId2, …)."""

    name: str
    kind: str
    family: str = "wordprocessingml."  # in the content type


PARTS = (
    _Part("styles", "styles"),
    _Part("settings", "settings"),
    _Part("fontTable", "fontTable"),
    _Part("theme/theme1", "theme", family=""),
    _Part("header1", "header"),
    _Part("header2", "header"),
    _Part("footer1", "footer"),
    _Part("footer2", "footer"),
)


def pack(parts: Mapping[str, str]) -> bytes:
    """Return a package of parts, in this order, by their names; the XML declaration is put before each."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(_entry(name), (_XML + text).encode(), compresslevel=9)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry that says nothing about the day and the machine it was written on."""
    entry = undated(name)
    entry.create_system = 0
    return entry


def settings() -> str:
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
        f'<w:settings {W}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
        '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat>{compatibility}</w:compat>"
        '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
        "</w:settings>"
    )


def theme() -> str:
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


def content_types() -> str:
    """Return the list of what each part is."""
    main = f'<Override PartName="/word/document.xml" ContentType="{_OFFICE_TYPE}.wordprocessingml.document.main+xml"/>'
    word = "".join(
        f'<Override PartName="/word/{part.name}.xml" ContentType="{_OFFICE_TYPE}.{part.family}{part.kind}+xml"/>'
        for part in PARTS
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


def package_relationships() -> str:
    """Return what the package refers to."""
    return _relationships(
        (f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    )


def document_relationships() -> str:
    """Return what the document refers to."""
    return _relationships(*((f"{OFFICE}/relationships/{part.kind}", f"{part.name}.xml") for part in PARTS))


def core() -> str:
    """Return the document's properties: empty, and without dates, which would make no two templates alike."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title></dc:title><dc:creator></dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def app() -> str:
    """Return the properties that name the program."""
    return f'<Properties xmlns="{OFFICE}/extended-properties"><Application>govdoc</Application></Properties>'
