"""Times for people: in the customer's zone, to the minute, with the zone's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def shown(moment: datetime, zone: str) -> str:
    """2026-11-23 07:04 EST."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def age(span: timedelta) -> str:
    """A span in its largest two units: `3 d 4 h`, `12 min`, `8 s`."""
    seconds = int(span.total_seconds())
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for name, size in units:
        if seconds >= size:
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"
