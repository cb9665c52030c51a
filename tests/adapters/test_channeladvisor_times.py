"""ChannelAdvisor's own time, which a pass knows from its answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.adapters.channeladvisor.remembered import FRESH, Times
from engine.ports.world import Response
from tests.adapters.rig import Rig

THEN = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
TOLD = Response(status=200, headers={"date": "Mon, 03 Feb 2031 04:05:06 GMT"}, body=b"{}")
SILENT = Response(status=200, headers={}, body=b"{}")


def test_the_time_comes_with_the_token(rig: Rig) -> None:
    """A pass that has asked nothing yet asks for its token, and for nothing else."""
    ca = rig.channeladvisor()
    ca.source().server_now()

    assert [line.partition("?")[0] for line in ca.asked] == ["POST /oauth2/token"]


def test_a_time_that_is_old_is_asked_for_anew(rig: Rig) -> None:
    """After a minute without an answer a small one is asked for, and it is the newer one."""
    ca = rig.channeladvisor()
    source = ca.source()
    first = source.server_now()
    rig.clock.sleep(FRESH)

    assert source.server_now() == first + timedelta(seconds=FRESH)
    assert "/v1/Profiles" in ca.asked[-1]


@pytest.mark.parametrize(
    ("after", "known"), [(0.0, THEN), (FRESH - 1, THEN), (FRESH, None)], ids=str
)
def test_an_answer_is_remembered_for_a_minute(after: float, known: datetime | None) -> None:
    """By the steady clock; its own time is not moved on, so that no window ends too late."""
    times = Times()
    times.heard(TOLD, 10.0)
    times.heard(SILENT, 11.0)

    assert times.recent(10.0 + after) == known


def test_nothing_is_known_before_an_answer_tells_it() -> None:
    """An answer without a time is none."""
    times = Times()
    times.heard(SILENT, 0.0)

    assert times.recent(0.0) is None
