"""Where a flow's reading begins: behind its cursor by an overlap, never before its first day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.ports.ledger import Cursor, LedgerReader


def since_cursor(cursor: Cursor | None, overlap: timedelta, earliest: datetime) -> datetime:
    """The start of an ordinary window; the first one starts at the earliest date."""
    return earliest if cursor is None else max(earliest, cursor.watermark - overlap)


def sweep_of(feed: str) -> str:
    """The name of the cursor that says when a feed was last read as a whole."""
    return f"{feed}.sweep"


def sweep_is_due(ledger: LedgerReader, feed: str, now: datetime, every: timedelta) -> bool:
    """Whether the last full look is older than that; `now` is the source's own time.

    One that lies ahead of now was noted by a clock that went wrong: nobody knows when it was.
    """
    last = ledger.cursor(sweep_of(feed))
    return last is None or not timedelta() <= now - last.watermark < every


def iso(moment: datetime) -> str:
    """A time as plans write it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()
