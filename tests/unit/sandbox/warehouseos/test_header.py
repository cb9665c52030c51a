from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.sandbox.warehouseos.site import Reply, Site
from tests.unit.sandbox.warehouseos.talk import order_of

LAMP = {"item": "LAMP-01", "quantity": 3, "hostId": "771"}


def _set(site: Site, number: str, **words: Any) -> Reply:
    """Changes header members, given in our words, where this site wants the number."""
    names = site.names("order") | {"tracking": site.names("orderStatus")["tracking"]}
    field = site.profile["customFields"]["name"]
    names["customField4"] = field.replace("{n}", "4")
    in_path = "{number}" in site.profile["endpoints"]["orders.setHeader"]["path"]
    given = words if in_path else {"number": number, **words}
    body = json.dumps({names[word]: value for word, value in given.items()}).encode()
    return site.call("orders.setHeader", body, **({"number": number} if in_path else {}))


def test_header_fields_change_and_content_stays(site: Site) -> None:
    """Custom fields, carrier and tracking are written at any time, also when batched."""
    site.create("A-1", LAMP, notes="as it was")
    site.floor("batch", {"numbers": ["A-1"], "name": "B"})
    reply = _set(site, "A-1", customField4="CA", shippingCarrier="UPS", tracking=["1Z"])
    order = order_of(site, "A-1")
    assert reply.status == 200
    assert (order["customField4"], order["shippingCarrier"]) == ("CA", "UPS")
    assert (order["tracking"], order["notes"]) == (["1Z"], "as it was")
    assert len(order["lines"]) == 1


def test_one_tracking_number_may_come_as_a_text(site: Site) -> None:
    """A single number is a list of one."""
    site.create("A-1", LAMP)
    _set(site, "A-1", tracking="1Z")
    assert order_of(site, "A-1")["tracking"] == ["1Z"]


@pytest.mark.parametrize(
    "words", [{"lines": []}, {"shipTo": {}}, {"area": "Bulk"}, {"notes": "other"}]
)
def test_content_cannot_be_changed(site: Site, words: dict[str, Any]) -> None:
    """Lines, address, area and what else the profile does not name are refused as a whole."""
    site.create("A-1", LAMP, area="Main", notes="as it was")
    before = order_of(site, "A-1")
    _set(site, "A-1", customField4="CA", **words)
    assert order_of(site, "A-1") == before


def test_an_order_is_held_and_released(site: Site) -> None:
    """Hold is possible at any time before completion, and release makes it available."""
    statuses = site.profile["statuses"]
    site.create("A-1", LAMP)
    site.floor("start", {"number": "A-1"})
    for word in ("hold", "available"):
        _set(site, "A-1", status=statuses[word][0])
        assert order_of(site, "A-1")["status"] == statuses[word][0]


def test_releasing_what_is_not_held_changes_nothing(site: Site) -> None:
    """A started order stays started."""
    statuses = site.profile["statuses"]
    site.create("A-1", LAMP)
    site.floor("start", {"number": "A-1"})
    _set(site, "A-1", status=statuses["available"][0])
    assert order_of(site, "A-1")["status"] == statuses["in-process"][0]


def test_a_complete_order_is_not_held(site: Site) -> None:
    """The answer is that it is locked; a status that nobody can set is refused too."""
    statuses, locked = site.profile["statuses"], site.profile["answers"]["locked"]
    site.create("A-1", LAMP)
    site.floor("pick", {"number": "A-1"})
    reply = _set(site, "A-1", status=statuses["hold"][0])
    assert (reply.status, site.problem(reply)) == (locked["status"], locked["code"])
    _set(site, "A-1", status=statuses["in-process"][0])
    assert order_of(site, "A-1")["status"] == statuses["complete"][0]


def test_an_order_that_is_not_there_is_not_found(site: Site) -> None:
    """The header of an unknown order gets the profile's not-found answer."""
    expected = site.profile["answers"]["not-found"]
    reply = _set(site, "A-9", customField4="x")
    assert (reply.status, site.problem(reply)) == (expected["status"], expected["code"])
