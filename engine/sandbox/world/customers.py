"""The three customers' rules as a plain table.

Written by hand from `rulesets/` and `mappings/`, and on purpose not read from them: this table is
the second opinion that a plan is compared with. Whoever changes a ruleset changes it here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A link: its name, the id of its DC, and the area that its orders go to."""

    name: str
    dc: int
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`profiles` are those of the ruleset, id -> name; `foreign` ones its application sees too."""

    name: str
    site_profile: str
    profiles: Mapping[int, str]
    links: tuple[Destination, ...]
    areas: tuple[str, ...]
    foreign: tuple[int, ...] = ()
    since: str = "2026-11-01T00:00:00"
    shipping: frozenset[str] = frozenset({"Unshipped", "PartiallyShipped", "PendingShipment"})
    payment: frozenset[str] = frozenset({"Cleared"})
    checkout: frozenset[str] = frozenset({"Completed", "CompletedAndVisited", "CompletedOffline"})
    not_site: str | None = None
    least_total: float | None = None
    skip_tag: str | None = None
    skip_site_order: str | None = None
    needs_address: bool = False
    hold_tag: str | None = None
    bad_lines: Literal["hold", "drop"] = "hold"
    non_shippable: frozenset[str] = frozenset()
    bundles: Literal["split", "keep"] = "split"
    bundle_ways: Mapping[str, Literal["split", "keep", "wos"]]

    @property
    def dcs(self) -> frozenset[int]:
        """The ids of the linked DCs."""
        return frozenset(link.dc for link in self.links)


BRIGHTWICK = Customer(
    name="brightwick",
    site_profile="wos-assumed",
    profiles={12000101: "us"},
    links=(Destination(name="main", dc=5, area="Main"),),
    areas=("Main",),
    skip_tag="AmzBOPIS",
    non_shippable=frozenset({"GIFT-WRAP"}),
    bundle_ways={},
)

NORTHPEAK = Customer(
    name="northpeak",
    site_profile="wos-assumed",
    profiles={12000123: "us", 12000124: "outlet"},
    foreign=(12000125,),
    links=(
        Destination(name="east", dc=7, area="MAIN"),
        Destination(name="west", dc=9, area="WEST"),
    ),
    areas=("MAIN", "BULK", "WEST"),
    since="2026-11-01T04:00:00",  # Midnight in New York, which was still on summer time.
    shipping=frozenset({"Unshipped", "PartiallyShipped"}),
    payment=frozenset({"Cleared", "Deposited"}),
    skip_tag="AmzBOPIS",
    skip_site_order="TEST-",
    needs_address=True,
    hold_tag="Customized",
    non_shippable=frozenset({"GIFT-WRAP", "SHIP-INSURANCE"}),
    bundle_ways={"KIT-GIFT": "keep", "KIT-CAMP": "wos"},
)

TIDEWATER = Customer(
    name="tidewater",
    site_profile="wos-ledgerline",
    profiles={12000135: "main"},
    links=(
        Destination(name="dock", dc=0, area="DOCK"),
        Destination(name="annex", dc=-3, area="ANNEX"),
    ),
    areas=("DOCK", "ANNEX"),
    payment=frozenset({"Cleared", "Submitted"}),
    not_site="Internal Test Store",
    least_total=0.0,
    bad_lines="drop",
    non_shippable=frozenset({"SERVICE-FEE"}),
    bundles="keep",
    bundle_ways={"KIT-SAIL": "split"},
)

CUSTOMERS = (BRIGHTWICK, NORTHPEAK, TIDEWATER)
