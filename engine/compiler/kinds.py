"""Which kinds of value an expression can have at all, as far as its text tells.

The kinds are JMESPath's: string, number, boolean, null, array, object, expref.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from engine.compiler.syntax_tree import Node, children, walk

Kinds: TypeAlias = frozenset[str]

ANY: Kinds = frozenset(["string", "number", "boolean", "null", "array", "object"])
_TEXT: Kinds = frozenset(["string"])
_NUMBER: Kinds = frozenset(["number"])
_BOOLEAN: Kinds = frozenset(["boolean"])
_LIST: Kinds = frozenset(["array"])
OF_FUNCTION: dict[str, Kinds] = {
    **dict.fromkeys(["abs", "add", "ceil", "div", "floor", "length", "mul", "sub", "sum"], _NUMBER),
    **dict.fromkeys(["date", "date_format", "join", "lower", "replace"], _TEXT),
    **dict.fromkeys(["to_string", "trim", "type", "upper"], _TEXT),
    **dict.fromkeys(["contains", "ends_with", "matches", "starts_with"], _BOOLEAN),
    **dict.fromkeys(["keys", "map", "sort", "sort_by", "split", "to_array", "values"], _LIST),
    **dict.fromkeys(["avg", "to_number"], frozenset(["number", "null"])),
    **dict.fromkeys(["max", "min"], frozenset(["number", "string", "null"])),
    "merge": frozenset(["object"]),
    "reverse": frozenset(["array", "string"]),
}
SPOKEN = {
    "array": "a list",
    "boolean": "true or false",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
    "expref": "a reference",
}
"""The kinds as a person says them."""
PLURAL = {**SPOKEN, "number": "numbers", "object": "objects", "string": "texts", "array": "lists"}
"""The same of the elements of a list."""
_READS_THE_SCOPE = frozenset(["field", "current", "identity"])


def kinds(node: Node) -> Kinds:
    """Every kind that the value may have; more than it ever has, never fewer."""
    rule = _RULES.get(node["type"])
    return rule(node) if rule else ANY


def kind_of(value: Any) -> str:
    """The kind of a plain value."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def listed(possible: Kinds) -> str:
    """The kinds as a person says them, for a message."""
    return " or ".join(SPOKEN[kind] for kind in sorted(possible))


def is_constant(node: Node) -> bool:
    """Whether nothing of the scope is read: the value is the same for every record."""
    return not any(below["type"] in _READS_THE_SCOPE for below in walk(node))


def _last(node: Node) -> Kinds:
    return kinds(children(node)[-1])


def _either(node: Node) -> Kinds:
    left, right = children(node)
    return kinds(left) | kinds(right)


def _comparison(node: Node) -> Kinds:
    return _BOOLEAN if node["value"] in ("eq", "ne") else frozenset(["boolean", "null"])


def _projected(_node: Node) -> Kinds:
    return frozenset(["array", "null"])


def _built(_node: Node) -> Kinds:
    # `{a: b}` of null is null; at the top of a rule the scope is never null.
    return frozenset(["array", "object", "null"])


def _literal(node: Node) -> Kinds:
    return frozenset([kind_of(node["value"])])


def _function(node: Node) -> Kinds:
    return OF_FUNCTION.get(node["value"], ANY)


def _negation(_node: Node) -> Kinds:
    return _BOOLEAN


def _reference(_node: Node) -> Kinds:
    return frozenset(["expref"])


_RULES: dict[str, Callable[[Node], Kinds]] = {
    "and_expression": _either,
    "comparator": _comparison,
    "expref": _reference,
    "filter_projection": _projected,
    "flatten": _projected,
    "function_expression": _function,
    "literal": _literal,
    "multi_select_dict": _built,
    "multi_select_list": _built,
    "not_expression": _negation,
    "or_expression": _either,
    "pipe": _last,
    "projection": _projected,
    "slice": _projected,
    "value_projection": _projected,
}
