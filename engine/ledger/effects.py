"""Questions about effects, and the erasing of what their requests said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from engine.ledger.batches import batches
from engine.ledger.legs import with_legs
from engine.ledger.rows import to_effect
from engine.ledger.tables import HAS_BODY
from engine.ledger.tables import effect as table
from engine.model.effect import Effect, EffectState

_OF = table.c.customer == sa.bindparam("of")
_BY_KEYS = sa.select(table).where(_OF, table.c.key.in_(sa.bindparam("asked", expanding=True)))
_BY_SUBJECTS = (
    sa.select(table)
    .where(_OF, table.c.subject.in_(sa.bindparam("asked", expanding=True)))
    .order_by(table.c.intent_at, table.c.key)
)
_UNFINISHED = (
    sa.select(table)
    .where(_OF, table.c.state.in_(["PLANNED", "SENDING", "DOUBT"]))
    .order_by(table.c.intent_at, table.c.key)
)
_COUNTS = sa.select(table.c.state, sa.func.count()).where(_OF).group_by(table.c.state)
_FORGET = (
    sa.update(table)
    .where(
        _OF,
        table.c.state.in_(["DONE", "FAILED", "SUPERSEDED"]),
        table.c.ended_at < sa.bindparam("before"),
        HAS_BODY,
    )
    .values(request=sa.null())
    .returning(table.c.key)
)


def by_keys(conn: sa.Connection, customer: str, keys: Sequence[str]) -> Mapping[str, Effect]:
    """The effects of these keys; unknown keys are missing."""
    found: dict[str, Effect] = {}
    for asked in batches(keys):
        rows = conn.execute(_BY_KEYS, {"of": customer, "asked": asked})
        effects = with_legs(conn, customer, [to_effect(row) for row in rows])
        found.update((effect.intent.key, effect) for effect in effects)
    return found


def by_subjects(
    conn: sa.Connection, customer: str, subjects: Sequence[str]
) -> Mapping[str, Sequence[Effect]]:
    """Subject -> its effects in any state, oldest intent first; without any it is missing."""
    found: dict[str, list[Effect]] = {}
    for asked in batches(subjects):
        rows = conn.execute(_BY_SUBJECTS, {"of": customer, "asked": asked})
        for effect in with_legs(conn, customer, [to_effect(row) for row in rows]):
            found.setdefault(effect.intent.subject, []).append(effect)
    return found


def unfinished(conn: sa.Connection, customer: str) -> Sequence[Effect]:
    """PLANNED, SENDING and DOUBT, oldest intent first."""
    rows = conn.execute(_UNFINISHED, {"of": customer})
    return list(with_legs(conn, customer, [to_effect(row) for row in rows]))


def counts(conn: sa.Connection, customer: str) -> Mapping[str, int]:
    """State name -> number of effects, for every state there is."""
    found = {row[0]: row[1] for row in conn.execute(_COUNTS, {"of": customer})}
    return {state.value: found.get(state.value, 0) for state in EffectState}


def forget_bodies(conn: sa.Connection, customer: str, before: datetime) -> int:
    """Erases the requests of effects that ended before then; returns how many."""
    return len(conn.execute(_FORGET, {"of": customer, "before": before}).all())
