"""The text of a Word document, character by character, with the bytes it stands in.

Two views of one part are laid over one another: the tree, which says what stands where, and the byte span of each
``w:t``, which says what to replace. Whatever is not replaced stays, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.markup import escaped
from govdoc.readers.word import ASIDE, FORMULA, GONE, SIGNS, is_text, seen
from govdoc.readers.word_tables import WORD
from govdoc.roundtrip.spans import Span, element_spans, spliced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml.etree import _Element

W = f"{{{WORD}}}"
_T, _DELETED = f"{W}t", f"{W}delText"
_START, _END = f"{W}bookmarkStart", f"{W}bookmarkEnd"
_OWN = {_T, _DELETED, FORMULA, *SIGNS, _START, _END}  # of a paragraph
_COME = {f"{W}ins", f"{W}moveTo"}
_CHARACTER = re.compile(rb"&[^;]*;|\r\n|[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*")
# What may stand in a text besides characters, though no program writes it there: CDATA, comments and instructions.
_MORE = re.compile(rb"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_PRESERVE = b' xml:space="preserve"'


class Fate(Enum):
    """What a tracked change does to a stretch of text."""

    STAYS = "stays"
    COMES = "inserted"
    GOES = "deleted"


@dataclass(frozen=True, slots=True)
class Atom:
    """A stretch of a paragraph's text, and the ``w:t`` that holds it.

    None holds a tab, a line break, a symbol, an equation, or deleted text.
    """

    text: str
    holder: int | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark within a paragraph: the atoms from ``start`` up to ``end``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A paragraph. ``element`` is the paragraph's, ``marks`` the bookmarks that begin and end in it."""

    element: _Element
    atoms: tuple[Atom, ...]
    marks: tuple[Mark, ...]

    @cached_property
    def text(self) -> str:
        """Return the paragraph as it is seen once its tracked changes are accepted."""
        return "".join(atom.text for atom in self.atoms if atom.fate is not Fate.GOES)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Return where in the text each atom begins; the last is where the text ends."""
        offsets = [0]
        for atom in self.atoms:
            offsets.append(offsets[-1] + (0 if atom.fate is Fate.GOES else len(atom.text)))
        return tuple(offsets)


@dataclass(frozen=True, slots=True)
class Target:
    """Characters of a ``w:t``: its number, and where in its text they begin and end."""

    holder: int
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """The text of a document's main part. ``holders`` are its ``w:t`` in order, ``lines`` its paragraphs."""

    data: bytes
    holders: tuple[_Element, ...]
    lines: tuple[Line, ...]
    _numbers: Mapping[_Element, int] = field(repr=False)

    def number_of(self, paragraph: _Element) -> int:
        """Return the number of a paragraph's line."""
        return self._numbers[paragraph]

    def line_of(self, paragraph: _Element) -> Line:
        """Return the line of a paragraph."""
        return self.lines[self._numbers[paragraph]]

    def targets(self, line: Line, start: int, end: int) -> tuple[Target, ...] | None:
        """Return the characters of a line's text from ``start`` up to ``end``; None where a tab is among them."""
        found = []
        for atom, offset in zip(line.atoms, line.offsets, strict=False):
            first, last = max(start, offset), min(end, offset + len(atom.text))
            if atom.fate is Fate.GOES or first >= last:
                continue
            if atom.holder is None:
                return None
            found.append(Target(atom.holder, first - offset, last - offset))
        return tuple(found)

    def spliced(self, edits: Mapping[int, Sequence[tuple[int, int, str]]]) -> bytes:
        """Return the part with characters of some ``w:t`` replaced: for each its (start, end, new text)."""
        spans = element_spans(self.data, [_T])[_T]
        return spliced(
            self.data,
            (
                (spans[holder].start, spans[holder].end, _edited(self.data, spans[holder], sorted(changes)))
                for holder, changes in edits.items()
            ),
        )


def _edited(data: bytes, span: Span, changes: Iterable[tuple[int, int, str]]) -> bytes:
    """Return a ``w:t`` with some of its characters replaced; the bytes of the others stay as they are written."""
    tag, inner, close = (
        data[span.start : span.inner],
        data[span.inner : span.inner_end],
        data[span.inner_end : span.end],
    )
    if not close:  # <w:t/>
        name = re.match(rb"<([^\s/>]+)", tag)
        tag, close = tag.rstrip(b"/> \t\r\n") + b">", b"</" + (name[1] if name else b"w:t") + b">"
    inner = _MORE.sub(lambda found: escaped((found[1] or b"").decode()).encode(), inner)
    units = [match[0] for match in _CHARACTER.finditer(inner)]
    pieces = []
    at = 0
    for start, end, text in changes:
        pieces += [*units[at:start], escaped(text).encode()]
        at = end
    result = b"".join([*pieces, *units[at:]])
    if result.strip(b" \t\r\n") != result and b"xml:space" not in tag:
        tag = tag[:-1] + _PRESERVE + tag[-1:]
    return tag + result + close


def scan(data: bytes, tree: _Element, file: str) -> Text:
    """Return the text of a document's main part; ``tree`` is the part parsed.

    Raises :class:`InputError` where the part is not written in UTF-8, which bytes are counted in.
    """
    encoding = (tree.getroottree().docinfo.encoding or "UTF-8").upper()
    if encoding not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        raise InputError(f"{file} 的正文不是 UTF-8 编码，改不了。", "请用 Word 或 WPS 打开，另存一份再试。")
    holders = tuple(tree.iter(_T))
    places = {element: number for number, element in enumerate(holders)}
    paragraphs = list(tree.iter(f"{W}p"))
    lines = tuple(_line(paragraph, places) for paragraph in paragraphs)
    return Text(data, holders, lines, {element: number for number, element in enumerate(paragraphs)})


def _line(paragraph: _Element, places: Mapping[_Element, int]) -> Line:
    atoms: list[Atom] = []
    opened: dict[str, tuple[str, int]] = {}
    marks = []
    for element, fate in _own_elements(paragraph):
        tag = str(element.tag)
        if tag == _START:
            opened[element.get(f"{W}id", "")] = (element.get(f"{W}name", ""), len(atoms))
        elif tag == _END:
            name, start = opened.pop(element.get(f"{W}id", ""), ("", 0))
            if name:
                marks.append(Mark(name, start, len(atoms)))
        elif tag == FORMULA or is_text(element):
            atoms.append(_atom(element, tag, fate, places))
    return Line(paragraph, tuple(atoms), tuple(marks))


def _own_elements(paragraph: _Element) -> Iterator[tuple[_Element, Fate]]:
    """Yield the texts and bookmarks of a paragraph in order, with what becomes of them.

    Text boxes are not gone into: their paragraphs are lines of their own.
    """
    left = [(one, Fate.STAYS) for one in reversed(paragraph)]
    while left:  # no search upwards for each: it may lie deep, beside many others
        element, fate = left.pop()
        tag = element.tag
        if tag in _OWN:
            yield element, fate
        elif tag not in ASIDE and len(element):
            if tag in GONE:
                fate = Fate.GOES
            elif tag in _COME and fate is Fate.STAYS:
                fate = Fate.COMES
            left += [(one, fate) for one in reversed(element)]


def _atom(element: _Element, tag: str, fate: Fate, places: Mapping[_Element, int]) -> Atom:
    if fate is Fate.GOES or tag == _DELETED:
        return Atom(element.text or "", None, Fate.GOES)
    if tag != _T:
        return Atom(seen(element), None, fate)
    return Atom(element.text or "", places[element], fate)
