"""The order-changes flow's runner: reads handled orders page by page, and what was made of them.

It holds one page at a time and can send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from engine.executor.change_view import ChangeDesk, View
from engine.executor.chunks import chunks
from engine.executor.runner import SAFETY, Ask, Reading, Runner, Stale
from engine.executor.standing import open_work
from engine.executor.windows import iso, since_cursor
from engine.flows.changes import FLOW, gone
from engine.model.decision import Change, Decision
from engine.model.effect import EffectState
from engine.model.order import Order, Unreadable
from engine.model.plan import Window
from engine.model.ruleset import OrderFilter
from engine.ports.systems import OrderQuery

PAGE = 40


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
        for found, missing in self._batches(ask, window, reading):
            for key in missing:
                yield gone(key)
            reading.count(len(found))
            yield from view.decide(found)
            if ask.limit is not None and reading.read >= ask.limit:
                return

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        """A decision is stale where it would not be made in this way any more."""
        for batch in chunks((one for one in decisions if one.changes), PAGE):
            yield from self._stale_of(batch)

    def _batches(
        self, ask: Ask, window: Window, reading: Reading
    ) -> Iterator[tuple[list[Order | Unreadable], list[str]]]:
        """Batches of orders not seen before in this pass, with the keys that are gone."""
        desk, seen = self._desk, set[str]()
        for keys in chunks(ask.only or open_work(desk.ledger, FLOW), PAGE):
            found = desk.source.by_key(keys)
            seen.update(found)
            yield _limited(list(found.values()), ask, reading), [k for k in keys if k not in found]
        if ask.only:
            return
        for page in desk.source.orders(self._query(window)):
            fresh = [order for order in page if order.key not in seen]
            seen.update(order.key for order in fresh)
            reading.saw(order.updated for order in page if isinstance(order, Order))
            yield _limited(fresh, ask, reading), []

    def _query(self, window: Window) -> OrderQuery:
        """Handled orders of our profiles: any other filter would hide their cancellation."""
        rules = self._desk.compiled.rules
        return OrderQuery(
            filter=OrderFilter(profile=rules.only.profile),
            since=datetime.fromisoformat(window.since),
            until=datetime.fromisoformat(window.until),
            acknowledged=True if rules.acknowledge else None,
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
