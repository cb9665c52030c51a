"""A yard of a customer's own: its channel and its warehouses, cast from its ids, on loopback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from engine.sandbox.casting.estate import Estate
from engine.sandbox.casting.homestead import application, cast
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.channeladvisor.settings import CARRIERS
from engine.sandbox.faults import Faulty
from engine.sandbox.poster import Poster
from engine.sandbox.server import Now, real_now, serve
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.yard import SMALLEST


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLayout:
    """How many orders, which seed, which ports (0: free; of several warehouses, the first's)."""

    size: int = SMALLEST
    seed: int = 1
    channel_port: int = 0
    warehouse_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnYard:
    """Running twins: their addresses, `warehouses` by connection, what a connection's settings have
    to be (`application`, `secret`, `refresh`, `key`, `url`), and which order shows what.
    """

    channel: str
    warehouses: Mapping[str, str]
    credentials: Mapping[str, str]
    shows: Mapping[int, str]

    def setting(self, connection: str, name: str) -> str | None:
        """What a connection's setting has to be; None for one that no twin asks for."""
        if name == "url":
            return self.warehouses.get(connection, self.channel)
        return self.credentials.get(name)


@contextmanager
def open_own_yard(estate: Estate, layout: OwnLayout, now: Now = real_now) -> Iterator[OwnYard]:
    """Serves the twins until the context ends; faults can be set on their floors."""
    world = cast(estate, layout.size, layout.seed)
    carriers = [*CARRIERS, *estate.carriers]
    channel = ChannelAdvisorSandbox(world.channel, ChannelAdvisorSettings(carriers=carriers))
    poster = Poster()
    sites = {
        name: WarehouseOSSandbox(world.sites[name], profile, post=poster.post)
        for name, profile in estate.sites.items()
    }
    with ExitStack() as open_ones:
        open_ones.enter_context(poster)
        left = open_ones.enter_context(serve(Faulty(channel), port=layout.channel_port, now=now))
        urls = {
            name: open_ones.enter_context(
                serve(Faulty(site), port=0 if at else layout.warehouse_port, now=now)
            ).url
            for at, (name, site) in enumerate(sites.items())
        }
        keys = {site.floor.settings.api_key for site in sites.values()}
        ours = application(estate)
        yield OwnYard(
            channel=left.url,
            warehouses=urls,
            credentials={
                "application": ours["id"],
                "secret": ours["secret"],
                "refresh": ours["refresh"],
                "key": next(iter(keys), ""),
            },
            shows=world.shows,
        )
