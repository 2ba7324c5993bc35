"""A saved web page → its texts and tables in reading order, and where on the page each stands. No statute.

The page is data: nothing is fetched, no script runs, no entity is declared. What every site puts around an article
(menus, footers, share buttons) is left out where the page itself names it so, and is never more than a small part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govdoc.errors import InputError
from govdoc.files import LIMITS, first_bytes
from govdoc.readers.grid import Grid, Span
from govdoc.readers.word import Document, Text
from govdoc.values import clean_text, without_unseen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lxml.html import HtmlElement

    from govdoc.values import Content

_WHOLE_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_HEAD = 8 * 1024  # bytes at the beginning of a file, that tell what it is
# Attributes: an element's are compared each with all others, so that the squares of their numbers count.
_MOST_ATTRIBUTES, _MOST_COMPARED = 400_000, 10_000_000
_VALUE = r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+"  # only behind the sign do quotes hold anything together
_TAG = re.compile(rf"<[A-Za-z](?:[^>=]++|{_VALUE})*+")
_MARKS = re.compile(_VALUE)
_SHORT_TAG = 20  # characters; more than a few attributes have no room there
_MOST_PARTS = 20_000  # lines in a web archive that look like the border of a part
MOST_BYTES = 20 * 1024 * 1024
MOST_LEVELS = 200  # beyond 256 the parser itself drops text without a word
MOST_ELEMENTS = 500_000

_LONGEST_HEAD = 4_000  # bytes of a line of a web archive that says what a part is
_LONG_HEAD = re.compile(rb"^Content-[^\n]{4000}|^Content-(?:[^\n]*+\n[ \t]){40}", re.IGNORECASE | re.MULTILINE)

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
_NOT_OF_PAGES = {"punycode", "idna", "unicode_escape", "raw_unicode_escape"}  # some take time by the square
_DECLARED = re.compile(r"<!ENTITY", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")

_BLANK = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F), " ")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BROKEN_LINE = re.compile(r"(?<=[^\x00-\xff])[ \t\r\f]*\n[ \t\r\n\f]*(?=[^\x00-\xff])")  # of Chinese in the source

_SKIPPED_NAMES = (
    "script style noscript template head title meta link iframe object embed svg canvas select textarea "
    "button input option audio video map area del"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark nobr q s samp small "
    "span strike strong sub sup time tt u var wbr o:p st1:chsdate st1:personname"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_BOLD = frozenset({"b", "strong", "th"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_HEADINGS = {f"h{level}": f"heading {level}" for level in range(1, 7)}

# What pages themselves call the parts around an article: element names, and words in class or id.
_AROUND = frozenset({"nav", "footer", "aside"})
_AROUND_WORDS_NAMES = (
    "nav navbar menu foot footer copyright share bdsharebuttonbox breadcrumb crumb crumbs sidebar toolbar "
    "pagination pager related friendlink qrcode ewm search logo login backtop dqwz"
)
_AROUND_WORDS = frozenset(_AROUND_WORDS_NAMES.split())
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LONG_PART = 2_000  # characters; a part that holds more is no menu, whatever it is called
_MOST_OF_PAGE = 1 / 2  # of a page's text: what holds more is the page, though it be hidden until a script shows it
_NOTE_MARK = re.compile(r"[\[（(【]?\s*(?:[0-9]{1,2}|[*※①-⑳]|注[0-9]{0,2})\s*[\])）】]?")  # raised behind a number
_FILLED_IN = frozenset({"", "text", "number", "tel"})  # kinds of boxes in which a form shows what was entered

# Lines that sites print between or under the paragraphs of an article: what they begin with, the buttons that they
# are made of, the files they offer, and who wrote, checked and read the article.
_BEGINNINGS = (
    "扫一扫|扫描二维码|用?微信扫|分享到|分享[:：]|上一篇|下一篇|上一条|下一条|返回顶部|相关(?:链接|文章|阅读|稿件)|版权所有"
    "|(?:主办|承办|主管|协办)(?:单位)?[:：]|主办单位|承办单位|技术支持|网站标识码|网站地图|浏览次数|访问量|阅读次数|您?当前位置|您现在的位置"
    r"|首页\s*>|[【\[（(]?字[体号][:：]|(?i:copyright|produced by)|©|建议使用.{2,20}(?:分辨率|浏览器)|您是第"
    "|您访问的链接即将离开"
)
_BUTTONS = (
    "(?:打印|关闭|收藏)(?:本页|此页|窗口)?|分享|大|中|小|微信|微博|QQ空间|点赞|推荐给好友|继续访问|放弃|我要纠错|纠错"
    "|(?:返回|回到)(?:首页|顶部|上页|列表)?|(?:关于|联系)我们|网站(?:声明|地图|导航|首页)|隐私(?:声明|保护)|版权声明|(?:电脑|手机|触摸|触屏|移动)版"
    "|无障碍(?:阅读|浏览|版)?|适老化|长者(?:助手|模式|版)|关怀(?:版|模式)|党政机关|政府网站找错|热点推荐"
    "|(?:附件|文件|相关(?:附件|文档|文件|新闻|下载))(?:下载)?[:：]?"
)
_WRITTEN_BY = (
    "责任编辑|责编|编辑|审核|[初复终]审|校对|作者|签发|供稿|撰稿|(?:文章|信息|稿件)?来源"
    "|(?:点击|阅读|浏览|访问)(?:次数|数|量|率)?"
)
_FURNITURE = re.compile(
    rf"(?:{_BEGINNINGS}).*|.*ICP备.*|.*公网安备.*|(?:[【\[（(]?\s*+(?:{_BUTTONS})\s*+[】\])）]?[\s|｜/·]*+)++"
    rf"|[【\[（(]?\s*(?:{_WRITTEN_BY})\s?[:：].{{0,40}}|.{{1,80}}\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar)(?:\s*[（(].{{1,20}}[)）])?",
)
_LONG_SENTENCE = 20  # characters of one that ends with a stop, and is the article's
FURNITURE = "furniture"
ALTERNATIVE = "alternative text"
BOLD = "bold"

_LAYOUT_TEXT = 200  # characters in a cell with several paragraphs: a page laid out by a table, not a table
_LAYOUT_PARAGRAPHS = 3
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "div"})
_CELLS = frozenset({"td", "th"})


@dataclass(frozen=True)
class Page:
    """A page's body, the path of elements to each block (so that neighbours can be told), and its window title."""

    document: Document
    paths: tuple[tuple[int, ...], ...]
    title: str = ""


def read_page(path: Path) -> Page:
    """Return the texts and tables of a saved web page.

    Raises :class:`InputError` where the file is missing or over a limit.
    """
    return parse_page(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file of text.

    Raises :class:`InputError` where it is missing, unreadable or longer than any page.
    """
    first_bytes(path)
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _refused(path.name, f"超过 {MOST_BYTES // 1024 // 1024} MB")
    return data


def _refused(name: str, reason: str) -> InputError:
    return InputError(
        f"{name} {reason}，为安全起见没有打开。", "正常的网页不会这样。请在浏览器里打开，把正文复制到新的 Word 文档里。"
    )


def _check_attributes(text: str, name: str) -> None:
    """Refuse a page with more attributes than the parser can take in, in all or in one element."""
    count = compared = 0
    for tag in _TAG.findall(text):
        if len(tag) > _SHORT_TAG:
            number = len(_MARKS.sub(" ", tag).replace("/", " ").split()) - 1
            count += number
            compared += number * number
    if count > _MOST_ATTRIBUTES or compared > _MOST_COMPARED:
        raise _refused(name, "里的元素有太多属性")


def parse_page(data: bytes, name: str) -> Page:
    """Return the texts and tables of a page; ``name`` stands for the file in findings.

    Raises :class:`InputError` where the page asks for more than an honest one does.
    """
    from lxml import etree
    from lxml.html import HTMLParser

    text = decode(_unpacked(data, name))
    if _DECLARED.search(text):
        raise _refused(name, "声明了实体（ENTITY）")
    if text.count("<") > 2 * MOST_ELEMENTS:
        raise _refused(name, f"有超过 {MOST_ELEMENTS} 个元素")
    _check_attributes(text, name)
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    clean = clean_text(_XML_HEAD.sub("", text))[0]
    if not _WHOLE_PAGE.search(clean):  # a fragment, as content systems take it: the parser would see a head in it
        clean = f"<html><body>{clean}</body></html>"
    try:
        root = etree.fromstring(clean.encode("utf-8"), parser) if clean.strip() else None
    except etree.ParserError:
        root = None
    if root is None:
        return Page(Document(name, ()), ())
    _measure(root, name)
    title = root.findtext(".//title") or ""
    body = root.find(".//body")
    body = root if body is None else body
    builder = _Builder(name, _sizes(body), shown=_shown(body))
    builder.walk(body, (), bold=False)
    builder.flush((), "")
    return Page(Document(name, tuple(builder.blocks)), tuple(builder.paths), _collapsed(title))


# What the library for mail raises besides its own errors, where a head is broken or nested without end.
_BROKEN_MAIL = (LookupError, ValueError, TypeError, AttributeError, RecursionError)


def _unpacked(data: bytes, name: str) -> bytes:
    """Return the page in a web archive (.mht, as browsers and Word save it), or the bytes themselves.

    Raises :class:`InputError` where the archive is broken.
    """
    if not re.match(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*?){0,20}?MIME-Version:", data[:_HEAD], re.IGNORECASE):
        return data
    if data.count(b"\n--") > _MOST_PARTS:
        raise _refused(name, f"是有超过 {_MOST_PARTS} 个部分的网页归档")
    if _LONG_HEAD.search(data):  # what stands there is gone through anew for each part of it
        raise _refused(name, f"是网页归档，里面有超过 {_LONGEST_HEAD} 字节的 Content-Type")
    try:
        return _page_in(data) or data
    except _BROKEN_MAIL as error:
        raise _refused(name, "是网页归档，但里面是坏的") from error


def _page_in(archive: bytes) -> bytes:
    from email import message_from_bytes

    for part in message_from_bytes(archive).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            charset = (part.get_content_charset() or "").encode("ascii", "ignore")
            head = b"<meta charset=" + charset + b">" if charset else b""
            return head + page if isinstance(page, bytes) else b""
    return b""


def decode(data: bytes) -> str:
    """Return a file's text by its byte order mark, what it declares, or what it can only be: UTF-8, else GB 18030."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = _CHARSET.search(data[:4096])
    names = [declared[1].decode("ascii").lower()] if declared else []
    if names and names[0].replace("-", "_") in _NOT_OF_PAGES:
        names = []
    for name in (*names, "utf-8", "gb18030"):
        try:
            return data.decode(_CHINESE.get(name, name))
        except (UnicodeError, LookupError):  # among Python's names for encodings are some that decode nothing
            continue
    return data.decode("gb18030" if names and names[0] in _CHINESE else "utf-8", "replace")


def _measure(root: HtmlElement, name: str) -> None:
    """Refuse a tree that is too deep or too large; counts without recursion."""
    count = depth = 0
    level = [root]
    while level:
        depth += 1
        count += len(level)
        if count > MOST_ELEMENTS:
            raise _refused(name, f"有超过 {MOST_ELEMENTS} 个元素")
        if depth > MOST_LEVELS:
            raise _refused(name, f"嵌套超过 {MOST_LEVELS} 层")
        level = [child for element in level for child in element]


# ---------------------------------------------------------------- texts


@dataclass
class _Builder:
    """Walks the elements once, gathering blocks; text runs are kept until the paragraph they are in ends."""

    file: str
    sizes: Mapping[HtmlElement, _Size]
    shown: frozenset[HtmlElement] = frozenset()
    in_cell: bool = False
    blocks: list[Text | Grid] = field(default_factory=list)
    paths: list[tuple[int, ...]] = field(default_factory=list)
    runs: list[tuple[str, bool]] = field(default_factory=list)
    tables: int = 0

    def walk(self, element: HtmlElement, path: tuple[int, ...], *, bold: bool, style: str = "") -> None:
        """Gather what an element holds; the text that follows it belongs to its parent."""
        self._text(element.text, bold=bold)
        for number, child in enumerate(element):
            self._child(child, (*path, number), bold=bold, style=style)
            self._text(child.tail, bold=bold)

    def _child(self, child: HtmlElement, path: tuple[int, ...], *, bold: bool, style: str) -> None:
        tag = child.tag if isinstance(child.tag, str) else "script"
        if tag == "input" and self.in_cell and child.get("type", "").lower() in _FILLED_IN and not _is_hidden(child):
            self._text(child.get("value"), bold=bold)
            return
        if tag in _SKIPPED or (_is_hidden(child) and child not in self.shown) or _is_around(child, tag, self.sizes):
            return
        if tag == "sup" and self._is_note(child):
            return
        bold = bold or tag in _BOLD or _BOLD_STYLE.search(child.get("style", "")) is not None
        if tag == "br":
            self.flush(path[:-1], style)
        elif tag == "img":
            self._alternative(child, path, style)
        elif tag in _INLINE or ":" in tag:
            self.walk(child, path, bold=bold, style=style)
        elif tag == "table":
            self.flush(path[:-1], style)
            self._table(child, path)
        else:
            self.flush(path[:-1], style)
            inner = _HEADINGS.get(tag, style)
            self.walk(child, path, bold=bold and tag not in _HEADINGS, style=inner)
            self.flush(path, inner)

    def _is_note(self, raised: HtmlElement) -> bool:
        """Return whether a raised text is the mark of a note behind a number, and no part of the number."""
        before = next((text for text, _ in reversed(self.runs) if text.strip()), "").rstrip()
        return before[-1:].isdigit() and _NOTE_MARK.fullmatch("".join(raised.itertext()).strip()) is not None

    def _text(self, text: str | None, *, bold: bool) -> None:
        if text:
            self.runs.append((text, bold))

    def _alternative(self, image: HtmlElement, path: tuple[int, ...], style: str) -> None:
        """Take the text that stands for a picture, as a block of its own: a heading may be drawn."""
        text = _collapsed(image.get("alt", ""))
        if text:
            self.flush(path[:-1], style)
            self._add(Text(ALTERNATIVE, text), path)

    def flush(self, path: tuple[int, ...], style: str) -> None:
        """End the current paragraph."""
        text = _collapsed("".join(text for text, _ in self.runs))
        if text:
            bold = all(bold for text, bold in self.runs if text.strip())
            if _is_furniture(text):
                style = FURNITURE
            self._add(Text(style or (BOLD if bold else ""), text), path)
        self.runs.clear()

    def _add(self, block: Text | Grid, path: tuple[int, ...]) -> None:
        self.blocks.append(block)
        self.paths.append(path)

    # ------------------------------------------------------------ tables

    def _table(self, table: HtmlElement, path: tuple[int, ...]) -> None:
        """Take a table; of one that only lays out the page, what stands in its cells."""
        rows = _rows(table)
        cells = [cell for _, row in rows for cell in row]
        if len(cells) == 1 or any(_is_layout(self.sizes[cell]) for cell in cells):
            for number, row in rows:
                for place, cell in enumerate(row):
                    inner = (*path, number, place)
                    self.walk(cell, inner, bold=False)
                    self.flush(inner, "")
            return
        plain: list[list[HtmlElement]] = []
        for caption in table.findall("caption"):
            self.walk(caption, path, bold=False)
            self.flush(path, "")
        for number, row in rows:
            if any(self.sizes[cell].tables for cell in row):
                self._grid(plain, path)
                plain = []
                for place, cell in enumerate(row):
                    inner = (*path, number, place)
                    self.walk(cell, inner, bold=False)
                    self.flush(inner, "")
            else:
                plain.append(row)
        self._grid(plain, path)

    def _grid(self, rows: list[list[HtmlElement]], path: tuple[int, ...]) -> None:
        if rows:
            self.tables += 1
            if self.tables > LIMITS.tables:
                raise _refused(self.file, f"有超过 {LIMITS.tables} 个表格")
            self._add(_grid(rows, f"第 {self.tables} 个表格", self.file, self.sizes), path)


def _is_furniture(text: str) -> bool:
    """Return whether a line is the site's, not the article's: 访问量达到三万次。 begins like one and is none."""
    return _FURNITURE.fullmatch(text) is not None and not (text.endswith("。") and len(text) > _LONG_SENTENCE)


def _collapsed(text: str) -> str:
    """Return a text as a browser shows it: spaces run together, and none where Chinese was broken in the source."""
    return _SPACES.sub(" ", _BROKEN_LINE.sub("", without_unseen(text).translate(_BLANK))).strip()


def _shown(body: HtmlElement) -> frozenset[HtmlElement]:
    """Return the hidden elements that hold most of a page's text: scripts show them once the page is loaded."""
    elements = list(body.iter())
    hidden = [element for element in elements if _is_hidden(element)]
    if not hidden:
        return frozenset()
    lengths: dict[HtmlElement, int] = {}
    for element in reversed(elements):
        own = 0 if element.tag in _SKIPPED else len((element.text or "").strip())
        inside = sum(lengths[child] + len((child.tail or "").strip()) for child in element)
        lengths[element] = own + (0 if element.tag in _SKIPPED else inside)
    return frozenset(element for element in hidden if lengths[element] > _MOST_OF_PAGE * lengths[body])


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN_STYLE.search(element.get("style", "")) is not None


def _is_around(element: HtmlElement, tag: str, sizes: Mapping[HtmlElement, _Size]) -> bool:
    """Return whether a page calls an element something that stands around an article, and it can be no more."""
    named = tag in _AROUND
    if not named and (element.get("class") or element.get("id")):
        words = {word.lower() for word in _WORDS.findall(f"{element.get('class', '')} {element.get('id', '')}")}
        named = not _AROUND_WORDS.isdisjoint(words)
    if not named:
        return False
    return sizes[element].text <= _LONG_PART and not sizes[element].tables


class _Size(NamedTuple):
    """What an element holds: characters of text but for blanks around each, paragraphs, cells, and real tables.

    A table of a single cell is no real one: a number may stand in a frame of its own.
    """

    text: int
    paragraphs: int
    cells: int
    tables: bool


def _sizes(body: HtmlElement) -> dict[HtmlElement, _Size]:
    """Return the size of each element: each is counted once, however deep it lies."""
    sizes: dict[HtmlElement, _Size] = {}
    for element in reversed(list(body.iter())):
        tag = element.tag
        text, tables = len((element.text or "").strip()), False
        paragraphs, cells = int(tag in _PARAGRAPHS), int(tag in _CELLS)
        for child in element:
            inner = sizes[child]
            text += inner.text + len((child.tail or "").strip())
            paragraphs += inner.paragraphs
            cells += inner.cells
            tables = tables or inner.tables
        sizes[element] = _Size(text, paragraphs, cells, tables or (tag == "table" and cells > 1))
    return sizes


def _is_layout(cell: _Size) -> bool:
    """Return whether a cell holds paragraphs of an article, as no cell of a table of figures does."""
    return cell.paragraphs >= _LAYOUT_PARAGRAPHS and cell.text > _LAYOUT_TEXT


def _rows(table: HtmlElement) -> list[tuple[int, list[HtmlElement]]]:
    """Return a table's rows of cells, each with a number of its own among the table's elements; none that is hidden."""
    rows: list[tuple[int, list[HtmlElement]]] = []

    def gather(element: HtmlElement) -> None:
        for child in element:
            if child.tag == "tr":
                cells = [] if _is_hidden(child) else list(child)
                rows.append((len(rows), [cell for cell in cells if cell.tag in ("td", "th") and not _is_hidden(cell)]))
            elif child.tag in ("thead", "tbody", "tfoot", "form", "center") and not _is_hidden(child):
                gather(child)

    gather(table)
    return [(number, row) for number, row in rows if row]


def _grid(rows: list[list[HtmlElement]], name: str, file: str, sizes: Mapping[HtmlElement, _Size]) -> Grid:
    """Return rows of cells as a Grid: each cell at the place where a browser draws it, its content at its corner."""
    contents: list[list[Content]] = [[] for _ in rows]
    spans: list[Span] = []
    taken: set[tuple[int, int]] = set()
    room = LIMITS.cells
    for top, row in enumerate(rows):
        column = 0
        for cell in row:
            while (top, column) in taken:
                column += 1
            width = min(_spanned(cell, "colspan"), LIMITS.columns)
            height = min(_spanned(cell, "rowspan") or len(rows), len(rows) - top)
            width = max(width, 1)
            room -= width * height
            if room < 0 or column + width > LIMITS.columns:
                raise _refused(file, f"里有超过 {LIMITS.cells} 格或 {LIMITS.columns} 列的表格")
            taken |= {(top + down, column + right) for down in range(height) for right in range(width)}
            if width > 1 or height > 1:
                spans.append(Span(top, column, top + height - 1, column + width - 1))
            contents[top] += [None] * (column + 1 - len(contents[top]))
            contents[top][column] = _cell_text(cell, file, sizes) or None
            column += width
    return Grid(name, contents, file, tuple(spans))


def _spanned(cell: HtmlElement, name: str) -> int:
    """Return how many columns or rows a cell says it takes; 0 rows are all that follow, nonsense is 1."""
    text = cell.get(name, "1").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 1


def _cell_text(cell: HtmlElement, file: str, sizes: Mapping[HtmlElement, _Size]) -> str:
    """Return what a cell says, its paragraphs under one another."""
    builder = _Builder(file, sizes, in_cell=True)
    builder.walk(cell, (), bold=False)
    builder.flush((), "")
    lines = []
    for block in builder.blocks:
        if isinstance(block, Text):
            lines.append(block.text)
        else:
            lines += [str(content) for _, _, content in block.filled()]
    return "\n".join(lines)
