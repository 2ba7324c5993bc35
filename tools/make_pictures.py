"""Draw the pictures of the README into ``docs/images``: the workbook, the findings, the report.

Run it as ``python tools/make_pictures.py``. Needs LibreOffice, poppler (pdftoppm, pdftotext) and Chinese fonts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# The layouts and the code of this checkout, not those of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govdoc import Options, build, check
from govdoc.writers.columns import display_width
from govdoc.writers.findings import findings_text, summary

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "sample_inputs" / "chaoyang-2021.xlsx"
BROKEN = ROOT / "sample_inputs" / "broken" / "S301-各列之和.xlsx"
COLUMN = 1.77  # millimetres: half of 10 pt
MARK = "本列数据的勾稽关系"  # stands in table 3 and nowhere before it


def run(*command: str | Path) -> str:
    """Run a program and return what it prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words


def to_pdf(document: Path, folder: Path) -> Path:
    """Turn a document into pages."""
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, document)
    return folder / f"{document.stem}.pdf"


def page(pdf: Path, number: int, name: str, dots: int) -> None:
    """Draw one page as a picture."""
    target = IMAGES / name
    run("pdftoppm", "-r", str(dots), "-f", str(number), "-l", str(number), "-png", "-singlefile", pdf, target)
    sys.stdout.write(f"{target.relative_to(ROOT).as_posix()}.png\n")


def page_with(pdf: Path, text: str) -> int:
    """Return the first page that holds a text."""
    pages = run("pdftotext", pdf, "-").split("\f")
    return next(number for number, words in enumerate(pages, start=1) if text in words.replace("\n", ""))


def typeset(text: str, target: Path) -> None:
    """Write text as a terminal shows it: every character as wide as its column, one page just large enough."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    lines = text.splitlines()
    document = Document()
    section = document.sections[0]
    columns = max(map(display_width, lines))
    section.page_width, section.page_height = Mm(15 + COLUMN * columns), Mm(14 + 6 * len(lines))
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans Mono CJK SC", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans Mono CJK SC")
    style.paragraph_format.space_after = Pt(0)
    for line in lines:
        document.add_paragraph(line)
    document.save(str(target))


def main() -> None:
    """Draw every picture."""
    if shutil.which("soffice") is None or shutil.which("pdftoppm") is None:
        sys.exit("LibreOffice and poppler are needed")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbook = to_pdf(SAMPLE, folder)
        page(workbook, page_with(workbook, MARK), "workbook", 90)
        report = folder / "report.docx"
        build(SAMPLE, report, Options())
        pages = to_pdf(report, folder)
        page(pages, 1, "report-1", 60)
        page(pages, page_with(pages, MARK), "report-2", 60)
        outcome = check(BROKEN)
        text = f"$ govdoc {BROKEN.name}\n{BROKEN.name}  {summary(outcome.findings)}；报告没有生成。\n\n"
        listing = folder / "findings.docx"
        typeset(text + findings_text(outcome.findings), listing)
        page(to_pdf(listing, folder), 1, "findings", 80)


if __name__ == "__main__":
    main()
