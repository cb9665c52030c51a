"""A stage: both twins, the real engine and its ledger, in one process on a simulated clock."""

from __future__ import annotations

import copy
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import HTTPError

import click

from engine.adapters import names
from engine.adapters.world import SerialPool
from engine.bootstrap import Machine, open_workspace
from engine.cli.applying import run
from engine.cli.context import Session
from engine.config.load import load_profile
from engine.customers import Customer, load_customer
from engine.errors import CrossdockError
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.ports.world import Clock, Randomness
from engine.sandbox.channeladvisor import ChannelAdvisorSettings
from engine.sandbox.faults import Faulty
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import SandboxRequest
from engine.sandbox.world.generate import SMALLEST, generate
from engine.sandbox.world.model import World
from engine.workspace import Workspace
from tests.acceptance.floors import Floors, shelf_levels
from tests.acceptance.oracle import States
from tests.acceptance.town import write_ruleset
from tests.acceptance.week import CUSTOMER, LINKS, MONDAY, PROFILE
from tests.simulation.clock import SimClock
from tests.simulation.life import Death, Life
from tests.simulation.memory import lay_ledger, mortal_ledger
from tests.simulation.scenes import Scene
from tests.simulation.watched import WatchedChannel
from tests.simulation.wire import Net, SimTransport

CHANNEL, WAREHOUSE = "channel", "warehouse"
PAGES = {"Orders": 3, "others": 20}
"""Small enough that a few orders are more than a page."""
KILLED = -9
ACQUIRED = "after:commit acquire"
"""The boundary behind which a process has the lease."""
ENVIRONMENT = {
    "CA_URL": f"http://{CHANNEL}",
    "CA_APPLICATION_ID": f"app-{CUSTOMER}",
    "CA_SHARED_SECRET": f"sandbox-secret-{CUSTOMER}",
    "CA_REFRESH_TOKEN": f"sandbox-refresh-{CUSTOMER}",
    "WOS_URL": f"http://{WAREHOUSE}",
    "WOS_API_KEY": WarehouseOSSettings().api_key,
}


class NoJitter(Randomness):
    """Always the middle."""

    def fraction(self) -> float:
        return 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SimSession(Session):
    """The command line's own session, with a ruleset that was read before."""

    opened: Customer
    fresh: Callable[[], Machine]
    known: Workspace

    def workspace(self) -> Workspace:
        return self.known

    def customer(self, name: str) -> Customer:
        return self.opened

    def names(self, name: str | None) -> list[str]:
        return [CUSTOMER]

    def machine(self, customer: Customer) -> Machine:
        return self.fresh()

    def now(self) -> datetime:
        return self.fresh().clock.now()


@dataclass(slots=True, kw_only=True)
class Stage(Floors):
    """Where a story is played. `said` is what the last command printed; `lives` are its processes,
    oldest first; `asked` is what people did on the floors, `printed` all that was ever said, and
    `strays` are the writes of processes whose lease another one had by then.
    """

    root: Path
    workspace: Workspace
    scene: Scene
    customer: Customer
    clock: SimClock
    net: Net
    channel: WatchedChannel
    warehouse: WarehouseOSSandbox
    lives: list[Life] = field(default_factory=list)
    said: str = ""
    printed: str = ""
    strays: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def change_rules(self) -> None:
        """From now on the ruleset is what it becomes in this scene."""
        self.customer = _read(self.scene).then

    def run(self, *flows: str, life: Life | None = None) -> int:
        """`crossdock run`; its exit code, or KILLED."""
        return self.command(run, CUSTOMER, *flows, life=life)

    def command(self, command: click.Command, *words: str, life: Life | None = None) -> int:
        """Any command, in a process of its own: its exit code, or KILLED."""
        mortal = life or Life()
        self.lives.append(mortal)
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = self._call(command, words, mortal)
        self.said = out.getvalue()
        self.printed += self.said
        return code

    def _call(self, command: click.Command, words: tuple[str, ...], life: Life) -> int:
        session = SimSession(
            root=self.root,
            opened=self.customer,
            fresh=lambda: self._machine(life),
            known=self.workspace,
        )
        try:
            code = command.main(list(words), obj=session, standalone_mode=False)
        except Death:
            return KILLED
        except CrossdockError as error:
            click.echo(f"{error.summary}\n  {error.advice}", err=True)
            return error.exit_code
        return code if isinstance(code, int) else 0

    def _machine(self, life: Life) -> Machine:
        def transport(clock: Clock) -> SimTransport:
            return SimTransport(self.net, clock, life, self._look_at)

        return Machine(
            clock=self.clock,
            random=NoJitter(),
            pool=SerialPool(),
            reader=transport,
            writer=transport,
            ledger=mortal_ledger(life),
        )

    def _look_at(self, life: Life, request: str) -> None:
        """Told of each write that leaves: one of a process whose lease another has taken since."""
        holder = next((one for one in reversed(self.lives) if ACQUIRED in one.passed), life)
        if holder is not life:
            self.strays.append(request)

    def floor(self, system: str, place: str, value: Any = None) -> Any:
        """A floor control, asked for directly; raises HTTPError as the served one does."""
        request = SandboxRequest(
            method="GET" if value is None else "POST",
            target=f"/_floor/{place}",
            body=b"" if value is None else json.dumps(value).encode(),
        )
        if value is not None:
            self.asked.append(f"{place} {_short(value)}")
        answer = self.net.twins[system].handle(request, self.clock.true)
        if answer.status >= 400:
            text = answer.body.decode()
            raise HTTPError(request.target, answer.status, text, None, None)
        return json.loads(answer.body) if answer.body else None

    def wait(self, delay: timedelta) -> None:
        self.clock.sleep(delay.total_seconds())

    def states(self) -> States:
        """Both systems as they are now."""
        return States(
            channel=self.floor(CHANNEL, "state"), warehouse=self.floor(WAREHOUSE, "state")
        )

    @contextmanager
    def ledger(self) -> Iterator[SqlReader]:
        """The memory, to look into."""
        opened = open_reader(f"sqlite:///{self.root}/.crossdock/ledger.db", CUSTOMER)
        assert isinstance(opened, SqlReader)
        with closing(opened):
            yield opened


def _short(value: Any) -> str:
    """What was asked, without what says nothing."""
    shown = {name: one for name, one in value.items() if name in _TELLING and one is not None}
    return json.dumps(shown, separators=(",", ":"))


_TELLING = frozenset(
    "ID Items order line quantity fulfillment dc number lines boxes item area fromArea toArea "
    "difference reason finish box name".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A scene, read: the customer, what it becomes, and the site profile as the twin takes it."""

    customer: Customer
    then: Customer
    profile: Mapping[str, Any]


@cache
def _read(scene: Scene) -> Script:
    """Compiles a scene's rulesets."""
    os.environ.update(ENVIRONMENT)
    root = Path(mkdtemp(prefix="crossdock-scene-"))
    profile, trouble = load_profile(scene.site, open_workspace(root))
    assert profile is not None, trouble
    first = _compiled(root / "first", scene.rules)
    then = _compiled(root / "then", scene.rules_then) if scene.then else first
    return Script(customer=first, then=then, profile=profile)


def _compiled(root: Path, rules: Mapping[str, Any]) -> Customer:
    write_ruleset(root, CUSTOMER, rules)
    customer, problems = load_customer(open_workspace(root), CUSTOMER)
    assert customer is not None, problems
    return customer


@cache
def _world() -> World:
    return generate(SMALLEST, 1, MONDAY)


def _stock_up(channel: Mapping[str, Any], warehouse: Mapping[str, Any]) -> None:
    """What lies in the linked areas can be sold, all of it: nobody has ordered."""
    there: Counter[tuple[str, int]] = Counter()
    for (item, area), units in shelf_levels(warehouse).items():
        if area in LINKS:
            there[item, LINKS[area]] += units
    for product in channel["Products"]:
        for row in product["DCQuantities"] if product["ProfileID"] == PROFILE else ():
            place = product["Sku"], row["DistributionCenterID"]
            row["AvailableQuantity"] = there.get(place, row["AvailableQuantity"])


def open_stage(root: Path, scene: Scene | None = None) -> Stage:
    """A fresh stage in an empty folder: products and shelves are seeded, and nobody has ordered."""
    wanted = scene or Scene()
    script = _read(wanted)
    lay_ledger(root)
    world = _world()
    state = {**copy.deepcopy(world.channeladvisor), "Orders": []}
    _stock_up(state, world.sites[CUSTOMER])
    channel = WatchedChannel(
        state,
        ChannelAdvisorSettings(
            per_minute=None, adjust_nets=False, clamp_at_zero=False, page_sizes=PAGES
        ),
    )
    warehouse = WarehouseOSSandbox(
        copy.deepcopy(world.sites[CUSTOMER]),
        script.profile,
        WarehouseOSSettings(enforce_unique=wanted.unique),
    )
    clock = SimClock(MONDAY)
    net = Net(clock=clock, twins={CHANNEL: Faulty(channel), WAREHOUSE: Faulty(warehouse)})
    return Stage(
        root=root,
        workspace=Workspace(root, names()),
        scene=wanted,
        customer=script.customer,
        clock=clock,
        net=net,
        channel=channel,
        warehouse=warehouse,
    )
