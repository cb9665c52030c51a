"""The defaults that are told are those that the builders take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from typing import Any

import pytest

from engine.config.defaults import DEFAULTS, Default, defaults
from engine.config.document import parse
from engine.config.load import load_with_origins
from tests.unit.config.library import MemoryLibrary
from tests.unit.config.schema_walk import keys, read

SPARSE = """\
connections:
  ca: {adapter: channeladvisor, url: env:U, application: env:A, secret: env:S, refresh: env:R}
  wos: {adapter: warehouseos, url: env:W, key: env:K, profile: wos-assumed}
profiles: {us: 12000101}
links: {main: {dc: MAIN, areas: [Main], pick: Main, stock: us}}
orders:
  from: ca
  to: wos
  since: 2026-11-01
  number: "{{ ca.ID }}"
  map: {created: created}
  changes: {address: {available: recreate}}
shipments: {from: wos, to: ca, tracking: {}}
stock: {from: wos, to: ca, putaway: delta, foreign-picks: delta}
items: {from: ca, to: wos, owner: [us], since: 2026-11-01, map: {description: title}}
tables: {method: {rows: {A: B}}}
"""
"""Every section, each with no more than it must have."""
OTHER = {
    "timezone": "Asia/Tokyo",
    "orders.cancelled": "netted",
    "shipments.cancelled": ["X"],
    "lines.bad": "drop",
    "unallocated": "ignore",
    "bundles.default": "keep",
    "items.check": "off",
    "acknowledge": "none",
    "default": "alert",
    "absent": "hold",
    "cancelled-when": ["X"],
    "at": "picking",
    "level": "order",
    "no-carrier": "hold",
    "shipped": ["X"],
    "then": "hold",
    "put": "ignore",
    "pull": "ignore",
    "count": "ignore",
    "moves": "ignore",
    "set.quantity": "available",
    "set.type": "InStock",
    "net": False,
    "doubt": "heal",
    "parents": "send",
    "children": "skip",
    "bundles": "send",
    "write": "overwrite",
    "missing": "reject",
}
"""Another value for each; a duration where none is named here."""
OF_LISTS = ("/add", "/remove", "/replace", "/not")
LEFT_OUT = frozenset(
    """
    extends links/*/dc links/*/areas links/*/pick links/*/stock profiles/* tables/*/rows
    orders/from orders/to orders/since orders/number orders/only orders/skip/* orders/hold/*
    orders/wos-hold/* orders/not-open orders/lines/non-shippable orders/bundles/split
    orders/bundles/keep orders/bundles/wos orders/items/known orders/items/bundles
    orders/write-back orders/map shipments/from shipments/to shipments/carriers stock/from
    stock/to stock/putaway stock/foreign-picks stock/except-reasons stock/rules stock/product
    items/from items/to items/since items/owner items/only items/skip/* items/product-id
    items/aliases items/map tables/*/default gates connections
    """.split()
)
"""What must be said, and what is nothing or empty where nobody says it; with all below it."""


def loaded(**more: object) -> tuple[dict[str, Default], Any]:
    """The defaults of the sparse ruleset with this laid over it, and what is built of it."""
    library = MemoryLibrary({"acme": f"extends: sparse\n{_as_yaml(more)}"}, {"sparse": SPARSE})
    found = load_with_origins("acme", library)
    assert found.ruleset is not None, found.diagnostics
    assert found.tree is not None
    told = {".".join(one.path): one for one in defaults(found.tree)}
    return told, bare(found.ruleset)


def _as_yaml(more: dict[str, object]) -> str:
    """JSON is YAML."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in more.items())


def bare(value: Any) -> Any:
    """Without places and the hash, which say how a thing was written and not what it is."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {name: bare(v) for name, v in value.items() if name not in ("place", "hash")}
    return [bare(one) for one in value] if isinstance(value, list | tuple) else value


def nested(path: tuple[str, ...], value: object) -> dict[str, Any]:
    for step in reversed(path):
        value = {step: value}
    assert isinstance(value, dict)
    return value


def other(name: str) -> object:
    """Another value for a default, by the end of its path."""
    ends = [".".join(name.split(".")[-n:]) for n in (2, 1)]
    return next((OTHER[end] for end in ends if end in OTHER), "7m")


SPARSELY = sorted(loaded()[0])


@pytest.mark.parametrize("name", SPARSELY)
def test_a_default_said_aloud_changes_nothing(name: str) -> None:
    """The ruleset with the value written out is the same ruleset, and no default any more."""
    told, silent = loaded()
    again, said = loaded(**nested(told[name].path, told[name].value))

    assert said == silent
    assert name not in again


@pytest.mark.parametrize("name", [name for name in SPARSELY if ".changes." not in name])
def test_another_value_changes_something(name: str) -> None:
    """A key that did nothing would have any default."""
    told, silent = loaded()

    assert loaded(**nested(told[name].path, other(name)))[1] != silent


def _walked() -> Iterator[str]:
    schema = read("ruleset")
    found = {key for key in keys(schema, schema) if not key.endswith(OF_LISTS)}
    leaves = (key for key in found if not any(one.startswith(f"{key}/") for one in found))
    yield from (key for key in leaves if not key.startswith("orders/changes/"))


def test_every_key_of_the_language_has_a_default_or_needs_none() -> None:
    """A new key is told of here: with its default, or among those that are nothing without one."""
    said = {
        f"{section}.{name}".strip(".").replace(".", "/")
        for section, members in DEFAULTS.items()
        for name in members
    }
    missing = [
        key
        for key in sorted(_walked())
        if key not in said
        and not any(f"{key}/".startswith(f"{one.removesuffix('/*')}/") for one in LEFT_OUT)
    ]

    assert missing == []


def test_nothing_is_told_below_what_is_no_map() -> None:
    """Where a text stands in a section's place the section has no defaults."""
    node, problems = parse("orders: {lines: text}\nconnections: {ca: {limits: 5}}", "f.yaml")
    assert node is not None
    assert problems == []
    adapters = {"ca": {"limits.in-flight": 5, "paging": "keyset"}}
    told = {".".join(one.path) for one in defaults(node, adapters)}

    assert "connections.ca.paging" in told
    assert not {"orders.lines.bad", "connections.ca.limits.in-flight"} & told


def test_a_section_that_is_not_there_has_no_defaults() -> None:
    """What a customer has taken out is not spoken of."""
    told, _ = loaded(shipments=None, stock=None, items=None)

    assert {name.split(".")[0] for name in told} == {"timezone", "retention", "orders", "tables"}
