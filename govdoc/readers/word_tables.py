"""Tables and paragraphs of a document that are others over again, but for their texts: read at sight, without a parser.

The reports of a batch come from one template, and so do their tables and the looks of their paragraphs; each report is
read back when it was written. What a table or a paragraph is like is learnt when it is met for the second time in a
process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govdoc.readers.grid import outline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml import etree
    from lxml.etree import _Element

    from govdoc.readers.grid import Grid, Outline, Span
    from govdoc.values import Content

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# What stands in the place of a table or a paragraph, with its number.
KNOWN, NUMBER = f"{{{WORD}}}known", f"{{{WORD}}}val"
_NAME = b"known"
_PLACE = b'<w:known w:val="%d"/>'

_TABLE, _TABLE_END = b"<w:tbl>", b"</w:tbl>"
_PARAGRAPH, _PARAGRAPH_END = b"<w:p>", b"</w:p>"
# A plain text: no reference, nothing that ends CDATA, no control, no carriage return, which XML reads as a line end.
_TEXT = re.compile(rb'(<w:t(?: xml:space="preserve")?>)([^<&\]\x00-\x08\x0b-\x1f]*+)(?=</w:t>)')
_TEXTS = re.compile(rb"[^<&\]\x00-\x08\x0b-\x1f]*+")
_TEXT_END = b"</w:t>"
# Where a bookmark begins or ends, and what it is called, is no part of what is read.
_BOOKMARK = re.compile(rb'<w:bookmark(?:Start|End) w:id="[0-9]+"(?: w:name="[A-Za-z0-9_]+")?/>')
_ANY_BOOKMARK = b"<w:bookmarkEnd/>"
_NO_CHARACTERS = ("\ufffe", "\uffff")
_GAP = b"\x00"  # no XML has it
_FIRST_MARK, _LAST_MARK = 0xE000, 0xF8FF  # characters for private use, one for each text
_MARK = re.compile(f"([{chr(_FIRST_MARK)}-{chr(_LAST_MARK)}])")
# Tables and paragraphs, and bytes of one, and of all together.
_KEPT, _LARGEST, _LARGEST_ALL = 512, 256 * 1024, 8 * 1024 * 1024
_MET = 4096
_KEPT_PLACES = 32
_END = "\x00"  # of a figure among others
_FIGURES = re.compile(r"(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?\x00)*")  # what is a number in every cell

_Template = tuple[int | str, ...]  # a text: numbers of texts, and what stands between them


class Filled(NamedTuple):
    """A table that is known, with its texts; its outline where that is known too."""

    rows: list[list[Content]]
    spans: tuple[Span, ...]
    outline: Outline | None


class Line(NamedTuple):
    """A paragraph: the id of its style, whether its end is deleted, and its text."""

    style: str
    runs_on: bool
    text: str


@dataclass
class _Sight:
    """The outline of a table as it was first filled; the numbers of the texts that are figures, and the others."""

    outline: Outline
    figures: list[int]
    others: list[int]
    texts: list[str]


@dataclass
class _KnownTable:
    """A table's cells row after row, and those that texts stand in; ``ends`` is where each row ends.

    ``single`` are cells that are one text, by its number; ``several`` those put together from more.
    """

    cells: list[Content]
    ends: list[int]
    spans: tuple[Span, ...]
    single: list[tuple[int, int]]
    several: list[tuple[int, _Template]]
    sight: _Sight | None = field(default=None, init=False)

    @classmethod
    def of(cls, grid: Grid) -> _KnownTable:
        """Return the table that was read with a mark in the place of each text."""
        cells: list[Content] = []
        ends: list[int] = []
        for row in grid.rows:
            cells += row
            ends.append(len(cells))
        templates = [(at, _template(cell)) for at, cell in enumerate(cells) if isinstance(cell, str)]
        single = [(at, one[0]) for at, one in templates if len(one) == 1 and isinstance(one[0], int)]
        known = {at for at, _ in single}
        return cls(cells, ends, grid.spans, single, [one for one in templates if one[0] not in known])

    def filled(self, texts: Sequence[str]) -> Filled:
        """Return the table with other texts."""
        cells = self.cells.copy()
        for at, number in self.single:
            cells[at] = texts[number] or None
        for at, template in self.several:
            cells[at] = _put_together(template, texts) or None
        start = 0
        rows = []
        for end in self.ends:
            rows.append(cells[start:end])
            start = end
        return Filled(rows, self.spans, self._outline(rows, texts))

    def _outline(self, rows: Sequence[Sequence[Content]], texts: Sequence[str]) -> Outline | None:
        """Return the outline, if the table shows what it showed when it was first filled, but for its figures."""
        sight = self.sight
        if sight is None:
            outline = outline_of(rows)
            flat = [cell for row in outline for cell in row]
            figures = [
                number for at, number in self.single if flat[at] is True and _FIGURES.fullmatch(texts[number] + _END)
            ]
            others = sorted(set(range(len(texts))) - set(figures))
            self.sight = _Sight(outline, figures, others, [texts[number] for number in others])
            return outline
        if [texts[number] for number in sight.others] != sight.texts:
            return None
        figures_now = "".join([texts[number] + _END for number in sight.figures])
        return sight.outline if _FIGURES.fullmatch(figures_now) else None


class _KnownLine(NamedTuple):
    """A paragraph with the numbers of its texts in their places."""

    style: str
    runs_on: bool
    template: _Template

    def filled(self, texts: Sequence[str]) -> Line:
        """Return the paragraph with other texts."""
        return Line(self.style, self.runs_on, _put_together(self.template, texts))


_Known = _KnownTable | _KnownLine
Block = Filled | Line


class TakenOut(NamedTuple):
    """A document's XML with known tables and paragraphs taken out, and these by the numbers in their places.

    ``new`` are the tables and paragraphs that are not known, as they are kept: what is around them, and themselves
    without texts.
    """

    rest: bytes
    blocks: tuple[Block, ...]
    new: tuple[tuple[bytes, bytes], ...]


known_blocks: dict[tuple[bytes, bytes], _Known] = {}
last_tables: dict[tuple[bytes, int], _Last] = {}
met: set[int] = set()


class _Last:
    """The table that stood in some place in the last document, and what stands in its XML before each text."""

    def __init__(self, known: _KnownTable, outline: bytes) -> None:
        self.known = known
        *before, self.last = outline.removeprefix(_TABLE).removesuffix(_TABLE_END).split(_GAP + _TEXT_END)
        self.before = before
        self.length = sum(map(len, before))

    def texts_in(self, inside: bytes) -> list[bytes] | None:
        """Return the texts of a table's XML, if it is like this one and all of them are plain."""
        *pieces, last = inside.split(_TEXT_END)
        if last != self.last or len(pieces) != len(self.before):
            return None
        texts = list(map(bytes.removeprefix, pieces, self.before))
        whole = sum(map(len, pieces)) == sum(map(len, texts)) + self.length  # else one has something else before it
        return texts if whole and _TEXTS.fullmatch(b"".join(texts)) else None


def take_out(body: bytes) -> TakenOut:
    """Take what is known out of a document's XML; what has peculiarities is left as it is."""
    start, *pieces = body.split(_TABLE)
    nested = _TABLE_END in start or any(piece.count(_TABLE_END) != 1 for piece in pieces)
    if nested or _NAME in body or _GAP in body:  # the latter would be taken for marks of ours
        return TakenOut(body, (), ())
    taker = _Taker(start[: start.find(b"<w:body>")])
    taker.paragraphs(start)
    for number, piece in enumerate(pieces):
        table, _, behind = piece.partition(_TABLE_END)
        taker.table(number, table)
        taker.paragraphs(behind)
    left = b"".join(taker.rest)
    if any(sign in left for sign in (b"<!", b"<w:tbl/", b"<w:tbl ")) or left.count(b"<?") > 1:
        return TakenOut(body, (), ())  # what looks like a table may be none
    return TakenOut(left, tuple(taker.blocks), tuple(taker.new))


class _Taker:
    """Goes through a document's XML; ``rest`` is what is left of it."""

    def __init__(self, around: bytes) -> None:
        self.around = around
        self.rest: list[bytes] = []
        self.blocks: list[Block] = []
        self.new: list[tuple[bytes, bytes]] = []

    def paragraphs(self, piece: bytes) -> None:
        """Take the paragraphs out of what stands between tables."""
        plain = _BOOKMARK.sub(_ANY_BOOKMARK, piece)
        before, *paragraphs = plain.split(_PARAGRAPH)
        self.rest.append(before)
        for paragraph in paragraphs:
            inside, end, behind = paragraph.partition(_PARAGRAPH_END)
            if not end or _PARAGRAPH_END in behind:  # a paragraph in a paragraph
                self.rest += (_PARAGRAPH, paragraph)
                continue
            self.take(_PARAGRAPH, inside, end)
            self.rest.append(behind)

    def table(self, number: int, inside: bytes) -> None:
        """Take a table out; most likely it is like the one that stood in this place in the last document."""
        last = last_tables.get((self.around, number))
        raw = None if last is None else last.texts_in(inside)
        texts = None if raw is None else _decoded(raw)
        if last is not None and texts is not None:
            self._put(last.known, texts)
            return
        outline = self.take(_TABLE, inside, _TABLE_END)
        known = known_blocks.get((self.around, outline))
        if isinstance(known, _KnownTable):
            if len(last_tables) >= _KEPT_PLACES:
                last_tables.clear()
            last_tables[self.around, number] = _Last(known, outline)

    def take(self, begin: bytes, inside: bytes, end: bytes) -> bytes:
        """Take a table or a paragraph out, if it is known; return what it is like."""
        between = _TEXT.split(inside)
        raw = between[2::3]
        between[2::3] = [_GAP] * len(raw)
        outline = begin + b"".join(between) + end
        known = known_blocks.get((self.around, outline))
        texts = _decoded(raw) if known is not None else None
        if known is None or texts is None:
            self.new.append((self.around, outline))
            self.rest += (begin, inside, end)
        else:
            self._put(known, texts)
        return outline

    def _put(self, known: _Known, texts: Sequence[str]) -> None:
        self.rest.append(_PLACE % len(self.blocks))
        self.blocks.append(known.filled(texts))


def xml_parser() -> etree.XMLParser:
    """Return a parser for a document's parts; a comment in a text would hide what stands behind it."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def _decoded(texts: Sequence[bytes]) -> list[str] | None:
    """Return texts, or None where one is not what XML has."""
    try:
        together = _GAP.join(texts).decode()
    except UnicodeDecodeError:
        return None
    if any(none in together for none in _NO_CHARACTERS):
        return None
    return together.split(_GAP.decode()) if texts else []


def _put_together(template: _Template, texts: Sequence[str]) -> str:
    return "".join([texts[piece] if isinstance(piece, int) else piece for piece in template])


def learn(taken: TakenOut, table: Callable[[_Element], Grid | None], line: Callable[[_Element], Line]) -> None:
    """Learn what the tables and paragraphs are like that were not known, if they were met before.

    ``table`` and ``line`` read one; the document they come from must have been parsed without fault. A table for which
    nothing is returned is not learnt.
    """
    for key in taken.new:
        if hash(key) not in met:
            if len(met) >= _MET:
                met.clear()
            met.add(hash(key))
        elif key not in known_blocks and len(key[1]) <= _LARGEST:
            known = _known(*key, table, line)
            held = sum(len(outline) for _, outline in known_blocks)
            if len(known_blocks) >= _KEPT or held + len(key[1]) > _LARGEST_ALL:
                known_blocks.clear()
            if known is not None:
                known_blocks[key] = known


def _known(
    around: bytes, outline: bytes, table: Callable[[_Element], Grid | None], line: Callable[[_Element], Line]
) -> _Known | None:
    """Return a table or a paragraph with the numbers of its texts in their places."""
    from lxml import etree

    pieces = outline.decode().split(_GAP.decode())
    if len(pieces) > _LAST_MARK - _FIRST_MARK or _MARK.search(outline.decode()):
        return None
    marked = "".join(chr(_FIRST_MARK + number) + piece for number, piece in enumerate(pieces))[1:]
    page = b"".join((around, b"<w:body>", marked.encode(), b"</w:body></w:document>"))
    try:
        root = etree.fromstring(page, xml_parser())
    except etree.XMLSyntaxError:
        return None
    block = root[0][0]
    if outline.startswith(_PARAGRAPH):
        read = line(block)
        return _KnownLine(read.style, read.runs_on, _template(read.text))
    grid = table(block)
    return None if grid is None else _KnownTable.of(grid)


def _template(text: str) -> _Template:
    return tuple(
        [ord(piece) - _FIRST_MARK - 1 if _MARK.fullmatch(piece) else piece for piece in _MARK.split(text) if piece]
    )
