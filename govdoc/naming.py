"""The names of a batch's reports: the organ's, and where several organs have that one, the file's besides.

Names are compared as the least particular file system does, without width and case, marks with their letters.
"""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from govdoc.files import safe_name
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.journal import Line

_LONGEST_STEM = 200  # bytes of UTF-8, as govdoc.files.safe_name keeps to


def provisional_stem(agency: str, file: str) -> str:
    """Return the name of a report until all names are known: no other file's report has it."""
    digest = blake2b(file.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return _fit(safe_name(agency), f"~{digest}")


def final_stems(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Yield each line with the name of its file's reports, without a suffix; "" where there are none.

    The lines are gone through three times and never held: there may be a hundred thousand.
    """
    shared = _several(safe_name(line.agency) for line in lines if line.stem)
    doubtful = _several(_stem(line, shared) for line in lines if line.stem)
    for line in lines:
        stem = _stem(line, shared) if line.stem else ""
        if stem and _folded(stem) in doubtful:
            stem = provisional_stem(line.agency, line.file)
        yield line, stem


def _stem(line: Line, shared: set[int]) -> str:
    plain = safe_name(line.agency)
    return plain if _folded(plain) not in shared else _fit(plain, f"（{safe_name(tag(line.file))[-40:]}）")


def _several(names: Iterable[str]) -> set[int]:
    """Return which names occur more than once."""
    once: set[int] = set()
    again: set[int] = set()
    for name in map(_folded, names):
        (again if name in once else once).add(name)
    return again


def _folded(name: str) -> int:
    """Return a number that stands for a name: it takes a fifth of the memory."""
    folded = unicodedata.normalize("NFKC", normal_label(name).casefold()).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(folded, digest_size=8).digest())


def _fit(plain: str, end: str) -> str:
    while len(f"{plain}{end}".encode()) > _LONGEST_STEM and plain:
        plain = plain[:-1]
    return f"{plain}{end}"


def tag(file: str) -> str:
    """Return a file's name in its folder, without suffix, as one word."""
    return str(PurePosixPath(file).with_suffix("")).replace("/", "_")
