"""Gates: limits on a plan above which its whole flow is refused unless approved by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.plan import BlockedGate, PlanFooter, Tally
from engine.model.ruleset import Gate

FIRST_PASS = "orders.first-pass"  # noqa: S105 - a gate's name, no password


def judge(
    gates: Mapping[str, Gate], sums: Tally | PlanFooter, *, first_pass: bool
) -> tuple[BlockedGate, ...]:
    """The gates that these sums exceed.

    A gate is named after the change that it counts; `orders.first-pass` counts creates, and only
    in a pass that has no cursor yet: a go-live must not send a customer's history by mistake.
    `max` counts changes, and an order in two parts has two creates; `share` compares the orders
    that have one with the orders that were read.
    """
    blocked: list[BlockedGate] = []
    for gate in gates.values():
        if gate.name == FIRST_PASS and not first_pass:
            continue
        kind = "orders.create" if gate.name == FIRST_PASS else gate.name
        count = sums.changes.get(kind, 0)
        if gate.max is not None and count > gate.max:
            blocked.append(BlockedGate(gate=gate.name, count=count, limit=gate.max, unit="changes"))
        share = sums.changed.get(kind, 0) / sums.orders if sums.orders else 0.0
        if gate.share is not None and share > gate.share:
            blocked.append(
                BlockedGate(
                    gate=gate.name, count=round(share, 4), limit=gate.share, unit="share of orders"
                )
            )
    return tuple(blocked)
