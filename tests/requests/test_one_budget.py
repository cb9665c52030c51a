"""A pass has one budget and one token for each connection, whatever flow calls it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.adapters.channeladvisor.client import Tokens
from engine.bootstrap import open_bench
from engine.ports.systems import Shared
from engine.workspace import Workspace
from tests.acceptance.town import SteppedClock
from tests.unit.test_bootstrap import CALL, Recorded, machine


def test_all_flows_take_from_one_budget(tmp_path: Path) -> None:
    """With one call a minute, each further side that calls waits its minute, a write included."""
    adapters, clock = Recorded(), SteppedClock()
    with open_bench(adapters.customer(), machine(clock), Workspace(tmp_path, ())) as (_, desk):
        assert desk.runners
        kits: list[Any] = [*adapters.read, *adapters.write]
        for kit in kits:
            kit.transport.get(CALL)

    assert len(kits) > 1
    assert clock.slept > 60 * (len(kits) - 1) - 1


def test_reading_and_writing_share_what_a_connection_knows(tmp_path: Path) -> None:
    """So that a pass asks for one token; the next one starts anew."""
    adapters, clock = Recorded(), SteppedClock()
    for _ in range(2):
        with open_bench(adapters.customer(), machine(clock), Workspace(tmp_path, ())):
            clock.sleep(1)
    first, second = adapters.write[0], adapters.write[-1]

    assert adapters.read[0].shared is first.shared
    assert first.shared is not second.shared


def test_a_token_is_asked_for_when_it_is_missing_old_or_refused() -> None:
    """A side that was refused gets a new one; who held the old one and was refused gets that."""
    tokens = Shared().one(Tokens)
    lives = timedelta(hours=1).total_seconds()
    made = iter(("first", "second", "third"))

    def renewed() -> tuple[str, float]:
        return next(made), lives

    got = [
        tokens.fresh(now, renewed, refused)
        for now, refused in ((0, None), (60, None), (60, "first"), (61, "first"), (lives, None))
    ]

    assert got == ["first", "first", "second", "second", "third"]


def test_each_kind_of_thing_is_made_once() -> None:
    """Two sides of a connection get the same tokens, and those of another connection others."""
    mine, another = Shared(), Shared()

    assert mine.one(Tokens) is mine.one(Tokens)
    assert mine.one(Tokens) is not another.one(Tokens)
