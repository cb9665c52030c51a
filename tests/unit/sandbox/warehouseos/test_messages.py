"""Whole messages as they lie on the wire, one of each shipped site."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import read

AT = "2026-11-20T08:00:00.000000Z"


def _packed(profile: str) -> Any:
    site = Site(profile)
    site.floor("trigger-config", {"pick": {"on": False}})
    lamps = {"item": "LAMP-01", "quantity": 2, "hostId": "771"}
    site.create("A-1", lamps, {"item": "KIT-CAMP", "quantity": 1, "hostId": "772"}, area="Main")
    site.floor("pick", {"number": "A-1", "lines": {"1": 1, "2": 1, "3": 2}})
    box = {"id": "BX-1", "type": "Small", "weight": 1.2, "carrier": "UPS", "service": "Ground"}
    site.floor(
        "pack", {"number": "A-1", "boxes": [{**box, "tracking": "1Z", "contents": {"1": 1}}]}
    )
    site.floor("pack", {"number": "A-1", "boxes": [], "reason": "LOST"})
    return site.call("queue.read").body


def test_a_pack_on_the_assumed_site() -> None:
    """The event lies in a payload, and everything is in camel case."""

    def line(number: int, item: str, host: str, *quantities: int) -> dict[str, Any]:
        requested, picked, packed = quantities
        return {
            "lineNumber": number,
            "hostId": host,
            "itemNumber": item,
            "bundleNumber": "KIT-CAMP" if host == "772" else None,
            "requestedQuantity": requested,
            "pickedQuantity": picked,
            "packedQuantity": packed,
            "shortQuantity": requested - packed,
            "shortReasonCode": "LOST" if packed < picked else None,
        }

    lines = [
        line(1, "LAMP-01", "771", 2, 1, 1),
        line(2, "LAMP-01", "772", 1, 1, 0),
        line(3, "ROPE-10", "772", 2, 2, 0),
    ]
    content = {"lineNumber": 1, "hostId": "771", "itemNumber": "LAMP-01", "quantity": 1}
    box = {
        "boxId": "BX-1",
        "boxType": "Small",
        "weight": 1.2,
        "shippingCarrier": "UPS",
        "shippingService": "Ground",
        "trackingNumber": "1Z",
        "contents": [content],
    }
    order = {"orderNumber": "A-1", "packedDateTime": AT, "pickAreaName": "Main", "isShort": True}
    message = {
        "messageId": 900101,
        "type": "OrderPackComplete",
        "createdDateTime": AT,
        "attempt": 1,
        "payload": {**order, "orderLines": lines, "boxes": [box]},
    }
    assert _packed("wos-assumed") == {"messages": [message], "remaining": 0}


def test_a_pack_on_the_other_site() -> None:
    """The event lies beside the envelope, the box names no host ids, and ids are texts."""
    ((name, (message,)), left) = _packed("wos-ledgerline").items()
    lines = message.pop("Lines")
    box = {
        "CartonNo": "BX-1",
        "CartonType": "Small",
        "Kilos": 1.2,
        "Carrier": "UPS",
        "Service": "Ground",
        "TrackingNo": "1Z",
        "Holds": [{"LineNo": 1, "Item": "LAMP-01", "Qty": 1}],
    }
    assert (name, left) == ("Data", ("Left", 0))
    assert message == {
        "MsgId": "MSG-900101",
        "Kind": "ORDER_PACKED",
        "RaisedUtc": AT,
        "Try": 1,
        "OrderNo": "A-1",
        "PackedUtc": AT,
        "Area": "Main",
        "Incomplete": True,
        "Cartons": [box],
    }
    assert lines[2] == {
        "LineNo": 3,
        "HostLineRef": "772",
        "Item": "ROPE-10",
        "ParentBundle": "KIT-CAMP",
        "RequestedQty": 2,
        "PickedQty": 2,
        "PackedQty": 0,
        "ShortQty": 2,
        "ShortReason": "LOST",
    }


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["put", "pull", "count", "move", "putaway", "pick", "reset-picks"]),
        st.integers(0, 9),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(deeds=DEEDS, profile=st.sampled_from(["wos-assumed", "wos-ledgerline"]))
def test_no_unit_is_made_or_lost_in_silence(deeds: list[tuple[str, int]], profile: str) -> None:
    """On hand is the sum of everything that was told, less what was picked."""
    site = Site(profile)
    site.profile["queue"]["max"] = 1000
    site.create("A-1", {"item": "LAMP-01", "quantity": 5}, area="Main")
    lamp, picked = {"item": "LAMP-01"}, 0
    for control, quantity in deeds:
        if control == "pick":
            done = site.floor("pick", {"number": "A-1", "lines": {"1": quantity}})
            picked += quantity if done.status == 204 else 0
            continue
        site.floor("receive", {**lamp, "po": "PO-1", "quantity": quantity})
        place = {"from": "Main-1", "to": "Bulk-1"} if control == "move" else {"area": "Main"}
        site.floor(control, {**lamp, "number": "A-1", "po": "PO-1", "quantity": quantity, **place})
    told = sum(_difference(site, one.kind, one.event) for one in read(site))
    assert site.twin.store.stock.on_hand("LAMP-01") == told - picked


def _difference(site: Site, kind: str, event: dict[str, Any]) -> int:
    """What a message says that the site gained."""
    if kind not in {"adjustment", "putaway"}:
        return 0
    triggers = site.profile["triggers"]
    lost = event["transaction"] in triggers["transactions"]["pull"]
    unsigned = triggers["quantities"] == "by-transaction"
    return int(-event["quantity"] if lost and unsigned else event["quantity"])
