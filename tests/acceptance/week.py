"""A working week as a list of what people do, and when: seeded, and without a system in sight.

Northpeak sells from three DCs; its warehouse has five areas, one of which no DC is linked to.
`crew.py` does what is listed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from engine.sandbox.world.catalog import STOCKED

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""When the week begins."""

CUSTOMER, PROFILE = "northpeak", 12000123
LINKS: Mapping[str, int] = {"MAIN": 7, "BULK": 7, "WEST": 9, "DEPOT": 13}
"""Area -> DC. The office belongs to none."""

OVERLAY: Mapping[str, Any] = {
    "links": {"south": {"dc": "SOUTH", "areas": ["DEPOT"], "pick": "DEPOT", "stock": "us"}},
    "gates": {name: {"max": 100_000} for name in ("orders.first-pass", "orders.create")},
}
"""What the customer's ruleset needs besides: the third DC, and gates that let a week through."""

PUT_BACK = "PUTBACK"
SENT_AGAIN = (
    *("address", "quantity-down", "quantity-up", "line-added", "line-removed", "dc-moved"),
)
AGAIN = {"hold": "recreate", "available": "recreate"}
EVERYTHING: Mapping[str, Any] = {
    "gates": {**OVERLAY["gates"], "items.lost-aliases": {"max": 100}},
    "items": {
        "from": "ca",
        "to": "wos",
        "owner": ["us"],
        "since": "2026-11-01",
        "product-id": "customField1",
        "map": {"description": "title", "image": {"from": "images[0]", "overwrite": True}},
        "aliases": {"from": ["ca.UPC", "ca.EAN", "aliases"]},
    },
    "orders": {
        "changes": {
            "display": "ignore",
            **dict.fromkeys(SENT_AGAIN, AGAIN),
            "cancelled": {"hold": "delete", "available": "delete"},
        }
    },
    "shipments": {
        "from": "wos",
        "to": "ca",
        "tracking": {"wait": "30m", "then": "send"},
        "carriers": {"UPS/GROUND": ["UPS", "GROUND"]},
    },
    "stock": {
        "from": "wos",
        "to": "ca",
        "putaway": "delta",
        "foreign-picks": "delta",
        "except-reasons": [PUT_BACK],
    },
}
"""What turns all flows on, to be laid over that."""

FIRST_ORDER = 40000001
_OPEN, _HOURS = 24 * 4 + 10, 24 * 5
_AREAS = (*LINKS, "OFFICE")
_SAMPLES = ("LAMP-01", "MUG-01", "TEA-05")
_SOLD = (*STOCKED, "KIT-STOVE", "KIT-SAIL", "KIT-CAMP")
_STREETS = ("1 Elm Rd", "22 Oak Ave", "7 Möwenweg", "9 O'Hara St")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that is done at a time after Monday morning.

    Of an order of the channel `order` is its id; the crew finds the warehouse's orders for it.
    """

    at: timedelta
    kind: str
    order: int = 0
    members: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The actions in the order of time. `due` are the orders that must be in the warehouse at the
    end: those that nobody cancelled, and nobody deleted without touching them again.
    """

    actions: tuple[Action, ...]
    due: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How many orders in a hundred meet which fate; the others are left alone."""

    edited: int = 8
    cancelled: int = 5
    line_cancelled: int = 3
    rerouted: int = 2
    grown: int = 4
    resent: int = 5
    gone: int = 2

    def draw(self, chance: Random) -> str:
        names = tuple(one.name for one in fields(self))
        fates = [name for name in names for _ in range(getattr(self, name))]
        at = chance.randrange(100)
        return fates[at] if at < len(fates) else "left"


CALM = Mix(line_cancelled=0, rerouted=0, grown=0, resent=0)
"""A week in which nothing has to be sent twice."""

_NOT_DUE = frozenset({"cancelled", "gone"})


def plan_of_week(seed: int, orders: int, mix: Mix | None = None, *, every: int = 1) -> Week:
    """Equal arguments give equal weeks; `every` so many hours (1 or 2) there is a run.

    All work is done when the fifth night begins; the last runs come after it.
    """
    chance = Random(seed)
    actions: list[Action] = []
    due = set()
    for number in range(FIRST_ORDER, FIRST_ORDER + orders):
        fate = (mix or Mix()).draw(chance)
        if fate not in _NOT_DUE:
            due.add(number)
        actions += _life(chance, number, fate)
    actions += _shelf_work(chance, max(60, orders // 4))
    actions += (
        Action(at=timedelta(hours=hour), kind="run") for hour in range(every, _HOURS + 5, every)
    )
    actions.sort(key=lambda action: action.at)
    return Week(actions=tuple(actions), due=frozenset(due))


def _life(chance: Random, number: int, fate: str) -> Iterator[Action]:
    """An order from its sale to its last label."""
    arrives = _minutes(chance.randrange(0, _OPEN * 60, 5))
    lines = _lines(chance, spread=fate != "rerouted")
    yield Action(at=arrives, kind="sell", order=number, members=_sale(chance, number, lines))
    yield from _trouble(chance, number, fate, arrives)
    if fate not in _NOT_DUE:
        hours = 6 if fate in {"line_cancelled", "rerouted", "grown", "resent"} else 2
        yield from _work(chance, number, arrives + timedelta(hours=hours, minutes=10))


def _lines(chance: Random, *, spread: bool) -> list[Mapping[str, Any]]:
    home = chance.choice((7, 7, 7, 9, 9, 13))
    return [
        {
            "Sku": sku,
            "Quantity": chance.choice((1, 1, 2, 3, 5)),
            "DistributionCenterID": chance.choice((7, 9, 13))
            if spread and chance.random() < 0.1
            else home,
        }
        for sku in chance.sample(_SOLD, chance.choice((1, 1, 2, 3)))
    ]


def _sale(chance: Random, number: int, lines: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {
        "ID": number,
        "ProfileID": PROFILE,
        "SiteID": 640,
        "SiteName": "Amazon Seller Central - US",
        "SiteOrderID": f"114-{number}",
        "RequestedShippingClass": chance.choice(("Standard", "Expedited", "NextDay")),
        "OrderTags": chance.choice((None, "Prime", "Prime, AmazonBusiness")),
        "ShippingFirstName": "Dana",
        "ShippingLastName": "O'Neil",
        "ShippingAddressLine1": chance.choice(_STREETS),
        "ShippingCity": "Raleigh",
        "ShippingStateOrProvince": "NC",
        "ShippingPostalCode": "02142",
        "ShippingCountry": "US",
        "TotalPrice": 19.9,
        "Items": lines,
    }


def _trouble(chance: Random, number: int, fate: str, arrives: timedelta) -> Iterator[Action]:
    """What happens to the order before the warehouse begins with it.

    A person deletes what was cancelled or moved; an edit after that has it sent again.
    """
    soon = arrives + _minutes(chance.choice((5, 80, 100)))
    deleted, touched = arrives + timedelta(hours=3), arrives + timedelta(hours=4)
    if fate == "edited":
        street = {"ShippingAddressLine1": chance.choice(_STREETS)}
        members = chance.choice(({"PrivateNotes": "looked at"}, {"FlagID": 3}, street))
        yield Action(at=soon, kind="edit", order=number, members=members)
        return
    if fate == "grown":
        lines = _lines(chance, spread=True)[:1]
        kind, members = chance.choice((("add-line", {"lines": lines}), ("add-units", {})))
        yield Action(at=soon, kind=kind, order=number, members=members)
        return
    if fate in {"cancelled", "line_cancelled"}:
        yield Action(at=soon, kind=fate.replace("cancelled", "cancel"), order=number)
    if fate == "rerouted":
        dc = chance.choice((7, 9, 13))
        yield Action(at=soon, kind="reroute", order=number, members={"dc": dc})
    if fate != "left":
        yield Action(at=deleted, kind="delete", order=number)
    if fate in {"line_cancelled", "rerouted", "resent"}:
        notes = {"PrivateNotes": "send it again"}
        yield Action(at=touched, kind="edit", order=number, members=notes)


def _work(chance: Random, number: int, start: timedelta) -> Iterator[Action]:
    """Batch, pick, pack and label, and all of it again for what was short and turns up."""
    packed = start + timedelta(hours=2)
    yield Action(at=start, kind="batch", order=number, members={"name": f"wave {start}"})
    short = chance.choice((0,) * 8 + (1, 2))
    picked = start + timedelta(hours=1)
    yield Action(at=picked, kind="pick", order=number, members={"short": short})
    if chance.random() < 0.04:
        again = picked + timedelta(minutes=20)
        yield Action(at=again, kind="reset", order=number)
        yield Action(at=again, kind="pick", order=number, members={"short": short})
    boxes = chance.choice((1, 1, 1, 1, 2, 3))
    left = chance.random() < 0.04
    yield Action(at=packed, kind="pack", order=number, members={"boxes": boxes, "left": left})
    yield _label(chance, number, packed)
    if chance.random() < 0.05:
        yield Action(at=packed + timedelta(hours=12), kind="scrub", order=number)
    if short and not left and chance.random() < 0.6:
        found = packed + timedelta(hours=3)
        yield Action(at=found, kind="pick-rest", order=number)
        again = found + timedelta(minutes=30)
        yield Action(at=again, kind="pack", order=number, members={"boxes": 1, "left": False})
        yield _label(chance, number, again)


def _label(chance: Random, number: int, packed: timedelta) -> Action:
    return Action(at=packed + _minutes(chance.choice((0, 5, 50, 150))), kind="label", order=number)


def _shelf_work(chance: Random, size: int) -> Iterator[Action]:
    """Stock that comes, goes, is counted and moved, and orders of other hosts."""
    for at in range(size):
        time = _minutes(chance.randrange(0, _HOURS * 60 - 180, 5))
        kind = chance.choice(("put", "pull", "count", "move", "move", "putaway", "foreign"))
        yield from _SHELF[kind](chance, time, at)


def _booking(chance: Random, area: str) -> dict[str, Any]:
    skus = _SAMPLES if area == "OFFICE" else tuple(STOCKED)
    return {"item": chance.choice(skus), "area": area}


def _put(chance: Random, time: timedelta, _: int) -> Iterator[Action]:
    reason = chance.choice((None, None, None, "FOUND", PUT_BACK))
    members = {"quantity": chance.randint(1, 20), "reason": reason}
    yield Action(at=time, kind="put", members=_booking(chance, chance.choice(_AREAS)) | members)


def _pull(chance: Random, time: timedelta, _: int) -> Iterator[Action]:
    members = {"quantity": chance.randint(1, 9), "reason": chance.choice((None, "DMG"))}
    yield Action(at=time, kind="pull", members=_booking(chance, chance.choice(_AREAS)) | members)


def _count(chance: Random, time: timedelta, _: int) -> Iterator[Action]:
    members = {"difference": chance.choice((-4, -2, -1, 1, 2, 5))}
    yield Action(at=time, kind="count", members=_booking(chance, chance.choice(_AREAS)) | members)


def _move(chance: Random, time: timedelta, _: int) -> Iterator[Action]:
    origin, target = chance.sample(_AREAS, 2)
    members = {
        "item": _booking(chance, origin)["item"],
        "quantity": chance.randint(1, 9),
        "origin": origin,
        "target": target,
    }
    yield Action(at=time, kind="move", members=members)


def _putaway(chance: Random, time: timedelta, at: int) -> Iterator[Action]:
    """What was received waits on its cart for a while."""
    where = _booking(chance, chance.choice(tuple(LINKS)))
    goods = {"po": f"PO-{at}", "item": where["item"], "quantity": chance.randint(5, 40)}
    yield Action(at=time, kind="receive", members=goods)
    yield Action(at=time + timedelta(hours=1), kind="putaway", members=goods | where)


def _foreign(chance: Random, time: timedelta, at: int) -> Iterator[Action]:
    area = chance.choice(("MAIN", "WEST", "DEPOT"))
    lines = [(sku, chance.randint(1, 3)) for sku in chance.sample(tuple(STOCKED), 2)]
    members = {"number": f"X-{at}", "area": area, "lines": lines}
    yield Action(at=time, kind="foreign", members=members)
    yield Action(at=time + timedelta(hours=2), kind="foreign-pick", members=members)


_SHELF = {
    "put": _put,
    "pull": _pull,
    "count": _count,
    "move": _move,
    "putaway": _putaway,
    "foreign": _foreign,
}


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
