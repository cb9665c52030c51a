"""ChannelAdvisor's protocol as values: what goes out, what comes in, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.channeladvisor import protocol
from engine.adapters.channeladvisor.records import BUYER_MEMBERS, order_of
from engine.errors import ProtocolError
from engine.model.order import AllocatedItem, Allocation, Component, Line, Order
from engine.ports.world import Response
from tests.adapters.rig import raw_order

EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001  # hypothesis wants bounds without a zone
LATEST = datetime(2100, 1, 1)  # noqa: DTZ001  # the same
BASE = "https://api.channeladvisor.com"


def answer(status: int, body: Any) -> Response:
    """A response with this JSON, or with these bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, headers={}, body=raw)


@pytest.mark.parametrize(
    "link",
    [
        f"{BASE}/v1/Orders?$skip=100",
        f"{BASE}//v1/Orders?$skip=100",
        f"{BASE}/V1/orders(1)/Items?$skip=20",
    ],
)
def test_a_link_that_stays_is_followed(link: str) -> None:
    """The same scheme, host and port below `/v1/`, however the slashes are."""
    assert protocol.trusted(BASE, link) == link


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/v1/Orders",
        "http://169.254.169.254/v1/x",
        "https://[::ffff:10.0.0.1]/v1/x",
        "https://api.channeladvisor.com.example.com/v1/Orders",
        "https://api.channeladvisor.com@example.com/v1/Orders",
        "https://user:pass@api.channeladvisor.com/v1/Orders",
        "https://api.channeladvisor.com:8443/v1/Orders",
        "http://api.channeladvisor.com/v1/Orders",
        "https://api.channeladvisor.com/oauth2/token",
        "https://api.channeladvisor.com/v1/../oauth2/token",
        "/v1/Orders?$skip=1",
        "//example.com/v1/Orders",
        "file:///v1/etc",
    ],
)
def test_a_link_that_leads_away_is_refused(link: str) -> None:
    """Any other place would be sent the token."""
    with pytest.raises(ProtocolError, match="link to another place"):
        protocol.trusted(BASE, link)


@given(st.datetimes(EARLIEST, LATEST), st.integers(0, 7))
def test_stamps_keep_every_digit(moment: datetime, digits: int) -> None:
    """With 0 to 7 digits a stamp is exact in ticks, and cut to microseconds as a time."""
    fraction = f"{moment.microsecond:06}7"[:digits]
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{'.' + fraction if fraction else ''}Z"
    expected = int(fraction.ljust(7, "0"))

    assert protocol.ticks(text) % 10_000_000 == expected
    assert protocol.moment_of(text) == moment.replace(microsecond=expected // 10, tzinfo=UTC)


@pytest.mark.parametrize("stamp", [None, "", "2026-11-02", "2026-11-02T03:04:05", 7, "x' or 1"])
def test_what_is_no_stamp_is_refused(stamp: object) -> None:
    """A stamp goes back into a filter, so it has its exact form or none."""
    with pytest.raises(ProtocolError):
        protocol.ticks(stamp)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": {"code": "", "message": "Carrier and Class is invalid."}}, "Carrier and Class"),
        ({"$id": "1", "Message": "No HTTP resource was found"}, "No HTTP resource"),
        ({"error": "invalid_grant"}, "invalid_grant"),
        ({"error": "invalid_grant", "error_description": "gone"}, "gone"),
        (b"<html>", ""),
        (b"[1]", ""),
    ],
)
def test_all_three_shapes_of_errors_are_read(body: Any, text: str) -> None:
    """OData, Web API and OAuth; anything else has no message."""
    assert protocol.error_text(answer(400, body)).startswith(text)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b"", True),
        (200, {"Message": "AUTHORIZATION has been denied for this request."}, True),
        (200, {"error": {"message": "Authorization has been denied for this request."}}, True),
        (403, {"Message": "Nope"}, False),
        (200, {"value": []}, False),
    ],
)
def test_a_refused_token_is_seen_in_any_answer(status: int, body: Any, *, expected: bool) -> None:
    """By the status, or by the known text in any body."""
    assert protocol.denied(answer(status, body)) is expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"value": 1}', b'{"value": [1]}'])
def test_what_is_no_page_is_refused(body: bytes) -> None:
    """A list without its records is an error, not an empty page."""
    with pytest.raises(ProtocolError):
        protocol.page_of(answer(200, body))


def test_a_query_is_encoded_as_the_service_wants_it() -> None:
    """Apostrophes are doubled; `#`, `&`, `+`, `/` and blanks are encoded."""
    text = "Sku eq " + protocol.literal("O'B #1&2+3/4")

    assert protocol.encoded({"$filter": text}) == (
        "$filter=Sku%20eq%20%27O%27%27B%20%231%262%2B3%2F4%27"
    )


@pytest.mark.parametrize("key", ["", "1)/Export", "1 or 1 eq 1", "1.5", "²"])
def test_a_key_is_a_number(key: str) -> None:
    """Nothing else gets into a URL or a filter."""
    with pytest.raises(ProtocolError):
        protocol.number(key)


def test_an_order_becomes_canonical() -> None:
    """Bundle quantities are for the line, cancellations are summed, DC 0 is a DC like another."""
    component = {"OrderItemID": 100, "ProductID": 8, "Sku": "PART", "Quantity": 4}
    adjustments = [
        {"Type": "Cancellation", "Quantity": 1},
        {"Type": "Refund", "Quantity": 5},
        {"Type": "Cancellation", "Quantity": 7, "RequestStatus": "Error"},
    ]
    line = {**raw_order(1)["Items"][0], "IsBundle": True, "BundleComponents": [component]}
    raw = raw_order(1, OrderTags=" vip,, x ", Items=[{**line, "Adjustments": adjustments}])

    assert order_of(raw, {0: "MAIN"}) == Order(
        key="1",
        profile=12000101,
        created=datetime(2026, 11, 2, 3, 4, 5, 123456, tzinfo=UTC),
        updated=datetime(2026, 11, 5, 10, tzinfo=UTC),
        shipping="Unshipped",
        payment="Cleared",
        checkout="Completed",
        site="Amazon",
        site_id=640,
        tags=("vip", "x"),
        lines=(
            Line(
                id="100",
                sku="SKU-1",
                quantity=2,
                cancelled=1,
                bundle=True,
                components=(Component(sku="PART", quantity=4, product="8"),),
                product="7",
            ),
        ),
        allocations=(
            Allocation(
                id="105",
                dc=0,
                dc_code="MAIN",
                status="NoChange",
                items=(AllocatedItem(line="100", sku="SKU-1", quantity=2, product="7"),),
            ),
        ),
        raw=raw,
    )


@pytest.mark.parametrize(
    "spoil",
    [
        {"ID": None},
        {"ProfileID": "x"},
        {"CreatedDateUtc": None},
        {"Items": "x"},
        {"Fulfillments": [{"ID": 1, "DistributionCenterID": None, "Items": []}]},
        {"Fulfillments": [{"ID": 1, "DistributionCenterID": 0}]},
        {"Items": [{"ID": 1, "Quantity": 1, "IsBundle": True}]},
    ],
)
def test_an_order_that_lacks_what_is_needed_is_refused(spoil: dict[str, Any]) -> None:
    """A missing expansion must not look like an empty list."""
    with pytest.raises(ProtocolError):
        order_of(raw_order(1, **spoil), {})


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"{BASE}/v1/Orders(1)/Items?$skip=20", "?$skip=20&$expand=A($expand=B),C"),
        (f"{BASE}/v1/Orders(1)/Items", "?$expand=A($expand=B),C"),
        (f"{BASE}/v1/Orders(1)/Items?$expand=Z&$skip=20", "?$expand=Z&$skip=20"),
        (f"{BASE}/v1/Orders(1)/Items?%24expand=Z", "?%24expand=Z"),
    ],
)
def test_a_nested_link_expands_its_rows(link: str, expected: str) -> None:
    """Unless it does already: nobody has seen whether the service's links keep it."""
    nested = {"A": {"B": {}}, "C": {}}

    assert protocol.with_expand(link, nested) == f"{BASE}/v1/Orders(1)/Items{expected}"


def test_buyers_members_are_known_and_no_others() -> None:
    """Names, addresses, phones, mail, payment, notes, and lines (each has a gift message); never a
    status, a date or a class.
    """
    private = (
        "ShippingFirstName ShippingLastName ShippingTitle ShippingCompanyName ShippingCity "
        "ShippingCompanyJobTitle ShippingDaytimePhone ShippingEveningPhone ShippingAddressLine1 "
        "ShippingStateOrProvince ShippingStateOrProvinceName ShippingPostalCode ShippingCountry "
        "BillingFirstName BillingPostalCode BuyerUserId BuyerEmailAddress PaymentMethod "
        "PaymentTransactionID PaymentCreditCardLast4 PublicNotes PrivateNotes "
        "SpecialInstructions GiftMessage GiftNotes Items"
    ).split()
    public = (
        "ID ProfileID SiteName SiteOrderID ShippingStatus ShippingDateUtc PaymentStatus "
        "PaymentDateUtc CheckoutStatus RequestedShippingClass OrderTags TotalPrice"
    ).split()

    masked = [m for m in private + public if any(fnmatchcase(m, p) for p in BUYER_MEMBERS)]
    assert masked == private
