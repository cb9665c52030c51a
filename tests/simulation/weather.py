"""What goes wrong, drawn from the tape: on the way to both systems, in their queue, with time.

A story has its own climate: how often, and which families of faults there are at all. So some
stories meet one kind of trouble often, and others all of it seldom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from engine.ports.world import Request
from engine.sandbox.faults import FaultRule
from engine.sandbox.warehouseos.outbox import Message
from tests.simulation.stage import CHANNEL, WAREHOUSE, Stage
from tests.simulation.tape import Lane, Tape
from tests.simulation.wire import TWICE, UNSENT, rule

SHARES = (0.0, 0.02, 0.06, 0.15, 0.35)
DEAD, STALLED, LOCKED = "dies", "stalls", "finds its ledger locked"
MEANWHILE, HIDDEN = "something happens in between", "changes are seen late"
HIDES = (timedelta(), timedelta(), timedelta(seconds=20), timedelta(minutes=4))
"""How long a change may not be in lists yet: within an overlap."""
LATE = (31.0, 45.0, 90.0, 110.0)
"""Seconds after which a write without an answer takes effect: within every `late` there is."""
LEAPS = (timedelta(), timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=90))
_EITHER = ("cut-before", "cut-after", "500", "500-after", "html-502", "slow", "truncated", "429")
_READS = (*_EITHER, UNSENT, "401-once", "repeat-next-link", "page-one", "foreign-next-link", TWICE)
_WRITES = (*_EITHER, UNSENT, "401-once", "late", "cut-after", "500-after")
_REPEATABLE = re.compile(r"/Export$|Acknowledge|/Item|/items|/token$", re.IGNORECASE)
"""Calls that may arrive twice: no client could ever find out that one of the others did."""


class Weather:
    """The climate of one story; `calm` ends all of it. `struck` counts what is not on the wire."""

    def __init__(self, stage: Stage, tape: Tape) -> None:
        self.struck: Counter[str] = Counter()
        self._stage = stage
        self._lanes = {name: tape.lane(name) for name in (CHANNEL, WAREHOUSE, "process")}
        setting = tape.lane("setting")
        self._shares = {name: setting.choose(SHARES) for name in (CHANNEL, WAREHOUSE)}
        self._deaths = setting.choose((0.0, 0.3, 0.6))
        self._stalls = setting.choose((0.0, 0.0, 0.3))
        self._locks = setting.choose((0.0, 0.0, 0.2))
        self._meanwhile = setting.choose((0.0, 0.004, 0.02))
        self._hides = setting.happens(0.4)
        self._odd_queue = setting.happens(0.5)
        self._odd_clock = setting.happens(0.3)
        self._withheld: list[Message] = []
        self._seen: dict[int, Message] = {}
        self._calm = False
        self.meanwhile: Callable[[], None] = lambda: None
        stage.net.choose = self._choose

    def calm(self) -> None:
        """From now on nothing goes wrong, and what was kept back arrives."""
        self._calm = True
        self._stage.clock.skew = self._stage.channel.hides = timedelta()
        self._queue(queue_duplicates=0, queue_reorder=False, unknown_types=False)
        self._deliver(self._withheld)
        self._withheld = []

    def change(self) -> None:
        """Between two passes: the queue's habits, messages that vanish or come again, the clock."""
        lane = self._lanes["process"]
        if self._odd_queue:
            self._queue(
                queue_duplicates=lane.choose((0, 0, 1, 2)),
                queue_reorder=lane.happens(0.3),
                unknown_types=lane.happens(0.1),
            )
            self._shuffle(lane)
        if self._odd_clock and lane.happens(0.4):
            self._stage.clock.skew = lane.choose(LEAPS)
            self.struck["clock jumps"] += 1
        if self._hides:
            self._stage.channel.hides = lane.choose(HIDES)
            self.struck[HIDDEN] += bool(self._stage.channel.hides)
        if lane.happens(0.05):
            self._expire()

    def fate(self) -> tuple[str, int]:
        """How the next process fares: what happens to it, and at which boundary (-1: never)."""
        lane = self._lanes["process"]
        if lane.happens(self._deaths):
            return DEAD, lane.below(300)
        if lane.happens(self._stalls):
            return STALLED, lane.below(300)
        if lane.happens(self._locks):
            return LOCKED, lane.below(60)
        return "", -1

    def _choose(self, system: str, request: Request) -> FaultRule | str | None:
        lane = self._lanes[system]
        if self._calm:
            return None
        if lane.happens(self._meanwhile):
            self.struck[MEANWHILE] += 1
            self.meanwhile()
        if not lane.happens(self._shares[system]):
            return None
        kinds = _READS if request.method == "GET" else _WRITES
        if _REPEATABLE.search(request.url) and lane.happens(0.1):
            return TWICE
        kind = lane.choose(kinds)
        if kind in {UNSENT, TWICE}:
            return kind
        return rule(kind, **_more(kind, lane, request))

    def _queue(self, **settings: object) -> None:
        floor = self._stage.warehouse.floor
        self.struck.update({name: 1 for name, value in settings.items() if value})
        floor.settings = replace(floor.settings, **settings)

    def _shuffle(self, lane: Lane) -> None:
        """Messages go missing for a while, and some that were acknowledged come again."""
        waiting = self._stage.warehouse.store.outbox._messages
        self._seen |= waiting
        if waiting and lane.happens(0.3):
            gone = waiting.pop(lane.choose(sorted(waiting)))
            self._withheld.append(gone)
            self.struck["message vanishes"] += 1
        if self._seen and lane.happens(0.3):
            self._deliver([self._seen[lane.choose(sorted(self._seen))]])
            self.struck["message comes again"] += 1

    def _deliver(self, messages: list[Message]) -> None:
        waiting = self._stage.warehouse.store.outbox._messages
        waiting.update({message.id: message for message in messages})

    def _expire(self) -> None:
        """Every token that was given is worth nothing any more."""
        self._stage.channel.accounts._tokens.clear()
        self.struck["tokens expire"] += 1


def _more(kind: str, lane: Lane, request: Request) -> Mapping[str, object]:
    chosen: Mapping[str, Callable[[], Mapping[str, object]]] = {
        "slow": lambda: {"seconds": request.timeout * lane.choose((0.5, 1.0, 3.0))},
        "late": lambda: {"seconds": lane.choose(LATE)},
        "429": lambda: {"retry_after": lane.choose((None, 2, 40, 120))},
    }
    return chosen.get(kind, dict)()


KINDS = tuple(
    sorted(
        {*_READS, *_WRITES, DEAD, STALLED, LOCKED, MEANWHILE, HIDDEN}
        | {"clock jumps", "tokens expire", "message vanishes", "message comes again"}
        | {"queue_duplicates", "queue_reorder", "unknown_types"}
    )
)
"""Every kind of trouble, as it is counted."""
