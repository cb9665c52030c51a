"""A plan file that was damaged, or written by somebody else, is refused; nothing of it is sent."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.house import NAME, check_ended_well, house
from tests.fuzz.nasty import spoilt_bytes, spoilt_json
from tests.fuzz.tally import tried, tries

SITE = "wos-assumed"


@cache
def plan() -> bytes:
    """A plan of orders to be sent."""
    with tempfile.TemporaryDirectory() as folder:
        copied = house("new", SITE).copied(Path(folder))
        made = Path(folder) / "plan.jsonl"
        said = copied.run("plan", NAME, "orders", "--out", made)
        assert said.code == 2, said.err
        return made.read_bytes()


def check_refused(content: bytes) -> None:
    """`apply` says that it is no plan (or that it may not send it), and no write left."""
    tried("plan file")
    with tempfile.TemporaryDirectory() as folder:
        copied = house("new", SITE).copied(Path(folder))
        file = Path(folder) / "odd.jsonl"
        file.write_bytes(content)
        said = copied.run("apply", file)
        check_ended_well(said)
        if content != plan():
            assert said.code != 0
            assert copied.floor("warehouse", "state")["orders"] == []


@tries(20)
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_plan_is_refused(chance: Random) -> None:
    """A line of it is odd, twice there or gone, or bytes of it are others."""
    lines = plan().split(b"\n")
    place = chance.randrange(len(lines) - 1)
    how = chance.randrange(4)
    if how == 0:
        lines[place] = spoilt_json(lines[place], chance)
    elif how == 1:
        lines.insert(place, lines[place])
    elif how == 2:
        del lines[place]
    damaged = spoilt_bytes(plan(), chance) if how == 3 else b"\n".join(lines)
    check_refused(damaged)


def test_what_is_added_at_its_end_is_not_sent() -> None:
    """No line that a plan may have is taken after the footer, where no digest covers it."""
    lines = plan().splitlines(keepends=True)

    for added in (lines[0], lines[1], lines[-1], b"\n"):
        check_refused(plan() + added)


@tries(10)
@given(content=st.binary(max_size=300))
@example(content=b"")
@example(content=b"[" * 100_000)
@example(content=b'{"a":' * 50_000)
@example(content=b"9" * 10_000)
@example(content=b'"\\ud800"')
@example(content=b"\x00" * 1_000)
@example(content=b'{"type":"plan"}\n{"type":"footer"}\n')
@example(content=b'{"type":"plan","format_version":1e400}\n')
def test_any_bytes_are_no_plan(content: bytes) -> None:
    """Neither depth, nor length, nor half a character ends in a fault."""
    check_refused(content)
