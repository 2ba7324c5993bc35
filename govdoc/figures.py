"""Figure references in narrative: ``{{三.本年新收.总计}}`` stands for the figure, looked up and never evaluated.

A reference is ``{{`` address [``|`` format] ``}}``; an address is ``表.行.列`` in the layout's short names.
A group such as ``三.不予公开.总计`` is the sum of its rows, and ``上年.`` in front reads last year's.
Braces without Chinese inside are no reference: they are text. So is what is meant as a reference and has other braces,
but the checks say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govdoc.finding import Location
    from govdoc.layouts.schema import Layout
    from govdoc.values import Value

LAST_YEAR = "上年."
FORMATS = ("同比", "占比:地址", "中文", "千分位", "万")

_REFERENCE = re.compile(r"\{\{([^{}\u4e00-\u9fff]*+[\u4e00-\u9fff][^{}]*+)\}\}")  # never looks at a sign twice
_OPEN, _CLOSE, _INSIDE = r"{｛【\[", r"}｝】\]", r"[^{}｛｝【】\[\]\n]{0,60}"  # of an address and a format, at most
_NEARLY = re.compile(rf"(?P<open>[{_OPEN}]{{1,2}})(?P<inside>{_INSIDE})(?P<close>[{_CLOSE}]{{1,2}})")
_BROKEN = re.compile(rf"[{{｛]{{2}}{_INSIDE}|{_INSIDE}[}}｝]{{2}}")  # a pair of braces without the other
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CURLY = re.compile(r"[{}｛｝]{2}")
_SPACES = re.compile(r"\s+")
_WIDE = str.maketrans("．：｜。", ".:|.")
_PLACES = Decimal("0.01")  # rates are printed with at most two decimals
_NEAREST = 3
_LONGEST_ADDRESS = 60  # characters; what is longer is near to none


class Figures(Protocol):
    """A report, as far as figures are looked up in it: this year's and last year's, by key."""

    @property
    def layout(self) -> Layout:
        """Return the edition, which knows the addresses."""

    def value(self, key: str) -> Value | None:
        """Return a figure's number, or None where it has none."""

    def last_value(self, key: str) -> Value | None:
        """Return last year's number, or None where it is not known."""

    def in_place(self, key: str) -> str:
        """Return what is printed in a figure's place in its table."""

    def where(self, key: str) -> Location:
        """Return where a figure was read."""


class UnknownReferenceError(Exception):
    """A reference names no figure, or no format; carries the reason in Chinese."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A reference that could not be looked up: its text, the reason, and the nearest right addresses.

    ``maybe`` says that it may not have been meant as one: braces without Chinese inside are printed as they are.
    """

    reference: str
    reason: str
    nearest: tuple[str, ...] = ()
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a printed text. ``reference`` is what stands for it in the workbook, without braces; if anything."""

    text: str
    reference: str = ""

    @property
    def written(self) -> str:
        """Return the piece as the workbook has it."""
        return f"{{{{{self.reference}}}}}" if self.reference else self.text


def pieces(text: str, shown: Callable[[str], str]) -> Iterator[Piece]:
    """Yield a text's pieces: what was typed, and what stands for each reference.

    ``shown`` returns what stands for a reference (without its braces), or raises :class:`UnknownReferenceError`: such a
    reference stays as it was written.
    """
    end = 0
    for match in _REFERENCE.finditer(text) if "{{" in text else ():
        try:
            piece = Piece(shown(match[1]), match[1])
        except UnknownReferenceError:
            continue
        if match.start() > end:
            yield Piece(text[end : match.start()])
        yield piece
        end = match.end()
    if end < len(text):
        yield Piece(text[end:])


def keys_of(reference: str, layout: Layout) -> tuple[str, ...]:
    """Return the figure keys that a reference (without its braces) names; none where there is no such address."""
    return layout.addresses.get(_split(reference)[0].removeprefix(LAST_YEAR), ())


def problems(text: str, report: Figures, *, nearest: bool = True) -> Iterator[Problem]:
    """Yield the references of a text that cannot be looked up, and what was meant as one and is not.

    The ``nearest`` right addresses come with them if they are wanted: looking for them takes longer than all the rest.
    """
    for match in _REFERENCE.finditer(text) if "{{" in text else ():
        try:
            look_up(match[1], report)
        except UnknownReferenceError as error:
            yield Problem(match[0], str(error), _nearest(match[1], report.layout) if nearest else ())
    yield from _misspelt(_REFERENCE.sub("\n", text), report.layout, nearest=nearest)


def _misspelt(text: str, layout: Layout, *, nearest: bool) -> Iterator[Problem]:
    """Yield what stands in other brackets than ``{{ }}`` or lacks some; ``text`` has no right references any more."""
    if not any(letter in text for letter in "{}｛｝【["):
        return
    rest = text
    for match in _NEARLY.finditer(text):
        curly = [bool(_CURLY.fullmatch(match[side])) for side in ("open", "close")]
        known = bool(keys_of(match["inside"], layout))
        if known or any(curly):
            rest = rest.replace(match[0], "\n", 1)
        if known or (any(curly) and _CHINESE.search(match["inside"])):
            right = (match["inside"].strip(),) if known else _nearest(match["inside"], layout) if nearest else ()
            yield Problem(match[0], "引用的前后要各写两个半角大括号", right)
        elif all(curly):
            yield Problem(match[0], "括号里不是数据的地址，会照原样印出", maybe=True)
    for match in _BROKEN.finditer(rest):
        address = next((one for one in _addresses(match[0]) if one in layout.addresses), "")
        if address:
            seen = len(address) + 2  # with its braces; spaces apart
            shown = match[0][:seen] if match[0].startswith(("{", "｛")) else match[0][-seen:]
            yield Problem(shown, "大括号只有一边", (address,))


def _addresses(text: str) -> Iterator[str]:
    """Yield what may be an address, the longest first: where a pair opens the text's beginning, else its end."""
    plain = _split(text)[0].strip("{}｛｝")
    opened = text.startswith(("{", "｛"))
    for length in range(len(plain), 0, -1):
        yield plain[:length] if opened else plain[-length:]


def _nearest(reference: str, layout: Layout) -> tuple[str, ...]:
    """Return the right addresses nearest to one that is wrong; none where the address is right, and the rest is not."""
    address = _split(reference)[0].removeprefix(LAST_YEAR)
    if address in layout.addresses or len(address) > _LONGEST_ADDRESS:
        return ()
    return tuple(get_close_matches(address, layout.addresses, n=_NEAREST, cutoff=0.3))


def look_up(reference: str, report: Figures) -> str:
    """Return what stands for a reference (without its braces); a figure that is still blank gives an empty text.

    Raises :class:`UnknownReferenceError` where the address, the format, or last year's figure does not exist.
    """
    address, style = _split(reference)
    if not style:
        return _shown(address, report)
    value = _value(address, report)
    if value is None:
        return ""
    if style == "同比":
        return _growth(value, _value(LAST_YEAR + address, report))
    if style.startswith("占比:"):
        return _share(value, _value(style.removeprefix("占比:"), report))
    if style == "中文":
        return in_chinese(value)
    if style == "千分位":
        return f"{value:,}"
    if style == "万":
        return f"{show_number(Decimal(value) / 10_000)}万"
    raise UnknownReferenceError(f"没有“{style}”这种格式，可用的有：{'、'.join(FORMATS)}")


@dataclass(frozen=True, slots=True)
class Listed:
    """An address, what stands for it now, and where its figures stand."""

    address: str
    shown: str
    place: str


def listed(report: Figures) -> list[Listed]:
    """Return every address of a report with its value, in the order of the tables; sums come after what they add."""
    rows = []
    for address, keys in report.layout.addresses.items():
        places = [report.where(key) for key in keys]
        place = str(places[0]) if len(places) == 1 else f"{places[0].sheet}，{len(places)} 格之和"
        rows.append(Listed(address, _shown(address, report), place))
    return rows


@lru_cache(maxsize=1024)
def _split(reference: str) -> tuple[str, str]:
    plain = _SPACES.sub("", reference).translate(_WIDE)
    address, _, style = plain.partition("|")
    return address, style


def _keys(address: str, report: Figures) -> tuple[str, ...]:
    keys = report.layout.addresses.get(address.removeprefix(LAST_YEAR))
    if keys is None:
        raise UnknownReferenceError(f"没有“{address}”这个数据")
    return keys


def _shown(address: str, report: Figures) -> str:
    keys = _keys(address, report)
    if len(keys) == 1 and not address.startswith(LAST_YEAR):
        return report.in_place(keys[0])
    value = _value(address, report)
    return "" if value is None else show_number(value)


def _value(address: str, report: Figures) -> Value | None:
    keys = _keys(address, report)
    past = address.startswith(LAST_YEAR)
    values = [report.last_value(key) if past else report.value(key) for key in keys]
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return sum(known)
    if past:
        sheet = report.layout.workbook.previous
        raise UnknownReferenceError(f"“{sheet}”里没有“{address.removeprefix(LAST_YEAR)}”，填了才能引用")
    return None


def _growth(now: Value, then: Value | None) -> str:
    if not then:
        raise UnknownReferenceError("上年数是 0，算不出同比")
    if now == then:
        return "持平"
    rate = abs(Decimal(now) - Decimal(then)) / Decimal(then) * 100
    return f"{'增长' if now > then else '下降'}{_percent(rate)}"


def _share(part: Value, whole: Value | None) -> str:
    if whole is None:
        return ""
    if not whole:
        raise UnknownReferenceError("分母是 0，算不出占比")
    return _percent(Decimal(part) / Decimal(whole) * 100)


def _percent(rate: Decimal) -> str:
    return f"{show_number(rate.quantize(_PLACES, ROUND_HALF_UP))}%"


_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")


def in_chinese(value: Value) -> str:
    """Return a number in Chinese numerals as prose writes them: 66 is 六十六, 10 十, 105 一百零五, 1.5 一点五."""
    whole, _, fraction = show_number(value).partition(".")
    text = _whole_in_chinese(int(whole))
    return text + ("点" + "".join(_DIGITS[int(digit)] for digit in fraction) if fraction else "")


def _whole_in_chinese(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    text = ""
    place = 0
    gap = False  # a zero is owed before what has been written, because a digit between is missing
    while number:
        number, group = divmod(number, 10_000)
        if group:
            zero = _DIGITS[0] if text and gap else ""
            text = _group_in_chinese(group) + _GROUPS[place] + zero + text
            gap = group < 1000  # noqa: PLR2004 - the thousands are missing
        else:
            gap = bool(text)
        place += 1
    return text[1:] if text.startswith("一十") else text


def _group_in_chinese(group: int) -> str:
    text = ""
    zero = False
    for place, digit in enumerate(reversed(str(group))):
        if digit == "0":
            zero = bool(text)
            continue
        text = _DIGITS[int(digit)] + _UNITS[place] + (_DIGITS[0] if zero else "") + text
        zero = False
    return text
