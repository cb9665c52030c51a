"""Opening a ledger: to write (makes and migrates it), or only to look (makes nothing)."""

from __future__ import annotations

import logging
from collections.abc import Callable

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
from engine.ledger.server import Server, ServerDoor, ServerLookingDoor, hold, is_server, looking
from engine.ledger.sql_ledger import SqlLedger
from engine.ledger.sql_reader import SqlReader


def open_ledger(url: str, customer: str, *, owner: str) -> SqlLedger:
    """Opens the ledger of one customer at `sqlite:///PATH` or `postgresql://USER@HOST/DATABASE`,
    making and migrating it if need be.

    `owner` is whom the audit names for what this process does. Raises ConfigurationError for a
    URL that names neither, and CrossdockError for a file that others may write, a server that
    cannot be worked with, and a ledger that a newer program wrote or that is none.
    """
    if is_server(url):
        return _open_on_server(Server(url), customer, owner)
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


def _open_on_server(server: Server, customer: str, owner: str) -> SqlLedger:
    engine = server.engine()
    try:
        with server.complaints():
            if _revision_on(engine) != schema.HEAD:
                _migrate(engine, alone=lambda conn: hold(conn, "migration"))
            door = ServerDoor(server, engine, customer)
    except BaseException:
        engine.dispose()
        raise
    return SqlLedger(door, customer, owner)


def _revision_on(engine: sa.Engine) -> str | None:
    with looking(engine).begin() as conn:
        return schema.revision(conn)


def bring_up(url: str) -> None:
    """Brings the ledger of an older program to this one's version, and makes none where there is
    none: for who asks a reader before anything is opened to write. Raises as `open_ledger` does.
    """
    if _exists(url):
        open_ledger(url, customer="", owner="").close()


def _exists(url: str) -> bool:
    if not is_server(url):
        return file_of(url).exists()
    server = Server(url)
    engine = server.engine()
    try:
        with server.complaints():
            return _revision_on(engine) is not None
    finally:
        engine.dispose()


def _migrate(engine: sa.Engine, alone: Callable[[sa.Connection], None] | None = None) -> None:
    # Alembic tells of its plugins, at INFO, while it is imported.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from engine.ledger.migrating import migrate  # noqa: PLC0415 - slow; rarely needed

    with engine.begin() as conn:
        if alone is not None:
            alone(conn)
        migrate(conn)


def open_reader(url: str, customer: str) -> SqlReader | EmptyReader:
    """Opens the ledger to look into; an empty one where there is none. Writes nothing.

    Raises as `open_ledger` does; a ledger of another version is found out by the first question.
    """
    if not _exists(url):
        return EmptyReader()
    if is_server(url):
        server = Server(url)
        return SqlReader(ServerLookingDoor(server, server.engine()), customer)
    path = file_of(url)
    check_rights(path)
    return SqlReader(LookingDoor(path), customer)
