"""SIGKILL at a boundary of each flow, in a real process: the next runs end as if nothing had
happened. What they end like is taken from the simulation, which dies at every boundary.
"""

from __future__ import annotations

from signal import SIGKILL

import pytest

from tests.crash import day
from tests.crash.day import SITES
from tests.crash.doubts import answer_doubts, in_doubt
from tests.crash.matrix import MENDING, SETTLED, rehearse, undisturbed
from tests.crash.record import differences, record_of
from tests.kill.place import Driver
from tests.kill.real import real

UNIQUE, TWICE = SITES
DAWN, MORNING, NOON, SHELVES, AFTERNOON, EVENING = range(6)
KILLS = [
    (UNIQUE, DAWN, "after:commit claim", 2),
    (UNIQUE, DAWN, "before:request POST warehouse /api/ItemApi/AddOrUpdateMultipleItems", 1),
    (UNIQUE, DAWN, "after:request POST warehouse /api/ItemApi/PatchMultipleItems", 1),
    (TWICE, DAWN, "after:request PUT warehouse /host/v#/items", 1),
    (TWICE, MORNING, "before:request PUT warehouse /host/v#/orders", 2),
    (TWICE, MORNING, "after:request PUT warehouse /host/v#/orders", 3),
    (UNIQUE, MORNING, "after:request PATCH channel /v#/Orders(#)", 2),
    (TWICE, MORNING, "after:request POST channel /v#/Orders(#)/Export", 1),
    (UNIQUE, MORNING, "before:commit advance", 2),
    (UNIQUE, NOON, "before:request DELETE warehouse /api/OrderApi/DeleteOrder", 1),
    (UNIQUE, NOON, "after:request DELETE warehouse /api/OrderApi/DeleteOrder", 1),
    (UNIQUE, NOON, "after:request POST warehouse /api/OrderApi/UpdateOrder", 1),
    (TWICE, NOON, "after:request POST warehouse /host/v#/orders/US-#/remove", 2),
    (TWICE, NOON, "before:request POST channel /v#/Orders(#)/Ship", 2),
    (UNIQUE, NOON, "after:request POST channel /v#/Orders(#)/Ship", 1),
    (UNIQUE, NOON, "after:commit store_messages", 1),
    (UNIQUE, NOON, "before:request POST warehouse /api/HostQueueApi/Acknowledge", 1),
    (TWICE, SHELVES, "after:request DELETE warehouse /host/v#/outbox", 1),
    (TWICE, SHELVES, "before:request POST channel /v#/Products(#)/UpdateQuantity", 2),
    (UNIQUE, SHELVES, "after:request POST channel /v#/Products(#)/UpdateQuantity", 1),
    (UNIQUE, SHELVES, "before:commit settle_messages", 1),
    (TWICE, SHELVES, "after:commit settle_messages", 1),
    (TWICE, AFTERNOON, "after:commit done", 1),
    (UNIQUE, EVENING, "before:request PATCH channel /v#/Fulfillments(#)", 1),
    (TWICE, EVENING, "after:request PATCH channel /v#/Fulfillments(#)", 1),
    (TWICE, EVENING, "after:commit plan_finished", 3),
]


@pytest.mark.parametrize(("site", "hour", "boundary", "nth"), KILLS)
def test_a_killed_process_is_mended_by_the_next_ones(
    driver: Driver, site: str, hour: int, boundary: str, nth: int
) -> None:
    """Both systems and the ledger end like the simulation that nobody disturbs."""
    act = rehearse(day.TOLD, site)[hour]
    wanted = undisturbed(act)
    with real(act, site, day.TOLD.rules, driver) as place:
        assert place.run(boundary, nth).killed == SIGKILL
        for number in MENDING:
            place.at(act.before.at + number * SETTLED)
            assert place.run().code in {0, 5}, place.said[-1]
        if in_doubt(place.stage):
            assert list(answer_doubts(place.stage, wanted.truth)) == []
            place.at(act.before.at + 3 * SETTLED)
            assert place.run().code == 0, place.said[-1]
        assert differences(wanted.mended, record_of(place.stage)) == []


def test_twenty_and_more_are_killed() -> None:
    """No kill is listed twice, and no hour of the day is left out."""
    assert len(set(KILLS)) == len(KILLS) >= 20
    assert {hour for _, hour, _, _ in KILLS} == set(range(6))
