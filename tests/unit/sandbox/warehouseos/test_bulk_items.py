from __future__ import annotations

import json

import pytest

from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.wire import SandboxRequest
from tests.unit.sandbox.warehouseos.site import NOW, Site
from tests.unit.sandbox.warehouseos.talk import item_of, results, rows, write_items

UPC = {"alias": "0840", "quantity": 1}
CASE = {"alias": "CASE-12", "quantity": 12}


def test_items_are_added_and_changed_one_result_each(site: Site) -> None:
    """Every record has its result, in order, and what was sent is given back by the item."""
    lamp = {"number": "LAMP-01", "description": "Lamp — blau", "weight": 0.35, "customField2": "x"}
    reply = write_items(site, "items.upsertMany", lamp, {"number": "NEW-1"})
    assert reply.status == 200
    assert [(one["number"], one["success"], one["action"]) for one in results(site, reply)] == [
        ("LAMP-01", True, "Updated"),
        ("NEW-1", True, "Added"),
    ]
    item = item_of(site, "LAMP-01")
    assert {word: item[word] for word in lamp} == lamp
    assert item["bundle"] is False


def test_one_bad_record_does_not_stop_the_others(site: Site) -> None:
    """A record without a number, of a wrong shape or with odd aliases fails by itself."""
    odd = [{"quantity": 2}]
    bad = [{"description": "no number"}, "text", {"number": "X", "aliases": odd}]
    reply = write_items(site, "items.upsertMany", *bad, {"number": "GOOD-1"})
    assert [one["success"] for one in results(site, reply)] == [False, False, False, True]
    assert all(one["message"] for one in results(site, reply)[:3])
    assert reply.body[site.names("bulk")["success"]] is False
    assert "GOOD-1" in site.twin.store.items
    assert "X" not in site.twin.store.items
    reply = write_items(site, "items.patchMany", {"number": "LAMP-01", "aliases": "0840"})
    assert [one["success"] for one in results(site, reply)] == [False]


def test_aliases_replace_the_list_or_stay(site: Site) -> None:
    """A list that is sent replaces all aliases, one that is left out touches none."""
    write_items(site, "items.upsertMany", {"number": "LAMP-01", "aliases": [UPC, CASE]})
    assert item_of(site, "LAMP-01")["aliases"] == [UPC, CASE]
    write_items(site, "items.upsertMany", {"number": "LAMP-01", "description": "Lamp"})
    assert item_of(site, "LAMP-01")["aliases"] == [UPC, CASE]
    write_items(site, "items.upsertMany", {"number": "LAMP-01", "aliases": [CASE]})
    assert item_of(site, "LAMP-01")["aliases"] == [CASE]


@pytest.mark.parametrize("nothing", [[], None])
def test_an_empty_or_null_alias_list_clears_it(site: Site, nothing: object) -> None:
    """Whoever sends nothing where the list belongs loses the aliases that people keep by hand."""
    write_items(site, "items.upsertMany", {"number": "LAMP-01", "aliases": nothing})
    assert item_of(site, "LAMP-01")["aliases"] == []


def test_a_new_alias_finds_its_item(site: Site) -> None:
    """An alias that was written is matched by the next order's line."""
    write_items(site, "items.patchMany", {"number": "ROPE-10", "aliases": [UPC]})
    site.create("A-1", {"item": "0840", "quantity": 1})
    assert site.stored("A-1") == [(None, "ROPE-10", 1, None)]


@pytest.mark.parametrize(("absent", "kept"), [("unchanged", "Lamp"), ("blank", "LAMP-01")])
def test_absent_members_are_what_the_profile_says(site: Site, absent: str, kept: str) -> None:
    """Left-out members stay, or are blanked; aliases stay in any case, and a patch keeps all."""
    site.profile["itemUpsert"]["absent"] = absent
    item = {"number": "LAMP-01", "description": "Lamp", "aliases": [UPC]}
    write_items(site, "items.upsertMany", item)
    write_items(site, "items.patchMany", {"number": "LAMP-01", "weight": 1})
    assert item_of(site, "LAMP-01")["description"] == "Lamp"
    write_items(site, "items.upsertMany", {"number": "LAMP-01", "weight": 2})
    assert item_of(site, "LAMP-01")["description"] == kept
    assert item_of(site, "LAMP-01")["aliases"] == [UPC]


def test_a_patch_adds_nothing(site: Site) -> None:
    """An item that is not there is not made by a patch."""
    reply = write_items(site, "items.patchMany", {"number": "GHOST-9", "weight": 1})
    assert [one["success"] for one in results(site, reply)] == [False]
    assert "GHOST-9" not in site.twin.store.items


def test_a_large_call_is_done_though_its_answer_is_late(site: Site) -> None:
    """Each item costs time; all are stored before the caller hears of any."""
    site.floor("settings", {"item_seconds": 0.5})
    names, wrap = site.names("item"), site.profile["itemUpsert"].get("wrap")
    records = [{names["number"]: f"N-{n}"} for n in range(300)]
    entry, key = site.profile["endpoints"]["items.upsertMany"], site.twin.floor.settings.api_key
    auth = site.profile["auth"]
    request = SandboxRequest(
        method=entry["method"],
        target=f"{entry['path']}?{auth['name']}={key}",
        headers={auth["name"].lower(): key},
        body=json.dumps({wrap: records} if wrap else records).encode(),
    )
    assert site.twin.handle(request, NOW).delay == 150
    assert "N-299" in site.twin.store.items


def test_a_call_can_be_too_large_by_setting(site: Site) -> None:
    """With a limit set a larger call is refused as a whole."""
    site.floor("settings", {"items_most": 2})
    for count, stored in ((3, False), (2, True)):
        write_items(site, "items.upsertMany", *({"number": f"N-{n}"} for n in range(count)))
        assert ("N-1" in site.twin.store.items) is stored


@pytest.mark.parametrize("body", [b"nonsense", b"{}", b"5", b'{"Records": 5}'])
def test_a_body_without_records_is_refused(site: Site, body: bytes) -> None:
    """Anything but a list of records, where the profile wants it, answers 400."""
    assert site.call("items.upsertMany", body).status == 400


def test_a_bare_list_is_no_wrapped_one() -> None:
    """A site that wraps its records does not take them bare."""
    assert Site("wos-ledgerline").call("items.upsertMany", b'[{"Item": "N-1"}]').status == 400


def test_items_are_listed_in_pages(site: Site) -> None:
    """Items come by age, without bundles; past the end there are none."""
    listed = [rows(site, "items.list", "item", page=str(n), size="3") for n in (1, 2, 3)]
    numbers = [[row["number"] for row in page] for page in listed]
    assert numbers == [["LAMP-01", "ROPE-10", "ROD 1/2"], ["KIT-BOTH"], []]
    names = site.names("itemList")
    assert site.call("items.list").body[names["total"]] == 4


def test_a_state_takes_written_items_over(site: Site) -> None:
    """Members and alias quantities survive in the state."""
    item = {"number": "LAMP-01", "description": "Lamp", "aliases": [CASE]}
    write_items(site, "items.upsertMany", item)
    again = WarehouseOSSandbox(site.send("GET", "/_floor/state").body, site.profile)
    stored = again.store.items["LAMP-01"]
    assert (stored.aliases, stored.members) == ([CASE], {"description": "Lamp"})
    assert again.store.item_of_alias("CASE-12") == "LAMP-01"


def test_a_profile_may_know_nothing_but_orders() -> None:
    """A site that has no items, stock or queue in its profile is spoken to all the same."""
    profile = dict(Site("wos-assumed").profile)
    for key in ("itemCustomFields", "itemUpsert", "triggers", "queue", "orderUpdate"):
        del profile[key]
    assert Dialect(profile).changeable == frozenset()
    assert Dialect(profile).speak("order", {"number": "A-1"}) == {"orderNumber": "A-1"}
