"""What the oracle makes of units that are picked and then called off, before a quantity is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.week import PROFILE
from tests.simulation.books import Books
from tests.simulation.people import BUYER, FIRST_ORDER
from tests.simulation.scenes import SCENES
from tests.simulation.stage import CHANNEL, Stage, open_stage
from tests.simulation.truth import Ending, uneven

COUNTING = next(scene for scene in SCENES if "rules" in scene.overlay.get("stock", {}))
"""A count sets the quantity."""
PARTS = (("TEA-05", 3, 7), ("LAMP-01", 1, 9))


@pytest.mark.parametrize(
    ("rule", "sold", "cancelled", "units"),
    [
        ("cancelled", PARTS[:1], None, 3),
        ("line-removed", PARTS, None, 3),
        ("quantity-down", PARTS, 1, 1),
    ],
)
def test_what_was_picked_and_called_off_is_no_gap(
    tmp_path: Path,
    rule: str,
    sold: tuple[tuple[str, int, int], ...],
    cancelled: int | None,
    units: int,
) -> None:
    """A set may leave out what was called off and told, not a unit more, and none untold."""
    stage = open_stage(tmp_path, COUNTING)
    stage.run()
    ending = _ending(stage, sold, cancelled)

    assert [told for _, _, told, _ in ending.books.inbox] == [f"orders.changes.{rule}"]
    assert list(uneven(ending)) == []
    untold = replace(ending, books=replace(ending.books, inbox=()))
    gap = "TEA-05 at DC 7: 1 are due, it has grown by"
    assert list(uneven(untold)) == [f"{gap} {1 - units}"]
    _lose_one(ending)
    assert list(uneven(ending)) == [f"{gap} {-units}"]


def _ending(stage: Stage, sold: tuple[tuple[str, int, int], ...], cancelled: int | None) -> Ending:
    """An order is picked, all but the tea leaves, the tea is called off, and then it is counted."""
    before = stage.states()
    order = stage.sell(PROFILE, *sold, **BUYER, ID=FIRST_ORDER, SiteOrderID="114-1")
    _pass(stage)
    for one in stage.states().warehouse["orders"]:
        stage.pick(one["number"])
        if one["area"] == "WEST":
            stage.pack(one["number"])
            stage.label(one["number"], "1Z-1")
    _pass(stage)
    of_tea = {"line": order["Items"][0]["ID"], "quantity": cancelled} if cancelled else {}
    stage.floor(CHANNEL, "cancel", {"order": FIRST_ORDER, **of_tea})
    _pass(stage)
    stage.count("TEA-05", 1, "MAIN")
    _pass(stage)
    return Ending(
        scene=stage.scene,
        before=before,
        after=stage.states(),
        books=Books.of(stage.root),
        codes=(),
        printed="",
        told={},
        shipped={},
    )


def _pass(stage: Stage) -> None:
    stage.wait(timedelta(minutes=10))
    assert stage.run() == 0, stage.said


def _lose_one(ending: Ending) -> None:
    """One unit less of the tea can be sold than was set."""
    for product in ending.after.channel["Products"]:
        for row in product["DCQuantities"]:
            if (product["Sku"], row["DistributionCenterID"]) == ("TEA-05", 7):
                row["AvailableQuantity"] -= product["ProfileID"] == PROFILE
