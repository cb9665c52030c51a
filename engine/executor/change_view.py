"""What deciding on handled orders needs, looked up for a page at once in memory and sink."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.compiler.orders import CompiledOrders
from engine.executor.items import item_states
from engine.executor.standing import closed_by_persons, open_work
from engine.flows.changes import FLOW, Judged, Known, decide, judged, not_ours, unreadable
from engine.flows.changes_acts import ChangeRendering
from engine.flows.changes_draft import Past, cases_of, subjects_of
from engine.flows.orders import FLOW as ORDERS
from engine.flows.orders_changes import Rendering, sink_subject
from engine.model.decision import Decision
from engine.model.order import Order, Unreadable
from engine.model.rules_changes import ChangeRules
from engine.ports.flows import ChangeSink, ProgressSource
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderSink, OrderSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDesk:
    """What planning order changes needs: the rules, eyes on both systems and on the memory.

    `force`: a person wants orders sent again that were deleted in the sink, and nothing else.
    """

    compiled: CompiledOrders
    rules: ChangeRules
    source: OrderSource
    sink: OrderSink
    changes: ChangeSink
    progress: ProgressSource
    ledger: LedgerReader
    force: bool = False

    @property
    def rendering(self) -> ChangeRendering:
        """How the sink words a change."""
        orders = Rendering(create=self.sink.creation, acknowledge=self.source.acknowledgement)
        return ChangeRendering(
            orders=orders, delete=self.changes.deletion, header=self.changes.header
        )


class View:
    """The eyes of one pass: what waits in the orders flow is read once."""

    def __init__(self, desk: ChangeDesk) -> None:
        self._desk = desk

    @cached_property
    def _waiting(self) -> frozenset[str]:
        """The orders of which the orders flow has something open."""
        return frozenset(open_work(self._desk.ledger, ORDERS))

    def decide(
        self, records: Sequence[Order | Unreadable], *, handled: bool | None = None
    ) -> Iterator[Decision]:
        """The decisions on some records, those of one order in a row. `handled`: whether they are
        marked as taken over; None where that was not asked, and the memory says.
        """
        orders = [one for one in records if isinstance(one, Order)]
        yield from (unreadable(one) for one in records if isinstance(one, Unreadable))
        past = self._past(orders)
        mine = [order for order in orders if past.bindings.get(order.key)]
        yield from (not_ours(one.key) for one in orders if not past.bindings.get(one.key))
        desk = self._desk
        judgements = [self._judged(order, past, handled=handled) for order in mine]
        items = sorted({item for one in judgements for item in one.items})
        states = item_states(desk.compiled.rules.items, desk.sink, items)
        keys = {case.draft.key for one in judgements for case, _ in one.parts}
        closed = closed_by_persons(desk.ledger, FLOW, keys) if keys else frozenset()
        known = Known(items=states, closed=closed)
        for one in judgements:
            yield from decide(desk.compiled, one, known, desk.rendering)

    def _judged(self, order: Order, past: Past, *, handled: bool | None) -> Judged:
        """The order's parts judged; the number of one that is new is known once it is drafted."""
        desk = self._desk
        draft, cases = cases_of(desk.compiled, order, past)
        fresh = [one.number for one in cases if one.binding is None and one.number]
        if fresh:
            subjects = [sink_subject(desk.compiled, number) for number in fresh]
            effects = {**past.effects, **desk.ledger.by_subject(subjects)}
            draft, cases = cases_of(desk.compiled, order, replace(past, effects=effects))
        waits = order.key in self._waiting if handled is None else not handled
        return judged(desk.compiled, desk.rules, draft, cases, force=desk.force, waits=waits)

    def _past(self, orders: Sequence[Order]) -> Past:
        """What the memory has of the orders, and the sink of their numbers."""
        desk = self._desk
        bindings = desk.ledger.bindings([order.key for order in orders])
        subjects = [
            subject
            for order, bound in bindings.items()
            for subject in subjects_of(desk.compiled, order, bound)
        ]
        numbers = [one.number for bound in bindings.values() for one in bound]
        return Past(
            bindings=bindings,
            effects=desk.ledger.by_subject(subjects) if subjects else {},
            there=desk.progress.progress(numbers) if numbers else {},
            seal=desk.ledger.seal,
        )
