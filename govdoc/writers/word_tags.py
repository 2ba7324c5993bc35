"""What a template's XML may hold before docxtpl's patterns and Jinja's compiler go over it.

Both take time by the square, or worse, for what no person writes: thousands of tags that never end.
"""

from __future__ import annotations

import re

_SPLIT = re.compile(r"(?<=\{)(?:<[^>]*>)++(?=[{%#])|(?<=[%}#])(?:<[^>]*>)++(?=\})")  # markup within a tag's braces
_BRACES = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_END = {"{{": "}}", "{%": "%}", "{#": "#}"}
_MERGING = re.compile(r"\{%\s*[vh]m\s*%\}")
_MOST_TAGS = 10_000  # the bundled template has 250
_MOST_OPEN = 20  # tags that do not end before the next begins: a mistake, which Jinja explains, or two
_MOST_MERGED, _LONGEST_MERGED, _MOST_TEXTS = 200, 20_000, 50  # cells with {% vm %}; characters and texts of one


def too_many_tags(source: str) -> str:
    """Return why the tags in a part's XML are more than anybody writes, or an empty text."""
    plain = _SPLIT.sub("", source)
    tags = still_open = 0
    end = ""
    for match in _BRACES.finditer(plain):
        brace = match[0]
        if brace in _END:
            tags += 1
            still_open += bool(end)
            end = _END[brace]
        elif brace == end:
            end = ""
    if tags > _MOST_TAGS:
        return f"里面有超过 {_MOST_TAGS} 个标记"
    if still_open > _MOST_OPEN:
        return f"里面有超过 {_MOST_OPEN} 个标记没有写完"
    merging = list(_MERGING.finditer(plain))
    if len(merging) > _MOST_MERGED or any(_is_long(plain, *match.span()) for match in merging):
        return "里面合并单元格的标记太多，或者所在的单元格太长"
    return ""


def _is_long(source: str, start: int, end: int) -> bool:
    """Return whether the cell around a tag is longer than the patterns that merge cells can be given."""
    cell = source[max(source.rfind("<w:tc", 0, start), 0) : source.find("</w:tc", end)]
    return len(cell) > _LONGEST_MERGED or cell.count("<w:t") > _MOST_TEXTS
