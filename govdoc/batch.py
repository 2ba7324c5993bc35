"""Many files at once: each checked and built on an executor, with a journal, so that a run can be killed and go on.

The same code runs on one machine and on many; what differs is the crew that works and the store that is written to.
Only the summary line of each file stays in memory.
"""

from __future__ import annotations

import os
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from govdoc import __version__
from govdoc.aggregate import Contribution, RosterName, Sum, aggregate, contribution
from govdoc.crew import Lost, Watchdog, run_many
from govdoc.errors import ExitCode, GovdocError, InputError, LayoutError, OutputError, UsageError
from govdoc.files import TEMPORARY, check_target, put, safe_name
from govdoc.finding import Severity
from govdoc.journal import Head, Line, Rename, open_journal
from govdoc.pipeline import REPORT_SUFFIX, WORKBOOK_SUFFIX, Options, check, read, write
from govdoc.store import FetchError, at_hand, is_remote, list_sources, local_source, open_target, plain
from govdoc.values import normal_label, show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from govdoc.crew import Crew
    from govdoc.journal import Journal
    from govdoc.pipeline import Outcome
    from govdoc.report import Report
    from govdoc.store import LocalTarget, RemoteTarget, Source

SUMMARY = "汇总.xlsx"

_GROUP = 64  # results that go onto the disk and into the journal together
_BUNDLE = 8  # files that a worker reads for a sum at one go; handing each over by itself takes a twentieth of the time
_PAUSE = 1.0  # seconds after which a smaller group does
_LONGEST_STEM = 200  # bytes of UTF-8, as govdoc.files.safe_name keeps to
_LOST_SUM = "要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"
_KILLED = "处理它的进程几次意外中断，没有再试。请把内容复制到新的空白工作簿里再试；仍然如此，请报告这个问题。"
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
    counts: Mapping[str, int]
    file: str = ""


@dataclass(frozen=True)
class Result:
    """What came of a batch: a line for each file, in the order of their names, and what was passed over."""

    lines: tuple[Line, ...]
    passed_over: tuple[str, ...]
    out: str
    resumed: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """Return the weightiest of what happened to single files."""
        statuses = {line.status for line in self.lines}
        for code, kinds in (
            (ExitCode.BUG, {"crashed"}),
            (ExitCode.LAYOUT, {"unwritable"}),
            (ExitCode.INPUT, {"unreadable", "killed"}),
            (ExitCode.FINDINGS, {"blocked"}),
        ):
            if statuses & kinds:
                return code
        return ExitCode.OK


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
    stem = _provisional(safe_name(report.agency), source.name)
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


# ---------------------------------------------------------------- names


def _digest(name: str) -> str:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def _provisional(plain: str, file: str) -> str:
    """Return the name of a report until all names are known: no other file's report has it."""
    return _fit(plain, f"~{_digest(file)}")


def _fit(plain: str, end: str) -> str:
    while len(f"{plain}{end}".encode()) > _LONGEST_STEM and plain:
        plain = plain[:-1]
    return f"{plain}{end}"


def final_stems(lines: Iterable[Line]) -> dict[str, str]:
    """Return the name of each built file's reports: the organ's, and where several have that one, the file's besides.

    Names are compared as the least particular file system does, without width and case.
    """
    plains = {line.file: safe_name(line.agency) for line in lines if line.stem}
    times = Counter(map(_folded, plains.values()))
    stems = {
        file: plain if times[_folded(plain)] == 1 else _fit(plain, f"（{safe_name(_tag(file))[-40:]}）")
        for file, plain in plains.items()
    }
    times = Counter(map(_folded, stems.values()))
    return {
        file: stem if times[_folded(stem)] == 1 else _provisional(plains[file], file) for file, stem in stems.items()
    }


def _folded(name: str) -> str:
    return normal_label(name).casefold()


def _tag(file: str) -> str:
    return str(PurePosixPath(file).with_suffix("")).replace("/", "_")


# ---------------------------------------------------------------- the whole batch


def batch(plan: Plan, crew: Crew, watch: Callable[[Progress], None] = lambda _: None) -> Result:
    """Check and build every workbook of a folder, and write the summary workbook.

    Raises :class:`InputError` where there is nothing to do, :class:`OutputError` where the folder for the output is in
    use or cannot be written, and :class:`StoppedError` on Ctrl-C; what was done by then is kept for ``resume``.
    """
    from govdoc.readers.workbook import SUFFIXES

    plan = replace(plan, source=plain(plan.source), out=plain(plan.out))
    sources, passed_over = list_sources(plan.source, SUFFIXES, without=_own_places(plan))
    if not sources:
        raise InputError(f"{plan.source} 里没有工作簿。", f"工作簿的后缀是 {'、'.join(SUFFIXES)}。")
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
        run = _Batch(plan, target, journal, sources, watch)
        run.resume()
        run.work(crew)
        run.finish()
        return Result(run.sorted_lines(), tuple(passed_over), plan.out, run.resumed)


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
    """One run: the lines known so far, with the place of each in the journal."""

    plan: Plan
    target: LocalTarget | RemoteTarget
    journal: Journal
    sources: Sequence[Source]
    watch: Callable[[Progress], None]
    lines: dict[str, Line] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    group: list[Line] = field(default_factory=list)
    resumed: int = 0

    def resume(self) -> None:
        """Read what an earlier run finished; only what is still as it was, and whose reports are there, counts."""
        head = Head(govdoc=__version__, source=_place(self.plan.source), formats=self.plan.formats)
        known = self.journal.head()
        if known is None:
            self.journal.add([head])
            return
        if known != head:
            asked = f"govdoc {known.govdoc}，{known.source}，{'、'.join(known.formats)}"
            raise UsageError(
                f"{self.plan.out} 是另一次批量的结果（{asked}）。",
                "请用同样的版本、文件夹和选项接着做，或换一个空文件夹从头做。",
            )
        present = self.target.names()
        stamps = {source.name: source.stamp for source in self.sources}
        stems: dict[str, str] = {}
        for place, entry in self.journal.entries():
            if isinstance(entry, Rename):
                stems[entry.file] = entry.stem
            elif stamps.get(entry.file) == entry.stamp:
                self._note(entry, place)
                stems.pop(entry.file, None)
            else:
                self._forget(entry.file)
        for file, line in list(self.lines.items()):
            if line.status == "built":
                self._find(line, (stems.get(file, line.stem), line.stem), present)
        self.resumed = len(self.lines)

    def _find(self, line: Line, stems: Iterable[str], present: set[str]) -> None:
        """Note under which of its names a report lies; one that is gone is not finished."""
        for stem in (*stems, _provisional(safe_name(line.agency), line.file)):
            if all(f"{stem}.{suffix}" in present for suffix in self.plan.formats):
                self.lines[line.file] = msgspec.structs.replace(line, stem=stem)
                return
        self._forget(line.file)

    def _note(self, line: Line, place: int) -> None:
        self._forget(line.file)
        self.lines[line.file] = msgspec.structs.replace(line, values=())
        self.places[line.file] = place
        self.counts[line.status] += 1

    def _forget(self, file: str) -> None:
        line = self.lines.pop(file, None)
        if line is not None:
            self.counts[line.status] -= 1

    def work(self, crew: Crew) -> None:
        """Do what is left. A result counts once its reports are on the disk and the journal says so."""
        pending = [source for source in self.sources if source.name not in self.lines]
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
                f"已中断，做完了 {len(self.lines) + len(self.group)} 个，共 {len(self.sources)} 个。",
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
        self.watch(Progress(len(self.lines) + len(self.group), len(self.sources), counts, file))

    def finish(self) -> None:
        """Give every report its final name, and write the summary and the facts."""
        from govdoc.writers.summary import make_summary

        final = final_stems(self.lines.values())
        changed = {file: stem for file, stem in final.items() if self.lines[file].stem != stem}
        if changed:
            self.journal.add([Rename(file=file, stem=stem) for file, stem in changed.items()])
            between = {file: _provisional(safe_name(self.lines[file].agency), file) for file in changed}
            self.target.move(self._names({file: self.lines[file].stem for file in changed}, between))
            self.target.move(self._names(between, changed))
            for file, stem in changed.items():
                self.lines[file] = msgspec.structs.replace(self.lines[file], stem=stem)
        workbooks = None if is_remote(self.plan.source) else _way(self.plan.out, self.plan.source)
        self.target.put(SUMMARY, make_summary(self.sorted_lines(), self.plan.formats, workbooks=workbooks))
        if self.plan.facts is not None:
            from govdoc.writers.facts import write_facts

            built = (line for line in self.sorted_lines() if line.status == "built")
            write_facts(self.plan.facts, (self.journal.line_at(self.places[line.file]) for line in built))

    def _names(self, old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
        return {
            f"{old[file]}.{suffix}": f"{new[file]}.{suffix}"
            for file in new
            if old[file] != new[file]
            for suffix in self.plan.formats
        }

    def sorted_lines(self) -> tuple[Line, ...]:
        """Return the lines in the order of the files' names."""
        return tuple(self.lines[file] for file in sorted(self.lines))


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

    aside = tuple(str(path.resolve()) for path in (plan.target, plan.own, plan.roster) if path is not None)
    sources: list[Source] = []
    for place in map(plain, plan.inputs):
        if is_remote(place) or not Path(place).is_file():
            found, _ = list_sources(_place(place), (*SUFFIXES, REPORT_SUFFIX), without=aside)
            books = {_tag(source.name) for source in found if not source.name.lower().endswith(REPORT_SUFFIX)}
            sources += [
                source
                for source in found
                if not source.name.lower().endswith(REPORT_SUFFIX) or _tag(source.name) not in books
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
