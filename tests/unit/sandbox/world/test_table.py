from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.sandbox.world.catalog import site
from engine.sandbox.world.customers import CUSTOMERS, Customer
from engine.sandbox.world.generate import generate
from engine.sandbox.world.law import Stock, judge
from engine.sandbox.world.model import OrderSketch, Share, one, spread
from engine.sandbox.world.records import Ids, order_record
from tests.unit.sandbox.world.conftest import NOW

ROOT = Path(__file__).parents[4]
STAMPS = ("2026-11-05T10:00:00Z", "2026-11-05T10:00:00Z")
NORTHPEAK = next(customer for customer in CUSTOMERS if customer.name == "northpeak")
STOCK = Stock.of(site("northpeak", NORTHPEAK.areas))


def _ruleset(name: str) -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load((ROOT / f"rulesets/{name}/ruleset.yaml").read_text())
    return rules


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.name)
def test_the_table_and_the_rulesets_say_the_same(customer: Customer) -> None:
    """Profiles, links, site profile, lists and bundle rules agree with the shipped rulesets."""
    rules = _ruleset(customer.name)
    orders, base = (
        rules["orders"],
        yaml.safe_load((ROOT / "mappings/ca-to-wos/standard.yaml").read_text()),
    )
    only = base["orders"]["only"] | orders["only"]
    codes = {row["Code"]: row["ID"] for row in _centers()}
    links = {
        (name, codes.get(link["dc"], link["dc"]), link["pick"])
        for name, link in rules["links"].items()
    }
    assert {number: name for name, number in rules["profiles"].items()} == customer.profiles
    assert links == {(link.name, link.dc, link.area) for link in customer.links}
    assert {area for link in rules["links"].values() for area in link["areas"]} == set(
        customer.areas
    )
    assert set(only["shipping"]) == customer.shipping
    assert set(only["payment"]) == customer.payment
    assert set(only["checkout"]) == customer.checkout
    assert set(only["profile"]) == set(customer.profiles.values())
    assert orders["lines"]["non-shippable"] == sorted(customer.non_shippable)
    assert orders["lines"].get("bad", base["orders"]["lines"]["bad"]) == customer.bad_lines
    assert orders.get("bundles", {}).get("default", "split") == customer.bundles
    profile = rules.get("connections", {}).get("wos", base["connections"]["wos"])["profile"]
    assert profile == customer.site_profile


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.name)
def test_the_bundle_exceptions_are_the_rulesets(customer: Customer) -> None:
    """Each bundle that a ruleset names goes the way that the table says."""
    named = {
        sku: way
        for way, skus in _ruleset(customer.name)["orders"].get("bundles", {}).items()
        if way != "default"
        for sku in skus
    }
    assert named == dict(customer.bundle_ways)


def _centers() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = generate(50, 1, NOW).channeladvisor["DistributionCenters"]
    return rows


@pytest.mark.parametrize("sku", ["KIT-GIFT", "KIT-CAMP"])
def test_a_broken_bundle_that_is_to_stay_whole_is_held(sku: str) -> None:
    """A kept bundle, or one left to the warehouse, of which a DC has only a piece is held."""
    sketch = OrderSketch(profile=12000123, lines=(one(sku, 1, 7),))
    order = order_record(sketch, Ids(), STAMPS)
    order["Fulfillments"][0]["Items"].pop()
    assert judge(order, NORTHPEAK, STOCK) == ([], ["held:broken-bundle"])


def test_a_held_order_counts_each_of_its_parts() -> None:
    """What holds a whole order is counted once for each part that does not arrive."""
    line = spread("LAMP-01", Share(dc=7, quantity=1), Share(dc=9, quantity=1))
    order = order_record(
        OrderSketch(profile=12000123, lines=(line, one(None, 1, 7))), Ids(), STAMPS
    )
    assert judge(order, NORTHPEAK, STOCK) == ([], ["held:bad-line"] * 2)


def test_parts_are_judged_one_by_one() -> None:
    """An item that is unknown in one part does not hold the other."""
    lines = (one("GHOST-9", 1, 7), one("LAMP-01", 1, 9))
    order = order_record(OrderSketch(profile=12000123, lines=lines), Ids(), STAMPS)
    expected, reasons = judge(order, NORTHPEAK, STOCK)
    assert [part.area for part in expected] == ["WEST"]
    assert [part.number for part in expected] == [f"US-{order['ID']}-west"]
    assert reasons == ["held:unknown-for-item"]
