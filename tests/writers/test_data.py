"""JSON and CSV: read back, held to the schema, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from govdoc.errors import InputError
from govdoc.readers.data import from_json
from govdoc.readers.published import read_any
from govdoc.report import Figure
from govdoc.writers.data import CSV_HEADS, harmless, to_csv, to_json
from tests.helpers import ROOT, SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def faults(value: object, schema: dict[str, Any], at: str = "") -> list[str]:
    """Return where a value breaks a schema: as much of JSON Schema as ours uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    kinds: dict[str, tuple[type, ...]] = {
        "object": (dict,),
        "array": (list,),
        "string": (str,),
        "integer": (int,),
        "null": (type(None),),
    }
    names = schema.get("type", [])
    allowed = tuple(kind for name in ([names] if isinstance(names, str) else names) for kind in kinds[name])
    if allowed and not isinstance(value, allowed):
        return [at]
    found = [at] if "const" in schema and value != schema["const"] else []
    if isinstance(value, dict):
        found += [f"{at}.{key}" for key in schema.get("required", []) if key not in value]
        for key, one in value.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
            found += [f"{at}.{key}"] if inner is False else faults(one, inner, f"{at}.{key}")
    if isinstance(value, list):
        for number, one in enumerate(value):
            found += faults(one, schema.get("items", {}), f"{at}[{number}]")
    return found


def test_the_sample_keeps_to_the_schema() -> None:
    assert faults(json.loads(to_json(read_any(SAMPLE).report)), SCHEMA) == []


def test_the_schema_sees_faults() -> None:
    record = json.loads(to_json(read_any(SAMPLE).report))
    record["version"] = 2
    record["figures"]["t2.fees.amount"]["value"] = 1.5
    del record["info"]
    assert sorted(faults(record, SCHEMA)) == [".figures.t2.fees.amount.value", ".info", ".version"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"edition": "1999"},
        {"figures": {"t9.none": {"value": 1, "shown": "1"}}},
        {"figures": {"t3.granted.total": {"value": 1.5, "shown": "1.5"}}},
        {"figures": {"t3.granted.total": {"value": True, "shown": "1"}}},
        {"figures": {"t2.fees.amount": {"value": "NaN", "shown": "NaN"}}},
        {"figures": []},
        {"info": {"agency": 3}},
        {"narratives": {"overview": [3]}},
    ],
)
def test_other_json_is_refused(change: dict[str, object]) -> None:
    record = json.loads(to_json(read_any(SAMPLE).report)) | change
    with pytest.raises(InputError):
        from_json(json.dumps(record), "a.json")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', "[" * 100_000])
def test_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        from_json(text, "a.json")


def test_csv_has_a_row_for_each_figure() -> None:
    report = read_any(SAMPLE).report
    data = to_csv(report)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == CSV_HEADS
    assert len(rows) == 1 + len(report.layout.figures)
    assert rows[4][2:] == ["t2.normative.made", "二.规范性文件.制发", "规范性文件", "制发", "6", "件"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("-3", "-3"),
        ("+3", "+3"),
        ("某局", "某局"),
    ],
)
def test_no_cell_is_a_formula(text: str, expected: str) -> None:
    assert harmless(text) == expected


def test_an_organs_name_is_no_formula() -> None:
    report = read_any(SAMPLE).report
    data = to_csv(replace(report, info={**report.info, "agency": "=HYPERLINK(1)"})).decode("utf-8-sig")
    assert "\n=HYPERLINK" not in data
    assert "'=HYPERLINK(1)" in data


def test_a_blank_figure_is_null(tmp_path: Path) -> None:
    report = read_any(SAMPLE).report
    blank = report.with_figures({"t2.fees.amount": Figure(None, "")})
    assert json.loads(to_json(blank))["figures"]["t2.fees.amount"]["value"] is None
    path = tmp_path / "a.json"
    path.write_bytes(to_json(blank))
    assert read_any(path).report == blank
