"""An order as a pass would decide it, whatever became of it before."""

from __future__ import annotations

from typing import Any

import pytest

from engine.explain.orders_now import order_now, part_members
from engine.explain.origins import field_origin
from engine.explain.places import Places
from engine.explain.story import Judged, Member
from engine.flows.orders_fields import IDS
from engine.flows.orders_scope import order_scope, part_scope
from tests.cases.orders_of import orders_of
from tests.unit.explain.making import case_explained, desk_of, explained, opened, ways_out

BOUND = {
    "order": "1001",
    "link": "main",
    "number": "1001",
    "composition": [
        {"line": "1", "item": "LAMP-01", "quantity": 2, "bundle": None, "per": None},
        {"line": "9", "item": "GONE", "quantity": 1, "bundle": None},
    ],
}
SHIPPED = {"dc": 5, "status": "Complete", "items": [{"line": "1", "quantity": 2}]}


def told_of(known: dict[str, Any], row: dict[str, Any], ruleset: str = "") -> tuple[Member, ...]:
    """The members of what was sent of the part of DC MAIN."""
    one = opened(f"extends: cases\n{ruleset}")
    (order,) = orders_of([{"key": "1001", **row}])
    desk = desk_of(one.customer, [order], known)
    now = order_now(desk, "1001", one.seeing)
    (part,) = now.parts
    return part_members(desk, order, part, one.seeing)[0]


def test_a_part_of_which_nothing_is_open_is_told_as_the_memory_keeps_it() -> None:
    """Lines that were shipped, or that the order has no more, are those that were sent."""
    members = told_of({"bindings": [BOUND]}, {"allocations": [SHIPPED]})
    lines = {one.origin.target: one.origin for one in members if "lines[" in one.origin.target}
    assert lines["lines[0].quantity"].value == 2
    assert lines["lines[1].item"].value == "GONE"
    assert all("the memory keeps" in one.note for one in lines.values())


def test_a_part_that_has_no_values_today_has_no_members() -> None:
    """What was sent cannot be explained by a record that has lost a value that is required."""
    ruleset = "orders: {map: {customField1: {from: ca.Lost, required: true}}}"
    assert told_of({"bindings": [BOUND]}, {"allocations": [SHIPPED]}, ruleset) == ()


@pytest.mark.parametrize(("name", "rule"), [("gone", "orders.gone")])
def test_an_order_that_is_gone_is_told_to_be(name: str, rule: str) -> None:
    """What the source does not have is reported, without a record and without a way out."""
    one = opened("extends: cases")
    now = order_now(desk_of(one.customer, [], {}), "77", one.seeing)
    assert [judged.decision.rule for judged in now.judged] == [rule]
    assert (now.order, list(now.events)) == (None, [])


def test_what_was_read_is_told() -> None:
    """The record, whether the number is free, and what each item is in the warehouse."""
    assert explained("orders: {}", {}).read == (
        "ca: order 1001",
        "wos: the number 1001 is free",
        "wos: item LAMP-01: item",
    )


def test_a_number_that_is_taken_is_told_with_its_state() -> None:
    """What stands in the warehouse under the number is read, and told."""
    row = {"number": "1001", "lines": [{"item": "MUG", "quantity": 1}]}
    assert (
        "wos: the number 1001 is there, available"
        in explained("orders: {}", {}, {"existing": [row]}).read
    )


def one_of(judged: list[Judged]) -> Judged:
    (only,) = [one for one in judged if not one.flows]
    return only


@pytest.mark.parametrize(
    ("case", "read"),
    [
        ("only-dc", [("allocations[*].dc", ["MAIN"])]),
        ("since", [("created", "2026-11-02T10:00:00+00:00")]),
        ("nothing-open", [("allocations[0].dc", "MAIN"), ("allocations[0].status", "Complete")]),
        ("only-profile", [("profile", 12000101)]),
        ("items-unknown", []),
    ],
)
def test_a_criterion_tells_what_the_order_has(case: str, read: list[tuple[str, Any]]) -> None:
    """What a filter looked at is told by its name, with the order's own value."""
    assert [(one.path, one.value) for one in one_of(case_explained(case)).sources] == read


def test_a_member_without_a_value_tells_why() -> None:
    """Of a part that a table holds the member is told, with what it read and what is missing."""
    judged = one_of(case_explained("lookup-missing-hold-private"))
    (member,) = judged.members
    assert (member.target, member.value, member.row) == ("customField1", None, None)
    assert [(one.path, one.value) for one in member.sources] == [("ca.ShippingPostalCode", "***")]


MAP = """
extends: cases
orders:
  map:
    customField1: {lookup: zone, of: ca.ShippingStateOrProvince}
    customField2: {lookup: way, of: ca.Way}
    customField3: {from: ca.Nothing, default: none}
    customField4: {from: "length(ca.Rows)"}
tables:
  zone: {missing: hold, rows: {NY: east}}
  way: {missing: default, default: GROUND, rows: {Fast: AIR}}
"""


def origins() -> dict[str, Any]:
    """The origins of a few members of an order of a buyer in New York."""
    one = opened(MAP)
    raw = {"ShippingStateOrProvince": "NY", "Way": "Slow", "Rows": [1, 2]}
    (order,) = orders_of([{"key": "1001", "raw": raw}])
    compiled = one.customer.compiled
    scope = part_scope(order_scope(compiled, order), compiled.links[0], single=True)
    told = [field_origin(field, scope, IDS, one.seeing) for field in compiled.fields]
    return {origin.target: origin for origin in told}


def test_rows_and_defaults_are_told() -> None:
    """A buyer's row hides key, value and line; a default says that it is one."""
    told = origins()
    zone, way = told["customField1"].row, told["customField2"].row
    assert (zone.key, zone.value, zone.default) == ("***", "***", False)
    assert str(zone.place) == "ruleset.yaml:10:3"
    assert (way.key, way.value, way.default) == ("Slow", "GROUND", True)
    assert str(way.place) == "ruleset.yaml:11:27"
    assert "its default stands in" in told["customField3"].note
    assert told["customField4"].sources[0].note == "how many there are"


def test_two_members_of_one_table_are_told_apart() -> None:
    """The one that has a row is not the one that lacks it; what is computed has no other record."""
    ruleset = (
        "orders: {map: {customField1: {lookup: way, of: ca.Way}, "
        'customField2: {lookup: way, of: "upper(ca.Other)"}}}\n'
        "tables: {way: {missing: hold, rows: {Fast: AIR}}}"
    )
    now = explained(ruleset, {"raw": {"Way": "Fast", "Other": "slow"}})
    assert ways_out(one_of(list(now.judged))) == ["ruleset: add a row 'SLOW': ... to the table way"]


@pytest.mark.parametrize(
    ("ruleset", "row", "way"),
    [
        (
            'orders: {map: {customField1: {text: "{{ ca.Lost }}"}}}',
            {},
            "record: a text in ca.Lost",
        ),
        ('orders: {number: "{{ site }}"}', {"site": None}, "record: a text in site"),
        (
            'orders: {number: "{{ ca.A.B }}"}',
            {"raw": {"A": None}},
            None,
        ),
        ('orders: {skip: {x: "ca.A == ca.B"}}', {"raw": {"A": {"C": 1}, "B": {"C": 1}}}, None),
    ],
)
def test_what_a_template_lacks_is_a_way_out(
    ruleset: str, row: dict[str, Any], way: str | None
) -> None:
    """A member that is null may have a text; where nothing can stand there is no way out."""
    found = ways_out(one_of(list(explained(ruleset, row).judged)))
    assert (way in found) if way else not [one for one in found if one.startswith("record")]


def test_places_of_rules() -> None:
    """A rule has the place of its key, its table or the key that sets it; built in, it has none."""
    places = opened(MAP).seeing.places
    assert str(places.of_rule("orders.map.customField1")) == "ruleset.yaml:5:5"
    assert str(places.of_rule("orders.map.shipTo.city")).endswith("standard.yaml:43:5")
    assert str(places.of_rule("orders.lookup.zone")) == "ruleset.yaml:10:3"
    assert "standard.yaml" in str(places.of_rule("orders.bundles.split-twice"))
    assert str(places.of_rule("orders.only.since")) == "base.yaml:7:3"
    assert places.of_rule("orders.send") is None
    assert (Places().of_rule("orders.skip.x"), Places().at("orders")) == (None, None)
