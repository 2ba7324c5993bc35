"""Findings as Word comments of ours, put in and taken out again; those of people are never touched."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.finding import weightiest
from govdoc.markup import escaped
from govdoc.readers.word_parts import BODY_PART, STYLES_PART
from govdoc.report import printed
from govdoc.roundtrip.base import base_part
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.places import figure_cells
from govdoc.roundtrip.scan import Line, Text, W, scan
from govdoc.roundtrip.spans import Span, element_spans, spliced
from govdoc.values import clean_text, small_number
from govdoc.writers.annotate_text import AUTHOR
from govdoc.writers.word_parts import declare, pack, relate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from govdoc.finding import Finding
    from govdoc.report import Report

PART = "word/comments.xml"

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_EXTENDED = "word/commentsExtended.xml"
_W14, _W15 = (f"{{http://schemas.microsoft.com/office/word/{year}/wordml}}" for year in ("2010", "2012"))
_START, _END, _REFERENCE = f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"
_RUN, _PARAGRAPH, _COMMENT = f"{W}r", f"{W}p", f"{W}comment"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY = f'<w:comments xmlns:w="{W[1:-1]}"></w:comments>'.encode()
# The shape's id is ours; a program that gives it another keeps the words that it shows.
_DRAFT_SHAPE = re.compile(rb'id="GovdocDraft"|string="\xe8\x8d\x89\xe7\xa8\xbf"')
_MARGIN = re.compile(r"word/(header\d*|document)\.xml")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a comment is about: a line, and the characters in it from ``start`` up to ``end`` (the whole line: 0, 0)."""

    line: int
    start: int = 0
    end: int = 0


# ---------------------------------------------------------------- where findings belong


def anchors(package: Package, report: Report, findings: Sequence[Finding]) -> Iterator[tuple[Anchor, Finding]]:
    """Yield the findings with the figure or sentence each speaks of; what speaks of neither goes to the title."""
    cells = figure_cells(package, report.layout)
    text = scan(package.parts[BODY_PART], package.tree, package.path.name)
    numbers = {line.element: number for number, line in enumerate(text.lines)}
    places = {figure.where: key for key, figure in report.figures.items() if figure.where.cell}
    for finding in weightiest(findings):
        cell = cells.get(finding.figure or places.get(finding.where, ""))
        paragraph = None if cell is None else next(cell.iter(_PARAGRAPH), None)
        yield Anchor(numbers[paragraph]) if paragraph is not None else _sentence(text, report, finding), finding


def _sentence(text: Text, report: Report, finding: Finding) -> Anchor:
    """Return the sentence that a finding quotes, else the first line of its row, else its section's heading."""
    if finding.quote:
        for number, line in enumerate(text.lines):
            at = line.text.find(finding.quote)
            if at >= 0:
                return Anchor(number, at, at + len(finding.quote))
    wanted = [*_first_lines(report, finding), *_heading(report, finding)]
    found = (number for words in wanted for number, line in enumerate(text.lines) if words and line.text == words)
    filled = (number for number, line in enumerate(text.lines) if line.text)
    return Anchor(next(found, next(filled, 0)))


def _first_lines(report: Report, finding: Finding) -> Iterator[str]:
    for entries in report.narratives.values():
        for entry in entries:
            if entry.where == finding.where:
                yield from reversed([line.text for line in printed(entry.heading, entry.text, report.shown)][:2])


def _heading(report: Report, finding: Finding) -> Iterator[str]:
    return (section.heading for section in report.layout.sections if section.sheet == finding.where.sheet)


# ---------------------------------------------------------------- in


def commented(data: bytes, report: Report, findings: Sequence[Finding]) -> bytes:
    """Return a report that was just written with a comment for each finding."""
    package = Package.of(data, Path(report.source))
    return pack(with_comments(package, list(anchors(package, report, findings))).parts)


def with_comments(package: Package, notes: Sequence[tuple[Anchor, Finding]]) -> Package:
    """Return a document with a comment of ours for each finding, beside the comments that it has."""
    if not notes:
        return package
    parts = dict(package.parts)
    comments = parts.get(PART, _DECLARATION + _EMPTY)
    if PART not in parts:
        declare(parts, PART, _TYPE)
        relate(parts, "comments", "comments.xml")
    first = (
        max((_identity(one) for one in package.parsed(PART).iter(_COMMENT)), default=-1) + 1
        if PART in package.parts
        else 0
    )
    look = _Look.of(package)
    text = scan(parts[BODY_PART], package.tree, package.path.name)
    spans = element_spans(parts[BODY_PART], [_RUN, _PARAGRAPH])
    runs = dict(zip(package.tree.iter(_RUN), spans[_RUN], strict=True))
    paragraphs = dict(zip(package.tree.iter(_PARAGRAPH), spans[_PARAGRAPH], strict=True))
    changes: list[tuple[int, int, bytes]] = []
    written = []
    for number, (anchor, finding) in enumerate(notes, start=first):
        changes += _around(text, anchor, number, look, runs, paragraphs)
        written.append(_comment(number, finding, look))
    parts[BODY_PART] = spliced(parts[BODY_PART], changes)
    end = element_spans(comments, [f"{W}comments"])[f"{W}comments"][0]
    parts[PART] = _with_inner(comments, end, "".join(written).encode())
    return package.with_parts(parts)


@dataclass(frozen=True, slots=True)
class _Look:
    """The ids of the styles that comments are set in; empty where the document has none."""

    text: str
    reference: str

    @classmethod
    def of(cls, package: Package) -> _Look:
        """Return the styles by the names that Word knows them by."""
        ids = {}
        for style in package.parsed(STYLES_PART).iter(f"{W}style"):
            name = style.find(f"{W}name")
            if name is not None:
                ids[name.get(f"{W}val", "").lower()] = style.get(f"{W}styleId", "")
        return cls(ids.get("annotation text", ""), ids.get("annotation reference", ""))


def _around(
    text: Text,
    anchor: Anchor,
    number: int,
    look: _Look,
    runs: Mapping[_Element, Span],
    paragraphs: Mapping[_Element, Span],
) -> Iterator[tuple[int, int, bytes]]:
    """Yield what is to be put in around the runs that hold the characters spoken of."""
    style = f'<w:rPr><w:rStyle w:val="{look.reference}"/></w:rPr>' if look.reference else ""
    start = f'<w:commentRangeStart w:id="{number}"/>'.encode()
    end = (f'<w:commentRangeEnd w:id="{number}"/><w:r>{style}<w:commentReference w:id="{number}"/></w:r>').encode()
    line = text.lines[anchor.line]
    held = [run for run in _runs(text, line, anchor) if run in runs]
    if held:
        yield runs[held[0]].start, runs[held[0]].start, start
        yield runs[held[-1]].end, runs[held[-1]].end, end
        return
    span = paragraphs[line.element]
    if span.inner_end > span.inner:
        yield span.inner_end, span.inner_end, start + end


def _runs(text: Text, line: Line, anchor: Anchor) -> list[_Element]:
    """Return the runs that hold an anchor's characters, or all of the line's."""
    whole = anchor.end <= anchor.start
    found = []
    for atom, offset in zip(line.atoms, line.offsets, strict=False):
        if atom.holder is not None and (whole or (offset < anchor.end and anchor.start < offset + len(atom.text))):
            run = text.holders[atom.holder].getparent()
            if run is not None:
                found.append(run)
    return found


def _comment(number: int, finding: Finding, look: _Look) -> str:
    style = f'<w:pPr><w:pStyle w:val="{look.text}"/></w:pPr>' if look.text else ""
    lines = (f"{finding.code} {finding.severity.label}：{finding.message}", finding.remedy)
    paragraphs = "".join(
        f'<w:p>{style}<w:r><w:t xml:space="preserve">{escaped(clean_text(line)[0])}</w:t></w:r></w:p>'
        for line in lines
        if line
    )
    return f'<w:comment w:id="{number}" w:author="{AUTHOR}" w:initials="核对">{paragraphs}</w:comment>'


def _with_inner(data: bytes, span: Span, more: bytes) -> bytes:
    """Return a part with something put in at the end of an element, which may be an empty tag."""
    if data[span.start : span.end].rstrip().endswith(b"/>") and span.inner == span.inner_end:
        tag = data[span.start : span.inner]
        name = re.match(rb"<([^\s/>]+)", tag)
        close = b"</" + (name[1] if name else b"w:comments") + b">"
        return data[: span.start] + tag.rstrip()[:-2] + b">" + more + close + data[span.end :]
    return spliced(data, [(span.inner_end, span.inner_end, more)])


def _identity(comment: _Element) -> int:
    return small_number(comment.get(f"{W}id"), -1)


# ---------------------------------------------------------------- out


def without_comments(package: Package) -> Package:
    """Return a document without our comments; one that a person answered stays, with the answer."""
    if PART not in package.parts:
        return package
    comments = list(package.parsed(PART).iter(_COMMENT))
    answered = _answered(package)
    ours = [
        number
        for number, one in enumerate(comments)
        if one.get(f"{W}author") == AUTHOR and not any(p.get(f"{_W14}paraId") in answered for p in one.iter(_PARAGRAPH))
    ]
    if not ours:
        return package
    identities = {comments[number].get(f"{W}id") for number in ours}
    data = package.parts[PART]
    spans = element_spans(data, [_COMMENT])[_COMMENT]
    cut = spliced(data, [(spans[number].start, spans[number].end, b"") for number in ours])
    return package.with_parts({PART: cut, BODY_PART: _without_anchors(package, identities)})


def _answered(package: Package) -> set[str | None]:
    """Return the paragraphs of comments to which other comments are answers."""
    if _EXTENDED not in package.parts:
        return set()
    return {one.get(f"{_W15}paraIdParent") for one in package.parsed(_EXTENDED).iter(f"{_W15}commentEx")} - {None}


def _without_anchors(package: Package, identities: set[str | None]) -> bytes:
    data = package.parts[BODY_PART]
    names = [_START, _END, _REFERENCE, _RUN]
    spans = element_spans(data, names)
    found = {name: zip(package.tree.iter(name), spans[name], strict=True) for name in names}
    changes = []
    runs = dict(found[_RUN])
    for name in (_START, _END, _REFERENCE):
        for element, span in found[name]:
            if element.get(f"{W}id") not in identities:
                continue
            run = element.getparent()
            only = run is not None and all(one is element or one.tag == f"{W}rPr" for one in run)
            gone = runs.get(run, span) if run is not None and only and name == _REFERENCE else span
            changes.append((gone.start, gone.end, b""))
    return spliced(data, changes)


# ---------------------------------------------------------------- the mark of drafts


def without_draft_mark(package: Package) -> Package:
    """Return a document that was generated as a draft as one whose pages no longer say so."""
    base = package.base
    if base is None or not base.draft:
        return package
    changed = {package.base_name: base_part(replace(base, draft=False))}
    for name, data in package.parts.items():
        if _MARGIN.fullmatch(name) and _DRAFT_SHAPE.search(data):
            runs = element_spans(data, [_RUN])[_RUN]
            marks = [run for run in runs if _DRAFT_SHAPE.search(data, run.start, run.end)]
            changed[name] = spliced(data, [(run.start, run.end, b"") for run in _outermost(marks)])
    return package.with_parts(changed)


def _outermost(spans: Sequence[Span]) -> Iterator[Span]:
    end = 0
    for span in spans:
        if span.start >= end:
            yield span
            end = span.end
