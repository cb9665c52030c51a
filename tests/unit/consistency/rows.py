"""Rows of predicates over orders, for the tests of rules as a set."""

from __future__ import annotations

from pathlib import Path

from engine.bootstrap import open_workspace
from engine.customers import Customer, load_customer
from engine.diagnostics import Diagnostic

BASE = """\
extends: ca-to-wos/full
profiles: {us: 12000101, outlet: 12000102}
links:
  east: {dc: EAST, areas: [MAIN, BULK], pick: MAIN, stock: us}
  west: {dc: WEST, areas: [Westside], pick: Westside, stock: us}
orders: {since: 2026-11-01}
items: {owner: [us], since: 2026-11-01}
stock: {putaway: delta, foreign-picks: delta}
"""


def written(root: Path, text: str, name: str = "acme") -> Path:
    """A workspace with a ruleset that lies over a complete one with two links; returns it."""
    for path, content in (("mappings/two.yaml", BASE), (f"rulesets/{name}.yaml", text)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return root


def loaded(root: Path, text: str) -> tuple[Customer | None, list[Diagnostic]]:
    """A customer over the complete one, and what is wrong with it."""
    return load_customer(open_workspace(written(root, f"extends: two\n{text}")), "acme")


def loaded_over(root: Path, base: str, text: str) -> list[Diagnostic]:
    """What is wrong with a customer over another base of the workspace."""
    workspace = open_workspace(written(root, f"extends: {base}\n{text}"))
    return load_customer(workspace, "acme")[1]


def told(root: Path, text: str) -> list[tuple[str, str]]:
    """Of each problem its id, and the text that it underlines."""
    _, problems = loaded(root, text)
    return [(one.id, underlined(one)) for one in problems]


def underlined(one: Diagnostic) -> str:
    """What stands where a diagnostic points to."""
    assert one.place is not None
    assert one.excerpt is not None
    start = one.place.column - 1
    return one.excerpt[start : start + one.place.length]


def messages(root: Path, text: str) -> list[str]:
    """The messages of all problems."""
    return [one.message for one in loaded(root, text)[1]]


def undecided(root: Path, text: str) -> dict[str, str]:
    """Rule -> why it is not decided."""
    customer, problems = loaded(root, text)
    assert customer is not None, problems
    return {one.id: one.why for one in customer.undecided}
