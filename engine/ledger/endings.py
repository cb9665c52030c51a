"""How a SENDING effect goes on: done, failed, doubt, not sent, or once more seen absent."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from engine.ledger import catalog, effects, inbox, legs, parts
from engine.ledger.rows import promised_binding
from engine.ledger.transitions import Word, advance, forget, lost
from engine.model.effect import Answer, Effect, EffectState, Intent
from engine.ports.ledger import InboxItem

_HEALABLE = frozenset({EffectState.DOUBT, EffectState.PLANNED})


def done(conn: sa.Connection, effect: Effect, answer: Answer, word: Word) -> None:
    """DONE with its answer; see `finish` for what happens besides."""
    response = {"status": answer.status, "kind": answer.kind.value, "detail": answer.detail}
    columns = {"ended_at": word.at, "response": response}
    advance(conn, _sending(effect), EffectState.DONE, word, columns)
    finish(conn, effect, word)


def finish(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """What comes with every DONE: the promised binding, the end of its hold, the products that it
    was about, the end of what it makes up for, a quiet inbox.
    """
    intent = effect.intent
    bound = promised_binding(intent)
    if bound is not None:
        parts.bind(conn, intent.customer, bound, word.at, flow=intent.flow)
    catalog.note(conn, intent, word.at)
    _supersede(conn, intent, word)
    ending = inbox.Ending(at=word.at, resolution=f"done: {word.detail}")
    inbox.close_done(conn, intent, ending)


def _supersede(conn: sa.Connection, intent: Intent, word: Word) -> None:
    """SUPERSEDED is what this effect made up for and nobody has ended since; its legs stay."""
    for healed in effects.by_keys(conn, intent.customer, intent.heals).values():
        if healed.state in _HEALABLE:
            told = Word(at=word.at, actor=word.actor, detail=f"made up for by {intent.key}")
            advance(conn, healed, EffectState.SUPERSEDED, told, {"ended_at": word.at})
            ending = inbox.Ending(at=word.at, resolution=f"done: {told.detail}")
            inbox.close_caused(conn, healed.intent, ending)


def failed(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """FAILED, and an item of kind `failed` in the inbox."""
    advance(conn, _sending(effect), EffectState.FAILED, word, {"ended_at": word.at})
    inbox.park(conn, effect.intent.customer, _item(effect, "failed", word), word.at)


def doubt(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """DOUBT, and an item of kind `doubt` in the inbox."""
    advance(conn, _sending(effect), EffectState.DOUBT, word, {})
    inbox.park(conn, effect.intent.customer, _item(effect, "doubt", word), word.at)


def proven(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """FAILED or DOUBT becomes DONE: a later reading shows that what was wanted is there."""
    if effect.state not in {EffectState.FAILED, EffectState.DOUBT}:
        raise lost(effect, EffectState.DOUBT)
    advance(conn, effect, EffectState.DONE, word, {"ended_at": word.at})
    finish(conn, effect, word)


def unsent(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """Back to PLANNED: proven not processed."""
    advance(conn, _sending(effect), EffectState.PLANNED, word, {"absent_at": None})


def withdraw(conn: sa.Connection, effect: Effect, word: Word) -> None:
    """The row of a PLANNED effect goes: it never happened, and nobody wants it any more.

    Its legs are free again.
    """
    if effect.state is not EffectState.PLANNED:
        raise lost(effect, EffectState.PLANNED)
    forget(conn, effect, word)
    legs.free(conn, effect.intent)


def absent_once(conn: sa.Connection, effect: Effect, word: Word) -> Effect:
    """Stays SENDING, with the time of its first absent reading."""
    columns = {"absent_at": word.at}
    version = advance(conn, _sending(effect), EffectState.SENDING, word, columns)
    return replace(effect, version=version, absent_at=word.at, reason=word.detail)


def _sending(effect: Effect) -> Effect:
    if effect.state is not EffectState.SENDING:
        raise lost(effect, EffectState.SENDING)
    return effect


def _item(effect: Effect, kind: str, word: Word) -> InboxItem:
    return InboxItem(
        business_key=effect.intent.business_key,
        kind=kind,
        rule=f"effects.{kind}",
        text=word.detail,
        effect=effect.intent.key,
        flow=effect.intent.flow,
    )
