"""The page reader by itself: what it refuses, what it takes for text, what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govdoc.errors import InputError
from govdoc.readers import html
from govdoc.readers.grid import Grid
from govdoc.readers.html import decode, parse_page, read_page
from govdoc.readers.word import Text

if TYPE_CHECKING:
    from pathlib import Path


def blocks(body: str) -> list[tuple[str, str] | list[list[object]]]:
    page = parse_page(f"<html><body>{body}</body></html>".encode(), "a.html")
    return [
        (block.style, block.text) if isinstance(block, Text) else [list(row) for row in block.rows]
        for block in page.document.blocks
    ]


@pytest.mark.parametrize("levels", [197, 198, 199, 250, 5_000])
def test_depth(levels: int) -> None:
    page = f"{'<div>' * levels}深{'</div>' * levels}".encode()
    if levels <= html.MOST_LEVELS - 2:  # html and body are two
        assert [block.text for block in parse_page(page, "a").document.blocks if isinstance(block, Text)] == ["深"]
    else:
        with pytest.raises(InputError, match="200 层"):
            parse_page(page, "a.html")


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_count(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MOST_ELEMENTS", 1_000)
    page = f"<html><body>{'<b></b>' * (998 + more)}</body></html>".encode()
    if more <= 0:
        parse_page(page, "a.html")
    else:
        with pytest.raises(InputError, match="1000 个元素"):
            parse_page(page, "a.html")


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_size(more: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(html, "MOST_BYTES", 2_000)
    path = tmp_path / "a.html"
    path.write_bytes(b" " * (2_000 + more))
    if more <= 0:
        read_page(path)
    else:
        with pytest.raises(InputError, match="超过"):
            read_page(path)


def test_entities_are_refused() -> None:
    with pytest.raises(InputError, match="实体"):
        parse_page(b'<!DOCTYPE html [<!ENTITY a "aaaa">]><p>&a;</p>', "a.html")


def test_spans_are_capped() -> None:
    assert blocks('<table><tr><td colspan="0">a</td><td rowspan="99999">b</td></tr><tr><td>c</td></tr></table>') == [
        [["a", "b"], ["c"]]
    ]
    with pytest.raises(InputError, match="256 列"):
        blocks('<table><tr><td colspan="256">a</td><td colspan="256">b</td></tr></table>')


def test_a_flood_of_spans_is_refused() -> None:
    row = '<td rowspan="5000">a</td>' * 200
    with pytest.raises(InputError, match="格"):
        blocks(f"<table><tr>{row}</tr>{'<tr><td>x</td></tr>' * 5000}</table>")


def test_texts_in_order() -> None:
    body = (
        "<h1>题</h1><p>甲<b>乙</b>\n丙&nbsp;1 <br>丁</p>散文<div>戊<p>己</p>庚</div><img alt='图'>"
        "<p><b>粗</b></p><del>删</del><script>x</script><p style='display:none'>藏</p>"
    )
    assert blocks(body) == [
        ("heading 1", "题"),
        ("", "甲乙丙 1"),
        ("", "丁"),
        ("", "散文"),
        ("", "戊"),
        ("", "己"),
        ("", "庚"),
        ("alternative text", "图"),
        ("bold", "粗"),
    ]


def test_merged_cells_stand_at_their_corner() -> None:
    page = parse_page(b"<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>", "a.html")
    grid = page.document.blocks[0]
    assert isinstance(grid, Grid)
    assert [list(row) for row in grid.rows] == [["a", "b"], [None, "c", "d"]]
    assert len(grid.spans) == 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("年报".encode(), "年报"),
        ("年报".encode("gb18030"), "年报"),
        (b"\xef\xbb\xbf" + "年报".encode(), "年报"),
        (b"\xff\xfe" + "年报".encode("utf-16-le"), "年报"),
        (b"<meta charset=gb2312>" + "镕".encode("gb18030"), "<meta charset=gb2312>镕"),
        (b"<meta charset=gb2312>" + "年报告".encode(), "<meta charset=gb2312>年报告"),
        (b"<meta charset=nonsense>" + "年报".encode(), "<meta charset=nonsense>年报"),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize("data", [b"", b"<", b"\x00\x00", b"<table>", b"<table><tr>", "年".encode("utf-16"), b"<!--"])
def test_broken_pages_raise_nothing(data: bytes) -> None:
    parse_page(data, "a.html")


@pytest.mark.parametrize("style", ["visibility: hidden; opacity: 0", "display:none"])
def test_what_scripts_show_once_the_page_is_loaded_is_the_page(style: str) -> None:
    hidden = f'<div style="{style}"><p>正文第一段。</p><table><tr><td>甲<td>1</table></div>'
    assert blocks(f"<p>菜单</p>{hidden}") == [("", "菜单"), ("", "正文第一段。"), [["甲", "1"]]]
    assert blocks(f"<p>正文第一段，比藏着的多出许多。</p>{hidden}") == [("", "正文第一段，比藏着的多出许多。")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("713<sup>1</sup>", "713"),
        ("<b>713</b><sup>[2]</sup>", "713"),
        ("713<sup>注1</sup>", "713"),
        ("<sup>713</sup>", "713"),
        ("m<sup>2</sup>", "m2"),
        ("第<sup>3</sup>", "第3"),
        ("7<sup>13件</sup>", "713件"),
    ],
)
def test_the_raised_mark_of_a_note_is_no_digit(cell: str, text: str) -> None:
    assert blocks(f"<table><tr><td>甲<td>{cell}</table>") == [[["甲", text]]]


def test_what_a_form_shows_in_its_boxes_is_read_in_tables_alone() -> None:
    box = '<input {} value="12">'
    row = "".join(f"<td>{box.format(kind)}" for kind in ("", 'type="text" readonly', "type=hidden", "type=button"))
    assert blocks(f"<table><tr><td>甲{row}</table>{box.format('')}") == [[["甲", "12", "12", None, None]]]


@pytest.mark.parametrize("hidden", ['style="display:none"', "hidden", 'style="visibility: hidden"'])
def test_hidden_rows_and_cells_are_not_in_the_table(hidden: str) -> None:
    cell = f"<td {hidden}>9</td>"
    body = (
        f"<table><tr><td>甲{cell}<td>1</tr><tr {hidden}><td>乙<td>9</tr><tbody {hidden}><tr><td>丙<td>9</tbody></table>"
    )
    assert blocks(body) == [[["甲", "1"]]]


def test_what_nobody_sees_is_not_read() -> None:
    text = "<p>&#xfeff;某某&#8203;局&shy;新收&#x202a;6&#x202c;6件&zwj;，👨&zwj;👩</p>"
    assert blocks(text) == [("", "某某局新收66件，👨\u200d👩")]
    assert blocks("<table><tr><td>&lrm;12&zwnj;</td><td>b</td></tr></table>") == [[["12", "b"]]]
