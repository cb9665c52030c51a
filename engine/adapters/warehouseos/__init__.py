"""WarehouseOS, driven by a site profile: where orders are created, picked and packed, and where
items and stock are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.adapters.warehouseos.changes import DeleteOrder, SetHeader, WarehouseOSChanges
from engine.adapters.warehouseos.client import DEFAULTS, LIMITS
from engine.adapters.warehouseos.events import WarehouseOSEvents, WarehouseOSQueue
from engine.adapters.warehouseos.inspector import WarehouseOSInspector
from engine.adapters.warehouseos.items import WarehouseOSItems, WriteItems
from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.progress import WarehouseOSProgress
from engine.adapters.warehouseos.sink import WarehouseOSOrders
from engine.adapters.warehouseos.stock import WarehouseOSShelves
from engine.adapters.warehouseos.writes import CreateOrder
from engine.ports.systems import Adapter, Operation, WriteKit


def _operations(kit: WriteKit) -> Mapping[str, Operation]:
    items = WriteItems(kit)
    return {
        "create": CreateOrder(kit),
        "delete": DeleteOrder(kit),
        "set-header": SetHeader(kit),
        "upsert-item": items,
        "patch-item": items,
    }


def _targets(settings: Mapping[str, Any]) -> frozenset[str]:
    return profile_of(settings.get("profile")).fields


def _item_targets(settings: Mapping[str, Any]) -> frozenset[str]:
    return profile_of(settings.get("profile")).item_fields


ADAPTER = Adapter(
    name="warehouseos",
    sink=WarehouseOSOrders,
    events=WarehouseOSEvents,
    queue=WarehouseOSQueue,
    progress=WarehouseOSProgress,
    items=WarehouseOSItems,
    shelves=WarehouseOSShelves,
    changes=WarehouseOSChanges,
    inspector=WarehouseOSInspector,
    operations=_operations,
    targets=_targets,
    item_targets=_item_targets,
    limits=LIMITS,
    defaults=DEFAULTS,
)
