"""The order-changes flow's runner: reads handled orders page by page, and what was made of them.

It holds one page at a time and can send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.executor.change_view import ChangeDesk, View
from engine.executor.chunks import chunks
from engine.executor.runner import SAFETY, Ask, Reading, Runner, Stale
from engine.executor.standing import waiting_work
from engine.executor.windows import iso, since_cursor
from engine.flows.changes import FLOW, gone
from engine.model.decision import Change, Decision
from engine.model.effect import EffectState
from engine.model.order import Order, Unreadable
from engine.model.plan import Window
from engine.model.ruleset import OrderFilter
from engine.ports.systems import OrderQuery

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Some orders, and keys that the source does not have. `handled`: whether they are marked as
    taken over, None where the source was not asked by that mark.
    """

    found: Sequence[Order | Unreadable]
    missing: Sequence[str] = ()
    handled: bool | None = None


class ChangeRunner(Runner):
    """Orders that were taken over, by updated date."""

    def __init__(self, desk: ChangeDesk) -> None:
        self._desk = desk

    @property
    def flow(self) -> str:
        return FLOW

    def resubmitting(self) -> ChangeRunner:
        """The same eyes for a person who wants a deleted order sent again."""
        return ChangeRunner(replace(self._desk, force=True))

    def window(self, ask: Ask) -> Window:
        desk, rules = self._desk, self._desk.compiled.rules
        cursor = desk.ledger.cursor(FLOW)
        since = since_cursor(cursor, rules.overlap, rules.since)
        return Window(
            flow=FLOW,
            feed=FLOW,
            since=iso(ask.since or since),
            until=iso(desk.source.server_now() - SAFETY),
            cursor_version=cursor.version if cursor else 0,
        )

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        view = View(self._desk)
        for batch in self._batches(ask, window, reading):
            for key in batch.missing:
                yield gone(key)
            reading.count(len(batch.found))
            yield from view.decide(batch.found, handled=batch.handled)
            if ask.limit is not None and reading.read >= ask.limit:
                return

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        """A decision is stale where it would not be made in this way any more."""
        for batch in chunks((one for one in decisions if one.changes), PAGE):
            yield from self._stale_of(batch)

    def _batches(self, ask: Ask, window: Window, reading: Reading) -> Iterator[_Batch]:
        """Batches of orders not seen before in this pass.

        An order of which a part waits in the orders flow is not marked as taken over, and its other
        parts may be in the sink for days: such orders are looked for as well. First those without
        the mark, so that one that gets it meanwhile is found by the second look.
        """
        desk, seen = self._desk, set[str]()
        for keys in chunks(ask.only or waiting_work(desk.ledger, FLOW), PAGE):
            found = desk.source.by_key(keys)
            seen.update(found)
            missing = [key for key in keys if key not in found]
            yield _Batch(found=_limited(list(found.values()), ask, reading), missing=missing)
        if ask.only:
            return
        for handled in (False, True) if desk.compiled.rules.acknowledge else (None,):
            for page in desk.source.orders(self._query(window, handled=handled)):
                mine = self._sent(page) if handled is False else page
                fresh = [order for order in mine if order.key not in seen]
                seen.update(order.key for order in fresh)
                reading.saw(order.updated for order in mine if isinstance(order, Order))
                yield _Batch(found=_limited(fresh, ask, reading), handled=handled is not False)

    def _sent(self, page: Sequence[Order | Unreadable]) -> list[Order | Unreadable]:
        """Those of which a part is in the sink; the others are the orders flow's alone."""
        bound = self._desk.ledger.bindings([order.key for order in page])
        return [order for order in page if bound.get(order.key)]

    def _query(self, window: Window, *, handled: bool | None) -> OrderQuery:
        """Orders of our profiles: any other filter would hide their cancellation."""
        rules = self._desk.compiled.rules
        return OrderQuery(
            filter=OrderFilter(profile=rules.only.profile),
            since=datetime.fromisoformat(window.since),
            until=datetime.fromisoformat(window.until),
            acknowledged=handled,
        )

    def _stale_of(self, batch: list[Decision]) -> Iterator[Stale]:
        desk = self._desk
        rows = desk.ledger.effects([one.key for decision in batch for one in decision.changes])
        begun = {key for key, row in rows.items() if row.state is not EffectState.PLANNED}
        orders = desk.source.by_key(list(dict.fromkeys(one.order for one in batch)))
        fresh = {one.key: one for one in View(desk).decide(list(orders.values()))}
        for decision in batch:
            left = [change for change in decision.changes if change.key not in begun]
            now = fresh.get(decision.key)
            same = {change.key: change for change in now.changes} if now is not None else {}
            if any(not _is_same(change, same.get(change.key)) for change in left):
                why = now.reason if now is not None else "the order is gone from the source"
                yield Stale(key=decision.key, why=f"it would be decided otherwise now: {why}")


def _limited(
    orders: list[Order | Unreadable], ask: Ask, reading: Reading
) -> list[Order | Unreadable]:
    return orders if ask.limit is None else orders[: ask.limit - reading.read]


def _is_same(planned: Change, now: Change | None) -> bool:
    return now is not None and (planned.request, planned.binding) == (now.request, now.binding)
