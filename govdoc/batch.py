"""Many files at once: each checked and built on an executor, with a journal, so that a run can be killed and go on.

The same code runs on one machine and on many; what differs is the crew that works and the store that is written to.
What came of a file stands in the journal alone: in memory stay its name and the place where that begins.
"""

from __future__ import annotations

import os
import time
import traceback
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from govdoc import __version__
from govdoc.aggregate import Contribution, RosterName, Sum, aggregate, contribution
from govdoc.crew import Lost, Watchdog, run_many
from govdoc.errors import ExitCode, GovdocError, InputError, LayoutError, OutputError, UsageError
from govdoc.files import TEMPORARY, check_target, put
from govdoc.finding import Severity
from govdoc.journal import Head, Line, Rename, open_journal
from govdoc.naming import final_stems, provisional_stem, tag
from govdoc.pipeline import REPORT_SUFFIX, WORKBOOK_SUFFIX, Options, check, read, write
from govdoc.store import FetchError, at_hand, is_remote, list_sources, local_source, open_target, plain
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from govdoc.crew import Crew
    from govdoc.journal import Journal, Status
    from govdoc.pipeline import Outcome
    from govdoc.report import Report
    from govdoc.store import Listing, LocalTarget, RemoteTarget, Source

_T = TypeVar("_T")

SUMMARY = "汇总.xlsx"

_GROUP = 64  # results that go onto the disk and into the journal together
_BUNDLE = 8  # files that a worker reads for a sum at one go; handing each over by itself takes a twentieth of the time
_MOVED = 1000  # reports that are given another name at one go
NAMED = 10  # files with trouble that a result names; the summary names all
_PAUSE = 1.0  # seconds after which a smaller group does
_LOST_SUM = "要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"
_KILLED = "处理它的进程几次意外中断，没有再试。请把内容复制到新的空白工作簿里再试；仍然如此，请报告这个问题。"
_BAD_NAME = "文件名的编码不对，没有读。请把文件改成正常的名称再试。"
_NO_MEMORY = "要用的内存太多，没有读。请把内容复制到新的空白工作簿里再试。"


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files finished, files in all, and how many had ended in which way."""

    done: int
    total: int
    counts: Mapping[Status, int]
    file: str = ""


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


# ---------------------------------------------------------------- one file, in a worker


def build_one(source: Source, *, out: str, formats: tuple[str, ...]) -> Line:
    """Check a workbook and write its reports into a folder, under a name that no other file's report has.

    Whatever the file holds, the answer is a line. Raises :class:`OutputError` where nothing can be written at all.
    """
    with Watchdog():
        line = partial(Line, file=source.name, stamp=source.stamp)
        try:
            with at_hand(source) as path:
                return _built(path, source, line, out, formats)
        except FetchError as error:
            return line(status="unreadable", first=str(error), stamp="")  # tried again by --resume
        except InputError as error:
            return line(status="unreadable", first=str(error))
        except LayoutError as error:
            return line(status="unwritable", first=str(error))
        except MemoryError:
            return line(status="unreadable", first=_NO_MEMORY)
        except GovdocError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug with one file must not cost the others their reports
            return line(status="crashed", first=f"程序出错：{type(error).__name__}", trace=traceback.format_exc())


def _built(path: Path, source: Source, line: Callable[..., Line], out: str, formats: tuple[str, ...]) -> Line:
    outcome = check(path)
    report = outcome.report
    line = partial(
        line,
        agency=report.agency,
        year=report.year,
        edition=report.layout.edition,
        counts=_counts(outcome),
        first=_first(outcome),
    )
    if outcome.blocked:
        return line(status="blocked")
    stem = provisional_stem(report.agency, source.name)
    for suffix in formats:
        _write(report, suffix, f"{stem}.{suffix}", out)
    return line(status="built", stem=stem, values=tuple(map(_plain, _values(report))))


def _write(report: Report, suffix: str, name: str, out: str) -> None:
    target = open_target(out)
    if suffix != "docx":
        data = _exported(report, suffix)
        if is_remote(out):
            target.put(name, data)
        else:
            put(Path(out) / name, data, force=True, lost="", durable=False)
        return
    if not is_remote(out):
        write(report, Path(out) / name, Options(force=True), durable=False)
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="govdoc-") as folder:
        here = Path(folder) / name
        write(report, here, Options(), durable=False)
        target.put(name, here.read_bytes())


def _exported(report: Report, suffix: str) -> bytes:
    """Return a report in one of the formats that are made without another program."""
    from govdoc.writers.data import to_csv, to_json
    from govdoc.writers.html import to_html

    return {"html": to_html, "json": to_json, "csv": to_csv}[suffix](report)


def _counts(outcome: Outcome) -> tuple[int, int, int, int]:
    counts = Counter(finding.severity for finding in outcome.findings)
    errors, confirms, warnings, notes = (counts[severity] for severity in Severity)
    return errors, confirms, warnings, notes


def _first(outcome: Outcome) -> str:
    first = next(iter(outcome.findings), None)
    return "" if first is None else f"{first.where} {first.code} {first.message}"


def _values(report: Report) -> Iterator[object]:
    for key in report.layout.figures:
        yield report.value(key)


def _plain(value: object) -> int | str | None:
    return value if value is None or isinstance(value, int) else show_number(value)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the whole batch


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


class _Places:
    """Where the line of each file begins in the journal: eight bytes a file, for there may be a hundred thousand."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names  # sorted
        self._places = array("q", [-1]) * len(names)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, name: str, place: int) -> None:
        """Note a place; that of a file which is no input any more is of no use."""
        number = bisect_left(self._names, name)
        if number < len(self._names) and self._names[number] == name:
            self._count += self._places[number] < 0
            self._places[number] = place

    def get(self, name: str) -> int | None:
        """Return the place, or None where there is none."""
        place = self._places[bisect_left(self._names, name)]
        return place if place >= 0 else None


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
    places: _Places = field(init=False)
    stems: dict[str, str] = field(default_factory=dict)
    counts: Counter[Status] = field(default_factory=Counter)
    group: list[Line] = field(default_factory=list)
    again: bool = False
    resumed: int = 0

    def __post_init__(self) -> None:
        """Note that no file is finished yet."""
        self.places = _Places(self.sources.names)

    def resume(self) -> None:
        """Read what an earlier run finished; only what is still as it was, and whose reports are there, counts."""
        head = Head(govdoc=__version__, source=_place(self.plan.source), formats=self.plan.formats)
        known = self.journal.head()
        if known is None:
            self.journal.add([head])
            return
        self.again = True
        if known != head:
            asked = f"govdoc {known.govdoc}，{known.source}，{'、'.join(known.formats)}"
            raise UsageError(
                f"{self.plan.out} 是另一次批量的结果（{asked}）。",
                "请用同样的版本、文件夹和选项接着做，或换一个空文件夹从头做。",
            )
        found = _Places(self.sources.names)
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
        work = partial(build_one, out=_place(self.plan.out), formats=self.plan.formats)
        results = run_many(pending, work, crew)
        last = time.monotonic()
        try:
            self._tell("")
            for source, result in results:
                self.group.append(_killed(source) if isinstance(result, Lost) else result)
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


def _killed(source: Source) -> Line:
    return Line(file=source.name, stamp=source.stamp, status="killed", first=_KILLED)


def _place(address: str) -> str:
    return address if is_remote(address) else str(Path(address).resolve())


def _way(out: str, source: str) -> str:
    """Return the way from one folder to another, as a link writes it."""
    try:
        return Path(os.path.relpath(Path(source).resolve(), Path(out).resolve())).as_posix()
    except ValueError:  # another drive
        return Path(source).resolve().as_uri()


# ---------------------------------------------------------------- the sum of many


def contribute(source: Source) -> Contribution:
    """Return what one unit's file, a workbook or a report in Word, brings to a sum: only errors can keep it out."""
    from govdoc.checks.catalogue import in_order, run_error_checks

    with Watchdog():
        try:
            with at_hand(source) as path:
                reading = read(path)
                findings = [*reading.findings, *run_error_checks(reading.report)]
                return contribution(reading.report, in_order(findings, reading.report.layout), source.name)
        except (InputError, LayoutError) as error:
            return Contribution(source.name, problem=str(error))
        except MemoryError:
            return Contribution(source.name, problem=_NO_MEMORY)


@dataclass(frozen=True)
class SumPlan:
    """What an aggregate is asked to do: folders and files to sum, who must be there, and what to compare with."""

    inputs: tuple[str, ...]
    target: Path
    year: int | None = None
    agency: str = ""
    roster: Path | None = None
    own: Path | None = None
    force: bool = False

    def check(self) -> None:
        """Refuse a target that cannot be written, before any work is done for it."""
        if self.target.suffix.lower() != WORKBOOK_SUFFIX:
            raise UsageError(
                f"汇总要写成 {WORKBOOK_SUFFIX} 文件，{self.target.name} 不是。",
                f"请改为 {self.target.stem}{WORKBOOK_SUFFIX}。",
            )
        check_target(self.target, force=self.force, lost=_LOST_SUM)


def sum_up(plan: SumPlan, crew: Crew, watch: Callable[[Progress], None] = lambda _: None) -> Sum:
    """Return the sum of all units' files; nothing is written.

    Raises :class:`InputError` where a folder, the roster or the parent's own workbook cannot be read.
    """
    own = check(plan.own).report if plan.own is not None else None
    roster = read_roster(plan.roster) if plan.roster is not None else None
    sources = _sum_sources(plan)
    units: list[Contribution] = []
    bundle = min(_BUNDLE, 1 + len(sources) // (_BUNDLE * crew.workers))  # of a few, each worker has its share
    for source, result in run_many(sources, contribute, crew, bundle=bundle):
        units.append(Contribution(source.name, problem=_KILLED) if isinstance(result, Lost) else result)
        watch(Progress(len(units), len(sources), {}, source.name))
    return aggregate(units, year=plan.year, agency=plan.agency, roster=roster, own=own)


def write_sum(plan: SumPlan, total: Sum) -> None:
    """Write the workbook of a sum, whole or not at all."""
    from govdoc.writers.workbook_sum import make_sum

    put(plan.target, make_sum(total), force=plan.force, lost=_LOST_SUM)


def _sum_sources(plan: SumPlan) -> list[Source]:
    """Return the files to sum. A report beside the workbook it was made from is not a second file of its unit."""
    from govdoc.readers.workbook import SUFFIXES

    apart = tuple(str(path.resolve()) for path in (plan.target, plan.own, plan.roster) if path is not None)
    sources: list[Source] = []
    for place in map(plain, plan.inputs):
        if is_remote(place) or not Path(place).is_file():
            found = list_sources(_place(place), (*SUFFIXES, REPORT_SUFFIX), without=apart)
            books = {tag(name) for name in found.names if not name.lower().endswith(REPORT_SUFFIX)}
            sources += [
                source
                for source in found
                if not source.name.lower().endswith(REPORT_SUFFIX) or tag(source.name) not in books
            ]
        else:
            sources.append(local_source(Path(place)))
    if not sources:
        raise InputError("没有找到工作簿或报告。", f"后缀是 {'、'.join((*SUFFIXES, REPORT_SUFFIX))}。")
    return sources


def read_roster(path: Path) -> list[RosterName]:
    """Return the units on a roster: a workbook with a column 机关名称 (else its first), or a text, a name a line.

    Raises :class:`InputError` where it cannot be read or names nobody.
    """
    from govdoc.readers.roster import read_names

    return [RosterName(name, where) for name, where in read_names(path)]
