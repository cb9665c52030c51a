"""A case: a ruleset over a small base, records, what is known, and the decisions that must follow.

Cases go the whole way of a plan, with systems and a memory that are told what they know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.adapters import names
from engine.config.document import parse
from engine.config.library import Text
from engine.customers import Customer, load_customer
from engine.diagnostics import has_errors
from engine.workspace import Workspace
from tests.cases import changes_street, items_street, shipments_street, stock_street, street
from tests.cases.expecting import differences

FOLDER = Path(__file__).parent
BASE = (FOLDER / "base.yaml").read_text(encoding="utf-8")
OF_FLOWS = FOLDER / "bases"

Street = Callable[[Customer, Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
"""What a flow's pass shows of records (by the members of a case's file) and of what is known."""
STREETS: Mapping[str, Street] = {
    "orders": street.shown_of,
    "order-changes": changes_street.shown_of,
    "items": items_street.shown_of,
    "shipments": shipments_street.shown_of,
    "stock": stock_street.shown_of,
}
"""Folder of cases -> the street that they go."""
RECORDS: Mapping[str, frozenset[str]] = {
    "orders": frozenset({"orders"}),
    "order-changes": frozenset({"sent", "orders"}),
    "items": frozenset({"products"}),
    "shipments": frozenset({"orders", "parts"}),
    "stock": frozenset({"bookings", "picks"}),
}
"""Folder of cases -> the members in which their files give records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file of a flow's folder. `keys` are the keys of the language without which it must fail.

    `records` are the members of the file that are only its flow's.
    """

    flow: str
    name: str
    title: str
    ruleset: str
    keys: tuple[str, ...]
    records: Mapping[str, Any]
    known: Mapping[str, Any]
    expect: Mapping[str, Any]


class MemoryWorkspace(Workspace):
    """A workspace whose one ruleset, `acme`, is a text, as is the base `cases`.

    `cases-FLOW` is what the cases of another flow lie over.
    """

    def __init__(self, ruleset: str, base: str) -> None:
        super().__init__(FOLDER, names())
        self._ruleset = ruleset
        self._base = base

    def ruleset(self, customer: str) -> Text | None:
        return Text("ruleset.yaml", self._ruleset) if customer == "acme" else None

    def base(self, name: str) -> Text | None:
        own = OF_FLOWS / f"{name.removeprefix('cases-')}.yaml"
        if name.startswith("cases-") and own.is_file():
            return Text(f"bases/{own.name}", own.read_text(encoding="utf-8"))
        return Text("base.yaml", self._base) if name == "cases" else super().base(name)


def read_case(path: Path) -> Case:
    """Reads a case with the engine's own YAML rules; refuses members that no case knows."""
    found = read_yaml(path)
    key = found.pop("key", [])
    flow = path.parent.name
    expect = {name: found.pop(name) for name in ("expect", "query", "blocked") if name in found}
    case = Case(
        flow=flow,
        name=path.stem,
        keys=tuple([key] if isinstance(key, str) else key),
        title=found.pop("title"),
        ruleset=found.pop("ruleset", ""),
        known=found.pop("known", {}),
        expect=expect,
        records=found,
    )
    assert found.keys() <= RECORDS[flow], f"{path.name} has members that no case knows"
    return case


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
    workspace = MemoryWorkspace(based(case), BASE)
    customer, problems = load_customer(workspace, "acme")
    if customer is None or has_errors(problems):
        return [f"{problem.id}: {problem.message}" for problem in problems]
    shown = STREETS[case.flow](customer, case.records, case.known)
    return differences(case.expect, shown)


def with_base(overlay: str, base: str = "cases") -> str:
    """The overlay over a base of cases, unless it says itself what it extends."""
    return overlay if "extends:" in overlay else f"extends: {base}\n{overlay}"


def based(case: Case) -> str:
    """The case's ruleset over the base of its flow."""
    own = (OF_FLOWS / f"{case.flow}.yaml").is_file()
    return with_base(case.ruleset, f"cases-{case.flow}" if own else "cases")


def without(case: Case, key: str) -> Case:
    """The same case with one key (`orders/only/payment`) taken out of its overlay."""
    node, _ = parse(based(case), case.name)
    assert node is not None
    tree = node.plain()
    assert isinstance(tree, dict)
    *above, last = key.split("/")
    inner = tree
    for step in above:
        inner = inner[step]
    del inner[last]
    return replace(case, ruleset=f"# extends: as below\n{json.dumps(tree, ensure_ascii=False)}")
