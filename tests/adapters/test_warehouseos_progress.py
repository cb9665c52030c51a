"""How far orders are, read from the WarehouseOS twin on both site profiles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.adapters.warehouseos.client import date_of
from engine.adapters.warehouseos.listing import Listing
from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.records import number_in, progress_of
from engine.errors import (
    BadRecordError,
    ConfigurationError,
    ProtocolError,
    SystemUnavailableError,
)
from engine.model.order import Unreadable
from engine.model.shipment import Box, BoxContent, OrderProgress, ProgressLine
from engine.ports.world import Response
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, SITES, Rig, site_profile
from tests.adapters.warehouse import Warehouse, warehouse

ASSUMED = profile_of(site_profile("wos-assumed"))
LINE = {"itemNumber": "X", "requestedQuantity": 1, "pickedQuantity": 1, "packedQuantity": 0}


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile."""
    return warehouse(rig, request.param)


def of(site: Warehouse, number: str) -> OrderProgress:
    found = site.progress.progress([number])[number]
    assert isinstance(found, OrderProgress)
    return found


def test_an_order_from_its_creation_to_its_boxes(site: Warehouse) -> None:
    """State, lock, quantities, boxes, tracking and times are told as the floor moves on."""
    site.order("A-1", ("LAMP-01", 2), ("KIT-CAMP", 1), notes="for Dana")
    fresh = of(site, "A-1")
    site.floor("batch", numbers=["A-1"], name="B-1")
    locked = of(site, "A-1")
    site.floor("pick", number="A-1", lines={"1": 1, "2": 1})
    box = {"id": "BX-1", "carrier": "UPS", "service": "Ground", "contents": {"1": 1}}
    site.floor(
        "pack", number="A-1", boxes=[box, {"id": "BX-2", "tracking": "1Z2", "contents": {"2": 1}}]
    )
    packed = of(site, "A-1")

    assert (fresh.state, fresh.locked, fresh.packed, fresh.boxes) == ("available", False, False, ())
    assert (locked.state, locked.locked) == ("available", True)
    assert (packed.state, packed.locked, packed.packed) == ("complete", True, True)
    assert (packed.area, packed.tracking) == ("Main", ("1Z2",))
    assert packed.picked_at == packed.packed_at == NOW
    assert packed.lines == (
        ProgressLine(
            number="1", host_id="771", item="LAMP-01", requested=2, picked=1, packed=1, short=1
        ),
        ProgressLine(
            number="2",
            host_id="772",
            item="LAMP-01",
            requested=1,
            picked=1,
            packed=1,
            bundle="KIT-CAMP",
        ),
    )
    host = "hostId" in site.wos.profile["members"]["content"]
    contents = [
        BoxContent(item="LAMP-01", quantity=1, line=line, host_id=f"77{line}" if host else None)
        for line in ("1", "2")
    ]
    assert packed.boxes == (
        Box(id="BX-1", contents=(contents[0],), carrier="UPS", service="Ground"),
        Box(id="BX-2", contents=(contents[1],), tracking="1Z2"),
    )


def test_the_raw_record_has_no_buyer(site: Warehouse) -> None:
    """What the profile calls a buyer's is left out, the rest is as the site tells it."""
    site.order("A-1", ("LAMP-01", 1), notes="for Dana", customField2="Amazon")

    raw = of(site, "A-1").raw

    assert "Dana" not in str(raw)
    assert "Amazon" in raw.values()


def test_what_is_gone_is_missing(site: Warehouse) -> None:
    """A deleted order is not in the answer, whatever else was asked for."""
    site.order("A-1", ("LAMP-01", 1))

    assert list(site.progress.progress(["GONE", "A-1", "A-1"])) == ["A-1"]


def test_one_odd_order_stops_nothing(site: Warehouse) -> None:
    """An order that cannot be read is told with its reason beside the others."""
    site.order("A-1", ("LAMP-01", 1))
    site.order("A-2", ("LAMP-01", 1))
    stored = site.wos.twin.store.find("A-1")
    assert stored is not None
    stored.lines[0].picked = -3

    found = site.progress.progress(["A-1", "A-2"])

    assert found["A-1"] == Unreadable(key="A-1", why="the picked quantity of LAMP-01 is below 0")
    assert isinstance(found["A-2"], OrderProgress)


def test_the_numbers_of_changed_orders(site: Warehouse) -> None:
    """All that changed since then, over several pages, and nothing older."""
    site.settings(page_size=1, page_size_max=2)
    for n in range(5):
        site.order(f"OLD-{n}", ("LAMP-01", 1))
    site.wos.rig.clock.sleep(60)
    for n in range(5):
        site.order(f"NEW-{n}", ("LAMP-01", 1))
    site.floor("start", number="OLD-3")

    pages = list(site.progress.changed(NOW + timedelta(seconds=60)))

    assert [number for page in pages for number in page] == [
        "OLD-3",
        *(f"NEW-{n}" for n in range(5)),
    ]
    assert [len(page) for page in pages] == [2, 2, 2]


def test_a_list_tells_when_it_was_begun(site: Warehouse) -> None:
    """By the site's own clock, though nothing has changed; a site that tells no time has none."""
    progress = site.progress
    assert progress.listed_at is None
    assert list(progress.changed(NOW)) == []
    assert progress.listed_at == NOW

    site.wos.rig.clock.sleep(90)
    site.order("A-1", ("LAMP-01", 1))
    assert list(progress.changed(NOW)) == [["A-1"]]
    assert progress.listed_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("date", ["", "soon", "Fri, 20 Nov 2026 08:00:00 -0000"])
def test_a_date_that_is_none_is_no_time(date: str) -> None:
    """Missing, odd, or without a zone: then our own clock counts."""
    assert date_of(Response(status=200, headers={"date": date}, body=b"")) is None


def test_orders_deleted_between_two_pages_hide_none(site: Warehouse) -> None:
    """Rows that move to a page that was read already are found when the list is read again."""
    site.settings(page_size=2, page_size_max=2)
    for n in range(5):
        site.order(f"A-{n}", ("LAMP-01", 1))

    found = site.progress.changed(NOW)
    first = next(found)
    site.floor("delete", number="A-0")
    site.floor("delete", number="A-1")
    rest = [number for page in found for number in page]

    assert first == ["A-0", "A-1"]
    assert set(rest) == {"A-2", "A-3", "A-4"}


def read_while_deleting(site: Warehouse, left: list[str]) -> None:
    """Reads the list of orders; after the first page of each reading somebody deletes one."""
    for page in site.progress.changed(NOW):
        if page == ["A-0"]:
            site.floor("delete", number=left.pop())


def test_a_list_that_never_stands_still_is_told(site: Warehouse) -> None:
    """After some readings somebody is told instead of the list passing for complete."""
    site.settings(page_size=1, page_size_max=1)
    numbers = [f"A-{n}" for n in range(12)]
    for number in numbers:
        site.order(number, ("LAMP-01", 1))

    with pytest.raises(SystemUnavailableError, match="has shrunk"):
        read_while_deleting(site, numbers)


def test_a_site_without_a_list_tells_no_changes(site: Warehouse) -> None:
    """Without the call in its profile nothing is asked and nothing is told."""
    site.wos.profile = site.without("orders.list")

    assert list(site.progress.changed(NOW)) == []
    assert site.wos.asked == []


def test_a_list_that_takes_no_page_is_read_once(site: Warehouse) -> None:
    """Where the profile has no page parameter, the site gives all that there is at once."""
    site.order("A-1", ("LAMP-01", 1))
    site.order("A-2", ("LAMP-01", 1))
    site.settings(page_size=1)
    call = {"method": "GET", "path": site.wos.profile["endpoints"]["orders.list"]["path"]}
    endpoints = {**site.wos.profile["endpoints"], "orders.list": call}
    site.wos.profile = site.profile(endpoints=endpoints)

    assert list(site.progress.changed(NOW)) == [["A-1"]]


@pytest.mark.parametrize("kind", ["cut-after", "500", "html-502", "truncated", "429"])
def test_faults_of_reads_are_survived(site: Warehouse, kind: str) -> None:
    """A read is repeated until it answers, in the middle of a list too."""
    site.settings(page_size=1, page_size_max=1)
    site.order("A-1", ("LAMP-01", 1))
    site.order("A-2", ("LAMP-01", 1))
    site.wos.faults(FaultRule(kind=kind, method="GET", nth=2, count=2))

    assert list(site.progress.changed(NOW)) == [["A-1"], ["A-2"]]


def body(**members: Any) -> dict[str, Any]:
    return {"orderNumber": "N", "orderStatus": "Available", "orderLines": [LINE], **members}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"orderLines": [{"itemNumber": "X"}]}, "without its item or what was picked"),
        ({"orderLines": [{**LINE, "itemNumber": None}]}, "without its item"),
        ({"orderLines": [{**LINE, "pickedQuantity": 1.5}]}, "picked quantity of X is no whole"),
        ({"orderLines": [{**LINE, "packedQuantity": True}]}, "packed quantity of X is no whole"),
        ({"orderLines": {}}, "the list of lines is no list"),
        ({"boxes": [{"contents": []}]}, "a box came without its id"),
        ({"boxes": [{"boxId": "B", "contents": 1}]}, "the contents of box B is no list"),
        ({"boxes": [{"boxId": "B", "contents": [{}]}]}, "in a box came without its item"),
        ({"completedDateTime": "yesterday"}, "the time of completion is no time"),
        ({"packedDateTime": 5}, "the time of packing is no time"),
    ],
)
def test_an_order_that_cannot_be_read_says_why(members: dict[str, Any], why: str) -> None:
    """Nothing is guessed: a quantity that is left out is not 0."""
    with pytest.raises(BadRecordError, match=why):
        progress_of(ASSUMED, body(**members), "N")


def test_sites_write_values_differently() -> None:
    """Numbers as texts or with a point, times without offset, one tracking number, no lists."""
    line = {**LINE, "pickedQuantity": "1", "packedQuantity": 1.0, "shortQuantity": None}
    told = body(
        orderLines=[line], trackingNumbers="1Z", boxes=None, packedDateTime="2026-11-20T08:00:00"
    )

    found = progress_of(ASSUMED, told, "n")

    assert (found.lines[0].picked, found.lines[0].packed, found.lines[0].short) == (1, 1, 0)
    assert (found.tracking, found.boxes) == (("1Z",), ())
    assert found.packed_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert found.picked_at is None


def test_a_site_that_does_not_tell_packing() -> None:
    """A quantity that the profile does not name counts as none."""
    document = site_profile("wos-assumed")
    document["members"]["lineStatus"] = {"picked": "pickedQuantity"}
    line = {k: v for k, v in LINE.items() if k != "packedQuantity"}

    found = progress_of(profile_of(document), body(orderLines=[line]), "N")

    assert (found.lines[0].picked, found.lines[0].packed) == (1, 0)


def test_another_order_is_not_taken_for_ours() -> None:
    """An answer about another number is an error of the whole site, not of one order."""
    with pytest.raises(ProtocolError, match="answered with something else"):
        progress_of(ASSUMED, body(), "M")


def test_a_row_without_a_number_is_an_error() -> None:
    """A list whose rows cannot be told apart serves nobody."""
    with pytest.raises(BadRecordError, match="without its number"):
        number_in(ASSUMED, {"orderStatus": "Available"})


def pages(*bodies: dict[str, Any]) -> list[Any]:
    """What a listing takes of these answers until it has ended."""
    listing, found = Listing({"rows": "rows", "size": "size", "total": "total"}), []
    for one in bodies:
        found.append(listing.page(one))
        if listing.ended:
            break
    return found


@pytest.mark.parametrize(
    ("bodies", "taken"),
    [
        (({"rows": [1, 2]}, {"rows": [3]}, {"rows": []}, {"rows": [9]}), [[1, 2], [3], []]),
        (({"rows": [1, 2], "size": 2}, {"rows": [3], "size": 2}, {"rows": [9]}), [[1, 2], [3]]),
        (({"rows": [1, 2], "total": 3}, {"rows": [3], "total": 3}, {"rows": [9]}), [[1, 2], [3]]),
        (({"rows": [1, 2]}, {"rows": [1, 2]}, {"rows": [9]}), [[1, 2], []]),
    ],
)
def test_a_list_ends(bodies: tuple[dict[str, Any], ...], taken: list[Any]) -> None:
    """By an empty page, a short one, the total, or a page that comes again."""
    assert pages(*bodies) == taken


def test_a_list_without_rows_is_an_error() -> None:
    """A wrong name in the profile must not look like an empty warehouse."""
    with pytest.raises(ProtocolError, match="without its rows"):
        pages({"data": []})


def test_times_without_offset_are_the_sites() -> None:
    """The profile says in which zone they are written; a zone that is none is refused."""
    document = {**site_profile("wos-assumed"), "timezone": "America/New_York"}
    told = body(packedDateTime="2026-11-20T08:00:00", completedDateTime="2026-11-20T08:00:00Z")

    found = progress_of(profile_of(document), told, "N")

    assert found.packed_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert found.picked_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    with pytest.raises(ConfigurationError, match="timezone 'Moon/Base' is none"):
        profile_of({**document, "timezone": "Moon/Base"})
