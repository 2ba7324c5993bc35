"""Parts of a Word package: adding one with all that must name it, packing. Knows nothing of a report."""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

TYPES, BODY, BODY_RELATIONS = "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"

# APPNOTE.TXT 6.3.10, 4.4: what a zip says of each entry.
_STORED, _DEFLATED, _UTF_8 = 0, 8, 0x800
_NEEDS = 20  # version 2.0: deflate
_MADE, _FILE = struct.pack("<BB", _NEEDS, 3), 0o600 << 16  # as if on Unix, as a file of its owner
_DATE = 0x21  # 1 January 1980, the earliest that a zip can hold: same input, same bytes
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A base of this many bytes is stored as it is: the same long text twice in a package, compressed, would look like an
# archive that means to flood whoever opens it.
_LONG = 256 * 1024
_ITEM = re.compile(r"customXml/item(\d+)\.xml")
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


def declare(parts: MutableMapping[str, bytes], name: str, content_type: str) -> None:
    """Say in the list of content types what a part is."""
    from lxml import etree

    types = etree.fromstring(parts[TYPES])
    etree.SubElement(types, f"{{{_PACKAGE}/content-types}}Override", PartName=f"/{name}", ContentType=content_type)
    parts[TYPES] = _serialised(etree.tostring(types))


def relate(parts: MutableMapping[str, bytes], kind: str, target: str) -> None:
    """Lead from the document to a part; ``target`` is relative to the folder ``word``."""
    from lxml import etree

    relations = etree.fromstring(parts[BODY_RELATIONS])
    taken = {one.get("Id") for one in relations}
    number = next(number for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    etree.SubElement(
        relations,
        f"{{{_PACKAGE}/relationships}}Relationship",
        {"Id": f"rId{number}", "Type": f"{_OFFICE}/relationships/{kind}", "Target": target},
    )
    parts[BODY_RELATIONS] = _serialised(etree.tostring(relations))


def _serialised(root: bytes) -> bytes:
    return _DECLARATION.encode() + root


def pack(parts: Mapping[str, bytes], template: Mapping[str, bytes] | None = None) -> bytes:
    """Return the parts as a package: fixed order, fixed dates, the same bytes on every system.

    Parts that come unchanged from a ``template`` are compressed once a process: of those of a report that is most.
    Written here and not with ``zipfile``, which has no way to put in what is compressed already.
    """
    entries: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data in parts.items():
        raw = posixpath.normpath(name).encode()
        flags = 0 if raw.isascii() else _UTF_8
        stored = len(data) > _LONG and _ITEM.fullmatch(name) is not None
        unchanged = template is not None and template.get(name) is data
        packed = data if stored else (_deflated_once if unchanged else _deflated)(data)
        method = _STORED if stored else _DEFLATED
        common = struct.pack(
            "<HHHHHIIIHH", _NEEDS, flags, method, 0, _DATE, zlib.crc32(data), len(packed), len(data), len(raw), 0
        )
        entries += (b"PK\x03\x04", common, raw, packed)
        directory += (b"PK\x01\x02", _MADE, common, struct.pack("<HHHII", 0, 0, 0, _FILE, at), raw)
        at += 30 + len(raw) + len(packed)
    size = sum(map(len, directory))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(parts), len(parts), size, at, 0)
    return b"".join((*entries, *directory, end))


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)  # without a header, as a zip holds it
    return packer.compress(data) + packer.flush()


_deflated_once = lru_cache(maxsize=128)(_deflated)
