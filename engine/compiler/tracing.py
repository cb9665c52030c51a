"""What an expression or a template really read of one scope to come to its result.

It is evaluated once more, and whatever a value is taken from is noted on the way. What is not
noted was not looked at: with another value there the result is the same. Branches that were not
taken are not noted; what a condition looked at to choose the branch is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from jmespath import exceptions, visitor

from engine.compiler import functions
from engine.compiler.expressions import MAX_STEPS, CompiledExpression
from engine.compiler.syntax_tree import Node, walk
from engine.compiler.templates import CompiledTemplate, TemplateError

Spot: TypeAlias = tuple[str | int, ...]
"""The way from the scope to a value: names of members and indexes of lists."""

SIZES = frozenset(["keys", "length", "type"])
"""Functions that ask a list or an object how large it is, and nothing of what is in it."""
HANDS_ON = frozenset(["coalesce", "not_null"])
"""Functions that give back one of their arguments as it is."""
REARRANGES = frozenset(
    ["map", "max_by", "merge", "min_by", "reverse", "sort_by", "to_array", "values"]
)
"""Functions whose result holds the elements themselves: what lies deeper was not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A value that was read. `present` is False for a member that is not there, which counts as
    null; `size`: only how many entries it has. All that lies below a list or an object that was
    read as a whole was read too.
    """

    spot: Spot
    value: Any
    present: bool = True
    size: bool = False


def reads_of_expression(compiled: CompiledExpression, scope: Mapping[str, Any]) -> tuple[Read, ...]:
    """What an expression read of a scope of plain data, in the order of reading; of one that fails,
    what it read until then. Of one that takes too long, all that it could read.
    """
    notes = _Notes()
    copy = notes.copied(scope)
    try:
        # What it raises is its result; what led to that was noted.
        with suppress(*_FAILURES):
            notes.whole(_Tracer(notes).visit(cast("Any", compiled.tree), copy))
    except _TooLongError:
        return _all_of(compiled.references, scope)
    return notes.reads()


def reads_of_template(compiled: CompiledTemplate, scope: Mapping[str, Any]) -> tuple[Read, ...]:
    """The same of a template; what it names at the top, and lists, count as read as a whole."""
    notes = _Notes()
    for path in sorted(compiled.references):
        value, present = _at(scope, path)
        if len(path) == 1 or isinstance(value, dict | list):
            notes.note(path, value, present=present)
    with suppress(TemplateError):
        compiled.render({name: _watched(value, (name,), notes) for name, value in scope.items()})
    return notes.reads()


def functions_of(compiled: CompiledExpression) -> tuple[str, ...]:
    """The names of the functions that an expression calls, in the order of its text."""
    called = (node["value"] for node in walk(compiled.tree) if node["type"] == _CALL)
    return tuple(dict.fromkeys(called))


def literals_of(compiled: CompiledExpression) -> tuple[str | int | float | bool, ...]:
    """The texts, numbers and truth values that are written out in an expression."""
    written = (node["value"] for node in walk(compiled.tree) if node["type"] == "literal")
    return tuple(value for value in written if isinstance(value, str | int | float | bool))


def filters_of(compiled: CompiledTemplate) -> tuple[str, ...]:
    """The names of the filters that a template uses, in the order of its text."""
    inner = " ".join(_BRACES.findall(compiled.text))
    return tuple(dict.fromkeys(_FILTER.findall(_QUOTED.sub("", inner))))


_BRACES = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_FILTER = re.compile(r"\|\s*(\w+)")
_CALL = "function_expression"
_FAILURES = (
    exceptions.JMESPathError, ArithmeticError, RecursionError, TypeError, ValueError,
)  # fmt: skip


def _all_of(references: Iterable[tuple[str, ...]], scope: Mapping[str, Any]) -> tuple[Read, ...]:
    found = ((path, *_at(scope, path)) for path in sorted(references))
    return tuple(Read(spot=path, value=value, present=here) for path, value, here in found)


def _at(scope: Mapping[str, Any], path: Iterable[str]) -> tuple[Any, bool]:
    """The value at a path of names, and whether it is there."""
    value: Any = scope
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return None, False
        value = value[name]
    return value, True


class _Notes:
    """What was read so far. A list or an object is known by its identity: the scope is copied
    first, so that no two places of it share one.
    """

    def __init__(self) -> None:
        self._spots: dict[int, Spot] = {}
        self._reads: dict[tuple[Spot, bool], Read] = {}

    def copied(self, value: Any, spot: Spot = ()) -> Any:
        """A copy whose lists and objects are known from now on."""
        if not isinstance(value, Mapping | list | tuple):
            return value
        copy: Any
        if isinstance(value, Mapping):
            copy = {name: self.copied(member, (*spot, name)) for name, member in value.items()}
        else:
            copy = [self.copied(element, (*spot, index)) for index, element in enumerate(value)]
        self._spots[id(copy)] = spot
        return copy

    def note(self, spot: Spot, value: Any, *, present: bool = True, size: bool = False) -> None:
        """Notes one read."""
        read = Read(spot=spot, value=value, present=present, size=size)
        self._reads.setdefault((spot, size), read)

    def member(self, value: Any, step: str | int, found: Any, *, present: bool) -> None:
        """Notes that a member or element was taken; of a list or an object nothing was read yet."""
        spot = self._spots.get(id(value)) if isinstance(value, dict | list) else None
        if spot is not None and not isinstance(found, dict | list):
            self.note((*spot, step), found, present=present)

    def elements(self, value: Any) -> None:
        """Notes that every element or member was taken."""
        pairs: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            pairs = value.items()
        elif isinstance(value, list):
            pairs = enumerate(value)
        for step, element in pairs:
            self.member(value, step, element, present=True)

    def size(self, value: Any) -> None:
        """Notes that it was asked whether, or how many, entries there are."""
        spot = self._spots.get(id(value)) if isinstance(value, dict | list) else None
        if spot is not None:
            self.note(spot, value, size=True)

    def whole(self, value: Any) -> None:
        """Notes that a value was used with all that is in it."""
        waiting = deque([value])
        while waiting:
            current = waiting.popleft()
            spot = self._spots.get(id(current)) if isinstance(current, dict | list) else None
            if spot is not None and spot != ():
                self.note(spot, current)
            elif isinstance(current, dict):
                waiting += current.values()
            elif isinstance(current, list):
                waiting += current

    def reads(self) -> tuple[Read, ...]:
        """All that was read, without what lies below something that was read as a whole."""
        wholes = {read.spot for read in self._reads.values() if not read.size}
        return tuple(read for read in self._reads.values() if not _is_below(read, wholes))


def _is_below(read: Read, wholes: set[Spot]) -> bool:
    """Whether another read says this one already."""
    if read.size and read.spot in wholes:
        return True
    return any(read.spot[:stop] in wholes for stop in range(1, len(read.spot)))


class _TooLongError(Exception):
    """So much cannot be traced."""


def _literal(value: Any) -> Node:
    return {"type": "literal", "children": [], "value": value}


class _Tracer(visitor.TreeInterpreter):
    """The library's own interpreter: it goes on with what was evaluated and noted here."""

    def __init__(self, notes: _Notes) -> None:
        super().__init__(visitor.Options(custom_functions=functions.Pack()))
        self._notes = notes
        self._left = MAX_STEPS

    def visit(self, node: Any, *arguments: Any, **more: Any) -> Any:
        """Counts as a search does: what is refused there is not traced for longer here."""
        result = super().visit(node, *arguments, **more)
        self._spend(functions.steps_of(node, result))
        return result

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _TooLongError

    def visit_field(self, node: Any, value: Any) -> Any:
        found = super().visit_field(node, value)
        present = isinstance(value, dict) and node["value"] in value
        self._notes.member(value, node["value"], found, present=present)
        return found

    def visit_index(self, node: Any, value: Any) -> Any:
        found = super().visit_index(node, value)
        if isinstance(value, list):
            index = node["value"] + len(value) * (node["value"] < 0)
            if 0 <= index < len(value):
                self._notes.member(value, index, found, present=True)
            else:
                self._notes.size(value)
        return found

    def visit_slice(self, node: Any, value: Any) -> Any:
        if isinstance(value, list):
            for index in range(len(value))[slice(*node["children"])]:
                self._notes.member(value, index, value[index], present=True)
        return super().visit_slice(node, value)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        return super().visit_comparator(self._first(node, value, self._notes.whole, 2), value)

    def visit_or_expression(self, node: Any, value: Any) -> Any:
        return super().visit_or_expression(self._first(node, value, self._notes.size), value)

    def visit_and_expression(self, node: Any, value: Any) -> Any:
        return super().visit_and_expression(self._first(node, value, self._notes.size), value)

    def visit_not_expression(self, node: Any, value: Any) -> Any:
        return super().visit_not_expression(self._first(node, value, self._notes.size), value)

    def visit_projection(self, node: Any, value: Any) -> Any:
        return super().visit_projection(self._first(node, value, self._list), value)

    def visit_filter_projection(self, node: Any, value: Any) -> Any:
        return super().visit_filter_projection(self._first(node, value, self._list), value)

    def visit_value_projection(self, node: Any, value: Any) -> Any:
        return super().visit_value_projection(self._first(node, value, self._list), value)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        return super().visit_flatten(self._first(node, value, self._lists), value)

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        noted = self._notes.whole
        if node["value"] in SIZES or node["value"] in HANDS_ON:
            noted = self._notes.size
        elif node["value"] in REARRANGES:
            noted = self._list
        ready = self._first(node, value, noted, len(node["children"]))
        arguments = [child["value"] for child in ready["children"]]
        self._spend(functions.weight_of_call(node["value"], arguments))
        return super().visit_function_expression(ready, value)

    def _first(self, node: Node, value: Any, noted: Callable[[Any], None], count: int = 1) -> Any:
        """The node with its first children evaluated, their values noted in this way."""
        ready = [self.visit(child, value) for child in node["children"][:count]]
        for one in ready:
            noted(one)
        return {**node, "children": [*map(_literal, ready), *node["children"][count:]]}

    def _list(self, value: Any) -> None:
        """What goes through all elements takes them; an empty one is at least seen to be empty."""
        self._notes.elements(value)
        if not value:
            self._notes.size(value)

    def _lists(self, value: Any) -> None:
        self._list(value)
        for element in value if isinstance(value, list) else ():
            self._list(element) if isinstance(element, list) else None


class _Watched(dict[str, Any]):
    """An object of a scope that notes which of its members a template takes."""

    def __init__(self, value: Mapping[str, Any], spot: Spot, notes: _Notes) -> None:
        super().__init__(
            {name: _watched(member, (*spot, name), notes) for name, member in value.items()}
        )
        self._spot = spot
        self._notes = notes

    def __contains__(self, name: object) -> bool:
        there = super().__contains__(name)
        if not there:
            self._notes.note((*self._spot, str(name)), None, present=False)
        return there

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if not isinstance(value, dict | list):
            self._notes.note((*self._spot, name), value)
        return value


def _watched(value: Any, spot: Spot, notes: _Notes) -> Any:
    return _Watched(value, spot, notes) if isinstance(value, Mapping) else value
