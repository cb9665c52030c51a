"""Order changes as a pass would carry them out: what calls are made of, and what has them made."""

from __future__ import annotations

import pytest

from engine.explain.change_origins import Call, call_members
from engine.explain.changes_now import changes_now
from engine.explain.story import Judged
from engine.model.order import Order
from tests.cases.case import FOLDER, read_case, with_base
from tests.cases.changes_street import desk_of
from tests.unit.explain.making import opened, ways_out

WAYS = {
    ("cancelled", "1001"): ["ruleset: say orders.changes.cancelled.hold: delete"],
    ("cancelled", "1002"): [
        "ruleset: say orders.changes.cancelled.available: delete",
        "ruleset: say orders.changes.cancelled.available: wos-hold",
    ],
    ("cancelled", "1003"): ["ruleset: say orders.changes.cancelled.batched: wos-hold"],
    ("dc-moved", "1002"): [
        "ruleset: say orders.changes.dc-moved.available: recreate",
        "ruleset: say orders.changes.dc-moved.available: wos-hold",
    ],
    ("absent-hold", "1001"): [
        "command: crossdock resubmit acme 1001",
        "ruleset: say orders.changes.absent: resubmit-when-touched",
    ],
    ("link-lost", "1001"): [],
    ("report", "1001"): [
        "ruleset: say orders.changes.address.available: recreate",
        "ruleset: say orders.changes.address.available: wos-hold",
    ],
    ("several-kinds", "1001"): [
        "ruleset: say orders.changes.quantity-up.available: recreate",
        "ruleset: say orders.changes.quantity-up.available: wos-hold",
    ],
    ("recreate-unknown-item", "1001"): [
        "ruleset: say orders.changes.quantity-up.available: wos-hold"
    ],
    ("unclear-there", "1001"): [],
}


def case_changed(name: str, key: str) -> list[Judged]:
    """The decisions on one order of a case of the order-changes flow."""
    case = read_case(FOLDER / "order-changes" / f"{name}.yaml")
    one = opened(with_base(case.ruleset, "cases-order-changes"))
    desk = desk_of(one.customer, case.records, case.known)
    order = desk.source.by_key([key]).get(key)
    assert order is None or isinstance(order, Order)
    return list(changes_now(desk, key, order, one.seeing, lambda change: ()))


@pytest.mark.parametrize(("name", "key"), WAYS)
def test_a_change_that_a_person_is_told_of_has_a_way_out(name: str, key: str) -> None:
    """Another cell of the table, another state there, or a command; each was tried."""
    stopped = [one for one in case_changed(name, key) if not one.flows]
    assert WAYS[name, key] in [ways_out(one) for one in stopped]


def test_a_delete_tells_its_number_and_its_cell() -> None:
    """The number under which it was sent, and the cell of the table with its place."""
    (judged,) = case_changed("recreate", "1001")
    delete = judged.requests[0]
    told = {one.origin.target: one.origin for one in delete.members}
    assert told["number"].value == "1001"
    assert told["action"].text == "orders.changes.address.available"
    assert str(told["action"].place) == "ruleset.yaml:2:30"


def test_a_hold_tells_its_status_and_its_row() -> None:
    """The member of the header is by the row of the kind of change."""
    (judged,) = case_changed("on-hold", "1002")
    told = {one.origin.target: one for one in judged.requests[0].members}
    assert told["status"].pointers == ("/status",)
    assert told["status"].origin.text == "orders.changes.address.available"


def test_of_a_call_that_was_made_the_state_is_not_known_any_more() -> None:
    """The row of its kind is told, and one that was deleted by hand is `absent`."""
    places = opened("extends: cases").seeing.places
    plain = {"operation": "delete", "marker": "1001", "body": None}
    texts = [
        call_members(Call(memo=memo, **plain), places)[1].origin.text
        for memo in ({"kinds": ["address", "blanked"]}, {})
    ]
    assert texts == ["orders.changes.address, orders.changes.blanked", "orders.changes.absent"]
    assert call_members(Call(operation="ship", marker="", memo={}, body=None), places) == ()
