"""Reading every record of a window exactly as it stands, over pages that may shift. No I/O.

The service pages by offset: rows that change while a walk goes on shift the pages, so a row may be
skipped. So the walk never trusts a second page where it can ask for a first one: `keyset` asks
anew from the last stamp seen, `windows` halves the window until one page holds it. Only where one
stamp (or one second) fills more than a page are links followed, until two walks agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine.adapters.channeladvisor.protocol import Page, Row, identity, stamp_literal, ticks
from engine.errors import ConfigurationError, ProtocolError, SystemUnavailableError

STAMP = "UpdatedDateUtc"
"""The stamp of an ordinary walk over orders; a sweep goes by the created date."""
_MOST_STALE = 5
_MOST_WALKS = 10
_SMALLEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """How pages are had: `first(clauses)` asks anew, `follow(link)` goes on; `stamp` is the member
    whose window is read.
    """

    first: Callable[[Sequence[str]], Page]
    follow: Callable[[str], Page]
    stamp: str = STAMP


Reader = Callable[[Pager, datetime, datetime], Iterator[Sequence[Row]]]
"""(pages, since, until) -> pages of rows of the window."""


def reader(settings: Mapping[str, Any], connection: str) -> Reader:
    """How a connection reads windows; raises ConfigurationError for a `paging` that is none."""
    name = str(settings.get("paging", "keyset"))
    if name not in READERS:
        raise ConfigurationError(
            f"connection {connection!r} has an unknown paging {name!r}",
            f"Choose one of: {', '.join(READERS)}.",
        )
    return READERS[name]


def sorting(read: Reader, stamp: str) -> Mapping[str, str]:
    """The query options that this way of reading needs: only the keyset wants its rows sorted."""
    return {"$orderby": stamp} if read is keyset else {}


def walk(page: Page, follow: Callable[[str], Page]) -> Iterator[Sequence[Row]]:
    """The rows of a page and of all that its links lead to, each id once.

    Seen in client code: a link may repeat for ever, and a page past the end is page one again. So
    a link that was followed is followed again only while it brings something new.
    """
    seen: set[object] = set()
    followed: set[str] = set()
    stale = 0
    while True:
        fresh = [row for row in page.rows if identity(row) not in seen]
        seen.update(identity(row) for row in fresh)
        if fresh:
            yield fresh
        stale = 0 if fresh else stale + 1
        if page.next is None or (not fresh and page.next in followed):
            return
        if stale > _MOST_STALE:
            raise ProtocolError("ChannelAdvisor's next links lead on without bringing anything new")
        followed.add(page.next)
        page = follow(page.next)


def keyset(pager: Pager, since: datetime, until: datetime) -> Iterator[Sequence[Row]]:
    """All rows with `since <= updated < until`, by stamp; yields pages of rows, each row once.

    Raises ProtocolError when the service does not sort.
    """
    upper = f"{pager.stamp} lt {stamp_literal(until)}"
    operator, lower, known = "ge", stamp_literal(since), frozenset[object]()
    while True:
        lower_bound = f"{pager.stamp} {operator} {lower}"
        page = pager.first((lower_bound, upper))
        _check_sorted(page.rows, pager.stamp, after=ticks(lower) if operator == "gt" else None)
        yield [row for row in page.rows if identity(row) not in known]
        if page.next is None:
            return
        if not page.rows:  # a service may cut its pages before it filters them
            yield from _agreeing(partial(_walk_anew, pager, (lower_bound, upper)))
            return
        last = page.rows[-1][pager.stamp]
        if operator == "ge" and ticks(last) == ticks(lower):
            yield from _one_stamp(pager, lower, upper, known | _at(pager, page.rows, lower))
            operator, known = "gt", frozenset()
            continue
        operator, lower, known = "ge", last, _at(pager, page.rows, last)


def windows(pager: Pager, since: datetime, until: datetime) -> Iterator[Sequence[Row]]:
    """The same without sorting: the window is halved until one page holds it whole."""
    waiting = [(since, until)]
    while waiting:
        low, high = waiting.pop()
        bounds = (
            f"{pager.stamp} ge {stamp_literal(low)}",
            f"{pager.stamp} lt {stamp_literal(high)}",
        )
        page = pager.first(bounds)
        if page.next is None:
            yield page.rows
        elif high - low <= _SMALLEST:
            yield from _agreeing(partial(_walk_anew, pager, bounds))
        else:
            middle = low + (high - low) / 2
            waiting += [(middle, high), (low, middle)]


def _walk_anew(pager: Pager, bounds: Sequence[str]) -> Iterator[Sequence[Row]]:
    return walk(pager.first(bounds), pager.follow)


def _one_stamp(
    pager: Pager, lower: str, upper: str, known: frozenset[object]
) -> Iterator[Sequence[Row]]:
    """The rest of a stamp that fills a page: what is not known of it yet."""

    def rows_of_stamp() -> Iterator[Sequence[Row]]:
        for rows in _walk_anew(pager, (f"{pager.stamp} ge {lower}", upper)):
            same = [row for row in rows if ticks(row[pager.stamp]) == ticks(lower)]
            yield same
            if len(same) < len(rows):
                return

    for rows in _agreeing(rows_of_stamp):
        yield [row for row in rows if identity(row) not in known]


def _agreeing(walks: Callable[[], Iterator[Sequence[Row]]]) -> Iterator[Sequence[Row]]:
    """The rows of repeated walks, each id once, until two in a row saw the same ids."""
    seen: set[object] = set()
    before: set[object] | None = None
    for _ in range(_MOST_WALKS):
        now: set[object] = set()
        for rows in walks():
            yield [row for row in rows if identity(row) not in seen]
            now.update(identity(row) for row in rows)
            seen |= now
        if now == before:
            return
        before = now
    raise SystemUnavailableError(
        f"one moment of ChannelAdvisor's records read differently {_MOST_WALKS} times",
        "Run again when fewer records change at the same time.",
    )


def _check_sorted(rows: Sequence[Row], stamp: str, *, after: int | None) -> None:
    stamps = [ticks(row.get(stamp)) for row in rows]
    rounded = after is not None and any(found <= after for found in stamps)
    if rounded or stamps != sorted(stamps):
        raise ProtocolError(
            "ChannelAdvisor does not sort or compare records by the date as asked",
            "Set `paging: windows` on this connection.",
        )


def _at(pager: Pager, rows: Sequence[Row], stamp: str) -> frozenset[object]:
    """The ids of the rows that bear this stamp."""
    return frozenset(identity(row) for row in rows if ticks(row[pager.stamp]) == ticks(stamp))


READERS: Mapping[str, Reader] = {"keyset": keyset, "windows": windows}
