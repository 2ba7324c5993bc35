"""The last touch to a workbook that openpyxl has saved: same content, same bytes, in the form Excel itself writes.

Works on the parts of the package only, and knows nothing of what the workbook holds.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from govdoc.files import undated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_TYPES = "[Content_Types].xml"
_STRINGS = "xl/sharedStrings.xml"
_OVERRIDE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_RELATION = (
    b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    b'Target="sharedStrings.xml" Id="sharedStrings"/>'
)
# Where the package names the shared table: in which part, before what, and how.
_STRINGS_KNOWN_BY = (
    (_TYPES, b"</Types>", _OVERRIDE),
    ("xl/_rels/workbook.xml.rels", b"</Relationships>", _RELATION),
)

_SAVED_AT = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_INLINE = re.compile(rb't="inlineStr"><is>(<t(?: [^>]*)?>[^<]*</t>)</is></c>')
# ECMA-376 part 1, 18.8.22: the order of a font's elements, which openpyxl does not keep.
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)
# Excel would put a green corner on every total: a formula in an unlocked cell, beside numbers that it leaves out.
_QUIET = (
    b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" formula="1" formulaRange="1" unlockedFormula="1"/>'
    b"</ignoredErrors></worksheet>"
)


def settle(book: bytes, growing: Collection[int] = ()) -> bytes:
    """Return a saved workbook without the time of saving, and put right where strict readers would mend it.

    ``growing`` numbers the sheets whose rows shall grow with what is typed into them: a height that openpyxl writes
    would else hold for ever.
    """
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings: dict[bytes, int] = {}
    uses = 0
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            shared, count = _INLINE.subn(lambda match: _share(match[1], strings), part)
            parts[name] = shared.replace(b"</worksheet>", _QUIET)
            uses += count
    for number in growing:
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name] = parts[name].replace(b' customHeight="1"', b"")
    if strings:
        _add_string_table(parts, strings, uses)
    parts["xl/styles.xml"] = _ordered_fonts(parts["xl/styles.xml"])
    parts["docProps/core.xml"] = _SAVED_AT.sub(b"", parts["docProps/core.xml"])
    return _pack(parts)


def _share(text: bytes, strings: dict[bytes, int]) -> bytes:
    """Return the end of a cell that refers to a text in the shared table, where the text is put."""
    return b't="s"><v>%d</v></c>' % strings.setdefault(text, len(strings))


def _add_string_table(parts: dict[str, bytes], strings: Iterable[bytes], uses: int) -> None:
    """Put the shared table in, and have the package know of it."""
    items = [b"<si>%s</si>" % text for text in strings]
    head = b'<sst xmlns="%s" count="%d" uniqueCount="%d">' % (_MAIN.encode("ascii"), uses, len(items))
    parts[_STRINGS] = head + b"".join(items) + b"</sst>"
    for name, end, entry in _STRINGS_KNOWN_BY:
        if b"sharedStrings" not in parts[name]:
            parts[name] = parts[name].replace(end, entry + end)


def _ordered_fonts(styles: bytes) -> bytes:
    tree = etree.fromstring(styles)
    for font in tree.iter(f"{{{_MAIN}}}font"):
        font[:] = sorted(font, key=lambda element: _FONT_ORDER.index(etree.QName(element).localname))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def _pack(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(parts, key=lambda name: name != _TYPES):  # what tells the file's kind comes first
            archive.writestr(undated(name), parts[name])
    return packed.getvalue()
