"""Texts of a ruleset that mean a time: durations, dates, time zones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])", re.ASCII)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """`30s`, `5m`, `2h` or `1d`; raises ValueError for anything else."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a duration")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A date (its midnight in the zone) or a UTC time, as UTC; raises ValueError."""
    text = text.strip()
    if "T" in text:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone).astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (OSError, LookupError) as error:
        raise ValueError("not a time zone") from error
