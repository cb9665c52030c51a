"""Files in, files out, by ruleset alone: the engine knows neither system by name."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.channeladvisor.records import order_of
from engine.model.order_json import order_to_json
from engine.sandbox.yard import Layout
from tests.acceptance.arrivals import arrived, complete_orders, wanted
from tests.acceptance.town import SITE_PROFILES, Town, open_town

BRIGHTWICK = Layout(customer="brightwick")
TO_FILES = {
    "connections": {"out": {"adapter": "files", "write": "exchange/created.jsonl"}},
    "orders": {"to": "out", "items": {"check": "table", "known": []}},
}
FROM_FILES = """
connections:
  feed: {{adapter: files, read: exchange/orders.jsonl}}
  wos: {{adapter: warehouseos, url: env:WOS_URL, key: env:WOS_API_KEY, profile: {site}}}
timezone: UTC
profiles: {{us: 12000101}}
links:
  main: {{dc: MAIN, areas: [Main], pick: Main, stock: us}}
orders:
  from: feed
  to: wos
  since: 2026-11-01
  overlap: 5m
  only:
    profile: [us]
    shipping: [Unshipped, PartiallyShipped, PendingShipment]
    payment: [Cleared]
    checkout: [Completed, CompletedAndVisited, CompletedOffline]
    dc: linked
  skip: {{local-pickup: "contains(tags, 'AmzBOPIS')"}}
  number: "{{{{ feed.ID }}}}"
  not-open: [Complete, InTransit, Canceled, ThirdPartyManaged]
  cancelled: subtract
  lines: {{bad: hold, non-shippable: [GIFT-WRAP]}}
  bundles: {{default: split}}
  items: {{check: read}}
  acknowledge: none
  map:
    created: created
    customField1: {{from: "join(', ', sort(tags))", default: ""}}
    shipMethod: feed.RequestedShippingClass
    notes: feed.SpecialInstructions
    shipTo.name: {{text: "{{{{ feed.ShippingFirstName or '' }}}} {{{{ feed.ShippingLastName }}}}"}}
    shipTo.company: feed.ShippingCompanyName
    shipTo.address1: feed.ShippingAddressLine1
    shipTo.address2: feed.ShippingAddressLine2
    shipTo.city: feed.ShippingCity
    shipTo.state: feed.ShippingStateOrProvince
    shipTo.postalCode: feed.ShippingPostalCode
    shipTo.country: feed.ShippingCountry
    shipTo.phone: feed.ShippingDaytimePhone
"""


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_feed(town: Town) -> Path:
    """The channel's orders as canonical records, one a line, below the workspace."""
    account = town.yard.world.channeladvisor
    centers = {row["ID"]: row["Code"] for row in account["DistributionCenters"]}
    path = town.root / "exchange" / "orders.jsonl"
    path.parent.mkdir()
    with path.open("w", encoding="utf-8") as feed:
        for order in account["Orders"]:
            record = order_to_json(order_of(order, centers))
            feed.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_orders_of_a_file_reach_the_warehouse(tmp_path: Path, site: str) -> None:
    """The same orders arrive as if the channel had been asked, which is never called."""
    with open_town(tmp_path, BRIGHTWICK, site=site) as town:
        ruleset = tmp_path / "rulesets" / "brightwick" / "ruleset.yaml"
        ruleset.write_text(FROM_FILES.format(site=site), encoding="utf-8")
        write_feed(town)
        first = town.run("run", "brightwick")
        assert first.code == 0, first.err
        assert arrived(town) == wanted(town)
        before = town.writes()
        again = town.run("run", "brightwick")

        assert again.code == 0
        assert town.writes() == before
        assert town.floor("channel", "log") == []


def test_orders_of_the_channel_reach_a_file(tmp_path: Path) -> None:
    """Numbers, areas and lines are in the file, flags are set, a second run adds nothing."""
    with open_town(tmp_path, BRIGHTWICK, overlay=TO_FILES) as town:
        items = sorted(item["number"] for item in town.yard.world.sites["brightwick"]["items"])
        ruleset = tmp_path / "rulesets" / "brightwick" / "ruleset.yaml"
        members = json.loads(ruleset.read_text(encoding="utf-8"))
        members["orders"]["items"]["known"] = items
        ruleset.write_text(json.dumps(members), encoding="utf-8")
        first = town.run("run", "brightwick")
        assert first.code == 0, first.out + first.err
        written = lines_of(tmp_path / "exchange" / "created.jsonl")
        again = town.run("run", "brightwick")

        assert again.code == 0
        assert lines_of(tmp_path / "exchange" / "created.jsonl") == written
        assert Counter(map(summary, written)) == Counter(expected_summaries(town))
        assert town.exported() == complete_orders(town)
        assert town.floor("warehouse", "log") == []


def summary(order: dict[str, Any]) -> str:
    lines = sorted((line["host_id"], line["item"], line["quantity"]) for line in order["lines"])
    return json.dumps([order["number"], order["area"], order["hold"], lines])


def expected_summaries(town: Town) -> list[str]:
    return [
        json.dumps([one.number, one.area, one.status == "hold", sorted(one.lines)])
        for one in town.yard.world.expected["brightwick"]
    ]


def test_the_files_lie_below_the_workspace_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schedule starts anywhere: -C says where the files are, not the current folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    root = tmp_path / "workspace"
    root.mkdir()
    with open_town(root, BRIGHTWICK, overlay=TO_FILES) as town:
        assert town.run("plan", "brightwick").code == 2
        assert town.run("run", "brightwick").code == 0

    assert list(elsewhere.iterdir()) == []


def test_a_line_that_is_no_order_is_parked_alone(tmp_path: Path) -> None:
    """The others are sent, the inbox names file and line, and only a missing file ends it."""
    with open_town(tmp_path, BRIGHTWICK) as town:
        ruleset = tmp_path / "rulesets" / "brightwick" / "ruleset.yaml"
        ruleset.write_text(FROM_FILES.format(site="wos-assumed"), encoding="utf-8")
        missing = town.run("plan", "brightwick")
        feed = write_feed(town)
        with feed.open("a", encoding="utf-8") as lines:
            lines.write('{"key": 7}\n')
        number = len(feed.read_text(encoding="utf-8").splitlines())
        broken = town.run("run", "brightwick")

        assert (missing.code, broken.code) == (1, 5)
        assert "orders.jsonl cannot be read" in missing.err
        assert f"orders.jsonl:{number}" in town.run("inbox", "brightwick").out
        assert len(town.writes()) > 0
        assert town.run("run", "brightwick").code == 0
