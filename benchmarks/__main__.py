"""Measure govdoc beside its peers on this machine: ``python -m benchmarks [--full]``, a table in Markdown.

What is compared runs in turn, one beside the other; the ratio is the median of the pairs: a busy machine slows both.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.make_inputs import make_folder
from benchmarks.peers import calamine_alone, floor, node_reason, node_times, plain_script
from benchmarks.processes import descendants, environment, peak
from govdoc.pipeline import Options, check, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Pair = tuple[float, float]  # seconds: ours, theirs
_PEER = "from pathlib import Path; from benchmarks.peers import plain_script; plain_script(Path({!r}), Path({!r}))"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--full", action="store_true", help="batches of 1,000 and 10,000 instead of 200 and 1,000")
    given = parser.parse_args()
    few, many = (1_000, 10_000) if given.full else (200, 1_000)
    _say(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores\n")
    _say("| what | govdoc | beside | ratio | wanted | met |")
    _say("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(folder / "in", 20)
        books = sorted((folder / "in").iterdir())
        _single(books, folder, given.rounds)
        _cold(books[0], folder, given.rounds)
        _batches(folder, few, many)


# ---------------------------------------------------------------- one report


def _single(books: Sequence[Path], folder: Path, rounds: int) -> None:
    ours, theirs = folder / "ours" / "report.docx", folder / "theirs" / "report.docx"

    def build(book: Path) -> None:
        write(check(book).report, ours, Options(force=True), durable=False)

    for target in (ours, theirs):
        target.parent.mkdir()
    build(books[0])
    with zipfile.ZipFile(ours) as archive:
        parts = [archive.read(entry) for entry in archive.namelist()]
    _row(
        "workbook → checked report, warm / plain script",
        _pairs(build, lambda book: plain_script(book, theirs), books, rounds, (ours, theirs)),
        10,
    )
    reason = node_reason()
    if reason:
        _say(f"| the same / docxtemplater + SheetJS | – | – | – | 2 × | not measured: {reason} |")
    else:
        node = node_times(books, rounds)
        own = [_timed(build, books[number % len(books)], (ours,)) for number in range(rounds)]
        _row("the same / docxtemplater + SheetJS", list(zip(own, node, strict=True)), 2)
    pairs = _pairs(build, lambda book: floor(book, parts, theirs), books, rounds, (ours, theirs))
    _row_within("one report, warm / floor", pairs, 3)


def _cold(book: Path, folder: Path, rounds: int) -> None:
    rounds = max(5, rounds // 2)
    target = folder / "cold.docx"
    command = [sys.executable, "-m", "govdoc", "build", str(book), "-o", str(target), "--force"]
    script = [sys.executable, "-c", _PEER.format(str(book), str(folder / "plain.docx"))]
    _row("`govdoc build` as a process, cold / plain script as a process", _process_pairs(command, script, rounds), 1)
    typer = [sys.executable, "-c", "import typer"]
    for option in ("--version", "--help"):
        pairs = _process_pairs([sys.executable, "-m", "govdoc", option], typer, rounds)
        _row_within(f"`govdoc {option}` / `import typer`", pairs, 1.5)


def _pairs(
    ours: Callable[[Path], None],
    theirs: Callable[[Path], None],
    books: Sequence[Path],
    rounds: int,
    made: Sequence[Path],
) -> list[Pair]:
    ours(books[0])
    theirs(books[0])
    turns = (books[number % len(books)] for number in range(rounds))
    return [(_timed(ours, book, made), _timed(theirs, book, made)) for book in turns]


def _process_pairs(ours: Sequence[str], theirs: Sequence[str], rounds: int) -> list[Pair]:
    _process(ours)
    _process(theirs)
    return [(_process(ours), _process(theirs)) for _ in range(rounds)]


def _timed(work: Callable[[Path], None], book: Path, made: Sequence[Path]) -> float:
    """Return the seconds that a piece of work takes, which makes its output anew."""
    for path in made:
        path.unlink(missing_ok=True)
    start = time.perf_counter()
    work(book)
    return time.perf_counter() - start


def _process(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # noqa: S603
    return time.perf_counter() - start


# ---------------------------------------------------------------- many reports


def _batches(folder: Path, few: int, many: int) -> None:
    make_folder(folder / "few", few)
    pairs = []
    for round_ in range(3):
        two = _batch(folder / "few", folder / f"two-{round_}", 2)[0]
        pairs.append((two, _batch(folder / "few", folder / f"one-{round_}", 1)[0]))
    _row(f"batch of {few:,}, 2 jobs / 1 job", pairs, 1.8)
    make_folder(folder / "small", 100)
    make_folder(folder / "many", many)
    small = _batch(folder / "small", folder / "small-out", 2)[1]
    seconds, large = _batch(folder / "many", folder / "many-out", 2)
    ratio = large / small
    _say(
        f"| batch of {many:,} / 100, largest process | {large / 1e6:.0f} MB | {small / 1e6:.0f} MB | {ratio:.2f} × "
        f"| within 1.2 × | {_yes(ratio <= 1.2)} |"  # noqa: PLR2004
    )
    _say(f"| batch of {many:,}, 2 jobs | {seconds:.0f} s, {seconds / many * 1000:.1f} ms a report | – | – | – | – |")
    start = time.perf_counter()
    for book in sorted((folder / "many").iterdir()):
        calamine_alone(book)
    alone = time.perf_counter() - start
    command = [sys.executable, "-m", "govdoc", "aggregate", str(folder / "many"), "-o", str(folder / "sum.xlsx")]
    for jobs in ("1", "2"):
        ours = _process([*command, "--jobs", jobs, "--force"])
        _row_within(f"aggregate of {many:,}, {jobs} jobs / reading them with calamine alone", [(ours, alone)], 2)


def _batch(source: Path, out: Path, jobs: int) -> tuple[float, int]:
    """Return the seconds that a batch took and the most memory that one of its processes held."""
    command = [sys.executable, "-m", "govdoc", "batch", str(source), "-o", str(out), "--jobs", str(jobs)]
    start = time.perf_counter()
    most = 0
    with subprocess.Popen(  # noqa: S603
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            most = max([most, *map(peak, [process.pid, *descendants(process.pid)])])
            time.sleep(0.1)
    return time.perf_counter() - start, most


# ---------------------------------------------------------------- the table


def _row(what: str, pairs: Sequence[Pair], wanted: float) -> None:
    """Print how many times faster ours is."""
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    _line(what, pairs, f"{ratio:.2f} × faster", f"{wanted:g} ×", holds=ratio >= wanted)


def _row_within(what: str, pairs: Sequence[Pair], wanted: float) -> None:
    """Print how many times as long ours takes."""
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    _line(what, pairs, f"{ratio:.2f} × as long", f"within {wanted:g} ×", holds=ratio <= wanted)


def _line(what: str, pairs: Sequence[Pair], ratio: str, wanted: str, *, holds: bool) -> None:
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    _say(f"| {what} | {_seconds(ours)} | {_seconds(theirs)} | {ratio} | {wanted} | {_yes(holds)} |")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.1f} ms"  # noqa: PLR2004


def _yes(holds: bool) -> str:  # noqa: FBT001
    return "yes" if holds else "no"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
