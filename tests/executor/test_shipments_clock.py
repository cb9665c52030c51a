"""A clock of ours that runs wrong hides no shipment: a look gets as far as the site's own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.executor.runner import SAFETY, Ask, Reading
from engine.executor.shipment_runner import ShipmentRunner
from engine.executor.windows import sweep_is_due
from engine.ledger.sql_ledger import SqlLedger
from engine.ports.ledger import Cursor
from tests.cases.shipments_street import NOW, ToldProgress, desk_of
from tests.executor.test_shipments_stale import GIVEN, customer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Dated(ToldProgress):
    """A site whose own time is known."""

    def __init__(self, at: datetime | None) -> None:
        super().__init__({}, [])
        self._at = at

    @property
    def listed_at(self) -> datetime | None:
        return self._at


@pytest.mark.parametrize(
    ("site", "reached"),
    [
        (None, NOW - SAFETY),
        (NOW + HOUR, NOW - SAFETY),
        (NOW - HOUR, NOW - HOUR - SAFETY),
    ],
)
def test_a_look_gets_no_further_than_the_sites_time(
    site: datetime | None, reached: datetime
) -> None:
    """Nor than our own, whichever is behind; a site that tells no time is taken at our word."""
    desk = replace(desk_of(customer(), GIVEN, {}), progress=Dated(site))
    runner, seen = ShipmentRunner(desk), Reading()

    list(runner.decisions(Ask(), runner.window(Ask()), seen))

    assert seen.newest == reached


def test_a_look_that_was_noted_in_the_future_is_due_again(ledger: SqlLedger) -> None:
    """A clock that ran ahead does not put off the next look until its time has come."""
    assert sweep_is_due(ledger, "shipments", NOW, DAY)
    ledger.advance(Cursor(feed="shipments.sweep", watermark=NOW, version=0), NOW)

    assert not sweep_is_due(ledger, "shipments", NOW + HOUR, DAY)
    assert sweep_is_due(ledger, "shipments", NOW + DAY, DAY)
    assert sweep_is_due(ledger, "shipments", NOW - HOUR, DAY)
