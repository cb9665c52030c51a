"""Both twins and the real command line in one process, without a socket, and an ear on the wire.

A `Spoiler` sees each answer before the engine does and may give another one.
"""

from __future__ import annotations

import copy
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from engine.adapters.world import SerialPool
from engine.bootstrap import Machine, open_workspace
from engine.cli.main import main
from engine.config.load import load_profile
from engine.ports.world import Clock, Request, Response, WriteTransport
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import Sandbox, SandboxRequest
from engine.sandbox.world.generate import generate
from tests.acceptance.floors import Floors
from tests.acceptance.town import Said, write_ruleset
from tests.acceptance.week import EVERYTHING
from tests.fakes.world import NoJitter

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAME = "northpeak"
CHANNEL, WAREHOUSE = "http://127.0.0.1:1", "http://127.0.0.1:2"
LAMP, EAST = "LAMP-01", 7
PRODUCTS = range(6300100, 6300112)
CANARIES = ("Canary Buyerson", "7 Canary Lane", "canary@example.com")
"""What a buyer is called, lives at and writes from, in every order of this house."""
SECRETS = ("sandbox-secret-northpeak", "sandbox-refresh-northpeak", "canary-site-key")
FAULT = 70
MOST_CALLS, LONGEST = 2_000, 3_600.0
"""Calls and seconds of waiting that no pass of this small house comes near."""

Spoiler = Callable[[int, Request, Response], Response]
"""(which answer of this run it is, from 0; what was asked; the right answer) -> what is heard."""


def honest(number: int, request: Request, response: Response) -> Response:
    """Spoils nothing."""
    return response


class HouseClock(Clock):
    """Stands still but for sleeps, which nobody waits for."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.slept)

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)
        assert seconds < LONGEST, "it waits without an end"


@dataclass(slots=True)
class Wire(WriteTransport):
    """Carries a request to its twin by a call, and counts the answers."""

    clock: Clock
    twins: Mapping[str, Sandbox]
    spoil: Spoiler = honest
    heard: list[tuple[Request, Response]] = field(default_factory=list)

    def get(self, request: Request) -> Response:
        return self._carried(request)

    def token(self, request: Request) -> Response:
        return self._carried(request)

    def write(self, request: Request, not_after: datetime) -> Response:
        return self._carried(request)

    def _carried(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked = SandboxRequest(
            method=request.method,
            target=request.url.removeprefix(origin),
            origin=origin,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.body or b"",
        )
        answer = self.twins[origin].handle(asked, self.clock.now())
        headers = {name.lower(): value for name, value in answer.headers.items()}
        right = Response(status=answer.status, headers=headers, body=answer.body)
        self.heard.append((request, right))
        assert len(self.heard) < MOST_CALLS, "it asks without an end"
        return self.spoil(len(self.heard) - 1, request, right)


@dataclass(slots=True, kw_only=True)
class House(Floors):
    """A workspace and two twins of its own; `said` is what the last command left."""

    root: Path
    channel: ChannelAdvisorSandbox
    warehouse: WarehouseOSSandbox
    clock: HouseClock
    wires: list[Wire] = field(default_factory=list)

    def floor(self, system: str, place: str, value: Any = None) -> Any:
        body = b"" if value is None else json.dumps(value).encode()
        method = "GET" if value is None else "POST"
        asked = SandboxRequest(method=method, target=f"/_floor/{place}", body=body)
        twin: Sandbox = self.channel if system == "channel" else self.warehouse
        answer = twin.handle(asked, self.clock.now())
        assert answer.status in (200, 204), answer.body
        return json.loads(answer.body) if answer.body else None

    def run(self, *arguments: str | Path, spoil: Spoiler = honest) -> Said:
        """Runs a command line here; its answers pass through `spoil`, counted over the run."""
        twins: Mapping[str, Sandbox] = {CHANNEL: self.channel, WAREHOUSE: self.warehouse}
        wire = Wire(self.clock, twins, spoil)
        self.wires.append(wire)
        machine = Machine(
            clock=self.clock,
            random=NoJitter(),
            pool=SerialPool(),
            reader=lambda clock: wire,
            writer=lambda clock: wire,
        )
        with pytest.MonkeyPatch.context() as patch:
            for name, value in _environment().items():
                patch.setenv(name, value)
            return said_by(self.root, *arguments, machine=machine)

    def copied(self, root: Path) -> House:
        """The same house again, in an empty folder."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        clock = HouseClock()
        clock.slept = self.clock.slept
        channel, warehouse = copy.deepcopy((self.channel, self.warehouse))
        return House(root=root, channel=channel, warehouse=warehouse, clock=clock)


def said_by(root: Path, *arguments: str | Path, machine: Machine) -> Said:
    """What a command line leaves; a `main` that does not end by itself fails the test."""
    out, err = io.StringIO(), io.StringIO()
    words = ["-C", str(root), *(str(word) for word in arguments)]
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(words, lambda start: machine)
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


def check_ended_well(said: Said) -> None:
    """The command ended by one of its own codes, and told neither a buyer nor a secret."""
    assert said.code != FAULT, fault_of(said.err)
    assert "Traceback" not in said.out + said.err
    for canary in (*CANARIES, *SECRETS):
        assert canary not in said.out + said.err, f"{canary!r} was told"


def fault_of(err: str) -> str:
    """The report of an internal fault, which the command names at the end of its line."""
    path = Path(err.rpartition("Report: ")[2].strip())
    return path.read_text(encoding="utf-8") if path.is_file() else err


def _state() -> tuple[dict[str, Any], dict[str, Any]]:
    """A small part of the world: some special orders, every product, one site."""
    world = generate(50, 1, NOW)
    profiles = (12000123, 12000124)
    ours = [one for one in world.channeladvisor["Orders"] if one["ProfileID"] in profiles][:7]
    for order in ours:
        order["ShippingFirstName"], order["ShippingAddressLine1"], order["BuyerEmailAddress"] = (
            CANARIES
        )
    products = [one for one in world.channeladvisor["Products"] if one["ID"] in PRODUCTS]
    return {**world.channeladvisor, "Orders": ours, "Products": products}, world.sites[NAME]


@cache
def house(stage: str, site: str) -> House:
    """The house to copy: `new`, or `working` after a first pass and some hours of work."""
    root = Path(tempfile.mkdtemp(prefix="crossdock-house-"))
    overlay = {**EVERYTHING, "connections": {"wos": {"profile": site}}}
    write_ruleset(root, NAME, overlay)
    profile, problems = load_profile(site, open_workspace(root))
    assert profile is not None, problems
    channel, warehouse = _state()
    built = House(
        root=root,
        channel=ChannelAdvisorSandbox(channel),
        warehouse=WarehouseOSSandbox(warehouse, profile, WarehouseOSSettings(api_key=SECRETS[2])),
        clock=HouseClock(),
    )
    if stage == "working":
        _work(built)
    return built


def _environment() -> dict[str, str]:
    return {
        "CA_URL": CHANNEL,
        "CA_APPLICATION_ID": f"app-{NAME}",
        "CA_SHARED_SECRET": SECRETS[0],
        "CA_REFRESH_TOKEN": SECRETS[1],
        "WOS_URL": WAREHOUSE,
        "WOS_API_KEY": SECRETS[2],
    }


def _work(built: House) -> None:
    """Orders are in the warehouse, some are packed, goods came and went, and an order changed."""
    first = built.run("run", NAME)
    assert first.code in (0, 5), first.err
    packed, short, *_ = [one["number"] for one in built.floor("warehouse", "state")["orders"]]
    built.batch(packed, short)
    built.pick(packed)
    built.pack(packed)
    built.label(packed, "1Z999")
    built.pick(short, {"1": 1}, finish=True)
    built.put(LAMP, 9, "MAIN")
    built.pull(LAMP, 2, "BULK", reason="DMG")
    built.count("ROPE-10", -3, "WEST")
    built.move(LAMP, 4, origin="MAIN", target="WEST")
    built.receive("P1", "MUG-01", 6)
    built.putaway("P1", "MUG-01", 6, "WEST")
    built.enter("X1", "WEST", (LAMP, 5))
    built.batch("X1")
    built.pick("X1", {"1": 3}, finish=True)
    last = built.floor("channel", "state")["Orders"][-1]["ID"]
    built.floor("channel", f"orders/{last}", {"ShippingCity": "Elsewhere"})
    built.clock.sleep(60)
