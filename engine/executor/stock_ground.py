"""Before a plan file is applied: are its bookings still untold, and is its DC still there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.executor.chunks import chunks
from engine.executor.runner import Stale
from engine.executor.stock_lookups import Eyes
from engine.flows.stock_changes import sums_of
from engine.flows.stock_picks import ground_of, prefix_of, told_of
from engine.model.decision import Change, Decision
from engine.model.effect import EffectState

PAGE = 200


def stale_decisions(eyes: Eyes, decisions: Iterable[Decision]) -> Iterator[Stale]:
    """The decisions that must not be carried out any more, each with its reason.

    What was sent already (by an earlier apply of the same file) rests on nothing any more.
    """
    for some in chunks((one for one in decisions if one.changes), PAGE):
        effects = eyes.ledger.effects([change.key for one in some for change in one.changes])
        begun = {key for key, row in effects.items() if row.state is not EffectState.PLANNED}
        centers = {center.id for center in eyes.sink.centers().values() if not center.deleted}
        for decision in some:
            fresh = [change for change in decision.changes if change.key not in begun]
            why = next(filter(None, (_moved(eyes, change, centers) for change in fresh)), "")
            if why:
                yield Stale(key=decision.key, why=why)


def _moved(eyes: Eyes, change: Change, centers: set[int]) -> str:
    """How the ground of a change has moved, or an empty text."""
    legs = [leg.key for leg in change.legs]
    owners = eyes.ledger.legs(legs)
    for leg in legs:
        owner = owners.get(leg)
        if owner not in (None, change.key):
            return f"{leg} was told with {owner} by now"
        if owner is None and _was_picked(eyes, leg):
            return f"units of {leg} were told by now"
    gone = sums_of(change.legs).keys() - centers
    return f"DC {min(gone)} is gone or deleted" if gone else ""


def _was_picked(eyes: Eyes, leg: str) -> bool:
    """Whether more of an order's line was told than when this leg was planned."""
    ground = ground_of(leg)
    if ground is None:
        return False
    number, line, before = ground
    told = told_of(number, eyes.ledger.legs_below(prefix_of(number)))
    return told.get(line, 0) != before
