"""Legs: the bookings of the floor that an effect carries, each with one effect for ever.

What is netted into one call keeps a row for each booking, so that none is told twice. The rows are
written in the transaction that writes the intent, and the table's key is the last guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engine.ledger.batches import batches
from engine.ledger.tables import leg as table
from engine.model.effect import Effect, Intent

_OF = table.c.customer == sa.bindparam("of")
_BY_KEYS = sa.select(table.c.key, table.c.effect_key).where(
    _OF, table.c.key.in_(sa.bindparam("asked", expanding=True))
)
# Not ordered: SQLite would rather walk over all legs in the order of their keys than sort a few.
_BY_EFFECTS = sa.select(table).where(
    _OF, table.c.effect_key.in_(sa.bindparam("asked", expanding=True))
)
# A range, because the index of a LIKE is only used where letter case counts.
_BELOW = sa.select(table.c.key).where(
    _OF, table.c.key >= sa.bindparam("first"), table.c.key < sa.bindparam("end")
)
_KEEP = sa.insert(table).inline()
_FREE = sa.delete(table).where(_OF, table.c.effect_key == sa.bindparam("freed"))


def owners(conn: sa.Connection, customer: str, keys: Sequence[str]) -> Mapping[str, str]:
    """Leg key -> the key of the effect that has it; free legs are missing."""
    found: dict[str, str] = {}
    for asked in batches(keys):
        rows = conn.execute(_BY_KEYS, {"of": customer, "asked": asked})
        found.update((row.key, row.effect_key) for row in rows)
    return found


def below(conn: sa.Connection, customer: str, prefix: str) -> frozenset[str]:
    """The leg keys that begin with this text."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = conn.execute(_BELOW, {"of": customer, "first": prefix, "end": end})
    return frozenset(rows.scalars())


def taken(conn: sa.Connection, intent: Intent) -> Mapping[str, str]:
    """Those of the intent's legs that another effect has, with that effect's key."""
    found = owners(conn, intent.customer, list(intent.legs))
    return {leg: owner for leg, owner in found.items() if owner != intent.key}


def keep(conn: sa.Connection, intent: Intent) -> None:
    """Writes the intent's legs down; they must be free."""
    rows = [
        {
            "customer": intent.customer,
            "key": key,
            "effect_key": intent.key,
            "quantity": quantity,
        }
        for key, quantity in intent.legs.items()
    ]
    if rows:
        conn.execute(_KEEP, rows)


def free(conn: sa.Connection, intent: Intent) -> None:
    """The effect of this key has no legs any more."""
    conn.execute(_FREE, {"of": intent.customer, "freed": intent.key})


def of_effects(
    conn: sa.Connection, customer: str, keys: Sequence[str]
) -> Mapping[str, Mapping[str, int]]:
    """Effect key -> its legs as key -> quantity; effects without any are missing."""
    found: dict[str, dict[str, int]] = {}
    for asked in batches(keys):
        for row in conn.execute(_BY_EFFECTS, {"of": customer, "asked": asked}):
            found.setdefault(row.effect_key, {})[row.key] = row.quantity
    return found


def with_legs(conn: sa.Connection, customer: str, effects: Sequence[Effect]) -> Iterator[Effect]:
    """The same effects, their intents with the legs that are on record."""
    found = of_effects(conn, customer, [effect.intent.key for effect in effects])
    for effect in effects:
        legs = found.get(effect.intent.key)
        if legs is None:
            yield effect
        else:
            yield replace(effect, intent=replace(effect.intent, legs=legs))
