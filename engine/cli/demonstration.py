"""The demo: a workspace from nothing, both twins, and the main job step by step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click

from engine.bootstrap import open_workspace
from engine.credentials import inherited_environment
from engine.customers import load_customer
from engine.errors import CrossdockError
from engine.sandbox.yard import Layout, Yard, open_yard
from engine.shipped import shipped


def demonstrate(layout: Layout, keep: Path | None) -> int:
    """Runs the demo and returns 0; raises CrossdockError where a step ends as it must not."""
    with _workspace(layout.customer, keep) as root:
        customer, _ = load_customer(open_workspace(root), layout.customer)
        if customer is None:
            raise CrossdockError(f"the shipped ruleset {layout.customer} is not valid")
        profile = next(s["profile"] for s in customer.settings.values() if "profile" in s)
        with open_yard(layout, profile) as yard:
            _steps(root, yard, {**inherited_environment(), **yard.environment})
    return 0


def _steps(root: Path, yard: Yard, environment: Mapping[str, str]) -> None:
    name = yard.customer
    plan = root / "first.jsonl"
    click.secho(f"A channel answers at {yard.channel}, a warehouse at {yard.warehouse}.", dim=True)
    _step(root, environment, "Is the ruleset right?", ["validate", name], 0)
    _step(root, environment, "What would be sent, and why?", ["plan", name, "--out", str(plan)], 2)
    _step(root, environment, "Send exactly that.", ["apply", str(plan)], 0)
    before = _writes(yard)
    _step(root, environment, "Again: there is nothing left to do.", ["run", name], 0)
    after = _writes(yard)
    _step(root, environment, "How does it stand?", ["status", name], 0)
    click.secho(
        f"\nWrites in the request logs of both systems: {before} by the first run, "
        f"{after - before} by the second.",
        bold=True,
    )
    if after != before:
        raise CrossdockError("the second run wrote something", "That is a fault of crossdock.")
    _next_steps(name)


def _step(
    root: Path, environment: Mapping[str, str], title: str, arguments: list[str], wanted: int
) -> None:
    """Runs one command as a user would, in a process of its own."""
    shown = " ".join(Path(word).name if word.startswith("/") else word for word in arguments)
    click.secho(f"\n== {title}", bold=True)
    click.secho(f"$ crossdock {shown}\n", fg="cyan")
    command = [sys.executable, "-m", "engine", *arguments]
    code = subprocess.run(command, cwd=root, env=dict(environment), check=False).returncode  # noqa: S603 - our own command
    if code != wanted:
        raise CrossdockError(f"crossdock {shown} ended with {code}, not {wanted}")


def _writes(yard: Yard) -> int:
    """The requests in both logs that are no GET, the token call apart."""
    return sum(
        entry["method"] != "GET" and "/oauth2/token" not in entry["target"]
        for url in (yard.channel, yard.warehouse)
        for entry in _log(url)
    )


def _log(url: str) -> list[dict[str, str]]:
    with urlopen(f"{url}/_floor/log", timeout=10) as answer:  # noqa: S310 - our own twin on loopback
        entries: list[dict[str, str]] = json.load(answer)
    return entries


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


def _next_steps(name: str) -> None:
    click.echo(
        "\nTry next:\n"
        f"  crossdock sandbox {name}      both twins, until Ctrl-C; it prints what to export\n"
        "  crossdock init acme           a ruleset of your own\n"
        "  crossdock docs orders.send    what a rule id means"
    )
