"""A filter's tree to a predicate on rows, once the names and kinds in it have been checked.

A wrong name, a member compared with a literal of another kind, an enum's unknown member and any
use of OrderTags (documented as not filterable) end in a 400 of OData's shape.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.sandbox.channeladvisor import grammar
from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.members import ENUMS
from engine.sandbox.channeladvisor.schema import EntityType, Row
from engine.sandbox.channeladvisor.stamps import moment, ticks

Predicate = Callable[[Row, Row], bool]
"""(row, its top row) -> whether the filter lets it through."""

_Bound = dict[str, Row]
"""The row of each range variable; `""` is the filtered row and TOP its top row."""
_Read = Callable[[_Bound], Any]
_Test = Callable[[_Bound], bool]

TOP = "(top)"
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    word: getattr(operator, word) for word in grammar.COMPARISONS
}
_ROUND: Mapping[str, Callable[[Any], Any]] = {"floor": math.floor, "ceiling": math.ceil}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The two things about comparisons that are not documented: see ChannelAdvisorSettings."""

    ignore_case: bool = False
    drop_null: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An operand: its kind (see EntityType.kinds; `null` for the literal) and how it is read.

    `constant` is a literal's value, None for everything else.
    """

    kind: str
    read: _Read
    constant: Any = None


@lru_cache(maxsize=2048)
def predicate(entity: EntityType, text: str, rules: Rules) -> Predicate:
    """The predicate of a filter over this type. Raises RefusedError (400)."""
    test = _Compiler(rules).condition(grammar.parse(text), {"": entity})
    return lambda row, top: test({"": row, TOP: top})


class _Compiler:
    """Compiles conditions; a scope tells the type behind each range variable."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def condition(self, tree: grammar.Condition, scope: Mapping[str, EntityType]) -> _Test:
        if isinstance(tree, grammar.Comparison):
            return self.comparison(tree, scope)
        if isinstance(tree, grammar.AnyOf):
            return self.any_of(tree, scope)
        parts = [self.condition(part, scope) for part in tree.parts]
        joined = all if tree.word == "and" else any
        return lambda bound: joined(part(bound) for part in parts)

    def any_of(self, tree: grammar.AnyOf, scope: Mapping[str, EntityType]) -> _Test:
        """Inside, every member needs a range variable: the row has no name there (documented)."""
        owner = _owner(tree.collection, scope)
        name = owner.canonical(tree.collection.name)
        navigation = owner.navigations.get(name or "")
        if navigation is None or tree.variable in scope:
            raise odata_error(f"No collection {tree.collection.name} can be searched here.")
        outer = {variable: entity for variable, entity in scope.items() if variable}
        body = self.condition(tree.body, {**outer, tree.variable: navigation.target})
        source, variable, rows = tree.collection.variable, tree.variable, navigation.rows
        return lambda bound: any(
            body({**bound, variable: row}) for row in rows(bound[source], bound[TOP])
        )

    def comparison(self, tree: grammar.Comparison, scope: Mapping[str, EntityType]) -> _Test:
        left, right = self.operand(tree.left, scope), self.operand(tree.right, scope)
        word = tree.operator
        self.check_kinds(left, right, word)
        if "null" in (left.kind, right.kind):
            return _null_test(left, right, word)
        compare, first, second = _COMPARE[word], left.read, right.read
        nulls_pass = word == "ne" and not self.rules.drop_null

        def test(bound: _Bound) -> bool:
            a, b = first(bound), second(bound)
            if a is None or b is None:
                return (a is None and b is None) if word == "eq" else nulls_pass and a is not b
            return compare(a, b)

        return test

    def check_kinds(self, left: _Reading, right: _Reading, word: str) -> None:
        """Like goes with like, an enum with one of its members' names, anything with null."""
        if left.kind in ENUMS and right.kind == "string":
            self.check_enum(left.kind, right)
        elif right.kind in ENUMS and left.kind == "string":
            self.check_enum(right.kind, left)
        elif "null" not in (left.kind, right.kind) and left.kind != right.kind:
            raise odata_error(f"A {left.kind} cannot be compared with a {right.kind}.")
        unordered = {"null", "boolean", *ENUMS} & {left.kind, right.kind}
        if unordered and word not in ("eq", "ne"):
            raise odata_error(f"A {unordered.pop()} cannot be compared with '{word}'.")

    def check_enum(self, enum: str, literal: _Reading) -> None:
        if literal.constant not in map(self.folded, ENUMS[enum]):
            raise odata_error(f"The string is not a valid member of {enum}.")

    def operand(self, tree: grammar.Operand, scope: Mapping[str, EntityType]) -> _Reading:
        if isinstance(tree, grammar.Literal):
            value = self.folded(tree.value) if tree.kind == "string" else tree.value
            return _Reading(kind=tree.kind, read=lambda _: value, constant=value)
        if isinstance(tree, grammar.Member):
            return self.member(tree, scope)
        inner = self.operand(tree.operand, scope)
        wanted = "number" if tree.function in _ROUND else "date"
        if inner.kind != wanted:
            raise odata_error(f"The function {tree.function} wants a {wanted}.")
        return _Reading(kind="number", read=_applied(tree.function, inner.read))

    def member(self, tree: grammar.Member, scope: Mapping[str, EntityType]) -> _Reading:
        entity = _owner(tree, scope)
        name = entity.canonical(tree.name) or ""
        kind = entity.kinds.get(name)
        if kind is None or kind == "complex":
            raise odata_error(f"Could not find a property named '{tree.name}'.")
        if name == "OrderTags":
            raise odata_error("The property 'OrderTags' cannot be used in the filter.")
        return _Reading(kind=kind, read=self.reader(tree.variable, name, kind))

    def reader(self, variable: str, name: str, kind: str) -> _Read:
        """How a member is read so that it compares: dates as ticks, strings folded if so set."""
        if kind == "date":
            return lambda bound: _ticks_or_none(bound[variable].get(name))
        if self.rules.ignore_case and (kind == "string" or kind in ENUMS):
            return lambda bound: self.folded(bound[variable].get(name))
        return lambda bound: bound[variable].get(name)

    def folded(self, value: Any) -> Any:
        """A string in the letter case in which strings are compared."""
        return value.casefold() if self.rules.ignore_case and value is not None else value


def _owner(tree: grammar.Member, scope: Mapping[str, EntityType]) -> EntityType:
    if tree.variable not in scope:
        raise odata_error(f"'{tree.name}' is not bound to a range variable that is in scope.")
    return scope[tree.variable]


def _null_test(left: _Reading, right: _Reading, word: str) -> _Test:
    """`X eq null` and `X ne null` mean what they say, however `ne` treats null otherwise."""
    wanted = word == "eq"
    first, second = left.read, right.read
    return lambda bound: (first(bound) is None and second(bound) is None) is wanted


def _ticks_or_none(text: str | None) -> int | None:
    return None if text is None else ticks(text)


def _applied(function: str, read: _Read) -> _Read:
    compute = _ROUND.get(function) or (lambda value: getattr(moment(value), function))

    def result(bound: _Bound) -> Any:
        value = read(bound)
        return None if value is None else compute(value)

    return result
