"""Points in time as the wire has them: 0 to 7 digits after the second (recorded answers do)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_TICKS = 10_000_000
_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:T(?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d{1,7}))?(?P<zone>Z|[+-]\d\d:\d\d))?",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 17)
def ticks(text: str) -> int:
    """The stamp in units of 100 ns since 1970; a date alone is midnight UTC. Raises ValueError."""
    parts = _STAMP.fullmatch(text)
    if parts is None:
        raise ValueError(f"not a point in time: {text}")
    zone = (parts["zone"] or "Z").upper().replace("Z", "+00:00")
    whole = datetime.fromisoformat(f"{parts['day']}T{parts['time'] or '00:00'}{zone}")
    fraction = int((parts["fraction"] or "").ljust(7, "0"))
    return int(whole.timestamp()) * _TICKS + fraction


def moment(ticks_since_1970: int) -> datetime:
    """The point in time of such a number, in UTC, without its fraction of a second."""
    return datetime.fromtimestamp(ticks_since_1970 // _TICKS, UTC)


def stamp(now: datetime) -> str:
    """A time as the wire writes it: UTC, `Z`, no trailing zeros after the second."""
    text = now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z"
