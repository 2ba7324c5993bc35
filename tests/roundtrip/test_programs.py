"""Other programs on the report: LibreOffice saves it in between, checkers of the field judge it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from openxml_audit import OpenXmlValidator

from govdoc.editing import check_against, pull, refresh
from govdoc.pipeline import render
from tests.roundtrip.sessions import BODY, SAMPLE, original, refreshed, report, told, with_figures, written

if TYPE_CHECKING:
    from collections.abc import Sequence

# What the report is held to; the others (margins, 33 pt, table and first sentences) are that checker's house style.
JUDGED = re.compile("C00[2-5]|C00[7-9]|C010|C01[2-5]|C018|C02[1-3]|C029|C036")


def figures() -> dict[str, int]:
    return {key: number for number, key in enumerate(report().layout.figures, start=1000)}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample's report as LibreOffice saves it."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    (folder / "年报.docx").write_bytes(original())
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "docx",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder / "saved"), str(folder / "年报.docx")],
        env=os.environ | {"HOME": str(folder)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    return folder / "saved" / "年报.docx"


@pytest.mark.office
def test_a_report_saved_by_libreoffice_keeps_every_place(saved: Path) -> None:
    data = saved.read_bytes()
    result = refreshed(data, with_figures(figures()))
    assert (len(written(result)), told(result)) == (206, [])
    back = refreshed(result.package.pack(), report())
    assert back.package.parts[BODY] == refreshed(data, report()).package.parts[BODY]
    assert not refreshed(data, report()).changed


@pytest.mark.office
def test_a_report_saved_by_libreoffice_says_the_same(saved: Path, tmp_path: Path) -> None:
    assert check_against(saved, SAMPLE).findings == ()
    book = tmp_path / "年报.xlsx"
    book.write_bytes(SAMPLE.read_bytes())
    assert pull(saved, book).written is None


def test_python_docx_keeps_every_place(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(original())
    docx.Document(str(path)).save(str(path))
    result = refreshed(path.read_bytes(), with_figures(figures()))
    assert (len(written(result)), told(result)) == (206, [])


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Return a report, and the same refreshed."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "年报.docx").write_bytes(render(report()))
    (folder / "更新.docx").write_bytes(refreshed(original(), with_figures(figures())).package.pack())
    return sorted(folder.iterdir())


def beside_python(name: str) -> str | None:
    """Return a program of this environment, whether or not it is on the path."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def test_reports_are_valid_for_word(documents: Sequence[Path]) -> None:
    for path in documents:
        assert [str(error) for error in OpenXmlValidator(security_validation=True).validate(path).errors] == []


def test_reports_are_whole_for_another_checker(documents: Sequence[Path]) -> None:
    program = beside_python("ooxml-integrity")
    if program is None:
        pytest.skip("ooxml-integrity is not installed")
    for path in documents:
        ran = subprocess.run([program, "check", str(path)], capture_output=True, check=False, encoding="utf-8")
        assert (ran.returncode, "0 error(s), 0 warning(s)" in ran.stdout) == (0, True)


def test_the_page_is_that_of_official_documents(documents: Sequence[Path]) -> None:
    program = beside_python("gongwen")
    if program is None:
        pytest.skip("gongwen-skill is not installed")
    command = [program, "check", str(documents[-1]), "-t", "report"]
    ran = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert ran.stdout
    assert JUDGED.findall(ran.stdout) == []


def test_a_refresh_is_written_whole(tmp_path: Path) -> None:
    book, file = tmp_path / "年报.xlsx", tmp_path / "年报.docx"
    book.write_bytes(SAMPLE.read_bytes())
    file.write_bytes(original())
    assert refresh(file, book).written is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["年报.docx", "年报.xlsx"]
