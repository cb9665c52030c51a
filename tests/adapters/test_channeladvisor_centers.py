"""ChannelAdvisor's list of centers, which a pass knows without asking twice."""

from __future__ import annotations

from engine.adapters.channeladvisor import ADAPTER
from engine.ports.systems import ReadKit
from tests.adapters.rig import Rig, query


def test_the_centers_are_listed_once(rig: Rig) -> None:
    """By all who ask over the kits of one pass: orders and stock alike."""
    ca = rig.channeladvisor()
    kit: ReadKit = rig.kit(ADAPTER, ca.settings())
    assert ADAPTER.stock is not None
    assert ADAPTER.source is not None
    stock, orders = ADAPTER.stock(kit), ADAPTER.source(kit)

    assert stock.centers() == stock.centers()
    assert list(orders.orders(query())) == [[]]
    assert sum("/v1/DistributionCenters" in line for line in ca.asked) == 1
