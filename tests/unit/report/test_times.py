"""Times and ages as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.report.times import age, shown


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "2026-11-01 05:30 UTC"),
        ("America/New_York", "2026-11-01 01:30 EDT"),
        ("Asia/Kolkata", "2026-11-01 11:00 IST"),
    ],
)
def test_a_time_is_in_the_customers_zone(zone: str, text: str) -> None:
    """To the minute and with the zone's name, so that a doubled hour is told apart."""
    assert shown(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), zone) == text


def test_the_doubled_hour_has_two_names() -> None:
    """An hour later it is the same time of day, in the other zone."""
    assert shown(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York").endswith("01:30 EST")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(milliseconds=900), "0 s"),
        (timedelta(seconds=8), "8 s"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(minutes=12, seconds=5), "12 min 5 s"),
        (timedelta(hours=3, minutes=0, seconds=5), "3 h 5 s"),
        (timedelta(days=3, hours=4, minutes=9), "3 d 4 h"),
        (timedelta(seconds=-3), "0 s"),
    ],
)
def test_an_age_has_its_two_largest_units(span: timedelta, text: str) -> None:
    """A clock that runs behind makes no negative age."""
    assert age(span) == text
