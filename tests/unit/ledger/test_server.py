"""A ledger in PostgreSQL: how it is opened, shared, lost and found, and what it says of faults."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from packaging.requirements import Requirement

from engine.errors import ConfigurationError, CrossdockError, FenceError
from engine.ledger import schema, tables
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import bring_up, open_ledger, open_reader
from engine.ledger.server import Server, hold, is_server
from engine.ledger.sql_ledger import SqlLedger
from tests.unit.ledger import serving
from tests.unit.ledger.making import NOW, OK, SECOND, TIMING, TTL, intent, sending, stored, take
from tests.unit.ledger.serving import Databases, engine_of, rows

ROOT = Path(__file__).resolve().parents[3]
REFUSING = "postgresql://me:s3cret@127.0.0.1:1/ledger"


def _open(url: str, customer: str = "acme") -> SqlLedger:
    return open_ledger(url, customer, owner="w")


def _run(*codes: str) -> list[str]:
    """What processes with these codes print, all of them running at once."""
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for code in codes
    ]
    return [process.communicate()[0].strip() for process in running]


def test_where_it_must_be_there_it_is() -> None:
    """The checks of every change run on PostgreSQL too, where the package index has one built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = map(Requirement, project["optional-dependencies"]["test"])
    [marker] = [one.marker for one in wanted if one.name == "pgserver"]

    assert marker is not None
    assert serving.can_be_had() or not os.environ.get("CI") or not marker.evaluate()


def test_a_bare_database_comes_to_head(databases: Databases) -> None:
    """A new ledger has exactly the tables that the program works with."""
    url = databases.bare()
    _open(url).close()
    engine = engine_of(url)
    with closing(engine.connect()) as conn:
        assert schema.revision(conn) == schema.HEAD
        assert compare_metadata(MigrationContext.configure(conn), tables.metadata) == []
    engine.dispose()


def test_many_may_open_a_bare_database_at_once(databases: Databases) -> None:
    """Processes that find no ledger make one together, without a fault."""
    url = databases.bare()
    code = (
        "from engine.ledger.opening import open_ledger\n"
        f"open_ledger({url!r}, 'acme', owner='w').close()\n"
        "print('opened')"
    )
    assert _run(*[code] * 4) == ["opened"] * 4
    assert rows(url, "SELECT count(*) AS n FROM meta") == [{"n": 2}]


def test_one_of_many_processes_claims_an_effect(database: str) -> None:
    """Whoever is first sends it; the others are told that there is nothing to send."""
    code = (
        "from engine.ledger.opening import open_ledger\n"
        "from engine.ports.ledger import Lease\n"
        "from tests.unit.ledger.making import NOW, TIMING, TTL, intent\n"
        f"ledger = open_ledger({database!r}, 'acme', owner='w')\n"
        "lease = Lease(subject='pass', owner='shared', fence=1, until=NOW + TTL)\n"
        "names = [str(number) for number in range(20)]\n"
        "claimed = [ledger.claim(intent(name), TIMING, NOW, lease) for name in names]\n"
        "print(*(name for name, effect in zip(names, claimed) if effect))"
    )
    with closing(_open(database)) as ledger:
        take(ledger, "shared")
        won = [name for told in _run(*[code] * 3) for name in told.split()]
        assert sorted(won, key=int) == [str(number) for number in range(20)]
        assert ledger.counts()["SENDING"] == 20


def test_a_taken_over_lease_fences(database: str) -> None:
    """Who was stopped and comes back after its lease ran out can neither claim nor end."""
    with closing(_open(database)) as old, closing(_open(database)) as new:
        lease = take(old)
        effect = sending(old, lease)
        later = NOW + TTL + SECOND
        new.acquire("pass", "worker-2", later, TTL)
        with pytest.raises(FenceError):
            old.claim(intent("1002"), TIMING, later, lease)
        with pytest.raises(FenceError):
            old.unbind("1001/east", later, "gone")
        assert stored(new, effect).state.value == "SENDING"


def test_writers_of_a_customer_wait_for_each_other(database: str) -> None:
    """Between a look and the write that rests on it no other writer of the customer gets in."""
    with closing(_open(database)) as one, closing(_open(database)) as two:
        driver: Any = two._live._writing[1].connection.driver_connection
        driver.execute("SELECT set_config('lock_timeout', '50ms', false)")
        driver.commit()

        def intrude(_conn: sa.Connection) -> None:
            with closing(_open(database, "other")) as other:
                take(other)
            with pytest.raises(CrossdockError, match="lock timeout") as caught:
                take(two)
            assert "Another crossdock" in caught.value.advice

        one._live.change(intrude)
        assert take(two).fence == 1


def test_an_order_is_erased_from_the_pages_too(database: str) -> None:
    """Rows as they were before are not left behind, and the ledger is worked with after."""
    with closing(_open(database)) as ledger:
        ledger.done(sending(ledger, take(ledger), order="1001"), OK, NOW, "created")
        assert ledger.erase("1001", NOW, "asked for").bodies == 1
        told = "SELECT vacuum_count AS n FROM pg_stat_user_tables WHERE relname = 'effect'"
        assert rows(database, told) == [{"n": 1}]
        assert ledger.counts()["DONE"] == 1


def test_a_fault_of_ours_is_no_complaint_of_the_server(database: str) -> None:
    """What the tables' own rules refuse is not dressed up as something for a person."""
    row = {"customer": "acme", "subject": "x"}
    with closing(_open(database)) as ledger, pytest.raises(sa.exc.IntegrityError):
        ledger._live.change(lambda conn: conn.execute(sa.insert(tables.lease), row))


def test_a_transaction_is_whole_or_not_there(database: str) -> None:
    """What a piece of work wrote before it failed is taken back."""
    with closing(_open(database)) as ledger:

        def fail(conn: sa.Connection) -> None:
            row = {"customer": "acme", "subject": "x", "owner": "w", "fence": 1}
            conn.execute(sa.insert(tables.lease), row)
            raise KeyError("on the way")

        with pytest.raises(KeyError):
            ledger._live.change(fail)
    assert rows(database, "SELECT * FROM lease") == []


def test_a_lost_connection_is_made_anew(database: str) -> None:
    """A server that ends the connections is an error with advice, and the next use works."""
    with closing(_open(database)) as ledger:
        for use in (lambda: ledger.plan_started("d1", NOW), ledger.counts):
            rows(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            with pytest.raises(CrossdockError, match="cannot be used"):
                use()
            use()
        assert ledger.plan_state("d1") == "started"


def test_a_commit_is_on_the_disk(databases: Databases, database: str) -> None:
    """Whatever the server's own setting is, an answered commit is not to be lost."""
    name = sa.make_url(database).database
    databases.say(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    with closing(_open(database)) as ledger:
        found = ledger._live.change(
            lambda conn: conn.exec_driver_sql("SHOW synchronous_commit").scalar()
        )
    assert found == "on"


def test_a_reader_makes_and_changes_nothing(databases: Databases) -> None:
    """Of a bare database it reads an empty ledger; of a ledger what is there, and cannot write."""
    url = databases.bare()
    assert isinstance(open_reader(url, "acme"), EmptyReader)
    bring_up(url)
    assert rows(url, "SELECT * FROM pg_tables WHERE schemaname = 'public'") == []
    with closing(_open(url)) as ledger:
        sending(ledger, take(ledger))
    bring_up(url)
    reader = open_reader(url, "acme")
    assert not isinstance(reader, EmptyReader)
    with closing(reader):
        assert reader.counts()["SENDING"] == 1
        assert reader.by_subject(["wos:1001"])["wos:1001"][0].intent == intent()
        with pytest.raises(CrossdockError, match="read-only"):
            reader._door.ask(lambda conn: conn.exec_driver_sql("DELETE FROM effect"))


def test_another_version_is_said(database: str) -> None:
    """A newer program's ledger is refused, by the one who writes and by the one who looks."""
    rows(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CrossdockError, match="of version 9999"):
        _open(database)
    with (
        closing(open_reader(database, "acme")) as reader,
        pytest.raises(CrossdockError, match="of version 9999"),
    ):
        reader.counts()


def test_the_audit_cannot_be_emptied(database: str) -> None:
    """TRUNCATE is refused as well, which is no DELETE."""
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        rows(database, "TRUNCATE audit")


@pytest.mark.parametrize("use", [_open, lambda url: open_reader(url, "acme"), bring_up])
def test_an_unreachable_server_is_said_without_the_password(use: Callable[[str], Any]) -> None:
    """The message names the place and what to look at, but not the password, nor does its cause."""
    pytest.importorskip("psycopg")
    with pytest.raises(CrossdockError, match="cannot be used") as caught:
        use(REFUSING)
    told = f"{caught.value.summary} {caught.value.advice} {caught.getrepr(style='native')}"
    assert "postgresql://me@127.0.0.1:1/ledger" in told
    assert "psql 'postgresql://me@127.0.0.1:1/ledger'" in caught.value.advice
    assert "s3cret" not in told.replace(REFUSING, "")


def test_a_database_that_is_not_there_is_said(databases: Databases) -> None:
    """The server's own sentence says which one it does not have."""
    with pytest.raises(CrossdockError, match="does not exist"):
        _open(databases.url("nowhere"))


@pytest.mark.parametrize("url", ["postgresql://host", "postgresql://host:port/db"])
def test_an_unreadable_url_is_said(url: str) -> None:
    """What names no database, or cannot be read, is a mistake in the settings."""
    with pytest.raises(ConfigurationError) as caught:
        _open(url)
    assert "postgresql://USER@HOST/DATABASE" in caught.value.advice


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed the extra is told its name."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError) as caught:
        _open("postgresql://host/db")
    assert "crossdock[postgres]" in caught.value.advice


def test_a_url_may_say_how_to_connect() -> None:
    """What it says of the connection goes before what we would say."""
    plain = Server("postgresql://host/db")._defaults()
    asked = Server("postgresql://host/db?connect_timeout=3")._defaults()
    assert set(plain) - set(asked) == {"connect_timeout"}


@pytest.mark.parametrize("url", ["sqlite:///x", "ledger.db", "mysql://host/db", ""])
def test_other_urls_are_of_no_server(url: str) -> None:
    """Only PostgreSQL's own schemes lead there."""
    assert not is_server(url)


def test_locks_are_told_apart(database: str) -> None:
    """Two names are two locks in one transaction's hands."""
    engine = engine_of(database)
    with engine.begin() as conn:
        hold(conn, "customer a")
        hold(conn, "customer b")
        held = conn.exec_driver_sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert held.scalar() == 2
    engine.dispose()
