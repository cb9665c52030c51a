"""Messages of warehouses: stored before they are taken out of their queue, their keys for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.ledger.batches import batches
from engine.ledger.rows import message_columns, to_stored_message
from engine.ledger.tables import HAS_RAW, NEW
from engine.ledger.tables import message as table
from engine.ledger.upsert import insert_into
from engine.model.stock import Message
from engine.ports.ledger import StoredMessage

_OF = table.c.customer == sa.bindparam("of")
_THESE = table.c.key.in_(sa.bindparam("asked", expanding=True))
_IN_ORDER = (
    sa.select(table)
    .where(
        table.c.seq > sa.bindparam("past"),
        table.c.kind.in_(sa.bindparam("kinds", expanding=True)),
    )
    .order_by(table.c.seq)
    .limit(sa.bindparam("most"))
)
_WAITING = _IN_ORDER.where(_OF, NEW)
# Joined to nothing, the customer leads no database to an index of keys: the walk goes by seq.
_DEALT_WITH = _IN_ORDER.where(
    table.c.customer.concat("") == sa.bindparam("of"), table.c.state == "handled"
)
# The bound on seq holds always; it leads SQLite to the index of what is new.
_COUNTS = (
    sa.select(table.c.kind, sa.func.count()).where(_OF, NEW, table.c.seq > 0).group_by(table.c.kind)
)
_KNOWN = sa.select(table.c.key).where(_OF, _THESE)
_CONTENT = sa.select(table.c.content).where(_OF, table.c.key == sa.bindparam("asked"))
_SETTLE = sa.update(table).where(_OF, _THESE, NEW).values(state="handled")
_FORGET = (
    sa.update(table)
    .where(_OF, table.c.received_at < sa.bindparam("before"), HAS_RAW)
    .values(raw=sa.null())
    .returning(table.c.seq)
)


@cache
def _store(dialect: str) -> sa.Executable:
    return insert_into(table, dialect).on_conflict_do_nothing().returning(table.c.seq)


def store(conn: sa.Connection, customer: str, messages: Sequence[Message], now: datetime) -> int:
    """Stores those whose keys were never seen, in their order; returns how many there were.

    One whose key is that of a message with other content is stored as its namesake.
    """
    return sum(_is_new(conn, customer, message, now) for message in messages)


def _is_new(conn: sa.Connection, customer: str, message: Message, now: datetime) -> bool:
    if _insert(conn, customer, message, now):
        return True
    content = conn.execute(_CONTENT, {"of": customer, "asked": message.key}).scalar_one()
    before = content.get("digest", "")
    if before in {"", message.digest} or not message.digest:
        return False
    return _insert(conn, customer, message.namesake, now)


def _insert(conn: sa.Connection, customer: str, message: Message, now: datetime) -> bool:
    told = {"customer": customer, "received_at": now, "state": "new"}
    stored = conn.execute(_store(conn.dialect.name), message_columns(message) | told)
    return stored.scalar() is not None


def waiting(
    conn: sa.Connection, customer: str, kinds: Sequence[str], after: int, limit: int
) -> Sequence[StoredMessage]:
    """Messages of these kinds that nobody has dealt with, stored after that number, in order."""
    asked = {"of": customer, "kinds": kinds, "past": after, "most": limit}
    return [to_stored_message(row) for row in conn.execute(_WAITING, asked)]


def dealt_with(
    conn: sa.Connection, customer: str, kinds: Sequence[str], after: int, limit: int
) -> Sequence[StoredMessage]:
    """The same of messages that were dealt with."""
    asked = {"of": customer, "kinds": kinds, "past": after, "most": limit}
    return [to_stored_message(row) for row in conn.execute(_DEALT_WITH, asked)]


def counts(conn: sa.Connection, customer: str) -> Mapping[str, int]:
    """Kind -> how many nobody has dealt with; kinds without any are missing."""
    return {row[0]: row[1] for row in conn.execute(_COUNTS, {"of": customer})}


def known(conn: sa.Connection, customer: str, keys: Sequence[str]) -> frozenset[str]:
    """Those of the keys that were stored at any time."""
    return frozenset(
        row.key
        for asked in batches(keys)
        for row in conn.execute(_KNOWN, {"of": customer, "asked": asked})
    )


def settle(conn: sa.Connection, customer: str, keys: Sequence[str], now: datetime) -> None:
    """Those that were waiting are dealt with from now on; others stay as they are."""
    for asked in batches(keys):
        conn.execute(_SETTLE, {"of": customer, "asked": asked, "handled_at": now})


def forget_raw(conn: sa.Connection, customer: str, before: datetime) -> int:
    """Erases the sites' own records of messages that came before then; returns how many.

    Nothing is decided from them, so one that waits for a person loses its own too.
    """
    return len(conn.execute(_FORGET, {"of": customer, "before": before}).all())
