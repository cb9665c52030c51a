"""What nothing explains is corrected by a plan that a person approves, and never by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.test_reconcile import EAST, NAME, OVERLAY, reconciled, sold, unexplained
from tests.acceptance.town import SITE_PROFILES, Town, open_town

GATE = "stock.set-quantity"
CARRIERS = {"UPS/Ground": ["UPS", "GROUND"]}


@pytest.fixture(params=SITE_PROFILES)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A town in which seven compasses lie that nobody told of."""
    with open_town(tmp_path, Layout(customer=NAME), site=request.param, overlay=OVERLAY) as opened:
        untold_put(opened)
        yield opened


def untold_put(town: Town) -> None:
    """Seven compasses are put on a shelf, and no message tells of it."""
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    town.put("COMPASS", 7, "MAIN")
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": True}})


def test_a_correction_waits_for_a_persons_word(town: Town) -> None:
    """The plan is blocked by its gate; approved, it is sent once and leaves nothing unexplained."""
    file = town.root / "made" / "correct.jsonl"
    assert town.run("reconcile", NAME, "--plan", file).code == 2
    assert town.writes() == []
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["key"] for line in lines if line["type"] == "decision"] == ["COMPASS"]
    assert town.run("apply", file).code == 4
    before = [one for one in town.writes() if "UpdateQuantity" in one]

    said = town.run("apply", file, "--approve", GATE)
    assert (said.code, said.err) == (0, ""), said.out
    assert before == []
    assert sum("UpdateQuantity" in one for one in town.writes()) == 1
    after = town.writes()
    said, rows = reconciled(town)
    assert (said.code, unexplained(rows)) == (0, {})
    assert rows.get(("COMPASS", EAST), {"causes": {}})["causes"].keys() <= {"not-downloaded"}
    town.run("apply", file, "--approve", GATE)
    assert town.writes() == after


def test_a_correction_whose_figures_moved_is_stale(town: Town) -> None:
    """What was right when it was planned is not sent when the channel says something else."""
    file = town.root / "made" / "correct.jsonl"
    town.run("reconcile", NAME, "--plan", file)
    town.pull("COMPASS", 1, "MAIN")
    assert town.run("run", NAME, "stock").code == 0
    told = town.writes()
    said = town.run("apply", file, "--approve", GATE)

    assert said.code == 3
    assert "by now" in said.out
    assert [one for one in town.writes() if one not in told] == []


def test_what_waits_is_left_for_another_time(town: Town) -> None:
    """A quantity that is set beside a booking that will be told would count it twice."""
    file = town.root / "made" / "correct.jsonl"
    town.receive("PO-1", "COMPASS", 4)
    town.putaway("PO-1", "COMPASS", 4, "MAIN")
    assert town.run("reconcile", NAME, "--plan", file).code == 2
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["rule"] for line in lines if line["type"] == "decision"] == ["stock.set-waits"]


def test_a_second_correction_is_another_one(town: Town) -> None:
    """The same difference, corrected once and there again, is planned and sent again."""
    file, second = town.root / "made" / "one.jsonl", town.root / "made" / "two.jsonl"
    town.run("reconcile", NAME, "--plan", file)
    assert town.run("apply", file, "--approve", GATE).code == 0
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    town.pull("COMPASS", 7, "MAIN")
    said = town.run("reconcile", NAME, "--plan", second)
    assert said.code == 2
    assert town.run("apply", second, "--approve", GATE).code == 0

    said, rows = reconciled(town)
    assert (said.code, unexplained(rows)) == (0, {})


def test_a_lost_answer_is_settled_by_setting_again(town: Town) -> None:
    """Whether it arrived does not matter: a new plan sets today's number."""
    file, second = town.root / "made" / "one.jsonl", town.root / "made" / "two.jsonl"
    town.run("reconcile", NAME, "--plan", file)
    town.faults("channel", {"kind": "cut-before", "method": "POST", "path": "UpdateQuantity"})
    town.run("apply", file, "--approve", GATE)
    assert town.struck("channel") == 1
    town.clock.sleep(3600)
    town.run("run", NAME, "stock")
    town.clock.sleep(60)
    town.run("run", NAME, "stock")
    town.run("reconcile", NAME, "--plan", second)
    town.run("apply", second, "--approve", GATE)

    said, rows = reconciled(town)
    assert (said.code, unexplained(rows)) == (0, {})


@pytest.mark.parametrize("picked_before", [True, False])
def test_a_correction_is_stale_when_units_left_since(tmp_path: Path, picked_before: bool) -> None:
    """A shipment moves nothing that can be sold, but what is set counts the units that it took."""
    overlay = {**OVERLAY, "shipments": {"from": "wos", "to": "ca", "carriers": CARRIERS}}
    with open_town(tmp_path, Layout(customer=NAME), overlay=overlay) as town:
        number = sold(town, 4)["number"]
        town.batch(number)
        if picked_before:
            town.pick(number, {"1": 4})
        untold_put(town)
        file = town.root / "made" / "correct.jsonl"
        assert town.run("reconcile", NAME, "--plan", file).code == 2
        if not picked_before:
            town.pick(number, {"1": 4})
        town.pack(number)
        town.label(number, "1Z1", service="Ground")
        town.run("run", NAME)
        told = town.writes()
        assert any("/Ship" in one for one in told), told

        said = town.run("apply", file, "--approve", GATE)
        assert (said.code, town.writes()) == (3, told), said.out
