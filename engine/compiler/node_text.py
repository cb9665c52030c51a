"""Nodes of a JMESPath tree as a person wrote them: where they start, and how they read."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from typing import TypeAlias

from engine.compiler.syntax_tree import Node, children, walk

Key: TypeAlias = Hashable
"""The same for two nodes that ask for the same, wherever they stand."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def key_of(node: Node) -> Key:
    """What the node asks for, without where it stands."""
    below = tuple(key_of(child) if isinstance(child, dict) else child for child in node["children"])
    return node["type"], json.dumps(node.get("value")), below


def start_of(node: Node) -> int:
    """The offset at which the node's text starts, as far as its leaves tell."""
    return min((below["start"] for below in walk(node) if "start" in below), default=0)


def span_of(node: Node, text: str) -> tuple[int, int]:
    """Offset and length of the node in the text that it was parsed from, as far as that is told."""
    start = start_of(node)
    shown = written(node).removesuffix("()")
    if shown and text.startswith(shown, start):
        return start, len(shown)
    ends = [_end_of(below, text) for below in walk(node) if "start" in below]
    return start, max([*ends, start + 1]) - start


def _end_of(leaf: Node, text: str) -> int:
    start: int = leaf["start"]
    mark = text[start : start + 1]
    if mark in ("'", "`", '"'):
        closing = text.find(mark, start + 1)
        return closing + 1 if closing > 0 else len(text)
    return start + len(str(leaf.get("value") or mark))


def sign_of(node: Node) -> str:
    """The sign of a comparison."""
    return _SIGNS[node["value"]]


def written(node: Node) -> str:
    """How a path or a call reads, to name it in a message; empty for anything else."""
    below = children(node)
    match node["type"]:
        case "field":
            return name_of(node["value"])
        case "subexpression" if "function_expression" not in [one["type"] for one in below[1:]]:
            names = [written(child) for child in below]
            return ".".join(names) if all(names) else ""
        case "index_expression" if below[-1]["type"] == "index":
            base = written(below[0])
            indexes = "".join(f"[{child['value']}]" for child in below[1:])
            return f"{base}{indexes}" if base or below[0]["type"] == "identity" else ""
        case "projection" | "filter_projection":
            return _elements(below)
        case "function_expression":
            return f"{node['value']}()"
    return ""


def name_of(name: str) -> str:
    """A member's name as it is written in a path."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def _elements(below: list[Node]) -> str:
    """`ca.Items[*].Sku`, which also stands for the elements that a filter chooses."""
    base = below[0]
    if base["type"] in ("flatten", "index_expression"):
        base = children(base)[0]
    list_, rest = written(base), below[1]
    if not list_:
        return ""
    tail = "" if rest["type"] == "identity" else f".{written(rest)}"
    return f"{list_}[*]{tail}" if tail != "." else ""
