"""What a template may say: names, conditions, and loops over what the report holds; nothing that multiplies.

A sandbox keeps a template from what does not concern it, but bounds neither time nor memory: a line of forty signs can
ask for a text of a gigabyte, and some of that is worked out while the template is compiled.
"""

from __future__ import annotations

from jinja2 import nodes

# The filters that neither multiply nor take long, whatever they are given. No other is needed for what a report holds,
# and many call others by name: ['x']|map('center', 9999999999).
_FILTERS = {
    *("d", "default", "e", "escape", "first", "last", "length", "count"),
    *("int", "float", "abs", "string", "trim", "items", "dictsort"),
}
_ARITHMETIC = (nodes.Mul, nodes.Pow, nodes.Mod, nodes.Add, nodes.Concat)
_BLOCKS = (
    *(nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.Include, nodes.Import),
    *(nodes.FromImport, nodes.Extends, nodes.Block, nodes.EvalContextModifier),
)
_ITEMS = 100  # of a list that stands in the template; what a report holds has fewer
_MOST_STEPS = 300_000  # names and tags, those in a loop as often as it may go round; the bundled template has 2,000
LISTED = "listed"  # the filter that is put behind what a loop goes over


def refused(node: nodes.Node) -> str:
    """Return why a node of a template's tree is refused, or an empty text."""
    if isinstance(node, (*_ARITHMETIC, nodes.Call)):
        return "模板里只能写名称、条件和循环，不能算术、拼接或调用"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"模板里不能用“|{node.name}”"
    if isinstance(node, _BLOCKS):
        return "模板里不能定义宏、成段的变量，也不能引用别的模板，不能关掉转义"
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


def too_long(tree: nodes.Template) -> str:
    """Return why a template that says nothing forbidden would take too long all the same, or an empty text."""
    steps = 0
    left: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while left:
        node, times = left.pop()
        steps += times
        if isinstance(node, nodes.For):
            rounds = len(node.iter.items) if isinstance(node.iter, (nodes.List, nodes.Tuple)) else _ITEMS
            left += [(node.iter, times), *((child, times * rounds) for child in (*node.body, *node.else_))]
            left += [(node.test, times * rounds)] if node.test is not None else []
        else:
            left += [(child, times) for child in node.iter_child_nodes()]
    return "模板里的标记太多，或者循环里的太多" if steps > _MOST_STEPS else ""


def with_listed(tree: nodes.Template) -> None:
    """Let every loop go over what :func:`listed` takes."""
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, LISTED, [], [], None, None, lineno=loop.lineno)


def listed(value: object) -> object:
    """Return what a loop goes over: a text is none, its characters may be hundreds of thousands."""
    if isinstance(value, str):
        raise TypeError("循环只能用在一组数据上，不能用在一段文字上")
    return value
