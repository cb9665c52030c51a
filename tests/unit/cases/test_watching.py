"""Coverage: each rule, field and row is untouched until a case makes it answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cases.sample import RULESET, suite_of

ORDER = "title: a\ngiven: {{orders: [{{id: 1, {}}}]}}\nexpect: {{blocked: []}}\n"
FLOOR = "title: a\nflow: stock\nhappened: [{{put: {}}}]\nexpect: {{blocked: []}}\n"
PRODUCT = "title: a\nflow: items\ngiven: {{products: [{}]}}\nexpect: {{blocked: []}}\n"
BOX = """\
title: a
flow: shipments
earlier: {{orders: [{{id: 1}}]}}
happened:
  - pick: {{order: 1}}
  - pack: {{order: 1, boxes: [{{id: B, carrier: UPS, service: {}, tracking: T}}]}}
expect: {{blocked: []}}
"""
TOUCHES = {
    "orders.skip.local-pickup": (ORDER.format("tags: [AmzBOPIS]"), ORDER.format("tags: [A]")),
    "orders.hold.odd": (ORDER.format("site: Odd"), ORDER.format("site: Even")),
    "orders.wos-hold.gift": (ORDER.format("tags: [Gift]"), ORDER.format("tags: [A]")),
    "orders.only.payment": (ORDER.format("payment: Failed"), ORDER.format("payment: Cleared")),
    "orders.map.shipTo.company": (
        ORDER.format("raw: {ShippingCompanyName: Acme}"),
        ORDER.format("raw: {}"),
    ),
    "orders.map.notes": (
        ORDER.format("raw: {SpecialInstructions: Knock}"),
        ORDER.format("raw: {SpecialInstructions: ''}"),
    ),
    "tables.ship-method.rows.NextDay": (
        ORDER.format("raw: {RequestedShippingClass: NextDay}"),
        ORDER.format("raw: {RequestedShippingClass: Never}"),
    ),
    "items.skip.old": (
        PRODUCT.format("{sku: A, title: Old}"),
        PRODUCT.format("{sku: A, title: New}"),
    ),
    "items.map.weight": (
        PRODUCT.format("{sku: A, raw: {Weight: 1.5}}"),
        PRODUCT.format("{sku: A}"),
    ),
    "stock.rules.damaged": (
        FLOOR.format("{item: A, quantity: 1, area: MAIN, reason: DAMAGED}"),
        FLOOR.format("{item: A, quantity: 1, area: MAIN}"),
    ),
    "shipments.carriers.UPS/Ground": (BOX.format("Ground"), BOX.format("Air")),
}
SKIPS = RULESET.replace("  wos-hold:", "  hold: {odd: \"site == 'Odd'\"}\n  wos-hold:").replace(
    "items: {", "items: {skip: {old: \"title == 'Old'\"}, "
)


@pytest.mark.parametrize("rule", TOUCHES)
def test_a_rule_is_touched_when_it_answers(rule: str, tmp_path: Path) -> None:
    """A condition that was true, a field that had a value, a row that was found, no less."""
    for touches, case in zip((True, False), TOUCHES[rule], strict=True):
        suite = suite_of(tmp_path / str(touches), case, ruleset=SKIPS)
        assert [one.trouble for one in suite.verdicts] == [""]
        missed = dict(suite.missed)
        assert (rule not in missed) == touches
        place = missed.get(rule)
        assert touches or (place is not None and place.line > 0)


def test_a_ruleset_without_the_other_flows_has_none_of_their_rules(tmp_path: Path) -> None:
    """What is not there cannot be missed."""
    ruleset = """\
extends: ca-to-wos/standard
profiles: {us: 12000123}
links: {east: {dc: EAST3PL, areas: [MAIN], pick: MAIN, stock: us}}
orders: {since: 2026-11-01}
"""

    suite = suite_of(tmp_path, ORDER.format("site: Shop"), ruleset=ruleset)

    assert {rule.partition(".")[0] for rule, _ in suite.missed} == {"orders"}
