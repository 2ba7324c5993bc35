"""Texts and number formats in an .xls ([MS-XLS] 2.5.240, 2.5.293, 2.5.294)."""

from __future__ import annotations

import codecs
import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from govdoc.files import LIMITS
from govdoc.readers.facts import OverLimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08  # the flags of a text: two bytes a character, phonetic and format runs
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_LONGEST_FORMAT = 255
_DATE_LETTERS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)


@lru_cache(maxsize=16)
def code_page(number: int) -> str:
    """Return Python's name of a Windows code page; Western where it has none."""
    name = f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


@lru_cache(maxsize=256)  # asked for each number of a sheet
def is_date_format(code: str) -> bool:
    """Return whether a number format shows a date or a time; one that no program lets people type shows none."""
    return len(code) <= _LONGEST_FORMAT and _DATE_LETTERS.search(_QUOTED.sub("", code.partition(";")[0])) is not None


def text_at(data: bytes, at: int, encoding: str | None, *, narrow_length: bool) -> str:
    """Return the text at a place: of BIFF8, or of an older book where an encoding is given.

    Raises :class:`struct.error` or :class:`IndexError` where it does not fit.
    """
    (length,) = struct.unpack_from("<B" if narrow_length else "<H", data, at)
    at += 1 if narrow_length else 2
    if encoding is not None:
        return _whole(data, at, length).decode(encoding, "replace")
    wide = data[at] & _WIDE
    raw = _whole(data, at + 1, length * (2 if wide else 1))
    return raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1")


def _whole(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise IndexError
    return data[at : at + size]


def shared_texts(blocks: list[bytes]) -> Iterator[str]:
    """Yield the shared texts from their record and those that continue it.

    Raises :class:`struct.error` or :class:`IndexError` where they do not fit, and :class:`OverLimitError`.
    """
    (count,) = struct.unpack_from("<I", blocks[0], 4)
    if count > LIMITS.cells:
        raise OverLimitError(f"声明了超过 {LIMITS.cells} 段文字")
    reader = _Blocks(blocks)
    for _ in range(count):
        yield reader.text()


class _Blocks:
    """A place in the shared texts."""

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks = blocks
        self.number = 0
        self.at = 8

    def text(self) -> str:
        """Return the next text, its format and phonetic runs passed over."""
        if self.at >= len(self.blocks[self.number]):
            self._next()
        length, flags = struct.unpack_from("<HB", self.blocks[self.number], self.at)
        self.at += 3
        beside = 0
        if flags & _RICH:
            beside += 4 * struct.unpack_from("<H", self.blocks[self.number], self.at)[0]
            self.at += 2
        if flags & _EXTENDED:
            beside += struct.unpack_from("<I", self.blocks[self.number], self.at)[0]
            self.at += 4
        text = self._characters(length, wide=bool(flags & _WIDE))
        self._skip(beside)
        return text

    def _characters(self, length: int, *, wide: bool) -> str:
        pieces = []
        while length:
            block = self.blocks[self.number]
            taken = min(length, (len(block) - self.at) // (2 if wide else 1))
            raw = block[self.at : self.at + taken * (2 if wide else 1)]
            pieces.append(raw if wide else raw.decode("latin-1").encode("utf-16-le"))
            self.at += len(raw)
            length -= taken
            if length:
                self._next()
                wide = bool(self.blocks[self.number][0] & _WIDE)  # each part says anew how it is encoded
                self.at = 1
        return b"".join(pieces).decode("utf-16-le", "replace")

    def _skip(self, size: int) -> None:
        while size > len(self.blocks[self.number]) - self.at:
            size -= len(self.blocks[self.number]) - self.at
            self._next()
        self.at += size

    def _next(self) -> None:
        self.number += 1
        self.at = 0
