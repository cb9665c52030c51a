"""What happens to orders without a call of the API.

sell     a marketplace order arrives. {"ProfileID", "Items": [{"Sku", "Quantity", optionally
         "DistributionCenterID"}], any other members of an order}; answers the order. Units are no
         longer available and are held back. Without a DC, the profile's default one is taken.
add      the buyer wants more of an order that is not shipped. {"order", and either "Items" as for
         a sale, which become lines, or "line" and "quantity", so many more units of a line}
cancel   the marketplace or a person cancels. {"order", optionally "line" and "quantity",
         "restock" (true unless given), "reason" (BuyerCancelled unless given)}
reroute  another DC gets a fulfillment. {"fulfillment", "dc", optionally "stamp": whether
         UpdatedDateUtc moves}
scrub    the buyer's members are blanked. {"order"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from engine.sandbox.channeladvisor import adjusting, fulfillments, schema
from engine.sandbox.channeladvisor.bodies import fits
from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.units import contents
from engine.sandbox.floor import FloorError

_STATUSES = {
    "CheckoutStatus": "Completed",
    "PaymentStatus": "Cleared",
    "ShippingStatus": "Unshipped",
    "DistributionCenterTypeRollup": "SellerManaged",
    "UserDataPresent": 1,
}
_STAMPED = ("CreatedDateUtc", "ImportDateUtc", "UpdatedDateUtc", "CheckoutDateUtc")
_BUYERS = tuple(
    name
    for name, kind in schema.ORDER.kinds.items()
    if name.startswith(("Shipping", "Billing", "Buyer")) and kind == "string"
)


def sell(scene: Scene, members: Row) -> Row:
    """Stores the order and takes its units from what is available. Raises FloorError."""
    sold = _order(scene, members)
    scene.store.put(sold)
    order = scene.store.order(sold["ID"]) or {}
    scene.release(order, Counter())
    for line in order["Items"]:
        product = scene.store.stock.products[line["ProductID"]]
        product["LastSaleDateUtc"] = scene.stamp
    return order


def add(scene: Scene, members: Row) -> Row:
    """Adds lines to an order, or units to one of its lines; answers it. Raises FloorError."""
    asked = _asked(members, {"order": "whole"}, {"Items": "rows", **_MORE})
    order = _found(scene, "Orders", asked["order"])
    if any(row["DeliveryStatus"] != "NoChange" for row in order["Fulfillments"]):
        raise FloorError(f"Order {order['ID']} is being shipped: nothing is added to it.")
    if order["ShippingStatus"] == "Canceled":
        raise FloorError(f"Order {order['ID']} was cancelled: nothing is added to it.")
    before = held(order)
    if "line" in asked:
        _raise(order, asked["line"], asked.get("quantity", 1))
    for row in asked.get("Items", ()):
        _add(scene, order, row)
    order["UpdatedDateUtc"] = scene.stamp
    scene.store.put(order)
    grown = scene.store.order(order["ID"]) or {}
    scene.release(grown, before)
    return grown


_MORE = {"line": "whole", "quantity": "whole"}


def _raise(order: Row, key: int, more: int) -> None:
    """So many more units of a line, sent from where its first ones are."""
    line = next((one for one in order["Items"] if one["ID"] == key), None)
    items = [item for row in order["Fulfillments"] for item in row["Items"]]
    mine = {one["ProductID"]: one for one in reversed(items) if one["OrderItemID"] == key}
    per = contents(line) if line is not None else {}
    if line is None or more < 1 or not {product for _, product in per} <= mine.keys():
        raise FloorError(f"Order {order['ID']} has no line {key} that is allocated.")
    for part in line["BundleComponents"]:
        part["Quantity"] += more * per[key, part["ProductID"]]
    for (_, product), units in per.items():
        mine[product]["Quantity"] += more * units
    line["Quantity"] += more


def cancel(scene: Scene, members: Row) -> None:
    """Cancels an order or so many of a line. Raises FloorError, RefusedError."""
    asked = _asked(members, {"order": "whole"}, _CANCEL)
    order = _found(scene, "Orders", asked["order"])
    wish = adjusting.Wish(
        members={
            "Reason": asked.get("reason", "BuyerCancelled"),
            "Restock": asked.get("restock", True),
            "Quantity": asked.get("quantity"),
        },
        source="Channel",
    )
    if "line" not in asked:
        adjusting.cancel_order(scene, order, wish)
        return
    line = _found(scene, "OrderItems", asked["line"])
    if wish.members["Quantity"] is None:
        wish.members["Quantity"] = adjusting.left_of(order, line)
    adjusting.cancel_line(scene, line, order, wish)


_CANCEL = {
    "line": "whole",
    "quantity": "whole",
    "restock": "boolean",
    "reason": "AdjustmentReason",
}


def reroute(scene: Scene, members: Row) -> None:
    """Gives a fulfillment to another DC. Raises FloorError, RefusedError."""
    needed = {"fulfillment": "whole", "dc": "whole"}
    asked = _asked(members, needed, {"stamp": "boolean"})
    fulfillment = _found(scene, "Fulfillments", asked["fulfillment"])
    order = _found(scene, "Orders", fulfillment["OrderID"])
    scene.check_center(asked["dc"])
    touch = asked.get("stamp", scene.settings.reroute_stamps)
    fulfillments.reroute(scene, fulfillment, order, asked["dc"], touch=touch)


def scrub(scene: Scene, members: Row) -> None:
    """Blanks what identifies the buyer, as the system does after a while (documented)."""
    order = _found(scene, "Orders", _asked(members, {"order": "whole"}, {})["order"])
    order.update(dict.fromkeys(_BUYERS))
    order.update(UserDataPresent=0, UserDataRemovalDateUTC=scene.stamp)
    order["UpdatedDateUtc"] = scene.stamp
    scene.store.changed(order)


def _asked(members: Row, needed: Mapping[str, str], more: Mapping[str, str]) -> Row:
    kinds = {**needed, **more}
    right = all(name in kinds and fits(kinds[name], value) for name, value in members.items())
    if not right or not needed.keys() <= members.keys():
        raise FloorError(f"Send {dict(needed)}, and if you like {dict(more)}.")
    return members


def _found(scene: Scene, entity_set: str, key: int) -> Row:
    placed = scene.store.placed(entity_set, key)
    if placed is None:
        raise FloorError(f"{entity_set} has no row {key}.")
    return placed[0]


def _order(scene: Scene, members: Row) -> Row:
    """The whole order, with its keys, from a sketch of it."""
    profile = members.get("ProfileID")
    rows = members.get("Items")
    if not isinstance(profile, int) or not rows or not fits("rows", rows):
        raise FloorError("Send a ProfileID, and Items with Sku and Quantity.")
    key = members.get("ID") or scene.store.next_id("Orders")
    if scene.store.order(key) is not None:
        raise FloorError(f"There is an order {key} already.")
    order: Row = {
        **_STATUSES,
        **dict.fromkeys((*_STAMPED, "PaymentDateUtc"), scene.stamp),
        **members,
        "ID": key,
        "Items": [],
        "Fulfillments": [],
    }
    for row in rows:
        _add(scene, order, row)
    return order


def _add(scene: Scene, order: Row, wanted: Row) -> None:
    """A line and its allocation; a bundle is allocated by component (inferred)."""
    product = _product(scene, order["ProfileID"], wanted.get("Sku"))
    quantity = wanted.get("Quantity")
    if not isinstance(quantity, int) or quantity < 1:
        raise FloorError(f"{wanted.get('Sku')!r} needs a Quantity of 1 or more.")
    keys = {"ProfileID": order["ProfileID"], "OrderID": order["ID"]}
    line = {**keys, "ID": scene.store.next_id("OrderItems"), **_named(product), **wanted}
    line |= {"Title": product["Title"], "IsBundle": bool(product["BundleComponents"])}
    center = line.pop("DistributionCenterID", None)
    line["BundleComponents"] = [
        {
            **keys,
            "OrderItemID": line["ID"],
            "ProductID": part["ComponentID"],
            "Sku": part["ComponentSku"],
            "BundleProductID": product["ID"],
            "BundleSku": product["Sku"],
            "Quantity": part["Quantity"] * quantity,
        }
        for part in product["BundleComponents"]
    ]
    order["Items"].append(line)
    fulfillment = _fulfillment(scene, order, _center(scene, order, center))
    for part in line["BundleComponents"] or [line]:
        item = {name: part.get(name) for name in ("ProductID", "Sku", *_REFERENCES)}
        item |= {**keys, "ID": scene.store.next_id("FulfillmentItems"), "OrderItemID": line["ID"]}
        item |= {"FulfillmentID": fulfillment["ID"], "Quantity": part["Quantity"]}
        fulfillment["Items"].append({**item, "MarketplaceShippingStatus": "Pending"})


_REFERENCES = ("ReferenceSku", "ReferenceProductID")


def _named(product: Row) -> Row:
    """How a line names its product; one sold under an alias names the real one too."""
    names = {"ProductID": product["ID"], "Sku": product["Sku"]}
    if product["AliasType"] == "Alias":
        names |= {name: product[name] for name in _REFERENCES}
    return names


def _product(scene: Scene, profile: int, sku: object) -> Row:
    product = scene.store.stock.find(profile, sku)
    if product is None:
        raise FloorError(f"Profile {profile} has no product {sku!r}.")
    return product


def _center(scene: Scene, order: Row, center: object) -> int:
    if center is None:
        profile = scene.store.placed("Profiles", order["ProfileID"])
        center = profile[0]["DefaultDistributionCenterID"] or 0 if profile else 0
    if not isinstance(center, int) or scene.store.center(center) is None:
        raise FloorError(f"There is no distribution center {center!r}.")
    return center


def _fulfillment(scene: Scene, order: Row, center: int) -> Row:
    """The order's fulfillment of this DC: there is one for each (documented)."""
    rows: list[Row] = order["Fulfillments"]
    for row in rows:
        if row["DistributionCenterID"] == center:
            return row
    row = {
        "ID": scene.store.next_id("Fulfillments"),
        "ProfileID": order["ProfileID"],
        "OrderID": order["ID"],
        "CreatedDateUtc": scene.stamp,
        "UpdatedDateUtc": scene.stamp,
        "Type": "Ship",
        "DeliveryStatus": "NoChange",
        "ShippingCarrier": order.get("RequestedShippingCarrier"),
        "ShippingClass": order.get("RequestedShippingClass"),
        "DistributionCenterID": center,
        "Items": [],
    }
    rows.append(row)
    return row
