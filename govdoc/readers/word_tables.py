"""Tables of a document that are others over again, but for their texts: read at sight, without their XML being parsed.

The reports of a batch come from one template, and so do their tables; each report is read back when it was written.
What a table is like is learnt when it is met for the second time in a process.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml import etree
    from lxml.etree import _Element

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
KNOWN, NUMBER = f"{{{WORD}}}knownTable", f"{{{WORD}}}val"  # what stands in the place of a table, with its number

Cell = tuple[int, str, str]  # how many columns it takes; how it is merged downwards, "" if not at all; its text
Rows = list[list[Cell]]

_BEGIN, _END = b"<w:tbl>", b"</w:tbl>"
_PLACE = b'<w:knownTable w:val="%d"/>'
# A plain text: no reference, nothing that ends CDATA, no control, no carriage return, which XML reads as a line end.
_TEXT = re.compile(rb'(<w:t(?: xml:space="preserve")?>)([^<&\]\x00-\x08\x0b-\x1f]*+)(?=</w:t>)')
_LAST = b"\xef\xbf"  # begins the last 64 characters of Unicode's first plane, of which two are none
_GAP = b"\x00"  # no XML has it
_FIRST_MARK, _LAST_MARK = 0xE000, 0xF8FF  # characters for private use, one for each text
_MARK = re.compile(f"([{chr(_FIRST_MARK)}-{chr(_LAST_MARK)}])")
_KEPT, _LARGEST = 64, 256 * 1024  # tables, and bytes of one

_Template = int | tuple[int | str, ...]  # a cell's text: that of a number, or several and what stands between them
_Shape = list[list[tuple[int, str, _Template]]]


class Tables(NamedTuple):
    """A document's XML with known tables taken out, and their rows, by the numbers that stand in their places.

    ``new`` are the tables that are not known, as they are kept: what is around them, and themselves without texts.
    """

    rest: bytes
    rows: tuple[Rows, ...]
    new: tuple[tuple[bytes, bytes], ...]


known_tables: dict[tuple[bytes, bytes], _Shape] = {}
met: set[int] = set()


def take_out(body: bytes) -> Tables:
    """Take the tables that are known out of a document's XML; one with peculiarities is left as it is."""
    start, *pieces = body.split(_BEGIN)
    if not all(piece.count(_END) == 1 for piece in pieces) or _END in start:
        return Tables(body, (), ())  # a table in a table
    around = start[: start.find(b"<w:body>")]
    rest = [start]
    rows: list[Rows] = []
    new: list[tuple[bytes, bytes]] = []
    for piece in pieces:
        table, _, behind = piece.partition(_END)
        between = _TEXT.split(table)
        outline = _GAP.join(map(b"".join, zip(between[::3], [*between[1::3], b""], strict=True)))
        shape = known_tables.get((around, outline))
        texts = _decoded(between[2::3]) if shape is not None else None
        if shape is None or texts is None:
            new.append((around, outline))
            rest += (_BEGIN, table, _END, behind)
        else:
            rest += (_PLACE % len(rows), behind)
            rows.append([[(width, merge, _filled(cell, texts)) for width, merge, cell in row] for row in shape])
    left = b"".join(rest)
    if any(sign in left for sign in (b"<!", b"<w:tbl/", b"<w:tbl ")) or left.count(b"<?") > 1:
        return Tables(body, (), ())  # what looks like a table may be none
    return Tables(left, tuple(rows), tuple(new))


def xml_parser() -> etree.XMLParser:
    """Return a parser for a document's parts; a comment in a text would hide what stands behind it."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def _decoded(texts: Sequence[bytes]) -> list[str] | None:
    """Return texts, or None where one is not what XML has."""
    try:
        return None if _LAST in b" ".join(texts) else [text.decode() for text in texts]
    except UnicodeDecodeError:
        return None


def _filled(template: _Template, texts: Sequence[str]) -> str:
    if isinstance(template, int):
        return texts[template]
    return "".join(texts[piece] if isinstance(piece, int) else piece for piece in template)


def learn(tables: Tables, read: Callable[[_Element], Rows]) -> None:
    """Learn what the tables are like that were not known, if they were met before; ``read`` reads a table's rows.

    The document they come from must have been parsed without fault. A table for which ``read`` returns nothing
    is not learnt.
    """
    for key in tables.new:
        if hash(key) not in met:
            if len(met) >= 16 * _KEPT:
                met.clear()
            met.add(hash(key))
        elif key not in known_tables and len(key[1]) <= _LARGEST:
            shape = _shape(*key, read)
            if len(known_tables) >= _KEPT:
                known_tables.clear()
            if shape:
                known_tables[key] = shape


def _shape(around: bytes, outline: bytes, read: Callable[[_Element], Rows]) -> _Shape:
    """Return a table's rows with the numbers of its texts in their places."""
    from lxml import etree

    pieces = outline.decode().split(_GAP.decode())
    if len(pieces) > _LAST_MARK - _FIRST_MARK or _MARK.search(outline.decode()):
        return []
    marked = "".join(chr(_FIRST_MARK + number) + piece for number, piece in enumerate(pieces))[1:]
    page = b"".join((around, b"<w:body>", _BEGIN, marked.encode(), _END, b"</w:body></w:document>"))
    try:
        root = etree.fromstring(page, xml_parser())
    except etree.XMLSyntaxError:
        return []
    rows = read(root[0][0])
    return [[(width, merge, _template(text)) for width, merge, text in row] for row in rows]


def _template(text: str) -> _Template:
    pieces = [ord(piece) - _FIRST_MARK - 1 if _MARK.fullmatch(piece) else piece for piece in _MARK.split(text) if piece]
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], int) else tuple(pieces)
