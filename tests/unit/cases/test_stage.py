"""The machine of a case: its clock stands, chance is none, and nothing leaves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.cases.stage import CaseClock, NoChance, plain_body
from engine.cases.suite import case_schema
from engine.errors import LibraryFaultError
from engine.workspace import Workspace

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_waiting_takes_no_time() -> None:
    """Who sleeps has slept at once, and time never goes back."""
    clock = CaseClock(NOON)

    clock.sleep(60)
    clock.until(NOON + timedelta(minutes=5))
    clock.until(NOON)

    assert clock.now() == NOON + timedelta(minutes=5)
    assert clock.monotonic() == 300
    assert NoChance().fraction() == 0.5


def test_a_body_that_is_no_json_is_text() -> None:
    """A system may take something else."""
    assert plain_body("<order/>") == "<order/>"
    assert plain_body('{"a": 1}') == {"a": 1}
    assert plain_body(None) is None


def test_a_schema_that_is_gone_is_nobodys_mistake(tmp_path: Path) -> None:
    """An installation without its own files says so."""

    class Bare(Workspace):
        def schema(self, name: str) -> None:
            return None

    with pytest.raises(LibraryFaultError, match="schema of cases is missing"):
        case_schema(Bare(tmp_path, ()))
