"""Number formats of spreadsheets: what a cell shows around the number that it stores, or instead of it.

Knows formats alone (ECMA-376 part 1, 18.8.31), no file and no statute.
"""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govdoc.values import Formatted, exact, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT = 1024
_LONGEST = 255  # characters that a program lets people type
# A text in quotes, a sign behind a backslash, room as wide as a sign or filled with it, what stands in brackets, and
# any other sign.
_PIECE = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[([^\]]*)\]|(General|G/通用格式)|(.)', re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
_COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_DIGITS, _NUMERIC = "0#?", "0#?.,+-%/"
_SAYS = re.compile(r"[^\W\d_]|[%‰]")  # a letter, or a sign that makes another number


class _Part(NamedTuple):
    """One of the parts of a format: what it puts around a number, or that it shows another one, or a percentage.

    ``condition`` says which numbers it is for; empty for those that its place among the parts says.
    """

    condition: str = ""
    before: str = ""
    after: str = ""
    percent: bool = False
    other: bool = False

    @property
    def tells(self) -> bool:
        """Return whether more is shown than the number, or another one."""
        return not self.percent and (self.other or _SAYS.search(self.before + self.after) is not None)


def shows_percent(code: str) -> bool:
    """Return whether a format multiplies by a hundred; a percent sign that is only put there does not."""
    return "%" in code and _parts(code[:_LONGEST])[0].percent


def says_more(code: str) -> bool:
    """Return whether a format shows more than some numbers, or others instead."""
    return any(part.tells for part in _parts(code[:_LONGEST]))


def as_formatted(number: float, code: str) -> Formatted | None:
    """Return a number with what its format puts around it, or nothing where the format shows no more than it.

    A format that shows another number than the stored one, in thousands or with a point put between the digits, gives
    no text at all; nought remains nought.
    """
    part = _part_for(number, _parts(code[:_LONGEST]))
    if not part.tells or (part.other and not number):
        return None
    text = "" if part.other else f"{part.before}{show_number(exact(number))}{part.after}"
    return Formatted(number, text, code)


def _part_for(number: float, parts: tuple[_Part, ...]) -> _Part:
    """Return the part of a format that a number is shown by: with its condition, else by its sign."""
    first, second, third = (*parts, *parts[:1], *parts[:1], *parts[:1])[:3]
    if first.condition:
        rest = (part for part in parts[1:] if not part.condition or _holds(part.condition, number))
        return first if _holds(first.condition, number) else next(rest, _Part())
    return first if number > 0 else second if number < 0 else third


def _holds(condition: str, number: float) -> bool:
    match = _CONDITION.fullmatch(condition)
    return match is not None and bool(_COMPARED[match[1]](number, float(match[2])))


@lru_cache(maxsize=_KEPT)
def _parts(code: str) -> tuple[_Part, ...]:
    """Return the parts of a format: for positive numbers, for negative ones, for nought, for texts."""
    parts: list[list[tuple[str, str]]] = [[]]
    for kind, sign in _pieces(code):
        if kind == "end":
            parts.append([])
        else:
            parts[-1].append((kind, sign))
    return tuple(map(_part, parts))


def _part(pieces: list[tuple[str, str]]) -> _Part:
    condition = next((sign for kind, sign in pieces if kind == "condition"), "")
    shown = [(kind, sign) for kind, sign in pieces if kind != "condition"]
    places = [at for at, (kind, sign) in enumerate(shown) if kind == "numeric" and sign in _DIGITS]
    if not places or any(kind == "date" for kind, _ in shown):
        return _Part(condition)
    first, last = places[0], places[-1]
    scaled = shown[last + 1 : last + 2] == [("numeric", ",")]
    parted = any(kind == "text" for kind, _ in shown[first:last])
    return _Part(
        condition,
        "".join(sign for kind, sign in shown[:first] if kind == "text"),
        "".join(sign for kind, sign in shown[last + 1 :] if kind == "text"),
        percent=("numeric", "%") in shown,
        other=scaled or parted,
    )


def _pieces(code: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a format, each with what it is; colours and languages, and mere room, are left out."""
    for quoted, escaped, bracketed, general, sign in _PIECE.findall(code):
        if quoted or escaped:
            yield "text", quoted or escaped
        elif general:
            yield "numeric", _DIGITS[0]
        elif _CONDITION.fullmatch(bracketed):
            yield "condition", bracketed
        elif sign == ";":
            yield "end", sign
        elif sign and sign in _NUMERIC:
            yield "numeric", sign
        elif sign.isascii() and sign.isalpha():
            yield "date", sign
        elif sign.strip():
            yield "text", sign
