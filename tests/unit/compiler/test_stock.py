"""Compiling the stock section: named rules, and what of the other sections it knows."""

from __future__ import annotations

from engine.compiler.stock import compile_stock
from engine.config.load import load
from engine.model.ruleset import Ruleset
from tests.unit.config.library import MemoryLibrary, overlay

SECTION = "from: wos, to: ca, putaway: delta, foreign-picks: delta"


def ruleset_of(text: str) -> Ruleset:
    """A complete ruleset with this laid over it."""
    ruleset, problems = load("acme", overlay(text))
    assert problems == []
    assert ruleset is not None
    return ruleset


def test_a_ruleset_without_the_section_has_no_stock() -> None:
    """Nothing is compiled, and nothing is wrong."""
    assert compile_stock(ruleset_of("timezone: UTC")) == (None, [])


def test_rules_keep_their_order_and_their_names() -> None:
    """The first rule of the ruleset is the first that is asked."""
    rules = "{b: {when: item == 'B', do: ignore}, a: {when: item == 'A', do: report}}"
    compiled, problems = compile_stock(ruleset_of(f"stock: {{{SECTION}, rules: {rules}}}"))

    assert problems == []
    assert compiled is not None
    assert [(one.id, one.way) for one in compiled.named] == [
        ("stock.rules.b", "ignore"),
        ("stock.rules.a", "report"),
    ]
    assert compiled.profiles == {"us": 12000101, "outlet": 12000102}


def test_every_mistake_in_a_predicate_is_told() -> None:
    """Two rules that do not compile are two problems, each where it stands, and no flow."""
    rules = "{a: {when: ca.SiteName == 'A', do: ignore}, b: {when: quantity, do: ignore}}"
    compiled, problems = compile_stock(ruleset_of(f"stock: {{{SECTION}, rules: {rules}}}"))

    assert compiled is None
    assert [one.id for one in problems] == ["unknown-root"]


def test_picks_are_shared_where_shipments_are_told() -> None:
    """Two flows live on the messages of picks then, and each knows of the other."""
    alone, _ = compile_stock(ruleset_of(f"stock: {{{SECTION}}}"))
    both, _ = compile_stock(ruleset_of(f"stock: {{{SECTION}}}\nshipments: {{from: wos, to: ca}}"))

    assert alone is not None
    assert both is not None
    assert (alone.shares_picks, both.shares_picks) == (False, True)


def test_the_full_base_leaves_two_choices_to_the_customer() -> None:
    """It turns the flow on, and validation asks for what no base can know."""
    asked = "extends: ca-to-wos/full\nitems: null\nprofiles: {us: 1}\norders: {since: 2026-11-01}\n"
    asked += "links: {main: {dc: MAIN, areas: [Main], pick: Main, stock: us}}\n"
    chosen = f"{asked}stock: {{putaway: ignore, foreign-picks: ignore}}\n"

    _, problems = load("acme", MemoryLibrary({"acme": asked}))
    ruleset, none = load("acme", MemoryLibrary({"acme": chosen}))

    lacking = {"stock lacks the key 'putaway'", "stock lacks the key 'foreign-picks'"}
    assert {one.message for one in problems if one.severity == "error"} == lacking
    assert [one for one in none if one.severity == "error"] == []
    assert ruleset is not None
    assert ruleset.listens == {"wos"}
