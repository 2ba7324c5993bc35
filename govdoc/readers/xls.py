"""A first look into an .xls (BIFF8 in an OLE container), as :mod:`govdoc.readers.xlsx` takes one into an .xlsx.

One walk over the records counts cells and notes errors, hidden rows and columns. Record numbers and layouts are
those of [MS-XLS] 2.4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, over_limit
from govdoc.readers.facts import BookFacts, SheetFacts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE_PASS, _BOUND_SHEET, _BEGIN = 0x2F, 0x85, 0x809
_ROW, _COLUMN_INFO, _BOOL_ERROR, _FORMULA = 0x208, 0x7D, 0x205, 0x06
_CELLS = {0x203, 0x27E, 0xFD, 0x204, 0x201, _BOOL_ERROR, _FORMULA}  # row and column stand first in each
_MULTIPLE = {0xBD, 0xBE}  # many cells of one row: row, first column, …, last column
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def inspect_xls(path: Path) -> BookFacts:
    """Return what an .xls declares, having refused what no honest workbook declares.

    Raises :class:`InputError` where the file is no .xls, encrypted, damaged or over a limit.
    """
    try:
        sheets = _scan(_read_stream(path), path)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise damaged(path, WORKBOOK) from error
    for sheet in sheets.values():
        if sheet.rows > LIMITS.rows:
            raise over_limit(path, f"有一张表用到了第 {sheet.rows} 行，超过 {LIMITS.rows} 行", WORKBOOK)
    if sum(sheet.rows * sheet.columns for sheet in sheets.values()) > LIMITS.area:
        raise over_limit(path, f"用到的区域超过 {LIMITS.area} 格", WORKBOOK)
    return BookFacts(sheets, "")


def _scan(stream: bytes, path: Path) -> dict[str, SheetFacts]:
    names: dict[int, str] = {}
    sheets: dict[str, SheetFacts] = {}
    facts: SheetFacts | None = None
    cells = 0
    for offset, kind, data in _records(stream):
        if kind == _FILE_PASS:
            raise InputError(f"{path.name} 设了打开密码，读不了。", "请在 Excel 或 WPS 里取消密码，保存后再试。")
        if kind == _BOUND_SHEET:
            names[struct.unpack_from("<I", data)[0]] = _sheet_name(data)
        elif kind == _BEGIN:
            facts = sheets.setdefault(names[offset], SheetFacts()) if offset in names else None
        elif facts is not None:
            cells += _note(facts, kind, data)
        if len(names) > LIMITS.sheets or cells > LIMITS.cells:
            raise over_limit(path, f"有超过 {LIMITS.sheets} 张工作表或 {LIMITS.cells} 个单元格", WORKBOOK)
    return sheets


def _read_stream(path: Path) -> bytes:
    import olefile

    try:
        if path.stat().st_size > LIMITS.inflated:
            raise over_limit(path, f"超过 {LIMITS.inflated // 1024 // 1024} MB", WORKBOOK)
        with olefile.OleFileIO(str(path)) as container:
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            if name is None:
                encrypted = container.exists("EncryptedPackage")
                what = "设了打开密码，读不了" if encrypted else f"不是{WORKBOOK}"
                remedy = "取消密码，保存后再试" if encrypted else "另存为“Excel 工作簿（.xlsx）”后再试"
                raise InputError(f"{path.name} {what}。", f"请用 Excel 或 WPS 打开，{remedy}。")
            return bytes(container.openstream(name).read())
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path.name}。", "请检查文件名和所在文件夹。") from None
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise damaged(path, WORKBOOK) from error


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield each record's offset, number and data."""
    offset = 0
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size


def _sheet_name(data: bytes) -> str:
    length, wide = data[6], data[7] & 1
    return data[8 : 8 + length * 2].decode("utf-16-le") if wide else data[8 : 8 + length].decode("latin-1")


def _note(facts: SheetFacts, kind: int, data: bytes) -> int:
    """Note what a record says and return how many cells it holds."""
    if kind in _CELLS:
        row, column = struct.unpack_from("<HH", data)
        facts.reach(row, column)
        code = _error_code(kind, data)
        if code is not None:
            facts.errors[row, column] = _ERRORS.get(code, "#ERROR!")
        return 1
    if kind in _MULTIPLE:
        row, first = struct.unpack_from("<HH", data)
        (last,) = struct.unpack_from("<H", data, len(data) - 2)
        facts.reach(row, last)
        return max(0, int(last) - int(first) + 1)
    if kind == _ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
        facts.hidden_rows.add(struct.unpack_from("<H", data)[0])
    elif kind == _COLUMN_INFO and struct.unpack_from("<H", data, 8)[0] & 0x01:
        first, last = struct.unpack_from("<HH", data)
        facts.hidden_columns.update(range(first, min(last, LIMITS.columns) + 1))
    return 0


def _error_code(kind: int, data: bytes) -> int | None:
    if kind == _BOOL_ERROR and data[7]:
        return data[6]
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:  # noqa: PLR2004 - [MS-XLS] 2.5.133: 2 is an error
        return data[8]
    return None
