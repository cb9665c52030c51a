"""The ChannelAdvisor account around the orders: applications, profiles, DCs, marketplaces."""

from __future__ import annotations

from typing import Any

from engine.sandbox.channeladvisor.schema import DISTRIBUTION_CENTER, PROFILE, SITE, complete
from engine.sandbox.world.customers import CUSTOMERS

SITES = {
    640: "Amazon Seller Central - US",
    996: "Walmart Marketplace",
    862: "Shopify",
    576: "eBay Fixed Price",
    9001: "Internal Test Store",
}

_PROFILES = (
    (12000101, "Brightwick US", "Brightwick", 5),
    (12000123, "Northpeak US", "Northpeak", 7),
    (12000124, "Northpeak Outlet", "Northpeak", 7),
    (12000125, "Northpeak Wholesale", "Northpeak", 7),
    (12000135, "Tidewater", "Tidewater", 0),
)

_DCS = (
    (0, "Tidewater dock", "TWDOCK", "Warehouse"),
    (-3, "Tidewater annex", "TWANNEX", "Warehouse"),
    (5, "Brightwick main", "MAIN", "Warehouse"),
    (7, "East 3PL", "EAST3PL", "Warehouse"),
    (9, "West", "WEST", "Warehouse"),
    (13, "South depot", "SOUTH", "Warehouse"),
    (-2, "Amazon FBA US", "FBA-US", "ExternallyManaged"),
    (11, "Old depot", "OLDDC", "Warehouse"),
)


def account() -> dict[str, Any]:
    """Everything of the ChannelAdvisor state but its products and orders."""
    return {
        "applications": [
            {
                "id": f"app-{customer.name}",
                "secret": f"sandbox-secret-{customer.name}",
                "refresh": f"sandbox-refresh-{customer.name}",
                "profiles": [*customer.profiles, *customer.foreign],
            }
            for customer in CUSTOMERS
        ],
        "Profiles": [_profile(*row) for row in _PROFILES],
        "DistributionCenters": [_center(*row) for row in _DCS],
        "Sites": [
            complete({"ID": number, "SiteName": name}, SITE) for number, name in SITES.items()
        ],
    }


def _profile(number: int, name: str, company: str, center: int) -> dict[str, Any]:
    row = {
        "ID": number,
        "AccountName": name,
        "CompanyName": company,
        "CurrencyCode": "USD",
        "TimeZoneRegion": "America/New_York",
        "TimeZoneDescription": "Eastern Time",
        "DefaultDistributionCenterID": center,
    }
    return complete(row, PROFILE)


def _center(number: int, name: str, code: str, kind: str) -> dict[str, Any]:
    """A DC with every member: a public client refuses rows without two of them."""
    deleted = code == "OLDDC"
    row = {
        "ID": number,
        "Name": name,
        "Code": code,
        "FulfillmentPartnerName": "None",
        "City": "Raleigh",
        "StateOrProvince": "NC",
        "Country": "US",
        "PostalCode": "27601",
        "PickupLocation": False,
        "ShipLocation": True,
        "Type": kind,
        "IsExternallyManaged": kind == "ExternallyManaged",
        "IsDeleted": deleted,
        "DeletedDateUtc": "2026-05-04T10:00:00.25Z" if deleted else None,
        "DeliveryAvailable": True,
        "ThroughputLimitUnits": "Days",
    }
    return complete(row, DISTRIBUTION_CENTER)
