"""A merged tree that the schema accepts -> the Ruleset. Nothing is checked here any more."""

from __future__ import annotations

import hashlib
import json
from zoneinfo import ZoneInfo

from engine.config.build_items import build_items
from engine.config.build_orders import build_orders
from engine.config.build_shipments import build_shipments
from engine.config.build_stock import build_stock
from engine.config.literals import duration, zone
from engine.config.nodes import Entry, Node, entries, find, plain_at
from engine.model.ruleset import Connection, Gate, Link, OrderRules, Ruleset, Table

RETENTION = "30d"
LISTENING = ("shipments", "stock")
"""The sections whose flows live on messages of the connection in their `from`."""


def build(customer: str, tree: Node) -> Ruleset:
    """The ruleset of a customer; raises ValueError for a time zone or date that does not exist."""
    timezone = plain_at(tree, "timezone") or "UTC"
    items, shipments = find(tree, ["items"]), find(tree, ["shipments"])
    stock = find(tree, ["stock"])
    links = {name: _link(name, entry) for name, entry in entries(tree, "links")}
    profiles = {name: int(plain_at(entry.node)) for name, entry in entries(tree, "profiles")}
    return Ruleset(
        customer=customer,
        hash=digest(tree),
        timezone=timezone,
        connections={name: _connection(name, e) for name, e in entries(tree, "connections")},
        profiles=profiles,
        links=links,
        orders=_orders(tree, links, profiles, zone(timezone)),
        tables={name: _table(name, entry) for name, entry in entries(tree, "tables")},
        gates={name: _gate(name, entry) for name, entry in entries(tree, "gates")},
        retention=duration(plain_at(tree, "retention") or RETENTION),
        items=build_items(items, profiles, zone(timezone)) if items is not None else None,
        shipments=build_shipments(shipments) if shipments is not None else None,
        stock=build_stock(stock) if stock is not None else None,
        listens=frozenset(
            name for section in LISTENING if (name := plain_at(tree, section, "from")) is not None
        ),
    )


def digest(tree: Node) -> str:
    """The SHA-256 of what the tree means: the same for every way to format it."""
    text = json.dumps(tree.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _orders(
    tree: Node, links: dict[str, Link], profiles: dict[str, int], local: ZoneInfo
) -> OrderRules | None:
    node = find(tree, ["orders"])
    centers = tuple(link.dc for link in links.values())
    return build_orders(node, centers, profiles, local) if node is not None else None


def _connection(name: str, entry: Entry) -> Connection:
    settings = {key: below.node.plain() for key, below in entries(entry.node) if key != "adapter"}
    adapter = plain_at(entry.node, "adapter")
    return Connection(name=name, adapter=adapter, settings=settings, place=entry.key_place)


def _link(name: str, entry: Entry) -> Link:
    areas = plain_at(entry.node, "areas")
    return Link(
        name=name,
        dc=plain_at(entry.node, "dc"),
        areas=tuple(areas) if isinstance(areas, list) else (),
        pick=plain_at(entry.node, "pick"),
        stock=plain_at(entry.node, "stock"),
        place=entry.key_place,
    )


def _table(name: str, entry: Entry) -> Table:
    return Table(
        name=name,
        rows=plain_at(entry.node, "rows"),
        missing=plain_at(entry.node, "missing") or "hold",
        default=plain_at(entry.node, "default"),
        place=entry.key_place,
    )


def _gate(name: str, entry: Entry) -> Gate:
    limits = {limit: plain_at(entry.node, limit) for limit in ("max", "share", "units")}
    return Gate(name=name, **limits)
