"""What is worked out from a layout once and then kept: plans of equations, compiled phrases."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.layouts.schema import Layout

Made = TypeVar("Made")

_MOST = 64  # layouts; there are a few editions, but a program may load layouts of its own, one after another


def once_per_layout(make: Callable[[Layout], Made]) -> Callable[[Layout], Made]:
    """Return a function that makes its result once for each layout.

    Layouts are known by identity, as comparing two of them takes longer than most checks; the layout is kept beside
    what was made of it, so that no other object can come to have its identity.
    """
    kept: dict[int, tuple[Layout, Made]] = {}

    @wraps(make)
    def made(layout: Layout) -> Made:
        entry = kept.get(id(layout))
        if entry is None:
            if len(kept) >= _MOST:
                kept.clear()
            entry = kept[id(layout)] = (layout, make(layout))
        return entry[1]

    return made
