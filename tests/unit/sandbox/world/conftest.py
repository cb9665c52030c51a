from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.sandbox.world.generate import generate
from engine.sandbox.world.model import World

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def smallest() -> World:
    """The world of 50 orders; tests only look at it."""
    return generate(50, 1, NOW)


@pytest.fixture(scope="session")
def bigger() -> World:
    """A world of 600 orders; tests only look at it."""
    return generate(600, 7, NOW)
