"""The ordinary orders that fill a world up: mostly good, with a few of every kind of trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.sandbox.world.catalog import STOCKED
from engine.sandbox.world.chance import Random
from engine.sandbox.world.customers import CUSTOMERS, Customer
from engine.sandbox.world.model import LineSketch, OrderSketch, Recipient, Share, one, spread

_SKUS = tuple(STOCKED)
_KITS = ("KIT-STOVE", "KIT-GIFT", "KIT-CAMP", "KIT-SAIL")
_ELSEWHERE = (-2, 11)
_TAGS = (None, None, None, "AmazonBusiness", "Prime, AmazonBusiness", "Überraschung, Gift")
_NOTES = (None, None, "Leave at dock 3", "Ring twice: “Möbius”", "Don't fold")
_CLASSES = ("Standard", "Standard", "Standard", "Expedited", "NextDay")
_TROUBLE: tuple[dict[str, Any], ...] = (
    {"shipping": "Shipped"},
    {"shipping": "Canceled"},
    {"shipping": "PendingShipment"},
    {"shipping": "ThirdPartyManaged"},
    {"payment": "Submitted"},
    {"payment": "Deposited"},
    {"payment": "Failed"},
    {"checkout": "OnHold"},
    {"checkout": "CompletedOffline"},
    {"tags": "AmzBOPIS"},
    {"tags": "Prime, Customized"},
    {"site": 9001},
    {"site_order": "TEST-77"},
    {"shipping_class": "Freight"},
    {"old": True},
)
_CLOSED_BY = {
    "Shipped": "Complete",
    "Canceled": "Canceled",
    "ThirdPartyManaged": "ThirdPartyManaged",
}
_PEOPLE = (
    Recipient(),
    Recipient(first="Zoë", last="Müller", postal_code="02108", city="Boston", state="MA"),
    Recipient(first="José", last="d'Ávila", address2="Unit 4", phone="555-0100"),
    Recipient(first=None, last="Reception", company="O'Brien & Co", postal_code="07102"),
    Recipient(first="花子", last="山田", country="JP", state=None, postal_code="0010010"),
)


def crowd(chance: Random, size: int) -> list[OrderSketch]:
    """So many sketches, shared out evenly between the customers."""
    return [_sketch(chance, CUSTOMERS[at % len(CUSTOMERS)]) for at in range(size)]


def _sketch(chance: Random, customer: Customer) -> OrderSketch:
    sketch = OrderSketch(
        profile=chance.choice(list(customer.profiles)),
        lines=tuple(_lines(chance, customer)),
        site=chance.choice((640, 996, 862, 576)),
        tags=chance.choice(_TAGS),
        instructions=chance.choice(_NOTES),
        shipping_class=chance.choice(_CLASSES),
        recipient=chance.choice(_PEOPLE),
    )
    if _partly_shipped(sketch):
        sketch = replace(sketch, shipping="PartiallyShipped")
    if chance.random() < 0.12:
        sketch = replace(sketch, **chance.choice(_TROUBLE))
    return _closed(sketch) if sketch.shipping in _CLOSED_BY else sketch


def _partly_shipped(sketch: OrderSketch) -> bool:
    return any(share.status == "Complete" for line in sketch.lines for share in line.shares)


def _closed(sketch: OrderSketch) -> OrderSketch:
    """The order with its fulfillments in the state that its shipping status means."""
    status = _CLOSED_BY[sketch.shipping]
    lines = tuple(
        replace(line, shares=tuple(replace(share, status=status) for share in line.shares))
        for line in sketch.lines
    )
    return replace(sketch, lines=lines)


def _lines(chance: Random, customer: Customer) -> list[LineSketch]:
    home = chance.choice(customer.links).dc
    if chance.random() < 0.02:
        home = chance.choice(_ELSEWHERE)
    wanted = 22 if chance.random() < 0.01 else chance.choice((1, 1, 1, 2, 2, 3, 4))
    lines = [_line(chance, home) for _ in range(wanted)]
    others = [link.dc for link in customer.links if link.dc != home]
    if others and chance.random() < 0.15:
        lines.append(_over_two(chance, home, others[0]))
    if chance.random() < 0.03:
        lines.append(_trouble(chance, home))
    return lines


def _line(chance: Random, dc: int) -> LineSketch:
    skus: Sequence[str] = _KITS if chance.random() < 0.15 else _SKUS
    return one(chance.choice(skus), chance.choice((1, 1, 1, 2, 3, 12)), dc)


def _over_two(chance: Random, home: int, other: int) -> LineSketch:
    shares = (
        Share(dc=home, quantity=chance.choice((1, 2))),
        Share(dc=other, quantity=chance.choice((1, 2))),
    )
    return spread(chance.choice(_SKUS), *shares)


def _trouble(chance: Random, dc: int) -> LineSketch:
    return chance.choice(
        (
            one("GHOST-9", 1, dc),
            one(None, 1, dc),
            one("LAMP-01", 0, dc),
            one("LAMP-01", 3, dc, cancelled=1),
            one("KIT-STOVE", 2, dc, cancelled=1),
            spread("MUG-01", Share(dc=dc, quantity=1, status="Complete"), Share(dc=dc, quantity=2)),
        )
    )
