"""A Word report → PDF, through LibreOffice: found or said to be missing, in a profile of its own, with a time limit."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from govdoc.errors import GovdocError, OutputError
from govdoc.files import reason_of

PROGRAM_NAMES = ("soffice", "libreoffice", "soffice.com", "soffice.exe")
PROGRAM_VARIABLE = "GOVDOC_SOFFICE"
TIMEOUT = 120  # seconds; a report takes a few, the first start of an installation some more

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)
_FONT_PARTS = re.compile(r"word/(document|styles|header\d*|footer\d*)\.xml")
_FONT_ELEMENTS = re.compile(rb"<w:rFonts [^>]*>")
_FONTS = re.compile(rb'w:(?:eastAsia|ascii|hAnsi)="([^"]+)"')
_EMBEDDED = re.compile(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")
# A document from elsewhere must not reach for anything: no macros, no links followed, no remote pictures.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value>
</prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, the fonts that the report asks for and this machine lacks, and those that stand in it instead.

    ``missing`` is None where the machine does not tell its fonts.
    """

    data: bytes
    missing: tuple[str, ...] | None
    used: tuple[str, ...]


def find_office() -> Path:
    """Return LibreOffice's program.

    Raises :class:`GovdocError` where there is none.
    """
    named = os.environ.get(PROGRAM_VARIABLE, "")
    found = [named] if named else [*filter(None, map(shutil.which, PROGRAM_NAMES)), *_USUAL_PLACES]
    for name in found:
        if Path(name).is_file():
            return Path(name)
    if named:
        raise OutputError(f"{PROGRAM_VARIABLE} 指的 {named} 不存在。", "请改为 LibreOffice 的 soffice 程序所在的位置。")
    raise OutputError(
        "生成 PDF 要用 LibreOffice，这台机器上没有找到。",
        f"请安装 LibreOffice（免费），或用环境变量 {PROGRAM_VARIABLE} 指明 soffice 的位置；"
        "也可以用 Word 或 WPS 打开报告，另存为 PDF。",
    )


def to_pdf(document: bytes, *, timeout: float = TIMEOUT) -> Pdf:
    """Return a Word document (.docx) as PDF.

    Raises :class:`GovdocError` where LibreOffice is missing, fails, or takes too long.
    """
    office = find_office()
    with tempfile.TemporaryDirectory(prefix="govdoc-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, profile = folder / "report.docx", folder / "profile"
        source.write_bytes(document)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        said = _run(
            [
                str(office),
                f"-env:UserInstallation={profile.as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
                *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), str(source)),
            ],
            timeout,
        )
        target = folder / "report.pdf"
        data = target.read_bytes() if target.is_file() else b""
    if not is_pdf(data):
        raise GovdocPdfError(
            "LibreOffice 没有生成 PDF。", f"它说：{said[:200] or '什么也没说'}。请用 Word 或 WPS 打开报告，另存为 PDF。"
        )
    installed = installed_fonts()
    asked = fonts_of(document)
    missing = None if installed is None else tuple(font for font in asked if font.casefold() not in installed)
    return Pdf(data, missing, embedded_fonts(data))


class GovdocPdfError(GovdocError):
    """LibreOffice did not do what it was asked to."""

    exit_code = OutputError.exit_code


def is_pdf(data: bytes) -> bool:
    """Return whether bytes are a whole PDF."""
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]


def _run(command: list[str], timeout: float) -> str:
    """Run a program, and end it with all its children where it takes too long; return what it said."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the program was found above; nothing of the document is in the command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        raise GovdocPdfError(f"LibreOffice 启动不了（{reason_of(error)}）。", "请重新安装 LibreOffice。") from error
    with process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GovdocPdfError(
                    f"LibreOffice 过了 {timeout:g} 秒还没有生成 PDF。",
                    "请再试一次；仍然不行，请用 Word 或 WPS 另存为 PDF。",
                ) from error
            raise
    return " ".join(said.decode("utf-8", "replace").split())


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":  # soffice.com has started soffice.bin, which would go on
        with suppress(OSError):
            command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed command of the system's
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# ---------------------------------------------------------------- fonts


def fonts_of(document: bytes) -> tuple[str, ...]:
    """Return the fonts that a Word document asks for, in the order in which they are met."""
    import io
    import zipfile
    import zlib

    fonts: dict[str, None] = {}
    damage = (zipfile.BadZipFile, zlib.error, OSError, EOFError)
    with suppress(*damage), zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in filter(_FONT_PARTS.fullmatch, sorted(archive.namelist())):
            with suppress(*damage):  # nobody had to read this part so far
                found = _FONTS.findall(b"".join(_FONT_ELEMENTS.findall(archive.read(name))))
                fonts |= dict.fromkeys(font.decode("utf-8", "replace") for font in found)
    return tuple(fonts)


def embedded_fonts(pdf: bytes) -> tuple[str, ...]:
    """Return the names of the fonts in a PDF, as far as they stand in it uncompressed."""
    names = dict.fromkeys(match.decode("latin-1") for match in _EMBEDDED.findall(pdf))
    return tuple(sorted(names))


def installed_fonts() -> set[str] | None:
    """Return the names of the fonts of this machine, or None where it does not tell."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        result = subprocess.run(  # noqa: S603 - a fixed command
            [program, ":", "family"], capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    names = result.stdout.decode("utf-8", "replace").replace("\\", "")
    return {name.strip().casefold() for line in names.splitlines() for name in line.split(",") if name.strip()}
