"""Whether what is stored under a number is the order that we want."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.desired import DesiredLine, DesiredOrder, ExistingLine, ExistingOrder
from engine.model.same_order import same_content


def desired(*lines: DesiredLine, area: str | None = "MAIN") -> DesiredOrder:
    """The order that we want."""
    return DesiredOrder(number="1", area=area, hold=False, fields={}, lines=lines)


def existing(*lines: ExistingLine, area: str | None = "MAIN") -> ExistingOrder:
    """The order that is there."""
    return ExistingOrder(number="1", state="available", area=area, lines=lines)


def want(host_id: str, item: str, quantity: int, *, expands: bool = False) -> DesiredLine:
    """A line that we want."""
    return DesiredLine(number=1, host_id=host_id, item=item, quantity=quantity, expands=expands)


def have(item: str, quantity: int, host_id: str | None = None) -> ExistingLine:
    """A line that is there."""
    return ExistingLine(item=item, quantity=quantity, host_id=host_id)


LAMP = want("1", "LAMP", 2)


@pytest.mark.parametrize(
    ("wanted", "found", "difference"),
    [
        (desired(LAMP), existing(have("LAMP", 2, "1")), None),
        (desired(LAMP), existing(have("LAMP", 2)), None),
        (desired(LAMP), existing(have("LAMP", 2), area="Main"), None),
        (desired(LAMP, area=None), existing(have("LAMP", 2)), None),
        (desired(LAMP), existing(have("LAMP", 2), area=None), None),
        (desired(LAMP), existing(have("LAMP", 2), area="WEST"), "its area is WEST, not MAIN"),
        (desired(LAMP), existing(have("LAMP", 1)), "its items and quantities differ"),
        (desired(LAMP), existing(), "its items and quantities differ"),
        (
            desired(LAMP),
            existing(have("LAMP", 2), have("MUG", 1)),
            "its items and quantities differ",
        ),
        (desired(LAMP), existing(have("LAMP", 2, "9")), "its lines, items or quantities differ"),
        (desired(LAMP), existing(have("ROPE", 2, "1")), "its lines, items or quantities differ"),
    ],
)
def test_an_order_is_ours_when_area_lines_and_quantities_are(
    wanted: DesiredOrder, found: ExistingOrder, difference: str | None
) -> None:
    """Content decides, by line id where the site gives it back, else by item and quantity."""
    assert same_content(wanted, found) == difference


def test_of_a_bundle_split_by_the_site_only_the_line_is_compared() -> None:
    """What the site made of it is the site's recipe, but something must be there."""
    wanted = desired(LAMP, want("2", "KIT", 1, expands=True))
    whole = existing(have("LAMP", 2, "1"), have("STOVE", 1, "2"), have("FUEL", 2, "2"))
    without = existing(have("LAMP", 2, "1"))

    assert same_content(wanted, whole) is None
    assert same_content(wanted, without) == "it has nothing of line 2"


def test_without_line_ids_a_split_bundle_may_be_anything_but_the_rest_must_be_there() -> None:
    """Plain lines are looked for among the items; what the bundle became cannot be told."""
    wanted = desired(LAMP, want("2", "KIT", 1, expands=True))

    assert same_content(wanted, existing(have("LAMP", 2), have("STOVE", 1))) is None
    assert same_content(wanted, existing(have("STOVE", 1))) is not None


LINES = st.lists(
    st.builds(want, st.sampled_from("abc"), st.sampled_from(["LAMP", "MUG"]), st.integers(1, 3)),
    min_size=1,
    max_size=4,
)


@given(lines=LINES, with_ids=st.booleans(), data=st.data())
def test_order_of_lines_does_not_matter_and_any_other_quantity_does(
    lines: list[DesiredLine], with_ids: bool, data: st.DataObject
) -> None:
    """The same lines in another order are the same order; one unit more is another."""
    stored = [have(one.item, one.quantity, one.host_id if with_ids else None) for one in lines]
    shuffled = data.draw(st.permutations(stored))
    more = [replace(shuffled[0], quantity=shuffled[0].quantity + 1), *shuffled[1:]]

    assert same_content(desired(*lines), existing(*shuffled)) is None
    assert same_content(desired(*lines), existing(*more)) is not None
