"""Shipments as a pass would tell them: what lets a parcel through, and what was told before."""

from __future__ import annotations

from typing import Any

import pytest

from engine.explain.shipments_now import facts_now, shipments_now, told_members
from engine.explain.story import Judged, Member
from tests.cases.case import FOLDER, read_case, with_base
from tests.cases.shipments_street import desk_of
from tests.unit.explain.making import opened, ways_out

ROW = "add a row ups/Ground: [carrier, class] to shipments.carriers, as the channel calls them"
WAYS = {
    "carrier-unmapped": [
        "warehouse: UPS/Ground on box B1",
        f"ruleset: {ROW}",
    ],
    "no-carrier-hold": [
        "warehouse: UPS/Ground on box B1",
        "ruleset: say shipments.no-carrier: send",
    ],
    "tracking-wait": [
        "warehouse: a tracking number on box B1",
        "ruleset: say shipments.tracking.wait: 10m or shorter",
        "ruleset: say shipments.tracking: null, and nothing waits for a number",
    ],
    "tracking-then-hold": [
        "warehouse: a tracking number on box B1",
        "ruleset: say shipments.tracking.then: send",
        "ruleset: say shipments.tracking: null, and nothing waits for a number",
    ],
    "dc-unknown": ["ruleset: say links.west.dc: MAIN"],
    "no-time": ["warehouse: a time of picking and packing on 1001"],
    "not-picked": ["warehouse: 2 of LAMP-01 picked on 1001"],
    "reset": ["warehouse: 2 of LAMP-01 picked on 1001"],
    "too-many": ["record: 3 ordered of line 1"],
    "cancelled": [
        "record: 'Unshipped' in shipping",
        "ruleset: take 'Canceled' out of shipments.cancelled",
    ],
    "cancelled-units": [
        "record: nothing cancelled of line 1",
        "ruleset: say orders.cancelled: netted, if the channel takes cancelled units off by itself",
    ],
    "link-gone": ["ruleset: add North to links.main.areas"],
    "in-doubt": [],
}


def case_told(name: str) -> list[Judged]:
    """The decisions on order 1001 of a case of the shipments flow."""
    case = read_case(FOLDER / "shipments" / f"{name}.yaml")
    one = opened(with_base(case.ruleset, "cases-shipments"))
    desk = desk_of(one.customer, case.records, case.known)
    return list(shipments_now(desk, facts_now(desk, "1001"), one.seeing))


@pytest.mark.parametrize("name", WAYS)
def test_a_parcel_that_was_stopped_has_a_way_out(name: str) -> None:
    """Each way was tried; what waits for a person has none."""
    stopped = [one for one in case_told(name) if not one.flows]
    assert WAYS[name] in [ways_out(one) for one in stopped]


@pytest.mark.parametrize("name", ["gone", "unreadable-channel", "unreadable-warehouse"])
def test_what_cannot_be_read_has_no_way_out(name: str) -> None:
    """Without an order, or a warehouse order, there is nothing that could be changed."""
    advice = [one.advice for one in case_told(name) if not one.flows]
    assert advice
    assert all(one is not None and one.suggestions == () for one in advice)


def told_again(name: str) -> list[tuple[tuple[Member, ...], str | None]]:
    """The members of what a case says was told, with the body of today."""
    case = read_case(FOLDER / "shipments" / f"{name}.yaml")
    one = opened(with_base(case.ruleset, "cases-shipments"))
    desk = desk_of(one.customer, case.records, case.known)
    facts = facts_now(desk, "1001")
    return [told_members(desk, facts, effect, one.seeing) for effect in facts.effects]


def values(members: tuple[Member, ...]) -> dict[str, Any]:
    """Name of each member -> its value."""
    return {one.origin.target: one.origin.value for one in members}


@pytest.mark.parametrize(
    ("name", "quantity"), [("second", 1), ("at-picking-rest", 1), ("late-label", 2)]
)
def test_what_was_told_is_explained_as_it_was_then(name: str, quantity: int) -> None:
    """As if it had not been told yet, though the channel has it and more was picked since."""
    members, body = told_again(name)[0]
    assert body is not None
    assert values(members)["lines[0].quantity"] == quantity


def test_what_would_not_be_told_today_has_no_members() -> None:
    """Where the channel has it as shipped by somebody else, nothing of it would be told."""
    assert told_again("told") == [((), None)]


def test_tracking_that_comes_later_tells_its_box() -> None:
    """The fulfillment that was told without a number, and the box's number by now."""
    (track,) = [one for two in case_told("late-label") for one in two.requests]
    told = {one.origin.target: one.origin for one in track.members}
    assert told["fulfillment"].sources[0].path.endswith(".marker")
    assert told["tracking"].sources[0].path == "progress.boxes[0].tracking"


def test_a_label_of_the_order_is_told_to_be_that() -> None:
    """A number that was made before packing stands on the order and not on its box."""
    (ship,) = [one for two in case_told("label-of-order") for one in two.requests]
    told = {one.origin.target: one.origin for one in ship.members}
    assert told["tracking"].sources[0].path == "progress.tracking[0]"


@pytest.mark.parametrize(
    "name",
    [
        "bundle-completed-later",
        "bundle-other-dc-done",
        "bundle-of-the-warehouse",
        "dc-of-list",
        "two-lines-one-item",
        "level-order",
        "no-carrier",
        "at-picking",
        "at-picking-rest",
        "closed-box",
        "component-is-line-by-item",
        "late-label",
    ],
)
def test_every_kind_of_shipment_names_what_its_units_are(name: str) -> None:
    """Of every line that is told its units are counted from something that is named."""
    requests = [one for two in case_told(name) for one in two.requests]
    told = [one.origin for two in requests for one in two.members]
    quantities = [one for one in told if one.target.endswith(".quantity")]
    assert requests
    assert all(one.sources for one in quantities)
