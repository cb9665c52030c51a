"""A person stops flows and starts them again."""

from __future__ import annotations

import pytest

from engine.ledger.opening import open_reader
from tests.acceptance.arrivals import as_it_must_be
from tests.acceptance.town import Town
from tests.cli.conftest import workspace_of

WHY = ("--reason", "stocktaking")


@pytest.mark.parametrize("flow", [(), ("orders",)])
def test_nothing_of_a_paused_flow_is_sent_until_it_is_resumed(
    town: Town, flow: tuple[str, ...]
) -> None:
    """A run says that it rests and why, also to machines, a plan waits, and resume ends it."""
    _, plan = town.plan()
    assert town.run("pause", "brightwick", *flow, *WHY).code == 0

    ran = town.run("run", "brightwick")
    lines = town.run("run", "brightwick", "--format", "json").lines
    applied = town.run("apply", plan)
    assert (ran.code, applied.code) == (0, 1)
    assert lines == [
        {"format_version": 1, "flows": ["orders"], "verdict": "paused", "why": "stocktaking"}
    ]
    assert "orders is paused: stocktaking" in ran.out
    assert "crossdock resume brightwick orders" in applied.err
    assert town.writes() == []

    assert town.run("resume", "brightwick", *flow, "--reason", "done").code == 0
    assert town.run("apply", plan).code == 0
    assert as_it_must_be(town)


def test_a_plan_of_what_is_paused_says_so(town: Town) -> None:
    """It is made all the same, and names the pause and its end; of other flows it says nothing."""
    town.run("pause", "brightwick", "stock", *WHY)
    assert "is paused" not in town.run("plan", "brightwick").out
    town.run("pause", "brightwick", "orders", *WHY)
    one = town.run("plan", "brightwick")
    town.run("pause", "brightwick", "--reason", "holiday")
    every = town.run("plan", "brightwick", "--format", "json")

    assert one.code == every.code == 2
    assert "orders is paused: stocktaking. To go on: crossdock resume brightwick orders" in one.out
    assert "Every flow is paused: holiday. To go on: crossdock resume brightwick --rea" in every.err


def test_what_is_not_paused_cannot_be_resumed(town: Town) -> None:
    """It says what is paused, and how all of it is started again."""
    loose = town.run("resume", "brightwick", "orders", *WHY)
    nothing = town.run("resume", "brightwick", *WHY)
    town.run("pause", "brightwick", *WHY)
    one_of_all = town.run("resume", "brightwick", "orders", *WHY)

    assert (loose.code, one_of_all.code) == (1, 1)
    assert "Paused are: no flows." in loose.err
    assert (nothing.code, nothing.out) == (1, "")
    assert "nothing of brightwick is paused" in nothing.err
    assert "crossdock resume brightwick --reason TEXT" in one_of_all.err


def test_a_pause_needs_a_reason_and_is_on_record(town: Town) -> None:
    """Without a reason it is a usage error; with one the memory says since when and why."""
    assert town.run("pause", "brightwick").code == 64
    town.run("pause", "brightwick", "orders", *WHY)

    reader = open_reader(workspace_of(town).ledger_url(), "brightwick")
    (pause,) = reader.pauses()
    reader.close()

    assert (pause.flow, pause.reason) == ("orders", "stocktaking")
