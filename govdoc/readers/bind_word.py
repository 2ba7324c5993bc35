"""A Word document + a Layout → a Report: sections cut at their headings, tables read by their labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.readers.bind import Reading
from govdoc.readers.bind_table import bind_table
from govdoc.readers.word import Text
from govdoc.report import Entry, Figure, Report
from govdoc.values import NORMALISED, normal_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout, Section
    from govdoc.readers.grid import Grid
    from govdoc.readers.word import Document

_HEADINGS = {"heading 2", "heading 3", "heading 4"}


def bind_document(document: Document, layout: Layout) -> Reading:
    """Return the Report that a Word report of this layout's edition holds.

    Bad data raises nothing: a table that is missing leaves its figures without value, and findings say what is off.
    """
    front, sections = _cut(document, layout)
    findings: list[Finding] = []
    figures: dict[str, Figure] = {}
    narratives: dict[str, tuple[Entry, ...]] = {}
    for section in layout.sections:
        blocks = sections.get(section.key, [])
        if section.table is not None:
            figures |= _table(blocks, layout, section.table, findings)
        else:
            narratives[section.key] = _entries(blocks)
    info = _info(front, sections, layout)
    for section in layout.sections:
        introduction = [block.text for block in front if isinstance(block, Text) and _is_body(block)]
        if section.introduction is not None and introduction:
            entry = Entry(section.introduction, "\n".join(introduction))
            narratives[section.key] = (entry, *narratives[section.key])
    return Reading(Report(layout, info, figures, narratives, source=document.file), tuple(findings))


Blocks = list["Text | Grid"]


def _cut(document: Document, layout: Layout) -> tuple[Blocks, dict[str, Blocks]]:
    """Return what stands before the first section, and each section's blocks."""
    headings = {normal_label(section.heading): section for section in layout.sections}
    front: Blocks = []
    sections: dict[str, Blocks] = {}
    current = front
    for block in document.blocks:
        section: Section | None = None
        if isinstance(block, Text) and block.style == "heading 1":
            section = headings.get(normal_label(block.text))
        if section is not None:
            current = sections.setdefault(section.key, [])
        else:
            current.append(block)
    return front, sections


def _is_body(block: Text) -> bool:
    return block.style not in ("title", "subtitle", "signature") and bool(block.text.strip())


def _entries(blocks: Sequence[Text | Grid]) -> tuple[Entry, ...]:
    """Return a section's rows: each heading begins one."""
    rows: list[tuple[str, list[str]]] = []
    for block in blocks:
        if not isinstance(block, Text) or not _is_body(block):
            continue
        if block.style in _HEADINGS:
            rows.append((block.text, []))
        elif rows:
            rows[-1][1].append(block.text)
        else:
            rows.append(("", [block.text]))
    return tuple(Entry(heading, "\n".join(lines)) for heading, lines in rows)


def _table(blocks: Sequence[Text | Grid], layout: Layout, key: str, findings: list[Finding]) -> dict[str, Figure]:
    grid = next((block for block in blocks if not isinstance(block, Text)), None)
    table = layout.table[key]
    if grid is None:
        return {slot.figure.key: Figure(None, "") for slot in table.form.slots}
    bound = bind_table(grid, layout, table)
    # In a document every number is text: only what differs from its plain form was normalised.
    findings += [one for one in bound.findings if one.rule is not NORMALISED or one.found != one.expected]
    return bound.figures


def _info(front: Blocks, sections: dict[str, Blocks], layout: Layout) -> dict[str, str]:
    """Return the fields of 基本信息 that a report prints, read back out of its fixed lines."""
    texts = [block for block in front if isinstance(block, Text)]
    info: dict[str, str] = {}
    title = "".join(block.text for block in texts if block.style == "title").replace("\n", "")
    info |= _read_template("".join(layout.title), title)
    line = "　".join(block.text for block in texts if block.style == "subtitle")
    for part in layout.publication:
        start = part.partition("{")[0]
        found = next((piece for piece in line.split("　") if piece.startswith(start)), "")
        info |= _read_template(part, found)
    signed = any(
        isinstance(block, Text) and block.style == "signature" for blocks in sections.values() for block in blocks
    )
    return info | ({"signature": "是"} if signed else {})


def _read_template(template: str, text: str) -> dict[str, str]:
    """Return the values that make ``text`` out of ``template``, or nothing where it was made of another."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))
    match = re.fullmatch(pattern, text)
    return match.groupdict() if match else {}
