"""What an order would lose without a word: units that no allocation carries, items of no line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.flows.orders_parts import (
    Problem,
    component_quantities,
    items_of,
    per_bundle,
    usable_lines,
)
from engine.model.order import AllocatedItem, Line, Order
from engine.model.ruleset import OrderRules


def left_behind(order: Order, rules: OrderRules) -> tuple[Problem, ...]:
    """Why a whole order waits: what was sent of it would be short, and nobody would read it again.

    Units count in every allocation, whatever its DC and status: what another DC sends, what is
    shipped and what the source ended was seen by the source. So do those of a cancelled
    allocation: no source says whether a line's cancelled quantity means the same units, and
    not counting them would hold every order whose cancellation ended its allocation.
    """
    return (*_unknown(order), *_unallocated(order, rules))


def _unknown(order: Order) -> Iterator[Problem]:
    lines = {line.id for line in order.lines}
    named = dict.fromkeys(item.line for one in order.allocations for item in one.items)
    for line in named:
        if line not in lines:
            reason = f"units of a line {line} are allocated, which the order does not have"
            yield Problem(rule="orders.lines.unknown", reason=reason)


def _unallocated(order: Order, rules: OrderRules) -> Iterator[Problem]:
    if rules.unallocated == "ignore":
        return
    for line in usable_lines(order.lines, rules):
        for what, found, wanted in _counts(line, items_of(order.allocations, line)):
            if found < wanted:
                reason = f"only {found} of {wanted} units of {what} are allocated"
                yield Problem(rule="orders.lines.unallocated", reason=reason)


def _counts(line: Line, items: Sequence[AllocatedItem]) -> Iterator[tuple[str, int, int]]:
    """(What, units allocated, units to be sent) of a plain line, or of each component."""
    if not line.components:
        found = sum(item.quantity for item in items)
        yield f"line {line.id}", found, line.quantity - line.cancelled
        return
    rows = [component_quantities(line, item) for item in items]
    counted = [row for row in rows if row is not None]  # not a foreign item
    for at, (component, per) in enumerate(zip(line.components, per_bundle(line), strict=True)):
        what = f"{component.sku or 'a component'} on line {line.id}"
        yield what, sum(row[at] for row in counted), component.quantity - line.cancelled * per
