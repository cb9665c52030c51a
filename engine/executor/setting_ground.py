"""Before a quantity is set: does the channel still show what it did, and was nothing booked?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from engine.executor.intake import PAGE
from engine.executor.stock_lookups import Eyes, history_of
from engine.flows.stock_setting import moved
from engine.model.decision import Change, Decision
from engine.model.effect import Effect, EffectState
from engine.model.stock import ChannelLevel, MessageKind


class SettingGround:
    """What the quantities of one plan rest on; the memory's messages are gone through once."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._levels: Mapping[str, ChannelLevel] = {}
        self._told: Mapping[str, Sequence[Effect]] = {}

    def look(self, changes: Sequence[Change]) -> None:
        """Reads what the next changes rest on, all at once."""
        eyes = self._eyes
        self._levels = eyes.sink.level([one.marker for one in changes]) if changes else {}
        self._told = history_of(eyes.ledger, [one.subject for one in changes])

    def why(self, decision: Decision, change: Change, effect: Effect | None) -> str:
        """How it has moved, or an empty text; what is on its way already rests on nothing."""
        if effect is not None and effect.state is not EffectState.PLANNED:
            return ""
        if decision.order.casefold() in self._booked:
            return "a booking of it came in after the plan was made"
        others = (one for one in self._told.get(change.subject, ()) if one.intent.key != change.key)
        return moved(change, self._levels.get(change.marker), sum(1 for _ in others))

    @cached_property
    def _booked(self) -> frozenset[str]:
        """The items, in small letters, of bookings that nobody has told yet. A plan leaves out
        those that it knew of, so these are younger.
        """
        found: set[str] = set()
        after = 0
        while rows := self._eyes.ledger.messages([MessageKind.STOCK.value], after, PAGE):
            told = (row.message.transaction for row in rows)
            found |= {one.item.casefold() for one in told if one is not None}
            after = rows[-1].seq
        return frozenset(found)
