from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from tests.unit.sandbox.warehouseos.site import NOW, Site

LAMP = {"item": "LAMP-01", "quantity": 3, "hostId": "771"}


def test_a_created_order_is_given_back_as_it_was_stored(site: Site) -> None:
    """What was created comes back by its number, header, address and lines."""
    to = {site.names("shipTo")["city"]: "Provo", site.names("shipTo")["postalCode"]: "02142"}
    first = site.profile["customFields"]["name"].replace("{n}", "1")
    made = site.create("A-1", LAMP, area="Main", notes="Gift — ü", shipTo=to, **{first: "a, b"})
    order = site.call("orders.get", number="A-1").body
    names = site.names("order")
    assert made.status == 200
    assert made.body[names["number"]] == "A-1"
    assert order[names["status"]] == site.profile["statuses"]["available"][0]
    assert order[names["area"]] == "Main"
    assert order[names["notes"]] == "Gift — ü"
    assert order[names["shipTo"]] == to
    assert order[first] == "a, b"
    assert order[names["locked"]] is False
    assert site.stored("A-1") == [("771", "LAMP-01", 3, None)]


def test_a_create_answer_shows_the_stored_lines(site: Site) -> None:
    """The answer to a create says success and shows the split of a bundle."""
    made = site.create("A-1", {"item": "KIT-CAMP", "quantity": 2, "hostId": "772"})
    names = site.names("line")
    lines = made.body[site.names("order")["lines"]]
    assert made.body[site.names("error")["success"]] is True
    assert [line[names["number"]] for line in lines] == [1, 2]
    assert {line[names["bundle"]] for line in lines} == {"KIT-CAMP"}


def test_hold_can_be_asked_for_in_any_letter_case(site: Site) -> None:
    """An order may be created on hold, and a status is read without regard to letter case."""
    site.create("A-1", LAMP, status="hOLD")
    order = site.call("orders.get", number="A-1").body
    assert order[site.names("order")["status"]] == site.profile["statuses"]["hold"][0]


@pytest.mark.parametrize("status", ["Complete", "In Process", "Cancelled"])
def test_no_other_status_can_be_created(site: Site, status: str) -> None:
    """Only available and held orders can be created."""
    site.create("A-1", LAMP, status=status)
    assert site.twin.store.find("A-1") is None


def test_input_members_are_read_in_any_letter_case(site: Site) -> None:
    """Member names of a create are matched without regard to letter case."""
    names, line = site.names("order"), site.names("line")
    body = {
        names["number"].upper(): "A-1",
        names["lines"].lower(): [{line["item"].upper(): "LAMP-01", line["quantity"].lower(): 1}],
    }
    assert site.call("orders.create", json.dumps(body).encode()).status == 200
    assert site.stored("A-1") == [(None, "LAMP-01", 1, None)]


def test_a_second_order_of_a_number_is_refused(site: Site) -> None:
    """Order numbers are unique, and the refusal is the profile's own, the first order unharmed."""
    site.create("A-1", LAMP)
    reply = site.create("A-1", {"item": "ROPE-10", "quantity": 1})
    expected = site.profile["answers"]["duplicate"]
    assert (reply.status, site.problem(reply)) == (expected["status"], expected["code"])
    assert site.stored("A-1") == [("771", "LAMP-01", 3, None)]


def test_without_the_promise_a_second_order_is_stored(site: Site) -> None:
    """With `enforce_unique` off the same number is stored twice, and both are listed."""
    loose = Site(site.profile["profile"], WarehouseOSSettings(enforce_unique=False))
    assert [loose.create("A-1", LAMP).status, loose.create("A-1", LAMP).status] == [200, 200]
    assert loose.call("orders.list").body[loose.names("list")["total"]] == 2
    loose.call("orders.delete", number="A-1")
    assert loose.call("orders.list").body[loose.names("list")["total"]] == 1


def test_a_site_may_keep_the_hosts_line_ids_to_itself(site: Site) -> None:
    """Where the profile says that host ids do not come back, no answer has them."""
    site.profile["orderCreate"]["hostIds"] = False
    site.create("A-1", LAMP)
    (line,) = site.call("orders.get", number="A-1").body[site.names("order")["lines"]]
    assert site.names("line")["hostId"] not in line
    assert line[site.names("line")["item"]] == "LAMP-01"


@pytest.mark.parametrize(
    "line",
    [
        {"item": "LAMP-01", "quantity": 0},
        {"item": "LAMP-01", "quantity": -1},
        {"item": "LAMP-01", "quantity": "2"},
        {"item": "LAMP-01", "quantity": True},
        {"item": "LAMP-01"},
        {"item": " ", "quantity": 1},
        {"quantity": 1},
    ],
)
def test_a_line_needs_an_item_and_a_quantity(site: Site, line: dict[str, object]) -> None:
    """A line without item or with a quantity that is no whole number above 0 stores nothing."""
    reply = site.create("A-1", line)
    assert site.twin.store.find("A-1") is None
    if site.profile["answers"]["duplicate"]["status"] >= 400:
        assert reply.status == 400
        assert reply.body["Message"]
        assert reply.body["ModelState"]
    else:
        assert reply.status == 200
        assert site.problem(reply) == "INVALID_RECORD"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"\xff", b'{"x": 1}'])
def test_a_body_that_is_no_order_stores_nothing(site: Site, body: bytes) -> None:
    """Malformed JSON answers 400 in the framework's shape; nothing is stored."""
    reply = site.call("orders.create", body)
    assert list(site.twin.store.orders()) == []
    if body != b'{"x": 1}':
        assert reply.status == 400
        assert "Message" in reply.body


def test_an_order_needs_a_line_and_a_known_area(site: Site) -> None:
    """No lines, lines that are no objects, and an area that does not exist are refused."""
    site.create("A-1")
    site.create("A-2", LAMP, area="Nowhere")
    names = site.names("order")
    body = json.dumps({names["number"]: "A-3", names["lines"]: ["LAMP-01"]}).encode()
    site.call("orders.create", body)
    assert list(site.twin.store.orders()) == []


def test_the_list_is_paged_and_filtered(site: Site) -> None:
    """The list gives pages, and filters by status and by time of change."""
    names = site.names("list")
    for number in range(5):
        site.now = NOW + timedelta(minutes=number)
        site.create(f"A-{number}", LAMP, status="Hold" if number % 2 else "Available")
    page = site.call("orders.list", page="2", size="2").body
    held = site.call("orders.list", status="hold").body
    late = site.call("orders.list", since="2026-11-20T08:03:00.000Z").body
    numbers = [row[site.names("order")["number"]] for row in page[names["rows"]]]
    assert numbers == ["A-2", "A-3"]
    assert (page[names["total"]], page[names["page"]], page[names["size"]]) == (5, 2, 2)
    assert held[names["total"]] == 2
    assert late[names["total"]] == 2
    assert site.call("orders.list", page="9").body[names["rows"]] == []


@pytest.mark.parametrize(
    "arguments", [{"status": "Lost"}, {"since": "yesterday"}, {"page": "0"}, {"size": "x"}]
)
def test_a_list_request_that_makes_no_sense_is_refused(
    site: Site, arguments: dict[str, str]
) -> None:
    """A status, time or count that cannot be read is a refusal, never an unfiltered list."""
    assert site.names("list")["rows"] not in site.call("orders.list", **arguments).body


def test_an_order_is_deleted_once(site: Site) -> None:
    """Deleting removes the order; deleting or getting it again is the profile's not-found."""
    site.create("A/1 +x", LAMP)
    gone = site.call("orders.delete", number="A/1 +x")
    assert gone.body[site.names("error")["success"]] is True
    expected = site.profile["answers"]["not-found"]
    for endpoint in ("orders.delete", "orders.get"):
        reply = site.call(endpoint, number="A/1 +x")
        assert (reply.status, site.problem(reply)) == (expected["status"], expected["code"])


@pytest.mark.parametrize("control", ["batch", "start"])
def test_a_batched_or_started_order_cannot_be_deleted(site: Site, control: str) -> None:
    """Batching and starting lock an order against the API, though not against a person."""
    site.create("A-1", LAMP)
    site.floor(control, {"numbers": ["A-1"], "number": "A-1", "name": "B-7"})
    reply = site.call("orders.delete", number="A-1")
    expected = site.profile["answers"]["locked"]
    assert (reply.status, site.problem(reply)) == (expected["status"], expected["code"])
    assert site.call("orders.get", number="A-1").body[site.names("order")["locked"]] is True
    assert site.floor("delete", {"number": "A-1"}).status == 204
    assert site.twin.store.find("A-1") is None


def test_five_thousand_orders_are_kept_and_found(site: Site) -> None:
    """5,000 orders are stored, counted, and found by their number."""
    for number in range(5000):
        site.create(f"A-{number}", LAMP)
    assert site.stored("A-4999") == [("771", "LAMP-01", 3, None)]
    assert site.call("orders.list").body[site.names("list")["total"]] == 5000
