"""Towns for the tests of commands: everybody's clock stands still, so every word is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_workspace
from engine.sandbox.yard import Layout
from engine.workspace import Workspace
from tests.acceptance.town import Town, open_town

STILL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """The simple customer with fifty orders; nothing has been sent yet."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=STILL) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    return tmp_path


def workspace_of(town: Town) -> Workspace:
    """The workspace of a town, as the engine sees it."""
    return open_workspace(town.root)
