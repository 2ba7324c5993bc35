"""Edition 2019 beside 2021: a layout and a template, no code of its own."""

from __future__ import annotations

import random
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from docx import Document

from govdoc import pipeline
from govdoc.errors import LayoutError
from govdoc.layouts.schema import Layout, editions, layout_for, load_layout, parse_layout
from govdoc.report import Report
from govdoc.roundtrip import pull
from govdoc.values import Value, show_number
from govdoc.writers import annotate_list, workbook_sum
from govdoc.writers.workbook import make_workbook

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "overview": [("（一）主动公开情况", "正文。")],
    "problems": [("（一）存在的主要问题", "正文。")],
    "other_matters": [("信息处理费", "收取信息处理费0元。")],
}


def random_figures(layout: Layout, seed: int) -> dict[str, Value | str]:
    """Return figures whose sums hold, from a seed."""
    dice = random.Random(seed)  # noqa: S311 - no secret is made of it
    kinds: dict[str, list[Value | str]] = {
        "count": [0, 1, 7, 123, 4567],
        "amount": [0, Decimal("59237.2449")],
        "change": [0, -2, 3, "+3"],
        "money": [0, "123.45万元", "1234500元"],
    }
    figures: dict[str, Value | str] = {
        key: dice.choice(kinds[spec.kind]) for key, spec in layout.figures.items() if key not in layout.totals
    }

    def total(key: str) -> int:
        if key in layout.totals:
            return sum(total(part) for part in layout.totals[key].parts)
        value = figures[key]
        assert isinstance(value, int)
        return value

    for equation in layout.equations:  # what came in is what was settled or carried on
        if len(equation.equals) > 1 and equation.parts[0] not in layout.totals:
            settled, carried = equation.equals
            figures[equation.parts[0]] = total(settled) + total(carried) - total(equation.parts[1])
            if total(equation.parts[0]) < 0:
                figures[equation.parts[1]] = 0
                figures[equation.parts[0]] = total(settled) + total(carried)
    return figures | {key: total(key) for key in layout.totals}


def workbook(folder: Path, layout: Layout, figures: dict[str, Value | str]) -> Path:
    info: dict[str, str | int] = {
        "agency": "某某市财政局",
        "year": layout.first_year,
        "agency_type": "政府部门",
        "scope": "本级",
    }
    path = folder / "年报.xlsx"
    path.write_bytes(make_workbook(layout, info=info, figures=figures, narratives=TEXTS))
    return path


def test_the_year_says_which_edition_is_in_force() -> None:
    assert editions() == ("2019", "2021")
    found = {year: layout_for(year) for year in (2018, 2019, 2020, 2021, 2030)}
    assert {year: layout and layout.edition for year, layout in found.items()} == {
        2018: None,
        2019: "2019",
        2020: "2019",
        2021: "2021",
        2030: "2021",
    }


@pytest.mark.parametrize(("edition", "count"), [("2019", 22 + 23 * 7 + 15), ("2021", 200)])
def test_the_number_of_figures(edition: str, count: int) -> None:
    assert len(load_layout(edition).figures) == count


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(5))
def test_figures_come_through_from_workbook_to_report(tmp_path: Path, edition: str, seed: int) -> None:
    layout = load_layout(edition)
    figures = random_figures(layout, seed)
    outcome = pipeline.build(workbook(tmp_path, layout, figures))
    assert [(finding.code, finding.message) for finding in outcome.findings if finding.blocks] == []
    assert outcome.written is not None
    printed = {key: value if isinstance(value, str) else show_number(value) for key, value in figures.items()}
    assert {key: figure.shown for key, figure in outcome.report.figures.items()} == printed
    cells = [cell.text for table in Document(str(outcome.written)).tables for row in table.rows for cell in row.cells]
    assert {label.text for table in layout.tables for label in table.form.labels} <= set(cells)


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_workbook_without_its_mark_is_known_by_its_year(tmp_path: Path, edition: str) -> None:
    from openpyxl import load_workbook

    layout = load_layout(edition)
    path = workbook(tmp_path, layout, random_figures(layout, 1))
    book = load_workbook(path)
    book.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # missing in the stubs
    book.save(path)
    outcome = pipeline.check(path)
    assert outcome.report.layout.edition == edition
    assert not outcome.blocked


@pytest.mark.parametrize("edition", editions())
def test_the_sheets_that_commands_add_are_known_to_the_edition(edition: str) -> None:
    added = {annotate_list.SHEET, pull.SHEET, workbook_sum.CONTRIBUTIONS, workbook_sum.MISSING}
    assert set(load_layout(edition).workbook.other) == added


def test_a_choice_that_no_field_offers_is_refused() -> None:
    text = resources.files("govdoc.layouts").joinpath("2021.toml").read_text(encoding="utf-8")
    with pytest.raises(LayoutError, match="choice 同意"):
        parse_layout(text.replace('signed = "是"', 'signed = "同意"'), "2021.toml")


def test_a_layout_decides_which_choice_signs_a_report() -> None:
    text = resources.files("govdoc.layouts").joinpath("2021.toml").read_text(encoding="utf-8")
    words = text.replace('signed = "是"', 'signed = "印"').replace('choices = ["是", "否"]', 'choices = ["印", "不印"]')
    layout = parse_layout(words.replace('default = "否"', 'default = "不印"'), "words")
    info = {"agency": "某某局", "published": "2025-01-20"}
    assert Report(layout, {**info, "signature": "印"}, {}, {}).signature == ("某某局", "2025年1月20日")
    assert Report(layout, {**info, "signature": "是"}, {}, {}).signature == ()
