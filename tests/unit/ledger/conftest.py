"""The ledgers that the contract's tests run on: add an implementation to LEDGERS, no test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger import serving
from tests.unit.ledger.making import take

Opener = Callable[[pytest.FixtureRequest], SqlLedger]


def url_of(path: Path) -> str:
    """The URL of a ledger file."""
    return f"sqlite:///{path}"


def _open_sqlite(path: Path) -> SqlLedger:
    return open_ledger(url_of(path), "acme", owner="worker-1")


def _on_file(request: pytest.FixtureRequest) -> SqlLedger:
    return _open_sqlite(request.getfixturevalue("file"))


def _on_server(request: pytest.FixtureRequest) -> SqlLedger:
    return open_ledger(request.getfixturevalue("database"), "acme", owner="worker-1")


LEDGERS: dict[str, Opener] = {"sqlite": _on_file, "postgres": _on_server}


@pytest.fixture(scope="session")
def databases() -> Iterator[serving.Databases]:
    """A PostgreSQL server, one for a session."""
    with serving.databases() as served:
        yield served


@pytest.fixture
def database(databases: serving.Databases) -> str:
    """The URL of an empty ledger of this test's own in PostgreSQL."""
    return databases.fresh()


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger at the newest version, to be copied: migrating takes longer."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    _open_sqlite(path).close()
    return path


@pytest.fixture
def file(tmp_path: Path, fresh_file: Path) -> Path:
    """A ledger file of this test's own."""
    return Path(shutil.copy(fresh_file, tmp_path / "ledger.db"))


@pytest.fixture(params=sorted(LEDGERS))
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """An empty ledger of customer acme."""
    with closing(LEDGERS[request.param](request)) as opened:
        yield opened


@pytest.fixture
def lease(ledger: Ledger) -> Lease:
    """A lease that stands."""
    return take(ledger)
