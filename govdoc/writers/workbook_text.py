"""Texts as the cells of a workbook can hold them."""

from __future__ import annotations

import re

from govdoc.values import clean_text

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def plain(text: str) -> str:
    """Return a text whose characters XML can hold, and which a spreadsheet program does not read as escapes.

    ECMA-376 part 1, 22.9.2.19 (ST_Xstring): ``_x0041_`` in a text would become the letter A.
    """
    return _ESCAPED.sub("_x005F_", clean_text(text)[0])
