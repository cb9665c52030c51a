"""The rig, torn down after each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.adapters.rig import Rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    """Sockets, threads and twins of one test."""
    with ExitStack() as stack:
        yield Rig(stack)
