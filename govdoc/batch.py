"""Many files at once: each checked and built on an executor, with a journal, so that a run can be killed and go on.

The same code runs on one machine and on many; what differs is the crew that works and the store that is written to.
What came of a file stands in the journal alone: in memory stay its name and the place where that begins.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from govdoc import __version__
from govdoc.crew import Lost, bundle_of, run_many
from govdoc.errors import ExitCode, GovdocError, InputError, OutputError, UsageError
from govdoc.files import TEMPORARY
from govdoc.journal import Head, Line, LinePlaces, Rename, open_journal
from govdoc.naming import final_stems, provisional_stem
from govdoc.pipeline import REPORT_SUFFIX
from govdoc.store import absolute, is_remote, list_sources, open_target, plain
from govdoc.worker import Progress, build_one, killed_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from govdoc.crew import Crew
    from govdoc.journal import Journal, Status
    from govdoc.store import Listing, LocalTarget, RemoteTarget

_T = TypeVar("_T")

SUMMARY = "汇总.xlsx"

NAMED = 10  # files with trouble that a result names; the summary names all
_GROUP = 64  # results that go onto the disk and into the journal together
# Files that a worker gets at one go, as handing over each by itself takes a twentieth of the time; and the rounds that
# there must be for each worker before files are bundled: of a few, each has its share.
_BUNDLE, _ROUNDS = 4, 64
_PAUSE = 1.0  # seconds after which a smaller group does
_BAD_NAME = "文件名的编码不对，没有读。请把文件改成正常的名称再试。"
_LONGEST_ASKED = 400  # characters of what another run was asked to do
_MOVED = 1000  # reports that are given another name at one go


class StoppedError(GovdocError):
    """The user stopped a batch; what was done is kept."""

    exit_code = ExitCode.INTERRUPTED


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is asked to do. ``source`` and ``out`` are folders, as paths or fsspec addresses.

    ``resume`` goes on where an earlier run on the same folders stopped; ``facts`` takes the figures of what was built.
    """

    source: str
    out: str
    formats: tuple[str, ...] = ("docx",)
    resume: bool = False
    facts: Path | None = None


@dataclass(frozen=True)
class Result:
    """What came of a batch: how many files ended in which way, and the first that did not end well.

    ``trace`` is that of the first bug met. ``aside`` says what the folder holds besides, ``strangers`` names reports in
    the folder for the results that are not of this run: of workbooks that are gone, or had another organ's name.
    """

    counts: Mapping[Status, int]
    troubles: tuple[Line, ...]
    trace: str
    aside: str
    strangers: tuple[str, ...]
    out: str
    resumed: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """Return the weightiest of what happened to single files."""
        return next((code for code, kinds in _WEIGHTS if any(map(self.counts.get, kinds))), ExitCode.OK)


_WEIGHTS: tuple[tuple[ExitCode, tuple[Status, ...]], ...] = (
    (ExitCode.BUG, ("crashed",)),
    (ExitCode.LAYOUT, ("unwritable",)),
    (ExitCode.INPUT, ("unreadable", "killed")),
    (ExitCode.FINDINGS, ("blocked",)),
)


def batch(plan: Plan, crew: Crew, watch: Callable[[Progress], None] = lambda _: None) -> Result:
    """Check and build every workbook of a folder, and write the summary workbook.

    Raises :class:`InputError` where there is nothing to do, :class:`OutputError` where the folder for the output is in
    use or cannot be written, and :class:`StoppedError` on Ctrl-C; what was done by then is kept for ``resume``.
    """
    from govdoc.readers.workbook import SUFFIXES

    plan = replace(plan, source=plain(plan.source), out=plain(plan.out))
    sources = list_sources(plan.source, SUFFIXES, without=_own_places(plan))
    garbled = tuple(name for name in sources.names if not _can_be_written(name))
    if garbled:
        sources = _without(sources, garbled)
    if not sources and not garbled:
        raise InputError(f"{plan.source} 里没有工作簿。", f"工作簿的后缀是 {'、'.join(SUFFIXES)}。{aside(sources)}")
    target = open_target(plan.out)
    present = {name for name in target.names() if not name.startswith(TEMPORARY)}
    if present and not (plan.resume and target.journal in present):
        raise OutputError(
            f"文件夹 {plan.out} 里已经有文件。",
            "接着做上次的批量，请加 --resume；从头做，请换一个空文件夹。"
            if target.journal in present
            else "请换一个空文件夹或新的文件夹。",
        )
    target.prepare()
    with open_journal(target) as journal:
        run = _Batch(plan, target, journal, sources, watch, garbled)
        run.resume()
        run.work(crew)
        try:
            return run.finish()
        except KeyboardInterrupt:
            raise StoppedError(
                f"已中断，{len(sources)} 个都做完了，只差 {SUMMARY} 没有写。",
                "补上它，请把同一条命令再加上 --resume。",
            ) from None


def _can_be_written(name: str) -> bool:
    """Return whether a file's name is text: on Linux it may be any bytes, which no record can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without(sources: Listing, garbled: tuple[str, ...]) -> Listing:
    """Return a listing without some of its names."""
    stamps, gone = dict(zip(sources.names, sources.stamps, strict=False)), set(garbled)
    names = tuple(name for name in sources.names if name not in gone)
    return replace(sources, names=names, stamps=tuple(stamps[name] for name in names if name in stamps))


def _garbled(name: str) -> Line:
    shown = name.encode("utf-8", "replace").decode()
    return Line(file=shown, stamp="", status="unreadable", first=_BAD_NAME)


def aside(found: Listing) -> str:
    """Return what was not taken from a folder and why, for people to read; "" where nothing was left aside."""
    said = []
    if found.passed_over:
        said.append(f"跳过了 {len(found.passed_over)} 个临时文件或隐藏文件。")
    if found.outputs:
        said.append(f"没有看文件夹 {'、'.join(found.outputs[:NAMED])}：里面是以前批量生成的结果。")
    if reports := found.others.get(REPORT_SUFFIX, 0):
        said.append(f"{reports} 个 Word 报告没有动：批量只做工作簿；要把报告加总，请用 govdoc aggregate。")
    return "".join(said)


def _own_places(plan: Plan) -> tuple[str, ...]:
    """Return the output folder, which may lie inside the input folder but is none of it."""
    if is_remote(plan.source) or is_remote(plan.out):
        return (plan.out,)
    out, source = Path(plan.out).resolve(), Path(plan.source).resolve()
    if out == source:
        raise UsageError("结果不能写进工作簿所在的文件夹。", "请用 -o 另外指定一个文件夹。")
    return (str(out),)


@dataclass
class _Batch:
    """One run: of each file that is finished the place of its line in the journal, and the name of its reports.

    ``stems`` has only those names that an earlier run changed; the others stand in the lines.
    """

    plan: Plan
    target: LocalTarget | RemoteTarget
    journal: Journal
    sources: Listing
    watch: Callable[[Progress], None]
    garbled: tuple[str, ...] = ()
    places: LinePlaces = field(init=False)
    stems: dict[str, str] = field(default_factory=dict)
    counts: Counter[Status] = field(default_factory=Counter)
    group: list[Line] = field(default_factory=list)
    again: bool = False
    resumed: int = 0

    def __post_init__(self) -> None:
        """Note that no file is finished yet."""
        self.places = LinePlaces(self.sources.names)

    def resume(self) -> None:
        """Read what an earlier run finished; only what is still as it was, and whose reports are there, counts."""
        head = Head(govdoc=__version__, source=absolute(self.plan.source), formats=self.plan.formats)
        known = self.journal.head()
        if known is None:
            self.journal.add([head])
            return
        self.again = True
        if known != head:
            asked = f"govdoc {known.govdoc}，{known.source}，{'、'.join(known.formats)}"[:_LONGEST_ASKED]
            raise UsageError(
                f"{self.plan.out} 是另一次批量的结果（{asked}）。",
                "请用同样的版本、文件夹和选项接着做，或换一个空文件夹从头做。",
            )
        found = LinePlaces(self.sources.names)
        stems: dict[str, str] = {}
        for place, entry in self.journal.entries():
            if isinstance(entry, Rename):
                stems[entry.file] = entry.stem
            else:
                found.put(entry.file, place)
                stems.pop(entry.file, None)
        present = self.target.names()
        for source in self.sources:
            known_place = found.get(source.name)
            if known_place is not None:
                line = self.journal.line_at(known_place)
                stem = self._present_stem(line, stems.get(source.name, line.stem), present)
                if line.stamp == source.stamp and stem is not None:
                    self._note(line, known_place)
                    if stem != line.stem:
                        self.stems[source.name] = stem
        self.resumed = len(self.places)

    def _present_stem(self, line: Line, renamed: str, present: set[str]) -> str | None:
        """Return under which of its names a file's reports lie: "" where none were made, None where they are gone."""
        if line.status != "built":
            return ""
        for stem in (renamed, line.stem, provisional_stem(line.agency, line.file)):
            if all(f"{stem}.{suffix}" in present for suffix in self.plan.formats):
                return stem
        return None

    def _note(self, line: Line, place: int) -> None:
        self.places.put(line.file, place)
        self.counts[line.status] += 1

    def work(self, crew: Crew) -> None:
        """Do what is left. A result counts once its reports are on the disk and the journal says so."""
        pending = (source for source in self.sources if self.places.get(source.name) is None)
        work = partial(build_one, out=absolute(self.plan.out), formats=self.plan.formats)
        left = len(self.sources) - len(self.places)
        results = run_many(pending, work, crew, bundle=bundle_of(left, crew.workers, most=_BUNDLE, rounds=_ROUNDS))
        last = time.monotonic()
        try:
            self._tell("")
            for source, result in results:
                self.group.append(killed_line(source) if isinstance(result, Lost) else result)
                if len(self.group) >= _GROUP or time.monotonic() - last > _PAUSE:
                    self._settle()
                    last = time.monotonic()
                self._tell(source.name)
        except KeyboardInterrupt:
            raise StoppedError(
                f"已中断，做完了 {len(self.places) + len(self.group)} 个，共 {len(self.sources)} 个。",
                "做完的都已保存；接着做，请把同一条命令再加上 --resume。",
            ) from None
        finally:
            results.close()  # type: ignore[attr-defined]  # a generator: ends the workers
            self._settle()
            self.target.prepare()

    def _settle(self) -> None:
        if not self.group:
            return
        self.target.settle(f"{line.stem}.{suffix}" for line in self.group if line.stem for suffix in self.plan.formats)
        for line, place in zip(self.group, self.journal.add(self.group), strict=True):
            self._note(line, place)
        self.group = []

    def _tell(self, file: str) -> None:
        counts = self.counts + Counter(line.status for line in self.group)
        self.watch(Progress(len(self.places) + len(self.group), len(self.sources), counts, file))

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines in the order of the files' names, as the journal has them."""
        for name in self.sources.names:
            place = self.places.get(name)
            if place is not None:
                yield self.journal.line_at(place)

    def finish(self) -> Result:
        """Give every report its final name, write the summary and the facts, and return what came of it all."""
        from govdoc.writers.summary import make_summary

        for several in self._several(self._changes()):
            self.journal.add([Rename(file=file, stem=final) for file, _, _, final in several])
        # First all take a name that is nobody else's: the new name of one may still be the old name of another.
        for several in self._several(self._changes()):
            self.target.move(self._names((old, between) for _, old, between, _ in several))
        self._keep_old()
        for several in self._several(self._changes()):
            self.target.move(self._names((between, final) for _, _, between, final in several))
        workbooks = None if is_remote(self.plan.source) else _way(self.plan.out, self.plan.source)
        troubles: list[Line] = []
        self.counts.update(["unreadable"] * len(self.garbled))
        traces: list[str] = []

        def named() -> Iterator[Line]:
            for line, stem in final_stems(self):
                if line.status != "built" and len(troubles) < NAMED:
                    troubles.append(line)
                if line.trace and not traces:
                    traces.append(line.trace)
                yield msgspec.structs.replace(line, stem=stem, values=())
            troubles.extend(map(_garbled, self.garbled[: NAMED - len(troubles)]))
            yield from map(_garbled, self.garbled)

        self.target.put(SUMMARY, make_summary(named(), self.counts, self.plan.formats, workbooks=workbooks))
        if self.plan.facts is not None:
            from govdoc.writers.facts import write_facts

            write_facts(self.plan.facts, (line for line in self if line.status == "built"))
        return Result(
            self.counts,
            tuple(troubles),
            "".join(traces),
            aside(self.sources),
            self._strangers(),
            self.plan.out,
            self.resumed,
        )

    def _keep_old(self) -> None:
        """Put aside what lies where a report is to come: one of an earlier run, which people may have edited."""
        if self.again:
            present = self.target.names()
            final = (f"{final}.{suffix}" for _, _, _, final in self._changes() for suffix in self.plan.formats)
            self.target.move({name: f"{name}.bak" for name in final if name in present})

    def _strangers(self) -> tuple[str, ...]:
        """Return the reports in the folder that are not of this run."""
        if not self.again:
            return ()
        reports = {name for name in self.target.names() if name.endswith(tuple(f".{one}" for one in self.plan.formats))}
        for _, stem in final_stems(self):
            reports.difference_update(f"{stem}.{suffix}" for suffix in self.plan.formats)
        return tuple(sorted(reports))

    def _changes(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield the files whose reports get another name: file, old name, a name between, new name."""
        for line, final in final_stems(self):
            old = self.stems.get(line.file, line.stem)
            if old != final:
                yield line.file, old, provisional_stem(line.agency, line.file), final

    @staticmethod
    def _several(changes: Iterator[_T]) -> Iterator[tuple[_T, ...]]:
        return iter(lambda: tuple(islice(changes, _MOVED)), ())

    def _names(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {
            f"{old}.{suffix}": f"{new}.{suffix}" for old, new in pairs if old != new for suffix in self.plan.formats
        }


def _way(out: str, source: str) -> str:
    """Return the way from one folder to another, as a link writes it."""
    try:
        return Path(os.path.relpath(Path(source).resolve(), Path(out).resolve())).as_posix()
    except ValueError:  # another drive
        return Path(source).resolve().as_uri()
