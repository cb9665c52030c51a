"""Aliases of an item: what the ruleset's sources yield of a product, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.compiler.expressions import CompiledExpression, ExpressionError
from engine.compiler.items import CompiledAlias
from engine.flows.orders_parts import Problem
from engine.model.product import Alias


def aliases_of(
    sources: Sequence[CompiledAlias] | None, scope: Mapping[str, Any], number: str
) -> tuple[tuple[Alias, ...] | None, list[Problem]]:
    """The aliases in their order, without the item's own number, and what is wrong with any.

    None leaves the list in the warehouse as it is: where the ruleset does not own it, and where
    there is nothing to put into it. Not documented is what a site does with an empty list.
    """
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for source in sources or ():
        try:
            _add(found, source, scope)
        except ExpressionError as error:
            where = f"({source.value.place})"
            problems.append(Problem(rule="items.aliases", reason=f"an alias {where}: {error}"))
    found.pop(number, None)
    aliases = tuple(Alias(alias=alias, quantity=units) for alias, units in found.items())
    return aliases or None, problems


def _add(found: dict[str, int], source: CompiledAlias, scope: Mapping[str, Any]) -> None:
    scans = _scans(source.value.search(scope))
    units = _units(source.quantity, scope) if scans else 1
    for scan in scans:
        if found.setdefault(scan, units) != units:
            raise ExpressionError(f"{scan} would stand for {found[scan]} units and for {units}")


def _scans(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    if any(isinstance(one, dict | list | bool | float) for one in listed):
        raise ExpressionError("it yields neither a text nor a list of texts")
    texts = (str(one).strip() for one in listed if one is not None)
    return [text for text in texts if text]


def _units(quantity: int | CompiledExpression, scope: Mapping[str, Any]) -> int:
    value = quantity if isinstance(quantity, int) else quantity.search(scope)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1 or value % 1:
        raise ExpressionError("its quantity is not a whole number above 0")
    return int(value)
