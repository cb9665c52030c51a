"""What makes an order another one than before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.flows.changes_content import Echo, marks_of
from engine.flows.orders_scope import order_scope
from engine.model.order import AllocatedItem, Allocation
from tests.cases.orders_of import orders_of
from tests.unit.explain.making import opened


@pytest.mark.parametrize("skus", [("POT", None), (None, "POT"), (None, None)])
def test_an_allocated_item_without_its_sku_stops_nobody(skus: tuple[str | None, ...]) -> None:
    """A source that leaves out the SKU of one of two items of a line still has marks."""
    compiled = opened("extends: cases").customer.compiled
    items = tuple(AllocatedItem(line="1", sku=sku, quantity=1) for sku in skus)
    allocation = Allocation(id="9", dc=5, dc_code="MAIN", status="NoChange", items=items)
    (order,) = orders_of([{"key": "1001"}])
    odd = replace(order, allocations=(allocation,))

    assert marks_of(compiled, odd, order_scope(compiled, odd), Echo(), on_hold=False)
