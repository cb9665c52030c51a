"""What WarehouseOS holds, as canonical records: progress of orders, items, stock. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.adapters.warehouseos.profile import Profile
from engine.adapters.warehouseos.wire import count, inner, moment, rows, text, view, whole
from engine.errors import BadRecordError, ProtocolError
from engine.model.product import Alias, ExistingItem
from engine.model.shipment import Box, BoxContent, OrderProgress, ProgressLine
from engine.model.stock import ShelfLevel

STARTED = ("in-process", "complete")
_APART = ("number", "bundle", "aliases")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfNames:
    """One of the two lists of stock: its call, its sections, and its words for quantities."""

    endpoint: str
    page: str
    row: str
    on_hand: str
    allocated: str


RECORDS = ShelfNames(
    endpoint="inventory.list",
    page="stockList",
    row="stock",
    on_hand="quantity",
    allocated="allocated",
)
SUMMARY = ShelfNames(
    endpoint="inventory.summary",
    page="summaryList",
    row="summary",
    on_hand="onHand",
    allocated="committed",
)


def progress_of(profile: Profile, body: Any, number: str) -> OrderProgress:
    """How far an order is, from the answer to a get; `raw` is without buyer's members.

    Raises BadRecordError where it is another order, or cannot be read.
    """
    order = view(profile.order, body)
    status = view(profile.section("orderStatus"), body)
    if (text(order.get("number")) or "").casefold() != number.casefold():
        raise BadRecordError(f"asked for order {number}, the site answered with something else")
    state = profile.state(str(order.get("status") or ""))
    return OrderProgress(
        number=number,
        state=state,
        locked=order.get("locked") is True or state in STARTED,
        packed=status.get("packed") is True,
        area=text(order.get("area")),
        lines=tuple(_line(profile, row) for row in rows(order.get("lines"), "the list of lines")),
        boxes=tuple(box_of(profile, box) for box in rows(status.get("boxes"), "the boxes")),
        tracking=tracking_in(status.get("tracking")),
        picked_at=moment(status.get("completed"), profile.zone, "the time of completion"),
        packed_at=moment(status.get("packedAt"), profile.zone, "the time of packing"),
        raw=without_buyer(profile, body),
    )


def number_in(profile: Profile, row: Any) -> str:
    """The order number of a row of the list; raises BadRecordError for a row without one."""
    number = text(view(profile.order, row).get("number"))
    if number is None:
        raise BadRecordError("an order of the list came without its number")
    return number


def box_of(profile: Profile, value: Any) -> Box:
    """A closed box with what is in it."""
    box = inner(profile.section("box"), value, "a box")
    name = text(box.get("id"))
    if name is None:
        raise BadRecordError("a box came without its id")
    contents = rows(box.get("contents"), f"the contents of box {name}")
    return Box(
        id=name,
        contents=tuple(_content(profile, entry) for entry in contents),
        carrier=text(box.get("carrier")),
        service=text(box.get("service")),
        tracking=text(box.get("tracking")),
    )


def without_buyer(profile: Profile, body: Mapping[str, Any]) -> dict[str, Any]:
    """An order's own record without the members that the profile calls a buyer's."""
    private = {profile.order[word].casefold() for word in profile.buyer if word in profile.order}
    return {name: value for name, value in body.items() if name.casefold() not in private}


def item_of(profile: Profile, body: Any, number: str) -> ExistingItem | None:
    """The item of that number; None where the site found another one, by an alias for example.

    Raises ProtocolError for what is no item.
    """
    words = view(profile.item, body)
    found = text(words.get("number"))
    if found is None:
        raise ProtocolError(f"asked for item {number}, the site answered with something else")
    if found.casefold() != number.casefold():
        return None
    return ExistingItem(
        number=found,
        fields={word: value for word, value in words.items() if word not in _APART},
        aliases=aliases_of(profile, words["aliases"]) if "aliases" in words else None,
        bundle=words.get("bundle") is True,
    )


def aliases_of(profile: Profile, value: Any) -> tuple[Alias, ...]:
    """A list of aliases; a bare text, or one without a quantity, stands for one unit."""
    found = []
    for entry in rows(value, "the list of aliases"):
        words = (
            {"alias": entry}
            if isinstance(entry, str)
            else inner(profile.section("alias"), entry, "an alias")
        )
        alias = text(words.get("alias"))
        if alias is None:
            raise BadRecordError("an alias came without its value")
        quantity = words.get("quantity")
        units = 1 if quantity is None else whole(quantity, "an alias's quantity")
        found.append(Alias(alias=alias, quantity=units))
    return tuple(found)


def shelf_of(profile: Profile, names: ShelfNames, row: Any) -> ShelfLevel:
    """A row of one of the lists of stock; on hand may be below 0.

    Raises BadRecordError for a row without item or quantity: leaving it out would be a lie.
    """
    words = inner(profile.section(names.row), row, "a stock record")
    item = text(words.get("item"))
    if item is None:
        raise BadRecordError("a stock record came without its item")
    return ShelfLevel(
        item=item,
        area=text(words.get("area")),
        on_hand=whole(words.get(names.on_hand), f"the quantity of {item}"),
        allocated=count(words.get(names.allocated), f"the allocated quantity of {item}"),
    )


def tracking_in(value: Any) -> tuple[str, ...]:
    """A list of tracking numbers, or a single one."""
    listed = value if isinstance(value, list) else [value]
    return tuple(number for number in map(text, listed) if number)


def _line(profile: Profile, row: Any) -> ProgressLine:
    """A stored line. A quantity that the profile names and the site leaves out is an error: taken
    for 0, a wrong name would keep every shipment back and nobody would see it.
    """
    line = inner(profile.line, row, "a stored line")
    states = profile.section("lineStatus")
    status = view(states, row)
    item, host = text(line.get("item")), text(line.get("hostId"))
    if item is None or not {"picked", "packed"} & states.keys() <= status.keys():
        raise BadRecordError("a stored line came without its item or what was picked or packed")
    return ProgressLine(
        number=text(line.get("number")) or "",
        host_id=host,
        item=item,
        requested=count(line.get("requested", line.get("quantity")), f"the quantity of {item}"),
        picked=count(status.get("picked"), f"the picked quantity of {item}"),
        packed=count(status.get("packed"), f"the packed quantity of {item}"),
        short=count(status.get("short"), f"the short quantity of {item}"),
        bundle=text(line.get("bundle")),
    )


def _content(profile: Profile, value: Any) -> BoxContent:
    words = inner(profile.section("content"), value, "what is in a box")
    item = text(words.get("item"))
    if item is None:
        raise BadRecordError("something in a box came without its item")
    return BoxContent(
        item=item,
        quantity=count(words.get("quantity"), f"the quantity of {item} in a box"),
        line=text(words.get("line")),
        host_id=text(words.get("hostId")),
    )
