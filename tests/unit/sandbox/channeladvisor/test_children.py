"""Children: nested expansion with its own options, the cut at 20, and the way to the tail."""

from __future__ import annotations

from typing import Any

from tests.unit.sandbox.channeladvisor.account import Caller, order, twin


def _lines(count: int) -> list[dict[str, Any]]:
    components = [{"OrderItemID": 100, "ProductID": key, "Quantity": key} for key in (7, 8)]
    return [
        {
            "ID": 100 + place,
            "Sku": f"S{place % 3}",
            "Adjustments": [{"ID": 500 + place, "Type": "Cancellation", "Quantity": 1}],
            "BundleComponents": components if place == 0 else [],
        }
        for place in range(count)
    ]


def _wide(count: int = 45, **settings: Any) -> Caller:
    items = [{"ID": 900 + place, "OrderItemID": 100, "ProductID": 7} for place in range(count)]
    items[0]["ProductID"] = 8
    fulfillments = [{"ID": 800, "DistributionCenterID": 5, "Items": items}]
    return twin(order(1, Items=_lines(count), Fulfillments=fulfillments), **settings)


def _row(caller: Caller, query: str) -> dict[str, Any]:
    row: dict[str, Any] = caller.get(f"/v1/Orders?{query}")["value"][0]
    return row


def test_children_in_a_list_are_cut_at_twenty_with_a_link() -> None:
    """The member beside the list leads to the rest, and its options come along."""
    caller = _wide()
    row = _row(caller, "$expand=Items($expand=Adjustments;$select=ID)")

    link = row["Items@odata.nextLink"]
    rest = caller.get(link)

    assert [line["ID"] for line in row["Items"]] == list(range(100, 120))
    assert link.startswith("http://127.0.0.1/v1/Orders(1)/Items?")
    assert [line["ID"] for line in rest["value"]] == list(range(120, 145))
    assert rest["value"][0] == {
        "ID": 120,
        "Adjustments": [{**rest["value"][0]["Adjustments"][0], "ID": 520, "Quantity": 1}],
    }


def test_a_tail_is_paged_too() -> None:
    """The list behind the link has pages of its own size."""
    caller = _wide(page_sizes={"OrderItems": 10}, nested_limit=5)
    link = _row(caller, "$expand=Items")["Items@odata.nextLink"]

    assert [len(page) for page in caller.walk(link)] == [10, 10, 10, 10]


def test_children_of_children_are_cut_under_their_own_parent() -> None:
    """Items of a fulfillment beyond 20 are found at the fulfillment."""
    caller = _wide()
    fulfillment = _row(caller, "$expand=Fulfillments($expand=Items)")["Fulfillments"][0]

    link = fulfillment["Items@odata.nextLink"]

    assert len(fulfillment["Items"]) == 20
    assert link == "http://127.0.0.1/v1/Fulfillments(800)/Items?$skip=20"
    assert caller.ids(link) == list(range(920, 945))


def test_twenty_children_are_all_there_is() -> None:
    """A list that is just full has no link."""
    assert "Items@odata.nextLink" not in _row(_wide(20), "$expand=Items")


def test_a_single_order_has_all_of_its_children() -> None:
    """Asked for by key, nothing is cut at any level."""
    row = _wide().get("/v1/Orders(1)?$expand=Items,Fulfillments($expand=Items)")

    assert len(row["Items"]) == 45
    assert len(row["Fulfillments"][0]["Items"]) == 45
    assert row["@odata.context"] == "http://127.0.0.1/v1/$metadata#Orders/$entity"


def test_children_can_be_filtered_sorted_counted_and_skipped() -> None:
    """Each expansion has its own options, separated by semicolons."""
    caller = _wide(6)
    options = "$filter=Sku%20eq%20'S1';$orderby=ID%20desc;$select=ID;$count=true"

    row = _row(caller, f"$expand=Items({options})&$select=ID")
    part = _row(caller, "$expand=Items($skip=1;$top=2;$select=ID)&$select=ID")

    assert row == {"ID": 1, "Items": [{"ID": 104}, {"ID": 101}], "Items@odata.count": 2}
    assert part == {"ID": 1, "Items": [{"ID": 101}, {"ID": 102}]}


def test_a_child_list_with_top_above_the_limit_is_linked_to_what_is_left_of_it() -> None:
    """The tail of a limited expansion ends where its own $top ends."""
    caller = _wide(nested_limit=5)

    link = _row(caller, "$expand=Items($top=8;$skip=2;$orderby=ID)")["Items@odata.nextLink"]

    assert caller.walk(link) == [[107, 108, 109]]


def test_deep_expansion_reaches_components_and_fulfillment_items() -> None:
    """Allocations of a line and of a component are read off the order's fulfillments."""
    expand = "Items($expand=FulfillmentItems,BundleComponents($expand=FulfillmentItems))"

    line = _wide(3).get(f"/v1/Orders(1)?$expand={expand}")["Items"][0]

    assert [item["ID"] for item in line["FulfillmentItems"]] == [900, 901, 902]
    assert [
        [item["ID"] for item in component["FulfillmentItems"]]
        for component in line["BundleComponents"]
    ] == [[901, 902], [900]]


def test_components_have_no_address_and_show_all_their_allocations() -> None:
    """A row without an ID cannot be linked to, so its children are not cut."""
    expand = "Items($expand=BundleComponents($expand=FulfillmentItems))"

    line = _row(_wide(45), f"$expand={expand}")["Items"][0]

    assert len(line["BundleComponents"][0]["FulfillmentItems"]) == 44


def test_what_is_no_collection_of_the_row_is_not_found() -> None:
    """Members, unknown names and unknown parents are 404s of the Web API's shape."""
    caller = _wide(1)

    for path in ("/v1/Orders(1)/SiteName", "/v1/Orders(1)/Nonsense", "/v1/Orders(9)/Items"):
        assert caller.call("GET", path).status == 404
