"""UpdateQuantity: each type's arithmetic, what is refused, and what follows from a change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.account import Caller
from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    FBA,
    KIT,
    LAMP,
    MUG,
    OLD,
    ROPE,
    WEST,
    floor,
    goods,
    kit,
    product,
    sell,
    shop,
    stock,
    update,
)


def _busy(**settings: Any) -> Caller:
    """Of the lamp: open allocated 1 and pending 2 + 3 + 4 in EAST, pending 5 in WEST."""
    caller = shop(*goods(), **settings)
    floor(caller, f"products/{LAMP}", OpenAllocatedQuantity=1)
    sell(caller, ("LAMP", 2, EAST), CheckoutStatus="NotVisited")
    sell(caller, ("LAMP", 3, EAST), PaymentStatus="Submitted")
    sell(caller, ("LAMP", 4, EAST))
    sell(caller, ("LAMP", 5, WEST))
    return caller


@pytest.mark.parametrize(
    ("kind", "east", "west"),
    [
        ("Absolute", 100, 100),
        ("Relative", 111, 105),
        ("Available", 99, 100),
        ("InStock", 94, 100),
        ("UnShipped", 90, 95),
    ],
)
def test_each_type_subtracts_what_its_name_says(kind: str, east: int, west: int) -> None:
    """Only what the open fulfillments of that DC hold counts there."""
    caller = _busy()

    assert update(caller, LAMP, kind, (EAST, 100), (WEST, 100)) == 204

    assert stock(caller, LAMP) == {EAST: east, WEST: west, FBA: 7}


def test_a_change_moves_totals_stamps_and_bundles() -> None:
    """Available and total go along, the bundle is calculated again, the update date stays."""
    caller = shop()

    update(caller, LAMP, "Relative", (EAST, -15))

    lamp, bundle = caller.get(f"/v1/Products({LAMP})"), caller.get(f"/v1/Products({KIT})")
    assert (lamp["TotalAvailableQuantity"], lamp["TotalQuantity"]) == (22, 22)
    assert stock(caller, KIT) == {EAST: 5, WEST: 3, FBA: 0}
    for row in (lamp, bundle):
        assert row["QuantityUpdateDateUtc"] == "2026-11-20T08:00:00Z"
        assert row["UpdateDateUtc"] == "2026-11-02T00:00:00Z"


def test_a_bundle_that_does_not_change_is_not_stamped() -> None:
    """More of what there is enough of changes nothing in the bundle."""
    caller = shop()

    update(caller, ROPE, "Relative", (WEST, -1))

    assert caller.get(f"/v1/Products({KIT})")["QuantityUpdateDateUtc"] is None


@pytest.mark.parametrize(("clamp", "left"), [(True, 0), (False, -2)])
def test_below_zero_is_a_switch(*, clamp: bool, left: int) -> None:
    """Neither clamping nor a negative quantity is documented."""
    caller = shop(clamp_at_zero=clamp)

    assert update(caller, LAMP, "Relative", (WEST, -12)) == 204
    assert stock(caller, LAMP)[WEST] == left
    assert stock(caller, KIT)[WEST] == 0


def test_a_complete_list_empties_the_others() -> None:
    """DCs that are not listed become 0, but for those that are not ours to write."""
    caller = shop()

    assert update(caller, LAMP, "Absolute", (WEST, 3), CompleteDCList=True) == 204
    assert stock(caller, LAMP) == {EAST: 0, WEST: 3, FBA: 7}


@pytest.mark.parametrize(("default", "east"), [(True, 0), (False, 20)])
def test_the_default_of_a_complete_list_is_a_switch(*, default: bool, east: int) -> None:
    """It is not documented, so it is to be sent always."""
    caller = shop(complete_dc_list=default)

    update(caller, LAMP, "Absolute", (WEST, 3))
    assert stock(caller, LAMP)[EAST] == east
    update(caller, LAMP, "Absolute", (EAST, 8), CompleteDCList=False)
    assert stock(caller, LAMP)[WEST] == 3


def test_a_center_that_held_nothing_gets_a_row() -> None:
    """A first load sets."""
    caller = shop()

    update(caller, MUG, "UnShipped", (WEST, 6))

    assert stock(caller, MUG) == {EAST: 50, WEST: 6}


@pytest.mark.parametrize(
    "value",
    [
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": 77, "Quantity": 1}]},
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": OLD, "Quantity": 1}]},
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": FBA, "Quantity": 1}]},
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": EAST}]},
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": EAST, "Quantity": 1.5}]},
        {"UpdateType": "Relative", "Updates": [{"DistributionCenterID": EAST, "Quantity": 1}] * 2},
        {"UpdateType": "Relative", "Updates": [1]},
        {"UpdateType": "relative", "Updates": []},
        {"UpdateType": "Unconfirmed", "Updates": []},
        {"Updates": []},
        {"UpdateType": "Relative"},
        {"UpdateType": "Relative", "CompleteDCList": "False", "Updates": []},
        {"UpdateType": "Relative", "Updates": [], "Sku": "LAMP"},
    ],
)
def test_what_cannot_be_done_is_refused_whole(value: dict[str, Any]) -> None:
    """A DC that is unknown, deleted or externally managed, or a wrong member, changes nothing."""
    caller = shop()
    good = {"DistributionCenterID": WEST, "Quantity": 99}
    if value.get("Updates"):
        value = {**value, "Updates": [good, *value["Updates"]]}

    response = caller.call("POST", f"/v1/Products({LAMP})/UpdateQuantity", {"Value": value})

    assert response.status == 400
    assert stock(caller, LAMP) == {EAST: 20, WEST: 10, FBA: 7}


@pytest.mark.parametrize("body", [{}, {"Value": None}, {"UpdateType": "Relative"}, []])
def test_the_members_are_wrapped(body: Any) -> None:
    """Without `Value` there is nothing to do."""
    assert shop().call("POST", f"/v1/Products({LAMP})/UpdateQuantity", body).status == 400


def test_bundles_and_parents_have_no_quantity_to_set() -> None:
    """Theirs is calculated, or there is none."""
    parent = product(80, "P", ProductType="Parent", IsParent=True)
    caller = shop(*goods()[1:], kit(), parent)

    assert update(caller, KIT, "Absolute", (EAST, 1)) == 400
    assert update(caller, 80, "Absolute", (EAST, 1)) == 400
    assert update(caller, 999, "Absolute", (EAST, 1)) == 404


def test_no_updates_change_nothing() -> None:
    """An empty list is done at once, without a stamp."""
    caller = shop()

    assert update(caller, LAMP, "Absolute") == 204
    assert caller.get(f"/v1/Products({LAMP})")["QuantityUpdateDateUtc"] is None


def test_bundles_of_bundles_follow_too() -> None:
    """A change goes up as far as anything depends on it."""
    part = [{"ComponentID": KIT, "ComponentSku": "KIT", "Quantity": 2}]
    caller = shop(product(70, "BOX", BundleComponents=part), *goods())
    assert stock(caller, 70)[EAST] == 7

    update(caller, LAMP, "Absolute", (EAST, 4))

    assert stock(caller, 70)[EAST] == 2
