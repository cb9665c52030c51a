"""What a pass that nobody disturbs comes to, and the comparison with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.kill.place import Place, Site

SETTLED = timedelta(minutes=10, seconds=36)
"""Past window, timeout and the latest application of an unanswered call, by their defaults."""

Undisturbed = Callable[[Site], dict[str, Any]]


def assert_wanted(place: Place) -> None:
    """Exactly the generator's list is in the warehouse, each order once."""
    wanted = sorted(one.number for one in place.world.expected[place.site.customer])
    assert [order[0] for order in place.stored()] == wanted


def assert_same(place: Place, wanted: dict[str, Any]) -> None:
    """The same state, each order once, and nothing left to do."""
    assert_wanted(place)
    assert place.end() == wanted
    before = place.writes()
    assert place.run().code == 0
    assert place.writes() == before
