from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from tests.acceptance.oracle import (
    States,
    Terms,
    delta_gaps,
    faults_of,
    lost_or_doubled,
    misordered,
    overshipped,
    shelf_gaps,
    unshipped,
)

TERMS = Terms(profile=1, links={"A": 7, "B": 7, "C": 9})
LINE, KIT_LINE = 41, 42


def _product(key: int, sku: str, kind: str = "Item", **available: int) -> dict[str, Any]:
    rows = [
        {"DistributionCenterID": int(dc.removeprefix("dc")), "AvailableQuantity": units}
        for dc, units in available.items()
    ]
    return {
        "ID": key,
        "ProfileID": 1,
        "Sku": sku,
        "ProductType": kind,
        "InfiniteQuantity": sku == "ENDLESS",
        "DCQuantities": rows,
    }


def _item(line: int, product: int, sku: str, quantity: int) -> dict[str, Any]:
    return {
        "OrderItemID": line,
        "ProductID": product,
        "ReferenceProductID": None,
        "Sku": sku,
        "Quantity": quantity,
    }


def _fulfillment(status: str, center: int, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "ID": 1,
        "DeliveryStatus": status,
        "DistributionCenterID": center,
        "Items": list(items),
    }


def _order() -> dict[str, Any]:
    """Three lamps, and two kits of a lamp and two ropes, all from DC 7."""
    parts = [("LAMP", 61, 2), ("ROPE", 62, 4)]
    components = [{"Sku": sku, "ProductID": key, "Quantity": n} for sku, key, n in parts]
    line: dict[str, Any] = {"Adjustments": [], "ReferenceProductID": None}
    held = [_item(KIT_LINE, key, sku, n) for sku, key, n in parts]
    return {
        "ID": 1,
        "ShippingStatus": "Unshipped",
        "CheckoutStatus": "Completed",
        "PaymentStatus": "Cleared",
        "Items": [
            {**line, "ID": LINE, "ProductID": 61, "Sku": "LAMP", "Quantity": 3}
            | {"BundleComponents": []},
            {**line, "ID": KIT_LINE, "ProductID": 63, "Sku": "KIT", "Quantity": 2}
            | {"BundleComponents": components},
        ],
        "Fulfillments": [_fulfillment("NoChange", 7, _item(LINE, 61, "LAMP", 3), *held)],
    }


def _start() -> States:
    """Everything is on the shelf, and the order is in the warehouse."""
    lines = [(LINE, "LAMP", 3), (KIT_LINE, "LAMP", 2), (KIT_LINE, "ROPE", 4)]
    return States(
        channel={
            "Products": [
                _product(61, "LAMP", dc7=10, dc9=5),
                _product(62, "ROPE", dc7=10),
                _product(63, "KIT", "Bundle", dc7=5),
                _product(64, "ENDLESS", dc7=0),
            ],
            "Orders": [_order()],
        },
        warehouse={
            "locations": [{"name": f"{area}-1", "area": area} for area in "ABCX"],
            "inventory": [
                {"item": "LAMP", "location": "A-1", "quantity": 15},
                {"item": "LAMP", "location": "C-1", "quantity": 5},
                {"item": "ROPE", "location": "B-1", "quantity": 14},
            ],
            "orders": [
                {
                    "number": "US-1",
                    "area": "A",
                    "lines": [
                        {"host_id": str(host), "item": item, "quantity": units, "picked": 0}
                        for host, item, units in lines
                    ],
                }
            ],
            "journal": [],
        },
    )


def _entry(kind: str, area: str, quantity: int, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("to_area", "reason", "order", "host_id"))
    return {**empty, "kind": kind, "item": "LAMP", "area": area, "quantity": quantity, **more}


def _with(states: States, *entries: dict[str, Any]) -> States:
    """The states after these changes of shelves, of which no channel was told."""
    warehouse = deepcopy(dict(states.warehouse))
    for entry in entries:
        warehouse["journal"].append(entry)
        if entry["kind"] == "pick" and entry["host_id"] is not None:
            line = {"host_id": entry["host_id"], "item": entry["item"], "quantity": 0}
            warehouse["orders"][0]["lines"].append({**line, "picked": -entry["quantity"]})
        ends = [(entry["area"], entry["quantity"])]
        ends += [(entry["to_area"], -entry["quantity"])] if entry["kind"] == "move" else []
        for area, units in ends:
            row = {"item": entry["item"], "location": f"{area}-1", "quantity": units}
            warehouse["inventory"].append(row)
    return replace(states, warehouse=warehouse)


def _told(states: States, center: int, difference: int) -> States:
    """The states after a delta for lamps."""
    channel = deepcopy(dict(states.channel))
    for row in channel["Products"][0]["DCQuantities"]:
        if row["DistributionCenterID"] == center:
            row["AvailableQuantity"] += difference
    return replace(states, channel=channel)


def _sent(states: States, line: int, product: int, quantity: int) -> States:
    """The states after a shipment of so many units of a line."""
    channel = deepcopy(dict(states.channel))
    boxes = channel["Orders"][0]["Fulfillments"]
    item = next(
        one
        for one in boxes[0]["Items"]
        if (one["OrderItemID"], one["ProductID"]) == (line, product)
    )
    item["Quantity"] -= quantity
    boxes.append(_fulfillment("Complete", 7, {**item, "Quantity": quantity}))
    return replace(states, channel=channel)


def test_where_nothing_happened_nothing_is_wrong() -> None:
    """A week without actions has no faults."""
    start = _start()
    assert faults_of(start, start, TERMS, {1}) == []


def test_an_order_that_is_not_there_is_lost_if_it_is_due() -> None:
    """Each wanted line of a due order is named; a line that was cancelled whole is not."""
    start = _start()
    empty = replace(start, warehouse={**start.warehouse, "orders": []})
    assert list(lost_or_doubled(empty, set())) == []
    assert len(list(lost_or_doubled(empty, {1}))) == 2
    cancelled = deepcopy(empty)
    cancelled.channel["Orders"][0]["Items"][0]["Adjustments"] = [
        {"Type": "Cancellation", "Quantity": 3}
    ]
    assert list(lost_or_doubled(cancelled, {1})) == ["order 1 line 42: lost"]


def test_a_line_twice_in_one_area_is_doubled() -> None:
    """Two orders of one area with one line are wrong; one in each of two areas is a split."""
    start = _start()
    (order,) = start.warehouse["orders"]
    for area, faults in (("A", 2), ("C", 0)):
        orders = [order, {**order, "number": "US-1-again", "area": area}]
        after = replace(start, warehouse={**start.warehouse, "orders": orders})
        assert len(list(lost_or_doubled(after, {1}))) == faults


def test_fewer_or_more_units_than_are_wanted_are_wrong() -> None:
    """Units that were added or cancelled since count; of an order that is not due nothing does."""
    start = _start()
    assert list(misordered(start, {1})) == []
    grown = deepcopy(start)
    grown.channel["Orders"][0]["Items"][0]["Quantity"] = 5
    assert list(misordered(grown, {1})) == ["order 1 line 41 LAMP: 3 were asked for, 5 are wanted"]
    assert list(misordered(grown, set())) == []
    kit = grown.channel["Orders"][0]["Items"][1]
    kit["Adjustments"] = [{"Type": "Cancellation", "Quantity": 1}]
    assert len(list(misordered(grown, {1}))) == 3


def test_more_shipped_than_picked_is_wrong() -> None:
    """Units that were shipped and not picked, and picks beyond the order, are named."""
    start = _start()
    picked = _with(start, _entry("pick", "A", -2, host_id=str(LINE)))
    assert list(overshipped(start, _sent(picked, LINE, 61, 2))) == []
    assert list(overshipped(start, _sent(picked, LINE, 61, 3))) == [
        "order 1 line 41 LAMP: shipped 3, picked 2, ordered 3"
    ]
    greedy = _with(start, _entry("pick", "A", -4, host_id=str(LINE)))
    assert len(list(overshipped(start, greedy))) == 1


def test_picks_that_were_reset_do_not_count() -> None:
    """What a line has as picked counts, not how often somebody picked it."""
    start = _start()
    picked = _with(start, _entry("pick", "A", -2, host_id=str(LINE)))
    again = deepcopy(dict(_with(picked, _entry("pick", "A", -2, host_id=str(LINE))).warehouse))
    again["orders"][0]["lines"].pop()
    assert list(overshipped(start, replace(picked, warehouse=again))) == []


def test_a_bundle_is_counted_by_its_components() -> None:
    """A kit that was picked whole is a pick of each component; what was split is counted so."""
    start = _start()
    kit = _entry("pick", "A", -1, host_id=str(KIT_LINE), item="KIT")
    sent = _sent(_sent(_with(start, kit), KIT_LINE, 61, 1), KIT_LINE, 62, 2)
    assert list(overshipped(start, sent)) == []
    assert len(list(overshipped(start, _sent(sent, KIT_LINE, 62, 1)))) == 1


def test_what_was_picked_and_not_told_is_listed() -> None:
    """Until a shipment tells of a pick it is listed."""
    start = _start()
    picked = _with(start, _entry("pick", "A", -2, host_id=str(LINE)))
    assert list(unshipped(start, picked)) == ["order 1 line 41 LAMP: shipped 0, picked 2"]
    assert list(unshipped(start, _sent(picked, LINE, 61, 2))) == []


def test_a_delta_that_was_not_told_or_told_twice_is_wrong() -> None:
    """The sum of what a DC was told must be the sum of its areas' changes."""
    start = _start()
    put = _with(start, _entry("put", "A", 3), _entry("pull", "B", -1))
    assert list(delta_gaps(start, _told(put, 7, 2), TERMS)) == []
    for wrong in (0, 4):
        assert list(delta_gaps(start, _told(put, 7, wrong), TERMS)) == [
            f"deltas of LAMP at DC 7: {wrong} were told, 2 are due"
        ]


def test_moves_count_at_both_ends_that_are_linked() -> None:
    """Within a DC a move is nothing, between two it is both, and off to an office it is one."""
    start = _start()
    moves = _with(
        start,
        _entry("move", "A", -4, to_area="B"),
        _entry("move", "A", -3, to_area="C"),
        _entry("move", "C", -1, to_area="X"),
    )
    assert list(delta_gaps(start, _told(_told(moves, 7, -3), 9, 2), TERMS)) == []


def test_what_is_not_to_be_told_is_not_due() -> None:
    """Reasons that are excepted, kinds that are not eligible, own picks and unlinked areas."""
    start = _start()
    after = _with(
        start,
        _entry("put", "A", 1, reason="PUTBACK"),
        _entry("putaway", "A", 5),
        _entry("pick", "A", -1, host_id=str(LINE)),
        _entry("put", "X", 9),
    )
    assert list(delta_gaps(start, after, replace(TERMS, eligible=("put", "pick")))) == []
    foreign = _with(after, _entry("pick", "A", -2, order="X-1"))
    assert len(list(delta_gaps(start, foreign, replace(TERMS, eligible=("pick",))))) == 1


def test_sales_and_shipments_are_no_deltas() -> None:
    """A shipment moves units from held back to shipped: the DC was told of no change."""
    start = _start()
    assert list(delta_gaps(start, _sent(start, LINE, 61, 3), TERMS)) == []


def test_a_shelf_that_changed_without_a_reason_is_wrong() -> None:
    """What lies there beside what the history explains."""
    start = _start()
    put = _with(start, _entry("put", "A", 3), _entry("move", "A", -2, to_area="C"))
    assert list(shelf_gaps(start.warehouse, put.warehouse)) == []
    row = {"item": "LAMP", "location": "C-1", "quantity": 1}
    odd = {**put.warehouse, "inventory": [*put.warehouse["inventory"], row]}
    assert list(shelf_gaps(start.warehouse, odd)) == [
        "shelf ('LAMP', 'C'): 8 lie there, 7 are explained"
    ]
