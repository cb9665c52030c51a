"""Erasing what the ledger knows of a buyer, while the proof of what was done stays.

A buyer's name and address are in what was sent (`effect.request`), may be in what was answered
(`effect.response`), and in a site's own record of a message (`message.raw`). All else is keys,
states, times, items and keyed hashes. The columns become empty here; `LiveDoor.scour` then writes
the file anew, because SQLite leaves old copies of a row in pages that are free.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.ledger import trail
from engine.ledger.tables import HAS_BODY, HAS_RAW, binding, message
from engine.ledger.tables import effect as table
from engine.ledger.transitions import Word
from engine.ports.custody import ORDER_FLOWS, Erased, still_needed
from engine.ports.state import UNFINISHED

ERASED = "ERASED"
_MINE = (
    table.c.customer == sa.bindparam("of"),
    table.c.order_key == sa.bindparam("asked"),
    table.c.flow.in_(ORDER_FLOWS),
)
EFFECTS = sa.select(table).where(*_MINE).order_by(table.c.intent_at, table.c.key)
_OPEN = sa.select(table.c.key, table.c.state).where(*_MINE, table.c.state.in_(UNFINISHED))
_ERASE = (
    sa.update(table)
    .where(*_MINE, HAS_BODY)
    .values(request=sa.null(), response=sa.null())
    .returning(table.c.key)
)
_MARKERS = sa.select(table.c.marker).where(*_MINE)
_NUMBERS = sa.select(binding.c.number).where(
    binding.c.customer == sa.bindparam("of"), binding.c.order_key == sa.bindparam("asked")
)


def audit_key(order: str) -> str:
    """Under which the audit tells that an order was erased."""
    return f"order:{order}"


def numbers_of(conn: sa.Connection, customer: str, order: str) -> Sequence[str]:
    """What the order is, or was, called in the sink, and its markers in the source."""
    asked = {"of": customer, "asked": order}
    found = [*conn.execute(_NUMBERS, asked).scalars(), *conn.execute(_MARKERS, asked).scalars()]
    return sorted(set(found))


def must_have_ended(conn: sa.Connection, customer: str, order: str) -> None:
    """Raises CrossdockError while what an effect of the order says may be needed again."""
    found = conn.execute(_OPEN, {"of": customer, "asked": order}).first()
    if found is not None:
        raise still_needed(found.key, found.state, customer)


def erase(conn: sa.Connection, customer: str, order: str, word: Word) -> Erased:
    """Empties the columns; audited. Again, it finds nothing and is audited again."""
    must_have_ended(conn, customer, order)
    bodies = conn.execute(_ERASE, {"of": customer, "asked": order}).all()
    raws = [
        seq
        for number in numbers_of(conn, customer, order)
        for seq in conn.execute(_forget_raw(customer, number)).scalars()
    ]
    trail.write(
        conn,
        trail.Entry(
            customer=customer,
            at=word.at,
            actor=word.actor,
            key=audit_key(order),
            from_state="",
            to_state=ERASED,
            detail=word.detail,
        ),
    )
    return Erased(bodies=len(bodies), raws=len(raws))


def _forget_raw(customer: str, number: str) -> sa.Executable:
    """Of every message that names the number anywhere: of a kind that nobody knows, only the
    site's own words tell which order it is about. Nothing is decided from them.
    """
    named = sa.or_(
        message.c.order_key == number,
        sa.cast(message.c.raw, sa.Text).contains(number, autoescape=True),
    )
    erased = sa.update(message).where(message.c.customer == customer, HAS_RAW, named)
    return erased.values(raw=sa.null()).returning(message.c.seq)
