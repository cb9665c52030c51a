"""The inbox: one open item per business key and kind; a closed one stays as history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.ledger.rows import to_inbox_item
from engine.ledger.statements import Statement
from engine.ledger.tables import OPEN, effect
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
_ABOUT = (
    sa.select(table)
    .where(_OF, table.c.business_key.in_(sa.bindparam("asked", expanding=True)))
    .order_by(*_ORDER)
)
_CLOSE = sa.update(table).where(_OF, _OPEN).returning(table.c.id)
_CLOSE_KEY = _CLOSE.where(table.c.business_key == sa.bindparam("about"))
_CLOSE_IN_FLOW = _CLOSE_KEY.where(table.c.flow == sa.bindparam("within"))
# What another write of the same business key is asked about is not answered by this one.
_ASKED_OF_ANOTHER = sa.exists().where(
    effect.c.customer == table.c.customer,
    effect.c.key == table.c.effect,
    sa.or_(effect.c.state == "FAILED", effect.c.state == "DOUBT"),
    sa.or_(effect.c.subject != sa.bindparam("about_it"), effect.c.kind != sa.bindparam("as")),
)
# Nor is what people were told along with it: of an item that an effect caused the above decides.
_TOLD_WITH_IT = sa.and_(
    table.c.effect.is_(None), table.c.kind.in_(sa.bindparam("told", expanding=True))
)
_CLOSE_ANSWERED = _CLOSE_IN_FLOW.where(sa.not_(_ASKED_OF_ANOTHER))
_NO_REPORT = table.c.kind != "report"
_CLOSE_DONE = Statement(lambda _: _CLOSE_ANSWERED)
_CLOSE_EXPORTED = Statement(lambda _: _CLOSE_ANSWERED.where(_NO_REPORT))
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
    conn: sa.Connection,
    customer: str,
    business_key: str,
    ending: Ending,
    flow: str | None = None,
    kind: str | None = None,
) -> int:
    """Closes all open items of a business key, of one flow and class if they are given; returns
    how many.
    """
    found = {"of": customer, "about": business_key} | _columns(ending)
    closing = _CLOSE_KEY
    if flow is not None:
        closing = closing.where(table.c.flow == flow)
    if kind is not None:
        closing = closing.where(table.c.kind == kind)
    return len(conn.execute(closing, found).all())


def close_done(conn: sa.Connection, intent: Intent, ending: Ending) -> None:
    """Closes what the end of this effect answers: the open items of its business key and flow, but
    those of another write that is refused or in doubt (of one kind and subject the later counts),
    and what people were told along with it.

    An export ends no report: what cannot be written back was told by an earlier pass as well, and
    no pass looks at an exported order again.
    """
    found = {
        "of": intent.customer,
        "about": intent.business_key,
        "within": intent.flow,
        "about_it": intent.subject,
        "as": intent.kind,
    } | _columns(ending)
    is_export = intent.kind == "export"
    if intent.told:
        closing = _CLOSE_ANSWERED.where(sa.not_(_TOLD_WITH_IT))
        closing = closing.where(_NO_REPORT) if is_export else closing
        conn.execute(closing, found | {"told": intent.told})
    else:
        (_CLOSE_EXPORTED if is_export else _CLOSE_DONE).rows(conn, found)


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


def about(conn: sa.Connection, customer: str, keys: Collection[str]) -> Sequence[InboxItem]:
    """All items of these business keys, open or closed, oldest first."""
    asked = {"of": customer, "asked": sorted(keys)}
    return [to_inbox_item(row) for row in conn.execute(_ABOUT, asked)]
