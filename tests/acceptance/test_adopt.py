"""`adopt` over real HTTP: a former integration's orders are bound, and its messages let go."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.bootstrap import open_workspace
from engine.config.load import load_profile
from engine.ledger.opening import open_reader
from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Town, open_town
from tests.cli.conftest import STILL, workspace_of

NORTHPEAK = Layout(customer="northpeak")
STOCK = {
    "stock": {
        "from": "wos",
        "to": "ca",
        "put": "delta",
        "pull": "delta",
        "count": "delta",
        "putaway": "ignore",
        "foreign-picks": "ignore",
        "moves": "pair",
    }
}


def forget(town: Town) -> None:
    """Whoever put the orders there has left no memory of it."""
    shutil.rmtree(town.root / ".crossdock")


def undealt(town: Town) -> int:
    """How many messages on record nobody has dealt with."""
    reader = open_reader(workspace_of(town).ledger_url(), town.name)
    try:
        return sum(reader.message_counts().values())
    finally:
        reader.close()


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_what_a_former_integration_sent_is_bound_and_not_sent_again(
    site: str, tmp_path: Path
) -> None:
    """Exported or not, each is found by its number; afterwards a run has nothing of it to do."""
    with open_town(tmp_path, NORTHPEAK, site=site, still=STILL) as town:
        town.run("run", town.name)
        there = len(town.stored())
        forget(town)
        before = town.writes()

        said = town.run("adopt", town.name, "--yes", "--format", "json")
        again = town.run("adopt", town.name, "--yes", "--format", "json")
        ran = town.run("run", town.name)

        assert (said.code, said.json["adopted"]) == (0, there)
        assert {one["fate"] for one in said.json["parts"]} == {"same"}
        assert again.json["counts"]["bound"] == there
        assert (again.json["adopted"], ran.code) == (0, 0)
        assert (town.writes(), len(town.stored())) == (before, there)


def test_what_differs_is_listed_and_left_alone(tmp_path: Path) -> None:
    """An order that was entered with other lines, and one that is held, though it is there."""
    with open_town(tmp_path, NORTHPEAK, still=STILL) as town:
        planned, _ = town.plan("--format", "json")
        sent = [one for one in planned.lines if one.get("outcome") == "send"]
        held = [o for o in planned.lines if o.get("outcome") == "hold" and o.get("number")]
        number, kept = sent[0]["number"], held[0]["number"]
        town.enter(number, "MAIN", ("LAMP-01", 77))
        town.enter(kept, "MAIN", ("LAMP-01", 1))
        said = town.run("adopt", town.name, "--yes")
        asked = town.run("adopt", town.name, "--yes", "--format", "json")

        assert said.code == 2
        assert "Differing, not to be adopted: 2" in said.out
        assert "0 adopted. Nothing was sent." in said.out
        differing = {one["number"] for one in asked.json["parts"] if one["fate"] == "differs"}
        assert differing == {number, kept}
        assert town.writes() == []


def test_orders_of_before_the_first_day_are_taken_when_asked_for(tmp_path: Path) -> None:
    """The ruleset's own first day stays: only this look goes back further."""
    overlay = {"orders": {"since": "2026-11-22"}}
    with open_town(tmp_path, NORTHPEAK, overlay=overlay, still=STILL) as town:
        few = town.run("adopt", town.name, "--format", "json")
        many = town.run("adopt", town.name, "--since", "2026-11-01", "--format", "json")

    assert few.code == many.code == 0
    assert few.json["counts"]["absent"] < many.json["counts"]["absent"]


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_queue_that_starts_now_is_not_acted_upon(site: str, tmp_path: Path) -> None:
    """What waited is counted and let go; a booking that comes later is told."""
    with open_town(tmp_path, NORTHPEAK, site=site, overlay=STOCK, still=STILL) as town:
        before = town.channel_levels()
        town.put("LAMP-01", 5, "MAIN")
        town.put("LAMP-01", 4, "MAIN")

        said = town.run("adopt", town.name, "--queue-from-now", "--yes", "--format", "json")
        assert (said.code, said.json["dealt_with"], undealt(town)) == (0, 2, 0)
        town.run("run", town.name, "stock")
        assert town.channel_levels() == before
        town.put("LAMP-01", 3, "MAIN")
        town.run("run", town.name, "stock")

        after = town.channel_levels()
        assert sum(after.values()) - sum(before.values()) == 3


def test_a_queue_that_cannot_be_looked_into_is_let_go_uncounted(tmp_path: Path) -> None:
    """Where reading takes messages away, nobody reads before the yes."""
    profile, _ = load_profile("wos-assumed", open_workspace(tmp_path))
    assert profile is not None
    place = tmp_path / "mappings" / "profiles" / "taking.yaml"
    place.parent.mkdir(parents=True)
    taking = {**profile, "profile": "taking", "queue": {**profile["queue"], "readRemoves": True}}
    place.write_text(json.dumps(taking), encoding="utf-8")
    with open_town(tmp_path, NORTHPEAK, site="taking", overlay=STOCK, still=STILL) as town:
        town.put("LAMP-01", 5, "MAIN")
        said = town.run("adopt", town.name, "--queue-from-now", "--yes")

        assert "so they are not counted before" in said.out
        assert "1 messages set down" in said.out


def test_messages_on_record_are_let_go_too(tmp_path: Path) -> None:
    """A message that a pass had stored and nobody dealt with is of the time before as well."""
    with open_town(tmp_path, NORTHPEAK, overlay=STOCK, still=STILL) as town:
        town.put("LAMP-01", 5, "MAIN")
        town.run("run", town.name, "orders")
        assert undealt(town) == 1
        said = town.run("adopt", town.name, "--queue-from-now", "--yes")

        assert "On record and not dealt with: 1 messages." in said.out
        assert undealt(town) == 0


def test_nothing_is_let_go_without_a_yes_or_a_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer is no; and a ruleset whose flows need no messages has no queue to start."""
    with open_town(tmp_path / "a", NORTHPEAK, overlay=STOCK, still=STILL) as town:
        town.put("LAMP-01", 5, "MAIN")
        monkeypatch.setattr("click.confirm", lambda question, err: False)
        said = town.run("adopt", town.name, "--queue-from-now")
        assert "1 messages wait in its queue" in said.out
        assert "0 messages set down" in said.out
        assert town.writes() == []
    with open_town(tmp_path / "b", NORTHPEAK, still=STILL) as town:
        none = town.run("adopt", town.name, "--queue-from-now")
        assert (none.code, "no flow of northpeak lives on messages" in none.err) == (1, True)
