"""Walks over orders that change while they are read. No HTTP: a service that pages by offset."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.channeladvisor import paging
from engine.adapters.channeladvisor.protocol import Page, Row, ticks
from engine.errors import ProtocolError, SystemUnavailableError

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=1)
Reader = Callable[[paging.Pager, datetime, datetime], Iterator[Sequence[Row]]]


def stamp(second: int) -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}Z"


class Service:
    """Orders by id; a link is the filter with an offset, as the vendor's. `meddle` runs per page.

    `sorts` off answers in the order of ids, as if `$orderby` were not known.
    """

    def __init__(self, seconds: dict[int, int], size: int, *, sorts: bool = True) -> None:
        self.stamps = {key: stamp(second) for key, second in seconds.items()}
        self.size = size
        self.sorts = sorts
        self.meddle: Callable[[], None] = lambda: None
        self.calls = 0

    def first(self, clauses: Sequence[str]) -> Page:
        return self.follow("|".join([*clauses, "0"]))

    def follow(self, link: str) -> Page:
        *clauses, skip = link.split("|")
        self.calls += 1
        self.meddle()
        rows = sorted(self._matching(clauses), key=self._position)
        end = int(skip) + self.size
        following = "|".join([*clauses, str(end)]) if end < len(rows) else None
        return Page(rows=tuple(rows[int(skip) : end]), next=following)

    def _position(self, row: Row) -> Any:
        return (ticks(row[paging.STAMP]), -row["ID"]) if self.sorts else row["ID"]

    def _matching(self, clauses: Sequence[str]) -> list[dict[str, Any]]:
        tests = {"ge": int.__ge__, "gt": int.__gt__, "lt": int.__lt__}
        bounds = [(tests[c.split()[1]], ticks(c.split()[2])) for c in clauses]
        return [
            {"ID": key, paging.STAMP: text}
            for key, text in self.stamps.items()
            if all(test(ticks(text), bound) for test, bound in bounds)
        ]

    def read(self, reader: Reader) -> set[int]:
        """The ids that a reader brings of the whole day."""
        pager = paging.Pager(first=self.first, follow=self.follow)
        return {row["ID"] for rows in reader(pager, START, END) for row in rows}


@pytest.mark.parametrize("reader", [paging.keyset, paging.windows])
@given(
    seconds=st.lists(st.integers(0, 9), min_size=1, max_size=40),
    size=st.integers(1, 6),
    seed=st.integers(0, 999),
)
def test_what_stays_still_is_never_lost(
    reader: Reader, seconds: list[int], size: int, seed: int
) -> None:
    """Others are updated or vanish between any two pages; those that stay still all come."""
    service = Service(dict(enumerate(seconds)), size)
    chance = random.Random(seed)
    moved: set[int] = set()

    def meddle() -> None:
        if len(moved) < len(seconds) // 2 and chance.random() < 0.3:
            key = chance.randrange(len(seconds))
            moved.add(key)
            if chance.random() < 0.5:
                service.stamps[key] = stamp(1000 + len(moved))
            else:
                service.stamps.pop(key, None)

    service.meddle = meddle

    found = service.read(reader)
    assert set(range(len(seconds))) - moved <= found


def test_keyset_asks_about_once_a_page() -> None:
    """A thousand orders over pages of fifty cost little more than twenty calls."""
    service = Service({n: n for n in range(1000)}, 50)

    assert len(service.read(paging.keyset)) == 1000
    assert service.calls <= 22


def test_a_service_that_does_not_sort_is_found_out() -> None:
    """Keyset refuses and names the setting; windows does not care."""
    service = Service({n: 100 - n for n in range(20)}, 5, sorts=False)

    with pytest.raises(ProtocolError) as caught:
        service.read(paging.keyset)
    assert caught.value.advice == "Set `paging: windows` on this connection."
    assert len(service.read(paging.windows)) == 20


def test_one_stamp_that_never_reads_the_same_is_given_up() -> None:
    """Orders that go round and round within one stamp end the pass, not the machine."""
    service = Service(dict.fromkeys(range(9), 5), 2)
    fresh = iter(range(100, 10_000))

    def meddle() -> None:
        service.stamps[next(fresh)] = stamp(5)
        del service.stamps[min(service.stamps)]

    service.meddle = meddle

    with pytest.raises(SystemUnavailableError, match="read differently 10 times"):
        service.read(paging.keyset)


def test_a_comparison_that_rounds_is_found_out() -> None:
    """A service whose `gt` gives the same stamp again would be asked for ever."""
    service = Service(dict.fromkeys(range(4), 5), 2)
    follow = service.follow

    def rounding(link: str) -> Page:
        page = follow(link.replace(" gt ", " ge "))
        return Page(rows=page.rows, next="again" if page.next is None else page.next)

    def first(clauses: Sequence[str]) -> Page:
        return rounding("|".join([*clauses, "0"]))

    def on(link: str) -> Page:
        return Page(rows=(), next="again") if link == "again" else rounding(link)

    with pytest.raises(ProtocolError, match="sort or compare"):
        list(paging.keyset(paging.Pager(first=first, follow=on), START, END))


@pytest.mark.parametrize("reader", [paging.keyset, paging.windows])
def test_an_empty_page_is_not_the_end(reader: Reader) -> None:
    """A service may cut its pages before it filters them: what lies behind an empty one comes."""
    rows = tuple({"ID": n, paging.STAMP: stamp(5)} for n in range(3))
    pages = {"1": Page(rows=(), next="2"), "2": Page(rows=rows, next=None)}

    pager = paging.Pager(first=lambda clauses: Page(rows=(), next="1"), follow=pages.__getitem__)
    found = [
        row["ID"] for some in reader(pager, START, START + timedelta(seconds=1)) for row in some
    ]

    assert found == [0, 1, 2]


def test_links_without_end_and_without_news_are_an_error() -> None:
    """A service may not lead a walk on for ever."""
    page = Page(rows=({"ID": 1},), next="0")

    with pytest.raises(ProtocolError, match="without bringing anything new"):
        list(paging.walk(page, lambda link: Page(rows=({"ID": 1},), next=link + "0")))
