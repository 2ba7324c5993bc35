"""The web page: self-contained, with real heads, nothing of the data taken for markup."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from lxml import html as lxml_html

from govdoc.readers.published import read_any
from govdoc.report import Entry
from govdoc.writers.html import to_html
from tests.helpers import SAMPLE

if TYPE_CHECKING:
    from govdoc.report import Report


def nodes(page: bytes, path: str) -> list[Any]:
    """Return what an XPath finds in a page."""
    return cast("list[Any]", lxml_html.document_fromstring(page.decode("utf-8")).xpath(path))


def report() -> Report:
    return read_any(SAMPLE).report


def test_the_same_report_gives_the_same_bytes() -> None:
    assert to_html(report()) == to_html(report())


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = to_html(report())
    assert nodes(page, "//script|//link|//img|//iframe|//@src|//@href|//@onclick") == []
    assert b"url(" not in page
    assert b"@import" not in page
    assert nodes(page, "/html/@lang") == ["zh-CN"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "&lt;b&gt;", "]]>", "</style>"]
)
def test_text_is_never_markup(text: str) -> None:
    hostile = replace(
        report(), info={**report().info, "agency": text, "origin": text}, narratives={"overview": (Entry(text, text),)}
    )
    page = to_html(hostile)
    assert nodes(page, "//script|//img") == []
    assert text in [node.text_content() for node in nodes(page, "//p")]
    assert nodes(page, "//meta[@name='ContentSource']/@content") == [text]


def test_every_number_has_its_heads() -> None:
    page = to_html(report())
    assert {str(scope) for scope in nodes(page, "//th/@scope")} == {"col", "colgroup", "row", "rowgroup"}
    assert len(nodes(page, "//th[not(@scope)]")) == 0
    assert len(nodes(page, "//td")) == len(report().layout.figures)
    assert len(nodes(page, "//td/*")) == 0


def test_headings_skip_no_level() -> None:
    entries = (Entry("1.先", "甲"), Entry("（一）后", "1.再\n（1）又\n乙"), Entry("（1）深", ""))
    deep = replace(report(), narratives={"overview": entries})
    page = to_html(deep)
    levels = [int(str(node.tag)[1]) for node in nodes(page, "//h1|//h2|//h3|//h4|//h5")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_fragment_has_neither_head_nor_title() -> None:
    fragment = to_html(report(), fragment=True).decode("utf-8")
    assert fragment.startswith("<style>")
    assert fragment.count("<article") == 1
    for absent in ("<html", "<head", "<body", "<h1", "发布日期"):
        assert absent not in fragment
