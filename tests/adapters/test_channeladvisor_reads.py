"""Orders read from the ChannelAdvisor twin over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import CredentialError, ProtocolError, SystemUnavailableError
from engine.model.order import Order
from engine.model.ruleset import Criterion, OrderFilter
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, CaRig, Rig, query, raw_order

PAGINGS = ("keyset", "windows")
ORDERS = "v1/Orders"
WAITED_OUT = "cut-before cut-after 500 500-after html-502 truncated 429 late".split()


def keys_of(rig: CaRig, **settings: Any) -> list[int]:
    """The keys of all new orders, as often as they come."""
    pages = rig.source(**settings).orders(query())
    return [int(order.key) for page in pages for order in page]


@pytest.mark.parametrize("paging", PAGINGS)
def test_every_order_of_the_window_comes_once(rig: Rig, paging: str) -> None:
    """Many pages with equal and odd stamps hold each order of the window exactly once."""
    stamps = [f"2026-11-0{1 + n % 9}T00:00:{n % 7:02}{'.1234567'[: n % 9]}Z" for n in range(60)]
    stamps = [stamp.replace(".Z", "Z") for stamp in stamps]
    orders = [raw_order(n + 1, stamp) for n, stamp in enumerate(stamps)]
    outside = [
        raw_order(900, "2026-10-31T23:59:59.9999999Z"),
        raw_order(901, "2026-11-20T08:00:00Z"),
    ]
    ca = rig.channeladvisor(*orders, *outside, page_sizes={"Orders": 3, "others": 2})

    assert sorted(keys_of(ca, paging=paging)) == list(range(1, 61))


@pytest.mark.parametrize("paging", PAGINGS)
def test_one_stamp_that_fills_many_pages_is_read_whole(rig: Rig, paging: str) -> None:
    """Thirty orders of one stamp over pages of four, with others before and after, are all read."""
    same = [raw_order(n, "2026-11-05T10:00:00.3333333Z") for n in range(1, 31)]
    around = [raw_order(50, "2026-11-05T10:00:00.3333332Z"), raw_order(51, "2026-11-06T00:00:00Z")]
    ca = rig.channeladvisor(*same, *around, page_sizes={"Orders": 4, "others": 9})

    assert set(keys_of(ca, paging=paging)) == {*range(1, 31), 50, 51}


@pytest.mark.parametrize("paging", PAGINGS)
@pytest.mark.parametrize("kind", ["repeat-next-link", "page-one"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_bad_links_lose_nothing(rig: Rig, kind: str, nth: int, paging: str) -> None:
    """A next link that repeats, or page one past the end, neither loses orders nor loops."""
    same = [raw_order(n) for n in range(1, 8)]
    more = [raw_order(n, f"2026-11-{n}T00:00:00Z") for n in range(10, 19)]
    ca = rig.channeladvisor(*same, *more, page_sizes={"Orders": 3, "others": 9})
    ca.faults(FaultRule(kind=kind, path=ORDERS, nth=nth))

    assert set(keys_of(ca, paging=paging)) == {*range(1, 8), *range(10, 19)}


def test_a_link_that_repeats_for_ever_ends(rig: Rig) -> None:
    """When every answer links to itself (seen in client code), the orders come all the same."""
    ca = rig.channeladvisor(*[raw_order(n, f"2026-11-{n}T00:00:00Z") for n in range(10, 16)])
    ca.faults(FaultRule(kind="repeat-next-link", path=ORDERS, count=None))

    assert set(keys_of(ca)) == set(range(10, 16))


@pytest.mark.parametrize("kind", WAITED_OUT)
@pytest.mark.parametrize("path", [ORDERS, "oauth2/token", "DistributionCenters"])
def test_a_read_survives_faults(rig: Rig, kind: str, path: str) -> None:
    """Two faults in a row on any call are waited out on the Clock port."""
    ca = rig.channeladvisor(raw_order(1), raw_order(2))
    ca.faults(FaultRule(kind=kind, path=path, count=2))

    assert sorted(keys_of(ca)) == [1, 2]
    assert len(rig.clock.slept) >= 2


def test_a_slow_answer_is_waited_for(rig: Rig) -> None:
    """What comes within the timeout is an answer like another."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="slow", path=ORDERS, seconds=0.05))

    assert keys_of(ca) == [1]
    assert rig.clock.slept == []


def test_a_named_delay_is_honoured(rig: Rig) -> None:
    """A 429 with Retry-After waits exactly so long, and nobody else calls meanwhile."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="429", path=ORDERS, retry_after=17))

    keys_of(ca)

    assert rig.clock.now() - NOW == timedelta(seconds=17)


def test_a_system_that_stays_down_ends_the_pass(rig: Rig) -> None:
    """After all attempts there is one error that says so, without the query."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="html-502", path=ORDERS, count=None))

    with pytest.raises(SystemUnavailableError) as caught:
        keys_of(ca)
    assert caught.value.summary == (
        f"{ca.url}/v1/Orders gave no usable answer in 6 attempts: HTTP 502"
    )


def test_a_token_is_renewed_after_a_refusal(rig: Rig) -> None:
    """A token that is refused once is replaced, and the call repeated."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="401-once", path=ORDERS))

    assert keys_of(ca) == [1]
    assert sum("oauth2/token" in line for line in ca.asked) == 2


def test_a_token_that_expired_is_renewed(rig: Rig) -> None:
    """When the service's clock runs ahead, its 401 leads to a new token."""
    ca = rig.channeladvisor(raw_order(1), token_seconds=3600)
    source = ca.source()
    list(source.orders(query()))
    ca.twin.floor._set_clock = NOW + timedelta(hours=2)

    assert sorted(source.by_key(["1"])) == ["1"]
    assert sum("oauth2/token" in line for line in ca.asked) == 2


def test_a_token_is_renewed_before_it_expires(rig: Rig) -> None:
    """After 54 minutes a new token is fetched without waiting for a refusal."""
    ca = rig.channeladvisor(raw_order(1))
    source = ca.source()
    source.server_now()
    rig.clock.sleep(55 * 60)
    source.server_now()

    assert sum("oauth2/token" in line for line in ca.asked) == 2
    assert not [entry for entry in ca.twin.floor.log if entry.status == 401]


def test_a_second_refusal_is_final(rig: Rig) -> None:
    """A fresh token that is refused too ends in a CredentialError, after two calls."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="401-once", path=ORDERS, count=None))

    with pytest.raises(CredentialError, match="refuses the credentials"):
        keys_of(ca)


def test_wrong_credentials_are_final(rig: Rig) -> None:
    """A 400 of the token endpoint is no fault to be waited out."""
    ca = rig.channeladvisor(raw_order(1))

    with pytest.raises(CredentialError):
        keys_of(ca, application="another")
    assert rig.clock.slept == []


def test_a_foreign_link_is_not_followed(rig: Rig) -> None:
    """A next link to another host is an error that says so; nothing is sent there."""
    ca = rig.channeladvisor(*[raw_order(n) for n in range(1, 9)], page_sizes={"Orders": 3})
    ca.faults(FaultRule(kind="foreign-next-link", path=ORDERS, count=None))

    with pytest.raises(ProtocolError, match=r"link to another place: http://foreign\.example\.com"):
        keys_of(ca)


def test_nested_tails_are_fetched(rig: Rig) -> None:
    """Lines, fulfillments, their items, components and adjustments beyond the cut are all there."""
    base = raw_order(1)
    component = {"OrderID": 1, "OrderItemID": 100, "Quantity": 1}
    parts = [{**component, "ProductID": n, "Sku": f"PART-{n}"} for n in range(5)]
    cancelled = [{"ID": n + 1, "Type": "Cancellation", "Quantity": 1} for n in range(5)]
    lines = [
        {**base["Items"][0], "ID": 100 + n, "IsBundle": True, "BundleComponents": parts}
        | {"Adjustments": cancelled}
        for n in range(5)
    ]
    items = [{**base["Fulfillments"][0]["Items"][0], "ID": 900 + n} for n in range(5)]
    shipments = [{**base["Fulfillments"][0], "ID": 500 + n, "Items": items} for n in range(5)]
    order = {**base, "Items": lines, "Fulfillments": shipments}
    ca = rig.channeladvisor(order, nested_limit=2, page_sizes={"others": 2})

    (read,) = [order for page in ca.source().orders(query()) for order in page]

    assert [len(line.components) for line in read.lines] == [5] * 5
    assert [line.cancelled for line in read.lines] == [5] * 5
    assert [len(allocation.items) for allocation in read.allocations] == [5] * 5
    assert not [name for name in read.raw if "nextLink" in name]


@pytest.mark.parametrize("default", [None, False, True])
def test_orders_by_key_whatever_the_flag(rig: Rig, *, default: bool | None) -> None:
    """Orders are found by key, exported or not, whatever a list without the flag means."""
    orders = [raw_order(n) for n in range(1, 60)]
    ca = rig.channeladvisor(*orders, page_sizes={"Orders": 20}, exported_default=default)
    export = ca.export()
    for key in ("3", "50"):
        request = ca.source().acknowledgement(key)
        assert request is not None
        export.send(request, NOW + timedelta(seconds=5))

    found = ca.source().by_key([str(n) for n in range(1, 70)])

    assert sorted(map(int, found)) == list(range(1, 60))


def test_five_in_flight_are_kept(rig: Rig) -> None:
    """Eight threads ask, and the twin, which answers 429 to a sixth call at once, sees none."""
    orders = [raw_order(n) for n in range(1, 400)]
    ca = rig.channeladvisor(*orders, page_sizes={"Orders": 100}, in_flight=5)

    assert len(ca.source().by_key([str(n) for n in range(1, 400)])) == 399
    assert not [entry for entry in ca.twin.floor.log if entry.status == 429]


def test_the_rate_is_kept(rig: Rig) -> None:
    """With 30 calls a minute allowed on both sides, none is refused; the waits are on the Clock."""
    ca = rig.channeladvisor(*[raw_order(n) for n in range(1, 5)], per_minute=30)
    source = ca.source(limits={"per-minute": 30})

    for _ in range(100):
        source.by_key(["1"])

    assert not [entry for entry in ca.twin.floor.log if entry.status == 429]
    assert timedelta(minutes=3) < rig.clock.now() - NOW < timedelta(minutes=5)


def test_the_time_is_the_systems_own(rig: Rig) -> None:
    """The cursor's time comes from the Date header, not from this machine."""
    ca = rig.channeladvisor()
    ca.twin.floor._set_clock = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)

    assert ca.source().server_now() == datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("acknowledged", "expected"), [(False, {1, 3}), (True, {2}), (None, {1, 2, 3})]
)
def test_the_flag_chooses(rig: Rig, *, acknowledged: bool | None, expected: set[int]) -> None:
    """New orders, handled ones, or both."""
    ca = rig.channeladvisor(raw_order(1), raw_order(2), raw_order(3))
    source = ca.source()
    request = source.acknowledgement("2")
    assert request is not None
    ca.export().send(request, NOW + timedelta(seconds=5))

    pages = source.orders(query(acknowledged=acknowledged))

    assert {int(order.key) for page in pages for order in page} == expected


def test_a_filter_is_pushed(rig: Rig) -> None:
    """What the service can choose, it chooses: the rest of the world does not cross the wire."""
    mine = raw_order(1, PaymentStatus="Deposited")
    ca = rig.channeladvisor(mine, raw_order(2), raw_order(3, ProfileID=12000102))
    chosen = OrderFilter(
        profile=Criterion((12000101,)), payment=Criterion(("Deposited",)), dc=Criterion(("main",))
    )

    orders: list[Order] = [o for page in ca.source().orders(query(chosen)) for o in page]

    assert [order.key for order in orders] == ["1"]


def test_no_address_is_longer_than_servers_take(rig: Rig) -> None:
    """However much is chosen from, the query stays below 2,048 characters."""
    ca = rig.channeladvisor(raw_order(31500101), longest_target=2100)
    skus = Criterion(tuple(f"SKU-{n}" for n in range(25)))
    chosen = OrderFilter(skus=skus, payment=Criterion(("Cleared", "Deposited", "Submitted")))
    source = ca.source()

    list(source.orders(query(chosen)))
    source.by_key([str(31500101 + n) for n in range(100)])

    assert max(len(line) for line in ca.asked) < 2048
