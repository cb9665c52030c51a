"""The values that no table has a row for, before they wait and while they do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.flows.missing_rows import Lack, lack_of, no_row
from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL

LOOKUP = "orders.lookup"
OVERLAY = {"tables": {"ship-method": {"rows": {"Standard": None}}}}


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Town]:
    """A customer whose table of shipping methods lacks two rows."""
    layout = Layout(customer="northpeak")
    with open_town(tmp_path, layout, overlay=OVERLAY, still=STILL) as town:
        yield town


def change(town: Town, **sections: Any) -> None:
    """Lays more over the customer's ruleset."""
    path = town.root / "rulesets" / town.name / "ruleset.yaml"
    value = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(value | sections), "utf-8")


def holds(town: Town) -> dict[str, int]:
    """Rule -> how many parts it holds."""
    held: dict[str, int] = town.run("status", town.name, "--format", "json").json["customers"][0][
        "holds"
    ]
    return held


def found(town: Town, *flows: str) -> dict[tuple[str, str | None], int]:
    """Table and value -> how many records, as `lookups` tells."""
    said = town.run("lookups", town.name, *flows, "--format", "json")
    rows = said.json["lookups"]
    assert said.code == (2 if rows else 0)
    assert said.json["format_version"] == 1
    return {(row["table"], row["value"]): row["count"] for row in rows}


def test_values_are_counted_before_and_after_their_records_wait(north: Town) -> None:
    """A fresh look shows them, what is held shows the same, and nothing was written for it."""
    before = found(north)
    assert before[("ship-method", "Standard")] > before[("ship-method", "Freight")] > 0
    assert north.writes() == []

    north.run("run", north.name, "orders")
    assert found(north) == before
    assert found(north, "orders") == before
    assert found(north, "items") == {}


def test_with_the_row_what_waited_goes_on_the_next_pass(north: Town) -> None:
    """Nobody touches the orders: with the row alone they are sent, or wait for something else."""
    north.run("run", north.name, "orders")
    waiting, sent = sum(found(north).values()), len(north.stored())
    others = sum(count for rule, count in holds(north).items() if not rule.startswith(LOOKUP))
    change(north, tables={"ship-method": {"rows": {"Freight": "LTL"}}})
    assert found(north) == {}

    assert north.run("run", north.name, "orders").code == 0
    assert len(north.stored()) - sent + sum(holds(north).values()) - others == waiting
    assert len(north.stored()) - sent > 1
    assert not any(rule.startswith(LOOKUP) for rule in holds(north))
    assert north.run("lookups", north.name).out == "Every value has its row.\n"


def test_people_see_table_value_count_and_one_record(north: Town) -> None:
    """The text names what to add, and an order to look at."""
    said = north.run("lookups", north.name)

    assert said.code == 2
    assert said.out.split()[:4] == ["table", "value", "records", "flow"]
    assert 'ship-method  "Freight"' in said.out
    assert said.out.endswith("Add the rows; what waits goes with the next pass.\n")


def test_rejects_count_and_a_buyers_value_is_not_told(north: Town) -> None:
    """What was rejected for it is counted from the inbox once it is not read again."""
    fields = {"customField4": {"lookup": "place", "of": "ca.ShippingCity"}}
    change(
        north,
        orders={"map": fields},
        tables={
            "place": {"missing": "reject", "rows": {"Nowhere": "N"}},
            "ship-method": {"missing": "default", "default": "GROUND"},
        },
    )
    fresh = found(north)
    assert set(fresh) == {("place", None)}
    north.run("run", north.name, "orders")

    assert found(north) == fresh
    said = north.run("lookups", north.name)
    assert "(a buyer's value)" in said.out


@pytest.mark.parametrize(
    "value", ["Freight", 'a "quoted" one', "x; nearest: y", "two\nlines", "", None]
)
@pytest.mark.parametrize("nearest", [(), ("Standard",), ("A b", "c")])
def test_the_sentence_can_be_read_back(value: str | None, nearest: tuple[str, ...]) -> None:
    """Table and value are what they were, whatever stands in the value."""
    reason = no_row("table ship-method (acme.yaml:3:1)", value, nearest)
    carriers = no_row("shipments.carriers", value, nearest)

    assert lack_of("orders.lookup.ship-method", reason) == Lack(table="ship-method", value=value)
    assert lack_of("shipments.carrier", carriers) == Lack(table="shipments.carriers", value=value)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("orders.hold.x", 'table t has no row for "y"'),
        ("orders.lookup.t", "something else"),
        ("shipments.no-carrier", "the box names no carrier"),
    ],
)
def test_other_reasons_lack_no_row(rule: str, reason: str) -> None:
    """Only a lookup's own rule with its own sentence counts."""
    assert lack_of(rule, reason) is None
