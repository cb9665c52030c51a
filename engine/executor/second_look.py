"""Looking again at what a person is asked about: a later proof closes an item by itself.

What was refused may have been mended by hand in the system, and what could not be read back may be
readable now. Nothing is sent here, and only a change that is there counts: that it is not there is
for a person to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from engine.errors import ConfigurationError, CredentialError, CrossdockError, FenceError
from engine.executor.bench import Bench, Result
from engine.executor.standing import order_of
from engine.model.decision import ChangeStatus
from engine.model.effect import Effect, EffectState, Evidence, Proof
from engine.ports.ledger import InboxItem

MOST = 20
"""So many items a pass, those first that were not looked at for longest."""

PAUSE = timedelta(minutes=1)
"""An item is left alone for so long: a run of several flows is several passes."""

FOUND = "found by reading back"
WAITING = frozenset({EffectState.FAILED, EffectState.DOUBT})


def look_again(bench: Bench) -> list[tuple[Effect, Result]]:
    """Reads back what is refused or in doubt; returns the effects that are proven to be there now.

    A system that cannot be asked leaves the rest as it is, for the next pass.
    """
    proven = []
    for item, effect in _due(bench):
        try:
            evidence = bench.operation(effect.intent).verify(effect)
        except (CredentialError, FenceError):
            raise
        except ConfigurationError:
            continue  # the connection has another name now: nobody can be asked about this one
        except CrossdockError:
            break
        if evidence.proof is Proof.PRESENT:
            proven.append((effect, _end(bench, effect, evidence)))
        else:
            bench.ledger.park(_seen(item, effect, evidence), bench.clock.now())
    return proven


def _due(bench: Bench) -> Iterator[tuple[InboxItem, Effect]]:
    """Items with an effect that waits for a person, and whose request was not erased yet."""
    now = bench.clock.now()
    caused = {
        item.effect: item
        for item in bench.ledger.inbox()
        if item.effect and item.last_seen and now - item.last_seen >= PAUSE
    }
    effects = bench.ledger.effects(list(caused))
    waiting = [one for one in effects.values() if one.state in WAITING]
    known = [one for one in waiting if one.intent.request.get("method")]
    for effect in sorted(known, key=lambda one: str(caused[one.intent.key].last_seen))[:MOST]:
        bench.tenure.keep()  # each is a call, and together they may outlast the lease
        yield caused[effect.intent.key], effect


def _end(bench: Bench, effect: Effect, evidence: Evidence) -> Result:
    """The record is held as a whole first: with the receipt its part's hold ends, and nobody would
    look at the rest of it again.
    """
    intent = effect.intent
    if intent.binding is not None or (intent.memo or {}).get("again"):
        bench.keep_open((intent.flow, order_of(intent)), "a change of it was found after all")
    bench.ledger.proven(effect, bench.clock.now(), f"{FOUND}: {evidence.detail}")
    return Result(status=ChangeStatus.APPLIED, detail=FOUND)


def _seen(item: InboxItem, effect: Effect, evidence: Evidence) -> InboxItem:
    """The item with the newest reading of a doubt; a refusal keeps the system's own words."""
    if effect.state is not EffectState.DOUBT:
        return item
    words = {
        Proof.ABSENT: "read back, and not there",
        Proof.DIFFERENT: "something else is there",
    }
    said = words.get(evidence.proof, "it cannot be told whether it happened")
    return replace(item, text=f"{said}: {evidence.detail}")
