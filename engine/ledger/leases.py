"""Leases: the right to work on a subject. A row is never deleted, so that its fence only grows.

Who took a lease, when, with which fence and for what stands in the audit, under `lease:{subject}`.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.errors import FenceError, LeaseHeldError
from engine.ledger import trail
from engine.ledger.statements import Statement
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
_STANDS = Statement(lambda _: sa.select(table.c.fence).where(*_MINE).with_for_update())
_IS_MINE = sa.select(table.c.fence).where(*_MINE)
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


HELD = "HELD"


def acquire(
    conn: sa.Connection, customer: str, wanted: Lease, now: datetime, doing: str = ""
) -> Lease:
    """Takes a free or expired lease; `wanted.fence` does not matter. Raises LeaseHeldError.

    The audit has `doing`; in its row the lease was HELD before where its last owner let it run out.
    """
    before = conn.execute(_SEE, {"of": customer, "about": wanted.subject}).one_or_none()
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
    taken = Lease(subject=wanted.subject, owner=wanted.owner, fence=fence, until=wanted.until)
    entry = trail.Entry(
        customer=customer,
        at=now,
        actor=signature(taken),
        key=_trail_of(wanted.subject),
        from_state=HELD if before is not None and before.until is not None else "",
        to_state=HELD,
        detail=doing,
    )
    trail.write(conn, entry)
    return taken


def signature(lease: Lease) -> str:
    """How the audit names who works under this lease: `HOST:PID#FENCE`."""
    return f"{lease.owner}#{lease.fence}"


def _trail_of(subject: str) -> str:
    return f"lease:{subject}"


def _held(conn: sa.Connection, customer: str, subject: str) -> LeaseHeldError:
    row = conn.execute(_SEE, {"of": customer, "about": subject}).one()
    taken = trail.last(conn, customer, _trail_of(subject))
    # A lease that was taken before the audit told of leases has no row there.
    doing, since = (taken["detail"], taken["at"]) if taken else ("", None)
    return LeaseHeldError(subject, row.owner, doing, since, row.until)


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
    if _STANDS.first(conn, _mine(customer, lease)) is None:
        raise _lost(lease)


def stands(conn: sa.Connection, customer: str, lease: Lease) -> bool:
    """Whether the lease is still this one; only a look, which holds nothing."""
    return conn.execute(_IS_MINE, _mine(customer, lease)).scalar() is not None


def _mine(customer: str, lease: Lease) -> dict[str, object]:
    return {"of": customer, "about": lease.subject, "mine": lease.owner, "held": lease.fence}


def _lost(lease: Lease) -> FenceError:
    return FenceError(
        f"the lease on {lease.subject} is not {lease.owner}'s any more",
        "Another process has taken over. A run needs nothing: the next one goes on from what is on "
        "record. What a person ordered is to be ordered again.",
    )
