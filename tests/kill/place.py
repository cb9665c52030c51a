"""Both twins in this process, a workspace on disk, and what they look like in the end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.bootstrap import open_workspace
from engine.config.load import load_profile
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.model.effect import EffectState
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.faults import FaultRule, Faulty
from engine.sandbox.server import serve
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.world.generate import SMALLEST, generate
from engine.sandbox.world.model import World
from engine.shipped import shipped
from tests.kill.clock import SharedClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LEASE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A customer, and whether its warehouse refuses a number that it has."""

    customer: str
    profile: str
    unique: bool


OTHER_FLOWS = re.compile(r"items:|shipments:|stock:|  changes:")
"""The sections of a ruleset that turn on what is not the flow of orders."""
NORTHPEAK = Site(customer="northpeak", profile="wos-assumed", unique=True)
TIDEWATER = Site(customer="tidewater", profile="wos-ledgerline", unique=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: exactly one of `code`, `killed` and `stopped`; and what it printed."""

    pid: int
    said: str
    code: int | None = None
    killed: int | None = None
    stopped: int | None = None


class Driver:
    """The process that forks the engine's processes; see tests/kill/driver.py."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, errand: Mapping[str, Any], out: Path) -> Ended:
        """Runs a child until it ends or stops."""
        return self._exchange(errand, out)

    def _exchange(self, errand: Mapping[str, Any], out: Path | None) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(errand) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ended(said=out.read_text(encoding="utf-8") if out else "", **answer)

    def go_on(self, pid: int) -> Ended:
        """Wakes a stopped child and waits for its end; what it prints goes where it went before."""
        return self._exchange({"go-on": pid}, None)

    def close(self) -> None:
        """Ends it, with every child that is still stopped."""
        self._process.communicate(timeout=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One customer's world: call `run`, `plan` and `apply`, then look at `end`."""

    site: Site
    root: Path
    clock: SharedClock
    driver: Driver
    world: World
    channel: ChannelAdvisorSandbox
    warehouse: WarehouseOSSandbox
    channel_faults: Faulty
    warehouse_faults: Faulty
    environment: Mapping[str, str]

    def run(self, point: str = "", **more: Any) -> Ended:
        """`crossdock run`, trapped at a point."""
        return self.call(["run", self.site.customer], point, **more)

    def plan(self, *arguments: str) -> Path:
        """`crossdock plan`; returns the file."""
        path = self.root / "plan.jsonl"
        ended = self.call(["plan", self.site.customer, "--out", str(path), *arguments])
        assert ended.code == 2, ended.said
        return path

    def apply(self, path: Path, point: str = "", **more: Any) -> Ended:
        """`crossdock apply`, trapped at a point."""
        return self.call(["apply", str(path)], point, **more)

    def call(
        self,
        arguments: list[str],
        point: str = "",
        *,
        nth: int = 1,
        number: int = signal.SIGKILL,
        lease: float = 0.0,
    ) -> Ended:
        """Runs a command until it ends, is killed, or is stopped."""
        out = self.root / f"{len(list(self.root.glob('*.out')))}.out"
        errand = {
            "arguments": arguments,
            "root": str(self.root),
            "clock": str(self.root / "clock"),
            "environment": dict(self.environment),
            "trap": {"point": point, "nth": nth, "signal": int(number)},
            "lease": lease,
            "out": str(out),
        }
        return self.driver.ask(errand, out)

    def wait(self, delay: timedelta) -> None:
        """Lets time pass for everybody."""
        self.clock.set(self.clock.now() + delay)

    def spoil(self, channel: list[FaultRule], warehouse: list[FaultRule]) -> None:
        """Sets the faults of both twins."""
        for twin, rules in ((self.channel_faults, channel), (self.warehouse_faults, warehouse)):
            twin.rules = rules
            twin._seen = [0] * len(rules)

    def ledger(self) -> closing[SqlReader]:
        """The memory, to look into."""
        opened = open_reader(f"sqlite:///{self.root}/.crossdock/ledger.db", self.site.customer)
        assert isinstance(opened, SqlReader)
        return closing(opened)

    def writes(self) -> list[str]:
        """Every write that reached a twin, the token call apart."""
        log = [*self.channel.floor.log, *self.warehouse.floor.log]
        told = (f"{entry.method} {entry.target.partition('?')[0]}" for entry in log)
        return [line for line in told if not line.startswith("GET") and "oauth2" not in line]

    def stored(self) -> list[tuple[Any, ...]]:
        """Every order of the warehouse, two of one number twice."""
        return sorted(
            (o.number, o.area, o.status, sorted((n.host_id, n.item, n.quantity) for n in o.lines))
            for o in self.warehouse.store.orders()
        )

    def flagged(self) -> list[int]:
        """The orders that are marked as exported."""
        return sorted(self.channel.store.exported(f"app-{self.site.customer}"))

    def end(self) -> dict[str, Any]:
        """What must be the same, however often it was interrupted."""
        with self.ledger() as ledger:
            orders = [str(row["ID"]) for row in self.channel.store.state()["Orders"]]
            bound = ledger.bindings(orders)
            cursor = ledger.cursor("orders")
            return {
                "stored": self.stored(),
                "flagged": self.flagged(),
                "bound": {key: [(b.part, b.number) for b in parts] for key, parts in bound.items()},
                "effects": {s: n for s, n in ledger.counts().items() if n},
                "unfinished": [row.intent.key for row in ledger.unfinished()],
                "holds": sorted((hold.part, hold.rule) for hold in ledger.holds()),
                "inbox": sorted((item.business_key, item.kind) for item in ledger.inbox()),
                "watermark": cursor.watermark if cursor else None,
            }

    def states(self) -> dict[EffectState, int]:
        """How many effects there are in each state that occurs."""
        with self.ledger() as ledger:
            return {EffectState(state): n for state, n in ledger.counts().items() if n}


def _write_rules(customer: str, folder: Path) -> None:
    """The shipped ruleset of a customer, with the flow of orders alone."""
    text = (shipped("rulesets") / customer / "ruleset.yaml").read_text(encoding="utf-8")
    kept: list[str] = []
    depth: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            continue
        depth = indent if OTHER_FLOWS.match(line) else None
        if depth is None:
            kept.append(line.replace("ca-to-wos/full", "ca-to-wos/standard"))
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")


@contextmanager
def open_place(site: Site, root: Path, driver: Driver) -> Iterator[Place]:
    """A seeded world at noon, served on loopback; the clock stands until somebody sleeps."""
    clock = SharedClock(root / "clock")
    clock.set(NOON)
    _write_rules(site.customer, root / "rulesets" / site.customer)
    world = generate(SMALLEST, 1, NOON)
    channel = ChannelAdvisorSandbox(world.channeladvisor, ChannelAdvisorSettings())
    settings = WarehouseOSSettings(enforce_unique=site.unique)
    warehouse = WarehouseOSSandbox(world.sites[site.customer], profile(site.profile), settings)
    left, right = Faulty(channel), Faulty(warehouse)
    with serve(left, now=clock.now) as ca, serve(right, now=clock.now) as wos:
        yield Place(
            site=site,
            root=root,
            clock=clock,
            driver=driver,
            world=world,
            channel=channel,
            warehouse=warehouse,
            channel_faults=left,
            warehouse_faults=right,
            environment={
                "CA_URL": ca.url,
                "CA_APPLICATION_ID": f"app-{site.customer}",
                "CA_SHARED_SECRET": f"sandbox-secret-{site.customer}",
                "CA_REFRESH_TOKEN": f"sandbox-refresh-{site.customer}",
                "WOS_URL": wos.url,
                "WOS_API_KEY": settings.api_key,
            },
        )


def profile(name: str) -> Any:
    """A shipped site profile as the sandbox takes it."""
    loaded, problems = load_profile(name, open_workspace(Path()))
    assert not problems
    return loaded
