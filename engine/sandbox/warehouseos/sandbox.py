"""The WarehouseOS twin: orders, items, stock and the host queue, spoken as a profile says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.floor import Floor, FloorSandbox
from engine.sandbox.warehouseos.controls import control
from engine.sandbox.warehouseos.dialect import Call, Dialect
from engine.sandbox.warehouseos.intake import MalformedError
from engine.sandbox.warehouseos.item_calls import ITEM_CALLS
from engine.sandbox.warehouseos.order_calls import ORDER_CALLS
from engine.sandbox.warehouseos.queue_calls import QUEUE_CALLS
from engine.sandbox.warehouseos.refusals import (
    RefusedError,
    invalid,
    no_such_address,
    refusal,
    unauthorised,
)
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.warehouseos.site import Post, Site
from engine.sandbox.warehouseos.stock_calls import STOCK_CALLS
from engine.sandbox.warehouseos.store import Store
from engine.sandbox.wire import SandboxRequest, SandboxResponse

Answer = Callable[[Site, Call], Any]

CALLS: Mapping[str, Answer] = {**ORDER_CALLS, **ITEM_CALLS, **STOCK_CALLS, **QUEUE_CALLS}


class WarehouseOSSandbox(FloorSandbox[WarehouseOSSettings]):
    """`state` is what `Store` takes, `profile` a loaded site profile, `post` what SendToURL uses.

    As documented: unique order numbers, no update of an order's content, locks on batched orders.
    Every call is asked for its key; floor controls are not.
    """

    def __init__(
        self,
        state: Mapping[str, Any],
        profile: Mapping[str, Any],
        settings: WarehouseOSSettings | None = None,
        post: Post | None = None,
    ) -> None:
        self.store = Store(state)
        self.floor = Floor(settings or WarehouseOSSettings(), self.store.to_json)
        self._dialect = Dialect(profile)
        self._site = Site(store=self.store, dialect=self._dialect, floor=self.floor, post=post)

    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        return control(self._site, request, now)

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        if self._dialect.key(request) != self.floor.settings.api_key:
            return unauthorised()
        call = self._dialect.call(request, now)
        if call is None or call.endpoint not in CALLS:
            return no_such_address(request)
        try:
            answer = CALLS[call.endpoint](self._site, call)
        except MalformedError as problem:
            return invalid(str(problem))
        except RefusedError as problem:
            return refusal(self._dialect, problem)
        if isinstance(answer, SandboxResponse):
            return answer
        return SandboxResponse.json(200, answer)
