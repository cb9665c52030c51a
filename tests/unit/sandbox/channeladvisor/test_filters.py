"""The filter grammar: what is accepted and what it finds, what is refused."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.unit.sandbox.channeladvisor.account import Caller, order, twin


def _orders() -> Caller:
    split = [
        {"ID": 31, "DistributionCenterID": 7, "Items": [{"ID": 32, "OrderItemID": 30}]},
        {"ID": 33, "DistributionCenterID": 0, "DeliveryStatus": "Complete", "Items": []},
    ]
    return twin(
        order(1, SiteName=None, PaymentStatus="Failed"),
        order(2, CreatedDateUtc="2026-11-02T03:04:05.1234568Z"),
        order(3, Fulfillments=split, ShippingStatus="Shipped", TotalPrice=11),
        order(4, CreatedDateUtc="2025-01-31T23:59:58Z", BuyerEmailOptIn=True, SiteName="o'neil's"),
    )


ACCEPTED = [
    ("ID eq 2", [2]),
    ("ID eq 1 or ID eq 3 or ID eq 9", [1, 3]),
    ("ID gt 1 and ID lt 4", [2, 3]),
    ("ID ge 2 AND (ID le 2 OR ID eq 4)", [2, 4]),
    ("ID eq 1 or ID eq 2 and ID eq 3", [1]),
    ("2 le id and PROFILEID ne 5", [2, 3, 4]),
    ("ID gt -1", [1, 2, 3, 4]),
    ("TotalPrice eq 10.50", [1, 2, 4]),
    ("floor(TotalPrice) eq 10 and ceiling(TotalPrice) eq 11", [1, 2, 4]),
    ("SiteName eq 'O''Neil''s'", [2, 3]),
    ("SiteName eq null", [1]),
    ("SiteName ne null", [2, 3, 4]),
    ("SiteName ge 'a'", [4]),
    ("BuyerEmailOptIn eq true", [4]),
    ("BuyerEmailOptIn ne True and ID le 2", [1, 2]),
    ("PaymentStatus eq 'Failed' or ShippingStatus ne 'Unshipped'", [1, 3]),
    ("'Failed' eq PaymentStatus", [1]),
    ("OrderTaxType eq ShippingTaxType and ID eq 1", [1]),
    ("CreatedDateUtc gt 2026-11-02T03:04:05.1234567Z", [2]),
    ("CreatedDateUtc eq 2026-11-02T04:04:05.1234567+01:00", [1, 3]),
    ("CreatedDateUtc lt 2025-02-01", [4]),
    ("CreatedDateUtc ge 2025-01-31T23:59Z and CreatedDateUtc lt 2025-02-01T00:00:00.0000000Z", [4]),
    ("year(CreatedDateUtc) eq 2025 and month(CreatedDateUtc) eq 1", [4]),
    ("day(CreatedDateUtc) eq 31 and hour(CreatedDateUtc) eq 23", [4]),
    ("minute(CreatedDateUtc) eq 59 and second(CreatedDateUtc) eq 58", [4]),
    ("year(EstimatedShipDateUtc) eq 2025", []),
    ("UpdatedDateUtc gt CreatedDateUtc", [3, 4]),
    ("Fulfillments/Any (c: c/DistributionCenterID eq 0)", [3]),
    ("fulfillments/any(f:f/DistributionCenterID eq 7 or f/ID eq 11)", [1, 3]),
    ("Fulfillments/Any (c: c/DistributionCenterID eq 7 and c/DeliveryStatus eq 'Complete')", []),
    ("Fulfillments/Any (c: (c/ID eq 33 and (c/DistributionCenterID le 0 or c/ID eq 1)))", [3]),
    ("Fulfillments/Any(f: f/Items/Any(i: i/ID eq 32 and f/ID eq 31))", [3]),
    ("Items/Any(i: i/FulfillmentItems/Any(f: f/ID eq 32))", [3]),
    ("Items/Any(i: i/Sku eq 'SKU-2') and PaymentStatus eq 'Cleared'", [2]),
]

REFUSED = [
    "",
    "ID",
    "ID eq",
    "ID eq 1 and",
    "ID eq 1 ID eq 2",
    "ID eq 1)",
    "(ID eq 1",
    "ID eq '1'",
    "ID eq 1a",
    "ID = 1",
    "Nonsense eq 1",
    "SiteName eq O'Neil",
    "SiteName eq 'open",
    "SiteName eq 5",
    "BuyerEmailOptIn",
    "BuyerEmailOptIn gt false",
    "SiteName gt null",
    "PaymentStatus eq 'Paid'",
    "PaymentStatus eq 'cleared'",
    "PaymentStatus gt 'Cleared'",
    "PaymentStatus eq 1",
    "'Paid' eq PaymentStatus",
    "PaymentStatus eq ShippingStatus",
    "PaymentStatus eq SiteName",
    "CreatedDateUtc gt '2026-11-02'",
    "CreatedDateUtc gt 2026-13-02",
    "CreatedDateUtc gt 2026-11-02T03:04:05",
    "CreatedDateUtc gt 2026-11-02T03:04:05.12345678Z",
    "year(ID) eq 1",
    "floor(CreatedDateUtc) eq 1",
    "year(CreatedDateUtc",
    "length(SiteName) eq 1",
    "contains(SiteName, 'x')",
    "startswith(SiteName, 'x') eq true",
    "not (ID eq 1)",
    "ID in (1, 2)",
    "ID add 1 eq 2",
    "OrderTags eq 'Customized'",
    "OrderTags eq null",
    "Fulfillments/Any (c: DistributionCenterID eq 5)",
    "Fulfillments/Any (c: d/DistributionCenterID eq 5)",
    "Fulfillments/Any (c: c/Nonsense eq 5)",
    "Fulfillments/Any (c: c/DistributionCenterID eq 5",
    "Fulfillments/Any (c: c/Items/Any (c: c/ID eq 5))",
    "Fulfillments/Any ()",
    "Fulfillments/All (c: c/DistributionCenterID eq 5)",
    "SiteName/Any (c: c/ID eq 5)",
    "Fulfillments eq null",
    "Fulfillments/DistributionCenterID eq 5",
    "floor(Fulfillments/Any (c: c/ID eq 5)) eq 1",
    "1 eq Fulfillments/Any (c: c/ID eq 5)",
    "a/b/c eq 1",
    "(" * 60 + "ID eq 1" + ")" * 60,
]


@pytest.mark.parametrize(("text", "found"), ACCEPTED)
def test_a_documented_filter_finds_its_orders(text: str, found: list[int]) -> None:
    """Every documented form is understood and means what it says."""
    assert _orders().filtered(text) == found


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    """What is not documented ends in a 400 of OData's shape and finds nothing."""
    response = _orders().call("GET", "/v1/Orders?$filter=" + quote(text))

    assert response.status == 400
    assert set(json.loads(response.body)["error"]) == {"code", "message"}


@pytest.mark.parametrize(("letter_case", "found"), [("exact", [2, 3]), ("ignored", [2, 3, 4])])
def test_letter_case_of_strings_is_a_setting(letter_case: str, found: list[int]) -> None:
    """Whether equality looks at letter case is not documented, so both can be rehearsed."""
    caller = _orders()
    caller.sandbox.floor.settings = type(caller.sandbox.floor.settings)(letter_case=letter_case)

    assert caller.filtered("SiteName eq 'O''Neil''s'") == found


def test_an_enum_follows_the_letter_case_setting() -> None:
    """With letter case ignored, an enum's literal is known in any case."""
    caller = twin(order(1), order(2, PaymentStatus="Failed"), letter_case="ignored")

    assert caller.filtered("PaymentStatus eq 'cleared'") == [1]
    assert caller.filtered("paymentstatus ne 'CLEARED'") == [2]


@pytest.mark.parametrize(("ne_null", "found"), [("kept", [1]), ("dropped", [])])
def test_ne_on_null_is_a_setting(ne_null: str, found: list[int]) -> None:
    """Whether `ne` lets a null through is not documented; `eq` never does."""
    caller = twin(order(1, SiteName=None), order(2), ne_null=ne_null)

    assert caller.filtered("SiteName ne 'O''Neil''s'") == found
    assert caller.filtered("SiteName eq 'x' or SiteName lt 'a' and SiteName eq 'x'") == []
    assert caller.filtered("SiteName ne null") == [2]


def test_an_unknown_enum_member_in_an_order_is_no_trouble() -> None:
    """A status that is newer than the metadata is served, and differs from every known one."""
    caller = twin(order(1, ShippingStatus="Teleported"), order(2))

    assert caller.filtered("ShippingStatus ne 'Unshipped'") == [1]
    assert caller.get("/v1/Orders(1)")["ShippingStatus"] == "Teleported"
