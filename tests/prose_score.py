"""How well the narrative reader judges the sentences of tests/data/prose.toml: ``python -m tests.prose_score``.

Precision: of the sentences that it speaks of, how many are wrong, and by one of the rules named. Recall: of the wrong
ones, how many it speaks of. Changed figures: every figure named in a right sentence is replaced by another number, and
has to be spoken of. Every third sentence is held out: phrases were not chosen by looking at it.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from govdoc.checks.prose import judge
from govdoc.report import Entry, Report
from tests.worlds import data, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding

SENTENCES = "tests/data/prose.toml"
HELD_OUT = 3  # every third


@dataclass(frozen=True)
class Case:
    number: int
    world: str
    text: str
    verdict: str
    codes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    late: bool = False

    @property
    def held_out(self) -> bool:
        return self.number % HELD_OUT == 0 and not self.late


@dataclass(frozen=True)
class Score:
    sentences: int
    found: int
    missed: int
    false: int
    changed: int
    changed_found: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def changed_recall(self) -> float:
        return self.changed_found / self.changed

    def __str__(self) -> str:
        return (
            f"{self.sentences} sentences: precision {self.precision:.1%} ({self.false} false alarms), "
            f"recall {self.recall:.1%} ({self.missed} of {self.found + self.missed} missed), "
            f"changed figures found {self.changed_recall:.1%} ({self.changed_found} of {self.changed})"
        )


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for number, one in enumerate(data(SENTENCES)["sentences"], start=1):
        codes, figures = tuple(one.get("codes", ())), tuple(one.get("figures", ()))
        found.append(Case(number, one["world"], one["text"], one["verdict"], codes, figures, one.get("late", False)))
    return tuple(found)


@cache
def report(name: str) -> Report:
    content = data(SENTENCES)["worlds"][name]
    return world(data(content) if isinstance(content, str) else content)


def judged(case: Case, text: str | None = None) -> list[Finding]:
    """Return what is found in a sentence that stands alone in its report."""
    entries = {"overview": (Entry("", text or case.text),)}
    return list(judge.claims(replace(report(case.world), narratives=entries)))


def changed(case: Case) -> Iterator[str]:
    """Yield the sentence with each of its figures replaced by another number."""
    for figure in case.figures:
        number = figure.split(" = ")[0]
        yield re.sub(
            rf"(?<![0-9.,一二三四五六七八九十]){re.escape(number)}(?![0-9.,])", _other(number), case.text, count=1
        )


def _other(number: str) -> str:
    """Return another number, written in the same way."""
    digits = "0123456789"
    wide = "０１２３４５６７８９"
    first = number[0]
    if first in wide:
        return wide[wide.index(first) % 8 + 2] + number[1:] if first != "９" else "２" + number[1:]
    if first in digits:
        return ("2" if first == "9" else str(int(first) % 8 + 2)) + number[1:]
    return "七十七" if number != "七十七" else "七十八"


def score(chosen: list[Case]) -> Score:
    found = missed = false = total = seen = 0
    for case in chosen:
        codes = {finding.code for finding in judged(case)}
        hit = bool(codes & set(case.codes))
        found += hit
        missed += case.verdict == "wrong" and not hit
        false += bool(codes - set(case.codes))
        if case.verdict == "right":
            texts = list(changed(case))
            total += len(texts)
            seen += sum(1 for text in texts if judged(case, text))
    return Score(len(chosen), found, missed, false, total, seen)


def complaints(chosen: list[Case]) -> Iterator[str]:
    """Yield every sentence that was judged otherwise than it should be."""
    for case in chosen:
        findings = judged(case)
        codes = {finding.code for finding in findings}
        if codes - set(case.codes) or (case.codes and not codes & set(case.codes)):
            said = "；".join(f"{finding.code} {finding.message}" for finding in findings)
            yield f"{case.number} {case.verdict} {'/'.join(case.codes)}: {case.text}\n    → {said or 'silence'}"
        if case.verdict == "right":
            yield from (
                f"{case.number} changed: {text}\n    → silence" for text in changed(case) if not judged(case, text)
            )


def main() -> None:
    parts = {
        "open": [case for case in cases() if not case.held_out and not case.late],
        "held out": [case for case in cases() if case.held_out],
        "late": [case for case in cases() if case.late],
        "all": list(cases()),
    }
    if "--open" in sys.argv:
        sys.stdout.write("".join(f"{line}\n" for line in complaints(parts["open"])))
        sys.stdout.write(f"open: {score(parts['open'])}\n")
        return
    for name, chosen in parts.items():
        sys.stdout.write(f"{name}: {score(chosen)}\n")


if __name__ == "__main__":
    main()
