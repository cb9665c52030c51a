"""A yard: both twins of one customer, seeded with a world and answering on loopback."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.faults import Faulty
from engine.sandbox.poster import Poster
from engine.sandbox.server import Now, real_now, serve
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.world.accounts import account
from engine.sandbox.world.customers import CUSTOMERS
from engine.sandbox.world.generate import generate
from engine.sandbox.world.model import World
from engine.sandbox.world.shelves import AREAS, UNLINKED

SMALLEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """Running twins. `environment` holds what the base's connections ask for by `env:`."""

    customer: str
    world: World
    channel: str
    warehouse: str
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a yard is made of: whose world, how many orders, which seed, which ports (0: free)."""

    customer: str
    size: int = SMALLEST
    seed: int = 1
    channel_port: int = 0
    warehouse_port: int = 0


def residents() -> tuple[str, ...]:
    """The customers whose accounts a seeded world holds."""
    return tuple(customer.name for customer in CUSTOMERS)


def resident_with(
    profiles: Collection[int], centers: Collection[str | int], areas: Collection[str]
) -> str | None:
    """The customer in whose account all of these are, if there is one; DCs by their code or id."""
    codes = {row["ID"]: row["Code"] for row in account()["DistributionCenters"]}
    for one in CUSTOMERS:
        places = AREAS[one.name]
        known = {*places, *(codes[number] for number in places)}
        lying = {area for named in places.values() for area in named}
        if (
            {*one.profiles, *one.foreign}.issuperset(profiles)
            and known.issuperset(centers)
            and lying.union(UNLINKED.get(one.name, ())).issuperset(areas)
        ):
            return one.name
    return None


@contextmanager
def open_yard(layout: Layout, profile: Mapping[str, Any], now: Now = real_now) -> Iterator[Yard]:
    """Serves both twins until the context ends; faults can be set on their floors."""
    world = generate(layout.size, layout.seed, now())
    channel = ChannelAdvisorSandbox(world.channeladvisor, ChannelAdvisorSettings())
    poster = Poster()
    warehouse = WarehouseOSSandbox(world.sites[layout.customer], profile, post=poster.post)
    with (
        poster,
        serve(Faulty(channel), port=layout.channel_port, now=now) as left,
        serve(Faulty(warehouse), port=layout.warehouse_port, now=now) as right,
    ):
        yield Yard(
            customer=layout.customer,
            world=world,
            channel=left.url,
            warehouse=right.url,
            environment=_environment(layout.customer, left.url, right.url, warehouse),
        )


def _environment(
    customer: str, channel: str, warehouse: str, site: WarehouseOSSandbox
) -> dict[str, str]:
    return {
        "CA_URL": channel,
        "CA_APPLICATION_ID": f"app-{customer}",
        "CA_SHARED_SECRET": f"sandbox-secret-{customer}",
        "CA_REFRESH_TOKEN": f"sandbox-refresh-{customer}",
        "WOS_URL": warehouse,
        "WOS_API_KEY": site.floor.settings.api_key,
    }
