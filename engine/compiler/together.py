"""All filters and mapped members of a flow in one function, once so many records were asked for
that it pays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.compiler.collecting import CompiledField, CompiledRule
from engine.compiler.expressions import MAX_STEPS, CompiledExpression
from engine.compiler.generated.lazily import OFTEN, REFUSALS
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import Filter, Member, Unit, unit_of_all
from engine.compiler.predicates import CompiledPredicate, verdict

NOTHING: Mapping[str, Any] = {}
_REFUSED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A predicate that is asked of each record, under the id of its rule, and the answer that
    `stops` one.
    """

    id: str
    predicate: CompiledPredicate
    stops: bool


Fields: TypeAlias = tuple[CompiledField, ...]


def asked_of(
    name: str, where: CompiledPredicate | None, skip: Sequence[CompiledRule]
) -> tuple[Asked, ...]:
    """The filters of a section in the order in which they are asked: `where`, whose rule has this
    name, then `skip`.
    """
    first = [Asked(id=name, predicate=where, stops=False)] if where else []
    return (*first, *(Asked(id=one.id, predicate=one.predicate, stops=True) for one in skip))


class Together:
    """Filters that are asked one after the other until one stops the record, and the values of its
    mapped members: what predicates and expressions give one by one.

    Members of a template are left out; where somebody watches each search, every one is by itself.
    """

    __slots__ = ("_count", "_fields", "_unit", "filters")

    def __init__(self, fields: Fields, filters: tuple[Asked, ...] = ()) -> None:
        self.filters = filters
        self._fields = fields
        self._count = 0
        self._unit: Unit | None = None

    def first(self, scope: Mapping[str, Any]) -> tuple[Asked | None, Mapping[str, Any]]:
        """The first filter that stops a record, and its values as in `values`.

        One that says neither true nor false does not stop it.
        """
        found = self._found(scope)
        if found is None or isinstance(found, dict):
            return None, found or NOTHING
        if found != _REFUSED:
            return self.filters[found], NOTHING
        stopping = (one for one in self.filters if verdict(one.predicate, scope) is one.stops)
        return next(stopping, None), NOTHING

    def passes(self, scope: Mapping[str, Any]) -> bool:
        """Whether it is known at once that each filter says true or false, and that none stops the
        record. Where it is not known, each has to be asked by itself.
        """
        found = self._found(scope)
        return found is None or isinstance(found, dict)

    def values(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """Target -> what `CompiledExpression.search` finds, before it is settled.

        Empty where every filter and every expression has to be asked by itself: of the first
        records, of one that a filter stops or does not decide, and of one of which an expression
        has no value.
        """
        found = self._found(scope)
        return found if isinstance(found, dict) else NOTHING

    def _found(self, scope: Mapping[str, Any]) -> Any:
        """What the function gives; `_REFUSED` of the first records, and where it refuses."""
        unit = self._unit or self._counted()
        if unit is None:
            return _REFUSED
        try:
            return unit.function(scope)
        except REFUSALS:
            return _REFUSED

    def _counted(self) -> Unit | None:
        self._count += 1
        if self._count == OFTEN:
            self._unit = self.written()
        return self._unit

    def written(self, name: str = "mapped") -> Unit | None:
        """The function of all filters, and of all fields that have an expression.

        None where there are none, where one has no code, and where somebody watches a filter.
        """
        values = [(one.rule.target, one.value) for one in self._fields]
        members = [
            Member(name=target, title=f"{target} ({value.place}): {value.text}", tree=value.tree)
            for target, value in values
            if value is not None and type(value) is CompiledExpression
        ]
        watched = any(type(one.predicate) is not CompiledPredicate for one in self.filters)
        if watched or not (members or self.filters):
            return None
        try:
            return unit_of_all(name, members, MAX_STEPS, [_filter(one) for one in self.filters])
        except UnsupportedError:
            return None


def _filter(one: Asked) -> Filter:
    title = f"{one.id} ({one.predicate.place}): {one.predicate.text}"
    return Filter(title=title, tree=one.predicate.expression.tree, stops=one.stops)
