"""Calls of functions: the usual ones written out, all others through the pack itself."""

from __future__ import annotations

import ast

from engine.compiler.generated import nodes
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.loops import Looper
from engine.compiler.generated.translator import Spot, refusal
from engine.compiler.syntax_tree import Node, children

_METHODS = {"upper": "upper", "lower": "lower", "trim": "strip"}
_ASKS = {"starts_with": "startswith", "ends_with": "endswith"}
_BY = {"max_by": "most_of", "min_by": "least_of", "sort_by": "sorted_by"}
_SHORT = frozenset("abs avg ceil date floor matches max min sum to_array to_number type".split())
"""Functions of which the result is short, or what they are given."""
_MADE = frozenset("multi_select_list projection filter_projection value_projection flatten".split())
_SEPARATOR = 16
_GROWS = 3
"""How many letters one may have in the other case."""


class Compiler(Looper):
    """A translator that knows the functions, too."""

    def _function_expression(self, node: Node, spot: Spot) -> ast.expr:
        name, given = node["value"], children(node)
        if name == "map" or name in _BY:
            return self._through(name, given, spot)
        arguments = [self.value(child, spot) for child in given]
        written = getattr(self, f"_call_{name}", self._call_any)
        found: ast.expr = written(node, arguments)
        return found

    def _call_any(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        name = node["value"]
        if name in _METHODS or name in _ASKS:
            return self._of_texts(name, arguments)
        value = nodes.call("call", nodes.constant(name), *arguments)
        return value if name in _SHORT else self._made(value)

    def _made(self, value: ast.expr) -> ast.expr:
        """A value that was made, unless it is long."""
        return nodes.call("made", value, *(nodes.constant(most) for most in self.longest))

    def _call_length(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        return nodes.call("len", *arguments)

    def _call_contains(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        subject, wanted = arguments
        if children(node)[0]["type"] not in _MADE:
            subject = self.writer.named(subject, "subject")
            self._insist(nodes.negated(nodes.call("isinstance", subject, nodes.name("dict"))))
        return nodes.compare(wanted, ast.In(), subject)

    def _call_to_string(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        value = self.writer.named(arguments[0], "value")
        other = nodes.call("text", value, nodes.constant(self.longest[1]))
        return nodes.choice(nodes.is_type(value, "int"), nodes.call("str", value), other)

    def _call_join(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        separator, texts = arguments
        short = isinstance(separator, ast.Constant) and _is_short(separator.value)
        if not short or children(node)[1]["type"] not in _MADE:
            return self._made(nodes.call("call", nodes.constant("join"), *arguments))
        joined = self.writer.named(nodes.method(separator, "join", texts), "joined")
        self._insist(self._fits(joined))
        return joined

    def _call_sum(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        if children(node)[0]["type"] not in _MADE:
            return nodes.call("sum", nodes.call("numbers_of", *arguments))
        numbers = self.writer.named(arguments[0], "numbers")
        kinds = nodes.call("map", nodes.name("type"), numbers)
        self._insist(nodes.method(nodes.name("NUMBERS"), "issuperset", kinds))
        return nodes.call("sum", numbers)

    def _call_sort(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        values = self.writer.named(arguments[0], "values")
        kinds = nodes.call("map", nodes.name("type"), values)
        texts: ast.expr = nodes.method(nodes.name("TEXTS"), "issuperset", kinds)
        if self._loops or not self._is_list(values):
            self._insist(self._fits_list(values))
            texts = nodes.both(nodes.is_list(values), texts)
        return nodes.call("sorted", nodes.choice(texts, values, nodes.call("alike", values)))

    def _call_coalesce(self, node: Node, arguments: list[ast.expr]) -> ast.expr:
        """All arguments are evaluated: one of them that fails must not be passed over."""
        return nodes.call("first", *arguments)

    _call_not_null = _call_coalesce

    def _of_texts(self, name: str, arguments: list[ast.expr]) -> ast.expr:
        texts = [self._text(argument) for argument in arguments]
        if name in _ASKS:
            return nodes.method(texts[0], _ASKS[name], *texts[1:])
        self._insist(self._fits(texts[0], _GROWS))
        return nodes.method(texts[0], _METHODS[name])

    def _text(self, argument: ast.expr) -> ast.expr:
        """An argument that has to be a text; whether one is that is written out is plain to see."""
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument
        text = self.writer.named(argument, "text")
        self._insist(nodes.is_type(text, "str"))
        return text

    def _through(self, name: str, given: list[Node], spot: Spot) -> ast.expr:
        """A function that evaluates an expression at each element of a list."""
        base, body = given if name in _BY else reversed(given)
        if body["type"] != "expref" or base["type"] == "expref":
            raise UnsupportedError
        values = self.listed(base, spot)
        results = self._list_of(values, lambda item: self._all(children(body)[0], item))
        if name in _BY:
            self._insist(self._fits_list(values)) if name == "sort_by" else None
            return nodes.call(_BY[name], values, results)
        self._insist(nodes.negated(nodes.is_none(results)))
        self._insist(self._fits_list(results))
        return results

    def _all(self, body: Node, item: str) -> list[ast.stmt]:
        return [self._append(self.value(body, Spot(value=nodes.name(item), element=True)))]

    def _fits(self, text: ast.expr, share: int = 1) -> ast.expr:
        return nodes.negated(nodes.longer(text, self.longest[1] // share))

    def _fits_list(self, values: ast.expr) -> ast.expr:
        return nodes.negated(nodes.longer(values, self.longest[0]))

    def _insist(self, test: ast.expr) -> None:
        """Leaves the search to the interpreter where a test fails."""
        self.writer.put(nodes.unless(test, [refusal()]))


def _is_short(separator: object) -> bool:
    return isinstance(separator, str) and len(separator) <= _SEPARATOR
