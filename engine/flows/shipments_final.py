"""Whether the memory alone says that nothing more comes of a warehouse order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.compiler.shipments import CompiledShipments
from engine.flows.shipments_told import Told, told_of, tracked
from engine.model.effect import Binding, Effect


def is_through(compiled: CompiledShipments, binding: Binding, effects: Iterable[Effect]) -> bool:
    """Whether all that was sent to the warehouse was told as shipped, with tracking where the
    ruleset knows of a shipping system. Such an order needs no look when many are looked through.
    """
    known = list(effects)
    sent = (binding.number, binding.revision)
    told = [one for one in told_of(known) if (one.number, one.revision) == sent]
    if not told or not binding.composition or not _covers(told, binding.composition):
        return False
    return compiled.rules.tracking is None or len(tracked(known)) >= len(told_of(known))


def _covers(told: Iterable[Told], composition: Sequence[Mapping[str, Any]]) -> bool:
    units: Counter[tuple[str, str]] = Counter()
    lines: Counter[str] = Counter()
    for one in told:
        units.update(one.units)
        lines.update(one.lines)
    return all(
        max(units[row["line"], row["item"].casefold()], _lines(row, lines)) >= row["quantity"]
        for row in composition
    )


def _lines(row: Mapping[str, Any], lines: Mapping[str, int]) -> int:
    """A row that is no component is told as its line."""
    return lines.get(row["line"], 0) if row["per"] is None else 0
