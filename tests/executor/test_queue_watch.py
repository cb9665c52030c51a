"""What a queue gives away of itself: messages that stay, came again, or never came."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.executor.bench import Bench
from engine.executor.intake import take_in
from engine.executor.queue_watch import Gap, gaps_of, noted
from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message, MessageKind
from tests.executor.conftest import MakeBench
from tests.fakes.systems import FakeQueue


def numbered(*numbers: int, kind: MessageKind = MessageKind.PICK) -> list[Message]:
    """Messages of a site that counts them."""
    return [Message(key=f"wos:M-{n:04}", kind=kind, order="1", number=n) for n in numbers]


def read(bench: Bench, *messages: Message, stuck: bool = False, page: int = 3) -> FakeQueue:
    """A pass over a queue with these messages."""
    queue = FakeQueue(*messages, page=page, stuck=stuck)
    bench.queues = {"wos": queue}
    take_in(bench)
    return queue


def asking(ledger: SqlLedger) -> Mapping[str, str]:
    """Key -> rule of what is in the inbox."""
    return {item.business_key: item.rule for item in ledger.inbox()}


def test_a_queue_that_lets_nothing_go_is_told(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """The inbox says which one and what comes first, until a pass reads the queue to its end."""
    bench = make_bench()
    read(bench, *numbered(1, 2, 3, 4), stuck=True)
    (item,) = ledger.inbox()
    assert (item.business_key, item.rule, item.flow) == ("wos", "queue.stuck", "queue")
    assert item.text.startswith("3 messages at the head of the queue stay there")
    assert "wos:M-0001 first" in item.text

    read(bench, *numbered(1, 2, 3, 4), stuck=True)
    assert asking(ledger) == {"wos": "queue.stuck"}
    queue = read(bench, *numbered(1, 2, 3, 4))
    assert (asking(ledger), queue.waiting) == ({}, [])


def test_what_was_read_is_counted(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """New ones, those that came again, and those of a type that nobody knows, over all passes."""
    bench = make_bench()
    assert noted(ledger) == {}
    read(bench)
    assert noted(ledger) == {}
    read(bench, *numbered(1, 2), *numbered(3, kind=MessageKind.UNKNOWN))
    read(bench, *numbered(2, 4))

    assert noted(ledger) == {"new": 4, "again": 1, "unknown": 1, "highest wos": 4}


def test_a_number_that_never_came_is_told_until_it_comes(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """In one read, between two passes, and out of order; one that comes late closes its item."""
    bench = make_bench()
    read(bench, *numbered(12, 8, 9))
    assert asking(ledger) == {"wos:M-0010": "queue.gap", "wos:M-0011": "queue.gap"}
    read(bench, *numbered(10, 14))
    assert asking(ledger) == {"wos:M-0011": "queue.gap", "wos:M-0013": "queue.gap"}
    read(bench, *numbered(13, 11))

    assert asking(ledger) == {}
    assert [item.resolution for item in ledger.inbox(include_closed=True)] == [
        "closed by a later pass: the message came"
    ] * 3


def test_what_is_on_record_is_no_gap(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A pass that died before it counted, or a message that was posted, has stored it."""
    bench = make_bench()
    read(bench, *numbered(1))
    ledger.store_messages(numbered(2, 3), bench.clock.now())
    read(bench, *numbered(4))

    assert asking(ledger) == {}


@pytest.mark.parametrize("numbers", [(5, 2000), (5,), ()])
def test_a_site_that_counts_from_elsewhere_has_lost_nothing(numbers: tuple[int, ...]) -> None:
    """A leap, a first message, or an older number is no row of lost messages."""
    assert list(gaps_of({n: f"k{n}" for n in numbers}, None)) == []
    assert list(gaps_of({n: f"k{n}" for n in numbers}, 5000)) == []


def test_a_gap_names_its_keys_like_its_neighbour() -> None:
    """With the same stem, and as many figures where they begin with a nought."""
    assert Gap(first=9, last=10, neighbour="wos:M-0011").keys == ["wos:M-0009", "wos:M-0010"]
    assert Gap(first=99, last=99, neighbour="wos:100").keys == ["wos:99"]


@given(came=st.sets(st.integers(1, 60), min_size=1), split=st.integers(0, 60))
def test_gaps_are_what_is_missing_in_between(came: set[int], split: int) -> None:
    """In two passes, however they are cut: each number between the first and the last, once."""
    early = {n: f"k{n}" for n in came if n <= split}
    late = {n: f"k{n}" for n in came if n > split}
    found = [*gaps_of(early, None), *gaps_of(late, max(early, default=None))]
    told = [number for gap in found for number in range(gap.first, gap.last + 1)]

    assert told == [n for n in range(min(came), max(came)) if n not in came]
