"""What the cases of order changes cannot say: unreadable records, and hashes without names."""

from __future__ import annotations

import json

from engine.flows.changes import unreadable
from engine.flows.changes_content import Echo, marks_of
from engine.flows.changes_kinds import Around, kinds_of_header, kinds_of_lines
from engine.flows.orders_scope import order_scope
from engine.model.decision import Outcome
from engine.model.order import Line, Unreadable
from engine.model.rules_changes import ChangeRules
from tests.unit.flows.making import box, compiled, expression, member, order

FIELDS = (
    member("shipTo.name", value=expression("ca.ShippingLastName")),
    member("shipMethod", value=expression("ca.Way")),
    member("notes", value=expression("ca.Said")),
)


CHANGES = ChangeRules(
    table={}, cancelled={}, absent="resubmit-when-touched", cancelled_when=frozenset()
)


def marks(*, changes: ChangeRules | None = CHANGES, **raw: str | None) -> dict[str, str]:
    """The hashes of an order of one lamp with these raw members."""
    rules = compiled(fields=FIELDS, changes=changes)
    lamp = order(Line(id="1", sku="LAMP", quantity=1), boxes=(box(7, ("1", "LAMP", 1)),), raw=raw)
    return marks_of(rules, lamp, order_scope(rules, lamp), Echo(), on_hold=False)


def test_an_unreadable_record_is_parked_alone() -> None:
    """It is rejected under its own key, with the reason of its source."""
    decision = unreadable(Unreadable(key="7", why="it has no lines"))

    assert (decision.key, decision.outcome) == ("7", Outcome.REJECT)
    assert (decision.rule, decision.reason) == ("changes.unreadable", "it has no lines")


def test_marks_hold_nothing_of_a_buyer_and_tell_each_group_apart() -> None:
    """Whatever a member says, its hash alone is kept, and only that of its group changes."""
    before = marks(ShippingLastName="Sample", Way="GROUND", Said="call")
    assert not any(word in json.dumps(before) for word in ("Sample", "GROUND", "call"))

    for member_of, group in (
        ("ShippingLastName", "address"),
        ("Way", "method"),
        ("Said", "display"),
    ):
        raw = {"ShippingLastName": "Sample", "Way": "GROUND", "Said": "call", member_of: "Other"}
        after = marks(**raw)
        assert {name for name in before if before[name] != after[name]} == {group, "content"}


def test_what_no_rule_reads_is_in_no_mark_where_nobody_looks_at_changes() -> None:
    """Then a source need not be asked for it, and a rule that is added makes nothing look new."""
    some = marks(changes=None, ShippingLastName="Sample", Way="GROUND")

    assert some.keys() == {"address", "method", "display"}
    assert some == marks(changes=None, ShippingLastName="Sample", Way="GROUND", FlagID="4")
    assert marks(FlagID="4")["content"] != marks(FlagID="5")["content"]


def test_an_order_that_never_had_an_address_is_not_blanked() -> None:
    """Blanked is only what was there; before marks were kept nothing can be told of a header."""
    nowhere = marks(Way="GROUND")

    assert kinds_of_header(nowhere, nowhere) == ()
    assert kinds_of_header(marks(ShippingLastName="Sample", Way="GROUND"), nowhere) == ("blanked",)
    assert kinds_of_header(None, nowhere) == ()


def test_a_part_of_which_nothing_is_known_and_another_recipe_are_no_change() -> None:
    """Neither an empty composition nor other items under a line say that the order changed."""
    sent = [{"line": "1", "item": "POLE", "quantity": 2}]

    assert kinds_of_lines([], [], Around()) == ()
    assert kinds_of_lines(sent, [], Around(ordered=frozenset({"1"}))) == ("quantity-down",)
    assert kinds_of_lines(sent, [], Around()) == ("line-removed",)
