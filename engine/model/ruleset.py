"""The ruleset as the flows and the compiler see it: frozen, validated, with the place of each text.

Built by `engine.config.build` from the merged YAML; nothing here reads files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from engine.diagnostics import Place
from engine.model.pieces import Expression, FieldRule, NamedRule, Template
from engine.model.rules_changes import ChangeRules, WriteBackRules
from engine.model.rules_items import ItemRules
from engine.model.rules_shipments import ShipmentRules
from engine.model.rules_stock import StockRules

__all__ = [
    "BundleWay",
    "Bundles",
    "Connection",
    "Criterion",
    "Expression",
    "FieldRule",
    "Gate",
    "Items",
    "Link",
    "NamedRule",
    "OrderFilter",
    "OrderRules",
    "Ruleset",
    "Table",
    "Template",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One system: the name that the customer gives it, the adapter's folder and its settings.

    Settings hold references to secrets (`env:NAME`, `file:PATH`), never the secrets.
    """

    name: str
    adapter: str
    settings: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Areas of the warehouse <-> one DC (its code, or its id), and the area that orders go to."""

    name: str
    dc: str | int
    areas: tuple[str, ...]
    pick: str | None
    stock: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Criterion:
    """`field is one of values`, or none of them when `negated`."""

    values: tuple[str | int, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What an order must be to be ours: every criterion that is given, and `where` when given.

    `profile` holds ids (names are resolved while building), `dc` codes or ids; `linked` is
    resolved to the DCs of all links. A criterion on a list (dc, tags, skus) asks whether any
    element is one of the values; negated, whether none is.
    """

    profile: Criterion | None = None
    shipping: Criterion | None = None
    payment: Criterion | None = None
    checkout: Criterion | None = None
    site: Criterion | None = None
    dc: Criterion | None = None
    tags: Criterion | None = None
    skus: Criterion | None = None
    where: Expression | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A lookup table; `missing` says what a value without a row does to its order."""

    name: str
    rows: Mapping[str, str]
    missing: Literal["hold", "reject", "default"] = "hold"
    default: str | None = None
    place: Place | None = None


BundleWay = Literal["split", "keep", "wos"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Per bundle SKU: split into components, keep as one item, or leave the split to the sink."""

    default: BundleWay = "split"
    keep: frozenset[str] = frozenset()
    wos: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()

    def way(self, sku: str) -> BundleWay:
        """What happens to the bundle of this SKU."""
        for name, members in (("keep", self.keep), ("wos", self.wos), ("split", self.split)):
            if sku in members:
                return name  # type: ignore[return-value]  # the three names are the literal's
        return self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What a ruleset says of the warehouse's items where its API cannot be read.

    `check`: `read` asks the sink, `table` uses the two lists, `off` checks nothing (the plan says
    so). `known` are item numbers, `bundles` bundle numbers of the warehouse.
    """

    check: Literal["read", "table", "off"] = "read"
    known: frozenset[str] = frozenset()
    bundles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """The `orders` section. A pass reads again so far behind its cursor as `overlap` says; every
    `sweep` one pass reads all that is not exported yet. `unallocated` is what becomes of an
    order of which some units are in no allocation.
    """

    source: str
    sink: str
    only: OrderFilter
    number: Template
    since: datetime
    overlap: timedelta
    sweep: timedelta = timedelta(days=1)
    skip: tuple[NamedRule, ...] = ()
    hold: tuple[NamedRule, ...] = ()
    wos_hold: tuple[NamedRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    bundles: Bundles = field(default_factory=Bundles)
    items: Items = field(default_factory=Items)
    not_open: frozenset[str] = frozenset()
    netted: bool = False
    bad_lines: Literal["hold", "drop"] = "hold"
    non_shippable: frozenset[str] = frozenset()
    unallocated: Literal["hold", "ignore"] = "hold"
    acknowledge: bool = True
    changes: ChangeRules | None = None
    write_back: WriteBackRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A limit on a plan: `max` changes of the kind it names, `share` of the records read, or
    `units` of stock.
    """

    name: str
    max: int | None = None
    share: float | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """One customer's effective rules; `hash` is of the merged text, stable over formatting.

    `retention` is how long request bodies and plan files, which hold buyers' data, are kept.
    `listens` are the connections whose messages some flow lives on.
    """

    customer: str
    hash: str
    timezone: str
    connections: Mapping[str, Connection]
    profiles: Mapping[str, int]
    links: Mapping[str, Link]
    orders: OrderRules | None
    tables: Mapping[str, Table]
    gates: Mapping[str, Gate]
    retention: timedelta = timedelta(days=30)
    listens: frozenset[str] = frozenset()
    items: ItemRules | None = None
    shipments: ShipmentRules | None = None
    stock: StockRules | None = None
