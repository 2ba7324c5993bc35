"""Tricks of the zip format: what the directory says, what the files say, and what a second reader would believe."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from govdoc.errors import ExitCode
from govdoc.readers.word import read_document
from govdoc.readers.workbook import read_workbook
from tests.hostile.makers import (
    Parts,
    archive_of,
    cell,
    data,
    deflated,
    entries,
    pack,
    report_parts,
    row,
    sample_parts,
    shared,
    workbook,
)
from tests.hostile.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOOK = workbook(data(row(1, cell("A1"))), strings=shared("x"))


def patched(raw: bytes, signature: bytes, offset: int, layout: str, *values: int, which: int = 0) -> bytes:
    """Return the archive with fields of one of its headers changed."""
    at = -1
    for _ in range(which + 1):
        at = raw.index(signature, at + 1)
    changed = bytearray(raw)
    struct.pack_into(layout, changed, at + offset, *values)
    return bytes(changed)


LOCAL, CENTRAL, LAST = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def overlapping(parts: Parts) -> bytes:
    """Return an archive whose further entries all point into the first."""
    kernel = zlib.compress(b"\x00" * 900_000, 9)[2:-4]
    raw = archive_of([*entries(parts), *[("x0", kernel, zipfile.ZIP_DEFLATED, 900_000, zlib.crc32(b"\x00" * 900_000))]])
    end = raw.index(LAST)
    last = raw.rindex(CENTRAL)
    copies = b"".join(raw[last : last + 46] + f"x{n}".ljust(2)[:2].encode() for n in range(1, 50))
    size = struct.unpack_from("<I", raw, end + 12)[0] + len(copies)
    return patched(raw[:end] + copies + raw[end:], LAST, 8, "<HHI", len(parts) + 50, len(parts) + 50, size)


def many(count: int) -> bytes:
    return archive_of([*entries(BOOK), *[(f"{n:x}", b"", 0, 0, 0) for n in range(count)]])


def false_size(size: int) -> bytes:
    packed, _, check = deflated(b"<sst>", b" ", 5_000_000, b"</sst>")
    rest = {name: part for name, part in BOOK.items() if "shared" not in name}
    return archive_of([*entries(rest), ("xl/sharedStrings.xml", packed, 8, size, check)])


TRICKS: dict[str, Callable[[], bytes]] = {
    "200,000 entries": lambda: many(200_000),
    "overlapping entries": lambda: overlapping(BOOK),
    "a size too small": lambda: false_size(10),
    "a size too large": lambda: false_size(90_000_000),
    "a false checksum": lambda: patched(pack(BOOK), CENTRAL, 16, "<I", 1),
    "a name that differs inside": lambda: pack(BOOK).replace(b"xl/workbook.xml", b"xl/workbooK.xml", 1),
    "names that differ in case": lambda: pack(BOOK | {"XL/Workbook.xml": b"<workbook/>"}),
    "a name with a backslash": lambda: archive_of([*entries(BOOK), ("xl\\workbook.xml", b"", 0, 0, 0)]),
    "a name that leads out": lambda: archive_of([*entries(BOOK), ("../../x", b"", 0, 0, 0)]),
    "one name twice": lambda: archive_of([*entries(BOOK), *entries(BOOK)[:1]]),
    "a method that is not known": lambda: patched(pack(BOOK), CENTRAL, 10, "<H", 9),
    "bzip2": lambda: pack(BOOK, zipfile.ZIP_BZIP2),
    "lzma": lambda: pack(BOOK, zipfile.ZIP_LZMA),
    "the flag of encryption": lambda: patched(pack(BOOK), CENTRAL, 8, "<H", 1),
    "strong encryption": lambda: patched(pack(BOOK), CENTRAL, 8, "<H", 0x41),
    "patched data": lambda: patched(pack(BOOK), CENTRAL, 8, "<H", 0x20),
    "an offset outside": lambda: patched(pack(BOOK), CENTRAL, 42, "<I", 0x7FFFFFFF),
    "a directory outside": lambda: patched(pack(BOOK), LAST, 16, "<I", 0x7FFFFFFF),
    "a zip64 size": lambda: patched(pack(BOOK), CENTRAL, 20, "<II", 0xFFFFFFFF, 0xFFFFFFFF),
    "cut short": lambda: pack(BOOK)[:-30],
    "cut in the middle": lambda: pack(BOOK)[: len(pack(BOOK)) // 2],
    "bytes before": lambda: b"MZ" + pack(BOOK),
    "a version from afar": lambda: patched(pack(BOOK), CENTRAL, 6, "<H", 99),
}


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_with_a_workbook_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(TRICKS[name]())
    end = watched(read_workbook, path)
    assert end.code == ExitCode.INPUT, end


def many_pictures(count: int) -> Parts:
    return report_parts() | {f"word/media/{n}.png": b"" for n in range(count)}


DOCUMENT_TRICKS: dict[str, Callable[[], bytes]] = {
    "too many parts": lambda: pack(many_pictures(2_000)),
    "bzip2": lambda: pack(report_parts(), zipfile.ZIP_BZIP2),
    "one name twice": lambda: archive_of([*entries(report_parts()), *entries(report_parts())[:1]]),
    "a false size": lambda: patched(
        pack(report_parts()), CENTRAL, 24, "<I", 99, which=list(report_parts()).index("word/document.xml")
    ),
}


@pytest.mark.parametrize("name", DOCUMENT_TRICKS)
def test_a_trick_with_a_document_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(DOCUMENT_TRICKS[name]())
    assert watched(read_document, path).code == ExitCode.INPUT


@pytest.mark.parametrize(
    "make",
    [
        lambda: pack(sample_parts()) + b"\x00" * 1000,
        lambda: pack(sample_parts())[:-2] + b"\x05\x00hello",
        lambda: pack(sample_parts(), zipfile.ZIP_STORED),
        lambda: patched(pack(sample_parts()), LOCAL, 8, "<H", 9),
        lambda: patched(pack(sample_parts()), LOCAL, 14, "<III", 0, 0, 0),
    ],
    ids=["bytes behind", "a comment", "stored", "another method inside", "no sizes inside"],
)
def test_what_mail_programs_and_packers_do_is_taken(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(make())
    assert watched(read_workbook, path).code == ExitCode.OK


def test_a_workbook_that_changes_while_it_is_read_is_read_as_it_was(tmp_path: Path) -> None:
    from govdoc.readers.xlsx import inspect_workbook

    path = tmp_path / "年报.xlsx"
    path.write_bytes(pack(BOOK))
    facts = inspect_workbook(path)
    path.write_bytes(b"")
    assert b"PK" in facts.content[:4]


def test_the_value_reader_sees_no_part_that_the_guard_has_not_seen(tmp_path: Path) -> None:
    """A second list of sheets, in a part that only one of two readers takes for the workbook."""
    import io

    from govdoc.readers.xlsx import inspect_workbook

    path = tmp_path / "年报.xlsx"
    path.write_bytes(
        pack(sample_parts() | {"xl/worksheets/hidden.xml": b"<worksheet/>", "xl/vbaProject.bin": b"macros"})
    )
    names = zipfile.ZipFile(io.BytesIO(inspect_workbook(path).content)).namelist()
    assert len(names) == 3 + 2 + 10
    assert not [name for name in names if "hidden" in name or "vba" in name]
