"""The guide's table of what opens an inbox item and what closes it has all that is ever parked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from engine.report.inbox_entry import KINDS
from engine.shipped import shipped

ENGINE = Path(__file__).parents[2] / "engine"
GUIDE = shipped("docs") / "guides" / "holds-and-inbox.md"
ROW = re.compile(r"^\| (`[a-z]+`(?:, `[a-z]+`)*) \| `([a-z.-]+)` \| .+ \| .+ \|$", re.MULTILINE)
REJECT, REPORT = "reject", "report"
DECIDED: dict[str, set[tuple[str, str]]] = {
    "changes._kept_back": {(REPORT, "orders.changes")},
    "changes._once": set(),
    "changes.gone": {(REPORT, "changes.gone")},
    "changes.unreadable": {(REJECT, "changes.unreadable")},
    "changes_judging._told": {
        (REPORT, "orders.changes"),
        ("alert", "orders.changes"),
        (REPORT, "orders.changes.absent"),
        (REPORT, "changes.on-hold"),
        (REPORT, "changes.not-created"),
        (REPORT, "changes.refused"),
    },
    "changes_new._by_table": {(REPORT, "orders.changes"), ("alert", "orders.changes")},
    "items.decide": {(REJECT, "items.bad-sku"), (REJECT, "items.lookup")},
    "items.gone": {(REPORT, "items.gone")},
    "items.unreadable": {(REJECT, "items.unreadable")},
    "orders._already": {(REJECT, "orders.number-taken")},
    "orders._decide_part": {(REJECT, "orders.number-taken")},
    "orders._written": {(REPORT, "orders.write-back")},
    "orders.gone": {(REPORT, "orders.gone")},
    "orders.unreadable": {(REJECT, "orders.unreadable")},
    "orders_desired.desired_of": {(REJECT, "orders.lookup")},
    "shipments._carried": {(REPORT, "shipments.carried")},
    "shipments._no_order": {(REJECT, "shipments.unreadable"), (REPORT, "shipments.gone")},
    "shipments._not_shown": {(REJECT, "shipments.unreadable")},
    "shipments._of_part": {(REPORT, "shipments.reset")},
    "shipments.bad_message": {(REJECT, "shipments.message")},
    "shipments_parcel._of_share": {(REJECT, "shipments.not-picked")},
    "shipments_parcel._over": {(REPORT, "shipments.cancelled"), (REJECT, "shipments.too-many")},
    "shipments_tracking.tracking_decisions": {(REPORT, "shipments.more-tracking")},
    "stock_bookings.booking_of": {(REJECT, "stock.unreadable")},
    "stock_draft._reported": {(REPORT, "stock.ways")},
    "stock_known.told_elsewhere": {(REPORT, "stock.told-elsewhere")},
    "stock_picks._reset": {(REPORT, "stock.pick-reset")},
    "stock_picks.unusable": {(REPORT, "stock.order-gone"), (REJECT, "stock.order-unreadable")},
    "stock_products.product_of": {
        (REJECT, "stock.product-unknown"),
        (REJECT, "stock.product-twice"),
    },
    "stock_wards.not_healed": {(REPORT, "stock.no-heal")},
}
"""Each function of the flows that speaks of these outcomes, and what it decides by which rule."""

PARKED: dict[str, set[tuple[str, str]]] = {
    "executor/applying._note": set(),
    "executor/queue_watch._tell_gap": {("alert", "queue.gap")},
    "executor/queue_watch._tell_stuck": {("alert", "queue.stuck")},
    "executor/second_look.look_again": set(),
    "ledger/claims._told_before": {("conflict", "effects.conflict")},
    "ledger/claims.claim": {("conflict", "effects.conflict")},
    "ledger/endings.doubt": {("doubt", "effects.doubt")},
    "ledger/endings.failed": {("failed", "effects.failed")},
    "ledger/sql_ledger.park": set(),
}
"""Each function that parks, and what; those without anything park what they are given."""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """All functions of a module, methods too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def names(node: ast.AST, *attributes: str) -> bool:
    """Whether one of these attributes of anything is spoken of."""
    found = (one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute))
    return not set(attributes).isdisjoint(found)


def listed() -> set[tuple[str, str]]:
    """Class and rule of each row."""
    rows = ROW.findall(GUIDE.read_text(encoding="utf-8"))
    return {(kind, rule) for kinds, rule in rows for kind in re.findall(r"`([a-z]+)`", kinds)}


def test_the_flows_ask_a_person_where_the_test_knows_of_it() -> None:
    """Who adds a rejection or a report finds this test, and adds its row."""
    places = {
        f"{path.stem}.{one.name}"
        for path in (ENGINE / "flows").glob("*.py")
        for one in functions(path)
        if names(one, "REJECT", "REPORT")
    }

    assert places == set(DECIDED)


def test_nothing_else_parks() -> None:
    """Every call of `park` in the engine is known."""
    places = {
        f"{path.parent.name}/{path.stem}.{one.name}"
        for path in ENGINE.rglob("*.py")
        for one in functions(path)
        if any(names(call.func, "park") for call in ast.walk(one) if isinstance(call, ast.Call))
    }

    assert places == set(PARKED)


def test_the_table_has_all_of_it_and_no_more() -> None:
    """Class by class, rule by rule; a rule that a name follows is its family's row."""
    parked = set[tuple[str, str]]().union(*DECIDED.values(), *PARKED.values())

    assert listed() == parked
    assert {kind for kind, _ in parked} == set(KINDS)
