"""The numbers that Word and WPS put before paragraphs by themselves: no text of the document holds them.

Who types ``1.`` at the beginning of a line often gets such a number instead of the characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.figures import in_chinese
from govdoc.readers.word_parts import STYLES_PART
from govdoc.roundtrip.scan import W
from govdoc.values import small_number

if TYPE_CHECKING:
    from lxml.etree import _Element

    from govdoc.roundtrip.package import Package

_PART = "word/numbering.xml"
_VAL = f"{W}val"
_LEVELS = 9  # of a list
_DEEPEST = 50  # styles that one is based on; people have three
_LONGEST = 255  # characters of the pattern of a number; each paragraph of the list repeats it
_PLACEHOLDER = re.compile(r"%([1-9])")
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = 26
_HIGHEST_ROMAN = 39

_Level = tuple[str, str, int]  # format, text, and the number that is counted from


class Numbering:
    """The numbers of a document's paragraphs, counted in the order of the document."""

    def __init__(self, package: Package) -> None:
        self._before: dict[_Element, str] = {}
        if _PART not in package.parts:
            return
        root = package.parsed(_PART)
        lists = _lists(root)
        styles = _numbered_styles(package.parsed(STYLES_PART))
        counts: dict[str, list[int]] = {}
        begun: set[tuple[str, int]] = set()
        for paragraph in package.tree.iter(f"{W}p"):
            identity, level = _place(paragraph, styles)
            if identity not in lists:
                continue
            counter, definition, again = lists[identity]
            if level in definition:
                counted = counts.setdefault(counter, [0] * _LEVELS)
                if level in again and (identity, level) not in begun:
                    counted[level] = 0
                begun.add((identity, level))
                self._before[paragraph] = _counted(definition, counted, level)

    def before(self, paragraph: _Element) -> str:
        """Return what stands before a paragraph, or an empty text."""
        return self._before.get(paragraph, "")


def _value(properties: _Element | None, name: str) -> str:
    found = None if properties is None else properties.find(f"{W}{name}")
    return "" if found is None else found.get(_VAL, "")


def _lists(root: _Element) -> dict[str, tuple[str, dict[int, _Level], set[int]]]:
    """Return for each list what it is counted with, its levels, and those that it begins to count anew."""
    abstract = {one.get(f"{W}abstractNumId", ""): _levels(one) for one in root.iterfind(f"{W}abstractNum")}
    lists = {}
    for one in root.iterfind(f"{W}num"):
        counter = _value(one, "abstractNumId")
        levels, again = dict(abstract.get(counter, {})), set()
        for override in one.iterfind(f"{W}lvlOverride"):
            level = small_number(override.get(f"{W}ilvl"), -1)
            levels |= {number: own for number, own in _levels(override).items() if number == level}
            start = _value(override, "startOverride")
            if start and level in levels:
                again.add(level)
                levels[level] = (*levels[level][:2], small_number(start, 1))
        lists[one.get(f"{W}numId", "")] = (counter, levels, again)
    return lists


def _levels(abstract: _Element) -> dict[int, _Level]:
    levels = {}
    for level in abstract.iterfind(f"{W}lvl"):
        number, text = small_number(level.get(f"{W}ilvl"), -1), _value(level, "lvlText")
        if 0 <= number < _LEVELS and len(text) <= _LONGEST:
            levels[number] = (_value(level, "numFmt"), text, small_number(_value(level, "start"), 1))
    return levels


def _numbered_styles(styles: _Element) -> dict[str, tuple[str, int]]:
    """Return the list and the level that paragraphs have from their style, or from one that it is based on."""
    own, above = {}, {}
    for style in styles.iter(f"{W}style"):
        key, properties = style.get(f"{W}styleId", ""), style.find(f"{W}pPr/{W}numPr")
        own[key] = _value(properties, "numId"), _value(properties, "ilvl")
        above[key] = _value(style, "basedOn")
    numbered = {}
    for key in own:
        at, identity, level = key, "", ""
        for _ in range(_DEEPEST):  # they may be based on one another in a circle
            identity, nearest = own.get(at, ("", ""))
            level = level or nearest
            at = above.get(at, "")
            if identity or not at:
                break
        if identity:
            numbered[key] = (identity, small_number(level or "0", -1))
    return numbered


def _place(paragraph: _Element, styles: dict[str, tuple[str, int]]) -> tuple[str, int]:
    """Return the list and the level of a paragraph; what it says itself goes before what its style says."""
    own = paragraph.find(f"{W}pPr/{W}numPr")
    identity, level = styles.get(_value(paragraph.find(f"{W}pPr"), "pStyle"), ("", 0))
    if _value(own, "numId"):
        return _value(own, "numId"), small_number(_value(own, "ilvl") or "0", -1)
    return identity, small_number(_value(own, "ilvl"), level)


def _counted(definition: dict[int, _Level], counts: list[int], level: int) -> str:
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
        form, _, first = definition.get(at, ("decimal", "", 1))
        return _written(counts[at] or first, form)

    return _PLACEHOLDER.sub(number, text)


def _written(count: int, form: str) -> str:
    """Return a number as a list writes it; a form that is not known, or does not go so far, is written in digits."""
    if form in _CHINESE:
        return in_chinese(count)
    if form in _CIRCLED and 0 < count <= len(_CIRCLES):
        return _CIRCLES[count - 1]
    if form in ("lowerLetter", "upperLetter") and 0 < count <= _LETTERS:
        letter = chr(ord("a") + count - 1)
        return letter if form.startswith("lower") else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < count <= _HIGHEST_ROMAN:
        roman, left = "", count
        for worth, letters in _ROMAN:
            roman += letters * (left // worth)
            left %= worth
        return roman if form.startswith("lower") else roman.upper()
    return str(count)
