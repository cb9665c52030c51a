"""The street of a stock plan over systems and a memory that know what a case says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.adapters.world import SystemClock
from engine.customers import Customer
from engine.errors import ProtocolError
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.executor.stock_runner import StockDesk, StockRunner
from engine.ledger.empty import EmptyReader
from engine.model.decision import Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.order import Unreadable
from engine.model.plan import line_from_json
from engine.model.product import Product, ProductRef
from engine.model.shipment import OrderProgress, ProgressLine
from engine.model.stock import (
    Center,
    ChannelLevel,
    Message,
    MessageKind,
    QuantityUpdate,
    StockTransaction,
)
from engine.ports.flows import EventSource, ProductSource, ProgressSource, StockSink
from engine.ports.ledger import Hold, KnownProduct
from tests.cases.sets_of import census_of, levels_of

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
US = 12000101
PRODUCTS = {"LAMP-01": ["6200139"], "ROPE-10": ["6200140"], "MUG-01": ["6200141"]}
CENTERS = (
    Center(id=5, code="MAIN"),
    Center(id=7, code="EAST3PL"),
    Center(id=9, code="West"),
    Center(id=11, code="WEST", deleted=True),
    Center(id=13, code="OLD", deleted=True),
    Center(id=-2, code="FBA-US", external=True),
)


class Lines:
    """Keeps the lines of a plan."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, text: str) -> None:
        self.texts.append(text)


class ToldEvents(EventSource):
    """A queue with the messages that it was told of; nothing posts to it. `late` come after the
    first look, and `behind` so many are left out of a look then.
    """

    may_look = True

    def __init__(
        self, messages: Sequence[Message], late: Sequence[Message] = (), behind: int = 0
    ) -> None:
        self._messages = messages
        self._later = ([*messages, *late], behind)
        self._looked = False

    def peek(self) -> tuple[Sequence[Message], int]:
        first, self._looked = not self._looked, True
        return (self._messages, 0) if first else self._later

    def parse(self, body: bytes) -> Message:
        return Message(key="posted", kind=MessageKind.UNKNOWN, why="nothing posts here")


class ToldProgress(ProgressSource):
    """Has the orders that it was told of: line -> item and how many are picked."""

    def __init__(self, orders: Mapping[str, Any]) -> None:
        self._orders = orders

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        return {
            name: _progress(name, self._orders[name]) for name in numbers if name in self._orders
        }

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        yield list(self._orders)


class ToldStock(StockSink):
    """Has the DCs above, and these levels; renders an update as what it says."""

    def __init__(self, levels: Mapping[str, ChannelLevel] | None = None) -> None:
        self._levels = levels or {}

    def centers(self) -> Mapping[int, Center]:
        return {center.id: center for center in CENTERS}

    def quantity(self, update: QuantityUpdate) -> PreparedRequest:
        if not update.product.isdecimal():
            raise ProtocolError(f"{update.product} is no product id")
        legs = {str(center): quantity for center, quantity in update.legs.items()}
        body = {"product": update.product, "type": update.type, "legs": legs}
        return PreparedRequest(method="POST", path="/quantity", body=json.dumps(body))

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        yield from ()

    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        return {key: one for key, one in self._levels.items() if key in products}


class ToldProducts(ProductSource):
    """Finds the products that it was told of by SKU; a list is of the first profile."""

    def __init__(self, products: Mapping[str, Any]) -> None:
        self._products = products

    def server_now(self) -> datetime:
        return NOW

    def products(
        self, profiles: Sequence[int], since: datetime, until: datetime
    ) -> Iterator[Sequence[Product | Unreadable]]:
        yield from ()

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Product | Unreadable]:
        return {}

    def by_sku(self, profile: int, skus: Sequence[str]) -> Mapping[str, Sequence[ProductRef]]:
        return {
            sku: [ProductRef(key=key, profile=profile, sku=sku) for key in self._of(profile, sku)]
            for sku in skus
        }

    def _of(self, profile: int, sku: str) -> Sequence[str]:
        found = self._products.get(sku, [])
        of_profiles = {US: found} if isinstance(found, list) else found
        keys: Sequence[str] = of_profiles.get(profile, of_profiles.get(str(profile), []))
        return keys


class ToldMemory(EmptyReader):
    """Remembers the effects with their legs, bindings, holds and products that it was told of."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._effects = [_effect(row) for row in known.get("effects", [])]

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {one.intent.key: one for one in self._effects if one.intent.key in keys}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        named = {one.intent.subject for one in self._effects} & set(subjects)
        return {
            subject: [one for one in self._effects if one.intent.subject == subject]
            for subject in named
        }

    def unfinished(self) -> Sequence[Effect]:
        ended = {EffectState.DONE, EffectState.FAILED, EffectState.SUPERSEDED}
        return [one for one in self._effects if one.state not in ended]

    def legs(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {leg: key for leg, key in self._legs().items() if leg in keys}

    def legs_below(self, prefix: str) -> frozenset[str]:
        return frozenset(leg for leg in self._legs() if leg.startswith(prefix))

    def _legs(self) -> Mapping[str, str]:
        return {leg: one.intent.key for one in self._effects for leg in one.intent.legs}

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        return {name: _binding(name) for name in numbers if name in self._known.get("bound", [])}

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        return {key: [one] for key, one in self.bindings_of(orders).items()}

    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        written = self._known.get("written", {})
        return {
            item: [KnownProduct(profile=US, sku=item, product=key, item=item) for key in keys]
            for item, keys in written.items()
            if item in items
        }

    def holds(self) -> Sequence[Hold]:
        return [
            Hold(**{"reason": "it was held", "since": NOW, "seen": NOW, "flow": "stock", **row})
            for row in self._known.get("holds", [])
        ]


def shown_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    """The plan of `bookings` in their short form and of `picks`, numbers that messages name."""
    assert customer.stock is not None
    memory = ToldMemory(known)
    late = messages_of({"bookings": known.get("late", [])}, first=100)
    events = ToldEvents(messages_of(records), late, known.get("behind", 0))
    progress = ToldProgress(known.get("orders", {}))
    desk = StockDesk(
        compiled=customer.stock,
        events=events,
        progress=progress,
        sink=ToldStock(levels_of(known)),
        products=ToldProducts({**PRODUCTS, **known.get("products", {})}),
        ledger=memory,
        clock=SystemClock(NOW),
        census=census_of(customer, known, progress, events),
    )
    runners = {"stock": StockRunner(desk)}
    asked = known.get("asked", {})
    since = datetime.fromisoformat(asked["since"]) if "since" in asked else None
    ask = Ask(only=tuple(asked.get("only", ())), limit=asked.get("limit"), since=since)
    clock = SystemClock(NOW)
    plan = Desk(ruleset=customer.ruleset, runners=runners, ledger=memory, clock=clock)
    out = Lines()
    _, footer = make_plan(plan, ask, PlanWriter(out))
    lines = [line_from_json(json.loads(text)).decision for text in out.texts]
    return {
        "expect": [_shown(one) for one in lines if one is not None],
        "blocked": [gate.gate for gate in footer.blocked],
        "query": sorted(customer.ruleset.listens),
    }


def messages_of(records: Mapping[str, Any], first: int = 1) -> list[Message]:
    """Messages of rows that say only what matters to their case, numbered from `first`."""
    bookings = [_message(at, row) for at, row in enumerate(records.get("bookings", []), first)]
    picks = [
        Message(key=f"wos:p{at}", kind=MessageKind.PICK, order=str(number), at=NOW)
        for at, number in enumerate(records.get("picks", []), 1)
    ]
    return bookings + picks


def _message(at: int, row: Mapping[str, Any]) -> Message:
    key = f"wos:{at}"
    if "why" in row:
        kind = MessageKind(row.get("kind", "stock"))
        return Message(key=key, kind=kind, why=row["why"])
    plain = {"key": key, "kind": "put", "item": "LAMP-01", "area": "Main", "at": NOW}
    booked = StockTransaction(**{**plain, **row})
    return Message(key=key, kind=MessageKind.STOCK, transaction=booked, at=NOW)


def _progress(number: str, row: Mapping[str, Any]) -> OrderProgress | Unreadable:
    if "why" in row:
        return Unreadable(key=number, why=row["why"])
    lines = [
        ProgressLine(
            number=name,
            host_id=None,
            item=one["item"],
            requested=9,
            picked=one["picked"],
            packed=one.get("packed", 0),
        )
        for name, one in row["lines"].items()
    ]
    return OrderProgress(
        number=number,
        state="in-process",
        locked=True,
        packed=False,
        area=row.get("area", "Main"),
        lines=tuple(lines),
    )


def _binding(number: str) -> Binding:
    part = f"{number}/main"
    return Binding(
        part=part, order=number, link="main", number=number, revision=1, fingerprint="as sent"
    )


def _effect(row: Mapping[str, Any]) -> Effect:
    product = row.get("product", "6200139")
    intent = Intent(
        key=row["key"],
        kind=row.get("kind", "adjust"),
        customer="acme",
        target="ca",
        subject=f"ca:product:{product}{'#heal' if 'heals' in row else ''}",
        marker=product,
        business_key=row.get("about", "wos:1"),
        request={},
        body_hash="",
        binding=row.get("binding"),
        flow=row.get("flow", "stock"),
        order=row.get("order", "LAMP-01"),
        memo={"heals": row["heals"]} if "heals" in row else None,
        legs=row.get("legs", {}),
    )
    at = datetime.fromisoformat(row["at"]) if "at" in row else None
    state = EffectState(row["state"])
    settle_at = datetime.fromisoformat(row["settles"]) if "settles" in row else NOW
    return Effect(
        intent=intent,
        state=state,
        version=2,
        attempts=1,
        intent_at=at,
        settle_at=settle_at,
    )


def _shown(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "order": decision.order,
        "link": decision.link,
        "number": decision.number,
        "summaries": [one.summary for one in decision.changes],
        "reason": decision.reason,
        "settles": list(decision.settles),
        "sent": [json.loads(one.request.body or "null") for one in decision.changes],
        "keys": [one.key for one in decision.changes],
        "legs": [{leg.key: leg.quantity for leg in one.legs} for one in decision.changes],
        "targets": [one.target for one in decision.changes],
        "units": [one.units for one in decision.changes],
    }
