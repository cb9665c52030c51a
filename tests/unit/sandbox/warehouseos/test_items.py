from __future__ import annotations

import pytest

from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from tests.unit.sandbox.warehouseos.site import Site


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        ("LAMP-01", [("9", "LAMP-01", 2, None)]),
        ("0123", [("9", "LAMP-01", 2, None)]),
        ("KIT-CAMP", [("9", "LAMP-01", 2, "KIT-CAMP"), ("9", "ROPE-10", 4, "KIT-CAMP")]),
        ("KIT-BOTH", [("9", "KIT-BOTH", 2, None)]),
    ],
)
def test_a_line_finds_its_item_in_the_documented_order(
    site: Site, number: str, stored: list[tuple[str, str, int, str | None]]
) -> None:
    """Item number, then an alias of one item only, then a bundle, which is split at once."""
    site.create("A-1", {"item": number, "quantity": 2, "hostId": "9"})
    assert site.stored("A-1") == stored


@pytest.mark.parametrize("number", ["GHOST-9", "SHARED"])
def test_an_unknown_item_is_created_or_rejected_as_the_profile_says(
    site: Site, number: str
) -> None:
    """A number that nothing matches, or an alias on two items, is the profile's policy."""
    site.create("A-1", {"item": number, "quantity": 1})
    creates = site.profile["orderCreate"]["unknownItem"] == "create"
    assert (number in site.twin.store.items) is creates
    assert (site.twin.store.find("A-1") is not None) is creates


@pytest.mark.parametrize("policy", ["create", "reject"])
def test_the_setting_overrides_the_profile(site: Site, policy: str) -> None:
    """`unknown_item` of the settings wins over the profile."""
    site.floor("settings", {"unknown_item": policy})
    site.create("A-1", {"item": "GHOST-9", "quantity": 1})
    assert ("GHOST-9" in site.twin.store.items) is (policy == "create")


def test_an_order_that_is_rejected_creates_no_item(site: Site) -> None:
    """A refused order leaves no item behind, not even for its good unknown lines."""
    site.create("A-1", {"item": "GHOST-9", "quantity": 1}, area="Nowhere")
    assert "GHOST-9" not in site.twin.store.items


@pytest.mark.parametrize(
    ("number", "kind"),
    [("LAMP-01", "item"), ("ROD 1/2", "item"), ("KIT-CAMP", "bundle"), ("KIT-BOTH", "item")],
)
def test_an_item_says_whether_it_is_a_bundle(site: Site, number: str, kind: str) -> None:
    """A number is shown as item or bundle; where it is both, the item wins."""
    reply = site.call("items.get", number=number)
    names = site.names("item")
    assert reply.status == 200
    assert (reply.body[names["number"]], reply.body[names["bundle"]]) == (number, kind == "bundle")


def test_an_item_that_is_not_there_is_not_found(site: Site) -> None:
    """An unknown number, and one that is only an alias, gets the profile's not-found answer."""
    expected = site.profile["answers"]["not-found"]
    for number in ("GHOST-9", "0123"):
        reply = site.call("items.get", number=number)
        assert (reply.status, site.problem(reply)) == (expected["status"], expected["code"])


def test_a_replaced_alias_list_frees_the_shared_alias(site: Site) -> None:
    """Putting an item replaces its aliases, so that a shared alias becomes unambiguous."""
    site.floor("items", {"number": "ROPE-10", "aliases": []})
    site.create("A-1", {"item": "SHARED", "quantity": 1})
    assert site.stored("A-1") == [(None, "LAMP-01", 1, None)]


def test_settings_that_make_no_sense_are_refused() -> None:
    """A page size of 0 and an unknown policy do not get into the settings."""
    with pytest.raises(ValueError, match="page_size"):
        WarehouseOSSettings(page_size=0)
    with pytest.raises(ValueError, match="unknown_item"):
        WarehouseOSSettings(unknown_item="maybe")  # type: ignore[arg-type]  # as a floor request might send it
