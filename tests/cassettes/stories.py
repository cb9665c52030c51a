"""What is recorded and replayed: one story for each adapter, told to whatever is behind its URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.http import HttpWriter
from engine.adapters.warehouseos import ADAPTER as WAREHOUSEOS
from engine.adapters.world import SerialPool
from engine.model.desired import DesiredLine, DesiredOrder
from engine.model.effect import Answer, Evidence
from engine.model.order_json import order_to_json
from engine.model.product import Product
from engine.model.product_json import product_to_json
from engine.model.ruleset import Criterion, OrderFilter
from engine.model.shipment import DesiredShipment, DesiredTracking, ShippedLine
from engine.model.stock import QuantityUpdate
from engine.ports.systems import WriteKit
from tests.adapters.ca_flows import effect, stocked
from tests.adapters.rig import CA_SETTINGS, NOW, SINCE, StepClock, query, raw_order, write_kit

IMAGE = "https://img.example.com/lamp.jpg"
CA_HOST = "https://ca.sandbox.example.com"
WOS_HOST = "https://wos.sandbox.example.com"
LATER = NOW + timedelta(seconds=5)
CA_ORDERS = [
    raw_order(n, f"2026-11-{5 + n // 4:02}T10:00:00.{n % 3}Z", OrderTags="vip, O'Neil")
    for n in range(1, 10)
]
WOS_STATE: Mapping[str, Any] = {
    "areas": ["Main"],
    "items": [{"number": "LAMP-01"}],
    "bundles": {"KIT-CAMP": [{"item": "LAMP-01", "quantity": 2}]},
}


CA_PRODUCTS = [
    stocked(n, {0: 5, 7: n}, Sku=sku, Images=[{"PlacementName": "ITEMIMAGEURL1", "Url": IMAGE}])
    for n, sku in enumerate(("SKU-1", "SKU-2", "O'Neil", "sku-2"), start=1)
]
SHIPMENT = DesiredShipment(
    order="1",
    marker="xd-5f2c",
    shipped_at=NOW,
    dc=0,
    lines=(ShippedLine(line="100", sku="SKU-1", quantity=2),),
    carrier="UPS",
    service="GROUND",
)


def kit_of(url: str, http: HttpWriter, clock: StepClock, **settings: Any) -> WriteKit:
    """A kit that works one call after the other, so that a record has one order of calls."""
    return write_kit({"url": url, **settings}, http, clock, SerialPool())


def channeladvisor_story(url: str) -> dict[str, Any]:
    """Reads a filtered window over several pages, one order by key, and flags it."""
    clock = StepClock()
    http = HttpWriter(clock)
    kit = kit_of(url, http, clock, **CA_SETTINGS)
    assert CHANNELADVISOR.source is not None
    assert CHANNELADVISOR.operations is not None
    source = CHANNELADVISOR.source(kit)
    chosen = OrderFilter(profile=Criterion((12000101,)), dc=Criterion(("MAIN",)))
    orders = [order for page in source.orders(query(chosen)) for order in page]
    request = source.acknowledgement("3")
    assert request is not None
    answer = CHANNELADVISOR.operations(kit)["export"].send(request, LATER)
    found = source.by_key(["3", "777"])
    now = source.server_now()
    http.close()
    return {
        "now": now.isoformat(),
        "orders": [order.key for order in orders],
        "first": order_to_json(orders[0]) | {"raw": {}},
        "answer": answer.kind.value,
        "found": sorted(found),
    }


def channeladvisor_flows_story(url: str) -> dict[str, Any]:
    """Reads products and quantities, ships a part, tells tracking, moves units, writes back."""
    clock = StepClock()
    http = HttpWriter(clock)
    kit = kit_of(url, http, clock, **CA_SETTINGS)
    assert CHANNELADVISOR.products is not None
    assert CHANNELADVISOR.stock is not None
    assert CHANNELADVISOR.inspector is not None
    products, stock = CHANNELADVISOR.products(kit), CHANNELADVISOR.stock(kit)
    read = [one for page in products.products([12000101], SINCE, NOW) for one in page]
    skus = products.by_sku(12000101, ["sku-2", "O'Neil"])
    written = [(answer.kind.value, seen.proof.value) for answer, seen in _written(kit)]
    levels = [level for page in stock.levels([12000101]) for level in page]
    centers = sorted(stock.centers())
    findings = CHANNELADVISOR.inspector(kit).inspect()
    http.close()
    return {
        "read": sorted(one.key for one in read),
        "first": product_to_json(next(p for p in read if isinstance(p, Product))) | {"raw": {}},
        "skus": {sku: [ref.key for ref in refs] for sku, refs in skus.items()},
        "written": written,
        "levels": [dict(level.available) for level in levels],
        "centers": centers,
        "findings": [one.text for one in findings],
    }


def _written(kit: WriteKit) -> list[tuple[Answer, Evidence]]:
    """Each kind of write, sent and read back."""
    assert CHANNELADVISOR.shipments is not None
    assert CHANNELADVISOR.stock is not None
    assert CHANNELADVISOR.write_back is not None
    assert CHANNELADVISOR.operations is not None
    ships, stock = CHANNELADVISOR.shipments(kit), CHANNELADVISOR.stock(kit)
    change = QuantityUpdate(product="2", type="Relative", legs={0: -1, 7: 1})
    tracking = DesiredTracking(fulfillment="105", tracking="1Z0000000000000002")
    writes = {
        "ship": ships.shipment(SHIPMENT),
        "track": ships.tracking(tracking),
        "adjust": stock.quantity(change),
        "set-quantity": stock.quantity(replace(change, type="UnShipped", legs={7: 9})),
        "write-back": CHANNELADVISOR.write_back(kit).write_back("1", {"number": "US-1"}),
    }
    operations = CHANNELADVISOR.operations(kit)
    return [
        (operations[name].send(request, LATER), operations[name].verify(effect(request)))
        for name, request in writes.items()
    ]


def warehouseos_story(url: str, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Looks items up, creates an order twice, and reads it back."""
    clock = StepClock()
    http = HttpWriter(clock)
    kit = kit_of(url, http, clock, key="env:WOS_KEY", profile=profile)
    assert WAREHOUSEOS.sink is not None
    assert WAREHOUSEOS.operations is not None
    sink, create = WAREHOUSEOS.sink(kit), WAREHOUSEOS.operations(kit)["create"]
    desired = DesiredOrder(
        number="US-1",
        area="Main",
        hold=False,
        fields={"notes": "Größe", "shipTo.city": "Köln"},
        lines=(DesiredLine(number=1, host_id="7", item="LAMP-01", quantity=2),),
    )
    items = sink.items(["LAMP-01", "KIT-CAMP", "NOPE"])
    before = sink.existing(["US-1"])
    answers = [create.send(sink.creation(desired), LATER) for _ in range(2)]
    (stored,) = sink.existing(["US-1"]).values()
    http.close()
    return {
        "items": {number: state.value for number, state in items.items()},
        "before": list(before),
        "answers": [answer.kind.value for answer in answers],
        "state": stored.state,
        "lines": [(line.host_id, line.item, line.quantity) for line in stored.lines],
    }
