"""Before a plan of shipments is applied: is everything that its changes rest on still as it was?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.customers import Customer, load_customer
from engine.executor.runner import Ask, Reading, Stale
from engine.executor.shipment_runner import ShipmentRunner
from engine.model.decision import Decision
from tests.cases.case import BASE, MemoryWorkspace
from tests.cases.shipments_street import desk_of

LINES = [{"line": "1", "item": "LAMP-01", "quantity": 2}]
GIVEN = {"orders": [{"key": "1001"}], "parts": [{"lines": LINES}]}


def customer() -> Customer:
    """The customer that the cases of shipments lie over."""
    found, problems = load_customer(MemoryWorkspace("extends: cases-shipments\n", BASE), "acme")
    assert found is not None, problems
    return found


def planned(given: Mapping[str, Any]) -> list[Decision]:
    """What a plan over these records decides."""
    runner = ShipmentRunner(desk_of(customer(), given, {}))
    ask = Ask()
    return list(runner.decisions(ask, runner.window(ask), Reading()))


def stale(given: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> list[Stale]:
    """Which decisions of a plan over GIVEN may not be carried out once the world is this."""
    runner = ShipmentRunner(desk_of(customer(), given, known or {}))
    return list(runner.stale(planned(GIVEN)))


def test_what_did_not_move_may_be_carried_out() -> None:
    """The same order and the same box as in the plan are no reason to stop."""
    assert stale(GIVEN) == []


def test_what_moved_is_named() -> None:
    """Another tracking number, a cancelled unit, another's shipment, or no order at all."""
    label = {**GIVEN, "parts": [{"lines": LINES, "boxes": [{"tracking": "1Z2"}]}]}
    line = {"id": "1", "sku": "LAMP-01", "quantity": 2, "cancelled": 1}
    left = {"dc": 5, "status": "Complete", "items": [{"line": "1", "quantity": 1}]}
    for moved in (
        label,
        {**GIVEN, "orders": [{"key": "1001", "lines": [line]}]},
        {**GIVEN, "orders": [{"key": "1001", "allocations": [left]}]},
        {**GIVEN, "orders": [{"key": "1001", "shipping": "Canceled"}]},
        {**GIVEN, "orders": []},
        {**GIVEN, "parts": [{"lines": LINES, "gone": True}]},
    ):
        (found,) = stale(moved)

        assert found.key == "1001/main:B1"
        assert "was changed" in found.why


def test_our_own_shipment_moves_nothing() -> None:
    """What an earlier apply of the same file told is no change of the ground of the rest."""
    ours = {
        "dc": 5,
        "status": "Complete",
        "marker": "xd-0123",
        "items": [{"line": "1", "quantity": 1}],
    }
    order = {"key": "1001", "shipping": "PartiallyShipped", "allocations": [ours]}

    assert stale({**GIVEN, "orders": [order]}) == []


def test_what_was_sent_already_rests_on_nothing() -> None:
    """A change whose effect has begun is not looked at again, whatever has become of its order."""
    begun = {"effects": [{"state": "DONE", "lines": {"1": 2}}]}

    assert stale({**GIVEN, "orders": []}, begun) == []
