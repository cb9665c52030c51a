"""Gather and decide: reads orders page by page, looks up what their drafts name, lets the flow
decide, and hands each decision on. It holds one page at a time and can send nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.compiler.orders import CompiledOrders
from engine.executor.chunks import chunks
from engine.executor.items import item_states
from engine.executor.plan_file import PlanWriter
from engine.executor.standing import order_of
from engine.flows.gates import judge
from engine.flows.orders import Known, decide, gone, keys_of, unreadable
from engine.flows.orders_changes import Rendering
from engine.flows.orders_draft import Draft, draft_of
from engine.model.decision import Decision
from engine.model.order import Order, Unreadable
from engine.model.plan import PlanFooter, PlanHeader, Tally
from engine.model.ruleset import Ruleset
from engine.ports.ledger import Cursor, LedgerReader
from engine.ports.systems import OrderQuery, OrderSink, OrderSource
from engine.ports.world import Clock

FEED = "orders"
SWEEP = "orders.sweep"
PAGE = 40
Begun = Mapping[str, Mapping[str, str]]
"""Order -> link -> number of each part whose create has not ended."""
SAFETY = timedelta(seconds=5)
"""A window ends this far before the source's own time: a younger stamp may still get neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What planning one flow needs: the rules, and eyes on both systems and the memory.

    `systems` marks the address behind each connection.
    """

    ruleset: Ruleset
    compiled: CompiledOrders
    source: OrderSource
    sink: OrderSink
    ledger: LedgerReader
    clock: Clock
    systems: Mapping[str, str] = field(default_factory=dict)

    @property
    def rendering(self) -> Rendering:
        """How the two systems word a change."""
        return Rendering(create=self.sink.creation, acknowledge=self.source.acknowledgement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a person asked for beyond the ordinary pass; `on_order` is told of each order read."""

    only: tuple[str, ...] = ()
    limit: int | None = None
    since: datetime | None = None
    on_order: Callable[[int], None] = lambda read: None

    @property
    def partial(self) -> bool:
        """Whether such a plan may leave out orders that an ordinary pass would see."""
        return bool(self.only) or self.limit is not None or self.since is not None


@dataclass(slots=True)
class _Pass:
    """The running state of one pass: what was begun before it, what was seen, and the sums."""

    begun: Begun
    tally: Tally = field(default_factory=Tally)
    seen: set[str] = field(default_factory=set)
    newest: datetime | None = None

    def saw(self, page: Sequence[Order | Unreadable]) -> None:
        """Keeps the newest updated stamp of all pages."""
        stamps = [order.updated for order in page if isinstance(order, Order)]
        self.newest = max(stamps if self.newest is None else [self.newest, *stamps], default=None)


def make_plan(desk: Desk, ask: Ask, writer: PlanWriter) -> tuple[PlanHeader, PlanFooter]:
    """Writes a whole plan and returns its two ends."""
    cursor = desk.ledger.cursor(FEED)
    header = _header(desk, ask, cursor)
    writer.header(header)
    held = {hold.part: hold.rule for hold in desk.ledger.holds()}
    state = _Pass(begun=begun_of(desk.ledger))
    for decision in _decisions(desk, ask, header, state):
        state.tally.add(decision, held_before=held.get(decision.key) == decision.rule)
        writer.decision(decision)
    return header, writer.footer(_footer(desk, header, state, cursor))


def _header(desk: Desk, ask: Ask, cursor: Cursor | None) -> PlanHeader:
    rules = desk.compiled.rules
    until = desk.source.server_now() - SAFETY
    sweep = not ask.partial and _sweep_is_due(desk, until)
    since = rules.since
    if cursor is not None and not sweep:
        since = max(rules.since, cursor.watermark - rules.overlap)
    return PlanHeader(
        customer=desk.ruleset.customer,
        ruleset=desk.ruleset.hash,
        made_at=_iso(desk.clock.now()),
        feed=FEED,
        since=_iso(ask.since or since),
        until=_iso(until),
        cursor_version=cursor.version if cursor else 0,
        partial=ask.partial,
        sweep=sweep,
        systems=desk.systems,
        zone=desk.ruleset.timezone,
    )


def _sweep_is_due(desk: Desk, until: datetime) -> bool:
    """Whether the last sweep is too old; without the flag a sweep would read all history."""
    rules = desk.compiled.rules
    last = desk.ledger.cursor(SWEEP)
    return rules.acknowledge and (last is None or until - last.watermark >= rules.sweep)


def _footer(desk: Desk, header: PlanHeader, state: _Pass, cursor: Cursor | None) -> PlanFooter:
    tally = state.tally
    creates = tally.changes.get("orders.create", 0)
    exports = tally.changes.get("orders.export", 0)
    return PlanFooter(
        orders=tally.orders,
        outcomes=dict(sorted(tally.outcomes.items())),
        rules=dict(sorted(tally.rules.items())),
        changes=dict(sorted(tally.changes.items())),
        changed=dict(sorted(tally.changed.items())),
        newly_held=tally.newly_held,
        calls=desk.sink.cost(creates) + exports,
        unchecked=tally.unchecked,
        blocked=judge(desk.ruleset.gates, tally, first_pass=cursor is None),
        watermark=None if header.partial else _watermark(header, state, cursor),
    )


def _watermark(header: PlanHeader, state: _Pass, cursor: Cursor | None) -> str | None:
    """The newest stamp seen, never beyond the window and never behind where the cursor is."""
    if state.newest is None:
        return None
    reached = min(state.newest, datetime.fromisoformat(header.until))
    return _iso(max(reached, cursor.watermark) if cursor else reached)


def _decisions(desk: Desk, ask: Ask, header: PlanHeader, state: _Pass) -> Iterator[Decision]:
    for found, missing in _batches(desk, ask, header, state):
        for key in missing:
            yield gone(key)
        state.tally.orders += len(found)
        ask.on_order(state.tally.orders)
        for record in found:
            if isinstance(record, Unreadable):
                yield unreadable(record)
        orders = [record for record in found if isinstance(record, Order)]
        yield from decide_batch(desk, orders, state.begun)
        if ask.limit is not None and state.tally.orders >= ask.limit:
            return


def _batches(
    desk: Desk, ask: Ask, header: PlanHeader, state: _Pass
) -> Iterator[tuple[list[Order | Unreadable], list[str]]]:
    """Batches of orders not seen before in this pass, with the keys that are gone."""
    for keys in chunks(ask.only or open_work(desk.ledger), PAGE):
        found = desk.source.by_key(keys)
        state.seen.update(found)
        yield _limited(list(found.values()), ask, state), [key for key in keys if key not in found]
    if ask.only:
        return
    for page in desk.source.orders(_query(desk, header)):
        fresh = [order for order in page if order.key not in state.seen]
        state.seen.update(order.key for order in fresh)
        state.saw(page)
        yield _limited(fresh, ask, state), []


def _limited(orders: list[Order | Unreadable], ask: Ask, state: _Pass) -> list[Order | Unreadable]:
    return orders if ask.limit is None else orders[: ask.limit - state.tally.orders]


def open_work(ledger: LedgerReader) -> list[str]:
    """The orders that every pass looks at again, whatever the cursor says: those with an open hold
    or an effect that has not ended.
    """
    held = [hold.order for hold in ledger.holds()]
    unfinished = [order_of(effect.intent) for effect in ledger.unfinished()]
    return list(dict.fromkeys(held + unfinished))


def _query(desk: Desk, header: PlanHeader) -> OrderQuery:
    return OrderQuery(
        filter=desk.compiled.rules.only,
        since=datetime.fromisoformat(header.since),
        until=datetime.fromisoformat(header.until),
        acknowledged=False if desk.compiled.rules.acknowledge else None,
        by="created" if header.sweep else "updated",
    )


def decide_batch(desk: Desk, orders: Sequence[Order], begun: Begun) -> Iterator[Decision]:
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


def _look_up(desk: Desk, drafts: Sequence[Draft]) -> Known:
    numbers = [number for draft in drafts for number in draft.numbers]
    items = sorted({item for draft in drafts for item in draft.items})
    keys = [key for draft in drafts for key in keys_of(desk.compiled, draft)]
    return Known(
        existing=desk.sink.existing(numbers) if numbers else {},
        items=item_states(desk.compiled.rules.items, desk.sink, items),
        effects=desk.ledger.effects(keys) if keys else {},
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
