"""What is recorded and replayed: one story for each adapter, told to whatever is behind its URL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.http import HttpWriter
from engine.adapters.warehouseos import ADAPTER as WAREHOUSEOS
from engine.adapters.world import SerialPool
from engine.model.desired import DesiredLine, DesiredOrder
from engine.model.order_json import order_to_json
from engine.model.ruleset import Criterion, OrderFilter
from engine.ports.systems import WriteKit
from tests.adapters.rig import CA_SETTINGS, NOW, StepClock, query, raw_order, write_kit

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
