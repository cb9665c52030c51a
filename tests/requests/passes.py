"""A clean pass of each flow on a stage, with the fewest requests that it could do with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from engine.cli.applying import apply
from engine.cli.planning import plan
from engine.cli.reconciling import reconcile
from tests.acceptance.week import CUSTOMER, PROFILE
from tests.requests import minimum
from tests.requests.minimum import Kinds
from tests.simulation.people import BUYER, FIRST_ORDER
from tests.simulation.scenes import Scene
from tests.simulation.stage import CHANNEL, PAGES, Stage

ORDERS, PRODUCTS = PAGES["Orders"], PAGES["others"]
LATER = timedelta(minutes=10)
KNOWN_ITEMS = (("MUG-01", 6300105), ("ROPE-10", 6300101), ("TENT-2P", 6300102))

HELD = "contains(['6300124', '6300130', '6300134'], to_string(ca.ID))"
"""Products of the seeded world that two others share a name with: they would be held."""

PLAIN = Scene(
    overlay={"items": {"aliases": {"from": ["aliases"]}, "skip": {"two-of-a-name": HELD}}},
)
SETS = Scene(
    sets=True,
    overlay={
        "stock": {
            "foreign-picks": "ignore",
            "rules": {"recount": {"when": "kind == 'count'", "do": "set"}},
        }
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One row of the page. `before` sets the stage, `play` is counted. `beyond` is what it takes
    beyond the fewest, kind by kind; `apart` are the tokens and the lists of centers.
    """

    name: str
    play: Callable[[Stage], int]
    fewest: Kinds
    before: Callable[[Stage], None]
    beyond: Mapping[str, int] = field(default_factory=dict)
    apart: Mapping[str, int] = field(default_factory=dict)
    scene: Scene = PLAIN


def _sold(stage: Stage, number: int) -> None:
    """So many orders of one item, a second after another, a while ago."""
    for one in range(number):
        wanted = {"ID": FIRST_ORDER + one, "SiteOrderID": f"114-{one}"}
        stage.sell(PROFILE, ("MUG-01", 1, 7), **BUYER, **wanted)
        stage.wait(timedelta(seconds=1))
    stage.wait(LATER)


def _three_orders(stage: Stage) -> None:
    stage.run("orders")
    _sold(stage, 3)


def _nothing_to_do(stage: Stage) -> None:
    stage.run("orders", "order-changes")
    stage.wait(LATER)


def _by_plan(stage: Stage) -> int:
    file = str(stage.root / ".crossdock" / "plans" / "orders.jsonl")
    planned = stage.command(plan, CUSTOMER, "orders", "--out", file)
    assert planned == 2, stage.said
    return stage.command(apply, file)


def _three_boxes(stage: Stage) -> None:
    """The first pass looks once at all that changed in the warehouse, as it does every day."""
    _three_orders(stage)
    stage.run("orders")
    stage.run("shipments")
    for order in stage.states().warehouse["orders"]:
        number = order["number"]
        stage.batch(number)
        stage.pick(number)
        stage.pack(number)
        stage.label(number, f"1Z{number}")
    stage.wait(LATER)


def _three_products(stage: Stage) -> None:
    """Edited after all others were read, and none of these is held."""
    stage.run("items")
    stage.wait(LATER)
    stage.run("items")
    for sku, product in KNOWN_ITEMS:
        stage.floor(CHANNEL, f"products/{product}", {"Title": f"New {sku}"})
    stage.wait(LATER)


def _bookings(stage: Stage) -> None:
    """Four bookings of two products."""
    stage.run("stock")
    stage.put("MUG-01", 2, "MAIN")
    stage.put("MUG-01", 3, "WEST")
    stage.pull("ROPE-10", 1, "MAIN")
    stage.put("ROPE-10", 4, "MAIN")
    stage.wait(LATER)


def _a_move(stage: Stage) -> None:
    stage.run("stock")
    stage.move("ROPE-10", 3, origin="MAIN", target="WEST")
    stage.wait(LATER)


def _two_counts(stage: Stage) -> None:
    stage.run("stock")
    stage.count("MUG-01", 2, "MAIN")
    stage.count("ROPE-10", 2, "MAIN")
    stage.wait(LATER)


def _one_changed_one_cancelled(stage: Stage) -> None:
    """Long after their export flags, which are read once more within the overlap."""
    stage.run("orders")
    _sold(stage, 2)
    stage.run("orders")
    stage.wait(LATER)
    stage.run("order-changes")
    stage.wait(LATER)
    stage.floor(CHANNEL, f"orders/{FIRST_ORDER}", {"ShippingAddressLine1": "22 Oak Ave"})
    stage.floor(CHANNEL, "cancel", {"order": FIRST_ORDER + 1})
    stage.wait(LATER)


def _nothing(_stage: Stage) -> None:
    """The stage as it is."""


def _run(*flows: str) -> Callable[[Stage], int]:
    return lambda stage: stage.run(*flows)


PASSES = (
    Pass(
        name="idle poll",
        before=_nothing_to_do,
        play=_run("orders", "order-changes"),
        fewest=minimum.idle(),
        beyond={"new orders": 1},
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="orders, by run",
        before=_three_orders,
        play=_run("orders"),
        fewest=minimum.orders(3, items=1, page=ORDERS),
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="orders, by plan and apply",
        before=_three_orders,
        play=_by_plan,
        fewest=minimum.planned_orders(3, items=1, page=ORDERS),
        beyond={"order in the warehouse": 6},
        apart={"token": 2, "centers": 2},
    ),
    Pass(
        name="order changes",
        before=_one_changed_one_cancelled,
        play=_run("order-changes"),
        fewest=minimum.order_changes(gone=1, sent_again=1, items=1, page=ORDERS),
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="shipments",
        before=_three_boxes,
        play=_run("shipments"),
        fewest=minimum.shipments(3, page=ORDERS),
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="items",
        before=_three_products,
        play=_run("items"),
        fewest=minimum.items(3, page=PRODUCTS),
        apart={"token": 1},
    ),
    Pass(
        name="stock, deltas",
        before=_bookings,
        play=_run("stock"),
        fewest=minimum.deltas(2),
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="stock, a move",
        before=_a_move,
        play=_run("stock"),
        fewest=minimum.deltas(1),
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="stock, sets",
        before=_two_counts,
        play=_run("stock"),
        fewest=minimum.sets(2),
        scene=SETS,
        beyond={"messages": 1, "new orders": 1, "handled orders": 1, "levels": 1},
        apart={"token": 1, "centers": 1},
    ),
    Pass(
        name="reconciliation",
        before=_nothing,
        play=lambda stage: stage.command(reconcile, CUSTOMER),
        fewest=minimum.reconciliation(29, page=PRODUCTS),
        apart={"token": 1, "centers": 1},
    ),
)
