from __future__ import annotations

from typing import Any

import pytest

from engine.flows.orders_fields import header_of
from engine.flows.orders_scope import order_scope
from engine.model.ruleset import FieldRule, Table
from tests.unit.flows.making import compiled, expression, member, order, table, template

RAW = {"Nothing": None, "Class": "Standard", "Odd": "Drone", "ShipTo": "Somewhere", "List": [1]}


def header(
    *fields: FieldRule, tables: dict[str, Table] | None = None
) -> tuple[dict[str, str], list[str], list[str]]:
    """The members; then the rules that hold, then those that reject."""
    rules = compiled(fields=fields, tables=tables)
    made, holding, rejecting = header_of(rules, order_scope(rules, order(raw=RAW)))
    return dict(made.fields), [one.rule for one in holding], [one.rule for one in rejecting]


def value(text: str, **more: Any) -> FieldRule:
    """The member `notes` from an expression."""
    return member("notes", value=expression(text), **more)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (value("ca.Class"), "Standard"),
        (value("`true`"), "true"),
        (value("`false`"), "false"),
        (value("`5`"), "5"),
        (value("`5.0`"), "5"),
        (value("`0.25`"), "0.25"),
        (value("ca.Nothing", default="none"), "none"),
        (value("ca.Nothing", required=True, default="none"), "none"),
        (member("notes", text=template("{{ ca.Class }}!")), "Standard!"),
        (value("ca.Class", lookup="ways"), "GROUND"),
        (value("ca.Nothing", lookup="ways", default="AIR"), "AIR"),
    ],
)
def test_a_member_gets_its_text(field: FieldRule, expected: str) -> None:
    """Numbers and booleans become texts, null its default, and a table its row's value."""
    assert header(field, tables={"ways": table()}) == ({"notes": expected}, [], [])


def test_null_leaves_an_optional_member_out() -> None:
    """A member without a value is not sent as an empty text."""
    assert header(value("ca.Nothing")) == ({}, [], [])


@pytest.mark.parametrize(
    "field",
    [
        value("ca.Nothing", required=True),
        value("ca.List"),
        value("upper(ca.Nothing)"),
        value("ca.Nothing", lookup="ways"),
        member("notes", text=template("{{ ca.Nothing }}")),
    ],
)
def test_what_cannot_be_computed_holds_and_names_its_member(field: FieldRule) -> None:
    """A mapping without a result keeps the order here under the rule of its member."""
    assert header(field, tables={"ways": table()}) == ({}, ["orders.map.notes"], [])


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("hold", ({}, ["orders.lookup.ways"], [])),
        ("reject", ({}, [], ["orders.lookup.ways"])),
        ("default", ({"notes": "AIR"}, [], [])),
    ],
)
def test_a_value_without_row_goes_the_way_of_its_table(missing: Any, expected: Any) -> None:
    """Hold, reject and default are three answers to the same value."""
    ways = table(missing=missing, default="AIR" if missing == "default" else None)

    assert header(value("ca.Odd", lookup="ways"), tables={"ways": ways}) == expected


def test_a_nearest_row_is_offered_and_a_private_value_is_not_shown() -> None:
    """The reason names rows like the value, and no value that may be a buyer's."""
    near = value("ca.Class", lookup="ways")
    private = member("area", value=expression("ca.ShipTo"), lookup="ways")
    rules = compiled(fields=(near, private), tables={"ways": table(rows={"standard": "GROUND"})})

    _, holding, _ = header_of(rules, order_scope(rules, order(raw=RAW)))

    assert [one.reason for one in holding] == [
        'table ways has no row for "Standard"; nearest: standard',
        "table ways has no row for this value",
    ]


def test_only_members_with_a_value_are_marked_as_private() -> None:
    """Which members hold buyers' values is told of those that are there."""
    fields = (
        member("to", value=expression("ca.ShipTo")),
        member("too", value=expression("ca.ShipAgain")),
        member("whole", text=template("{{ ca.Class }}")),
    )
    rules = compiled(fields=fields)

    made, _, _ = header_of(rules, order_scope(rules, order(raw=RAW)))

    assert made.private == {"to"}
