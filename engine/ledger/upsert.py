"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Insert = sqlite.Insert | postgresql.Insert


def insert_into(table: sa.Table, dialect: str) -> Insert:
    """An insert with the `on_conflict_...` methods, for the dialect of that name."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    # It costs a start as much as all the rest of SQLAlchemy, and a ledger file needs none of it.
    insert: Insert = import_module("sqlalchemy.dialects.postgresql").insert(table)
    return insert
