"""`adopt --stock` over real HTTP: quantities that nothing explains are set, by a person's word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.test_adopt import STOCK
from tests.acceptance.town import SITE_PROFILES, Said, Town, open_town
from tests.cli.conftest import STILL

NORTHPEAK = Layout(customer="northpeak")
GATE = ("--approve", "stock.set-quantity")
EAST = 7


@pytest.fixture(params=SITE_PROFILES)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Five units more lie on a shelf than the channel knows, and no message tells of them."""
    with open_town(tmp_path, NORTHPEAK, site=request.param, overlay=STOCK, still=STILL) as opened:
        opened.run("run", opened.name, "orders")
        opened.put("LAMP-01", 5, "MAIN")
        opened.run("adopt", opened.name, "--queue-from-now", "--yes")
        yield opened


def planned(town: Town) -> tuple[Said, Path]:
    """The plan of a first load, in a file of its own."""
    file = town.root / "load.jsonl"
    return town.run("adopt", town.name, "--stock", "--out", file, "--format", "json"), file


def lamps(town: Town) -> int:
    """What the channel can sell of the lamp in the east."""
    state = town.floor("channel", "state")["Products"]
    (lamp,) = [one for one in state if (one["Sku"], one["ProfileID"]) == ("LAMP-01", 12000123)]
    return town.channel_levels()[lamp["ID"], EAST]


def test_what_nothing_explains_is_set_once_a_person_says_so(town: Town) -> None:
    """The plan sends nothing, its gate blocks it, and afterwards there is nothing left to set."""
    before, writes = lamps(town), town.writes()
    said, file = planned(town)
    blocked = town.run("apply", file)
    assert (said.code, blocked.code, town.writes()) == (2, 4, writes)
    assert [one["number"] for one in said.lines if one.get("changes") and "number" in one]

    applied = town.run("apply", file, *GATE)
    again = town.run("apply", file, *GATE)
    nothing, _ = planned(town)

    assert (applied.code, again.code, nothing.code) == (0, 0, 0)
    assert lamps(town) == before + 5
    assert len(town.writes()) == len(writes) + 1


def test_a_figure_that_has_moved_makes_the_plan_stale(town: Town) -> None:
    """It may be a booking that was told: nothing is set, and a new plan counts anew."""
    _, file = planned(town)
    town.sell(12000123, ("LAMP-01", 1, EAST))
    writes = town.writes()
    stale = town.run("apply", file, *GATE)

    assert (stale.code, town.writes()) == (3, writes)
    assert "can be sold by now" in stale.out


def test_a_booking_after_the_plan_makes_it_stale(town: Town) -> None:
    """It is on the shelf, and will be told as a change by the next pass."""
    _, file = planned(town)
    writes = town.writes()
    town.put("LAMP-01", 2, "MAIN")
    stale = town.run("apply", file, *GATE)

    assert stale.code == 3
    assert "a booking of it came in" in stale.out
    assert not [one for one in town.writes()[len(writes) :] if "UpdateQuantity" in one]


def test_a_product_of_which_a_booking_waits_is_left_alone(town: Town) -> None:
    """What will be told as a change must not be in what is set, too."""
    town.put("LAMP-01", 2, "MAIN")
    said, _ = planned(town)

    assert said.code == 0
    assert "stock.set-waits" in said.lines[-1]["rules"]


def test_an_answer_that_is_lost_is_counted_anew(town: Town) -> None:
    """The change is withdrawn once it is certain that it cannot come any more; a new plan sets."""
    before = lamps(town)
    _, file = planned(town)
    town.faults("channel", {"kind": "cut-before", "method": "POST", "path": "UpdateQuantity"})
    assert town.run("apply", file, *GATE).code == 5
    town.clock.sleep(3600)
    town.run("run", town.name, "stock")
    town.run("run", town.name, "stock")
    said, file = planned(town)

    assert said.code == 2
    assert town.run("apply", file, *GATE).code == 0
    assert lamps(town) == before + 5


def test_steps_that_do_not_go_together_are_usage_errors(tmp_path: Path) -> None:
    """The queue comes before the stock, and a plan file is that of the stock."""
    with open_town(tmp_path, NORTHPEAK, still=STILL) as town:
        both = town.run("adopt", town.name, "--stock", "--queue-from-now")
        lone = town.run("adopt", town.name, "--out", "x.jsonl")
        untold = town.run("adopt", town.name, "--stock")

    assert (both.code, lone.code, untold.code) == (64, 64, 1)
    assert "tells no stock" in untold.err
