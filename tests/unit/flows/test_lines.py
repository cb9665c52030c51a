from __future__ import annotations

import pytest

from engine.flows.orders_lines import WantedLine, item_problems, numbered, wanted_lines
from engine.flows.orders_parts import Part, Share
from engine.model.desired import ItemState
from engine.model.order import Component, Line
from engine.model.ruleset import Bundles, BundleWay
from tests.unit.flows.making import kit, link, rules


def wanted(item: str, needs: ItemState, bundle: str | None = None) -> WantedLine:
    """A line before it has a number."""
    return WantedLine(host_id="1", item=item, quantity=2, bundle=bundle, needs=needs)


def made(share: Share, way: BundleWay) -> tuple[list[tuple[str, int]], list[str]]:
    """Items and quantities of one share, and the rules that stand in its way."""
    part = Part(link=link("east", 7), shares=(share,))
    lines, problems = wanted_lines(part, rules(bundles=Bundles(default=way)))
    return [(one.item, one.quantity) for one in lines], [one.rule for one in problems]


@pytest.mark.parametrize(
    ("needs", "bundle", "state", "rule"),
    [
        (ItemState.ITEM, None, ItemState.ITEM, None),
        (ItemState.BUNDLE, None, ItemState.BUNDLE, None),
        (ItemState.ITEM, None, ItemState.UNKNOWN, "orders.items.unknown"),
        (ItemState.BUNDLE, None, ItemState.UNKNOWN, "orders.items.unknown"),
        (ItemState.ITEM, "KIT", ItemState.UNKNOWN, "orders.items.unknown"),
        (ItemState.BUNDLE, None, ItemState.ITEM, "orders.bundles.also-item"),
        (ItemState.ITEM, "KIT", ItemState.BUNDLE, "orders.bundles.split-twice"),
        (ItemState.ITEM, None, ItemState.BUNDLE, "orders.items.is-bundle"),
    ],
)
def test_what_the_sink_knows_must_be_what_the_line_needs(
    needs: ItemState, bundle: str | None, state: ItemState, rule: str | None
) -> None:
    """Each mismatch of an item number has a rule of its own."""
    problems, unchecked = item_problems([wanted("X", needs, bundle)], {"X": state})

    assert [one.rule for one in problems] == ([rule] if rule else [])
    assert unchecked == []


def test_what_was_not_asked_is_told_once() -> None:
    """An item that the sink could not be asked about is no problem, and is listed once."""
    lines = [wanted("B", ItemState.ITEM), wanted("A", ItemState.ITEM), wanted("B", ItemState.ITEM)]

    assert item_problems(lines, {"A": ItemState.UNCHECKED}) == ([], ["A", "B"])


@pytest.mark.parametrize("way", ["keep", "wos"])
def test_whole_bundles_are_counted_by_their_components(way: BundleWay) -> None:
    """A bundle that stays whole is as many as its components make up, all of them alike."""
    line = kit(3, STOVE=1, FUEL=2)

    assert made(Share(line=line, quantity=0, components=(2, 4)), way) == ([("KIT", 2)], [])
    assert made(Share(line=line, quantity=0, components=(2, 3)), way) == (
        [],
        ["orders.bundles.broken"],
    )
    assert made(Share(line=line, quantity=0, components=(0, 3)), way)[1] == [
        "orders.bundles.broken"
    ]


def test_a_component_of_quantity_0_makes_no_whole_bundle() -> None:
    """How many bundles there are cannot be told by a component of which a bundle holds none."""
    line = kit(2, STOVE=1, LEAFLET=0)
    share = Share(line=line, quantity=0, components=(2, 0))

    assert made(share, "keep") == ([], ["orders.bundles.broken"])
    assert made(share, "split") == ([("STOVE", 2)], [])


def test_a_split_leaves_out_what_this_dc_does_not_have() -> None:
    """Components without an open quantity here make no line, one without SKU keeps the part."""
    parts = (Component(sku="STOVE", quantity=1), Component(sku=None, quantity=1))
    line = Line(id="k", sku="KIT", quantity=1, bundle=True, components=parts)

    assert made(Share(line=kit(1, A=1, B=1), quantity=0, components=(1, 0)), "split") == (
        [("A", 1)],
        [],
    )
    assert made(Share(line=line, quantity=0, components=(1, 1)), "split") == (
        [("STOVE", 1)],
        ["orders.lines.bad"],
    )


def test_lines_are_numbered_from_1() -> None:
    """Numbers follow the order of the lines, and a line for the site's own split says so."""
    lines = numbered([wanted("A", ItemState.ITEM), wanted("B", ItemState.BUNDLE)])

    assert [(one.number, one.item, one.expands) for one in lines] == [
        (1, "A", False),
        (2, "B", True),
    ]
