"""What people decide about a customer's flows: which of them rest, and which ruleset is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ledger import trail
from engine.ledger.rows import to_pause
from engine.ledger.tables import pause as table
from engine.ledger.tables import ruleset_release
from engine.ledger.transitions import Word
from engine.ledger.upsert import insert_into
from engine.ports.ledger import Pause, Release

PAUSED = "PAUSED"

_OF = table.c.customer == sa.bindparam("of")
_THIS = (_OF, table.c.flow == sa.bindparam("asked"))
_PAUSES = sa.select(table).where(_OF).order_by(table.c.since, table.c.flow)
_IS_PAUSED = sa.select(table.c.flow).where(*_THIS)
_RESUME = sa.delete(table).where(*_THIS).returning(table.c.flow)
_NOTE = sa.insert(ruleset_release).inline()
_LATEST = (
    sa.select(ruleset_release)
    .where(ruleset_release.c.customer == sa.bindparam("of"))
    .order_by(ruleset_release.c.id.desc())
    .limit(1)
)


@cache
def _pause(dialect: str) -> sa.Executable:
    insert = insert_into(table, dialect)
    return insert.on_conflict_do_update(
        index_elements=["customer", "flow"],
        set_={name: insert.excluded[name] for name in ("reason", "actor")},
    ).inline()


def pause(conn: sa.Connection, customer: str, flow: str, word: Word) -> None:
    """The flow rests; one that rests already gets the new reason and keeps its `since`."""
    before = conn.execute(_IS_PAUSED, {"of": customer, "asked": flow}).scalar()
    row = {"customer": customer, "flow": flow, "since": word.at}
    conn.execute(_pause(conn.dialect.name), row | {"reason": word.detail, "actor": word.actor})
    was = "" if before is None else PAUSED
    trail.write(conn, _entry(customer, flow, word, was=was, becomes=PAUSED))


def resume(conn: sa.Connection, customer: str, flow: str, word: Word) -> None:
    """The flow goes on; nothing happens where it does not rest."""
    if conn.execute(_RESUME, {"of": customer, "asked": flow}).scalar() is not None:
        trail.write(conn, _entry(customer, flow, word, was=PAUSED, becomes=""))


def pauses(conn: sa.Connection, customer: str) -> Sequence[Pause]:
    """What rests, longest first."""
    return [to_pause(row) for row in conn.execute(_PAUSES, {"of": customer})]


def note_release(conn: sa.Connection, customer: str, release: Release) -> None:
    """This ruleset is live from now on; those before it stay on record."""
    row = {"customer": customer, "hash": release.hash, "at": release.at}
    conn.execute(_NOTE, row | {"document": dict(release.document)})


def released(conn: sa.Connection, customer: str) -> Release | None:
    """The live ruleset, None before the first release."""
    row: Any = conn.execute(_LATEST, {"of": customer}).one_or_none()
    if row is None:
        return None
    document: Mapping[str, Any] = row.document
    return Release(hash=row.hash, at=row.at, document=document)


def _entry(customer: str, flow: str, word: Word, *, was: str, becomes: str) -> trail.Entry:
    return trail.Entry(
        customer=customer,
        at=word.at,
        actor=word.actor,
        key=f"pause:{flow}",
        from_state=was,
        to_state=becomes,
        detail=word.detail,
    )
