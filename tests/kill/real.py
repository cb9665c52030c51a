"""A moment of a simulated day, gone on with by real processes over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from engine.sandbox.faults import Faulty
from engine.sandbox.server import serve
from tests.acceptance.town import write_ruleset
from tests.acceptance.week import CUSTOMER
from tests.crash.matrix import Act
from tests.kill.clock import SharedClock
from tests.kill.place import Driver, Ended
from tests.simulation.stage import ENVIRONMENT, Stage

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """Call `run`; `stage` has the twins and the ledger, to look at."""

    stage: Stage
    clock: SharedClock
    driver: Driver
    environment: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def run(self, boundary: str = "", nth: int = 1) -> Ended:
        """`crossdock run` in a process that dies at the boundary's occurrence of that number."""
        root = self.stage.root
        errand = {
            "arguments": ["run", CUSTOMER],
            "root": str(root),
            "clock": str(root / "clock"),
            "environment": dict(self.environment),
            "trap": {},
            "lease": LEASE.total_seconds(),
            "out": str(root / f"{len(self.said)}.out"),
            "boundary": boundary,
            "nth": nth,
        }
        ended = self.driver.ask(errand, Path(errand["out"]))
        self.said.append(ended.said)
        return ended

    def at(self, moment: datetime) -> None:
        """It becomes this time for everybody."""
        self.clock.set(moment)


@contextmanager
def real(act: Act, site: str, rules: str, driver: Driver) -> Iterator[Real]:
    """The world as it is before an act, served on loopback."""
    with act.before.again() as stage:
        overlay = {**json.loads(rules), "connections": {"wos": {"profile": site}}}
        write_ruleset(stage.root, CUSTOMER, overlay)
        clock = SharedClock(stage.root / "clock")
        clock.set(act.before.at)
        with (
            serve(Faulty(stage.channel), now=clock.now) as channel,
            serve(Faulty(stage.warehouse), now=clock.now) as warehouse,
        ):
            addresses = {"CA_URL": channel.url, "WOS_URL": warehouse.url}
            yield Real(
                stage=stage,
                clock=clock,
                driver=driver,
                environment={**ENVIRONMENT, **addresses},
            )
