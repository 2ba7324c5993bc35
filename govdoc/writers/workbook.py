"""The standard workbook: one organ, one year, one .xlsx, blank or filled. Touches no file, and reads none.

The workbook's look and parts are in the modules beside this one, named ``workbook_…``; they need openpyxl, which takes
longer to import than a command may take to start.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govdoc.layouts.schema import Layout
    from govdoc.values import Value


def make_workbook(
    layout: Layout,
    *,
    info: Mapping[str, str | int] = MappingProxyType({}),
    figures: Mapping[str, Value | str] = MappingProxyType({}),
    narratives: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType({}),
    previous: Mapping[str, Value | str] = MappingProxyType({}),
) -> bytes:
    """Return the standard workbook of an edition; without values the blank one.

    ``info`` is keyed by the fields of 基本信息, ``figures`` (this year's) and ``previous`` (last year's) by figure
    keys, where a text such as ``+3`` stays a text; ``narratives``, by section keys, gives rows of heading and text. A
    total that is the sum of its parts is written as a formula, another as it is given. Same input, same bytes.
    Raises KeyError for a key that the layout does not have: nothing given is left out in silence.
    """
    from govdoc.writers.workbook_package import settle
    from govdoc.writers.workbook_sheets import draw_workbook, growing_sheets

    sections = {section.key for section in layout.sections if section.table is None}
    _refuse_unknown(info, {field.key for field in layout.info})
    _refuse_unknown([*figures, *previous], layout.figures)
    _refuse_unknown(narratives, sections)
    return settle(draw_workbook(layout, info, figures, narratives, previous), growing_sheets(layout))


def _refuse_unknown(keys: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise KeyError(", ".join(unknown))
