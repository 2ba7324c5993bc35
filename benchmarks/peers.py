"""What govdoc is measured beside: a plain script, docxtemplater under Node, and the floor below which nobody gets."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from govdoc.files import template_path
from govdoc.finding import cell_name
from govdoc.layouts.schema import Layout, load_layout
from govdoc.readers.bind import bind_book
from govdoc.readers.workbook import read_workbook
from govdoc.writers.word import figure_tree, load_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve().parent
LAYOUT: Layout = load_layout("2021")


# ---------------------------------------------------------------- the plain script


def plain_script(workbook: Path, output: Path) -> None:
    """Build a report as one does with the stock libraries: load, fill the context, render, save. Nothing is checked."""
    from docxtpl import DocxTemplate
    from markupsafe import Markup
    from openpyxl import load_workbook

    book = load_workbook(workbook, data_only=True)
    texts = {key: str(book[sheet][cell].value) for key, sheet, cell in figure_places()}
    context: dict[str, object] = {
        **figure_tree(LAYOUT, texts),
        "标题": Markup(f"<w:r><w:t>{book['基本信息']['B2'].value}政府信息公开工作年度报告</w:t></w:r>"),  # noqa: S704
        **dict.fromkeys(("发布行", "导语", "落款", "草稿"), Markup()),
    }
    for section in LAYOUT.sections:
        if section.table is None:
            rows = book[section.sheet].iter_rows(min_row=2, max_col=2, values_only=True)
            lines = [line for row in rows for cell in row if cell for line in str(cell).split("\n")]
            paragraphs = (f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
            context[section.short] = Markup("".join(paragraphs))  # noqa: S704 - the sample's own text
    document = DocxTemplate(template_path(LAYOUT.edition))
    document.render(context, autoescape=True)
    document.save(output)


def figure_places() -> Iterator[tuple[str, str, str]]:
    """Yield each figure's key, sheet and cell in the standard workbook."""
    for section in LAYOUT.sections:
        if section.table is not None:
            for slot in LAYOUT.table[section.table].form.slots:
                yield slot.figure.key, section.sheet, cell_name(slot.row, slot.column)


# ---------------------------------------------------------------- docxtemplater and SheetJS


def node_reason() -> str:
    """Return why the peer under Node cannot run, or an empty text after its libraries are installed."""
    npm = shutil.which("npm")
    if shutil.which("node") is None or npm is None:
        return "Node is not installed"
    if not (HERE / "node" / "node_modules" / "docxtemplater").is_dir():
        done = subprocess.run([npm, "install", "--no-audit"], cwd=HERE / "node", capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            return "npm install failed"
    return ""


def node_times(workbooks: Sequence[Path], rounds: int) -> list[float]:
    """Return the times of the peer under Node in seconds, warm."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = [(f"f{number}", sheet, cell) for number, (_, sheet, cell) in enumerate(figure_places())]
        texts = [
            (f"t{number}{row}", section.sheet, f"B{row}")
            for number, section in enumerate(LAYOUT.sections)
            if section.table is None
            for row in range(2, 8)
        ]
        (folder / "places.json").write_text(json.dumps({"figures": places, "texts": texts}), encoding="utf-8")
        _node_template(folder / "template.docx", workbooks[0], [tag for tag, _, _ in texts])
        paths = (HERE / "node" / "peer.cjs", folder / "template.docx", folder / "places.json", folder / "out.docx")
        command = ["node", *map(str, paths), str(rounds), *map(str, workbooks)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return [float(line) / 1000 for line in done.stdout.split()]


def _node_template(path: Path, workbook: Path, texts: Sequence[str]) -> None:
    """Write the same report with docxtemplater's tags in the places of figures and text."""
    report = bind_book(read_workbook(workbook)).report
    data = load_template(report.layout).render(report)
    body = template_body()
    body = re.sub(r"<w:p(?: [^>]*)?>(?:(?!</w:p>).)*\{\{[pr] [^}]*\}\}(?:(?!</w:p>).)*</w:p>", "", body)
    for number, spec in enumerate(LAYOUT.figures.values()):
        body = re.sub(r"\{\{\s*" + re.escape(spec.address) + r"\s*\}\}", f"{{f{number}}}", body)
    paragraphs = "".join(f"<w:p><w:r><w:t>{{{tag}}}</w:t></w:r></w:p>" for tag in texts)
    body = body.replace("<w:body>", f"<w:body>{paragraphs}", 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        for name in archive.namelist():
            other.writestr(name, body if name == "word/document.xml" else archive.read(name))
    path.write_bytes(packed.getvalue())


def template_body() -> str:
    """Return the XML of the bundled template's body."""
    with zipfile.ZipFile(template_path(LAYOUT.edition)) as archive:
        return archive.read("word/document.xml").decode()


# ---------------------------------------------------------------- the floor


def floor(workbook: Path, parts: Sequence[bytes], output: Path) -> None:
    """Do what cannot be left out: inflate the input, deflate the output, write the bytes."""
    with zipfile.ZipFile(workbook) as archive:
        for name in archive.namelist():
            archive.read(name)
    output.write_bytes(b"".join(zlib.compress(part) for part in parts))


def calamine_alone(workbook: Path) -> None:
    """Read every sheet's values, and nothing else."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(workbook)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
