from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.flows.orders_lines import wanted_lines
from engine.flows.orders_parts import Part, parts_of, same_dc
from engine.model.order import AllocatedItem, Component, Line
from engine.model.ruleset import Bundles
from tests.unit.flows.making import box, kit, link, order, rules

EAST, WEST = link("east", 7), link("west", "dc9")
LAMPS = Line(id="l", sku="LAMP", quantity=9)


def quantities(parts: tuple[Part, ...]) -> dict[str, list[tuple[str, int, tuple[int, ...]]]]:
    """Link -> (line, quantity, quantities of components) of each share."""
    return {
        part.link.name: [(one.line.id, one.quantity, one.components) for one in part.shares]
        for part in parts
    }


def problems(parts: tuple[Part, ...]) -> list[str]:
    """The rules that keep parts back."""
    return [problem.rule for part in parts for problem in part.problems]


def test_each_link_gets_what_its_dc_has_open() -> None:
    """A DC is found by id or by code, closed boxes and unlinked DCs count for nothing."""
    boxes = (
        box(7, ("l", "LAMP", 1)),
        box(7, ("l", "LAMP", 2)),
        box(7, ("l", "LAMP", 100), status="Complete"),
        box(9, ("l", "LAMP", 4)),
        box(5, ("l", "LAMP", 50)),
    )

    parts = parts_of(order(LAMPS, boxes=boxes), (EAST, WEST), rules())

    assert quantities(parts) == {"east": [("l", 3, ())], "west": [("l", 4, ())]}


def test_a_dc_without_code_is_found_by_id_alone() -> None:
    """A link that names a code never takes a DC whose code nobody knows."""
    bare = replace(box(9), dc_code=None)

    assert not same_dc(WEST, bare)
    assert same_dc(link("by id", 9), bare)


def test_an_item_that_names_the_bundle_is_so_many_bundles() -> None:
    """That bundles are allocated by component is inferred, so both ways are read."""
    line = replace(kit(3, STOVE=1, FUEL=2), product="77")
    by_product = AllocatedItem(line="k", sku="other", quantity=1, product="77")
    boxes = (box(7, ("k", "KIT", 1)), replace(box(7), items=(by_product,)))

    parts = parts_of(order(line, boxes=boxes), (EAST,), rules())

    assert quantities(parts) == {"east": [("k", 0, (2, 4))]}


def test_components_are_matched_by_product_where_both_have_one() -> None:
    """An alias may stand as the SKU of an allocated item; the product id tells what it is."""
    parts = (Component(sku="STOVE", quantity=1, product="61"),)
    line = Line(id="k", sku="KIT", quantity=1, bundle=True, components=parts)
    item = AllocatedItem(line="k", sku="STOVE-ALIAS", quantity=1, product="61")

    found = parts_of(order(line, boxes=(replace(box(7), items=(item,)),)), (EAST,), rules())

    assert quantities(found) == {"east": [("k", 0, (1,))]}


def test_an_uneven_bundle_without_anything_open_is_nothing() -> None:
    """Odd quantities keep back only the parts that have some of the bundle."""
    line = Line(
        id="k", sku="KIT", quantity=2, bundle=True, components=(Component(sku="S", quantity=3),)
    )
    boxes = (box(7, ("k", "S", 3)), box(9, ("l", "LAMP", 1)))

    parts = parts_of(order(line, LAMPS, boxes=boxes), (EAST, WEST), rules())

    assert [(part.link.name, len(part.problems)) for part in parts] == [("east", 1), ("west", 0)]
    assert problems(parts) == ["orders.bundles.uneven"]


def test_more_cancelled_than_open_leaves_nothing() -> None:
    """A quantity never goes below zero, of a plain line or of a component."""
    lines = (replace(LAMPS, cancelled=9), replace(kit(2, STOVE=1), cancelled=5))
    boxes = (box(7, ("l", "LAMP", 2), ("k", "STOVE", 2)),)

    assert parts_of(order(*lines, boxes=boxes), (EAST,), rules()) == ()


BOXES = st.lists(
    st.tuples(
        st.sampled_from([0, 5, 7, 9]),
        st.sampled_from(["l", "m", "k"]),
        st.integers(min_value=0, max_value=6),
        st.sampled_from(["NoChange", "Complete"]),
    ),
    max_size=12,
)
SKUS = {"l": "LAMP", "m": "MUG", "k": "KIT"}
LINES = st.tuples(
    st.builds(Line, id=st.just("l"), sku=st.just("LAMP"), quantity=st.integers(1, 9)),
    st.builds(
        Line,
        id=st.just("m"),
        sku=st.sampled_from(["MUG", "LAMP"]),
        quantity=st.integers(0, 9),
        cancelled=st.integers(0, 4),
    ),
)


def opened(boxes: tuple[Any, ...], line: str) -> int:
    """The open quantity of a line over all linked DCs."""
    mine = [one for one in boxes if one.status != "Complete" and one.dc in (7, 9)]
    return sum(item.quantity for one in mine for item in one.items if item.line == line)


@given(lines=LINES, rows=BOXES, netted=st.booleans(), bad=st.sampled_from(["hold", "drop"]))
def test_parts_never_send_more_than_is_open(
    lines: tuple[Line, ...], rows: list[Any], netted: bool, bad: Any
) -> None:
    """Over all parts, no line is sent in a larger quantity than the linked DCs have open of it."""
    boxes = tuple(box(dc, (line, SKUS[line], n), status=status) for dc, line, n, status in rows)
    chosen = rules(netted=netted, bad_lines=bad)

    parts = parts_of(order(*lines, boxes=boxes), (EAST, WEST), chosen)

    sent: Counter[str] = Counter()
    for part in parts:
        for share in part.shares:
            sent[share.line.id] += share.quantity
    assert all(count <= opened(boxes, line) for line, count in sent.items())
    if netted and not problems(parts):
        assert sent["l"] == opened(boxes, "l")


@given(
    per=st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 5), min_size=1),
    quantity=st.integers(1, 6),
    east=st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 30)),
)
def test_splitting_neither_makes_nor_loses_a_unit(
    per: dict[str, int], quantity: int, east: dict[str, int]
) -> None:
    """However a bundle's components lie in two DCs, the parts together have each unit once."""
    line = kit(quantity, **per)
    total = {sku: n * quantity for sku, n in per.items()}
    here = {sku: min(n, total[sku]) for sku, n in east.items() if sku in total}
    rest = {sku: n - here.get(sku, 0) for sku, n in total.items()}
    boxes = (
        box(7, *(("k", sku, n) for sku, n in here.items())),
        box(9, *(("k", sku, n) for sku, n in rest.items())),
    )
    chosen = rules(bundles=Bundles(default="split"))

    parts = parts_of(order(line, boxes=boxes), (EAST, WEST), chosen)

    found: Counter[str] = Counter()
    for part in parts:
        lines, kept_back = wanted_lines(part, chosen)
        assert kept_back == []
        found.update({one.item: one.quantity for one in lines})
    assert found == total
