"""Words on the command line may be anything: each ends in a code of the command's own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.house import NAME, check_ended_well, house
from tests.fuzz.nasty import DATES, TEXTS
from tests.fuzz.tally import tried, tries

WORDS = (
    *(word for word in (*TEXTS, *DATES) if "\x00" not in word),
    *("31500122", "LAMP-01", "orders", "--", "-C", "../x", "=", "*", "[x]", "%s", "a\nb", "--help"),
)
CALLS: tuple[tuple[str, ...], ...] = (
    ("plan", NAME, "--only", "?"),
    ("plan", NAME, "?"),
    ("plan", NAME, "--since", "?"),
    ("plan", NAME, "--limit", "?"),
    ("plan", "?"),
    ("run", NAME, "?"),
    ("apply", "?"),
    ("resubmit", NAME, "?", "--reason", "?"),
    ("inbox", NAME, "show", "?"),
    ("inbox", NAME, "retry", "?", "--reason", "?"),
    ("inbox", NAME, "resolve", "?", "--reason", "?", "--yes"),
    ("pause", NAME, "?", "--reason", "?"),
    ("resume", NAME, "--reason", "?"),
    ("status", "?"),
    ("validate", "?"),
    ("lookups", "?"),
    ("docs", "?"),
    ("init", "?"),
    ("state", NAME, "show", "?"),
    ("--now", "?", "plan", NAME),
    ("?",),
)


@tries(20)
@given(chance=st.randoms(use_true_random=False))
def test_odd_words_end_in_a_code_of_their_own(chance: Random) -> None:
    """Keys, names, flows, times and reasons; for a reason anything goes, and it is on record."""
    tried("command line")
    call = chance.choice(CALLS)
    words = [chance.choice(WORDS) if word == "?" else word for word in call]
    with tempfile.TemporaryDirectory() as folder:
        said = house("working", "wos-assumed").copied(Path(folder)).run(*words)
        check_ended_well(said)
        assert said.code in (0, 1, 2, 3, 4, 5, 64, 75)
        said.out.encode()
