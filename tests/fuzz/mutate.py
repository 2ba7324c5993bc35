"""Mutations of packages, of XML and of bytes. Everything comes from the dice: the same seed makes the same file."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from tests.hostile.makers import archive_of, pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.hostile.makers import Parts

NUMBERS = (
    *(
        "",
        "0",
        "-1",
        "1",
        "2",
        "9",
        "15",
        "63",
        "64",
        "255",
        "256",
        "257",
        "4999",
        "5000",
        "5001",
        "16384",
        "65535",
        "65536",
    ),
    *(
        "1048576",
        "1048577",
        "2147483647",
        "2147483648",
        "4294967296",
        "9" * 20,
        "9" * 400,
        "-2147483649",
        "1e5",
        "1e309",
    ),
    *(
        "-1e-320",
        "0.1",
        "1.5",
        "NaN",
        "INF",
        "0x10",
        "１２",
        "٣",
        "1_000",
        " 7 ",
        "+3",
        "1,234",
        "2958466",
        "-0",
        "true",
    ),
)
TEXTS = (
    *(
        "",
        " ",
        "0",
        "—",
        "/",
        "无",
        "若干",
        "约30",
        "１５件",
        "3-5",
        "#REF!",
        "=1+1",
        "=cmd|'/c calc'!A1",
        "+1",
        "@SUM(A1)",
    ),
    *(
        "{{三.本年新收.总计}}",
        "{{",
        "}}",
        "{{ 7*7 }}",
        "{% for a in b %}",
        "{{三.本年新收.总计|同比}}",
        "{{上年.三.本年新收.总计}}",
    ),
    *("{_{", "&lt;w:p/&gt;", "&#10;", "&#13;&#10;", "_x000B_", "_x0000_", "_xD800_", "&#xFFFE;", "&#x85;", "&#x2028;"),
    *(
        "\ufffd",
        "\u200b",
        "\u202e",
        "\U00020000",
        "a\tb",
        "甲\n\n乙",
        "<![CDATA[甲]]>",
        "<!-- x -->",
        "&amp;",
        "&#x1F600;",
    ),
    *(
        "2024年",
        "2024",
        "1899",
        "机关名称",
        "总计",
        "数" * 300,
        "字" * 33_000,
        "a" * 70_000,
        "S301",
        "Y401",
        "D5",
        "D5:J9",
    ),
)
ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]{1,40})="([^"<]*)"')
TEXT = re.compile(rb">([^<>]+)<")
ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
TAG = re.compile(rb"</?[\w:]+(?:\s[^<>]*)?/?>")


# ---------------------------------------------------------------- bytes


def flip(raw: bytes, dice: Random) -> bytes:
    if not raw:
        return raw
    changed = bytearray(raw)
    for _ in range(dice.choice((1, 1, 2, 8))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(raw: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(raw) + 1)
    return raw[:start] + raw[start + dice.choice((1, 4, 64, 1024)) :]


def double(raw: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(raw) + 1)
    piece = raw[start : start + dice.choice((4, 64, 1024))]
    return raw[:start] + piece * dice.choice((2, 3, 50)) + raw[start:]


def set_number(raw: bytes, dice: Random) -> bytes:
    """Put a number where the file may keep a length, a count or an offset."""
    layout = dice.choice(("<B", "<H", "<I", "<Q"))
    size = struct.calcsize(layout)
    if len(raw) < size:
        return raw
    changed = bytearray(raw)
    most = 256**size - 1
    value = dice.choice((0, 1, most, most // 2, most // 2 + 1, dice.randrange(most), dice.randrange(300) & most))
    struct.pack_into(layout, changed, dice.randrange(len(raw) - size + 1), value)
    return bytes(changed)


def truncate(raw: bytes, dice: Random) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, cut, double, set_number, truncate)


# ---------------------------------------------------------------- XML


def _one(pattern: re.Pattern[bytes], raw: bytes, dice: Random) -> re.Match[bytes] | None:
    """Return one of the places that a pattern matches, from a place on that the dice chose."""
    start = dice.randrange(len(raw) + 1)
    return pattern.search(raw, start) or pattern.search(raw)


def set_attribute(raw: bytes, dice: Random) -> bytes:
    match = _one(ATTRIBUTE, raw, dice)
    if match is None:
        return raw
    other = _one(ATTRIBUTE, raw, dice)
    values = [dice.choice(NUMBERS).encode(), dice.choice(TEXTS).replace("<", "").encode(), b""]
    values += [other[2]] if other is not None else []
    values += [b"s", b"str", b"inlineStr", b"b", b"e", b"d", b"n", b"A1", b"XFD1048576", b"A0", b"A1:B2", b"../../x"]
    return raw[: match.start(2)] + dice.choice(values) + raw[match.end(2) :]


def drop_attribute(raw: bytes, dice: Random) -> bytes:
    match = _one(ATTRIBUTE, raw, dice)
    return raw if match is None else raw[: match.start()] + raw[match.end() :]


def set_text(raw: bytes, dice: Random) -> bytes:
    match = _one(TEXT, raw, dice)
    if match is None:
        return raw
    text = dice.choice((*TEXTS, *NUMBERS)).encode("utf-8", "surrogatepass")
    return raw[: match.start(1)] + text + raw[match.end(1) :]


def drop_element(raw: bytes, dice: Random) -> bytes:
    match = _one(ELEMENT, raw, dice)
    return raw if match is None else raw[: match.start()] + raw[match.end() :]


def repeat_element(raw: bytes, dice: Random) -> bytes:
    match = _one(ELEMENT, raw, dice)
    if match is None:
        return raw
    return raw[: match.end()] + match[0] * dice.choice((1, 1, 2, 50, 3000)) + raw[match.end() :]


def move_element(raw: bytes, dice: Random) -> bytes:
    match = _one(ELEMENT, raw, dice)
    if match is None:
        return raw
    rest = raw[: match.start()] + raw[match.end() :]
    place = _one(TAG, rest, dice)
    at = place.start() if place is not None else len(rest)
    return rest[:at] + match[0] + rest[at:]


def wrap(raw: bytes, dice: Random) -> bytes:
    match = _one(ELEMENT, raw, dice)
    if match is None:
        return raw
    name = dice.choice((match[1], b"a", b"w:ins", b"w:del", b"w:sdt", b"mc:Fallback", b"table:table"))
    times = dice.choice((1, 1, 3, 300))
    opened, closed = (b"<" + name + b">") * times, (b"</" + name + b">") * times
    return raw[: match.start()] + opened + match[0] + closed + raw[match.end() :]


def set_head(raw: bytes, dice: Random) -> bytes:
    rest = raw.partition(b"?>")[2] if raw.startswith(b"<?xml") else raw
    heads = (
        b"",
        b"\xef\xbb\xbf",
        b'<?xml version="1.0" encoding="gbk"?>',
        b'<?xml version="1.1"?>',
        b"<!DOCTYPE x>",
        b"\n\n",
    )
    head = dice.choice(heads)
    return (head + rest) if dice.random() < 0.9 else rest.decode("utf-8", "replace").encode("utf-16")


XML: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(set_attribute, set_attribute, set_attribute, set_text, set_text, set_text),
    *(drop_attribute, drop_element, repeat_element, move_element, wrap, set_head),
)


# ---------------------------------------------------------------- packages


def rename(parts: Parts, dice: Random) -> Parts:
    name = dice.choice(list(parts))
    new = dice.choice(
        (name.upper(), name + "x", "xl/" + name, "word/" + name, name.replace("/", "\\"), "../" + name, "")
    )
    return {new if one == name else one: data for one, data in parts.items()}


def drop(parts: Parts, dice: Random) -> Parts:
    name = dice.choice(list(parts))
    return {one: data for one, data in parts.items() if one != name}


def swap(parts: Parts, dice: Random) -> Parts:
    one, other = dice.choice(list(parts)), dice.choice(list(parts))
    return parts | {one: parts[other], other: parts[one]}


def add(parts: Parts, dice: Random) -> Parts:
    names = (
        "xl/vbaProject.bin",
        "xl/SharedStrings.xml",
        "xl/worksheets/sheet99.xml",
        "word/media/a.png",
        "content.xml",
        "mimetype",
    )
    return parts | {dice.choice(names): dice.randbytes(dice.choice((0, 100, 5000)))}


PACKAGE: tuple[Callable[[Parts, Random], Parts], ...] = (rename, drop, swap, add)


def mutate_package(parts: Parts, dice: Random, wanted: str = "") -> bytes:
    """Return a package after a few mutations; a part whose name has ``wanted`` in it is hit more often than others."""
    parts = dict(parts)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 8))):
        if dice.random() < 0.08 and parts:
            parts = dice.choice(PACKAGE)(parts, dice)
        favoured = [name for name in parts if wanted in name]
        name = dice.choice(favoured if favoured and dice.random() < 0.7 else list(parts) or [""])
        if name in parts:
            kinds = XML if name.endswith((".xml", ".rels")) and dice.random() < 0.9 else BYTES
            parts[name] = dice.choice(kinds)(parts[name], dice)
    method = zipfile.ZIP_DEFLATED if dice.random() < 0.1 else zipfile.ZIP_STORED  # deflating takes most of the time
    raw = pack(parts, method) if dice.random() < 0.85 else _lying(parts, dice)
    return dice.choice(BYTES)(raw, dice) if dice.random() < 0.05 else raw


def _lying(parts: Parts, dice: Random) -> bytes:
    """Return a zip that says something wrong of one of its entries."""
    entries = []
    victim = dice.randrange(max(1, len(parts)))
    for number, (name, data) in enumerate(parts.items()):
        method, size, check, stored = zipfile.ZIP_STORED, len(data), zlib.crc32(data), data
        if number == victim:
            size = dice.choice((size, 0, size + 1, max(0, size - 1), 0xFFFFFFFF, 99_000_000))
            method = dice.choice((method, 8, 9, 12, 14, 99))
            check = dice.choice((check, 0))
            stored = dice.choice((data, data[: len(data) // 2], zlib.compress(data)[2:-4]))
        said = dice.choice((name, name.upper(), "\\" + name, name + "\x00")) if number == victim else name
        entries += [(said, stored, method, size, check)] * dice.choice((1, 1, 1, 1, 1, 2 if number == victim else 1))
    raw = archive_of(entries)
    return dice.choice(
        (raw, raw + b"\x00" * 99, b"PK" + raw, raw[:-22] + raw[-22:].replace(b"\x00\x00", b"\xff\xff", 1))
    )
