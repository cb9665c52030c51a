"""A case: a ruleset over a small base, orders, what is known, and the decisions that must follow.

Cases go the whole way of a plan, with systems and a memory that are told what they know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.adapters import names
from engine.config.document import parse
from engine.config.library import Text
from engine.customers import load_customer
from engine.diagnostics import has_errors
from engine.workspace import Workspace
from tests.cases.expecting import differences, shown
from tests.cases.orders_of import orders_of
from tests.cases.street import planned

FOLDER = Path(__file__).parent
BASE = (FOLDER / "base.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file. `keys` are the keys of the language without which it must fail."""

    name: str
    title: str
    ruleset: str
    keys: tuple[str, ...]
    orders: list[Any]
    known: Mapping[str, Any]
    expect: Mapping[str, Any]


class MemoryWorkspace(Workspace):
    """A workspace whose one ruleset, `acme`, is a text, as is the base `cases`."""

    def __init__(self, ruleset: str, base: str) -> None:
        super().__init__(FOLDER, names())
        self._ruleset = ruleset
        self._base = base

    def ruleset(self, customer: str) -> Text | None:
        return Text("ruleset.yaml", self._ruleset) if customer == "acme" else None

    def base(self, name: str) -> Text | None:
        return Text("base.yaml", self._base) if name == "cases" else super().base(name)


def read_case(path: Path) -> Case:
    """Reads a case with the engine's own YAML rules; refuses members that no case knows."""
    found = read_yaml(path)
    key = found.pop("key", [])
    expect = {name: found.pop(name) for name in ("expect", "query", "blocked") if name in found}
    return Case(
        name=path.stem,
        keys=tuple([key] if isinstance(key, str) else key),
        title=found.pop("title"),
        ruleset=found.pop("ruleset", ""),
        orders=found.pop("orders", []),
        known=found.pop("known", {}),
        expect=expect,
        **found,
    )


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as plain values."""
    node, problems = parse(path.read_text(encoding="utf-8"), path.name)
    assert not problems, problems
    assert node is not None
    plain = node.plain()
    assert isinstance(plain, dict)
    return plain


def failures(case: Case) -> list[str]:
    """What of the expectation does not hold; a ruleset that does not load fails altogether."""
    workspace = MemoryWorkspace(with_base(case.ruleset), BASE)
    customer, problems = load_customer(workspace, "acme")
    if customer is None or has_errors(problems):
        return [f"{problem.id}: {problem.message}" for problem in problems]
    plan = planned(customer, orders_of(case.orders), case.known)
    return differences(case.expect, shown(plan))


def with_base(overlay: str) -> str:
    """The overlay over the cases' base, unless it says itself what it extends."""
    return overlay if "extends:" in overlay else f"extends: cases\n{overlay}"


def without(case: Case, key: str) -> Case:
    """The same case with one key (`orders/only/payment`) taken out of its overlay."""
    node, _ = parse(with_base(case.ruleset), case.name)
    assert node is not None
    tree = node.plain()
    assert isinstance(tree, dict)
    *above, last = key.split("/")
    inner = tree
    for step in above:
        inner = inner[step]
    del inner[last]
    return replace(case, ruleset=f"# extends: as below\n{json.dumps(tree, ensure_ascii=False)}")
