"""How far things came: cursors of feeds, plan files that were applied, finished passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.errors import FenceError, LibraryFaultError
from engine.ledger.rows import to_pass_note
from engine.ledger.tables import cursor, pass_note, plan
from engine.ledger.upsert import insert_into
from engine.ports.ledger import Cursor, PassNote

_CURSOR = (cursor.c.customer == sa.bindparam("of"), cursor.c.feed == sa.bindparam("asked"))
_SEE_CURSOR = sa.select(cursor).where(*_CURSOR)
_MOVE = (
    sa.update(cursor)
    .where(*_CURSOR, cursor.c.version == sa.bindparam("seen"))
    .values(version=cursor.c.version + 1)
    .returning(cursor.c.version)
)
_PLAN = (plan.c.customer == sa.bindparam("of"), plan.c.digest == sa.bindparam("asked"))
_SEE_PLAN = sa.select(plan.c.finished_at).where(*_PLAN)
_FINISH = sa.update(plan).where(*_PLAN).returning(plan.c.digest)
_NOTE = sa.insert(pass_note).inline()
_PASSES = (
    sa.select(pass_note)
    .where(pass_note.c.customer == sa.bindparam("of"), pass_note.c.flow == sa.bindparam("asked"))
    .order_by(pass_note.c.id.desc())
    .limit(sa.bindparam("most"))
)


@cache
def _first(dialect: str) -> sa.Executable:
    return insert_into(cursor, dialect).on_conflict_do_nothing().returning(cursor.c.version)


@cache
def _start(dialect: str) -> sa.Executable:
    return insert_into(plan, dialect).on_conflict_do_nothing().inline()


def see_cursor(conn: sa.Connection, customer: str, feed: str) -> Cursor | None:
    """Where a feed stands, None where it was never read."""
    row = conn.execute(_SEE_CURSOR, {"of": customer, "asked": feed}).one_or_none()
    if row is None:
        return None
    return Cursor(feed=feed, watermark=row.watermark, version=row.version)


def advance(conn: sa.Connection, customer: str, seen: Cursor, watermark: datetime) -> None:
    """Moves the cursor from the version that was seen; a watermark never goes back.

    Raises FenceError where the stored version is another one.
    """
    if seen.version == 0:
        row = {"customer": customer, "feed": seen.feed, "watermark": watermark, "version": 1}
        moved = conn.execute(_first(conn.dialect.name), row).scalar()
    else:
        guard = {"of": customer, "asked": seen.feed, "seen": seen.version}
        latest = {"watermark": max(seen.watermark, watermark)}
        moved = conn.execute(_MOVE, guard | latest).scalar()
    if moved is None:
        raise FenceError(
            f"the cursor of {seen.feed} was moved by another process",
            "Nothing is lost: what this pass has read is read again by the next one.",
        )


def start_plan(conn: sa.Connection, customer: str, digest: str, now: datetime) -> None:
    """Notes that a plan is being applied; starting it again changes nothing."""
    row = {"customer": customer, "digest": digest, "started_at": now}
    conn.execute(_start(conn.dialect.name), row)


def finish_plan(conn: sa.Connection, customer: str, digest: str, now: datetime) -> None:
    """Notes that a started plan is through."""
    found = conn.execute(_FINISH, {"of": customer, "asked": digest, "finished_at": now}).scalar()
    if found is None:
        raise LibraryFaultError(f"the plan {digest} was finished before it was started")


def plan_state(conn: sa.Connection, customer: str, digest: str) -> str | None:
    """`started`, `finished`, or None for a plan that was never applied."""
    row = conn.execute(_SEE_PLAN, {"of": customer, "asked": digest}).one_or_none()
    if row is None:
        return None
    return "started" if row.finished_at is None else "finished"


def note_pass(conn: sa.Connection, customer: str, note: PassNote) -> None:
    """Keeps what a pass left."""
    row = {"customer": customer, "flow": note.flow, "at": note.at, "outcome": note.outcome}
    conn.execute(_NOTE, row | {"counts": dict(note.counts)})


def passes(conn: sa.Connection, customer: str, flow: str, limit: int) -> Sequence[PassNote]:
    """The latest passes, newest first."""
    asked = {"of": customer, "asked": flow, "most": limit}
    return [to_pass_note(row) for row in conn.execute(_PASSES, asked)]
