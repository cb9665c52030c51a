"""Asking the live systems whether what a ruleset says holds. It reads, and sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import ConfigurationError, ProtocolError, SystemUnavailableError
from engine.executor.chunks import chunks
from engine.executor.items import item_states
from engine.flows import checking, checking_products
from engine.flows.checking_products import Catalog, KnownBundle
from engine.model.desired import ItemState
from engine.model.finding import ERROR, Finding
from engine.model.product import Product
from engine.model.ruleset import OrderRules, Ruleset
from engine.model.shipment import Box, OrderProgress
from engine.ports.flows import Inspector, ProductSource, ProgressSource, ShelfSource, StockSink
from engine.ports.systems import OrderSink

DOORS = frozenset({"check.credentials", "check.key"})
"""What stands between us and everything else: when one is shut, nothing more is asked there."""
BATCH = 200
LATELY = timedelta(days=30)
ORDERS = 400
"""Carriers are looked up in so many of the orders that changed lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Eyes on both systems; a side that an adapter does not offer is None.

    `targets` are the header members that the sink knows, None where anything goes.
    """

    ruleset: Ruleset
    orders: OrderRules
    inspectors: Mapping[str, Inspector]
    items: OrderSink
    stock: StockSink | None
    products: ProductSource | None
    shelves: ShelfSource | None
    progress: ProgressSource | None
    targets: frozenset[str] | None


def check(sites: Sites, now: datetime) -> Iterator[Finding]:
    """Every finding, system by system; what cannot be asked is a finding too."""
    shut = set()
    for name, inspector in sites.inspectors.items():
        found = _asked("check.reads", name, inspector.inspect)
        if any(one.severity == ERROR and one.rule in DOORS for one in found):
            shut.add(name)
        yield from found
    rules = sites.orders
    yield from checking.fields_written([rule.target for rule in rules.fields], sites.targets)
    for rule, needs, step in _steps(sites, now):
        if not shut & needs:
            yield from _asked(rule, " and ".join(sorted(needs)), step)


_Step = tuple[str, frozenset[str], Callable[[], Iterable[Finding]]]


def _steps(sites: Sites, now: datetime) -> list[_Step]:
    """What is asked beyond each system's own inspection, with the connections that it needs."""
    source, sink = frozenset({sites.orders.source}), frozenset({sites.orders.sink})
    return [
        (checking.PROFILES, source, lambda: _profiles(sites)),
        (checking.CENTERS, source, lambda: _centers(sites)),
        (checking.AREAS, sink, lambda: _areas(sites)),
        (checking_products.TWICE, source | sink, lambda: _products(sites)),
        (checking.CARRIERS, sink, lambda: _carriers(sites, now)),
    ]


def _asked(rule: str, about: str, step: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a step finds; one that gets no usable answer is a finding of its own."""
    try:
        return list(step())
    except (ConfigurationError, ProtocolError, SystemUnavailableError) as error:
        about = f"connection {about}"
        return [checking.finding(rule, ERROR, about, error.summary, error.advice)]


def _profiles(sites: Sites) -> Iterator[Finding]:
    inspector = sites.inspectors.get(sites.orders.source)
    reached = inspector.profiles() if inspector is not None else None
    if reached is not None:
        yield from checking.profiles_found(sites.ruleset.profiles, reached)


def _centers(sites: Sites) -> Iterator[Finding]:
    if sites.stock is not None:
        centers = sites.stock.centers().values()
        yield from checking.centers_found(list(sites.ruleset.links.values()), list(centers))


def _areas(sites: Sites) -> Iterator[Finding]:
    """Walks the stock only until every area of the links was seen."""
    links = list(sites.ruleset.links.values())
    wanted = {area.casefold() for link in links for area in (*link.areas, link.pick) if area}
    if sites.shelves is None or not wanted:
        return checking.areas_unseen(links)
    seen: set[str] = set()
    told = False
    for page in sites.shelves.shelves():
        told = told or any(level.area is None for level in page)
        seen |= {level.area for level in page if level.area is not None}
        if wanted <= {area.casefold() for area in seen}:
            break
    if told and not seen:
        return checking.areas_unseen(links)
    return checking.areas_found(links, seen)


def _products(sites: Sites) -> Iterator[Finding]:
    if sites.stock is None:
        return
    catalog = Catalog()
    for page in sites.stock.levels(sorted(set(sites.ruleset.profiles.values()))):
        catalog.add(page)
    yield from checking_products.twice(catalog, _groups(sites.ruleset))
    yield from _bundles(sites, catalog)


def _groups(ruleset: Ruleset) -> dict[str, list[int]]:
    """The profiles in which a SKU must be one product's, by what needs it."""
    groups: dict[str, list[int]] = {}
    if ruleset.stock is not None:
        told = {link.stock for link in ruleset.links.values() if link.stock is not None}
        groups |= {f"stock of {name}": [ruleset.profiles[name]] for name in sorted(told)}
    if ruleset.items is not None:
        groups["items.owner"] = list(ruleset.items.owners)
    return groups


def _bundles(sites: Sites, catalog: Catalog) -> Iterator[Finding]:
    """The channel's bundles, with what the warehouse knows of them and of their components."""
    split = {s: key for s, key in catalog.bundles.items() if _is_split(sites, s)}
    parts = _components(sites, list(split.values()))
    known = [
        KnownBundle(sku=sku, components=parts.get(split.get(sku, ""), ()))
        for sku in sorted(catalog.bundles)
    ]
    numbers = {one for bundle in known for one in (bundle.sku, *bundle.components)}
    states: dict[str, ItemState] = {}
    for batch in chunks(sorted(numbers), BATCH):
        states |= item_states(sites.orders.items, sites.items, batch)
    return checking_products.bundles_found(sites.orders.bundles, known, states)


def _is_split(sites: Sites, sku: str) -> bool:
    return sites.orders.bundles.way(sku) == "split"


def _components(sites: Sites, products: list[str]) -> dict[str, tuple[str, ...]]:
    """Product id -> the SKUs of its components; what cannot be read is missing."""
    if sites.products is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for batch in chunks(products, BATCH):
        for key, product in sites.products.by_key(batch).items():
            if isinstance(product, Product):
                found[key] = tuple(part.sku for part in product.components)
    return found


def _carriers(sites: Sites, now: datetime) -> Iterator[Finding]:
    """What the boxes of orders that changed lately went by."""
    rules = sites.ruleset.shipments
    if rules is None or sites.progress is None:
        return
    pairs: Counter[str] = Counter()
    read = 0
    for numbers in sites.progress.changed(now - LATELY):
        for order in sites.progress.progress(numbers[: ORDERS - read]).values():
            if isinstance(order, OrderProgress):
                pairs.update(_pair(box) for box in order.boxes if box.carrier)
        read += len(numbers)
        if read >= ORDERS:
            break
    yield from checking.carriers_seen(pairs, list(rules.carriers))


def _pair(box: Box) -> str:
    """As `shipments.carriers` spells it."""
    return f"{box.carrier}/{box.service}" if box.service else str(box.carrier)
