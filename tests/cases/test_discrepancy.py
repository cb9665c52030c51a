"""Every case of a reconciliation holds: its rows are what the case tells, worst first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.customers import load_customer
from tests.cases.case import BASE, MemoryWorkspace, read_yaml, with_base
from tests.cases.discrepancy_street import reconciled, shown

FOLDER = Path(__file__).with_name("discrepancy")
CASES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_holds(path: Path) -> None:
    """The rows that differ are told with their causes, and the sums count what was compared."""
    case: dict[str, Any] = read_yaml(path)
    assert case["title"].endswith(".")
    workspace = MemoryWorkspace(with_base(case.get("ruleset", "")), BASE)
    customer, problems = load_customer(workspace, "acme")
    assert customer is not None, problems

    found = reconciled(customer, case)
    rows = list(found.rows)

    assert [shown(row) for row in rows] == case["expect"]
    assert all(sum(row.causes.values()) + row.unexplained == row.difference for row in rows)
    told = {"compared": found.totals.rows, "strange": found.totals.strange}
    told |= {"left-out": found.totals.left_out}
    for name, value in case.get("sums", {}).items():
        assert told[name] == value
