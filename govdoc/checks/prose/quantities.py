"""Numbers as prose writes them, with the precision that they were written in. Knows no table."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from govdoc.values import Value

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"": Decimal(1), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}

NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    r"(?:(?P<digits>[0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]+)(?P<fraction>\.[0-9]+)?|(?P<chinese>[零〇一二两三四五六七八九十百千万亿]+))"
    r"(?P<more>[余多]?)(?P<scale>[百千万亿]?)(?P<still_more>[余多]?)\s*(?P<counter>[^0-9余多百千万亿\s]*|万元|亿元)"
)
_PLAIN = re.compile(r"([0-9]+)([^0-9.,，余多百千万亿\s]*)")
_ONE = Decimal(1)
_LONGEST = 40  # characters of a number in Chinese numerals
WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0E)}  # ０-９ ％ ．


class Rounding(Enum):
    """How a number was rounded, as far as the words beside it say."""

    NONE = ""
    OVER = "over"
    UNDER = "under"
    ABOUT = "about"


class Quantity(NamedTuple):
    """A number with its counter. ``step`` is one unit in the last printed place: 1000 for 1.2万, 0.01 for 9.13."""

    value: Decimal
    step: Decimal
    counter: str
    rounding: Rounding = Rounding.NONE

    def fits(self, actual: Value) -> bool:
        """Return whether the number may stand for an actual one, within the precision in which it was printed."""
        if self.rounding is Rounding.NONE and self.step == 1 and isinstance(actual, int):
            return self.value == actual
        actual = Decimal(actual)
        if self.rounding is Rounding.OVER:
            return self.value <= actual < self.value + max(self.reach, self.value / 5)
        if self.rounding is Rounding.UNDER:
            return self.value - max(self.reach, self.value / 5) <= actual <= self.value
        if self.rounding is Rounding.ABOUT:
            return abs(actual - self.value) <= max(self.step, self.value / 10)
        if self.step <= 1 and actual == actual.to_integral_value():
            return actual == self.value
        # Rounded to the last printed place, or cut off there.
        return abs(actual - self.value) <= self.step / 2 or self.value <= actual < self.value + self.step

    @property
    def reach(self) -> Decimal:
        """Return how far a number said with 余 may reach: one unit of its last digit that is not zero."""
        return Decimal(1).scaleb(self.value.normalize().adjusted() - len(self.value.normalize().as_tuple().digits) + 1)


@lru_cache(maxsize=2000)  # small numbers come back in every report
def quantity(text: str) -> Quantity | None:
    """Return the number that a text from the scanner holds (full-width digits already made half-width)."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return Quantity(Decimal(plain[1]), _ONE, plain[2])
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    scale = _SCALES[match["scale"]]
    counter = match["counter"]
    if match["chinese"]:
        number = chinese_number(match["chinese"])
        if number is None:
            return None
        value, step = Decimal(number), Decimal(1)
    else:
        fraction = match["fraction"] or ""
        value = Decimal(match["digits"].replace(",", "").replace("，", "") + fraction)
        step = Decimal(1).scaleb(-max(len(fraction) - 1, 0))
    if counter[:1] in ("万", "亿"):
        scale, counter = scale * _SCALES[counter[0]], counter[1:]
    rounding = Rounding.OVER if match["more"] or match["still_more"] else Rounding.NONE
    return Quantity(value * scale, step * scale, counter, rounding)


def chinese_number(text: str) -> int | None:
    """Return what Chinese numerals say: 一百零五 is 105, 一万二千 is 12000, 二〇二四 is 2024; None where nothing.

    Nor is what is longer than any number that people write: its value has thousands of digits.
    """
    if len(text) > _LONGEST:
        return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = 0
    digit: int | None = None
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        else:
            total = (total + section + (digit or 0)) * int(_SCALES[character])
            section, digit = 0, None
    return total + section + (digit or 0)
