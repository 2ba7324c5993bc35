"""What a maintainer asks first: versions, what is installed beside govdoc, fonts, limits.

Nothing that names a person, a machine or a folder.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, fields
from importlib import metadata

from govdoc.errors import OutputError
from govdoc.files import LIMITS

# Older ones let a few entities take all memory, if ever a document type came past the guard (docs/security.md).
EXPAT_WANTED, LIBXML2_WANTED = (2, 4, 1), (2, 11, 0)
_LIBRARIES = ("docxtpl", "jinja2", "lxml", "msgspec", "olefile", "openpyxl", "python-calamine", "rich", "typer")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; ``remedy`` is empty where all is well."""

    name: str
    value: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands under it."""

    title: str
    lines: tuple[Line, ...]


def diagnosis(version: str) -> tuple[Part, ...]:
    """Return all that is worth knowing of this installation; ``version`` is govdoc's own."""
    return (
        Part("版本", _versions(version)),
        Part("XML 解析器", _parsers()),
        Part("生成 PDF 用（没有也能生成 Word）", (_office(),)),
        Part("报告用的字体（没有也能生成，打开时会用别的字体代替）", _fonts()),
        Part("输入文件的限额", _limits()),
    )


def _versions(version: str) -> tuple[Line, ...]:
    python = f"{platform.python_version()}（{platform.python_implementation()}，{sys.maxsize.bit_length() + 1} 位）"
    system = f"{platform.system()} {platform.release() if os.name == 'nt' else ''}".strip()
    own = (Line("govdoc", version), Line("Python", python), Line("系统", f"{system} {platform.machine()}"))
    return own + tuple(Line(name, _version(name)) for name in _LIBRARIES)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "没有安装"


def _parsers() -> tuple[Line, ...]:
    from xml.parsers import expat

    from lxml import etree

    found = (("expat", expat.version_info, EXPAT_WANTED), ("libxml2", etree.LIBXML_VERSION, LIBXML2_WANTED))
    return tuple(
        Line(name, _dotted(version), f"请升级到 {_dotted(wanted)} 或更新" if tuple(version) < wanted else "")
        for name, version, wanted in found
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _office() -> Line:
    from govdoc.writers.pdf import find_office

    try:
        find_office()
    except OutputError:
        return Line("LibreOffice", "没有找到", "要生成 PDF 的，请安装 LibreOffice，或用 Word、WPS 另存为 PDF")
    return Line("LibreOffice", "已安装")


def _fonts() -> tuple[Line, ...]:
    from govdoc.writers.pdf import installed_fonts
    from govdoc.writers.template_measures import FONTS

    installed = installed_fonts()
    if installed is None:
        return tuple(Line(font.name, "这个系统查不到") for font in FONTS)
    return tuple(Line(font.name, "已安装" if font.name.casefold() in installed else "没有安装") for font in FONTS)


_NAMES = {
    "file": "文件大小（字节）",
    "entries": "部件数",
    "inflated": "解压后大小（字节）",
    "ratio": "压缩比",
    "ratio_from": "压缩比从多大算起（字节）",
    "sheets": "工作表",
    "rows": "行",
    "columns": "列",
    "cells": "单元格",
    "area": "用到的区域（格）",
    "merges": "合并单元格",
    "styles": "单元格样式",
    "cell_text": "一格的文字",
    "text": "全部文字",
    "xml": "读取的 XML（字节）",
    "tags": "XML 标记",
    "run": "标记之间的长度（字节）",
    "stream": "旧格式工作簿（字节）",
    "records": "旧格式记录",
    "paragraphs": "段落",
    "tables": "表格",
    "narrative": "文字部分",
}


def _limits() -> tuple[Line, ...]:
    return tuple(Line(_NAMES.get(one.name, one.name), f"{getattr(LIMITS, one.name):,}") for one in fields(LIMITS))
