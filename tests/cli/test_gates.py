"""A go-live with history, and a queue that is odd: refused or survived, and said by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Town, open_town
from tests.cli.conftest import STILL

NAME = "brightwick"
GATES: Mapping[str, Any] = {"orders.first-pass": {"max": 3, "share": 0.5}}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A customer whose very first pass meets more than it may send."""
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, still=STILL, overlay={"gates": GATES}) as opened:
        yield opened


def test_a_go_live_with_history_is_refused_until_it_is_approved_by_name(town: Town) -> None:
    """Plan, apply and run name the gate, what it counts and its limit; another name is no help."""
    planned, file = town.plan()
    assert planned.code == 4
    words = "BLOCKED by gate orders.first-pass: 6 changes, the limit is 3\n"
    share = "BLOCKED by gate orders.first-pass: 54.55% of what was read, the limit is 50%\n"
    assert words + share in planned.out
    assert planned.out.endswith(f"crossdock apply {file} --approve orders.first-pass\n")

    for said in (town.run("apply", file), town.run("run", NAME)):
        assert (said.code, words in said.out) == (4, True)
        assert "--approve orders.first-pass\n" in said.out
    assert town.run("apply", file, "--approve", "orders.nothing").code == 1
    assert town.writes() == []

    assert town.run("apply", file, "--approve", "orders.first-pass").code in (0, 5)
    assert len(town.stored()) > 3
    again, _ = town.plan()
    assert "BLOCKED" not in again.out


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_an_odd_queue_is_survived_and_shown(tmp_path: Path, site: str) -> None:
    """Everything twice, in the wrong order, with a type that nobody knows: told once, and said."""
    overlay = {"stock": {"from": "wos", "to": "ca", "putaway": "delta", "foreign-picks": "ignore"}}
    name = "northpeak"
    with open_town(tmp_path, Layout(customer=name), site=site, overlay=overlay) as town:
        odd = {"queue_duplicates": 1, "queue_reorder": True, "unknown_types": True}
        town.floor("warehouse", "settings", odd)
        town.put("COMPASS", 3, "MAIN")
        said = town.run("run", name, "stock")
        shown = town.run("status", name)

        assert said.code in (0, 5), said.err
        assert sum("UpdateQuantity" in one for one in town.writes()) == 1
        assert "queue       2 read so far, 2 came again, 2 of no known type\n" in shown.out
        (item,) = town.run("inbox", name, "--format", "json").json["items"]
        assert item["rule"] in ("stock.unreadable", "shipments.message")
        assert "SomethingNew" in item["text"]
