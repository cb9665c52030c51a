"""Calls that may have left outside their right: no system can refuse them, so they are counted.

They go into the audit, each under the one key `stray`.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.ledger import trail
from engine.ledger.transitions import Word
from engine.model.effect import STRAY, Effect

LOST = "its lease was somebody else's by then"


def note(conn: sa.Connection, effect: Effect, why: str, word: Word) -> None:
    """Writes one down: which effect, in which state it was seen, why it is one, how it ended."""
    entry = trail.Entry(
        customer=effect.intent.customer,
        at=word.at,
        actor=word.actor,
        key=STRAY,
        from_state=effect.state.value,
        to_state="STRAY",
        detail=f"{effect.intent.key}: {why}; {word.detail}",
    )
    trail.write(conn, entry)
