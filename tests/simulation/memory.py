"""A real ledger whose process may die before and after each commit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.ledger.doors import LiveDoor
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from tests.simulation.life import Life

T = TypeVar("T")


class MortalDoor(LiveDoor):
    """The writer's door of a process that may die; of a dead one nothing is written any more."""

    def __init__(self, inner: LiveDoor, life: Life) -> None:
        self._inner = inner
        self._life = life
        # What a dead process has written stays with the kernel. Only a power cut needs the disk.
        _, connection = inner._writing
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous=OFF")

    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        return self._inner.ask(question)

    def change(self, work: Callable[[sa.Connection], T]) -> T:
        name = f"commit {_name(work)}"
        self._life.boundary(f"before:{name}")
        result = self._inner.change(work)
        self._life.boundary(f"after:{name}")
        return result

    def close(self) -> None:
        self._inner.close()


def _name(work: Callable[..., Any]) -> str:
    """The ledger's method that this work is of; what guards it has the work in its closure."""
    cells = [cell.cell_contents for cell in work.__closure__ or ()]
    guarded = [one for one in cells if "SqlLedger." in getattr(one, "__qualname__", "")]
    innermost = guarded[0] if guarded else work
    return str(innermost.__qualname__).split(".<locals>")[0].rpartition(".")[2]


def mortal_ledger(life: Life) -> Callable[..., SqlLedger]:
    """What opens a ledger for the composition root, in the process of this life."""

    def opened(url: str, customer: str, *, owner: str) -> SqlLedger:
        inner = open_ledger(url, customer, owner=owner)
        return SqlLedger(MortalDoor(inner._live, life), customer, owner)

    return opened


@cache
def _template() -> Path:
    """An empty ledger of today's version; making its tables takes longer than a whole story."""
    path = Path(mkdtemp(prefix="crossdock-simulation-")) / "ledger.db"
    open_ledger(f"sqlite:///{path}", "nobody", owner="nobody").close()
    return path


def lay_ledger(root: Path) -> None:
    """Puts an empty ledger into the workspace."""
    folder = root / ".crossdock"
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy(_template(), folder / "ledger.db")
    (folder / "ledger.db").chmod(0o600)
