"""What people do with stock on the floor: put, pull, move, count, receive, put away.

A place is named by `location`, or by `area`: where the item lies there, pick locations first, else
the area's first pick location. Every action
gives back what the control answers (None: nothing), or raises FloorError and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.floor import FloorError
from engine.sandbox.warehouseos.act import Act
from engine.sandbox.warehouseos.catalog import StoredItem
from engine.sandbox.warehouseos.events import Booking, adjustment, movement, putaway
from engine.sandbox.warehouseos.journal import Entry
from engine.sandbox.warehouseos.receiving import Count
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import stamp
from engine.sandbox.warehouseos.stock import Location


def put(site: Site, act: Act) -> None:
    """Adds so many of an item to a location, with a reason code if one is sent."""
    quantity, place = _quantity(act.members), _place(site, act.members)
    _adjust(site, _booking(site, act), "put", place, quantity)


def pull(site: Site, act: Act) -> None:
    """Takes so many of an item out of a location; more than is there is refused."""
    quantity, place = _quantity(act.members), _place(site, act.members)
    booking = _booking(site, act)
    _need(site, booking.item, place, quantity)
    _adjust(site, booking, "pull", place, -quantity)


def move(site: Site, act: Act) -> None:
    """Moves so many `from` one location `to` another; told for every move, of any area."""
    quantity, booking = _quantity(act.members), _booking(site, act)
    origin, target = (_end(site, act.members, end) for end in ("from", "to"))
    if origin == target:
        raise FloorError("`from` and `to` are one location.")
    _need(site, booking.item, origin, quantity)
    site.store.stock.change(booking.item.number, origin, -quantity)
    site.store.stock.change(booking.item.number, target, quantity)
    _note(site, booking, ("move", origin.area, -quantity), to_area=target.area)
    site.tell("move", movement(site.dialect, booking, quantity, origin, target), _at(booking))


def count(site: Site, act: Act) -> dict[str, int] | None:
    """Counts an item in a location: applied at once, or kept until it is confirmed.

    The control says what was counted, or by how much that is off what was expected.
    """
    place, booking = _place(site, act.members), _booking(site, act)
    difference = _difference(site, act.members, booking.item, place)
    if act.members.get("apply", site.settings.counts_apply):
        _counted(site, booking, place, difference)
        return None
    waiting = Count(
        item=booking.item.number,
        location=place.name,
        difference=difference,
        reason=booking.reason,
        user=booking.user,
    )
    return {"id": site.store.receiving.wait(waiting)}


def confirm(site: Site, act: Act) -> None:
    """Confirms a count: the difference seen then is applied now, and told now."""
    waiting = site.store.receiving.counts.pop(act.members["id"], None)
    if waiting is None:
        raise FloorError(f"No count {act.members['id']!r} waits. See GET /_floor/state.")
    item = _item(site, waiting.item)
    booking = Booking(item=item, at=stamp(act.now), reason=waiting.reason, user=waiting.user)
    _counted(site, booking, site.store.stock.locations[waiting.location], waiting.difference)


def receive(site: Site, act: Act) -> None:
    """Goods of a PO arrive on a cart: a record only, no stock and no message (documented)."""
    quantity, item = _quantity(act.members), _item(site, act.members["item"])
    receipt = site.store.receiving.receipt(
        act.members["po"], item.number, act.members.get("hostId")
    )
    receipt.waiting += quantity


def put_away(site: Site, act: Act) -> None:
    """Received goods go to a location: this makes the stock, and the message (documented)."""
    quantity, place = _quantity(act.members), _place(site, act.members)
    booking = _booking(site, act)
    line = (act.members["po"], act.members.get("hostId"))
    receipt = site.store.receiving.receipt(line[0], booking.item.number, line[1])
    if receipt.waiting < quantity:
        raise FloorError(f"Of {line[0]} {receipt.waiting} wait to be put away: receive more first.")
    receipt.waiting -= quantity
    site.store.stock.change(booking.item.number, place, quantity)
    _note(site, booking, ("putaway", place.area, quantity))
    site.tell("putaway", putaway(site.dialect, booking, quantity, place, line), act.now)


def add_location(site: Site, act: Act) -> None:
    """Adds a location, and its area where that is new."""
    area = act.members["area"]
    type_ = act.members.get("type", "Pick")
    try:
        site.store.stock.add_location(Location(name=act.members["name"], area=area, type=type_))
    except KeyError as taken:
        raise FloorError(f"There is another location {taken}.") from taken
    if area is not None and area not in site.store.areas:
        site.store.areas.append(area)


def _counted(site: Site, booking: Booking, place: Location, difference: int) -> None:
    """A count that finds what was expected is not told."""
    if difference:
        _adjust(site, booking, "count", place, difference)


def _adjust(
    site: Site, booking: Booking, transaction: str, place: Location, difference: int
) -> None:
    number = booking.item.number
    before = site.store.stock.quantity(number, place)
    site.store.stock.change(number, place, difference)
    _note(site, booking, (transaction, place.area, difference))
    levels = (before, before + difference)
    event = adjustment(site.dialect, booking, transaction, place, levels)
    site.tell("adjustment", event, _at(booking))


def _note(
    site: Site, booking: Booking, change: tuple[str, str | None, int], to_area: str | None = None
) -> None:
    """Writes a change (its kind, its area, how many more there) into the site's history."""
    kind, area, quantity = change
    entry = Entry(
        kind=kind,
        item=booking.item.number,
        area=area,
        quantity=quantity,
        at=booking.at,
        to_area=to_area,
        reason=booking.reason,
    )
    site.store.journal.note(entry)


def _booking(site: Site, act: Act) -> Booking:
    item = _item(site, act.members["item"])
    reason, user = act.members.get("reason"), act.members.get("user")
    return Booking(item=item, at=stamp(act.now), reason=reason, user=user)


def _at(booking: Booking) -> datetime:
    return datetime.fromisoformat(booking.at)


def _item(site: Site, number: str) -> StoredItem:
    if number not in site.store.items:
        raise FloorError(f"There is no item {number!r}. Put it with /_floor/items.")
    return site.store.items[number]


def _place(site: Site, members: Mapping[str, Any]) -> Location:
    if "location" in members:
        return _location(site, members["location"])
    stock = site.store.stock
    lying = [row for row in stock.places(members["item"], members["area"]) if row.quantity > 0]
    if lying:
        return lying[0].location
    try:
        return stock.default(members["area"])
    except KeyError as unknown:
        raise FloorError(f"No location in area {unknown}. Send `location` or `area`.") from unknown


def _end(site: Site, members: Mapping[str, Any], end: str) -> Location:
    """Where a move begins or ends: a location, or an area."""
    if f"{end}Area" in members:
        return _place(site, {"item": members["item"], "area": members[f"{end}Area"]})
    return _location(site, members[end])


def _location(site: Site, name: str) -> Location:
    if name not in site.store.stock.locations:
        raise FloorError(f"There is no location {name!r}. Add it with /_floor/locations.")
    return site.store.stock.locations[name]


def _quantity(members: Mapping[str, Any], least: int = 1) -> int:
    quantity = members["quantity"]
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < least:
        raise FloorError(f"{quantity!r} is no quantity. Send a whole number from {least}.")
    return quantity


def _difference(site: Site, members: Mapping[str, Any], item: StoredItem, place: Location) -> int:
    there = site.store.stock.quantity(item.number, place)
    if "difference" not in members:
        return _quantity(members, least=0) - there
    difference = members["difference"]
    if not isinstance(difference, int) or isinstance(difference, bool) or there + difference < 0:
        raise FloorError(f"{difference!r} is no difference: {there} are expected there.")
    return difference


def _need(site: Site, item: StoredItem, place: Location, quantity: int) -> None:
    there = site.store.stock.quantity(item.number, place)
    if there < quantity:
        raise FloorError(f"There are {there} of {item.number} in {place.name}.")
