"""The seeded world of 500 orders: exactly what must reach the warehouse is there, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.sandbox.yard import Layout, residents
from tests.acceptance.arrivals import arrived, complete_orders, wanted
from tests.acceptance.town import SITE_PROFILES, approvals, open_town

SIZE = 500


@pytest.mark.parametrize("page_size", [None, 20, 3])
@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("customer", residents())
def test_what_must_be_in_the_warehouse_is_there_and_nothing_else(
    tmp_path: Path, customer: str, site: str, page_size: int | None
) -> None:
    """Of 500 orders exactly the generator's list is stored, flagged, and not sent a second time."""
    size = SIZE if page_size is None else 150
    with open_town(tmp_path, Layout(customer=customer, size=size), site=site) as town:
        if page_size is not None:
            town.floor("channel", "settings", {"page_sizes": {"Orders": page_size, "others": 3}})
        planned, path = town.plan("--format", "json")
        applied = town.run("apply", path, *approvals(planned))
        assert (applied.code, applied.err) == (0, ""), applied.out

        assert arrived(town) == wanted(town)
        assert town.exported() == complete_orders(town)
        before = town.writes()
        again = town.run("run", customer)
        after = town.writes()

    assert (again.code, again.err) == (0, ""), again.out
    assert after == before
