"""The version of a ledger file."""

from __future__ import annotations

import sqlalchemy as sa

from engine.errors import CrossdockError

HEAD = "0004"
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def revision(conn: sa.Connection) -> str | None:
    """The stored number, None for a file without tables."""
    if not sa.inspect(conn).has_table(_VERSION.name):
        return None
    number: str | None = conn.execute(sa.select(_VERSION.c.version_num)).scalar()
    return number


def foreign(found: str | None) -> CrossdockError:
    """What is raised for a file of another version."""
    return CrossdockError(
        f"the ledger is of version {found or 'none'}, this program works with {HEAD}",
        "An older file is brought up to date by `crossdock run` or `crossdock apply`; "
        "for a newer one install the program that wrote it.",
    )
