"""Compilers with one deliberate fault each: the differential tests have to see every one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from engine.compiler.generated import nodes
from engine.compiler.generated.calls import Compiler
from engine.compiler.generated.translator import Spot
from engine.compiler.syntax_tree import Node, children


class ZeroIsFalse(Compiler):
    """`||` with Python's idea of truth."""

    def _or_expression(self, node: Node, spot: Spot) -> ast.expr:
        return nodes.either(*(self.value(child, spot) for child in children(node)))


class ZeroEndsAnd(Compiler):
    """`&&` with Python's idea of truth."""

    def _and_expression(self, node: Node, spot: Spot) -> ast.expr:
        return nodes.both(*(self.value(child, spot) for child in children(node)))


class ZeroIsNegated(Compiler):
    """`!` with Python's idea of truth."""

    def _not_expression(self, node: Node, spot: Spot) -> ast.expr:
        return nodes.negated(self.value(children(node)[0], spot))


class ZeroIsFiltered(Compiler):
    """A filter with Python's idea of truth."""

    def _filter_projection(self, node: Node, spot: Spot, *, flat: bool = False) -> ast.expr:
        base, body, condition = children(node)
        values = self.named(base, spot, "values")

        def kept(item: str) -> list[ast.stmt]:
            answer = self.value(condition, Spot(value=nodes.name(item), element=True))
            with self.writer.block() as block:
                end = self.each(body, item)
            return [nodes.when(answer, [*block, *end])]

        return self._list_of(values, kept, flat=flat)


class OneIsTrue(Compiler):
    """`==` of a literal with Python's idea of equality."""

    def _equals_literal(self, value: ast.expr, wanted: Any) -> ast.expr:
        named = self.writer.named(value, "value")
        return nodes.compare(named, ast.Eq(), self.writer.named(nodes.constant(wanted), "wanted"))


class OneMemberIsTrue(Compiler):
    """`==` of two members with Python's idea of equality."""

    def _equal(self, left: Node, right: Node, spot: Spot) -> ast.expr:
        sides = [self.named(side, spot, "side") for side in (left, right)]
        return nodes.compare(sides[0], ast.Eq(), sides[1])


class TrueIsLess(Compiler):
    """`<` takes booleans for numbers."""

    def _ordered(self, operator: ast.cmpop, left: Node, right: Node, spot: Spot) -> ast.expr:
        sides = [self.named(side, spot, "side") for side in (left, right)]
        return nodes.compare(sides[0], operator, sides[1])


class LessIsAtMost(Compiler):
    """`<` and `>` are true of equals."""

    def _ordered(self, operator: ast.cmpop, left: Node, right: Node, spot: Spot) -> ast.expr:
        loose = {ast.Lt: ast.LtE(), ast.Gt: ast.GtE()}.get(type(operator), operator)
        return super()._ordered(loose, left, right, spot)


class KeepsNulls(Compiler):
    """A projection keeps what is null."""

    def each(self, body: Node, item: str) -> list[ast.stmt]:
        return self._all(body, item)


class DropsNullsOfMap(Compiler):
    """map() leaves out what is null."""

    def _all(self, body: Node, item: str) -> list[ast.stmt]:
        return self.each(body, item)


class MakesOfNull(Compiler):
    """A list or an object is made of null, too."""

    def _unless_null(self, made: ast.expr, node: Node, spot: Spot) -> ast.expr:
        return made


class CutsWithoutStep(Compiler):
    """A slice forgets its step."""

    def _slice(self, node: Node, spot: Spot) -> ast.expr:
        return super()._slice({**node, "children": [*node["children"][:2], None]}, spot)


class CutsTexts(Compiler):
    """A slice of a text is a text."""

    def _slice(self, node: Node, spot: Spot) -> ast.expr:
        bounds = (None if n is None else nodes.constant(n) for n in node["children"])
        lower, upper, step = bounds
        cut = ast.Slice(lower=lower, upper=upper, step=step)
        return nodes.subscript(self.current(spot), cut)


class FlattensDeep(Compiler):
    """A list is flattened twice."""

    def _flatten(self, node: Node, spot: Spot) -> ast.expr:
        once = Spot(value=self.writer.named(super()._flatten(node, spot), "once"))
        current: Node = {"type": "current", "children": []}
        return super()._flatten({**node, "children": [current]}, once)


class FlattensListsOnly(Compiler):
    """What is no list is lost where a list is flattened."""

    def _flatten(self, node: Node, spot: Spot) -> ast.expr:
        values = self.named(children(node)[0], spot, "values")

        def merged(item: str) -> list[ast.stmt]:
            one = nodes.name(item)
            extended = nodes.method(nodes.name(self._result), "extend", one)
            return [nodes.when(nodes.is_list(one), [nodes.statement(extended)])]

        return self._list_of(values, merged)


class ProjectsObjects(Compiler):
    """`[*]` goes through the values of an object."""

    def _projection(self, node: Node, spot: Spot, *, flat: bool = False) -> ast.expr:
        return self._value_projection(node, spot, flat=flat)


class PassesOverFalse(Compiler):
    """coalesce() passes over false as it does over null."""

    def _call_coalesce(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.either(*arguments)


class ContainsTurned(Compiler):
    """contains() looks for the list in the text."""

    def _call_contains(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.compare(*arguments[:1], ast.In(), arguments[1])


class FlagsAreNumbers(Compiler):
    """sum() adds up booleans."""

    def _call_sum(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.call("sum", *arguments)


class TextsOfPython(Compiler):
    """to_string() as Python writes values."""

    def _call_to_string(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.call("str", *arguments)


class SmallestIsLargest(Compiler):
    """max_by() and min_by() are changed for each other."""

    def _through(self, name: str, given: list[Node], spot: Spot) -> ast.expr:
        changed = {"max_by": "min_by", "min_by": "max_by"}.get(name, name)
        return super()._through(changed, given, spot)


class ForgetsTheFirst(Compiler):
    """A pipe evaluates its right side at the scope."""

    def _chain(self, node: Node, spot: Spot) -> ast.expr:
        return self.value(children(node)[-1], spot)

    _pipe = _chain


class ReadsBothSides(Compiler):
    """The right side of `||` counts, whatever the left one is."""

    def _or_expression(self, node: Node, spot: Spot) -> ast.expr:
        return self.value(children(node)[1], spot)


class AnythingHasMembers(Compiler):
    """An index of what is no list takes a letter of a text."""

    def _index(self, node: Node, spot: Spot) -> ast.expr:
        return nodes.subscript(self.current(spot), nodes.constant(node["value"]))


class SortsAnything(Compiler):
    """sort() of whatever Python can sort."""

    def _call_sort(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.call("sorted", *arguments)


class KeepsListsInLists(Compiler):
    """What is flattened while it is projected stays in its lists."""

    def _kept(self, value: ast.expr, test: ast.expr | None = None) -> list[ast.stmt]:
        keep: list[ast.stmt] = [self._append(value)]
        return keep if test is None else [nodes.when(test, keep)]


class TakesAllForLists(Compiler):
    """Whatever a member holds is taken for a list."""

    def listed(self, node: Node, spot: Spot) -> ast.expr:
        values = super().listed(node, spot)
        if isinstance(values, ast.Name):
            self._lists[values.id] = True
            self.writer.put(nodes.assign(values.id, nodes.either(values, EMPTY)))
        return values


class TakesLettersForElements(Compiler):
    """An index of what was computed is taken for one of a list."""

    def _is_list(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Name)


class KeepsNullElements(Compiler):
    """A filter keeps an element that is null, as if it had taken a member of it."""

    def each(self, body: Node, item: str, *, sure: bool = False) -> list[ast.stmt]:
        return super().each(body, item, sure=True)


class TextsOrNumbersHaveOrder(Compiler):
    """The other side of a comparison with a number is taken for a number."""

    def _ordered(self, operator: ast.cmpop, left: Node, right: Node, spot: Spot) -> ast.expr:
        sides = [self.value(side, spot) for side in (left, right)]
        return nodes.compare(sides[0], operator, sides[1])


class SortsMixed(Compiler):
    """sort() does not look whether there are texts, or numbers, alone."""

    def _call_sort(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.call("sorted", nodes.either(*arguments, EMPTY))


EMPTY = ast.List(elts=[], ctx=ast.Load())
FAULTY: Callable[[], list[type[Compiler]]] = Compiler.__subclasses__
