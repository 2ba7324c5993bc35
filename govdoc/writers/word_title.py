"""Where a title, or the name of an organ, breaks: at the sense of its words, and in a good shape.

GB/T 9704-2012, 7.3.1: 回行时，要做到词意完整，排列对称，长短适宜，间距恰当，标题排列应当使用梯形或菱形.

Nothing here knows a document: a title goes in as its sense units, and comes out as lines, no character more or less.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, combinations, pairwise
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST = 100  # characters; a longer unit is no name of an organ: it breaks where it may
_MOST = 16  # places of a unit that are weighed against one another; among more, none is
_WIDE = 0x2E80  # Chinese characters and their punctuation begin here
_BETWEEN = 0.25  # what Word and LibreOffice put between a Chinese character and a letter or digit beside it
_SHORT = 4  # a line of fewer characters is a rest, not a line
_CLOSING, _OPENING = "）)》〉】”’、，。；：", "（(《〈【“‘"

# Behind these a name may break: what bears it lies in, or is, a place or an organ that is named in full there.
_BEHIND = re.compile(
    "自治[区州县旗]|省(?![级直委])|(?<![城都])市(?![场政容监级直民])|(?<!社)区(?![域划级直])|县(?!级)|(?<!联)盟|旗|"
    "(?<!城)镇(?![江市])|(?<!城)乡(?![村市县])|街道(?!办)|局(?![部面域])|厅(?!级)|人民政府|委员会|管委会|办公室|办事处|"
    "总公司|集团|(?:法|检察|医|研究|学)院|大学|中心|税务所"
)
_BEFORE = re.compile("(?<!参)与|暨|(?<![共呼平])和(?![静平谐田县林顺龙硕布政浩])")
# Within these no line ends, even where nothing better offers itself.
_WORDS = re.compile(
    "自治[区州县旗]|人民政府|办公室|委员会|办事处|人力资源|社会保障|公共资源|市场监督|生态环境|自然资源|应急管理|开发区|"
    "保税区|示范区|信息化|大数据|综合|行政|执法|管理|服务|中心|国家|监督|城市|农村|发展|改革|技术|经济|产业|规划|建设|"
    "交通|运输|卫生|健康|教育|文化|旅游|保护|安全|街道|机关|本级|政府|人民|委员|资源|保障|联合|工作"
)
# How much each kind of break costs.
_AT_BRACKET, _AFTER_NAME, _AFTER_COMMA, _BEFORE_AND, _INSIDE, _ANYWHERE = 0.0, 1.0, 1.0, 3.0, 3.0, 8.0
_LINE_MORE, _REST = 3.0, 4.0


@lru_cache(maxsize=64)
def broken_lines(parts: tuple[str, ...], room: int) -> tuple[str, ...]:
    """Return the lines of a title: one where it fits, else its units on lines of their own, broken where too long.

    ``room`` is how many Chinese characters a line takes.
    """
    whole = "".join(parts)
    if _width(whole) <= room:
        return (whole,)
    below = [*map(_width, parts[1:]), 0.0]
    return tuple(chain.from_iterable(_broken(part, room, under) for part, under in zip(parts, below, strict=True)))


def _width(text: str) -> float:
    """Return the width of a line in Chinese characters; letters and digits are half as wide."""
    if len(text) > _LONGEST:
        return float(len(text))
    wide = [ord(character) >= _WIDE or character in "“”‘’—…·" for character in text]
    between = sum(
        one != other and (second if one else first).isalnum()
        for (first, second), (one, other) in zip(pairwise(text), pairwise(wide), strict=True)
    )
    return sum(1 if one else 0.5 for one in wide) + _BETWEEN * between


def _broken(text: str, room: int, below: float) -> list[str]:
    """Return a unit's lines; ``below`` is the width of the line that comes under them."""
    width = _width(text)
    if width <= room or len(text) > _LONGEST:
        return [text]
    places = _places(text)
    best = _best(text, places, room, below)
    if best is None:
        best = _best(text, dict(_anywhere(text, places, room)), room, below)
    return best or [text]


def _places(text: str) -> dict[int, float]:
    """Return where a text may break at its sense, and what each break costs."""
    places: dict[int, float] = {}
    places |= {match.start(): _BEFORE_AND for match in _BEFORE.finditer(text)}
    places |= {match.end(): _AFTER_NAME for match in _BEHIND.finditer(text)}
    depth = 0
    for at, character in enumerate(text):
        if character in "（(":
            depth += 1
            if depth == 1:
                places[at] = _AT_BRACKET
                continue
        elif character in "）)":
            depth = max(0, depth - 1)
            if depth == 0:
                places[at + 1] = _AFTER_NAME
        elif character in "、 ":
            places[at + 1] = _AFTER_COMMA
        elif at in places and depth:
            places[at] += _INSIDE
    return {at: cost for at, cost in places.items() if _may_break(text, at)}


def _may_break(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at] not in _CLOSING and text[at - 1] not in _OPENING


def _anywhere(text: str, places: Mapping[int, float], room: int) -> Iterator[tuple[int, float]]:
    """Yield the places, and more within what is too long between them: between two characters, in no word."""
    words = {at for match in _WORDS.finditer(text) for at in range(match.start() + 1, match.end())}
    yield from places.items()
    for start, end in pairwise([0, *sorted(places), len(text)]):
        count = ceil(_width(text[start:end]) / room)
        free = [
            at
            for at in range(start + 1, end)
            if at not in words and _may_break(text, at) and min(ord(text[at - 1]), ord(text[at])) >= _WIDE
        ]
        for number in range(1, count):
            wanted = start + (end - start) * number / count
            if free:
                yield min(free, key=lambda at: abs(at - wanted)), _ANYWHERE


def _best(text: str, places: Mapping[int, float], room: int, below: float) -> list[str] | None:
    """Return the lines that cost least, or None where none of them would all fit."""
    if len(places) > _MOST:
        return None
    stops = [0, *sorted(places), len(text)]
    widths = {(start, end): _width(text[start:end]) for start, end in combinations(stops, 2)}
    fewest = ceil(widths[0, len(text)] / room)
    found = []
    for count in (fewest, fewest + 1):
        for way in _ways(stops, widths, room, count):
            lines = [widths[line] for line in way]
            cost = sum(places[start] for start, _ in way[1:]) + _shape(lines, below) + _LINE_MORE * (count - fewest)
            found.append((cost, way))
    return [text[start:end] for start, end in min(found)[1]] if found else None


_Span = tuple[int, int]


def _ways(stops: Sequence[int], widths: Mapping[_Span, float], room: int, count: int) -> Iterator[tuple[_Span, ...]]:
    """Yield all ways to go from the first stop to the last in so many lines that fit."""
    start, end = stops[0], stops[-1]
    if count == 1:
        if widths[start, end] <= room:
            yield ((start, end),)
        return
    for number, at in enumerate(stops[1:-1], start=1):
        if widths[start, at] > room:
            break
        for rest in _ways(stops[number:], widths, room, count - 1):
            yield ((start, at), *rest)


def _shape(widths: Sequence[float], below: float) -> float:
    """Return what a shape costs: lines of uneven length, a rest, a line shorter than both its neighbours."""
    cost = (max(widths) - min(widths)) / 8 + _REST * sum(width < _SHORT for width in widths)
    under = [*widths[1:], below]
    for above, width, next_width in zip(widths, widths[1:], under[1:], strict=False):
        cost += max(0.0, min(above, next_width) - width) / 4
    return cost
