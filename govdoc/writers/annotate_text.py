"""What annotations say, as text: findings in words, and texts as a workbook's XML can hold them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from govdoc.markup import attribute, escaped
from govdoc.values import clean_text
from govdoc.writers.columns import display_width
from govdoc.writers.findings import said as on_one_line
from govdoc.writers.workbook_text import plain

if TYPE_CHECKING:
    from govdoc.finding import Finding

AUTHOR = "年报核对"

_LONGEST_TEXT = 1_000  # characters; a cell holds 32,767, but nobody reads them
_LONGEST_SENTENCE = 120  # characters


def said(finding: Finding, text: str) -> str:
    """Return a message on one line, of bearable length."""
    return shortened(on_one_line(finding, text))


def shortened(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return a text of bearable length."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def quoted_sentence(finding: Finding, text: str) -> str:
    """Return the sentence that a finding speaks of, where a text does not say it; long ones by their beginning."""
    quote = " ".join(finding.quote.split())
    return "" if quote in " ".join(text.split()) else shortened(quote, _LONGEST_SENTENCE)


def xml_text(text: str) -> str:
    """Return a text for an element's content."""
    return escaped(plain(text))


def xml_attribute(text: str) -> str:
    """Return a text for an attribute in double quotes."""
    return attribute(clean_text(text)[0])


def lines_in(text: str, room: float) -> int:
    """Return on how many lines a text stands where a line takes so many Latin letters; a Chinese one takes two."""
    return sum(max(1, math.ceil(display_width(line) / max(room, 1))) for line in text.split("\n"))
