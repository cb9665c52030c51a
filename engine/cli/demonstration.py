"""The demo: a workspace from nothing, both twins, and the main job step by step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click

from engine.bootstrap import open_workspace
from engine.credentials import inherited_environment
from engine.customers import load_customer
from engine.errors import CrossdockError
from engine.executor.plan_file import inspect
from engine.sandbox.yard import Layout, Yard, open_yard
from engine.shipped import shipped
from engine.workspace import StoredPlan

NEXT = """
Try next:
  crossdock sandbox {name:<12} both twins, until Ctrl-C; it prints what to export
  crossdock init acme            a ruleset of your own
  crossdock docs orders.send     what a rule id means"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo plays: a workspace, what its commands find in their environment, and whether
    stdout belongs to machines (`json`): then all is told on stderr.
    """

    root: Path
    environment: Mapping[str, str]
    json: bool

    def say(self, text: str, **style: Any) -> None:
        click.secho(text, err=self.json, **style)

    def step(self, title: str, arguments: list[str], *wanted: int) -> int:
        """Runs one command as a user would, in a process of its own; returns its exit code."""
        shown = " ".join(Path(word).name if word.startswith("/") else word for word in arguments)
        self.say(f"\n== {title}", bold=True)
        self.say(f"$ crossdock {shown}\n", fg="cyan")
        code = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "engine", *arguments],
            cwd=self.root,
            env=dict(self.environment),
            stdout=sys.stderr if self.json else None,
            check=False,
        ).returncode
        if code not in wanted:
            raise CrossdockError(f"crossdock {shown} ended with {code}, not {wanted[0]}")
        return code


def demonstrate(layout: Layout, keep: Path | None, *, json: bool) -> tuple[int, int]:
    """Runs the demo; returns how many writes the first and the second run made.

    Raises CrossdockError where a step ends as it must not.
    """
    with _workspace(layout.customer, keep) as root:
        customer, _ = load_customer(open_workspace(root), layout.customer)
        if customer is None:
            raise CrossdockError(f"the shipped ruleset {layout.customer} is not valid")
        profile = next(s["profile"] for s in customer.settings.values() if "profile" in s)
        with open_yard(layout, profile) as yard:
            environment = {**inherited_environment(), **yard.environment}
            stage = Stage(root=root, environment=environment, json=json)
            return _steps(stage, yard, floor=bool(customer.ruleset.listens))


def _steps(stage: Stage, yard: Yard, *, floor: bool) -> tuple[int, int]:
    """The main job, with a day on the floor where the ruleset listens to the warehouse."""
    name = yard.customer
    plan = stage.root / "first.jsonl"
    stage.say(f"A channel answers at {yard.channel}, a warehouse at {yard.warehouse}.", dim=True)
    stage.step("Is the ruleset right?", ["validate", name], 0)
    if floor:
        _items_first(stage, name)
    stage.step("What would be sent, and why?", ["plan", name, "--out", str(plan)], 2, 4)
    stage.step("Send exactly that.", ["apply", str(plan), *_approvals(plan)], 0)
    if floor:
        _day_on_the_floor(stage, yard)
    first = _writes(yard)
    stage.step("Again: there is nothing left to do.", ["run", name], 0)
    second = _writes(yard) - first
    stage.step("How does it stand?", ["status", name], 0)
    stage.say(
        f"\nWrites in the request logs of both systems: {first} by the first run, "
        f"{second} by the second.",
        bold=True,
    )
    check_second_run(second)
    stage.say(NEXT.format(name=name))
    return first, second


def _items_first(stage: Stage, name: str) -> None:
    """An order of an item that the warehouse does not know would be held."""
    plan = stage.root / "items.jsonl"
    stage.step("First the items.", ["plan", name, "items", "--out", str(plan)], 2, 4)
    stage.step("Send exactly that.", ["apply", str(plan), *_approvals(plan)], 0)


def _day_on_the_floor(stage: Stage, yard: Yard) -> None:
    """People pick, pack and book; the channel is told."""
    name, plan = yard.customer, stage.root / "second.jsonl"
    number, put, pull = work_on_the_floor(yard.warehouse)
    stage.say(
        f"\nMeanwhile people pick {number}, pack it and label its box; they find 5 {put} "
        f"and throw away 2 {pull}.",
        dim=True,
    )
    flows = ["shipments", "stock"]
    stage.step("What must the channel be told?", ["plan", name, *flows, "--out", str(plan)], 2)
    stage.step("Send exactly that.", ["apply", str(plan)], 0)
    stage.step("Do both systems agree on what there is?", ["reconcile", name], 0)


def work_on_the_floor(warehouse: str) -> tuple[str, str, str]:
    """Picks, packs and labels the first order that is all there; books a find and a loss.

    Returns the order's number and the two items.
    """
    orders = _floor(warehouse, "state")["orders"]
    order = next(one for one in orders if one["status"] == "available")
    number, area = order["number"], order["area"]
    box = {"id": "1", "carrier": "UPS", "service": "Ground", "tracking": "1Z0000000000000001"}
    _floor(warehouse, "batch", {"numbers": [number], "name": "wave"})
    _floor(warehouse, "pick", {"number": number})
    _floor(warehouse, "pack", {"number": number, "boxes": [box]})
    _floor(warehouse, "put", {"item": "TENT-2P", "quantity": 5, "area": area})
    _floor(warehouse, "pull", {"item": "STOVE-1", "quantity": 2, "area": area, "reason": "DMG"})
    return number, "TENT-2P", "STOVE-1"


def check_second_run(writes: int) -> None:
    """Raises CrossdockError where a run that had nothing to do wrote something."""
    if writes:
        raise CrossdockError("the second run wrote something", "That is a fault of crossdock.")


def _approvals(plan: Path) -> list[str]:
    """A large world exceeds gates; who plays the demo approves them by name."""
    blocked = inspect(StoredPlan(plan))[1].blocked
    return [word for gate in blocked for word in ("--approve", gate.gate)]


def _writes(yard: Yard) -> int:
    """The requests in both logs that are no GET, the token call apart."""
    return sum(
        entry["method"] != "GET" and "/oauth2/token" not in entry["target"]
        for url in (yard.channel, yard.warehouse)
        for entry in _log(url)
    )


def _log(url: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = _floor(url, "log")
    return entries


def _floor(url: str, place: str, value: object = None) -> Any:
    """A floor control of a twin: GET without a value, else POST."""
    body = None if value is None else json.dumps(value).encode()
    asked = Request(f"{url}/_floor/{place}", data=body)  # noqa: S310 - our own twin on loopback
    with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own twin on loopback
        text = answer.read()
    return json.loads(text) if text else None


@contextmanager
def _workspace(customer: str, keep: Path | None) -> Iterator[Path]:
    """A new folder with a copy of the shipped ruleset, removed afterwards unless it is kept."""
    if keep is not None:
        _copy(customer, keep)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="crossdock-demo-") as folder:
        _copy(customer, Path(folder))
        yield Path(folder)


def _copy(customer: str, root: Path) -> None:
    target = root / "rulesets" / customer
    if target.exists():
        raise CrossdockError(f"{target} exists already", "Give --keep a new folder.")
    shutil.copytree(shipped("rulesets") / customer, target)
