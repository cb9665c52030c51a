"""A process that dies: at every statement and commit of claim and done, the file tells where."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import FenceError
from engine.ledger.claims import Claim, _start
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import EffectState
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import (
    NOW,
    OK,
    TIMING,
    TTL,
    binding,
    everything,
    hold,
    intent,
    replayed,
    sending,
    stored,
    take,
)

# Counts what goes to the database (statements and commits) and dies before the one it was told.
VICTIM = """
import os, signal, sys
from contextlib import closing
from engine.ledger.opening import open_ledger
from tests.unit.ledger.making import *
from tests.unit.ledger.spying import listening

left = int(sys.argv[2])
trace = None

def step(name):
    global left
    if trace is None:
        return
    if left == 0:
        print(*trace, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    trace.append(name)

with (
    listening(lambda conn, text, values: step(text.split()[0])),
    closing(open_ledger(sys.argv[1], "acme", owner="victim")) as ledger,
):
    lease = take(ledger, "victim")
    ledger.seal("the key is read once, and not by the first claim")
    trace = []
    effect = ledger.claim(everything(), TIMING, NOW, lease)
    ledger.done(effect, OK, NOW, "created")
    step("END")
"""
CLAIM = "BEGIN SELECT SELECT SELECT INSERT INSERT INSERT COMMIT"
DONE = "BEGIN UPDATE INSERT INSERT DELETE INSERT UPDATE COMMIT"
STEPS = (*CLAIM.split(), *DONE.split())


def _die_before(path: Path, step: int) -> str:
    """Runs the victim up to that step; returns the steps that it took."""
    run = subprocess.run(
        [sys.executable, "-c", VICTIM, url_of(path), str(step)],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[3],
        text=True,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    return run.stdout.strip()


def _expected(step: int) -> str:
    if step < len(CLAIM.split()):
        return ""
    return "SENDING" if step < len(STEPS) else "DONE"


@pytest.mark.parametrize("step", range(len(STEPS) + 1))
def test_death_leaves_a_legal_row(file: Path, step: int) -> None:
    """Before the intent's commit nothing, after the receipt's everything, between them SENDING."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        ledger.hold(hold())
    assert _die_before(file, step) == " ".join(STEPS[:step])
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        key = intent().key
        row = ledger.effects([key]).get(key)
        assert (row.state if row else "") == replayed(ledger, key) == _expected(step)
        bound = [binding()] if _expected(step) == "DONE" else []
        assert ledger.bindings(["1001"]).get("1001", []) == bound
        assert (ledger.holds() == []) == bool(bound)
        assert list(ledger.legs(["t1:7"])) == (["t1:7"] if row else [])
        assert list(ledger.products(["MUG"])) == (["MUG"] if bound else [])
        _go_on(ledger)
        assert replayed(ledger, key) == "DONE"
        assert ledger.bindings(["1001"]) == {"1001": [binding()]}


def _go_on(ledger: SqlLedger) -> None:
    """What the next run does, whatever it finds."""
    lease = ledger.acquire("pass", "successor", NOW + TTL, TTL)
    wanted = everything()
    effect = ledger.claim(wanted, TIMING, NOW + TTL, lease)
    found = ledger.effects([wanted.key])[wanted.key]
    if effect is None and found.state is EffectState.SENDING:
        effect = ledger.reclaim(found, TIMING, NOW + TTL, lease)
    if effect is not None:
        ledger.done(effect, OK, NOW + TTL, "created")


def test_the_audit_cannot_be_changed(file: Path) -> None:
    """The database itself refuses to alter or to delete a row of the audit."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        ledger.bind(binding(), NOW, "found")
    with closing(sqlite3.connect(file)) as conn:
        for statement in ("UPDATE audit SET detail = ''", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                conn.execute(statement)


def test_the_database_keeps_one_in_flight(file: Path) -> None:
    """Even a program that forgets to look cannot put two of one subject in flight."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        lease = ledger.acquire("pass", "w", NOW, TTL)
        first = ledger.claim(intent("1", subject="same"), TIMING, NOW, lease)
        assert first is not None
        ledger.unsent(first, NOW, "absent")
        assert ledger.claim(intent("2", subject="same"), TIMING, NOW, lease) is not None
    with (
        closing(sqlite3.connect(file)) as conn,
        pytest.raises(sqlite3.IntegrityError, match="UNIQUE"),
    ):
        conn.execute("UPDATE effect SET state = 'SENDING'")


def test_a_row_that_turned_up_is_not_written_over(file: Path) -> None:
    """Where a database lets two write at once, who comes second to a new key is fenced."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        lease = take(ledger)
        effect = sending(ledger, lease)
        wanted = Claim(intent=intent(body_hash="k1:2"), timing=TIMING, now=NOW, lease=lease)
        with pytest.raises(FenceError):
            ledger._live.change(lambda conn: _start(conn, wanted))
        assert stored(ledger, effect) == effect
