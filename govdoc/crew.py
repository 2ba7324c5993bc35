"""Many pieces of work on an executor: a bounded number under way, workers that may die, results as they come.

Knows nothing of what the work is. On one machine the executor is a pool of processes; on many it is whatever has the
interface of :class:`concurrent.futures.Executor`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from govdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

J = TypeVar("J")
R = TypeVar("R")

MEMORY = 450 * 1024 * 1024  # bytes a worker may ask for; an honest file takes it to a quarter of that
SECONDS = 30  # a worker may spend on one file; an honest one takes a hundredth of a second
_AHEAD = 4  # bundles under way for each worker: enough that none waits, few enough that little is lost with a pool
# Tries that a piece has with a worker to itself, after it was under way when another died. It is given up only when
# every one of them kills its worker: where workers die for other reasons, a few deaths in a row may well be chance.
_ALONE = 8
_TICK = 0.5  # seconds until Ctrl-C is looked for, where no work ends before
_MOST_ON_WINDOWS = 61  # processes that its call for waiting takes, as concurrent.futures says
_STARTS = 10  # of a worker that dies before it has been given anything, until that is no chance any more


class Lost(Enum):
    """What there is instead of a result."""

    KILLED = "killed"


@dataclass(frozen=True)
class Crew:
    """Who does the work. ``start`` opens an executor for ``workers`` workers, ``alone`` one for a single worker.

    Without ``alone`` the executor itself gives work back that a dead worker left, and tells what killed several.
    """

    workers: int
    start: Callable[[], Executor]
    alone: Callable[[], Executor] | None = None


def local_crew(jobs: int) -> Crew:
    """Return a pool of processes on this machine.

    Raises :class:`UsageError` for a number of jobs below one.
    """
    if jobs < 1:
        raise UsageError(f"--jobs 不能是 {jobs}。", "请写 1 或更大的数，一般等于处理器的核数。")
    if sys.platform == "win32":
        jobs = min(jobs, _MOST_ON_WINDOWS)
    return Crew(jobs, lambda: _pool(jobs), lambda: _pool(1))


def _pool(jobs: int) -> Executor:
    context = _context()
    if context.get_start_method() == "forkserver":
        _start_server()
    return _Pool(jobs, context)


class _Pool(ProcessPoolExecutor):
    """A pool of processes that can always be shut down.

    CPython's own ends the workers that it knows of when one of them has died, and then waits for all. A worker that was
    just being started is in the second list and not in the first, and both wait for ever. So each worker here hangs on
    a leash as well, a pipe whose other end is let go where the pool is broken.
    """

    def __init__(self, jobs: int, context: BaseContext) -> None:
        self._held_by, self._leash = context.Pipe(duplex=False)
        super().__init__(jobs, mp_context=context, initializer=start_worker, initargs=(self._held_by,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - its base's
        """End the workers: after their work where the pool is whole, at once where it is not."""
        if is_broken(self):
            self._leash.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


def is_broken(executor: Executor) -> bool:
    """Return whether a worker has died under this executor, so that it takes no more work."""
    try:
        executor.submit(abs, 0)
    except BrokenExecutor:
        return True
    except RuntimeError:  # it has been shut down
        return False
    return False


def _start_server() -> None:
    """Start the process that workers come from, deaf to Ctrl-C, as they will be: a terminal sends it to all."""
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # the server starts it otherwise, and it lets Ctrl-C in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
    """Return how workers are started: never as copies of this process, whose threads and files they would inherit."""
    import multiprocessing

    if sys.platform in ("win32", "darwin"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["govdoc.preload"])
    return context


def start_worker(leash: Connection) -> None:
    """Prepare a worker: Ctrl-C is its parent's business, it ends with its parent, and its memory has a bound.

    It ends, too, when the other end of the leash is let go.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(leash,), daemon=True).start()
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _end_with_parent(leash: Connection) -> None:
    """Wait for the parent's end, which may be a sudden one, and end with it: an orphan would wait for ever."""
    import multiprocessing
    from multiprocessing.connection import wait as wait_for

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel, leash])
        os._exit(1)


class _Interrupts:
    """Ctrl-C, let in where nothing is half done.

    Elsewhere it would leave a pool that waits for ever: for work that was taken down and not handed on, or, the second
    time, for workers that were not told to end.
    """

    def __init__(self) -> None:
        self.asked = False
        self.before: Any = None

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self.before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)

    def _note(self, *_: object) -> None:
        self.asked = True

    def let_in(self) -> None:
        """Raise the KeyboardInterrupt that has been asked for, if any."""
        if self.asked:
            raise KeyboardInterrupt


class Watchdog:
    """A bound on the time of one piece of work: the worker that overruns it dies, whatever it hangs in.

    Only where the system has alarms and the work runs in the main thread; elsewhere it bounds nothing.
    """

    def __enter__(self) -> None:
        self._set(SECONDS)

    def __exit__(self, *_: object) -> None:
        self._set(0)

    @staticmethod
    def _set(seconds: float) -> None:
        import multiprocessing

        in_worker = multiprocessing.parent_process() is not None
        if in_worker and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds)


def run_many(
    pieces: Iterable[J], work: Callable[[J], R], crew: Crew, *, bundle: int = 1
) -> Iterator[tuple[J, R | Lost]]:
    """Yield each piece with its result, in the order in which they are finished.

    ``bundle`` pieces are handed to a worker at once: where the work is short, handing over takes a good part of it.
    A pool whose worker died is opened anew. What was under way in it is tried again, each piece with a worker to
    itself; the piece that kills that worker again and again is :attr:`Lost.KILLED`, and all others have results.
    """
    return _Run(pieces, work, crew, bundle).results()


def bundle_of(pieces: int, workers: int, *, most: int, rounds: int) -> int:
    """Return how many pieces to hand over at once: ``most``, where there are so many that each worker has its share.

    ``rounds`` is how many times a worker must come back before its pieces are bundled.
    """
    return min(most, 1 + pieces // (rounds * workers))


def _each(work: Callable[[J], R], pieces: Sequence[J]) -> list[R]:
    return [work(piece) for piece in pieces]


class _Run(Generic[J, R]):
    """One run: what waits, what is under way."""

    def __init__(self, pieces: Iterable[J], work: Callable[[J], R], crew: Crew, bundle: int) -> None:
        left = iter(pieces)
        self.waiting: Iterator[Sequence[J]] = iter(lambda: tuple(islice(left, bundle)), ())
        self.work = work
        self.crew = crew
        self.under_way: dict[Future[list[R]], Sequence[J]] = {}
        self.lost: list[J] = []

    def results(self) -> Iterator[tuple[J, R | Lost]]:
        with _Interrupts() as interrupts:
            yield from self._results(interrupts)

    def _results(self, interrupts: _Interrupts) -> Iterator[tuple[J, R | Lost]]:
        executor = self.crew.start()
        try:
            while True:
                interrupts.let_in()
                self._submit(executor)
                if not self.under_way and not self.lost:
                    return
                done, _ = wait(self.under_way, timeout=_TICK, return_when=FIRST_COMPLETED)
                yield from self._finished(done)
                if self.lost or (not done and self.crew.alone is not None and is_broken(executor)):
                    # A broken pool gives none of them a result, but may have finished some. Of work that it took in the
                    # moment in which it broke, it never says a word.
                    done, silent = wait(self.under_way, timeout=_TICK)
                    yield from self._finished(done)
                    self.lost += chain.from_iterable(self.under_way.pop(future) for future in silent)
                    executor.shutdown(wait=True)
                    lost, self.lost = self.lost, []
                    yield from self._again(lost, interrupts)
                    executor = self.crew.start()
        finally:
            for future in self.under_way:  # not every executor's shutdown can do it
                future.cancel()
            executor.shutdown(wait=True)

    def _submit(self, executor: Executor) -> None:
        room = self.crew.workers * _AHEAD - len(self.under_way)
        for pieces in islice(self.waiting, room):
            try:
                self.under_way[executor.submit(_each, self.work, pieces)] = pieces
            except BrokenExecutor:
                self.lost += pieces
                return

    def _finished(self, done: Iterable[Future[list[R]]]) -> Iterator[tuple[J, R | Lost]]:
        for future in done:
            pieces = self.under_way.pop(future)
            results = _result(future)
            if results is not Lost.KILLED:
                yield from zip(pieces, results, strict=True)
            elif self.crew.alone is not None:
                self.lost += pieces
            elif len(pieces) > 1:  # which of them it was shows when each goes by itself
                self.waiting = chain(((piece,) for piece in pieces), self.waiting)
            else:
                yield pieces[0], Lost.KILLED

    def _again(self, lost: Iterable[J], interrupts: _Interrupts) -> Iterator[tuple[J, R | Lost]]:
        """Yield what comes of pieces when each has a worker to itself; only a worker that died is replaced."""
        if self.crew.alone is None:
            return
        executor = _ready(self.crew.alone)
        try:
            for piece in lost:
                result: R | Lost = Lost.KILLED
                for _ in range(_ALONE):
                    interrupts.let_in()
                    began = time.monotonic()
                    result = _alone(executor, self.work, piece)
                    if result is not Lost.KILLED:
                        break
                    executor.shutdown(wait=True)
                    executor = _ready(self.crew.alone)
                    if time.monotonic() - began > SECONDS:  # its alarm went off: that is no chance
                        break
                yield piece, result
        finally:
            executor.shutdown(wait=True)


def _ready(start: Callable[[], Executor]) -> Executor:
    """Return an executor whose worker has started: what kills it from now on is the piece, or chance.

    Raises :class:`UsageError` where no worker starts at all.
    """
    for _ in range(_STARTS):
        executor = start()
        if _alone(executor, abs, 0) is not Lost.KILLED:
            return executor
        executor.shutdown(wait=True)
    raise UsageError(
        "工作进程启动不了。",
        '从自己的 Python 程序里调用时，调用要写在 if __name__ == "__main__": 之下；否则请检查内存是否够用。',
    )


def _alone(executor: Executor, work: Callable[[J], R], piece: J) -> R | Lost:
    try:
        future = executor.submit(work, piece)
    except BrokenExecutor:  # it died between two pieces
        return Lost.KILLED
    while not wait([future], timeout=_TICK).done:
        if is_broken(executor) and not wait([future], timeout=_TICK).done:
            return Lost.KILLED
    return _result(future)


def _result(future: Future[R]) -> R | Lost:
    """Return a future's result, or that its worker was killed."""
    try:
        return future.result()
    except BrokenExecutor:
        return Lost.KILLED
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # dask's word for it; dask itself may not be installed
            return Lost.KILLED
        raise
