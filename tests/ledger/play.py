"""A whole play with the ledger's driver under an ear: every statement that the engine gives it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from engine.cli.applying import run
from engine.cli.explaining import explain
from engine.cli.inbox import inbox
from engine.cli.pausing import pause, resume
from engine.cli.planning import plan
from engine.cli.reconciling import reconcile
from engine.cli.showing import status
from engine.cli.state import state
from engine.ledger.opening import open_ledger
from tests.acceptance.week import CUSTOMER, MONDAY
from tests.crash import day
from tests.crash.day import Day
from tests.crash.matrix import HOUR, ROOM, at
from tests.simulation.life import Life
from tests.simulation.stage import Stage, open_stage
from tests.unit.ledger.spying import listening

WHY = ("--reason", "for the record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A statement and the steps of its plan, as SQLite tells them."""

    text: str
    plan: tuple[str, ...]


@cache
def heard() -> tuple[Heard, ...]:
    """The statements of two days of all flows and of what people ask then, each once, by text."""
    found: dict[str, tuple[str, ...]] = {}

    def hear(conn: sqlite3.Connection, text: str, values: Any) -> None:
        if (
            text.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}
            and text not in found
        ):
            steps = sqlite3.Connection.execute(conn, f"EXPLAIN QUERY PLAN {text}", values)
            found[text] = tuple(row[3] for row in steps)

    with listening(hear):
        _play(day.TOLD)
        _play(day.COUNTED)
    return tuple(Heard(text=text, plan=found[text]) for text in sorted(found))


def _play(of_day: Day) -> None:
    with TemporaryDirectory() as root:
        stage = open_stage(Path(root), of_day.scene(day.SITES[0]))
        for number, hour in enumerate(of_day.hours):
            at(stage, MONDAY + number * HOUR)
            hour.deeds(stage)
            at(stage, MONDAY + number * HOUR + ROOM)
            assert hour.errand(stage, Life()) == hour.code, stage.said
        _ask(stage)


def _ask(stage: Stage) -> None:
    """What people ask, and what they change by hand, when the day is over."""
    number = day.number(day.PLAIN)
    _say(stage, plan, "orders")
    _say(stage, status)
    _say(stage, inbox)
    _say(stage, reconcile)
    _say(stage, state)
    _say(stage, state, "--number", number)
    _say(stage, explain, str(day.PLAIN))
    _say(stage, pause, "orders", *WHY)
    _say(stage, resume, "orders", *WHY)
    _say(stage, state, "set", "--cursor", "orders", "--to", "2026-11-20", "--yes", *WHY)
    url = f"sqlite:///{stage.root}/.crossdock/ledger.db"
    with closing(open_ledger(url, CUSTOMER, owner="a person")) as ledger:
        ledger.erase(str(day.PLAIN), MONDAY, "for the record")
        ledger.forget_bodies(MONDAY)
    _say(stage, run)


def _say(stage: Stage, command: click.Command, *words: str) -> None:
    """The customer's name comes first in all of them."""
    stage.command(command, CUSTOMER, *words)
