"""A report in whatever file it was published or saved → a Report. What a file is, its content says, not its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import DOCUMENT, OLE, ZIP, first_bytes, open_archive, refuse_other_document
from govdoc.readers.bind_page import Published, bind_page
from govdoc.readers.bind_particulars import NOTHING, Given
from govdoc.readers.word_parts import BODY_PART, unusual_names

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.readers.bind import Reading
    from govdoc.report import Report

_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|meta|article)\b", re.IGNORECASE)
_BOOK_PART = "xl/workbook.xml"  # a workbook has a beginning of its own too
_LOOKED_AT = 64 * 1024
_PDF, _MIME = b"%PDF", b"MIME-Version:"


def read_any(path: Path, given: Given = NOTHING) -> Reading:
    """Return the Report in a file of any kind: workbook, Word file, web page, text, or JSON written by ``export``.

    Raises :class:`InputError` where it is none of these, or cannot be read at all.
    """
    kind = _kind(path)
    if kind == "workbook":
        from govdoc.readers.bind import bind_book
        from govdoc.readers.workbook import read_workbook

        return bind_book(read_workbook(path))
    if kind == "json":
        from govdoc.readers.bind import Reading

        return Reading(_read_json(path), ())
    return read_published(path, given).reading()


def read_published(path: Path, given: Given = NOTHING) -> Published:
    """Return the Report in a Word file, a web page or a text, and how sure each figure of it is.

    Raises :class:`InputError` where the file is none of these, or cannot be read at all.
    """
    kind = _kind(path)
    if kind == "document":
        from govdoc.readers.word import as_seen
        from govdoc.readers.word_nested import read_any_document

        return bind_page(as_seen(read_any_document(path)), given=given)
    if kind == "page":
        from govdoc.readers.html import read_page

        page = read_page(path)
        return bind_page(page.document, page.paths, page.title, given)
    if kind == "text":
        from govdoc.readers.text import read_text

        return bind_page(read_text(path), given=given)
    raise InputError(
        f"{path.name} 已经是{'工作簿' if kind == 'workbook' else '数据文件'}，不用读入。",
        "要读入的是已公布的报告：Word 文档、保存下来的网页或文本。",
    )


def _kind(path: Path) -> str:
    """Return what a file is by its content."""
    start = first_bytes(path)
    refuse_other_document(path)
    if start == OLE:
        return "workbook"
    if start.startswith(ZIP):
        return "document" if is_document(path) else "workbook"
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if head.startswith(_PDF):
        raise InputError(f"{path.name} 是 PDF 文件，读不了。", "请用 Word 或 WPS 打开，另存为 .docx 后再试。")
    if not head.strip(b"\x00 \t\r\n"):
        raise InputError(f"{path.name} 是空文件。", "请检查文件，或重新保存一份。")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "json"
    if _MIME.lower() in head[:2048].lower() or _MARKUP.search(head.replace(b"\x00", b"")):
        return "page"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path.name} 不是文本、网页、Word 文档或工作簿。", "请另存为 .docx 或 .html 后再试。")
    return "text"


def is_document(path: Path) -> bool:
    """Return whether a zip file is a Word document."""
    try:
        with open_archive(path, DOCUMENT) as archive:
            there = archive.namelist()
            return BODY_PART in there or (_BOOK_PART not in there and BODY_PART in unusual_names(archive, path))
    except InputError:  # whoever reads it says why it cannot be read
        return path.suffix.lower() == ".docx"


def _read_json(path: Path) -> Report:
    from govdoc.readers.data import from_json
    from govdoc.readers.html import decode, read_bytes

    return from_json(decode(read_bytes(path)), path.name)
