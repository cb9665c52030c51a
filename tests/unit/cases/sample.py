"""A ruleset and cases of texts, for the tests of cases."""

from __future__ import annotations

from pathlib import Path

from engine.bootstrap import open_workspace
from engine.cases.case import Case
from engine.cases.reading import read_case
from engine.cases.suite import Suite, run_suite
from engine.customers import Customer, load_customer
from engine.shipped import shipped
from engine.workspace import Workspace

SCHEMA = (shipped("schemas") / "case.schema.json").read_text(encoding="utf-8")
RULESET = """\
extends: ca-to-wos/full
profiles: {us: 12000123, outlet: 12000124}
links:
  east: {dc: EAST3PL, areas: [MAIN, BULK], pick: MAIN, stock: us}
  west: {dc: 9, areas: [WEST], pick: WEST, stock: us}
orders:
  since: 2026-11-01
  only: {profile: [us, outlet]}
  skip: {local-pickup: "contains(tags, 'AmzBOPIS')"}
  wos-hold: {gift: "contains(tags, 'Gift')"}
  bundles: {default: split, wos: [KIT-WOS]}
  map:
    customField1: {from: "join(', ', sort(tags))", default: ""}
    shipMethod: {lookup: ship-method, of: ca.RequestedShippingClass}
    notes: {text: "{{ ca.SpecialInstructions or '' }}"}
items: {owner: [us], since: 2026-11-02}
shipments: {carriers: {UPS/Ground: [UPS, GROUND]}}
stock:
  putaway: delta
  foreign-picks: delta
  rules: {damaged: {when: "reason == 'DAMAGED'", do: ignore}}
tables: {ship-method: {missing: hold, rows: {Standard: GROUND, NextDay: 1DAY}}}
gates: {orders.create: {max: 2}}
"""


def case_of(text: str) -> Case:
    """The case that a text says; it must be one."""
    case, faults = read_case("acme", "rulesets/acme/cases/one.yaml", text, SCHEMA)
    assert case is not None, faults
    return case


def workspace_with(root: Path, *texts: str, ruleset: str = RULESET) -> Workspace:
    """A workspace whose customer `acme` has these cases: `1.yaml`, `2.yaml` and so on."""
    folder = root / "rulesets" / "acme" / "cases"
    folder.mkdir(parents=True)
    (folder.parent / "ruleset.yaml").write_text(ruleset, encoding="utf-8")
    for at, text in enumerate(texts, start=1):
        (folder / f"{at}.yaml").write_text(text, encoding="utf-8")
    return open_workspace(root)


def customer_of(workspace: Workspace) -> Customer:
    """The customer `acme`."""
    customer, problems = load_customer(workspace, "acme")
    assert customer is not None, problems
    return customer


def suite_of(root: Path, *texts: str, ruleset: str = RULESET) -> Suite:
    """How these cases end."""
    workspace = workspace_with(root, *texts, ruleset=ruleset)
    return run_suite(workspace, customer_of(workspace), lambda done, total: None)
