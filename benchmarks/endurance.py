"""Batches that are killed and fed with hostile files: what must come out, and how much memory it may take.

Run it as ``python -m benchmarks.endurance FOLDER``; it prints a line for each trial and fails where one does. The
tests run the same trials in small.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import signal
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.make_inputs import HOSTILE, make_folder
from benchmarks.processes import descendants, digests, kill, lives, peak, start, workers

if TYPE_CHECKING:
    import subprocess

MEMORY = 500 * 1024 * 1024  # bytes that no process may exceed
_MOST_ROUNDS = 20  # a kill: runs after which a trial that hits nobody is given up
_DICE = random.Random(6)  # noqa: S311 - nothing secret


def undisturbed(inputs: Path, out: Path) -> dict[str, str]:
    """Run a batch in peace, and return what it leaves."""
    _end(start(["batch", inputs, "-o", out, "--jobs", "2"]))
    return digests(out)


def killed_workers(inputs: Path, out: Path, kills: int, *, seconds: float) -> None:
    """Run a batch whose workers are killed at random moments, at most so many seconds apart.

    A run that ends before all are killed is followed by another, on a new folder: a fast machine may be done with one
    before its first worker is hit, so how many runs it takes is left open.
    """
    done = 0
    for round_ in itertools.count():
        folder = out if not round_ else out.with_name(f"{out.name}-{round_}")
        process = start(["batch", inputs, "-o", folder, "--jobs", "2"])
        while process.poll() is None and done < kills:
            time.sleep(_DICE.uniform(0.02, seconds))
            victims = workers(process.pid)
            if victims:
                kill(_DICE.choice(victims))
                done += 1
        _end(process)
        if folder != out:
            _expect(digests(folder) == digests(out), "the runs differ")
        if done >= kills:
            return
        _expect(round_ < _MOST_ROUNDS * kills, "no worker is there long enough to be killed")


def killed_batches(inputs: Path, out: Path, kills: int, *, seconds: float) -> int:
    """End a whole batch at random moments, again and again, and let it go on each time; return how often.

    Every other time it is killed, and else interrupted, as by Ctrl-C.
    """
    for done in range(kills):
        process = start(["batch", inputs, "-o", out, "--jobs", "2", *(["--resume"] if done else [])])
        time.sleep(_DICE.uniform(0.3, seconds))
        if process.poll() is not None:
            process.communicate()
            return done
        family = descendants(process.pid)
        process.send_signal(signal.SIGINT if done % 2 else signal.SIGKILL)
        said, _ = process.communicate()
        _expect(b"Traceback" not in said, said.decode("utf-8", "replace"))
        _await_end(family)
        _expect(all(_is_whole(path) for path in out.glob("*.docx") if not path.name.startswith(".")), "a half file")
    _end(start(["batch", inputs, "-o", out, "--jobs", "2", "--resume"]))
    return kills


def done_twice(out: Path) -> list[str]:
    """Return the files that a journal names as finished more than once."""
    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    times = Counter(line["file"] for line in lines if "renamed" not in line)
    return [file for file, count in times.items() if count > 1]


def hostile_folder(inputs: Path, out: Path) -> tuple[int, dict[str, str]]:
    """Run a batch on a folder with broken files; return the peak memory of its largest process, and their lines."""
    process = start(["batch", inputs, "-o", out, "--jobs", "2"])
    most = 0
    while process.poll() is None:
        most = max([most, *map(peak, [process.pid, *descendants(process.pid)])])
        time.sleep(0.02)
    process.communicate()
    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    return most, {line["file"]: line["status"] for line in lines if "renamed" not in line}


def _is_whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except FileNotFoundError:
        return True  # an orphan was giving it its name
    except zipfile.BadZipFile:
        return False


def _await_end(family: list[int]) -> None:
    """Wait for the workers of a killed batch: they end with it, and none may stay behind."""
    deadline = time.monotonic() + 10
    while any(map(lives, family)):
        _expect(time.monotonic() < deadline, "workers outlive their batch")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    said, _ = process.communicate()
    _expect(process.returncode in (0, 3, 4), said.decode("utf-8", "replace"))


def _expect(holds: bool, what: str) -> None:  # noqa: FBT001 - an assertion that stays in optimised runs
    if not holds:
        raise SystemExit(f"failed: {what}")


def main() -> None:
    """Run every trial in full."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="an empty folder for what the trials make")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--worker-kills", type=int, default=50)
    parser.add_argument("--batch-kills", type=int, default=60)
    given = parser.parse_args()
    inputs = given.folder / "in"
    make_folder(inputs, given.count)
    begin = time.monotonic()
    peace = undisturbed(inputs, given.folder / "peace")
    seconds = time.monotonic() - begin
    _say(f"undisturbed: {given.count} workbooks, {seconds:.1f} s")
    killed_workers(inputs, given.folder / "workers", given.worker_kills, seconds=0.8)
    _expect(digests(given.folder / "workers") == peace, "killed workers change the result")
    _say(f"workers killed {given.worker_kills} times: the result is the same, file by file")
    each = 2 * seconds / max(given.batch_kills, 1)
    kills = killed_batches(inputs, given.folder / "batches", given.batch_kills, seconds=each)
    _expect(digests(given.folder / "batches") == peace, "killed batches change the result")
    _expect(not done_twice(given.folder / "batches"), "finished work was done twice")
    _say(f"batch killed or interrupted {kills} times: the result is the same, file by file; nothing was done twice")
    broken = given.folder / "broken-in"
    make_folder(broken, given.count, broken=5)
    most, statuses = hostile_folder(broken, given.folder / "broken")
    _expect(most < MEMORY, f"a process took {most >> 20} MB")
    named = [file for file in statuses if any(file.endswith(f"-{kind}.xlsx") for kind in HOSTILE)]
    _expect(all(statuses[file] in ("unreadable", "killed") for file in named), "a hostile file was not refused")
    _expect(len(statuses) == given.count, "a file has no line")
    _say(f"5 % broken: {dict(Counter(statuses.values()))}; largest process {most >> 20} MB")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
