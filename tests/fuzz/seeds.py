"""What is mutated: workbooks of every format that is read, a report; and workbooks whose every value is known."""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from govdoc.layouts.schema import load_layout
from govdoc.pipeline import read
from govdoc.readers.word import Text, read_document
from govdoc.readers.workbook import read_workbook
from govdoc.values import Uncalculated
from govdoc.writers.workbook import make_workbook
from tests.cli_helpers import CHAOYANG, SAMPLES
from tests.fuzz.mutate import BYTES, drop_element, move_element, repeat_element, set_attribute, set_text
from tests.hostile.makers import (
    number_record,
    old_workbook,
    open_cell,
    open_document,
    pack,
    record,
    report_parts,
    sample_parts,
    shared_texts,
    table,
    text_record,
)

if TYPE_CHECKING:
    from random import Random

    from govdoc.readers.grid import Grid
    from govdoc.readers.word import Document
    from tests.hostile.makers import Parts

LAYOUT = load_layout("2021")
SHEETS = {section.table: section.sheet for section in LAYOUT.sections if section.table is not None}


@cache
def broken_samples() -> tuple[tuple[tuple[str, bytes], ...], ...]:
    """Return the parts of the samples with one fault each: their mutations meet other code than those of clean ones."""
    return tuple(_parts(path.read_bytes()) for path in sorted((SAMPLES / "broken").glob("*.xlsx")))


def _parts(raw: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def workbook(dice: Random) -> Parts:
    """Return the parts of an honest workbook, clean or with one fault."""
    return sample_parts() if dice.random() < 0.5 else dict(dice.choice(broken_samples()))


def report(_: Random) -> Parts:
    """Return the parts of an honest report."""
    return report_parts()


@cache
def grids() -> tuple[Grid, ...]:
    """Return the sheets of the sample; a total that no program has calculated has its number, a date is text."""
    reading = read(CHAOYANG)
    totals = {
        (SHEETS[table.key], slot.row, slot.column): float(reading.report.figures[slot.figure.key].value or 0)
        for table in LAYOUT.tables
        for slot in table.form.slots
    }
    return tuple(
        replace(
            grid,
            rows=[
                [
                    totals.get((grid.name, row, column))
                    if isinstance(content, Uncalculated)
                    else content.isoformat()[:10]
                    if isinstance(content, date)
                    else content
                    for column, content in enumerate(cells)
                ]
                for row, cells in enumerate(grid.rows)
            ],
        )
        for grid in read_workbook(CHAOYANG).grids
    )


@cache
def old() -> bytes:
    """Return the sample as the stream of an .xls, without its formulas."""
    texts: list[str] = []
    sheets = []
    for grid in grids():
        body = b"".join(record(0xE5, struct.pack("<HHHHH", 1, s.top, s.bottom, s.left, s.right)) for s in grid.spans)
        for row, cells in enumerate(grid.rows):
            for column, content in enumerate(cells):
                if isinstance(content, float):
                    body += number_record(row, column, content)
                elif isinstance(content, str):
                    body += text_record(row, column, len(texts))
                    texts.append(content)
        sheets.append(body)
    return old_workbook(*sheets, before=shared_texts(*texts), titles=[grid.name for grid in grids()])


@cache
def open_sample() -> bytes:
    """Return the sample as the content of an .ods, without its formulas."""
    return pack(open_document("".join(table("".join(_open_rows(grid)), escape(grid.name)) for grid in grids())))


def open_parts() -> Parts:
    """Return the parts of the sample as an .ods."""
    return dict(_parts(open_sample()))


def _open_rows(grid: Grid) -> list[str]:
    rows = []
    for cells in grid.rows:
        row = ""
        for content in cells:
            if isinstance(content, float):
                row += f'<table:table-cell office:value-type="float" office:value="{content}"/>'
            elif isinstance(content, str):
                row += open_cell(escape(content))
            else:
                row += "<table:table-cell/>"
        rows.append(f"<table:table-row>{row}</table:table-row>")
    return rows


@dataclass(frozen=True)
class Canary:
    """A workbook whose figures and sentences are told from all others, and what must stand in its report."""

    workbook: bytes
    figures: tuple[str, ...]
    sentences: tuple[str, ...]


_AGENCY, _FIRST = "某某测试局", 100_000_000


@cache
def _canary_parts() -> Parts:
    """Return a workbook every value of which is known by a number from 100,000,000 on."""
    figures = {key: _FIRST + number for number, key in enumerate(LAYOUT.figures)}
    texts = {section.key: [("", f"X{_FIRST}{section.key}X")] for section in LAYOUT.sections if section.table is None}
    info: dict[str, str | int] = {"agency": _AGENCY, "year": 2024, "published": "2025-01-20"}
    return dict(_parts(make_workbook(LAYOUT, info=info, figures=figures, narratives=texts)))


def canary(dice: Random) -> Canary:
    """Return a workbook filled by the dice."""
    numbers = [str(number) for number in dice.sample(range(200_000_000, 900_000_000), len(LAYOUT.figures))]
    marks = ("&", "<w:p>", "{_{", "{{", "}}", "\u3000", "“", "𠀀", "%}", "{# #}", "丙", "_", "\\1")
    sentences = {
        f"X{_FIRST}{section.key}X": f"甲{dice.randrange(10**12):012d}{dice.choice(marks)}乙{dice.choice(marks)}丙。"
        for section in LAYOUT.sections
        if section.table is None
    }
    values = {f"{_FIRST + number}": value for number, value in enumerate(numbers)}
    parts = {}
    for name, data in _canary_parts().items():
        text = data.decode()
        if name.startswith("xl/worksheets/"):
            text = re.sub(r"<v>(1000[0-9]{5})</v>", lambda match: f"<v>{values.get(match[1], match[1])}</v>", text)
        for old_text, new in sentences.items() if name == "xl/sharedStrings.xml" else ():
            text = text.replace(old_text, escape(new))
        parts[name] = text.encode()
    return Canary(pack(parts), tuple(numbers), tuple(sentences.values()))


# ---------------------------------------------------------------- pages


@cache
def page() -> bytes:
    """Return the sample as a page of a web site: headings, paragraphs and tables."""
    lines = []
    for block in read_document_of_sample().blocks:
        if isinstance(block, Text):
            tag = "h2" if block.style == "heading 1" else "p"
            lines.append(f"<{tag}>{escape(block.text)}</{tag}>")
        else:
            cells = [[escape(str(content or "")) for content in row] for row in block.rows]
            rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in cells)
            lines.append(f"<table>{rows}</table>")
    body = "\n".join(lines)
    return f'<html><head><meta charset="utf-8"><title>年报</title></head><body>{body}</body></html>'.encode()


def read_document_of_sample() -> Document:
    """Return the sample's report as it is read back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "报告.docx"
        path.write_bytes(pack(report_parts()))
        return read_document(path)


def nest(raw: bytes, dice: Random) -> bytes:
    """Put tags around the rest of a page, or spans into its cells."""
    at = dice.randrange(len(raw) + 1)
    tag = dice.choice(
        (b"<div>", b"<table><tr><td>", b"<b>", b"<td colspan=9999 rowspan=99999>", b"<!--", b"<script>", b"<p>")
    )
    return raw[:at] + tag * dice.choice((1, 1, 3, 300)) + raw[at:]


PAGE_MUTATIONS = (*BYTES, set_attribute, set_text, drop_element, repeat_element, move_element, nest, nest)
