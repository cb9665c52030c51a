"""Adopting: parts of orders that a former integration already put into the warehouse are bound.

It decides as the orders flow does, over all open orders, exported or not, and keeps of that only
what is there already. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.executor.chunks import chunks
from engine.executor.order_runner import PAGE, OrderDesk, begun_of, decide_batch
from engine.flows.orders import unreadable
from engine.model.decision import Decision, Outcome
from engine.model.effect import Binding
from engine.model.order import Order, Unreadable
from engine.ports.ledger import Ledger
from engine.ports.systems import OrderQuery

ADOPTED = "adopted: it was in the warehouse, with the same content, before crossdock"


class Fate(StrEnum):
    """What there is to say of a part: it can be bound, it is bound, it is there and differs, it is
    not there, or it is none of ours.
    """

    SAME = "same"
    BOUND = "bound"
    DIFFERS = "differs"
    ABSENT = "absent"
    LEFT = "left alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One part of an order, and what was found of it in the warehouse."""

    fate: Fate
    decision: Decision
    text: str


def find_parts(desk: OrderDesk, since: datetime | None = None) -> Iterator[Found]:
    """Every part of every open order of the channel that the ruleset selects.

    `since` takes older orders than `orders.since` says: a former integration had them.
    """
    mine = replace(desk, writing=None)
    if since is not None:
        rules = desk.compiled.rules
        older = replace(rules, since=since, only=replace(rules.only, since=since))
        mine = replace(mine, compiled=replace(desk.compiled, rules=older))
    begun = begun_of(desk.ledger)
    for page in mine.source.orders(_query(mine)):
        for some in chunks(page, PAGE):
            orders = [record for record in some if isinstance(record, Order)]
            lost = [unreadable(record) for record in some if isinstance(record, Unreadable)]
            yield from _fates(mine, [*lost, *decide_batch(mine, orders, begun)])


def _query(desk: OrderDesk) -> OrderQuery:
    """As a first pass reads, whether an order is marked as exported or not."""
    rules = desk.compiled.rules
    until = desk.source.server_now()
    return OrderQuery(filter=rules.only, since=rules.since, until=until, acknowledged=None)


def _fates(desk: OrderDesk, decisions: Sequence[Decision]) -> Iterator[Found]:
    """What keeps a part back is no reason to overlook that it is there."""
    kept = {Outcome.HOLD, Outcome.REJECT}
    numbers = [one.number for one in decisions if one.outcome in kept and one.number]
    there = desk.sink.existing(numbers) if numbers else {}
    for decision in decisions:
        is_there = decision.number in there
        yield Found(
            fate=_fate(decision, is_there=is_there), decision=decision, text=decision.reason
        )


def _fate(decision: Decision, *, is_there: bool) -> Fate:
    if decision.binding is not None:
        return Fate.SAME
    if is_there:
        return Fate.DIFFERS
    if any(change.operation == "create" for change in decision.changes):
        return Fate.ABSENT
    if decision.outcome in {Outcome.NOOP, Outcome.SEND}:
        return Fate.BOUND
    return Fate.LEFT


def bind_parts(ledger: Ledger, found: Sequence[Found], now: datetime) -> int:
    """Binds those that are the same; returns how many. Bound twice is bound once."""
    same = [one.decision.binding for one in found if one.fate is Fate.SAME]
    for binding in same:
        ledger.bind(Binding(**(binding or {})), now, ADOPTED)
    return len(same)
