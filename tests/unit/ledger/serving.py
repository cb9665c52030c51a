"""A real PostgreSQL for tests: the one that an environment variable names, or pgserver's own."""

from __future__ import annotations

import importlib
import importlib.util
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.ledger.opening import open_ledger
from engine.ledger.server import Server, is_server

VARIABLE = "CROSSDOCK_TEST_POSTGRES"
_TEMPLATE = "crossdock_template"
_WITHOUT = f"neither pgserver is installed nor {VARIABLE} set"


class Databases:
    """Databases of one server, each with an empty ledger: copying one is quicker than migrating."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._numbers = count(1)
        self._names: list[str] = []
        self.bare(_TEMPLATE)
        open_ledger(self.url(_TEMPLATE), "acme", owner="w").close()

    def url(self, name: str) -> str:
        """The URL of the database of this name."""
        return self._url.set(database=self._mine(name)).render_as_string(hide_password=False)

    def fresh(self) -> str:
        """The URL of a new database with an empty ledger."""
        return self._made(
            f"crossdock_{next(self._numbers)}", f' TEMPLATE "{self._mine(_TEMPLATE)}"'
        )

    def bare(self, name: str = "crossdock_bare") -> str:
        """The URL of a new database without anything in it."""
        return self._made(name, "")

    def _made(self, name: str, how: str) -> str:
        mine = self._mine(name)
        self.say(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)', f'CREATE DATABASE "{mine}"{how}')
        self._names.append(mine)
        return self.url(name)

    def drop(self) -> None:
        """All of them; for a server that stays."""
        self.say(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in set(self._names)))

    def say(self, *statements: str) -> None:
        """Says these to the server, each in a transaction of its own."""
        url = self._url.render_as_string(hide_password=False)
        engine = Server(url).engine().execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)
        engine.dispose()

    @staticmethod
    def _mine(name: str) -> str:
        return f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def rows(url: str, statement: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """What a database of either kind answers to this statement, which is committed."""
    engine = engine_of(url)
    try:
        with engine.begin() as conn:
            answer = conn.execute(sa.text(statement), values or {})
            return [dict(row) for row in answer.mappings()] if answer.returns_rows else []
    finally:
        engine.dispose()


def engine_of(url: str) -> sa.Engine:
    """Connections to a database of either kind."""
    return Server(url).engine() if is_server(url) else sa.create_engine(sa.make_url(url))


def can_be_had() -> bool:
    """Whether there is a server to test on; where pgserver is installed there is."""
    return bool(os.environ.get(VARIABLE)) or importlib.util.find_spec("pgserver") is not None


@contextmanager
def databases() -> Iterator[Databases]:
    """The databases of a session; a server of our own ends with it."""
    if not can_be_had():
        pytest.skip(_WITHOUT)
    named = os.environ.get(VARIABLE)
    if named:
        made = Databases(named)
        yield made
        made.drop()
    else:
        with _own_server() as url:
            yield Databases(url)


@contextmanager
def _own_server() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of folders that it would use if it were no test
        pgserver = importlib.import_module("pgserver")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # As root it works as another user, who must get in.
        server = pgserver.get_server(f"{folder}/server", cleanup_mode="delete")
        # These rows need not outlive a power cut.
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()
