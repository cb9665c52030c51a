"""A record that is not as its facts say is refused alone, whatever kind of value it holds."""

from __future__ import annotations

from typing import Any

import pytest

from engine.adapters.channeladvisor import paging, product_records, records
from engine.adapters.channeladvisor.protocol import Page, date_of, moment_of, token_of
from engine.adapters.limits import retry_after
from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.protocol import existing_of, read_answer
from engine.adapters.warehouseos.records import progress_of
from engine.adapters.warehouseos.wire import whole
from engine.errors import BadRecordError, ProtocolError
from engine.model.order import Unreadable
from engine.model.product import Product
from engine.ports.world import Response
from tests.adapters.ca_flows import raw_product
from tests.adapters.rig import Rig, raw_order, site_profile

ASSUMED = profile_of(site_profile("wos-assumed"))
LINE = raw_order(5)["Items"][0]
BOX = raw_order(5)["Fulfillments"][0]
ODD_ORDERS: list[dict[str, Any]] = [
    {"Items": [5]},
    {"Items": [{**LINE, "Sku": 7}]},
    {"Items": [{**LINE, "Sku": {"a": 1}}]},
    {"Items": [{**LINE, "Sku": "CAF\ufffd"}]},
    {"Items": [{**LINE, "IsBundle": "false"}]},
    {"Items": [{**LINE, "Adjustments": 5}]},
    {"Items": [{**LINE, "Adjustments": [None]}]},
    {"Items": [{**LINE, "Quantity": "9007199254740992"}]},
    {"Items": [{**LINE, "IsBundle": True, "BundleComponents": [[]]}]},
    {"Fulfillments": [None]},
    {"Fulfillments": [{**BOX, "Items": ["x"]}]},
    {"Fulfillments": [{**BOX, "SellerFulfillmentID": 7}]},
    {"Fulfillments": [{**BOX, "TrackingNumber": ["1Z"]}]},
    {"SiteName": ["Amazon"]},
    {"SiteID": "640"},
    {"ID": True},
    {"CreatedDateUtc": "0000-01-01T00:00:00Z"},
    {"CreatedDateUtc": "2026-02-30T00:00:00Z"},
    {"UpdatedDateUtc": "9999-12-31T23:59:59-14:00"},
]


def answer(text: str, **headers: str) -> Response:
    return Response(status=200, headers=headers, body=text.encode())


@pytest.mark.parametrize("members", ODD_ORDERS)
def test_an_odd_order_is_unreadable_and_not_a_fault(members: dict[str, Any]) -> None:
    """The reason names what is wrong, and the record is called by its id where it has one."""
    found = records.record_of(raw_order(5, **members), {0: "MAIN"})
    assert isinstance(found, Unreadable)
    assert found.key == ("without-id" if "ID" in members else "5")


def test_an_odd_order_stops_no_other(rig: Rig) -> None:
    """It is read as unreadable in its place; a nested list or link that leads nowhere too."""
    odd = raw_order(2, Items=5)
    astray = raw_order(3, **{"Items@odata.nextLink": "https://elsewhere.example.com/v1/x"})
    source = rig.channeladvisor(raw_order(1)).source()
    complete = source._client.complete
    assert complete(odd)["Items"] == 5
    found = [source._order(row) for row in (raw_order(1), odd, astray)]
    assert [isinstance(one, Unreadable) for one in found] == [False, True, True]


def test_a_record_without_an_id_keeps_nobody_from_asking_again(rig: Rig) -> None:
    """What waits in the inbox is asked for in each pass, and one that has no id stays as it is."""
    found = rig.channeladvisor(raw_order(1)).source().by_key(["1", "without-id"])
    assert (found["1"].key, isinstance(found["without-id"], Unreadable)) == ("1", True)


@pytest.mark.parametrize("members", [{"Images": [3]}, {"Sku": "CAF\ufffd"}, {"Sku": ""}])
def test_an_odd_product_is_unreadable(members: dict[str, Any]) -> None:
    """Nested lists hold records, and its SKU can be no other's, or the product is refused."""
    lists = ("AliasRelationships", "Attributes", "Images", "BundleComponents")
    right = raw_product(7, **{name: [] for name in lists})
    assert isinstance(product_records.record_of(right), Product)
    assert isinstance(product_records.record_of({**right, **members}), Unreadable)


def test_rows_whose_ids_are_no_ids_are_told_apart() -> None:
    """A walk over a list needs no id that can be looked up."""
    rows = ({"ID": {"a": 1}}, {"ID": [2]}, {"ID": {"a": 1}}, {"Name": ["x"]})
    walked = [row for page in paging.walk(Page(rows=rows, next=None), _nowhere) for row in page]
    assert walked[:2] == list(rows[:2])


def _nowhere(link: str) -> Page:
    raise AssertionError(link)


@pytest.mark.parametrize("stamp", ["9999-12-31T23:59:59-14:00", "2026-11-20T25:00:00Z", None, 5])
def test_a_time_of_no_calendar_is_a_protocol_error(stamp: object) -> None:
    """Years, months and hours that there are not are told, and no fault."""
    with pytest.raises(ProtocolError):
        moment_of(stamp)


@pytest.mark.parametrize("token", ["a\\r\\nb", "\\u00e9", ""])
def test_a_token_that_no_header_takes_is_refused(token: str) -> None:
    """It could carry a header of its own."""
    with pytest.raises(ProtocolError):
        token_of(answer(f'{{"access_token": "{token}"}}'))


def test_a_date_beyond_the_calendar_is_not_readable() -> None:
    """What would, in UTC, lie in the year 10000 is no time of a server."""
    with pytest.raises(ProtocolError):
        date_of(answer("", date="Fri, 31 Dec 9999 23:59:59 -1400"))


@pytest.mark.parametrize(
    ("told", "waited"),
    [("7", 7.0), ("9" * 400, 300.0), ("86400", 300.0), ("-1", None), ("nan", None), ("", None)],
)
def test_nobody_waits_for_ever(told: str, waited: float | None) -> None:
    """A delay that a system names is heeded up to five minutes, whatever it says."""
    assert retry_after(answer("", **{"retry-after": told})) == waited


@pytest.mark.parametrize("value", ["9" * 5_000, 1e300, 2**53, "\u00b2", "--5", True, [], None])
def test_what_no_counter_holds_is_no_whole_number(value: object) -> None:
    """Neither a number without end nor one that a memory could not keep passes."""
    with pytest.raises(BadRecordError):
        whole(value, "it")


@pytest.mark.parametrize("errors", ["5", "true", '"x"', "{}", "[5]"])
def test_an_answer_with_odd_errors_is_still_an_answer(errors: str) -> None:
    """What should list errors may be anything."""
    found = read_answer(ASSUMED, answer(f'{{"success": false, "errors": {errors}}}'))
    assert found.kind == "refused"


@pytest.mark.parametrize("line", [5, {"itemNumber": 7}, {"itemNumber": "A", "quantity": 1e300}])
def test_a_stored_order_with_an_odd_line_is_a_bad_record(line: object) -> None:
    """Looking at it for its content and for its progress alike."""
    stored = {"orderNumber": "A-1", "orderStatus": "Available", "orderLines": [line]}
    with pytest.raises(BadRecordError):
        existing_of(ASSUMED, stored, "A-1")
    with pytest.raises(BadRecordError):
        progress_of(ASSUMED, stored, "A-1")
