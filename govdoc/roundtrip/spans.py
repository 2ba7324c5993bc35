"""Where the elements of an XML part stand in its bytes, in document order. Knows no vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class Span:
    """An element's bytes: from the start tag up to behind the end tag, and those of what it holds."""

    start: int
    inner: int
    inner_end: int = 0
    end: int = 0


def element_spans(data: bytes, names: Iterable[str]) -> dict[str, list[Span]]:
    """Return the spans of all elements of some names (``{namespace}local``), in the order in which they begin."""
    wanted = {name[1:].replace("}", " "): name for name in names}
    found: dict[str, list[Span]] = {name: [] for name in wanted.values()}
    opened: list[Span] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _: dict[str, str]) -> None:
        if name in wanted:
            start = parser.CurrentByteIndex
            tag = _TAG.match(data, start)
            span = Span(start, start if tag is None else tag.end())
            found[wanted[name]].append(span)
            opened.append(span)

    def finish(name: str) -> None:
        if name in wanted:
            span = opened.pop()
            if data.endswith(b"/>", span.start, span.inner):
                span.inner_end = span.end = span.inner
            else:
                at = parser.CurrentByteIndex
                span.inner_end, span.end = at, data.index(b">", at) + 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.Parse(data, True)
    return found


def spliced(data: bytes, changes: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return the data with stretches (start, end) replaced; what is put in at one place keeps its order."""
    pieces = []
    at = 0
    for start, end, new in sorted(changes, key=lambda one: one[:2]):
        pieces += [data[at:start], new]
        at = end
    return b"".join([*pieces, data[at:]])
