"""Claiming: what is written down, and committed, before the first byte may leave.

All of `claim` and `reclaim` happens inside one write transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.ledger import inbox, leases, legs
from engine.ledger.rows import intent_columns
from engine.ledger.statements import Statement
from engine.ledger.tables import IN_FLIGHT
from engine.ledger.tables import effect as table
from engine.ledger.transitions import Word, advance, lost, note
from engine.ledger.upsert import insert_into
from engine.model.effect import Effect, EffectState, Intent, Timing, alike
from engine.ports.ledger import InboxItem, Lease

_ROW = sa.select(
    table.c.key,
    table.c.state,
    table.c.version,
    table.c.attempts,
    table.c.body_hash,
    table.c.business_key,
).where(table.c.customer == sa.bindparam("of"))
# A union, because of three alternatives SQLite would rather walk over all rows of the customer.
_RELATED = Statement(
    lambda _: sa.union_all(
        _ROW.where(table.c.key == sa.bindparam("asked")),
        _ROW.where(table.c.subject == sa.bindparam("about"), IN_FLIGHT),
        _ROW.where(table.c.subject == sa.bindparam("alike"), IN_FLIGHT),
    )
)
_INSERT = Statement(
    lambda dialect: insert_into(table, dialect).on_conflict_do_nothing().returning(table.c.version)
)


class _Related(NamedTuple):
    """What a claim looks at of a row: its columns in the order of `_ROW`."""

    key: str
    state: str
    version: int
    attempts: int
    body_hash: str
    business_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a process asks for: this intent, sent within this timing, under this lease."""

    intent: Intent
    timing: Timing
    now: datetime
    lease: Lease


def claim(conn: sa.Connection, wanted: Claim) -> Effect | None:
    """The row in SENDING, or None where there is nothing to send (see the port)."""
    intent = wanted.intent
    leases.check(conn, intent.customer, wanted.lease)
    about, healing = alike(intent.subject)
    asked = {"of": intent.customer, "asked": intent.key, "about": about, "alike": healing}
    related = [_Related(*row) for row in _RELATED.rows(conn, asked)]
    own = next((row for row in related if row.key == intent.key), None)
    if own is not None and not _is_open_to(own, intent):
        if (own.body_hash, own.business_key) != (intent.body_hash, intent.business_key):
            inbox.park(conn, intent.customer, _conflict(intent, own.state), wanted.now)
        return None
    if _blocked(related, intent) or _told_before(conn, wanted):
        return None
    sending = _start(conn, wanted) if own is None else _restart(conn, wanted, own)
    legs.keep(conn, intent)
    return sending


def reclaim(conn: sa.Connection, effect: Effect, wanted: Claim) -> Effect:
    """A SENDING row gets a new window for one more send of the same request."""
    leases.check(conn, effect.intent.customer, wanted.lease)
    if effect.state is not EffectState.SENDING:
        raise lost(effect, EffectState.SENDING)
    return _again(conn, effect, wanted, "sent again")


def _is_open_to(own: _Related, intent: Intent) -> bool:
    """Whether the row is planned, and for this part: two orders may be numbered alike, and of the
    one whose row the other took over nobody would remember anything.
    """
    return own.business_key == intent.business_key and own.state == EffectState.PLANNED


def _blocked(related: Sequence[_Related], intent: Intent) -> bool:
    """Whether another effect is in flight that is none of the doubts that this one ends."""
    return any(
        row.key != intent.key and not (row.key in intent.heals and row.state == EffectState.DOUBT)
        for row in related
    )


def _told_before(conn: sa.Connection, wanted: Claim) -> bool:
    """Whether another effect has one of the legs; a person is told then."""
    taken = legs.taken(conn, wanted.intent) if wanted.intent.legs else {}
    if taken:
        inbox.park(conn, wanted.intent.customer, _overlap(wanted.intent, taken), wanted.now)
    return bool(taken)


def _start(conn: sa.Connection, wanted: Claim) -> Effect:
    sending = _sending(wanted, version=1, attempts=1, reason="claimed")
    row = intent_columns(wanted.intent) | _columns(sending)
    row |= {"state": sending.state.value, "version": sending.version, "reason": sending.reason}
    if _INSERT.first(conn, row) is None:
        raise lost(replace(sending, state=EffectState.PLANNED), EffectState.SENDING)
    note(conn, wanted.intent, EffectState.SENDING, _word(wanted, sending.reason))
    return sending


def _restart(conn: sa.Connection, wanted: Claim, own: _Related) -> Effect:
    planned = Effect(
        intent=wanted.intent,
        state=EffectState.PLANNED,
        version=own.version,
        attempts=own.attempts,
    )
    legs.free(conn, wanted.intent)
    return _again(conn, planned, wanted, "claimed again")


def _again(conn: sa.Connection, before: Effect, wanted: Claim, reason: str) -> Effect:
    version, attempts = before.version + 1, before.attempts + 1
    sending = _sending(wanted, version=version, attempts=attempts, reason=reason)
    columns = intent_columns(wanted.intent) | _columns(sending)
    advance(conn, before, EffectState.SENDING, _word(wanted, reason), columns)
    return sending


def _sending(wanted: Claim, *, version: int, attempts: int, reason: str) -> Effect:
    """Pure. The deadlines come from the time of the intent, never from a later one."""
    timing = wanted.timing
    window_until = wanted.now + timing.window
    return Effect(
        intent=wanted.intent,
        state=EffectState.SENDING,
        version=version,
        attempts=attempts,
        intent_at=wanted.now,
        window_until=window_until,
        settle_at=window_until + timing.timeout + timing.late,
        reason=reason,
        fence=wanted.lease.fence,
    )


def _columns(sending: Effect) -> dict[str, Any]:
    return {
        "attempts": sending.attempts,
        "fence": sending.fence,
        "intent_at": sending.intent_at,
        "window_until": sending.window_until,
        "settle_at": sending.settle_at,
        "absent_at": None,
        "ended_at": None,
    }


def _word(wanted: Claim, detail: str) -> Word:
    return Word(at=wanted.now, actor=leases.signature(wanted.lease), detail=detail)


def _conflict(intent: Intent, state: str) -> InboxItem:
    return InboxItem(
        business_key=intent.business_key,
        kind="conflict",
        rule="effects.conflict",
        text=f"{intent.key} is {state} with another request than the one planned now; "
        "the new one was not sent.",
        effect=intent.key,
        flow=intent.flow,
    )


def _overlap(intent: Intent, taken: Mapping[str, str]) -> InboxItem:
    leg, owner = min(taken.items())
    return InboxItem(
        business_key=intent.business_key,
        kind="conflict",
        rule="effects.conflict",
        text=f"{leg} is already part of {owner}, and what happened once is told once: "
        f"{intent.key} was not sent.",
        effect=owner,
        flow=intent.flow,
    )
