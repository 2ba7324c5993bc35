"""An edited report against its workbook: rules W701 (figures), W702 (marks) and W703 (narrative)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.checks.word import FIGURE, MARK, NARRATIVE
from govdoc.finding import Location
from govdoc.readers.bind_word import FIXED_LINES
from govdoc.readers.word import Text
from govdoc.roundtrip.merge import normal
from govdoc.roundtrip.narrative import read_narrative
from govdoc.roundtrip.own import without_own
from govdoc.roundtrip.places import State, find_places
from govdoc.roundtrip.refresh import new_value, same_figure
from govdoc.values import normal_label, without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Section
    from govdoc.report import Report
    from govdoc.roundtrip.base import Base
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.places import Places, Spot

_REWRITE = "请核对这一句里的数；要恢复标记，先 govdoc pull 取回文字，再重新生成。"
_PROBLEMS = {
    State.EMPTY: ("被删掉了，标记还在", "是有意删去的，可以不管；不是的，把数填回去。"),
    State.GONE: ("连同所在的句子一起不见了", "是有意删去的，可以不管；不是的，把句子补回来。"),
    State.UNMARKED: ("没有标记了，更新数据时改不到它", _REWRITE),
    State.RECOVERED: ("没有标记了，目前靠前后的文字还认得出", _REWRITE),
    State.GLUED: ("旁边多了数字，成了另一个数", _REWRITE),
    State.TRACKED: ("上有没有处理的修订", "请在 Word 里接受或拒绝这处修订。"),
}


def compare(package: Package, report: Report, book: Report) -> Iterator[Finding]:
    """Yield what is different in an edited report; without a base only its tables are compared."""
    base = package.base
    yield from _tables(base, report, book)
    if base is None:
        return
    places = find_places(package, base, report.layout)
    yield from _figures(places, report, book)
    yield from _marks(places, report)
    yield from _texts(package, base, places, book)


def _advice(agreed: str | None, ours: str, theirs: str) -> str:
    """Return what to do about a figure, by what was last agreed on: a refresh keeps what only Word changed."""
    other = "报告对的，把工作簿改过来。"
    if agreed is not None and same_figure(ours, agreed):
        return f"工作簿对的，运行 govdoc refresh；{other}"
    if agreed is None or same_figure(theirs, agreed):
        kept = "" if agreed is None else "这个数是在 Word 里改的，refresh 会保留它。"
        return f"{kept}工作簿对的，在 Word 里改为 {theirs or '空白'}；{other}"
    return f"两边都改过。运行 govdoc refresh，用 --take 决定用哪边的；{other}"


def _tables(base: Base | None, report: Report, book: Report) -> Iterator[Finding]:
    for key, spec in report.layout.figures.items():
        ours, theirs = report.figures[key], book.figures[key]
        if ours.value != theirs.value or (ours.value is None and ours.shown != theirs.shown):
            yield FIGURE.at(
                ours.where,
                figure=key,
                label=spec.label,
                found=ours.shown or "空着",
                expected=theirs.shown or "空着",
                related=(theirs.where,),
                advice=_advice(None if base is None else base.figures.get(key), ours.shown, theirs.shown),
            )


def _where(spot: Spot, places: Places, report: Report) -> tuple[Location, str]:
    """Return the narrative section that a place stands in, and its paragraph."""
    text = without_unseen(places.text.lines[spot.line].text) if spot.line >= 0 else ""
    for section in report.layout.sections:
        for entry in report.narratives.get(section.key, ()):
            if text and text.strip() in (entry.heading, *entry.text.split("\n")):
                return entry.where, text
    return Location(report.source), text


def _figures(places: Places, report: Report, book: Report) -> Iterator[Finding]:
    for spot in places.marked:
        expected = new_value(spot, book)
        if expected is None or spot.start < 0 or not spot.text or same_figure(spot.text, expected):
            continue
        where, quote = _where(spot, places, report)
        advice = _advice(spot.base, spot.text, expected)
        yield FIGURE.at(
            where, label=spot.label, found=spot.text, expected=expected or "空着", quote=quote, advice=advice
        )


def _marks(places: Places, report: Report) -> Iterator[Finding]:
    said = set()
    for spot in places.marked:
        problem, advice = _PROBLEMS.get(spot.state, ("", ""))
        if spot.doubled and not problem and spot.key not in said:
            said.add(spot.key)
            problem, advice = "有几处同名的标记", "更新数据时几处都会改；不该改的那处，请核对。"
        if problem:
            where, quote = _where(spot, places, report)
            yield MARK.at(where, label=spot.label, problem=problem, advice=advice, quote=quote)


def _texts(package: Package, base: Base, places: Places, book: Report) -> Iterator[Finding]:
    sheet = book.layout.workbook.info
    advice = "要把改过的文字存进工作簿，运行 govdoc pull；不取回也不影响报告。"
    for section in differing_sections(package, base, places, book):
        yield NARRATIVE.at(Location(package.path.name, section.sheet), section=section.heading, advice=advice)
    advice = f"报告对的，把“{sheet}”表改过来，重新生成时才不会变回去；工作簿对的，在 Word 里改回。"
    for name in differing_lines(package, base, book):
        yield NARRATIVE.at(Location(package.path.name, sheet), section=name, advice=advice)


def differing_sections(package: Package, base: Base, places: Places, book: Report) -> list[Section]:
    """Return the sections whose text in an edited report is another than in the workbook."""
    narrative = read_narrative(package, base, book, places)
    sections = []
    for section in book.layout.sections:
        if section.key not in narrative.rows:
            continue
        theirs = book.narratives.get(section.key, ())
        rows = [normal(row) for row in theirs if row.heading != (section.introduction or "\0")]
        first = [line for row in theirs if row.heading == (section.introduction or "\0") for line in normal(row)[1]]
        changed = [normal(row) for row in narrative.rows[section.key]] != rows
        if section.introduction is not None:
            changed = changed or narrative.introduction.split("\n") != (first or [""])
        if changed:
            sections.append(section)
    return sections


def differing_lines(package: Package, base: Base, book: Report) -> list[str]:
    """Return which of the lines that 基本信息 makes say something else; spaces and line breaks in them do not count."""
    document = without_own(package.document, base.own_lines(book.layout))
    wanted = {"title": book.title, "subtitle": ("　".join(book.publication),), "signature": book.signature}
    names = []
    for style, name in FIXED_LINES.items():
        lines = (block.text for block in document.blocks if isinstance(block, Text) and block.style == style)
        if normal_label("".join(lines)) != normal_label("".join(wanted[style])):
            names.append(name)
    return names
