"""What a case that misses a target looks at: its own work again, under a profiler."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from engine.ledger.opening import open_ledger
from tests.bench import orders, why
from tests.bench.engines import OURS
from tests.bench.frame import Scale
from tests.bench.jobs import crossdock
from tests.bench.jobs.lines import Mapped
from tests.bench.startup import CUSTOMER, DOOR, workspace
from tests.bench.validate import write_fleet
from tests.unit.ledger.making import NOW, OK, TIMING, intent, take

_FEW = 2_000
_EFFECTS = 300
_FLEET = 40


def mapping(_scale: Scale) -> str:
    """Where the time of mapping goes, of orders that are decoded already."""
    mapped: Mapped = crossdock.mapping()
    some = list(orders.orders(_FEW))
    return why.of_work(lambda: [mapped(order) for order in some])


def whole_job(_scale: Scale) -> str:
    """Where the time of the whole process goes, from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "orders.ndjson"
        orders.write(_FEW, source)
        return why.of_process(OURS.arguments(source, source.with_suffix(".out"))[1:])


def ledger(_scale: Scale) -> str:
    """Where the time of claims and receipts goes."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with closing(open_ledger(address, "acme", owner="worker-1")) as found:
            lease = take(found)

            def work() -> None:
                for number in range(_EFFECTS):
                    effect = found.claim(intent(f"order-{number}"), TIMING, NOW, lease)
                    if effect is not None:
                        found.done(effect, OK, NOW, "created")

            return why.of_work(work)


def starting(_scale: Scale) -> str:
    """Whose imports a process pays for, of a `validate` with nothing kept."""
    with workspace() as folder:
        return why.of_imports(["-c", DOOR, "-C", str(folder), "validate", CUSTOMER])


def fleet(_scale: Scale) -> str:
    """Where the time of checking a fleet goes, with nothing kept."""
    with tempfile.TemporaryDirectory() as folder:
        write_fleet(Path(folder), _FLEET)
        return why.of_process(["-m", "engine", "-C", folder, "validate"])
