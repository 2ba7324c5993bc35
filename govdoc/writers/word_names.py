"""The names in a Word template: which it uses, which of them are wrong, which it lacks. Renders nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2 import nodes

# The names of what no section holds, in the words of the form.
TITLE, PUBLICATION, INTRODUCTION, SIGNATURE, DRAFT = "标题", "发布行", "导语", "落款", "草稿"

_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")
_LONGEST_QUOTE = 40
_NEAREST = 3
_LONGEST_NAME = 40
SAID = 5  # wrong names that are told one by one


@dataclass(frozen=True, slots=True)
class WrongName:
    """A name that stands for nothing: the paragraph it is in, and the right names that come nearest."""

    name: str
    paragraph: str
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        """Return what is said of it."""
        where = f"“{self.paragraph}”这一段里的" if self.paragraph and self.paragraph != self.name else ""
        near = f"，是不是 {' 或 '.join(self.nearest)}？" if self.nearest else ""
        name = self.name if len(self.name) <= _LONGEST_NAME else f"{self.name[:_LONGEST_NAME]}…"
        return f"{where}“{name}”不是能用的名称{near}"


def all_names(context: Mapping[str, object], above: str = "") -> Iterator[str]:
    """Yield every name that stands for a text, with dots."""
    for name, value in context.items():
        if isinstance(value, dict):
            yield from all_names(value, f"{above}{name}.")
        else:
            yield above + name


def used_names(sources: Iterable[str]) -> set[str]:
    """Return every name that the parts of a template use, as Jinja reads them; its own variables are none."""
    return {name for source in sources for name in _used(source)}


def wrong_names(sources: Iterable[str], context: Mapping[str, object]) -> list[WrongName]:
    """Return the names that a report does not have; of the first few, also where they stand and what comes near."""
    known = list(all_names(context))
    branches = {name.rsplit(".", depth)[0] for name in known for depth in range(1, name.count(".") + 1)}
    wrong: list[WrongName] = []
    for source in sources:
        for name in sorted(_used(source)):
            if name in known or name in branches or _is_part_of(name, known):
                continue
            if len(wrong) >= SAID:
                wrong.append(WrongName(name, "", ()))
            else:
                nearest = get_close_matches(name, known, n=_NEAREST, cutoff=0.5)
                wrong.append(WrongName(name, _paragraph(source, name), tuple(nearest)))
    return wrong


def _is_part_of(name: str, known: Iterable[str]) -> bool:
    """Return whether a name goes on behind a text: 标题.upper is a method, which the sandbox judges."""
    return any(name.startswith(f"{one}.") for one in known)


def _used(source: str) -> Iterator[str]:
    from jinja2 import Environment, TemplateError

    try:
        tree = Environment(autoescape=True).parse(source)
        yield from _names_in(tree)
    except (TemplateError, ValueError, RecursionError):
        return


def _names_in(tree: nodes.Template) -> Iterator[str]:
    from jinja2 import nodes

    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        name = _dotted(node) if id(node) not in inner else ""
        if name and name.partition(".")[0] not in own:
            yield name


def _dotted(node: nodes.Node) -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _paragraph(source: str, name: str) -> str:
    """Return the text of the first paragraph that a name stands in."""
    for match in _PARAGRAPH.finditer(source):
        text = _MARKUP.sub("", match[0]).strip()
        if name in _SPACES.sub("", text):
            return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return ""
