"""The table of effects on the protocol page, and the operations that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.adapters import find
from engine.ports.systems import Operation, Secret, WriteKit
from engine.ports.world import Clock, WorkerPool, WriteTransport
from tests.adapters.rig import CA_SETTINGS, site_profile
from tests.docs.pages import ROOT
from tests.fakes.world import NoJitter

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text("utf-8")
HEAD = "| operation | does | key |"
A = TypeVar("A")
B = TypeVar("B")
HOST = "http://system.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation as the page tells it."""

    operation: str
    key: str
    marker: str
    happened: str
    neither: str
    again: str

    def repeats(self, *, unique: bool) -> bool:
        """Whether it is sent again at once, on a site that promises unique numbers or does not."""
        return self.again.startswith("yes") or (self.again.startswith("if") and unique)

    @property
    def is_read_back(self) -> bool:
        """Whether anything can be found of it."""
        return self.happened != "an answer alone"


def table(head: str) -> Iterator[list[str]]:
    """The cells of each row of the table that begins like this."""
    _, found, rest = PROTOCOL.partition(head)
    assert found, f"the page has no table {head}"
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def rows() -> dict[str, Row]:
    """Operation -> its row."""
    found = {}
    for name, _, key, _, marker, happened, _, neither, again in table(HEAD):
        row = Row(
            operation=name.strip("`"),
            key=key,
            marker=marker,
            happened=happened,
            neither=neither,
            again=again,
        )
        found[row.operation] = row
    return found


def patterns(row: Row) -> set[str]:
    """The row's keys with every name in braces left out."""
    return {re.sub(r"\{[^}]*\}", "{}", key) for key in re.findall(r"`([^`]+)`", row.key)}


class InTurn(WorkerPool):
    """Does one thing after the other."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        return map(work, items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """How one kind of system is written to; `unique` is its promise about numbers."""

    name: str
    adapter: str
    unique: bool
    site: str = ""


SPEAKERS = (
    Speaker(name="channel", adapter="channeladvisor", unique=False),
    Speaker(name="warehouse", adapter="warehouseos", unique=True, site="wos-assumed"),
    Speaker(name="ledgerline", adapter="warehouseos", unique=False, site="wos-ledgerline"),
    Speaker(name="files", adapter="files", unique=True),
)


def operations(
    speaker: Speaker, transport: WriteTransport, clock: Clock, folder: Path
) -> Mapping[str, Operation]:
    """What its adapter offers, over this transport."""
    settings = {
        "channeladvisor": {**CA_SETTINGS, "url": HOST},
        "warehouseos": {"url": HOST, "key": "env:WOS_KEY"},
        "files": {"write": "out.jsonl", "workspace": str(folder)},
    }[speaker.adapter]
    profile = {"profile": site_profile(speaker.site)} if speaker.site else {}
    kit = WriteKit(
        connection="mine",
        settings={**settings, **profile},
        secret=lambda reference: Secret(f"canary of {reference}"),
        transport=transport,
        clock=clock,
        random=NoJitter(),
        pool=InTurn(),
    )
    offered = find(speaker.adapter).operations
    assert offered is not None
    return offered(kit)
