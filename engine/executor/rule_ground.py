"""Before what a rule sets, or what heals a doubt, is sent: would it be the same quantity by now?

A first load and a correction carry no bookings, see `setting_ground.py` for what they rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.executor.runner import Stale
from engine.executor.stock_census import Question, figures_of
from engine.executor.stock_lookups import Eyes
from engine.flows.stock_figures import Figures, Spot, Unset
from engine.flows.stock_setting import OPERATION
from engine.model.decision import Change, Decision
from engine.model.effect import HEALS, Effect, EffectState


@dataclass(frozen=True, slots=True)
class _Set:
    """A quantity that is set, with its decision's key, its item, and what it was to be."""

    key: str
    item: str
    spot: Spot
    before: str


@dataclass(slots=True)
class RuleGround:
    """What a whole plan says: the messages that it deals with, and what it sets for bookings."""

    eyes: Eyes
    taken: set[str] = field(default_factory=set)
    sets: list[_Set] = field(default_factory=list)

    def changing(self, decisions: Iterable[Decision]) -> Iterator[Decision]:
        """The decisions with changes; the others' messages are noted too."""
        for one in decisions:
            self.taken.update(one.settles)
            if one.changes:
                yield one

    def note(self, decision: Decision, effects: Mapping[str, Effect]) -> None:
        """Keeps what is to be looked at again; what was sent already rests on nothing."""
        for one in decision.changes:
            effect = effects.get(one.key)
            sent = effect is not None and effect.state is not EffectState.PLANNED
            if is_by_rule(one) and not sent:
                self.sets += [_Set(decision.key, decision.order, *spot) for spot in _spots(one)]

    def stale(self) -> Iterator[Stale]:
        """The decisions whose quantity would be another one by now, each once."""
        if not self.sets:
            return
        asked = Question(
            compiled=self.eyes.compiled,
            sink=self.eyes.sink,
            ledger=self.eyes.ledger,
            spots=[(one.spot, one.item) for one in self.sets],
            taken=frozenset(self.taken),
        )
        figures = figures_of(self.eyes.census, asked)
        why = {one.key: reason for one in self.sets if (reason := _otherwise(one, figures))}
        yield from (Stale(key=key, why=reason) for key, reason in why.items())


def is_by_rule(change: Change) -> bool:
    """Whether a change sets a quantity for bookings, or for those of a doubt."""
    return change.operation == OPERATION and bool(change.legs or HEALS in (change.memo or {}))


def _spots(change: Change) -> Iterator[tuple[Spot, str]]:
    """What a change sets, and to what: it rests on just that."""
    for name, units in change.rests_on.items():
        yield Spot(product=change.marker, dc=int(name.rpartition(" ")[2])), units


def _otherwise(one: _Set, figures: Figures) -> str:
    figure = figures[one.spot]
    if isinstance(figure, Unset):
        return figure.why
    if str(figure.units) == one.before:
        return ""
    return f"it was to be {one.before}, and now: {figure.words}"
