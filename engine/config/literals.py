"""Texts of a ruleset that mean a time: durations, dates, time zones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])", re.ASCII)
SPOKEN = re.compile(
    r"([0-9]{1,6})\s*(s|m|h|d|M|S|H|D|(?i:secs?|seconds?|mins?|minutes?|hrs?|hours?|days?))",
    re.ASCII,
)
"""A number with a word that can only be one of the units."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """`30s`, `5m`, `2h` or `1d`; raises ValueError for anything else."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a duration")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def meant_duration(text: str) -> str | None:
    """The duration that this must have been meant to be: `5 minutes`, `30 sec`, `2H`; or None.

    A bare number has no unit, and an `M` may be months.
    """
    found = SPOKEN.fullmatch(text.strip())
    if found is None or found[2] == "M":
        return None
    written = f"{int(found[1])}{found[2][0].lower()}"
    return written if DURATION.fullmatch(written) else None


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
