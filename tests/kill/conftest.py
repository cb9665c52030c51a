"""A driver for all tests of this folder, and a fresh world for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.place import NORTHPEAK, TIDEWATER, Driver, Place, open_place

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
