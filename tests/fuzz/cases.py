"""One case: an input made by the dice, the command that is run on it, and what must hold of what it did."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import typer.main
from lxml import etree

from govdoc.cli.main import main
from tests.cli_helpers import CHAOYANG
from tests.fuzz import seeds
from tests.fuzz.mutate import BYTES, mutate_package
from tests.hostile.makers import container

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OLD = b"the file that lay here before"
SECONDS = 5.0
ENDS = {0, 3, 4}  # done, findings, cannot be read: no mutation of an input is a matter of usage, output or layout


@dataclass(frozen=True)
class Case:
    """An input and the command run on it; ``output`` is the name of the file that the command writes, if any."""

    kind: str
    name: str
    data: bytes
    words: tuple[str, ...]
    output: str = ""
    canary: seeds.Canary | None = None


@dataclass
class Verdict:
    """How a case ended, and what was wrong with it."""

    code: int
    seconds: float
    faults: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- making


def _command(dice: Random) -> tuple[tuple[str, ...], str]:
    return dice.choices(
        [
            (("build", "{}", "-o", "报告.docx", "--force"), "报告.docx"),
            (("build", "{}", "-o", "报告.docx", "--force", "--draft"), "报告.docx"),
            (("build", "{}", "-o", "报告.docx", "--force", "--blank-as-zero"), "报告.docx"),
            (("check", "{}", "--format", "json"), ""),
            (("check", "{}"), ""),
            (("figures", "{}"), ""),
        ],
        weights=[20, 8, 5, 30, 25, 12],
    )[0]


def _book(dice: Random) -> Case:
    words, output = _command(dice)
    raw = mutate_package(seeds.workbook(dice), dice, dice.choice(("sheet", "sharedStrings", "styles", "workbook", "")))
    return Case("xlsx", "年报.xlsx", raw, words, output)


def _annotated(dice: Random) -> Case:
    raw = mutate_package(seeds.workbook(dice), dice, dice.choice(("sheet", "styles", "workbook", "rels", "theme", "")))
    return Case("annotate", "年报.xlsx", raw, ("check", "{}", "--annotate", "副本.xlsx", "--force"), "副本.xlsx")


def _bytes(dice: Random) -> Case:
    words, output = _command(dice)
    raw = CHAOYANG.read_bytes()
    for _ in range(dice.choice((1, 2, 8))):
        raw = dice.choice(BYTES)(raw, dice)
    return Case("bytes", "年报.xlsx", raw, words, output)


def _old(dice: Random) -> Case:
    words, output = _command(dice)
    raw = seeds.old()
    outside = dice.random() < 0.3
    raw = container(raw) if outside else raw
    for _ in range(dice.choice((1, 1, 2, 8))):
        raw = dice.choice(BYTES)(raw, dice)
    return Case("xls", "年报.xls", raw if outside else container(raw), words, output)


def _open(dice: Random) -> Case:
    words, output = _command(dice)
    return Case("ods", "年报.ods", mutate_package(seeds.open_parts(), dice, "content"), words, output)


def _canary(dice: Random) -> Case:
    made = seeds.canary(dice)
    words = ("build", "{}", "-o", "报告.docx", "--force", "--draft")
    return Case("canary", "年报.xlsx", made.workbook, words, "报告.docx", made)


def _report(dice: Random) -> Case:
    raw = mutate_package(seeds.report(dice), dice, dice.choice(("word/document", "word/document", "styles", "")))
    words = dice.choice(
        [
            (("check", "{}"), ""),
            (("check", "{}", "--format", "json"), ""),
            (("export", "{}", "--to", "json", "-o", "导出.json", "--force"), "导出.json"),
        ]
    )
    return Case("docx", "报告.docx", raw, *words)


IMPORT = (("import", "{}", "-o", "读入.xlsx", "--force"), "读入.xlsx")


def _published(dice: Random) -> Case:
    """A mutated report of which only the labels tell what it is."""
    raw = mutate_package(seeds.report(dice), dice, "word/document")
    return Case("import", "报告.docx", raw, *IMPORT)


def _refresh(dice: Random) -> Case:
    """A mutated report with an honest workbook beside it."""
    raw = mutate_package(seeds.report(dice), dice, dice.choice(("word/document", "customXml", "")))
    words = dice.choice(
        [
            (("refresh", "{}", "honest.xlsx", "-o", "新报告.docx", "--force"), "新报告.docx"),
            (("pull", "{}", "honest.xlsx", "-o", "新年报.xlsx", "--force"), "新年报.xlsx"),
        ]
    )
    return Case("edited", "报告.docx", raw, *words)


def _page(dice: Random) -> Case:
    raw = seeds.page()
    for _ in range(dice.choice((1, 1, 2, 8))):
        raw = dice.choice(seeds.PAGE_MUTATIONS)(raw, dice)
    return Case("html", "页面.html", raw, *IMPORT)


def kinds() -> dict[str, tuple[int, Callable[[Random], Case]]]:
    """Return the kinds of cases with their weights; those of commands that do not exist are left out."""
    commands = set(_commands())
    found: dict[str, tuple[int, Callable[[Random], Case]]] = {
        "xlsx": (550, _book),
        "bytes": (80, _bytes),
        "xls": (170, _old),
        "ods": (100, _open),
        "canary": (20, _canary),
        "annotate": (40, _annotated),
    }
    if "export" in commands:
        found["docx"] = (40, _report)
    if "import" in commands:
        found["import"] = (10, _published)
        found["html"] = (10, _page)
    if "refresh" in commands and "pull" in commands:
        found["edited"] = (40, _refresh)
    return found


def _commands() -> list[str]:
    from govdoc.cli.main import COMMANDS

    return list(COMMANDS)


def make(seed: int, number: int, wanted: Sequence[str] = ()) -> Case:
    """Return the case of a number, of the kinds that are wanted (default: all); the same arguments make the same."""
    dice = Random(f"{seed}/{number}")  # noqa: S311 - nothing secret
    table = {kind: one for kind, one in kinds().items() if kind in wanted or not wanted}
    kind = dice.choices(list(table), weights=[weight for weight, _ in table.values()])[0]
    return table[kind][1](dice)


# ---------------------------------------------------------------- running


_outside: list[str] = []
_folder = Path()
_temporary = Path()


def _watch_writes(event: str, arguments: tuple[Any, ...]) -> None:
    """Note every file that is opened for writing outside the case's own folder."""
    if event != "open" or not isinstance(arguments[0], str | bytes):
        return
    path, mode, flags = arguments
    writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & 3)
    place = Path(path.decode() if isinstance(path, bytes) else path).absolute()
    ours = {_folder, _temporary, _temporary.parent / "cache"}
    known = ours & {place, *place.parents} or place.as_posix() == "/dev/null"
    if writes and not known and "__pycache__" not in place.parts:
        _outside.append(place.as_posix())


def watch(temporary: Path) -> None:
    """Begin to watch the writes of this process, and give it a folder for temporary files; there is no end to it."""
    global _temporary  # noqa: PLW0603 - the audit hook cannot be given anything
    temporary.mkdir(parents=True, exist_ok=True)
    _temporary = temporary.absolute()
    tempfile.tempdir = str(_temporary)
    os.environ["XDG_CACHE_HOME"] = str(_temporary.parent / "cache")
    typer.main.get_command = cache(typer.main.get_command)  # built anew for every run otherwise
    sys.addaudithook(_watch_writes)


def run(case: Case, folder: Path) -> Verdict:
    """Run a case in an empty folder and say what was wrong."""
    global _folder  # noqa: PLW0603 - the audit hook cannot be given anything
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / case.name).write_bytes(case.data)
    if "honest.xlsx" in case.words:
        shutil.copyfile(CHAOYANG, folder / "honest.xlsx")
    if case.output:
        (folder / case.output).write_bytes(OLD)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    _folder = folder.absolute()
    _outside.clear()
    verdict, said = _call(case, folder)
    verdict.faults += [f"wrote {place}" for place in _outside]
    if _temporary != Path():
        verdict.faults += [f"left {path.name}" for path in _temporary.iterdir()]
    verdict.faults += _look(case, folder, before, verdict.code)
    if "--format" in case.words and verdict.code in (0, 3):
        json.loads(said)
    if case.output and verdict.code == 0 and zlib.crc32(case.data) % 8 == 0:
        verdict.faults += _again(case, folder)
    return verdict


def _call(case: Case, folder: Path) -> tuple[Verdict, str]:
    words = [str(folder / case.name) if word == "{}" else word for word in case.words]
    words = [str(folder / word) if word in (case.output, "honest.xlsx") and word else word for word in words]
    out, err = io.StringIO(), io.StringIO()
    faults = []
    began = time.process_time()  # of this process: the machine may be busy with others
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(words)
    except BaseException:  # noqa: BLE001 - this is what is looked for
        code = 1
        faults.append(traceback.format_exc())
    seconds = time.process_time() - began
    edited = case.kind == "edited" and code in (2, 7)  # another year or edition, conflicts
    strict = case.kind == "annotate" and code == 2  # a form of workbook that takes no marks
    if code not in ENDS and not faults and not edited and not strict:
        faults.append(f"exit code {code}: {err.getvalue()[:500]}")
    if seconds > SECONDS:
        faults.append(f"{seconds:.1f} s")
    if code == 4 and not err.getvalue().strip():
        faults.append("refused without a word")
    return Verdict(code, seconds, faults), out.getvalue()


def _look(case: Case, folder: Path, before: dict[str, bytes], code: int) -> list[str]:
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    faults = [f"left {name}" for name in after if name not in before and not name.endswith(".bak")]
    faults += [f"lost {name}" for name in before if name not in after]
    faults += [f"changed {name}" for name in before if name != case.output and before[name] != after.get(name)]
    if not case.output:
        return faults
    data = after.get(case.output, b"")
    if data == OLD:  # a report that is up to date already stays as it is
        idle = case.kind in ("edited", "annotate")
        return [*faults, "done, but nothing written"] if code == 0 and not idle else faults
    if code not in (0, 3, 7):
        faults.append("wrote in spite of its exit code")
    return faults + _whole(data, case)


def _whole(data: bytes, case: Case) -> list[str]:
    """Return what is wrong with an output."""
    if case.output.endswith(".json"):
        json.loads(data)
        return []
    given = _parts(case.data) if case.kind in ("edited", "annotate") else {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for name, part in parts.items():
            # A refreshed report, or a copy with marks, keeps what is not its own as it was, whatever that is.
            if name.endswith((".xml", ".rels")) and part != given.get(name):
                etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, ValueError) as error:
        return [f"broken output: {error}"]
    return _sings(parts["word/document.xml"], case.canary) if case.canary is not None else []


def _parts(data: bytes) -> dict[str, bytes]:
    broken = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError)
    with suppress(*broken), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
    return {}


_TABLE = re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_PARAGRAPH = re.compile(r"<w:p>.*?</w:p>", re.DOTALL)


def _sings(document: bytes, canary: seeds.Canary) -> list[str]:
    """Return the values that do not stand in the report exactly once."""
    text = document.decode()
    cells = Counter("".join(_TEXT.findall(cell)) for cell in _TABLE.findall(text))
    lines = Counter(_plain("".join(_TEXT.findall(one))) for one in _PARAGRAPH.findall(text))
    faults = [f"{cells[figure]} times {figure}" for figure in canary.figures if cells[figure] != 1]
    return faults + [f"{lines[one]} times {one}" for one in canary.sentences if lines[one] != 1]


def _plain(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _again(case: Case, folder: Path) -> list[str]:
    first = (folder / case.output).read_bytes()
    verdict, _ = _call(case, folder)
    return [] if verdict.code == 0 and (folder / case.output).read_bytes() == first else ["other bytes the second time"]
