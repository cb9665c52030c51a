"""The composition root: which real thing fills which port. It decides nothing else.

A plan is composed here from readers alone; only `open_bench` knows a transport that can write.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from engine.adapters import find, names
from engine.adapters.http import HttpReader, HttpWriter
from engine.adapters.world import SystemClock, SystemRandomness, ThreadPool
from engine.compiler.orders import CompiledOrders, Surroundings, compile_orders
from engine.config.load import load, load_profile
from engine.credentials import resolve, resolve_text
from engine.diagnostics import Diagnostic, has_errors
from engine.errors import ConfigurationError
from engine.executor.bench import Bench, Tenure
from engine.executor.planning import Desk
from engine.executor.staleness import Eyes
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.sql_ledger import SqlLedger
from engine.model.ruleset import Connection, Ruleset
from engine.ports.ledger import LedgerReader
from engine.ports.systems import Adapter, ReadKit, WriteKit
from engine.ports.world import Clock, Randomness, ReadTransport, WorkerPool, WriteTransport
from engine.workspace import Workspace

LEASE = timedelta(seconds=60)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """This machine behind the ports; a test composes its own."""

    clock: Clock
    random: Randomness
    pool: WorkerPool
    reader: Callable[[Clock], ReadTransport] = HttpReader
    writer: Callable[[Clock], WriteTransport] = HttpWriter
    ledger: Callable[..., SqlLedger] = open_ledger
    lease: timedelta = LEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer whose ruleset holds: its rules, and its systems' adapters and settings."""

    ruleset: Ruleset
    compiled: CompiledOrders
    adapters: Mapping[str, Adapter]
    settings: Mapping[str, Mapping[str, Any]]


def real_machine(start: datetime | None = None) -> Machine:
    """The machine that the command line runs on; `start` shifts its clock for a rehearsal."""
    return Machine(clock=SystemClock(start), random=SystemRandomness(), pool=ThreadPool(5))


def open_workspace(root: Any) -> Workspace:
    """The workspace in this folder."""
    return Workspace(root, names())


def load_customer(workspace: Workspace, name: str) -> tuple[Customer | None, list[Diagnostic]]:
    """Reads, validates and compiles a ruleset; None when anything in it is an error."""
    ruleset, diagnostics = load(name, workspace)
    if ruleset is None or ruleset.orders is None:
        return None, diagnostics
    adapters = {key: find(one.adapter) for key, one in ruleset.connections.items()}
    settings = {}
    for key, connection in ruleset.connections.items():
        settings[key], problems = _settings(connection, workspace)
        diagnostics = diagnostics + problems
    compiled, problems = compile_orders(ruleset, _surroundings(ruleset, adapters, settings))
    diagnostics = diagnostics + problems
    if compiled is None or has_errors(diagnostics):
        return None, diagnostics
    customer = Customer(ruleset=ruleset, compiled=compiled, adapters=adapters, settings=settings)
    return customer, diagnostics


def _settings(
    connection: Connection, workspace: Workspace
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """A connection's settings with its site profile loaded in the place of its name."""
    settings = dict(connection.settings)
    name = settings.get("profile")
    if not isinstance(name, str):
        return settings, []
    profile, problems = load_profile(name, workspace)
    return {**settings, "profile": profile or {}}, problems


def _surroundings(
    ruleset: Ruleset, adapters: Mapping[str, Adapter], settings: Mapping[str, Mapping[str, Any]]
) -> Surroundings:
    orders = ruleset.orders
    if orders is None:
        return Surroundings()
    targets = adapters[orders.sink].targets
    return Surroundings(
        buyer_members=adapters[orders.source].buyer_members,
        targets=targets(settings[orders.sink]) if targets else None,
        letter_case=settings[orders.source].get("letter-case", "exact"),
    )


@contextmanager
def open_desk(customer: Customer, machine: Machine, workspace: Workspace) -> Iterator[Desk]:
    """Everything that planning needs; nothing in it can write."""
    with (
        closing(open_reader(workspace.ledger_url(), customer.ruleset.customer)) as ledger,
        _kept(machine.reader(machine.clock)) as transport,
    ):
        yield _desk_over(customer, machine, ledger, transport)


@contextmanager
def _kept(transport: T) -> Iterator[T]:
    """A transport whose kept connections end with the work; a test's own has none."""
    try:
        yield transport
    finally:
        if isinstance(transport, HttpReader):
            transport.close()


def _desk_over(
    customer: Customer, machine: Machine, ledger: LedgerReader, transport: ReadTransport
) -> Desk:
    """A desk over a memory that is already open."""
    rules = customer.compiled.rules
    source = customer.adapters[rules.source].source
    sink = customer.adapters[rules.sink].sink
    if source is None or sink is None:
        wrong = rules.source if source is None else rules.sink
        adapter = customer.ruleset.connections[wrong].adapter
        raise ConfigurationError(
            f'connection "{wrong}" cannot be used this way round by orders',
            f"The adapter {adapter} does not offer that side; change orders.from or orders.to.",
        )
    return Desk(
        ruleset=customer.ruleset,
        compiled=customer.compiled,
        source=source(_kit(customer, machine, rules.source, transport)),
        sink=sink(_kit(customer, machine, rules.sink, transport)),
        ledger=ledger,
        clock=machine.clock,
    )


def _kit(customer: Customer, machine: Machine, name: str, transport: ReadTransport) -> ReadKit:
    return ReadKit(
        connection=name,
        settings=customer.settings[name],
        secret=resolve,
        transport=transport,
        clock=machine.clock,
        random=machine.random,
        pool=machine.pool,
    )


@contextmanager
def open_bench(
    customer: Customer, machine: Machine, workspace: Workspace
) -> Iterator[tuple[Bench, Eyes, Desk]]:
    """Everything that applying needs, under this process's lease; raises LeaseHeldError."""
    name = customer.ruleset.customer
    owner = f"{platform.node()}:{os.getpid()}"
    with (
        closing(machine.ledger(workspace.ledger_url(), name, owner=owner)) as ledger,
        _kept(machine.reader(machine.clock)) as reader,
        _kept(machine.writer(machine.clock)) as writer,
    ):
        lease = ledger.acquire(name, owner, machine.clock.now(), machine.lease)
        tenure = Tenure(ledger, machine.clock, lease, machine.lease)
        try:
            desk = _desk_over(customer, machine, ledger, reader)
            bench = Bench(
                customer=name,
                ledger=ledger,
                operations=_operations(customer, machine, writer),
                clock=machine.clock,
                random=machine.random,
                tenure=tenure,
            )
            yield bench, eyes_of(desk), desk
        finally:
            ledger.release(tenure.lease)


def eyes_of(desk: Desk) -> Eyes:
    """What re-reading a plan's ground needs, out of a desk."""
    return Eyes(compiled=desk.compiled, source=desk.source, sink=desk.sink, ledger=desk.ledger)


def _operations(customer: Customer, machine: Machine, transport: WriteTransport) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name, adapter in customer.adapters.items():
        if adapter.operations is not None:
            read = _kit(customer, machine, name, transport)
            kit = WriteKit(
                connection=read.connection,
                settings=read.settings,
                secret=read.secret,
                transport=transport,
                clock=read.clock,
                random=read.random,
                pool=read.pool,
            )
            operations[name] = adapter.operations(kit)
    return operations


def on_loopback(customer: Customer) -> bool:
    """Whether every connection of a customer that has a URL is on this machine."""
    urls = [one["url"] for one in customer.settings.values() if "url" in one]
    hosts = [resolve_text(url).partition("://")[2].partition("/")[0] for url in urls]
    names_of_loopback = {"127.0.0.1", "localhost", "[::1]"}
    return all(host.rsplit(":", 1)[0] in names_of_loopback for host in hosts)
