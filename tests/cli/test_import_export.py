"""``import`` and ``export`` as they are typed: what they write, say and return."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import ExitCode
from govdoc.readers.published import read_any
from govdoc.writers import pdf
from tests.cli_helpers import CHAOYANG, leftovers, run

if TYPE_CHECKING:
    from pathlib import Path

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed: no PDF can be made")


def sample(folder: Path) -> Path:
    path = folder / "年报.xlsx"
    shutil.copy(CHAOYANG, path)
    return path


def page(folder: Path) -> Path:
    path = folder / "年报.html"
    assert run("export", sample(folder), "--to", "html").code == ExitCode.OK
    return path


@pytest.mark.parametrize("to", ["html", "json", "csv"])
def test_an_export_lies_beside_its_source(to: str, tmp_path: Path) -> None:
    ran = run("export", sample(tmp_path), "--to", to)
    assert ran.code == ExitCode.OK
    assert (tmp_path / f"年报.{to}").stat().st_size > 1_000
    assert leftovers(tmp_path) == []


def test_an_edited_report_is_exported(tmp_path: Path) -> None:
    source = sample(tmp_path)
    assert run("build", source).code == ExitCode.OK
    ran = run("export", tmp_path / "年报.docx", "--to", "json")
    assert ran.code == ExitCode.OK
    figures = json.loads((tmp_path / "年报.json").read_text(encoding="utf-8"))["figures"]
    assert figures["t3.received.total"]["value"] == read_any(source).report.value("t3.received.total")


def test_what_is_there_stays(tmp_path: Path) -> None:
    source = sample(tmp_path)
    target = tmp_path / "年报.html"
    target.write_text("旧", encoding="utf-8")
    assert run("export", source, "--to", "html").code == ExitCode.OUTPUT
    assert target.read_text(encoding="utf-8") == "旧"
    assert run("export", source, "--to", "html", "--force", overwrites=[target]).code == ExitCode.OK
    assert target.read_text(encoding="utf-8") != "旧"


@pytest.mark.parametrize(
    "arguments",
    [("--to", "xml"), ("--to", "json", "--fragment"), ("--to", "html", "-o", "a.json"), ()],
)
def test_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = run("export", sample(tmp_path), *arguments)
    assert ran.code == ExitCode.USAGE
    assert ran.out == ""


def test_a_report_with_errors_is_not_exported(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    source = sample(tmp_path)
    book = load_workbook(source)
    book["二、主动公开"]["B4"].value = None
    book.save(source)
    ran = run("export", source, "--to", "html")
    assert ran.code == ExitCode.FINDINGS
    assert "V201" in ran.err
    assert not (tmp_path / "年报.html").exists()


def test_a_page_becomes_a_workbook(tmp_path: Path) -> None:
    source = page(tmp_path)
    ran = run("import", source, "-o", tmp_path / "去年.xlsx")
    assert ran.code == ExitCode.FINDINGS  # a page names neither 机关类别 nor 报告口径
    assert "照读 200 个）" in ran.out
    assert "L109" in ran.err
    assert run("import", source, "-o", tmp_path / "去年.xlsx").code == ExitCode.OUTPUT


def test_a_fragment_is_read_as_the_whole_page_is(tmp_path: Path) -> None:
    for name, options in (("页.html", ()), ("片段.html", ("--fragment",))):
        assert run("export", CHAOYANG, "--to", "html", *options, "-o", tmp_path / name).code == 0
    whole, part = (read_any(tmp_path / name).report for name in ("页.html", "片段.html"))
    assert part.figures == whole.figures
    assert part.narratives == whole.narratives


def test_what_is_doubtful_is_marked_in_the_workbook(tmp_path: Path) -> None:
    source = page(tmp_path)
    text = source.read_text(encoding="utf-8").replace("<td>6</td><td>23</td>", "<td></td><td>２３件</td>")
    source.write_text(text, encoding="utf-8")
    target = tmp_path / "去年.xlsx"
    ran = run("import", source, "-o", target)
    assert "照读 198 个，整理后读入 1 个，没有读出 1 个" in ran.out
    assert "I803" in ran.err
    assert "V205" in ran.err
    assert "V201" not in ran.err  # the empty cell is said once
    with zipfile.ZipFile(target) as archive:
        comments = "".join(archive.read(name).decode("utf-8") for name in archive.namelist() if "comments" in name)
        sheets = "".join(archive.read(name).decode("utf-8") for name in archive.namelist() if "worksheets/" in name)
    assert comments.count("<comment ") == 2
    assert 'sqref="B4"' in sheets


def test_year_and_agency_may_be_given(tmp_path: Path) -> None:
    source = page(tmp_path)
    target = tmp_path / "去年.xlsx"
    run("import", source, "-o", target, "--year", "2022", "--agency", "云岭市水务局")
    report = read_any(target).report
    assert (report.agency, report.year) == ("云岭市水务局", 2022)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("空.html", b""),
        ("a.pdf", b"%PDF-1.7"),
        ("a.rtf", b"{\\rtf1"),
        ("a.bin", b"\x01\x00\x02"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_other_files_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    ran = run("import", tmp_path / name, "-o", tmp_path / "去年.xlsx")
    assert ran.code == ExitCode.INPUT
    assert not (tmp_path / "去年.xlsx").exists()


def test_a_workbook_is_not_imported(tmp_path: Path) -> None:
    ran = run("import", sample(tmp_path), "-o", tmp_path / "去年.xlsx")
    assert ran.code == ExitCode.INPUT
    assert "已经是工作簿" in ran.err


# ---------------------------------------------------------------- PDF


@needs_office
@pytest.mark.office
def test_a_pdf_is_made(tmp_path: Path) -> None:
    ran = run("export", sample(tmp_path), "--to", "pdf")
    assert ran.code == ExitCode.OK
    assert pdf.is_pdf((tmp_path / "年报.pdf").read_bytes())
    assert leftovers(tmp_path) == []


def test_no_office_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PROGRAM_NAMES", ())
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    ran = run("export", sample(tmp_path), "--to", "pdf")
    assert ran.code == ExitCode.OUTPUT
    assert "LibreOffice" in ran.err
    assert not (tmp_path / "年报.pdf").exists()


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(pdf.PROGRAM_VARIABLE, str(program))


@pytest.mark.parametrize("script", ["exit 1", "echo 坏了", 'eval "out=\\${$(($#-1))}"; echo x > "$out/report.pdf"'])
def test_an_office_that_fails_is_said(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_office(tmp_path, script, monkeypatch)
    with pytest.raises(pdf.GovdocPdfError, match="没有生成 PDF") as raised:
        pdf.to_pdf(b"")
    assert raised.value.exit_code is ExitCode.OUTPUT


def test_an_office_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_office(tmp_path, "sleep 60 & wait", monkeypatch)
    with pytest.raises(pdf.GovdocPdfError, match="秒"):
        pdf.to_pdf(b"", timeout=0.5)


def test_fonts_of_a_report() -> None:
    from govdoc.pipeline import render

    fonts = pdf.fonts_of(render(read_any(CHAOYANG).report))
    assert "仿宋_GB2312" in fonts
    assert "zh-CN" not in fonts
