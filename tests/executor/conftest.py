"""A real ledger on a file of each test's own, and a bench around it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.executor.bench import Bench, Tenure
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from tests.fakes.systems import FakeOperation
from tests.fakes.world import FakeClock, NoJitter

TTL = timedelta(seconds=60)
MakeBench = Callable[..., Bench]


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger at the newest version, to be copied: migrating takes longer."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    open_ledger(f"sqlite:///{path}", "acme", owner="me").close()
    return path


@pytest.fixture
def ledger(tmp_path: Path, fresh_file: Path) -> Iterator[SqlLedger]:
    """The ledger of the customer acme."""
    path = shutil.copy(fresh_file, tmp_path / "ledger.db")
    with closing(open_ledger(f"sqlite:///{path}", "acme", owner="me")) as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    """Noon."""
    return FakeClock()


@pytest.fixture
def make_bench(ledger: SqlLedger, clock: FakeClock) -> MakeBench:
    """Makes a bench with these operations, under a lease of its own."""

    def made(create: FakeOperation | None = None, export: FakeOperation | None = None) -> Bench:
        lease = ledger.acquire("acme", "me", clock.now(), TTL)
        return Bench(
            customer="acme",
            ledger=ledger,
            operations={
                "wos": {"create": create or FakeOperation()},
                "ca": {"export": export or FakeOperation(again=True)},
            },
            clock=clock,
            random=NoJitter(),
            tenure=Tenure(ledger, clock, lease, TTL),
        )

    return made
