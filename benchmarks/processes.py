"""The command as a process among others: started, watched and killed. Linux only, by way of /proc."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]


def start(arguments: Sequence[str | Path]) -> subprocess.Popen[bytes]:
    """Start govdoc of this checkout."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "govdoc", *map(str, arguments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def environment() -> dict[str, str]:
    """Return an environment in which this checkout's govdoc is found, and compiled modules are kept as usual."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that still run."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return the processes that a process, or one of these, started."""
    found = children(pid)
    return found + [deeper for child in found for deeper in descendants(child)]


def workers(pid: int) -> list[int]:
    """Return the workers of a batch: what the server that it starts them from has started."""
    return [worker for child in children(pid) for worker in children(child)]


def kill(pid: int) -> None:
    """Kill a process as the system does when memory runs out."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def lives(pid: int) -> bool:
    """Return whether a process still runs; one that has ended and is only waiting to be asked how does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def peak(pid: int) -> int:
    """Return the most memory that a process has held so far, in bytes; 0 for one that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def digests(folder: Path) -> dict[str, str]:
    """Return what lies in a folder: a digest of each file by its name, but for the journal."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "journal.jsonl"
    }
