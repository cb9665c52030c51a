from __future__ import annotations

import ast
import json
import random
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import engine.sandbox
from engine.sandbox.channeladvisor.members import ENUMS
from engine.sandbox.channeladvisor.schema import DISTRIBUTION_CENTER, FULFILLMENT, ORDER, ORDER_ITEM
from engine.sandbox.world.generate import SMALLEST, generate
from engine.sandbox.world.model import World
from tests.unit.sandbox.world.conftest import NOW


def _orders(world: World) -> list[dict[str, Any]]:
    orders: list[dict[str, Any]] = world.channeladvisor["Orders"]
    return orders


def test_equal_arguments_give_equal_worlds() -> None:
    """Seed, size and time decide everything, whatever chance was used for before."""
    first = asdict(generate(120, 3, NOW))
    random.random()
    assert asdict(generate(120, 3, NOW)) == first
    assert asdict(generate(120, 4, NOW)) != first


def test_a_world_is_as_big_as_it_was_asked_to_be(bigger: World) -> None:
    """The size counts all orders, those of a foreign profile and too old ones included."""
    assert len(_orders(bigger)) == 600
    assert SMALLEST == 50


def test_a_world_that_cannot_be_is_refused() -> None:
    """Too few orders for the specials, or a time before there are any, raise ValueError."""
    with pytest.raises(ValueError, match="at least 50"):
        generate(49, 1, NOW)
    with pytest.raises(ValueError, match="needs a now after"):
        generate(50, 1, datetime(2026, 11, 2, tzinfo=UTC))


def test_the_states_are_plain_json(smallest: World) -> None:
    """Both sandboxes' states survive a round trip through JSON."""
    for state in (smallest.channeladvisor, smallest.sites):
        assert json.loads(json.dumps(state)) == state


def test_every_status_occurs_in_the_smallest_world(smallest: World) -> None:
    """Each shipping, payment and checkout status is on some order."""
    for member in ("ShippingStatus", "PaymentStatus", "CheckoutStatus"):
        assert {order[member] for order in _orders(smallest)} == set(ENUMS[member])


def test_every_kind_of_dc_occurs(smallest: World) -> None:
    """DC 0, a negative one, an externally managed and a deleted one hold fulfillments."""
    used = {
        box["DistributionCenterID"] for order in _orders(smallest) for box in order["Fulfillments"]
    }
    rows = {row["ID"]: row for row in smallest.channeladvisor["DistributionCenters"]}
    assert used == {0, -3, 5, 7, 9, -2, 11}
    assert rows[-2]["IsExternallyManaged"] is True
    assert rows[11]["IsDeleted"] is True


def test_records_have_every_member(smallest: World) -> None:
    """Orders, lines, fulfillments and DCs carry all members, null where there is nothing."""
    order = _orders(smallest)[0]
    center = smallest.channeladvisor["DistributionCenters"][0]
    for row, entity in (
        (order, ORDER),
        (order["Items"][0], ORDER_ITEM),
        (order["Fulfillments"][0], FULFILLMENT),
        (center, DISTRIBUTION_CENTER),
    ):
        assert set(entity.kinds) <= set(row)
    assert center["DeliveryAvailable"] is True
    assert center["ThroughputLimitUnits"] == "Days"


def test_stamps_agree_vary_and_stay_in_the_past(bigger: World) -> None:
    """Many orders share a stamp, fractions have 0 to 7 digits, and none is in the future."""
    stamps = [order["UpdatedDateUtc"] for order in _orders(bigger)]
    digits = {len(stamp.partition(".")[2].rstrip("Z")) for stamp in stamps}
    last = (NOW - timedelta(hours=1)).isoformat()[:19]
    assert len(set(stamps)) < len(stamps) / 2
    assert digits == set(range(8))
    assert max(stamps)[:19] <= last
    for order in _orders(bigger):
        assert order["CreatedDateUtc"][:19] <= order["UpdatedDateUtc"][:19]


def test_ids_are_unique(bigger: World) -> None:
    """No two orders, lines, fulfillments or fulfillment items share an id."""
    orders = _orders(bigger)
    boxes = [box for order in orders for box in order["Fulfillments"]]
    for rows in (
        orders,
        [line for order in orders for line in order["Items"]],
        boxes,
        [item for box in boxes for item in box["Items"]],
    ):
        assert len({row["ID"] for row in rows}) == len(rows)


def test_component_quantities_are_for_the_whole_line(smallest: World) -> None:
    """A bundle's component quantity is multiplied by the line's, as documented."""
    number = smallest.specials["bundle-left-to-wos"]
    order = next(order for order in _orders(smallest) if order["ID"] == number)
    components = order["Items"][0]["BundleComponents"]
    assert [(row["Sku"], row["Quantity"]) for row in components] == [("LAMP-01", 3), ("ROPE-10", 6)]


def test_the_generator_knows_nothing_of_the_engine() -> None:
    """World and twins import no module of the engine but those of the sandbox."""
    folder = Path(engine.sandbox.__path__[0])
    for name in ("world", "warehouseos"):
        for path in sorted((folder / name).glob("*.py")):
            for module in _imports(path):
                assert not module.startswith("engine") or module.startswith("engine.sandbox")


def _imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.append(node.module or "")
    return found
