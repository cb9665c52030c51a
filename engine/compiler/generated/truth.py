"""What is true in JMESPath, written in Python, where 0 is true and an empty list is not."""

from __future__ import annotations

import ast

from engine.compiler.generated import nodes
from engine.compiler.syntax_tree import Node, children

_NEVER = frozenset(
    [
        "comparator",
        "filter_projection",
        "flatten",
        "multi_select_dict",
        "multi_select_list",
        "not_expression",
        "projection",
        "slice",
        "value_projection",
    ]
)
_CALLS = frozenset(
    "contains date date_format ends_with join keys lower map matches replace reverse sort split"
    " starts_with to_array to_string trim type upper values merge".split()
)
"""Functions that never give a number."""
_ANSWERS = frozenset("contains ends_with matches starts_with".split())
"""Functions that give true or false."""
_ORDERED = (int, float, str)
_FALSE = False
_LAST = frozenset(["subexpression", "index_expression", "pipe"])
_TAKING = frozenset(["comparator", "function_expression", "key_val_pair", "not_expression"])
_FIRST = frozenset(["and_expression", "or_expression"]) | _LAST


def never_number(node: Node) -> bool:
    """Whether a value is no number whatever the record holds: then Python agrees on its truth."""
    kind = node["type"]
    if kind in _NEVER:
        return True
    if kind == "literal":
        return isinstance(node["value"], bool) or not isinstance(node["value"], int | float)
    if kind == "function_expression":
        return node["value"] in _CALLS
    if kind in _LAST:
        return never_number(children(node)[-1])
    return kind in _FIRST and all(never_number(child) for child in children(node))


def always_boolean(node: Node) -> bool:
    """Whether a value is true or false whatever the record holds."""
    kind = node["type"]
    if kind == "comparator":
        return node["value"] in ("eq", "ne") or all(map(has_order, children(node)))
    if kind == "function_expression":
        return node["value"] in _ANSWERS
    if kind in _LAST:
        return always_boolean(children(node)[-1])
    both = kind in _FIRST and all(always_boolean(child) for child in children(node))
    return both or kind == "not_expression"


def has_order(node: Node) -> bool:
    """Whether a value is a number or a text whatever the record holds."""
    if node["type"] == "function_expression":
        return bool(node["value"] == "length")
    value = node.get("value")
    return node["type"] == "literal" and not isinstance(value, bool) and isinstance(value, _ORDERED)


def is_true(value: ast.expr, node: Node) -> ast.expr:
    """A test of the named value of a node."""
    if never_number(node):
        return value
    # What is mostly not true is None or false; only another thing is compared with 0.
    some = nodes.compare(value, ast.IsNot(), nodes.constant(None))
    zero = nodes.compare(value, ast.Eq(), nodes.constant(0))
    return nodes.either(value, nodes.both(some, _is_not_false(value), zero))


def is_false(value: ast.expr, node: Node) -> ast.expr:
    """The contrary."""
    if never_number(node):
        return nodes.negated(value)
    tests = [
        nodes.is_none(value),
        nodes.compare(value, ast.Eq(), nodes.constant("")),
        nodes.compare(value, ast.Is(), nodes.constant(_FALSE)),
        nodes.compare(value, ast.NotEq(), nodes.constant(0)),
    ]
    # None and '' are asked for first: they are what a member mostly is that says nothing.
    return nodes.both(nodes.negated(value), nodes.either(*tests))


def takes_members(node: Node) -> bool:
    """Whether a node takes a member of the value it is evaluated at before anything else: then
    that value is an object, or the search has failed.
    """
    kind = node["type"]
    if kind in _FIRST:
        return takes_members(children(node)[0])
    if kind in _TAKING or kind.startswith("multi_select"):
        return any(takes_members(child) for child in children(node))
    return bool(kind == "field")


def _is_not_false(value: ast.expr) -> ast.expr:
    return nodes.compare(value, ast.IsNot(), nodes.constant(_FALSE))
