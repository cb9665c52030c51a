"""Gates: limits on a plan above which its whole flow is refused unless approved by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.plan import BlockedGate, Tally
from engine.model.ruleset import Gate

FIRST_PASS = "orders.first-pass"  # noqa: S105 - a gate's name, no password


def judge(gates: Mapping[str, Gate], tally: Tally, *, first_pass: bool) -> tuple[BlockedGate, ...]:
    """The gates that this tally exceeds.

    A gate is named after the change that it counts; `orders.first-pass` counts creates, and only
    in a pass that has no cursor yet: a go-live must not send a customer's history by mistake.
    `share` compares with the orders that were read.
    """
    blocked: list[BlockedGate] = []
    for gate in gates.values():
        if gate.name == FIRST_PASS and not first_pass:
            continue
        count = tally.changes.get("orders.create" if gate.name == FIRST_PASS else gate.name, 0)
        if gate.max is not None and count > gate.max:
            blocked.append(BlockedGate(gate=gate.name, count=count, limit=gate.max, unit="changes"))
        share = count / tally.orders if tally.orders else 0.0
        if gate.share is not None and share > gate.share:
            blocked.append(
                BlockedGate(
                    gate=gate.name, count=round(share, 4), limit=gate.share, unit="share of orders"
                )
            )
    return tuple(blocked)
