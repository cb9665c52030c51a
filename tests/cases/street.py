"""The street of a plan over systems and a memory that know what a case says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.adapters.world import SystemClock
from engine.customers import Customer
from engine.errors import BadRecordError
from engine.executor.order_runner import OrderDesk, OrderRunner
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.ledger.empty import EmptyReader
from engine.model.desired import (
    DesiredOrder,
    ExistingLine,
    ExistingOrder,
    ItemState,
    PreparedRequest,
)
from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.order import Order
from engine.model.plan import line_from_json
from engine.ports.flows import WriteBack
from engine.ports.ledger import Cursor, Hold
from engine.ports.systems import OrderQuery, OrderSink, OrderSource
from tests.cases.expecting import Planned, shown
from tests.cases.orders_of import orders_of

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
EARLIER = datetime(2026, 11, 9, 12, tzinfo=UTC)


@dataclass(slots=True)
class Lines:
    """Keeps the lines of a plan."""

    texts: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.texts.append(text)


class ToldSource(OrderSource):
    """Gives every order that it was told of, whatever the filter says."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self._orders = orders
        self.queries: list[OrderQuery] = []

    def server_now(self) -> datetime:
        return NOW

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order]]:
        self.queries.append(query)
        yield self._orders

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order]:
        return {order.key: order for order in self._orders if order.key in keys}

    def acknowledgement(self, key: str) -> PreparedRequest:
        return PreparedRequest(method="POST", path=f"/export/{key}")


class ToldSink(OrderSink):
    """Has the orders and items that it was told of; of every other number it has an item."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._existing = {row["number"]: _existing(row) for row in known.get("existing", [])}
        self._items = {number: ItemState(state) for number, state in known.get("items", {}).items()}

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        return {number: self._existing[number] for number in numbers if number in self._existing}

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        return {number: self._items.get(number, ItemState.ITEM) for number in numbers}

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        body = {**asdict(desired), "private": sorted(desired.private)}
        return PreparedRequest(method="POST", path="/orders", body=json.dumps(body))

    def cost(self, orders: int) -> int:
        return orders


class ToldWriting(WriteBack):
    """Renders what is to be written back; a number of more than 25 characters is too long."""

    def write_back(self, order: str, members: Mapping[str, Any]) -> PreparedRequest:
        if len(members.get("number", "")) > 25:
            raise BadRecordError(f"order {order}: the number is too long", "Shorten it.")
        return PreparedRequest(method="PATCH", path=f"/orders/{order}", body=json.dumps(members))


class ToldMemory(EmptyReader):
    """Remembers the bindings, effects, holds and the cursor that it was told of."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._effects = {row["key"]: _effect(row) for row in known.get("effects", [])}

    def cursor(self, feed: str) -> Cursor | None:
        stamp = self._known.get("cursor")
        if feed == "orders.sweep":
            stamp = self._known.get("swept", stamp)
        if stamp is None:
            return None
        return Cursor(feed=feed, watermark=datetime.fromisoformat(stamp), version=3)

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        found = [_binding(row) for row in self._known.get("bindings", [])]
        return {order: [one for one in found if one.order == order] for order in orders}

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {key: self._effects[key] for key in keys if key in self._effects}

    def unfinished(self) -> Sequence[Effect]:
        ended = {EffectState.DONE, EffectState.FAILED}
        return [effect for effect in self._effects.values() if effect.state not in ended]

    def holds(self) -> Sequence[Hold]:
        return [
            Hold(**{"reason": "it was held", "since": EARLIER, "seen": EARLIER, **row})
            for row in self._known.get("holds", [])
        ]


def planned(customer: Customer, orders: Sequence[Order], known: Mapping[str, Any]) -> Planned:
    """Makes the plan of one pass."""
    source = ToldSource(orders)
    memory = ToldMemory(known)
    orders = OrderDesk(
        compiled=customer.compiled,
        source=source,
        sink=ToldSink(known),
        ledger=memory,
        writing=ToldWriting() if customer.compiled.rules.write_back is not None else None,
    )
    desk = Desk(
        ruleset=customer.ruleset,
        runners={"orders": OrderRunner(orders)},
        ledger=memory,
        clock=SystemClock(NOW),
    )
    out = Lines()
    _, footer = make_plan(desk, Ask(), PlanWriter(out))
    read = [line_from_json(json.loads(text)).decision for text in out.texts]
    decisions = [decision for decision in read if decision is not None]
    return Planned(decisions=decisions, footer=footer, queries=source.queries)


def shown_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the pass of a case's orders shows."""
    return shown(planned(customer, orders_of(records.get("orders", [])), known))


def _existing(row: Mapping[str, Any]) -> ExistingOrder:
    lines = tuple(ExistingLine(**line) for line in row["lines"])
    return ExistingOrder(
        number=row["number"],
        state="available",
        area=row.get("area", "Main"),
        lines=lines,
        unclear=row.get("unclear", ""),
    )


def _binding(row: Mapping[str, Any]) -> Binding:
    part = f"{row['order']}/{row['link']}"
    return Binding(**{"part": part, "revision": 1, "fingerprint": "as it was sent", **row})


def _effect(row: Mapping[str, Any]) -> Effect:
    intent = Intent(
        key=row["key"],
        kind="create",
        customer="acme",
        target="wos",
        subject=row["key"],
        marker=row.get("marker", ""),
        business_key=row["key"],
        request={},
        body_hash="",
        binding=row.get("binding"),
    )
    state = EffectState(row["state"])
    return Effect(intent=intent, state=state, version=2, attempts=1, reason=row.get("reason", ""))
