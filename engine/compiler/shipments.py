"""A ruleset's `shipments` section with what it needs of the others. It has no expressions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model.rules_shipments import ShipmentRules
from engine.model.rules_stock import StockRules
from engine.model.ruleset import Link, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledShipments:
    """Everything that the shipments flow knows of a ruleset.

    `netted`: the channel has taken cancelled units out of its lines. `since` is the first day.
    `shares_picks`: another flow settles the messages of picks of orders that are not ours.
    """

    customer: str
    rules: ShipmentRules
    links: tuple[Link, ...]
    netted: bool
    since: datetime
    shares_picks: bool = False
    zone: str = "UTC"

    def local(self, moment: datetime) -> str:
        """A time as this customer's people read it: `2026-11-23 07:04 EST`."""
        return f"{moment.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M %Z}"

    def link(self, name: str, area: str | None) -> Link | None:
        """The link whose area it is (letter case apart), else the one of that name."""
        spoken = (area or "").casefold()
        mine = (one for one in self.links if spoken in {a.casefold() for a in one.areas})
        named = (one for one in self.links if one.name == name)
        return next(mine, None) or next(named, None)


def compile_shipments(ruleset: Ruleset) -> CompiledShipments | None:
    """None where the ruleset has no such section, or no orders that could be shipped."""
    if ruleset.shipments is None or ruleset.orders is None:
        return None
    return CompiledShipments(
        customer=ruleset.customer,
        rules=ruleset.shipments,
        links=tuple(ruleset.links.values()),
        netted=ruleset.orders.netted,
        since=ruleset.orders.since,
        shares_picks=_wants_picks(ruleset.stock),
        zone=ruleset.timezone,
    )


def _wants_picks(stock: StockRules | None) -> bool:
    return stock is not None and (stock.ways["pick"] != "ignore" or bool(stock.rules))
