"""How long buyers' data are kept on disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.acceptance.town import SteppedClock, Town, machine_on
from tests.cli.conftest import STILL


def bodies(root: Path) -> int:
    """How many effects still have the body of their request."""
    with closing(sqlite3.connect(root / ".crossdock" / "ledger.db")) as ledger:
        rows = ledger.execute("select request from effect").fetchall()
    return sum('"body"' in (request or "") for (request,) in rows)


def test_a_run_forgets_what_is_older_than_the_ruleset_says(town: Town) -> None:
    """After 30 days plan files and request bodies are gone; until then they are kept."""
    town.run("run", town.name)
    (plan,) = (town.root / ".crossdock" / "plans").glob("*.jsonl")
    foreign = plan.with_name(plan.name.replace(town.name, f"{town.name}-2"))
    foreign.write_text("another customer's")
    kept = bodies(town.root)

    town.run_on(machine_on(SteppedClock(STILL + timedelta(days=29))), "run", town.name)
    assert (plan.exists(), bodies(town.root)) == (True, kept)

    town.run_on(machine_on(SteppedClock(STILL + timedelta(days=31))), "run", town.name)
    assert (plan.exists(), foreign.exists(), bodies(town.root)) == (False, True, 0)
    assert kept > 0


def test_so_does_an_apply(town: Town) -> None:
    """Who never runs unattended keeps nothing longer either."""
    town.run("run", town.name)
    (plan,) = (town.root / ".crossdock" / "plans").glob("*.jsonl")
    assert bodies(town.root) > 0
    late = machine_on(SteppedClock(STILL + timedelta(days=31)))
    empty = town.root / "made" / "empty.jsonl"
    town.run_on(late, "plan", town.name, "--out", empty)
    town.run_on(late, "apply", empty)

    assert (plan.exists(), bodies(town.root)) == (False, 0)
