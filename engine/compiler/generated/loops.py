"""Lists that are gone through: each loop is written once, and asks once what it goes through."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from engine.compiler.generated import nodes
from engine.compiler.generated.paths import path_of
from engine.compiler.generated.translator import Spot, Translator, refusal
from engine.compiler.generated.truth import is_true, never_number, takes_members
from engine.compiler.syntax_tree import Node, children

Body: TypeAlias = Callable[[str], list[ast.stmt]]
"""The statements for an element of this name."""
PROJECTIONS = frozenset(["projection", "filter_projection", "value_projection"])


class Looper(Translator):
    """A translator that knows what goes through lists."""

    _result = ""
    _flat = False

    def _projection(self, node: Node, spot: Spot, *, flat: bool = False) -> ast.expr:
        base, body = children(node)
        values = self.listed(_of_objects(base, body), spot)
        return self._list_of(values, lambda item: self.each(body, item), flat=flat)

    def _value_projection(self, node: Node, spot: Spot, *, flat: bool = False) -> ast.expr:
        base, body = children(node)
        values = self.writer.named(nodes.call("values_of", self.value(base, spot)), "values")
        return self._list_of(values, lambda item: self.each(body, item), flat=flat)

    def _filter_projection(self, node: Node, spot: Spot, *, flat: bool = False) -> ast.expr:
        base, body, condition = children(node)
        values = self.listed(_of_objects(base, condition), spot)

        def collected(item: str) -> list[ast.stmt]:
            here = Spot(value=nodes.name(item), element=True)
            answer = self.value(condition, here)
            if not never_number(condition):
                answer = is_true(self.writer.named(answer, "answer"), condition)
            with self.writer.block() as block:
                kept = self.each(body, item, sure=takes_members(condition))
            return [nodes.when(answer, [*block, *kept])]

        return self._list_of(values, collected, flat=flat)

    def _flatten(self, node: Node, spot: Spot) -> ast.expr:
        (base,) = children(node)
        if base["type"] in PROJECTIONS:
            made: ast.expr = getattr(self, f"_{base['type']}")(base, spot, flat=True)
            return made
        values = self.listed(base, spot)
        return self._list_of(values, lambda item: self._kept(nodes.name(item)), flat=True)

    def listed(self, node: Node, spot: Spot) -> ast.expr:
        """The value of a node under a name; a list straight from the scope is looked at once for
        all that go through it.
        """
        path = path_of(node, spot.path) if spot.path is not None else None
        if path is None:
            value = self.value(node, spot)
            sure = isinstance(value, ast.List)
            named = self.writer.named(value, "values")
            if sure and isinstance(named, ast.Name):
                self._lists[named.id] = True
            return named
        values = self.paths.listed(path, self.most, refusal())
        self._lists[values.id] = False
        return values

    def each(self, body: Node, item: str, *, sure: bool = False) -> list[ast.stmt]:
        """What a projection does with one element: the statements that keep its value.

        `sure` says that the element itself is an object.
        """
        value = self.value(body, Spot(value=nodes.name(item), element=True))
        whole = sure and isinstance(value, ast.Name) and value.id == item
        if whole or isinstance(value, ast.Dict):
            return [self._append(value)]
        if isinstance(value, ast.List) and not self._flat:
            return [self._append(value)]
        named = self.writer.named(value, "found")
        there = nodes.compare(named, ast.IsNot(), nodes.constant(None))
        return self._kept(named, there)

    def _kept(self, value: ast.expr, test: ast.expr | None = None) -> list[ast.stmt]:
        """Keeps a value where the test allows it; what is in a list instead of the list, where
        the result is flat.
        """
        keep: list[ast.stmt] = [self._append(value)]
        if test is not None:
            keep = [nodes.when(test, keep)]
        if not self._flat:
            return keep
        several = nodes.statement(nodes.method(nodes.name(self._result), "extend", value))
        return [ast.If(test=nodes.is_list(value), body=[several], orelse=keep)]

    def _append(self, value: ast.expr) -> ast.stmt:
        return nodes.statement(nodes.method(nodes.name(self._result), "append", value))

    def _list_of(self, values: ast.expr, kept: Body, *, flat: bool = False) -> ast.Name:
        """A list that a loop fills, None where there is no list to go through."""
        result, item = self.writer.fresh("found"), self.writer.fresh("item")
        outer = self._result, self._flat
        self._result, self._flat = result, flat
        self._loops += 1
        with self.writer.block() as inside:
            end = kept(item)
        self._loops -= 1
        self._result, self._flat = outer
        start = nodes.assign(result, ast.List(elts=[], ctx=ast.Load()))
        body: list[ast.stmt] = [start, nodes.loop(item, values, [*inside, *end])]
        if flat:
            body.append(self._refused(nodes.name(result), self.longest[0]))
        self._lists[result] = self._where_listed(values, result, body)
        return nodes.name(result)

    def _where_listed(self, values: ast.expr, result: str, body: list[ast.stmt]) -> bool:
        """Goes through the values where they are a list; says whether they always are."""
        if isinstance(values, ast.Name) and self._lists.get(values.id):
            for one in body:
                self.writer.put(one)
            return True
        test: ast.expr = nodes.compare(values, ast.IsNot(), nodes.constant(None))
        if not self._is_list(values):
            test, body = nodes.is_list(values), [self._refused(values, self.most), *body]
        nothing = nodes.assign(result, nodes.constant(None))
        self.writer.put(ast.If(test=test, body=body, orelse=[nothing]))
        return False

    def _refused(self, values: ast.expr, most: int) -> ast.stmt:
        return nodes.when(nodes.longer(values, most), [refusal()])


def _of_objects(base: Node, body: Node) -> Node:
    """What a projection goes through. Elements of which members are taken are objects: that
    `Items[]` has no list in it is taken for granted, of one that has the interpreter finds more.
    """
    if base["type"] != "flatten" or not takes_members(body):
        return base
    (inner,) = children(base)
    return base if inner["type"] in PROJECTIONS else inner
