"""A paragraph, walked once: what each number in it claims, and of what. Compares nothing.

A figure is placed only where every word of its clause is known. What a clause with an unknown word speaks of — another
organ, another count, a part of the requests — cannot be told, so its figure claims nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.checks.prose.changes import STOPS, note_all, note_change, note_nothing, note_percent
from govdoc.checks.prose.claims import FOREIGN, Change, Figure, Paragraph, Scope, Sentence, Tools
from govdoc.checks.prose.course import Clause, Course, clause_after, first_of, joined, scope_now, whole_of_channels
from govdoc.checks.prose.matters import follow, is_of_all, is_of_another, is_part, opens_inside
from govdoc.checks.prose.placing import is_bare, is_named, place, place_rest, terms_of
from govdoc.checks.prose.quantities import Quantity, Rounding, quantity
from govdoc.checks.prose.scan import MARK, NUMBER, PERIOD, YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govdoc.checks.prose.meanings import Terms
    from govdoc.checks.prose.scan import Token

_CLAIMING = frozenset(("complete", "inside", "none", "all_done", "level"))
_SCOPES = frozenset(
    ("this_year", "last_year", "periods", "cumulative", "each", "members", "others", "local", "whole", "ours")
)
_EARLIER = frozenset(("compare", "last_year"))
_PARTS = frozenset(("channels", "no_row"))
_OPENING = frozenset("（(")
_LONGEST_WORD = 4  # characters that a word before a year may have
_FEWEST = 2  # numbers that have a total
_NEXT_IN_LIST = 2  # clauses since the number before: one mark between the two
_SEMICOLONS = frozenset("；;")
_ENDS_MATTER = frozenset("（）()；;")  # marks at which what a sentence speaks of may change
_ROUNDINGS = (("over", Rounding.OVER), ("under", Rounding.UNDER), ("about", Rounding.ABOUT))


def walk(text: str, span: tuple[int, int], tools: Tools, paragraph: Paragraph) -> Sentence:
    """Return a sentence read; ``paragraph`` is kept up to date for the next one."""
    sentence = Sentence(*span, tools.scan.tokens(text, *span))
    course = Course(text, tools.scan, tools.reader, tools.scene, paragraph, sentence)
    _run(course)
    course.sentence.topic = paragraph.topic
    return course.sentence


def _run(course: Course) -> None:
    tokens = course.sentence.tokens
    _take_topic(course, tokens)
    if course.paragraph.elsewhere is not None and opens_inside(tokens):  # 上半年收到申请26件。其中予以公开9件
        course.scope, course.period_out, course.others_named, course.year = course.paragraph.elsewhere
        course.organ_out = course.others_named
    clause = course.clauses[-1]
    for at, token in enumerate(tokens):
        kind, start, _, word = token
        if kind == NUMBER:
            _take_number(course, at, token)
            clause = Clause([])
            course.clauses = [clause]
        elif kind == MARK and course.text[start] in STOPS:
            clause = _pass_stop(course, clause, course.text[start])
        else:
            clause.add(token)
            if kind in (YEAR, PERIOD):
                if not _is_carried(course, tokens[at + 1 : at + 2]):
                    _take_scope(course, token)
            elif word is not None and word.roles:
                _take_role(course, at, token, word.roles)

    _end(course)


def _pass_stop(course: Course, clause: Clause, stop: str) -> Clause:
    """End a clause without a number at a stop, and return the next one."""
    if clause.alone:
        clause.settle(speaks=False)
    _keep_spoken_of(course, clause)
    if "alls" in clause.roles:
        note_all(course, clause)
    following = Clause([])
    course.clauses.append(following)
    if stop in _ENDS_MATTER:
        _pass_mark(course, stop)
    return following


def _end(course: Course) -> None:
    """End the last clause, and keep whose figures these were, where none could be placed as this year's and ours."""
    if "alls" in course.clauses[-1].roles:
        note_all(course, course.clauses[-1])
    placed = any(one.scope is Scope.THIS and one.readings for one in course.sentence.figures)
    out = course.period_out or course.others_named or course.scope is not Scope.THIS
    kept = course.sentence.figures and not placed and out
    course.paragraph.elsewhere = (course.scope, course.period_out, course.others_named, course.year) if kept else None


def _keep_spoken_of(course: Course, clause: Clause) -> None:
    """Keep what a clause without a figure names: 行政诉讼中，结果维持63件."""
    if not clause.terms or clause.unknown:
        return
    for table, within in course.scan.meanings.of(joined(clause)).within.items():
        if within.first and not course.scan.tables[table].first:
            course.first[table] = tuple(dict.fromkeys((*course.first.get(table, ()), *within.first)))


def _take_topic(course: Course, tokens: Sequence[Token]) -> None:
    """Take a subject anywhere in the sentence as its topic, before the first figure is read."""
    for at, token in enumerate(tokens):
        if token.word is not None and token.word.subjects and not (at and is_of_another(tokens[at - 1], token)):
            course.paragraph.topic = next(iter(token.word.subjects))
            return


def _pass_mark(course: Course, mark: str) -> None:
    """Let a year or another organ that brackets name hold in them alone, and another matter up to a semicolon.

    收到68件（2022年54件），办结67件; 收到信访件46件，全部办结；收到申请68件.
    """
    if mark in _OPENING:
        held = (course.scope, course.period_out, course.organ_out, course.year, course.paragraph.topic, course.last)
        course.outside.append(held)
    elif mark in _SEMICOLONS:
        course.organ_out = course.organ_out and not course.astray
        course.astray = course.by_channel = False
    elif course.outside:
        course.scope, course.period_out, course.organ_out, course.year, course.paragraph.topic, course.last = (
            course.outside.pop()
        )


def _is_carried(course: Course, following: Sequence[Token]) -> bool:
    """Return whether what follows a year says that it left something over: 2022年结转 is this year's 上年结转."""
    for token in following:
        if token.word is not None and token.word.terms:
            return any(course.scan.left in term.readings for term in token.word.terms)
    return False


def _take_scope(course: Course, token: Token) -> None:
    if token.kind == YEAR:
        _take_year(course, int(course.text[token.start : token.start + 4]), token.start)
    else:
        course.period_out = True


def _names_paper(course: Course, start: int) -> bool:
    """Return whether a year stands behind a word that names a plan or a document: 按照2023年工作部署."""
    before = course.text[max(course.sentence.start, start - _LONGEST_WORD) : start]
    return before.endswith(course.scan.prose.refers)


def _take_year(course: Course, year: int, start: int) -> None:
    if "compare" in course.clauses[-1].roles or _names_paper(course, start):
        return  # 比2023年多273件, 按照2023年工作部署: what is compared with or followed is not what is spoken of
    if course.scene.year is not None and year > course.scene.year and course.clauses[-1].terms:
        return  # 结转到2025年办理
    course.year = year
    course.period_out = False
    if course.scene.year is None or year == course.scene.year:
        course.scope = Scope.THIS
        course.paragraph.dated = True
    else:
        course.scope = Scope.LAST if year == course.scene.year - 1 else Scope.OTHER_YEAR


def _years_named(course: Course) -> int:
    return sum(token.kind == YEAR for clause in course.clauses for token in clause.tokens)


def _take_role(course: Course, at: int, token: Token, roles: frozenset[str]) -> None:
    if not _SCOPES.isdisjoint(roles):
        _take_scope_word(course, token, roles)
    if not _CLAIMING.isdisjoint(roles):
        _note_claim(course, at, token)


def _take_scope_word(course: Course, token: Token, roles: frozenset[str]) -> None:
    if "this_year" in roles:
        course.scope, course.period_out, course.year = Scope.THIS, False, None
    elif "last_year" in roles:
        course.scope, course.year = Scope.LAST, None
    elif "cumulative" in roles and _is_within(course):
        return  # 2024年，全市累计收到申请9件
    elif roles & {"periods", "cumulative"} or ("each" in roles and _years_named(course) > 1):
        course.period_out = True  # 2022年、2023年分别收到25件、22件: which is whose is not followed up
    elif "members" in roles and "whole" in course.clauses[-1].roles:
        return  # 全区各镇街
    elif "others" in roles and course.text.startswith(course.scan.prose.sites, token.end):
        return  # 县政府门户网站 is a place where something was published
    elif roles & {"others", "members"} or ("local" in roles and not course.scene.local_only):
        course.organ_out = course.others_named = True
    elif "whole" in roles:
        course.organ_out = course.others_named = course.scene.local_only
    elif "ours" in roles:
        course.organ_out = course.others_named = False


def _is_within(course: Course) -> bool:
    """Return whether what is summed up is summed up within the report year: named before, and no day up to which."""
    named = (
        course.year == course.scene.year
        if course.year is not None
        else course.paragraph.dated and not course.paragraph.counted
    )
    begin = course.text[course.sentence.start : course.sentence.end]
    return named and not any(word in begin for word in course.scan.prose.until)


def _note_claim(course: Course, at: int, token: Token) -> None:
    """Note the claims that need no number: nothing happened, all is done, as many as last year."""
    roles = token.word.roles if token.word is not None else frozenset()
    if "complete" in roles or "inside" in roles:
        course.sentence.lists = True
    if "none" in roles:
        note_nothing(course, at)
    ours = not (course.organ_out or course.period_out or course.paragraph.topic == FOREIGN)
    if "all_done" in roles and course.sentence.all_done is None and ours:
        course.sentence.all_done, course.sentence.all_done_of = token, course.last
    if "level" in roles and course.last is not None and course.last.readings:
        compared = any("compare" in clause.roles or "last_year" in clause.roles for clause in course.clauses)
        if compared and not any(clause.unknown for clause in course.clauses):
            zero = Quantity(course.last.quantity.value * 0, course.last.quantity.step, "")
            course.sentence.claims.append(Change(token.start, token.end, zero, 0, (), course.last, None))


def _take_number(course: Course, at: int, token: Token) -> None:
    read = quantity(course.text[token.start : token.end].replace(" ", ""))
    if read is None:
        return
    clause = course.clauses[-1]
    if clause.alone:
        after = clause_after(course, at)
        clause.settle(speaks=not (after.terms or after.subjects or after.unknown))
    read = _rounded(read, clause.roles)
    figure = Figure(token.start, token.end, first_of(clause, token.start), read, inside="inside" in clause.roles)
    known = not clause.unknown
    if read.counter in ("%", "倍"):
        if known:
            note_percent(course, figure, clause)
        return
    if read.counter in ("百分点", "个百分点"):
        return
    if (
        known
        and clause.roles & {"rise", "fall"}
        and "reached" not in clause.roles
        and note_change(course, figure, clause)
    ):
        return
    course.sentence.figures.append(figure)
    if known and not clause.terms and _take_earlier(course, at, figure, clause):
        return
    _take_figure(course, at, figure, clause)


def _take_earlier(course: Course, at: int, figure: Figure, clause: Clause) -> bool:
    """Take a number of last year's that is compared with; return whether it was one."""
    if not (
        not _EARLIER.isdisjoint(clause.roles)
        or (not clause.tokens and len(course.clauses) > 1 and _is_compared(course))
        or (course.scope is Scope.LAST and "compare" in clause_after(course, at).roles)  # 与2023年的9件相比
    ):
        return False
    last = course.last
    if clause.subjects and "compare" in clause.roles and not (last is not None and (last.general or last.bare)):
        course.last = figure  # 其他处理2件；申请量较上年的9件: of requests, not of what was said last
        return True
    if last is None or not last.readings:
        return False
    figure.readings, figure.scope = last.readings, scope_now(course, Scope.LAST)
    course.last_years = figure
    return True


def _is_compared(course: Course) -> bool:
    """Return whether a number stands in brackets behind the year that is compared with: 比2023年（31件）下降29%."""
    before = course.clauses[-2]
    if "compare" not in before.roles or not before.tokens:
        return False
    last = before.tokens[-1]
    years = {int(course.text[token.start : token.start + 4]) for token in before.tokens if token.kind == YEAR}
    named = "last_year" in before.roles or years == {(course.scene.year or 0) - 1}
    return named and course.text[last.end : last.end + 1] in _OPENING


def _take_figure(course: Course, at: int, figure: Figure, clause: Clause) -> None:
    whole = "totals" in clause.roles and _is_whole(course, clause)
    if course.by_channel:
        _end_channel(course, clause, whole=whole)
    if clause.roles and not clause.unknown and not _PARTS.isdisjoint(clause.roles) and is_part(course, clause):
        _take_part(course, figure, clause)
        return
    if not _is_counted(course, at, figure, clause):
        if clause.unknown:
            course.paragraph.topic = FOREIGN
        course.last = figure  # what follows (占5%) is said of it
        return
    terms = _take_terms(course, at, figure, clause)
    if clause.unknown or course.astray:
        follow(course, clause)
    figure.scope, figure.year = _scope_of(course, terms), course.year
    figure.rest, figure.apiece = "rest" in clause.roles, "apiece" in clause.roles
    if clause.subjects and not clause.unknown and not _goes_on(course, at, figure, clause):
        course.paragraph.topic = next(iter(clause.subjects))
    if figure.scope is not Scope.NOT_OURS:
        figure.total = whole and not terms
        figure.bare = not terms and is_bare(course, at, clause)
        place(course, figure, terms, bare=figure.bare or figure.total)
        place_rest(course, at, figure, clause)
        if "reached" in clause.roles and not terms and course.last is not None:
            figure.readings = course.last.readings
    if figure.scope is Scope.LAST and figure.readings:
        course.last_years = figure
    course.last = figure


def _scope_of(course: Course, terms: Terms) -> Scope:
    """Return whose a figure is: after 公开文件24份, 制发规范性文件9件 is ours again."""
    if not (course.period_out or course.organ_out):
        return course.scope
    again = course.astray and not (course.period_out or course.others_named) and is_named(course, terms)
    return course.scope if again else Scope.NOT_OURS


def _take_terms(course: Course, at: int, figure: Figure, clause: Clause) -> Terms:
    """Return the terms of a figure: those that 分别 has still to serve, or those beside it."""
    if course.waiting and not clause.terms and not clause.unknown:
        terms, course.waiting = course.waiting[:1], course.waiting[1:]
        return terms
    course.waiting = ()
    terms = terms_of(course, at, figure, clause)
    figure.named_after = bool(terms) and (not clause.terms or course.text[clause.tokens[-1].start] == "、")
    return terms


def _is_whole(course: Course, clause: Clause) -> bool:
    """Return whether a number is the total of requests just listed: 网上9件、信函7件，合计16件."""
    if clause.unknown or clause.terms or len(course.sentence.figures) <= _FEWEST:
        return False
    before = course.sentence.figures[-1 - _FEWEST : -1]
    return all(one.channel or (one.readings and one.scope is Scope.THIS) for one in before)


def _take_part(course: Course, figure: Figure, clause: Clause) -> None:
    """Take a part that no row counts: 不属于本机关4件; after 网上申请42件，办结40件 the rest is of those, up to ；."""
    course.last = figure
    if "channels" not in clause.roles:
        figure.aside = True
        return
    topic = course.scan.tables.get(course.paragraph.topic or "")
    ours = topic is not None and bool(topic.subjects) and figure.quantity.counter in course.scan.prose.counters
    figure.channel = ours and (course.by_channel or not course.organ_out)
    if figure.channel and whole_of_channels(course.sentence.figures) is not None:  # what follows is of all again
        course.by_channel = course.astray = course.organ_out = False
        return
    course.by_channel = course.by_channel or figure.channel
    course.astray = course.astray or not course.organ_out
    course.organ_out = True


def _end_channel(course: Course, clause: Clause, *, whole: bool) -> None:
    """Go on with all requests where words come that none speaks of only those that came by one way: 上年结转9件."""
    if not clause.unknown and (whole or is_of_all(course, clause)):
        course.by_channel = course.astray = course.organ_out = False


def _goes_on(course: Course, at: int, figure: Figure, clause: Clause) -> bool:
    """Return whether a subject by itself goes on with a list of something else: 主动公开36件、依申请公开4件."""
    before = course.last
    alone = course.paragraph.topic == FOREIGN and not clause.terms and len(course.clauses) <= _NEXT_IN_LIST
    if not alone or before is None or before.readings or before.scope is not Scope.THIS:
        return False
    return before.quantity.counter == figure.quantity.counter and not clause_after(course, at).terms


def _is_counted(course: Course, at: int, figure: Figure, clause: Clause) -> bool:
    """Return whether a number counts what the tables count; the counter may be left out (部分公开67，)."""
    counter = figure.quantity.counter
    if counter in course.scan.loose:  # 收到申请9条, but not 发布信息9条
        after = clause_after(course, at)
        before = course.last  # 收到申请9条，予以公开7条
        goes_on = before is not None and bool(before.readings) and before.quantity.counter == counter
        named = clause.subjects or after.subjects or goes_on
        named = named or (counter in course.scan.prose.named_counters and is_named(course, joined(clause)))
        return bool(named and clause.terms) and not (clause.unknown or after.unknown)
    if counter or not clause.terms or clause.unknown:
        return counter in course.scan.counted
    return all(token.kind == MARK for token in course.sentence.tokens[at + 1 : at + 2])


def _rounded(read: Quantity, roles: frozenset[str]) -> Quantity:
    for role, rounding in _ROUNDINGS if roles else ():
        if role in roles and read.rounding is Rounding.NONE:
            return read._replace(rounding=rounding)
    return read
