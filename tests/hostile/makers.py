"""Workbooks and documents made by script, part by part, so that each can lie in one place.

Honest ones come from the sample; ``workbook`` makes the smallest that a reader takes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING

from govdoc.pipeline import read, render
from tests.cli_helpers import CHAOYANG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Parts = dict[str, bytes]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REPORT = "word/document.xml"


# ---------------------------------------------------------------- packages


@cache
def _sample() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(CHAOYANG) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


@cache
def _report() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(render(read(CHAOYANG).report))) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def sample_parts() -> Parts:
    return dict(_sample())


def report_parts() -> Parts:
    return dict(_report())


def changed(parts: Parts, name: str, old: str | bytes, new: str | bytes) -> Parts:
    """Return the parts with the first of a text in one of them changed."""
    before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))
    assert before in parts[name], (name, old)
    return parts | {name: parts[name].replace(before, after, 1)}


def pack(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return buffer.getvalue()


def deflated(head: bytes, unit: bytes, count: int, tail: bytes) -> tuple[bytes, int, int]:
    """Return a long content deflated without ever being held, its length and its checksum."""
    many = max(1, 1024 * 1024 // len(unit))
    block = unit * many
    # Cut off from what came before, a block is packed once for all its repetitions.
    packed = [_flushed(head), *[_flushed(block)] * (count // many), _flushed(unit * (count % many) + tail)]
    check = zlib.crc32(head)
    for _ in range(count // many):
        check = zlib.crc32(block, check)
    check = zlib.crc32(unit * (count % many) + tail, check)
    return (
        b"".join([*packed, zlib.compressobj(9, zlib.DEFLATED, -15).flush()]),
        len(head) + len(unit) * count + len(tail),
        check,
    )


def _flushed(piece: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


Entry = tuple[str, bytes, int, int, int]  # name, stored bytes, method, declared size, checksum


def archive_of(entries: Iterable[Entry]) -> bytes:
    """Return a zip of entries that are already packed, and may lie about their size."""
    body: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data, method, size, check in entries:
        raw = name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, method, 0, 0x21, check, len(data), size, len(raw), 0)
        directory.append(b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + raw)
        body.append(b"PK\x03\x04" + common + raw + data)
        at += len(body[-1])
    number = min(len(body), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, number, number, sum(map(len, directory)), at, 0)
    return b"".join([*body, *directory, b"PK\x05\x06", end])


def entries(parts: Mapping[str, bytes]) -> list[Entry]:
    return [(name, data, zipfile.ZIP_STORED, len(data), zlib.crc32(data)) for name, data in parts.items()]


# ---------------------------------------------------------------- workbooks


def workbook(
    *sheets: str,
    strings: str | None = None,
    styles: str | None = None,
    names: Iterable[str] | None = None,
    defined: str = "",
) -> Parts:
    """Return the parts of a workbook; a sheet is given by its XML from ``<sheetData>`` on."""
    titles = list(names) if names is not None else [f"S{number}" for number in range(1, len(sheets) + 1)]
    listed = "".join(f'<sheet name="{title}" sheetId="{n}" r:id="r{n}"/>' for n, title in enumerate(titles, 1))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{min(n, len(sheets))}.xml"/>'
        for n in range(1, len(titles) + 1)
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets>{defined}</workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    if styles is not None:
        parts["xl/styles.xml"] = styles
    return {name: text.encode() for name, text in parts.items()}


def data(*rows: str) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def cell(name: str, value: str = "1", attributes: str = "") -> str:
    return f'<c r="{name}"{attributes}><v>{value}</v></c>'


def row(number: int | str, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def shared(*texts: str, declared: str = "") -> str:
    return f'<sst xmlns="{MAIN}"{declared}>{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


# ---------------------------------------------------------------- documents


def document(body: str, head: str = "") -> Parts:
    """Return the parts of a Word document."""
    return {
        REPORT: f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode(),
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}"/>'.encode(),
    }


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


# ---------------------------------------------------------------- old binary workbooks

_SECTOR = 512
_FREE, _CHAIN_END, _FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def container(stream: bytes, name: str = "Workbook") -> bytes:
    """Return an OLE container with one stream ([MS-CFB])."""
    stream = stream.ljust(4096, b"\x00")  # a shorter one would lie in the mini stream
    sectors = -(-len(stream) // _SECTOR)
    fat_sectors = 1
    while fat_sectors * 128 < sectors + 1 + fat_sectors:
        fat_sectors += 1
    assert fat_sectors <= 109
    fat = [_FAT_SECTOR] * fat_sectors + [_CHAIN_END]
    first = len(fat)
    fat += [*range(first + 1, first + sectors), _CHAIN_END]
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack(
        "<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, fat_sectors, fat_sectors, 0, 4096, *([_CHAIN_END, 0] * 2)
    )
    header += struct.pack("<109I", *[*range(fat_sectors), *[_FREE] * (109 - fat_sectors)])
    directory = _entry("Root Entry", 5, 1, _CHAIN_END, 0) + _entry(name, 2, _FREE, first, len(stream))
    return (
        header
        + struct.pack(f"<{len(fat)}I", *fat)
        + directory.ljust(_SECTOR, b"\x00")
        + stream.ljust(sectors * _SECTOR, b"\x00")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\x00\x00"
    links = struct.pack("<III", _FREE, _FREE, child)
    return (
        raw.ljust(64, b"\x00")
        + struct.pack("<HBB", len(raw), kind, 1)
        + links
        + b"\x00" * 36
        + struct.pack("<IQ", start, size)
    )


def record(kind: int, payload: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(payload)) + payload


BEGIN = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
END = record(0x0A)


def short_text(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def old_workbook(
    *sheets: bytes, before: bytes = b"", places: Iterable[int] | None = None, titles: Iterable[str] | None = None
) -> bytes:
    """Return the stream of an .xls; a sheet is given by its records, ``places`` may lie about where they begin."""
    names = [short_text(title) for title in titles or [f"S{number}" for number in range(1, len(sheets) + 1)]]
    length = len(BEGIN) + len(before) + sum(4 + 6 + len(name) for name in names) + len(END)
    bodies = [BEGIN + sheet + END for sheet in sheets]
    starts = [length + sum(len(body) for body in bodies[:number]) for number in range(len(bodies))]
    bounds = b"".join(
        record(0x85, struct.pack("<IBB", start, 0, 0) + name)
        for start, name in zip(places or starts, names, strict=True)
    )
    return BEGIN + before + bounds + END + b"".join(bodies)


def number_record(row_number: int, column: int, value: float = 1.0, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row_number, column, style, value))


def shared_texts(*texts: str, count: int | None = None) -> bytes:
    """Return the shared texts as a record of at most 8,224 bytes and those that continue it."""
    number = (len(texts) if count is None else count) & 0xFFFFFFFF
    blocks = [struct.pack("<II", number, number)]
    for text in texts:
        raw = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
        if len(blocks[-1]) + len(raw) > 8224:
            blocks.append(b"")
        blocks[-1] += raw
    return record(0xFC, blocks[0]) + b"".join(record(0x3C, block) for block in blocks[1:])


def text_record(row_number: int, column: int, number: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row_number, column, 0, number))


# ---------------------------------------------------------------- OpenDocument


def open_document(
    tables: str, *, head: str = "", mime: str = "application/vnd.oasis.opendocument.spreadsheet"
) -> Parts:
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    content = (
        f"{head}<office:document-content {names}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return {
        "mimetype": mime.encode(),
        "META-INF/manifest.xml": b"<manifest:manifest xmlns:manifest='urn:x'/>",
        "content.xml": content.encode(),
    }


def table(rows: str, name: str = "S1") -> str:
    return f'<table:table table:name="{name}">{rows}</table:table>'


def open_row(cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def open_cell(text: str = "x", repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
