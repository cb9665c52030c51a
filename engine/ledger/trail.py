"""The audit: one row per transition, written in the transition's own transaction, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.ledger.statements import Statement
from engine.ledger.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One transition of `key`; `from_state` is empty where nothing was there before."""

    customer: str
    at: datetime
    actor: str
    key: str
    from_state: str
    to_state: str
    detail: str


_WRITE = Statement(lambda _: sa.insert(audit).inline())
_READ = (
    sa.select(audit)
    .where(audit.c.customer == sa.bindparam("of"), audit.c.key == sa.bindparam("asked"))
    .order_by(audit.c.seq)
)


_LAST = (
    sa.select(audit)
    .where(audit.c.customer == sa.bindparam("of"), audit.c.key == sa.bindparam("asked"))
    .order_by(audit.c.seq.desc())
    .limit(1)
)


def write(conn: sa.Connection, entry: Entry) -> None:
    """Appends one row."""
    row = {
        "customer": entry.customer,
        "at": entry.at,
        "actor": entry.actor,
        "key": entry.key,
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "detail": entry.detail,
    }
    _WRITE.rows(conn, row)


def read(conn: sa.Connection, customer: str, key: str) -> Sequence[Mapping[str, Any]]:
    """The transitions of one key, in order, as members at, actor, from, to, detail."""
    return [_shown(row) for row in conn.execute(_READ, {"of": customer, "asked": key})]


def last(conn: sa.Connection, customer: str, key: str) -> Mapping[str, Any] | None:
    """The latest transition of one key; None where there was none."""
    row = conn.execute(_LAST, {"of": customer, "asked": key}).one_or_none()
    return None if row is None else _shown(row)


def _shown(row: Any) -> Mapping[str, Any]:
    return {
        "at": row.at,
        "actor": row.actor,
        "from": row.from_state,
        "to": row.to_state,
        "detail": row.detail,
    }
