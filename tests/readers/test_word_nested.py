"""Word files that govdoc did not write: no styles, tables in tables, one row over many grid columns."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml import parse_xml

from govdoc.layouts.schema import load_layout
from govdoc.readers.published import read_published
from tests import page_variants as pages
from tests.strategies import figures_that_add_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govdoc.readers.bind_page import Published

LAYOUT = load_layout("2021")
FIGURES = figures_that_add_up(LAYOUT, lambda place: 1_000 + 37 * place)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def table_xml(rows: pages.Table, wide: int = 1, number: str = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>") -> str:
    """Return a table with its merged cells; ``wide`` grid columns stand behind each column."""
    width = max(sum(cell.columns for cell in row) for row in rows)
    open_cells: dict[int, tuple[int, int]] = {}  # column -> (rows still to come, columns)
    lines = []
    for row in rows:
        cells = []
        left = list(row)
        column = 0
        while column < width and (left or column in open_cells):
            if column in open_cells:
                more, columns = open_cells.pop(column)
                if more > 1:
                    open_cells[column] = more - 1, columns
                text, merge, shape = "", "<w:vMerge/>", "<w:p/>"
            else:
                cell = left.pop(0)
                columns, text = cell.columns, escape(cell.text)
                merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
                if cell.rows > 1:
                    open_cells[column] = cell.rows - 1, columns
                shape = number if cell.number else "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
            span = f'<w:gridSpan w:val="{columns * wide}"/>' if columns * wide > 1 else ""
            cells.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{shape.format(text)}</w:tc>")
            column += columns
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl {_W}><w:tblPr/>{''.join(lines)}</w:tbl>"


def document(path: Path, draw: Callable[[pages.Table], str] = table_xml, *, numbered: bool = False) -> Published:
    """Write a document of plain paragraphs, and read it; ``numbered`` leaves the sections' numbers to Word."""
    made = Document()
    body = made.element.body
    made.add_paragraph(pages.title())
    made.add_paragraph(f"发布日期：{pages.PUBLISHED}　信息来源：{pages.ORIGIN}")
    tables = pages.tables(LAYOUT, FIGURES)
    for section in LAYOUT.sections:
        made.add_paragraph(section.heading.partition("、")[2] if numbered else section.heading)
        if section.table is not None:
            wrapped = parse_xml(f"<w:body {_W}>{draw(tables[section.table])}</w:body>")
            for element in list(wrapped):
                body.insert(len(body) - 1, element)  # what comes last holds the page's set-up
        for heading, lines in pages.NARRATIVES.get(section.key, ()):
            for line in filter(None, (heading, *lines)):
                made.add_paragraph(line)
    made.save(str(path))
    return read_published(path)


def assert_read(published: Published) -> None:
    assert {key: figure.value for key, figure in published.report.figures.items()} == FIGURES
    assert published.settled.doubts == {}
    assert published.report.agency == pages.AGENCY
    assert [entry.heading for entry in published.report.narratives["problems"]] == [
        "（一）存在的主要问题",
        "（二）改进情况",
    ]


def test_no_styles(tmp_path: Path) -> None:
    assert_read(document(tmp_path / "a.docx"))


def test_headings_numbered_by_word(tmp_path: Path) -> None:
    assert_read(document(tmp_path / "a.docx", numbered=True))


def test_many_grid_columns(tmp_path: Path) -> None:
    assert_read(document(tmp_path / "a.docx", lambda rows: table_xml(rows, 3)))


def test_a_table_in_a_table(tmp_path: Path) -> None:
    def draw(rows: pages.Table) -> str:
        said = "<w:tc><w:p><w:r><w:t>说明</w:t></w:r></w:p></w:tc>"
        return f"<w:tbl><w:tr>{said}<w:tc>{table_xml(rows)}<w:p/></w:tc></w:tr></w:tbl>"

    assert_read(document(tmp_path / "a.docx", draw))


def test_numbers_in_tables_of_their_own(tmp_path: Path) -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"
    assert_read(document(tmp_path / "a.docx", lambda rows: table_xml(rows, number=inner)))


def test_a_table_in_two_halves(tmp_path: Path) -> None:
    def draw(rows: pages.Table) -> str:
        if len(rows) < 20:
            return table_xml(rows)
        rest = [[replace(cell, rows=1, columns=1) for cell in row if cell.number or cell.leaf] for row in rows[14:]]
        return f"{table_xml(rows[:14])}<w:p><w:r><w:t>（续表）</w:t></w:r></w:p>{table_xml(rest)}"

    assert_read(document(tmp_path / "a.docx", draw))


def test_a_field_in_a_content_control(tmp_path: Path) -> None:
    def draw(rows: pages.Table) -> str:
        return f"<w:sdt><w:sdtContent>{table_xml(rows)}</w:sdtContent></w:sdt>"

    assert_read(document(tmp_path / "a.docx", draw))
