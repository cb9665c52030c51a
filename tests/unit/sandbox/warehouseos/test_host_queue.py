from __future__ import annotations

import json
from typing import Any

import pytest

from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from tests.unit.sandbox.warehouseos.site import STATE, Site
from tests.unit.sandbox.warehouseos.talk import acknowledge, read, told, write_items

LAMP = {"item": "LAMP-01", "area": "Main"}


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with three puts on its queue."""
    for quantity in (1, 2, 3):
        site.floor("put", {**LAMP, "quantity": quantity})
    return site


def _puts(site: Site, **arguments: str) -> list[tuple[int, int]]:
    return [(one.event["quantity"], one.attempt) for one in read(site, **arguments)]


def test_messages_come_again_until_they_are_acknowledged(busy: Site) -> None:
    """Reading takes nothing away: the oldest come first, each time with one more attempt."""
    assert _puts(busy, max="2") == [(1, 1), (2, 1)]
    assert _puts(busy) == [(1, 2), (2, 2), (3, 1)]
    first, second, _ = (one.id for one in read(busy))
    assert acknowledge(busy, first, second)["acknowledged"] == 2
    assert _puts(busy) == [(3, 3)]


def test_the_rest_is_counted(busy: Site) -> None:
    """A read says how many messages are left behind it."""
    names = busy.names("queue")
    assert busy.call("queue.read", max="2").body[names["remaining"]] == 1
    assert busy.call("queue.read").body[names["remaining"]] == 0


def test_a_read_gives_no_more_than_the_site_allows(site: Site) -> None:
    """The profile's limit caps what is asked for, and is the default."""
    most = site.profile["queue"]["max"]
    for _ in range(most + 1):
        site.floor("put", {**LAMP, "quantity": 1})
    assert len(read(site)) == most
    assert len(read(site, max="500")) == most


def test_a_type_can_be_asked_for() -> None:
    """Where the site has it, one type is read and the others wait."""
    site = Site("wos-assumed")
    site.floor("put", {**LAMP, "quantity": 1})
    site.floor("move", {"item": "LAMP-01", "quantity": 1, "from": "Main-1", "to": "Bulk-1"})
    assert [one.kind for one in read(site, type="InventoryMove")] == ["move"]
    assert [(one.kind, one.attempt) for one in read(site)] == [("adjustment", 1), ("move", 2)]


def test_unknown_ids_are_named_and_do_no_harm(busy: Site) -> None:
    """Acknowledging twice, or something else, says what was not found."""
    first = read(busy)[0].id
    strange = "MSG-7" if isinstance(first, str) else 7
    answer = acknowledge(busy, first, strange)
    assert (answer["success"], answer["acknowledged"]) == (False, 1)
    assert answer["notFound"] == [strange]
    assert acknowledge(busy, first)["acknowledged"] == 0
    assert acknowledge(busy)["success"] is True
    assert len(read(busy)) == 2


def test_ids_are_numbers_or_texts_as_the_profile_says(busy: Site) -> None:
    """Ids rise; a site may write them as texts."""
    ids = [one.id for one in read(busy)]
    text = busy.profile["queue"]["ids"] == "text"
    assert [isinstance(one, str) for one in ids] == [text] * 3
    assert ids == sorted(ids)


def test_an_acknowledgement_without_ids_is_refused() -> None:
    """A body without a list of ids answers 400."""
    assert Site("wos-assumed").call("queue.ack", b'{"messageIds": 5}').status == 400


def test_reading_removes_where_the_profile_says_so(site: Site) -> None:
    """With the switch a message comes once, acknowledged or not."""
    site.profile["queue"]["readRemoves"] = True
    site.floor("put", {**LAMP, "quantity": 1})
    assert len(read(site)) == 1
    assert read(site) == []


@pytest.mark.parametrize("kind", ["adjustment", "move", "pick", "pack", "box", "orderCreated"])
def test_each_trigger_is_on_or_off(site: Site, kind: str) -> None:
    """A kind that is off is not told, and the others are."""
    everything = {one: {"on": True} for one in site.profile["triggers"]["types"]}
    site.floor("trigger-config", everything | {kind: {"on": False}})
    site.floor("put", {**LAMP, "quantity": 1})
    site.floor("move", {"item": "LAMP-01", "quantity": 1, "from": "Main-1", "to": "Bulk-1"})
    site.create("A-1", {"item": "LAMP-01", "quantity": 1})
    site.floor("pick", {"number": "A-1"})
    site.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]})
    kinds = ["adjustment", "move", "orderCreated", "pick", "box", "pack"]
    assert [one.kind for one in read(site)] == [one for one in kinds if one != kind]


def test_a_kind_that_the_site_does_not_have_is_not_told(site: Site) -> None:
    """Where the profile has no word for a kind there is no message, whatever its trigger says."""
    del site.profile["triggers"]["types"]["adjustment"]
    site.floor("put", {**LAMP, "quantity": 1})
    assert read(site) == []


@pytest.mark.parametrize(
    "members",
    [
        {"dance": {"on": True}},
        {"pick": {"to": "moon"}},
        {"pick": {"to": "url"}},
        {"pick": {"x": 1}},
    ],
)
def test_a_trigger_that_makes_no_sense_is_refused(site: Site, members: dict[str, Any]) -> None:
    """Unknown kinds, transports and members, and a URL transport without one, answer 400."""
    before = site.twin.store.switches.to_json()
    assert site.floor("trigger-config", members).status == 400
    assert site.twin.store.switches.to_json() == before


def test_what_goes_to_a_url_is_not_queued(site: Site) -> None:
    """The message is posted once, with an id only where the profile says so, and not kept."""
    posted: list[tuple[str, bytes]] = []
    site.twin = WarehouseOSSandbox(
        STATE, site.profile, post=lambda url, body: posted.append((url, body))
    )
    to = {"on": True, "to": "url", "url": "http://127.0.0.1:9/hook"}
    site.floor("trigger-config", {"adjustment": to})
    site.floor("put", {**LAMP, "quantity": 4})
    ((url, body),) = posted
    message = told(site, json.loads(body))
    assert url == "http://127.0.0.1:9/hook"
    assert (message.kind, message.attempt, message.event["quantity"]) == ("adjustment", 1, 4)
    assert (message.id is not None) is site.profile["triggers"]["postedWithId"]
    assert read(site) == []


def test_a_call_that_nobody_takes_is_lost(site: Site) -> None:
    """A failed post, or a twin without one, loses the message and nothing else."""

    def refuse(url: str, body: bytes) -> None:
        raise ConnectionRefusedError(url)

    for post in (None, refuse):
        site.twin = WarehouseOSSandbox(STATE, site.profile, post=post)
        site.floor("trigger-config", {"adjustment": {"to": "url", "url": "http://127.0.0.1:9/"}})
        assert site.floor("put", {**LAMP, "quantity": 4}).status == 204
        assert read(site) == []


def test_a_queue_can_misbehave(busy: Site) -> None:
    """Duplicates, the newest first, and members that nobody knows, each by its setting."""
    busy.floor("settings", {"queue_duplicates": 1})
    assert [quantity for quantity, _ in _puts(busy)] == [1, 1, 2, 2, 3, 3]
    busy.floor("settings", {"queue_duplicates": 0, "queue_reorder": True})
    assert [quantity for quantity, _ in _puts(busy, max="2")] == [3, 2]
    busy.floor("settings", {"queue_reorder": False, "extra_members": True})
    (row, *_) = busy.call("queue.read").body[busy.names("queue")["rows"]]
    assert "zzUnheardOf" in row
    assert [quantity for quantity, _ in _puts(busy)] == [1, 2, 3]


def test_a_queue_can_hold_types_that_nobody_knows(site: Site) -> None:
    """With the setting a message of an unknown type follows every other."""
    site.floor("settings", {"unknown_types": True})
    site.floor("put", {**LAMP, "quantity": 1})
    assert [one.kind for one in read(site)] == ["adjustment", "unknown"]


def test_stock_messages_carry_the_items_fields_where_the_profile_says_so(site: Site) -> None:
    """One site tells the item's custom fields with every transaction, the other none."""
    write_items(site, "items.patchMany", {"number": "LAMP-01", "customField1": "8801231"})
    site.floor("put", {**LAMP, "quantity": 1})
    event = read(site)[0].event
    assert event.get("itemField1") == (
        "8801231" if "itemFields" in site.profile["triggers"] else None
    )


def test_order_messages_carry_the_orders_fields_where_the_profile_says_so(site: Site) -> None:
    """One site tells the order's custom fields with its picks and packs, the other none."""
    first = site.profile["customFields"]["name"].replace("{n}", "1")
    site.create("A-1", {"item": "LAMP-01", "quantity": 1}, **{first: "tag-a"})
    site.floor("pick", {"number": "A-1"})
    site.floor("pack", {"number": "A-1", "boxes": [{"id": "1"}]})
    told_fields = [one.event.get("customField1") for one in read(site)]
    all_told = site.profile["triggers"]["orderFields"] == "all"
    assert told_fields == (["tag-a", "tag-a"] if all_told else [None, None])


def test_a_queue_survives_in_the_state(busy: Site) -> None:
    """Messages, attempts, triggers, waiting counts and receipts are taken over; ids go on."""
    busy.floor("trigger-config", {"box": {"on": True}})
    busy.floor("count", {**LAMP, "quantity": 9, "apply": False})
    busy.floor("receive", {"po": "PO-1", "item": "LAMP-01", "quantity": 2})
    ids = [one.id for one in read(busy)]
    state = busy.send("GET", "/_floor/state").body
    busy.twin = WarehouseOSSandbox(state, busy.profile)
    assert busy.twin.store.to_json() == state
    assert busy.twin.store.switches["box"].on is True
    busy.floor("count-confirm", {"id": 1})
    assert [one.attempt for one in read(busy)] == [2, 2, 2, 1]
    assert read(busy)[3].id not in ids


@pytest.mark.parametrize(
    "wrong", [{"item_seconds": -1}, {"items_most": 0}, {"queue_duplicates": -1}]
)
def test_settings_below_zero_are_refused(wrong: dict[str, Any]) -> None:
    """Negative waits, limits and duplicates do not get into the settings."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        WarehouseOSSettings(**wrong)
