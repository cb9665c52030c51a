"""The rulesets of all cases, looked at as sets."""

from __future__ import annotations

from engine.customers import load_customer
from tests.cases.case import BASE, Case, MemoryWorkspace, based
from tests.cases.test_cases import CASES

IDS = {
    "bundle-never-sent",
    "change-without-effect",
    "dc-without-link",
    "dead-rule",
    "link-without-orders",
    "nothing-left",
    "profile-without-stock",
    "row-missing",
    "row-never-asked",
    "rows-alike",
    "shadowed-rule",
    "status-two-ways",
    "unused-profile",
}
MEANT = {
    ("rule-undecided", "dead-rule", "stock.rules.odd"),
    ("shipped", "status-two-ways", "fulfillments"),
}
"""Cases of what is wrong with a ruleset, each with the first word of its message."""


def told(case: Case) -> set[tuple[str, str, str]]:
    """What is claimed of a case's ruleset: the case, the id, and the first word."""
    _, problems = load_customer(MemoryWorkspace(based(case), BASE), "acme")
    return {(case.name, one.id, one.message.split()[0]) for one in problems if one.id in IDS}


def test_nothing_is_claimed_of_the_cases_but_what_they_are_about() -> None:
    """Hundreds of rulesets, most of them of one key: no false alarm."""
    assert set[tuple[str, str, str]]().union(*map(told, CASES)) == MEANT
