"""Leases: the right to work on a subject. A row is never deleted, so that its fence only grows."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.errors import FenceError, LeaseHeldError
from engine.ledger.tables import lease as table
from engine.ledger.upsert import insert_into
from engine.ports.ledger import Lease

_MINE = (
    table.c.customer == sa.bindparam("of"),
    table.c.subject == sa.bindparam("about"),
    table.c.owner == sa.bindparam("mine"),
    table.c.fence == sa.bindparam("held"),
)
# FOR UPDATE keeps two holders apart where the database allows two writers; SQLite ignores it.
_STANDS = sa.select(table.c.fence).where(*_MINE).with_for_update()
_RENEW = sa.update(table).where(*_MINE).returning(table.c.fence)
_RELEASE = sa.update(table).where(*_MINE).values(owner="", until=None)
_SEE = sa.select(table).where(
    table.c.customer == sa.bindparam("of"), table.c.subject == sa.bindparam("about")
)


@cache
def _take(dialect: str) -> sa.Executable:
    insert = insert_into(table, dialect)
    return insert.on_conflict_do_update(
        index_elements=["customer", "subject"],
        set_={
            "owner": insert.excluded.owner,
            "fence": table.c.fence + 1,
            "until": insert.excluded.until,
        },
        where=sa.or_(table.c.until.is_(None), table.c.until <= sa.bindparam("now")),
    ).returning(table.c.fence)


def acquire(conn: sa.Connection, customer: str, wanted: Lease, now: datetime) -> Lease:
    """Takes a free or expired lease; `wanted.fence` does not matter. Raises LeaseHeldError."""
    row = {
        "customer": customer,
        "subject": wanted.subject,
        "owner": wanted.owner,
        "fence": 1,
        "until": wanted.until,
        "now": now,
    }
    fence = conn.execute(_take(conn.dialect.name), row).scalar()
    if fence is None:
        raise _held(conn, customer, wanted.subject)
    return Lease(subject=wanted.subject, owner=wanted.owner, fence=fence, until=wanted.until)


def _held(conn: sa.Connection, customer: str, subject: str) -> LeaseHeldError:
    row = conn.execute(_SEE, {"of": customer, "about": subject}).one()
    return LeaseHeldError(
        f"{row.owner} works on {subject} until {row.until:%Y-%m-%d %H:%M:%S} UTC",
        "Wait for it to end. If that process is gone, its lease runs out by itself at that time.",
    )


def renew(conn: sa.Connection, customer: str, lease: Lease, until: datetime) -> Lease:
    """Raises FenceError when somebody else has taken it, or it was released."""
    if conn.execute(_RENEW, _mine(customer, lease) | {"until": until}).scalar() is None:
        raise _lost(lease)
    return Lease(subject=lease.subject, owner=lease.owner, fence=lease.fence, until=until)


def release(conn: sa.Connection, customer: str, lease: Lease) -> None:
    """Frees it; a lease that is somebody else's by now is left alone."""
    conn.execute(_RELEASE, _mine(customer, lease))


def check(conn: sa.Connection, customer: str, lease: Lease) -> None:
    """Raises FenceError unless the lease is still this one; holds the row until the commit."""
    if conn.execute(_STANDS, _mine(customer, lease)).scalar() is None:
        raise _lost(lease)


def _mine(customer: str, lease: Lease) -> dict[str, object]:
    return {"of": customer, "about": lease.subject, "mine": lease.owner, "held": lease.fence}


def _lost(lease: Lease) -> FenceError:
    return FenceError(
        f"the lease on {lease.subject} is not {lease.owner}'s any more",
        "Another process has taken over and goes on from here; nothing needs to be done.",
    )
