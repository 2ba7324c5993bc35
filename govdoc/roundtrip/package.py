"""A Word package, opened to change few of its parts: every other part leaves as it came, in its place."""

from __future__ import annotations

import copy
import io
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from govdoc.files import DEFLATE_LEVEL, DOCUMENT, LIMITS, missing, open_archive, over_limit, read_part
from govdoc.readers.word import document_of, parse_part, style_names
from govdoc.readers.word_parts import BODY_PART, STYLES_PART, unusual_names
from govdoc.roundtrip.base import PART, Base, read_base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lxml.etree import _Element

    from govdoc.readers.word import Document


@dataclass(frozen=True)
class Package:
    """The parts of a Word document by name, in their order; ``names`` are those of parts that have unusual ones."""

    path: Path
    parts: Mapping[str, bytes]
    entries: tuple[zipfile.ZipInfo, ...] = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, path: Path) -> Package:
        """Return a .docx opened.

        Raises :class:`govdoc.errors.InputError` where the file is missing, no .docx, damaged or over a limit.
        """
        with open_archive(path, DOCUMENT) as archive:
            entries = tuple(archive.infolist())
            names = unusual_names(archive, path)
            usual = {name: one for one, name in names.items()}
            parts = {
                usual.get(one.filename, one.filename): read_part(archive, one.filename, path, DOCUMENT)
                for one in entries
            }
        for name in (BODY_PART, STYLES_PART):
            if name not in parts:
                raise missing(path, name, DOCUMENT)
        _check_all([data for name, data in parts.items() if name.endswith(".xml")], path)
        return cls(path, parts, entries, names)

    @classmethod
    def of(cls, data: bytes, path: Path) -> Package:
        """Return a .docx of our own making; ``path`` is named in errors."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return cls(path, {name: archive.read(name) for name in archive.namelist()}, tuple(archive.infolist()))

    def parsed(self, name: str) -> _Element:
        """Return a part's root element, to be looked at only."""
        return parse_part(self.parts[name], self.path)

    @cached_property
    def tree(self) -> _Element:
        """Return the document's root element."""
        return self.parsed(BODY_PART)

    @cached_property
    def document(self) -> Document:
        """Return the document as it is read."""
        return document_of(self.tree, style_names(self.parts[STYLES_PART], self.path), self.path, self.path.name)

    @cached_property
    def _base(self) -> tuple[str, Base | None]:
        for name in self.parts:
            if PART.fullmatch(name):
                base = read_base(self.parsed(name))
                if base is not None:
                    return name, base
        return "", None

    @property
    def base(self) -> Base | None:
        """Return what the document was generated from, or None where it does not say."""
        return self._base[1]

    @property
    def base_name(self) -> str:
        """Return the name of the part that holds the base."""
        return self._base[0]

    def with_parts(self, changed: Mapping[str, bytes]) -> Package:
        """Return the package with some parts replaced or added."""
        return Package(self.path, {**self.parts, **changed}, self.entries, self.names)

    def pack(self) -> bytes:
        """Return the package as a file: every part with the date and in the place it had, new ones last."""
        buffer = io.BytesIO()
        known = {entry.filename: entry for entry in self.entries}
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for usual, data in self.parts.items():
                name = self.names.get(usual, usual)
                archive.writestr(_entry(known.get(name), name), data, compresslevel=DEFLATE_LEVEL)
        return buffer.getvalue()


def _check_all(parts: Sequence[bytes], path: Path) -> None:
    """Refuse parts that are within the limits each, and not together: there may be a thousand heads and feet."""
    if sum(map(len, parts)) > LIMITS.xml or sum(data.count(b"<") for data in parts) > LIMITS.tags:
        what = f"内部的文字超过 {LIMITS.xml // 1024 // 1024} MB 或 {LIMITS.tags} 个标记"
        raise over_limit(path, what, DOCUMENT)


def _entry(known: zipfile.ZipInfo | None, name: str) -> zipfile.ZipInfo:
    """Return a fresh entry for a part; what is no longer common is deflated."""
    if known is None:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry
    entry = copy.copy(known)
    entry.extra = b""  # sizes and offsets of the old file
    if entry.compress_type != zipfile.ZIP_STORED:
        entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
