"""Parts of orders: bindings of those that are there, holds of those that wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from engine.ledger import rows, trail
from engine.ledger.batches import batches
from engine.ledger.statements import Statement
from engine.ledger.tables import binding, hold
from engine.ledger.transitions import Word
from engine.ledger.upsert import insert_into
from engine.model.effect import Binding
from engine.ports.ledger import Hold

ORDERS = "orders"
BOUND = "BOUND"

# Not ordered by part: SQLite would rather walk over all bindings in that order than sort a few.
_BINDINGS = sa.select(binding).where(
    binding.c.customer == sa.bindparam("of"),
    binding.c.order_key.in_(sa.bindparam("asked", expanding=True)),
)
_BY_NUMBER = (
    sa.select(binding)
    .where(
        binding.c.customer == sa.bindparam("of"),
        binding.c.number.in_(sa.bindparam("asked", expanding=True)),
    )
    .order_by(binding.c.bound_at, binding.c.part)
)
_PART = (binding.c.customer == sa.bindparam("of"), binding.c.part == sa.bindparam("asked"))
_IS_BOUND = sa.select(binding.c.part).where(*_PART)
_UNBIND = sa.delete(binding).where(*_PART).returning(binding.c.part)
_HOLDS = (
    sa.select(hold).where(hold.c.customer == sa.bindparam("of")).order_by(hold.c.since, hold.c.part)
)
_RELEASE = Statement(
    lambda _: sa.delete(hold).where(
        hold.c.customer == sa.bindparam("of"),
        hold.c.flow.in_([sa.bindparam("first"), sa.bindparam("last")]),
        hold.c.part == sa.bindparam("asked"),
    )
)


def _binding(dialect: str, *, later_stays: bool) -> sa.Executable:
    insert = insert_into(binding, dialect)
    names = ["order_key", "link", "number", "revision", "fingerprint", "composition", "bound_at"]
    return insert.on_conflict_do_update(
        index_elements=["customer", "part"],
        set_={name: insert.excluded[name] for name in names},
        where=binding.c.revision <= insert.excluded.revision if later_stays else None,
    ).inline()


_BIND = Statement(lambda dialect: _binding(dialect, later_stays=True))
_REBIND = Statement(lambda dialect: _binding(dialect, later_stays=False))


def _holding(dialect: str) -> sa.Executable:
    insert = insert_into(hold, dialect)
    return insert.on_conflict_do_update(
        index_elements=["customer", "flow", "part"],
        set_={name: insert.excluded[name] for name in ("order_key", "rule", "reason", "seen")},
    ).inline()


_HOLD = Statement(_holding)


def bind(
    conn: sa.Connection, customer: str, bound: Binding, now: datetime, *, flow: str = ORDERS
) -> None:
    """Makes this the part's current binding, unless a later revision stands there.

    Ends the part's hold in orders and in this flow.
    """
    _BIND.rows(conn, _row(customer, bound, now))
    release(conn, customer, bound.part, {ORDERS, flow})


def find(conn: sa.Connection, customer: str, bound: Binding, word: Word) -> None:
    """The same of a part that was found in the sink, with its row of the audit."""
    was = _state(conn, customer, bound.part)
    bind(conn, customer, bound, word.at)
    trail.write(conn, _entry(customer, bound.part, word, was=was, becomes=BOUND))


def rebind(conn: sa.Connection, customer: str, bound: Binding, word: Word) -> None:
    """Makes this the part's current binding, whatever stands there; audited, and ends its hold."""
    was = _state(conn, customer, bound.part)
    _REBIND.rows(conn, _row(customer, bound, word.at))
    release(conn, customer, bound.part, {ORDERS})
    trail.write(conn, _entry(customer, bound.part, word, was=was, becomes=BOUND))


def unbind(conn: sa.Connection, customer: str, part: str, word: Word) -> None:
    """The part is in no sink any more; audited. Nothing happens to a part that is not bound."""
    if conn.execute(_UNBIND, {"of": customer, "asked": part}).scalar() is not None:
        trail.write(conn, _entry(customer, part, word, was=BOUND, becomes=""))


def _row(customer: str, bound: Binding, now: datetime) -> dict[str, object]:
    return rows.binding_columns(bound) | {"customer": customer, "bound_at": now}


def _state(conn: sa.Connection, customer: str, part: str) -> str:
    found = conn.execute(_IS_BOUND, {"of": customer, "asked": part}).scalar()
    return "" if found is None else BOUND


def _entry(customer: str, part: str, word: Word, *, was: str, becomes: str) -> trail.Entry:
    return trail.Entry(
        customer=customer,
        at=word.at,
        actor=word.actor,
        key=part,
        from_state=was,
        to_state=becomes,
        detail=word.detail,
    )


def numbered(conn: sa.Connection, customer: str, numbers: Sequence[str]) -> Mapping[str, Binding]:
    """Number in the sink -> the current binding with it, the latest if there are several."""
    found: dict[str, Binding] = {}
    for asked in batches(numbers):
        for row in conn.execute(_BY_NUMBER, {"of": customer, "asked": asked}):
            found[row.number] = rows.to_binding(row)
    return found


def bindings(
    conn: sa.Connection, customer: str, orders: Sequence[str]
) -> Mapping[str, Sequence[Binding]]:
    """Order key -> its bound parts, by part; orders without any are missing."""
    found: dict[str, list[Binding]] = {}
    for asked in batches(orders):
        for row in conn.execute(_BINDINGS, {"of": customer, "asked": asked}):
            found.setdefault(row.order_key, []).append(rows.to_binding(row))
    for bound in found.values():
        bound.sort(key=lambda one: one.part)
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
    _HOLD.rows(conn, row)


def release(conn: sa.Connection, customer: str, part: str, flows: Collection[str]) -> None:
    """Ends the holds of a part in these flows, one or two, if there are any."""
    first, last = min(flows), max(flows)
    _RELEASE.rows(conn, {"of": customer, "asked": part, "first": first, "last": last})


def holds(conn: sa.Connection, customer: str) -> Sequence[Hold]:
    """All holds, oldest first."""
    return [rows.to_hold(row) for row in conn.execute(_HOLDS, {"of": customer})]
