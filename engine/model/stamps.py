"""Times in the records' JSON: UTC with up to 7 fractional digits. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp_text(moment: datetime) -> str:
    """A time as `2026-11-02T14:16:40.840000Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stamp_of(text: str) -> datetime:
    """A time with its offset; Python reads 6 fractional digits, the form allows 7.

    Raises ValueError for anything else.
    """
    head, dot, tail = text.replace("Z", "+00:00").partition(".")
    fraction, sign, offset = tail.partition("+")
    moment = datetime.fromisoformat(f"{head}{dot}{fraction[:6]}{sign}{offset}")
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment.astimezone(UTC)
