"""A quantity that a rule sets is right whatever happens beside it, over HTTP, on both sites."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.http import HttpReader, HttpWriter
from engine.ports.world import Clock, Request, Response
from engine.sandbox.yard import Layout
from tests.acceptance.test_reconcile import EAST, NAME, reconciled, sold, unexplained
from tests.acceptance.town import SITE_PROFILES, Said, Town, machine_on, open_town
from tests.acceptance.wire import Wire

OVERLAY: dict[str, Any] = {
    "connections": {"ca": {"timing": {"timeout": "1s", "late": "5s"}}},
    "gates": {"orders.first-pass": {"max": 1000}, "orders.create": {"max": 1000}},
    "shipments": {"from": "wos", "to": "ca", "no-carrier": "send"},
    "stock": {
        "foreign-picks": "ignore",
        "rules": {"recount": {"when": "kind == 'count'", "do": "set"}},
    },
}
QUANTITY = "/UpdateQuantity"


@pytest.fixture(params=SITE_PROFILES)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A customer whose cycle counts set the channel's quantity, on each kind of site."""
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, site=request.param, overlay=OVERLAY) as opened:
        yield opened


def lose(town: Town, quantity: int) -> None:
    """A booking of which no message ever comes."""
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    town.put("COMPASS", quantity, "MAIN")
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": True}})


def agrees(town: Town) -> bool:
    """Whether nothing is unexplained, and what can be sold is exact."""
    said, rows = reconciled(town)
    return (said.code, unexplained(rows)) == (0, {})


def updates(town: Town) -> int:
    """How many calls for a quantity reached the channel."""
    return sum(QUANTITY in write for write in town.writes())


def rules(said: Said) -> list[str]:
    """The rules of the decisions of a plan that was shown as JSON."""
    return [one["rule"] for one in said.lines if one["type"] == "decision"]


class Meanwhile(HttpWriter):
    """Lets something happen just before a quantity is written."""

    def __init__(self, clock: Clock, happens: Callable[[], object]) -> None:
        super().__init__(clock)
        self._happens = happens

    def write(self, request: Request, not_after: datetime) -> Response:
        if QUANTITY in request.url:
            self._happens()
        return super().write(request, not_after)


class Beside(HttpReader):
    """Lets something happen once, just before products are read."""

    def __init__(self, clock: Clock, happens: Callable[[], object]) -> None:
        super().__init__(clock)
        self._left = [happens]

    def get(self, request: Request) -> Response:
        if "/v1/Products" in request.url and self._left:
            self._left.pop()()
        return super().get(request)


def test_a_count_mends_what_was_never_told(town: Town) -> None:
    """The plan writes nothing and shows the very bytes; all that waited goes with it, once."""
    lose(town, 7)
    town.put("COMPASS", 4, "MAIN")
    town.count("COMPASS", -1, "MAIN")
    said, path = town.plan("stock", "--format", "json")
    assert (said.code, town.writes()) == (2, []), said.err
    assert sorted(rules(said)) == ["stock.netted", "stock.set-by-rule"]

    wire = Wire()
    applied = town.run_on(replace(machine_on(town.clock), writer=wire), "apply", path)
    assert applied.code == 0, applied.err + applied.out
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    planned = [one["request"]["body"] for line in lines if "key" in line for one in line["changes"]]
    assert [body for url, body in wire.sent if QUANTITY in url] == planned
    assert agrees(town)
    for _ in range(2):
        assert town.run("run", NAME, "stock").code == 0
    assert updates(town) == 1


def test_open_orders_are_counted_once(town: Town) -> None:
    """Of an order in picking some units are on the shelf and some are not: all are held back."""
    order = sold(town, 3)
    town.batch(order["number"])
    town.pick(order["number"], {order["lines"][0]["number"]: 2})
    lose(town, 7)
    town.count("COMPASS", 1, "MAIN")
    assert town.run("run", NAME, "stock").code == 0
    assert updates(town) == 1
    assert agrees(town)


def test_a_sale_in_between_does_no_harm(town: Town) -> None:
    """An order that arrives after the figures were read is taken off by the channel."""
    lose(town, 7)
    town.count("COMPASS", 1, "MAIN")

    def sell() -> None:
        town.sell(12000123, ("COMPASS", 2, EAST))

    machine = machine_on(town.clock)
    selling = replace(machine, writer=lambda clock: Meanwhile(clock, sell))
    assert town.run_on(selling, "run", NAME, "stock").code == 0
    assert updates(town) == 1
    assert agrees(town)


def test_what_moves_while_it_is_read_is_set_by_the_next_pass(town: Town) -> None:
    """A booking between both looks holds the quantity back, and is counted once afterwards."""
    lose(town, 7)
    town.count("COMPASS", 1, "MAIN")

    def put() -> None:
        town.put("COMPASS", 5, "MAIN")

    machine = machine_on(town.clock)
    moving = replace(machine, reader=lambda clock: Beside(clock, put))
    assert town.run_on(moving, "run", NAME, "stock").code == 0
    assert updates(town) == 0
    assert town.run("run", NAME, "stock").code == 0
    assert updates(town) == 1
    assert agrees(town)


@pytest.mark.parametrize("lost", ["cut-after", "cut-before"])
def test_a_lost_answer_is_set_again_to_the_newest_number(town: Town, lost: str) -> None:
    """Whether it arrived does not matter, and nobody is asked."""
    lose(town, 7)
    town.count("COMPASS", 1, "MAIN")
    town.faults("channel", {"kind": lost, "path": QUANTITY, "count": 1})
    assert town.run("run", NAME, "stock").code == 5
    town.put("COMPASS", 3, "MAIN")
    town.clock.sleep(600)
    for _ in range(2):
        town.run("run", NAME, "stock")
    assert agrees(town)
    assert town.run("inbox", NAME, "list", "--format", "json").json["items"] == []
    calls = updates(town)
    assert town.run("run", NAME, "stock").code == 0
    assert updates(town) == calls


def test_a_doubt_that_was_answered_wrong_is_mended_by_the_next_count(town: Town) -> None:
    """Behind a change in doubt nothing is set; answered, even wrongly, it is mended."""
    town.put("COMPASS", 9, "MAIN")
    town.faults("channel", {"kind": "cut-before", "path": QUANTITY, "count": 1})
    assert town.run("run", NAME, "stock").code == 5
    town.clock.sleep(600)
    town.run("run", NAME, "stock")
    town.count("COMPASS", 1, "MAIN")
    said, _ = town.plan("stock", "--format", "json")
    assert rules(said) == ["stock.behind"]
    (doubt,) = town.run("inbox", NAME, "list", "--format", "json").json["items"]
    because = ("--happened", "--reason", "it looked so")
    assert town.run("inbox", NAME, "resolve", doubt["business_key"], *because).code == 0
    assert town.run("run", NAME, "stock").code == 0
    assert agrees(town)


def test_a_plan_is_stale_once_its_figures_moved(town: Town) -> None:
    """What was right when it was planned is not sent when the shelf says something else."""
    town.count("COMPASS", 1, "MAIN")
    _, path = town.plan("stock")
    town.put("COMPASS", 5, "MAIN")
    said = town.run("apply", path)
    assert (said.code, updates(town)) == (3, 0)
    assert "a booking of it came" in said.out
    assert town.run("run", NAME, "stock").code == 0
    assert agrees(town)


def test_a_shipment_in_the_same_plan_goes_first(town: Town) -> None:
    """A box that is told after it was counted would be counted twice, so the quantity waits."""
    order = sold(town, 3)
    town.batch(order["number"])
    town.pick(order["number"])
    town.pack(order["number"])
    town.label(order["number"], "1Z9", box="1", service="Ground")
    lose(town, 7)
    town.count("COMPASS", 1, "MAIN")
    said, path = town.plan("--format", "json")
    assert "shipments.ship" in rules(said)
    assert "stock.moving" in rules(said)
    assert town.run("apply", path).code == 0
    assert town.run("run", NAME).code == 0
    assert agrees(town)
