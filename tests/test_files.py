"""Files in and out: an output is whole or absent whatever fails, names fit every office machine, inputs keep limits."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from govdoc import files
from govdoc.errors import ExitCode, InputError, LayoutError, OutputError
from govdoc.files import (
    DOCUMENT,
    WORKBOOK,
    Limits,
    check_name,
    open_archive,
    put,
    read_part,
    reason_of,
    safe_name,
    settle_files,
    template_path,
)
from tests.cli_helpers import ROOT, english
from tests.hostile.makers import pack

if TYPE_CHECKING:
    from collections.abc import Callable

LOST = "覆盖会丢掉修改。"
OLD, NEW = b"the old file", b"the new file"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "年报.docx"


@pytest.fixture
def old(target: Path) -> Path:
    target.write_bytes(OLD)
    return target


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- writing


def test_a_new_file_is_written(target: Path) -> None:
    put(target, NEW, force=False, lost=LOST)
    assert (target.read_bytes(), names(target.parent)) == (NEW, [target.name])


def test_force_replaces_an_old_file(old: Path) -> None:
    put(old, NEW, force=True, lost=LOST)
    assert (old.read_bytes(), names(old.parent)) == (NEW, [old.name])


def test_nothing_is_as_good_as_something(target: Path) -> None:
    put(target, b"", force=False, lost=LOST)
    assert target.read_bytes() == b""


@pytest.mark.skipif(os.name != "posix", reason="other systems have no file mode")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_the_file_is_as_open_as_any_other(target: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        put(target, NEW, force=False, lost=LOST)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


def test_the_check_sees_the_whole_file_under_the_same_suffix(target: Path) -> None:
    seen: list[tuple[bytes, str, bool]] = []
    put(
        target,
        NEW,
        force=False,
        lost=LOST,
        check=lambda path: seen.append((path.read_bytes(), path.suffix, target.exists())),
    )
    assert seen == [(NEW, ".docx", False)]


class _FullDisk:
    """A file whose disk is full when it is written, or when what was written is flushed."""

    def __init__(self, handle: int, step: str) -> None:
        self.handle, self.step = handle, step

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)

    def fileno(self) -> int:
        return self.handle

    def write(self, data: bytes) -> None:
        os.write(self.handle, data[: len(data) // 2])
        self._fail("write")

    def flush(self) -> None:
        self._fail("flush")

    def _fail(self, step: str) -> None:
        if step == self.step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fail_at(step: str, error: BaseException, patch: pytest.MonkeyPatch) -> None:
    """Let one step of writing fail; the link fails too where the replacing is to be reached without force."""
    places: dict[str, tuple[object, str]] = {
        "make": (os, "open"),
        "sync": (os, "fsync"),
        "move": (Path, "replace"),
    }
    if step == "move":
        patch.setattr(os, "link", raising(OSError(errno.EPERM, "no hard links here")))
    if step in places:
        place, name = places[step]
        patch.setattr(place, name, raising(error))
    elif step != "check":
        patch.setattr(os, "fdopen", lambda handle, _: _FullDisk(handle, step))


STEPS = ("make", "write", "flush", "sync", "check", "move")


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_leaves_the_old_file_and_nothing_else(old: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    fail_at(step, error, monkeypatch)
    with pytest.raises(OutputError) as raised:
        put(old, NEW, force=True, lost=LOST, check=raising(error) if step == "check" else None)
    assert raised.value.exit_code is ExitCode.OUTPUT
    assert raised.value.message.startswith(f"写不了 {old.name}（")
    assert (old.read_bytes(), names(old.parent)) == (OLD, [old.name])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO], ids=os.strerror)
def test_a_failure_is_said_in_chinese(target: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at("sync", OSError(number, os.strerror(number)), monkeypatch)
    with pytest.raises(OutputError) as raised:
        put(target, NEW, force=False, lost=LOST)
    assert english(str(raised.value)) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_leaves_no_half_new_file(target: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    fail_at(step, error, monkeypatch)
    with pytest.raises(OutputError):
        put(target, NEW, force=False, lost=LOST, check=raising(error) if step == "check" else None)
    assert names(target.parent) == []


@pytest.mark.parametrize("step", ["sync", "check", "move"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a bug"), LayoutError("模板有错。", "换一个。")])
def test_what_is_no_matter_of_the_disk_is_passed_on_and_cleaned_up_after(
    old: Path, step: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_at(step, error, monkeypatch)
    with pytest.raises(type(error)) as raised:
        put(old, NEW, force=True, lost=LOST, check=raising(error) if step == "check" else None)
    assert raised.value is error
    assert (old.read_bytes(), names(old.parent)) == (OLD, [old.name])


def test_a_file_that_is_in_place_is_not_said_to_have_failed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def no_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "a network drive does not sync folders")
        real(handle)

    monkeypatch.setattr(os, "fsync", no_folders)
    put(target, NEW, force=False, lost=LOST)
    assert target.read_bytes() == NEW


def test_many_files_are_forced_onto_the_disk_and_then_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "甲", tmp_path / "乙"]
    paths = [folder / f"{number}.docx" for folder in folders for number in range(20)]
    for folder in folders:
        folder.mkdir()
    for path in paths[:-1]:  # the last one is gone meanwhile
        path.write_bytes(NEW)
    forced: list[int] = []
    real = os.fsync

    def note(handle: int) -> None:
        real(handle)
        forced.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", note)
    settle_files(path for path in paths)
    assert sorted(forced[:39]) == sorted(path.stat().st_ino for path in paths[:-1])
    assert sorted(forced[39:]) == sorted(folder.stat().st_ino for folder in folders)
    settle_files([])


def test_a_disk_that_refuses_one_of_many_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / f"{number}.docx" for number in range(20)]
    for path in paths:
        path.write_bytes(NEW)
    refused, real = paths[13].stat().st_ino, os.fsync

    def full(handle: int) -> None:
        if os.fstat(handle).st_ino == refused:
            raise OSError(errno.ENOSPC, "no space")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="磁盘满了"):
        settle_files(paths)


# ---------------------------------------------------------------- what stands in the way


def test_an_existing_file_is_refused_before_any_work(old: Path) -> None:
    with pytest.raises(OutputError) as raised:
        put(old, NEW, force=False, lost=LOST, check=raising(AssertionError("work was done")))
    assert (raised.value.message, raised.value.remedy) == ("年报.docx 已经存在，没有覆盖。", LOST)
    assert (old.read_bytes(), names(old.parent)) == (OLD, [old.name])


def test_a_file_that_appears_during_the_work_is_not_overwritten(target: Path) -> None:
    def meanwhile(_: Path) -> None:
        target.write_bytes(OLD)

    with pytest.raises(OutputError) as raised:
        put(target, NEW, force=False, lost=LOST, check=meanwhile)
    assert raised.value.remedy == LOST
    assert (target.read_bytes(), names(target.parent)) == (OLD, [target.name])


def test_a_folder_without_hard_links_takes_a_new_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", raising(OSError(errno.EPERM, "no hard links here")))
    put(target, NEW, force=False, lost=LOST)
    assert (target.read_bytes(), names(target.parent)) == (NEW, [target.name])


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_is_refused_and_what_it_leads_to_stays(tmp_path: Path, *, force: bool, dangling: bool) -> None:
    elsewhere = tmp_path / "elsewhere.docx"
    if not dangling:
        elsewhere.write_bytes(OLD)
    link = tmp_path / "年报.docx"
    link.symlink_to(elsewhere)
    with pytest.raises(OutputError, match="链接"):
        put(link, NEW, force=force, lost=LOST)
    assert link.is_symlink()
    assert (elsewhere.exists(), elsewhere.exists() and elsewhere.read_bytes() == OLD) == (not dangling, not dangling)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_that_name_is_refused(target: Path, *, force: bool) -> None:
    target.mkdir()
    with pytest.raises(OutputError, match="是文件夹"):
        put(target, NEW, force=force, lost=LOST)


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="不存在"):
        put(tmp_path / "没有" / "年报.docx", NEW, force=False, lost=LOST)
    assert names(tmp_path) == []


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(OLD)
    with pytest.raises(OutputError):
        put(tmp_path / "folder" / "年报.docx", NEW, force=False, lost=LOST)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write into a read-only folder")
def test_a_read_only_folder_is_refused(target: Path) -> None:
    target.parent.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="文件夹权限"):
            put(target, NEW, force=False, lost=LOST)
    finally:
        target.parent.chmod(0o700)
    assert names(target.parent) == []


@pytest.mark.parametrize("stem", ["a" * 300, "某" * 100], ids=["letters", "characters"])
def test_a_name_that_is_too_long_is_refused(tmp_path: Path, stem: str) -> None:
    with pytest.raises(OutputError):
        put(tmp_path / f"{stem}.docx", NEW, force=False, lost=LOST)


# ---------------------------------------------------------------- a file that another program holds


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_file_held_for_a_moment_is_waited_for(
    old: Path, times: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Path.replace, [PermissionError(errno.EACCES, "held")] * times

    def held(self: Path, target: Path) -> Path:
        if left:
            raise left.pop()
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    put(old, NEW, force=True, lost=LOST)
    assert (old.read_bytes(), names(old.parent)) == (NEW, [old.name])
    assert pauses == [0.1, 0.3, 0.6][:times]


def test_a_file_open_elsewhere_is_said_to_be(old: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", raising(PermissionError(errno.EACCES, "held")))
    with pytest.raises(OutputError) as raised:
        put(old, NEW, force=True, lost=LOST)
    assert pauses == [0.1, 0.3, 0.6]
    assert all(program in raised.value.remedy for program in ("Word", "WPS", "Excel"))
    assert (old.read_bytes(), names(old.parent)) == (OLD, [old.name])


def test_a_file_that_another_program_holds_is_said_to_be_open() -> None:
    error = PermissionError(errno.EACCES, "denied")
    assert reason_of(error) == "没有权限"
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]  # as Windows tells it
    assert reason_of(error) == "正在别的程序里打开"


def test_a_new_file_counts_though_its_other_name_cannot_be_taken_away_yet(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "unlink", raising(PermissionError(errno.EACCES, "held by a scanner")))
    put(target, NEW, force=False, lost=LOST)
    assert target.read_bytes() == NEW


@pytest.mark.skipif(os.name != "posix", reason="other systems have names in Unicode")
def test_a_name_that_the_locale_cannot_encode_is_refused(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom govdoc.errors import OutputError\nfrom govdoc.files import put\n"
        "try:\n    put(Path('\\u6c47\\u603b.xlsx'), b'1', force=True, lost='')\n"
        "except OutputError as error:\n    print(ascii(error.message))\n"
    )
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONUTF8": "0"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**bare, "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("ascii" in ran.stdout, ran.stderr, names(tmp_path)) == (True, "", [])


# ---------------------------------------------------------------- names

SAFE = {
    "某某市财政局": "某某市财政局",
    "CON": "CON_",
    "con": "con_",
    "LPT9": "LPT9_",
    "COM¹": "COM¹_",
    "COM10": "COM10",
    "CONSOLE": "CONSOLE",
    "a:b": "a_b",
    "/etc/passwd": "_etc_passwd",
    "..\\..\\x": "_.._x",
    "../../x": "_.._x",
    'a<b>c"d|e?f*g': "a_b_c_d_e_f_g",
    "局。": "局。",
    "局.": "局",
    "局 . ": "局",
    " 局 ": "局",
    "局\t处\n科\x00\x7f": "局_处_科__",
    "": "年报",
    "   ": "年报",
    "...": "年报",
    "：？＊": "：？＊",
    "🏛️局": "🏛️局",
}


@pytest.mark.parametrize(("text", "expected"), SAFE.items())
def test_a_text_becomes_a_name_that_every_system_takes(text: str, expected: str) -> None:
    assert safe_name(text) == expected
    check_name(Path(f"{safe_name(text)}.docx"))


@pytest.mark.parametrize("text", ["a" * 300, "某" * 300, "🏛" * 300, "ab某" * 100])
def test_a_long_text_is_cut_between_characters(text: str) -> None:
    name = safe_name(text)
    assert text.startswith(name)
    assert 197 <= len(name.encode()) <= 200


@pytest.mark.parametrize(
    "text", ["nul.txt", "CON.2024", "aux . x", "a" * 199 + " b", "a" * 199 + ".b", "局\udcff"], ids=ascii
)
def test_a_safe_name_is_safe(text: str) -> None:
    name = safe_name(text)
    assert name == name.rstrip(" .")
    check_name(Path(name))
    check_name(Path(f"{name}.docx"))


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "con.docx", "nul.txt", "COM1.docx", "lpt9.x.docx", "aux .docx", "CONIN$", "com².docx", "PRN.docx"),
        *("a:b.docx", "a?.docx", "a*.docx", "a|b.docx", 'a"b.docx', "a<b>.docx", "a\\b.docx"),
        *("年报.docx.", "年报.docx ", "年报\n.docx", "年报\x1b[2J.docx", "年报\x7f.docx"),
    ],
    ids=ascii,
)
def test_a_name_that_windows_forbids_is_refused_with_one_that_it_takes(name: str) -> None:
    with pytest.raises(OutputError) as raised:
        check_name(Path("folder") / name)
    assert "如“" in raised.value.remedy


@pytest.mark.parametrize(
    "name", ["年报.docx", "某某局 2024 年报.docx", "report.v2.docx", "🏛.docx", ".x.docx", "CONSOLE.docx", "（一）.docx"]
)
def test_an_ordinary_name_is_taken(name: str) -> None:
    check_name(Path(name))


# ---------------------------------------------------------------- archives


def archive_of(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def opens(path: Path, data: bytes, kind: str = WORKBOOK) -> str:
    """Return what is said of a file, or an empty text where it opens."""
    path.write_bytes(data)
    try:
        with open_archive(path, kind):
            return ""
    except InputError as error:
        return error.message


@pytest.mark.parametrize(
    ("limits", "parts"),
    [
        (Limits(entries=3), lambda step: {str(number): b"" for number in range(3 + step)}),
        (Limits(inflated=1000), lambda step: {"a": b"x" * 500, "b": b"x" * (500 + step)}),
    ],
    ids=["entries", "inflated"],
)
def test_an_archive_keeps_to_the_limits(
    tmp_path: Path, limits: Limits, parts: Callable[[int], dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", limits)
    path = tmp_path / "年报.xlsx"
    assert [opens(path, archive_of(parts(step))) == "" for step in (-1, 0, 1)] == [True, True, False]


def test_an_archive_may_not_grow_out_of_proportion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "年报.xlsx"
    data = archive_of({"a": b"x" * 100_000})
    size = len(data)
    monkeypatch.setattr(files, "LIMITS", Limits(ratio=200, ratio_from=99_999))
    assert 200 * size < 100_000
    assert "倍" in opens(path, data)
    monkeypatch.setattr(files, "LIMITS", Limits(ratio=200, ratio_from=100_000))
    assert opens(path, data) == ""


@pytest.mark.parametrize("name", ["xl\\workbook.xml", "/xl/workbook.xml", "xl/../workbook.xml", "../x"])
def test_a_part_with_an_odd_name_is_refused(tmp_path: Path, name: str) -> None:
    assert "名称不正常" in opens(tmp_path / "年报.xlsx", archive_of({name: b""}))


def test_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "同名" in opens(tmp_path / "年报.xlsx", archive_of({"xl/Workbook.xml": b"1", "xl/workbook.xml": b"2"}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "是空文件"),
        (b"PK", "已损坏"),
        (b"PK\x03\x04" + b"\x00" * 100, "已损坏"),
        ("机关名称,报告年度\n".encode(), "不是 "),
        (b"<html></html>", "不是 "),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "旧格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ],
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in opens(tmp_path / "年报.xlsx", data)


def test_a_missing_file_and_a_folder_are_said_to_be(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "没有.xlsx", "找不到"), (tmp_path, "是文件夹")):
        with pytest.raises(InputError, match=said):
            open_archive(path, WORKBOOK)


def test_a_part_is_read_whole_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(archive_of({"a.xml": b"<a/>" * 100}, zipfile.ZIP_STORED))
    with open_archive(path, DOCUMENT) as archive:
        assert read_part(archive, "a.xml", path, DOCUMENT) == b"<a/>" * 100
        with pytest.raises(InputError, match="缺少部件"):
            read_part(archive, "b.xml", path, DOCUMENT)
    path.write_bytes(path.read_bytes().replace(b"<a/>" * 100, b"<b/>" * 100))
    with open_archive(path, DOCUMENT) as archive, pytest.raises(InputError, match="已损坏"):
        read_part(archive, "a.xml", path, DOCUMENT)


def test_a_part_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(archive_of({"a.xml": b"x" * 5000}))
    with open_archive(path, DOCUMENT) as archive:
        archive.getinfo("a.xml").file_size = 100
        with pytest.raises(InputError):
            read_part(archive, "a.xml", path, DOCUMENT)


# ---------------------------------------------------------------- templates


def test_the_template_of_an_edition_is_found() -> None:
    assert template_path("2021").is_file()


def test_an_edition_without_template_is_a_broken_installation() -> None:
    with pytest.raises(LayoutError) as raised:
        template_path("1949")
    assert raised.value.exit_code is ExitCode.LAYOUT


OLE_HEAD, DIRECTORY = files.OLE + bytes(600), "Root Entry\0\0{}\0".format


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (OLE_HEAD + DIRECTORY("WordDocument").encode("utf-16-le"), "旧版 Word 文档（.doc）"),
        (
            pack({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, zipfile.ZIP_STORED),
            "OpenDocument 文本",
        ),
        (b"{\\rtf1\\ansi x}", "RTF 文件"),
    ],
)
def test_a_text_of_another_format_is_refused_with_the_way_out(data: bytes, kind: str, tmp_path: Path) -> None:
    from govdoc.editing import pull, refresh
    from govdoc.pipeline import check
    from govdoc.readers.published import read_any

    path = tmp_path / "年报.doc"
    path.write_bytes(data)
    for read in (check, read_any, lambda one: refresh(one, tmp_path / "年报.xlsx"), lambda one: pull(one, path)):
        with pytest.raises(InputError, match=re.escape(kind)) as raised:
            read(path)
        assert "另存为“Word 文档（*.docx）”" in raised.value.remedy


@pytest.mark.parametrize(
    ("name", "said"),
    [("年报.xlsx", "其实是 Word 文档，不是 Excel 工作簿"), ("年报.docx", "其实是 Excel 工作簿，不是 Word 文档")],
)
def test_a_file_with_the_other_s_suffix_is_said_to_be_what_it_is(name: str, said: str, tmp_path: Path) -> None:
    from govdoc.pipeline import check, render
    from tests.cli_helpers import CHAOYANG

    path = tmp_path / name
    path.write_bytes(CHAOYANG.read_bytes() if path.suffix == ".docx" else render(check(CHAOYANG).report))
    with pytest.raises(InputError, match=said):
        check(path)


@pytest.mark.parametrize("names", ["Workbook", "Workbook\0WordDocument", "PowerPoint Document"])
def test_other_old_files_are_none_of_these(names: str, tmp_path: Path) -> None:
    path = tmp_path / "年报.xls"
    path.write_bytes(OLE_HEAD + DIRECTORY(names).encode("utf-16-le"))
    files.refuse_other_document(path)
