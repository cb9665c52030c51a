"""A released ruleset is read back as the very same, whatever its texts hold."""

from __future__ import annotations

import pytest

from engine.adapters import names
from engine.customers import load_customer, load_released
from engine.shipped import shipped
from engine.workspace import ReleasedWorkspace, Workspace
from tests.cases.case import MemoryWorkspace
from tests.unit.config.library import COMPLETE

ODD = "NO 02142 1:1 \u0085\u2028\x7f\ufeff\U0001f600\u00e9 # : ' \" \\ \t\n {{ x }}"


@pytest.mark.parametrize("name", ["brightwick", "northpeak", "tidewater"])
def test_a_shipped_customer_comes_back_as_it_was(name: str) -> None:
    """Its ruleset without bases, its hash, its settings and its site profile are the same."""
    workspace = Workspace(shipped("rulesets").parent, names())
    before, _ = load_customer(workspace, name)
    assert before is not None

    after, problems = load_released(workspace, name, before.document)

    assert (after is not None, problems) == (True, [])
    assert after is not None
    assert after.document == before.document
    assert after.ruleset.hash == before.ruleset.hash
    assert after.settings == before.settings


def test_texts_of_every_kind_come_back() -> None:
    """What YAML would take for a number, fold, forbid or escape is the same text again."""
    workspace = MemoryWorkspace(COMPLETE, "{}")
    before, problems = load_customer(workspace, "acme")
    assert before is not None, problems
    ruleset = {**before.document["ruleset"]}
    rows = {ODD: ODD, "2026-11-01": "true", "01": "1"}
    ruleset["tables"] = {"odd": {"missing": "hold", "rows": rows}}

    again, _ = load_released(workspace, "acme", {**before.document, "ruleset": ruleset})

    assert again is not None
    assert again.ruleset.tables["odd"].rows == rows


def test_a_profile_that_was_not_released_is_unknown() -> None:
    """The files are not asked for it."""
    workspace = MemoryWorkspace(COMPLETE, "{}")
    before, _ = load_customer(workspace, "acme")
    assert before is not None

    again, problems = load_released(workspace, "acme", {**before.document, "profiles": {}})

    assert again is None
    assert "unknown-site-profile" in {problem.id for problem in problems}


def test_what_a_newer_engine_foretells_stops_no_released_ruleset() -> None:
    """A mistake that only later engines see refuses the files, and not what is live already."""
    workspace = MemoryWorkspace(COMPLETE, "{}")
    before, _ = load_customer(workspace, "acme")
    assert before is not None
    orders = {**before.document["ruleset"]["orders"], "map": {"notes": "upper(lines)"}}
    ruleset = {**before.document["ruleset"], "orders": orders}

    refused, problems = load_customer(
        ReleasedWorkspace(workspace, {**before.document, "ruleset": ruleset}), "acme"
    )
    again, none = load_released(workspace, "acme", {**before.document, "ruleset": ruleset})

    assert refused is None
    assert "wrong-argument" in {problem.id for problem in problems}
    assert again is not None
    assert none == []
