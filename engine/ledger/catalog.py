"""Products that were written as items: which product of which profile an item number stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.ledger.batches import batches
from engine.ledger.rows import to_known_product
from engine.ledger.tables import product as table
from engine.ledger.upsert import insert_into
from engine.model.effect import Intent
from engine.ports.ledger import KnownProduct

_OF = table.c.customer == sa.bindparam("of")
# Not ordered: SQLite would rather walk over all products in order than sort a few.
_BY_SKU = sa.select(table).where(_OF, table.c.sku.in_(sa.bindparam("asked", expanding=True)))
_BY_ITEM = sa.select(table).where(_OF, table.c.item.in_(sa.bindparam("asked", expanding=True)))


@cache
def _note(dialect: str) -> sa.Executable:
    insert = insert_into(table, dialect)
    return insert.on_conflict_do_update(
        index_elements=["customer", "profile", "sku"],
        set_={name: insert.excluded[name] for name in ("product", "item", "seen")},
    ).inline()


def note(conn: sa.Connection, intent: Intent, now: datetime) -> None:
    """Keeps the products that the intent's memo names under `products`, if it names any."""
    told = (intent.memo or {}).get("products", ())
    rows = [
        {
            "customer": intent.customer,
            "profile": one["profile"],
            "sku": one["sku"],
            "product": one["product"],
            "item": one["item"],
            "seen": now,
        }
        for one in told
    ]
    if rows:
        conn.execute(_note(conn.dialect.name), rows)


def by_skus(
    conn: sa.Connection, customer: str, skus: Sequence[str]
) -> Mapping[str, Sequence[KnownProduct]]:
    """SKU -> what is known of it, by profile; an unknown SKU is missing."""
    found: dict[str, list[KnownProduct]] = {}
    for known in _known(conn, _BY_SKU, customer, skus):
        found.setdefault(known.sku, []).append(known)
    return found


def by_items(
    conn: sa.Connection, customer: str, items: Sequence[str]
) -> Mapping[str, Sequence[KnownProduct]]:
    """Item number -> the products that it stands for, by profile; an unknown item is missing."""
    found: dict[str, list[KnownProduct]] = {}
    for known in _known(conn, _BY_ITEM, customer, items):
        found.setdefault(known.item, []).append(known)
    return found


def _known(
    conn: sa.Connection, question: sa.Executable, customer: str, names: Sequence[str]
) -> list[KnownProduct]:
    rows = (
        row
        for asked in batches(names)
        for row in conn.execute(question, {"of": customer, "asked": asked})
    )
    return sorted(map(to_known_product, rows), key=lambda known: (known.profile, known.sku))
