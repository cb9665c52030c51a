"""The channel's twin, counting what it has really done, whoever was told of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from typing import Any

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_QUANTITY = re.compile(r"/v1/Products\((\d+)\)/UpdateQuantity", re.IGNORECASE)
_SHIP = re.compile(r"/v1/Orders\(\d+\)/Ship", re.IGNORECASE)


class WatchedChannel(ChannelAdvisorSandbox):
    """`told` is (product id, DC) -> units by all deltas that were processed, `set_to` what a
    quantity was last set to; `shipped` counts shipments by the seller's own mark.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.told: Counter[tuple[int, int]] = Counter()
        self.set_to: dict[tuple[int, int], int] = {}
        self.shipped: Counter[str] = Counter()

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        answer = super().answer(request, now)
        if request.method == "POST" and answer.status < 300:
            self._count(request)
        return answer

    def _count(self, request: SandboxRequest) -> None:
        quantity = _QUANTITY.match(request.path)
        if quantity:
            self._count_units(int(quantity[1]), json.loads(request.body)["Value"])
        elif _SHIP.match(request.path):
            value = json.loads(request.body)
            self.shipped[str(value.get("Value", value).get("SellerFulfillmentID"))] += 1

    def _count_units(self, product: int, value: dict[str, Any]) -> None:
        for row in value["Updates"]:
            place = product, row["DistributionCenterID"]
            if value["UpdateType"] == "Relative":
                self.told[place] += row["Quantity"]
            else:
                self.set_to[place] = row["Quantity"]
