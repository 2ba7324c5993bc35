"""Run a function in a process of its own and hold it to five seconds of the processor and 500 MB."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.errors import GovdocError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

SECONDS, MEGABYTES = 5, 440  # of the 500 MB of a process, the libraries take 60
_PATIENCE = 90.0  # seconds by the clock, which on a busy machine says nothing of the reader
_FORK = multiprocessing.get_context("fork")  # with the libraries loaded already: many files a second


@dataclass(frozen=True)
class Watched:
    """How a reader ended: a govdoc exit code (0 where it read the file), what it said, seconds, megabytes it needed."""

    code: int
    said: str
    seconds: float
    megabytes: float


def watched(reader: Callable[[Path], object], path: Path) -> Watched:
    """Return how a reader ends with a file; an abort, a hang or an exception that is no GovdocError fails the test."""
    ours, theirs = _FORK.Pipe()
    began = time.monotonic()
    process = _FORK.Process(target=_run, args=(reader, path, theirs))
    process.start()
    theirs.close()
    answered = ours.poll(_PATIENCE)
    seconds = time.monotonic() - began
    try:
        code, said, megabytes = ours.recv() if answered else (None, "no answer", 0)
    except EOFError:
        code, said, megabytes = None, "the process died", 0
    if not answered:
        process.kill()
    process.join()
    assert code is not None, f"{path.name}: {said}, exit code {process.exitcode}"
    assert megabytes < MEGABYTES, f"{path.name}: {megabytes} MB"
    return Watched(code, said, seconds, megabytes)


def _run(reader: Callable[[Path], object], path: Path, answer: Connection) -> None:
    sys.settrace(None)  # what measures the tests' coverage would be measured too
    before = _peak()  # what the tests hold already is not the reader's
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))  # before a bomb takes the machine along
    try:
        reader(path)
    except GovdocError as error:
        code, said = int(error.exit_code), str(error)
    except BaseException as error:  # noqa: BLE001 - what it was is said in the other process
        code, said = 1, repr(error)
    else:
        code, said = 0, ""
    answer.send((code, said, _peak() - before))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
