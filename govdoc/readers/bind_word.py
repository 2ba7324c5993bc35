"""A Word document + a Layout → a Report: sections cut at their headings, tables read by their labels."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.finding import Location
from govdoc.readers.bind import Reading
from govdoc.readers.bind_table import bind_table
from govdoc.readers.locate import locate
from govdoc.readers.rules import ROW_LABEL, STRUCTURE, out_of_order
from govdoc.readers.word import Text
from govdoc.report import NO_AGENCY, NO_YEAR, Entry, Figure, Report
from govdoc.values import label_of, normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govdoc.finding import Finding
    from govdoc.layouts.form import Form
    from govdoc.layouts.schema import Layout, Section
    from govdoc.readers.grid import Grid
    from govdoc.readers.locate import Placement
    from govdoc.readers.word import Document

_HEADING = "heading 1"  # the style of a section's heading
HEADINGS = {"heading 2": 2, "heading 3": 3, "heading 4": 4}
FIXED_LINES = {"title": "标题", "subtitle": "发布行", "signature": "落款"}  # by style; 基本信息 makes them


def bind_document(document: Document, layout: Layout) -> Reading:
    """Return the Report that a Word report of this layout's edition holds.

    Bad data raises nothing: a table that is missing leaves its figures without value, and findings say what is off.
    """
    headings = section_headings(document, layout)
    places = _cut(document, headings)
    sections = {
        key: [document.blocks[place] for place in found if place not in headings] for key, found in places.items()
    }
    front = sections[""]
    tables = statutory_tables(document, layout)
    findings = list(_headings(document, layout, places))
    figures: dict[str, Figure] = {}
    narratives: dict[str, tuple[Entry, ...]] = {}
    for section in layout.sections:
        blocks = sections.get(section.key, [])
        if section.table is not None:
            place, placement = tables.get(section.table, (None, None))
            grid = document.blocks[place] if place is not None else None
            before = len(findings)
            figures |= _table(grid, layout, section, findings, document.file, placement)
            others = [block for block in blocks if not isinstance(block, Text) and block is not grid]
            torn = _torn_off(layout.table[section.table].form, placement, others)
            findings[before:] = [_as_torn(one, torn) if torn else one for one in findings[before:]]
        else:
            narratives[section.key] = _entries(blocks, Location(document.file, section.sheet))
    info = _info(front, sections, layout)
    for section in layout.sections:
        introduction = [block.text for block in front if isinstance(block, Text) and is_body(block)]
        if section.introduction is not None and introduction:
            entry = Entry(section.introduction, "\n".join(introduction), Location(document.file, section.sheet))
            narratives[section.key] = (entry, *narratives[section.key])
    return Reading(Report(layout, info, figures, narratives, source=document.file), tuple(findings))


Blocks = list["Text | Grid"]


def cut(document: Document, layout: Layout) -> dict[str, list[int]]:
    """Return which blocks stand under each section's heading, the heading first; what stands before them under "".

    A section whose heading is not found is not among them.
    """
    return _cut(document, section_headings(document, layout))


def _cut(document: Document, headings: Mapping[int, Section]) -> dict[str, list[int]]:
    sections: dict[str, list[int]] = {"": []}
    current = sections[""]
    for place in range(len(document.blocks)):
        section = headings.get(place)
        if section is not None:
            current = sections.setdefault(section.key, [])
        current.append(place)
    return sections


def section_headings(document: Document, layout: Layout) -> dict[int, Section]:
    """Return the sections by the places of their headings.

    A line of text that reads like a heading is none where the heading itself stands, in the style of one.
    """
    known = {normal_label(section.heading) for section in layout.sections}
    found = {
        place: section_of(block, layout)
        for place, block in enumerate(document.blocks)
        if isinstance(block, Text) and (block.style == _HEADING or label_of(block.text) in known)  # else it is none
    }
    headings = {place: section for place, section in found.items() if section is not None}
    styled = {section.key for place, section in headings.items() if _is_heading(document.blocks[place])}
    return {
        place: section
        for place, section in headings.items()
        if section.key not in styled or _is_heading(document.blocks[place])
    }


def _is_heading(block: Text | Grid) -> bool:
    return isinstance(block, Text) and block.style == _HEADING


def section_of(block: Text | Grid, layout: Layout) -> Section | None:
    """Return the section that a block is the heading of; one that was reworded is known by its number."""
    if not isinstance(block, Text) or block.style.startswith("toc"):
        return None
    label = label_of(block.text)
    exact = next((one for one in layout.sections if normal_label(one.heading) == label), None)
    if exact is not None or block.style != _HEADING:
        return exact
    number, comma, _ = label.partition("、")
    numbered = (one for one in layout.sections if normal_label(one.heading).partition("、")[0] == number)
    return next(numbered, None) if comma else None


def _headings(document: Document, layout: Layout, places: dict[str, list[int]]) -> Iterator[Finding]:
    """Say which sections' headings are missing or reworded."""
    for section in layout.sections:
        where = Location(document.file, section.sheet)
        block = document.blocks[places[section.key][0]] if section.key in places else None
        if not isinstance(block, Text):
            yield out_of_order(where, f"找不到“{section.heading}”这个标题", "补上这个标题", in_document=True)
        elif not heads(block, section):
            yield ROW_LABEL.at(where, expected=section.heading, found=block.text)


def is_body(block: Text) -> bool:
    """Return whether a paragraph is narrative, not one of the lines that 基本信息 makes or that Word makes."""
    fixed = block.style in FIXED_LINES or block.style.startswith("toc")
    return not fixed and bool(block.text.strip())


def _entries(blocks: Sequence[Text | Grid], where: Location) -> tuple[Entry, ...]:
    """Return a section's rows: each heading begins one."""
    rows: list[tuple[str, list[str]]] = []
    for block in blocks:
        if not isinstance(block, Text) or not is_body(block):
            continue
        if block.style in HEADINGS:
            rows.append((block.text, []))
        elif rows:
            rows[-1][1].append(block.text)
        else:
            rows.append(("", [block.text]))
    return tuple(
        Entry(heading, "\n".join(lines), Location(where.file, where.sheet, label=heading)) for heading, lines in rows
    )


def statutory_tables(document: Document, layout: Layout) -> dict[str, tuple[int, Placement]]:
    """Return the place of each statutory table among a document's blocks, and where its lines stand in it.

    It is known by its labels; where several tables bear them, the first under the section's own heading is taken.
    """
    grids = [(place, block) for place, block in enumerate(document.blocks) if not isinstance(block, Text)]
    check = normal_label(layout.workbook.check_label)
    starts: dict[str, int] = {}
    for place, block in enumerate(document.blocks):
        if isinstance(block, Text) and not block.style.startswith("toc"):
            starts.setdefault(label_of(block.text), place)
    found: dict[str, tuple[int, Placement]] = {}
    taken: set[int] = set()
    for section in layout.sections:
        if section.table is None:
            continue
        start = starts.get(normal_label(section.heading), 0)
        form = layout.table[section.table].form
        for place, grid in sorted((one for one in grids if one[0] not in taken), key=lambda one: one[0] < start):
            placement = locate(grid, form, check)
            if any(row is not None for row in placement.rows):
                found[section.table] = (place, placement)
                taken.add(place)
                break
    return found


def heads(block: Text | Grid, section: Section) -> bool:
    """Return whether a block is a section's heading, whatever its style; a line of a table of contents is none."""
    return (
        isinstance(block, Text)
        and not block.style.startswith("toc")
        and label_of(block.text) == normal_label(section.heading)
    )


def _table(
    grid: Text | Grid | None,
    layout: Layout,
    section: Section,
    findings: list[Finding],
    file: str,
    placement: Placement | None,
) -> dict[str, Figure]:
    """Return a table's figures; places are called by their labels, and numbered as on the workbook's sheet."""
    table = layout.table[str(section.table)]
    if grid is None or isinstance(grid, Text):
        advice = "从 govdoc 生成的报告里把这张表复制回来"
        findings.append(
            STRUCTURE.at(Location(file, section.sheet), what=f"找不到“{section.heading}”的表格", advice=advice)
        )
        return {slot.figure.key: Figure(None, "") for slot in table.form.slots}
    bound = bind_table(grid.named(section.sheet), layout, table, placement=placement)
    for finding in bound.findings:
        spec = layout.figures.get(finding.figure)
        label = spec.label if spec is not None else _position(finding.where)
        findings.append(replace(finding, where=_called(finding.where, label)))
    return bound.figures


def _torn_off(form: Form, placement: Placement | None, others: Sequence[Grid]) -> str:
    """Return the label of a table's first row that is missing in it and stands in another table of its section."""
    if placement is None:
        return ""
    texts = {text for grid in others for row in grid.outline for text in row if isinstance(text, str)}
    missing = (line for line, row in zip(form.lines, placement.rows, strict=True) if row is None)
    labels = (label.text for line in missing for label in line.labels if label.leaf)
    return next((label for label in labels if normal_label(label) in texts), "")


def _as_torn(finding: Finding, label: str) -> Finding:
    """Return the finding on missing rows as one on a table that was torn; any other finding as it is."""
    if finding.rule is not STRUCTURE:
        return finding
    what = f"这张表断成了几个表格，“{label}”起的行在另一个表格里"
    return out_of_order(finding.where, what, "在 Word 里删去表格之间的段落，连成一个", in_document=True)


def _called(where: Location, label: str) -> Location:
    return Location(where.file, where.sheet, where.row, where.column, label)


def _position(where: Location) -> str:
    """Return how a cell is found in a table of a document."""
    steps = ((where.row, "行"), (where.column, "列"))
    return "".join(f"第 {step + 1} {what}" for step, what in steps if step is not None)


def _info(front: Blocks, sections: dict[str, Blocks], layout: Layout) -> dict[str, str]:
    """Return the fields of 基本信息 that a report prints, read back out of its fixed lines."""
    texts = [block for block in front if isinstance(block, Text)]
    info: dict[str, str] = {}
    title = "".join(block.text for block in texts if block.style == "title").replace("\n", "")
    info |= _read_template("".join(layout.title), title, layout)
    line = "　".join(block.text for block in texts if block.style == "subtitle")
    for part in layout.publication:
        start = part.partition("{")[0]
        found = next((piece for piece in line.split("　") if piece.startswith(start)), "")
        info |= _read_template(part, found, layout)
    signed = any(
        isinstance(block, Text) and block.style == "signature" for blocks in sections.values() for block in blocks
    )
    return info | ({"signature": layout.choices.signed} if signed and layout.choices.signed else {})


def _read_template(template: str, text: str, layout: Layout) -> dict[str, str]:
    """Return the values that make ``text`` out of ``template``, or nothing where it was made of another."""
    years = {field.key for field in layout.info if field.kind == "year"}  # else the name before would end too early

    def value(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{f'[0-9]{{4}}|{NO_YEAR}' if match[1] in years else '.+?'})"

    pattern = re.sub(r"\\\{(\w+)\\\}", value, re.escape(template))
    match = re.fullmatch(pattern, text)
    return {key: text for key, text in match.groupdict().items() if text not in (NO_AGENCY, NO_YEAR)} if match else {}
