"""A doubt that a quantity makes up for, over HTTP, on both sites: right whatever happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.test_reconcile import NAME
from tests.acceptance.test_stock_set import QUANTITY, Beside, agrees, rules, updates
from tests.acceptance.town import SITE_PROFILES, Town, machine_on, open_town

OVERLAY = {
    "connections": {"ca": {"timing": {"timeout": "1s", "late": "5s"}}},
    "gates": {"orders.first-pass": {"max": 1000}, "orders.create": {"max": 1000}},
    "shipments": {"from": "wos", "to": "ca", "no-carrier": "send"},
    "stock": {"foreign-picks": "ignore", "doubt": "heal"},
}
LATER = 600
"""Seconds: more than any lost call takes."""


@pytest.fixture(params=SITE_PROFILES)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A customer who lets quantities make up for doubts, on each kind of site."""
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, site=request.param, overlay=OVERLAY) as opened:
        yield opened


def lost(town: Town, kind: str) -> None:
    """A change of a quantity gets no answer."""
    town.put("COMPASS", 9, "MAIN")
    town.faults("channel", {"kind": kind, "path": QUANTITY, "count": 1})
    assert town.run("run", NAME, "stock").code == 5
    assert town.run("run", NAME, "stock").code == 5


def open_items(town: Town) -> list[tuple[str, str]]:
    """Class and rule of what the inbox has."""
    items = town.run("inbox", NAME, "list", "--format", "json").json["items"]
    return [(one["kind"], one["rule"]) for one in items]


@pytest.mark.parametrize("kind", ["cut-after", "cut-before"])
def test_a_doubt_ends_by_itself(town: Town, kind: str) -> None:
    """Nothing is asked of anybody, what waited goes with it, and later bookings are told once."""
    lost(town, kind)
    town.put("COMPASS", 4, "MAIN")
    assert town.run("run", NAME, "stock").code == 5
    before = updates(town)
    town.clock.sleep(LATER)

    assert town.run("run", NAME, "stock").code in (0, 5)

    assert open_items(town) == []
    assert updates(town) == before + 1
    assert agrees(town)
    town.put("COMPASS", 2, "MAIN")
    for _ in range(2):
        assert town.run("run", NAME, "stock").code == 0
    assert updates(town) == before + 2
    assert agrees(town)


@pytest.mark.parametrize("kind", ["cut-after", "cut-before"])
def test_a_lost_answer_to_the_quantity_is_no_second_doubt(town: Town, kind: str) -> None:
    """It is set again to what lies there by then, and nothing else is told meanwhile."""
    lost(town, "cut-after")
    town.clock.sleep(LATER)
    town.put("COMPASS", 3, "MAIN")
    town.faults("channel", {"kind": kind, "path": QUANTITY, "count": 1})
    assert town.run("run", NAME, "stock").code == 5
    calls = updates(town)
    town.put("COMPASS", 5, "MAIN")
    assert town.run("run", NAME, "stock").code == 5
    assert updates(town) == calls
    town.clock.sleep(LATER)
    town.run("run", NAME, "stock")
    assert open_items(town) == []
    assert agrees(town)
    assert town.run("run", NAME, "stock").code == 0


def test_a_doubt_waits_while_the_figures_move(town: Town) -> None:
    """It stays in the inbox with the reason, a plan shows the quantity; a moved one is stale."""
    lost(town, "cut-before")
    town.clock.sleep(LATER)

    def put() -> None:
        town.put("COMPASS", 5, "MAIN")

    moving = replace(machine_on(town.clock), reader=lambda clock: Beside(clock, put))
    town.run_on(moving, "run", NAME, "stock")
    assert open_items(town) == [("doubt", "effects.doubt"), ("report", "stock.no-heal")]

    said, path = town.plan("stock", "--format", "json")
    assert "stock.heal" in rules(said)
    town.put("COMPASS", 1, "MAIN")
    stale = town.run("apply", path)
    assert (stale.code, "a booking of it came" in stale.out) == (3, True)
    _, path = town.plan("stock")
    assert town.run("apply", path).code == 0
    assert open_items(town) == []
    assert agrees(town)
