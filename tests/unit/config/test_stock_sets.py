"""Quantities that would count an open order twice or not at all are refused, where they stand."""

from __future__ import annotations

from itertools import product

import pytest

from engine.config.load import load
from engine.diagnostics import Diagnostic
from tests.unit.config.library import overlay

STOCK = "from: wos, to: ca, putaway: delta"
LINKS = "links: {main: {stock: us}}"
RIGHT = {("on-hand", "UnShipped"), ("available", "InStock")}
TYPES = ("UnShipped", "InStock", "Available", "Absolute", "Relative")
RULES = "rules: {recount: {when: kind == 'count', do: set}, lost: {when: reason == 'A', do: delta}}"


def found(stock: str, more: str = "") -> list[Diagnostic]:
    """What is wrong with a stock section, and with nothing else."""
    return load("acme", overlay(f"{LINKS}\nstock: {{{STOCK}, {stock}}}\n{more}"))[1]


@pytest.mark.parametrize(("quantity", "kind"), [*product(("on-hand", "available"), TYPES)])
def test_a_quantity_goes_with_its_type_alone(quantity: str, kind: str) -> None:
    """Every pair but the two right ones is an error at its type that says the right one."""
    problems = found(f"foreign-picks: ignore, set: {{quantity: {quantity}, type: {kind}}}")
    if (quantity, kind) in RIGHT:
        assert problems == []
    else:
        (problem,) = problems
        assert problem.id == "set-counts-twice"
        assert problem.place.line == 3
        assert problem.expected == f"type: {dict(sorted(RIGHT))[quantity]}"


@pytest.mark.parametrize("half", ["quantity: available", "type: InStock"])
def test_half_a_pair_is_completed_by_its_default(half: str) -> None:
    """What is left out is on-hand or UnShipped, and must fit too."""
    (problem,) = found(f"foreign-picks: ignore, set: {{{half}}}")
    assert problem.id == "set-counts-twice"


@pytest.mark.parametrize("way", ["report", "ignore", "delta"])
def test_picks_that_are_told_exclude_a_set(way: str) -> None:
    """What is being picked is off the shelf already, and would be told once more."""
    problems = found(f"foreign-picks: {way}, {RULES}")
    assert [one.id for one in problems] == ["set-counts-twice"] * (way == "delta")
    assert all("recount" in one.message for one in problems)


def test_messages_that_are_posted_exclude_a_set() -> None:
    """A message that is on its way while the shelf is read would be told once more."""
    posts = "connections: {wos: {posts: env:HOOK}}"
    (problem,) = found(f"foreign-picks: ignore, {RULES}", posts)
    assert (problem.id, problem.found) == ("set-counts-twice", "connections.wos.posts")
    assert found("foreign-picks: ignore", posts) == []


@pytest.mark.parametrize("doubt", ["heal", "person"])
def test_what_excludes_a_set_excludes_healing(doubt: str) -> None:
    """A quantity that makes up for a doubt counts what is picked or posted as well."""
    posts = "connections: {wos: {posts: env:HOOK}}"
    problems = [
        *found(f"foreign-picks: delta, doubt: {doubt}"),
        *found(f"foreign-picks: ignore, doubt: {doubt}", posts),
    ]
    assert [one.id for one in problems] == ["set-counts-twice"] * (2 if doubt == "heal" else 0)
    assert all("doubt: person" in str(one.help) for one in problems)
