"""`run`: blocked by a gate, as a dry run, and with a flow that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.arrivals import as_it_must_be
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL


def test_a_blocked_run_says_how_to_go_on(town: Town) -> None:
    """The file that it names can be applied with the approval that it names."""
    ruleset = town.root / "rulesets" / "brightwick" / "ruleset.yaml"
    members = json.loads(ruleset.read_text(encoding="utf-8"))
    ruleset.write_text(json.dumps({**members, "gates": {"orders.create": {"max": 1}}}))
    blocked = town.run("run", "brightwick")
    assert blocked.code == 4
    words = blocked.out.strip().rpartition("crossdock apply ")[2].split()
    assert town.run("apply", words[0]).code == 4
    wrong = town.run("apply", words[0], "--approve", "orders.creat")
    assert wrong.code == 1
    assert 'no gate "orders.creat"' in wrong.err
    assert "did you mean 'orders.create'?" in wrong.err
    assert town.writes() == []
    assert town.run("apply", *words).code == 0
    assert as_it_must_be(town)


def test_a_dry_run_is_a_plan(town: Town) -> None:
    """`run --dry-run` has a plan's words, exit code and silence."""
    dry = town.run("run", "brightwick", "--dry-run", "--format", "json")
    planned = town.run("plan", "brightwick", "--format", "json")

    assert dry.code == planned.code == 2
    assert dry.lines[1:] == planned.lines[1:]
    assert town.writes() == []


ITEMS = {"from": "ca", "to": "wos", "owner": ["us"], "since": "2024-01-01"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_flow_that_fails_does_not_keep_the_others_back(tmp_path: Path, form: str) -> None:
    """Exit 1 with the flow and what to do; orders have gone, and `status` knows which failed."""
    layout = Layout(customer="brightwick")
    with open_town(tmp_path, layout, still=STILL, overlay={"items": ITEMS}) as town:
        town.faults("channel", {"kind": "500", "path": "/v1/Products", "count": None})
        ran = town.run("run", "brightwick", "--format", form)
        stands = town.run("status", "brightwick", "--format", "json").json["customers"][0]["flows"]

        assert ran.code == 1
        assert "crossdock: items: http" in ran.err
        assert "Run again later" in ran.err
        assert stands["items"]["outcome"].startswith("failed: http")
        assert stands["orders"]["outcome"] == "done"
        assert as_it_must_be(town)
        if form == "json":
            told = [(*line["flows"], line["verdict"]) for line in ran.lines]
            assert told == [("items", "failed"), ("orders", "done")]
            assert ran.lines[0]["why"].startswith("http")


SHIPMENTS = {"from": "wos", "to": "ca", "carriers": {"UPS/Ground": ["UPS", "GROUND"]}}


def test_a_queue_that_fails_keeps_no_order_back(tmp_path: Path) -> None:
    """Orders go though the warehouse's messages cannot be read; the run says so and exits 1."""
    layout = Layout(customer="brightwick")
    with open_town(tmp_path, layout, still=STILL, overlay={"shipments": SHIPMENTS}) as town:
        town.faults("warehouse", {"kind": "500", "path": "HostQueue", "count": None})
        ran = town.run("run", "brightwick")

        assert ran.code == 1
        assert "crossdock: messages: " in ran.err
        assert as_it_must_be(town)


def test_a_flow_that_the_ruleset_does_not_have_is_named(town: Town) -> None:
    """A run of it alone is a mistake, and says which flows there are."""
    ran = town.run("run", "brightwick", "stock")

    assert ran.code == 1
    assert "has no stock" in ran.err
    assert "orders" in ran.err
