"""Files in and out: limits on inputs, names that every system accepts, output that is whole or absent, templates.

Knows no format beyond the zip directory that workbooks and documents share.
"""

from __future__ import annotations

import errno
import io
import os
import posixpath
import re
import struct
import time
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from govdoc.errors import InputError, LayoutError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Limits:
    """What an input may ask of us. A statutory workbook has about 1,000 cells and 30 kB: these are generous."""

    file: int = 100 * 1024 * 1024  # bytes on the disk; pictures in an edited report may take most of it
    entries: int = 2_000
    inflated: int = 100 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 1024 * 1024
    sheets: int = 64
    rows: int = 5_000
    columns: int = 256
    cells: int = 100_000
    area: int = 2_000_000  # cells in the rectangles that the sheets reach: a value reader fills them in memory
    merges: int = 5_000
    styles: int = 65_000
    cell_text: int = 32_767  # UTF-16 units, as spreadsheet programs count
    text: int = 64 * 1024 * 1024
    xml: int = 32 * 1024 * 1024  # bytes of all the XML that is read from one file
    tags: int = 1_000_000  # a start and an end tag count as two
    run: int = 1024 * 1024  # bytes between two tags, or within one: bounds a text, and the attributes of an element
    stream: int = 32 * 1024 * 1024  # bytes of the book in an old binary file
    records: int = 500_000
    paragraphs: int = 200_000
    tables: int = 2_000  # of a document or a page; each is compared with every statutory table
    narrative: int = 500_000  # characters of all narrative of a report, of which a long one has 20,000


LIMITS = Limits()

ZIP = b"PK"
# The names of what old files hold: of a text, in .doc and .wps, and of a workbook, which may have a text within.
_OLD_WORD, _OLD_BOOK = "WordDocument".encode("utf-16-le"), "Workbook".encode("utf-16-le")
_ODT, _MIME_ENDS = b"mimetypeapplication/vnd.oasis.opendocument.text", 100
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*)?")
_ENDS = re.compile(r"^[\s.]+|[\s.]+$")  # Windows drops them in silence
_BEGINS = re.compile(r"^(?:-+|~\$)")  # would be an option of a command, or a lock file of Office
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029]')
TEMPORARY = ".govdoc-"  # begins the name of a file that is still being written
_LONGEST_NAME = 200  # bytes of UTF-8, with room for a suffix under the 255 of common file systems
_RETRIES = (0.1, 0.3, 0.6)  # seconds; virus scanners and indexers hold a fresh file for moments


def first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file, which tell what it is.

    Raises :class:`InputError` where the file is missing, empty, a folder, or may not be read.
    """
    return _read(path, len(OLE))


def refuse_other_document(path: Path) -> None:
    """Refuse a text in a format that Word and WPS also save, and that is not read: .doc, .wps, .odt, .rtf.

    Raises :class:`InputError` with the way out; another kind of file is none of its business.
    """
    start = _read(path, _MIME_ENDS)
    kind = ""
    if start.startswith(OLE):
        data = read_file(path)
        kind = "旧版 Word 文档（.doc）" if _OLD_WORD in data and _OLD_BOOK not in data else ""
    elif start.startswith(ZIP) and _ODT in start:
        kind = " OpenDocument 文本（.odt）"
    elif start.startswith(b"{\\rtf"):
        kind = " RTF 文件"
    if kind:
        raise InputError(
            f"{path.name} 是{kind}，读不了。", "请用 Word 或 WPS 打开，另存为“Word 文档（*.docx）”后再试。"
        )


def read_file(path: Path) -> bytes:
    """Return a file's bytes. What is looked into and what is read afterwards are then the same, whoever writes to it.

    Raises :class:`InputError` where the file is missing, empty, unreadable, no ordinary file, or too large.
    """
    data = _read(path, LIMITS.file + 1)
    if len(data) > LIMITS.file:
        raise over_limit(path, f"超过 {LIMITS.file // 1024 // 1024} MB", WORKBOOK)
    return data


def _read(path: Path, size: int) -> bytes:
    try:
        if path.is_dir():  # Windows would say that it may not be read
            raise InputError(f"{path.name} 是文件夹。", "请指定其中的一个文件。")
        if path.exists() and not path.is_file():  # a pipe would block for ever
            raise InputError(f"{path.name} 不是普通文件。", "请指定保存在磁盘上的文件。")
        with path.open("rb") as file:
            data = file.read(size)
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path.name}。", "请检查文件名和所在文件夹。") from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if not data:
        raise InputError(f"{path.name} 是空文件，里面什么也没有。", "请检查文件，或重新保存一份。")
    return data


def _unreadable(path: Path, error: OSError) -> InputError:
    remedy = "正在别的程序里打开的，请先关闭；否则请检查文件的权限，或另存一份再试。"
    return InputError(f"打不开 {path.name}（{reason_of(error)}）。", remedy)


_REASONS = {
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名称太长",
    errno.ENOENT: "文件夹不见了",
    errno.EFBIG: "文件太大",
}


_IN_USE = (32, 33)  # ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows, which come as a lack of permission


def reason_of(error: OSError) -> str:
    """Return in Chinese why the system refused."""
    if getattr(error, "winerror", None) in _IN_USE:
        return "正在别的程序里打开"
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno}")


class Archive(zipfile.ZipFile):
    """A zip file that lies in memory."""

    def __init__(self, data: bytes) -> None:
        """Read the directory of an archive."""
        super().__init__(io.BytesIO(data))
        self.data = data


def open_archive(path: Path, kind: str) -> Archive:
    """Return an open zip archive whose directory keeps to the limits; ``kind`` names the format in messages.

    Raises :class:`InputError` where the file is missing, unreadable, encrypted, no archive, or over a limit.
    """
    data = read_file(path)
    if data.startswith(OLE):
        raise _ole(path, data, kind)
    if not data.startswith(ZIP):
        raise InputError(f"{path.name} 不是 {kind}。", _SAVE_AS[kind])
    if data.count(_ENTRY) > LIMITS.entries:  # before the library makes an object of each
        raise over_limit(path, f"内部的部件超过 {LIMITS.entries} 个", kind)
    try:
        archive = Archive(data)
        _check_directory(path, archive, len(data), kind)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise damaged(path, kind) from error
    return archive


_ENTRY = b"PK\x01\x02"  # begins each entry of a zip directory
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # Office knows no other; the rest inflate without bound
WORKBOOK = "Excel 工作簿（.xlsx）"
DOCUMENT = "Word 文档（.docx）"
_SAVE_AS = {
    WORKBOOK: "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再试。",
    DOCUMENT: "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”后再试。",
}


def _ole(path: Path, data: bytes, kind: str) -> InputError:
    # An encrypted Office file and an old binary one share the first bytes; the stream's name tells them apart.
    if "EncryptedPackage".encode("utf-16-le") in data[: 1024 * 1024]:
        return InputError(f"{path.name} 设了打开密码，读不了。", "请在 Excel 或 WPS 里取消密码，保存后再试。")
    return InputError(f"{path.name} 是旧格式文件，不是 {kind}。", _SAVE_AS[kind])


def _check_directory(path: Path, archive: zipfile.ZipFile, size: int, kind: str) -> None:
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    names = [entry.filename for entry in entries]
    reason = ""
    if inflated > LIMITS.inflated:
        reason = f"解压后有 {inflated // 1024 // 1024} MB，超过 {LIMITS.inflated // 1024 // 1024} MB"
    elif inflated > LIMITS.ratio_from and inflated > LIMITS.ratio * size:
        reason = f"解压后是原来的 {inflated // size} 倍，超过 {LIMITS.ratio} 倍"
    elif sum(entry.compress_size for entry in entries) > size:
        reason = "内部的部件互相重叠"
    elif len({name.casefold() for name in names}) < len(names):
        reason = "内部有同名部件"
    elif any("\\" in name or name.startswith("/") or ".." in name.split("/") for name in names):
        reason = "内部部件的名称不正常"
    elif any(entry.flag_bits & 1 for entry in entries):
        reason = "内部部件加了密"
    elif any(entry.compress_type not in _METHODS for entry in entries):
        reason = "内部部件的压缩方式不正常"
    if reason:
        raise over_limit(path, reason, kind)


def over_limit(path: Path, reason: str, kind: str) -> InputError:
    """Return the error for a file that asks for more than an honest one ever does."""
    return InputError(
        f"{path.name} {reason}，为安全起见没有打开。",
        f"正常的年报文件不会这样。{_SAVE_AS[kind]}仍然不行的，请把内容复制到新的空白文件里。",
    )


def read_part(archive: Archive, name: str, path: Path, kind: str) -> bytes:
    """Return one part of an archive, never more than it declares.

    Raises :class:`InputError` where the part is missing, damaged, or of a compression that is not understood.
    """
    try:
        entry = archive.getinfo(name)
        declared = entry.file_size
        if name.endswith((".xml", ".rels")) and declared > LIMITS.xml:
            raise over_limit(path, f"的部件 {name} 超过 {LIMITS.xml // 1024 // 1024} MB", kind)
        plain = _plain_part(archive.data, entry)
        if plain is not None:
            return plain
        with archive.open(name) as part:
            data = part.read(declared + 1)
    except KeyError:
        raise missing(path, name, kind) from None
    except _UNREADABLE as error:
        raise damaged(path, kind) from error
    if len(data) > declared:
        raise over_limit(path, f"的部件 {name} 比它声明的大", kind)
    return data


def missing(path: Path, name: str, kind: str) -> InputError:
    """Return the error for a package that lacks a part."""
    return InputError(f"{path.name} 里缺少部件 {name}，不是完整的 {kind}。", _SAVE_AS[kind])


def _plain_part(data: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    """Return a part that is packed in the common way and whole, at a fifth of what the library takes for it.

    None leaves a part to the library: it knows all the ways there are, and says what is wrong.
    """
    start = entry.header_offset
    if not 0 <= start <= len(data) - _HEAD:
        return None
    mark, flags, name, extra = struct.unpack_from("<4s2xH18xHH", data, start)
    start += _HEAD
    if mark != _PART or (flags | entry.flag_bits) & ~_COMMON or data[start : start + name] != _raw_name(entry):
        return None
    start += name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        reader = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            packed = reader.decompress(packed, entry.file_size + 1)
        except zlib.error:
            return None
    return packed if len(packed) == entry.file_size and zlib.crc32(packed) == entry.CRC else None


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF_8 else "cp437")


def zip_of(parts: Mapping[str, bytes], packed: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Return parts as a zip archive: in their order, without dates, the same bytes on every system.

    ``packed`` holds those that are deflated already, by name; the others are stored as they are. ``zipfile`` has no way
    to put in what is compressed, and takes five times as long.
    """
    entries: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data in parts.items():
        raw = posixpath.normpath(name).encode()
        content = packed.get(name, data)
        sizes = (zlib.crc32(data), len(content), len(data), len(raw), 0)
        method = zipfile.ZIP_DEFLATED if name in packed else zipfile.ZIP_STORED
        head = struct.pack("<HHHHHIIIHH", _NEEDS, 0 if raw.isascii() else _UTF_8, method, 0, _DATE, *sizes)
        entries += (_PART, head, raw, content)
        directory += (_ENTRY, _MADE, head, struct.pack("<HHHII", 0, 0, 0, _FILE, at), raw)
        at += _HEAD + len(raw) + len(content)
    size = sum(map(len, directory))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(parts), len(parts), size, at, 0)
    return b"".join((*entries, *directory, end))


def undated(name: str) -> zipfile.ZipInfo:
    """Return the entry of a part to be deflated, without the day on which it is written: same input, same bytes."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _FILE
    return entry


def deflated(data: bytes) -> bytes:
    """Return bytes deflated as a zip archive holds them, without a header of their own."""
    packer = zlib.compressobj(DEFLATE_LEVEL, wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


# APPNOTE.TXT 6.3.10, 4.3.7 and 4.4: what stands before a part, and what is said of it. Common are the flags for how
# well it is packed, for sizes that follow the part, and for a name in UTF-8.
_PART, _HEAD, _UTF_8 = b"PK\x03\x04", 30, 0x800
_COMMON = 0x6 | 0x8 | _UTF_8
_NEEDS = 20  # version 2.0: deflate
DEFLATE_LEVEL = 3  # of 9; the usual 6 takes twice as long, for an eighth less of what is small already
_MADE, _FILE = struct.pack("<BB", _NEEDS, 3), 0o600 << 16  # as if on Unix, as a file of its owner
_DATE = 0x21  # 1 January 1980, the earliest that a zip can hold
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
)


def damaged(path: Path, kind: str) -> InputError:
    """Return the error for a file whose inside cannot be read."""
    return InputError(f"{path.name} 已损坏，读不了。", _SAVE_AS[kind])


# ---------------------------------------------------------------- names


def safe_name(text: str, fallback: str = "年报") -> str:
    """Return a text as a file name (without suffix) that Windows, macOS and Linux all accept.

    Forbidden characters become ``_``; those that nobody sees, which may turn a name around, go; reserved device names
    get a trailing ``_``; nothing leads out of the folder.
    """
    shown = "".join(one for one in text if unicodedata.category(one) != "Cf")
    name = _ENDS.sub("", _FORBIDDEN.sub("_", shown.encode("utf-8", "replace").decode("utf-8")))
    name = _BEGINS.sub("_", name)
    name = _ENDS.sub("", name.encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore")) or fallback
    device = _RESERVED.fullmatch(name)
    return f"{device[1]}_{name[device.end(1) :]}" if device else name


def check_name(path: Path) -> None:
    """Refuse a file name that some office machine cannot hold, or this one.

    Raises :class:`OutputError`; the name that people gave is never changed in silence.
    """
    name = path.name
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise OutputError(
            f"“{name}”不能作文件名：这台机器的文件名用 {error.encoding} 编码，写不出这些字。",
            "请换一个名称，或把语言环境改成 UTF-8（如 LANG=C.UTF-8）再试。",
        ) from error
    if name.startswith(TEMPORARY):  # a later run would take it for what a killed one left, and remove it
        raise OutputError(f"“{name}”不能作文件名：以 {TEMPORARY} 开头的是还没写完的文件。", "请换一个名称。")
    if _FORBIDDEN.search(name) or _RESERVED.fullmatch(name) or name != name.rstrip(" ."):
        raise OutputError(
            f"“{name}”不能作文件名：Windows 不允许。",
            f"请换一个名称，如“{safe_name(path.stem)}{path.suffix}”。",
        )


# ---------------------------------------------------------------- output


def check_target(path: Path, *, force: bool, lost: str, inputs: Iterable[Path | None] = ()) -> None:
    """Refuse a target before any work is done for it; ``lost`` says what overwriting would cost, and the way out.

    ``inputs`` are the files that it is made from, as far as there are any: none is replaced, even with ``force``.
    Raises :class:`OutputError` for a name that Windows forbids, an existing file without ``force``, an input, a link,
    a folder, and a folder that does not exist.
    """
    check_name(path)
    try:
        _check_place(path)
        if path.exists() and any(one is not None and one.exists() and path.samefile(one) for one in inputs):
            raise OutputError(f"{path.name} 是这次要读的文件，不能写在它上面。", "请另起一个文件名。")
        if path.exists() and not force:
            raise OutputError(f"{path.name} 已经存在，没有覆盖。", lost)
    except OSError as error:  # the place cannot even be looked at
        raise OutputError(f"写不了 {path.name}（{reason_of(error)}）。", "请换一个名称或位置。") from error


def _check_place(path: Path) -> None:
    if path.is_symlink():
        raise OutputError(f"{path.name} 是链接，不在链接上写文件。", "请直接给出文件本身的位置。")
    if path.is_dir():
        raise OutputError(f"{path.name} 是文件夹，不能写成文件。", "请另外指定文件名。")
    if not path.parent.is_dir():
        raise OutputError(f"文件夹 {path.parent} 不存在。", "请先建好文件夹，或换一个位置。")
    if path.exists() and not path.is_file():  # a pipe or a device: others read from it
        raise OutputError(f"{path.name} 不是普通文件，没有覆盖。", "请换一个名称或位置。")


def put(
    path: Path,
    data: bytes,
    *,
    force: bool,
    lost: str,
    check: Callable[[Path], None] | None = None,
    durable: bool = True,
) -> None:
    """Write a file whole or not at all.

    The bytes go to a temporary file beside the target, onto the disk, through ``check`` (which may raise to stop
    it), and only then into place. Whatever happens, no half file and no temporary one is left. Without ``durable``
    the disk is not waited for: who writes many files waits for all of them at once, in :func:`settle_files`.

    Raises :class:`OutputError` where the target may not or cannot be written.
    """
    check_target(path, force=force, lost=lost)
    if durable:
        sweep(path.parent)
    # The name is known before the file is there: an interrupt between the two leaves nothing behind.
    temporary = path.with_name(f"{TEMPORARY}{os.urandom(8).hex()}{path.suffix}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if check is not None:
            check(temporary)
        move_into_place(temporary, path, force=force, lost=lost)
    except OSError as error:
        raise OutputError(
            f"写不了 {path.name}（{reason_of(error)}）。",
            "如果文件正在 Word、WPS 或 Excel 里打开，请先关闭；否则请检查磁盘空间和文件夹权限，或用 -o 换一个位置。",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    if durable:
        with suppress(OSError):  # the file is in place; some network drives cannot do this for a folder
            settle_names(path.parent)


_STALE = 600.0  # seconds; a file is written in a fraction of one


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written in a folder: nothing else can do it for them."""
    with suppress(OSError):
        for left in folder.glob(f"{TEMPORARY}*"):
            if time.time() - left.stat(follow_symlinks=False).st_mtime > _STALE:
                left.unlink(missing_ok=True)


def settle_files(paths: Iterable[Path]) -> None:
    """Force files that lie in place, and their names, onto the disk; one that is gone meanwhile is passed over.

    Raises :class:`OutputError` where the disk refuses.
    """
    from concurrent.futures import ThreadPoolExecutor

    paths = tuple(paths)
    try:
        # A disk takes what several threads ask for at one go; one after the other it would wait for each.
        with ThreadPoolExecutor(min(_AT_ONCE, max(len(paths), 1))) as threads:
            list(threads.map(_settle_file, paths))
        for folder in {path.parent for path in paths}:
            settle_names(folder)
    except OSError as error:
        raise OutputError(f"写不上磁盘（{reason_of(error)}）。", "请检查磁盘空间和磁盘本身。") from error


_AT_ONCE = 8  # files that are forced onto the disk together


def _settle_file(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("rb+") as file:
        os.fsync(file.fileno())


def move_into_place(source: Path, target: Path, *, force: bool, lost: str) -> None:
    """Give a file that is whole the name of another; without ``force`` one that has it already stays.

    A program that holds the target is waited for, for a moment. Raises :class:`OutputError` for a file that stays, and
    OSError where the system refuses.
    """
    if not force:
        try:
            os.link(source, target)  # unlike replace, never overwrites a file that appeared meanwhile
        except FileExistsError:
            raise OutputError(f"{target.name} 已经存在，没有覆盖。", lost) from None
        except OSError:
            pass  # a file system without hard links: the check above has to do
        else:
            with suppress(OSError):  # the file is in place; a scanner may hold its other name for a moment
                source.unlink()
            return
    for pause in (*_RETRIES, None):
        try:
            source.replace(target)
        except PermissionError:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return


def settle_names(folder: Path) -> None:
    """Make new names in a folder last through a power cut, where the system can (Windows cannot open folders)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---------------------------------------------------------------- templates


def template_path(edition: str) -> Path:
    """Return where an edition's Word template lies: in the installed package, or beside it in a checkout.

    Raises :class:`LayoutError` where there is none.
    """
    package = Path(__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        path = folder / edition / "report.docx"
        if path.is_file():
            return path
    raise LayoutError(f"找不到 {edition} 版的 Word 模板。", "请重新安装 govdoc。")
