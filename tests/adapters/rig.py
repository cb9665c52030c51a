"""Both twins over real HTTP, a clock that only steps, and kits to speak to them with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.http import HttpWriter
from engine.adapters.limits import LimitedWriter, Throttle
from engine.adapters.settings import limits
from engine.adapters.warehouseos import ADAPTER as WAREHOUSEOS
from engine.adapters.world import ThreadPool
from engine.config.document import parse
from engine.model.ruleset import OrderFilter
from engine.ports.systems import (
    Adapter,
    Operation,
    OrderQuery,
    OrderSink,
    OrderSource,
    ReadKit,
    Secret,
    WriteKit,
)
from engine.ports.world import Clock, Randomness, WriteTransport
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.faults import FaultRule, Faulty
from engine.sandbox.server import serve
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
PROFILES = Path(__file__).parents[2] / "mappings" / "profiles"
SITES = ("wos-assumed", "wos-ledgerline")
SECRETS = {
    "env:CA_SECRET": "canary-shared-secret",
    "env:CA_REFRESH": "canary-refresh-token",
    "env:WOS_KEY": "canary-site-key",
}
CA_SETTINGS = {"application": "app-one", "secret": "env:CA_SECRET", "refresh": "env:CA_REFRESH"}


class StepClock(Clock):
    """Stands still but for sleeps, which it counts and jumps over."""

    def __init__(self) -> None:
        self.time = NOW
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.time += timedelta(seconds=seconds)


class Half(Randomness):
    """Always the middle."""

    def fraction(self) -> float:
        return 0.5


def site_profile(name: str) -> dict[str, Any]:
    """A shipped site profile, loaded."""
    node, problems = parse((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert node is not None
    assert not problems
    profile: dict[str, Any] = node.plain()
    return profile


def write_kit(
    settings: Mapping[str, Any], transport: WriteTransport, clock: Clock, pool: ThreadPool
) -> WriteKit:
    """A kit with every secret of these tests."""
    return WriteKit(
        connection="mine",
        settings=settings,
        secret=lambda reference: Secret(SECRETS[reference]),
        transport=transport,
        clock=clock,
        random=Half(),
        pool=pool,
    )


def query(
    chosen: OrderFilter | None = None,
    *,
    since: datetime = SINCE,
    until: datetime = NOW,
    acknowledged: bool | None = False,
) -> OrderQuery:
    """All new orders of November, unless told otherwise."""
    return OrderQuery(
        filter=chosen or OrderFilter(), since=since, until=until, acknowledged=acknowledged
    )


class Rig:
    """What a test of adapters over HTTP needs; its stack closes it."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.clock = StepClock()
        self.transport = HttpWriter(self.clock)
        self.pool = ThreadPool(8)
        stack.callback(self.transport.close)
        stack.callback(self.pool.close)

    def channeladvisor(self, *orders: Mapping[str, Any], **settings: Any) -> CaRig:
        """The CA twin with these orders, serving."""
        twin = ChannelAdvisorSandbox(account(*orders), ChannelAdvisorSettings(**settings))
        faulty = Faulty(twin)
        serving = self.stack.enter_context(serve(faulty, now=self.clock.now))
        return CaRig(self, twin, faulty, serving.url)

    def warehouseos(self, site: str, state: Mapping[str, Any], **settings: Any) -> WosRig:
        """The WOS twin of this site profile, serving."""
        profile = site_profile(site)
        key = SECRETS["env:WOS_KEY"]
        twin = WarehouseOSSandbox(state, profile, WarehouseOSSettings(api_key=key, **settings))
        faulty = Faulty(twin)
        serving = self.stack.enter_context(serve(faulty, now=self.clock.now))
        return WosRig(self, twin, faulty, serving.url, profile)

    def kit(self, adapter: Adapter, settings: Mapping[str, Any]) -> WriteKit:
        """A kit over this rig's sockets, within the adapter's limits."""
        throttle = Throttle(limits(settings, adapter.limits), self.clock)
        transport = LimitedWriter(self.transport, throttle)
        return write_kit(settings, transport, self.clock, self.pool)


class CaRig:
    """The CA twin behind faults, and the adapter before it."""

    def __init__(self, rig: Rig, twin: ChannelAdvisorSandbox, faulty: Faulty, url: str) -> None:
        self.rig, self.twin, self.faulty, self.url = rig, twin, faulty, url

    def settings(self, **more: Any) -> dict[str, Any]:
        return {**CA_SETTINGS, "url": self.url, **more}

    def source(self, **more: Any) -> OrderSource:
        kit: ReadKit = self.rig.kit(CHANNELADVISOR, self.settings(**more))
        assert CHANNELADVISOR.source is not None
        return CHANNELADVISOR.source(kit)

    def export(self, **more: Any) -> Operation:
        assert CHANNELADVISOR.operations is not None
        kit = self.rig.kit(CHANNELADVISOR, self.settings(**more))
        return CHANNELADVISOR.operations(kit)["export"]

    def faults(self, *rules: FaultRule) -> None:
        set_faults(self.faulty, rules)

    @property
    def asked(self) -> list[str]:
        """Method and target of every request that reached the twin."""
        return [f"{entry.method} {entry.target}" for entry in self.twin.floor.log]


class WosRig:
    """The WOS twin behind faults, and the adapter before it."""

    def __init__(
        self,
        rig: Rig,
        twin: WarehouseOSSandbox,
        faulty: Faulty,
        url: str,
        profile: Mapping[str, Any],
    ) -> None:
        self.rig, self.twin, self.faulty, self.url = rig, twin, faulty, url
        self.profile = profile

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"url": self.url, "key": "env:WOS_KEY", "profile": self.profile, **more}

    def sink(self, **more: Any) -> OrderSink:
        assert WAREHOUSEOS.sink is not None
        return WAREHOUSEOS.sink(self.rig.kit(WAREHOUSEOS, self.settings(**more)))

    def create(self, **more: Any) -> Operation:
        assert WAREHOUSEOS.operations is not None
        return WAREHOUSEOS.operations(self.rig.kit(WAREHOUSEOS, self.settings(**more)))["create"]

    def faults(self, *rules: FaultRule) -> None:
        set_faults(self.faulty, rules)

    @property
    def asked(self) -> list[str]:
        """Method and target of every request that reached the twin."""
        return [f"{entry.method} {entry.target}" for entry in self.twin.floor.log]


def set_faults(faulty: Faulty, rules: tuple[FaultRule, ...]) -> None:
    """Replaces the rules of a twin's fault proxy."""
    faulty.rules = list(rules)
    faulty._seen = [0] * len(rules)


def account(*orders: Mapping[str, Any]) -> dict[str, Any]:
    """One application on two profiles, three centers."""
    return {
        "applications": [
            {
                "id": "app-one",
                "secret": SECRETS["env:CA_SECRET"],
                "refresh": SECRETS["env:CA_REFRESH"],
                "profiles": [12000101, 12000102],
            }
        ],
        "Profiles": [{"ID": 12000101}, {"ID": 12000102}],
        "DistributionCenters": [
            {"ID": 0, "Code": "MAIN"},
            {"ID": 7, "Code": "East3PL"},
            {"ID": -2, "Code": "FBA-US"},
        ],
        "Sites": [],
        "Orders": list(orders),
    }


def raw_order(key: int, stamp: str = "2026-11-05T10:00:00Z", **members: Any) -> dict[str, Any]:
    """A raw CA order with one line that DC 0 is to send."""
    line = {"ID": key * 100, "OrderID": key, "ProductID": 7, "Sku": f"SKU-{key}", "Quantity": 2}
    item = {"ID": key * 100 + 9, "OrderItemID": key * 100, "ProductID": 7, "Quantity": 2}
    fulfillment = {
        "ID": key * 100 + 5,
        "OrderID": key,
        "DistributionCenterID": 0,
        "DeliveryStatus": "NoChange",
        "Items": [{**item, "Sku": f"SKU-{key}"}],
    }
    return {
        "ID": key,
        "ProfileID": 12000101,
        "SiteID": 640,
        "SiteName": "Amazon",
        "CheckoutStatus": "Completed",
        "PaymentStatus": "Cleared",
        "ShippingStatus": "Unshipped",
        "CreatedDateUtc": "2026-11-02T03:04:05.1234567Z",
        "UpdatedDateUtc": stamp,
        "Items": [{**line, "IsBundle": False, "BundleComponents": [], "Adjustments": []}],
        "Fulfillments": [fulfillment],
        **members,
    }
