"""What annotations say, as text: findings in words, and texts as a workbook's XML can hold them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from govdoc.markup import attribute, escaped
from govdoc.values import clean_text
from govdoc.writers.columns import display_width

if TYPE_CHECKING:
    from govdoc.finding import Finding

AUTHOR = "年报核对"
SETTLED = "已说明"

_LONGEST_QUOTE = 60  # characters of a cell that a message quotes
_LONGEST_TEXT = 1_000  # characters; a cell holds 32,767, but nobody reads them
_LONGEST_SENTENCE = 120  # characters
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def said(finding: Finding, text: str) -> str:
    """Return a message on one line; a cell's content that is very long is quoted by its beginning."""
    for quoted in (finding.found, finding.expected):
        if quoted is not None and len(quoted) > _LONGEST_QUOTE:
            text = text.replace(quoted, f"{quoted[:_LONGEST_QUOTE]}…")
    return shortened(" ".join(text.split("\n")))


def shortened(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return a text of bearable length."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def quoted_sentence(finding: Finding, text: str) -> str:
    """Return the sentence that a finding speaks of, where a text does not say it; long ones by their beginning."""
    quote = " ".join(finding.quote.split())
    return "" if quote in " ".join(text.split()) else shortened(quote, _LONGEST_SENTENCE)


def severity_label(finding: Finding) -> str:
    """Return how much a finding weighs, in a word."""
    return SETTLED if finding.explanation else finding.severity.label


def plain(text: str) -> str:
    """Return a text whose characters XML can hold, and which a spreadsheet program does not read as escapes.

    ECMA-376 part 1, 22.9.2.19 (ST_Xstring): ``_x0041_`` in a text would become the letter A.
    """
    return _ESCAPED.sub("_x005F_", clean_text(text)[0])


def xml_text(text: str) -> str:
    """Return a text for an element's content."""
    return escaped(plain(text))


def xml_attribute(text: str) -> str:
    """Return a text for an attribute in double quotes."""
    return attribute(clean_text(text)[0])


def lines_in(text: str, room: float) -> int:
    """Return on how many lines a text stands where a line takes so many Latin letters; a Chinese one takes two."""
    return sum(max(1, math.ceil(display_width(line) / max(room, 1))) for line in text.split("\n"))
