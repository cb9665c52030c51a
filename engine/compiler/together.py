"""All mapped members of a flow in one function, once so many records were mapped that it pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import MAX_STEPS, CompiledExpression
from engine.compiler.generated.lazily import OFTEN, REFUSALS
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import Member, Unit, unit_of_all

NOTHING: Mapping[str, Any] = {}


class Together:
    """The values of a record's mapped members, as their expressions give them one by one.

    Members of a template, and those of which somebody watches each search, are left out.
    """

    __slots__ = ("_count", "_fields", "_unit")

    def __init__(self, fields: tuple[CompiledField, ...]) -> None:
        self._fields = fields
        self._count = 0
        self._unit: Unit | None = None

    def values(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """Target -> what `CompiledExpression.search` finds, before it is settled.

        Empty where every expression has to be searched by itself: of the first records, and of one
        of which an expression has no value.
        """
        unit = self._unit or self._counted()
        if unit is None:
            return NOTHING
        try:
            found: Mapping[str, Any] = unit.function(scope)
        except REFUSALS:
            return NOTHING
        return found

    def _counted(self) -> Unit | None:
        self._count += 1
        if self._count == OFTEN:
            self._unit = written(self._fields)
        return self._unit


def written(fields: tuple[CompiledField, ...], name: str = "mapped") -> Unit | None:
    """The function of all fields that have an expression; None where one of them has no code."""
    values = [(one.rule.target, one.value) for one in fields]
    members = [
        Member(name=target, title=f"{target} ({value.place}): {value.text}", tree=value.tree)
        for target, value in values
        if value is not None and type(value) is CompiledExpression
    ]
    try:
        return unit_of_all(name, members, MAX_STEPS) if members else None
    except UnsupportedError:
        return None
