"""Workspaces for the examples of the documentation."""

from __future__ import annotations

from pathlib import Path

from engine.bootstrap import open_workspace
from engine.config.document import parse
from engine.config.merge import merge
from engine.config.schema import validate
from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.shipped import shipped

CUSTOMER = "acme"
BASE = """\
extends: ca-to-wos/standard
timezone: America/New_York
profiles: {us: 12000123, outlet: 12000124}
links:
  east: {dc: EAST3PL, areas: [MAIN, BULK], pick: MAIN, stock: us}
orders: {since: 2026-11-01}
"""
"""The complete customer that a fragment is laid over."""
NAMED = "free-member"
"""What is said of each member that a seller named: on a page such names are examples."""


def problems_of_ruleset(root: Path, text: str) -> list[Diagnostic]:
    """Every diagnostic of a whole ruleset but `NAMED`, in a new workspace below `root`."""
    folder = root / "rulesets" / CUSTOMER
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    customer, found = load_customer(open_workspace(root), CUSTOMER)
    assert found or customer is not None
    return [problem for problem in found if problem.id != NAMED]


def problems_of_fragment(root: Path, text: str) -> list[Diagnostic]:
    """Every diagnostic of the complete customer with this laid over it."""
    (root / "mappings").mkdir(parents=True)
    (root / "mappings" / "example.yaml").write_text(BASE, encoding="utf-8")
    return problems_of_ruleset(root, "extends: example\n" + text)


def problems_of_profile(text: str) -> list[Diagnostic]:
    """Every diagnostic of a shipped site profile with this laid over it."""
    shipped_text = (shipped("mappings") / "profiles" / "wos-assumed.yaml").read_text("utf-8")
    schema = (shipped("schemas") / "site-profile.schema.json").read_text("utf-8")
    base, wrong = parse(shipped_text, "wos-assumed.yaml")
    overlay, problems = parse(text, "example.yaml")
    if base is None or overlay is None:
        return wrong + problems
    return [*wrong, *problems, *validate(merge(base, overlay).node, schema)]
