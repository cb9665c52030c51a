"""Bringing a ledger file to this program's version. [alembic]"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from engine.ledger import schema


def migrate(conn: sa.Connection) -> None:
    """Brings the file to HEAD inside the caller's transaction; does nothing where it is there.

    Raises CrossdockError where a newer program has written it.
    """
    try:
        command.upgrade(_configuration(conn), schema.HEAD)
    except CommandError as error:
        raise schema.foreign(schema.revision(conn)) from error


def _configuration(conn: sa.Connection) -> Config:
    """There is no alembic.ini: everything is said here, so that a wheel needs no file beside it."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = conn
    return config
