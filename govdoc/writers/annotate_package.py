"""A workbook's package, opened for changes in few places: what is not changed is copied byte for byte.

Knows parts, relationships and content types (ECMA-376 part 2, Open Packaging Conventions) and the few names that
every other module here shares; nothing of findings.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.errors import InputError, UsageError
from govdoc.files import LIMITS, ZIP, undated
from govdoc.readers.facts import OverLimitError, check_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element as Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
M, R = f"{{{MAIN}}}", f"{{{OFFICE}}}"
BOOK = "xl/workbook.xml"

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIP = f"{{{_RELATIONS}}}Relationship"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_NEEDED = (_TYPES_PART, BOOK, "xl/_rels/workbook.xml.rels")
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”，再在新文件上加标注。"
_STRICT = b"http://purl.oclc.org/ooxml/"
_NUMBERED = re.compile(r"rId(\d{1,9})")
_MACROS = "macroEnabled"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of a part: its id, its type and the part it leads to (a URL where it leads out)."""

    id: str
    type: str
    target: str
    external: bool

    def leads_to(self, kind: str) -> bool:
        """Return whether this leads to a part of a kind, such as ``comments``: the last word of its type."""
        return self.type.rpartition("/")[2] == kind and not self.external


class Package:
    """The parts of a workbook by name. A part that :meth:`edit` or :meth:`put` never named leaves as it came."""

    def __init__(self, data: bytes) -> None:
        self._parts = _unpacked(data)
        self._trees: dict[str, Element] = {}
        self._edited: set[str] = set()
        self.changed = False

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all parts."""
        return tuple(self._parts)

    def read(self, name: str) -> bytes:
        """Return a part as bytes, with what was changed in it so far."""
        if name in self._edited:
            return _serialised(self._trees[name])
        return self._parts[name]

    def tree(self, name: str) -> Element:
        """Return a part's root element, to be looked at only."""
        if name not in self._trees:
            self._trees[name] = _parsed(self._parts[name])
        return self._trees[name]

    def edit(self, name: str) -> Element:
        """Return a part's root element, to be changed."""
        tree = self.tree(name)
        self._edited.add(name)
        self.changed = True
        return tree

    def put(self, name: str, data: bytes) -> None:
        """Write a part, whether it existed or not."""
        self._parts[name] = data
        self._trees.pop(name, None)
        self._edited.discard(name)
        self.changed = True

    def remove(self, name: str) -> None:
        """Take a part out, with its relationships, its content type, and the parts that only it led to."""
        targets = [relation.target for relation in self.relations(name) if not relation.external]
        for gone in (name, _relations_part(name)):
            self._drop(gone)
        types = self.tree(_TYPES_PART)
        for override in types.findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{name}":
                self.edit(_TYPES_PART).remove(override)
        for target in targets:
            if target in self._parts and not self._led_to(target):
                self.remove(target)

    def _drop(self, name: str) -> None:
        self._parts.pop(name, None)
        self._trees.pop(name, None)
        self._edited.discard(name)
        self.changed = True

    def _led_to(self, name: str) -> bool:
        sources = [_source(part) for part in self._parts if part.endswith(".rels")]
        return any(relation.target == name for source in sources for relation in self.relations(source))

    def pack(self) -> bytes:
        """Return the package: the parts in their order, new ones last."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in self._parts:
                archive.writestr(undated(name), self.read(name))
        return packed.getvalue()

    # ------------------------------------------------------------ names and types

    def free_name(self, pattern: str) -> str:
        """Return the first name that no part has; ``pattern`` holds ``{}`` for the number."""
        taken = {name.casefold() for name in self._parts}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    @property
    def has_macros(self) -> bool:
        """Return whether the package says of itself that it holds macros: then its name must end in .xlsm."""
        return any(_MACROS in (override.get("ContentType") or "") for override in self.tree(_TYPES_PART))

    def declare(self, name: str, content_type: str) -> None:
        """Say what a new part is."""
        from lxml import etree

        types = self.edit(_TYPES_PART)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)

    def declare_suffix(self, suffix: str, content_type: str) -> None:
        """Say what parts with a suffix are, where that is not yet said."""
        from lxml import etree

        defaults = self.tree(_TYPES_PART).findall(f"{{{_TYPES}}}Default")
        if all((default.get("Extension") or "").casefold() != suffix for default in defaults):
            # Defaults come first: not asked for by the schema, but by what every program writes.
            new = etree.Element(f"{{{_TYPES}}}Default", Extension=suffix, ContentType=content_type)
            self.edit(_TYPES_PART).insert(len(defaults), new)

    # ------------------------------------------------------------ relationships

    def relations(self, part: str) -> list[Relation]:
        """Return a part's relationships, in order."""
        name = _relations_part(part)
        if name not in self._parts:
            return []
        folder = posixpath.dirname(part)
        found = []
        for element in self.tree(name).iterfind(_RELATIONSHIP):
            target, external = element.get("Target", ""), element.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")
            found.append(Relation(element.get("Id", ""), element.get("Type", ""), target, external))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Lead from a part to another, and return the relationship's id."""
        from lxml import etree

        name = _relations_part(part)
        if name not in self._parts:
            self.put(name, f'<Relationships xmlns="{_RELATIONS}"/>'.encode())
        taken = [int(match[1]) for one in self.relations(part) if (match := _NUMBERED.fullmatch(one.id))]
        identity = f"rId{max(taken, default=0) + 1}"
        relative = posixpath.relpath(target, posixpath.dirname(part))
        attributes = {"Id": identity, "Type": f"{OFFICE}/{kind}", "Target": relative}
        etree.SubElement(self.edit(name), _RELATIONSHIP, attributes)
        return identity

    def unrelate(self, part: str, target: str) -> None:
        """Take the relationship from a part to another out; where it was the last, the list of them too."""
        name = _relations_part(part)
        tree = self.edit(name)
        for relation, element in zip(self.relations(part), tree.findall(_RELATIONSHIP), strict=True):
            if relation.target == target:
                tree.remove(element)
        if not len(tree):
            self._drop(name)


def _relations_part(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


def _source(relations: str) -> str:
    """Return the part that a part of relationships belongs to."""
    folder, _, file = relations.rpartition("/")
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook.

    Raises :class:`UsageError` for another format, and :class:`InputError` for a damaged or outsized file.
    """
    if not data.startswith(ZIP):
        raise UsageError("标注只能加在 .xlsx 或 .xlsm 工作簿里，这个文件是别的格式。", _SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LIMITS.inflated:
                raise InputError("工作簿解压后过大，为安全起见没有打开。", _SAVE_AS)
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise damaged_book() from error
    if any(name not in parts for name in _NEEDED):
        raise UsageError("标注只能加在 .xlsx 或 .xlsm 工作簿里，这个文件是别的格式。", _SAVE_AS)
    if _STRICT in parts[BOOK]:
        raise UsageError("这个工作簿是“Strict Open XML”格式，不能加标注。", _SAVE_AS)
    return parts


def damaged_book() -> InputError:
    """Return the error for a workbook whose inside cannot be read."""
    return InputError("工作簿已损坏，不能加标注。", _SAVE_AS)


def _parsed(data: bytes) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        check_xml(data)
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged_book() from error
    except OverLimitError as error:
        raise InputError(f"工作簿{error}，为安全起见没有打开。", _SAVE_AS) from error


def _serialised(root: Element) -> bytes:
    from lxml import etree

    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


# ---------------------------------------------------------------- elements in their order


def local(element: Element) -> str:
    """Return an element's name without its namespace; of a choice between alternatives, the name of what is chosen.

    A comment has none.
    """
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""
    name = tag.rpartition("}")[2]
    if name == "AlternateContent":  # ECMA-376 part 3, 10.2: it stands where its content would
        inner = next((one for choice in element for one in choice), None)
        return name if inner is None else local(inner)
    return name


def element_with_link(name: str, identity: str) -> Element:
    """Return an element of a sheet or workbook that names a relationship, under the prefix that every reader knows."""
    from lxml import etree

    return etree.fromstring(f'<{name} xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="{identity}"/>')


def insert_in_order(parent: Element, child: Element, order: Sequence[str]) -> None:
    """Insert a child where the schema's sequence wants it, before those of its own name."""
    rank = {name: place for place, name in enumerate(order)}
    mine = rank[local(child)]
    for place, other in enumerate(parent):
        if rank.get(local(other), -1) >= mine:
            parent.insert(place, child)
            return
    parent.append(child)


def truth(text: str | None) -> bool:
    """Return an xsd:boolean attribute."""
    return text in ("1", "true")
