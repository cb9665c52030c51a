"""The composition root: which real thing fills which port. It decides nothing else.

A plan is composed here from readers alone; only `open_bench` knows a transport that can write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from engine.adapters import names
from engine.adapters.budgets import memory_budget, shared_budget
from engine.adapters.http import HttpReader, HttpWriter
from engine.adapters.limits import LimitedReader, LimitedWriter, Throttle, Tools, throttle_of
from engine.adapters.spill import DiskSpill
from engine.adapters.world import (
    SteadyClock,
    SystemClock,
    SystemRandomness,
    ThreadPool,
    has_ended,
    keep_memory_steady,
    runs_no_more,
    this_process,
)
from engine.credentials import check, resolve
from engine.customers import Customer, systems_of
from engine.errors import CrossdockError, FenceError, LeaseHeldError
from engine.executor.bench import Bench, Tenure
from engine.executor.health import SHIPMENTS
from engine.executor.keeping import KeepingClock, KeepingReader, KeepingWriter, Lasting, at_worst
from engine.executor.planning import Desk
from engine.executor.reconciling import Reconciler, reconcile
from engine.flows.changes import FLOW as CHANGES
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.sql_ledger import SqlLedger
from engine.model.discrepancy import Discrepancy
from engine.ports.budget import Budget, Rank
from engine.ports.flows import EventQueue
from engine.ports.ledger import Lease, Ledger, LedgerReader, PassNote
from engine.ports.systems import Operation, ReadKit, Shared, WriteKit
from engine.ports.world import Clock, Randomness, ReadTransport, WorkerPool, WriteTransport
from engine.receiver.postbox import Hook, Postbox
from engine.reconciliation import reconciler, stock_loading
from engine.record_reads import reads_of
from engine.runners import EVERYBODYS, OPERATION_RANKS, Sight, runners_of
from engine.workspace import Workspace

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """This machine behind the ports; a test composes its own.

    `budget` opens the one of an account, by its name; as it is here, nobody shares it. `lasting` is
    how long a call may take, for the lease; `doing` is the command that works here.
    """

    clock: Clock
    random: Randomness
    pool: WorkerPool
    reader: Callable[[Clock], ReadTransport] = HttpReader
    writer: Callable[[Clock], WriteTransport] = HttpWriter
    ledger: Callable[..., SqlLedger] = open_ledger
    budget: Callable[[str, Clock], Budget] = lambda _, clock: memory_budget(clock)
    lease: timedelta = LEASE
    lasting: Lasting = at_worst
    doing: str = ""


def real_machine(start: datetime | None = None) -> Machine:
    """The machine that the command line runs on; `start` shifts its clock for a rehearsal."""
    keep_memory_steady()
    return Machine(
        clock=SystemClock(start),
        random=SystemRandomness(),
        pool=ThreadPool(5),
        budget=lambda name, clock: shared_budget(name, clock, runs_no_more),
    )


def open_workspace(root: Path) -> Workspace:
    """The workspace in this folder."""
    return Workspace(root, names())


View = Callable[[LedgerReader], LedgerReader]
"""How the memory is to be seen: as it is, or as it would be if something had gone otherwise."""


@contextmanager
def open_desk(
    customer: Customer,
    machine: Machine,
    workspace: Workspace,
    view: View = lambda ledger: ledger,
) -> Iterator[Desk]:
    """Everything that planning needs; nothing in it can write."""
    with open_sight(customer, machine, workspace, view) as sight:
        yield _desk(sight)


@contextmanager
def open_sight(
    customer: Customer,
    machine: Machine,
    workspace: Workspace,
    view: View = lambda ledger: ledger,
) -> Iterator[Sight]:
    """Eyes on both systems and on the memory; nothing in it can write."""
    with (
        closing(open_reader(workspace.ledger_url(), customer.ruleset.customer)) as ledger,
        closing(machine.reader(machine.clock)) as transport,
        _throttles(customer, machine, machine.clock) as throttles,
    ):
        yield _sight_over(
            customer,
            machine,
            view(ledger),
            lambda name, rank: LimitedReader(transport, throttles[name], rank),
            _shared(customer),
        )


@contextmanager
def _throttles(customer: Customer, machine: Machine, clock: Clock) -> Iterator[dict[str, Throttle]]:
    """One throttle a connection, whoever reads or writes over it."""
    tools = Tools(clock=clock, resolve=resolve, open=machine.budget)
    with ExitStack() as stack:
        throttles = {
            name: throttle_of(adapter, customer.settings[name], tools)
            for name, adapter in customer.adapters.items()
        }
        for one in throttles.values():
            stack.enter_context(closing(one))
        yield throttles


def _shared(customer: Customer) -> dict[str, Shared]:
    """What the sides of each connection know together, whoever reads or writes over it."""
    return {name: Shared() for name in customer.adapters}


def _sight_over(
    customer: Customer,
    machine: Machine,
    ledger: LedgerReader,
    readers: Callable[[str, Rank], ReadTransport],
    shared: Mapping[str, Shared],
) -> Sight:
    """Eyes over a memory that is already open."""
    check(customer.settings.values())
    return Sight(
        customer=customer,
        ledger=ledger,
        clock=machine.clock,
        kit=lambda name, rank: ReadKit(
            transport=readers(name, rank), **_kit_members(customer, machine, name, shared)
        ),
    )


def _desk(sight: Sight) -> Desk:
    """What a plan is made at."""
    return Desk(
        ruleset=sight.customer.ruleset,
        runners=runners_of(sight),
        ledger=sight.ledger,
        clock=sight.clock,
        systems=systems_of(sight.customer),
    )


@contextmanager
def open_reconciler(
    customer: Customer, machine: Machine, workspace: Workspace
) -> Iterator[Reconciler]:
    """Everything that comparing stock needs; nothing in it can write to a system."""
    with open_sight(customer, machine, workspace) as sight, closing(DiskSpill()) as spill:
        yield reconciler(sight, spill)


@contextmanager
def open_corrections(
    customer: Customer, machine: Machine, workspace: Workspace, found: Discrepancy
) -> Iterator[Desk]:
    """A desk at which nothing is planned but to set what a reconciliation found unexplained.

    Raises ConfigurationError where the ruleset tells no stock.
    """
    with open_sight(customer, machine, workspace) as sight:
        yield stock_loading(sight, lambda: found, _desk(sight))


@contextmanager
def open_loader(customer: Customer, machine: Machine, workspace: Workspace) -> Iterator[Desk]:
    """A desk at which the first stock load is planned, behind a gate of its own.

    Raises ConfigurationError where the ruleset tells no stock.
    """
    with open_sight(customer, machine, workspace) as sight, closing(DiskSpill()) as spill:
        yield stock_loading(sight, partial(reconcile, reconciler(sight, spill)), _desk(sight))


@contextmanager
def open_postbox(customer: Customer, machine: Machine, workspace: Workspace) -> Iterator[Postbox]:
    """Where sites post to, over a memory that is open to write.

    It takes no lease: a message that is stored is in nobody's way, and a pass takes minutes.
    """
    name = customer.ruleset.customer
    check(customer.settings.values())
    with (
        closing(machine.ledger(workspace.ledger_url(), name, owner=this_process())) as ledger,
        closing(machine.reader(machine.clock)) as transport,
    ):
        readers = dict.fromkeys(customer.adapters, transport)
        yield Postbox(_hooks(customer, machine, readers), ledger, machine.clock)


def _hooks(
    customer: Customer, machine: Machine, transports: Mapping[str, ReadTransport]
) -> list[Hook]:
    """Of the connections that say `posts` and whose adapter knows messages."""
    shared = _shared(customer)
    return [
        Hook(
            connection=name,
            secret=resolve(str(customer.settings[name]["posts"])),
            events=adapter.events(
                ReadKit(transport=transports[name], **_kit_members(customer, machine, name, shared))
            ),
        )
        for name, adapter in customer.adapters.items()
        if adapter.events is not None and "posts" in customer.settings[name]
    ]


@contextmanager
def open_memory(
    customer: Customer, machine: Machine, workspace: Workspace
) -> Iterator[tuple[Ledger, Tenure]]:
    """The ledger under this process's lease, given back whatever happens; raises LeaseHeldError."""
    name = customer.ruleset.customer
    owner = this_process()
    with closing(machine.ledger(workspace.ledger_url(), name, owner=owner)) as ledger:
        lease = _lease(ledger, machine, name, owner)
        tenure = Tenure(ledger, machine.clock, lease, machine.lease)
        try:
            yield ledger, tenure
        finally:
            ledger.release(tenure.lease)


def _lease(ledger: Ledger, machine: Machine, name: str, owner: str) -> Lease:
    """The lease on a customer; raises LeaseHeldError, which says so where its owner is gone."""
    try:
        return ledger.acquire(name, owner, machine.clock.now(), machine.lease, machine.doing)
    except LeaseHeldError as error:
        raise (error.of_nobody() if has_ended(error.owner) else error) from None


@contextmanager
def open_bench(
    customer: Customer, machine: Machine, workspace: Workspace, flows: tuple[str, ...] = ()
) -> Iterator[tuple[Bench, Desk]]:
    """Everything that a pass needs, under this process's lease; raises LeaseHeldError.

    All of a pass goes by one steady clock, and no call or sleep of it outlasts the lease.
    """
    machine = replace(machine, clock=SteadyClock(machine.clock))
    with (
        open_memory(customer, machine, workspace) as (ledger, tenure),
        _on_record(ledger, machine.clock, flows or (EVERYBODYS,)),
        closing(machine.reader(machine.clock)) as reader,
        closing(machine.writer(machine.clock)) as writer,
        _throttles(customer, machine, KeepingClock(machine.clock, tenure)) as throttles,
    ):
        machine = replace(machine, clock=KeepingClock(machine.clock, tenure))
        kept = KeepingReader(reader, tenure, machine.lasting)
        keeping = KeepingWriter(writer, tenure, machine.lasting)
        shared = _shared(customer)

        def look(name: str, rank: Rank) -> ReadTransport:
            return LimitedReader(kept, throttles[name], rank)

        sight = _sight_over(customer, machine, ledger, look, shared)
        desk = _desk(replace(sight, stored_only=True))

        def kit(name: str, rank: Rank) -> WriteKit:
            members = _kit_members(customer, machine, name, shared)
            return WriteKit(transport=LimitedWriter(keeping, throttles[name], rank), **members)

        bench = Bench(
            customer=customer.ruleset.customer,
            ledger=ledger,
            operations=_operations(customer, kit),
            clock=machine.clock,
            random=machine.random,
            tenure=tenure,
            queues=_queues(customer, kit),
            pauses=ledger.pauses(),
            followers=tuple(flow for flow in desk.runners if flow == SHIPMENTS),
            heirs=tuple(flow for flow in desk.runners if flow == CHANGES),
        )
        yield bench, desk


@contextmanager
def _on_record(ledger: Ledger, clock: Clock, flows: tuple[str, ...]) -> Iterator[None]:
    """A pass that fails notes why, for `status`."""
    try:
        yield
    except FenceError:
        raise
    except CrossdockError as error:
        outcome = f"failed: {error.summary}"
        for flow in flows:
            ledger.note_pass(PassNote(flow=flow, at=clock.now(), outcome=outcome))
        raise


def _operations(
    customer: Customer, kit: Callable[[str, Rank], WriteKit]
) -> Mapping[str, Mapping[str, Operation]]:
    return {
        name: _by_rank(adapter.operations, partial(kit, name))
        for name, adapter in customer.adapters.items()
        if adapter.operations is not None
    }


def _by_rank(
    make: Callable[[WriteKit], Mapping[str, Operation]], kit: Callable[[Rank], WriteKit]
) -> Mapping[str, Operation]:
    """Each operation over the kit of its own rank."""
    built = {rank: make(kit(rank)) for rank in {Rank.BUYERS, *OPERATION_RANKS.values()}}
    return {
        kind: built[OPERATION_RANKS.get(kind, Rank.BUYERS)][kind] for kind in built[Rank.BUYERS]
    }


def _queues(customer: Customer, kit: Callable[[str, Rank], WriteKit]) -> Mapping[str, EventQueue]:
    """Of the connections on whose messages a flow lives; nobody else's are taken away."""
    return {
        name: adapter.queue(kit(name, Rank.BUYERS))
        for name, adapter in customer.adapters.items()
        if adapter.queue is not None and name in customer.ruleset.listens
    }


def _kit_members(
    customer: Customer, machine: Machine, name: str, shared: Mapping[str, Shared]
) -> dict[str, Any]:
    """What both kits of a connection hold beside the transport."""
    return {
        "connection": name,
        "settings": customer.settings[name],
        "secret": resolve,
        "clock": machine.clock,
        "random": machine.random,
        "pool": machine.pool,
        "shared": shared[name],
        "wanted": reads_of(customer, name),
    }
