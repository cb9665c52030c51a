"""The street of a plan of shipments over systems and a memory that know what a case says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from engine.customers import Customer
from engine.executor.intake import Inflow
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.executor.shipment_gather import ShipmentDesk
from engine.executor.shipment_runner import ShipmentRunner
from engine.ledger.empty import EmptyReader
from engine.model.decision import Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Binding, Effect, EffectState
from engine.model.order import Order, Unreadable
from engine.model.plan import line_from_json
from engine.model.shipment import DesiredShipment, DesiredTracking, OrderProgress
from engine.model.stock import Message, MessageKind
from engine.ports.flows import EventSource, ProgressSource, ShipmentSink
from engine.ports.ledger import Cursor, Hold, InboxItem
from engine.ports.systems import OrderQuery, OrderSource
from tests.cases.orders_of import orders_of
from tests.cases.shipments_of import effect_of, message_of, part_of
from tests.cases.stock_street import Lines, ToldStock
from tests.fakes.world import FakeClock

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
Progress = OrderProgress | Unreadable


class ToldEvents(EventSource):
    """A queue with the messages that it was told of; nothing posts to it."""

    may_look = True

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages

    def peek(self) -> tuple[Sequence[Message], int]:
        return self._messages, 0

    def parse(self, body: bytes) -> Message:
        return Message(key="posted", kind=MessageKind.UNKNOWN, why="nothing posts here")


class ToldProgress(ProgressSource):
    """Has the warehouse orders that it was told of; all of those in `changed` have changed."""

    def __init__(self, orders: Mapping[str, Progress], changed: Sequence[str]) -> None:
        self._orders = orders
        self._changed = changed
        self.since: list[str] = []

    def progress(self, numbers: Sequence[str]) -> Mapping[str, Progress]:
        return {number: self._orders[number] for number in numbers if number in self._orders}

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        self.since.append(since.isoformat())
        yield self._changed


class ToldChannel(OrderSource):
    """Has the channel's orders that it was told of."""

    def __init__(self, orders: Sequence[Order | Unreadable]) -> None:
        self._orders = {order.key: order for order in orders}

    def server_now(self) -> datetime:
        return NOW

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order | Unreadable]]:
        yield []

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order | Unreadable]:
        return {key: self._orders[key] for key in keys if key in self._orders}


class ToldShipments(ShipmentSink):
    """Renders a shipment as what it says."""

    def shipment(self, desired: DesiredShipment) -> PreparedRequest:
        lines = {line.line: line.quantity for line in desired.lines}
        body = {**asdict(desired), "shipped_at": desired.shipped_at.isoformat(), "lines": lines}
        return PreparedRequest(method="POST", path="/ship", body=json.dumps(body))

    def tracking(self, desired: DesiredTracking) -> PreparedRequest:
        return PreparedRequest(method="PATCH", path="/track", body=json.dumps(asdict(desired)))


class ToldMemory(EmptyReader):
    """Remembers the bindings, effects, holds and inbox items that it was told of."""

    def __init__(self, bindings: Sequence[Binding], known: Mapping[str, Any]) -> None:
        self._bindings = bindings
        self._known = known
        self._effects = [effect_of(row) for row in known.get("effects", [])]

    def cursor(self, feed: str) -> Cursor | None:
        stamp = self._known.get("cursor")
        if stamp is None:
            return None
        return Cursor(feed=feed, watermark=datetime.fromisoformat(stamp), version=3)

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        return {order: [one for one in self._bindings if one.order == order] for order in orders}

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        return {one.number: one for one in self._bindings if one.number in numbers}

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {one.intent.key: one for one in self._effects if one.intent.key in keys}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        return {
            subject: [one for one in self._effects if one.intent.subject == subject]
            for subject in subjects
        }

    def unfinished(self) -> Sequence[Effect]:
        ended = {EffectState.DONE, EffectState.FAILED}
        return [one for one in self._effects if one.state not in ended]

    def holds(self) -> Sequence[Hold]:
        plain = {"reason": "it was held", "since": NOW, "seen": NOW, "flow": "shipments"}
        return [Hold(**{**plain, **row}) for row in self._known.get("holds", [])]

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        plain = {"kind": "report", "rule": "a.rule", "text": "", "flow": "shipments"}
        closed = [{"resolved": NOW, **row} for row in self._known.get("closed", [])]
        rows = [*self._known.get("inbox", []), *(closed if include_closed else [])]
        return [InboxItem(**{**plain, **row}) for row in rows]


def shown_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    """The plan of `parts`, warehouse orders in their short form, of the channel's `orders`."""
    assert customer.shipments is not None
    desk = desk_of(customer, records, known)
    asked = known.get("asked", {})
    ask = Ask(
        only=tuple(asked.get("only", ())),
        limit=asked.get("limit"),
        since=datetime.fromisoformat(asked["since"]) if "since" in asked else None,
    )
    runners = {"shipments": ShipmentRunner(desk)}
    plan = Desk(ruleset=customer.ruleset, runners=runners, ledger=desk.ledger, clock=desk.clock)
    out = Lines()
    _, footer = make_plan(plan, ask, PlanWriter(out))
    lines = [line_from_json(json.loads(text)).decision for text in out.texts]
    assert isinstance(desk.progress, ToldProgress)
    return {
        "expect": [_shown(one) for one in lines if one is not None],
        "blocked": [gate.gate for gate in footer.blocked],
        "query": {
            "since": desk.progress.since,
            "watermarks": dict(footer.watermarks),
            "listens": sorted(customer.ruleset.listens),
        },
    }


def desk_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> ShipmentDesk:
    """A desk over what a case says; every part was named by a message where it says nothing."""
    assert customer.shipments is not None
    pairs = [part_of(row) for row in records.get("parts", [])]
    bindings = [binding for binding, _ in pairs]
    progress = {binding.number: one for binding, one in pairs if one is not None}
    rows = known.get("messages", [{"order": binding.number} for binding in bindings])
    messages = [message_of(at, row) for at, row in enumerate(rows, start=1)]
    memory = ToldMemory(bindings, known)
    bad = [Unreadable(**row) for row in known.get("unreadable", [])]
    return ShipmentDesk(
        compiled=customer.shipments,
        inflow=Inflow(ledger=memory, events=ToldEvents(messages)),
        progress=ToldProgress(progress, known.get("changed", [])),
        orders=ToldChannel([*orders_of(records.get("orders", [])), *bad]),
        sink=ToldShipments(),
        centers=ToldStock() if known.get("centers", True) else None,
        ledger=memory,
        clock=FakeClock(NOW),
    )


def _shown(decision: Decision) -> dict[str, Any]:
    bodies = [json.loads(one.request.body or "null") for one in decision.changes]
    return {
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "order": decision.order,
        "number": decision.number,
        "reason": decision.reason,
        "settles": list(decision.settles),
        "sent": bodies,
        "keys": [one.key for one in decision.changes],
        "memos": [one.memo for one in decision.changes],
        "summaries": [one.summary for one in decision.changes],
        "targets": [f"{one.operation} in {one.target}" for one in decision.changes],
    }
