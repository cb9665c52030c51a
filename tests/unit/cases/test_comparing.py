"""What is expected against what came: the first value that differs, and who wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.cases.blaming import place_of
from engine.cases.case import Difference
from engine.config.load import load_with_origins
from tests.unit.cases.sample import suite_of, workspace_with

ORDERS = """\
title: a
given:
  orders:
    - {id: 1001, tags: [AmzBOPIS]}
    - {id: 1002, raw: {RequestedShippingClass: Slow, SpecialInstructions: Knock}}
    - {id: 1003, lines: [{sku: LAMP, dc: {EAST3PL: 1, "9": 1}, quantity: 2}]}
expect:
"""
STOCK = """\
title: a
flow: stock
happened:
  - put: {item: LAMP, quantity: 5, area: MAIN}
  - put: {item: BULB, quantity: 1, area: WEST}
expect:
"""


def _found(root: Path, case: str) -> list[Difference]:
    (verdict,) = suite_of(root, case).verdicts
    assert not verdict.faults + ((verdict.trouble,) if verdict.trouble else ())
    return list(verdict.differences)


def _shown(root: Path, case: str) -> list[tuple[str, Any, Any]]:
    return [
        ("/".join(map(str, one.path[1:])), one.expected, one.found) for one in _found(root, case)
    ]


@pytest.mark.parametrize(
    ("expect", "wanted"),
    [
        ("orders: {1001: hold}", [("orders/1001", "hold", "skip")]),
        ("orders: {9: hold}", [("orders/9", "hold", "(nothing)")]),
        ("records: {1003/east: send, 1003: send}", [("records/1003", "send", "(nothing)")]),
        ("blocked: [orders.create]", [("blocked/0", "orders.create", "(nothing)")]),
        ("decisions: [{key: 1002/east, reason: no row}]", []),
        (
            "decisions: [{key: 9/east}]",
            [
                (
                    "decisions/0/key",
                    "9/east",
                    "(nothing); there is: 1001, 1002/east, 1003/east, 1003/west",
                )
            ],
        ),
        (
            "exactly: true\n  decisions: [{key: 1001}, {key: 1003/east}, {key: 1003/west}]",
            [("decisions", "(nothing)", "1002/east: hold")],
        ),
        (
            "exactly: true\n  orders: {1001: skip, 1002: hold}",
            [("orders/1003", "(nothing)", "send")],
        ),
        (
            "decisions: [{outcome: skip}, {}, {}, {outcome: send}, {outcome: send}]".replace(
                "{}", "{rule: x}"
            ),
            [
                ("decisions/1/rule", "x", "orders.lookup.ship-method"),
                ("decisions/2/rule", "x", "orders.send"),
                ("decisions/4", "a decision", "(nothing)"),
            ],
        ),
        (
            "decisions: [{key: 1003/east, sends: [{body: {orderLines: [{quantity: true}]}}]}]",
            [("decisions/0/sends/0/body/orderLines/0/quantity", True, 1)],
        ),
        (
            'decisions: [{key: 1003/east, sends: [{body: {customField9: "(nothing)"}}]}]',
            [],
        ),
    ],
)
def test_what_differs_is_told_by_its_path(
    expect: str, wanted: list[tuple[str, Any, Any]], tmp_path: Path
) -> None:
    """Each difference has its path, what was expected and what came; nothing else is told."""
    assert _shown(tmp_path, f"{ORDERS}  {expect}\n") == wanted


def test_exactly_looks_at_the_whole_body_and_at_no_address(tmp_path: Path) -> None:
    """A member of a body that nobody named is a difference then; method and path never are."""
    expect = (
        "  exactly: true\n"
        "  decisions: [{key: 1001}, {key: 1002/east}, {key: 1003/east, sends: [{operation: create,"
        " body: {orderNumber: 1003-east}}]}, {key: 1003/west}]\n"
    )

    paths = [path for path, _, _ in _shown(tmp_path, ORDERS + expect)]

    assert "decisions/2/sends/0/body/pickAreaName" in paths
    assert not [path for path in paths if "body" not in path]


@pytest.mark.parametrize(
    ("expect", "wanted"),
    [
        ("stock: {EAST3PL: 5, 9: {BULB: 1}}", []),
        ("stock: {EAST3PL: {BULB: 2}}", [("stock/EAST3PL/BULB", 2, 0)]),
        ("stock: {NOWHERE: 1}", [("stock/NOWHERE", 1, 0)]),
        (
            "exactly: true\n  stock: {EAST3PL: {}}",
            [("stock/EAST3PL/LAMP", 0, 5), ("stock/9", 0, 1)],
        ),
    ],
)
def test_stock_is_compared_by_dc_and_by_sku(
    expect: str, wanted: list[tuple[str, Any, Any]], tmp_path: Path
) -> None:
    """A number is the sum of a DC, a map tells SKUs apart, and what did not move is 0."""
    assert _shown(tmp_path, f"{STOCK}  {expect}\n") == wanted


@pytest.mark.parametrize(
    ("expect", "rule", "at"),
    [
        ("orders: {1001: hold}", "orders.skip.local-pickup", 9),
        ("orders: {9: hold}", "", None),
        ("decisions: [{key: 1002/east, outcome: send}]", "orders.lookup.ship-method", 22),
        ("decisions: [{key: 1003/east, outcome: hold}]", "orders.send", None),
        (
            "decisions: [{key: 1003/east, sends: [{body: {customField1: x}}]}]",
            "orders.map.customField1",
            13,
        ),
        (
            "decisions: [{key: 1003/east, sends: [{body: {shipTo: {postalCode: x}}}]}]",
            "orders.map.shipTo.postalCode",
            "ca-to-wos/standard.yaml",
        ),
        (
            "decisions: [{key: 1003/east, sends: [{body: {createdDateTime: x}}]}]",
            "orders.map.created",
            "ca-to-wos/standard.yaml",
        ),
        (
            "decisions: [{key: 1003/east, sends: [{body: {orderNumber: x}}]}]",
            "orders.number",
            "ca-to-wos/standard.yaml",
        ),
        (
            "decisions: [{key: 1003/east, sends: [{body: {orderLines: [{itemNumber: x}]}}]}]",
            "orders.send",
            None,
        ),
    ],
)
def test_who_wrote_it_is_told_with_its_line(
    expect: str, rule: str, at: int | str | None, tmp_path: Path
) -> None:
    """The rule that decided, or the mapping that wrote the member, with its place if it has one."""
    first = _found(tmp_path, f"{ORDERS}  {expect}\n")[0]

    assert first.rule == rule
    if isinstance(at, str):
        assert first.rule_place is not None
        assert at in first.rule_place.file
    else:
        assert (first.rule_place.line if first.rule_place else None) == at


def test_the_place_in_the_case_is_that_of_the_value(tmp_path: Path) -> None:
    """An editor can jump to what was expected."""
    (found,) = _found(tmp_path, f"{ORDERS}  orders: {{1001: hold}}\n")

    assert str(found.place) == "rulesets/acme/cases/1.yaml:8:18"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("stock.rules.damaged", 21),
        ("stock.ways.putaway", 19),
        ("orders.lookup.ship-method", 22),
        ("shipments.carrier", 17),
        ("orders.only.profile", 8),
        ("orders.create", None),
        ("", None),
    ],
)
def test_the_rule_of_a_decision_is_found_in_the_ruleset(
    rule: str, line: int | None, tmp_path: Path
) -> None:
    """What a rule id calls otherwise than the ruleset does is found all the same."""
    tree = load_with_origins("acme", workspace_with(tmp_path)).tree
    assert tree is not None

    place = place_of(rule, tree)

    assert (place.line if place else None) == line
