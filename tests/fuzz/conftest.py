"""The long form of these tests, and the file that says how many inputs they tried."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fuzz.tally import TRIED

settings.register_profile(
    "fuzz-long",
    deadline=None,
    max_examples=600,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--figures FILE`: how many inputs of each kind were tried is added to what the file says."""
    parser.addoption("--figures", type=Path, default=None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Adds up over the sessions that are given the same file."""
    path: Path | None = session.config.getoption("--figures")
    if path is not None:
        known = json.loads(path.read_text(encoding="utf-8"))["tried"] if path.is_file() else {}
        told = {"format_version": 1, "tried": dict(sorted((Counter(known) + TRIED).items()))}
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
