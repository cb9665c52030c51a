"""ChannelAdvisor (Rithum), REST API v1: a source of orders, and their export flag."""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.channeladvisor.client import LIMITS
from engine.adapters.channeladvisor.records import BUYER_MEMBERS
from engine.adapters.channeladvisor.source import ChannelAdvisorOrders
from engine.adapters.channeladvisor.writes import Export
from engine.ports.systems import Adapter, Operation, WriteKit


def _operations(kit: WriteKit) -> Mapping[str, Operation]:
    return {"export": Export(kit)}


ADAPTER = Adapter(
    name="channeladvisor",
    source=ChannelAdvisorOrders,
    operations=_operations,
    buyer_members=BUYER_MEMBERS,
    limits=LIMITS,
)
