"""The machine that a case is played on: its clock stands, and its wire leads to the twins."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import urlsplit

from engine.bootstrap import Machine
from engine.cases.case import WRONG_SHAPE, CannotPlayError
from engine.executor.plan_file import decisions
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision
from engine.ports.world import (
    Clock,
    Randomness,
    Request,
    Response,
    WorkerPool,
    WriteTransport,
)
from engine.sandbox.wire import Sandbox, SandboxRequest

A = TypeVar("A")
B = TypeVar("B")
KEY_FILE = "key"


class CaseClock(Clock):
    """It is the case's time; who waits moves it on at once."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._passed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += max(0.0, seconds)

    def until(self, moment: datetime) -> None:
        """Moves on to this time, unless it is later already."""
        self.sleep((moment - self.now()).total_seconds())


class NoChance(Randomness):
    """Always the middle."""

    def fraction(self) -> float:
        return 0.5


class OneByOne(WorkerPool):
    """One after the other, so that a case ends the same way each time."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        return map(work, items)


class Wire(WriteTransport):
    """Requests go to the twin that is named by their host; no socket is opened."""

    def __init__(self, twins: Mapping[str, Sandbox], clock: Clock) -> None:
        self._twins = twins
        self._clock = clock

    def get(self, request: Request) -> Response:
        return self._exchange(request)

    def token(self, request: Request) -> Response:
        return self._exchange(request)

    def write(self, request: Request, not_after: datetime) -> Response:
        return self._exchange(request)

    def _exchange(self, request: Request) -> Response:
        url = urlsplit(request.url)
        arriving = SandboxRequest(
            method=request.method,
            target=url.path + (f"?{url.query}" if url.query else ""),
            origin=f"{url.scheme}://{url.netloc}",
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.body or b"",
        )
        try:
            answer = self._twins[url.netloc].handle(arriving, self._clock.now())
        except WRONG_SHAPE as error:
            raise CannotPlayError(
                f"a record has a member of the wrong shape: {error}", "Mend the case."
            ) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, headers=headers, body=answer.body)


@dataclass(slots=True)
class PlanInMemory:
    """A plan that is written to no disk."""

    texts: list[str] = field(default_factory=list)
    name: str = "the plan of a case"

    def write(self, text: str) -> None:
        """Keeps one line."""
        self.texts.append(text)

    def lines(self) -> Iterator[str]:
        """What was kept."""
        return iter(self.texts)

    def decisions(self) -> tuple[Decision, ...]:
        """All that was decided."""
        return tuple(decisions(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A folder for one run of cases, which is gone afterwards. `key` refers to a file that holds
    what the twins take for a credential.
    """

    folder: Path
    key: str

    def machine(self, twins: Mapping[str, Sandbox], clock: Clock) -> Machine:
        """What the composition root works with, in a case."""
        return Machine(
            clock=clock,
            random=NoChance(),
            pool=OneByOne(),
            reader=lambda _: Wire(twins, clock),
            writer=lambda _: Wire(twins, clock),
            ledger=self._ledger,
        )

    def fresh(self) -> Path:
        """An empty workspace."""
        root = self.folder / "workspace"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        return root

    def _ledger(self, url: str, customer: str, *, owner: str) -> SqlLedger:
        """A copy of an empty ledger: making its tables takes longer than a case."""
        template, path = self.folder / "empty.db", Path(url.removeprefix("sqlite:///"))
        if not template.exists():
            open_ledger(f"sqlite:///{template}", "nobody", owner="nobody").close()
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True)
            shutil.copy(template, path)
            path.chmod(0o600)
        return open_ledger(url, customer, owner=owner)


@contextmanager
def open_stage(key: str) -> Iterator[Stage]:
    """A stage whose twins take `key` for every credential."""
    with TemporaryDirectory(prefix="crossdock-cases-") as name:
        folder = Path(name)
        path = folder / KEY_FILE
        path.touch(mode=0o600)
        path.write_text(key, encoding="utf-8")
        yield Stage(folder=folder, key=f"file:{path}")


def plain_body(body: str | None) -> object:
    """A request's body as data; the text itself where it is no JSON."""
    try:
        return json.loads(body or "null")
    except ValueError:
        return body
