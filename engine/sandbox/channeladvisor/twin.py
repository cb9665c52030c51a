"""The ChannelAdvisor twin: authorisation, limits, and the way to reads, writes and the floor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.channeladvisor import batch, exports, fulfillments, schema
from engine.sandbox.channeladvisor.accounts import Accounts, Application
from engine.sandbox.channeladvisor.actions import action_of
from engine.sandbox.channeladvisor.answers import (
    NO_CONTENT,
    RefusedError,
    not_found,
    web_error,
)
from engine.sandbox.channeladvisor.controls import control
from engine.sandbox.channeladvisor.reads import Call, Reader, Recall
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.store import Store
from engine.sandbox.floor import Floor, FloorSandbox
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_ADDRESS = re.compile(
    r"/v1/(?P<set>[a-z]+)(?:\((?P<key>-?\d{1,10})\)(?:/(?P<member>[a-z]+))?)?"
    r"(?P<count>/\$count)?/?",
    re.IGNORECASE,
)


class ChannelAdvisorSandbox(FloorSandbox[ChannelAdvisorSettings]):
    """State in, answers out.

    `state`: {"applications": [{"id", "secret", "refresh", "profiles": [ID]}], "Profiles",
    "DistributionCenters", "Sites", "Products", "Orders": [rows]}. Orders and products hold their
    children as lists under the navigations' names (Items with BundleComponents and Adjustments,
    Fulfillments with Items, CustomFields, OrderAttributes, Exports; Attributes, Images, Labels,
    DCQuantities, BundleComponents); members that are left out are null. A product's figures of
    what is held back, its totals, a bundle's quantities, and the rows of children and aliases
    are made from the rest.
    """

    def __init__(
        self, state: Mapping[str, Any], settings: ChannelAdvisorSettings | None = None
    ) -> None:
        self.accounts = Accounts(state.get("applications", ()))
        self.store = Store(state)
        self.exports = exports.Exports()
        self.floor = Floor(settings or ChannelAdvisorSettings(), self.store.state)
        self._batches = 0
        self._recall = Recall()

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        try:
            return self._answer(request, now)
        except RefusedError as refusal:
            return refusal.response

    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        return control(self._scene(now), request)

    def _scene(self, now: datetime) -> Scene:
        return Scene(store=self.store, settings=self.floor.settings, now=now)

    def _reader(self) -> Reader:
        return Reader(self.store, self.floor.settings, self._recall)

    def _answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        settings = self.floor.settings
        if settings.longest_target is not None and len(request.target) > settings.longest_target:
            raise web_error(414, "The request URI is too long.")
        place = request.path.lower().rstrip("/")
        if place == "/oauth2/token" and request.method == "POST":
            return self.accounts.grant(request, settings.token_seconds, now)
        if place.startswith(exports.FILES) and request.method == "GET":
            return self.exports.download(request, settings, now)
        if place == "/v1/$batch" and request.method == "POST":
            return self._batch(request, now)
        if place == "/v1/productexport" and request.method in ("GET", "POST"):
            return self._export(request, now)
        return self._entity(request, now)

    def _admitted(self, request: SandboxRequest, now: datetime) -> Application:
        application = self.accounts.caller(request, now)
        application.admit(request, self.floor.settings, now)
        return application

    def _entity(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        address = _ADDRESS.fullmatch(request.path)
        entity = schema.SETS.get(address["set"].lower()) if address else None
        if address is None or entity is None:
            raise not_found(request.origin + request.path)
        call = Call(
            request=request,
            query=request.query,
            application=self._admitted(request, now),
            entity=entity,
            key=None if address["key"] is None else int(address["key"]),
            member=address["member"] or "",
            counts=address["count"] is not None,
        )
        reader = self._reader()
        return reader.read(call) if request.method == "GET" else self._write(call, reader, now)

    def _write(self, call: Call, reader: Reader, now: datetime) -> SandboxResponse:
        method, member = call.request.method, call.member.lower()
        entity_set = call.entity.entity_set
        if call.key is None and call.entity is schema.FULFILLMENT and method == "POST":
            return self._create_fulfillment(call, reader, now)
        exporting = call.entity is schema.ORDER and member == "export"
        action = action_of(entity_set, member, method)
        if call.key is None or (action is None and not exporting):
            raise _not_allowed(method)
        row, top = reader.found(call)
        if action is not None:
            action(self._scene(now), row, top, call.request)
        elif method in ("POST", "DELETE"):
            self.store.flag(row, call.application.id, exported=method == "POST")
        else:
            raise _not_allowed(method)
        return NO_CONTENT

    def _create_fulfillment(self, call: Call, reader: Reader, now: datetime) -> SandboxResponse:
        order = self.store.order(fulfillments.order_of(call.request))
        if order is None or order["ProfileID"] not in call.application.profiles:
            raise not_found(call.request.origin + call.request.path)
        row = fulfillments.create(self._scene(now), order, call.request)
        return reader.created(call, (row, order))

    def _batch(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        """The parts one after another; each is in the log too, by its absolute address."""
        settings = self.floor.settings
        self._admitted(request, now)
        self._batches += 1
        if settings.batch_406_every is not None and self._batches % settings.batch_406_every == 0:
            raise web_error(406, "Not acceptable.")
        answers = []
        for key, part in batch.parts_of(request, settings.batch_parts):
            answer = self._part(part, now)
            self.floor.note(part, answer)
            answers.append((key, answer))
        return batch.reply(answers)

    def _part(self, part: SandboxRequest, now: datetime) -> SandboxResponse:
        try:
            batch.refuse(part)
            return self._answer(part, now)
        except RefusedError as refusal:
            return batch.as_odata(refusal.response)

    def _export(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        application, settings = self._admitted(request, now), self.floor.settings
        if request.method == "GET":
            export = self.exports.find(application.id, request)
            return exports.shown(export, settings, now, request.origin)
        profiles = exports.profiles_of(request, application.profiles)
        options = self._reader().options(request.query, schema.PRODUCT)
        rows = self.store.listed(schema.PRODUCT.entity_set, profiles)
        text = exports.table(rows, options, request.body.decode("utf-8", "replace"))
        export = self.exports.start(application.id, text, settings, now)
        return exports.shown(export, settings, now, request.origin)


def _not_allowed(method: str) -> RefusedError:
    return web_error(405, f"The requested resource does not support http method '{method}'.")
