"""What people do in both systems while the engine works: each deed is drawn from the tape.

Nobody looks whether a deed makes sense: what a floor refuses is simply not done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError

from engine.sandbox.channeladvisor.adjusting import left_of
from engine.sandbox.channeladvisor.units import is_open, shipped
from engine.sandbox.warehouseos.orders import StoredOrder
from tests.acceptance.week import PROFILE, PUT_BACK
from tests.simulation.stage import CHANNEL, WAREHOUSE, Stage
from tests.simulation.tape import Lane

FIRST_ORDER = 40000001
GOODS = ("MUG-01", "TEA-05", "LAMP-01", "ROPE-10")
SOLD = (*GOODS, "KIT-STOVE", "KIT-SAIL")
CENTERS = (7, 9, 13)
AREAS = ("MAIN", "BULK", "WEST", "DEPOT", "OFFICE")
WORKED = ("MAIN", "WEST", "DEPOT")


class People:
    """`done` and `refused` count deeds by kind; `orders` are the channel's; `deleted` are those of
    which a person has deleted a warehouse order, and nobody has touched them since;
    `rerouted` went to another DC, which moves no updated date.
    """

    def __init__(self, stage: Stage, lane: Lane) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.deleted: set[int] = set()
        self.rerouted: set[int] = set()
        self._stage = stage
        self._lane = lane
        self.orders: list[int] = []
        self._made = 0

    def act(self) -> str:
        """One deed; its kind, with what was asked of the floors."""
        kind = self._lane.choose(_DICE)
        if kind in self._stage.scene.never:
            return f"{kind}: not here"
        asked = len(self._stage.asked)
        try:
            _DEEDS[kind](self)
        except HTTPError as refusal:
            if refusal.code != 400:
                raise
            self.refused[kind] += 1
            return f"{kind}: refused"
        self.done[kind] += 1
        return f"{kind}: {'; '.join(self._stage.asked[asked:])}"

    def idle(self) -> None:
        """Nothing: what a tape that has run out comes to."""

    def sell(self) -> None:
        number = FIRST_ORDER + len(self.orders)
        self.orders.append(number)
        lines = [
            (self._lane.choose(SOLD), 1 + self._lane.below(4), self._lane.choose(CENTERS))
            for _ in range(1 + self._lane.below(3))
        ]
        self._stage.sell(PROFILE, *lines, **BUYER, ID=number, SiteOrderID=f"114-{number}")

    def edit(self) -> None:
        edits: tuple[Mapping[str, Any], ...] = (
            {"PrivateNotes": "looked at"},
            {"ShippingAddressLine1": "22 Oak Ave"},
            {"FlagID": 3},
        )
        self._touch(self._lane.choose(edits))

    def cancel(self) -> None:
        self._market("cancel", order=self._order())

    def cancel_unit(self) -> None:
        """Of what is not shipped: a refund would restock units that no warehouse has."""
        order = self._order()
        row = self._row(order)
        line = row["Items"][-1]
        if left_of(row, line) < 1:
            raise refused("all of it is shipped")
        self._market("cancel", order=order, line=line["ID"], quantity=1)

    def add_line(self) -> None:
        line = {"Sku": self._lane.choose(GOODS), "Quantity": 1, "DistributionCenterID": 7}
        self._market("add", order=self._order(), Items=[line])

    def add_units(self) -> None:
        order = self._order()
        self._market("add", order=order, line=self._row(order)["Items"][0]["ID"], quantity=2)

    def reroute(self) -> None:
        """Of what is not shipped: what has left has left from where it was."""
        order = self._order()
        opened = [one for one in self._row(order)["Fulfillments"] if is_open(one)]
        if not opened:
            raise refused("nothing of it is open")
        self.rerouted.add(order)
        self._market("reroute", fulfillment=opened[0]["ID"], dc=self._lane.choose(CENTERS))

    def scrub(self) -> None:
        """The channel blanks a buyer's data, as it does long after an order is shipped."""
        order = self._order()
        if self._row(order)["ShippingStatus"] == "Shipped":
            self._market("scrub", order=order)

    def rename(self) -> None:
        product = self._lane.choose(sorted(self._stage.channel.store.stock.products)[:8])
        self._stage.floor(CHANNEL, f"products/{product}", {"Title": f"Title {self._next()}"})

    def batch(self) -> None:
        self._stage.batch(self._ours().number, name=f"wave {self._next()}")

    def pick(self) -> None:
        """All of it, or a unit less and then the rest is short."""
        order = self._ours()
        units = {str(line.number): line.open for line in order.lines if line.open}
        if self._lane.happens(0.15) and units:
            first = next(iter(units))
            units[first] -= 1
        self._stage.pick(order.number, units, finish=self._lane.happens(0.2))

    def pack(self) -> None:
        """Everything that is picked goes into one box, or a part of it."""
        order = self._ours()
        rest = {str(one.number): one.picked - one.packed for one in order.lines}
        contents = {line: units for line, units in rest.items() if units}
        if len(contents) > 1 and self._lane.happens(0.3):
            contents.popitem()
        box = {"id": f"{order.number}-{self._next()}", "contents": contents}
        self._stage.pack(order.number, box)

    def label(self) -> None:
        order = self._ours()
        bare = [box.id for box in order.boxes if box.tracking is None]
        if bare:
            self._stage.label(order.number, f"1Z{bare[0]}", box=bare[0])

    def work(self) -> None:
        """An order from the batch to the label, at one go."""
        order = self._ours()
        if order.status == "available" and order.batch is None:
            self._stage.batch(order.number, name=f"wave {self._next()}")
        self._stage.pick(order.number)
        box = f"{order.number}-{self._next()}"
        self._stage.pack(order.number, {"id": box})
        self._stage.label(order.number, f"1Z{box}", box=box)

    def reset(self) -> None:
        """All picks are taken back, and the units put where they came from."""
        order = self._ours()
        if any(line.packed for line in order.lines):
            return
        picked = [(line.item, line.picked) for line in order.lines if line.picked]
        self._stage.reset(order.number)
        for item, units in picked:
            self._stage.put(item, units, order.area or "MAIN", reason=PUT_BACK)

    def delete(self) -> None:
        """By hand; of an order that was begun, or told as shipped, nothing is deleted here."""
        order = self._ours()
        if any(line.picked for line in order.lines) or self._is_told(order):
            return
        self._stage.remove(order.number)
        hosts = {line.host_id for line in order.lines}
        self.deleted |= {
            key
            for key in self.orders
            if hosts & {str(line["ID"]) for line in self._row(key)["Items"]}
        }

    def _is_told(self, order: StoredOrder) -> bool:
        """Whether the channel believes that something of this order has left."""
        lines = {line.host_id for line in order.lines}
        gone = (key for row in map(self._row, self.orders) for key in +shipped(row))
        return any(str(line) in lines for line, _ in gone)

    def put(self) -> None:
        reason = self._lane.choose(self._stage.scene.reasons)
        self._stage.put(self._item(), 1 + self._lane.below(9), self._area(), reason=reason)

    def pull(self) -> None:
        self._stage.pull(self._item(), 1 + self._lane.below(4), self._area())

    def count(self) -> None:
        difference = self._lane.choose((1, 2, 5, -1, -2))
        self._stage.count(self._item(), difference, self._area())

    def move(self) -> None:
        origin, target = self._area(), self._area()
        if origin != target:
            units = 1 + self._lane.below(4)
            self._stage.move(self._item(), units, origin=origin, target=target)

    def putaway(self) -> None:
        po, item, units = f"PO-{self._next()}", self._item(), 5 + self._lane.below(20)
        self._stage.receive(po, item, units)
        self._stage.putaway(po, item, units, self._lane.choose(WORKED))

    def foreign(self) -> None:
        """An order of another host, picked at once."""
        number = f"X-{self._next()}"
        self._stage.enter(number, self._lane.choose(WORKED), (self._item(), 1))
        self._stage.pick(number)

    def _touch(self, members: Mapping[str, Any]) -> None:
        """Who writes what stands there already has edited nothing."""
        order = self._order()
        before = dict(self._row(order)) if order else {}
        self._stage.floor(CHANNEL, f"orders/{order}", dict(members))
        if any(before.get(name) != value for name, value in members.items()):
            self.deleted.discard(order)

    def _market(self, place: str, **members: Any) -> None:
        self._stage.floor(CHANNEL, place, members)
        self.deleted.discard(members.get("order", 0))

    def _order(self) -> int:
        """One of the channel's orders; 0, which there is not, where nobody has ordered."""
        return self._lane.choose(self.orders) if self.orders else 0

    def _row(self, order: int) -> Mapping[str, Any]:
        row = self._stage.channel.store.order(order)
        if row is None:
            raise refused("there is no such order")
        return row

    def _ours(self) -> StoredOrder:
        """One of the warehouse's orders that came from the channel."""
        orders = [
            order
            for order in self._stage.warehouse.store.orders()
            if any(line.host_id for line in order.lines)
        ]
        if not orders:
            raise refused("there is no order")
        return self._lane.choose(orders)

    def _item(self) -> str:
        return self._lane.choose(GOODS)

    def _area(self) -> str:
        return self._lane.choose(AREAS)

    def _next(self) -> int:
        self._made += 1
        return self._made


def refused(why: str) -> HTTPError:
    """What a floor says of what cannot be done."""
    return HTTPError(WAREHOUSE, 400, why, None, None)


BUYER = {
    "SiteID": 640,
    "SiteName": "Amazon Seller Central - US",
    "RequestedShippingClass": "Standard",
    "ShippingFirstName": "Dana",
    "ShippingLastName": "O'Neil",
    "ShippingAddressLine1": "1 Elm Rd",
    "ShippingCity": "Raleigh",
    "ShippingStateOrProvince": "NC",
    "ShippingPostalCode": "02142",
    "ShippingCountry": "US",
    "TotalPrice": 19.9,
}
_DEEDS: Mapping[str, Callable[[People], None]] = {
    "idle": People.idle,
    "sell": People.sell,
    "work": People.work,
    "batch": People.batch,
    "pick": People.pick,
    "pack": People.pack,
    "label": People.label,
    "edit": People.edit,
    "cancel": People.cancel,
    "cancel unit": People.cancel_unit,
    "add line": People.add_line,
    "add units": People.add_units,
    "reroute": People.reroute,
    "scrub": People.scrub,
    "rename": People.rename,
    "reset": People.reset,
    "delete": People.delete,
    "put": People.put,
    "pull": People.pull,
    "count": People.count,
    "move": People.move,
    "putaway": People.putaway,
    "foreign": People.foreign,
}
_OFTEN = {"sell": 12, "work": 14, "pick": 7, "pack": 7, "label": 5}
_WEIGHTS = {"idle": 1, "batch": 3, "put": 4, "pull": 3, "count": 5, "move": 3, **_OFTEN}
_DICE = tuple(kind for kind in _DEEDS for _ in range(_WEIGHTS.get(kind, 2)))
KINDS = tuple(_DEEDS)
"""Every kind of deed."""
