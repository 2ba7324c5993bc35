"""The same batch on a Dask cluster: a scheduler and two workers, processes of their own that share no disk with us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from benchmarks.make_inputs import make_folder
from benchmarks.processes import ROOT, digests
from govdoc.batch import SUMMARY, Plan, batch
from govdoc.cluster import check_places, cluster_crew
from govdoc.crew import local_crew
from govdoc.errors import ExitCode, InputError, UsageError
from govdoc.summing import SumPlan, sum_up
from tests.object_store import object_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govdoc.worker import Progress

pytestmark = [
    pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed: govdoc[cluster]"),
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # distributed's own
]
WORKERS = 2


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler, and its workers' processes."""
    state = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__RETRY__COUNT": "3"}
    processes: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str | Path) -> None:
        command = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard", "--scheduler-file", str(state)]
        quiet = subprocess.DEVNULL
        processes.append(subprocess.Popen(command, env=environment, cwd=folder, stdout=quiet, stderr=quiet))

    try:
        run("scheduler", "--host", "127.0.0.1", "--port", "0")
        deadline = time.monotonic() + 60
        while not state.is_file() or not state.read_text():
            assert processes[0].poll() is None, "the scheduler ended"
            assert time.monotonic() < deadline, "the scheduler does not say where it is"
            time.sleep(0.05)
        for _ in range(WORKERS):
            run("worker", "--no-nanny", "--nthreads", "1", "--preload", "tests.object_store")
        yield json.loads(state.read_text())["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@contextmanager
def stored(folder: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    with object_store() as (address, objects):
        for path in folder.iterdir():
            objects[f"in/{path.name}"] = path.read_bytes()
        yield address, objects


def await_workers(address: str) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call,unused-ignore]
        client.wait_for_workers(WORKERS, timeout=60)  # type: ignore[no-untyped-call,unused-ignore]


def test_a_cluster_that_loses_a_worker_does_what_one_machine_does(tmp_path: Path) -> None:
    make_folder(tmp_path / "in", 24)
    batch(Plan(str(tmp_path / "in"), str(tmp_path / "here")), local_crew(2))
    with stored(tmp_path / "in") as (store, objects), cluster(tmp_path) as (address, workers):
        await_workers(address)

        def watch(progress: Progress) -> None:
            if progress.done == 6:
                workers[0].kill()

        with cluster_crew(address) as crew:
            assert crew.workers == WORKERS
            result = batch(Plan(f"{store}/in", f"{store}/out"), crew, watch)
            assert result.exit_code is ExitCode.OK
            assert workers[0].wait(10) != 0
            total = sum_up(SumPlan((f"{store}/in",), tmp_path / "sum.xlsx"), crew)
            assert (len(total.counted), total.complete) == (24, True)
    there = {name.removeprefix("out/"): data for name, data in objects.items() if name.startswith("out/")}
    here = {name: (tmp_path / "here" / name).read_bytes() for name in digests(tmp_path / "here")}
    reports = {name: data for name, data in here.items() if name != SUMMARY}
    assert {name: data for name, data in there.items() if name in reports} == reports
    assert len(reports) == 24


def test_a_scheduler_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govdoc.cluster._SECONDS", 0.5)
    with pytest.raises(InputError), cluster_crew("tcp://127.0.0.1:1"):
        pass


def test_paths_of_this_machine_are_no_places_for_a_cluster() -> None:
    check_places(("s3://a/b", "file:///mnt/a"))
    with pytest.raises(UsageError):
        check_places(("reports",))
