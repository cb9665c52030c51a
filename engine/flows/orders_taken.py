"""What earlier parts of an order took over already, against what its source wants sent by now.

A part that was sent is never changed or sent again here. So units that are new on it would be lost
in silence, and units that the source moved to another DC meanwhile would be sent twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.flows.orders_lines import WantedLine
from engine.flows.orders_parts import Problem
from engine.model.order import Line

Composition = Sequence[Mapping[str, Any]]
"""Of one sent part, as in its binding; an empty one says nothing."""


def outgrown(wanted: Iterable[WantedLine], sent: Composition) -> list[Problem]:
    """What a part that was sent has by now and had not then.

    Less is its own shipments or a cancellation. A line whose items differ is another bundle rule
    or recipe than that day's.
    """
    if not sent:
        return []
    before, lines = _units(sent), {row["line"] for row in sent}
    now = Counter[tuple[str, str]]()
    for line in wanted:
        now[line.host_id, line.item] += line.quantity
    more = [
        host
        for (host, item), quantity in now.items()
        if host not in lines or 0 < before[host, item] < quantity
    ]
    return [_problem("orders.outgrown", f"line {one} is more than was sent") for one in _once(more)]


def moved(
    wanted: Iterable[WantedLine], elsewhere: Iterable[Composition], lines: Iterable[Line]
) -> list[Problem]:
    """The lines of which other parts have taken so much that this part's share is too much."""
    ordered = {line.id: line for line in lines}
    taken = sum((_units(rows) for rows in elsewhere), Counter[tuple[str, str]]())
    twice = [
        one.host_id
        for one in wanted
        if (before := taken[one.host_id, one.item])
        and before + one.quantity > _ordered(ordered[one.host_id], one)
    ]
    return [
        _problem("orders.moved", f"line {one} was sent for another DC already")
        for one in _once(twice)
    ]


def _units(rows: Composition) -> Counter[tuple[str, str]]:
    units = Counter[tuple[str, str]]()
    for row in rows:
        units[row["line"], row["item"]] += row["quantity"]
    return units


def _ordered(line: Line, wanted: WantedLine) -> int:
    """How many of the item the line ordered, over all DCs."""
    if wanted.bundle is None:
        return line.quantity
    return sum(one.quantity for one in line.components if one.sku == wanted.item)


def _once(lines: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(lines)


def _problem(rule: str, reason: str) -> Problem:
    return Problem(rule=rule, reason=reason)
