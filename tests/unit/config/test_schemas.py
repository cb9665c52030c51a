"""The shipped schemas: described, exemplified, and every key of the language with an effect."""

from __future__ import annotations

import re
from dataclasses import asdict, is_dataclass
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from engine.config.load import load
from engine.model.rules_changes import KINDS, STATES
from engine.model.ruleset import Ruleset
from engine.shipped import shipped
from tests.unit.config.library import COMPLETE, MemoryLibrary
from tests.unit.config.schema_walk import Property, keys, properties, read

NAMES = [
    "ruleset",
    "site-profile",
    "case",
    "records/order",
    "records/product",
    "records/transaction",
]
ALL = [(name, one) for name in NAMES for one in properties(read(name))]
LIST_CHANGES = ("/add", "/remove", "/replace")

# Each key of the language -> what it says here, over a complete ruleset that has the tables t, u.
EFFECTS = {
    "timezone": "timezone: Europe/Paris",
    "connections/*/adapter": "connections: {ca: {adapter: files}}",
    "connections/*/application": "connections: {ca: {application: env:OTHER}}",
    "connections/*/key": "connections: {wos: {key: env:OTHER}}",
    "connections/*/letter-case": "connections: {ca: {letter-case: ignored}}",
    "connections/*/limits/in-flight": "connections: {ca: {limits: {in-flight: 2}}}",
    "connections/*/limits/per-minute": "connections: {ca: {limits: {per-minute: 60}}}",
    "connections/*/paging": "connections: {ca: {paging: windows}}",
    "connections/*/posts": "connections: {wos: {posts: env:HOOK}}",
    "connections/*/profile": "connections: {wos: {profile: wos-ledgerline}}",
    "connections/*/read": "connections: {ca: {adapter: files, read: in.jsonl}}",
    "connections/*/refresh": "connections: {ca: {refresh: env:OTHER}}",
    "connections/*/secret": "connections: {ca: {secret: env:OTHER}}",
    "connections/*/timing/absent-gap": "connections: {wos: {timing: {absent-gap: 9s}}}",
    "connections/*/timing/late": "connections: {wos: {timing: {late: 9s}}}",
    "connections/*/timing/timeout": "connections: {wos: {timing: {timeout: 9s}}}",
    "connections/*/timing/window": "connections: {wos: {timing: {window: 9s}}}",
    "connections/*/url": "connections: {wos: {url: 'https://wos.example.com'}}",
    "connections/*/write": "connections: {wos: {adapter: files, write: out.jsonl}}",
    "gates/items.lost-aliases/max": "gates: {items.lost-aliases: {max: 1}}",
    "gates/items.patch-item/max": "gates: {items.patch-item: {max: 1}}",
    "gates/items.patch-item/share": "gates: {items.patch-item: {share: 0.5}}",
    "gates/items.upsert-item/max": "gates: {items.upsert-item: {max: 1}}",
    "gates/items.upsert-item/share": "gates: {items.upsert-item: {share: 0.5}}",
    "gates/orders.create/max": "gates: {orders.create: {max: 1}}",
    "gates/orders.create/share": "gates: {orders.create: {share: 0.5}}",
    "gates/orders.first-pass/max": "gates: {orders.first-pass: {max: 1}}",
    "gates/orders.first-pass/share": "gates: {orders.first-pass: {share: 0.5}}",
    "items/aliases/from": "items: {aliases: {from: [ca.EAN]}}",
    "items/bundles": "items: {bundles: send}",
    "items/children": "items: {children: skip}",
    "items/from": "items: {from: wos}",
    "items/map/*/default": "items: {map: {a: {from: title, default: D}}}",
    "items/map/*/from": "items: {map: {a: {from: sku}}}",
    "items/map/*/lookup": "items: {map: {l: {lookup: u}}}",
    "items/map/*/of": "items: {map: {l: {of: ca.X}}}",
    "items/map/*/overwrite": "items: {map: {a: {overwrite: false}}}",
    "items/map/*/required": "items: {map: {a: {required: true}}}",
    "items/map/*/text": "items: {map: {a: {text: T}}}",
    "items/only/where": "items: {only: {where: 'title != null'}}",
    "items/overlap": "items: {overlap: 1h}",
    "items/owner": "items: {owner: [outlet]}",
    "items/parents": "items: {parents: send}",
    "items/product-id": "items: {product-id: customField1}",
    "items/since": "items: {since: 2026-11-02}",
    "items/skip": "items: {skip: {s: 'title == null'}}",
    "items/to": "items: {to: ca}",
    "items/write": "items: {write: overwrite}",
    "links/*/areas": "links: {main: {areas: [Main, Bulk]}}",
    "links/*/dc": "links: {main: {dc: -3}}",
    "links/*/pick": "links: {main: {areas: [Main, Bulk], pick: Bulk}}",
    "links/*/stock": "links: {main: {stock: outlet}}",
    "orders/acknowledge": "orders: {acknowledge: none}",
    "orders/bundles/default": "orders: {bundles: {default: keep}}",
    "orders/bundles/keep": "orders: {bundles: {keep: [K]}}",
    "orders/bundles/split": "orders: {bundles: {split: [K]}}",
    "orders/bundles/wos": "orders: {bundles: {wos: [K]}}",
    "orders/cancelled": "orders: {cancelled: netted}",
    "orders/from": "orders: {from: wos}",
    "orders/hold": "orders: {hold: {h: 'site == null'}}",
    "orders/items/bundles": "orders: {items: {bundles: [K]}}",
    "orders/items/check": "orders: {items: {check: off}}",
    "orders/items/known": "orders: {items: {known: [K]}}",
    "orders/lines/bad": "orders: {lines: {bad: drop}}",
    "orders/lines/non-shippable": "orders: {lines: {non-shippable: [G]}}",
    "orders/map/*/default": "orders: {map: {a: {from: site, default: D}}}",
    "orders/map/*/from": "orders: {map: {a: {from: site_id}}}",
    "orders/map/*/lookup": "orders: {map: {l: {lookup: u}}}",
    "orders/map/*/of": "orders: {map: {l: {of: ca.X}}}",
    "orders/map/*/required": "orders: {map: {a: {required: true}}}",
    "orders/map/*/text": "orders: {map: {a: {text: T}}}",
    "orders/not-open": "orders: {not-open: [Complete]}",
    "orders/number": "orders: {number: 'X{{ ca.ID }}'}",
    "orders/only/checkout": "orders: {only: {checkout: [OnHold]}}",
    "orders/only/dc": "orders: {only: {dc: [7]}}",
    "orders/only/payment": "orders: {only: {payment: [Failed]}}",
    "orders/only/profile": "orders: {only: {profile: [us]}}",
    "orders/only/shipping": "orders: {only: {shipping: [Shipped]}}",
    "orders/only/site": "orders: {only: {site: [S]}}",
    "orders/only/skus": "orders: {only: {skus: [S]}}",
    "orders/only/tags": "orders: {only: {tags: [T]}}",
    "orders/only/where": "orders: {only: {where: 'site != null'}}",
    "retention": "retention: 12h",
    "orders/overlap": "orders: {overlap: 1h}",
    "orders/sweep": "orders: {sweep: 2h}",
    "orders/since": "orders: {since: 2026-11-02}",
    "orders/skip": "orders: {skip: {s: 'site == null'}}",
    "orders/to": "orders: {to: ca}",
    "orders/unallocated": "orders: {unallocated: ignore}",
    "orders/changes/absent": "orders: {changes: {absent: hold}}",
    "orders/changes/cancelled-when": "orders: {changes: {cancelled-when: [X]}}",
    "orders/changes/default": "orders: {changes: {default: alert}}",
    "orders/write-back/note": "orders: {write-back: {number: SellerOrderID, note: T}}",
    "orders/write-back/number": "orders: {write-back: {note: T, number: SellerOrderID}}",
    "orders/wos-hold": "orders: {wos-hold: {w: 'site == null'}}",
    "profiles": "profiles: {third: 3}",
    "gates/shipments.ship/max": "gates: {shipments.ship: {max: 1}}",
    "gates/shipments.ship/share": "gates: {shipments.ship: {share: 0.5}}",
    "shipments/at": "shipments: {at: picking}",
    "shipments/cancelled": "shipments: {cancelled: [Unshipped]}",
    "shipments/carriers": "shipments: {carriers: {UPS: [UPS, GROUND]}}",
    "shipments/catch-up": "shipments: {catch-up: 2h}",
    "shipments/from": "shipments: {from: ca}",
    "shipments/level": "shipments: {level: order}",
    "shipments/no-carrier": "shipments: {no-carrier: hold}",
    "shipments/overlap": "shipments: {overlap: 2h}",
    "shipments/shipped": "shipments: {shipped: [Complete]}",
    "shipments/to": "shipments: {to: wos}",
    "shipments/tracking/then": "shipments: {tracking: {then: hold}}",
    "shipments/tracking/wait": "shipments: {tracking: {wait: 1h}}",
    "gates/stock/max": "gates: {stock: {max: 1}}",
    "gates/stock/units": "gates: {stock: {units: 1}}",
    "stock/count": "stock: {count: report}",
    "stock/doubt": "stock: {doubt: heal}",
    "stock/except-reasons": "stock: {except-reasons: [R]}",
    "stock/foreign-picks": "stock: {foreign-picks: delta}",
    "stock/from": "stock: {from: ca}",
    "stock/moves": "stock: {moves: report}",
    "stock/net": "stock: {net: false}",
    "stock/product/field": "stock: {product: {field: customField2}}",
    "stock/pull": "stock: {pull: report}",
    "stock/put": "stock: {put: report}",
    "stock/putaway": "stock: {putaway: ignore}",
    "stock/rules/*/do": "stock: {rules: {r: {do: ignore}}}",
    "stock/rules/*/when": "stock: {rules: {r: {when: item == 'B'}}}",
    "stock/set/quantity": "stock: {set: {quantity: available, type: InStock}}",
    "stock/set/type": "stock: {set: {quantity: available, type: InStock}}",
    "stock/to": "stock: {to: wos}",
    "tables/*/default": "tables: {t: {default: D}}",
    "tables/*/missing": "tables: {t: {missing: reject}}",
    "tables/*/rows": "tables: {t: {rows: {B: '2'}}}",
} | {
    f"orders/changes/{kind}/{state}": f"orders: {{changes: {{{kind}: {{{state}: alert}}}}}}"
    for kind in (*KINDS, "cancelled")
    for state in STATES
} | {
    f"gates/order-changes.{op}/{limit}": f"gates: {{order-changes.{op}: {{{limit}: 1}}}}"
    for op in ("create", "delete")
    for limit in ("max", "share")
} | {
    f"orders/only/{name}/not": f"orders: {{only: {{{name}: {{not: [{word}]}}}}}}"
    for name, word in {
        "checkout": "OnHold", "dc": "X", "payment": "Failed", "profile": "us",
        "shipping": "Shipped", "site": "S", "skus": "S", "tags": "T",
    }.items()
}  # fmt: skip
START = """\
extends: complete
shipments: {from: wos, to: ca, tracking: {wait: 10m}}
stock:
  {from: wos, to: ca, putaway: delta, foreign-picks: ignore, product: {field: customField1},
  rules: {r: {when: item == 'A', do: report}}}
orders: {map: {a: {from: site}, l: {lookup: t, of: site}, m: {lookup: u, of: site}}}
items:
  {from: ca, to: wos, owner: [us], since: 2026-11-01, aliases: {from: [ca.UPC]},
  map: {a: {from: title}, l: {lookup: t, of: title}}}
tables: {t: {rows: {A: '1'}}, u: {rows: {A: '1'}}}
"""


def _ruleset(text: str = "") -> Ruleset:
    bases = {"complete": COMPLETE, "start": START}
    ruleset, problems = load("acme", MemoryLibrary({"acme": f"extends: start\n{text}"}, bases))
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert ruleset is not None
    return ruleset


def _without_places(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {k: _without_places(v) for k, v in value.items() if k not in ("place", "hash")}
    return [_without_places(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_schemas(name: str) -> None:
    """Each shipped schema is valid under draft 2020-12."""
    Draft202012Validator.check_schema(read(name))


@pytest.mark.parametrize(("name", "one"), ALL, ids=[f"{n}{one.pointer}" for n, one in ALL])
def test_properties_are_described_by_valid_examples(name: str, one: Property) -> None:
    """A property has a description, and at least one example that its own schema accepts."""
    schema = read(name)
    alone = {"$defs": schema.get("$defs", {}), **one.schema}

    assert one.schema["description"].endswith(".")
    assert one.schema["examples"]
    for example in one.schema["examples"]:
        assert [error.message for error in Draft202012Validator(alone).iter_errors(example)] == []


def test_the_walk_covers_the_language() -> None:
    """The table of effects has every key of the schema that holds a value, and no other."""
    schema = read("ruleset")
    found = {key for key in keys(schema, schema) if not key.endswith(LIST_CHANGES)}
    inner = {key.rpartition("/")[0] for key in found if not key.endswith("/not")}
    leaves = {key for key in found if key not in inner and f"{key}/*" not in inner}

    assert leaves - {"extends"} == set(EFFECTS)


@pytest.mark.parametrize("key", EFFECTS)
def test_each_key_has_an_effect(key: str) -> None:
    """What a key says arrives in the ruleset: with it, the ruleset is another one."""
    assert _without_places(_ruleset(EFFECTS[key])) != _without_places(_ruleset())


@pytest.mark.parametrize("path", sorted((shipped("rulesets")).rglob("ruleset.yaml")), ids=str)
def test_an_editor_accepts_an_overlay(path: Any) -> None:
    """A shipped ruleset is valid by itself, so that an editor shows no error in it."""
    text = re.sub(r"(since|ID): ([0-9T:Z-]+)", r"\1: '\2'", path.read_text(encoding="utf-8"))

    errors = Draft202012Validator(read("ruleset")).iter_errors(yaml.safe_load(text))

    assert [error.message for error in errors] == []
