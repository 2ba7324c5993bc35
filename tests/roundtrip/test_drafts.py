"""Drafts: findings as comments of ours, at the figure or sentence; they are taken out again, people's stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator

from govdoc.editing import refresh
from govdoc.pipeline import Options, build, check, read, render
from govdoc.roundtrip.package import Package
from tests.roundtrip.sessions import BODY, ROOT, SAMPLE, document, with_part

if TYPE_CHECKING:
    from pathlib import Path

COMMENTS = "word/comments.xml"
BROKEN = sorted((ROOT / "sample_inputs" / "broken").glob("*.xlsx"))
DRAFT = Options(draft=True, force=True)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook with a sum that does not hold and a sentence that names no figure."""
    sheets = load_workbook(SAMPLE)
    sheets["三、依申请公开"]["J6"].value = 15
    sheets["五、问题及改进"]["B2"].value = "一是好。{{三.没有}}件。"
    path = tmp_path / "年报.xlsx"
    sheets.save(path)
    return path


def mend(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["三、依申请公开"]["J6"].value = 16
    sheets["五、问题及改进"]["B2"].value = "一是好。"
    sheets.save(book)


def commented(data: bytes) -> list[tuple[str, str]]:
    """Return what each comment is on, and the code it begins with."""
    body, comments = document(data), document(data, COMMENTS)
    found = []
    for number, text in re.findall(r'<w:comment w:id="(\d+)"[^>]*>(.*?)</w:comment>', comments):
        on = re.search(
            f'<w:commentRangeStart w:id="{number}"/>(.*?)<w:commentRangeEnd w:id="{number}"/>', body, re.DOTALL
        )
        assert on is not None
        found.append((re.sub("<[^>]*>", "", on[1]), re.sub("<[^>]*>", "", text).split(" ")[0]))
    return found


def test_findings_are_comments_at_the_figure_and_the_sentence(book: Path) -> None:
    written = build(book, options=DRAFT).written
    assert written is not None
    on = commented(written.read_bytes())
    assert ("15", "S301") in on
    assert ("一是好。{{三.没有}}件。", "N508") in on
    assert len(on) == len(check(book).findings)
    assert 'w:author="年报核对"' in document(written.read_bytes(), COMMENTS)


def test_a_report_that_is_no_draft_has_no_comments(tmp_path: Path) -> None:
    written = build(SAMPLE, tmp_path / "年报.docx", Options(draft=False)).written
    assert written is not None
    assert COMMENTS not in Package.open(written).parts


@pytest.mark.parametrize("source", BROKEN, ids=lambda path: path.stem)
def test_every_draft_is_valid_and_its_comments_come_out_again(source: Path, tmp_path: Path) -> None:
    outcome = check(source)
    data = render(outcome.report, draft=True, findings=outcome.findings)
    path = tmp_path / "草稿.docx"
    path.write_bytes(data)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    from govdoc.roundtrip.comments import without_comments

    bare = without_comments(Package.open(path))
    assert bare.parts[BODY].decode() == document(render(outcome.report, draft=True))
    assert len(commented(data)) == len(outcome.findings)


def test_a_mended_draft_is_refreshed_into_a_report(book: Path) -> None:
    written = build(book, options=DRAFT).written
    assert written is not None
    mend(book)
    result = refresh(written, book)
    assert (result.draft, result.written) == (False, written)
    data = written.read_bytes()
    assert "comment" not in document(data)
    assert "草稿" not in document(data, "word/header1.xml")
    assert document(data, "word/header1.xml") == document(render(read(SAMPLE).report), "word/header1.xml")
    assert commented(data) == []
    assert "{{三.没有}}" in document(data)  # a refresh changes figures, no text
    assert refresh(written, book).written is None


def test_a_draft_that_is_still_wrong_stays_one(book: Path) -> None:
    written = build(book, options=DRAFT).written
    assert written is not None
    again = refresh(written, book)
    assert (again.draft, again.written) == (True, None)
    sheets = load_workbook(book)
    sheets["三、依申请公开"]["J6"].value = 14
    sheets.save(book)
    again = refresh(written, book)
    assert (again.draft, again.written) == (True, written)
    assert ("14", "S301") in commented(written.read_bytes())
    assert "草稿" in document(written.read_bytes(), "word/header1.xml")


def test_peoples_comments_stay_and_so_does_what_they_answered(book: Path) -> None:
    written = build(book, options=DRAFT).written
    assert written is not None
    data = written.read_bytes()
    comments = document(data, COMMENTS)
    w14 = "http://schemas.microsoft.com/office/word/2010/wordml"
    theirs = (
        '<w:comment w:id="90" w:author="李四"><w:p w14:paraId="0A"><w:r><w:t>我看过了</w:t></w:r></w:p></w:comment>'
    )
    comments = comments.replace("<w:comments ", f'<w:comments xmlns:w14="{w14}" ').replace(
        "</w:comments>", f"{theirs}</w:comments>"
    )
    first = comments.index("<w:p>")
    comments = comments[:first] + '<w:p w14:paraId="0B">' + comments[first + 5 :]
    at = comments.index("</w:p></w:comment>")
    last = comments.rindex("<w:p>", 0, at) if comments.rindex("<w:p", 0, at) > first else first
    comments = comments[:last] + '<w:p w14:paraId="0C">' + comments[last + 5 :] if last != first else comments
    w15 = "http://schemas.microsoft.com/office/word/2012/wordml"
    extended = (
        f'<w15:commentsEx xmlns:w15="{w15}"><w15:commentEx w15:paraId="0A" w15:paraIdParent="0C"/></w15:commentsEx>'
    )
    data = with_part(with_part(data, comments, COMMENTS), extended, "word/commentsExtended.xml")
    anchor = '<w:commentRangeStart w:id="90"/><w:r><w:t>句</w:t></w:r><w:commentRangeEnd w:id="90"/>'
    sentence = f'<w:p>{anchor}<w:r><w:commentReference w:id="90"/></w:r></w:p>'
    body = document(data).replace("<w:sectPr>", f"{sentence}<w:sectPr>")
    written.write_bytes(with_part(data, body))
    mend(book)
    refresh(written, book)
    kept = document(written.read_bytes(), COMMENTS)
    assert re.findall('w:id="([0-9]+)"', kept) == ["0", "90"]
    assert re.findall('commentReference w:id="([0-9]+)"', document(written.read_bytes())) == ["0", "90"]
