"""Which doubts a quantity makes up for. Pure.

A relative change without an answer can be proven neither way and is never sent again. But once it
cannot take effect any more, the quantity of its product can be set to what lies there: then it does
not matter whether it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.compiler.stock import CompiledStock
from engine.flows.stock_bookings import FLOW
from engine.flows.stock_figures import Spot
from engine.model.effect import Effect, EffectState, Intent, healing


@dataclass(frozen=True, slots=True, kw_only=True)
class Heal:
    """One product. `owed` are its changes in doubt and then those that never went out; `before` is
    what was to make up for them and never happened; `why` is what forbids it.
    """

    owed: Sequence[Effect]
    before: Effect | None = None
    why: str = ""

    @property
    def first(self) -> Intent:
        """What it is named by: once it was planned its names stay."""
        return (self.before or self.owed[0]).intent

    @property
    def keys(self) -> list[str]:
        """The keys of the effects that it makes up for."""
        return [one.intent.key for one in self.owed]

    @property
    def spots(self) -> list[Spot]:
        """What is set: the product in every DC that any of it is about."""
        effects = [*self.owed, *([self.before] if self.before else [])]
        dcs = {int(leg.rpartition(":")[2]) for one in effects for leg in one.intent.legs}
        return [Spot(product=self.first.marker, dc=dc) for dc in sorted(dcs)]

    def key(self, customer: str) -> str:
        """The key of the effect that sets the quantity: one for each doubt, for ever."""
        first = self.first
        if self.before is not None:
            return first.key
        change = first.key.partition(f":{first.marker}:")[2]
        return f"v1:{customer}:set:{first.marker}:heal:{change}"


Heals = Mapping[str, Sequence[Heal]]
"""Item -> what of it is healed, by product."""


def heals_of(
    compiled: CompiledStock,
    unfinished: Iterable[Effect],
    history: Mapping[str, Sequence[Effect]],
    now: datetime,
) -> Heals:
    """What is healed now. `history` has, by healing subject, what was done so before.

    A doubt is healed only from its settle time on: the lost call could take effect later than what
    is set, and on top of it.
    """
    subjects: dict[str, list[Effect]] = {}
    for effect in unfinished:
        intent = effect.intent
        told_here = intent.flow == FLOW and intent.target == compiled.rules.sink
        if told_here and (intent.heals or intent.legs):
            subjects.setdefault(healing(intent.subject), []).append(effect)
    found: dict[str, list[Heal]] = {}
    for subject, effects in subjects.items():
        owed = [one for one in effects if not one.intent.heals]
        heal = _heal(compiled, owed, history.get(subject, ()), now)
        if heal is not None:
            found.setdefault(heal.first.order, []).append(heal)
    return found


def _heal(
    compiled: CompiledStock, owed: Sequence[Effect], history: Sequence[Effect], now: datetime
) -> Heal | None:
    """What makes up for the open changes of one product, None where nothing is to."""
    before = next((one for one in history if one.state is EffectState.PLANNED), None)
    doubts = [one for one in owed if one.state is EffectState.DOUBT]
    ripe = all(one.settle_at is not None and one.settle_at <= now for one in doubts)
    busy = any(one.state is EffectState.SENDING for one in [*owed, *history])
    if busy or not ripe or not (_goes_on(before, owed) or (compiled.heals and doubts)):
        return None
    planned = [one for one in owed if one.state is EffectState.PLANNED]
    return Heal(owed=[*doubts, *planned], before=before, why=_why(doubts, planned, history))


def _why(doubts: Sequence[Effect], planned: Sequence[Effect], history: Sequence[Effect]) -> str:
    """What forbids it, or an empty text."""
    items = sorted({one.intent.order for one in [*doubts, *planned]})
    if len(items) > 1:
        return f"the product has the items {' and '.join(items)}"
    keys = {one.intent.key for one in doubts}
    refused = (one for one in history if one.state is EffectState.FAILED)
    tried = any(keys.intersection(one.intent.heals) for one in refused)
    return "the quantity that was to make up for it was refused: see the inbox" if tried else ""


def _goes_on(before: Effect | None, owed: Iterable[Effect]) -> bool:
    """Whether what was planned before is still wanted: its bookings have nobody else who tells
    them.
    """
    if before is None:
        return False
    return bool(before.intent.legs) or any(one.intent.key in before.intent.heals for one in owed)
