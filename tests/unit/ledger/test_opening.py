"""Opening ledger files: rights, versions, faults, and customers side by side."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.errors import ConfigurationError, CrossdockError
from engine.ledger import schema, tables
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.rows import intent_columns
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, TIMING, binding, hold, intent, item, sending, take

LEDGER = Path(schema.__file__).parent


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_an_empty_file_comes_to_head(tmp_path: Path) -> None:
    """A new ledger has exactly the tables that the program works with."""
    path = tmp_path / "ledger.db"
    open_ledger(url_of(path), "acme", owner="w").close()
    engine = sa.create_engine(url_of(path))
    with closing(engine.connect()) as conn:
        assert schema.revision(conn) == schema.HEAD
        assert compare_metadata(MigrationContext.configure(conn), tables.metadata) == []
    engine.dispose()


def test_head_is_the_last_migration() -> None:
    """The number that lets an open skip Alembic is the number of the newest migration."""
    assert ScriptDirectory(str(LEDGER / "migrations")).get_current_head() == schema.HEAD


def test_opening_again_changes_nothing(file: Path) -> None:
    """An up-to-date file is opened silently, with nothing imported that it needs not, and stays
    as it is.
    """
    with closing(sqlite3.connect(file)) as conn:
        before = "\n".join(conn.iterdump())
    code = (
        "import sys\n"
        "from engine.ledger.opening import open_ledger\n"
        f"open_ledger({url_of(file)!r}, 'acme', owner='w').close()\n"
        "sys.exit(bool({'alembic', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    with closing(sqlite3.connect(file)) as conn:
        assert "\n".join(conn.iterdump()) == before


def test_making_a_ledger_is_silent(tmp_path: Path) -> None:
    """Migrating prints and logs nothing, even where logging is on."""
    code = (
        "import logging\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "from engine.ledger.opening import open_ledger\n"
        f"open_ledger({url_of(tmp_path / 'l.db')!r}, 'acme', owner='w').close()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (run.stdout, run.stderr) == (b"", b"")


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Processes that find no ledger make one together, without a fault."""
    code = (
        "from engine.ledger.opening import open_ledger\n"
        f"open_ledger({url_of(tmp_path / 'l.db')!r}, 'acme', owner='w').close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Folder 0700 and files 0600, whatever the umask allows."""
    path = tmp_path / "state" / "ledger.db"
    umask = os.umask(0)
    try:
        with closing(open_ledger(url_of(path), "acme", owner="w")) as ledger:
            take(ledger)
            files = {entry.name: _mode(entry) for entry in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert _mode(path.parent) == 0o700
    assert files == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused(file: Path, mode: int) -> None:
    """Neither writer nor reader trusts it; the message says what to run."""
    file.chmod(mode)
    with pytest.raises(CrossdockError, match="other users") as caught:
        open_ledger(url_of(file), "acme", owner="w")
    assert f"chmod 600 {file}" in caught.value.advice
    with pytest.raises(CrossdockError, match="other users"):
        open_reader(url_of(file), "acme")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "ledger.db", ""]
)
def test_other_urls_are_refused(url: str) -> None:
    """What names neither a file nor PostgreSQL is a mistake in the settings."""
    with pytest.raises(ConfigurationError) as caught:
        open_ledger(url, "acme", owner="w")
    assert "sqlite:///PATH" in caught.value.advice


def test_an_unusable_place_is_said(tmp_path: Path) -> None:
    """A folder in the way of the file is an error for a person."""
    with pytest.raises(CrossdockError, match="cannot be opened"):
        open_ledger(url_of(tmp_path), "acme", owner="w")


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    """A file of something else is left alone and called unusable, by writer and reader."""
    path = tmp_path / "ledger.db"
    path.write_bytes(b"something else, long enough to be looked at " * 40)
    path.chmod(0o600)
    with pytest.raises(CrossdockError, match="cannot be used"):
        open_ledger(url_of(path), "acme", owner="w")
    reader = open_reader(url_of(path), "acme")
    with closing(reader), pytest.raises(CrossdockError, match="cannot be used"):
        reader.counts()
    assert path.read_bytes().startswith(b"something else")


@pytest.mark.parametrize("found", ["9999", None])
def test_another_version_is_said(file: Path, found: str | None) -> None:
    """A newer program's file is refused by both; an unfinished one the reader cannot bring up."""
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("DELETE FROM alembic_version" if found is None else _set_version(found))
    reader = open_reader(url_of(file), "acme")
    with closing(reader), pytest.raises(CrossdockError, match=f"of version {found or 'none'}"):
        reader.counts()
    if found is not None:
        with pytest.raises(CrossdockError, match="of version 9999"):
            open_ledger(url_of(file), "acme", owner="w")


def _set_version(number: str) -> str:
    return f"UPDATE alembic_version SET version_num = '{number}'"


def test_a_commit_is_on_the_disk(file: Path) -> None:
    """The writer syncs every commit: a power cut must not take an intent back."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = ledger._live.change(
            lambda conn: [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
        )
    assert found == ["wal", 2, 1, 30000]


def test_a_write_transaction_locks_before_it_looks(file: Path) -> None:
    """Between a check and the write that rests on it no other writer gets in."""
    with (
        closing(open_ledger(url_of(file), "acme", owner="w")) as ledger,
        closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other,
    ):

        def intrude(_conn: sa.Connection) -> None:
            other.execute("BEGIN IMMEDIATE")

        with pytest.raises(sqlite3.OperationalError, match="locked"):
            ledger._live.change(intrude)
        assert take(ledger).fence == 1


def test_a_locked_ledger_says_so(file: Path) -> None:
    """Where another writer does not end, the wait does, with advice and a usable ledger after."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        driver = ledger._live._writing[1].connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA busy_timeout=1")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CrossdockError, match="locked"):
                take(ledger)
            assert ledger.counts()["DONE"] == 0
        assert take(ledger).fence == 1


def test_a_fault_of_ours_is_no_complaint_of_the_disk(file: Path) -> None:
    """What the tables' own rules refuse is not dressed up, and says nothing of the request."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        row = intent_columns(intent())
        with pytest.raises(sa.exc.IntegrityError) as caught:
            ledger._live.change(lambda conn: conn.execute(sa.insert(tables.effect), row))
    assert "NOT NULL" in str(caught.value)
    assert "Zo" not in str(caught.value)


def test_customers_do_not_see_each_other(file: Path) -> None:
    """Two customers in one file: neither finds, counts or closes anything of the other's."""
    with (
        closing(open_ledger(url_of(file), "acme", owner="w")) as acme,
        closing(open_ledger(url_of(file), "other", owner="w")) as other,
    ):
        lease = take(acme)
        take(other)
        effect = sending(acme, lease)
        acme.bind(binding(), NOW, "found")
        acme.hold(hold("1002/east"))
        acme.park(item(), NOW)
        acme.plan_started("d1", NOW)
        assert other.claim(intent(customer="other"), TIMING, NOW, take(other, subject="b"))
        assert [row.intent.customer for row in other.unfinished()] == ["other"]
        assert other.bindings(["1001"]) == {}
        assert (other.holds(), other.inbox(), other.plan_state("d1")) == ([], [], None)
        assert other.resolve("1001", NOW, "mine") == 0
        other.release_hold("1002/east")
        assert (len(acme.inbox()), len(acme.holds())) == (1, 1)
        acme.done(effect, OK, NOW, "created")
        assert other.counts()["DONE"] == 0
