"""A case of a real record: no buyer, few members, and the same decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.channeladvisor import ADAPTER
from engine.cases.redacting import redacted
from engine.cases.taking import case_text, text_of_file
from engine.cases.trimming import trimmed
from engine.errors import ConfigurationError
from engine.sandbox.casting.ground import Ground
from engine.sandbox.casting.orders import order_row
from engine.sandbox.casting.products import product_row
from tests.unit.cases.sample import RULESET, SCHEMA, customer_of, workspace_with

ORDER = order_row(
    {
        "id": 31500126,
        "lines": [{"sku": "LAMP", "quantity": 2, "bundle": {"BULB": 1}}],
        "raw": {
            "ShippingFirstName": "Jane",
            "ShippingPostalCode": "K1A 0B1",
            "ShippingDaytimePhone": "+1-555-867-5309",
            "BuyerEmailAddress": "jane.roe@mail.example.com",
            "SpecialInstructions": "Call Jane at 5 Elm Street",
            "RequestedShippingClass": "Slow",
        },
    },
    Ground(now=datetime(2026, 11, 20, tzinfo=UTC), profiles={"us": 12000123}, centers={"E": 7}),
)

PRODUCT = product_row(
    {"id": 5100001, "sku": "LAMP", "title": "A lamp", "attributes": {"Colour": "red"}},
    Ground(now=datetime(2026, 11, 20, tzinfo=UTC), profiles={"us": 12000123}, centers={"E": 7}),
)
BOOKING = {
    "messageId": 7,
    "type": "InventoryAdjustment",
    "createdDateTime": "2026-11-20T07:00:00Z",
    "payload": {
        "transactionType": "Pull",
        "itemNumber": "LAMP",
        "areaName": "MAIN",
        "quantity": -4,
        "quantityBefore": 9,
        "reasonCode": "LOST",
        "userName": "jane",
        "transactionDateTime": "2026-11-20T07:00:00Z",
    },
}


def test_a_buyer_is_replaced_and_shapes_stay() -> None:
    """Kinds and shapes are what rules go by; codes of countries and states name nobody."""
    found = redacted(
        {
            **ORDER,
            "BillingCompany": 5,
            "BuyerOptIn": True,
            "BillingLines": ["Jane"],
            "PrivateNotes": "",
            "Inner": {"BuyerName": "Jane", "Free": 1},
            "Items": [{"Sku": "LAMP", "GiftNotes": "For Jane"}],
        },
        ADAPTER.buyer_members,
    )

    assert "Jane" not in str(found)
    assert found["ShippingFirstName"] == "Sample ShippingFirstName"
    assert found["ShippingPostalCode"] == "Sample ShippingPostalCode"
    assert found["ShippingDaytimePhone"] == "+0-000-000-0000"
    assert found["BuyerEmailAddress"] == "buyer@example.com"
    assert found["ShippingCountry"] == "US"
    assert (found["BillingCompany"], found["BuyerOptIn"], found["BillingLines"]) == (0, True, None)
    assert found["PrivateNotes"] == ""
    assert found["Inner"] == {"BuyerName": "Sample BuyerName", "Free": 1}
    assert found["Items"] == [{"Sku": "LAMP", "GiftNotes": "Sample GiftNotes"}]


def test_what_makes_no_difference_goes_and_what_rules_read_stays() -> None:
    """Members are left out at every depth, as long as what comes of it stays the same."""
    record = {
        "Id": 1,
        "Read": "x",
        "Unread": "y",
        "Null": None,
        "Rows": [{"Sku": "A", "Title": "t", "Parts": [{"Sku": "B", "Title": "u"}]}, {"Sku": "C"}],
        "Flat": [1, 2],
    }

    def same(found: Mapping[str, Any]) -> bool:
        skus = [row.get("Sku") for row in found.get("Rows", ())]
        inner = [part.get("Sku") for row in found.get("Rows", ()) for part in row.get("Parts", ())]
        return (found.get("Id"), skus, inner) == (1, ["A", "C"], ["B"])

    assert trimmed(record, frozenset({"Read", "Null"}), same) == {
        "Id": 1,
        "Read": "x",
        "Rows": [{"Sku": "A", "Parts": [{"Sku": "B"}]}, {"Sku": "C"}],
    }


def test_a_new_case_shows_what_the_record_showed(tmp_path: Path) -> None:
    """It waits to be confirmed, knows the DC by its code, and holds nobody's name."""
    customer = customer_of(workspace_with(tmp_path))

    text = case_text(customer, ORDER, {7: "EAST3PL"}, SCHEMA)

    assert "confirmed: false\n" in text
    assert "at: 2026-11-20T00:50:00Z\n" in text
    assert "    - {code: EAST3PL, id: 7}\n" in text
    assert "RequestedShippingClass: Slow\n" in text
    assert "Jane" not in text
    assert "BuyerEmailAddress" not in text
    assert "TotalPrice" not in text


def test_an_order_without_fulfillments_names_no_dc(tmp_path: Path) -> None:
    """Nothing is said of DCs that the record does not name."""
    customer = customer_of(workspace_with(tmp_path))

    text = case_text(customer, {**ORDER, "Fulfillments": []}, {}, SCHEMA)

    assert "centers" not in text


def test_what_is_no_order_is_refused(tmp_path: Path) -> None:
    """Some other JSON makes no case."""
    customer = customer_of(workspace_with(tmp_path))

    with pytest.raises(ConfigurationError, match="no order as the channel gives it"):
        case_text(customer, {"ID": "x"}, {}, SCHEMA)


def test_a_product_makes_a_case_of_items(tmp_path: Path) -> None:
    """It has what rules read and what makes a difference, and nothing else."""
    ruleset = RULESET.replace(
        "items: {", 'items: {skip: {big: "ca.Weight == `9`"}, map: {customField2: ca.Brand}, '
    )
    customer = customer_of(workspace_with(tmp_path, ruleset=ruleset))

    text = text_of_file(customer, {**PRODUCT, "Weight": 2, "Brand": "B"}, SCHEMA)

    assert "title: Product 5100001.\nflow: items\n" in text
    assert "sku: LAMP\n" in text
    assert "raw: {Brand: B, Title: A lamp, Weight: 2}\n" in text


def test_a_booking_makes_a_case_of_stock_without_who_booked(tmp_path: Path) -> None:
    """The message stands there as the site writes it, and its item is known."""
    customer = customer_of(workspace_with(tmp_path))

    text = text_of_file(customer, BOOKING, SCHEMA)

    assert "flow: stock\nat: 2026-11-20T08:00:00Z\n" in text
    assert "items: [LAMP]\n" in text
    assert "reasonCode: LOST\n" in text
    assert "quantity: -4\n" in text
    assert "quantityBefore" not in text
    assert "jane" not in text


def test_a_booking_without_item_and_time_is_what_it_is(tmp_path: Path) -> None:
    """The case plays at the usual time, and shows that nobody can book it."""
    customer = customer_of(workspace_with(tmp_path))

    text = text_of_file(customer, {**BOOKING, "payload": {"quantity": 1}}, SCHEMA)

    assert "products" not in text
    assert "\nat:" not in text


@pytest.mark.parametrize("payload", [{}, "x"])
def test_what_happens_to_an_order_is_no_record_of_its_own(payload: object, tmp_path: Path) -> None:
    """The advice names what states it instead."""
    customer = customer_of(workspace_with(tmp_path))
    kind = "OrderPackComplete" if payload == {} else "InventoryMove"

    with pytest.raises(ConfigurationError, match=f"of the type {kind}") as raised:
        text_of_file(customer, {"type": kind, "payload": payload}, SCHEMA)

    assert "`happened`" in raised.value.advice


def test_a_product_needs_a_section_and_a_time(tmp_path: Path) -> None:
    """Of a ruleset without items nothing is made; without a time it is no product."""
    customer = replace(customer_of(workspace_with(tmp_path)), items=None)

    with pytest.raises(ConfigurationError, match="no items"):
        text_of_file(customer, PRODUCT, SCHEMA)
    with pytest.raises(ConfigurationError, match="no order"):
        text_of_file(customer, {**PRODUCT, "UpdateDateUtc": None, "CreateDateUtc": "x"}, SCHEMA)
