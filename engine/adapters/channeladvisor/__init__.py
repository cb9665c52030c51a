"""ChannelAdvisor (Rithum), REST API v1: a channel's orders, shipments, products and quantities."""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.channeladvisor.client import DEFAULTS, LIMITS, Client
from engine.adapters.channeladvisor.filters import UNFILTERED
from engine.adapters.channeladvisor.inspector import ChannelAdvisorInspector
from engine.adapters.channeladvisor.products import ChannelAdvisorProducts
from engine.adapters.channeladvisor.records import BUYER_MEMBERS, OVER
from engine.adapters.channeladvisor.shipping import ChannelAdvisorShipments, Ship, Track
from engine.adapters.channeladvisor.source import ChannelAdvisorOrders
from engine.adapters.channeladvisor.stock import ChannelAdvisorStock
from engine.adapters.channeladvisor.stock_writes import Adjust, SetQuantity
from engine.adapters.channeladvisor.writes import (
    ECHOES,
    WRITTEN,
    ChannelAdvisorWriteBack,
    Export,
    SetMembers,
)
from engine.ports.systems import Adapter, Operation, WriteKit


def _operations(kit: WriteKit) -> Mapping[str, Operation]:
    """All of them share one client, and so one token."""
    client = Client(kit)
    return {
        "export": Export(kit, client),
        "ship": Ship(kit, client),
        "track": Track(kit, client),
        "adjust": Adjust(kit, client),
        "set-quantity": SetQuantity(kit, client),
        "write-back": SetMembers(kit, client),
    }


ADAPTER = Adapter(
    name="channeladvisor",
    source=ChannelAdvisorOrders,
    shipments=ChannelAdvisorShipments,
    products=ChannelAdvisorProducts,
    stock=ChannelAdvisorStock,
    write_back=ChannelAdvisorWriteBack,
    inspector=ChannelAdvisorInspector,
    operations=_operations,
    buyer_members=BUYER_MEMBERS,
    written=WRITTEN,
    echoes=ECHOES,
    over=OVER,
    limits=LIMITS,
    identity=("application", "refresh"),
    defaults=DEFAULTS,
    records={"order": "channeladvisor-order", "product": "channeladvisor-product"},
    unfiltered=UNFILTERED,
)
