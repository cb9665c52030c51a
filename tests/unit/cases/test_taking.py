"""A case of a real record: no buyer, few members, and the same decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.channeladvisor import ADAPTER
from engine.cases.redacting import redacted
from engine.cases.taking import case_text
from engine.cases.trimming import trimmed
from engine.errors import ConfigurationError
from engine.sandbox.casting.ground import Ground
from engine.sandbox.casting.orders import order_row
from tests.unit.cases.sample import SCHEMA, customer_of, workspace_with

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
