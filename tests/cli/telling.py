"""A whole story told by the commands, and where its words are kept.

Run `python -m tests.cli.telling` in the checkout to write them anew; then read the difference.
"""

from __future__ import annotations

import os
import platform
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from engine.sandbox.yard import Layout
from tests.acceptance.town import Said, Town, open_town

SAID = Path(__file__).parent / "said"
STILL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BLOCKING = {"gates": {"orders.create": {"max": 5}}}


def story(root: Path) -> Iterator[tuple[str, Said]]:
    """Every command's words, in the order of a first day."""
    north = root / "north"
    north.mkdir()
    layout = Layout(customer="northpeak")
    with open_town(north, layout, still=STILL, overlay=BLOCKING) as town:
        yield from _first_day(town)
        yield from _second_day(town)
        yield "init", town.run("init", "acme")
        yield "docs", town.run("docs", "orders.skip.local-pickup")
        yield "help", town.run("--help")
    bright = root / "bright"
    bright.mkdir()
    with refusing_town(bright) as town:
        yield from _refused(town)


def refusing_town(root: Path) -> AbstractContextManager[Town]:
    """A town whose warehouse refuses one order, of an item that nobody had asked it about."""
    unasked = {"orders": {"items": {"check": "off"}}}
    layout = Layout(customer="brightwick")
    return open_town(root, layout, still=STILL, overlay=unasked)


def _first_day(town: Town) -> Iterator[tuple[str, Said]]:
    file = town.root / "first.jsonl"
    yield "validate", town.run("validate")
    yield "status-before", town.run("status")
    yield "plan-blocked", town.run("plan", "northpeak", "--out", file)
    yield "apply-blocked", town.run("apply", file)
    yield "run-blocked", town.run("run", "northpeak")
    yield "apply-approved", town.run("apply", file, "--approve", "orders.create")
    yield "apply-again", town.run("apply", file)
    yield "run", town.run("run", "northpeak")
    yield "plan-nothing", town.run("plan", "northpeak", "--out", town.root / "second.jsonl")
    yield "status", town.run("status")
    yield "status-csv", town.run("status", "--format", "csv")


def _second_day(town: Town) -> Iterator[tuple[str, Said]]:
    """Two held orders are mended, one of them once more after the plan was made."""
    file = town.root / "third.jsonl"
    town.touch(31500138, RequestedShippingClass="Standard")
    town.touch(31500137, ShippingAddressLine1="1 Sample Way")
    yield "plan-mended", town.run("plan", "northpeak", "--out", file)
    town.touch(31500138, RequestedShippingClass="NextDay")
    yield "apply-stale", town.run("apply", file)
    yield "apply-partial", town.run("apply", file, "--partial")
    only = town.root / "only.jsonl"
    yield "plan-only", town.run("plan", "northpeak", "--only", "31500138", "--out", only)


def _refused(town: Town) -> Iterator[tuple[str, Said]]:
    """The warehouse refuses an order; a person mends the cause and says so."""
    town.floor("warehouse", "settings", {"unknown_item": "reject"})
    key = "31500111/main"
    inbox = ("inbox", "brightwick")
    yield "inbox-empty", town.run(*inbox)
    yield "run-refused", town.run("run", "brightwick")
    yield "inbox-list", town.run(*inbox)
    yield "inbox-csv", town.run(*inbox, "--format", "csv")
    yield "inbox-show", town.run(*inbox, "show", key)
    town.floor("warehouse", "items", {"number": "GHOST-9"})
    yield "inbox-retry", town.run(*inbox, "retry", key, "--reason", "item was made", "--yes")
    yield "inbox-after", town.run(*inbox)


def plain(root: Path, said: Said) -> str:
    """Exit code and both outputs, without the folder's name, this process's, and wide gaps."""
    text = f"exit {said.code}\n--- stdout\n{said.out}--- stderr\n{said.err}"
    text = text.replace(str(root), "WORKSPACE").replace(f"{platform.node()}:{os.getpid()}", "OWNER")
    return re.sub(r" {3,}", "   ", text)


def retell() -> None:
    """Writes down what is said today."""
    SAID.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, said in story(Path(folder)):
            (SAID / f"{name}.txt").write_text(plain(Path(folder), said), encoding="utf-8")


if __name__ == "__main__":
    retell()
