from __future__ import annotations

from typing import Any

import pytest

from engine.compiler.collecting import Surroundings
from engine.compiler.orders import compile_orders
from engine.model.ruleset import OrderFilter
from tests.unit.flows.making import (
    compiled,
    expression,
    faults,
    member,
    named,
    rules,
    ruleset,
    table,
    template,
)

OPEN = Surroundings()


def test_everything_compiles_with_its_ids() -> None:
    """Rules carry the ids that decisions cite, fields their tables, profiles their names."""
    found = compiled(
        only=OrderFilter(where=expression("ca.Total > `0`")),
        skip=(named("s", "ca.A == 'a'"),),
        hold=(named("h", "ca.B == 'b'"),),
        wos_hold=(named("w", "link.name == 'east'"),),
        fields=(member("way", value=expression("ca.C"), lookup="ways"),),
        tables={"ways": table()},
    )

    rule_ids = [rule.id for rule in (*found.skip, *found.hold, *found.wos_hold)]
    assert rule_ids == ["orders.skip.s", "orders.hold.h", "orders.wos-hold.w"]
    assert found.where is not None
    assert found.fields[0].table == table()
    assert found.profile_names == {1: "us"}
    assert [one.name for one in found.links] == ["east"]


def test_reads_are_the_members_of_the_source_that_any_rule_reads() -> None:
    """Paths are cut behind the member, canonical names are not among them."""
    found = compiled(
        only=OrderFilter(where=expression("ca.Total > `0` && shipping == 'x'")),
        skip=(named("s", "ca.Lines[0].Sku == 'a'"),),
        number=template("{{ ca.ID }}{{ link.name }}"),
        fields=(
            member("a", value=expression("ca.To.City")),
            member("b", text=template("{{ ca.Notes or '' }}")),
        ),
    )

    assert found.reads == {("ca", name) for name in ("Total", "Lines", "ID", "To", "Notes")}


def test_without_an_orders_section_there_is_nothing_to_compile() -> None:
    """A ruleset for other flows is no mistake."""
    assert compile_orders(ruleset(None), OPEN) == (None, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"only": OrderFilter(where=expression("ca.Total >"))},
        {"skip": (named("s", "ca.Total >"),)},
        {"hold": (named("h", "ca.Total >"),)},
        {"wos_hold": (named("w", "ca.Total >"),)},
        {"fields": (member("a", value=expression("ca.Total >")),)},
        {"fields": (member("a", text=template("{{ ca.Total")),)},
        {"number": template("{{ ca.Total")},
    ],
)
def test_a_mistake_anywhere_is_found_and_nothing_is_compiled(wrong: dict[str, Any]) -> None:
    """Each place that holds an expression or a template reports its mistake."""
    assert len(faults(OPEN, **wrong)) == 1


def test_all_mistakes_are_found_at_once() -> None:
    """One bad piece does not hide the next."""
    wrong = {
        "skip": (named("s", "ca.A >"), named("t", "ca.B >")),
        "number": template("{{ ca.ID"),
        "fields": (member("a", value=expression("ca.C >")),),
    }

    assert len(faults(OPEN, **wrong)) == 4


@pytest.mark.parametrize("section", ["skip", "hold"])
def test_rules_of_a_whole_order_cannot_read_the_part(section: str) -> None:
    """Skip and hold are decided before there are parts; wos-hold is decided for each part."""
    problems = faults(OPEN, **{section: (named("n", "link.name == 'east'"),)})

    assert [problem.id for problem in problems] == ["unknown-root"]
    assert compiled(wos_hold=(named("n", "link.name == 'east'"),)).wos_hold


@pytest.mark.parametrize(
    ("target", "help_text"),
    [("shipMetod", "Did you mean `shipMethod`?"), ("zzz", "It has: notes, shipMethod.")],
)
def test_a_member_that_the_site_does_not_have_is_told(target: str, help_text: str) -> None:
    """The nearest member is offered, or all of them."""
    site = Surroundings(targets=frozenset(["shipMethod", "notes"]))

    (problem,) = faults(site, fields=(member(target, value=expression("ca.A")),))

    assert (problem.id, problem.found, problem.help) == ("unknown-target", target, help_text)


def test_known_members_pass() -> None:
    """What the site has may be mapped, and where nothing is known anything may."""
    fields = (member("notes", value=expression("ca.A")),)
    site = Surroundings(targets=frozenset(["notes"]))

    assert compile_orders(ruleset(rules(fields=fields)), site)[1] == []
    assert compile_orders(ruleset(rules(fields=fields)), OPEN)[1] == []


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("ca.ShipCity", True),
        ("ca.Total", False),
        ("join('', values(ca))", True),
        ("tags[0]", False),
        ("coalesce(ca.Total, ca.ShipCity)", True),
    ],
)
def test_a_member_made_of_buyers_values_is_private(text: str, private: bool) -> None:
    """One read of a buyer's member, or of the whole record, makes the result private."""
    found = compiled(fields=(member("a", value=expression(text)),))

    assert [one.private for one in found.fields] == [private]
