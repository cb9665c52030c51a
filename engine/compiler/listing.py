"""The generated code of a ruleset, for people who want to see what is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import MAX_STEPS, CompiledExpression
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import unit_of
from engine.compiler.items import CompiledItems
from engine.compiler.orders import CompiledOrders
from engine.compiler.stock import CompiledStock
from engine.compiler.together import Together


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One function: the key of the ruleset that it is for, and its code.

    `code` is None where that is always interpreted.
    """

    key: str
    code: str | None


def listing(
    orders: CompiledOrders, items: CompiledItems | None, stock: CompiledStock | None
) -> list[Listed]:
    """The functions of all conditions and mapped values, in the order of the flows.

    Conditions of orders have a function each, and two together: what stops an order, and whether
    one is neither stopped nor held. The values of a map have one function together, with the
    filters of items before them, and, for those who ask for one of them, each its own behind it.
    """
    found = [_single(key, one) for key, one in _conditions(orders, items, stock)]
    found += _fused("orders.filters", orders.filters) + _fused("orders.unheld", orders.unheld)
    found += _mapped("orders.map", orders.fields, orders.together)
    if items is not None:
        found += _mapped("items.map", items.fields, items.together)
    return found


def below(found: Iterable[Listed], path: str | None) -> list[Listed]:
    """Those at a key and below it; of all of them no value that its map has anyway."""
    listed = list(found)
    if path is None or any(one.key == path for one in listed):
        return [one for one in listed if _is_at(one, path)]
    chosen = [one for one in listed if one.key.startswith(f"{path}.")]
    return [one for one in chosen if not _in_map(one)] or chosen


def _is_at(one: Listed, path: str | None) -> bool:
    return not _in_map(one) if path is None else one.key == path


def _in_map(one: Listed) -> bool:
    return one.key.startswith(("orders.map.", "items.map."))


def _conditions(
    orders: CompiledOrders, items: CompiledItems | None, stock: CompiledStock | None
) -> Iterator[tuple[str, CompiledExpression]]:
    if orders.where is not None:
        yield "orders.only.where", orders.where.expression
    for rule in (*orders.skip, *orders.hold, *orders.wos_hold):
        yield rule.id, rule.predicate.expression
    if items is not None and items.where is not None:
        yield "items.where", items.where.expression
    for rule in items.skip if items is not None else ():
        yield rule.id, rule.predicate.expression
    for way in stock.named if stock is not None else ():
        yield way.id, way.predicate.expression


def _fused(key: str, together: Together) -> list[Listed]:
    unit = together.written(key)
    code = unit.code if unit is not None else None
    return [Listed(key=key, code=code)] * bool(together.filters)


def _mapped(key: str, fields: tuple[CompiledField, ...], together: Together) -> list[Listed]:
    values = [(one.rule.target, one.value) for one in fields]
    single = [_single(f"{key}.{name}", value) for name, value in values if value is not None]
    unit = together.written(key)
    return [Listed(key=key, code=unit.code if unit is not None else None), *single] * bool(single)


def _single(key: str, one: CompiledExpression) -> Listed:
    try:
        unit = unit_of(one.tree, MAX_STEPS, name=key, title=f"{key} ({one.place}): {one.text}")
    except UnsupportedError:
        return Listed(key=key, code=None)
    return Listed(key=key, code=unit.code)
