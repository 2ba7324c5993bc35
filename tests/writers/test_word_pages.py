"""The printed pages, as LibreOffice sets them: what belongs together stands on one page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc.report import Entry, Figure
from govdoc.writers.word import load_template
from tests.roundtrip.sessions import report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govdoc.report import Report

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(
        shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="LibreOffice is not installed"
    ),
]

PAGE_NUMBER = re.compile(r"— ?[0-9]+ ?—")
LINES = 22  # a page


def pushed(section: str, lines: int) -> Report:
    """Return the sample's report, signed, with more lines in a section, which push what comes after down the page."""
    base = report()
    more = Entry("（六）其他", "\n".join(["补充说明的一行文字。"] * lines))
    rows = (*base.narratives[section], *([more] if lines else []))
    return replace(base, info={**base.info, "signature": "是"}, narratives={**base.narratives, section: rows})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Report]], list[list[list[str]]]]:
    """Return what prints reports: the lines of each page of each."""
    folder = tmp_path_factory.mktemp("pages")

    def printed(reports: list[Report]) -> list[list[list[str]]]:
        files = []
        for number, one in enumerate(reports):
            files.append(folder / f"{number}.docx")
            files[-1].write_bytes(load_template(one.layout).render(one))
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
        subprocess.run(
            [*command, "pdf", "--outdir", str(folder), *map(str, files)],
            env=os.environ | {"HOME": str(folder)},
            capture_output=True,
            check=True,
            timeout=300,
        )
        return [_lines(path.with_suffix(".pdf")) for path in files]

    return printed


def _lines(pdf: Path) -> list[list[str]]:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, encoding="utf-8")
    pages = [[re.sub(r"\s", "", line) for line in page.splitlines()] for page in text.stdout.split("\f")]
    return [[line for line in page if line and not PAGE_NUMBER.fullmatch(line)] for page in pages if any(page)]


def test_a_signature_is_not_parted_and_not_alone(pages: Callable[[list[Report]], list[list[list[str]]]]) -> None:
    for document in pages([pushed("other_matters", lines) for lines in range(LINES)]):
        *text, organ, date = document[-1]
        assert (organ, date) == ("朝阳市政府办公室", "2022年1月20日")
        assert text


def test_a_heading_stays_with_its_text_and_a_table_breaks_between_its_groups(
    pages: Callable[[list[Report]], list[list[list[str]]]],
) -> None:
    heading = re.compile("[一二三四五六]、.{2,20}情况|（[一二三四五六]）.{2,20}|第二十条.*|信息内容.*")
    for document in pages([pushed("overview", lines) for lines in range(0, LINES, 2)]):
        assert [page[-1] for page in document[:-1] if heading.fullmatch(page[-1])] == []
        # The label of the outer group is whole on the page on which the group begins.
        outer = next(page for page in document if any("（一）予以公开" in line for line in page))
        assert any("8.属于行政查询事项" in line for line in outer)
        last = next(page for page in document if any("四、结转下年度继续办理" in line for line in page))
        assert any("（七）总计" in line for line in last)


def narrow_digits() -> bool:
    """Return whether this machine has a font whose digits are half an em wide, as those of Times New Roman are."""
    if shutil.which("fc-match") is None:
        return False
    asked = ["fc-match", "-f", "%{family}", "Times New Roman"]
    family = subprocess.run(asked, capture_output=True, check=True, encoding="utf-8").stdout
    return any(name in family for name in ("Times New Roman", "Liberation Serif", "Tinos"))


@pytest.mark.skipif(not narrow_digits(), reason="no font like Times New Roman is installed (Liberation Serif)")
def test_a_long_figure_stands_on_one_line(pages: Callable[[list[Report]], list[list[list[str]]]]) -> None:
    figures = {key: Figure(12345678, "12345678") for key in report().layout.figures}
    (document,) = pages([replace(report().with_figures(figures), narratives={})])
    lines = "\n".join(line for page in document for line in page)
    assert lines.count("12345678") == len(figures)
