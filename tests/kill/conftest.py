"""A driver for all tests of this folder, and a fresh world for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kill.place import NORTHPEAK, TIDEWATER, Driver, Place, Site, open_place
from tests.kill.undisturbed import Undisturbed, assert_wanted

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Forks the engine's processes."""
    started = Driver([sys.executable, "-m", "tests.kill.driver"], ROOT)
    yield started
    started.close()


@pytest.fixture
def northpeak(tmp_path: Path, driver: Driver) -> Iterator[Place]:
    """The customer whose site promises unique numbers."""
    with open_place(NORTHPEAK, tmp_path, driver) as place:
        yield place


@pytest.fixture
def tidewater(tmp_path: Path, driver: Driver) -> Iterator[Place]:
    """The customer whose site stores a second order of the same number."""
    with open_place(TIDEWATER, tmp_path, driver) as place:
        yield place


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, driver: Driver) -> Undisturbed:
    """The end of a run that nobody interrupted, and of one more after it."""
    ends: dict[str, dict[str, Any]] = {}

    def end(site: Site) -> dict[str, Any]:
        if site.customer not in ends:
            with open_place(site, tmp_path_factory.mktemp(site.customer), driver) as place:
                assert place.run().code == 0
                assert place.run().code == 0
                ends[site.customer] = place.end()
                assert_wanted(place)
        return ends[site.customer]

    return end
