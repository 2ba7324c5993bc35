"""An .xls (BIFF8 or BIFF5 in an OLE container): what it declares, and its values.

No library is given such a file: those that read the format trust what it says of itself, and a false count ends the
whole process. Record numbers and layouts are those of [MS-XLS] 2.4; whatever does not fit them is damage.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import LIMITS, WORKBOOK, damaged, over_limit
from govdoc.readers.facts import BookFacts, OverLimitError, SheetFacts, Together
from govdoc.readers.grid import Span
from govdoc.readers.number_formats import says_more, shows_percent
from govdoc.readers.xls_text import code_page, is_date_format, shared_texts, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from olefile import OleFileIO

    from govdoc.values import Content

_BEGIN, _END, _CONTINUE = 0x809, 0x0A, 0x3C
_FILE_PASS, _BOUND_SHEET, _CODE_PAGE, _DATE_1904, _FORMAT, _XF, _SST = 0x2F, 0x85, 0x42, 0x22, 0x41E, 0xE0, 0xFC
_ROW, _COLUMN_INFO, _MERGES = 0x208, 0x7D, 0xE5
_NUMBER, _RK, _MANY_RK, _SHARED, _LABEL, _RICH, _BOOL_ERROR = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205
_FORMULA, _STRING = 0x06, 0x207
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BIFF8 = 0x600
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # ECMA-376 part 1, 18.8.30
_PERCENTS = {9, 10}
_SPARE_SECTORS = 109  # of the allocation table: as many as its first part names
_MOST_ENTRIES = 10_000  # of a container; one with macros and embedded objects has some hundred


def inspect_xls(path: Path) -> BookFacts:
    """Return what an .xls holds, having refused what no honest workbook declares.

    Raises :class:`InputError` where the file is no .xls, encrypted, damaged or over a limit.
    """
    try:
        book = _Book(_read_stream(path))
        if book.encrypted:
            raise InputError(f"{path.name} 设了打开密码，读不了。", "请在 Excel 或 WPS 里取消密码，保存后再试。")
        return BookFacts(book.sheets(), "")
    except OverLimitError as error:
        raise over_limit(path, str(error), WORKBOOK) from error
    except (struct.error, UnicodeDecodeError, IndexError, OverflowError) as error:
        raise damaged(path, WORKBOOK) from error


def _check_sectors(path: Path) -> None:
    """Refuse sectors of a size that no container has, and tables of more sectors than the file has.

    [MS-CFB] 2.2: 512 or 4,096 bytes, and 64 in the small stream; the number of sectors of the allocation table stands
    at 44. The library reserves as much memory as the former say, and puts the table together anew for each of the
    latter. Raises :class:`InputError`.
    """
    with path.open("rb") as file:
        head = file.read(48)
    if head[30:34] not in (b"\x09\x00\x06\x00", b"\x0c\x00\x06\x00") or len(head) < 48:  # noqa: PLR2004 - see above
        raise damaged(path, WORKBOOK)
    sector = 1 << head[30]
    if struct.unpack_from("<I", head, 44)[0] > path.stat().st_size // (sector * sector // 4) + _SPARE_SECTORS:
        raise damaged(path, WORKBOOK)


def _container(path: Path) -> OleFileIO[str]:
    """Return the container open, unless its directory has more entries than any workbook's."""
    import olefile

    class Container(olefile.OleFileIO):  # type: ignore[type-arg]  # takes none when it runs
        """Counts the entries before an object is made of each."""

        def loaddirectory(self, sect: int) -> None:
            if len(self._open(sect, force_FAT=True).getbuffer()) > _MOST_ENTRIES * 128:
                raise OverLimitError(f"里有超过 {_MOST_ENTRIES} 个部件")
            super().loaddirectory(sect)

    return Container(str(path))


def _read_stream(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMITS.file:
            raise OverLimitError(f"超过 {LIMITS.file // 1024 // 1024} MB")
        _check_sectors(path)
        with _container(path) as container:
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            if name is None:
                encrypted = container.exists("EncryptedPackage")
                what = "设了打开密码，读不了" if encrypted else f"不是 {WORKBOOK}"
                remedy = "取消密码，保存后再试" if encrypted else "另存为“Excel 工作簿（.xlsx）”后再试"
                raise InputError(f"{path.name} {what}。", f"请用 Excel 或 WPS 打开，{remedy}。")
            if container.get_size(name) > LIMITS.stream:
                raise OverLimitError(f"里的工作簿超过 {LIMITS.stream // 1024 // 1024} MB")
            stream = bytes(container.openstream(name).read())
            if len(stream) < container.get_size(name):
                raise damaged(path, WORKBOOK)
            return stream
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path.name}。", "请检查文件名和所在文件夹。") from None
    except (OSError, ValueError, IndexError, struct.error, AttributeError, TypeError, RecursionError) as error:
        raise damaged(path, WORKBOOK) from error  # the library takes its container's word for much


@dataclass(slots=True)
class _Book:
    """What the workbook says before its first sheet, and how many records and cells were read of it."""

    stream: bytes
    encrypted: bool = False
    wide: bool = True  # BIFF8: texts say themselves how they are encoded
    encoding: str = "cp1252"
    date_1904: bool = False
    places: list[tuple[int, int, int, str]] = field(default_factory=list)  # offset, visibility, kind, name
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    records: int = 0
    code_pages: int = 0
    cells: int = 0
    characters: int = 0

    def __post_init__(self) -> None:
        shared: list[bytes] = []
        last = 0
        for kind, data in self._records(0):
            if kind == _SST:
                shared = [data]
            elif kind == _CONTINUE and last == _SST:
                shared.append(data)
            else:
                self._note(kind, data)
            last = _SST if kind == _CONTINUE and last == _SST else kind
            if self.encrypted:
                return
        if shared:
            self.texts = list(shared_texts(shared))

    def _records(self, offset: int) -> Iterator[tuple[int, bytes]]:
        """Yield number and data of the records from one on, up to the end of its part.

        Raises :class:`IndexError` where there is no such end: a sheet that is cut short is not read as a shorter one.
        """
        stream = self.stream
        while offset + 4 <= len(stream):
            kind, size = struct.unpack_from("<HH", stream, offset)
            self.records += 1
            if self.records > LIMITS.records:
                raise OverLimitError(f"里有超过 {LIMITS.records} 条记录")
            yield kind, stream[offset + 4 : offset + 4 + size]
            if kind == _END:
                return
            offset += 4 + size
        raise IndexError

    def _note(self, kind: int, data: bytes) -> None:
        if kind == _BEGIN:
            self.wide = struct.unpack_from("<H", data)[0] == _BIFF8
        elif kind == _FILE_PASS:
            self.encrypted = True
        elif kind == _CODE_PAGE:
            self.code_pages += 1
            if self.code_pages > LIMITS.sheets:  # a workbook has one; each is looked for among Python's modules
                raise OverLimitError("声明了太多编码")
            self.encoding = code_page(struct.unpack_from("<H", data)[0])
        elif kind == _DATE_1904:
            self.date_1904 = data[:1] == b"\x01"
        elif kind == _FORMAT:
            self.formats[struct.unpack_from("<H", data)[0]] = self.text(data, 2, narrow_length=not self.wide)
        elif kind == _XF:
            self.styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _BOUND_SHEET:
            name = self.text(data, 6, narrow_length=True)
            self.places.append((struct.unpack_from("<I", data)[0], data[4] & 3, data[5], name))
            if len(self.places) > LIMITS.sheets:
                raise OverLimitError(f"有超过 {LIMITS.sheets} 张工作表")

    def text(self, data: bytes, at: int, *, narrow_length: bool = False) -> str:
        """Return a text, whose length stands before it in one byte or in two."""
        return text_at(data, at, None if self.wide else self.encoding, narrow_length=narrow_length)

    def sheets(self) -> dict[str, SheetFacts]:
        """Return the worksheets with their values."""
        sheets: dict[str, SheetFacts] = {}
        together = Together()
        for offset, visibility, kind, name in self.places:
            if kind == 0:  # not a chart, macro or module
                if name in sheets:
                    raise OverLimitError(f"里的工作表“{name}”重复")
                sheets[name] = facts = _Sheet(self).read(self._records(offset))
                facts.hidden = visibility != 0
                together.add(facts)
        return sheets

    def number(self, value: float, style: int) -> Content:
        """Return a number as its cell shows it: a date where the format says so."""
        code = self.styles[style] if style < len(self.styles) else 0
        if code in _DATES if code not in self.formats else is_date_format(self.formats[code]):
            return _moment(value, date_1904=self.date_1904)
        return value

    def is_percent(self, style: int) -> bool:
        """Return whether a style shows a number as a percentage."""
        code = self.styles[style] if style < len(self.styles) else 0
        return shows_percent(self.formats[code]) if code in self.formats else code in _PERCENTS

    def telling_format(self, style: int) -> str:
        """Return a style's format where it shows more than a number, or another one, else an empty text."""
        code = self.formats.get(self.styles[style] if style < len(self.styles) else 0, "")
        return code if says_more(code) else ""


class _Sheet:
    """The state of one walk over a sheet's records."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.facts = SheetFacts()
        self.formula = (0, 0)

    def read(self, records: Iterator[tuple[int, bytes]]) -> SheetFacts:
        """Return what the records say."""
        for kind, data in records:
            if kind == _ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
                self.facts.hidden_rows.add(struct.unpack_from("<H", data)[0])
            elif kind == _COLUMN_INFO and struct.unpack_from("<H", data, 8)[0] & 0x01:
                first, last = struct.unpack_from("<HH", data)
                self.facts.hidden_columns.update(range(first, min(last, LIMITS.columns) + 1))
            elif kind == _MERGES:
                self._merges(data)
            else:
                self._cell(kind, data)
        return self.facts

    def _merges(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data)
        if len(self.facts.spans) + count > LIMITS.merges:
            raise OverLimitError(f"有超过 {LIMITS.merges} 处合并单元格")
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * number)
            self.facts.spans.append(Span(min(top, bottom), min(left, right), max(top, bottom), max(left, right)))

    def _cell(self, kind: int, data: bytes) -> None:
        if kind == _STRING:
            self._put(*self.formula, self.book.text(data, 0))
        elif kind == _MANY_RK:
            self._many_numbers(data)
        elif kind in (_NUMBER, _RK, _SHARED, _LABEL, _RICH, _BOOL_ERROR, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", data)
            if kind == _NUMBER:
                self._number(row, column, struct.unpack_from("<d", data, 6)[0], style)
            elif kind == _RK:
                self._number(row, column, _rk(struct.unpack_from("<I", data, 6)[0]), style)
            elif kind == _SHARED:
                self._put(row, column, self.book.texts[struct.unpack_from("<I", data, 6)[0]])
            elif kind in (_LABEL, _RICH):
                self._put(row, column, self.book.text(data, 6))
            elif kind == _BOOL_ERROR:
                self._bool_or_error(row, column, data[6], is_error=bool(data[7]))
            else:
                self._formula(row, column, data, style)

    def _many_numbers(self, data: bytes) -> None:
        row, first, count = *struct.unpack_from("<HH", data), (len(data) - 6) // 6
        if struct.unpack_from("<H", data, len(data) - 2)[0] - first + 1 != count:
            raise IndexError
        for number in range(count):
            style, code = struct.unpack_from("<HI", data, 4 + 6 * number)
            self._number(row, first + number, _rk(code), style)

    def _formula(self, row: int, column: int, data: bytes, style: int) -> None:
        """Read a formula's result ([MS-XLS] 2.5.133): a text follows in a record of its own."""
        self.formula = (row, column)
        if data[12:14] != b"\xff\xff":
            self._number(row, column, struct.unpack_from("<d", data, 6)[0], style)
        elif data[6] in (1, 2):
            self._bool_or_error(row, column, data[8], is_error=data[6] == 2)  # noqa: PLR2004 - 1 a truth value, 2 an error

    def _bool_or_error(self, row: int, column: int, code: int, *, is_error: bool) -> None:
        if is_error:
            self._put(row, column, None)
            self.facts.errors[row, column] = _ERRORS.get(code, "#ERROR!")
        else:
            self._put(row, column, bool(code))

    def _number(self, row: int, column: int, value: float, style: int) -> None:
        if self.book.is_percent(style):
            self.facts.percents.add((row, column))
        elif code := self.book.telling_format(style):
            self.facts.formats[row, column] = code
        self._put(row, column, self.book.number(float(value), style))

    def _put(self, row: int, column: int, content: Content) -> None:
        if row >= LIMITS.rows:
            raise OverLimitError(f"有一张表用到了第 {row + 1} 行，超过 {LIMITS.rows} 行")
        if column >= LIMITS.columns:
            raise OverLimitError(f"有一张表用到了第 {column + 1} 列，超过 {LIMITS.columns} 列")
        self.book.cells += 1
        self.book.characters += len(content) if isinstance(content, str) else 0
        if self.book.cells > LIMITS.cells:
            raise OverLimitError(f"有超过 {LIMITS.cells} 个单元格")
        self.facts.cells += 1
        self.facts.reach(row, column)
        self.facts.values[row, column] = content


def _rk(code: int) -> float:
    """Return the number that four bytes stand for ([MS-XLS] 2.5.217)."""
    if code & 2:
        value: float = struct.unpack("<i", struct.pack("<I", code))[0] >> 2
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (code & 0xFFFFFFFC) << 32))
    return value / 100 if code & 1 else value


_FIRST_MARCH_1900 = 60  # Excel counts a 29th of February 1900, which there was not


def _moment(value: float, *, date_1904: bool) -> date | datetime | time | float:
    """Return a day number as a date or time; one outside the calendar stays a number."""
    if 0 <= value < 1 and not date_1904:
        return (datetime(1900, 1, 1) + timedelta(seconds=round(value * 86_400))).time()  # noqa: DTZ001 - no zone in a sheet
    origin = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30 if value >= _FIRST_MARCH_1900 else 31)  # noqa: DTZ001
    try:
        moment = origin + timedelta(seconds=round(value * 86_400))
    except (OverflowError, ValueError):
        return value
    return moment.date() if moment.time() == time() else moment
