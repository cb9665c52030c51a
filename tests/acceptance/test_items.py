"""Products become items over real HTTP, on both kinds of site."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.http import HttpWriter
from engine.bootstrap import open_workspace
from engine.ledger.opening import open_reader
from engine.ports.world import Clock, Request, Response
from engine.sandbox.yard import Layout
from engine.shipped import shipped
from tests.acceptance.town import SITE_PROFILES, Town, machine_on, open_town

NAME = "northpeak"
ITEMS: dict[str, Any] = {
    "from": "ca",
    "to": "wos",
    "owner": ["us"],
    "since": "2026-10-01",
    "map": {
        "description": "title",
        "weight": "ca.Weight",
        "image": {"from": "images[0]", "overwrite": False},
        "customField2": "attributes.Material",
    },
    "product-id": "customField1",
    "aliases": {"from": ["ca.UPC", "ca.EAN", "aliases"]},
}
GATE = "items.lost-aliases"
LAMP, ROPE, NEW = 6300100, 6300101, 6300121


@dataclass(slots=True)
class Wire:
    """Keeps every body that was written; a machine's writer."""

    bodies: list[str] = field(default_factory=list)

    def __call__(self, clock: Clock) -> HttpWriter:
        return Listening(clock, self.bodies)


class Listening(HttpWriter):
    """Writes, and keeps what it wrote."""

    def __init__(self, clock: Clock, bodies: list[str]) -> None:
        super().__init__(clock)
        self._bodies = bodies

    def write(self, request: Request, not_after: datetime) -> Response:
        self._bodies.append((request.body or b"").decode())
        return super().write(request, not_after)


def town_of(root: Path, site: str = "wos-assumed", **more: Any) -> Any:
    overlay = {"items": ITEMS, "gates": {GATE: None}, **more}
    return open_town(root, Layout(customer=NAME), site=site, overlay=overlay)


def items_of(town: Town) -> dict[str, dict[str, Any]]:
    """Item number -> its members and its aliases in the warehouse."""
    rows = town.floor("warehouse", "state")["items"]
    return {
        row["number"]: {**row["members"], "aliases": {one["alias"] for one in row["aliases"]}}
        for row in rows
    }


def edit(town: Town, product: int, minute: int = 0, **members: Any) -> None:
    """Somebody edits a product in the channel, so many minutes after ten."""
    stamp = f"2026-11-20T10:{minute:02d}:00Z"
    town.floor("channel", f"products/{product}", {"UpdateDateUtc": stamp, **members})


def records(path: Path) -> list[Any]:
    """The records that a plan file would send."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    changes = [one for line in lines for one in line.get("changes") or () if line.get("flow")]
    return [change["request"]["body"] for change in changes]


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_plan_writes_nothing_and_apply_sends_its_very_bytes(tmp_path: Path, site: str) -> None:
    """Each record of the plan goes out as it was shown, many in one call, and nothing else does."""
    with town_of(tmp_path, site) as town:
        before = items_of(town)
        said, path = town.plan("items")
        assert said.code == 2, said.err
        assert (town.writes(), items_of(town)) == ([], before)

        wire = Wire()
        machine = replace(machine_on(town.clock), writer=wire)
        applied = town.run_on(machine, "apply", path)
        assert applied.code == 0, applied.err
        planned = records(path)
        assert len(wire.bodies) == 2 < len(planned)
        for body in planned:
            assert sum(body in sent for sent in wire.bodies) == 1
        after = items_of(town)
        assert after["LAMP-01"]["aliases"] == {"840012300017", "0840012300017", "LAMP-01-EBAY"}
        assert after["GHOST-9"]["customField1"] == "6300123"
        assert after["MUG-01"]["weight"] == 0.5
        assert after["MUG-02"] == before["MUG-02"]
        assert not {"SHIRT", "KIT-SAIL", "LAMP-01-EBAY"} & after.keys()


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_second_pass_over_everything_writes_nothing(tmp_path: Path, site: str) -> None:
    """What is there already is found there, and the memory knows each product's id."""
    with town_of(tmp_path, site) as town:
        assert town.run("run", NAME, "items").code == 0
        written = len(town.writes())
        again = town.run("plan", NAME, "items", "--since", "2026-10-01", "--format", "json")
        assert again.code == 0, again.err
        assert again.lines[-1]["rules"]["items.same"] == 27
        assert town.run("run", NAME, "items").code == 0
        assert len(town.writes()) == written
        url = open_workspace(town.root).ledger_url()
        with closing(open_reader(url, NAME)) as ledger:
            known = ledger.products(["LAMP-01"])["LAMP-01"]
        assert [(one.profile, one.product, one.item) for one in known] == [
            (12000123, str(LAMP), "LAMP-01")
        ]


def test_what_one_changes_in_either_system_is_told_again(tmp_path: Path) -> None:
    """A new title goes out, a member for new items stays, and back again is a change like any."""
    with town_of(tmp_path) as town:
        assert town.run("run", NAME, "items").code == 0
        for minute, name in enumerate(("Insured", "Shipping insurance", "Insured")):
            edit(town, NEW, minute, Title=name, Images=[])
            said = town.run("run", NAME, "items")
            item = items_of(town)["SHIP-INSURANCE"]
            assert (said.code, item["description"]) == (0, name), said.err
            assert item["image"].endswith(f"{NEW}-1.jpg")


@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "500"])
def test_a_call_without_an_answer_goes_out_again_in_halves(
    tmp_path: Path, site: str, kind: str
) -> None:
    """Every item ends as it must be, each with one receipt, and nobody is asked."""
    with town_of(tmp_path, site) as town:
        fault = {"kind": kind, "path": "(?i)items", "nth": 1, "count": 2}
        town.faults("warehouse", {**fault, "method": "POST"}, {**fault, "method": "PATCH"})
        said = town.run("run", NAME, "items")
        assert said.code == 0, said.err
        assert town.struck("warehouse") > 4
        town.faults("warehouse")
        assert town.run("inbox", NAME).out.startswith(f"The inbox of {NAME} is empty.")
        again = town.run("plan", NAME, "items", "--since", "2026-10-01")
        assert again.code == 0, again.out


def test_aliases_that_would_vanish_stop_the_flow_until_somebody_approves(tmp_path: Path) -> None:
    """The gate counts them, the plan names them, and an approval by name lets them go."""
    with town_of(tmp_path, gates={GATE: {"max": 1}}) as town:
        said, path = town.plan("items")
        assert said.code == 4
        assert "aliases that would vanish there: SHARED-UPC" in said.out
        assert f"BLOCKED by gate {GATE}: 2 aliases, the limit is 1" in said.out
        assert town.run("apply", path).code == 4
        assert town.writes() == []
        assert town.run("apply", path, "--approve", GATE).code == 0
        assert "SHARED-UPC" not in items_of(town)["ROPE-10"]["aliases"]


def test_what_moved_since_the_plan_is_named_and_only_the_rest_is_sent(tmp_path: Path) -> None:
    """A product that was changed, one that is gone, and an item that was changed are stale."""
    with town_of(tmp_path) as town:
        _, path = town.plan("items")
        edit(town, LAMP, Title="Camp lamp II")
        edit(town, LAMP + 2, ProductType="Parent", IsParent=True)
        edit(town, LAMP + 3, Sku=None)
        town.floor("warehouse", "items", {"number": "ROPE-10", "aliases": ["BY-HAND"]})
        said = town.run("apply", path)
        assert said.code == 3
        assert town.writes() == []
        assert "the product was changed after the plan was made" in said.out
        assert "the item in the warehouse was changed after the plan was made" in said.out
        assert "is gone from the source, or cannot be read any more" in said.out
        assert "it would not be sent any more: it is a parent" in said.out

        assert town.run("apply", path, "--partial").code == 0
        items = items_of(town)
        assert "description" not in items["ROPE-10"]
        assert items["MUG-01"]["customField1"] == "6300105"
        sent = len(town.writes())
        assert town.run("apply", path, "--partial").code == 0
        assert len(town.writes()) == sent


def test_one_may_ask_for_products_by_sku_or_id_or_for_a_few(tmp_path: Path) -> None:
    """`--only` takes both names of a product, and `--limit` so many of them."""
    with town_of(tmp_path) as town:
        asked = ("plan", NAME, "items", "--format", "json")
        some = town.run(*asked, "--only", "lamp-01", "--only", str(ROPE), "--only", "99")
        keys = {line["key"]: line["rule"] for line in some.lines if line["type"] == "decision"}
        assert keys == {str(LAMP): "items.send", str(ROPE): "items.send", "99": "items.gone"}
        few = town.run(*asked, "--limit", "3")
        assert few.lines[-1]["read"] == {"items": 3}


def test_a_site_that_shows_no_items_is_told_each_content_once(tmp_path: Path) -> None:
    """Without a call that reads items the memory says what was written."""
    text = (shipped("mappings") / "profiles" / "wos-assumed.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "items.get" not in line]
    silent = tmp_path / "mappings" / "profiles" / "silent.yaml"
    silent.parent.mkdir(parents=True)
    silent.write_text("\n".join(lines).replace("profile: wos-assumed", "profile: silent"))
    with town_of(tmp_path, "silent") as town:
        first = town.run("run", NAME, "items")
        assert first.code == 0, first.err
        written = len(town.writes())
        again = town.run("plan", NAME, "items", "--since", "2026-10-01")
        assert again.code == 0, again.out
        edit(town, ROPE, Title="Rope")
        assert town.run("run", NAME, "items").code == 0
        assert items_of(town)["ROPE-10"]["description"] == "Rope"
        assert len(town.writes()) == written + 1
