"""WarehouseOS, driven by a site profile: a sink of orders, and their creation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.adapters.warehouseos.client import LIMITS
from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.sink import WarehouseOSOrders
from engine.adapters.warehouseos.writes import CreateOrder
from engine.ports.systems import Adapter, Operation, WriteKit


def _operations(kit: WriteKit) -> Mapping[str, Operation]:
    return {"create": CreateOrder(kit)}


def _targets(settings: Mapping[str, Any]) -> frozenset[str]:
    return profile_of(settings.get("profile")).fields


ADAPTER = Adapter(
    name="warehouseos",
    sink=WarehouseOSOrders,
    operations=_operations,
    targets=_targets,
    limits=LIMITS,
)
