"""A small object store for the tests, and the fsspec file system that speaks to it.

Objects are whole or absent, there are no folders and no moves, and nobody sees a disk: what a real one (S3, OSS, COS)
has in common. Import this module, also as ``dask worker --preload``, to have addresses such as ``standin://host:port/a``.
"""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import fsspec
from fsspec import AbstractFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Handler(BaseHTTPRequestHandler):
    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def _answer(self, code: int, data: bytes = b"") -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        name = unquote(self.path[1:])
        if name == "":
            listing = {key: [len(data), hashlib.md5(data).hexdigest()] for key, data in dict(self.objects).items()}  # noqa: S324
            self._answer(200, json.dumps(listing).encode())
        elif name in self.objects:
            self._answer(200, self.objects[name])
        else:
            self._answer(404)

    def do_PUT(self) -> None:
        self.objects[unquote(self.path[1:])] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_DELETE(self) -> None:
        self._answer(200 if self.objects.pop(unquote(self.path[1:]), None) is not None else 404)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def object_store() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Give the address of a new store, and its objects by name."""
    objects: dict[str, bytes] = {}
    handler = type("Handler", (_Handler,), {"objects": objects})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"standin://127.0.0.1:{server.server_address[1]}", objects
        finally:
            server.shutdown()
            thread.join()


class StandIn(AbstractFileSystem):  # type: ignore[misc,unused-ignore]  # fsspec ships no type information
    """The client's side. Paths begin with host and port."""

    protocol = "standin"
    cachable = False

    def _ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        host, _, name = self._strip_protocol(path).partition("/")
        connection = HTTPConnection(host, timeout=10)
        try:
            connection.request(method, f"/{quote(name)}", data)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise FileNotFoundError(path)
        return content

    def _objects(self, path: str) -> dict[str, dict[str, Any]]:
        host = self._strip_protocol(path).partition("/")[0]
        listing = json.loads(self._ask("GET", host))
        return {
            f"{host}/{name}": {"name": f"{host}/{name}", "size": size, "ETag": tag, "type": "file"}
            for name, (size, tag) in listing.items()
        }

    def ls(self, path: str, detail: bool = True, **_: object) -> list[Any]:  # noqa: FBT001, FBT002 - fsspec's signature
        path = self._strip_protocol(path).rstrip("/")
        found: dict[str, dict[str, Any]] = {}
        for name, state in self._objects(path).items():
            if name == path:
                found[name] = state
            elif name.startswith(f"{path}/"):
                first, deeper, _rest = name[len(path) + 1 :].partition("/")
                here = f"{path}/{first}"
                found[here] = {"name": here, "size": 0, "type": "directory"} if deeper else state
        if not found:
            raise FileNotFoundError(path)
        return list(found.values()) if detail else list(found)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: object) -> bytes:
        return self._ask("GET", path)[start:end]

    def pipe_file(self, path: str, value: bytes, **_: object) -> None:
        self._ask("PUT", path, value)

    def cp_file(self, path1: str, path2: str, **_: object) -> None:
        self._ask("PUT", path2, self._ask("GET", path1))

    def rm_file(self, path: str) -> None:
        self._ask("DELETE", path)

    _rm = rm_file


fsspec.register_implementation("standin", StandIn, clobber=True)
