"""What a person sets right by hand: how far a feed was read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.errors import FenceError
from engine.ledger import trail
from engine.ledger.tables import cursor as table
from engine.ledger.transitions import Word
from engine.ports.ledger import Cursor

_THIS = (
    table.c.customer == sa.bindparam("of"),
    table.c.feed == sa.bindparam("asked"),
    table.c.version == sa.bindparam("seen"),
)
_SEE = sa.select(table.c.watermark).where(*_THIS)
_MOVE = sa.update(table).where(*_THIS).values(version=table.c.version + 1)


def move(conn: sa.Connection, customer: str, to: Cursor, word: Word) -> None:
    """Moves the cursor to this time, back or forth; audited. Raises FenceError where it stands in
    another version than `to` says.
    """
    guard = {"of": customer, "asked": to.feed, "seen": to.version}
    before: datetime | None = conn.execute(_SEE, guard).scalar()
    if before is None:
        raise FenceError(
            f"the cursor of {to.feed} was moved by another process",
            "Nothing was changed. Look where it stands now: crossdock state CUSTOMER",
        )
    conn.execute(_MOVE, guard | {"watermark": to.watermark})
    trail.write(
        conn,
        trail.Entry(
            customer=customer,
            at=word.at,
            actor=word.actor,
            key=f"cursor:{to.feed}",
            from_state=before.isoformat(),
            to_state=to.watermark.isoformat(),
            detail=word.detail,
        ),
    )
