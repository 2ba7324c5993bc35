"""A plain text → paragraphs, and tables where tabs or bars still part their cells. No statute.

A text copied out of a page has often lost its tables: their cells run together in lines, which stay lines here.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.readers.cut import tokens_of
from govdoc.readers.grid import Grid
from govdoc.readers.html import decode, read_bytes
from govdoc.readers.word import Document, Text
from govdoc.values import clean_text, without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from govdoc.values import Content

_MOST_BYTES = 1024 * 1024  # a report as a text has a tenth of that
_MOST_LINES = 50_000  # what each line may be is worked out, and a report has two thousand
_LEAST_CELLS = 2
_PAGE_NUMBER = re.compile(
    r"\s*(?:[—–－-]{1,2}\s*|第\s*)([0-9]{1,3})(?:\s*[—–－-]{1,2}|\s*页(?:\s*共\s*[0-9]+\s*页)?)\s*"
)
_LEAST_PAGES = 2
_MARKED = re.compile(r"^\s{0,3}#{1,6}\s+|(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")  # a heading or bold words, in Markdown
NO_NUMBER = "-"  # stands for an empty cell where a line stands for a cell
_LEAST_PARTED = 20  # cells with a bar on the line behind them: a table of which every cell has
_MOST_EMPTY = 8  # bars for each of them
_LONGEST_LINE, _SHORTEST_LINE = 120, 40  # half characters of a line at whose end a text was broken
_RAGGED = 4  # half characters by which such lines differ: no line begins with a stop
_LEAST_BROKEN = 3
_LONGEST_PARAGRAPH = 5_000  # characters, when it is put together
_FULL_STOPS, _STOPS = tuple("。；！？"), tuple("。；：！？;:!?…”）)")
_BEGINS = re.compile(
    r"\s|第?[一二三四五六七八九十]{1,3}(?:、|部分|章)|[（(][一二三四五六七八九十0-9]{1,3}[)）]|[0-9]{1,2}[.、．]|[①-⑳]"
)
_CELLS = re.compile(r"[\t|]")
_WIDE = re.compile("[\u3000-\u9fff\uff00-\uffef“”‘’…—]")
_LEAST_LINES = 3  # with a bar and one cell each: a table whose cells stand under one another


def read_text(path: Path) -> Document:
    """Return the lines of a text file, UTF-8 or GB 18030.

    Raises :class:`govdoc.errors.InputError` where the file is missing or longer than any report.
    """
    data = read_bytes(path)
    if len(data) > _MOST_BYTES:
        raise _refused(path.name, f"超过 {_MOST_BYTES // 1024 // 1024} MB")
    return parse_text(decode(data), path.name)


def parse_text(text: str, name: str) -> Document:
    """Return the lines of a text; ``name`` stands for the file in findings.

    Raises :class:`InputError` for more lines or cells, in all or in one line, than any report has.
    """
    for most, marks, what in ((LIMITS.cells, "\t|", "个单元格"), (_MOST_LINES, "\n\r", "行")):
        if sum(map(text.count, marks)) > most:
            raise _refused(name, f"里有超过 {most} {what}")
    lines = clean_text(without_unseen(text.replace("\f", "\n")))[0].split("\n")  # a form feed stands between pages
    if any(sum(map(line.count, "\t|")) > LIMITS.columns for line in lines):
        raise _refused(name, f"里有一行超过 {LIMITS.columns} 个单元格")
    return Document(name, tuple(_blocks(lines, name)))


def _refused(name: str, reason: str) -> InputError:
    return InputError(
        f"{name} {reason}，为安全起见没有打开。", "正常的报告不会这样。请只留下报告的正文和表格，再试一次。"
    )


def _blocks(lines: Sequence[str], name: str) -> Iterator[Text | Grid]:
    tables = 0
    rows: list[list[Content]] = []
    for line in (*_unstacked([*_unparted([*_untabbed(_unwrapped(_without_page_numbers(lines)))])]), ""):
        cells = _cells(line)
        if len(cells) >= _LEAST_CELLS:
            if any(cell is not None and set(str(cell)) - set("-:= ") for cell in cells):
                rows.append(cells)
            continue
        if rows:
            tables += 1
            yield Grid(f"第 {tables} 个表格", rows, name)
            rows = []
        if plain := _unmarked(line).strip(" \t\u3000|"):
            yield Text("", plain)


def _unmarked(text: str) -> str:
    """Return a text without the marks of Markdown around it."""
    return _MARKED.sub(lambda match: match[2] or "", text)


def _without_page_numbers(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without those that number pages: two or more, each one higher than the last."""
    numbers = {place: int(match[1]) for place, line in enumerate(lines) if (match := _PAGE_NUMBER.fullmatch(line))}
    found = list(numbers.values())
    if len(found) < _LEAST_PAGES or found != list(range(found[0], found[0] + len(found))):
        return lines
    return [line for place, line in enumerate(lines) if place not in numbers]


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Return the lines, paragraphs that were broken into lines of one width as one line each.

    A line is broken where it is as long as many others and ends with no stop, and no sentence has a longer line; what
    is indented or numbered begins a paragraph, and a paragraph ends with a stop. Figures are never run together.
    """
    widths = [0 if _CELLS.search(line) else _width(line.rstrip()) for line in lines]
    ended = [line.rstrip().endswith(_STOPS) for line in lines]
    counts = Counter(width for width, end in zip(widths, ended, strict=True) if not end and width >= _SHORTEST_LINE)
    near = {width: sum(counts[width - less] for less in range(_RAGGED + 1)) for width in counts}
    longest = max(near, key=lambda width: (near[width], width), default=0)
    sentences = (width for width, end in zip(widths, ended, strict=True) if end)
    if longest > _LONGEST_LINE or max(sentences, default=0) > longest + _RAGGED:
        return list(lines)
    broken = [False] * (len(lines) + 1)  # whether a line runs on into the next one
    for number in reversed(range(len(lines) - 1)):
        here, following = lines[number].rstrip(), lines[number + 1].rstrip()
        full = longest - _RAGGED <= widths[number] <= longest and not ended[number] and widths[number + 1] > 0
        runs_on = full and not _BEGINS.match(following) and _WIDE.search(here[-1]) and _WIDE.search(following[0])
        broken[number] = bool(runs_on) and (following.endswith(_FULL_STOPS) or broken[number + 1])
    if sum(broken) < _LEAST_BROKEN:
        return list(lines)
    whole: list[str] = []
    for number, line in enumerate(lines):
        if number and broken[number - 1] and len(whole[-1]) < _LONGEST_PARAGRAPH:
            whole[-1] = whole[-1].rstrip() + line
        else:
            whole.append(line)
    return whole


def _width(line: str) -> int:
    """Return a line's width in half characters, 0 where it is not Chinese."""
    wide = len(_WIDE.findall(line))
    return len(line) + wide if wide else 0


def _untabbed(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, those of a table with a line of its own for each cell and a tab between them without the tabs.

    So browsers copy cells that hold paragraphs. Nothing between two tabs is an empty cell; so is the last of a row
    where words follow a figure behind a tab: they begin the next row.
    """
    broken = [line.strip(" \u3000").startswith("\t") and len(line.split()) <= 1 for line in lines]
    if sum(broken) < _LEAST_PARTED:
        yield from lines
        return
    first = max((number for number in range(broken.index(True)) if lines[number].strip()), default=0)
    last = len(lines) - 1 - broken[::-1].index(True)
    below = next((number for number in range(last + 1, len(lines)) if lines[number].strip()), last)
    yield from lines[:first]
    figure = False  # whether the cell before the tab holds a figure, or nothing
    for number, group in enumerate("\n".join(lines[first : below + 1]).split("\t")):
        cells = [line for line in group.split("\n") if line.strip()]
        words = bool(cells) and tokens_of(cells[0]) is None
        if number and (not cells or (words and figure)):
            yield NO_NUMBER
        yield from cells
        figure = (figure or number > 0) if not cells else tokens_of(cells[-1]) is not None
    yield from lines[below + 1 :]


def _unparted(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, those of a table with a line of its own for each cell and each bar without the bars.

    One bar ends a cell: two of them with nothing between end an empty one. More than one on a line fill a row up.
    """
    bars = [line.strip() == "|" for line in lines]
    ended = [number for number, bar in enumerate(bars) if bar and number and not bars[number - 1]]
    words = sum(1 for number in ended if "|" not in lines[number - 1] and lines[number - 1].strip())
    if words < _LEAST_PARTED or 2 * words < sum(bars) // _MOST_EMPTY:
        yield from lines
        return
    filled = False  # whether anything stands since the last bar
    begun = False
    for line, bar in zip(lines, bars, strict=True):
        if bar:
            if begun and not filled:
                yield NO_NUMBER
            filled, begun = False, True
        elif set(line.strip()) == {"|"}:
            filled, begun = False, False
        else:
            if line.strip():
                filled = True
            yield line


def _unstacked(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, those of a table with every cell on a line of its own without the bars.

    Nothing tells there where a row ends; the labels do. A bar by itself is an empty cell, unless each row begins so.
    """
    for barred, group in groupby(lines, lambda line: "|" in line):
        stack = list(group)
        alone = all(sum(cell is not None for cell in _cells(line)) < _LEAST_CELLS for line in stack)
        if barred and alone and len(stack) >= _LEAST_LINES:
            empty = "" if stack[0].strip() == "|" else NO_NUMBER
            yield from (empty if line.strip() == "|" else line.replace("|", " ") for line in stack)
        else:
            yield from stack


def _cells(line: str) -> list[Content]:
    """Return what stands between the tabs or bars of a line; a line without any is one cell."""
    bare = line.strip(" \u3000")
    if "|" in bare and "\t" not in bare:
        return [_unmarked(part).strip() or None for part in bare.removeprefix("|").removesuffix("|").split("|")]
    return [part.strip() or None for part in line.rstrip("\n").split("\t")] if bare else []
