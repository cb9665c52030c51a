from __future__ import annotations

import pytest

from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from tests.unit.sandbox.warehouseos.site import STATE, Site

LAMP = {"item": "LAMP-01", "quantity": 1}


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_every_call_needs_the_key(site: Site, key: str | None) -> None:
    """Without the right key every call answers 401, and nothing is stored."""
    site.key = key
    assert site.create("A-1", LAMP).status == 401
    for endpoint in ("orders.get", "orders.delete", "items.get"):
        assert site.call(endpoint, number="LAMP-01").status == 401
    assert site.call("orders.list").status == 401
    assert list(site.twin.store.orders()) == []


def test_the_key_counts_only_where_the_profile_puts_it(site: Site) -> None:
    """A key in the query of a header site, or in a header of a query site, is no key."""
    there = "query" if site.profile["auth"]["in"] == "header" else "header"
    site.profile["auth"] = {"in": there, "name": site.profile["auth"]["name"]}
    assert site.call("orders.list").status == 401


def test_a_path_or_verb_of_another_site_is_not_found(site: Site) -> None:
    """An address that the profile does not have answers 404; a wrong verb does too."""
    path = site.profile["endpoints"]["orders.list"]["path"]
    assert site.send("GET", "/nowhere").status == 404
    assert site.send("PATCH", path).status == 404
    assert site.send("GET", f"/{path}").status == 200


def test_every_answer_has_the_twins_date(site: Site) -> None:
    """The Date header is the twin's own time, also on refusals."""
    site.floor("clock", {"now": "2026-11-21T10:00:00Z"})
    assert site.call("orders.list").headers["Date"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    site.key = "wrong"
    assert site.call("orders.list").headers["Date"] == "Sat, 21 Nov 2026 10:00:00 GMT"


def test_the_log_holds_calls_but_no_key(site: Site) -> None:
    """The log has what reached the site, without floor requests and without the key."""
    site.create("A-1", LAMP)
    site.floor("clock", {"now": None})
    log = site.send("GET", "/_floor/log").body
    assert [entry["status"] for entry in log] == [200]
    assert site.twin.floor.settings.api_key not in str(log)


def test_the_state_can_be_taken_over(site: Site) -> None:
    """What the floor shows as state makes an equal twin, locks included."""
    site.create("A-1", LAMP, area="Main")
    site.floor("batch", {"numbers": ["A-1"], "name": "B-7"})
    state = site.send("GET", "/_floor/state").body
    again = WarehouseOSSandbox(state, site.profile)
    assert again.store.to_json() == state
    order = again.store.find("A-1")
    assert order is not None
    assert order.locked


def test_a_state_is_not_changed_from_outside(site: Site) -> None:
    """The state that a twin was made of stays as it was."""
    site.create("A-1", {"item": "KIT-CAMP", "quantity": 1})
    site.floor("items", {"number": "NEW-1"})
    assert STATE["orders"] == []
    assert len(STATE["items"]) == 4


@pytest.mark.parametrize(
    ("control", "members"),
    [
        ("batch", {"numbers": ["A-9"], "name": "B"}),
        ("batch", {"numbers": ["H-1"], "name": "B"}),
        ("batch", {"name": "B"}),
        ("start", {"number": "C-1"}),
        ("delete", {"number": "A-9"}),
        ("items", {}),
    ],
)
def test_a_floor_control_that_cannot_be_done_says_why(
    site: Site, control: str, members: dict[str, object]
) -> None:
    """Unknown orders, wrong states and missing members answer 400 with advice."""
    site.create("H-1", LAMP, status="Hold")
    site.create("C-1", LAMP)
    complete = site.twin.store.find("C-1")
    assert complete is not None
    complete.status = "complete"
    reply = site.floor(control, members)
    assert reply.status == 400
    assert reply.body["error"]


def test_a_bundle_can_be_put_on_the_floor(site: Site) -> None:
    """Putting a number with components makes it a bundle that splits."""
    site.floor("items", {"number": "KIT-NEW", "components": [{"item": "LAMP-01", "quantity": 5}]})
    site.create("A-1", {"item": "KIT-NEW", "quantity": 2})
    assert site.stored("A-1") == [(None, "LAMP-01", 10, "KIT-NEW")]


def test_an_unknown_floor_control_is_not_found(site: Site) -> None:
    """A floor path that is none answers 404."""
    assert site.floor("dance", {}).status == 404
    assert site.send("GET", "/_floor/batch").status == 404
