"""The mapped header of each customer, in plain Python. A value of None means: not sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.sandbox.world.customers import Customer

Row = Mapping[str, Any]
Header = dict[str, str | None]

_NORTHPEAK_METHODS = {
    "Standard": "GROUND",
    "Expedited": "2DAY",
    "SecondDay": "2DAY",
    "NextDay": "1DAY",
}
_TIDEWATER_METHODS = {"standard": "GROUND", "expedited": "AIR2", "nextday": "AIR1"}
_SHIP_TO = {
    "shipTo.company": "ShippingCompanyName",
    "shipTo.address1": "ShippingAddressLine1",
    "shipTo.address2": "ShippingAddressLine2",
    "shipTo.city": "ShippingCity",
    "shipTo.state": "ShippingStateOrProvince",
    "shipTo.postalCode": "ShippingPostalCode",
    "shipTo.country": "ShippingCountry",
    "shipTo.phone": "ShippingDaytimePhone",
}


def tags_of(order: Row) -> list[str]:
    """The tags: one string in ChannelAdvisor, separated by commas."""
    return [tag.strip() for tag in (order["OrderTags"] or "").split(",") if tag.strip()]


def number_of(order: Row, customer: Customer, link: str, *, single: bool) -> str:
    """The order number; where an order has several parts, each carries its link's name."""
    number = order["ID"]
    if customer.name == "northpeak":
        return f"{_profile(order, customer)}-{number}" + ("" if single else f"-{link}")
    if customer.name == "tidewater":
        return f"TW{number}" + ("" if single else f".{link}")
    return f"{number}" + ("" if single else f"-{link}")


def header_of(order: Row, customer: Customer) -> dict[str, str] | str:
    """The mapped members; or the name of the one that cannot be had, which holds the order."""
    header = _HEADERS[customer.name](order, _profile(order, customer))
    if customer.name == "northpeak" and header["shipMethod"] is None:
        return "shipMethod"
    return {name: value for name, value in header.items() if value is not None}


def ship_to_of(order: Row) -> dict[str, str]:
    """The address members that have a value; the name only where both of its halves have one."""
    address = {word: order[member] for word, member in _SHIP_TO.items()}
    first, last = order["ShippingFirstName"], order["ShippingLastName"]
    address["shipTo.name"] = f"{first} {last}" if first and last else None
    return {word: value for word, value in address.items() if value is not None}


def _brightwick(order: Row, _: str) -> Header:
    return {
        "customField1": ", ".join(sorted(tags_of(order))),
        "shipMethod": order["RequestedShippingClass"],
        "notes": order["SpecialInstructions"],
    }


def _northpeak(order: Row, profile: str) -> Header:
    return {
        "customField1": ", ".join(sorted(tags_of(order))),
        "customField2": order["SiteName"],
        "customField3": profile,
        "shipMethod": _NORTHPEAK_METHODS.get(order["RequestedShippingClass"]),
        "notes": order["SpecialInstructions"] or "",
    }


def _tidewater(order: Row, _: str) -> Header:
    wanted = (order["RequestedShippingClass"] or "standard").lower()
    return {
        "customField1": ",".join(tags_of(order)) or "none",
        "customField2": order["SiteName"],
        "customField4": order["SiteOrderID"].replace("-", ""),
        "shipMethod": _TIDEWATER_METHODS.get(wanted, "GROUND"),
    }


def _profile(order: Row, customer: Customer) -> str:
    return customer.profiles[order["ProfileID"]].upper()


_HEADERS: Mapping[str, Callable[[Row, str], Header]] = {
    "brightwick": _brightwick,
    "northpeak": _northpeak,
    "tidewater": _tidewater,
}
