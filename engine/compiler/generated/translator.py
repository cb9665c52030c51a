"""From the tree of a JMESPath expression to statements of Python that do the same.

Each method `_TYPE` writes what a node of this type needs and gives back the expression with its
value. Whatever raises is settled by the interpreter, so only what does not raise has to be right.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.compiler.generated import nodes
from engine.compiler.generated.limits import LIST, TEXT, UnsupportedError
from engine.compiler.generated.paths import Path, Paths, element, member, path_of
from engine.compiler.generated.truth import (
    has_order,
    is_false,
    is_true,
    never_number,
    takes_members,
)
from engine.compiler.generated.writer import Writer
from engine.compiler.syntax_tree import Node, children

_SCALARS = (str, int, float, bool, type(None))
_ORDER: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt,
    "lte": ast.LtE,
    "gt": ast.Gt,
    "gte": ast.GtE,
}
Way: TypeAlias = tuple[Callable[[ast.expr, Node], ast.expr], Callable[..., ast.expr]]
"""When the right side of `||` or `&&` counts, and how both are written in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a node is evaluated: at a path of the scope, or at a value that was computed.

    `element`: the value is an element of a list. That it is an object is taken for granted; of
    one that is none the interpreter finds the result.
    """

    path: Path | None = None
    value: ast.expr | None = None
    element: bool = False


ROOT = Spot(path=())


class Translator:
    """Writes expressions into one function. `most` is the cap of its lists.

    `_lists` are the names of lists that are known to be within the cap, each with whether there
    is one: None stands for no list.
    """

    def __init__(self, writer: Writer, paths: Paths, most: int) -> None:
        self.writer = writer
        self.paths = paths
        self.most = most
        self._loops = 0
        self._lists: dict[str, bool] = {}

    @property
    def longest(self) -> tuple[int, int]:
        """How many entries and characters something may have that is made here."""
        return (LIST, TEXT) if self._loops else (self.most, 64 * self.most)

    def value(self, node: Node, spot: Spot) -> ast.expr:
        """The expression of a node's value; it is used once, or given a name first."""
        if spot.path is not None:
            path = path_of(node, spot.path)
            if path is not None:
                return self.paths.read(path)
        written: ast.expr = getattr(self, f"_{node['type']}")(node, spot)
        return written

    def named(self, node: Node, spot: Spot, hint: str = "value") -> ast.expr:
        """The same under a name."""
        return self.writer.named(self.value(node, spot), hint)

    def current(self, spot: Spot) -> ast.expr:
        """The value that a node is evaluated at."""
        if spot.value is not None:
            return spot.value
        return self.paths.value(spot.path or ())

    def _field(self, node: Node, spot: Spot) -> ast.expr:
        here, step = self.current(spot), nodes.constant(node["value"])
        if spot.element:
            return nodes.method(here, "get", step)
        return member(here, step)

    def _index(self, node: Node, spot: Spot) -> ast.expr:
        here = self.current(spot)
        return element(here, node["value"], known=self._is_list(here))

    def _is_list(self, value: ast.expr) -> bool:
        """Whether a value is a list or None whatever the record holds, and within the cap."""
        return isinstance(value, ast.Name) and value.id in self._lists

    def _slice(self, node: Node, spot: Spot) -> ast.expr:
        here = self.current(spot)
        start, stop, step = (None if n is None else nodes.constant(n) for n in node["children"])
        cut = nodes.subscript(here, ast.Slice(lower=start, upper=stop, step=step))
        most = nodes.constant(self.longest[0])
        limited = nodes.call("within", cut, most)
        return nodes.choice(nodes.is_list(here), limited, nodes.constant(None))

    def _chain(self, node: Node, spot: Spot) -> ast.expr:
        *before, last = children(node)
        for child in before:
            spot = self._step(child, spot)
        return self.value(last, spot)

    _subexpression = _index_expression = _pipe = _chain

    def _step(self, node: Node, spot: Spot) -> Spot:
        path = path_of(node, spot.path) if spot.path is not None else None
        if path is not None:
            return Spot(path=path)
        if node["type"] in ("identity", "current"):
            return spot
        return Spot(value=self.named(node, spot))

    def _current(self, node: Node, spot: Spot) -> ast.expr:
        return self.current(spot)

    _identity = _current

    def _expref(self, node: Node, spot: Spot) -> ast.expr:
        raise UnsupportedError  # It is no value but in the calls that know what to do with it.

    def _literal(self, node: Node, spot: Spot) -> ast.expr:
        value = node["value"]
        return nodes.constant(value) if isinstance(value, _SCALARS) else self.writer.bound(value)

    def _comparator(self, node: Node, spot: Spot) -> ast.expr:
        left, right = children(node)
        if node["value"] in _ORDER:
            return self._ordered(_ORDER[node["value"]](), left, right, spot)
        equal = self._equal(left, right, spot)
        return equal if node["value"] == "eq" else nodes.negated(equal)

    def _equal(self, left: Node, right: Node, spot: Spot) -> ast.expr:
        if left["type"] == "literal":
            left, right = right, left
        if right["type"] == "literal" and isinstance(right["value"], _SCALARS):
            return self._equals_literal(self.value(left, spot), right["value"])
        one, other = self.named(left, spot, "left"), self.named(right, spot, "right")
        kinds = [nodes.is_type(side, "bool") for side in (one, other)]
        same = nodes.compare(kinds[0], ast.Is(), kinds[1])
        return nodes.both(nodes.compare(one, ast.Eq(), other), same)

    def _equals_literal(self, value: ast.expr, wanted: Any) -> ast.expr:
        """1 is not true and 0 is not false, which Python thinks they are."""
        literal = nodes.constant(wanted)
        if isinstance(value, ast.Constant):
            value = self.writer.named(value, "constant")
        if wanted is None or isinstance(wanted, bool):
            return nodes.compare(value, ast.Is(), literal)
        if isinstance(wanted, str) or wanted not in (0, 1):
            return nodes.compare(value, ast.Eq(), literal)
        value = self.writer.named(value, "number")
        flag = nodes.compare(value, ast.IsNot(), nodes.constant(bool(wanted)))
        return nodes.both(nodes.compare(value, ast.Eq(), literal), flag)

    def _ordered(self, operator: ast.cmpop, left: Node, right: Node, spot: Spot) -> ast.expr:
        sides = [self._side(left, spot, "left"), self._side(right, spot, "right")]
        order = nodes.compare(sides[0], operator, sides[1])
        tests: list[ast.expr] = [
            nodes.compare(nodes.call("type", side), ast.In(), nodes.name("COMPARABLE"))
            for side, node in zip(sides, (left, right), strict=True)
            if not has_order(node)
        ]
        if not tests:
            return order
        fit = nodes.both(*tests) if len(tests) > 1 else tests[0]
        return nodes.choice(fit, order, nodes.call("unordered", *sides))

    def _side(self, node: Node, spot: Spot, hint: str) -> ast.expr:
        """A side of a comparison; one that has an order whatever the record holds is used once."""
        value = self.value(node, spot)
        return value if has_order(node) else self.writer.named(value, hint)

    def _or_expression(self, node: Node, spot: Spot) -> ast.expr:
        left, right = children(node)
        return self._either(left, right, spot, (is_false, nodes.either))

    def _and_expression(self, node: Node, spot: Spot) -> ast.expr:
        left, right = children(node)
        return self._either(left, right, spot, (is_true, nodes.both))

    def _either(self, left: Node, right: Node, spot: Spot, way: Way) -> ast.expr:
        """The left side, or the right one where that is what the left one asks for."""
        goes_on, short = way
        value = self.value(left, spot)
        with self.writer.block() as block:
            other = self.value(right, spot)
        if not block and never_number(left):
            return short(value, other)
        target = self.writer.fresh("value")
        self.writer.put(nodes.assign(target, value))
        test = goes_on(nodes.name(target), left)
        self.writer.put(nodes.when(test, [*block, nodes.assign(target, other)]))
        return nodes.name(target)

    def _not_expression(self, node: Node, spot: Spot) -> ast.expr:
        (child,) = children(node)
        if never_number(child):
            return nodes.negated(self.value(child, spot))
        return nodes.negated(is_true(self.named(child, spot), child))

    def _multi_select_list(self, node: Node, spot: Spot) -> ast.expr:
        values = [self.value(child, spot) for child in children(node)]
        return self._unless_null(ast.List(elts=values, ctx=ast.Load()), node, spot)

    def _multi_select_dict(self, node: Node, spot: Spot) -> ast.expr:
        keys: list[ast.expr | None] = [nodes.constant(child["value"]) for child in children(node)]
        values = [self.value(child, spot) for child in children(node)]
        return self._unless_null(ast.Dict(keys=keys, values=values), node, spot)

    def _key_val_pair(self, node: Node, spot: Spot) -> ast.expr:
        (child,) = children(node)
        return self.value(child, spot)

    def _unless_null(self, made: ast.expr, node: Node, spot: Spot) -> ast.expr:
        """A list or an object that is made, None where the value that it is made of is None."""
        if spot.path == () or (spot.element and takes_members(node)):
            return made
        return nodes.choice(nodes.is_none(self.current(spot)), nodes.constant(None), made)


def refusal() -> ast.Raise:
    """The statement that leaves the search to the interpreter."""
    return ast.Raise(exc=nodes.name("TooMuchError"), cause=None)
