"""govdoc never uses the network: not in this process, not in the command's own, not for what a file points to."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from govdoc.pipeline import build
from tests.cli_helpers import CHAOYANG, ROOT, environment
from tests.conftest import NetworkUsedError, refuse_network
from tests.hostile.makers import REPORT, changed, pack, report_parts, sample_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Runs the command where any event of a socket or of another process ends it.
WATCHED = """
import sys
def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "ftplib.", "smtplib.", "webbrowser.", "subprocess.", "os.system")):
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
        raise SystemExit(99)
sys.addaudithook(refuse)
from govdoc.cli.main import run
run(sys.argv[1:])
"""


def test_the_suite_refuses_the_network() -> None:
    with pytest.raises(NetworkUsedError), socket.socket() as one:
        one.connect(("127.0.0.1", 9))
    with pytest.raises(NetworkUsedError):
        socket.getaddrinfo("localhost", 80)


@pytest.mark.network
def test_a_marked_test_may_use_it() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)
    refuse_network("socket.connect", (None, ("127.0.0.1", 80)))


@pytest.mark.parametrize(
    "arguments",
    [("build",), ("check",), ("figures",), ("new", "--year", "2024", "-o", "新.xlsx"), ("--help",)],
    ids=lambda words: words[0],
)
def test_no_command_opens_a_socket_or_starts_a_process(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shutil.copy(CHAOYANG, tmp_path / "年报.xlsx")
    words = [*arguments, "年报.xlsx"] if arguments[0] in ("build", "check", "figures") else list(arguments)
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, *words],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, b"NETWORK" in ran.stderr) == (0, False), ran.stderr.decode()


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """Yield the port of a server of this machine, and the list of those who called it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, caller = server.accept()
                except TimeoutError:
                    continue
                connection.close()
                calls.append(caller)

        done = threading.Event()
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], calls
        done.set()
        thread.join()


@pytest.mark.network
def test_what_a_file_points_to_is_not_fetched(tmp_path: Path, listener: tuple[int, list[object]]) -> None:
    port, calls = listener
    link = (
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
        f'Target="http://127.0.0.1:{port}/{{}}" TargetMode="External"/></Relationships>'
    )
    book = tmp_path / "年报.xlsx"
    parts = changed(
        sample_parts(), "xl/_rels/workbook.xml.rels", "</Relationships>", link.format("externalLink", "other.xlsx")
    )
    book.write_bytes(pack(parts))
    assert build(book).written == tmp_path / "年报.docx"
    report = tmp_path / "报告.docx"
    attached = changed(
        report_parts(), "word/_rels/document.xml.rels", "</Relationships>", link.format("attachedTemplate", "t.dotx")
    )
    report.write_bytes(pack(attached))
    from govdoc.readers.word import read_document

    assert read_document(report).blocks
    assert calls == []
    assert REPORT


def test_the_doctor_asks_nobody_outside(tmp_path: Path) -> None:
    """It may ask this machine for its fonts, by a program; for nothing by a socket."""
    watched = WATCHED.replace(', "subprocess.", "os.system"', "")
    ran = subprocess.run(
        [sys.executable, "-c", watched, "doctor"],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, b"NETWORK" in ran.stderr) == (0, False), ran.stderr.decode()
