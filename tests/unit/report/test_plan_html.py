"""The page of a plan: what stands in it, before any browser looks at it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from engine.model.decision import Decision, Difference
from engine.model.plan import BlockedGate, PlanFooter
from engine.report.plan_html import html_plan
from tests.unit.report.test_plan_text import HEADER, footer, sent

ATTACK = "</script><script>window.hit=1</script>"
GATE = BlockedGate(gate="orders.create", count=13, limit=5, unit="changes")


def made(ends: PlanFooter, *decisions: Decision) -> str:
    return "".join(html_plan((HEADER, ends), decisions, "plan.jsonl"))


def block(page: str, name: str) -> Any:
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


def test_a_decision_has_what_the_page_shows_of_it() -> None:
    """Flow, outcome, rule, keys, reason, and each change member by member, the buyer's starred."""
    page = made(footer({"send": 1}), sent(1))
    (one,) = block(page, "decisions")

    assert (one["flow"], one["outcome"], one["rule"]) == ("orders", "send", "orders.send")
    assert (one["key"], one["order"], one["number"]) == ("1/main", "1", "US-1")
    (change,) = one["changes"]
    assert change["members"] == [["orderNumber", "US-1"], ["name", "***"], ["lines[1]", "sku A"]]
    assert "Dana" not in page


def test_what_stands_there_is_told_between_name_and_value() -> None:
    """A member that is replaced has both its texts."""
    (created,) = sent(1).changes
    known = (Difference(name="weight", before="1", after="2"),)
    patched = replace(sent(1), changes=(replace(created, differences=known),))
    (one,) = block(made(footer({"send": 1}), patched), "decisions")

    assert one["changes"][0]["members"] == [["weight", "1", "2"]]


def test_the_page_says_the_same_as_the_screen() -> None:
    """Sums, gates and the next command are those of the screen; each rule has its meaning."""
    ends = footer({"send": 1, "skip": 2}, rules={"orders.skip.x": 2}, blocked=(GATE,))
    page = made(ends, sent(1))

    assert "<h1>Plan for acme, made 2026-11-23 07:00 EST</h1>" in page
    assert "<p>3 orders read: 0 to create, 0 to mark as exported.</p>" in page
    assert "<p>Left alone: 2 skipped, 0 with nothing to do.</p>" in page
    assert "BLOCKED by gate orders.create: 13 changes, the limit is 5</p>" in page
    assert "<code>crossdock apply plan.jsonl --approve orders.create</code>" in page
    (about,) = block(page, "about")
    assert about["titles"] == {"orders.skip.x": "a skip rule of the ruleset applies"}


def test_an_empty_plan_is_a_page_too() -> None:
    """It says why there is nothing to do."""
    page = made(footer({}))

    assert "Nothing to do: nothing was updated in that time" in page
    assert block(page, "decisions") == []


def test_a_record_cannot_write_into_the_page() -> None:
    """Whatever a text looks like, the page has the scripts that it always has."""
    evil = replace(sent(1), key=ATTACK, number=ATTACK, reason=ATTACK, rule=ATTACK, flow=ATTACK)
    page = made(footer({"send": 1}, rules={ATTACK: 1}), evil)

    assert page.count("<script") == made(footer({"send": 1}), sent(1)).count("<script") == 3
    assert "<script>window.hit" not in page
    assert block(page, "decisions")[0]["key"] == ATTACK


def test_a_page_names_no_other_place() -> None:
    """Nothing is loaded from anywhere, by no attribute and no style."""
    page = made(footer({"send": 1}), sent(1))

    assert not re.search(r"\b(src|href|srcset|action)\s*=|url\(|@import|https?://", page)
