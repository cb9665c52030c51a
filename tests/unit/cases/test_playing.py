"""Cases on the real street: every flow, what is filled in, and what cannot be played."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cases.case import Verdict
from engine.cases.suite import run_suite
from tests.unit.cases.sample import RULESET, customer_of, suite_of, workspace_with

HELD_ORDER = """\
title: A held order is decided again, as it is now.
flow: orders
earlier: {at: 2026-11-20T07:00:00Z, orders: [{id: 1001, raw: {RequestedShippingClass: Slow}}]}
given: {orders: [{id: 1001, raw: {RequestedShippingClass: NextDay}}]}
at: 2026-11-23T07:00
expect:
  decisions:
    - {key: 1001/east, sends: [{body: {shipMethod: 1DAY}}, {operation: export}]}
"""
GREEN = {
    "what is not said is filled in so that an order goes out": """\
title: plain
given: {orders: [{id: 1001}]}
expect:
  orders: {1001: send}
  records: {1001/east: send}
  decisions: [{sends: [{operation: create}, {operation: export, body: {}}]}]
""",
    "an order that an earlier pass sent is nothing new": """\
title: sent before
earlier: {orders: [{id: 1001}]}
given: {orders: [{id: 1001}]}
expect: {orders: {1001: not-read}}
""",
    "an order that an earlier pass held is decided again": HELD_ORDER,
    "an order before the earliest date says which criterion that is": """\
title: too old
given: {orders: [{id: 1001, created: 2026-10-01}]}
expect: {orders: {1001: skip}}
""",
    "a gate that blocks is seen, and the parts of an order end as they end": """\
title: blocked
given:
  orders:
    - {id: 1001}
    - {id: 1002, profile: outlet}
    - {id: 1003, lines: [{sku: A, dc: EAST3PL}, {sku: null, dc: 9}]}
    - {id: 1004, dc: 9}
expect: {blocked: [orders.create], orders: {1001: send}}
""",
    "a bundle is split, a cancelled unit is not sent, and an unknown item holds": """\
title: lines
given:
  warehouse: {unknown: [NEW-1], bundles: {KIT-WOS: [{item: LAMP, quantity: 1}]}, items: [LAMP]}
  orders:
    - {id: 1001, lines: [{sku: KIT, quantity: 2, cancelled: 1, bundle: {LAMP: 1, BULB: 2}}]}
    - {id: 1002, lines: [{sku: NEW-1}]}
    - {id: 1003, lines: [{sku: KIT-WOS, bundle: {LAMP: 1}}]}
    - {id: 1004, lines: [{sku: LAMP, id: 77, status: Complete}, {sku: BULB, raw: {Title: A bulb}}]}
expect:
  decisions:
    - key: 1001/east
      sends:
        - body: {orderLines: [{itemNumber: LAMP, quantity: 1}, {itemNumber: BULB, quantity: 2}]}
        - {operation: export}
    - {key: 1002/east, outcome: hold, rule: orders.items.unknown}
    - {key: 1003/east, sends: [{body: {orderLines: [{itemNumber: KIT-WOS}]}}, {operation: export}]}
    - {key: 1004/east, sends: [{body: {orderLines: [{itemNumber: BULB}]}}, {operation: export}]}
""",
    "a whole raw record is read as it is": """\
title: raw
given:
  centers: [{code: EAST3PL, id: 7}]
  orders:
    - id: 1001
      raw:
        ProfileID: 12000124
        OrderTags: "Gift, Rush"
        Items: [{ID: 5, Sku: LAMP, Quantity: 3}, {Sku: BULB, Quantity: 1}]
        Fulfillments:
          - {DistributionCenterID: 7, Items: [{OrderItemID: 5, Sku: LAMP, Quantity: 3}]}
          - Items: [{OrderItemID: 100102, Sku: BULB, Quantity: 1}]
expect:
  decisions:
    - sends:
        - body:
            {orderStatus: Hold, customField1: "Gift, Rush",
             orderLines: [{quantity: 3}, {quantity: 1}]}
        - {operation: export}
""",
    "raw lines without fulfillments are the first link's": """\
title: raw lines
given: {orders: [{id: 1001, raw: {Items: [{Sku: LAMP, Quantity: 3}]}}]}
expect: {records: {1001/east: send}}
""",
    "a change of an order that was sent is decided by the state of the floor": """\
title: changes
flow: order-changes
earlier: {orders: [{id: 1001}, {id: 1002, raw: {ShippingCity: Here}}]}
happened: [{start: {order: 1001}}]
given: {orders: [{id: 1001, shipping: Canceled}, {id: 1002, raw: {ShippingCity: There}}]}
expect: {orders: {1001: report, 1002: report}}
""",
    "an order that is given again with nothing else was placed when it was placed": """\
title: unchanged
flow: order-changes
earlier: {orders: [{id: 1001}, {id: 1002}, {id: 1003, created: 2026-11-20T07:00:00Z}]}
happened: [{delete: {order: 1002}}]
given:
  orders: [{id: 1001}, {id: 1002}, {id: 1003}]
expect:
  orders: {1001: no-op, 1002: no-op, 1003: no-op}
  decisions: [{key: 1001/east, rule: changes.none}, {key: 1002/east, rule: orders.changes.absent}]
""",
    "an order that was adopted is bound, and what becomes of it is told": """\
title: adopted
flow: order-changes
earlier: {adopted: [{id: 1001}, {id: 1002}], orders: [{id: 1003}]}
happened: [{start: {order: 1001}}]
given: {orders: [{id: 1001, shipping: Canceled}, {id: 1002, shipping: Canceled}, {id: 1003}]}
expect:
  orders: {1003: no-op}
  decisions: [{key: 1001/east, outcome: report}, {key: 1002/east, rule: orders.changes.cancelled}]
""",
    "an order that was adopted is not sent again": """\
title: adopted, and read again
earlier: {adopted: [{id: 1001}]}
given: {orders: [{id: 1001}, {id: 1002}]}
expect: {orders: {1001: not-read, 1002: send}}
""",
    "a box of an order that was adopted is told": """\
title: adopted, and shipped
flow: shipments
earlier: {adopted: [{id: 1001, lines: [{sku: LAMP}]}]}
happened:
  - pick: {order: 1001}
  - pack: {order: 1001, boxes: [{id: B1, carrier: UPS, service: Ground, tracking: 1Z1}]}
expect: {decisions: [{key: "1001/east:B1", sends: [{operation: ship}]}]}
""",
    "a box is told, also one of a part": """\
title: shipments
flow: shipments
earlier: {orders: [{id: 1001, lines: [{sku: LAMP, dc: EAST3PL}, {sku: BULB, dc: 9}]}]}
happened:
  - pick: {order: 1001/west}
  - pack: {number: 1001-west, boxes: [{id: B1, carrier: UPS, service: Ground, tracking: 1Z1}]}
expect: {decisions: [{key: "1001/west:B1", sends: [{operation: ship}]}]}
""",
    "what the floor books moves what can be sold, and nothing else does": """\
title: stock
flow: stock
given: {warehouse: {items: [{number: LAMP, aliases: [L-1]}], areas: [OFFICE]}}
happened:
  - put: {item: LAMP, quantity: 5, area: MAIN}
  - pull: {item: LAMP, quantity: 1, area: WEST, reason: DAMAGED}
  - enter: {number: HAND-1, area: WEST, lines: [{item: BULB, quantity: 1}]}
  - move: {item: LAMP, quantity: 1, fromArea: OFFICE, toArea: WEST}
expect: {exactly: true, stock: {EAST3PL: {LAMP: 5}, 9: 1}}
""",
    "what an earlier pass did and what is sent now are on one record": """\
title: stock after an earlier pass
flow: stock
earlier: {orders: [{id: 1001}]}
happened: [{put: {item: LAMP, quantity: 5, area: MAIN}}]
expect: {stock: {EAST3PL: 5}}
""",
    "a product that the channel does not list is nobody's guess": """\
title: unlisted
flow: stock
given: {unlisted: [LAMP]}
happened: [{put: {item: LAMP, quantity: 5, area: MAIN}}]
expect: {decisions: [{outcome: reject, rule: stock.product-unknown}]}
""",
    "a message is read as the site writes it": """\
title: message
flow: stock
given:
  warehouse:
    items: [LAMP]
    stock: {MAIN: {LAMP: 3}}
    messages:
      - type: InventoryAdjustment
        payload:
          {transactionType: Put, itemNumber: LAMP, areaName: MAIN, quantity: 4,
           transactionDateTime: "2026-11-22T07:00:00Z"}
  products: [{sku: LAMP, stock: {EAST3PL: 1}}]
expect: {stock: {EAST3PL: 4}}
""",
    "products become items, and a kind of product that is not wanted does not": """\
title: items
flow: items
earlier: {products: [{sku: OLD, id: 7, title: Old}]}
given:
  products:
    - {sku: OLD, id: 7, title: New, attributes: {Colour: red}, images: [https://x.example.com/1]}
    - {sku: KIT, bundle: {LAMP: 1}}
    - {sku: SHIRT-M, parent: SHIRT, id: 8, updated: 2026-12-01T23:00+00:00}
    - {sku: SHIRT, kind: Parent, profile: us, raw: {Brand: B}}
expect:
  orders: {7: send, 8: send}
  decisions: [{key: 7, sends: [{operation: patch-item, body: {description: New}}]}]
""",
}


def _only(root: Path, text: str, ruleset: str = RULESET) -> Verdict:
    (verdict,) = suite_of(root, text, ruleset=ruleset).verdicts
    return verdict


@pytest.mark.parametrize("what", GREEN)
def test_what_a_case_says_is_played(what: str, tmp_path: Path) -> None:
    """Each flow of the engine has cases, and they end as the flow does."""
    verdict = _only(tmp_path, GREEN[what])

    assert verdict.green, (verdict.trouble, verdict.faults, verdict.differences)


@pytest.mark.parametrize(
    ("case", "trouble"),
    [
        ("given: {orders: [{id: 1, profile: nobody}]}", "no profile 'nobody': us, outlet"),
        (
            "earlier: {adopted: [{id: 7, raw: {RequestedShippingClass: Slow}}]}",
            "order 7 cannot be adopted as it is:",
        ),
        (
            "earlier: {adopted: [{id: 7, payment: Submitted}]}",
            "order 7 cannot be adopted as it is: the ruleset does not select it",
        ),
        ("given: {orders: [{id: 1, dc: NOWHERE}]}", "no DC 'NOWHERE': name one of EAST3PL, 9"),
        ("given: {orders: [{id: 1, created: 2026-13-45}]}", "month must be in 1..12"),
        ("given: {orders: [{id: 1, raw: {Items: [{ID: {}}]}}]}", "has the wrong shape"),
        ("given: {orders: [{id: 1, raw: {Items: 5}}]}", "has the wrong shape"),
        ("given: {orders: [{id: 1, raw: {CreatedDateUtc: 5}}]}", "a record has a member of the"),
        ("given: {products: [{sku: A, raw: {Attributes: [5]}}]}", "has the wrong shape"),
        ("flow: stock\nhappened: [{enter: {number: 1, lines: [5]}}]", "happened[0], enter: "),
        ("happened: [{pick: {order: 1}}]", "happened[0], pick: of order 1 the earlier pass sent"),
        ("happened: [{pick: {number: X}}]", "happened[0], pick: "),
        (
            "flow: stock\nhappened: [{put: {item: A, quantity: 1, location: X}}]",
            "happened[0], put: There is no location 'X'. Mend",
        ),
        ("flow: stock\nhappened: [{count: {area: MAIN}}]", "happened[0], count: "),
    ],
)
def test_what_fits_nothing_is_told(case: str, trouble: str, tmp_path: Path) -> None:
    """A mistake of the records is no pass, and says where it is."""
    verdict = _only(tmp_path, f"title: a\n{case}\nexpect: {{orders: {{1: send}}}}\n")

    assert not verdict.green
    assert trouble in verdict.trouble
    assert "_floor" not in verdict.trouble


def test_a_flow_that_the_ruleset_has_not_is_told(tmp_path: Path) -> None:
    """The case says which flows there are instead."""
    ruleset = RULESET.replace("items: {owner: [us], since: 2026-11-02}", "items: null")

    verdict = _only(tmp_path, "title: a\nflow: items\nexpect: {orders: {1: send}}\n", ruleset)

    assert "has no items" in verdict.trouble
    assert "orders, order-changes, shipments, stock" in verdict.trouble


def test_a_system_without_a_twin_is_told(tmp_path: Path) -> None:
    """Where nobody can play one side there is no case, and no guess of what it would say."""
    ruleset = """\
connections:
  ca: {adapter: files, read: orders.jsonl}
  wos: {adapter: files, write: out.jsonl}
profiles: {us: 12000123}
links: {east: {dc: EAST3PL, areas: [MAIN], pick: MAIN, stock: us}}
orders: {from: ca, to: wos, since: 2026-11-01, number: "{{ key }}", items: {check: "off"}, map: {}}
"""

    verdict = _only(tmp_path, "title: a\nexpect: {orders: {1: send}}\n", ruleset)

    assert "the adapter files, which has no twin" in verdict.trouble


def test_the_site_of_another_dialect_is_played_as_well(tmp_path: Path) -> None:
    """Requests are those of the customer's own site profile."""
    ruleset = f"{RULESET}connections: {{wos: {{profile: wos-ledgerline}}}}\n"

    assert _only(tmp_path, GREEN["a box is told, also one of a part"], ruleset).green


def test_a_flow_of_another_warehouse_is_played_there(tmp_path: Path) -> None:
    """What happened did so in the warehouse that the flow is about, and nowhere else."""
    floor = "{adapter: warehouseos, url: env:B_URL, key: env:B_KEY, profile: wos-ledgerline}"
    ruleset = RULESET.replace("stock:\n", "stock:\n  from: floor\n")

    verdict = _only(
        tmp_path,
        GREEN["what the floor books moves what can be sold, and nothing else does"],
        f"{ruleset}connections: {{floor: {floor}}}\n",
    )

    assert verdict.green, (verdict.trouble, verdict.differences)


def test_a_ruleset_that_is_one_file_has_cases_too(tmp_path: Path) -> None:
    """They lie in the folder of the customer's name."""
    workspace = workspace_with(tmp_path, GREEN["a box is told, also one of a part"])
    folder = tmp_path / "rulesets" / "acme"
    (folder / "ruleset.yaml").rename(tmp_path / "rulesets" / "acme.yaml")

    suite = run_suite(workspace, customer_of(workspace), lambda done, total: None)

    assert [one.green for one in suite.verdicts] == [True]
