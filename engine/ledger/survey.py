"""What a person asks of the ledger: how it stands, and all that it has of one order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.ledger import erasing, inbox, legs, parts
from engine.ledger.tables import audit, binding, cursor, effect, lease, message, plan
from engine.model.effect import Binding
from engine.ports.custody import ORDER_FLOWS
from engine.ports.ledger import Cursor
from engine.ports.state import (
    AppliedPlan,
    EffectRecord,
    Holder,
    MessageRecord,
    OrderRecord,
    Survey,
)

PLANS = 20
_LEASE = sa.select(lease).where(
    lease.c.customer == sa.bindparam("of"), lease.c.subject == sa.bindparam("about")
)
_CURSORS = sa.select(cursor).where(cursor.c.customer == sa.bindparam("of")).order_by(cursor.c.feed)
_PLANS = (
    sa.select(plan)
    .where(plan.c.customer == sa.bindparam("of"))
    .order_by(plan.c.started_at.desc(), plan.c.digest)
    .limit(PLANS)
)
_BOUND = sa.select(sa.func.count()).where(binding.c.customer == sa.bindparam("of"))
_ERASED = (
    sa.select(audit.c.at)
    .where(audit.c.customer == sa.bindparam("of"), audit.c.key == sa.bindparam("asked"))
    .order_by(audit.c.seq)
)
_OF_NUMBER = sa.select(effect.c.order_key).where(
    effect.c.customer == sa.bindparam("of"),
    effect.c.marker == sa.bindparam("asked"),
    effect.c.flow.in_(ORDER_FLOWS),
)


def survey(conn: sa.Connection, customer: str) -> Survey:
    """Lease, cursors, the latest plans, and how many parts are bound."""
    of = {"of": customer}
    held = conn.execute(_LEASE, of | {"about": customer}).one_or_none()
    return Survey(
        lease=None
        if held is None
        else Holder(owner=held.owner, fence=held.fence, until=held.until),
        cursors=[
            Cursor(feed=row.feed, watermark=row.watermark, version=row.version)
            for row in conn.execute(_CURSORS, of)
        ],
        plans=[
            AppliedPlan(digest=row.digest, started=row.started_at, finished=row.finished_at)
            for row in conn.execute(_PLANS, of)
        ],
        bindings=conn.execute(_BOUND, of).scalar_one(),
    )


def record_of(conn: sa.Connection, customer: str, order: str) -> OrderRecord:
    """All that there is of one order of the channel; see `OrderRecord.is_known`."""
    bound = parts.bindings(conn, customer, [order]).get(order, ())
    effects = _effects(conn, customer, order)
    about = {order, *(one.part for one in bound), *(one.business_key for one in effects)}
    numbers = erasing.numbers_of(conn, customer, order)
    found = conn.execute(_ERASED, {"of": customer, "asked": erasing.audit_key(order)})
    erased: list[datetime] = list(found.scalars())
    return OrderRecord(
        order=order,
        bindings=bound,
        effects=effects,
        holds=[one for one in parts.holds(conn, customer) if one.order == order],
        inbox=inbox.about(conn, customer, about),
        messages=_messages(conn, customer, numbers),
        erased=erased,
    )


def order_of_number(conn: sa.Connection, customer: str, number: str) -> str | None:
    """The order of the channel that has, or had, this number in the sink."""
    bound: Binding | None = parts.numbered(conn, customer, [number]).get(number)
    if bound is not None:
        return bound.order
    found: str | None = conn.execute(_OF_NUMBER, {"of": customer, "asked": number}).scalar()
    return found


def _effects(conn: sa.Connection, customer: str, order: str) -> list[EffectRecord]:
    rows: Sequence[Any] = conn.execute(erasing.EFFECTS, {"of": customer, "asked": order}).all()
    carried = legs.of_effects(conn, customer, [row.key for row in rows])
    return [
        EffectRecord(
            **{name: getattr(row, name) for name in _SAME},
            hash=row.body_hash,
            body=row.request is not None,
            legs=carried.get(row.key, {}),
        )
        for row in rows
    ]


_SAME = """
    key kind flow target subject marker business_key state version attempts fence
    intent_at window_until settle_at absent_at ended_at reason
""".split()


def _messages(conn: sa.Connection, customer: str, numbers: Sequence[str]) -> list[MessageRecord]:
    if not numbers:
        return []
    named = sa.select(message).where(
        message.c.customer == customer, message.c.order_key.in_(numbers)
    )
    return [
        MessageRecord(
            seq=row.seq,
            key=row.key,
            kind=row.kind,
            state=row.state,
            received=row.received_at,
            handled=row.handled_at,
            raw=row.raw is not None,
        )
        for row in conn.execute(named.order_by(message.c.seq))
    ]
