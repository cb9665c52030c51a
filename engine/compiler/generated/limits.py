"""How long a list or a text may be in generated code, so that the interpreter's budget is kept.

The interpreter counts every step. Generated code does not count: it knows from the tree how often
a node can run while no list is longer than a cap, and leaves all that is longer to the interpreter.
"""

from __future__ import annotations

from engine.compiler.syntax_tree import Node, children

_LOOPS = frozenset(["projection", "filter_projection", "value_projection"])
"""Nodes that run what follows their first child once for each element."""
_CALL = 5
"""Steps of a call, with the at most `LIST` entries or `TEXT` characters that it makes in a loop."""
LIST = 16
TEXT = 256
_PATTERN = 20_000
"""Steps of the dearest call of matches()."""


class UnsupportedError(ValueError):
    """There is no generated code for this expression: it stays interpreted."""


def cap(tree: Node, steps: int) -> int:
    """The longest list that any loop may go through, so that there are at most so many steps.

    Raises UnsupportedError where the text alone may need too many.
    """
    dear = _patterns(tree, inside=False)
    left = steps // 2 - dear * _PATTERN
    if left <= 0:
        raise UnsupportedError
    most = int((left / (2 * _steps(tree))) ** (1 / max(1, _nesting(tree))))
    if most < LIST:
        raise UnsupportedError
    return most


def _patterns(node: Node, *, inside: bool) -> int:
    """How many calls of matches() there are; raises UnsupportedError for one inside a loop."""
    here = bool(node["type"] == "function_expression" and node["value"] == "matches")
    if here and inside:
        raise UnsupportedError
    return int(here) + sum(
        _patterns(child, inside=inside or repeated) for child, repeated in _below(node)
    )


def _steps(node: Node) -> int:
    own = _CALL if node["type"] == "function_expression" else 1 + len(node["children"]) // 4
    return own + sum(_steps(child) for child in children(node))


def _nesting(node: Node) -> int:
    """How many loops run inside of each other."""
    return max((_nesting(child) + repeated for child, repeated in _below(node)), default=0)


def _below(node: Node) -> list[tuple[Node, bool]]:
    """The nodes below, each with whether it runs once for each element of a list."""
    loop = node["type"] in _LOOPS
    return [
        (child, (loop and place > 0) or child["type"] == "expref")
        for place, child in enumerate(children(node))
    ]
