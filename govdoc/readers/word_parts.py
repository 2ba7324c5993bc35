"""The parts of a Word package under the names that nearly every program gives them, whatever they are called.

Word on the web and some servers call the body ``word/document2.xml``; only the relationships say what a part is.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from govdoc.files import DOCUMENT, damaged, read_part
from govdoc.readers.facts import OverLimitError, check_xml
from govdoc.readers.word_tables import xml_parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govdoc.files import Archive

BODY_PART, STYLES_PART = "word/document.xml", "word/styles.xml"

_START = "_rels/.rels"
_KINDS = ("styles", "numbering", "comments", "commentsExtended", "footnotes", "endnotes")  # that are read by name


def unusual_names(archive: Archive, path: Path) -> dict[str, str]:
    """Return what parts are called, by the names that they usually have; only those whose names are others.

    Nothing is looked up where the body has its usual name, as it nearly always does.

    Raises :class:`govdoc.errors.InputError` where the relationships are damaged.
    """
    there = set(archive.namelist())
    if BODY_PART in there or _START not in there:
        return {}
    body = next((target for kind, target in _relations(archive, _START, path) if kind == "officeDocument"), "")
    if body not in there:
        return {}
    folder, file = posixpath.split(body)
    links = f"{folder}/_rels/{file}.rels"
    names = {BODY_PART: body, "word/_rels/document.xml.rels": links}
    if links in there:
        found = dict(_relations(archive, links, path))
        names |= {f"word/{kind}.xml": found[kind] for kind in _KINDS if found.get(kind) in there}
    return {usual: name for usual, name in names.items() if usual not in there}


def _relations(archive: Archive, name: str, path: Path) -> Iterator[tuple[str, str]]:
    """Yield the kind and the target of each relationship in a part."""
    from lxml import etree

    data = read_part(archive, name, path, DOCUMENT)
    try:
        check_xml(data)
        root = etree.fromstring(data, xml_parser())
    except (etree.XMLSyntaxError, OverLimitError) as error:
        raise damaged(path, DOCUMENT) from error
    folder = posixpath.dirname(posixpath.dirname(name))
    for one in root:
        target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
        yield posixpath.basename(one.get("Type", "")), target.lstrip("/")
