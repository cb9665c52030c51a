"""Tapes, and how a failing one becomes a short story."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.shrink import Lanes, shrink
from tests.simulation.tape import LANES, Tape


def test_a_seed_is_the_same_story_everywhere() -> None:
    """The first bytes of a seed's lanes are written down here."""
    tape = Tape.of_seed(7)
    drawn = {name: [tape.lane(name).below(256) for _ in range(3)] for name in LANES}
    assert drawn == {name: list(Tape.of_seed(7)._lanes[name][:3]) for name in LANES}
    assert drawn["people"] == [33, 228, 224]


def test_an_empty_tape_is_a_quiet_one() -> None:
    """Nothing happens, and of every choice the first is taken."""
    lane = Tape({}).lane("process")
    assert not any(lane.happens(0.99) for _ in range(10))
    assert lane.choose("abc") == "a"
    assert lane.below(10_000) == 0


def test_what_was_played_can_be_played_again() -> None:
    """The part of a tape that was drawn gives the same decisions."""
    tape = Tape.of_seed(3)
    first = [tape.lane("people").below(300) for _ in range(5)]
    again = Tape(tape.played())
    assert [again.lane("people").below(300) for _ in range(5)] == first
    assert again.played() == tape.played()


@given(st.binary(min_size=1, max_size=60), st.integers(1, 255))
def test_a_shrunk_tape_still_fails_and_is_the_least(lane: bytes, needed: int) -> None:
    """Of a failure that needs one byte of some size, that byte is left, and it is the smallest."""

    def fails(lanes: Lanes) -> bool:
        return any(byte >= needed for byte in lanes["people"])

    whole = {**dict.fromkeys(LANES, b"\x07\x08"), "people": lane}
    found = shrink(whole, fails, most=5000)

    if not fails(whole):
        assert found == whole
        return
    assert fails(found)
    assert [byte for byte in found["people"] if byte] == [needed]
    assert not any(found[name] for name in LANES if name != "people")


def test_a_shrinker_keeps_to_its_budget() -> None:
    """It tries no more tapes than it was allowed."""
    tried: list[Lanes] = []

    def fails(lanes: Lanes) -> bool:
        tried.append(lanes)
        return False

    shrink({"people": bytes(range(1, 200))}, fails, most=9)
    assert len(tried) == 9
