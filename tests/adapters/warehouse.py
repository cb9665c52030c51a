"""One warehouse on both shipped site profiles, its floor, and the adapter's sides before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.adapters.warehouseos import ADAPTER
from engine.model.desired import DesiredLine, DesiredOrder, PreparedRequest
from engine.model.effect import AnswerKind, Effect, EffectState, Intent
from engine.ports.flows import (
    ChangeSink,
    EventQueue,
    EventSource,
    Inspector,
    ItemSink,
    ProgressSource,
    ShelfSource,
)
from engine.ports.systems import BatchOperation, Operation, WriteKit
from engine.sandbox.wire import SandboxRequest
from tests.adapters.rig import NOW, SITES, Rig, WosRig

LATER = NOW + timedelta(seconds=5)
STATE: Mapping[str, Any] = {
    "areas": ["Main", "West"],
    "locations": [
        {"name": "M-1", "area": "Main", "type": "Pick"},
        {"name": "M-2", "area": "Main", "type": "Backstock"},
        {"name": "W-1", "area": "West", "type": "Pick"},
    ],
    "items": [
        {"number": "LAMP-01", "members": {"customField1": "8801", "customField2": ""}},
        {"number": "ROPE/10 #2"},
    ],
    "inventory": [
        {"item": "LAMP-01", "location": "M-1", "quantity": 10},
        {"item": "LAMP-01", "location": "M-2", "quantity": 40},
        {"item": "ROPE/10 #2", "location": "W-1", "quantity": 7},
    ],
    "bundles": {"KIT-CAMP": [{"item": "LAMP-01", "quantity": 1}]},
}


class Warehouse:
    """The twin of one site, with the adapter's sides as a composition would make them."""

    def __init__(self, wos: WosRig) -> None:
        self.wos = wos

    def kit(self, **more: Any) -> WriteKit:
        return self.wos.rig.kit(ADAPTER, self.wos.settings(**more))

    def floor(self, control: str, **members: Any) -> None:
        """Does something on the floor."""
        body = json.dumps(members).encode()
        request = SandboxRequest(method="POST", target=f"/_floor/{control}", headers={}, body=body)
        answer = self.wos.twin.handle(request, self.wos.rig.clock.now())
        assert answer.status in (200, 204), answer.body

    def order(self, number: str, *items: tuple[str, int], **fields: str) -> None:
        """Creates an order whose lines have the host ids 771, 772, ..."""
        lines = tuple(
            DesiredLine(number=n, host_id=str(770 + n), item=item, quantity=quantity)
            for n, (item, quantity) in enumerate(items, 1)
        )
        desired = DesiredOrder(number=number, area="Main", hold=False, fields=fields, lines=lines)
        later = self.wos.rig.clock.now() + timedelta(seconds=5)
        answer = self.wos.create().send(self.wos.sink().creation(desired), later)
        assert answer.kind is AnswerKind.DONE

    @property
    def progress(self) -> ProgressSource:
        assert ADAPTER.progress is not None
        return ADAPTER.progress(self.kit())

    def events(self, **more: Any) -> EventSource:
        assert ADAPTER.events is not None
        return ADAPTER.events(self.kit(**more))

    def queue(self, **more: Any) -> EventQueue:
        assert ADAPTER.queue is not None
        return ADAPTER.queue(self.kit(**more))

    def items(self, **more: Any) -> ItemSink:
        assert ADAPTER.items is not None
        return ADAPTER.items(self.kit(**more))

    def shelves(self, **more: Any) -> ShelfSource:
        assert ADAPTER.shelves is not None
        return ADAPTER.shelves(self.kit(**more))

    @property
    def changes(self) -> ChangeSink:
        assert ADAPTER.changes is not None
        return ADAPTER.changes(self.kit())

    def inspector(self, **more: Any) -> Inspector:
        assert ADAPTER.inspector is not None
        return ADAPTER.inspector(self.kit(**more))

    def operation(self, name: str, **more: Any) -> Operation:
        assert ADAPTER.operations is not None
        return ADAPTER.operations(self.kit(**more))[name]

    def batch(self, name: str = "upsert-item", **more: Any) -> BatchOperation:
        operation = self.operation(name, **more)
        assert isinstance(operation, BatchOperation)
        return operation

    def profile(self, **parts: Any) -> dict[str, Any]:
        """The site's profile with these parts in place of its own."""
        return {**self.wos.profile, **parts}

    def without(self, *endpoints: str) -> dict[str, Any]:
        """The site's profile without some of its calls."""
        kept = {k: v for k, v in self.wos.profile["endpoints"].items() if k not in endpoints}
        return self.profile(endpoints=kept)

    def members(self, **sections: Any) -> dict[str, Any]:
        """The site's profile with other names in some sections."""
        return self.profile(members={**self.wos.profile["members"], **sections})

    def settings(self, **changed: Any) -> None:
        """Changes what the twin does."""
        floor = self.wos.twin.floor
        floor.settings = replace(floor.settings, **changed)


def warehouse(rig: Rig, site: str = SITES[0], **settings: Any) -> Warehouse:
    return Warehouse(rig.warehouseos(site, STATE, **settings))


def effect(request: PreparedRequest, marker: str = "m") -> Effect:
    """A ledger row about this request, as far as reading back looks at it."""
    intent = Intent(
        key="v1:x:y:1:1",
        kind="y",
        customer="x",
        target="wos",
        subject="s",
        marker=marker,
        business_key="b",
        request=request.to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)
