"""Which warehouse orders need no look any more, by the memory alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.compiler.shipments import CompiledShipments
from engine.flows.shipments_final import is_through
from engine.model.rules_shipments import ShipmentRules, TrackingRule
from tests.cases.shipments_of import effect_of, part_of
from tests.unit.flows.making import NOON

RULES = ShipmentRules(
    source="wos",
    sink="ca",
    at="packing",
    level="line",
    tracking=None,
    carriers={},
    no_carrier="send",
    shipped=frozenset(),
    cancelled=frozenset(),
    overlap=timedelta(hours=1),
    catch_up=timedelta(days=1),
)
COMPILED = CompiledShipments(customer="acme", rules=RULES, links=(), netted=False, since=NOON)
LABELLED = replace(
    COMPILED, rules=replace(RULES, tracking=TrackingRule(wait=timedelta(minutes=5), then="send"))
)
PLAIN = [{"line": "1", "item": "LAMP-01", "quantity": 2}]
KIT = [{"line": "1", "item": "LAMP-01", "quantity": 2, "bundle": "KIT", "per": 2}]
ALL = {"lines": {"1": 2}, "units": [["1", "lamp-01", 2]], "tracking": "1Z1"}
HALF = {"lines": {"1": 1}, "units": [["1", "lamp-01", 1]]}


@pytest.mark.parametrize(
    ("lines", "effects", "through"),
    [
        (PLAIN, [], False),
        (PLAIN, [ALL], True),
        (PLAIN, [HALF], False),
        (PLAIN, [HALF, {**HALF, "parcel": "B2"}], True),
        (PLAIN, [{**ALL, "state": "SENDING"}], False),
        (PLAIN, [{**ALL, "number": "another"}], False),
        (PLAIN, [{**ALL, "revision": 0}], False),
        (KIT, [{"lines": {"1": 1}, "units": [["1", "lamp-01", 2]]}], True),
        (KIT, [{"lines": {"1": 2}, "units": []}], False),
        ([{"line": "1", "item": "KIT", "quantity": 2}], [{"lines": {"1": 2}}], True),
        ([], [ALL], False),
    ],
)
def test_an_order_is_through_when_all_of_it_was_told(
    lines: list[dict[str, Any]], effects: list[dict[str, Any]], through: bool
) -> None:
    """Every unit that was sent to the warehouse must be in a shipment that the channel has."""
    binding, _ = part_of({"lines": lines})

    assert is_through(COMPILED, binding, [effect_of(row) for row in effects]) is through


def test_with_a_shipping_system_it_is_through_with_its_numbers() -> None:
    """Where numbers are written, an order whose shipment has none is looked at again."""
    binding, _ = part_of({"lines": PLAIN})
    bare = effect_of({**ALL, "tracking": None})
    track = effect_of({"kind": "track", "key": "v1:acme:track:77", "tracking": "1Z1"})

    assert is_through(LABELLED, binding, [effect_of(ALL)])
    assert not is_through(LABELLED, binding, [bare])
    assert is_through(LABELLED, binding, [bare, track])
