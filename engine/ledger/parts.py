"""Parts of orders: bindings of those that are there, holds of those that wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from engine.ledger import rows
from engine.ledger.batches import batches
from engine.ledger.tables import binding, hold
from engine.ledger.upsert import insert_into
from engine.model.effect import Binding
from engine.ports.ledger import Hold

ORDERS = "orders"

_BINDINGS = (
    sa.select(binding)
    .where(
        binding.c.customer == sa.bindparam("of"),
        binding.c.order_key.in_(sa.bindparam("asked", expanding=True)),
    )
    .order_by(binding.c.part)
)
_HOLDS = (
    sa.select(hold).where(hold.c.customer == sa.bindparam("of")).order_by(hold.c.since, hold.c.part)
)
_RELEASE = sa.delete(hold).where(
    hold.c.customer == sa.bindparam("of"),
    hold.c.flow.in_(sa.bindparam("flows", expanding=True)),
    hold.c.part == sa.bindparam("asked"),
)


@cache
def _bind(dialect: str) -> sa.Executable:
    insert = insert_into(binding, dialect)
    names = ["order_key", "link", "number", "revision", "fingerprint", "composition", "bound_at"]
    return insert.on_conflict_do_update(
        index_elements=["customer", "part"], set_={name: insert.excluded[name] for name in names}
    ).inline()


@cache
def _hold(dialect: str) -> sa.Executable:
    insert = insert_into(hold, dialect)
    return insert.on_conflict_do_update(
        index_elements=["customer", "flow", "part"],
        set_={name: insert.excluded[name] for name in ("order_key", "rule", "reason", "seen")},
    ).inline()


def bind(
    conn: sa.Connection, customer: str, bound: Binding, now: datetime, *, flow: str = ORDERS
) -> None:
    """Makes this the part's current binding; ends its hold in orders and in this flow."""
    row = rows.binding_columns(bound) | {"customer": customer, "bound_at": now}
    conn.execute(_bind(conn.dialect.name), row)
    release(conn, customer, bound.part, {ORDERS, flow})


def bindings(
    conn: sa.Connection, customer: str, orders: Sequence[str]
) -> Mapping[str, Sequence[Binding]]:
    """Order key -> its bound parts, by part; orders without any are missing."""
    found: dict[str, list[Binding]] = {}
    for asked in batches(orders):
        for row in conn.execute(_BINDINGS, {"of": customer, "asked": asked}):
            found.setdefault(row.order_key, []).append(rows.to_binding(row))
    return found


def keep(conn: sa.Connection, customer: str, waiting: Hold) -> None:
    """Opens a hold or refreshes it; the first `since` stands."""
    row = {
        "customer": customer,
        "flow": waiting.flow,
        "part": waiting.part,
        "order_key": waiting.order,
        "rule": waiting.rule,
        "reason": waiting.reason,
        "since": waiting.since,
        "seen": waiting.seen,
    }
    conn.execute(_hold(conn.dialect.name), row)


def release(conn: sa.Connection, customer: str, part: str, flows: Collection[str]) -> None:
    """Ends the holds of a part in these flows, if there are any."""
    conn.execute(_RELEASE, {"of": customer, "asked": part, "flows": sorted(flows)})


def holds(conn: sa.Connection, customer: str) -> Sequence[Hold]:
    """All holds, oldest first."""
    return [rows.to_hold(row) for row in conn.execute(_HOLDS, {"of": customer})]
