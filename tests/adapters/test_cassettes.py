"""Both adapters against recorded exchanges, with sockets blocked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from vcr.serializers.yamlserializer import deserialize

from tests.adapters.rig import SECRETS, SITES, site_profile
from tests.cassettes import record
from tests.cassettes.stories import (
    CA_HOST,
    WOS_HOST,
    channeladvisor_flows_story,
    channeladvisor_story,
    warehouseos_story,
)
from tests.cassettes.warehouse_flows import warehouseos_flows_story

TAPES = ("channeladvisor", "channeladvisor-flows", *SITES, *(f"{site}-flows" for site in SITES))


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    """Where the cassettes are."""
    return str(record.FOLDER)


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Requests are compared as they were stored: scrubbed, down to the bytes of their bodies."""
    return {
        "before_record_request": record.scrubbed_request,
        "match_on": record.MATCH_ON,
    }


@pytest.fixture
def all_played(vcr: Any) -> Iterator[None]:
    """A replay uses every exchange of its cassette: nothing is asked less or more than before."""
    yield
    assert vcr.all_played


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("channeladvisor")
def test_channeladvisor_from_its_cassette(all_played: None) -> None:
    """Pages, a key, the export flag and the time, from the record."""
    told = channeladvisor_story(CA_HOST)

    assert told["now"] == "2026-11-20T08:00:00+00:00"
    assert told["orders"] == ["3", "1", "2", "6", "4", "7", "5", "9", "8"]
    assert told["first"]["lines"] == [
        {
            "id": "300",
            "sku": "SKU-3",
            "quantity": 2,
            "cancelled": 0,
            "bundle": False,
            "components": [],
            "product": "7",
        }
    ]
    assert told["first"]["tags"] == ["vip", "O'Neil"]
    assert (told["answer"], told["found"]) == ("done", ["3"])


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("channeladvisor-flows")
def test_the_flows_of_channeladvisor_from_their_cassette(all_played: None) -> None:
    """Products, quantities, every kind of write with its proof, and an inspection."""
    told = channeladvisor_flows_story(CA_HOST)

    assert told["read"] == ["1", "2", "3", "4"]
    assert told["first"]["images"] == ["https://img.example.com/lamp.jpg"]
    assert told["skus"] == {"sku-2": ["2", "4"], "O'Neil": ["3"]}
    assert told["written"] == [
        ("done", "present"),
        ("done", "present"),
        ("done", "unclear"),
        ("done", "absent"),
        ("done", "present"),
    ]
    assert told["levels"] == [{0: 5, 7: 1}, {0: 4, 7: 9}, {0: 5, 7: 3}, {0: 5, 7: 4}]
    assert told["centers"] == [-2, 0, 7]
    assert told["findings"][-1] == "profiles of these credentials: 12000101, 12000102"


TOLD_BY_A_SITE = {
    "items": {"LAMP-01": "item", "KIT-CAMP": "bundle", "NOPE": "unknown"},
    "before": [],
    "answers": ["done", "exists"],
    "state": "available",
    "lines": [("7", "LAMP-01", 2)],
}


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("wos-assumed")
def test_the_assumed_site_from_its_cassette(all_played: None) -> None:
    """Items, a create, its duplicate and the stored order, from the record."""
    assert warehouseos_story(WOS_HOST, site_profile("wos-assumed")) == TOLD_BY_A_SITE


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("wos-ledgerline")
def test_the_other_site_from_its_cassette(all_played: None) -> None:
    """The same story in other words, with the key in the query."""
    assert warehouseos_story(WOS_HOST, site_profile("wos-ledgerline")) == TOLD_BY_A_SITE


TOLD_BY_ITS_FLOWS = {
    "answering": 8,
    "booked": [9, -1],
    "orders": [("pick", "US-1"), ("pack", "US-1")],
    "left": 0,
    "changed": ["US-1", "US-2"],
    "line": (1, 1, 1),
    "boxes": [("BX-1", "1Z")],
    "shelves": [("LAMP-01", "Main", 7, 4)],
    "written": ["done", "refused"],
    "proof": "present",
    "stored": ["LAMP-01", "LAMP-02"],
    "locked": ("refused", "absent"),
    "held": ("done", "present"),
    "deleted": ("done", "present"),
}


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("wos-assumed-flows")
def test_the_flows_of_the_assumed_site_from_their_cassette(all_played: None) -> None:
    """Inspection, queue, progress, shelves, items and changes of orders, from the record."""
    told = warehouseos_flows_story(WOS_HOST, site_profile("wos-assumed"))

    assert told == TOLD_BY_ITS_FLOWS


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.default_cassette("wos-ledgerline-flows")
def test_the_flows_of_the_other_site_from_their_cassette(all_played: None) -> None:
    """The same story told in other words, with other signs and flat messages."""
    told = warehouseos_flows_story(WOS_HOST, site_profile("wos-ledgerline"))

    assert told == TOLD_BY_ITS_FLOWS


def test_the_cassettes_are_what_the_sandboxes_say_today(tmp_path: Path) -> None:
    """Recording anew gives the same exchanges: run script/record-cassettes after a change."""
    record.record(tmp_path)

    for tape in TAPES:
        fresh = (tmp_path / f"{tape}.yaml").read_text(encoding="utf-8")
        kept = (record.FOLDER / f"{tape}.yaml").read_text(encoding="utf-8")
        assert deserialize(fresh) == deserialize(kept)


@pytest.mark.parametrize("tape", TAPES)
def test_no_cassette_knows_a_credential(tape: str) -> None:
    """No secret, no token, no real place."""
    text = (record.FOLDER / f"{tape}.yaml").read_text(encoding="utf-8")

    assert [value for value in SECRETS.values() if value in text] == []
    assert "127.0.0.1" not in text
    assert "Bearer" not in text
