"""What a key means is found in the memory first, then in the systems, and never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.errors import ConfigurationError
from engine.explain.subjects import Looking, subject_of
from engine.ledger.empty import EmptyReader
from engine.model.stock import Message, MessageKind, StockTransaction
from engine.ports.ledger import Hold, InboxItem, KnownProduct, StoredMessage
from engine.ports.state import OrderRecord
from tests.cases.items_street import ToldProducts, products_of
from tests.cases.orders_of import orders_of
from tests.cases.street import ToldSource

NOON = datetime(2026, 11, 2, tzinfo=UTC)
BOOKING = StockTransaction(key="t1", kind="put", item="MUG", quantity=1, area="Main", at=NOON)


class Memory(EmptyReader):
    """Knows an order by two names, a product, messages, and what is held or asks a person."""

    def record_of(self, order: str) -> OrderRecord:
        return OrderRecord(order=order, erased=[NOON] if order == "1001" else [])

    def order_of_number(self, number: str) -> str | None:
        return "1001" if number == "N1" else None

    def products(self, skus: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        known = KnownProduct(profile=1, sku="MUG", product="501", item="MUG")
        return {"MUG": [known]} if "MUG" in skus else {}

    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return self.products(items)

    def messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        messages = [
            Message(key="m1", kind=MessageKind.STOCK, transaction=BOOKING),
            Message(key="m2", kind=MessageKind.PICK, order="N1"),
        ]
        stored = [
            StoredMessage(seq=i + 1, message=m, received=NOON) for i, m in enumerate(messages)
        ]
        return [one for one in stored if one.seq > after]

    def holds(self) -> Sequence[Hold]:
        more = {"rule": "a.b", "reason": "so", "since": NOON, "seen": NOON}
        return [
            Hold(part="8/main", order="8", flow="orders", **more),
            Hold(part="602", order="602", flow="items", **more),
        ]

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        keys = {"9/main:BOX-1": "shipments", "t7": "stock"}
        return [
            InboxItem(business_key=key, kind="report", rule="a.b", text="so", flow=flow)
            for key, flow in keys.items()
        ]

    def legs_below(self, prefix: str) -> frozenset[str]:
        return frozenset({"pick:X1:1:0-3:9"} if prefix == "pick:X1:1:" else ())


def looking(memory: EmptyReader | None = None, **more: Any) -> Looking:
    memory = memory or Memory()
    return Looking(ledger=memory, memory=memory, links=frozenset({"main"}), profiles=(1,), **more)


@pytest.mark.parametrize(
    ("key", "kind", "found"),
    [
        ("1001", "order", "1001"),
        ("1001/main", "order", "1001"),
        ("N1", "order", "1001"),
        ("order:1001", "order", "1001"),
        ("MUG", "product", "501"),
        ("t1", "transaction", "t1"),
        ("m1", "transaction", "t1"),
        ("m2", "transaction", "m2"),
        ("pick:X1:1", "transaction", "pick:X1:1"),
        ("8", "order", "8"),
        ("8/main", "order", "8"),
        ("602", "product", "602"),
        ("9/main:BOX-1", "order", "9"),
        ("t7", "transaction", "t7"),
    ],
)
def test_the_memory_knows(key: str, kind: str, found: str) -> None:
    """Ids, parts, numbers, SKUs, bookings and messages lead to their record."""
    subject = subject_of(key, looking())
    assert (subject.kind, subject.key) == (kind, found)


@pytest.mark.parametrize("key", ["nix", "1001/west", "order:MUG", "product:1001"])
def test_what_is_not_known_is_no_record(key: str) -> None:
    """A strange key, a part of no link and a key of another kind are refused with advice."""
    with pytest.raises(ConfigurationError, match="neither the memory nor the channel"):
        subject_of(key, looking())


def test_the_systems_know_what_the_memory_does_not() -> None:
    """An order by its id or the number that it would get, a product by SKU or id."""
    orders = ToldSource(orders_of([{"key": "77"}]))
    rows = [{"key": "601", "sku": "HAT", "profile": 1}]
    products = ToldProducts(products_of(rows), {})
    live = looking(
        EmptyReader(), orders=orders, products=products, numbers=lambda order: [f"US-{order.key}"]
    )
    assert subject_of("77", live).key == "77"
    assert subject_of("US-77", live).key == "77"
    assert subject_of("HAT", live).names == ("HAT",)
    assert subject_of("601", live).names == ("HAT",)
    with pytest.raises(ConfigurationError):
        subject_of("DE-77", live)


def test_a_key_of_several_records_is_not_guessed() -> None:
    """Two records of one key are both named, and how to say which."""
    products = ToldProducts(products_of([{"key": "1001", "profile": 1}]), {})
    both = looking(products=products)
    with pytest.raises(ConfigurationError) as refused:
        subject_of("1001", both)
    assert "the order 1001, the product 1001" in refused.value.summary
    assert "order:1001" in refused.value.advice
    assert subject_of("product:1001", both).kind == "product"


def test_a_booking_that_waits_in_the_queue_is_found() -> None:
    """What no message on record tells of may be decided by a pass all the same."""
    waits = replace(looking(EmptyReader()), is_booking=lambda name: name == "t9")
    assert subject_of("t9", waits).kind == "transaction"
    with pytest.raises(ConfigurationError):
        subject_of("t8", waits)
