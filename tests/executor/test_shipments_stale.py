"""Before a plan of shipments is applied: is everything that its changes rest on still as it was?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.customers import Customer, load_customer
from engine.executor.runner import Ask, Reading, Stale
from engine.executor.shipment_runner import ShipmentRunner
from engine.model.decision import Decision
from tests.cases.case import BASE, MemoryWorkspace
from tests.cases.shipments_of import effect_of
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
    boxes = [{"id": "B0", "holds": {"1": 1}}, {"id": "B1", "tracking": "1Z2", "holds": {"1": 1}}]
    parts = [{"lines": LINES, "boxes": boxes}]
    told = effect_of({"parcel": "B0"})
    ours = {
        "dc": 5,
        "status": "Complete",
        "marker": told.intent.marker,
        "items": [{"line": "1", "quantity": 1}],
    }
    order = {"key": "1001", "shipping": "PartiallyShipped", "allocations": [ours]}
    plan = planned({**GIVEN, "parts": parts})
    done = {"parcel": "B0", "lines": {"1": 1}, "units": [["1", "lamp-01", 1]]}
    now = {"orders": [order], "parts": parts}
    runner = ShipmentRunner(
        desk_of(customer(), now, {"effects": [{**done, "contents": [["lamp-01", 1]]}]})
    )

    assert [one.key for one in plan] == ["1001/main:B0", "1001/main:B1"]
    assert list(runner.stale(plan)) == []


def test_what_was_sent_already_rests_on_nothing() -> None:
    """A change whose effect has begun is not looked at again, whatever has become of its order."""
    begun = {"effects": [{"state": "DONE", "lines": {"1": 2}}]}

    assert stale({**GIVEN, "orders": []}, begun) == []


def test_what_was_told_meanwhile_in_another_parcel_is_not_told_again() -> None:
    """A ruleset that was edited told the units of the box as what was picked: the box is stale."""
    told = {"state": "DONE", "parcel": "1:0-2", "reach": {"1": 2}, "lines": {"1": 2}}
    units = [["1", "lamp-01", 2]]

    (found,) = stale(GIVEN, {"effects": [{**told, "units": units}]})

    assert found.key == "1001/main:B1"
    assert "leaves nothing" in found.why


def test_what_is_behind_a_call_without_an_answer_is_not_stale() -> None:
    """It is not sent before that is settled, and the rest of its plan goes on."""
    assert stale(GIVEN, {"effects": [{"state": "SENDING", "parcel": "B0"}]}) == []
