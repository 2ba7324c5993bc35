"""Edited narrative back into the workbook's package: only the cells that say something else are touched.

The package is edited, not saved anew by a library: results of formulas, formats and checks stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.markup import escaped
from govdoc.report import Entry, lines_of
from govdoc.roundtrip.merge import Merged, merge, normal
from govdoc.roundtrip.narrative import Homeless, Narrative
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

    from govdoc.layouts.schema import Layout, Section
    from govdoc.report import Report
    from govdoc.roundtrip.base import Base
    from govdoc.writers.annotate_cells import Cells
    from govdoc.writers.annotate_package import Package

SHEET = "未归位文字"
HEADS = ("出处", "文字")
"""The sheet for texts that have no row, and its heads."""


@dataclass(frozen=True)
class Pulled:
    """A workbook with the edited narrative. ``data`` is the file, or None where nothing had to change.

    ``sections`` are those with new text, ``parked`` how many texts were put on the sheet for texts without a row,
    ``conflicts`` the rows that were changed on both sides, ``narrative`` what was read.
    """

    data: bytes | None
    sections: tuple[Section, ...]
    parked: tuple[Homeless, ...]
    conflicts: tuple[Entry, ...]
    narrative: Narrative


def pull(book: bytes, report: Report, base: Base | None, narrative: Narrative) -> Pulled:
    """Return a workbook with the narrative of an edited report; ``report`` is what the workbook holds now.

    ``base`` is None where the report does not say what it was made from; see :func:`govdoc.roundtrip.merge.merge`.
    """
    from govdoc.writers.annotate_package import Package

    package = Package(book)
    sections: list[Section] = []
    conflicts: list[Entry] = []
    for section in report.layout.sections:
        if section.key not in narrative.rows:
            continue
        merged = _merged(section, report, base, narrative)
        conflicts += merged.parked
        if merged.rows != report.narratives.get(section.key, ()):
            _write(package, section, report.layout, merged.rows)
            sections.append(section)
    texts = [*narrative.homeless, *(Homeless(f"工作簿原来的“{_name(row)}”", row.text) for row in conflicts if row.text)]
    parked = _park(package, texts)
    data = package.pack() if sections or parked else None
    return Pulled(data, tuple(sections), parked, tuple(conflicts), narrative)


def _name(row: Entry) -> str:
    return normal(row)[0] or row.text[:12]


def _merged(section: Section, report: Report, base: Base | None, narrative: Narrative) -> Merged:
    """Return a section's rows merged, the introduction's row in its own way: it is there even while it is empty."""
    before = None if base is None else base.narratives.get(section.key, ())
    now = report.narratives.get(section.key, ())
    if section.introduction is None:
        return merge(before, narrative.rows[section.key], now)

    def rows(entries: Iterable[Entry], *, introduction: bool) -> tuple[Entry, ...]:
        return tuple(one for one in entries if (one.heading == section.introduction) == introduction)

    def filled(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(one for one in entries if lines_of(one.text))

    word = filled((Entry(section.introduction, narrative.introduction),))
    own = rows(now, introduction=True)
    first = merge(None if before is None else filled(rows(before, introduction=True)), word, filled(own))
    rest = merge(
        None if before is None else rows(before, introduction=False),
        narrative.rows[section.key],
        rows(now, introduction=False),
    )
    empty = tuple(replace(one, text="") if lines_of(one.text) else one for one in own[:1])
    return Merged((first.rows or empty) + rest.rows, first.parked + rest.parked)


# ---------------------------------------------------------------- rows of a sheet


def _write(package: Package, section: Section, layout: Layout, rows: Sequence[Entry]) -> None:
    """Write a section's rows into its sheet: into the rows it has, and below them.

    Raises :class:`InputError` where it cannot hold them.
    """
    if len(rows) > LIMITS.rows:
        raise InputError(
            f"“{section.heading}”里有超过 {LIMITS.rows} 个小标题，工作簿的一张表放不下。",
            "请在 Word 里合并一些，再取回。",
        )
    cells = _cells(package, section.sheet)
    heads = [normal_label(head) for head in layout.workbook.narrative_heads]
    top, (heading_column, text_column) = _heads(cells, heads)
    taken = [
        row
        for row in range(top + 1, cells.last_row + 1)
        if any(cells.text(row, at) for at in (heading_column, text_column))
    ]
    last = max([*taken, top])
    for number in range(max(len(rows), len(taken))):
        row = taken[number] if number < len(taken) else last + 1 + number - len(taken)
        entry = rows[number] if number < len(rows) else Entry("", "")
        for column, text in ((heading_column, entry.heading), (text_column, entry.text)):
            if _plain(cells.text(row, column)) != _plain(text):
                _check_length(text, section)
                _forget_formula(package, cells.ensure(row, column))
                cells.put(row, column, text)


def _check_length(text: str, section: Section) -> None:
    """Refuse what no cell can hold.

    Raises :class:`InputError`.
    """
    if len(text.encode("utf-16-le")) // 2 > LIMITS.cell_text:
        raise InputError(
            f"“{section.heading}”里一个小标题下的文字超过 {LIMITS.cell_text} 字，工作簿的一格放不下。",
            "请在 Word 里分成几个小标题，再取回。",
        )


def _forget_formula(package: Package, cell: _Element) -> None:
    """Take the order of calculation out where a formula gives way to a text: it would name a cell without formula."""
    from govdoc.writers.annotate_package import BOOK, M

    if cell.find(f"{M}f") is None:
        return
    for relation in package.relations(BOOK):
        if relation.leads_to("calcChain"):
            package.unrelate(BOOK, relation.target)
            package.remove(relation.target)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _heads(cells: Cells, heads: Sequence[str]) -> tuple[int, tuple[int, ...]]:
    """Return the row of a list's heads, and the column of each; where they are not found, where they should be."""
    for row in range(min(cells.last_row + 1, 10)):
        here = {normal_label(cells.text(row, column)): column for column in reversed(range(20))}
        if all(head in here for head in heads):
            return row, tuple(here[head] for head in heads)
    return 0, tuple(range(len(heads)))


def _cells(package: Package, sheet: str) -> Cells:
    """Return the cells of a sheet, which is then edited.

    Raises :class:`InputError` where there is no such sheet.
    """
    from govdoc.writers.annotate_book import sheets_of
    from govdoc.writers.annotate_cells import Cells, shared_texts

    wanted = normal_label(sheet)
    part = next((one.part for one in sheets_of(package) if normal_label(one.name) == wanted and one.cells), None)
    if part is None:
        raise InputError(f"工作簿里没有“{sheet}”这张表。", "请恢复这张表，或用 govdoc new 新建工作簿。")
    return Cells(package.edit(part), shared_texts(package))


# ---------------------------------------------------------------- texts without a row


def _park(package: Package, texts: Sequence[Homeless]) -> tuple[Homeless, ...]:
    """Put texts on the sheet for them, made where it is not there yet; return those that did not stand there."""
    from govdoc.writers.annotate_book import insert_sheet, sheets_of

    exists = any(one.name == SHEET and one.cells for one in sheets_of(package))
    cells = _cells(package, SHEET) if exists else None
    known = set() if cells is None else {_plain(cells.text(row, 1)) for row in range(cells.last_row + 1)}
    fresh = tuple(text for text in dict.fromkeys(texts) if _plain(text.text) not in known)
    if not fresh:
        return ()
    if cells is None:
        insert_sheet(package, SHEET, _sheet(fresh), {})
    else:
        for row, one in enumerate(fresh, start=cells.last_row + 1):
            for column, text in enumerate((one.where, one.text)):
                cells.put(row, column, text)
    return fresh


def _sheet(texts: Iterable[Homeless]) -> bytes:
    """Return a sheet with a row for each text."""
    from govdoc.writers.annotate_package import MAIN

    rows = "".join(
        f'<row r="{number}">{_cell("A", number, first)}{_cell("B", number, second)}</row>'
        for number, (first, second) in enumerate([HEADS, *((one.where, one.text) for one in texts)], start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetViews>'
        '<sheetView workbookViewId="0"/></sheetViews><cols><col min="1" max="1" width="24" customWidth="1"/>'
        f'<col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def _cell(column: str, row: int, text: str) -> str:
    from govdoc.writers.workbook_text import plain

    value = escaped(plain(text))
    return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
