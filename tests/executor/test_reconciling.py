"""What a reconciliation needs of the machine: memory, disk, and a second look."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from stat import S_IMODE

import pytest

from engine.adapters.spill import DiskSpill
from engine.customers import load_customer
from engine.errors import ConfigurationError
from engine.executor.discrepancy_figures import FEW, Stockroom, in_bulk
from engine.flows.discrepancy import Reasons, compare
from engine.model.discrepancy import Place
from engine.model.stock import Center, ChannelLevel, ShelfLevel
from engine.ports.flows import ShelfSource
from engine.reconciliation import places_of
from tests.cases.case import BASE, MemoryWorkspace
from tests.cases.discrepancy_street import reconciled
from tests.cases.stock_street import ToldStock

PLACES = [
    Place(dc=7, code="EAST3PL", link="east", profile=1),
    Place(dc=9, code="WEST", link="west", profile=1),
]
AREAS = ("MAIN", "BULK", "WEST")


class ManyProducts(ToldStock):
    """So many products, in no order, each with a figure in two DCs."""

    def __init__(self, count: int) -> None:
        self._count = count

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        for start in range(0, self._count, 100):
            yield [self._level(at) for at in range(start, start + 100)]

    def _level(self, at: int) -> ChannelLevel:
        sku = f"SKU-{at * 7919 % self._count:06d}"
        return ChannelLevel(product=str(at), profile=1, sku=sku, available={7: 6, 9: 3})


class ManyShelves(ShelfSource):
    """Three records of three units for each of so many items, in no order."""

    def __init__(self, count: int) -> None:
        self._count = count

    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        for start in range(0, 3 * self._count, 100):
            yield [self._level(at) for at in range(start, start + 100)]

    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        return {}

    def _level(self, at: int) -> ShelfLevel:
        area = AREAS[at // self._count]
        item = f"SKU-{at * 104729 % self._count:06d}"
        return ShelfLevel(item=item, area=area, on_hand=3)


def peak_of(count: int) -> int:
    """The bytes that were in use at most while so many products were compared."""
    spill = DiskSpill(500)
    room = Stockroom(
        channel=ManyProducts(count),
        shelves=ManyShelves(count),
        profiles=(1,),
        areas={"main": 7, "bulk": 7, "west": 9},
        bare=None,
        spill=spill,
    )
    tracemalloc.start()
    rows = (row for group in in_bulk(room) for row in compare(group, PLACES, Reasons()))
    assert sum(row.difference == 0 for row in rows) == 2 * count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    spill.close()
    return peak


def test_memory_does_not_grow_with_the_shelves() -> None:
    """Ten times the products and shelves take nowhere near ten times the memory."""
    assert peak_of(10_000) < 3 * peak_of(1000)


def test_what_is_spilled_is_sorted_and_leaves_nothing() -> None:
    """Rows of one key stay in their order; the folder is its owner's alone and goes at the end."""
    spill = DiskSpill(2)
    rows = [["b", 1], ["a", 1], ["b", 2], ["c", 1], ["a", 2], ["b", 3], ["a", 3]]
    ordered = spill.ordered(rows)
    first = next(ordered)
    folder = spill.folder

    assert S_IMODE(folder.stat().st_mode) == 0o700
    assert [first, *ordered] == sorted(rows, key=lambda row: str(row[0]))
    assert list(spill.ordered([])) == []
    spill.close()
    assert not folder.exists()


def test_when_very_much_looks_wrong_everything_is_read_again() -> None:
    """Beyond so many SKUs a second bulk reading is cheaper than asking for each alone."""
    workspace = MemoryWorkspace("extends: cases\n", BASE)
    customer, _ = load_customer(workspace, "acme")
    assert customer is not None
    wrong = [{"product": str(at), "sku": f"SKU-{at}", "available": {5: 1}} for at in range(FEW + 1)]
    found = reconciled(customer, {"products": wrong, "then": []})
    assert found.totals.unexplained == FEW + 1
    assert len(list(found.rows)) == FEW + 1


@pytest.mark.parametrize(
    ("links", "summary"),
    [
        (
            "main: {dc: NOWHERE, areas: [Main], pick: Main, stock: us}",
            "the channel has no DC NOWHERE",
        ),
        ("main: {dc: MAIN, areas: [Main], pick: Main}", "no link of acme says whose products"),
        (
            "west: {dc: WEST, areas: none, stock: us}",
            "a link without areas cannot be compared",
        ),
    ],
)
def test_links_that_cannot_be_compared_are_told(links: str, summary: str) -> None:
    """A wrong DC, no told profile, and areas that would count twice end with a word of advice."""
    base = BASE.replace("  main: {dc: MAIN, areas: [Main, Bulk], pick: Main, stock: us}\n", "")
    if "west" in links:
        base = BASE
    customer, problems = load_customer(
        MemoryWorkspace(f"extends: cases\nlinks:\n  {links}\n", base), "acme"
    )
    assert customer is not None, problems
    centers = {5: Center(id=5, code="MAIN"), 9: Center(id=9, code="WEST")}
    with pytest.raises(ConfigurationError) as caught:
        places_of(customer.ruleset, centers)
    assert caught.value.summary.startswith(summary)
    assert caught.value.advice
