"""A ledger of the version before, whose hashes were bare, goes on as if nothing had been."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.executor.plan_file import decisions
from engine.flows.orders_changes import content_hash
from engine.ledger.opening import open_reader
from engine.sandbox.yard import Layout
from engine.workspace import StoredPlan
from tests.acceptance.test_order_changes import later
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL, workspace_of

OF_THE_VERSION_BEFORE = """
    DROP INDEX effect_by_marker;
    DROP INDEX inbox_by_key;
    DROP INDEX message_by_order;
    ALTER TABLE message DROP COLUMN order_key;
    DELETE FROM meta WHERE name = 'seal';
    DROP INDEX effect_by_order;
    DROP INDEX raw_by_age;
    CREATE INDEX raw_by_end ON message (customer, handled_at) WHERE raw IS NOT NULL;
    UPDATE alembic_version SET version_num = '0002';
"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A customer that is told of every change of an order that was sent."""
    overlay = {"orders": {"changes": {"default": "report"}}}
    with open_town(tmp_path, Layout(customer="brightwick"), overlay=overlay, still=STILL) as opened:
        assert opened.run("run", opened.name).code == 0
        later(opened, minutes=1)
        yield opened


def make_older(town: Town) -> int:
    """Writes the hashes bare, as the plans of the pass have them; how many there were."""
    state = town.root / ".crossdock"
    plans = map(StoredPlan, sorted((state / "plans").glob("*.jsonl")))
    changes = [change for plan in plans for one in decisions(plan) for change in one.changes]
    with closing(sqlite3.connect(state / "ledger.db")) as ledger, ledger:
        for change in changes:
            row = [content_hash(change.request)]
            row += [json.dumps(one) if one else None for one in (change.binding, change.memo)]
            ledger.execute(
                "UPDATE effect SET body_hash = ?, binding = ?, memo = ? WHERE key = ?",
                [*row, change.key],
            )
            if change.binding is not None:
                bare = (change.binding["fingerprint"], change.binding["part"])
                ledger.execute("UPDATE binding SET fingerprint = ? WHERE part = ?", bare)
        (left,) = ledger.execute(
            "SELECT count(*) FROM effect WHERE body_hash LIKE 'k1:%' OR memo LIKE '%k1:%'"
        ).fetchone()
        assert left == 0
        ledger.executescript(OF_THE_VERSION_BEFORE)
    return len(changes)


def looked_at(town: Town) -> tuple[list[str], list[str]]:
    """Touches every order that was sent, and runs: what was decided of them, and the inbox."""
    for order in town.exported():
        town.touch(order, UpdatedDateUtc=town.clock.now().isoformat())
    later(town, minutes=1)
    assert town.run("run", town.name).code == 0
    said = town.run("plan", town.name, "order-changes", "--format", "json")
    found = [one["rule"] for one in said.lines if one["type"] == "decision"]
    with closing(open_reader(workspace_of(town).ledger_url(), town.name)) as ledger:
        return found, [one.text for one in ledger.inbox()]


def test_nothing_is_sent_again(town: Town) -> None:
    """The next pass brings the file up to date, knows all that was sent, and finds no change."""
    assert make_older(town) > 10
    reader = open_reader(workspace_of(town).ledger_url(), town.name)
    with closing(reader), pytest.raises(Exception, match="of version 0002"):
        reader.counts()

    writes = town.writes()
    found, told = looked_at(town)
    assert set(found) == {"changes.none"}
    assert (town.writes(), told) == (writes, [])


def test_a_change_is_still_told(town: Town) -> None:
    """An order that somebody edits afterwards is compared with what was sent before."""
    make_older(town)
    looked_at(town)
    order = min(town.exported())
    town.touch(order, ShippingAddressLine1="1 Sample Way")
    later(town, minutes=1)
    town.run("run", town.name)

    with closing(open_reader(workspace_of(town).ledger_url(), town.name)) as ledger:
        assert [one.business_key.split("/")[0] for one in ledger.inbox()] == [str(order)]
