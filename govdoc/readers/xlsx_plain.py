"""The cells of a sheet's XML as nearly all programs write them, taken in by a few regular expressions.

What is not written so to the letter is left to the parser, which is slower and knows all that XML allows: the cells of
a sheet are either read here in whole, or not at all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govdoc.files import LIMITS
from govdoc.finding import column_number
from govdoc.readers.facts import SheetFacts

if TYPE_CHECKING:
    from collections.abc import Collection

# A text without markup, ends of CDATA, and characters that XML does not have; by number they may be what is below the
# surrogates and, for full-width signs, from 58000 to 65499.
_NUMBERED = (
    rb"#(?:9|10|13|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|5[0-4][0-9]{3}|5[89][0-9]{3}|6[0-4][0-9]{3}"
    rb"|65[0-4][0-9]{2})"
)
_STRETCH = rb"[^<&\]\x00-\x08\x0b\x0c\x0e-\x1f]*+"
_TEXT = rb"%b(?:&(?:amp|lt|gt|quot|apos|%b);%b)*+" % (_STRETCH, _NUMBERED, _STRETCH)
_ATTRIBUTES = rb'(?: [A-Za-z][A-Za-z0-9:]*="[^"<>&\x00-\x1f]*")*+'
_CELL = (
    rb'<c r="[A-Z]{1,3}\1"(?: s="[0-9]++")?+(?: t="[A-Za-z]++")?+'
    rb"(?:/>|>(?:<f%b(?:/>|>%b</f>))?+(?:<v>%b</v>|<v/>|<is><t>%b</t></is>)?+</c>)" % (_ATTRIBUTES, _TEXT, _TEXT, _TEXT)
)
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"(%b)(?:/>|>(?:%b)*+</row>)' % (_ATTRIBUTES, _CELL))
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
# A cell that holds something: its place, style and kind, its formula with the tag before it, its value, its text.
_FILLED = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?>(?=<[fvi])'
    rb"(<f[^<]*+(?:</f>)?+)?+(?:<v>([^<]*+))?+(?:<is><t>([^<]*+))?+"
)
_NAME = re.compile(b" ([A-Za-z0-9:]+)=")
_REFERENCE = re.compile("&(?:#([0-9]+)|([a-z]+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
LAST = b"\xef\xbf"  # begins the last 64 characters of Unicode's first plane, of which two are none
_NUMBERS = (b"", b"n")  # what a cell with a number says of its kind
LONGEST_NUMBER = 7  # digits of the number of a shared text
_BEGIN, _END = b"<sheetData>", b"</sheetData>"


class PlainSheet(NamedTuple):
    """What the cells say, and the XML of the sheet without them."""

    facts: SheetFacts
    rest: bytes


def read_plain(data: bytes, percents: Collection[str], texts: int, room: int) -> PlainSheet | None:
    """Return the facts of a sheet's cells, or None where they are not written plainly, or something is wrong.

    ``percents`` are the styles that show percentages, ``texts`` is the number of shared texts, ``room`` how many
    cells a sheet may still have. Raises nothing.
    """
    start, end = data.find(_BEGIN) + len(_BEGIN), data.rfind(_END)
    if start < len(_BEGIN) or end < start or data.count(b"<sheetData") > 1 or LAST in data:
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    facts = SheetFacts(cells=data.count(b"<c ", start, end))
    styles = {style.encode() for style in percents}
    if facts.cells > room or not _rows(data, start, end, facts) or not _cells(data, start, end, facts, styles, texts):
        return None
    return PlainSheet(facts, data[:start] + data[end:])


def _rows(data: bytes, start: int, end: int, facts: SheetFacts) -> bool:
    """Note hidden rows; return whether there is nothing but rows of plain cells, in order."""
    before = 0
    while start < end:
        row = _ROW.match(data, start, end)
        if row is None or int(row[1]) <= before or not _differ(row[2]) or b" r=" in row[2]:
            return False
        before, start = int(row[1]), row.end()
        if _HIDDEN.search(row[2]) and before <= LIMITS.rows:
            facts.hidden_rows.add(before - 1)
    return True


@lru_cache(maxsize=1024)  # rows and formulas bear the same few attributes
def _differ(attributes: bytes) -> bool:
    """Return whether no attribute stands twice."""
    names = _NAME.findall(attributes)
    return len(set(names)) == len(names)


def _unescaped(text: str) -> str:
    """Return a text with the characters that its references stand for."""
    return _REFERENCE.sub(lambda found: chr(int(found[1])) if found[1] else _NAMED[found[2]], text)


def _cells(data: bytes, start: int, end: int, facts: SheetFacts, percents: Collection[bytes], texts: int) -> bool:
    """Note what the cells hold; return whether nothing is wrong with it."""
    for letters, number, style, kind, formula, text, inline in _FILLED.findall(data, start, end):
        row, column = int(number) - 1, column_number(letters)
        if kind == b"s":
            facts.shared_cells += 1
            if not text.isdigit() or len(text) > LONGEST_NUMBER or int(text) >= texts:
                return False
        elif kind == b"e" or len(formula) + len(text) + len(inline) > LIMITS.cell_text:
            return False
        elif style in percents and kind in _NUMBERS:
            facts.percents.add((row, column))
        if formula and not _differ(formula.partition(b">")[0]):
            return False
        if formula and not text:
            if b"\r" in formula:  # XML has another idea of line ends
                return False
            facts.formulas[row, column] = f"={_unescaped(formula.partition(b'>')[2].removesuffix(b'</f>').decode())}"
        facts.reach(row, column)
    return facts.rows <= LIMITS.rows and facts.columns <= LIMITS.columns


# ---------------------------------------------------------------- shared texts

_STRINGS = re.compile(
    rb'(?:<\?xml version="1\.0" encoding="UTF-8"(?: standalone="(?:yes|no)")?\?>\r?\n?)?'
    rb'<sst xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"((?: (?:c|uniqueC)ount="[0-9]{1,9}")*)>'
)
_STRINGS_END = b"</sst>"
_SHARED = re.compile(rb'<t(?: xml:space="preserve")?>(%b)</t></si>' % _TEXT)
_SHORT, _KEPT = 200, 2048  # bytes of a shared text that is kept, and how many are: labels, which every workbook has


class Strings(NamedTuple):
    """How many shared texts there are, the length of the longest, and the texts, where they are written plainly.

    ``plain`` says whether every value reader takes all the texts as they are.
    """

    number: int
    longest: int
    texts: tuple[str, ...] | None = None
    plain: bool = False


def is_plain(text: str) -> bool:
    """Return whether every value reader takes a text as it is: some trim it, and read ``_x000D_`` as a line's end."""
    return bool(text) and not text[0].isspace() and not text[-1].isspace() and "_x" not in text and "\r" not in text


def plain_strings(data: bytes) -> Strings | None:
    """Return what there is of shared texts, or None where the parser has to look."""
    head, *entries = data.removesuffix(_STRINGS_END).split(b"<si>")
    found = _STRINGS.fullmatch(head)
    if found is None or not data.endswith(_STRINGS_END) or not _differ(found[1]):
        return None
    declared = max(map(int, re.findall(rb"[0-9]+", found[1])), default=0)
    if max(len(entries), declared) > LIMITS.cells:
        return None
    texts: list[str] = []
    plain = True
    for entry in entries:
        read = (_entry_short if len(entry) <= _SHORT else _entry)(entry)
        if read is None:
            return None
        texts.append(read[0])
        plain = plain and read[1]
    longest = max(map(len, texts), default=0)
    return Strings(len(texts), longest, tuple(texts), plain) if longest <= 8 * LIMITS.cell_text else None


def _entry(entry: bytes) -> tuple[str, bool] | None:
    """Return a shared text and whether it is taken as it is, from what follows its first tag; None leaves it."""
    found = _SHARED.fullmatch(entry)
    if found is None or LAST in entry or b"\r" in entry:
        return None
    try:
        text = found[1].decode()
    except UnicodeDecodeError:
        return None
    text = _unescaped(text) if "&" in text else text
    return text, is_plain(text)


_entry_short = lru_cache(maxsize=_KEPT)(_entry)
