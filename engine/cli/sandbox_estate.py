"""From a customer's ruleset to the world in which it is rehearsed: its own ids, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.cli.sandbox_orders import Wanted, literals_of
from engine.consistency.orders_world import OrdersWorld
from engine.customers import Customer, mirrors_of
from engine.errors import ConfigurationError
from engine.model.ruleset import Link, Ruleset
from engine.record_shapes import order_words
from engine.sandbox.casting.estate import BundleWay, Estate, Goods, Plot, Wish
from engine.sandbox.casting.ground import Short, centers_of
from engine.sandbox.casting.town import CHANNEL, CREDENTIALS, WAREHOUSE
from engine.sandbox.casting.traffic import Traffic
from engine.sandbox.casting.wares import GHOST, KIT, Wares
from engine.sandbox.own_yard import OwnYard

ELSEWHERE = "ELSEWHERE"
"""The code of a DC that no link has."""
YOUNG = timedelta(hours=2)
"""A ruleset that takes nothing older than that has no orders yet, or takes them in the future."""
_ENV = "env:"
_OLD = timedelta(days=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What is to be cast; `ahead` is how far its clock goes before the real one, `unshown` the
    rules for which no order was found.
    """

    estate: Estate
    ahead: timedelta = timedelta()
    unshown: tuple[str, ...] = ()


def rehearsal_of(customer: Customer, now: datetime) -> Rehearsal:
    """The world of a customer's own ids, at this time, or a day after the earliest date where that
    lies ahead. Raises ConfigurationError where it has no channel or no warehouse to play.
    """
    since = _latest(customer)
    ahead = timedelta() if now - since >= YOUNG else since + timedelta(days=1) - now
    bare = _bare_estate(customer, now + ahead)
    traffic = Traffic(bare, Wares(bare), 0)
    places = {link.name: link.dc for link in customer.ruleset.links.values()}
    world = _world(customer)
    wanted = Wanted(world, lambda short: traffic.row(short, 1), mirrors_of(customer), places)
    found = list(wanted.wishes())
    wishes = [*found, *_standing_wishes(customer, wanted.base(), bare)]
    estate = replace(bare, usual=wanted.usual(), wishes=wishes)
    return Rehearsal(estate=estate, ahead=ahead, unshown=tuple(wanted.unshown(found)))


def environment_of(customer: Customer, yard: OwnYard) -> dict[str, str]:
    """What the customer's connections ask of the environment, with what the twins take."""
    return {
        value.removeprefix(_ENV): known
        for name, member, value in _references(customer)
        if value.startswith(_ENV) and (known := yard.setting(name, member)) is not None
    }


def beyond_reach(customer: Customer) -> list[str]:
    """The settings by which a connection would not reach a twin: they ask nothing of the
    environment.
    """
    return [
        f"connections.{name}.{member}"
        for name, member, value in _references(customer)
        if not value.startswith(_ENV)
    ]


def _references(customer: Customer) -> Iterator[tuple[str, str, str]]:
    """(connection, setting, its text) of all that leads to a system."""
    for name, connection in customer.ruleset.connections.items():
        for member in ("url", *CREDENTIALS.get(connection.adapter, ())):
            value = customer.settings[name].get(member)
            if connection.adapter in CREDENTIALS and isinstance(value, str):
                yield name, member, value


def _latest(customer: Customer) -> datetime:
    items = customer.ruleset.items
    return max([customer.compiled.rules.since, *([items.since] if items is not None else [])])


def _world(customer: Customer) -> OrdersWorld:
    adapter = customer.adapters.get(customer.compiled.rules.source)
    return OrdersWorld(customer.compiled, None, mirrors_of(customer), order_words(adapter))


def _bare_estate(customer: Customer, now: datetime) -> Estate:
    """The ids, without any order."""
    ruleset, rules = customer.ruleset, customer.compiled.rules
    linked = tuple(link.dc for link in ruleset.links.values())
    named = rules.only.dc.values if rules.only.dc is not None else ()
    others = [code for code in (*named, ELSEWHERE) if code not in linked]
    centers = centers_of(
        (*linked, *(code for code in others if isinstance(code, int))),
        {code: None for code in others if isinstance(code, str)},
    )
    stock, items, shipments = ruleset.stock, ruleset.items, ruleset.shipments
    return Estate(
        customer=ruleset.customer,
        now=now,
        since=rules.since,
        profiles=ruleset.profiles,
        centers=centers,
        plots=[_plot(link, ruleset) for link in ruleset.links.values()],
        sites=_sites(customer),
        carriers=list(shipments.carriers.values()) if shipments is not None else [],
        goods=_goods(customer),
        usual=(),
        reads=_order_reads(customer),
        product_reads=_product_members(
            customer, customer.items.rules.source if customer.items else ""
        ),
        named=_named(customer),
        attributes=_product_members(customer, "attributes"),
        id_member=(stock.product_field if stock is not None else None)
        or (items.product_id if items is not None else None),
    )


def _plot(link: Link, ruleset: Ruleset) -> Plot:
    first = next(iter(ruleset.profiles.values()))
    profile = ruleset.profiles.get(link.stock or "", first)
    return Plot(center=str(link.dc), areas=link.areas, profile=profile)


def _sites(customer: Customer) -> dict[str, Mapping[str, Any]]:
    """The warehouses, that of the orders first; raises ConfigurationError where there is none."""
    connections, sink = customer.ruleset.connections, customer.compiled.rules.sink
    names = [name for name, one in connections.items() if one.adapter == WAREHOUSE]
    if not names or not any(one.adapter == CHANNEL for one in connections.values()):
        raise ConfigurationError(
            f"the sandbox has no twin for both systems of {customer.ruleset.customer}",
            f"It plays connections whose adapters are {CHANNEL} and {WAREHOUSE}.",
        )
    ordered = sorted(names, key=lambda name: name != sink)
    return {name: customer.settings[name]["profile"] for name in ordered}


def _goods(customer: Customer) -> Goods:
    rules = customer.compiled.rules
    bundles, only = rules.bundles, rules.only
    named = sorted([*bundles.keep, *bundles.wos, *bundles.split])
    kits: dict[str, BundleWay] = {sku: bundles.way(sku) for sku in named}
    asked = only.skus.values if only.skus is not None and not only.skus.negated else ()
    tabled = rules.items.known if rules.items.check == "table" else frozenset()
    if rules.items.check != "table" or KIT in {*tabled, *rules.items.bundles}:
        kits[KIT] = bundles.default
    services = sorted(rules.non_shippable)
    return Goods(
        known=sorted(tabled - kits.keys() - rules.non_shippable),
        kits=kits,
        services=services,
        named=[str(sku) for sku in asked],
    )


def _order_reads(customer: Customer) -> frozenset[str]:
    """But not what we write: it is left alone where something stands."""
    compiled = customer.compiled
    reads = frozenset(path[1] for path in compiled.reads if len(path) == 2)
    return reads - frozenset(compiled.written.values())


def _product_members(customer: Customer, root: str) -> frozenset[str]:
    """What the mappings of the items section read below a member of a product."""
    items = customer.items
    if items is None:
        return frozenset()
    read = [one.value for one in items.fields if one.value is not None]
    read += [one.value for one in items.aliases or ()]
    paths = [path for one in read for path in one.references]
    return frozenset(path[1] for path in paths if len(path) == 2 and path[0] == root)


def _named(customer: Customer) -> dict[str, frozenset[str | int]]:
    """Raw member of an order -> the numbers and texts that stand in a mapping that reads it.

    Rules are left out: what they look for is in the order that shows them, and in no other.
    """
    found: dict[str, frozenset[str | int]] = {}
    for value in [one.value for one in customer.compiled.fields if one.value is not None]:
        literals = frozenset(literals_of(value.tree))
        for source, *path in value.references:
            if source == customer.compiled.rules.source and path:
                found[path[0]] = found.get(path[0], frozenset()) | literals
    return found


def _standing_wishes(customer: Customer, base: Short, estate: Estate) -> Iterator[Wish]:
    """What every ruleset decides: bundles, bad lines, several DCs, what is too old, and so on."""
    rules, goods = customer.compiled.rules, estate.goods
    for sku, way in goods.kits.items():
        yield Wish(shows=f"orders.bundles, {way} {sku}", short={**base, "beside": [sku]})
    for sku in goods.services:
        short = {**base, "beside": [sku]}
        yield Wish(shows=f"orders.lines.non-shippable {sku}", short=short)
    several = list(dict.fromkeys(plot.center for plot in estate.plots))[:2]
    if len(several) > 1:
        yield Wish(
            shows=f"a part for each of {' and '.join(several)}", short={**base, "places": several}
        )
    if rules.items.check != "off":
        yield Wish(shows="orders.items.unknown", short={**base, "beside": [GHOST]})
    yield Wish(shows="orders.lines.bad", short={**base, "beside": [""]})
    yield Wish(shows="no linked DC", short={**base, "dc": ELSEWHERE})
    placed = (rules.since - _OLD).isoformat()
    yield Wish(shows="orders.since", short={**base, "created": placed})
