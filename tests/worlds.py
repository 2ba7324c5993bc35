"""Reports in memory, made of figures written as data: the large city of the samples, the bureau of the sentences."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govdoc.layouts.schema import Layout, load_layout
from govdoc.report import Entry, Figure, Report
from govdoc.values import Value, show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
LAYOUT: Layout = load_layout("2021")
COLUMNS = [column.key for column in LAYOUT.table["t3"].blocks[0].columns]


@cache
def data(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"), parse_float=Decimal)


def world(content: Mapping[str, Any]) -> Report:
    """Return the report that data in the shape of tools/large-city-2024.toml describes, without its narrative."""
    figures: dict[str, Value] = dict.fromkeys(LAYOUT.figures, 0)
    figures |= content["figures"]
    figures |= _table_3(content["table_3"])
    previous = {**content.get("previous", {}), **_table_3(content.get("previous_table_3", {}))}
    info = {key: str(value) for key, value in content["info"].items()}
    return Report(LAYOUT, info, _figures(figures), {}, previous=_figures(previous))


def narratives(content: Mapping[str, Any]) -> dict[str, tuple[Entry, ...]]:
    return {
        section: tuple(Entry(one["heading"], one["text"].strip("\n")) for one in entries)
        for section, entries in content["narratives"].items()
    }


def _table_3(rows: Mapping[str, list[int]]) -> dict[str, Value]:
    return {
        f"t3.{row}.{column}": number
        for row, numbers in rows.items()
        for column, number in zip(COLUMNS, numbers, strict=True)
    }


def _figures(values: Mapping[str, Value]) -> dict[str, Figure]:
    return {key: Figure(value, show_number(value)) for key, value in values.items()}
