"""Words of a clause → the readings of the figure in it, where all of them agree on some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govdoc.checks.prose.claims import FOREIGN
from govdoc.checks.prose.course import clause_after, first_of, joined, opens
from govdoc.checks.prose.meanings import SECOND
from govdoc.checks.prose.scan import MARK, NUMBER

if TYPE_CHECKING:
    from govdoc.checks.prose.claims import Figure
    from govdoc.checks.prose.course import Clause, Course
    from govdoc.checks.prose.meanings import InTable, Meaning, Terms
    from govdoc.checks.prose.readings import Reading
    from govdoc.layouts.phrases import TableWords

_NOT = "非"
_CLAUSE = re.compile("[^，。；,;]*")
_YEAR = re.compile("20[0-9]{2}(?=年)")
_MATTERS = "项"  # counts matters, and requests, but no decisions


def is_bare(course: Course, at: int, clause: Clause) -> bool:
    """Return whether only a subject stands before a figure, and nothing that says more after it."""
    if clause.unknown or not clause.subjects or "inside" in clause.roles:
        return False
    after = clause_after(course, at)
    return not after.unknown and not after.terms and not after.subjects


def terms_of(course: Course, at: int, figure: Figure, clause: Clause) -> Terms:
    """Return the terms that belong to a figure: in its clause, in the clause before, or after it."""
    after = clause_after(course, at)
    if clause.unknown or after.unknown or "no_row" in after.roles:
        return ()
    if _is_behind(course, clause) and after.terms:
        return _named_after(course, at, after)  # 9件行政复议、7件行政诉讼: what stands before the second is the first's
    if clause.terms:
        terms = joined(clause)
        if clause.roles & {"each", "apiece"}:  # 行政复议和行政诉讼各1件: the first is judged
            course.waiting = terms[1:] if "each" in clause.roles else ()
            return terms[:1] if len(terms) > 1 else ()
        if not any(term.part == 1 for _, group in terms for term in group) and after.terms:
            both = (*terms, *joined(after))
            if "rest" in clause.roles and _are_apart(course, terms, joined(after)):
                return joined(after)  # 其他13件已答复
            return both
        return terms
    if after.terms:
        return _named_after(course, at, after)
    earlier = course.clauses[-2] if len(course.clauses) > 1 else None
    if earlier is not None and not earlier.unknown and earlier.terms and not clause.roles & {"inside"}:
        figure.said_from = first_of(earlier, figure.said_from)
        return joined(earlier)
    return ()


def _are_apart(course: Course, one: Terms, two: Terms) -> bool:
    """Return whether words speak of different tables."""
    return course.scan.meanings.of(one).tables.isdisjoint(course.scan.meanings.of(two).tables)


def _is_behind(course: Course, clause: Clause) -> bool:
    """Return whether only the name of the number before and the mark of a list stand before a number."""
    last = clause.tokens[-1] if clause.tokens else None
    before = course.sentence.figures[-2:-1]
    listed = last is not None and last.kind == MARK and course.text[last.start] == "、"
    return listed and len(course.clauses) == 1 and bool(before) and before[0].named_after


def _named_after(course: Course, at: int, after: Clause) -> Terms:
    """Return the terms behind a number, with what the end of a list says of each part; none where that is unknown."""
    shared = _shared(course, at, after)
    return () if shared is None else (*joined(after), *shared)


def _shared(course: Course, at: int, after: Clause) -> Terms | None:
    """Return what the end of a list says of each of its parts: 9件行政复议、7件行政诉讼获维持."""
    tokens = course.sentence.tokens
    end = at + 1 + len(after.tokens)
    found: Terms = ()
    while end + 1 < len(tokens) and course.text[tokens[end].start] == "、" and tokens[end + 1].kind == NUMBER:
        last = clause_after(course, end + 1)
        if last.unknown:
            return None
        found = tuple((False, group) for _, group in last.terms if all(term.part == SECOND for term in group))
        end += 2 + len(last.tokens)
    return found


def place(course: Course, figure: Figure, terms: Terms, *, bare: bool, said: Clause | None = None) -> None:
    """Give a figure its readings, where its terms and what is being spoken of agree on some."""
    topic = course.paragraph.topic
    if not terms:
        if topic == FOREIGN:
            return
        spec = course.scan.tables.get(topic or "")
        if bare and spec is not None and spec.first:
            figure.readings = _readings_of(course, spec, (), ())
        return
    meaning = course.scan.meanings.of(terms)
    table = table_of(course, meaning, said)
    if table is None:
        return
    within, spec = meaning.within[table], course.scan.tables[table]
    matters = figure.quantity.counter == _MATTERS and not within.second and not spec.subjects
    if matters and figure.quantity.value:
        return  # 行政许可事项24项 are what may be applied for, not what was decided; with 0项 nothing was
    weak = within.general and table in (said or course.clauses[-1]).weak  # 受理政府信息公开9件
    if weak or within.sure:
        course.paragraph.topic = topic = table
    if topic == FOREIGN and not (within.sure or _is_named(course, spec, within)):
        return  # unless both row and column are named: 制发规范性文件
    if topic != table and within.general:
        return
    figure.upper, figure.general = within.upper, within.general
    first = within.first
    if course.scan.left in first:
        first = _carried(course, first, figure)
    figure.said = within.second if within.general else first or within.second
    figure.readings = _readings_of(course, spec, first, within.second)


def _is_named(course: Course, spec: TableWords, within: InTable) -> bool:
    """Return whether a row and a column are named, one of them perhaps in the list that goes on."""
    if spec.subjects or not (within.first or within.second):
        return False
    return bool(within.first and within.second) or _goes_on(course, spec.table)


def _carried(course: Course, first: tuple[str, ...], figure: Figure) -> tuple[str, ...]:
    """Return rows without those that a year beside a number rules out: 4件结转2025年 is not what last year left."""
    year, beside = course.scene.year, _CLAUSE.match(course.text, figure.said_from)
    later = year is not None and beside is not None and any(int(one) > year for one in _YEAR.findall(beside[0]))
    return (course.scan.left,) if later else first


def is_named(course: Course, terms: Terms) -> bool:
    """Return whether words name a figure of a table that is no list of requests: 制发规范性文件, 行政许可处理决定."""
    if not terms:
        return False
    within = course.scan.meanings.of(terms).within
    return len(within) == 1 and all(
        (one.sure or (one.first and one.second)) and not course.scan.tables[table].subjects
        for table, one in within.items()
    )


def place_rest(course: Course, at: int, figure: Figure, clause: Clause) -> None:
    """Give 其他9件 at the end of a list the row, or the column, that its table has for it."""
    if not figure.rest or figure.readings or clause.unknown or clause.subjects or clause_after(course, at).tokens:
        return
    before, spec = course.last, course.scan.tables.get(course.table or "")
    if before is None or spec is None or not before.readings or not set(before.said) <= set(spec.rest_after):
        return
    named = [token.word for token in clause.tokens if token.word is not None and token.word.terms]
    counted_twice = any(one.apiece for one in course.sentence.figures)
    if not before.said or not named or counted_twice or not all("rest" in word.roles for word in named):
        return
    columns = set(before.said) <= _columns(course)
    first, second = ((), spec.rest_second) if columns else (spec.rest_first, ())
    figure.readings = _readings_of(course, spec, first, second)


def _columns(course: Course) -> set[str]:
    return {reading for term in course.scan.prose.terms if term.part == SECOND for reading in term.readings}


def _goes_on(course: Course, table: str) -> bool:
    """Return whether the number just before was of a row of a table, too: 制发规范性文件9件，废止2件."""
    return course.table == table and course.last is not None and bool(course.last.readings or course.last.aside)


def table_of(course: Course, meaning: Meaning, said: Clause | None = None) -> str | None:
    """Return the table that the terms speak of, or None where that is not certain; ``said`` is where they stand."""
    tables = meaning.tables
    table = (course.table or course.paragraph.topic) if len(tables) > 1 else next(iter(tables), None)
    if table is None or table not in tables:
        return None
    spec = course.scan.tables[table]
    clause = said or course.clauses[-1]
    if spec.about and _is_narrowed(course, spec):
        return None
    foreign = spec.about and clause.subjects and table not in clause.subjects
    if foreign and _is_other(clause, spec, anywhere=meaning.mixed):
        return None  # 受理行政许可申请: what was received are applications, not decisions
    if meaning.mixed and spec.about and said is None:  # 未收到行政复议 speaks of every one
        words = course.text[course.sentence.start : clause.tokens[-1].end if clause.tokens else course.sentence.end]
        return table if any(word in words for word in spec.about) else None
    if not spec.first and meaning.only_second:
        return table if course.first.get(table) or course.paragraph.first.get(table) else None
    return table


def _is_other(clause: Clause, spec: TableWords, *, anywhere: bool) -> bool:
    """Return whether a clause counts another table's subject: 行政许可申请, but not 申请引发行政复议.

    Words that lead to this table (``about``) do not.
    """
    words = [
        token.word for token in clause.tokens if token.word is not None and (token.word.subjects or token.word.terms)
    ]
    named = words if anywhere else words[-1:]
    return any(word.subjects and not any(one in word.text for one in spec.about) for word in named)


def _is_narrowed(course: Course, spec: TableWords) -> bool:
    """Return whether a sentence comes to what is ours only later: 行政应诉案件88件，其中涉及政府信息公开的4件."""
    here = course.clauses[-1].tokens[-1].end if course.clauses[-1].tokens else course.sentence.start
    after = course.text[here : course.sentence.end]
    if not any(word in after for word in spec.about):
        return False
    if any(f"{_NOT}{word}" in after for word in spec.about):
        return True  # 复议3件，均非政府信息公开类
    later = next((one.end for one in course.sentence.tokens if one.start >= here and opens(one)), course.sentence.end)
    before, inside = course.text[course.sentence.start : here], course.text[later : course.sentence.end]
    return any(word in inside for word in spec.about) and not any(word in before for word in spec.about)


def _readings_of(
    course: Course, spec: TableWords, first: tuple[str, ...], second: tuple[str, ...]
) -> tuple[Reading, ...]:
    """Return the readings of a table; what the clause leaves unsaid is what was said before, or the default."""
    table = spec.table
    said = course.first.get(table, ()) or (() if spec.first else course.paragraph.first.get(table, ()))
    kept = course.second.get(table, ())
    rows = first or said or spec.first
    columns = second or (*spec.second, *(kept if spec.keeps else ()))
    found = course.reader.readings(table, rows, columns)
    if not found and not second:
        found = course.reader.readings(table, rows, kept)
    if first:
        course.first[table] = tuple(dict.fromkeys((*course.first.get(table, ()), *first)))
        course.paragraph.first[table] = tuple(dict.fromkeys((*course.paragraph.first.get(table, ()), *first)))
    if second:
        course.second[table] = tuple(dict.fromkeys((*kept, *second))) if spec.keeps else second
    course.table = table
    if course.paragraph.topic is None:
        course.paragraph.topic = table
    return found
