"""A town of one case: a channel and its warehouses, without sockets, set up from short records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.sandbox.casting.ground import PLACED, UNITS, Ground, Row, Short
from engine.sandbox.casting.orders import as_placed, order_row
from engine.sandbox.casting.products import goods_of, product_row
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.floor import FLOOR
from engine.sandbox.warehouseos.outbox import FIRST_ID
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import Sandbox, SandboxRequest

KEY = "case"
"""What both twins take for every credential."""
CHANNEL, WAREHOUSE = "channeladvisor", "warehouseos"
CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    CHANNEL: ("application", "secret", "refresh"),
    WAREHOUSE: ("key",),
}
"""Adapter that a twin can play -> the settings by which it is asked to let one in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A warehouse before anything has happened: `areas` are the links', `items` what it knows, or
    {number, aliases, members}; `bundles` its own, `unknown` numbers that it does not know although
    orders name them, `stock` area -> item -> units, `messages` {type, payload} as they wait.
    """

    profile: Mapping[str, Any]
    areas: Sequence[str] = ()
    items: Sequence[str | Mapping[str, Any]] = ()
    bundles: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    messages: Sequence[Mapping[str, Any]] = ()


class Town:
    """`centers` are rows of DCs by code; `sites` connection -> what the warehouse there has, beside
    every item that one of the `orders` names.
    """

    def __init__(
        self,
        ground: Ground,
        centers: Mapping[str, Mapping[str, Any]],
        sites: Mapping[str, Site],
        orders: Iterable[Short] = (),
    ) -> None:
        self._ground = ground
        self.channel = ChannelAdvisorSandbox(
            _account(ground, centers),
            ChannelAdvisorSettings(per_minute=None, adjust_nets=False, clamp_at_zero=False),
        )
        skus = skus_of(order_row(short, ground) for short in orders)
        self.warehouses: Mapping[str, Sandbox] = {
            name: WarehouseOSSandbox(
                _state(site, skus, ground), site.profile, WarehouseOSSettings(api_key=KEY)
            )
            for name, site in sites.items()
        }

    def lay_out(self, orders: Iterable[Short], products: Iterable[Short], now: datetime) -> None:
        """Puts records into the channel, in place of those with their ids: an order that was marked
        as taken over stays marked. Raises ValueError for what fits nothing.
        """
        ground = replace(self._ground, now=now)
        rows = [order_row(self._again(short), ground) for short in orders]
        known = {row["ID"] for row in self._channel("state", None, now)["Products"]}
        given = [product_row(short, ground) for short in products]
        goods = [product_row(short, ground) for short in goods_of(rows)]
        named = {(row["ProfileID"], row["Sku"]) for row in given}
        for row in given:
            self._channel("products", row, now)
        for row in goods:
            if row["ID"] not in known and (row["ProfileID"], row["Sku"]) not in named:
                self._channel("products", row, now)
        for row in rows:
            self._put_order(row, now)

    def happen(self, site: str, act: str, members: Mapping[str, Any], now: datetime) -> None:
        """One thing that people do on the floor of a warehouse; raises ValueError where it cannot
        be done.
        """
        _asked(self.warehouses[site], act, dict(members), now)

    def available(self, now: datetime) -> Counter[tuple[str, str]]:
        """(Code or id of a DC, SKU) -> the units that the channel can sell from there."""
        codes = {number: code for code, number in self._ground.centers.items()}
        found: Counter[tuple[str, str]] = Counter()
        for product in self._channel("state", None, now)["Products"]:
            for row in product["DCQuantities"]:
                place = codes[row["DistributionCenterID"]], product["Sku"]
                found[place] += row["AvailableQuantity"] or 0
        return found

    def _again(self, short: Short) -> Short:
        return as_placed(short, self.channel.store.order(int(short["id"])))

    def _put_order(self, row: Row, now: datetime) -> None:
        known = self.channel.store.order(row["ID"])
        if known is not None:
            row = {**row, "Exports": known["Exports"]}
        self._channel("orders", row, now)

    def _channel(self, place: str, value: Any, now: datetime) -> Any:
        return _asked(self.channel, place, value, now)


def _asked(twin: Sandbox, place: str, value: Any, now: datetime) -> Any:
    request = SandboxRequest(
        method="GET" if value is None else "POST",
        target=FLOOR + place,
        body=b"" if value is None else json.dumps(value).encode(),
    )
    answer = twin.handle(request, now)
    if answer.status >= 400:
        raise ValueError(json.loads(answer.body)["error"])
    return json.loads(answer.body) if answer.body else None


def skus_of(orders: Iterable[Row]) -> list[str]:
    """The SKUs of lines and components, each once."""
    found = [
        good.get("Sku")
        for order in orders
        for line in order["Items"]
        for good in (line, *(line["BundleComponents"] or ()))
    ]
    return [sku for sku in dict.fromkeys(found) if sku]


def _account(ground: Ground, centers: Mapping[str, Mapping[str, Any]]) -> Row:
    """The channel's account: an application that sees every profile, and the DCs."""
    first = next(iter(ground.centers.values()))
    profiles = list(dict.fromkeys(ground.profiles.values()))
    return {
        "applications": [{"id": KEY, "secret": KEY, "refresh": KEY, "profiles": profiles}],
        "Profiles": [
            {"ID": number, "AccountName": name, "DefaultDistributionCenterID": first}
            for name, number in ground.profiles.items()
        ],
        "DistributionCenters": [
            _center(code, number, centers.get(code, {})) for code, number in ground.centers.items()
        ],
    }


def _center(code: str, number: int, given: Mapping[str, Any]) -> Row:
    return {
        "ID": number,
        "Name": code,
        "Code": code,
        "Type": "ExternallyManaged" if given.get("external") else "Warehouse",
        "IsExternallyManaged": bool(given.get("external")),
        "IsDeleted": bool(given.get("deleted")),
    }


def _state(site: Site, skus: Sequence[str], ground: Ground) -> Row:
    """A warehouse that knows what orders name: each item, or the bundle of that number."""
    given = [{"number": one} if isinstance(one, str) else dict(one) for one in site.items]
    mine = {item["number"] for item in given}
    rest = [sku for sku in skus if sku not in mine | set(site.unknown) | set(site.bundles)]
    items = [*given, *({"number": sku} for sku in rest)]
    areas = list(dict.fromkeys([*site.areas, *site.stock]))
    return {
        "areas": areas,
        "items": items,
        "bundles": site.bundles,
        "inventory": [
            {"item": item["number"], "location": f"{area}-1", "quantity": units}
            for area in areas or ["floor"]
            for item in items
            for units in [site.stock.get(area, {}).get(item["number"], UNITS)]
        ],
        "queue": [
            {"id": number, "created": ground.ago(PLACED), **message}
            for number, message in enumerate(site.messages, start=FIRST_ID)
        ],
        "nextMessage": FIRST_ID + len(site.messages),
    }
