"""What people do in both systems, as thin calls of the floors, and what is true afterwards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]


class Floors(ABC):
    """The verbs of a warehouse and of a marketplace. What cannot be done raises HTTPError (400)."""

    @abstractmethod
    def floor(self, system: str, place: str, value: Any = None) -> Any:
        """A floor control of `channel` or `warehouse`: GET without a value, else POST."""

    def sell(self, profile: int, *lines: tuple[str, int, int], **members: Any) -> Row:
        """A marketplace order of (SKU, quantity, DC) arrives; answers it."""
        rows = [{"Sku": sku, "Quantity": n, "DistributionCenterID": dc} for sku, n, dc in lines]
        sold: Row = self.floor("channel", "sell", {**members, "ProfileID": profile, "Items": rows})
        return sold

    def enter(self, number: str, area: str | None, *lines: tuple[str, int]) -> None:
        """An order of (item, quantity) comes to the warehouse from another host."""
        rows = [{"item": item, "quantity": quantity} for item, quantity in lines]
        self.floor("warehouse", "enter", {"number": number, "area": area, "lines": rows})

    def batch(self, *numbers: str, name: str = "wave") -> None:
        self.floor("warehouse", "batch", {"numbers": numbers, "name": name})

    def pick(
        self, number: str, lines: Mapping[str, int] | None = None, *, finish: bool = False
    ) -> None:
        """Picks all that is open, or so much of these lines; `finish` makes the rest short."""
        given = {} if lines is None else {"lines": lines}
        self.floor("warehouse", "pick", {"number": number, "finish": finish, **given})

    def reset(self, number: str) -> None:
        """Takes all picks of an order back; where its units go is another matter."""
        self.floor("warehouse", "reset-picks", {"number": number})

    def pack(self, number: str, *boxes: Mapping[str, Any], reason: str | None = None) -> None:
        """Closes boxes; without any, one box "1" with all that is picked and not packed."""
        members = {"number": number, "boxes": boxes or [{"id": "1"}], "reason": reason}
        self.floor("warehouse", "pack", members)

    def label(
        self,
        number: str,
        tracking: str,
        *,
        box: str | None = None,
        carrier: str = "UPS",
        service: str = "GROUND",
    ) -> None:
        """A shipping system writes tracking on a box, or on the order."""
        members = {"number": number, "box": box, "tracking": tracking}
        self.floor("warehouse", "label", {**members, "carrier": carrier, "service": service})

    def remove(self, number: str) -> None:
        """A person deletes an order in the back office."""
        self.floor("warehouse", "delete", {"number": number})

    def put(self, item: str, quantity: int, area: str, **more: Any) -> None:
        self.floor("warehouse", "put", {**more, "item": item, "quantity": quantity, "area": area})

    def pull(self, item: str, quantity: int, area: str, **more: Any) -> None:
        self.floor("warehouse", "pull", {**more, "item": item, "quantity": quantity, "area": area})

    def count(self, item: str, difference: int, area: str, **more: Any) -> None:
        """A cycle count finds so many more (or fewer) than expected."""
        members = {**more, "item": item, "difference": difference, "area": area}
        self.floor("warehouse", "count", members)

    def move(self, item: str, quantity: int, *, origin: str, target: str, **more: Any) -> None:
        """Moves from one area to another."""
        ends = {"fromArea": origin, "toArea": target}
        self.floor("warehouse", "move", {**more, **ends, "item": item, "quantity": quantity})

    def receive(self, po: str, item: str, quantity: int) -> None:
        """Goods of a purchase order arrive on a cart: no stock yet."""
        self.floor("warehouse", "receive", {"po": po, "item": item, "quantity": quantity})

    def putaway(self, po: str, item: str, quantity: int, area: str, **more: Any) -> None:
        """What was received goes to a location, and is stock."""
        members = {**more, "po": po, "item": item, "quantity": quantity, "area": area}
        self.floor("warehouse", "putaway", members)

    def levels(self) -> Counter[tuple[str, str]]:
        """(item, area) -> on hand in the warehouse, as it is."""
        return shelf_levels(self.floor("warehouse", "state"))

    def channel_levels(self) -> dict[tuple[int, int], int]:
        """(product id, DC) -> what can be sold, as it is."""
        return {
            (product["ID"], row["DistributionCenterID"]): row["AvailableQuantity"] or 0
            for product in self.floor("channel", "state")["Products"]
            for row in product["DCQuantities"]
        }

    def fulfillments(self, order: int) -> Sequence[Row]:
        """The fulfillments of a channel's order, as they are."""
        orders = self.floor("channel", "state")["Orders"]
        found: Sequence[Row] = next(one for one in orders if one["ID"] == order)["Fulfillments"]
        return found


def shelf_levels(warehouse: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    """(item, area) -> on hand, from a warehouse's state."""
    areas = {place["name"]: place["area"] for place in warehouse["locations"]}
    sums: Counter[tuple[str, str]] = Counter()
    for row in warehouse["inventory"]:
        sums[row["item"], areas[row["location"]]] += row["quantity"]
    return sums
