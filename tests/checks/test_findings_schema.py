"""What ``govdoc check --format json`` prints is what docs/findings.schema.json says, for every sample."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli_helpers import SAMPLES, run

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
TYPES: dict[str, type] = {"string": str, "object": dict, "array": list, "null": type(None)}


def faults(value: object, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Return where a value breaks a schema, as far as the words go that ours uses."""
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], at)
    known = {"type", "required", "additionalProperties", "properties", "items", "enum", "const", "pattern"}
    assert schema.keys() <= known | {"$schema", "$id", "$defs", "title", "description"}, schema.keys()
    if "const" in schema:
        return [] if value == schema["const"] else [f"{at} is not {schema['const']}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at} is {value}"]
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not isinstance(value, tuple(TYPES[one] for one in types)):
        return [f"{at} is no {types}"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{at} is {value}"]
    if isinstance(value, list):
        return [fault for number, one in enumerate(value) for fault in faults(one, schema["items"], f"{at}[{number}]")]
    if not isinstance(value, dict):
        return []
    found = [f"{at} lacks {key}" for key in schema["required"] if key not in value]
    for key, one in value.items():
        if key not in schema["properties"]:
            found.append(f"{at} has {key}")
        else:
            found += faults(one, schema["properties"][key], f"{at}.{key}")
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in (SAMPLES / "broken").glob("*.xlsx")))
def test_real_output_is_as_the_schema_says(name: str) -> None:
    data = json.loads(run("check", SAMPLES / "broken" / name, "--format", "json").out)
    assert faults(data, SCHEMA) == []
    assert data["findings"]


def test_a_clean_file_has_an_empty_list() -> None:
    data = json.loads(run("check", SAMPLES / "large-city-2024.xlsx", "--format", "json").out)
    assert data == {"version": 1, "findings": []}


def test_a_broken_object_is_seen() -> None:
    assert faults({"version": 2, "findings": []}, SCHEMA) == ["$.version is not 1"]
    assert faults({"version": 1, "findings": [{"code": "S301"}], "more": 1}, SCHEMA)
