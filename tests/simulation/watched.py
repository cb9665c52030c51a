"""The channel's twin, counting what it has really done, whoever was told of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_QUANTITY = re.compile(r"/v1/Products\((\d+)\)/UpdateQuantity", re.IGNORECASE)
_EXPORT = re.compile(r"/v1/Orders\((\d+)\)/Export", re.IGNORECASE)
_LIST = re.compile(r"/v1/Orders", re.IGNORECASE)
MARKS_LATE = timedelta(seconds=8)
_SHIP = re.compile(r"/v1/Orders\(\d+\)/Ship", re.IGNORECASE)


class WatchedChannel(ChannelAdvisorSandbox):
    """Of orders that were touched less than `hides` ago every third is not in lists yet; neither is
    their flag where it was set less than `MARKS_LATE` ago. Whoever asks for an order by its id is
    told the truth.

    `told` is (product id, DC) -> units by all deltas that were processed, `set_to` what a
    quantity was last set to; `shipped` counts shipments by the seller's own mark.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.told: Counter[tuple[int, int]] = Counter()
        self.set_to: dict[tuple[int, int], int] = {}
        self.shipped: Counter[str] = Counter()
        self.hides = timedelta()
        self._marked: dict[int, datetime] = {}

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        if self.hides and request.method == "GET" and _LIST.fullmatch(request.path):
            return self._of_a_while_ago(request, now)
        answer = super().answer(request, now)
        if request.method == "POST" and answer.status < 300:
            self._count(request, now)
        return answer

    def _of_a_while_ago(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        """A list of orders, as it is told somewhere that hears of changes later."""
        if "ID eq" in str(request.query):
            return super().answer(request, now)
        late = {order for order, moment in self._marked.items() if moment > now - MARKS_LATE}
        flagged = [(flags, flags & late) for flags in self.store._exported.values()]
        for flags, hidden in flagged:
            flags.difference_update(hidden)
        self.store._flags += 1
        answer = super().answer(request, now)
        for flags, hidden in flagged:
            flags.update(hidden)
        self.store._flags += 1
        return self._without_the_newest(answer, now)

    def _without_the_newest(self, answer: SandboxResponse, now: datetime) -> SandboxResponse:
        if answer.status != 200:
            return answer
        page = json.loads(answer.body)
        since = f"{now - self.hides:%Y-%m-%dT%H:%M:%S}"
        page["value"] = [
            row
            for row in page["value"]
            if row["ID"] % 3 or (row.get("UpdatedDateUtc") or "") < since
        ]
        return replace(answer, body=json.dumps(page).encode())

    def _count(self, request: SandboxRequest, now: datetime) -> None:
        quantity = _QUANTITY.match(request.path)
        if quantity:
            self._count_units(int(quantity[1]), json.loads(request.body)["Value"])
        elif exported := _EXPORT.match(request.path):
            self._marked[int(exported[1])] = now
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
