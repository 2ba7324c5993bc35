"""``govdoc doctor`` says what support needs, and nothing of the person, the machine or its folders."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from xml.parsers import expat

import pytest

import govdoc
from govdoc import doctor
from govdoc.files import LIMITS, Limits
from govdoc.writers import pdf
from tests.cli_helpers import ROOT, run


def said() -> str:
    ran = run("doctor")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_versions_and_limits_are_said() -> None:
    text = said()
    assert [
        name
        for name in (govdoc.__version__, "Python", "openpyxl", "python-calamine", "expat", "libxml2", "LibreOffice")
        if name not in text
    ] == []
    assert [field.name for field in fields(Limits) if f"{getattr(LIMITS, field.name):,}" not in text] == []


def test_every_library_that_govdoc_needs_is_named_with_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split("[>=]", line)[0] for line in project["dependencies"]}
    named = {line.name for line in doctor.diagnosis("0")[0].lines}
    assert needed - named == set()


def test_every_limit_has_a_name_that_people_understand() -> None:
    lines = doctor.diagnosis("0")[-1].lines
    assert [line.name for line in lines if line.name.isascii() and line.name != "XML"] == []


def test_nothing_private_is_said() -> None:
    text = said()
    private = {getpass.getuser(), socket.gethostname(), str(Path.home()), str(Path.cwd()), sys.prefix, os.sep + "usr"}
    assert [word for word in private if len(word) > 3 and word in text] == []
    assert "/" not in text.replace("（", "").replace("PDF", "")


def test_old_parsers_are_told_from_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert expat.version_info >= doctor.EXPAT_WANTED
    assert "请升级" not in said()
    monkeypatch.setattr(expat, "version_info", (2, 4, 0))
    assert "expat    2.4.0（请升级到 2.4.1 或更新）" in said()


@pytest.mark.parametrize("there", [True, False])
def test_libreoffice_is_looked_for(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    monkeypatch.delenv(pdf.PROGRAM_VARIABLE, raising=False)
    monkeypatch.setattr("shutil.which", lambda name: sys.executable if there and name == "soffice" else None)
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    assert ("LibreOffice  已安装" in said(), "请安装 LibreOffice" in said()) == (there, not there)


@pytest.mark.parametrize(("installed", "word"), [(None, "查不到"), (set(), "没有安装"), ({"黑体", "宋体"}, "已安装")])
def test_fonts_are_looked_for(monkeypatch: pytest.MonkeyPatch, installed: set[str] | None, word: str) -> None:
    monkeypatch.setattr(pdf, "installed_fonts", lambda: installed)
    line = next(line for line in doctor.diagnosis("0")[3].lines if line.name == "黑体")
    assert word in line.value


def test_a_library_that_is_missing_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LIBRARIES", ("there-is-none",))
    assert "there-is-none  没有安装" in said()
