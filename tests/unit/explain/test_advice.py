"""What is said to let a record through does so, and what does not is not said."""

from __future__ import annotations

import pytest

from engine.explain.story import Judged
from tests.unit.explain.making import case_explained, explained, product_case_explained, ways_out

STOPPED = {
    "only-payment": [
        "record: 'Deposited' in payment",
        "ruleset: add 'Cleared' to orders.only.payment",
    ],
    "only-payment-not": ["ruleset: take 'Failed' out of orders.only.payment.not"],
    "only-site": ["record: 'Bazaar' in site", "ruleset: add 'Else' to orders.only.site"],
    "only-tags-not": [
        "record: tags without 'Gift'",
        "ruleset: take 'Gift' out of orders.only.tags.not",
    ],
    "only-tags": [
        "record: tags with 'Wholesale'",
        "record: tags with 'Prime'",
        "ruleset: add 'Gift' to orders.only.tags",
    ],
    "only-skus": ["ruleset: add 'LAMP-01' to orders.only.skus"],
    "only-profile": ["ruleset: name the profile 12000101 in profiles, and in orders.only.profile"],
    "only-where": [
        "record: 0 in ca.TotalPrice",
        "ruleset: leave out orders.only.where, or let it say yes to this record",
    ],
    "since": ["ruleset: say orders.since: 2026-11-02 or earlier"],
    "dc-unknown-code": ["ruleset: add a link whose dc is 33"],
    "skip": [
        "record: tags without 'AmzBOPIS'",
        "ruleset: leave out orders.skip.local-pickup, or let it say no to this record",
    ],
    "hold": [
        "record: a text in ca.ShippingAddressLine1",
        "ruleset: leave out orders.hold.no-address, or let it say no to this record",
    ],
    "lookup-missing-hold": [
        "record: 'Standard' in ca.RequestedShippingClass",
        "record: 'Expedited' in ca.RequestedShippingClass",
        "ruleset: add a row 'standard': ... to the table ship-method",
    ],
    "lookup-missing-hold-private": [
        "record: '27601' in ca.ShippingPostalCode",
        "ruleset: add a row for this value to the table zone",
    ],
    "map-required": [
        "record: a text in ca.SiteOrderID",
        "ruleset: give orders.map.customField1 a default:",
        "ruleset: leave out orders.map.customField1",
    ],
    "number-empty": ["record: a text in ca.SiteOrderID"],
    "items-unknown": ["warehouse: GHOST-9 known in the warehouse"],
    "items-known": ["ruleset: add ROPE-10 to orders.items.known"],
    "bundles-keep-unknown": ["warehouse: KIT known in the warehouse"],
    "items-is-bundle": ["ruleset: add 'LAMP-01' to orders.bundles.wos"],
    "bundles-wos-unknown": ["warehouse: KIT known in the warehouse"],
    "bundles-wos-also-item": ["ruleset: add 'KIT' to orders.bundles.keep"],
    "bundles-no-components": ["ruleset: add 'KIT' to orders.bundles.keep"],
    "lines-bad-alone": ["record: a SKU on line 1"],
    "unallocated-bundle": [
        "ruleset: say orders.unallocated: ignore, and what is allocated is sent alone"
    ],
    "cancelled-split": [
        "ruleset: say orders.cancelled: netted, if the channel takes cancelled units off by itself"
    ],
    "nothing-open": ["ruleset: take 'Complete' out of orders.not-open"],
}


def _stopped(judged: list[Judged]) -> list[Judged]:
    return [one for one in judged if not one.flows]


@pytest.mark.parametrize("name", STOPPED)
def test_every_kind_of_stop_has_a_way_out(name: str) -> None:
    """Of an order that a rule stops the changes that let it through are told."""
    assert STOPPED[name] in [ways_out(one) for one in _stopped(case_explained(name))]


@pytest.mark.parametrize("ghosts", [["GHOST-8"], ["GHOST-8", "GHOST-9"]])
def test_as_few_items_are_named_as_it_takes(ghosts: list[str]) -> None:
    """Of several items those that are not known are named, together where one is not enough."""
    skus = ["LAMP-01", *ghosts, "ROPE-10"]
    lines = [{"id": sku, "sku": sku, "quantity": 1} for sku in skus]
    known = {"items": dict.fromkeys(ghosts, "unknown")}
    (one,) = _stopped(list(explained("orders: {}", {"lines": lines}, known).judged))
    assert ways_out(one) == [
        f"warehouse: {', '.join(ghosts)} known in the warehouse",
        f"ruleset: add {', '.join(ghosts)} to orders.lines.non-shippable, if that is no goods",
    ]


@pytest.mark.parametrize("name", ["in-doubt", "in-flight", "refused", "existing-unclear"])
def test_where_no_change_helps_none_is_told(name: str) -> None:
    """What waits for an answer or a person has no way out by a record or a ruleset."""
    (one,) = _stopped(case_explained(name))
    assert one.advice is not None
    assert (one.advice.suggestions, one.advice.next_rule) == ((), "")


def test_where_one_change_is_not_enough_the_next_rule_is_told() -> None:
    """A change that only leads to the next stop is no way out, and that stop is named."""
    (one,) = _stopped(case_explained("map-undecided"))
    assert one.advice is not None
    assert one.advice.suggestions == ()
    assert one.advice.almost == "a text in ca.SiteOrderID"
    assert one.advice.next_rule == "orders.map.customField2"


def test_an_order_that_was_sent_is_not_to_be_let_through_again() -> None:
    """The filters choose new orders: of a bound one that they refuse nothing is advised."""
    (one,) = _stopped(case_explained("shipped-export-done"))
    assert one.advice is None
    assert "it was sent before" in one.note


@pytest.mark.parametrize(
    ("when", "row", "way"),
    [
        ("ca.Gift == `true`", {"raw": {"Gift": True}}, "record: false in ca.Gift"),
        ("ca.Code == 'A'", {"raw": {"Code": "A"}}, "record: another text in ca.Code"),
        (
            "ca.Box.Kind == 'big'",
            {"raw": {"Box": {"Kind": "big"}}},
            "record: another text in ca.Box.Kind",
        ),
        (
            "ca.Rows[0].Kind == 'x'",
            {"raw": {"Rows": [{"Kind": "x"}]}},
            "record: nothing in ca.Rows[0].Kind",
        ),
        ("site == 'Shop'", {"site": "Shop"}, "record: another text in site"),
        ("!(contains(tags, 'Paid'))", {"tags": []}, "record: tags with 'Paid'"),
    ],
)
def test_a_skip_rule_is_passed_by_another_value(
    when: str, row: dict[str, object], way: str
) -> None:
    """Whatever kind of value a rule looks at, one that passes it is found."""
    now = explained(f'orders: {{skip: {{mine: "{when}"}}}}', row)
    (one,) = _stopped(list(now.judged))
    assert way in ways_out(one)


def test_what_no_record_can_hold_is_not_proposed() -> None:
    """A rule on lines, or on how many there are, is passed by the ruleset alone."""
    now = explained(
        'orders: {skip: {mine: "length(lines) == `1` && lines[0].quantity == `2`"}}', {}
    )
    (one,) = _stopped(list(now.judged))
    assert ways_out(one) == ["ruleset: leave out orders.skip.mine, or let it say no to this record"]


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("owner-lost", ["ruleset: add outlet to items.owner"]),
        ("parent", ["ruleset: say items.parents: send"]),
        ("children-skip", ["ruleset: say items.children: send"]),
        ("bad-sku", []),
    ],
)
def test_products_have_ways_out_too(name: str, ways: list[str]) -> None:
    """What the items flow leaves alone by profile or kind is let through by one key."""
    assert ways in [ways_out(one) for one in _stopped(product_case_explained(name))]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("skip", {"record", "ruleset"}),
        ("only-where", {"record", "ruleset"}),
        ("map-lookup-missing", {"record", "ruleset"}),
        ("map-required", {"record", "ruleset"}),
    ],
)
def test_products_are_tried_as_orders_are(name: str, where: set[str]) -> None:
    """A predicate, a table or a member of an item has a way out in both places."""
    found = [one for one in _stopped(product_case_explained(name)) if one.advice is not None]
    assert where in [{way.where for way in one.advice.suggestions} for one in found if one.advice]
