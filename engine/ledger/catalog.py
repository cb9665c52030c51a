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
_ORDER = (table.c.profile, table.c.sku)
_BY_SKU = (
    sa.select(table)
    .where(_OF, table.c.sku.in_(sa.bindparam("asked", expanding=True)))
    .order_by(*_ORDER)
)
_BY_ITEM = (
    sa.select(table)
    .where(_OF, table.c.item.in_(sa.bindparam("asked", expanding=True)))
    .order_by(*_ORDER)
)


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
    for asked in batches(skus):
        for row in conn.execute(_BY_SKU, {"of": customer, "asked": asked}):
            found.setdefault(row.sku, []).append(to_known_product(row))
    return found


def by_items(
    conn: sa.Connection, customer: str, items: Sequence[str]
) -> Mapping[str, Sequence[KnownProduct]]:
    """Item number -> the products that it stands for, by profile; an unknown item is missing."""
    found: dict[str, list[KnownProduct]] = {}
    for asked in batches(items):
        for row in conn.execute(_BY_ITEM, {"of": customer, "asked": asked}):
            found.setdefault(row.item, []).append(to_known_product(row))
    return found
