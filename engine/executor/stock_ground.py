"""Before a plan file is applied: are its bookings still untold, and is its DC still there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.executor.chunks import chunks
from engine.executor.rule_ground import RuleGround, is_by_rule
from engine.executor.runner import Stale
from engine.executor.setting_ground import SettingGround
from engine.executor.stock_lookups import Eyes
from engine.flows.stock_picks import ground_of, prefix_of, told_of
from engine.flows.stock_setting import OPERATION
from engine.model.decision import Change, Decision
from engine.model.effect import Effect, EffectState

PAGE = 200


def stale_decisions(eyes: Eyes, decisions: Iterable[Decision]) -> Iterator[Stale]:
    """The decisions that must not be carried out any more, each with its reason.

    What was sent already (by an earlier apply of the same file) rests on nothing any more.
    """
    settings, by_rule = SettingGround(eyes), RuleGround(eyes)
    for some in chunks(by_rule.changing(decisions), PAGE):
        effects = eyes.ledger.effects([change.key for one in some for change in one.changes])
        centers = {center.id for center in eyes.sink.centers().values() if not center.deleted}
        plain = (one for decision in some for one in decision.changes if _is_plain(one))
        settings.look(list(plain))
        for decision in some:
            moved = (
                settings.why(decision, one, effects.get(one.key))
                if _is_plain(one)
                else _moved(eyes, one, effects.get(one.key), centers)
                for one in decision.changes
            )
            why = next(filter(None, moved), "")
            if why:
                yield Stale(key=decision.key, why=why)
            else:
                by_rule.note(decision, effects)
    yield from by_rule.stale()


def _is_plain(change: Change) -> bool:
    """Whether a change sets a quantity for no booking: a first load, or a correction."""
    return change.operation == OPERATION and not is_by_rule(change)


def _moved(eyes: Eyes, change: Change, effect: Effect | None, centers: set[int]) -> str:
    """How the ground of a change has moved, or an empty text; `effect` is the one of its key."""
    if effect is not None and effect.state is not EffectState.PLANNED:
        legs = {leg.key: leg.quantity for leg in change.legs}
        first = next(iter([*legs, *effect.intent.legs]), "")
        return "" if dict(effect.intent.legs) == legs else f"{first} was told with others by now"
    keys = [leg.key for leg in change.legs]
    owners = eyes.ledger.legs(keys)
    for leg in keys:
        owner = owners.get(leg)
        if owner not in (None, change.key):
            return f"{leg} was told with {owner} by now"
        if owner is None and _was_picked(eyes, leg):
            return f"units of {leg} were told by now"
    gone = {int(leg.rpartition(":")[2]) for leg in keys} - centers
    return f"DC {min(gone)} is gone or deleted" if gone else ""


def _was_picked(eyes: Eyes, leg: str) -> bool:
    """Whether more of an order's line was told than when this leg was planned."""
    ground = ground_of(leg)
    if ground is None:
        return False
    number, line, before = ground
    told = told_of(number, eyes.ledger.legs_below(prefix_of(number)))
    return told.get(line, 0) != before
