"""What is certainly not null where a part of an expression is reached, as in `a && f(a)`."""

from __future__ import annotations

from typing import TypeAlias

from engine.compiler import functions
from engine.compiler.node_text import Key, key_of
from engine.compiler.syntax_tree import Node, children

Facts: TypeAlias = frozenset[Key]
"""What is not null, by what it asks for."""

NONE: Facts = frozenset()


def where_true(node: Node) -> Facts:
    """What is not null where the node yields something true."""
    below = children(node)
    match node["type"]:
        case "and_expression":
            return where_true(below[0]) | where_true(below[1])
        case "or_expression":
            return where_true(below[0]) & where_true(below[1])
        case "not_expression":
            return where_false(below[0])
        case "comparator":
            return _compared(node, holds=True)
        case "function_expression":
            return _evaluated(node)
    return _chain(node)


def where_false(node: Node) -> Facts:
    """What is not null where the node yields something false or empty."""
    below = children(node)
    match node["type"]:
        case "and_expression":
            return where_false(below[0]) & where_false(below[1])
        case "or_expression":
            return where_false(below[0]) | where_false(below[1])
        case "not_expression":
            return where_true(below[0])
        case "comparator":
            return _compared(node, holds=False)
        case "function_expression":
            return _evaluated(node)
    return NONE


def _compared(node: Node, *, holds: bool) -> Facts:
    """`x == 'a'` and `x != null` say of x that it is there, and so does `x > 5`."""
    left, right = children(node)
    sides = ((left, right), (right, left))
    if node["value"] not in ("eq", "ne"):
        return _chain(left) | _chain(right) if holds else NONE
    same = (node["value"] == "eq") == holds
    found = [_told(one, other, same=same) for one, other in sides]
    return found[0] | found[1]


def _told(node: Node, other: Node, *, same: bool) -> Facts:
    """What it says of a node that it is the same as another, or that it is not."""
    if other["type"] != "literal":
        return NONE
    value = other["value"]
    if node["type"] == "function_expression" and node["value"] == "type":
        return _chain(children(node)[0]) if (value == "null") != same else NONE
    return _chain(node) if (value is None) != same else NONE


def _chain(node: Node) -> Facts:
    """A value that is not null, and with it all that it is a member of."""
    below = children(node)
    if node["type"] == "function_expression":
        return _evaluated(node)
    if node["type"] not in ("subexpression", "index_expression"):
        return frozenset([key_of(node)])
    parts = [{**node, "children": below[:stop]} for stop in range(2, len(below) + 1)]
    return frozenset(key_of(part) for part in parts) | _chain(below[0])


def _evaluated(node: Node) -> Facts:
    """A function that gave a result was given nothing that it refuses."""
    found = NONE
    arguments = children(node)
    wanted = functions.takes(node["value"], len(arguments))
    for kinds, argument in zip(wanted, arguments, strict=False):
        if kinds and "null" not in kinds:
            found |= _chain(argument)
    return found
