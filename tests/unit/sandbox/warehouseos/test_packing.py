from __future__ import annotations

import pytest

from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import order_of, quantities, read

LAMPS = {"item": "LAMP-01", "quantity": 3, "hostId": "771"}
ROPES = {"item": "ROPE-10", "quantity": 2, "hostId": "772"}
UPS = {"carrier": "UPS", "service": "Ground", "tracking": "1Z-1", "weight": 1.2}


@pytest.fixture
def picked(site: Site) -> Site:
    """A site with one order that is picked to its end."""
    site.floor("trigger-config", {"box": {"on": True}, "pick": {"on": False}})
    site.create("A-1", LAMPS, ROPES, area="Main")
    site.floor("pick", {"number": "A-1"})
    return site


def test_a_box_without_contents_holds_everything(picked: Site) -> None:
    """One box packs the order, and the status answer shows it with its tracking."""
    picked.floor("pack", {"number": "A-1", "boxes": [{"id": "BX-1", **UPS}]})
    order = order_of(picked, "A-1")
    (box,) = order["boxes"]
    assert order["packed"] is True
    assert order["packedAt"].startswith("2026-11-20T08:00")
    assert order["tracking"] == ["1Z-1"]
    assert (box["id"], box["carrier"], box["service"], box["weight"]) == (
        "BX-1",
        "UPS",
        "Ground",
        1.2,
    )
    assert [(one["line"], one["quantity"]) for one in box["contents"]] == [(1, 3), (2, 2)]
    assert quantities(picked, "A-1") == [(3, 3, 0, 3), (2, 2, 0, 2)]


def test_an_order_is_packed_with_its_last_box(picked: Site) -> None:
    """Boxes may come one by one: each is told, the pack only once all that was picked is in."""
    picked.floor("pack", {"number": "A-1", "boxes": [{"id": "1", "contents": {"771": 3}}]})
    assert order_of(picked, "A-1")["packed"] is False
    picked.floor("pack", {"number": "A-1", "boxes": [{"id": "2", "contents": {"2": 2}}]})
    assert order_of(picked, "A-1")["packed"] is True
    messages = read(picked)
    assert [one.kind for one in messages] == ["box", "box", "pack"]
    assert [box["id"] for box in messages[2].event["boxes"]] == ["1", "2"]
    assert messages[2].event["short"] is False


def test_a_short_pack_needs_a_reason(picked: Site) -> None:
    """With a reason the order is packed with less than was picked, and the line tells why."""
    box = {"id": "1", "contents": {"1": 2, "2": 2}}
    picked.floor("pack", {"number": "A-1", "boxes": [box], "reason": "BROKEN"})
    assert order_of(picked, "A-1")["packed"] is True
    event = read(picked)[-1].event
    lines = [(one["packed"], one["short"], one["shortReason"]) for one in event["lines"]]
    assert lines == [(2, 1, "BROKEN"), (2, 0, None)]
    assert event["short"] is True


def test_a_later_pick_is_a_second_pack(site: Site) -> None:
    """The second pack message tells everything or only what is new, as the profile says."""
    site.create("A-1", LAMPS, ROPES)
    site.floor("pick", {"number": "A-1", "lines": {"1": 1, "2": 2}})
    site.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]})
    site.floor("pick", {"number": "A-1", "lines": {"1": 2}})
    site.floor("pack", {"number": "A-1", "boxes": [{"id": "2"}]})
    event = [one for one in read(site) if one.kind == "pack"][1].event
    told = [(one["item"], one["packed"]) for one in event["lines"]]
    boxes = [box["id"] for box in event["boxes"]]
    if site.profile["triggers"]["orders"] == "cumulative":
        assert (told, boxes) == ([("LAMP-01", 3), ("ROPE-10", 2)], ["1", "2"])
    else:
        assert (told, boxes) == ([("LAMP-01", 2)], ["2"])


def test_an_order_with_nothing_picked_can_be_packed(site: Site) -> None:
    """An order that is short in everything ends packed, without a box."""
    site.create("A-1", LAMPS)
    site.floor("pick", {"number": "A-1", "lines": {}, "finish": True})
    site.floor("pack", {"number": "A-1", "boxes": []})
    assert order_of(site, "A-1")["packed"] is True


@pytest.mark.parametrize(
    "boxes",
    [
        [{"id": "1", "contents": {"1": 4}}],
        [{"id": "1", "contents": {"1": 2}}, {"id": "2", "contents": {"1": 2}}],
        [{"id": "1", "contents": {"1": 1}}, {"id": "1", "contents": {"2": 1}}],
        [{"contents": {"1": 1}}],
        [{"id": "1", "contents": {"nobody": 1}}],
    ],
)
def test_a_pack_that_makes_no_sense_is_refused(picked: Site, boxes: object) -> None:
    """More than was picked, a box id twice, none, or an unknown line: nothing is packed."""
    assert picked.floor("pack", {"number": "A-1", "boxes": boxes}).status == 400
    assert order_of(picked, "A-1")["boxes"] == []
    assert read(picked) == []


def test_only_picked_orders_are_packed_and_verified(site: Site) -> None:
    """An order that is not complete is neither packed nor verified; a packed one not twice."""
    site.create("A-1", LAMPS)
    assert site.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]}).status == 400
    assert site.floor("verify", {"number": "A-1"}).status == 400
    site.floor("pick", {"number": "A-1"})
    site.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]})
    assert site.floor("pack", {"number": "A-1", "boxes": []}).status == 400
    assert site.floor("verify", {"number": "A-1"}).status == 204
    order = order_of(site, "A-1")
    assert order["verified"] is True
    assert order["verifiedAt"].startswith("2026-11-20T08:00")


def test_a_label_is_written_after_packing(picked: Site) -> None:
    """A shipping system's tracking lands on the box, changes the order's time, and is not told."""
    picked.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]})
    told = len(read(picked))
    picked.floor("clock", {"now": "2026-11-20T09:00:00Z"})
    given = {"box": "1", "carrier": "FedEx", "service": "2Day", "tracking": "777"}
    picked.floor("label", {"number": "A-1", **given})
    (box,) = order_of(picked, "A-1")["boxes"]
    assert (box["carrier"], box["service"], box["tracking"]) == ("FedEx", "2Day", "777")
    assert order_of(picked, "A-1")["tracking"] == ["777"]
    assert len(read(picked)) == told
    touched = picked.call("orders.list", since="2026-11-20T08:30:00Z").body
    assert len(touched[picked.names("list")["rows"]]) == 1


def test_a_label_without_a_box_is_the_orders(picked: Site) -> None:
    """Pre-made labels stand on the order, with the carrier; an unknown box is refused."""
    picked.floor("label", {"number": "A-1", "tracking": "888", "carrier": "UPS Ground"})
    order = order_of(picked, "A-1")
    assert (order["tracking"], order["shippingCarrier"]) == (["888"], "UPS Ground")
    assert picked.floor("label", {"number": "A-1", "box": "9", "tracking": "1"}).status == 400
