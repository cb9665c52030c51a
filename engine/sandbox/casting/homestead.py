"""A customer's own world: the states of both systems, cast from an estate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.casting.estate import Estate
from engine.sandbox.casting.ground import Row
from engine.sandbox.casting.traffic import Traffic
from engine.sandbox.casting.wares import Wares
from engine.sandbox.channeladvisor.schema import DISTRIBUTION_CENTER, PROFILE, SITE, complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Homestead:
    """What both sandboxes take, and which order shows what."""

    channel: Mapping[str, Any]
    sites: Mapping[str, Mapping[str, Any]]
    shows: Mapping[int, str]


def cast(estate: Estate, size: int, seed: int) -> Homestead:
    """The world of an estate: equal arguments give equal worlds.

    Raises ValueError where a wish names a profile or a DC that the estate does not.
    """
    wares = Wares(estate)
    orders = list(Traffic(estate, wares, seed).orders(size))
    rows = [row for _, row in orders]
    return Homestead(
        channel={
            "applications": [application(estate)],
            "Profiles": [_profile(estate, name, one) for name, one in estate.profiles.items()],
            "DistributionCenters": [_center(code, one) for code, one in estate.centers.items()],
            "Sites": [*_marketplaces(rows)],
            "Products": wares.products(rows),
            "Orders": rows,
        },
        sites={name: wares.site() for name in estate.sites},
        shows={row["ID"]: shows for shows, row in orders if shows},
    )


def application(estate: Estate) -> Row:
    """The customer's application, which sees all its profiles."""
    return {
        "id": f"app-{estate.customer}",
        "secret": f"sandbox-secret-{estate.customer}",
        "refresh": f"sandbox-refresh-{estate.customer}",
        "profiles": list(estate.profiles.values()),
    }


def _profile(estate: Estate, name: str, number: int) -> Row:
    row = {
        "ID": number,
        "AccountName": f"{estate.customer} {name}",
        "CompanyName": estate.customer,
        "CurrencyCode": "USD",
        "DefaultDistributionCenterID": next(iter(estate.centers.values())),
    }
    return complete(row, PROFILE)


def _center(code: str, number: int) -> Row:
    """A DC of the account, as a warehouse that is there."""
    row = {
        "ID": number,
        "Name": code,
        "Code": code,
        "FulfillmentPartnerName": "None",
        "Country": "US",
        "PickupLocation": False,
        "ShipLocation": True,
        "Type": "Warehouse",
        "IsExternallyManaged": False,
        "IsDeleted": False,
        "DeliveryAvailable": True,
        "ThroughputLimitUnits": "Days",
    }
    return complete(row, DISTRIBUTION_CENTER)


def _marketplaces(orders: list[Row]) -> list[Row]:
    """The sites that orders come from."""
    found = {row["SiteID"]: row["SiteName"] for row in orders}
    return [complete({"ID": one, "SiteName": name}, SITE) for one, name in found.items()]
