"""Before a plan file is applied: is everything that its changes rest on still as it was read?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.compiler.orders import CompiledOrders
from engine.executor.chunks import chunks
from engine.flows.orders_scope import fingerprint
from engine.model.decision import Change, Decision
from engine.model.effect import EffectState
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderSink, OrderSource

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A decision whose ground has moved, and how."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What re-reading needs."""

    compiled: CompiledOrders
    source: OrderSource
    sink: OrderSink
    ledger: LedgerReader


def stale_decisions(eyes: Eyes, decisions: Iterable[Decision]) -> Iterator[Stale]:
    """The decisions that must not be carried out any more, each with its reason.

    What was sent already (by an earlier apply of the same file) rests on nothing any more.
    """
    resting = (decision for decision in decisions if _creation(decision) is not None)
    for batch in chunks(resting, PAGE):
        yield from _stale_of(eyes, batch)


def _creation(decision: Decision) -> Change | None:
    return next((change for change in decision.changes if change.rests_on), None)


def _stale_of(eyes: Eyes, batch: list[Decision]) -> Iterator[Stale]:
    changes = {d.key: change for d in batch if (change := _creation(d)) is not None}
    effects = eyes.ledger.effects([change.key for change in changes.values()])
    begun = {key for key, row in effects.items() if row.state is not EffectState.PLANNED}
    fresh = [d for d in batch if changes[d.key].key not in begun]
    orders = eyes.source.by_key(list(dict.fromkeys(d.order for d in fresh))) if fresh else {}
    taken = eyes.sink.existing([changes[d.key].marker for d in fresh]) if fresh else {}
    numbers = _numbers(eyes.ledger, [d.order for d in fresh])
    for decision in fresh:
        change = changes[decision.key]
        order = orders.get(decision.order)
        given = numbers.get(decision.key, change.marker)
        if given != change.marker:
            yield Stale(key=decision.key, why=f"it was sent as {given} by now")
        elif order is None:
            yield Stale(key=decision.key, why="the order is gone from the source")
        elif fingerprint(eyes.compiled, order) != change.rests_on["order"]:
            yield Stale(key=decision.key, why="the order was changed after the plan was made")
        elif change.marker in taken:
            yield Stale(key=decision.key, why=f"{change.marker} is in the warehouse by now")


def _numbers(ledger: LedgerReader, orders: list[str]) -> dict[str, str]:
    """Part -> the number under which it is in the sink, or may be: another plan may have sent it,
    and under another number the sink cannot tell.
    """
    unfinished = (row for row in ledger.unfinished() if row.state is not EffectState.PLANNED)
    promised = (row.intent.binding for row in unfinished)
    begun = {one["part"]: one["number"] for one in promised if one is not None}
    bound = [one for found in ledger.bindings(orders).values() for one in found]
    return begun | {one.part: one.number for one in bound}
