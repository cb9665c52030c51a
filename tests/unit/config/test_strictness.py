"""What each profile of strictness makes of a problem."""

from __future__ import annotations

import json

import pytest

from engine.config.load import load_with_origins
from engine.config.readiness import STARTER
from engine.config.strictness import STRICTNESSES, TABLE, Levels, Strictness, judge
from engine.diagnostics import Diagnostic
from engine.shipped import shipped
from tests.unit.config.library import MemoryLibrary, overlay

RANK = {"off": 0, "warning": 1, "error": 2}


def told(text: str, strictness: Strictness) -> list[tuple[str, str]]:
    """Severity and id of all that is told of an overlay of a complete ruleset."""
    found = load_with_origins("acme", overlay(text), strictness).diagnostics
    return [(one.severity, one.id) for one in found]


@pytest.mark.parametrize("rule", sorted(TABLE))
def test_a_stricter_profile_lets_pass_no_more(rule: str) -> None:
    """From draft over preview to live nothing becomes less."""
    weights = [RANK[getattr(TABLE[rule], one)] for one in STRICTNESSES]

    assert weights == sorted(weights)
    assert weights[-1] > 0


def test_an_id_that_is_not_in_the_table_weighs_what_it_says() -> None:
    """A new check is told before anybody has weighed it."""
    known = Diagnostic(id="unused-table", message="m", severity="warning")
    new = Diagnostic(id="of-tomorrow", message="m", severity="warning")

    assert [one.severity for one in judge([known, new], "live")] == ["error", "warning"]
    assert TABLE["unused-table"] == Levels("warning", "warning", "error")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("links: {main: {dc: TBD}}\n", ["warning", "error", "error"]),
        ("orders: {map: {notes: {lookup: t, of: site}}}\n", ["warning", "error", "error"]),
        ("tables: {spare: {rows: {a: b}}}\n", ["warning", "warning", "error"]),
        ("orders: {overlap: 5x}\n", ["error", "error", "error"]),
    ],
)
def test_what_is_not_there_yet_may_wait_while_one_writes(text: str, levels: list[str]) -> None:
    """Each problem has one severity in each profile."""
    text += "gates: {orders.create: {max: 9}}\n"

    assert [[level for level, _ in told(text, one)] for one in STRICTNESSES] == [
        [level] for level in levels
    ]


@pytest.mark.parametrize("mark", ["todo", "Tbd", "fixme", "change-me", "xxxx", "???", "<the DC>"])
def test_marks_to_come_back_to_are_placeholders(mark: str) -> None:
    """Whatever the letter case, and also where the schema wants something else than a text."""
    assert told(f"links: {{main: {{dc: '{mark}'}}}}\n", "preview") == [("error", "placeholder")]
    assert told("profiles: {us: TBD}\n", "draft") == [("warning", "placeholder")]


def test_a_text_that_is_written_is_no_placeholder() -> None:
    """Angle brackets in a mapping, and a longer text, are meant."""
    text = "orders: {map: {notes: {from: site, default: '<none>'}}}\n"

    assert told(text, "preview") == []
    assert told("orders: {skip: {todo: \"contains(tags, 'TBD')\"}}\n", "preview") == []


def test_a_go_live_asks_for_a_gate_and_for_other_values_than_the_starters() -> None:
    """Both only then, and neither where they are given."""
    own = "".join(f"{key}: {json.dumps(value)}\n" for key, value in STARTER.items())
    text = f"extends: ca-to-wos/standard\norders: {{since: 2026-11-01}}\n{own}"
    library = MemoryLibrary({"acme": text})
    found = [load_with_origins("acme", library, one).diagnostics for one in STRICTNESSES]

    assert [[one.id for one in several] for several in found] == [
        [],
        [],
        ["no-gate", "values-of-init"],
    ]
    assert told("gates: {orders.create: {max: 9}}\n", "live") == []


def test_the_starters_values_are_those_of_the_file() -> None:
    """What a go-live refuses is what `init` writes."""
    text = (shipped("mappings") / "starter.yaml.txt").read_text("utf-8")
    loaded = load_with_origins("acme", MemoryLibrary({"acme": text}), "live")

    assert [one.id for one in loaded.diagnostics] == ["values-of-init"]
