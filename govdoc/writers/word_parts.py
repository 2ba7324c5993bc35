"""Parts of a Word package: adding one with all that must name it, packing. Knows nothing of a report."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import deflated, zip_of
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.word_tables import xml_parser

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from lxml.etree import _Element

TYPES, BODY, BODY_RELATIONS = "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A base of this many bytes is stored as it is: the same long text twice in a package, compressed, would look like an
# archive that means to flood whoever opens it.
_LONG = 256 * 1024
_SMALL = 2 * 1024  # bytes of a part that is kept compressed
_ITEM = re.compile(r"customXml/item(\d{1,9})\.xml")
# The identity of the base among other custom XML: the same in every report, as no document holds two.
_IDENTITY = "{2D0B7E5A-6C41-5B9C-9A53-3F0D9C1E7A64}"


def add_custom_xml(parts: MutableMapping[str, bytes], data: bytes) -> str:
    """Add a custom XML part that the document leads to, and return its name."""
    taken = [int(match[1]) for name in parts if (match := _ITEM.fullmatch(name))]
    number = max(taken, default=0) + 1
    name, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    parts[name] = data
    parts[properties] = (
        f'{_DECLARATION}<ds:datastoreItem ds:itemID="{_IDENTITY}" xmlns:ds="{_OFFICE}/customXml">'
        "<ds:schemaRefs/></ds:datastoreItem>"
    ).encode()
    parts[f"customXml/_rels/item{number}.xml.rels"] = (
        f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps{number}.xml"/></Relationships>'
    ).encode()
    declare(parts, properties, "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")
    relate(parts, "customXml", f"../{name}")
    return name


def _parsed(part: bytes, name: str) -> _Element:
    """Return a part's root element; the document may be somebody else's, and the part not there.

    Raises :class:`InputError` where the part is missing or damaged.
    """
    from lxml import etree

    try:
        check_xml(part)
        return etree.fromstring(part, xml_parser())
    except (OverLimitError, etree.XMLSyntaxError) as error:
        raise InputError(
            f"文档已损坏：部件 {name} 读不了。", "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”后再试。"
        ) from error


def declare(parts: MutableMapping[str, bytes], name: str, content_type: str) -> None:
    """Say in the list of content types what a part is."""
    parts[TYPES] = _declared(parts.get(TYPES, b""), name, content_type)


@lru_cache(maxsize=16)  # the reports of a batch all have the same
def _declared(types: bytes, name: str, content_type: str) -> bytes:
    from lxml import etree

    root = _parsed(types, TYPES)
    etree.SubElement(root, f"{{{_PACKAGE}/content-types}}Override", PartName=f"/{name}", ContentType=content_type)
    return _serialised(etree.tostring(root))


def relate(parts: MutableMapping[str, bytes], kind: str, target: str) -> None:
    """Lead from the document to a part; ``target`` is relative to the folder ``word``."""
    parts[BODY_RELATIONS] = _related(parts.get(BODY_RELATIONS, b""), kind, target)


@lru_cache(maxsize=16)
def _related(relations_part: bytes, kind: str, target: str) -> bytes:
    from lxml import etree

    relations = _parsed(relations_part, BODY_RELATIONS)
    taken = {one.get("Id") for one in relations}
    number = next(number for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    etree.SubElement(
        relations,
        f"{{{_PACKAGE}/relationships}}Relationship",
        {"Id": f"rId{number}", "Type": f"{_OFFICE}/relationships/{kind}", "Target": target},
    )
    return _serialised(etree.tostring(relations))


def _serialised(root: bytes) -> bytes:
    return _DECLARATION.encode() + root


def pack(parts: Mapping[str, bytes], template: Mapping[str, bytes] | None = None) -> bytes:
    """Return the parts as a package: fixed order, fixed dates, the same bytes on every system.

    Parts that come unchanged from a ``template``, and small ones, which mostly are what they were in the last report,
    are compressed once a process.
    """
    packed = {}
    for name, data in parts.items():
        if len(data) <= _LONG or _ITEM.fullmatch(name) is None:
            known = len(data) <= _SMALL or (template is not None and template.get(name) is data)
            packed[name] = (_deflated_once if known else deflated)(data)
    return zip_of(parts, packed)


_deflated_once = lru_cache(maxsize=128)(deflated)
