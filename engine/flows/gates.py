"""Gates: limits on a plan above which its whole flow is refused unless approved by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.plan import BlockedGate, PlanFooter, Tally
from engine.model.ruleset import Gate

LOST_ALIASES = "items.lost-aliases"
FIRST_PASS = "orders.first-pass"  # noqa: S105 - a gate's name, no password


def flow_of(gate: str) -> str:
    """The flow that a gate holds back."""
    return gate.partition(".")[0]


def judge(
    gates: Mapping[str, Gate], sums: Tally | PlanFooter, *, first_passes: frozenset[str]
) -> tuple[BlockedGate, ...]:
    """The gates that these sums exceed.

    A gate is named after the change that it counts, or after a flow: then it counts all of its
    changes. `orders.first-pass` counts creates, and only in a pass that has no cursor yet: a
    go-live must not send a customer's history by mistake. `max` counts changes, and an order in
    two parts has two creates; `share` compares the records that have one with those that were
    read; `units` are units of stock. `items.lost-aliases` counts aliases that items would lose.
    """
    found: list[BlockedGate] = []
    for gate in gates.values():
        if gate.name == FIRST_PASS and flow_of(FIRST_PASS) not in first_passes:
            continue
        found += _exceeded(gate, sums)
    return tuple(found)


def _exceeded(gate: Gate, sums: Tally | PlanFooter) -> list[BlockedGate]:
    flow = flow_of(gate.name)
    if gate.name == LOST_ALIASES:
        lost, most = sums.units.get(flow, 0), gate.max
        over = most is not None and lost > most
        return [BlockedGate(gate=gate.name, count=lost, limit=most or 0, unit="aliases")] * over
    kind = "orders.create" if gate.name == FIRST_PASS else gate.name
    read = sums.read.get(flow, 0)
    share = round(_count(sums.changed, kind) / read, 4) if read else 0.0
    measured = (
        (_count(sums.changes, kind), gate.max, "changes"),
        (share, gate.share, f"share of {flow}"),
        (sums.units.get(flow, 0), gate.units, "units"),
    )
    return [
        BlockedGate(gate=gate.name, count=count, limit=limit, unit=unit)
        for count, limit, unit in measured
        if limit is not None and count > limit
    ]


def _count(counts: Mapping[str, int], kind: str) -> int:
    """Those of this kind; of a whole flow where the kind is one."""
    return sum(n for name, n in counts.items() if name == kind or flow_of(name) == kind)
