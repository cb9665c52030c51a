"""A stage as it stood at some time, to be set up again as often as somebody is to die on it."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from engine.adapters import names
from engine.sandbox.faults import Faulty
from engine.workspace import Workspace
from tests.simulation.clock import SimClock
from tests.simulation.stage import CHANNEL, WAREHOUSE, Stage
from tests.simulation.wire import Net

LEDGER = "ledger.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Both twins, every file of the workspace and the time; `stage` has gone on since."""

    stage: Stage
    twins: bytes
    files: dict[str, bytes]
    at: datetime
    logged: int
    """How many requests the channel had seen."""

    @classmethod
    def of(cls, stage: Stage) -> Moment:
        return cls(
            stage=stage,
            twins=pickle.dumps((stage.channel, stage.warehouse)),
            files=_files(stage.root),
            at=stage.clock.true,
            logged=len(stage.channel.floor.log),
        )

    @contextmanager
    def again(self) -> Iterator[Stage]:
        """The stage as it stood then, in a folder of its own that does not outlive this."""
        root = Path(mkdtemp(prefix="crossdock-moment-"))
        try:
            for name, content in self.files.items():
                path = root / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.write_bytes(content)
            yield self._set_up(root)
        finally:
            shutil.rmtree(root)

    def _set_up(self, root: Path) -> Stage:
        channel, warehouse = pickle.loads(self.twins)
        clock = SimClock(self.at)
        net = Net(clock=clock, twins={CHANNEL: Faulty(channel), WAREHOUSE: Faulty(warehouse)})
        return replace(
            self.stage,
            root=root,
            workspace=Workspace(root, names()),
            clock=clock,
            net=net,
            channel=channel,
            warehouse=warehouse,
            lives=[],
        )


def left_behind(stage: Stage) -> str:
    """A digest of all that outlives a process: both systems and the ledger. Two deaths that leave
    the same behind are followed by the same.
    """
    digest = hashlib.sha256((stage.root / ".crossdock" / LEDGER).read_bytes())
    for store in (stage.channel.store, stage.warehouse.store):
        digest.update(pickle.dumps(store))
    return digest.hexdigest()


def _files(root: Path) -> dict[str, bytes]:
    """What stands in the workspace; plan files of earlier passes are nothing that anybody reads."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.parent.name != "plans"
    }
