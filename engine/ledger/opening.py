"""Opening a ledger: to write (makes and migrates the file), or only to look (makes nothing)."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from engine.ledger import schema
from engine.ledger.connection import (
    check_rights,
    file_of,
    prepare_file,
    reading,
    writing_engine,
)
from engine.ledger.doors import LiveDoor, LookingDoor, complaints
from engine.ledger.empty import EmptyReader
from engine.ledger.sql_ledger import SqlLedger
from engine.ledger.sql_reader import SqlReader


def open_ledger(url: str, customer: str, *, owner: str) -> SqlLedger:
    """Opens the ledger of one customer at `sqlite:///PATH`, making and migrating it if need be.

    `owner` is whom the audit names for what this process does. Raises ConfigurationError for a
    URL that names no SQLite file, and CrossdockError for a file that others may write, that a
    newer program wrote, or that is no ledger.
    """
    path = file_of(url)
    prepare_file(path)
    engine = writing_engine(path)
    try:
        with complaints(path):
            with reading(engine).begin() as conn:
                found = schema.revision(conn)
            if found != schema.HEAD:
                _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlLedger(LiveDoor(path, engine), customer, owner)


def bring_up(url: str) -> None:
    """Brings the ledger of an older program to this one's version, and makes none where there is
    none: for who asks a reader before anything is opened to write. Raises as `open_ledger` does.
    """
    if file_of(url).exists():
        open_ledger(url, customer="", owner="").close()


def _migrate(engine: sa.Engine) -> None:
    # Alembic tells of its plugins, at INFO, while it is imported.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from engine.ledger.migrating import migrate  # noqa: PLC0415 - slow; rarely needed

    with engine.begin() as conn:
        migrate(conn)


def open_reader(url: str, customer: str) -> SqlReader | EmptyReader:
    """Opens the ledger to look into; an empty one where there is no file. Writes nothing.

    Raises as `open_ledger` does; a file of another version is found out by the first question.
    """
    path = file_of(url)
    if not path.exists():
        return EmptyReader()
    check_rights(path)
    return SqlReader(LookingDoor(path), customer)
