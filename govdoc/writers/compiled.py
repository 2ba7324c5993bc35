"""Compiled templates kept in the user's cache folder, so that a single run need not compile one again.

What is kept is Python's own compiled code, as in ``__pycache__``; it is found by the template's content and the
versions of all that made it, and nothing depends on its being there.
"""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from contextlib import suppress
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT = 12  # files; the oldest go
_SUM, _LARGEST = 16, 16 * 1024 * 1024  # bytes of the sum before what is kept, and of a file
_MAKERS = ("docxtpl", "jinja2", "govdoc.writers.word", "govdoc.writers.word_language")


def compiled(data: bytes, make: Callable[[], tuple[str, CodeType]]) -> tuple[str, CodeType]:
    """Return the Jinja source of a template's XML and the code it compiles to, from the cache where they are there."""
    path: Path | None = None
    with suppress(OSError, RuntimeError):  # there may be no home
        path = cache_folder() / f"{_key(data)}.template"
    with suppress(OSError, ValueError, EOFError, TypeError):
        source, code = marshal.loads(_stored(path))  # noqa: S302 - the user's own
        if isinstance(source, str) and isinstance(code, CodeType):
            return source, code
    source, code = make()
    with suppress(OSError):
        if path is not None:
            stored = marshal.dumps((source, code))
            _keep(path, _sum(stored) + stored)
    return source, code


def _stored(path: Path | None) -> bytes:
    """Return what was kept, if it is whole: what reads it trusts every length in it."""
    if path is None or not path.is_file() or path.stat().st_size > _LARGEST:  # a pipe would block for ever
        return b""
    data = path.read_bytes()
    return data[_SUM:] if _sum(data[_SUM:]) == data[:_SUM] else b""


def _sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_SUM).digest()


def cache_folder() -> Path:
    """Return the user's folder for what can be made again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "govdoc"


def _key(data: bytes) -> str:
    key = blake2b(data, digest_size=16)
    key.update(f"{sys.version}{sys.implementation.cache_tag}".encode())
    for name in _MAKERS:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            state = Path(spec.origin).stat()
            key.update(f"{spec.origin}{state.st_size}{state.st_mtime_ns}".encode())
    return key.hexdigest()


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    for old in sorted(path.parent.glob("*.template"), key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
        old.unlink(missing_ok=True)
