"""The story of WarehouseOS's other flows: its floor before it, and what is asked and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.adapters.http import HttpWriter
from engine.adapters.warehouseos import ADAPTER
from engine.model.desired import PreparedRequest
from engine.model.product import Alias, DesiredItem
from engine.model.shipment import OrderProgress
from engine.ports.systems import BatchOperation, WriteKit
from engine.sandbox.wire import Sandbox, SandboxRequest
from tests.adapters.rig import NOW, StepClock
from tests.adapters.warehouse import effect
from tests.cassettes.stories import LATER, kit_of

LINE = {"number": 1, "item": "LAMP-01", "quantity": 2, "host_id": "7"}
ORDER = {
    "status": "available",
    "area": "Main",
    "created": "2026-11-19T08:00:00.000000Z",
    "modified": "2026-11-19T08:00:00.000000Z",
    "lines": [LINE],
}
STATE: Mapping[str, Any] = {
    "areas": ["Main"],
    "items": [{"number": "LAMP-01", "members": {"customField1": "8801"}}],
    "orders": [{"number": number, **ORDER} for number in ("US-1", "US-2", "US-3")],
}
FLOOR: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("put", {"item": "LAMP-01", "quantity": 9, "area": "Main", "reason": "FOUND"}),
    ("pull", {"item": "LAMP-01", "quantity": 1, "area": "Main", "reason": "DMG"}),
    ("pick", {"number": "US-1", "lines": {"1": 1}}),
    ("pack", {"number": "US-1", "boxes": [{"id": "BX-1", "carrier": "UPS", "tracking": "1Z"}]}),
    ("batch", {"numbers": ["US-2"], "name": "B-1"}),
)


def on_the_floor(twin: Sandbox) -> None:
    """What people have done before the story begins."""
    for control, members in FLOOR:
        body = json.dumps(members).encode()
        request = SandboxRequest(method="POST", target=f"/_floor/{control}", headers={}, body=body)
        answer = twin.handle(request, NOW)
        assert answer.status in (200, 204), answer.body


def warehouseos_flows_story(url: str, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Looks at everything, empties the queue, writes items and changes orders."""
    clock = StepClock()
    http = HttpWriter(clock)
    kit = kit_of(url, http, clock, key="env:WOS_KEY", profile=profile)
    told = {**_inspected(kit), **_queued(kit), **_looked(kit), **_items(kit), **_changed(kit)}
    http.close()
    return told


def _inspected(kit: WriteKit) -> dict[str, Any]:
    assert ADAPTER.inspector is not None
    found = ADAPTER.inspector(kit).inspect()
    return {"answering": sum(1 for one in found if one.severity == "ok")}


def _queued(kit: WriteKit) -> dict[str, Any]:
    assert ADAPTER.queue is not None
    queue = ADAPTER.queue(kit)
    messages = queue.read()
    queue.acknowledge(messages)
    booked = [one.transaction.quantity for one in messages if one.transaction]
    orders = [(one.kind.value, one.order) for one in messages if one.order]
    return {"booked": booked, "orders": orders, "left": len(queue.read())}


def _looked(kit: WriteKit) -> dict[str, Any]:
    assert ADAPTER.progress is not None
    assert ADAPTER.shelves is not None
    source = ADAPTER.progress(kit)
    order = source.progress(["US-1", "GONE"])["US-1"]
    assert isinstance(order, OrderProgress)
    changed = [number for page in source.changed(NOW) for number in page]
    levels = [level for page in ADAPTER.shelves(kit).shelves() for level in page]
    return {
        "changed": changed,
        "line": (order.lines[0].picked, order.lines[0].packed, order.lines[0].short),
        "boxes": [(box.id, box.tracking) for box in order.boxes],
        "shelves": [(level.item, level.area, level.on_hand, level.allocated) for level in levels],
    }


def _items(kit: WriteKit) -> dict[str, Any]:
    assert ADAPTER.items is not None
    assert ADAPTER.operations is not None
    sink, write = ADAPTER.items(kit), ADAPTER.operations(kit)["upsert-item"]
    assert isinstance(write, BatchOperation)
    lamp = DesiredItem(
        number="LAMP-02", fields={"description": "Größe L"}, aliases=(Alias(alias="0123"),)
    )
    records = [sink.item(one, patch=False) for one in (lamp, DesiredItem(number="", fields={}))]
    answers = write.send_many(records, LATER)
    proof = write.verify(effect(records[0])).proof
    return {
        "written": [answer.kind.value for answer in answers],
        "proof": proof.value,
        "stored": sorted(sink.stored(["LAMP-01", "LAMP-02", "NOPE"])),
    }


def _changed(kit: WriteKit) -> dict[str, Any]:
    assert ADAPTER.changes is not None
    sink = ADAPTER.changes(kit)
    return {
        "locked": _done(kit, "delete", "US-2", sink.deletion("US-2")),
        "held": _done(kit, "set-header", "US-3", sink.header("US-3", {"status": "hold"})),
        "deleted": _done(kit, "delete", "US-3", sink.deletion("US-3")),
    }


def _done(kit: WriteKit, name: str, number: str, request: PreparedRequest) -> tuple[str, str]:
    assert ADAPTER.operations is not None
    operation = ADAPTER.operations(kit)[name]
    answer = operation.send(request, LATER)
    return answer.kind.value, operation.verify(effect(request, number)).proof.value
