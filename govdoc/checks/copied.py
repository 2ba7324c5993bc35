"""How much of a narrative section stands nearly word for word in last year's. Knows no rule, only texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govdoc.report import Report

PIECE = 4  # characters; a sentence is compared by all its runs of so many
ALIKE = 0.8  # the share of a sentence's runs that last year's section must have
SHORTEST_SENTENCE = 8  # characters; what is shorter is alike by chance

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_NUMBER = re.compile(r"[0-9０-９][0-9０-９.,，％%]*")
_NOISE = re.compile(r"[ \t\r\f\v\u3000“”‘’\"'（）()《》、，,：:.]+")


@dataclass(frozen=True, slots=True)
class Copied:
    """The share of a section's characters that were copied, and the sentences."""

    share: float
    sentences: tuple[str, ...]
    length: int


def section_text(report: Report, section_key: str) -> str:
    """Return a narrative section as it is printed, as one text, without headings and without the introduction."""
    section = next(section for section in report.layout.sections if section.key == section_key)
    texts = [
        entry.text
        for entry in report.narratives.get(section_key, ())
        if section.introduction is None or entry.heading != section.introduction
    ]
    if any("{{" in text for text in texts):
        return "\n".join(paragraph.text for paragraph in report.paragraphs(section_key) if paragraph.level == 0)
    return "\n".join(texts)


def copied(this: str, last: str, required: tuple[str, ...] = ()) -> Copied:
    """Return what of this year's text stands in last year's; other figures and punctuation make no difference.

    A sentence with one of the ``required`` words states what it must every year, and is passed over.
    """
    then = set(_plain(last))
    known: set[str] | None = None
    total = 0
    taken = 0
    sentences = []
    for sentence, plain in zip(*_both(this), strict=True):
        if len(plain) < SHORTEST_SENTENCE or any(word in sentence for word in required):
            continue
        total += len(plain)
        same = plain in then
        if not same:  # nearly the same, perhaps: compared piece by piece, which takes longer
            known = set(_pieces("\n".join(then))) if known is None else known
            pieces = _pieces(plain)
            same = sum(map(known.__contains__, pieces)) >= ALIKE * len(pieces)
        if same:
            taken += len(plain)
            sentences.append(sentence.strip())
    return Copied(taken / total if total else 0.0, tuple(sentences), total)


def _both(text: str) -> tuple[list[str], list[str]]:
    """Return a text's sentences as they are and as they are compared."""
    sentences, plain = _SENTENCE.findall(text), _plain(text)
    if len(plain) != len(sentences):  # a sentence of nothing but quotation marks and the like
        plain = ["".join(_plain(sentence)) for sentence in sentences]
    return sentences, plain


def _plain(text: str) -> list[str]:
    """Return a text's sentences without punctuation, every figure as one mark: a new figure makes no new sentence."""
    return _SENTENCE.findall(_NOISE.sub("", _NUMBER.sub("0", text)))


def _pieces(plain: str) -> list[str]:
    return [plain[at : at + PIECE] for at in range(len(plain) - PIECE + 1)]


def percent(share: float) -> str:
    """Return a share as people say it: ``72%``, never 100 % for less than all."""
    return f"{int(share * 100)}%"


def listed(sentences: Iterable[str]) -> str:
    """Return sentences each in quotation marks."""
    return "".join(f"“{sentence}”" for sentence in sentences)
