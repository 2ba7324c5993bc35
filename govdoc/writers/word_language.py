"""What a template may say: names, conditions, and loops over what the report holds; nothing that multiplies.

A sandbox keeps a template from what does not concern it, but bounds neither time nor memory: a line of forty signs can
ask for a text of a gigabyte, and some of that is worked out while the template is compiled.
"""

from __future__ import annotations

from jinja2 import nodes

_SWELLING = {"center", "indent", "wordwrap", "format", "replace", "batch", "slice", "join"}  # filters
_ARITHMETIC = (nodes.Mul, nodes.Pow, nodes.Mod, nodes.Add, nodes.Concat)
_BLOCKS = (nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.Include, nodes.Import)
_ITEMS = 100  # of a list that stands in the template


def refused(node: nodes.Node) -> str:
    """Return why a node of a template's tree is refused, or an empty text."""
    if isinstance(node, (*_ARITHMETIC, nodes.Call)) or (isinstance(node, nodes.Filter) and node.name in _SWELLING):
        return "模板里只能写名称、条件和循环，不能算术、拼接或调用"
    if isinstance(node, _BLOCKS):
        return "模板里不能定义宏、成段的变量，也不能引用别的模板"
    if isinstance(node, nodes.Assign) and (_lists(node.node) or len(list(node.node.find_all(nodes.Name))) > 1):
        return "模板里的变量只能是一个名称或一个值"
    if isinstance(node, nodes.For):
        if node.recursive or _too_deep(node):
            return "模板里的循环最多套两层"
        if any(len(one.items) > _ITEMS for one in _lists(node.iter)):
            return f"模板里写出的清单最多 {_ITEMS} 项"
    return ""


def _lists(node: nodes.Node) -> list[nodes.List | nodes.Tuple | nodes.Dict]:
    """Return the lists that an expression writes out, itself included."""
    kinds = (nodes.List, nodes.Tuple, nodes.Dict)
    return [one for one in (node, *node.find_all(kinds)) if isinstance(one, kinds)]


def _too_deep(loop: nodes.For) -> bool:
    """Return whether three loops stand in one another, this one the outermost."""
    return any(inner.find(nodes.For) is not None for inner in loop.find_all(nodes.For))
