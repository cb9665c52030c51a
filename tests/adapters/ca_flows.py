"""The ports of the flows beside orders, over the CA twin with products; its raw records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from engine.adapters.channeladvisor import ADAPTER
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent
from engine.ports.flows import Inspector, ProductSource, ShipmentSink, StockSink, WriteBack
from engine.ports.systems import Operation, ReadKit
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.faults import Faulty
from engine.sandbox.server import serve
from tests.adapters.rig import NOW, CaRig, Rig, account

LATER = NOW + timedelta(seconds=5)
Port = TypeVar("Port")
Rows = Iterable[Mapping[str, Any]]


class Town(CaRig):
    """The CA twin, and every port of its adapter."""

    def port(self, factory: Callable[[ReadKit], Port] | None, **more: Any) -> Port:
        assert factory is not None
        return factory(self.rig.kit(ADAPTER, self.settings(**more)))

    def products(self, **more: Any) -> ProductSource:
        return self.port(ADAPTER.products, **more)

    def stock(self) -> StockSink:
        return self.port(ADAPTER.stock)

    def shipments(self) -> ShipmentSink:
        return self.port(ADAPTER.shipments)

    def write_back(self) -> WriteBack:
        return self.port(ADAPTER.write_back)

    def inspector(self, **more: Any) -> Inspector:
        return self.port(ADAPTER.inspector, **more)

    def operation(self, name: str) -> Operation:
        assert ADAPTER.operations is not None
        return ADAPTER.operations(self.rig.kit(ADAPTER, self.settings()))[name]

    def row(self, entity_set: str, key: int) -> dict[str, Any]:
        """What the twin has under this id."""
        placed = self.twin.store.placed(entity_set, key)
        assert placed is not None
        return placed[0]

    def writes(self, pattern: str) -> int:
        """How many changes whose address holds this text reached the twin."""
        return sum(pattern in line and not line.startswith("GET") for line in self.asked)


def town(rig: Rig, *, orders: Rows = (), products: Rows = (), **settings: Any) -> Town:
    """The CA twin with these orders and products, serving."""
    state = {**account(*orders), "Products": list(products)}
    twin = ChannelAdvisorSandbox(state, ChannelAdvisorSettings(**settings))
    faulty = Faulty(twin)
    serving = rig.stack.enter_context(serve(faulty, now=rig.clock.now))
    return Town(rig, twin, faulty, serving.url)


def raw_product(key: int, stamp: str = "2026-11-05T10:00:00Z", **members: Any) -> dict[str, Any]:
    """A raw CA product of its own."""
    return {
        "ID": key,
        "ProfileID": 12000101,
        "Sku": f"SKU-{key}",
        "Title": f"Thing {key}",
        "ProductType": "Item",
        "BundleType": "None",
        "AliasType": "None",
        "IsParent": False,
        "CreateDateUtc": "2026-11-02T03:04:05.1234567Z",
        "UpdateDateUtc": stamp,
        **members,
    }


def stocked(key: int, quantities: Mapping[int, int], **members: Any) -> dict[str, Any]:
    """A raw product with so many available units by DC."""
    rows = [{"DistributionCenterID": dc, "AvailableQuantity": n} for dc, n in quantities.items()]
    return raw_product(key, DCQuantities=rows, **members)


def effect(request: PreparedRequest) -> Effect:
    """A ledger row about this request, as far as reading back looks at it."""
    intent = Intent(
        key="v1:x:kind:1",
        kind="kind",
        customer="x",
        target="ca",
        subject="s",
        marker="m",
        business_key="b",
        request=request.to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)


def body_of(request: PreparedRequest) -> Any:
    """What the request says."""
    assert request.body is not None
    return json.loads(request.body)
