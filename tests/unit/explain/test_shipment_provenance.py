"""Where a shipment's values are said to come from is where they come from.

An order with a plain line and a bundle in two boxes is changed at every place, in the warehouse, in
the channel and in what was sent, one at a time.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from engine.executor.shipment_gather import ShipmentDesk
from engine.explain.pointers import leaves_of
from engine.explain.shipments_now import facts_now, shipments_now
from engine.explain.story import Member, Request
from engine.flows.shipments import decide
from engine.flows.shipments_facts import Facts
from engine.model.desired import PreparedRequest
from engine.model.shipment import DesiredShipment
from tests.cases.case import with_base
from tests.cases.shipments_street import ToldShipments, desk_of
from tests.unit.explain.making import Opened, opened
from tests.unit.explain.mutating import Path, changed, leaves, others, path_of

RECORDS: dict[str, Any] = {
    "orders": [
        {
            "key": "1001",
            "lines": [
                {"id": "1", "sku": "LAMP-01", "quantity": 4},
                {"id": "2", "sku": "KIT", "quantity": 3, "bundle": True},
            ],
            "allocations": [{"id": "91", "dc": 5, "dc_code": "MAIN", "items": []}],
        }
    ],
    "parts": [
        {
            "lines": [
                {"line": "1", "item": "LAMP-01", "quantity": 4, "picked": 4},
                {"line": "2", "item": "POT", "quantity": 3, "bundle": "KIT", "per": 1},
                {"line": "2", "item": "PAN", "quantity": 6, "bundle": "KIT", "per": 2},
            ],
            "boxes": [
                {"id": "B1", "holds": {"1": 1, "2": 1, "3": 4}},
                {"id": "B2", "holds": {"1": 2, "2": 2, "3": 1}, "tracking": "1Z2"},
            ],
        }
    ],
}
TEXTS = ["9", "X", "West", "FedEx"]
"""Values that no other line has: a unit that joins a line is named at the line that it leaves."""
ROOTS = {"progress": ("parts", 0, "progress"), "binding": ("parts", 0, "binding")}


@pytest.fixture(scope="module")
def acme() -> Opened:
    """The customer of all shipments cases."""
    return opened(with_base("", "cases-shipments"))


class NamingSink(ToldShipments):
    """Renders the lines of a shipment under their ids, with their SKUs."""

    def shipment(self, desired: DesiredShipment) -> PreparedRequest:
        lines = {one.line: [one.sku, one.quantity] for one in desired.lines}
        body = json.dumps({**asdict(desired), "lines": lines}, default=str)
        return PreparedRequest(method="POST", path="/ship", body=body)


@pytest.fixture(scope="module")
def desk(acme: Opened) -> ShipmentDesk:
    """What looks at the order."""
    return replace(desk_of(acme.customer, RECORDS, {}), sink=NamingSink())


def spot_of(text: str) -> Path:
    """Where in the facts a source lies."""
    root, *rest = path_of(text)
    return (*ROOTS.get(str(root), ("order", root)), *rest)


def bodies(desk: ShipmentDesk, facts: Facts) -> dict[str, dict[str, Any]]:
    """Key of each shipment -> its body by pointers."""
    made = decide(desk.compiled, facts, desk.rendering)
    return {two.key: leaves_of(two.request.body) for one in made for two in one.changes}


def moved(request: Request, after: dict[str, dict[str, Any]]) -> set[str] | None:
    """The members that are others by now; None where the parcel is not told any more."""
    before, other = leaves_of(request.request["body"]), after.get(request.key)
    if other is None:
        return None
    return {group(one) for one in request.members if _differs(one, before, other)}


def group(member: Member) -> str:
    """What a member is told with: what puts a line into a shipment is named once for the line."""
    return member.origin.target.partition(".")[0]


def _differs(member: Member, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(before.get(at) != after.get(at) for at in member.pointers)


def measured(
    desk: ShipmentDesk, facts: Facts, request: Request
) -> tuple[set[tuple[str, Path]], set[tuple[str, Path]]]:
    """What is named of a request, and does nothing; what is not named, and does something."""
    named: dict[str, set[Path]] = {}
    for one in request.members:
        spots = {spot_of(source.path) for source in one.origin.sources}
        named.setdefault(group(one), set()).update(spots)
    idle: set[tuple[str, Path]] = set()
    wrong: set[tuple[str, Path]] = set()
    for path, value in leaves(replace(facts, effects=(), hints=(), centers={})):
        if path[-1] == "bundle":  # A line that the warehouse split is named under its item.
            continue
        new = [1] if path[-1] == "per" and value is None else others(value, TEXTS)
        ways = [changed(facts, path, other) for other in new]
        effects = [moved(request, bodies(desk, one)) for one in ways]
        found = set[str]().union(*(one for one in effects if one is not None))
        mine = {target for target, spots in named.items() if path in spots}
        wrong |= {(target, path) for target in found - mine}
        if None not in effects:  # Where another value stops it, that is what it does.
            idle |= {(target, path) for target in mine - found}
    return idle, wrong


def test_every_value_moves_what_names_it_and_nothing_else(acme: Opened, desk: ShipmentDesk) -> None:
    """No unnamed value moves a member of a shipment; each named one moves, or stops, a box."""
    facts = facts_now(desk, "1001")
    judged = shipments_now(desk, facts, acme.seeing)
    idle, wrong = zip(
        *(measured(desk, facts, one) for two in judged for one in two.requests), strict=True
    )
    assert set[Any]().union(*wrong) == set()
    assert idle[0] & idle[1] == set()


def test_every_member_of_the_body_is_explained(acme: Opened, desk: ShipmentDesk) -> None:
    """What no member names is the adapter's own."""
    facts = facts_now(desk, "1001")
    for judged in shipments_now(desk, facts, acme.seeing):
        for request in judged.requests:
            named = {pointer for one in request.members for pointer in one.pointers}
            assert named | set(request.fixed) == set(leaves_of(request.request["body"]))
