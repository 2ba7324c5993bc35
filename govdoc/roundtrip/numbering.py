"""The numbers that Word and WPS put before paragraphs by themselves: no text of the document holds them.

Who types ``1.`` at the beginning of a line often gets such a number instead of the characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.figures import in_chinese
from govdoc.roundtrip.scan import W
from govdoc.values import small_number

if TYPE_CHECKING:
    from lxml.etree import _Element

    from govdoc.roundtrip.package import Package

_PART = "word/numbering.xml"
_VAL = f"{W}val"
_LEVELS = 9  # of a list
_LONGEST = 255  # characters of the pattern of a number; each paragraph of the list repeats it
_PLACEHOLDER = re.compile(r"%([1-9])")
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}


class Numbering:
    """The numbers of a document's paragraphs, counted in the order of the document."""

    def __init__(self, package: Package) -> None:
        self._before: dict[_Element, str] = {}
        if _PART not in package.parts:
            return
        root = package.parsed(_PART)
        abstract = {one.get(f"{W}abstractNumId"): _levels(one) for one in root.iterfind(f"{W}abstractNum")}
        lists = {}
        for one in root.iterfind(f"{W}num"):
            link = one.find(f"{W}abstractNumId")
            lists[one.get(f"{W}numId", "")] = "" if link is None else link.get(_VAL, "")
        counts: dict[str, list[int]] = {}
        for paragraph in package.tree.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr/{W}numPr")
            identity, level = _value(properties, "numId"), _value(properties, "ilvl") or "0"
            definition = abstract.get(lists.get(identity, ""), {})
            number = small_number(level, -1)
            if number in definition:
                counted = counts.setdefault(lists[identity], [0] * _LEVELS)
                self._before[paragraph] = _counted(definition, counted, number)

    def before(self, paragraph: _Element) -> str:
        """Return what stands before a paragraph, or an empty text."""
        return self._before.get(paragraph, "")


def _value(properties: _Element | None, name: str) -> str:
    found = None if properties is None else properties.find(f"{W}{name}")
    return "" if found is None else found.get(_VAL, "")


def _levels(abstract: _Element) -> dict[int, tuple[str, str, int]]:
    """Return format, text and start of each level."""
    levels = {}
    for level in abstract.iterfind(f"{W}lvl"):
        number, text = small_number(level.get(f"{W}ilvl"), -1), _value(level, "lvlText")
        if 0 <= number < _LEVELS and len(text) <= _LONGEST:
            levels[number] = (_value(level, "numFmt"), text, small_number(_value(level, "start"), 1))
    return levels


def _counted(definition: dict[int, tuple[str, str, int]], counts: list[int], level: int) -> str:
    """Count a paragraph, and return what stands before it."""
    style, text, start = definition[level]
    counts[level] = counts[level] + 1 if counts[level] else start
    counts[level + 1 :] = [0] * (len(counts) - level - 1)
    if style == "bullet":
        return "- "
    if style == "none" or not text:
        return ""

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        shown = definition.get(at, ("decimal", "", 1))[0]
        count = counts[at] or 1
        return in_chinese(count) if shown in _CHINESE else str(count)

    return _PLACEHOLDER.sub(number, text)
