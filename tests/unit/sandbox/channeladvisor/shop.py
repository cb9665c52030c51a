"""An account with products, two DCs and a bundle, for tests of stock and fulfillments."""

from __future__ import annotations

import json
from typing import Any

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from tests.unit.sandbox.channeladvisor.account import Caller, account

PROFILE = 12000101
LAMP, ROPE, KIT, MUG, MUG_ALIAS = 61, 62, 63, 64, 65
EAST, WEST, FBA, OLD = 5, 9, -2, 11


def product(key: int, sku: str, *, profile: int = PROFILE, **members: Any) -> dict[str, Any]:
    """A product; `stock` is DC -> available."""
    stock = members.pop("stock", {})
    rows = [{"DistributionCenterID": dc, "AvailableQuantity": n} for dc, n in stock.items()]
    return {
        "ID": key,
        "ProfileID": profile,
        "Sku": sku,
        "Title": f"Title of {sku}",
        "ProductType": "Item",
        "UpdateDateUtc": "2026-11-02T00:00:00Z",
        "DCQuantities": rows,
        **members,
    }


def kit(**members: Any) -> dict[str, Any]:
    """One lamp and two ropes."""
    parts = [
        {"ComponentID": LAMP, "ComponentSku": "LAMP", "Quantity": 1},
        {"ComponentID": ROPE, "ComponentSku": "ROPE", "Quantity": 2},
    ]
    return product(KIT, "KIT", ProductType="Bundle", BundleComponents=parts, **members)


def goods() -> list[dict[str, Any]]:
    """The kit before its components, so that nothing depends on the order."""
    alias = {"AliasType": "Alias", "ReferenceProductID": MUG, "ReferenceSku": "MUG"}
    return [
        kit(),
        product(LAMP, "LAMP", stock={EAST: 20, WEST: 10, FBA: 7}),
        product(ROPE, "ROPE", stock={EAST: 30, WEST: 7}),
        product(MUG, "MUG", stock={EAST: 50}, AliasType="Reference"),
        product(MUG_ALIAS, "MUG-ALT", **alias),
    ]


def shop(*products: dict[str, Any], **settings: Any) -> Caller:
    """A signed-in caller of the account; the goods unless other products are given."""
    centers = [
        {"ID": EAST, "Code": "EAST"},
        {"ID": WEST, "Code": "WEST"},
        {"ID": FBA, "Code": "FBA", "IsExternallyManaged": True},
        {"ID": OLD, "Code": "OLD", "IsDeleted": True},
    ]
    state = {
        **account(),
        "Profiles": [{"ID": PROFILE, "DefaultDistributionCenterID": EAST}],
        "DistributionCenters": centers,
        "Products": list(products) or goods(),
    }
    set_up = ChannelAdvisorSettings(**{"token_seconds": 86400, **settings})
    return Caller(ChannelAdvisorSandbox(state, set_up)).sign_in()


def floor(caller: Caller, control: str, **members: Any) -> Any:
    """The JSON of a floor control that has to succeed; None where it has none."""
    response = caller.send("POST", f"/_floor/{control}", json.dumps(members).encode())
    assert response.status in (201, 204), response.body
    return json.loads(response.body) if response.body else None


def sell(caller: Caller, *items: tuple[str, int, int], **members: Any) -> dict[str, Any]:
    """A sale of (SKU, quantity, DC)."""
    rows = [{"Sku": sku, "Quantity": n, "DistributionCenterID": dc} for sku, n, dc in items]
    sold: dict[str, Any] = floor(caller, "sell", ProfileID=PROFILE, Items=rows, **members)
    return sold


def stock(caller: Caller, key: int) -> dict[int, int]:
    """DC -> available."""
    rows = caller.get(f"/v1/Products({key})/DCQuantities")["value"]
    return {row["DistributionCenterID"]: row["AvailableQuantity"] for row in rows}


def update(caller: Caller, key: int, kind: str, *updates: tuple[int, int], **more: Any) -> int:
    """The status of an UpdateQuantity of (DC, quantity)."""
    rows = [{"DistributionCenterID": dc, "Quantity": quantity} for dc, quantity in updates]
    value = {"UpdateType": kind, "Updates": rows, **more}
    return caller.call("POST", f"/v1/Products({key})/UpdateQuantity", {"Value": value}).status


def ship(caller: Caller, order: int, *items: dict[str, Any], **members: Any) -> int:
    """The status of a Ship with a pair that the account has, unless another is given."""
    value = {"ShippingCarrier": "UPS", "ShippingClass": "GROUND", **members}
    if items:
        value["Items"] = list(items)
    return caller.call("POST", f"/v1/Orders({order})/Ship", {"Value": value}).status


def whole(caller: Caller, order: int) -> dict[str, Any]:
    """An order with everything in it."""
    row: dict[str, Any] = caller.get(
        f"/v1/Orders({order})?$expand=Items($expand=Adjustments,BundleComponents),"
        "Fulfillments($expand=Items),Adjustments"
    )
    return row


def boxes(caller: Caller, order: int) -> list[tuple[int, str, dict[str, int]]]:
    """(DC, status, SKU -> units) of each fulfillment."""
    return [
        (
            row["DistributionCenterID"],
            row["DeliveryStatus"],
            {item["Sku"]: item["Quantity"] for item in row["Items"]},
        )
        for row in whole(caller, order)["Fulfillments"]
    ]
