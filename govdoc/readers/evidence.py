"""What a published report says of each figure, how sure that is, and the figures that follow from it.

Readers of grids and of flat text gather evidence (cells, and runs of digits in place of rows); here it becomes figures.
Nothing is guessed in silence: what was not plainly read carries a Doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from govdoc.finding import Location, Rule, Severity
from govdoc.readers.cut import EMPTY, Option, Run
from govdoc.readers.solve import solve
from govdoc.report import Figure
from govdoc.values import NORMALISED, clean_text, read_number, show_content, show_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govdoc.finding import Finding
    from govdoc.layouts.parts import FigureSpec
    from govdoc.layouts.schema import Layout
    from govdoc.values import Content, Number, Value

_SOURCE = "govdoc import：读入已公布的报告"

INFERRED = Rule(
    "I801",
    Severity.WARNING,
    "不是照读，是推算的",
    _SOURCE,
    "“{label}”原文{found_words}，{how}是 {expected}。",
    "对照原文核对；不对的请改正。",
    checks="读入已公布的报告时，哪些数不是照着原文读的，而是由合计推算的。",
    example="原文这一格空着，由总计推算是 0。",
    mend="对照原文核对。",
)
SEVERAL = Rule(
    "I802",
    Severity.ERROR,
    "有几种读法，没有填",
    _SOURCE,
    "“{label}”一行原文是“{found}”，可以读作（空着的按 0）：{ways}。",
    "对照原文填写这一行。",
    checks="读入已公布的报告时，哪些行有几种读法，不能确定。",
    example="原文表格线丢失，一行是“623129”。",
    mend="对照原文填写这一行。",
)
UNREADABLE = Rule(
    "I803",
    Severity.ERROR,
    "没有读出，没有填",
    _SOURCE,
    "“{label}”没有读出：{reason}。",
    "对照原文填写；没有发生请填 0。",
    checks="读入已公布的报告时，哪些数没有读出。",
    example="原文这一行残缺。",
    mend="对照原文填写；没有发生填 0。",
)
STRANGE = Rule(
    "I804",
    Severity.WARNING,
    "与统一格式不一致的地方",
    _SOURCE,
    "{what}。",
    "{advice}",
    checks="读入的报告与统一格式有哪些不一致。",
    example="原文的标题与统一格式不同。",
    mend="按提示核对。",
)

RULES = (INFERRED, SEVERAL, UNREADABLE, STRANGE)

_LISTED = 6  # ways to read a row that are said one by one
_LONGEST_QUOTE = 60
_LEAST_ZEROS = 5  # that stand by themselves where a text keeps its cells apart
_WORDED = re.compile(r"\s*(?:(?:增加?|新增)|(?P<less>减少?))\s*(?P<number>[0-9]+)\s*")


class Certainty(Enum):
    """How sure a figure is."""

    READ = "read"
    NORMALISED = "normalised"
    INFERRED = "inferred"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """A cell that holds a figure, or should; ``remark`` says what was out of the ordinary in finding it."""

    content: Content
    where: Location
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run of digits in place of a row; ``tokens`` is None where it holds more than numbers.

    ``label`` is what stands there for the row's label, where that is not the form's.
    """

    keys: tuple[str, ...]
    text: str
    tokens: tuple[str, ...] | None
    where: Location
    label: str = ""


@dataclass
class Evidence:
    """All that was found of the tables of a report; ``remarks`` say what was strange about them."""

    cells: dict[str, Found] = field(default_factory=dict)
    runs: list[FoundRun] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def knows(self, keys: Iterable[str]) -> bool:
        """Return whether anything was found of some figures."""
        run_keys = {key for run in self.runs for key in run.keys}
        return any(key in self.cells or key in run_keys for key in keys)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure that was not plainly read: how sure it is, the rule to raise, and its words."""

    key: str
    certainty: Certainty
    rule: Rule
    words: Mapping[str, Any]

    def finding(self, where: Location) -> Finding:
        """Return the finding at a place."""
        return self.rule.at(where, figure=self.key, **self.words)


@dataclass(frozen=True)
class Settled:
    """The figures of a report, one for each of its layout, and the doubts about them by key.

    ``several`` are the doubts about rows that can be read in several ways, each at the first figure of its row.
    """

    figures: dict[str, Figure]
    doubts: dict[str, Doubt]
    several: tuple[Doubt, ...] = ()

    def certainty(self, key: str) -> Certainty:
        """Return how sure a figure is."""
        return self.doubts[key].certainty if key in self.doubts else Certainty.READ


def settle(evidence: Evidence, layout: Layout) -> Settled:
    """Return the figures that the evidence gives, directly or through the sums."""
    evidence = _in_cells(evidence)
    figures: dict[str, Figure] = {}
    doubts: dict[str, Doubt] = {}
    unread: dict[str, tuple[Found, Number]] = {}
    for key, spec in layout.figures.items():
        found = evidence.cells.get(key)
        if found is None:
            continue
        number = read_number(_signed(found.content, spec.kind), spec.kind, spec.unit)
        if number.value is None:
            unread[key] = found, number
            continue
        shown = " ".join(clean_text(number.shown)[0].split())
        figures[key] = Figure(number.value, shown, found.where)
        written = show_content(found.content).strip()
        worded = _signed(found.content, spec.kind) != found.content
        if (number.rule is NORMALISED and written != shown) or worded or found.remark:
            doubts[key] = _normalised(spec, written, shown, found.remark)
    several = _solve(evidence, layout, figures, doubts, unread)
    for key in layout.figures:
        if key not in figures:
            where = unread[key][0].where if key in unread else Location()
            figures[key] = Figure(None, "", where)
    return Settled({key: figures[key] for key in layout.figures}, doubts, several)


def _in_cells(evidence: Evidence) -> Evidence:
    """Return the evidence with the runs as cells that name every cell of their row, the empty ones too."""
    cells = dict(evidence.cells)
    runs = []
    for run in evidence.runs:
        if run.tokens is not None and EMPTY in run.tokens and len(run.tokens) == len(run.keys):
            for key, token in zip(run.keys, run.tokens, strict=True):
                cells.setdefault(key, Found(token or None, run.where))
        else:
            runs.append(run)
    return Evidence(cells, runs, evidence.remarks)


def _signed(content: Content, kind: str) -> Content:
    """Return a change with a sign where words stand for it: 减4 is -4."""
    match = _WORDED.fullmatch(content) if kind == "change" and isinstance(content, str) else None
    return f"{'-' if match['less'] else '+'}{match['number']}" if match else content


def _normalised(spec: FigureSpec, written: str, shown: str, remark: str) -> Doubt:
    if remark:
        words = {"what": f"“{spec.label}”读作 {shown}，{remark}", "advice": "对照原文核对。"}
        return Doubt(spec.key, Certainty.INFERRED, STRANGE, words)
    words = {"label": spec.label, "found": clean_text(written)[0], "expected": shown}
    return Doubt(spec.key, Certainty.NORMALISED, NORMALISED, words)


def _solve(
    evidence: Evidence,
    layout: Layout,
    figures: dict[str, Figure],
    doubts: dict[str, Doubt],
    unread: Mapping[str, tuple[Found, Number]],
) -> tuple[Doubt, ...]:
    """Cut the runs, and fill what the sums leave no choice in; everything else is named.

    Returns the doubts about rows that can be read in several ways.
    """
    runs: dict[Run, FoundRun] = {}
    bad: list[FoundRun] = []
    parted = _keeps_cells_apart(evidence.runs)
    for found in evidence.runs:
        if found.tokens is None:
            bad.append(found)
        else:
            runs[replace(_run(layout, found.keys, found.tokens, found.text), parted=parted)] = found
    known: dict[str, Value] = {key: figure.value for key, figure in figures.items() if figure.value is not None}
    covered = set(known) | {key for run in runs for key in run.keys}
    singles = {_run(layout, (key,), (EMPTY,), ""): key for key in layout.figures if key not in covered}
    units = {key: spec.unit for key, spec in layout.figures.items()}
    solution = solve([*runs, *singles], known, layout.equations, units)
    why = _Why(layout, runs, bad, unread)
    summed = {key for one in layout.equations for key in (*one.parts, *one.equals)}
    for key, value in solution.values.items():
        spec = layout.figures[key]
        figures[key] = Figure(value, show_number(value), why.where(key))
        if key not in solution.cut:
            how = "按勾稽关系推算" if key in summed else "切分后"
            words = {"label": spec.label, "found_words": why.found(key), "how": how, "expected": show_number(value)}
            doubts[key] = Doubt(key, Certainty.INFERRED, INFERRED, words)
    ways = {doubtful.run: doubtful.ways for doubtful in solution.doubtful}
    for run in (*runs, *singles):
        for key in run.keys:
            if key not in solution.values:
                doubts[key] = why.doubt(key, run, ways.get(run, ()))
    return tuple(why.several(run, ways[run]) for run in runs if len(ways.get(run, ())) > 1)


def _run(layout: Layout, keys: tuple[str, ...], tokens: tuple[str, ...], text: str) -> Run:
    return Run(keys, tuple(layout.figures[key].kind for key in keys), tokens, text)


def _keeps_cells_apart(runs: Iterable[FoundRun]) -> bool:
    """Return whether no two cells of a text ran together: its zeros, of which tables are full, all stand alone."""
    tokens = [token for run in runs for token in run.tokens or ()]
    return tokens.count("0") >= _LEAST_ZEROS and not any(re.match("0[0-9]", token) for token in tokens)


@dataclass(frozen=True)
class _Why:
    """The words for what was not read."""

    layout: Layout
    runs: Mapping[Run, FoundRun]
    bad: list[FoundRun]
    unread: Mapping[str, tuple[Found, Number]]

    def where(self, key: str) -> Location:
        """Return where a figure, or the row that should hold it, was found."""
        if key in self.unread:
            return self.unread[key][0].where
        return next((found.where for found in self._found() if key in found.keys), Location())

    def found(self, key: str) -> str:
        """Return what stands in the source, as a part of a sentence."""
        if key in self.unread:
            number = self.unread[key][1]
            return f"填的是“{_quoted(number.shown)}”" if number.shown else "空着"
        found = next((found for found in self._found() if key in found.keys), None)
        if found is None:
            return "没有这一行"
        return f"这一行是“{_quoted(found.text)}”" if found.text.strip() else "这一行没有数字"

    def doubt(self, key: str, run: Run, ways: tuple[Option, ...]) -> Doubt:
        """Return the doubt about a figure that was left empty."""
        reason = f"原文{self.found(key)}"
        if len(ways) > 1 and run in self.runs:
            place = run.keys.index(key)
            own = sorted({value for way in ways if (value := way[place]) is not None})
            values = "、".join(show_number(value) for value in own[:_LISTED]) + ("等" if len(own) > _LISTED else "")
            reason += f"，这一格可能是 {values}" if len(own) > 1 else f"，空着的按 0 算，这一格是 {values}"
        elif run in self.runs:
            reason += "，按勾稽关系不能确定怎样切分"
        words = {"label": self.layout.figures[key].label, "reason": reason}
        return Doubt(key, Certainty.UNREADABLE, UNREADABLE, words)

    def several(self, run: Run, ways: tuple[Option, ...]) -> Doubt:
        """Return the doubt about a row that can be read in several ways, the likeliest first."""
        listed = "；".join("、".join(_shown(value) for value in way) for way in ways[:_LISTED])
        more = f"；等，共 {len(ways)} 种" if len(ways) > _LISTED else f"，共 {len(ways)} 种"
        spec = self.layout.figures[run.keys[0]]
        section = next(section for section in self.layout.sections if section.table == spec.table)
        words = {
            "label": spec.row_name or section.heading,
            "found": _quoted(self.runs[run].text),
            "ways": f"{listed}{more}",
        }
        return Doubt(run.keys[0], Certainty.UNREADABLE, SEVERAL, words)

    def _found(self) -> Iterator[FoundRun]:
        yield from self.runs.values()
        yield from self.bad


def _shown(value: Value | None) -> str:
    return "空" if value is None else show_number(value)


def _quoted(text: str) -> str:
    plain = " ".join(clean_text(text)[0].split())
    return plain if len(plain) <= _LONGEST_QUOTE else f"{plain[:_LONGEST_QUOTE]}…"
