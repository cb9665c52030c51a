"""The tree of a JMESPath text as plain dicts: walking it, and how large it may be.

A node has `type`, `children` and mostly `value`, as the JMESPath library makes them; fields,
functions, negations and literals also have `start`, their offset in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

MAX_DEPTH = 30
MAX_GROWTH = 100

_CHAINS = frozenset(
    [
        "pipe",
        "subexpression",
        "index_expression",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
        "expref",
        "not_expression",
    ]
)
_CHOICES = frozenset(["or_expression", "and_expression", "comparator"])


def children(node: Node) -> list[Node]:
    """The nodes directly below; the numbers of a slice are none."""
    return [child for child in node["children"] if isinstance(child, dict)]


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text as far as the tree keeps it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def depth(node: Node) -> int:
    """How many nodes lie on the longest way down; works on trees of any depth."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return deepest


def growth(node: Node) -> int:
    """How many copies of its input the result may hold: `[@, @]` has 2, piped twice 4.

    An upper bound. Expects a tree within `MAX_DEPTH`.
    """
    below = [growth(child) for child in children(node)]
    if node["type"] in _CHOICES:
        return max(below)
    if node["type"] in _CHAINS or any(child["type"] == "expref" for child in children(node)):
        return _product(below)
    return max(1, sum(below))


def _product(factors: list[int]) -> int:
    product = 1
    for factor in factors:
        product *= factor
    return product
