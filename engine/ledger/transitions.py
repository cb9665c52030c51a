"""The one guarded update that every transition of an effect goes through, with its audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import FenceError
from engine.ledger import trail
from engine.ledger.statements import Statement
from engine.ledger.tables import effect as table
from engine.model.effect import Effect, EffectState, Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is said of a transition: when, by whom, and a sentence for the audit."""

    at: datetime
    actor: str
    detail: str


_GUARDED = Statement(
    lambda _: (
        sa.update(table)
        .where(
            table.c.customer == sa.bindparam("of"),
            table.c.key == sa.bindparam("asked"),
            table.c.state == sa.bindparam("was"),
            table.c.version == sa.bindparam("seen"),
        )
        .values(version=table.c.version + 1)
        .returning(table.c.version)
    )
)


def advance(
    conn: sa.Connection, effect: Effect, to: EffectState, word: Word, columns: dict[str, Any]
) -> int:
    """Moves the row from the state and version that `effect` shows, setting `columns` too.

    Returns the new version; raises FenceError where the row is not as `effect` shows it.
    """
    intent = effect.intent
    guard = {
        "of": intent.customer,
        "asked": intent.key,
        "was": effect.state.value,
        "seen": effect.version,
    }
    changes = {"state": to.value, "reason": word.detail}
    version: int | None = _GUARDED.first(conn, guard | changes | columns)
    if version is None:
        raise lost(effect, to)
    note(conn, effect, to, word)
    return version


def forget(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """Deletes the row that `effect` shows; its audit stays and ends with this.

    Raises FenceError where the row is not as `effect` shows it.
    """
    gone = (
        sa.delete(table)
        .where(
            table.c.customer == effect.intent.customer,
            table.c.key == effect.intent.key,
            table.c.state == effect.state.value,
            table.c.version == effect.version,
        )
        .returning(table.c.key)
    )
    if conn.execute(gone).scalar() is None:
        raise lost(effect, effect.state)
    trail.write(
        conn,
        trail.Entry(
            customer=effect.intent.customer,
            at=word.at,
            actor=word.actor,
            key=effect.intent.key,
            from_state=effect.state.value,
            to_state="",
            detail=word.detail,
        ),
    )


def note(conn: sa.Connection, before: Effect | Intent, to: EffectState, word: Word) -> None:
    """Writes the audit row of a transition; an intent instead of an effect is one that is new."""
    intent = before if isinstance(before, Intent) else before.intent
    trail.write(
        conn,
        trail.Entry(
            customer=intent.customer,
            at=word.at,
            actor=word.actor,
            key=intent.key,
            from_state="" if isinstance(before, Intent) else before.state.value,
            to_state=to.value,
            detail=word.detail,
        ),
    )


def lost(effect: Effect, to: EffectState) -> FenceError:
    """What is raised when a guard finds no row."""
    return FenceError(
        f"{effect.intent.key} is not {effect.state.value} in version {effect.version} any more, "
        f"so it cannot become {to.value} here",
        "Another process has gone on with it; its rows say how far it came.",
    )
