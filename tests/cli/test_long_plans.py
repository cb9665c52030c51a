"""A plan that takes long is told of, order by order, to whoever has to keep something alive."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from engine.cli.planning import write_plan
from engine.executor.runner import Ask
from engine.ledger.empty import EmptyReader
from engine.workspace import Workspace
from tests.executor.making import desk
from tests.executor.test_running import mug
from tests.fakes.systems import FakeSource


def test_who_asks_for_a_plan_hears_of_each_page(tmp_path: Path) -> None:
    """`run` renews its lease by it."""
    heard: list[int] = []
    at = desk(FakeSource([mug()], [mug("200")]), EmptyReader())
    customer = cast("Any", SimpleNamespace(ruleset=at.ruleset))

    write_plan(Workspace(tmp_path, ()), at, customer, None, Ask(on_record=heard.append))

    assert heard == [1, 2]
