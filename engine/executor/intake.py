"""Messages of a warehouse: stored before they are taken away, and seen by a plan in either place.

The queue delivers at least once. A crash between storing and taking away delivers again, and the
key of a message, which is kept for ever, makes that harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.executor.bench import Bench
from engine.executor.queue_watch import Drained, keep_watch
from engine.model.stock import Message, MessageKind
from engine.ports.flows import EventSource
from engine.ports.ledger import LedgerReader

PAGE = 500
ROUNDS = 1000
"""So many reads at most in one pass: a site that never takes anything away must not hold us."""


def take_in(bench: Bench) -> int:
    """Stores what waits in the queues and takes it away there; returns how many were new."""
    return sum(_drain(bench, name) for name in bench.queues)


def start_from_now(bench: Bench) -> int:
    """Sets down all that waits as dealt with and takes it away there: nobody will act on it.

    Returns how many messages that were. What is set down comes before what is taken away, so that
    after a crash a message that is still in its queue is not acted upon either.
    """
    before = sum(bench.ledger.message_counts().values())
    new = sum(_drain(bench, name, handled=True) for name in bench.queues)
    kinds = [kind.value for kind in MessageKind]
    while rows := bench.ledger.messages(kinds, 0, PAGE):
        bench.ledger.settle_messages([row.message.key for row in rows], bench.clock.now())
    return before + new


def _drain(bench: Bench, name: str, *, handled: bool = False) -> int:
    """Reads until the queue is empty, or says that it is: a short answer alone proves nothing.

    Where a message came again it is looked once more: the site may not let go of it.
    """
    drained = Drained()
    before: frozenset[str] = frozenset()
    for _ in range(ROUNDS):
        bench.tenure.keep()
        messages = bench.queues[name].read()
        keys = frozenset(message.key for message in messages)
        if not keys or keys == before:
            drained.stuck = tuple(messages)
            break
        new = bench.ledger.store_messages(messages, bench.clock.now())
        drained.take(messages, new)
        if handled:
            bench.ledger.settle_messages(sorted(keys), bench.clock.now())
        bench.queues[name].acknowledge(messages)
        if bench.queues[name].ended and new == len(messages):
            break
        before = keys
    keep_watch(bench.ledger, name, drained, bench.clock.now())
    return drained.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """The messages that nobody has dealt with: those on record, then those still in the queue.

    `events` is None where what is still in the queue does not count: see `Sight.stored_only`.
    """

    ledger: LedgerReader
    events: EventSource | None

    def messages(self, kinds: Sequence[MessageKind]) -> Iterator[Message]:
        """In the order of their coming; what is in both places, or twice in the queue, comes
        once.
        """
        yield from self._stored(kinds)
        yield from (one for one in self._waiting() if one.kind in kinds)

    def _stored(self, kinds: Sequence[MessageKind]) -> Iterator[Message]:
        after = 0
        while rows := self.ledger.messages([kind.value for kind in kinds], after, PAGE):
            yield from (row.message for row in rows)
            after = rows[-1].seq

    def _waiting(self) -> list[Message]:
        if self.events is None or not self.events.may_look:
            return []
        return self.unseen(self.events.peek()[0])

    def unseen(self, messages: Sequence[Message]) -> list[Message]:
        """Those of a queue's messages that are not on record, each once."""
        once = {message.key: message for message in messages}
        known = self.ledger.known_messages(list(once))
        return [message for message in once.values() if message.key not in known]
