"""The ChannelAdvisor twin: routes, authorisation, limits, reads, writes and its floor controls.

POST /_floor/orders       stores a whole order in place of the one with its ID
POST /_floor/orders/{id}  replaces members, lists as a whole; stamps UpdatedDateUtc unless given
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.sandbox.channeladvisor import schema, writes
from engine.sandbox.channeladvisor.accounts import Accounts, Application
from engine.sandbox.channeladvisor.answers import (
    NO_CONTENT,
    RefusedError,
    not_found,
    odata,
    web_error,
)
from engine.sandbox.channeladvisor.options import Options, Pairs, options_of
from engine.sandbox.channeladvisor.pages import Asked, Placed, collection, single
from engine.sandbox.channeladvisor.predicates import Rules
from engine.sandbox.channeladvisor.schema import EntityType
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.stamps import stamp
from engine.sandbox.channeladvisor.store import Store
from engine.sandbox.floor import FLOOR, Floor, FloorError, FloorSandbox, members_of
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_ADDRESS = re.compile(
    r"/v1/(?P<set>[a-z]+)(?:\((?P<key>-?\d{1,10})\)(?:/(?P<member>[a-z]+))?)?/?", re.IGNORECASE
)
_NOT_ECHOED = ("access_token", "$skip", "$top")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted call: who calls, and the address taken apart."""

    request: SandboxRequest
    query: Mapping[str, str]
    application: Application
    entity: EntityType
    key: int | None
    member: str | None


class ChannelAdvisorSandbox(FloorSandbox[ChannelAdvisorSettings]):
    """State in, answers out.

    `state`: {"applications": [{"id", "secret", "refresh", "profiles": [ID]}], "Profiles",
    "DistributionCenters", "Sites", "Orders": [rows]}. Orders hold their children as lists under
    the navigations' names (Items with BundleComponents and Adjustments, Fulfillments with Items,
    CustomFields, OrderAttributes, Exports); members that are left out are null.
    """

    def __init__(
        self, state: Mapping[str, Any], settings: ChannelAdvisorSettings | None = None
    ) -> None:
        self.accounts = Accounts(state.get("applications", ()))
        self.store = Store(state)
        self.floor = Floor(settings or ChannelAdvisorSettings(), self.store.state)

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        try:
            return self._answer(request, now)
        except RefusedError as refusal:
            return refusal.response

    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        place, _, key = request.path.removeprefix(FLOOR).partition("/")
        if request.method != "POST" or place != "orders":
            return None
        members = members_of(request)
        if key:
            members = self._merged(key, members, now)
        if not isinstance(members.get("ID"), int) or not isinstance(members.get("ProfileID"), int):
            raise FloorError("An order has an ID and a ProfileID, both whole numbers.")
        self.store.put(members)
        return SandboxResponse(status=204)

    def _merged(self, key: str, members: dict[str, Any], now: datetime) -> dict[str, Any]:
        order = self.store.order(int(key)) if key.isdecimal() else None
        if order is None:
            raise FloorError(f"There is no order {key}.")
        return {**order, "UpdatedDateUtc": stamp(now), **members}

    def _answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        settings = self.floor.settings
        if settings.longest_target is not None and len(request.target) > settings.longest_target:
            raise web_error(414, "The request URI is too long.")
        if request.path.lower() == "/oauth2/token" and request.method == "POST":
            return self.accounts.grant(request, settings.token_seconds, now)
        address = _ADDRESS.fullmatch(request.path)
        entity = schema.SETS.get(address["set"].lower()) if address else None
        if address is None or entity is None:
            raise not_found(request.origin + request.path)
        application = self.accounts.caller(request, now)
        application.admit(request, settings, now)
        call = Call(
            request=request,
            query=request.query,
            application=application,
            entity=entity,
            key=None if address["key"] is None else int(address["key"]),
            member=address["member"],
        )
        return self._read(call) if request.method == "GET" else self._write(call, now)

    def _read(self, call: Call) -> SandboxResponse:
        if call.key is None:
            return self._list(call, call.entity, self._listed(call))
        placed = self._found(call)
        if call.member is None:
            options = self._options(call, call.entity)
            return odata(200, single(placed, options, self._asked(call, None)))
        name = call.entity.canonical(call.member)
        navigation = call.entity.navigations.get(name or "")
        if navigation is None:
            raise not_found(call.request.origin + call.request.path)
        row, top = placed
        children = [(child, top) for child in navigation.rows(row, top)]
        return self._list(call, navigation.target, children)

    def _list(self, call: Call, entity: EntityType, rows: Iterable[Placed]) -> SandboxResponse:
        settings = self.floor.settings
        asked = self._asked(call, settings.nested_limit)
        size = settings.page_size(entity.entity_set)
        return odata(200, collection(rows, self._options(call, entity), size, asked))

    def _listed(self, call: Call) -> Iterable[Placed]:
        """The rows of a set; orders by their export flag where it is asked for."""
        rows = self.store.rows(call.entity.entity_set, call.application.profiles).values()
        wanted = self._exported(call)
        if call.entity is not schema.ORDER or wanted is None:
            return rows
        flagged = self.store.exported(call.application.id)
        return (placed for placed in rows if (placed[0]["ID"] in flagged) is wanted)

    def _exported(self, call: Call) -> bool | None:
        text = call.query.get("exported")
        if text is None:
            return self.floor.settings.exported_default
        if text.lower() not in ("true", "false"):
            raise web_error(400, "The request is invalid.")
        return text.lower() == "true"

    def _found(self, call: Call) -> Placed:
        rows = self.store.rows(call.entity.entity_set, call.application.profiles)
        placed = rows.get(call.key)
        if placed is None:
            raise not_found(call.request.origin + call.request.path)
        return placed

    def _options(self, call: Call, entity: EntityType) -> Options:
        settings = self.floor.settings
        rules = Rules(
            ignore_case=settings.letter_case == "ignored", drop_null=settings.ne_null == "dropped"
        )
        return options_of(entity, _dollar(call.query), rules)

    def _asked(self, call: Call, nested_limit: int | None) -> Asked:
        pairs = tuple(pair for pair in call.query.items() if pair[0] not in _NOT_ECHOED)
        return Asked(
            origin=call.request.origin,
            path=call.request.path,
            pairs=pairs,
            token=call.query.get("access_token"),
            nested_limit=nested_limit,
            ignore_case=self.floor.settings.letter_case == "ignored",
        )

    def _write(self, call: Call, now: datetime) -> SandboxResponse:
        method, member = call.request.method, (call.member or "").lower()
        if call.entity is not schema.ORDER or call.key is None:
            raise web_error(405, f"The requested resource does not support http method '{method}'.")
        order, _ = self._found(call)
        if member == "export" and method in ("POST", "DELETE"):
            self.store.flag(order, call.application.id, exported=method == "POST")
        elif not member and method in ("PATCH", "PUT"):
            writes.apply_patch(order, writes.patch_of(call.request), now)
        else:
            raise web_error(405, f"The requested resource does not support http method '{method}'.")
        return NO_CONTENT


def _dollar(query: Mapping[str, str]) -> Pairs:
    """The query options whose names begin with `$`; others are the system's own or ignored."""
    return tuple(pair for pair in query.items() if pair[0].startswith("$"))
