"""The peak of memory does not grow with the number of orders.

The issue's 2,000 and 5,000 orders of one customer are measured by `script/acceptance`; here it is
worlds of as many orders, of which the customer has a third.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.growth import MOST_KIB, Measured, measured

CUSTOMER = "brightwick"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, Measured]:
    """The small world and the large one, each planned and applied in processes of their own."""

    def folder(size: int) -> Path:
        return tmp_path_factory.mktemp(f"world-{size}")

    return measured(folder(2000), CUSTOMER, 2000), measured(folder(5000), CUSTOMER, 5000)


def test_the_larger_world_is_really_larger(both: tuple[Measured, Measured]) -> None:
    """What is compared are passes of some hundred orders and of more than twice as many."""
    small, large = both

    assert small.orders > 500
    assert large.orders > 2 * small.orders
    assert (small.sent, large.sent) == (small.orders, large.orders)


@pytest.mark.parametrize("step", ["plan", "apply"])
def test_more_orders_need_no_more_memory(both: tuple[Measured, Measured], step: str) -> None:
    """Planning and applying 2.5 times as many orders peaks within 2 MiB of the smaller pass."""
    small, large = (getattr(one, step) for one in both)

    assert abs(large - small) <= MOST_KIB
