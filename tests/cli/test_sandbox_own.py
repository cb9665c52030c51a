"""The sandbox of a ruleset with ids that no shipped world has: a world made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from engine.bootstrap import open_workspace
from engine.cli.sandbox_estate import beyond_reach, environment_of, rehearsal_of
from engine.customers import Customer, load_customer
from engine.errors import ConfigurationError
from engine.sandbox.own_yard import OwnLayout, OwnYard, open_own_yard
from engine.sandbox.yard import resident_with
from tests.acceptance.town import Said, crossdock
from tests.cli.test_rehearsing import rehearse

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HARBOR = """
extends: ca-to-wos/full
connections:
  ca: {url: env:HARBOR_CHANNEL}
timezone: America/Chicago
profiles: {retail: 34100555, trade: 34100556}
links:
  dallas: {dc: DFW-1, areas: [BULK-A, PICK-A], pick: PICK-A, stock: retail}
  reno: {dc: -4, areas: [RENO], pick: RENO, stock: retail}
orders:
  since: 2026-11-10
  only:
    profile: [retail, trade]
    shipping: [Unshipped]
    site: {not: [Staff Shop]}
    tags: [Ship, Rush]
    where: "ca.TotalPrice > `10`"
  skip:
    pickup: "contains(tags, 'PICKUP')"
    tests: "starts_with(coalesce(ca.SiteOrderID, ''), 'TEST-')"
  hold:
    no-street: "ca.ShippingAddressLine1 == `null`"
    weird: "length(lines) > `9`"
    no-offers: "!(ca.BuyerEmailOptIn)"
    gold: "(ca.CustomFields[?FieldID==`7`].Value | [0]) == 'GOLD'"
    gift: "length(ca.OrderAttributes[?Name=='gift']) > `0`"
  wos-hold:
    engraved: "contains(tags, 'Engrave')"
    far: "link.name == 'reno'"
    parts: "!(part.single)"
  number: "HB{{ ca.ID }}{{ '' if part.single else '-' ~ link.name }}"
  lines: {bad: hold, non-shippable: [WARRANTY]}
  bundles: {default: split, keep: [SET-OF-3], wos: [SET-OF-9]}
  map:
    customField1: {from: "join(', ', sort(tags))", default: ""}
    customField2: {from: ca.SecondarySiteOrderID, required: true}
    customField3: {lookup: shops, of: ca.SiteID}
    customField4: {from: "ca.CustomFields[?FieldID==`3`].Value | [0]", required: true}
    shipMethod: {lookup: speed, of: "upper(ca.RequestedShippingClass)"}
    notes: ca.SpecialInstructions
  changes: {address: {available: report}}
items:
  owner: [retail]
  since: 2026-01-01
  map: {customField2: {from: attributes.Material, required: true}}
shipments: {carriers: {OnTrac/Ground: [ONTRAC, GROUND]}}
stock:
  putaway: delta
  foreign-picks: report
  rules: {recount: {when: "area == 'RENO' && kind == 'count'", do: set}}
tables:
  speed: {missing: hold, rows: {ECO: SLOW, 2-DAY: 2DAY}}
  shops: {missing: reject, rows: {"640": web, "88": fair}}
"""
BARE = """
extends: ca-to-wos/standard
connections:
  wos: {key: file:key.txt, profile: wos-ledgerline}
profiles: {only: 55000009}
links:
  one: {dc: ONE, areas: none, stock: only}
orders:
  since: 2026-11-19
  only: {skus: [S-1, S-2], dc: [ONE, ELSEWHERE], payment: {not: [Failed]}}
  items: {check: table, known: [S-1, S-2, S-3]}
  hold: {never: "ca.TotalPrice < `0` && ca.TotalPrice > `0`"}
"""


ODD = """
extends: ca-to-wos/standard
connections:
  feed: {adapter: files, read: in.jsonl}
profiles: {here: 66000001, there: 66000002}
links:
  one: {dc: ONE, areas: [A], pick: A, stock: here}
  two: {dc: TWO, areas: [B], pick: B, stock: there}
orders:
  since: 2026-11-19
  only: {site: [7001], tags: {not: [Gone]}, dc: {not: [TWO]}}
  skip: {no-shop: "ca.SiteName == `null`"}
  hold: {unnumbered: "site_id == `null`"}
  items: {check: off}
  bundles: {split: [KIT-SAMPLE]}
  map:
    customField1: {lookup: cut, of: "split(coalesce(ca.PromotionCode, ''), '-')[1]"}
    customField2: {lookup: flag, of: "add(ca.FlagID, `1`)"}
    customField3: {lookup: both, of: "coalesce(ca.PromotionCode, ca.SiteOrderID)"}
tables:
  cut: {missing: default, default: none, rows: {A: B}}
  flag: {missing: default, default: none, rows: {"5": B}}
  both: {missing: default, default: none, rows: {A: B}}
"""


def opened(root: Path, name: str, text: str) -> Customer:
    """The customer of this ruleset, in a workspace of its own."""
    (root / "rulesets").mkdir(exist_ok=True)
    (root / "rulesets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    customer, problems = load_customer(open_workspace(root), name)
    assert customer is not None, problems
    return customer


@contextmanager
def played(customer: Customer, now: datetime = NOW, size: int = 1) -> Iterator[OwnYard]:
    """Its own world over real HTTP, with what its connections ask for in the environment."""
    layout = OwnLayout(size=size)
    rehearsal = rehearsal_of(customer, now)
    with (
        open_own_yard(rehearsal.estate, layout, lambda: now + rehearsal.ahead) as yard,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in environment_of(customer, yard).items():
            patch.setenv(name, value)
        yield yard


def at(moment: datetime, root: Path, *words: str) -> Said:
    """A command at this time."""
    return crossdock(root, "--now", f"{moment:%Y-%m-%dT%H:%M:%SZ}", *words)


def floor(url: str, place: str, members: dict[str, Any]) -> None:
    with urlopen(Request(f"{url}/_floor/{place}", data=json.dumps(members).encode())):
        pass


def rules_by_order(plan: Said) -> dict[int, set[str]]:
    """Order -> what decided its parts."""
    found: dict[int, set[str]] = {}
    for line in plan.lines:
        if line.get("flow") == "orders" and "rule" in line:
            found.setdefault(int(str(line["key"]).split("/")[0]), set()).add(line["rule"])
    return found


def test_each_order_shows_what_the_sandbox_says_of_it(tmp_path: Path) -> None:
    """Each rule that is told to be shown by an order is the one that decides that order."""
    customer = opened(tmp_path, "harbor", HARBOR)
    with played(customer) as yard:
        at(NOW, tmp_path, "run", "harbor", "items")
        plan = at(NOW, tmp_path, "plan", "harbor", "orders", "--format", "json")
    decided = rules_by_order(plan)
    shown = {shows: decided.get(number) for number, shows in yard.shows.items()}

    assert plan.code == 2, plan.err
    for rule in ("orders.skip.pickup", "orders.skip.tests", "orders.hold.no-street"):
        assert shown[rule] == {rule}
    for rule in ("orders.hold.no-offers", "orders.only.where", "orders.only.tags"):
        assert shown[rule] == {rule}
    for rule in ("orders.hold.gold", "orders.hold.gift"):
        assert shown[rule] == {rule}
    for rule in ("orders.lines.bad", "orders.items.unknown", "orders.only.site"):
        assert shown[rule] == {rule}
    assert shown["orders.wos-hold.engraved"] == {"orders.send"}
    assert shown["tables.speed, no row"] == {"orders.lookup.speed"}
    assert shown["tables.shops, no row"] == {"orders.lookup.shops"}
    assert shown["orders.bundles, keep SET-OF-3"] == {"orders.send"}
    assert shown["orders.bundles, wos SET-OF-9"] == {"orders.send"}
    assert shown["orders.lines.non-shippable WARRANTY"] == {"orders.send"}
    for gone in ("orders.only.shipping", "orders.only.payment", "orders.since", "no linked DC"):
        assert shown[gone] in (None, {gone}, {"orders.only.dc"})
    plain = [rules for number, rules in decided.items() if number not in yard.shows]
    assert plain
    assert all(rules == {"orders.send"} for rules in plain)


def test_every_flow_works_in_a_world_of_its_own(tmp_path: Path) -> None:
    """Orders, shipments, changes and bookings go through, both systems agree, then it is quiet."""
    customer = opened(tmp_path, "harbor", HARBOR)
    with played(customer) as yard:
        checked = at(NOW, tmp_path, "check", "harbor")
        at(NOW, tmp_path, "run", "harbor", "items")
        sent = at(NOW, tmp_path, "run", "harbor")
        site = yard.warehouses["wos"]
        with urlopen(f"{site}/_floor/state") as answer:
            orders = json.loads(answer.read())["orders"]
        shown = {f"HB{number}" for number in yard.shows}
        here = [one["number"] for one in orders if one["area"] == "PICK-A"]
        number = next(one for one in here if one.partition("-")[0] not in shown)
        box = {"id": "B1", "carrier": "OnTrac", "service": "Ground", "tracking": "1Z0001"}
        floor(site, "batch", {"numbers": [number], "name": "morning"})
        floor(site, "pick", {"number": number})
        floor(site, "pack", {"number": number, "boxes": [box]})
        floor(site, "count", {"item": "LAMP-01", "quantity": 590, "area": "RENO"})
        floor(site, "put", {"item": "LAMP-01", "quantity": 5, "area": "BULK-A"})
        told = at(NOW + timedelta(minutes=1), tmp_path, "run", "harbor")
        agreed = at(NOW + timedelta(minutes=1), tmp_path, "reconcile", "harbor")
        again = at(NOW + timedelta(minutes=2), tmp_path, "run", "harbor", "shipments", "stock")

    assert checked.code == 0, checked.out
    assert sent.code == 5, "the order without a row is rejected"
    assert told.code == 0, told.out + told.err
    assert "box B1" in told.out
    assert "stock.set-by-rule" in told.out
    assert "stock.adjust" in told.out
    assert agreed.code == 0, agreed.out
    assert again.code == 0, again.out
    assert "nothing to send" in again.out


def test_what_no_order_can_be_made_up_for_is_named(tmp_path: Path) -> None:
    """A rule that counts lines, and one that is never true, are left to cases."""
    harbor = rehearsal_of(opened(tmp_path, "harbor", HARBOR), NOW)
    bare = rehearsal_of(opened(tmp_path, "bare", BARE), NOW)

    assert set(harbor.unshown) == {"orders.hold.weird"}
    assert bare.unshown == ("orders.hold.never",)


def test_a_site_without_areas_and_with_a_table_of_items_is_played(tmp_path: Path) -> None:
    """The goods are those of the table; what is no reference to the environment is named."""
    customer = opened(tmp_path, "bare", BARE)
    with played(customer) as yard:
        asked = environment_of(customer, yard)
        known = rehearsal_of(customer, NOW).estate.goods.known

    assert known == ["S-1", "S-2", "S-3"]
    assert beyond_reach(customer) == ["connections.wos.key"]
    assert "WOS_API_KEY" not in asked
    assert asked["CA_REFRESH_TOKEN"] == "sandbox-refresh-bare"


def test_goods_of_two_profiles_lie_where_each_is_told_of_them(tmp_path: Path) -> None:
    """Sites are wanted by their id, one DC is not, and tables ask for what cannot be turned."""
    customer = opened(tmp_path, "odd", ODD)
    rehearsal = rehearsal_of(customer, NOW)
    with played(customer) as yard:
        with urlopen(f"{yard.warehouses['wos']}/_floor/state") as answer:
            shelves = json.loads(answer.read())["inventory"]
        plan = at(NOW, tmp_path, "plan", "odd", "--format", "json")
    lying = {area: {r["item"] for r in shelves if r["location"] == f"{area}-1"} for area in "AB"}
    decided = rules_by_order(plan)

    assert lying["A"]
    assert lying["B"]
    assert not lying["A"] & lying["B"]
    assert "orders.items.unknown" not in yard.shows.values()
    assert {short["dc"] for short in rehearsal.estate.usual} == {"ONE"}
    plain = [rules for number, rules in decided.items() if number not in yard.shows]
    assert plain
    assert all(rules == {"orders.send"} for rules in plain)


def test_a_ruleset_that_lets_nothing_through_has_orders_all_the_same(tmp_path: Path) -> None:
    """Where no plain order is found, one is made that shows what keeps it back."""
    text = ODD.replace("no-shop:", 'all: "length(tags) < `9`", no-shop:')
    text = text.replace("dc: {not: [TWO]}", "dc: null")
    rehearsal = rehearsal_of(opened(tmp_path, "odd", text), NOW)

    assert rehearsal.estate.usual == [{}]
    assert "orders.skip.all" in rehearsal.unshown


def test_a_ruleset_with_the_ids_of_a_shipped_world_is_played_there() -> None:
    """All of its profiles, DCs and areas have to be there."""
    assert resident_with({12000123}, {"EAST3PL", 9}, {"MAIN", "BULK"}) == "northpeak"
    assert resident_with({12000123}, {"EAST3PL"}, {"ELSEWHERE"}) is None
    assert resident_with({12000123}, {0}, {"MAIN"}) is None
    assert resident_with({1}, {"EAST3PL"}, {"MAIN"}) is None


def test_a_ruleset_that_begins_later_is_played_later(tmp_path: Path) -> None:
    """The sandbox's clock is a day after the earliest date, and so are its orders."""
    customer = opened(tmp_path, "harbor", HARBOR.replace("2026-11-10", "2026-12-07"))
    rehearsal = rehearsal_of(customer, NOW)
    began = datetime(2026, 12, 7, 6, tzinfo=UTC)

    assert NOW + rehearsal.ahead == rehearsal.estate.now == began + timedelta(days=1)
    with played(customer):
        plan = at(rehearsal.estate.now, tmp_path, "plan", "harbor", "orders", "--format", "json")
    assert plan.code == 2, plan.err


def test_a_ruleset_without_a_channel_has_no_world_of_its_own(tmp_path: Path) -> None:
    """A warehouse alone has no orders to rehearse with."""
    customer = opened(tmp_path, "harbor", HARBOR)
    alone = {name: one for name, one in customer.ruleset.connections.items() if name == "wos"}
    lonely = replace(customer, ruleset=replace(customer.ruleset, connections=alone))
    with pytest.raises(ConfigurationError, match="no twin for both systems of harbor"):
        rehearsal_of(lonely, NOW)


def test_a_ruleset_with_a_mistake_is_not_played(tmp_path: Path) -> None:
    """It says how to see what is wrong."""
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "harbor.yaml").write_text("nonsense: true", encoding="utf-8")
    said = crossdock(tmp_path, "sandbox", "harbor")

    assert said.code == 1
    assert "crossdock validate harbor" in said.err


def test_the_command_says_which_order_shows_what(tmp_path: Path) -> None:
    """Nobody has to ask for a world of the ruleset's own where no shipped one has its ids."""
    opened(tmp_path, "harbor", HARBOR.replace("2026-11-10", "2099-01-01"))
    text, answers = rehearse(["-C", str(tmp_path), "sandbox", "harbor"], "# Log, clock")

    assert answers == [200, 200]
    assert re.search(r"# +41000001  orders\.", text)
    assert "no order is made up for orders.hold.weird" in text
    assert "export HARBOR_CHANNEL=http://" in text
    assert "crossdock --now 2099-01-02T06:00:00Z plan harbor" in text


def test_the_command_says_whose_world_it_is_and_what_does_not_reach_it(tmp_path: Path) -> None:
    """The ids of `init` are a shipped world's; a key from a file would go to the real system."""
    crossdock(tmp_path, "init", "acme")
    opened(tmp_path, "bare", BARE)
    there, _ = rehearse(["-C", str(tmp_path), "sandbox", "acme"], "# Log, clock")
    own, _ = rehearse(["-C", str(tmp_path), "sandbox", "bare"], "# Log, clock")

    assert "# This is the world of northpeak; --world own is made of the ruleset." in there
    assert "41000001" not in there
    assert "# connections.wos.key asks nothing of the environment" in own


def test_the_command_speaks_json_of_an_own_world(tmp_path: Path) -> None:
    """A ruleset with a shipped world's ids is rehearsed in a world of its own where that is asked
    for.
    """
    ids = HARBOR.replace("34100555", "12000123").replace("34100556", "12000124")
    opened(tmp_path, "harbor", ids.replace("env:HARBOR_CHANNEL", "http://127.0.0.1:9"))
    arguments = ["sandbox", "harbor", "--world", "own", "--format", "json"]
    text, _ = rehearse(["-C", str(tmp_path), *arguments], "}}")
    value = json.loads(text)

    assert value["world"] == "own"
    assert value["shows"]["41000001"].startswith("orders.")
    assert value["not_reached"] == ["connections.ca.url"]
    assert value["now"] is None
