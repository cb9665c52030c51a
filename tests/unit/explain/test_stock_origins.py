"""Where a change of quantities is said to come from is where it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.compiler.stock import CompiledStock
from engine.explain.pointers import leaves_of
from engine.explain.sources import Source
from engine.explain.stock_origins import Floor, Told, quantity_members
from engine.explain.story import Member
from engine.flows.stock_bookings import Booking
from engine.flows.stock_changes import adjustment, legs_of
from engine.flows.stock_draft import draft_of
from tests.cases.case import with_base
from tests.cases.stock_street import ToldStock
from tests.unit.explain.making import opened

PUT = Booking(key="wos:1", name="wos:1", kind="put", item="LAMP-01", quantity=9, area="Main")
MOVE = replace(PUT, key="wos:2", name="wos:2", kind="move", quantity=2, to_area="West")


@pytest.fixture(scope="module")
def compiled() -> CompiledStock:
    """The rules of all stock cases."""
    found = opened(with_base("", "cases-stock")).customer.stock
    assert found is not None
    return found


def told(compiled: CompiledStock, *bookings: Booking) -> tuple[tuple[Member, ...], dict[str, Any]]:
    """The members of the one change that these bookings make, and its body."""
    centers = ToldStock().centers()
    shares = [one for two in bookings for one in draft_of(compiled, two, centers).shares]
    if not shares:
        return (), {}
    change = adjustment(compiled, "LAMP-01", "62", legs_of(shares), ToldStock().quantity)
    floor = Floor(
        compiled=compiled,
        centers=centers,
        render=ToldStock().quantity,
        places=opened(with_base("", "cases-stock")).seeing.places,
        bookings={one.key: one for one in bookings},
    )
    asked = Told(
        operation=change.operation,
        product="62",
        legs={leg.key: leg.quantity for leg in change.legs},
        body=change.request.body,
        memo={},
    )
    return quantity_members(floor, asked), leaves_of(change.request.body)


@pytest.mark.parametrize("booking", [PUT, MOVE])
def test_each_value_of_a_booking_moves_what_names_it(
    compiled: CompiledStock, booking: Booking
) -> None:
    """The units move the quantity, an area its DC, and the reason neither of them."""
    members, before = told(compiled, booking)
    others = {"quantity": 5, "area": "West", "to_area": "Main", "reason": "X"}
    for name, other in others.items():
        _, after = told(compiled, replace(booking, **{name: other}))
        moved = {pointer for pointer in before if before[pointer] != after.get(pointer)}
        path = f"{booking.key}.{name}"
        named = {
            pointer
            for one in members
            if path in [source.path for source in one.origin.sources]
            for pointer in one.pointers
        }
        assert bool(moved) == bool(named) or not after
        assert moved <= named or name != "quantity"


def test_every_member_of_the_body_is_explained(compiled: CompiledStock) -> None:
    """The type, and of each DC its id and its units; a booking that is gone is said to be."""
    members, body = told(compiled, PUT, MOVE)
    named = {pointer for one in members for pointer in one.pointers}
    assert named | {"/product"} == set(body)
    values = {one.origin.target: one.origin for one in members}
    assert values["product"].sources == (
        Source(path="wos:1.item", value="LAMP-01"),
        Source(path="wos:2.item", value="LAMP-01"),
    )
