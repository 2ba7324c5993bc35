"""Every sample through the real command: the clean ones build without a word, each broken one raises its codes."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from govdoc.checks.catalogue import RULES
from govdoc.finding import Severity
from tests.cli_helpers import SAMPLES, run, run_process

CODES: dict[str, list[str]] = tomllib.loads((SAMPLES / "broken" / "codes.toml").read_text(encoding="utf-8"))
CLEAN = sorted(path.name for path in SAMPLES.glob("*.xlsx"))


def test_every_broken_sample_has_its_codes_and_no_other_is_listed() -> None:
    assert sorted(CODES) == sorted(path.name for path in (SAMPLES / "broken").glob("*.xlsx"))
    assert all(codes == sorted(codes) and codes for codes in CODES.values())
    assert {code for codes in CODES.values() for code in codes} <= set(RULES)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_sample_is_built_without_a_finding(tmp_path: Path, name: str) -> None:
    book = Path(shutil.copy(SAMPLES / name, tmp_path / name))
    assert run_process("check", book, folder=tmp_path).out == f"{book}  核对无误。\n"
    ran = run_process(book, folder=tmp_path)
    assert (ran.code, "核对无误" in ran.out) == (0, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, f"{book.stem}.docx"])


@pytest.mark.parametrize("name", CODES)
def test_a_broken_sample_raises_its_codes_and_blocks_only_for_errors(tmp_path: Path, name: str) -> None:
    book = Path(shutil.copy(SAMPLES / "broken" / name, tmp_path / name))
    ran = run("check", book, "--format", "json")
    findings = json.loads(ran.out)["findings"]
    assert (sorted(one["code"] for one in findings), ran.err) == (CODES[name], "")
    heavy = {severity.value for severity in Severity if severity.blocks}
    blocked = any(one["severity"] in heavy and not one["explanation"] for one in findings)
    assert ran.code == (3 if blocked else 0)
    assert name.partition("-")[0] in CODES[name]
    text = run("check", book)
    assert (text.code, text.err) == (ran.code, "")
    assert all(code in text.out for code in CODES[name])
    assert run(book).code == ran.code
    assert (tmp_path / f"{book.stem}.docx").exists() == (not blocked)
    assert all(one["message"] and one["remedy"] and one["file"] == name for one in findings)


def test_the_broken_samples_are_found_by_the_real_command(tmp_path: Path) -> None:
    names = list(CODES)
    ran = run_process("check", *(SAMPLES / "broken" / name for name in names), "--format", "json", folder=tmp_path)
    found: dict[str, list[str]] = {}
    for one in json.loads(ran.out)["findings"]:
        found.setdefault(one["file"], []).append(one["code"])
    assert ({name: sorted(found[name]) for name in names}, ran.code, ran.err) == (CODES, 3, "")
