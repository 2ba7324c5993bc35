from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import fsspec
import msgspec
import pytest
from openpyxl import load_workbook

from benchmarks.endurance import MEMORY, done_twice, hostile_folder, killed_batches, killed_workers, undisturbed
from benchmarks.make_inputs import HOSTILE, make_folder
from benchmarks.processes import descendants, digests, environment, lives, start
from govdoc.batch import SUMMARY, Plan, Result, StoppedError, batch
from govdoc.crew import Crew, Lost, local_crew, run_many
from govdoc.errors import ExitCode, InputError, OutputError, UsageError
from govdoc.files import check_name
from govdoc.journal import Line, Rename, open_journal
from govdoc.naming import final_stems
from govdoc.pipeline import build
from govdoc.store import Source, at_hand, list_sources, local_source, open_target
from govdoc.worker import build_one
from tests.cli_helpers import CHAOYANG, SAMPLES, run
from tests.helpers import dice_of
from tests.object_store import object_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="watches processes by way of /proc")


def threads() -> Crew:
    """A crew in this process: as quick as it gets, for what does not turn on processes."""
    return Crew(2, lambda: ThreadPoolExecutor(2))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "in"
    make_folder(folder, 30)
    return folder


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Three workbooks: one clean, one with an error, one damaged; and what programs leave in a folder."""
    folder = tmp_path / "in"
    (folder / "二科").mkdir(parents=True)
    shutil.copy(CHAOYANG, folder / "甲.xlsx")
    shutil.copy(SAMPLES / "broken" / "S301-各列之和.xlsx", folder / "二科" / "乙.xlsx")
    (folder / "丙.xlsx").write_bytes(CHAOYANG.read_bytes()[:9000])
    for name in ("~$甲.xlsx", "._甲.xlsx", "Thumbs.db", "说明.txt"):
        (folder / name).write_bytes(b"x")
    return folder


def many(folder: Path, out: Path, *, resume: bool = False, crew: Crew | None = None) -> Result:
    return batch(Plan(str(folder), str(out), resume=resume), crew or threads())


def lines_of(result: Result) -> list[Line]:
    """Return the last line of each file in the journal, with the name of its reports."""
    with open_journal(open_target(result.out)) as journal:
        lines: dict[str, Line] = {}
        for _, entry in journal.entries():
            if isinstance(entry, Rename):
                lines[entry.file] = msgspec.structs.replace(lines[entry.file], stem=entry.stem)
            else:
                lines[entry.file] = entry
    return [lines[file] for file in sorted(lines)]


def statuses(result: Result) -> dict[str, str]:
    return {line.file: line.status for line in lines_of(result)}


# ---------------------------------------------------------------- what comes out


def test_each_file_has_its_line_and_the_clean_ones_their_report(few: Path, tmp_path: Path) -> None:
    result = many(few, tmp_path / "out")
    assert statuses(result) == {"丙.xlsx": "unreadable", "二科/乙.xlsx": "blocked", "甲.xlsx": "built"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "journal.jsonl",
        "朝阳市政府办公室.docx",
        SUMMARY,
    ]
    assert result.aside == "跳过了 2 个临时文件或隐藏文件。"
    assert result.exit_code is ExitCode.INPUT
    build(few / "甲.xlsx", tmp_path / "alone.docx")
    assert (tmp_path / "out" / "朝阳市政府办公室.docx").read_bytes() == (tmp_path / "alone.docx").read_bytes()


def test_summary_has_counts_the_first_finding_and_links(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    sheet = load_workbook(tmp_path / "out" / SUMMARY).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "共 3 个工作簿：已生成 1 个，有错误 1 个，读不了 1 个"
    assert rows[3][1:6] == ("朝阳市政府办公室", 2021, "有错误", 2, 0)
    assert str(rows[3][8]).startswith("三、依申请公开!J6 S301 ")
    targets = {cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert "../in/%E4%BA%8C%E7%A7%91/%E4%B9%99.xlsx" in targets
    assert "%E6%9C%9D%E9%98%B3%E5%B8%82%E6%94%BF%E5%BA%9C%E5%8A%9E%E5%85%AC%E5%AE%A4.docx" in targets


@pytest.mark.parametrize("rounds", [64, 1], ids=["one by one", "in bundles"])
def test_same_folder_same_bytes(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    many(few, tmp_path / "one")
    monkeypatch.setattr("govdoc.batch._ROUNDS", rounds)
    many(few, tmp_path / "two", crew=local_crew(2))
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def line(file: str, agency: str) -> Line:
    return Line(file=file, stamp="", status="built", agency=agency, stem="x")


@pytest.mark.parametrize(
    ("files", "stems"),
    [
        ({"a.xlsx": "某局"}, {"a.xlsx": "某局"}),
        ({"a.xlsx": "某局", "b/a.xlsx": "某局"}, {"a.xlsx": "某局（a）", "b/a.xlsx": "某局（b_a）"}),
        ({"a.xlsx": "ABC局", "b.xlsx": "ＡＢｃ局"}, {"a.xlsx": "ABC局（a）", "b.xlsx": "ＡＢｃ局（b）"}),
        ({"a.xlsx": "../../etc/passwd", "b.xlsx": "CON"}, {"a.xlsx": "_.._etc_passwd", "b.xlsx": "CON_"}),
    ],
)
def test_names_are_safe_and_no_two_clash(files: dict[str, str], stems: dict[str, str]) -> None:
    lines = [line(file, agency) for file, agency in files.items()]
    assert {one.file: stem for one, stem in final_stems(lines)} == stems


def test_names_that_clash_once_more_are_told_apart_and_stay_short() -> None:
    lines = [line("a.xlsx", "某局"), line("a.xls", "某局"), line("b.xlsx", "长" * 100), line("c.xlsx", "长" * 100)]
    stems = [stem for _, stem in final_stems(lines)]
    assert len({stem.casefold() for stem in stems}) == len(lines)
    assert max(len(f"{stem}.docx".encode()) for stem in stems) < 255


def test_other_formats_beside_the_report(few: Path, tmp_path: Path) -> None:
    plan = Plan(str(few), str(tmp_path / "out"), ("docx", "html", "json", "csv"))
    batch(plan, threads())
    names = [path.name for path in (tmp_path / "out").glob("朝阳市政府办公室.*")]
    assert sorted(names) == [f"朝阳市政府办公室.{suffix}" for suffix in ("csv", "docx", "html", "json")]
    (tmp_path / "out" / "朝阳市政府办公室.csv").unlink()
    assert batch(Plan(plan.source, plan.out, plan.formats, resume=True), threads()).resumed == 2
    with pytest.raises(UsageError):
        many(few, tmp_path / "out", resume=True)


# ---------------------------------------------------------------- going on


def test_a_finished_batch_has_nothing_left_to_do(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    before = digests(tmp_path / "out")
    again = many(few, tmp_path / "out", resume=True)
    assert (again.resumed, digests(tmp_path / "out")) == (3, before)


def test_what_changed_or_went_is_done_again(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    shutil.copy(CHAOYANG, few / "丙.xlsx")
    (tmp_path / "out" / "朝阳市政府办公室.docx").unlink()
    again = many(few, tmp_path / "out", resume=True)
    assert again.resumed == 1
    assert [line.stem for line in lines_of(again) if line.stem] == ["朝阳市政府办公室（丙）", "朝阳市政府办公室（甲）"]
    fresh = tmp_path / "fresh"
    many(few, fresh)
    assert digests(fresh) == digests(tmp_path / "out")


def test_a_torn_last_line_counts_for_nothing(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    before = digests(tmp_path / "out")
    journal = tmp_path / "out" / "journal.jsonl"
    head, *lines = journal.read_bytes().splitlines(keepends=True)
    lines.sort(key=lambda line: (b'"renamed"' in line, b'"built"' in line))  # they stand as the workers ended
    journal.write_bytes(b"".join([head, *lines[:2]]) + lines[2][:20])
    (tmp_path / "out" / "朝阳市政府办公室.docx").rename(tmp_path / "out" / f"{json.loads(lines[2])['stem']}.docx")
    again = many(few, tmp_path / "out", resume=True)
    assert (again.resumed, digests(tmp_path / "out")) == (2, before)
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())


def test_a_report_of_an_earlier_run_is_kept_when_a_new_one_takes_its_name(few: Path, tmp_path: Path) -> None:
    """People may have edited it; and a report whose workbook is gone is named, for it is none of these."""
    many(few, tmp_path / "out")
    report = tmp_path / "out" / "朝阳市政府办公室.docx"
    made = report.read_bytes()
    report.write_bytes(made + b"edited")
    os.utime(few / "甲.xlsx", (0, 0))
    again = many(few, tmp_path / "out", resume=True)
    assert (again.resumed, again.strangers) == (2, ())
    assert report.read_bytes() == made
    assert report.with_name(f"{report.name}.bak").read_bytes() == made + b"edited"
    (few / "甲.xlsx").unlink()
    changed = [tmp_path / "out" / name for name in (SUMMARY, "journal.jsonl")]
    gone = run("batch", few, "-o", tmp_path / "out", "--resume", overwrites=changed)
    assert f"另有 1 个报告不是这些工作簿的，没有动：{report.name}。" in gone.err


def test_what_other_batches_made_is_no_input_and_reports_are_named(few: Path, tmp_path: Path) -> None:
    many(few, few / "上次")
    shutil.copy(few / "上次" / "朝阳市政府办公室.docx", few / "甲.docx")
    ran = run("batch", few, "-o", tmp_path / "out")
    assert ran.out.startswith("共 3 个工作簿")
    assert "没有看文件夹 上次：里面是以前批量生成的结果。1 个 Word 报告没有动：批量只做工作簿；" in ran.err
    for path in few.rglob("*.xlsx"):
        path.unlink()
    assert "1 个 Word 报告没有动" in run("batch", few, "-o", tmp_path / "none").err


def test_a_half_written_file_is_cleared_away(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    (tmp_path / "out" / ".govdoc-abc.docx").write_bytes(b"half")
    many(few, tmp_path / "out", resume=True)
    assert not list((tmp_path / "out").glob(".*"))


def test_a_folder_in_use_is_not_written_into(few: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    many(few, out)
    with pytest.raises(OutputError):
        many(few, out)
    (out / "journal.jsonl").unlink()
    with pytest.raises(OutputError):
        many(few, out, resume=True)
    with pytest.raises(UsageError):
        many(few, few)


def test_another_batch_cannot_go_on_with_it(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    with pytest.raises(UsageError):
        many(few / "二科", tmp_path / "out", resume=True)


def test_an_empty_or_missing_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for folder in ("in", "nowhere"):
        with pytest.raises(InputError):
            many(tmp_path / folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_output_inside_the_input_is_no_input(few: Path) -> None:
    many(few, few / "结果")
    shutil.copy(CHAOYANG, few / "结果" / "x.xlsx")
    assert len(list_sources(str(few), (".xlsx",), without=(str((few / "结果").resolve()),))) == 3


def test_a_bug_with_one_file_is_its_line(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("govdoc.worker.write", broken)
    result = many(few, tmp_path / "out")
    assert statuses(result)["甲.xlsx"] == "crashed"
    assert result.exit_code is ExitCode.BUG
    assert "KeyError" in result.trace


def test_memory_that_runs_out_is_a_line(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("govdoc.worker.check", hungry)
    assert build_one(local_source(few / "甲.xlsx"), out=str(tmp_path), formats=("docx",)).status == "unreadable"


def test_an_output_that_fails_stops_the_batch(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError("写不了。", "磁盘满了。")

    monkeypatch.setattr("govdoc.worker.write", full)
    with pytest.raises(OutputError):
        many(few, tmp_path / "out")


# ---------------------------------------------------------------- the crew


def ends_its_worker(piece: int) -> int:
    if piece == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece * 2


def raises(piece: int) -> int:
    raise OutputError(f"{piece}", "x")


def test_a_piece_that_kills_its_worker_costs_no_other() -> None:
    results = dict(run_many(range(20), ends_its_worker, local_crew(2)))
    assert results == {piece: piece * 2 for piece in range(20)} | {7: Lost.KILLED}


def test_a_piece_that_kills_its_worker_costs_no_other_of_its_bundle() -> None:
    results = dict(run_many(range(20), ends_its_worker, local_crew(2), bundle=8))
    assert results == {piece: piece * 2 for piece in range(20)} | {7: Lost.KILLED}


def dies_once_or_sleeps_once(folder: Path, piece: int) -> int:
    mark = folder / str(piece)
    if mark.exists():
        return piece
    mark.touch()
    while len(list(folder.iterdir())) < 2:  # both are at work
        time.sleep(0.01)
    if piece == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(20)
    (folder / "slept on").touch()
    return piece


@LINUX
def test_a_worker_that_its_broken_pool_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As happens where a worker is being started while another dies: the pool waits for it, and has not ended it.
    monkeypatch.setattr("multiprocessing.process.BaseProcess.terminate", lambda _: None)
    results = dict(run_many(range(2), partial(dies_once_or_sleeps_once, tmp_path), local_crew(2)))
    assert results == {0: 0, 1: 1}
    assert not (tmp_path / "slept on").exists()


class TakesAndForgets(ThreadPoolExecutor):
    """A pool that breaks in the moment in which it takes its first pieces: of these nobody hears again."""

    def __init__(self) -> None:
        super().__init__(1)
        self.taken = 0

    def submit(self, _: object, /, *_1: object, **_2: object) -> Future[Any]:
        self.taken += 1
        if self.taken > 3:
            raise BrokenExecutor
        return Future()


def test_pieces_that_a_breaking_pool_took_and_forgot_are_done_all_the_same() -> None:
    pools: list[Executor] = [TakesAndForgets()]
    crew = Crew(2, lambda: pools.pop() if pools else ThreadPoolExecutor(1), lambda: ThreadPoolExecutor(1))
    assert dict(run_many(range(-5, 0), abs, crew)) == {-5: 5, -4: 4, -3: 3, -2: 2, -1: 1}


def test_a_piece_that_a_breaking_worker_of_its_own_took_and_forgot_is_tried_again() -> None:
    class Lone(TakesAndForgets):
        def submit(self, work: Any, /, *given: Any, **_: object) -> Future[Any]:
            self.taken += 1
            if self.taken == 1:  # it has started
                return _done(work(*given))
            if self.taken == 2:
                return Future()
            raise BrokenExecutor

    first: list[Executor] = [TakesAndForgets()]
    lone: list[Executor] = [Lone()]
    crew = Crew(
        1,
        lambda: first.pop() if first else ThreadPoolExecutor(1),
        lambda: lone.pop() if lone else ThreadPoolExecutor(1),
    )
    assert dict(run_many([-1], abs, crew)) == {-1: 1}


def _done(result: object) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(result)
    return future


class KilledWorker(Exception):  # noqa: N818 - dask's own name
    """What a cluster says of work that several of its workers died of."""


def test_a_cluster_s_bundle_that_killed_workers_is_gone_through_one_by_one() -> None:
    def work(piece: int) -> int:
        if piece == 7:
            raise KilledWorker
        return piece * 2

    results = dict(run_many(range(20), work, threads(), bundle=8))
    assert results == {piece: piece * 2 for piece in range(20)} | {7: Lost.KILLED}


def test_a_bundle_is_one_piece_of_work_for_its_worker() -> None:
    workers = [worker for _, worker in run_many(range(16), named_worker, threads(), bundle=8)]
    assert len(set(workers[:8])) == len(set(workers[8:])) == 1


def named_worker(_: int) -> str:
    time.sleep(0.01)
    return threading.current_thread().name


def test_an_error_of_ours_comes_back_from_another_process() -> None:
    with pytest.raises(OutputError) as caught:
        list(run_many([5], raises, local_crew(1)))
    assert (caught.value.message, caught.value.remedy) == ("5", "x")


def test_only_a_few_pieces_are_under_way() -> None:
    taken = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    for finished, _ in enumerate(run_many(pieces(), abs, threads()), 1):
        assert taken - finished <= 8


def test_windows_waits_for_no_more_workers_than_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_crew(100).workers == 100
    monkeypatch.setattr(sys, "platform", "win32")
    assert local_crew(100).workers == 61


def test_a_number_of_jobs_below_one_is_refused() -> None:
    with pytest.raises(UsageError):
        local_crew(0)


# ---------------------------------------------------------------- killed


@LINUX
def test_killed_workers_change_nothing(inputs: Path, tmp_path: Path) -> None:
    peace = undisturbed(inputs, tmp_path / "peace")
    assert len(peace) == 31
    killed_workers(inputs, tmp_path / "killed", 3, seconds=0.3)
    assert digests(tmp_path / "killed") == peace


@LINUX
def test_a_killed_batch_goes_on(inputs: Path, tmp_path: Path) -> None:
    killed_batches(inputs, tmp_path / "killed", 3, seconds=1.5)
    assert not done_twice(tmp_path / "killed")
    assert digests(tmp_path / "killed") == undisturbed(inputs, tmp_path / "peace")


@LINUX
def test_hostile_files_are_named_and_cost_little(tmp_path: Path) -> None:
    make_folder(tmp_path / "in", 5 * len(HOSTILE), broken=20)
    most, lines = hostile_folder(tmp_path / "in", tmp_path / "out")
    assert most < MEMORY
    hostile = [status for file, status in lines.items() if any(file.endswith(f"-{kind}.xlsx") for kind in HOSTILE)]
    assert hostile == ["unreadable"] * len(HOSTILE)
    assert len(lines) == 5 * len(HOSTILE)


@LINUX
@pytest.mark.parametrize("seed", range(6))
def test_ctrl_c_again_and_again_ends_it_too(inputs: Path, tmp_path: Path, seed: int) -> None:
    """A terminal sends it to all processes at once, and people press it twice."""
    dice = dice_of(f"interrupts {seed}")
    words = ["aggregate", str(inputs), "-o", str(tmp_path / "和.xlsx")] if seed % 3 == 0 else []
    words = words or ["batch", str(inputs), "-o", str(tmp_path / "out")]
    # Before our first line runs, Ctrl-C is Python's own affair; so the test waits for it.
    begin = "from govdoc.__main__ import run; print('begins', flush=True); run()"
    process = subprocess.Popen(
        [sys.executable, "-c", begin, *words, "--jobs", "2"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begins\n"
    time.sleep(dice.uniform(0.1, 1.2))
    for pause in (0, dice.choice((0, 0.001, 0.02)), dice.choice((0, 0.05))):
        time.sleep(pause)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)  # as long as workers hold the pipe, too
    assert process.returncode in (ExitCode.OK, ExitCode.INTERRUPTED, -signal.SIGINT), said.decode()
    assert "Traceback" not in said.decode()


@LINUX
def test_interrupt_keeps_what_is_done_and_leaves_no_worker(inputs: Path, tmp_path: Path) -> None:
    process = start(["batch", inputs, "-o", tmp_path / "out", "--jobs", "2"])
    while process.poll() is None and len(list((tmp_path / "out").glob("*.docx"))) < 5:
        time.sleep(0.01)
    family = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "--resume" in said.decode()
    assert "Traceback" not in said.decode()
    assert not list((tmp_path / "out").glob(".*"))
    time.sleep(0.5)
    assert not [pid for pid in family if lives(pid)]
    assert many(inputs, tmp_path / "out", resume=True).exit_code is ExitCode.OK


def test_two_batches_on_one_folder_are_one_too_many(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "out")
    code = (
        "import sys, time; from pathlib import Path; from govdoc.journal import open_journal; "
        "from govdoc.store import LocalTarget\n"
        "with open_journal(LocalTarget(Path(sys.argv[1]))): print('held', flush=True); time.sleep(30)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "out")], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(UsageError):
            many(few, tmp_path / "out", resume=True)
    finally:
        holder.kill()
        holder.communicate()
    assert many(few, tmp_path / "out", resume=True).resumed == 3


def test_an_interrupt_in_this_process_is_ours_to_say(few: Path, tmp_path: Path) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(StoppedError):
        batch(Plan(str(few), str(tmp_path / "out")), threads(), interrupt)
    assert many(few, tmp_path / "out", resume=True).exit_code is ExitCode.INPUT


# ---------------------------------------------------------------- the command


def test_the_command_says_what_came_of_it(few: Path, tmp_path: Path) -> None:
    ran = run("batch", few, "-o", tmp_path / "out", "--jobs", "1")
    assert ran.code == ExitCode.INPUT
    assert ran.out == f"共 3 个工作簿：已生成 1 个，有错误 1 个，读不了 1 个。详见 {tmp_path / 'out'}/{SUMMARY}。\n"
    assert "二科/乙.xlsx  有错误：三、依申请公开!J6 S301" in ran.err
    assert "跳过了 2 个临时文件或隐藏文件。" in ran.err
    again = run("batch", few, "-o", tmp_path / "out", "--resume")
    assert again.err.startswith("接着上次做：3 个已经做完，没有再做。")
    assert run("batch", few, "-o", tmp_path / "out").code == ExitCode.OUTPUT


# ---------------------------------------------------------------- elsewhere


@pytest.mark.network
def test_inputs_and_outputs_in_an_object_store(few: Path, tmp_path: Path) -> None:
    with object_store() as (address, objects):
        for path in few.rglob("*.xlsx"):
            objects[f"in/{path.relative_to(few).as_posix()}"] = path.read_bytes()
        plan = Plan(f"{address}/in", f"{address}/out")
        first = batch(plan, threads())
        assert statuses(first) == {"丙.xlsx": "unreadable", "二科/乙.xlsx": "blocked", "甲.xlsx": "built"}
        build(few / "甲.xlsx", tmp_path / "alone.docx")
        assert objects["out/朝阳市政府办公室.docx"] == (tmp_path / "alone.docx").read_bytes()
        assert f"out/{SUMMARY}" in objects
        resumed = batch(Plan(plan.source, plan.out, resume=True), threads())
        assert resumed.resumed == 3
        del objects["out/朝阳市政府办公室.docx"]
        assert batch(Plan(plan.source, plan.out, resume=True), threads()).resumed == 2
        assert "out/朝阳市政府办公室.docx" in objects


@pytest.mark.parametrize("name", ["..\\..\\x:y.xlsx", "CON.xlsx", "局.xlsx"])
def test_a_name_in_a_store_leads_nowhere_on_any_system(name: str) -> None:
    store = fsspec.filesystem("memory")
    store.pipe_file(f"/in/{name}", b"1")
    with at_hand(Source(f"deep/{name}", f"memory://in/{name}", "")) as path:
        assert (path.read_bytes(), "\\" in path.name) == (b"1", False)
        check_name(path)
    assert not path.exists()


def test_a_shared_disk_is_a_folder(few: Path, tmp_path: Path) -> None:
    many(few, tmp_path / "one")
    batch(Plan(few.as_uri(), (tmp_path / "two").as_uri()), threads())
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_an_address_of_no_store_is_said(tmp_path: Path) -> None:
    with pytest.raises((InputError, UsageError)):
        batch(Plan("nothing://a/b", str(tmp_path)), threads())


# ---------------------------------------------------------------- facts


def test_facts_have_a_row_a_figure_of_what_was_built(few: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    facts = tmp_path / "facts.parquet"
    batch(Plan(str(few), str(tmp_path / "out"), facts=facts), threads())
    table = parquet.read_table(facts)
    assert table.schema.names == ["unit", "year", "edition", "table", "row", "column", "value"]
    rows = table.to_pylist()
    assert len(rows) == 200
    assert {
        "unit": "朝阳市政府办公室",
        "year": 2021,
        "edition": "2021",
        "table": "t3",
        "row": "received",
        "column": "natural",
        "value": 63.0,
    } in rows
    facts.unlink()
    batch(Plan(str(few), str(tmp_path / "out"), resume=True, facts=facts), threads())
    assert parquet.read_table(facts).equals(table)


def test_facts_go_over_no_workbook(few: Path, tmp_path: Path) -> None:
    book = sorted(few.glob("*.xlsx"))[0]
    before = book.read_bytes()
    ran = run("batch", few, "-o", tmp_path / "out", "--facts", book)
    assert (ran.code, book.read_bytes() == before, (tmp_path / "out").exists()) == (2, True, False)
    assert f"{book.name} 不是" in ran.err


def test_a_folder_that_may_not_be_made_is_said_in_chinese(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    ran = run("batch", inputs, "-o", tmp_path / "out")
    assert (ran.code, "（没有权限）" in ran.err, "denied" in ran.err) == (5, True, False)
