"""JSON lines in and out: orders from any system whose records are made canonical elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.files.sink import FileSink
from engine.adapters.files.source import FileOrders
from engine.adapters.files.writes import DEFAULTS, Append
from engine.ports.systems import Adapter, Operation, WriteKit


def _operations(kit: WriteKit) -> Mapping[str, Operation]:
    return {"create": Append(kit)} if "write" in kit.settings else {}


ADAPTER = Adapter(
    name="files",
    source=FileOrders,
    sink=FileSink,
    operations=_operations,
    defaults=DEFAULTS,
    # Nothing is known of a raw record's members, so every one may be a buyer's.
    buyer_members=("*",),
)
