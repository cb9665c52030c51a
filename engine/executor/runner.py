"""What a flow offers to the executor: which window it reads, its decisions, and their ground.

A runner gathers page by page and lets its flow's pure module decide. It can send nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.decision import Decision
from engine.model.effect import Effect
from engine.model.plan import Window

SAFETY = timedelta(seconds=5)
"""A window ends this far before a source's own time: a younger stamp may still get neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a person asked for beyond the ordinary pass; `on_record` is told of the records read."""

    only: tuple[str, ...] = ()
    limit: int | None = None
    since: datetime | None = None
    on_record: Callable[[int], None] = lambda read: None

    @property
    def partial(self) -> bool:
        """Whether such a plan may leave out records that an ordinary pass would see."""
        return bool(self.only) or self.limit is not None or self.since is not None


@dataclass(slots=True)
class Reading:
    """The running state of one flow's pass: records read, and the newest stamp among them."""

    tell: Callable[[int], None] = lambda read: None
    read: int = 0
    newest: datetime | None = None

    def count(self, records: int) -> None:
        """So many more records were read (and will be decided)."""
        self.read += records
        self.tell(self.read)

    def saw(self, stamps: Iterable[datetime]) -> None:
        """Keeps the newest stamp: the cursor goes there, and never beyond the window."""
        known = list(stamps) if self.newest is None else [self.newest, *stamps]
        self.newest = max(known, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A decision whose ground has moved, and how."""

    key: str
    why: str


class Runner(ABC):
    """One flow of one customer, with eyes on both systems and on the memory."""

    @property
    @abstractmethod
    def flow(self) -> str: ...

    @abstractmethod
    def window(self, ask: Ask) -> Window:
        """What this pass reads: from the cursor less its overlap, or what was asked for."""

    @abstractmethod
    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        """Every decision, those of one `order` in a row. Open holds and effects come again."""

    @abstractmethod
    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        """Those of this flow's decisions that must not be carried out any more, and why."""

    def warnings(self, effect: Effect) -> Iterable[str]:
        """What a person should know who has an effect in doubt sent a second time: sentences."""
        return ()

    def calls(self, changes: Mapping[str, int]) -> int:
        """A forecast of calls for so many changes by operation."""
        return sum(changes.values())
