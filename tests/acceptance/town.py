"""A town: a workspace, both twins over real HTTP, and the real command line in this process."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from engine.adapters.world import SystemClock, SystemRandomness, ThreadPool
from engine.bootstrap import Machine, open_workspace, real_machine
from engine.cli.context import Machines
from engine.cli.main import main
from engine.config.load import load_profile
from engine.sandbox.server import real_now
from engine.sandbox.world.customers import CUSTOMERS
from engine.sandbox.yard import Layout, Yard, open_yard
from engine.shipped import shipped
from tests.acceptance.floors import Floors
from tests.security.leaks import leaks_in_text

SITE_PROFILES = ("wos-assumed", "wos-ledgerline")
ANSWERS = 30.0


class SteppedClock(SystemClock):
    """The machine's clock, or one that stands at `still`; who sleeps moves it on, nobody waits."""

    def __init__(self, still: datetime | None = None) -> None:
        super().__init__()
        self._still = still
        self.slept = 0.0

    def now(self) -> datetime:
        return (self._still or super().now()) + timedelta(seconds=self.slept)

    def monotonic(self) -> float:
        return (0.0 if self._still else super().monotonic()) + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def crossdock(root: Path, *arguments: str | Path, machines: Machines = real_machine) -> Said:
    """Runs one command line in this process, in that workspace, on such a machine."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["-C", str(root), *(str(word) for word in arguments)], machines)
    code = ended.value.code
    assert isinstance(code, int)
    leaks = leaks_in_text(out.getvalue() + err.getvalue(), f"what {arguments[:1]} printed")
    assert list(map(str, leaks)) == []
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Floors):
    """A workspace beside running twins; `clock` is the engine's."""

    root: Path
    name: str
    yard: Yard
    clock: SteppedClock

    def run(self, *arguments: str | Path) -> Said:
        return self.run_on(machine_on(self.clock), *arguments)

    def run_on(self, machine: Machine, *arguments: str | Path) -> Said:
        """Runs a command on a machine of the test's own."""
        return crossdock(self.root, *arguments, machines=lambda start: machine)

    def plan(self, *options: str) -> tuple[Said, Path]:
        """Plans into a file of its own."""
        path = self.root / "made" / "plan.jsonl"
        return self.run("plan", self.name, "--out", path, *options), path

    def floor(self, system: str, place: str, value: Any = None) -> Any:
        """A floor control of `channel` or `warehouse`: GET without a value, else POST."""
        url = f"{getattr(self.yard, system)}/_floor/{place}"
        body = None if value is None else json.dumps(value).encode()
        with urlopen(Request(url, data=body), timeout=ANSWERS) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def at(self, moment: datetime) -> None:
        """It becomes this time for everybody, or stays what it is where that is later."""
        self.clock.sleep((moment - self.clock.now()).total_seconds())
        for system in ("channel", "warehouse"):
            self.floor(system, "clock", {"now": self.clock.now().isoformat()})

    def faults(self, system: str, *rules: Mapping[str, Any]) -> None:
        self.floor(system, "faults", list(rules))

    def struck(self, system: str) -> int:
        """How many requests matched the fault rules of a system."""
        return sum(rule["seen"] for rule in self.floor(system, "faults"))

    def log(self) -> list[dict[str, Any]]:
        """Every request that reached a twin."""
        return [*self.floor("channel", "log"), *self.floor("warehouse", "log")]

    def writes(self) -> list[str]:
        """The requests in both logs that are no GET, the token call apart."""
        return [
            f"{entry['method']} {entry['target']}"
            for entry in self.log()
            if entry["method"] != "GET" and "/oauth2/token" not in entry["target"]
        ]

    def stored(self) -> list[dict[str, Any]]:
        """The orders in the warehouse, under our words."""
        orders: list[dict[str, Any]] = self.floor("warehouse", "state")["orders"]
        return orders

    def exported(self) -> set[int]:
        """The orders with this application's export flag."""
        application = self.yard.environment["CA_APPLICATION_ID"]
        return {
            order["ID"]
            for order in self.floor("channel", "state")["Orders"]
            if any(one["ApplicationID"] == application for one in order["Exports"])
        }

    def touch(self, order: int, **members: Any) -> None:
        """Somebody edits an order in the channel."""
        self.floor("channel", f"orders/{order}", members or {"PrivateNotes": "looked at"})


def write_ruleset(root: Path, name: str, overlay: Mapping[str, Any]) -> None:
    """The shipped ruleset of a customer as a base, and a ruleset that lays `overlay` over it.

    Only the flow of orders is on, but for the sections that the overlay has itself.
    """
    base = root / "mappings" / "town" / f"{name}.yaml"
    base.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(shipped("rulesets") / name / "ruleset.yaml", base)
    own = root / "rulesets" / name / "ruleset.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    quiet = orders_alone(base.read_text(encoding="utf-8"), overlay)
    own.write_text(json.dumps({"extends": f"town/{name}", **quiet}), encoding="utf-8")


def orders_alone(shipped_text: str, overlay: Mapping[str, Any]) -> dict[str, Any]:
    """The overlay, taking out every other flow's section that a shipped ruleset has."""
    if "extends: ca-to-wos/full" not in shipped_text:
        return dict(overlay)
    others = dict.fromkeys(("items", "shipments", "stock"))
    return {**others, **overlay, "orders": {"changes": None, **overlay.get("orders", {})}}


def site_of(name: str) -> str:
    """The site profile that a customer's own ruleset names."""
    return next(one.site_profile for one in CUSTOMERS if one.name == name)


def machine_on(clock: SteppedClock) -> Machine:
    return Machine(clock=clock, random=SystemRandomness(), pool=ThreadPool(5))


@contextmanager
def open_town(
    root: Path,
    layout: Layout,
    *,
    site: str | None = None,
    overlay: Mapping[str, Any] | None = None,
    still: datetime | None = None,
) -> Iterator[Town]:
    """Opens a town in an empty folder; `site` replaces the customer's own site profile.

    Everybody's clock stands at `still`, if it is given: then everything that is said is the same.
    """
    name = layout.customer
    asked = dict(overlay or {})
    connections = dict(asked.pop("connections", {}))
    if site is not None:
        connections["wos"] = {**connections.get("wos", {}), "profile": site}
    write_ruleset(root, name, {**asked, **({"connections": connections} if connections else {})})
    profile, problems = load_profile(site or site_of(name), open_workspace(root))
    assert profile is not None, problems
    clock = SteppedClock(still)
    twins_now = real_now if still is None else lambda: still
    with open_yard(layout, profile, twins_now) as yard, pytest.MonkeyPatch.context() as patch:
        for member, value in yard.environment.items():
            patch.setenv(member, value)
        yield Town(root=root, name=name, yard=yard, clock=clock)


def approvals(said: Said) -> Sequence[str]:
    """`--approve GATE` for every gate that blocks a plan that was shown as JSON."""
    return [word for gate in said.lines[-1]["blocked"] for word in ("--approve", gate["gate"])]
