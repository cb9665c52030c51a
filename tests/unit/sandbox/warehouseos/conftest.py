from __future__ import annotations

import pytest

from tests.unit.sandbox.warehouseos.site import Site


@pytest.fixture(params=["wos-assumed", "wos-ledgerline"])
def site(request: pytest.FixtureRequest) -> Site:
    """A fresh twin, on each of the shipped profiles."""
    return Site(request.param)
