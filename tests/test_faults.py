"""Whatever fails, and whenever: the old file stays whole or the new one is complete, and nothing is left over.

``COMMANDS`` lists what is put through it: a command that writes a file belongs there.
"""

from __future__ import annotations

import builtins
import errno
import os
import random
import shutil
import signal
import stat
import sys
import threading
import time
import traceback
import zipfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import docx
import pytest
from lxml import etree

from govdoc import files
from govdoc.cli.main import main
from govdoc.pipeline import build
from tests.cli_helpers import CHAOYANG, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLD = b"the old file"
POSIX = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals and modes")


# ---------------------------------------------------------------- commands


@dataclass(frozen=True)
class Command:
    """A command that writes ``output``; ``prepare`` lays what it needs into an empty folder."""

    name: str
    words: tuple[str, ...]
    output: str
    prepare: Callable[[Path], None]
    backup: str = ""  # where it keeps the output that it replaces


def _workbook(folder: Path) -> None:
    shutil.copyfile(CHAOYANG, folder / "年报.xlsx")


def _report(folder: Path) -> None:
    """A report that has been edited, and a workbook that has changed since."""
    report = folder / "原报告.docx"
    build(CHAOYANG, report)
    document = docx.Document(str(report))
    next(one for one in document.paragraphs if len(one.text) > 40).add_run("这一句是在 Word 里补充的。")
    document.save(str(report))
    edited(folder, {("二、主动公开", "B3"): 7})


def _many(folder: Path) -> None:
    (folder / "各单位").mkdir()
    for number in range(3):
        shutil.copyfile(CHAOYANG, folder / "各单位" / f"单位{number}.xlsx")


COMMANDS = (
    Command("build", ("build", "年报.xlsx", "-o", "报告.docx", "--force"), "报告.docx", _workbook),
    Command("new", ("new", "--year", "2024", "-o", "新.xlsx", "--force"), "新.xlsx", lambda _: None),
    Command("export", ("export", "年报.xlsx", "--to", "json", "-o", "导出.json", "--force"), "导出.json", _workbook),
    Command("import", ("import", "原报告.docx", "-o", "读入.xlsx", "--force"), "读入.xlsx", _report),
    Command(
        "pull",
        ("pull", "原报告.docx", "年报.xlsx", "-o", "新年报.xlsx", "--force"),
        "新年报.xlsx",
        _report,
        "新年报.xlsx.bak",
    ),
    Command(
        "refresh",
        ("refresh", "原报告.docx", "年报.xlsx", "-o", "新报告.docx", "--force"),
        "新报告.docx",
        _report,
        "新报告.docx.bak",
    ),
)
BUILD, NEW = COMMANDS[:2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lay(command: Command, folder: Path, *, old: bool = True) -> dict[str, bytes]:
    """Prepare a folder, with an old output or without; return what lies in it."""
    command.prepare(folder)
    if old:
        (folder / command.output).write_bytes(OLD)
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(command: Command) -> int:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return main(list(command.words))


def complete(path: Path) -> bool:
    """Return whether a file is one that can be read whole."""
    if path.suffix == ".json":
        return path.read_bytes().rstrip().endswith(b"}")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        return archive.testzip() is None


def assert_whole(command: Command, folder: Path, before: dict[str, bytes], *, killed: bool = False) -> None:
    after = contents(folder)
    assert after.pop(command.backup, OLD) == OLD
    left = [name for name in after if name not in before and name != command.output]
    if killed:  # nobody can clean up after that; the next run does
        left = [name for name in left if not Path(name).name.startswith(files.TEMPORARY)]
    assert left == []
    assert {name: data for name, data in before.items() if name != command.output} == {
        name: data for name, data in after.items() if name in before and name != command.output
    }
    output = folder / command.output
    assert after.get(command.output) == before.get(command.output) or complete(output)


# ---------------------------------------------------------------- the n-th call of the system fails


class Failing:
    """Functions of the system, the n-th call of which fails; calls for anything outside a folder do not count."""

    def __init__(self, number: int, error: OSError) -> None:
        self.number, self.error, self.calls = number, error, 0

    def step(self) -> None:
        self.calls += 1
        if self.calls == self.number:
            raise self.error

    def wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.step()
            return real(*arguments, **named)

        return call


class _Writer:
    """A file whose writes count, too."""

    def __init__(self, file: Any, failing: Failing) -> None:
        self._file, self._failing = file, failing

    def write(self, data: bytes) -> int:
        self._file.write(data[: len(data) // 2])  # a full disk has taken half of it
        self._failing.step()
        return int(self._file.write(data[len(data) // 2 :]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@contextmanager
def failing(number: int, code: int) -> Iterator[Failing]:
    """Let the n-th opening for writing, write, fsync, link, replace or unlink of a file fail."""
    patch = pytest.MonkeyPatch()
    one = Failing(number, OSError(code, os.strerror(code)))
    opened, made, fdopened = os.open, builtins.open, os.fdopen

    def os_open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            one.step()
        return opened(path, flags, *rest, **named)

    def plain_open(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if isinstance(file, str | Path) and any(letter in mode for letter in "wxa"):
            one.step()
        return made(file, mode, *rest, **named)

    patch.setattr(os, "open", os_open)
    patch.setattr(builtins, "open", plain_open)
    patch.setattr(os, "fdopen", lambda handle, mode, *rest: _Writer(fdopened(handle, mode, *rest), one))
    for name in ("fsync", "link", "replace", "rename"):
        patch.setattr(os, name, one.wrapped(getattr(os, name)))
    for name in ("replace", "rename"):
        patch.setattr(Path, name, one.wrapped(getattr(Path, name)))
    patch.setattr(time, "sleep", lambda _: None)
    try:
        yield one
    finally:
        patch.undo()


FAULTS = [
    (command, code)
    for command in COMMANDS
    for code in (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS)[: 4 if command is BUILD else 1]
]


@pytest.mark.parametrize(
    ("command", "code"), FAULTS, ids=[f"{one.name}-{errno.errorcode[code]}" for one, code in FAULTS]
)
@pytest.mark.parametrize("old", [True, False], ids=["old output", "no output"])
def test_whichever_call_fails(folder: Path, command: Command, code: int, *, old: bool) -> None:
    before = lay(command, folder, old=old)
    run(command)  # what is loaded late is loaded now
    for number in range(1, 100):
        (folder / command.output).unlink(missing_ok=True)
        if old:
            (folder / command.output).write_bytes(OLD)
        with failing(number, code) as one:
            ended = run(command)
        assert_whole(command, folder, before)
        assert ended in (0, 3, 5), number
        if command.backup:
            (folder / command.backup).unlink(missing_ok=True)
        if ended == 5:
            assert contents(folder) == before
        if one.calls < number:
            break
    assert 4 <= number < 100


# ---------------------------------------------------------------- killed


@POSIX
@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one.name in ("build", "refresh")], ids=lambda one: one.name
)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill", "interrupt"])
def test_killed_at_any_moment(tmp_path: Path, command: Command, number: signal.Signals) -> None:
    """At 60 moments from the start to the end of a run, most of them where it writes."""
    folder = tmp_path / "f"
    folder.mkdir()
    before = lay(command, folder)
    dice = random.Random(1)  # noqa: S311 - nothing secret

    def again() -> None:
        if command.backup:
            (folder / command.backup).unlink(missing_ok=True)
        (folder / command.output).write_bytes(OLD)

    took = []
    for _ in range(3):  # the first run may load what the others find there
        again()
        took.append(_seconds(command, folder))
    long = min(took)
    ends = {False: 0, True: 0}
    for _ in range(60):
        again()
        pause = dice.uniform(0.5 * long, 1.1 * long)
        code, said = _stopped(command, folder, pause, number)
        assert_whole(command, folder, before, killed=number == signal.SIGKILL)
        assert "Traceback" not in said
        assert code in (0, -number, 130), said
        ends[(folder / command.output).read_bytes() == OLD] += 1
    assert ends[True] > 0
    _assert_swept(command, folder)


def _seconds(command: Command, folder: Path) -> float:
    began = time.monotonic()
    child = _child(command, folder)
    os.waitpid(child, 0)
    return time.monotonic() - began


def fork() -> int:
    """Fork. Nobody measures the child: a thread that it does not have may hold the coverage tool's lock for ever.

    A child that hangs all the same ends itself after a minute, so that its test fails instead of waiting.
    """
    child = os.fork()
    if not child:
        sys.settrace(None)
        threading.settrace(None)
        signal.alarm(60)
    return child


def _child(command: Command, folder: Path, errors: int | None = None) -> int:
    """Run a command in a forked process: its libraries are loaded, so that it does nothing but its work."""
    child = fork()
    if child:
        return child
    code = 99
    try:
        try:
            os.chdir(folder)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(errors if errors is not None else nowhere, 2)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
            code = main(list(command.words))
            sys.stderr.flush()
        except KeyboardInterrupt:  # there is one at most, and it must not lead back into the tests
            code = 130
        except BaseException:  # noqa: BLE001 - the child ends here
            traceback.print_exc()
            sys.stderr.flush()
    finally:
        os._exit(code)


def _stopped(command: Command, folder: Path, pause: float, number: signal.Signals) -> tuple[int, str]:
    errors = os.open(folder.parent / "errors", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        child = _child(command, folder, errors)
        time.sleep(pause)
        os.kill(child, number)
        _, status = os.waitpid(child, 0)
        said = (folder.parent / "errors").read_text("utf-8")
    finally:
        os.close(errors)
    return os.waitstatus_to_exitcode(status), said


def _assert_swept(command: Command, folder: Path) -> None:
    """What killed runs left behind is gone after the next run, once it is old enough to belong to none that lives."""
    for left in folder.glob(f"{files.TEMPORARY}*"):
        os.utime(left, (0, 0))
    os.waitpid(_child(command, folder), 0)
    assert list(folder.glob(f"{files.TEMPORARY}*")) == []


def test_what_is_being_written_elsewhere_is_not_swept(tmp_path: Path) -> None:
    fresh, old = tmp_path / f"{files.TEMPORARY}1.docx", tmp_path / f"{files.TEMPORARY}2.docx"
    others = tmp_path / ".other", tmp_path / "年报.docx"
    for path in (fresh, old, *others):
        path.write_bytes(OLD)
    for path in (old, *others):
        os.utime(path, (0, 0))
    files.put(tmp_path / "新.docx", b"new", force=False, lost="")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["新.docx", fresh.name, *(one.name for one in others)]
    )


# ---------------------------------------------------------------- several at once


@POSIX
@pytest.mark.parametrize("force", [True, False], ids=["overwriting", "not overwriting"])
def test_four_writers_on_one_output(tmp_path: Path, *, force: bool) -> None:
    _workbook(tmp_path)
    words = tuple(word for word in BUILD.words if force or word != "--force")
    one = Command("build", words, BUILD.output, _workbook)
    for _ in range(5):
        (tmp_path / one.output).unlink(missing_ok=True)
        children = [_child(one, tmp_path) for _ in range(4)]
        codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
        assert codes == ([0, 0, 0, 0] if force else [0, 5, 5, 5])
        assert complete(tmp_path / one.output)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["年报.xlsx", one.output])


@POSIX
def test_four_writers_in_one_folder(tmp_path: Path) -> None:
    _workbook(tmp_path)
    outputs = [f"报告{number}.docx" for number in range(4)]
    children = [
        _child(Command("build", ("build", "年报.xlsx", "-o", name), name, _workbook), tmp_path) for name in outputs
    ]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert len({(tmp_path / name).read_bytes() for name in outputs}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["年报.xlsx", *outputs])


# ---------------------------------------------------------------- places


@POSIX
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_read_only_folder(tmp_path: Path, command: Command) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    before = lay(command, folder)
    nobody = 65534
    if os.geteuid() == 0:  # root may write everywhere: be somebody who may not
        for path in (tmp_path, *tmp_path.parents):
            if path.stat().st_uid == 0 and not path.stat().st_mode & stat.S_IXOTH:
                path.chmod(path.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    folder.chmod(0o555)
    child = fork()
    if not child:
        code = 99
        try:
            if os.geteuid() == 0:
                os.setgid(nobody)
                os.setuid(nobody)
            os.chdir(folder)
            code = run(command)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    folder.chmod(0o755)
    assert os.waitstatus_to_exitcode(status) == 5
    assert contents(folder) == before


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_link_as_output(folder: Path, command: Command) -> None:
    before = lay(command, folder, old=False)
    elsewhere = folder / "elsewhere"
    elsewhere.write_bytes(OLD)
    (folder / command.output).symlink_to(elsewhere)
    assert run(command) == 5
    assert ((folder / command.output).is_symlink(), elsewhere.read_bytes()) == (True, OLD)
    assert {**before, "elsewhere": OLD, command.output: OLD} == contents(folder)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.name != "new"], ids=lambda command: command.name)
def test_an_input_that_is_gone(folder: Path, command: Command) -> None:
    lay(command, folder)
    source = folder / command.words[1]
    source.unlink()
    before = contents(folder)
    assert run(command) == 4
    assert contents(folder) == before


def test_an_input_that_goes_while_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lay(BUILD, folder)
    real = files.first_bytes

    def first(path: Path) -> bytes:
        start = real(path)
        path.unlink()
        return start

    monkeypatch.setattr("govdoc.readers.workbook.first_bytes", first)
    assert run(BUILD) == 4
    assert contents(folder) == {name: data for name, data in before.items() if name == BUILD.output}


def test_an_output_folder_that_goes_while_it_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _workbook(folder)
    (folder / "送审").mkdir()
    real = os.open

    def gone(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if "送审" in str(path) and flags & os.O_CREAT:
            (folder / "送审").rmdir()
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", gone)
    assert run(Command("build", ("build", "年报.xlsx", "-o", "送审/报告.docx"), "", _workbook)) == 5
    assert sorted(path.name for path in folder.iterdir()) == ["年报.xlsx"]


@POSIX
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_ordinary_file_is_not_waited_for(folder: Path, kind: str) -> None:
    path = folder / "年报.xlsx"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path = Path("/dev/zero")
    began = time.monotonic()
    assert run(Command("check", ("check", str(path)), "", _workbook)) == 4
    assert time.monotonic() - began < 5


@POSIX
def test_a_real_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that fills while it is written to."""
    import resource

    before = lay(BUILD, tmp_path)
    child = fork()
    if not child:
        code = 99
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
            os.chdir(tmp_path)
            code = run(BUILD)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert (os.waitstatus_to_exitcode(status), contents(tmp_path)) == (5, before)
