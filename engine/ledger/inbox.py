"""The inbox: one open item per business key and kind; a closed one stays as history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.ledger.rows import to_inbox_item
from engine.ledger.tables import OPEN
from engine.ledger.tables import inbox as table
from engine.ledger.upsert import insert_into
from engine.model.effect import Intent
from engine.ports.ledger import InboxItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When an item was closed, and the sentence that says why."""

    at: datetime
    resolution: str


_OPEN = table.c.resolved.is_(None)
_OF = table.c.customer == sa.bindparam("of")
_ORDER = (table.c.first_seen, table.c.id)
_SHOW_OPEN = sa.select(table).where(_OF, _OPEN).order_by(*_ORDER)
_SHOW_ALL = sa.select(table).where(_OF).order_by(*_ORDER)
_CLOSE = sa.update(table).where(_OF, _OPEN).returning(table.c.id)
_CLOSE_KEY = _CLOSE.where(table.c.business_key == sa.bindparam("about"))
_CLOSE_IN_FLOW = _CLOSE_KEY.where(table.c.flow == sa.bindparam("within"))
_CLOSE_EFFECT = _CLOSE_KEY.where(table.c.effect == sa.bindparam("caused"))


@cache
def _park(dialect: str) -> sa.Executable:
    insert = insert_into(table, dialect)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["customer", "business_key", "kind", "flow"],
        index_where=OPEN,
        set_={
            "rule": new.rule,
            "text": new.text,
            "effect": new.effect,
            "last_seen": new.last_seen,
            "seen": table.c.seen + 1,
        },
    ).inline()


def park(conn: sa.Connection, customer: str, item: InboxItem, now: datetime) -> None:
    """Opens an item, or counts the open one up and takes its newest text."""
    row = {
        "customer": customer,
        "business_key": item.business_key,
        "kind": item.kind,
        "rule": item.rule,
        "text": item.text,
        "effect": item.effect,
        "first_seen": now,
        "last_seen": now,
        "seen": 1,
        "resolution": "",
        "flow": item.flow,
    }
    conn.execute(_park(conn.dialect.name), row)


def close(
    conn: sa.Connection, customer: str, business_key: str, ending: Ending, flow: str | None = None
) -> int:
    """Closes all open items of a business key, of one flow if it is given; returns how many."""
    found = {"of": customer, "about": business_key} | _columns(ending)
    if flow is None:
        return len(conn.execute(_CLOSE_KEY, found).all())
    return len(conn.execute(_CLOSE_IN_FLOW, found | {"within": flow}).all())


def close_caused(conn: sa.Connection, intent: Intent, ending: Ending) -> None:
    """Closes the open items that this effect caused, and no others of its business key."""
    found = {"of": intent.customer, "about": intent.business_key, "caused": intent.key}
    conn.execute(_CLOSE_EFFECT, found | _columns(ending))


def _columns(ending: Ending) -> dict[str, object]:
    return {"resolved": ending.at, "resolution": ending.resolution}


def show(conn: sa.Connection, customer: str, *, include_closed: bool) -> Sequence[InboxItem]:
    """The items, oldest first."""
    rows = conn.execute(_SHOW_ALL if include_closed else _SHOW_OPEN, {"of": customer})
    return [to_inbox_item(row) for row in rows]
