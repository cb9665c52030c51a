"""Only what is read is asked of the ChannelAdvisor twin, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.adapters.channeladvisor import ADAPTER
from engine.errors import ProtocolError
from engine.model.order import Order
from engine.model.product import Product
from engine.model.wanted import Wanted
from engine.ports.systems import OrderSource, ReadKit
from engine.ports.world import ReadTransport, Request, Response
from engine.sandbox.channeladvisor import schema
from tests.adapters.ca_flows import raw_product, town
from tests.adapters.rig import NOW, SINCE, CaRig, Rig, query, raw_order

ORDERS = "v1/Orders"
READ = Wanted(members=frozenset(["ShippingCity"]))
LINE = raw_order(5)["Items"][0]


def kit_of(ca: CaRig, **wanted: Wanted) -> ReadKit:
    return replace(ca.rig.kit(ADAPTER, ca.settings()), wanted=wanted)


def source(ca: CaRig, wanted: Wanted = READ) -> OrderSource:
    assert ADAPTER.source is not None
    return ADAPTER.source(kit_of(ca, order=wanted))


def orders_of(found: OrderSource) -> list[Order]:
    rows = [one for page in found.orders(query()) for one in page]
    assert all(isinstance(one, Order) for one in rows)
    return [one for one in rows if isinstance(one, Order)]


class Odd(ReadTransport):
    """A way to the twin: what chooses members is asked in another way, or answered at once."""

    def __init__(self, ca: CaRig, other: Callable[[str], str | Response]) -> None:
        kit = kit_of(ca, order=READ)
        self.inner, self.other = kit.transport, other
        self.odd, self.spoilt = 0, False
        assert ADAPTER.source is not None
        self.source = ADAPTER.source(replace(kit, transport=self))

    def get(self, request: Request) -> Response:
        url = (
            request.url.replace("$filter=", "$filter=Nothing%20and%20")
            if self.spoilt
            else request.url
        )
        found = self.other(url) if "$select" in url else url
        self.odd += found != url
        return found if isinstance(found, Response) else self.inner.get(replace(request, url=found))

    def token(self, request: Request) -> Response:
        return self.inner.token(request)

    def close(self) -> None:
        self.inner.close()


def asked_of(ca: CaRig, path: str = ORDERS) -> list[dict[str, list[str]]]:
    """The options of each request for these records."""
    targets = [line.split(" ", 1)[1] for line in ca.asked if path in line]
    return [parse_qs(urlsplit(target).query) for target in targets]


def test_a_page_has_the_members_that_are_read_and_no_others(rig: Rig) -> None:
    """Of an order come ours and the one that a rule reads; of its lists what a line needs."""
    ca = rig.channeladvisor(raw_order(5, ShippingCity="Springfield", PrivateNotes="none"))

    (order,) = orders_of(source(ca))

    (asked,) = asked_of(ca)
    assert asked["$select"][0].split(",")[-1] == "ShippingCity"
    assert order.raw["ShippingCity"] == "Springfield"
    assert order.raw.keys() == {*asked["$select"][0].split(","), "Items", "Fulfillments"}
    assert order.raw["Items"][0].keys() == {
        *("ID", "Sku", "Quantity", "IsBundle", "ProductID", "BundleComponents", "Adjustments")
    }
    whole = rig.kit(ADAPTER, ca.settings())
    assert ADAPTER.source is not None
    (other,) = orders_of(ADAPTER.source(whole))
    assert replace(order, raw={}) == replace(other, raw={})


def test_a_list_that_is_read_comes_with_all_that_is_in_it(rig: Rig) -> None:
    """A rule that looks into the lines may look at any of their members."""
    ca = rig.channeladvisor(raw_order(5, Items=[{**LINE, "Title": "Lamp"}]))

    (order,) = orders_of(source(ca, Wanted(members=frozenset(["Items", "CustomFields"]))))

    assert order.raw["Items"][0]["Title"] == "Lamp"
    assert order.raw["CustomFields"] == []
    assert "ShippingCity" not in order.raw


def test_where_any_edit_counts_all_plain_members_come(rig: Rig) -> None:
    """Then nothing is selected of the order itself, and its lists are as short as ever."""
    ca = rig.channeladvisor(raw_order(5, PrivateNotes="none"))

    (order,) = orders_of(source(ca, Wanted(plain=True)))

    assert order.raw.keys() >= schema.ORDER.kinds.keys()
    assert "CustomFields" not in order.raw
    assert "OrderID" not in order.raw["Fulfillments"][0]


def test_lists_that_are_cut_are_read_to_their_end(rig: Rig) -> None:
    """The rest of the lines behind a link is as good as those that came first."""
    lines = [{**LINE, "ID": n, "Sku": f"SKU-{n}"} for n in range(1, 51)]
    ca = rig.channeladvisor(raw_order(5, Items=lines), nested_limit=20)

    (order,) = orders_of(source(ca))

    assert [line.sku for line in order.lines] == [f"SKU-{n}" for n in range(1, 51)]


def test_orders_by_their_key_are_asked_for_in_the_same_way(rig: Rig) -> None:
    """In groups and one by one; the answer's context, which names what was chosen, is left out."""
    ca = rig.channeladvisor(raw_order(5), exported_default=False)
    ca.twin.store.exported("app-one").add(5)

    found = source(ca).by_key(["5", "6"])

    assert list(found) == ["5"]
    assert all("ShippingCity" in asked["$select"][0] for asked in asked_of(ca))
    order = found["5"]
    assert isinstance(order, Order)
    assert not [name for name in order.raw if name.startswith("@")]


def test_products_come_with_what_their_mapping_reads(rig: Rig) -> None:
    """A product has some ninety members; a mapping reads a few of them."""
    ca = town(rig, products=[raw_product(1, UPC="4006381333931", Description="long")])
    assert ADAPTER.products is not None
    products = ADAPTER.products(kit_of(ca, product=Wanted(members=frozenset(["UPC", "Images"]))))

    ((found,),) = products.products((), SINCE, NOW)

    assert isinstance(found, Product)
    assert found.raw["UPC"] == "4006381333931"
    assert "Description" not in found.raw
    by_key = products.by_key(["1"])["1"]
    assert by_key == found


@pytest.mark.parametrize("status", [400, 414])
def test_a_service_that_does_not_choose_is_asked_for_whole_records(rig: Rig, status: int) -> None:
    """It costs one request more, and the next page is asked for whole at once."""
    ca = rig.channeladvisor(raw_order(5), raw_order(6))
    answers = Odd(ca, lambda url: Response(status=status, headers={}, body=b"{}"))

    assert len(orders_of(answers.source)) == 2
    assert [*answers.source.by_key(["5"])] == ["5"]

    assert answers.odd == 1
    assert ["$select" in asked for asked in asked_of(ca)] == [False, False]


def test_a_list_that_was_passed_over_is_asked_for_again(rig: Rig) -> None:
    """An order without its adjustments would hide what was cancelled, and be sent."""
    cancelled = {"ID": 1, "Type": "Cancellation", "RequestStatus": "NoChange", "Quantity": 1}
    ca = rig.channeladvisor(raw_order(5, Items=[{**LINE, "Adjustments": [cancelled]}]))
    answers = Odd(ca, lambda url: re.sub(r";\$expand=[^)]*\)", "", url))

    (order,) = orders_of(answers.source)

    assert order.lines[0].cancelled == 1
    assert "$select" not in asked_of(ca)[-1]


def test_a_fault_that_is_no_refusal_is_said_as_it_is(rig: Rig) -> None:
    """A filter that the service does not take is refused with whole records too."""
    ca = rig.channeladvisor(raw_order(5))
    answers = Odd(ca, lambda url: url)
    answers.spoilt = True

    with pytest.raises(ProtocolError, match="HTTP 400"):
        orders_of(answers.source)


def test_an_address_that_would_be_too_long_chooses_nothing(rig: Rig) -> None:
    """What is asked for goes first: an address that is refused brings no records at all."""
    ca = rig.channeladvisor(raw_order(5))
    all_of_them = Wanted(members=frozenset(schema.ORDER.kinds))

    found = source(ca, all_of_them).by_key([str(number) for number in range(5, 45)])

    assert [*found] == ["5"]
    assert "$select" not in asked_of(ca)[0]
