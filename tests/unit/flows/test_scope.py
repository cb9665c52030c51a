from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flows.orders_scope import fingerprint, order_scope, part_scope
from engine.model.order import Line
from tests.unit.flows.making import (
    NOON,
    box,
    compiled,
    expression,
    kit,
    link,
    member,
    named,
    order,
    template,
)

LAMP = Line(id="l", sku="LAMP", quantity=2, product="5")
READS = compiled(
    fields=(
        member("a", value=expression("ca.Notes")),
        member("b", text=template("{{ ca.Class or '' }}")),
    ),
    skip=(named("s", "ca.Lines[0].Gift == 'x'"),),
)
READ = ("Notes", "Class", "Lines")
VALUES = st.none() | st.text(max_size=5) | st.integers() | st.lists(st.booleans(), max_size=2)


@given(
    raw=st.dictionaries(st.sampled_from([*READ, "Total", "Email"]), VALUES),
    other=VALUES,
    name=st.sampled_from([*READ, "Total", "Email", "Brand new"]),
)
def test_the_fingerprint_moves_with_what_is_read_and_with_nothing_else(
    raw: dict[str, Any], other: Any, name: str
) -> None:
    """Of the raw record only members that some rule reads change the fingerprint."""
    before = order(LAMP, raw=raw)
    after = order(LAMP, raw={**raw, name: other})
    same = repr(raw.get(name)) == repr(other) or name not in READ

    assert (fingerprint(READS, before) == fingerprint(READS, after)) == same


PLAIN = order(LAMP, kit(2, STOVE=1), boxes=(box(7, ("l", "LAMP", 2)),), raw={"Notes": "n"})


@pytest.mark.parametrize(
    "change",
    [
        {"shipping": "Shipped"},
        {"payment": "Failed"},
        {"checkout": "OnHold"},
        {"site": "Bazaar"},
        {"site_id": 9},
        {"profile": 2},
        {"tags": ("Gift",)},
        {"lines": (replace(LAMP, quantity=3),)},
        {"lines": (replace(LAMP, cancelled=1), kit(2, STOVE=1))},
        {"lines": (LAMP, kit(2, STOVE=2))},
        {"allocations": (box(9, ("l", "LAMP", 2)),)},
        {"allocations": (box(7, ("l", "LAMP", 2), status="Complete"),)},
        {"allocations": (box(7, ("l", "LAMP", 1)),)},
    ],
)
def test_whatever_decides_an_order_moves_its_fingerprint(change: dict[str, Any]) -> None:
    """Statuses, site, tags, lines and allocations are all in it."""
    assert fingerprint(READS, replace(PLAIN, **change)) != fingerprint(READS, PLAIN)


def test_a_later_stamp_alone_is_no_change() -> None:
    """Our own writes move the updated date, so it is left out."""
    later = replace(PLAIN, updated=NOON + timedelta(days=1))

    assert fingerprint(READS, later) == fingerprint(READS, PLAIN)


def test_rules_that_read_the_whole_record_see_every_change_of_it() -> None:
    """A rule that takes the record as a whole may read any member."""
    whole = compiled(skip=(named("s", "length(keys(ca)) > `40`"),))

    assert fingerprint(whole, PLAIN) != fingerprint(whole, replace(PLAIN, raw={"New": 1}))


def test_an_expression_sees_the_order_under_the_names_of_the_language() -> None:
    """Times are texts with Z, a profile without a name shows its id, and the part adds its link."""
    scope = order_scope(READS, replace(PLAIN, profile=44))
    part = part_scope(scope, link("east", 7), single=True)

    assert scope["profile"] == {"id": 44, "name": "44"}
    assert order_scope(READS, PLAIN)["profile"] == {"id": 1, "name": "us"}
    assert scope["created"] == "2026-11-02T12:00:00Z"
    assert scope["skus"] == ["LAMP", "KIT"]
    assert scope["ca"] == {"Notes": "n"}
    assert part["link"] == {"name": "east", "dc": 7, "pick": "east"}
    assert part["part"] == {"single": True}
    assert "link" not in scope
