"""Annotations in packages that other programs made in their own ways, and after people went on working in them."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from govdoc.writers.annotate import annotate
from tests.writers.annotate_helpers import (
    CONFIRM,
    END,
    ERROR,
    EXPLANATIONS,
    GUIDE,
    HEAD,
    LAYOUT,
    LIST,
    NOTE,
    OVERVIEW,
    T3,
    WARNING,
    M,
    assert_cleared,
    assert_unharmed,
    canonical,
    changed,
    colours,
    commented,
    comments,
    editable,
    finding,
    marked,
    opened,
    packed,
    replaced,
    rules,
    sample,
    saved,
    sheet_part,
    unpacked,
)

MINE = (finding(ERROR, T3, "D6"), finding(WARNING, T3, "E14"), finding(NOTE, OVERVIEW, "B3"))
WAITING = (finding(CONFIRM, T3, "D5", code="Y401"), finding(CONFIRM, T3, "E5", code="Y401"))
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def texts(data: bytes) -> dict[tuple[str, str], str]:
    return {place: text for place, (_, text) in comments(data).items()}


# ---------------------------------------------------------------- comments and their boxes


def drawing(data: bytes, sheet: str = T3) -> tuple[str, str]:
    """Return name and content of the VML drawing of a sheet."""
    parts = unpacked(data)
    links = parts[f"xl/worksheets/_rels/{sheet_part(data, sheet).rpartition('/')[2]}.rels"].decode()
    *_, name = re.findall(r'Target="[./]*(?:xl/)?(drawings/[^"]*\.vml)"', links)
    return f"xl/{name}", parts[f"xl/{name}"].decode()


def with_anchor(data: bytes) -> bytes:
    """Return a workbook whose comment in E14 says where its box lies, as Excel does."""
    name, vml = drawing(data)
    anchor = r"\1<x:Anchor xmlns:x='urn:schemas-microsoft-com:office:excel'>5, 15, 12, 10, 7, 15, 15, 4</x:Anchor>"
    vml = re.sub(r"(<\w+:AutoFill>False</\w+:AutoFill>)(?=<\w+:Row>13<)", anchor, vml)
    assert "Anchor" in vml
    return packed(unpacked(data) | {name: vml.encode()})


def anchors(data: bytes) -> dict[tuple[int, int], list[int]]:
    _, vml = drawing(data)
    boxes = re.findall(r"Anchor[^>]*>([^<]*)<.*?Row>(\d+)<.*?Column>(\d+)<", vml)
    return {(int(row), int(column)): [int(one) for one in place.split(",")] for place, row, column in boxes}


def test_a_box_lies_beside_its_cell_and_holds_its_text() -> None:
    short, long = finding(ERROR, T3, "D6", "短。"), finding(ERROR, T3, "D9", "长" * 200)
    places = anchors(marked(sample(), short, long))
    assert places[5, 3][0] >= 4
    assert places[5, 3][2] <= 5
    heights = [box[6] - box[2] for box in (places[5, 3], places[8, 3])]
    assert heights[1] > 2 * heights[0]


def test_the_box_of_people_grows_and_shrinks_again() -> None:
    data = with_anchor(commented())
    copy = marked(data, *MINE)
    assert anchors(data)[13, 4] == [5, 15, 12, 10, 7, 15, 15, 4]
    grown = anchors(copy)[13, 4]
    assert grown[:6] == [5, 15, 12, 10, 7, 15]
    assert grown[6] > 15
    assert_cleared(data, marked(copy, *()))


def test_a_box_that_says_its_size_in_the_style_grows_there() -> None:
    copy = marked(commented(), *MINE)
    height = re.search(r"height:80px", drawing(commented())[1])
    grown = re.search(r"height:(\d+)px", drawing(copy)[1])
    assert height is not None
    assert grown is not None
    assert int(grown[1]) > 80
    assert drawing(marked(copy, *()))[1] == drawing(commented())[1]


def test_boxes_have_numbers_of_their_own() -> None:
    _, vml = drawing(marked(commented(), *MINE))
    numbers = re.findall(r'id="_x0000_s(\d+)"', vml)
    assert len(numbers) == 3 == len(set(numbers))
    assert len(re.findall(r'id="_x0000_t202"', vml)) == 1
    _, other = drawing(marked(commented(), *MINE, finding(ERROR, "二、主动公开", "B3")), "二、主动公开")
    blocks = [re.findall(r'idmap[^>]* data="(\d+)"', one) for one in (vml, other)]
    assert blocks[0] != blocks[1]


def test_a_drawing_that_is_no_xml_and_its_other_shapes_stay() -> None:
    name, vml = drawing(commented())
    button = '<v:shape id="_x0000_s1500"><div>确定<br></div><x:ClientData ObjectType="Button"/></v:shape>'
    data = packed(unpacked(commented()) | {name: vml.replace("</xml>", f"{button}</xml>").encode()})
    copy = marked(data, *MINE)
    assert button in drawing(copy)[1]
    assert drawing(marked(copy, *()))[1] == drawing(data)[1]


def test_a_drawing_of_other_shapes_stays_when_our_comments_go() -> None:
    button = b'<v:shape id="_x0000_s1025"><x:ClientData ObjectType="Button"></x:ClientData></v:shape>'
    copy = marked(sample(), *MINE)
    name, vml = drawing(copy)
    data = packed(unpacked(copy) | {name: vml.encode().replace(b"</xml>", button + b"</xml>")})
    cleared = unpacked(marked(data, *()))
    assert button in cleared[name]
    assert b"Note" not in cleared[name]
    assert b"<legacyDrawing" in cleared[sheet_part(data, T3)]


def test_comments_without_a_drawing_get_one() -> None:
    name, _ = drawing(commented())
    parts = {key: part for key, part in unpacked(commented()).items() if key != name}
    copy = marked(packed(parts), *MINE)
    assert texts(copy)[T3, "H20"] == "与去年\n口径一致"
    assert HEAD in texts(copy)[T3, "E14"]
    assert len(anchors(copy)) == 1
    assert unpacked(copy)[sheet_part(copy, T3)].count(b"<legacyDrawing") == 1


def test_a_thread_is_left_alone() -> None:
    data = changed(commented(), comment1__xml=replaced("<author>王五", "<author>tc={0F2A}"))
    assert "tc={0F2A}" in {author for author, _ in comments(data).values()}
    copy = marked(data, *MINE)
    thread = next(place for place, (author, _) in comments(data).items() if author.startswith("tc="))
    assert comments(copy)[thread] == comments(data)[thread]
    assert [cell.value for cell in opened(copy)[LIST]["C"][4:]] == [f"{T3}!D6", f"{T3}!E14", f"{OVERVIEW}!B3"]
    assert_cleared(data, marked(copy, *()))


def test_a_part_without_lists_gets_them() -> None:
    parts = unpacked(commented())
    name = next(name for name, part in parts.items() if "等信访科".encode() in part)
    parts[name] = f'<comments xmlns="{M[1:-1]}"/>'.encode()
    assert HEAD in texts(marked(packed(parts), *MINE))[T3, "E14"]


def test_texts_in_many_runs_are_cut_where_we_begin() -> None:
    copy = marked(commented(), *MINE)
    name = next(name for name, part in unpacked(copy).items() if HEAD.encode() in part and b"E14" in part)
    part = unpacked(copy)[name].decode()
    run = "</t></r><r><rPr><i/></rPr><t xml:space='preserve'>"
    for words in ("等信访科", "核对 ——", "以上为"):
        part = part.replace(words, f"{words[:2]}{run}{words[2:]}")
    cleared = marked(packed(unpacked(copy) | {name: part.encode()}), *())
    assert texts(cleared) == texts(commented())


def test_what_somebody_wrote_over_our_comment_stays() -> None:
    copy = marked(sample(), *MINE)
    name = next(name for name, part in unpacked(copy).items() if HEAD.encode() in part and b"D6" in part)
    part = unpacked(copy)[name].decode().replace(HEAD, "已改").replace(END, "张三")
    cleared = marked(packed(unpacked(copy) | {name: part.encode()}), *())
    assert texts(cleared)[T3, "D6"].startswith("已改\n错误")


# ---------------------------------------------------------------- sheets as other programs write them


def prefixed(part: bytes) -> bytes:
    """Return a sheet whose elements all have a prefix."""
    text = part.decode().replace(f'xmlns="{M[1:-1]}"', f'xmlns:x="{M[1:-1]}"')
    return re.sub(r"<(/?)(?=[A-Za-z])(?!\w+:)", r"<\1x:", text).encode()


def test_a_sheet_with_prefixes_is_marked_like_any_other() -> None:
    data = changed(sample(), sheet5__xml=prefixed)
    assert opened(data)[T3]["D4"].value is not None
    copy = marked(data, *MINE)
    assert set(texts(copy)) == {(T3, "D6"), (T3, "E14"), (OVERVIEW, "B3")}
    assert list(colours(copy, T3).values()) == ["FFF9B5AF", "FFFFF08F"]
    assert_cleared(data, marked(copy, *()))


def test_cells_without_names_are_counted() -> None:
    bare = changed(sample(), sheet10__xml=lambda part: re.sub(rb'(<(?:c|row)) r="[A-Z]*\d+"', rb"\1", part))
    copy = marked(bare, *WAITING)
    assert [cell.value for cell in opened(copy)[EXPLANATIONS][2]] == ["Y401", f"{T3}!D5", None]
    assert [cell.value for cell in opened(copy)[EXPLANATIONS][1]] == list(LAYOUT.workbook.explanation_heads)


def bare_list(rows: str, more: str = "") -> bytes:
    """Return the sample with another sheet of explanations."""
    heads = "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{head}</t></is></c>'
        for column, head in zip("ABC", LAYOUT.workbook.explanation_heads, strict=True)
    )
    sheet = (
        f'<worksheet xmlns="{M[1:-1]}"><dimension ref="A1:C1"/>{more}'
        f'<sheetData><row r="1">{heads}</row>{rows}</sheetData></worksheet>'
    )
    return changed(sample(), sheet10__xml=sheet.encode())


def rows_of(data: bytes) -> list[tuple[str, str, str]]:
    """Return every cell of the explanations below the heads: name, style, content."""
    sheet = etree.fromstring(unpacked(data)[sheet_part(data, EXPLANATIONS)])
    return [
        (cell.get("r", ""), cell.get("s", ""), "".join(map(str, cell.itertext())))
        for row in list(sheet.iter(f"{M}row"))[1:]
        for cell in row
    ]


def test_rows_and_cells_are_made_in_their_order() -> None:
    data = bare_list('<row r="2" s="5" customFormat="1"/><row r="4"><c r="B4" s="3"/><c r="E4"><v>1</v></c></row>')
    copy = marked(data, *WAITING, finding(CONFIRM, T3, "F5", code="Y401"))
    assert rows_of(copy) == [
        ("A2", "5", "Y401"),
        ("B2", "5", f"{T3}!D5"),
        ("C2", "5", ""),
        ("A3", "5", "Y401"),
        ("B3", "5", f"{T3}!E5"),
        ("C3", "5", ""),
        ("A4", "5", "Y401"),
        ("B4", "3", f"{T3}!F5"),
        ("C4", "5", ""),
        ("E4", "", "1"),
    ]


def test_what_was_made_for_a_row_goes_with_it() -> None:
    data = bare_list('<row r="4"><c r="E4"><v>1</v></c></row>')
    copy = marked(data, *WAITING)
    assert [row[0] for row in rows_of(copy)] == ["A2", "B2", "C2", "A3", "B3", "C3", "E4"]
    assert rows_of(marked(copy, *())) == [("E4", "", "1")]


def test_a_column_lends_its_style() -> None:
    data = bare_list("", '<cols><col min="1" max="2" width="9" style="4"/><col min="3" max="3" hidden="1"/></cols>')
    assert [row[:2] for row in rows_of(marked(data, *WAITING[:1]))] == [("A2", "4"), ("B2", "4"), ("C2", "")]


def test_a_list_without_its_heads_is_taken_as_it_should_be() -> None:
    data = changed(bare_list(""), sheet10__xml=lambda part: part.replace("规则代码".encode(), "代码".encode()))
    assert [row[0] for row in rows_of(marked(data, *WAITING[:1]))] == ["A2", "B2", "C2"]


def test_what_stands_between_alternatives_keeps_its_place() -> None:
    more = (
        '<!-- 控件 --><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent></worksheet>'
    )
    data = changed(sample(), sheet5__xml=lambda part: part.replace(b"</worksheet>", more.encode()))
    part = unpacked(marked(data, *MINE))["xl/worksheets/sheet5.xml"].decode()
    assert re.search(r"</ignoredErrors>(<!-- 控件 -->)?<legacyDrawing [^>]*/>(<!-- 控件 -->)?<mc:Alt", part)
    assert_cleared(data, marked(marked(data, *MINE), *()))


def test_marks_beyond_count_are_parted() -> None:
    many = [finding(ERROR, T3, f"{column}{row}") for row in range(1, 600, 2) for column in ("T",)]
    copy = marked(sample(), *many)
    sizes = [len(where.split()) for where, *_ in rules(copy, ours=True)[T3]]
    assert sizes == [200, 100]
    assert_cleared(sample(), marked(copy, *()))


def test_hidden_rows_and_odd_sizes_do_no_harm() -> None:
    data = changed(
        sample(),
        sheet5__xml=lambda part: (
            part.replace(b'<row r="6"', b'<row hidden="1" r="6"')
            .replace(b'ht="18.7"', b'ht="x"')
            .replace(b'defaultRowHeight="15"', b'defaultRowHeight="0" defaultColWidth="1e999"')
        ),
    )
    assert anchors(marked(data, *MINE))


# ---------------------------------------------------------------- the workbook around the sheets


TITLES = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><Application>Microsoft Excel'
    '</Application><HeadingPairs><vt:vector size="4" baseType="variant"><vt:variant><vt:lpstr>工作表</vt:lpstr>'
    "</vt:variant><vt:variant><vt:i4>2</vt:i4></vt:variant><vt:variant><vt:lpstr>命名范围</vt:lpstr></vt:variant>"
    '<vt:variant><vt:i4>1</vt:i4></vt:variant></vt:vector></HeadingPairs><TitlesOfParts><vt:vector size="3" '
    'baseType="lpstr"><vt:lpstr>甲</vt:lpstr><vt:lpstr>乙</vt:lpstr><vt:lpstr>核对结果</vt:lpstr></vt:vector>'
    "</TitlesOfParts></Properties>"
)


def test_the_list_of_titles_is_kept() -> None:
    data = changed(sample(), app__xml=TITLES.encode())
    part = unpacked(marked(data, *MINE))["docProps/app.xml"].decode()
    assert re.findall(r"<vt:i4>(\d)", part) == ["3", "1"]
    assert re.findall(r"<vt:lpstr>([^<]*)", part.partition("TitlesOfParts")[2]) == [LIST, "甲", "乙", LIST]
    assert 'size="4" baseType="lpstr"' in part
    assert_cleared(data, marked(marked(data, *MINE), *()))


def test_a_workbook_without_styles_gets_some() -> None:
    parts = unpacked(sample())
    del parts["xl/styles.xml"]
    parts["xl/_rels/workbook.xml.rels"] = re.sub(
        rb"<Relationship [^>]*relationships/styles[^>]*>", b"", parts["xl/_rels/workbook.xml.rels"]
    )
    parts["[Content_Types].xml"] = re.sub(rb"<Override [^>]*/styles.xml[^>]*>", b"", parts["[Content_Types].xml"])
    for name, part in parts.items():
        if name.startswith("xl/worksheets/"):
            text = re.sub(rb' s="\d+"', b"", part)
            parts[name] = re.sub(rb"<conditionalFormatting.*?</conditionalFormatting>", b"", text)
    copy = marked(packed(parts), *MINE)
    assert opened(copy)[LIST]["A5"].fill.fgColor.rgb == "FFF9B5AF"
    assert colours(copy, T3) == {"D6": "FFF9B5AF", "E14": "FFFFF08F"}


def test_styles_are_added_once() -> None:
    sizes = set()
    data = sample()
    for _ in range(3):
        data = marked(data, *MINE)
        sizes.add(len(unpacked(data)["xl/styles.xml"]))
        data = marked(data, *())
    assert len(sizes) == 1


def test_a_workbook_that_says_little_of_itself_is_annotated() -> None:
    little = re.compile(rb"<bookViews>.*?</bookViews>|<definedNames>.*?</definedNames>")
    data = changed(sample(), workbook__xml=lambda part: little.sub(b"", part))
    copy = marked(data, *MINE)
    assert opened(copy).sheetnames[0] == LIST
    assert opened(copy)[LIST].print_title_rows == "$4:$4"
    assert canonical(unpacked(marked(copy, *()))["xl/workbook.xml"]) == canonical(unpacked(data)["xl/workbook.xml"])


def test_lists_of_styles_that_are_missing_are_made_in_their_place() -> None:
    data = changed(sample(), styles__xml=lambda part: re.sub(rb"<dxfs.*?</dxfs>", b"", part))
    bare = re.compile(rb"<conditionalFormatting.*?</conditionalFormatting>")
    names = [name for name in unpacked(data) if name.startswith("xl/worksheets/")]
    data = packed(unpacked(data) | {name: bare.sub(b"", unpacked(data)[name]) for name in names})
    copy = marked(data, *MINE)
    assert colours(copy, T3) == {"D6": "FFF9B5AF", "E14": "FFFFF08F"}
    kinds = [one.tag.removeprefix(M) for one in etree.fromstring(unpacked(copy)["xl/styles.xml"])]
    assert kinds.index("dxfs") == kinds.index("cellStyles") + 1


def test_the_sheet_that_was_in_front_is_so_again() -> None:
    book = editable(sample())
    book.active = 4
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == T3
    data = saved(book)
    copy = marked(marked(data, *MINE), *WAITING)
    assert opened(copy).active.title == LIST
    cleared = opened(marked(copy, *()))
    assert cleared.active.title == T3
    assert [sheet.title for sheet in cleared.worksheets if sheet.sheet_view.tabSelected] == [T3]
    gone = editable(copy)
    del gone[T3]
    assert opened(marked(saved(gone), *())).active.title == GUIDE


def worked(data: bytes, sheets: list[str], active: str) -> bytes:
    """Return a workbook whose sheets somebody put into another order, and which he left showing one of them."""
    book = editable(data)
    book._sheets = [book[name] for name in sheets]  # noqa: SLF001  # openpyxl offers no other way
    book.active = sheets.index(active)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == active
    return saved(book)


@pytest.mark.parametrize("active", [T3, LIST])
def test_the_list_may_have_been_moved(active: str) -> None:
    copy = marked(sample(), *MINE)
    names = [name for name in opened(copy).sheetnames if name != LIST]
    moved = worked(copy, [*names, LIST], active)
    cleared = opened(marked(moved, *()))
    assert cleared.sheetnames == names
    assert cleared.active.title == (T3 if active == T3 else GUIDE)
    assert opened(marked(moved, *MINE)).sheetnames == [LIST, *names]


def test_the_list_may_have_been_deleted() -> None:
    copy = marked(sample(), *MINE)
    names = [name for name in opened(copy).sheetnames if name != LIST]
    cleared = marked(worked(copy, names, GUIDE), *())
    assert comments(cleared) == {}
    assert [rule for ours in rules(cleared, ours=True).values() for rule in ours] == []


def test_formulas_that_somebody_put_beside_the_list_leave_no_trace() -> None:
    book = editable(marked(sample(), *MINE))
    book[LIST]["H2"] = "=1+1"
    data = saved(book)
    chain = f'<calcChain xmlns="{M[1:-1]}"><c r="H2" i="11"/></calcChain>'.encode()
    link = f'<Relationship Id="rId77" Type="{OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'
    kind = (
        '<Override PartName="/xl/calcChain.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>'
    )
    parts = unpacked(data) | {"xl/calcChain.xml": chain}
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", link.encode())
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kind.encode())
    cleared = unpacked(marked(packed(parts), *()))
    assert "xl/calcChain.xml" not in cleared
    assert not any(b"calcChain" in part for part in cleared.values())
    kept = unpacked(marked(changed(packed(parts), calcChain__xml=chain), finding(ERROR)))
    assert "xl/calcChain.xml" not in kept


def test_parts_that_only_the_list_used_go_with_it() -> None:
    copy = marked(sample(), *MINE)
    name = f"xl/worksheets/_rels/{sheet_part(copy, LIST).rpartition('/')[2]}.rels"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/printerSettings" Target="../printerSettings/one.bin"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/theme" Target="../theme/theme1.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/hyperlink" Target="http://example.org/" TargetMode="External"/>'
        "</Relationships>"
    )
    data = packed(unpacked(copy) | {name: links.encode(), "xl/printerSettings/one.bin": b"x"})
    cleared = unpacked(marked(data, *()))
    assert set(cleared) == set(unpacked(sample()))


def test_the_rest_of_a_part_that_is_changed_stays_as_it_was() -> None:
    copy = unpacked(marked(sample(), *MINE))
    part = copy[sheet_part(sample(), T3)]
    ours = rb'<conditionalFormatting sqref="[^"]*"><cfRule [^>]*stopIfTrue="1"><formula>"[^<]*</formula></cfRule></\w+>'
    plain = re.sub(ours, b"", re.sub(rb"<legacyDrawing [^>]*/>", b"", part))
    ranks = re.compile(rb' priority="\d+"')
    assert ranks.sub(b"", canonical(plain)) == ranks.sub(b"", canonical(unpacked(sample())[sheet_part(sample(), T3)]))


def test_a_sheet_that_stands_twice_is_cleared_twice() -> None:
    book = editable(marked(sample(), *MINE))
    again = book.copy_worksheet(book[T3])
    again.conditional_formatting = book[T3].conditional_formatting
    data = saved(book)
    assert sum(HEAD in text for text in texts(data).values()) == 5
    assert texts(marked(data, *())) == {}


def test_nothing_depends_on_the_file_name() -> None:
    assert annotate(sample(), MINE, LAYOUT) == annotate(sample(), MINE, LAYOUT, file="年报.xlsx")
    assert_unharmed(sample(), annotate(sample(), MINE, LAYOUT, file="年报.xlsx"))
