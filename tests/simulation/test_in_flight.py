"""What people do to an order while nobody knows whether it is in the warehouse."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.ports.world import Request
from engine.sandbox.faults import FaultRule
from tests.acceptance.week import PROFILE
from tests.simulation.people import BUYER, FIRST_ORDER
from tests.simulation.scenes import SCENES
from tests.simulation.stage import CHANNEL, WAREHOUSE, Stage, open_stage
from tests.simulation.wire import rule

CANCELLED, EDITED = (
    ("cancel", {"order": FIRST_ORDER}),
    (
        f"orders/{FIRST_ORDER}",
        {"ShippingAddressLine1": "22 Oak Ave"},
    ),
)
MINUTE = timedelta(minutes=1)


def _sell(stage: Stage, number: int) -> None:
    stage.sell(PROFILE, ("MUG-01", 1, 7), **BUYER, ID=number, SiteOrderID=f"114-{number}")
    stage.wait(MINUTE)


def _cut(system: str, request: Request) -> FaultRule | None:
    """The answer to every create is lost."""
    creates = system == WAREHOUSE and request.method == "PUT" and "/orders" in request.url
    return rule("cut-after") if creates else None


@pytest.mark.parametrize(("deed", "left"), [(CANCELLED, []), (EDITED, ["22 Oak Ave"])])
def test_what_changed_before_an_order_was_found_is_seen(
    tmp_path: Path, deed: tuple[str, dict[str, Any]], left: list[str]
) -> None:
    """Its update is behind the cursor when reading back finds the order, and it is looked at."""
    stage = open_stage(tmp_path, SCENES[1])
    stage.run()
    _sell(stage, FIRST_ORDER)
    stage.net.choose = _cut
    stage.run()
    stage.net.choose = lambda _system, _request: None
    stage.floor(CHANNEL, *deed)
    stage.wait(8 * MINUTE)
    _sell(stage, FIRST_ORDER + 1)
    for delay in (MINUTE, 10 * MINUTE, 10 * MINUTE):
        stage.wait(delay)
        stage.run()

    orders = stage.states().warehouse["orders"]
    number = f"US-{FIRST_ORDER}"
    there = [one["header"]["shipTo"]["address1"] for one in orders if one["number"] == number]
    assert there == left
