"""The WarehouseOS twin: orders, and items as far as orders need them, spoken as a profile says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.floor import Floor, FloorSandbox
from engine.sandbox.warehouseos.controls import control
from engine.sandbox.warehouseos.dialect import Call, Dialect
from engine.sandbox.warehouseos.intake import AskedOrder, MalformedError, asked_order
from engine.sandbox.warehouseos.matching import as_new_item, matched, numbered
from engine.sandbox.warehouseos.refusals import (
    RefusedError,
    invalid,
    no_such_address,
    refusal,
    unauthorised,
)
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.warehouseos.stamps import moment_of, stamp
from engine.sandbox.warehouseos.store import Store, StoredLine, StoredOrder
from engine.sandbox.warehouseos.views import created_view, order_view, page_view
from engine.sandbox.wire import SandboxRequest, SandboxResponse

Answer = Callable[[Call, bytes, datetime], Any]


class WarehouseOSSandbox(FloorSandbox[WarehouseOSSettings]):
    """`state` is what `Store` takes, `profile` a loaded site profile.

    As documented: unique order numbers, no update of an order's content, locks on batched orders.
    Every call is asked for its key; floor controls are not.
    """

    def __init__(
        self,
        state: Mapping[str, Any],
        profile: Mapping[str, Any],
        settings: WarehouseOSSettings | None = None,
    ) -> None:
        self.store = Store(state)
        self.floor = Floor(settings or WarehouseOSSettings(), self.store.to_json)
        self._dialect = Dialect(profile)
        self._answers: Mapping[str, Answer] = {
            "orders.create": self._create,
            "orders.get": self._get,
            "orders.list": self._list,
            "orders.delete": self._delete,
            "items.get": self._item,
        }

    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        return control(self.store, request, now)

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        if self._dialect.key(request) != self.floor.settings.api_key:
            return unauthorised()
        call = self._dialect.call(request)
        if call is None or call.endpoint not in self._answers:
            return no_such_address(request)
        try:
            return SandboxResponse.json(200, self._answers[call.endpoint](call, request.body, now))
        except MalformedError as problem:
            return invalid(str(problem))
        except RefusedError as problem:
            return refusal(self._dialect, problem)

    def _create(self, call: Call, body: bytes, now: datetime) -> Any:
        asked = asked_order(self._dialect, body)
        self._check(asked)
        lines = self._matched(asked)
        order = _stored(asked, lines, now)
        for line in lines:
            if line.bundle is None and line.item not in self.store.items:
                self.store.put_item(line.item)
        self.store.add(order)
        return created_view(self._dialect, order)

    def _check(self, asked: AskedOrder) -> None:
        if self.floor.settings.enforce_unique and self.store.find(asked.number) is not None:
            field = self._dialect.name("order", "number")
            text = f"Order Number {asked.number} already exists"
            raise RefusedError("duplicate", text, field)
        known = asked.area is None or asked.area in self.store.areas
        if not known and self._dialect.policy["unknownArea"] == "reject":
            field = self._dialect.name("order", "area")
            raise RefusedError("UNKNOWN_AREA", f"There is no area {asked.area}", field)

    def _matched(self, asked: AskedOrder) -> list[StoredLine]:
        creates = self.floor.settings.unknown_item or self._dialect.policy["unknownItem"]
        stored: list[StoredLine] = []
        for line in asked.lines:
            found = matched(line, self.store)
            if found is None and creates != "create":
                field = self._dialect.name("line", "item")
                raise RefusedError("UNKNOWN_ITEM", f"There is no item {line.item}", field)
            stored += as_new_item(line) if found is None else found
        return numbered(stored)

    def _get(self, call: Call, body: bytes, now: datetime) -> Any:
        return order_view(self._dialect, self._order(call))

    def _delete(self, call: Call, body: bytes, now: datetime) -> Any:
        order = self._order(call)
        if order.locked:
            text = f"Order {order.number} is batched or started and cannot be deleted"
            raise RefusedError("locked", text)
        self.store.remove(order.number)
        return self._dialect.speak("error", {"success": True})

    def _list(self, call: Call, body: bytes, now: datetime) -> Any:
        status, since = self._list_filters(call)
        orders = [
            order
            for order in self.store.orders()
            if (status is None or order.status == status)
            and (since is None or order.modified >= since)
        ]
        settings = self.floor.settings
        size = min(_count(call, "size", settings.page_size), settings.page_size_max)
        return page_view(self._dialect, orders, _count(call, "page", 1), size)

    def _list_filters(self, call: Call) -> tuple[str | None, str | None]:
        status, since = call.arguments.get("status"), call.arguments.get("since")
        wanted = self._dialect.status(status) if status else None
        if status and wanted is None:
            raise RefusedError("INVALID_RECORD", f"There is no status {status}", "status")
        try:
            return wanted, stamp(moment_of(since)) if since else None
        except ValueError as problem:
            raise RefusedError("INVALID_RECORD", f"{since} is not a time", "since") from problem

    def _item(self, call: Call, body: bytes, now: datetime) -> Any:
        number = call.arguments.get("number", "")
        bundle = number not in self.store.items
        if bundle and number not in self.store.bundles:
            raise RefusedError("not-found", f"There is no item {number}")
        shown = {"number": number, "description": number, "bundle": bundle}
        return self._dialect.speak("item", shown)

    def _order(self, call: Call) -> StoredOrder:
        number = call.arguments.get("number", "")
        order = self.store.find(number)
        if order is None:
            raise RefusedError("not-found", f"There is no order {number}")
        return order


def _stored(asked: AskedOrder, lines: list[StoredLine], now: datetime) -> StoredOrder:
    return StoredOrder(
        number=asked.number,
        status=asked.status,
        area=asked.area,
        created=asked.created or stamp(now),
        modified=stamp(now),
        lines=lines,
        header=dict(asked.header),
    )


def _count(call: Call, word: str, default: int) -> int:
    text = call.arguments.get(word, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError("INVALID_RECORD", f"{text} is not a count from 1", word)
    return int(text)
