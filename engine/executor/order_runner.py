"""The orders flow's runner: reads orders page by page, looks up what their drafts name, lets the
flow decide. It holds one page at a time and can send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.compiler.orders import CompiledOrders
from engine.executor.chunks import chunks
from engine.executor.items import item_states
from engine.executor.order_ground import Eyes, stale_decisions
from engine.executor.runner import SAFETY, Ask, Reading, Runner, Stale
from engine.executor.standing import waiting_work
from engine.executor.windows import iso, since_cursor, sweep_is_due
from engine.flows.orders import FLOW, Known, decide, gone, keys_of, unreadable
from engine.flows.orders_changes import Rendering
from engine.flows.orders_draft import Draft, draft_of
from engine.model.decision import Decision
from engine.model.order import Order, Unreadable
from engine.model.plan import Window
from engine.ports.flows import WriteBack
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderQuery, OrderSink, OrderSource

FEED = "orders"
PAGE = 40
Begun = Mapping[str, Mapping[str, str]]
"""Order -> link -> number of each part whose create has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """What planning orders needs: the rules, and eyes on both systems and the memory.

    `sends`: what is planned is carried out at once, by this very pass, and shown to nobody before.
    """

    compiled: CompiledOrders
    source: OrderSource
    sink: OrderSink
    ledger: LedgerReader
    writing: WriteBack | None = None
    sends: bool = False

    @property
    def looks(self) -> bool:
        """Whether a number is looked at before it is sent. A plan must say what is there; of what
        leaves at once the answer says it, where the sink is known to take no number twice.
        """
        return not (self.sends and self.sink.refuses_twice)

    @property
    def rendering(self) -> Rendering:
        """How the two systems word a change."""
        return Rendering(
            create=self.sink.creation,
            acknowledge=self.source.acknowledgement,
            write_back=self.writing.write_back if self.writing is not None else None,
        )


class OrderRunner(Runner):
    """New orders, by updated date; now and then all that is not taken over yet."""

    def __init__(self, desk: OrderDesk) -> None:
        self._desk = desk

    @property
    def flow(self) -> str:
        return FLOW

    def window(self, ask: Ask) -> Window:
        desk, rules = self._desk, self._desk.compiled.rules
        until = desk.source.server_now() - SAFETY
        cursor = desk.ledger.cursor(FEED)
        # Without the flag a sweep would read all history.
        sweep = (
            rules.acknowledge
            and not ask.partial
            and sweep_is_due(desk.ledger, FEED, until, rules.sweep)
        )
        since = rules.since if sweep else since_cursor(cursor, rules.overlap, rules.since)
        return Window(
            flow=FLOW,
            feed=FEED,
            since=iso(ask.since or since),
            until=iso(until),
            cursor_version=cursor.version if cursor else 0,
            sweep=sweep,
        )

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        begun = begun_of(self._desk.ledger)
        for found, missing in self._batches(ask, window, reading):
            for key in missing:
                yield gone(key)
            reading.count(len(found))
            for record in found:
                if isinstance(record, Unreadable):
                    yield unreadable(record)
            orders = [record for record in found if isinstance(record, Order)]
            yield from decide_batch(self._desk, orders, begun)
            if ask.limit is not None and reading.read >= ask.limit:
                return

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        desk = self._desk
        eyes = Eyes(compiled=desk.compiled, source=desk.source, sink=desk.sink, ledger=desk.ledger)
        return stale_decisions(eyes, decisions)

    def calls(self, changes: Mapping[str, int]) -> int:
        return (
            self._desk.sink.cost(changes.get("create", 0))
            + changes.get("export", 0)
            + changes.get("write-back", 0)
        )

    def _batches(
        self, ask: Ask, window: Window, reading: Reading
    ) -> Iterator[tuple[list[Order | Unreadable], list[str]]]:
        """Batches of orders not seen before in this pass, with the keys that are gone."""
        desk, seen = self._desk, set[str]()
        for keys in chunks(ask.only or waiting_work(desk.ledger, FLOW), PAGE):
            found = desk.source.by_key(keys)
            seen.update(found)
            yield _limited(list(found.values()), ask, reading), [k for k in keys if k not in found]
        if ask.only:
            return
        for page in desk.source.orders(_query(desk, window)):
            fresh = [order for order in page if order.key not in seen]
            seen.update(order.key for order in fresh)
            reading.saw(order.updated for order in page if isinstance(order, Order))
            yield _limited(fresh, ask, reading), []


def _limited(
    orders: list[Order | Unreadable], ask: Ask, reading: Reading
) -> list[Order | Unreadable]:
    return orders if ask.limit is None else orders[: ask.limit - reading.read]


def _query(desk: OrderDesk, window: Window) -> OrderQuery:
    return OrderQuery(
        filter=desk.compiled.rules.only,
        since=datetime.fromisoformat(window.since),
        until=datetime.fromisoformat(window.until),
        acknowledged=False if desk.compiled.rules.acknowledge else None,
        by="created" if window.sweep else "updated",
    )


def decide_batch(desk: OrderDesk, orders: Sequence[Order], begun: Begun) -> Iterator[Decision]:
    """The decisions on some orders: drafts, then everything they name looked up at once."""
    bindings = desk.ledger.bindings([order.key for order in orders])
    drafts = [
        draft_of(desk.compiled, order, bindings.get(order.key, ()), begun.get(order.key, {}))
        for order in orders
    ]
    known = _look_up(desk, drafts)
    for draft in drafts:
        yield from decide(desk.compiled, draft, known, desk.rendering)


def begun_of(ledger: LedgerReader) -> Begun:
    """The numbers of parts whose create has not ended."""
    begun: dict[str, dict[str, str]] = {}
    for binding in (effect.intent.binding for effect in ledger.unfinished()):
        if binding is not None:
            begun.setdefault(str(binding["order"]), {})[binding["link"]] = binding["number"]
    return begun


def _look_up(desk: OrderDesk, drafts: Sequence[Draft]) -> Known:
    numbers = [number for draft in drafts for number in draft.numbers]
    items = sorted({item for draft in drafts for item in draft.items})
    keys = [key for draft in drafts for key in keys_of(desk.compiled, draft)]
    return Known(
        existing=desk.sink.existing(numbers) if numbers and desk.looks else {},
        items=item_states(desk.compiled.rules.items, desk.sink, items),
        effects=desk.ledger.effects(keys) if keys else {},
    )
