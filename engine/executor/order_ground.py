"""Before a plan file is applied: is everything that its changes rest on still as it was read?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.compiler.orders import CompiledOrders
from engine.executor.chunks import chunks
from engine.executor.items import item_states
from engine.executor.runner import Stale
from engine.flows.orders_scope import fingerprint
from engine.flows.orders_written import written_mark
from engine.model.decision import Decision
from engine.model.desired import ItemState
from engine.model.effect import EffectState
from engine.model.order import Order, Unreadable
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderSink, OrderSource

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What re-reading needs."""

    compiled: CompiledOrders
    source: OrderSource
    sink: OrderSink
    ledger: LedgerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What a decision rests on: the order as it was read, and whether the sink had the number.

    `effect` is the key of its create; one that found its part there has none.
    """

    number: str
    fingerprint: str
    effect: str | None


def stale_decisions(eyes: Eyes, decisions: Iterable[Decision]) -> Iterator[Stale]:
    """The decisions that must not be carried out any more, each with its reason.

    What was sent already (by an earlier apply of the same file) rests on nothing any more.
    """
    for batch in chunks(decisions, PAGE):
        found = [(one, ground) for one in batch if (ground := _ground(one)) is not None]
        moved = list(_stale_of(eyes, found)) if found else []
        yield from moved
        known = {one.key for one in moved}
        yield from (one for one in _edited(eyes, batch) if one.key not in known)


def _ground(decision: Decision) -> _Ground | None:
    """That of a create, or of a part that was found in the sink and is to be bound."""
    for change in decision.changes:
        if "order" in change.rests_on:
            mark = change.rests_on["order"]
            return _Ground(number=change.marker, fingerprint=mark, effect=change.key)
    if decision.binding is None:
        return None
    bound = decision.binding
    return _Ground(number=bound["number"], fingerprint=bound["fingerprint"], effect=None)


def _stale_of(eyes: Eyes, batch: list[tuple[Decision, _Ground]]) -> Iterator[Stale]:
    effects = eyes.ledger.effects([ground.effect for _, ground in batch if ground.effect])
    begun = {key for key, row in effects.items() if row.state is not EffectState.PLANNED}
    numbers = _numbers(eyes.ledger, [decision.order for decision, _ in batch])
    fresh = [
        (decision, ground)
        for decision, ground in batch
        if ground.effect not in begun
        and (ground.effect is not None or numbers.get(decision.key) != ground.number)
    ]
    orders = eyes.source.by_key(list(dict.fromkeys(one.order for one, _ in fresh))) if fresh else {}
    there = eyes.sink.existing([ground.number for _, ground in fresh]) if fresh else {}
    lost = _lost_items(eyes, [decision for decision, ground in fresh if ground.effect])
    for decision, ground in fresh:
        why = _moved(
            ground,
            numbers.get(decision.key, ground.number),
            mark=_mark(eyes, orders.get(decision.order)),
            there=ground.number in there,
        ) or _lost(decision, lost)
        if why:
            yield Stale(key=decision.key, why=why)


def _edited(eyes: Eyes, decisions: list[Decision]) -> Iterator[Stale]:
    """Those that would write over what somebody put meanwhile where we write back."""
    writing = {
        change.key: (decision, change.rests_on["written"])
        for decision in decisions
        for change in decision.changes
        if "written" in change.rests_on
    }
    if not writing:
        return
    effects = eyes.ledger.effects(list(writing))
    orders = eyes.source.by_key(list(dict.fromkeys(one.order for one, _ in writing.values())))
    for key, (decision, mark) in writing.items():
        order = orders.get(decision.order)
        begun = key in effects and effects[key].state is not EffectState.PLANNED
        if not begun and isinstance(order, Order) and written_mark(eyes.compiled, order) != mark:
            why = "what stands in the source where we write back was edited meanwhile"
            yield Stale(key=decision.key, why=why)


def _lost_items(eyes: Eyes, decisions: list[Decision]) -> frozenset[str]:
    """The items of these creates that the sink knows no more: sent, it would make new ones."""
    items = sorted({item for decision in decisions for item in _items(decision)})
    states = item_states(eyes.compiled.rules.items, eyes.sink, items)
    return frozenset(item for item, state in states.items() if state is ItemState.UNKNOWN)


def _lost(decision: Decision, lost: frozenset[str]) -> str:
    gone = [item for item in _items(decision) if item in lost]
    return f"the warehouse does not know {gone[0]} any more" if gone else ""


def _items(decision: Decision) -> list[str]:
    bindings = [change.binding for change in decision.changes if change.binding]
    return [row["item"] for binding in bindings for row in binding["composition"]]


def _mark(eyes: Eyes, order: Order | Unreadable | None) -> str:
    return fingerprint(eyes.compiled, order) if isinstance(order, Order) else ""


def _moved(ground: _Ground, given: str, *, mark: str, there: bool) -> str:
    """How this ground has moved, or an empty text. `given` is the part's number by the memory,
    `mark` the order's fingerprint by now, empty where it is gone.
    """
    if given != ground.number:
        return f"it was sent as {given} by now"
    if not mark:
        return "the order is gone from the source, or cannot be read any more"
    if mark != ground.fingerprint:
        return "the order was changed after the plan was made"
    if there and ground.effect is not None:
        return f"{ground.number} is in the warehouse by now"
    if not there and ground.effect is None:
        return f"{ground.number} is not in the warehouse any more"
    return ""


def _numbers(ledger: LedgerReader, orders: list[str]) -> dict[str, str]:
    """Part -> the number under which it is in the sink, or may be: another plan may have sent it,
    and under another number the sink cannot tell.
    """
    unfinished = (row for row in ledger.unfinished() if row.state is not EffectState.PLANNED)
    promised = (row.intent.binding for row in unfinished)
    begun = {one["part"]: one["number"] for one in promised if one is not None}
    bound = [one for found in ledger.bindings(orders).values() for one in found]
    return begun | {one.part: one.number for one in bound}
