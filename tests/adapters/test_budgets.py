"""One budget for an account: never too many calls, for any order of things, in any process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.book import SIZE, Book
from engine.adapters.room import LONGEST_NAP, MINUTE, NAP, Room, before, still_wanted, wait_of
from engine.ports.budget import Ask, Rank, Turn
from engine.ports.systems import Limits

FREE = Room(in_flight=0, free_at=0.0, paused=0.0, wanted=0.0)
FEW = Limits(in_flight=5, per_minute=10)
NOBODY, ANOTHER = 4_000_001, 4_000_002
"""Numbers that no process of this machine has."""


def asked(limits: Limits = FEW, rank: Rank = Rank.BUYERS, lasting: float = 60.0) -> Ask:
    return Ask(limits=limits, rank=rank, lasting=lasting)


def waiter(limits: Limits = FEW, rank: Rank = Rank.BUYERS) -> Ask:
    """One that was told to wait before."""
    return replace(asked(limits, rank), waited=True)


def book(cells: memoryview, owner: int = 1, *ended: int) -> Book:
    return Book(cells, owner, lambda number: number in ended)


def cells() -> memoryview:
    return memoryview(bytearray(SIZE)).cast("d")


@pytest.mark.parametrize(
    ("room", "waits"),
    [
        (FREE, 0.0),
        (Room(in_flight=4, free_at=100.0, paused=100.0, wanted=100.0), 0.0),
        (Room(in_flight=5, free_at=0.0, paused=0.0, wanted=0.0), NAP),
        (Room(in_flight=0, free_at=None, paused=0.0, wanted=0.0), NAP),
        (Room(in_flight=0, free_at=0.0, paused=0.0, wanted=100.1), NAP),
        (Room(in_flight=0, free_at=100.5, paused=0.0, wanted=0.0), 0.5),
        (Room(in_flight=5, free_at=100.2, paused=100.5, wanted=0.0), 0.5),
        (Room(in_flight=0, free_at=160.0, paused=0.0, wanted=0.0), LONGEST_NAP),
    ],
)
def test_how_long_one_waits(room: Room, waits: float) -> None:
    """Until the minute or the pause is over, else a nap where a seat or the more urgent decide."""
    assert wait_of(room, FEW, 100.0) == pytest.approx(waits)


def test_calls_without_a_limit_have_seats_enough() -> None:
    """Where nothing bounds the calls in flight, 64 are let through and no more."""
    many = Limits(per_minute=5000)

    assert wait_of(Room(in_flight=63, free_at=0.0, paused=0.0, wanted=0.0), many, 1.0) == 0
    assert wait_of(Room(in_flight=64, free_at=0.0, paused=0.0, wanted=0.0), many, 1.0) == NAP


@pytest.mark.parametrize("rank", list(Rank))
@pytest.mark.parametrize("waiting", list(Rank))
def test_the_more_urgent_go_first(rank: Rank, waiting: Rank) -> None:
    """Who is less urgent lets those who wait go first; of one rank, who has not waited does."""
    wanted = [100.5 if one is waiting else 0.0 for one in Rank]

    assert (before(wanted, asked(FEW, rank), 100.0) > 100.0) is (waiting <= rank)
    assert (before(wanted, waiter(FEW, rank), 100.0) > 100.0) is (waiting < rank)


def test_a_wait_of_another_clock_is_none() -> None:
    """A time further ahead than anybody waits is from before the machine started, and forgotten."""
    assert before([5000.0, 0, 0, 0], asked(FEW, Rank.ITEMS), 100.0) == 0.0
    assert before([still_wanted(100.0), 0, 0, 0], asked(FEW, Rank.ITEMS), 100.0) > 100.0


def test_a_buyer_gets_the_next_seat_before_an_item() -> None:
    """The item waits until the buyer has it, and then gets one too."""
    page, one = cells(), Limits(in_flight=1)
    mine, other = book(page, 1), book(page, 2)
    first = mine.ask(asked(one, Rank.ITEMS), 10.0)
    assert isinstance(first, Turn)

    assert other.ask(asked(one, Rank.BUYERS), 10.1) == NAP
    mine.done(first, 10.101)
    assert mine.ask(asked(one, Rank.ITEMS), 10.101) == NAP
    assert mine.ask(waiter(one, Rank.ITEMS), 10.102) == NAP
    second = other.ask(waiter(one, Rank.BUYERS), 10.103)
    assert isinstance(second, Turn)
    other.done(second, 10.2)
    assert isinstance(mine.ask(waiter(one, Rank.ITEMS), 10.2), Turn)


def test_nobody_takes_every_turn() -> None:
    """Who has just called and asks at once again lets one go first who waited meanwhile."""
    page, one = cells(), Limits(in_flight=1)
    mine, other = book(page, 1), book(page, 2)
    first = mine.ask(asked(one), 10.0)
    assert isinstance(first, Turn)
    assert other.ask(asked(one), 10.1) == NAP

    mine.done(first, 10.101)

    assert mine.ask(asked(one), 10.101) == NAP
    assert isinstance(other.ask(waiter(one), 10.103), Turn)


def test_one_that_was_killed_while_it_waited_is_in_nobodys_way() -> None:
    """A moment after it should have asked again, its wish counts no more."""
    page, one = cells(), Limits(in_flight=1)
    taken = book(page).ask(asked(one), 10.0)
    assert isinstance(taken, Turn)
    assert book(page, 2).ask(asked(one), 10.0) == NAP
    book(page).done(taken, 10.0)

    assert book(page, 3).ask(asked(one, Rank.LOOKS), 10.05) == NAP
    assert isinstance(book(page, 3).ask(waiter(one, Rank.LOOKS), 10.06), Turn)


def test_the_seats_of_a_process_that_was_killed_come_back() -> None:
    """After a moment in which its call may still be answered, though its time is not over."""
    page, one = cells(), Limits(in_flight=1)
    assert isinstance(book(page, NOBODY).ask(asked(one), 10.0), Turn)
    mine = book(page, 1, NOBODY)

    assert mine.ask(asked(one), 11.9) == NAP
    assert isinstance(mine.ask(asked(one), 12.1), Turn)


def test_the_seat_of_a_process_that_still_runs_is_its_own_until_its_time_is_over() -> None:
    """Then it is another's, and whoever had it gives back nothing but its call."""
    page, one = cells(), Limits(in_flight=1)
    slow, mine = book(page, ANOTHER), book(page)
    lost = slow.ask(asked(one, lasting=5.0), 10.0)
    assert isinstance(lost, Turn)

    assert mine.ask(asked(one), 14.9) == NAP
    assert isinstance(mine.ask(asked(one), 15.1), Turn)
    slow.done(lost, 15.2)
    assert mine.ask(asked(one), 15.3) == NAP


def test_a_machine_that_started_anew_counts_what_was_before_as_now() -> None:
    """Its clock began at zero again: seats are free, ends are a minute old a minute from now."""
    page, two = cells(), Limits(in_flight=2, per_minute=2)
    before = book(page, ANOTHER)
    turns = [before.ask(asked(two), 90_000.0) for _ in range(2)]
    for turn in turns[:1]:
        assert isinstance(turn, Turn)
        before.done(turn, 90_000.5)
    before.pause(200.0, 90_001.0)
    mine = book(page)

    first = mine.ask(asked(two), 50.0)
    assert isinstance(first, float)
    assert first <= LONGEST_NAP
    assert isinstance(mine.ask(asked(two), 50.0 + MINUTE), Turn)


def test_a_pause_is_never_longer_than_five_minutes() -> None:
    """Whatever a system says: it counts by the minute; a shorter pause does not end a longer."""
    page = cells()
    one = book(page)
    one.pause(4000.0, 10.0)
    one.pause(1.0, 10.0)

    assert one.ask(asked(), 309.5) == pytest.approx(0.5)
    assert isinstance(one.ask(waiter(), 310.0), Turn)


def test_more_than_a_book_holds_is_kept_to_what_it_holds() -> None:
    """A limit of millions a minute is no reason to fail, and 10,000 are let through at once."""
    page, many = cells(), Limits(in_flight=1, per_minute=10_000_000)
    one = book(page)
    for _ in range(10_000):
        turn = one.ask(asked(many), 1.0)
        assert isinstance(turn, Turn)
        one.done(turn, 1.0)

    assert one.ask(asked(many), 1.0) == LONGEST_NAP


@dataclass(slots=True)
class Seen:
    """What a system saw of some callers: when it counted each call, and who is in flight."""

    counted: list[float] = field(default_factory=list)
    most: int = 0
    flying: dict[int, tuple[Turn, int]] = field(default_factory=dict)

    def in_a_minute(self) -> int:
        """The most calls that any minute saw."""
        times = sorted(self.counted)
        return max(
            (sum(1 for other in times[n:] if other < one + 60) for n, one in enumerate(times)),
            default=0,
        )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["start", "start", "start", "end", "die"]),
        st.integers(0, 3),
        st.floats(0, 25),
        st.booleans(),
    ),
    max_size=120,
)


@given(STEPS, st.integers(1, 6), st.integers(1, 12))
def test_no_minute_and_no_moment_sees_too_much(
    steps: list[tuple[str, int, float, bool]], in_flight: int, per_minute: int
) -> None:
    """However four processes start, end and die, and wherever on its way a call is counted."""
    page, seen, dead, now = cells(), Seen(), set[int](), 0.0
    limits = Limits(in_flight=in_flight, per_minute=per_minute)
    for what, which, pause, late in steps:
        now += pause
        number = 100 + which
        if what == "start":
            dead.discard(number)
            _start(seen, book(page, number, *dead), number, limits, now)
        elif what == "end":
            _end(seen, page, number, now, late)
        else:
            dead.add(number)
            seen.flying = {k: v for k, v in seen.flying.items() if v[1] != number}

    assert seen.most <= in_flight
    assert seen.in_a_minute() <= per_minute


def _start(seen: Seen, one: Book, number: int, limits: Limits, now: float) -> None:
    turn = one.ask(asked(limits, lasting=10_000.0), now)
    if isinstance(turn, Turn):
        seen.flying[len(seen.counted)] = turn, number
        seen.counted.append(now)
        seen.most = max(seen.most, len(seen.flying))


def _end(seen: Seen, page: memoryview, number: int, now: float, late: bool) -> None:
    mine = [key for key, (_, holder) in seen.flying.items() if holder == number]
    for key in mine[:1]:
        turn, _ = seen.flying.pop(key)
        book(page, number).done(turn, now)
        if late:
            seen.counted[key] = now
