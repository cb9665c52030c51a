"""What operators of the engine do at any moment: commands of theirs, drawn from the tape.

They know what really happened, as people do who look into both systems; nobody looks whether a
command makes sense. Each is a process of its own, and may die like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import click

from engine.cli.applying import apply
from engine.cli.inbox import inbox
from engine.cli.pausing import pause, resume
from engine.cli.planning import plan
from engine.cli.reconciling import reconcile
from engine.cli.resubmit import resubmit
from engine.cli.state import state
from engine.runners import FLOWS
from tests.acceptance.week import CUSTOMER
from tests.simulation.books import Books, Row
from tests.simulation.life import Life
from tests.simulation.people import People
from tests.simulation.stage import CHANNEL, Stage
from tests.simulation.tape import Lane

WHY = ("--reason", "it looked so")
EVERYTHING, EACH = ((),) * 6, tuple((name,) for name in FLOWS)
GATE = "orders.create"
BACK = timedelta(minutes=30), timedelta(days=1), timedelta(days=7)
CURSORS = ("orders", "order-changes", "shipments", "items")


class Operators:
    """`done` counts commands by deed and exit code; `wrong` says what a command has done that it
    must not do. `fated` makes the life of the next process; `asleep` until a `resume` has worked.
    """

    def __init__(self, stage: Stage, people: People, lane: Lane) -> None:
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.fated: Callable[[], Life] = Life
        self.asleep = True
        self._stage = stage
        self._people = people
        self._lane = lane
        self._plans: list[Path] = []
        self._busy = lane.happens(0.7)

    def called(self) -> int:
        """How many deeds there are before a pass."""
        return self._lane.choose((0, 0, 0, 0, 1, 1, 2)) if self._busy else 0

    def wake(self) -> str:
        """Whatever is paused goes on."""
        return self._do("resume")

    def clear(self) -> str:
        """Whatever can be known of doubts is said, where people do such things at all."""
        return self._do("answer") if self._busy else "nobody is asked"

    def let_through(self) -> str:
        """What a gate holds back is sent."""
        return self._do("approve")

    def act(self) -> str:
        """One deed; its kind, and how its commands ended."""
        return self._do(self._lane.choose(DICE))

    def _do(self, kind: str) -> str:
        codes = list(_DEEDS[kind](self))
        self.done[kind] += bool(codes)
        return f"{kind}: {', '.join(map(str, codes)) or 'nothing to do'}"

    def pause(self) -> Iterator[int]:
        flow = self._lane.choose((*EVERYTHING, *EACH))
        self.asleep = True
        yield self._command(pause, *flow, *WHY)

    def resume(self) -> Iterator[int]:
        """Everything; while a dead process's lease lasts, nothing."""
        code = self._command(resume, *WHY)
        self.asleep = code != 0
        yield code

    def plan(self) -> Iterator[int]:
        """Into a file that somebody may apply later; nothing is written by it."""
        return self._planned(*self._lane.choose((*EVERYTHING, *EACH)))

    def _planned(self, *flow: str) -> Iterator[int]:
        path = self._stage.root / "made" / f"{len(self._plans)}.jsonl"
        yield self._looking(plan, *flow, "--out", str(path))
        if path.exists():
            self._plans.append(path)

    def apply(self) -> Iterator[int]:
        """The last plan that somebody made, an older one, or one that was applied already."""
        if not self._plans:
            yield from self.plan()
        if self._plans:
            partial = ("--partial",) * self._lane.happens(0.5)
            gates = ("--approve", GATE) * self._lane.happens(0.3)
            chosen = self._lane.choose((self._plans[-1], self._plans[-1], *self._plans))
            yield self._alone(apply, str(chosen), *partial, *gates)

    def approve(self) -> Iterator[int]:
        """What a gate holds back is looked at, and sent: whichever flow it is that is held."""
        yield from self._planned()
        if self._plans:
            yield self._alone(apply, str(self._plans[-1]), "--approve", GATE)

    def answer(self) -> Iterator[int]:
        """Says of each change in doubt whether it happened; a person can know once it cannot come
        any more.
        """
        if self._stage.net.twins[CHANNEL]._waiting:
            return
        books = Books.of(self._stage.root)
        for _, key, _, effect in books.inbox:
            row = books.effects.get(effect or "")
            happened = None if row is None else self._happened(books, row)
            if happened is not None:
                words = ("resolve", key, "--happened") if happened else ("retry", key, "--yes")
                yield self._command(inbox, *words, *WHY)

    def resubmit(self) -> Iterator[int]:
        """An order that somebody has deleted, or any other."""
        deleted, orders = sorted(self._people.deleted), self._people.orders
        if orders:
            order = self._lane.choose(deleted or orders)
            code = self._command(resubmit, str(order), "--yes")
            if code == 0:
                self._people.deleted.discard(order)
            yield code

    def reconcile(self) -> Iterator[int]:
        yield self._looking(reconcile, "--format", "json")

    def back(self) -> Iterator[int]:
        """A cursor is set back. To set one forth is to pass over what nobody has read: it warns."""
        flow, to = self._lane.choose(CURSORS), self._stage.clock.true - self._lane.choose(BACK)
        if to > Books.of(self._stage.root).cursors.get(flow, to):
            return
        words = ("--cursor", flow, "--to", f"{to:%Y-%m-%dT%H:%M:%S}", "--yes", *WHY)
        yield self._command(state, "set", *words)

    def _happened(self, books: Books, row: Row) -> bool | None:
        """Whether a delta in doubt was processed; None for what is no such delta."""
        if row.kind != "adjust" or row.state != "DOUBT":
            return None
        product = int(row.subject.rpartition(":")[2])
        done, units = books.units("DONE"), row.units()
        extra = {
            center: self._stage.channel.told[product, center] - done[row.subject, center]
            for center in units
        }
        if extra == dict(units):
            return True
        return None if any(extra.values()) else False

    def _command(self, command: click.Command, *words: str) -> int:
        return self._alone(command, CUSTOMER, *words)

    def _alone(self, command: click.Command, *words: str) -> int:
        return self._stage.command(command, *words, life=self.fated())

    def _looking(self, command: click.Command, *words: str) -> int:
        """A command that must write nothing, neither to a system nor to the ledger."""
        before = self._stage.net.writes, Books.of(self._stage.root).audit
        life = Life()
        code = self._stage.command(command, CUSTOMER, *words, life=life)
        if before != (self._stage.net.writes, Books.of(self._stage.root).audit):
            self.wrong.append(f"{command.name} has written something")
        if any("commit" in boundary for boundary in life.passed):
            self.wrong.append(f"{command.name} has changed the ledger")
        return code


_DEEDS: Mapping[str, Callable[[Operators], Iterator[int]]] = {
    "plan": Operators.plan,
    "apply": Operators.apply,
    "approve": Operators.approve,
    "answer": Operators.answer,
    "resubmit": Operators.resubmit,
    "reconcile": Operators.reconcile,
    "set back": Operators.back,
    "pause": Operators.pause,
    "resume": Operators.resume,
}
_WEIGHTS = {"plan": 3, "apply": 4, "answer": 2, "resubmit": 2, "pause": 2, "resume": 2}
DICE = tuple(kind for kind in _DEEDS for _ in range(_WEIGHTS.get(kind, 1)))
KINDS = tuple(_DEEDS)
"""Every kind of deed."""
