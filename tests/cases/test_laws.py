"""Every law of the domain has its cases."""

from __future__ import annotations

from pathlib import Path

from tests.cases.laws import LAWS

FOLDER = Path(__file__).parent


def test_every_law_names_cases_that_are_there() -> None:
    """Eighteen laws in their order, each with files that exist."""
    assert [int(law.partition(" ")[0]) for law in LAWS] == list(range(1, 19))
    named = {case for cases in LAWS.values() for case in cases.values()}
    assert {case for case in named if not (FOLDER / f"{case}.yaml").is_file()} == set()
    assert all(LAWS.values())
