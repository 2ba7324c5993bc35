"""A workbook of openpyxl's → bytes, without the temporary file that it writes for each sheet.

What people have typed does not lie about in the system's folder for temporary files, and a full disk there is no
matter. Imports openpyxl: imported where a workbook is made.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from openpyxl import Workbook


def saved(book: Workbook) -> bytes:
    """Return a workbook as openpyxl saves it: with the time of saving in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(book, archive).write_data()
    return buffer.getvalue()


class _Writer(ExcelWriter):
    """The library's writer, but for where a sheet waits until it is packed."""

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet: what the library's own function does, step by step."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001 - so does the library
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        xml = io.BytesIO()
        writer: Any = WorksheetWriter(ws, xml)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        archive: zipfile.ZipFile = vars(self)["_archive"]
        archive.writestr(ws.path[1:], xml.getvalue())
        self.manifest.append(ws)
