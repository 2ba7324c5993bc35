"""Run the harness: ``python -m tests.fuzz --seconds 60 --seed 1``.

Cases run in a worker process. Where it dies, hangs or grows beyond the limit, the case is a find, and a fresh worker
goes on after it. Finds are kept as files, with the command that makes them again; any find makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import IO, TYPE_CHECKING, Any

from tests.fuzz.cases import SECONDS, make, run, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES = 500
_PATIENCE = 3 * SECONDS  # a case may run twice, and the machine may be busy
_REPORTED = 5_000
_RESTART = 2_000  # cases of one worker: memory that only grows shows before that


def main() -> int:
    """Run the harness and return its exit code."""
    arguments = _arguments()
    if arguments.worker is not None:
        return _work(arguments)
    if arguments.only is not None:
        return _show(arguments)
    seed = arguments.seed if arguments.seed is not None else SystemRandom().randrange(10**9)
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    keep = arguments.keep or Path(tempfile.mkdtemp(prefix="govdoc-fuzz-"))
    plan = _Plan(seed, tuple(arguments.kinds), time.monotonic() + arguments.seconds, arguments.count, keep)
    return _supervise(plan)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long to run")
    parser.add_argument("--count", type=int, default=10**9, help="how many inputs at most")
    parser.add_argument("--seed", type=int, help="the dice; without it a new one, which is printed")
    parser.add_argument("--keep", type=Path, help="where finds are kept; without it a new folder")
    parser.add_argument("--kinds", nargs="*", default=[], help="xlsx, xls, docx …; without it all")
    parser.add_argument("--only", type=int, metavar="N", help="run one case, and show it")
    parser.add_argument("--worker", type=int, metavar="N", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


# ---------------------------------------------------------------- the worker


def _work(arguments: argparse.Namespace) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))
    folder: Path = arguments.folder
    watch(folder / "temporary")
    for number in range(arguments.worker, arguments.worker + _RESTART):
        _say({"number": number})
        case = make(arguments.seed, number, arguments.kinds)
        verdict = run(case, folder / "case")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        faults = [*verdict.faults, *([f"{memory} MB"] if memory > MEGABYTES else [])]
        ended = {"kind": case.kind, "code": verdict.code, "seconds": verdict.seconds, "memory": memory}
        _say({"number": number, "faults": faults, **ended})
        if memory > MEGABYTES:
            break
    return 0


def _say(line: dict[str, object]) -> None:
    sys.__stdout__.write(json.dumps(line) + "\n")  # type: ignore[union-attr]  # the worker has its streams
    sys.__stdout__.flush()  # type: ignore[union-attr]


def _show(arguments: argparse.Namespace) -> int:
    case = make(arguments.seed, arguments.only, arguments.kinds)
    with tempfile.TemporaryDirectory() as folder:
        verdict = run(case, Path(folder) / "case")
    sys.stdout.write(f"{case.kind} {' '.join(case.words)}\n{verdict}\n")
    return int(bool(verdict.faults))


# ---------------------------------------------------------------- its master


@dataclass(frozen=True)
class _Plan:
    """What is to be run, until when, and where finds go."""

    seed: int
    kinds: tuple[str, ...]
    end: float
    count: int
    keep: Path

    def done(self, number: int) -> bool:
        """Return whether the case of a number is no more to be run."""
        return number >= self.count or time.monotonic() > self.end


class _Tally:
    """What has been seen so far."""

    def __init__(self) -> None:
        self.ends: Counter[tuple[str, int]] = Counter()
        self.slowest = 0.0
        self.largest = 0
        self.finds: list[str] = []
        self.began = time.monotonic()

    @property
    def count(self) -> int:
        """Return the number of inputs."""
        return sum(self.ends.values())

    def summary(self, seed: int) -> str:
        """Return the figures of the run."""
        seconds = time.monotonic() - self.began
        kinds = sorted({kind for kind, _ in self.ends})
        lines = [
            (
                f"seed {seed}: {self.count} inputs in {seconds:.0f} s ({self.count / max(seconds, 1):.0f} a second), "
                f"{len(self.finds)} finds; slowest {self.slowest:.2f} s, largest process {self.largest} MB"
            )
        ]
        for kind in kinds:
            codes = {code: times for (one, code), times in self.ends.items() if one == kind}
            ends = ", ".join(f"exit {code}: {times}" for code, times in sorted(codes.items()))
            lines.append(f"  {kind:7} {sum(codes.values()):7}  {ends}")
        return "\n".join([*lines, *self.finds])


def _supervise(plan: _Plan) -> int:
    tally = _Tally()
    shared_memory = Path("/dev/shm")  # noqa: S108 - a disk would wear, and be slow
    with tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as folder:
        number = 0
        while not plan.done(number):
            number = _one_worker(plan, number, Path(folder), tally)
    sys.stdout.write(tally.summary(plan.seed) + "\n")
    if tally.finds:
        sys.stdout.write(f"finds are kept in {plan.keep}\n")
    return int(bool(tally.finds))


def _one_worker(plan: _Plan, first: int, folder: Path, tally: _Tally) -> int:
    """Run a worker until it ends, dies or hangs; return the number of the next case."""
    words = [sys.executable, "-m", "tests.fuzz", "--seed", str(plan.seed), "--worker", str(first)]
    words += ["--folder", str(folder), "--kinds", *plan.kinds]
    errors = folder / "stderr"
    with errors.open("wb") as said, subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said) as worker:
        assert worker.stdout is not None
        number: int = first
        running = True
        for line in _lines(worker.stdout):
            number, running = line["number"], "kind" not in line
            if not running:
                _note(plan, line, tally)
            if plan.done(number + 1):
                worker.kill()
                return number + 1
        hung = worker.poll() is None and running
        worker.kill()
        code = worker.wait()
    if running:
        tail = errors.read_text("utf-8", "replace")[-2000:]
        _find(plan, number, ["no answer" if hung else f"the process died ({code})", tail], tally)
    return number + 1


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what the worker says, until it ends or is silent for too long."""
    left = b""
    while select.select([stream], [], [], _PATIENCE)[0]:
        piece = os.read(stream.fileno(), 65_536)
        if not piece:
            return
        *lines, left = (left + piece).split(b"\n")
        yield from map(json.loads, lines)


def _note(plan: _Plan, line: dict[str, Any], tally: _Tally) -> None:
    tally.ends[line["kind"], line["code"]] += 1
    tally.slowest = max(tally.slowest, line["seconds"])
    tally.largest = max(tally.largest, line["memory"])
    if line["faults"]:
        _find(plan, line["number"], line["faults"], tally)
    if tally.count % _REPORTED == 0:
        sys.stdout.write(f"{tally.count} inputs, {len(tally.finds)} finds\n")
        sys.stdout.flush()


def _find(plan: _Plan, number: int, faults: list[str], tally: _Tally) -> None:
    """Keep the input, and say how it is made again."""
    case = make(plan.seed, number, plan.kinds)
    plan.keep.mkdir(parents=True, exist_ok=True)
    (plan.keep / f"{plan.seed}-{number}-{case.name}").write_bytes(case.data)
    again = f"python -m tests.fuzz --seed {plan.seed} --only {number}"
    again += f" --kinds {' '.join(plan.kinds)}" if plan.kinds else ""
    said = f"FIND {case.kind} {' '.join(case.words)}\n  {again}\n  " + "\n  ".join("\n".join(faults).splitlines())
    tally.finds.append(said)
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
