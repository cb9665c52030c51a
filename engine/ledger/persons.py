"""What a person decides about a FAILED or DOUBT effect, who knows what the engine cannot know."""

from __future__ import annotations

import sqlalchemy as sa

from engine.errors import FenceError
from engine.ledger import effects, endings, inbox
from engine.ledger.transitions import Word, advance
from engine.model.effect import Effect, EffectState

_WAITING = (EffectState.FAILED, EffectState.DOUBT)


def retry(conn: sa.Connection, customer: str, key: str, word: Word) -> None:
    """It did not happen: back to PLANNED, and the items that it caused are closed."""
    effect = _waiting(conn, customer, key)
    advance(conn, effect, EffectState.PLANNED, word, {"absent_at": None, "ended_at": None})
    ending = inbox.Ending(at=word.at, resolution=f"retry: {word.detail}")
    inbox.close_caused(conn, effect.intent, ending)


def settle(conn: sa.Connection, customer: str, key: str, word: Word) -> None:
    """It happened: DONE, with everything that comes with it."""
    effect = _waiting(conn, customer, key)
    advance(conn, effect, EffectState.DONE, word, {"ended_at": word.at})
    endings.finish(conn, effect, word)


def _waiting(conn: sa.Connection, customer: str, key: str) -> Effect:
    effect = effects.by_keys(conn, customer, [key]).get(key)
    if effect is None:
        raise FenceError(
            f"the ledger of {customer} has no effect {key}",
            f"`crossdock inbox {customer}` lists the keys that wait for a person.",
        )
    if effect.state not in _WAITING:
        raise FenceError(
            f"{key} is {effect.state.value}: only FAILED and DOUBT wait for a person",
            f"Nothing was changed. `crossdock inbox {customer}` lists what waits for a person.",
        )
    return effect
