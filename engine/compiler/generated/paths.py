"""Members that are read straight from the scope: looked up once, before what first needs them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from engine.compiler.generated import nodes
from engine.compiler.generated.writer import SCOPE, Writer
from engine.compiler.syntax_tree import Node, children

Path: TypeAlias = tuple[str | int, ...]
"""Names of members and indexes of lists, from the scope on."""

CHAINS = frozenset(["subexpression", "index_expression", "pipe"])


def path_of(node: Node, start: Path) -> Path | None:
    """Where in the scope the value of a node lies that starts there; None where it is computed."""
    if node["type"] in ("field", "index"):
        return (*start, node["value"])
    if node["type"] in ("identity", "current"):
        return start
    if node["type"] not in CHAINS:
        return None
    path: Path | None = start
    for child in children(node):
        path = path_of(child, path) if path is not None else None
    return path


class Paths:
    """The members of the scope under their names. Reading one cannot fail, so it may be done
    before it is known whether the value is needed.
    """

    def __init__(self, writer: Writer, trees: Iterable[Node]) -> None:
        self._writer = writer
        self._values: dict[Path, ast.Name] = {(): nodes.name(SCOPE)}
        self._getters: dict[Path, ast.Name] = {}
        self._lists: dict[Path, ast.Name] = {}
        self._caps: dict[Path, ast.Constant] = {}
        self._least: dict[Path, int] = {}
        self._uses = Counter(path for tree in trees for path in _used(tree, ()))

    def read(self, path: Path) -> ast.expr:
        """The value at a path; one that is read more than once has a name."""
        if path in self._values or self._uses[path] > 1:
            return self.value(path)
        return self._taken(path)

    def value(self, path: Path) -> ast.Name:
        """The value at a path under a name."""
        if path not in self._values:
            taken = self._taken(path)
            self._values[path] = self._first("_".join(map(str, path)), taken)
        return self._values[path]

    def listed(self, path: Path, most: int, refused: ast.stmt) -> ast.Name:
        """The list at a path under a name, None where there is none; what is `refused` is a list
        that is longer than the cap of any who goes through it.
        """
        if path not in self._lists:
            value = self.value(path)
            list_or_none = nodes.choice(nodes.is_list(value), value, nodes.constant(None))
            name = self._first("_".join(["each", *map(str, path)]), list_or_none)
            self._lists[path], self._caps[path] = name, nodes.constant(most)
            long = nodes.compare(nodes.call("len", name), ast.Gt(), self._caps[path])
            self._writer.ahead(nodes.when(nodes.both(name, long), [refused]))
        self._least[path] = min(most, self._least.get(path, most))
        self._caps[path].value = self._least[path]
        return self._lists[path]

    def _taken(self, path: Path) -> ast.expr:
        step = path[-1]
        if isinstance(step, str):
            return nodes.call(self._getter(path[:-1]), nodes.constant(step))
        return element(self.value(path[:-1]), step)

    def _getter(self, path: Path) -> ast.Name:
        """The bound `get` of the object at a path."""
        if path not in self._getters:
            value = self.value(path)
            hint = "_".join(["get", *map(str, path)])
            self._getters[path] = self._first(hint, getter(value))
        return self._getters[path]

    def _first(self, hint: str, value: ast.expr) -> ast.Name:
        target = self._writer.fresh(hint)
        self._writer.ahead(nodes.assign(target, value))
        return nodes.name(target)


def getter(value: ast.expr) -> ast.expr:
    """`value.get` of an object; what gives None of anything else."""
    own = nodes.attribute(value, "get")
    return nodes.choice(nodes.is_type(value, "dict"), own, nodes.call("getter", value))


def member(value: ast.expr, name: ast.expr) -> ast.expr:
    """`value.get(name)` of an object; None of None, and what gives None of anything else."""
    own = nodes.method(value, "get", name)
    other = nodes.call(nodes.call("getter", value), name)
    nothing = nodes.choice(nodes.is_none(value), nodes.constant(None), other)
    return nodes.choice(nodes.is_type(value, "dict"), own, nothing)


def element(value: ast.expr, index: int, *, known: bool = False) -> ast.expr:
    """`value[index]` of a list that has it, else None; `known` says that it is a list or None."""
    there: ast.expr = value
    if index not in (0, -1):
        size = nodes.call("len", value)
        least = nodes.constant(index + 1 if index > 0 else -index)
        there = nodes.compare(size, ast.GtE(), least)
    is_list = value if known else nodes.is_list(value)
    test = is_list if there is is_list else nodes.both(is_list, there)
    return nodes.choice(test, nodes.subscript(value, nodes.constant(index)), nodes.constant(None))


def _used(node: Node, start: Path | None) -> list[Path]:
    """Every path that a node below `start` reads, as often as it does."""
    path = path_of(node, start) if start is not None else None
    if path is not None:
        return [path]
    below = children(node)
    if node["type"] in CHAINS:
        return _chained(below, start)
    if node["type"].endswith("projection"):
        return _used(below[0], start)
    return [path for child in below for path in _used(child, start)]


def _chained(below: list[Node], start: Path | None) -> list[Path]:
    found: list[Path] = []
    for child in below:
        path = path_of(child, start) if start is not None else None
        found += _used(child, start) if path is None else []
        start = path
    return found
