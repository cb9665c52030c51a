"""What a queue itself gives away: messages that it does not let go, came again, or never came.

The messages are on record by then; nothing here stores, settles or drops one. What was counted so
far, of all queues, is the note of a flow `queue`, written anew whenever something was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from engine.model.stock import Message, MessageKind
from engine.ports.ledger import InboxItem, Ledger, LedgerReader, PassNote

FLOW = "queue"
STUCK, GAP = "queue.stuck", "queue.gap"
COUNTED = ("new", "again", "unknown")
MOST_LOST = 1000
"""A larger step in the numbers is no loss of messages: the site counts from elsewhere."""


@dataclass(slots=True)
class Drained:
    """What one pass read out of one queue. `again` came before, `unknown` are of no type that the
    profile names; `numbered` is the site's number of each message that has one -> its key; `stuck`
    are those that are still there after they were acknowledged.
    """

    new: int = 0
    again: int = 0
    unknown: int = 0
    numbered: dict[int, str] = field(default_factory=dict)
    stuck: tuple[Message, ...] = ()

    def take(self, messages: Sequence[Message], new: int) -> None:
        """Counts one read, of which so many were new."""
        self.new += new
        self.again += len(messages) - new
        self.unknown += sum(one.kind is MessageKind.UNKNOWN for one in messages)
        self.numbered |= {one.number: one.key for one in messages if one.number is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers that never came, the first and the last of a row, and the key of a neighbour."""

    first: int
    last: int
    neighbour: str

    @property
    def keys(self) -> list[str]:
        """The keys that these messages would have: the neighbour's, with other figures; as many of
        them where the neighbour's begin with a nought.
        """
        stem = self.neighbour.rstrip("0123456789")
        figures = self.neighbour.removeprefix(stem)
        width = len(figures) if figures.startswith("0") else 1
        return [f"{stem}{number:0{width}}" for number in range(self.first, self.last + 1)]


def noted(ledger: LedgerReader) -> Mapping[str, int]:
    """What was counted so far, under COUNTED, and the highest number of each connection's site."""
    notes = ledger.passes(FLOW)
    return notes[0].counts if notes else {}


def keep_watch(ledger: Ledger, name: str, drained: Drained, now: datetime) -> None:
    """Puts into the inbox what needs a person, and closes what does not any more."""
    _close(ledger, name, drained, now)
    if drained.stuck:
        _tell_stuck(ledger, name, drained.stuck, now)
    before = noted(ledger)
    for gap in gaps_of(drained.numbered, before.get(_highest(name))):
        _tell_gap(ledger, gap, now)
    if drained.new or drained.again:
        counts = _counted(before, name, drained)
        ledger.note_pass(PassNote(flow=FLOW, at=now, outcome="read", counts=counts))


def gaps_of(numbered: Mapping[int, str], highest: int | None) -> Iterator[Gap]:
    """The rows of numbers that are missing above the highest one of the passes before."""
    came = sorted(number for number in numbered if highest is None or number > highest)
    known = came if highest is None else [highest, *came]
    for before, after in pairwise(known):
        if 1 < after - before <= MOST_LOST:
            yield Gap(first=before + 1, last=after - 1, neighbour=numbered[after])


def _highest(name: str) -> str:
    return f"highest {name}"


def _counted(before: Mapping[str, int], name: str, drained: Drained) -> dict[str, int]:
    counts = {word: before.get(word, 0) + getattr(drained, word) for word in COUNTED}
    known = [before[_highest(name)]] if _highest(name) in before else []
    highest = max([*drained.numbered, *known], default=None)
    return {**before, **counts} | ({} if highest is None else {_highest(name): highest})


def _tell_stuck(ledger: Ledger, name: str, stuck: Sequence[Message], now: datetime) -> None:
    text = (
        f"{len(stuck)} messages at the head of the queue stay there after they were acknowledged, "
        f"{stuck[0].key} first: they are on record here, but may hide what waits behind them"
    )
    item = InboxItem(business_key=name, kind="alert", rule=STUCK, text=text, flow=FLOW)
    ledger.park(item, now)


def _tell_gap(ledger: Ledger, gap: Gap, now: datetime) -> None:
    """A number that is on record came another way, or in a pass that died before it was noted."""
    known = ledger.known_messages(gap.keys)
    for key in gap.keys:
        if key not in known:
            text = "the site counts its messages, and the one of this number never came"
            item = InboxItem(business_key=key, kind="alert", rule=GAP, text=text, flow=FLOW)
            ledger.park(item, now)


def _close(ledger: Ledger, name: str, drained: Drained, now: datetime) -> None:
    """Ends the items that a person need not look at any more."""
    asking = [one for one in ledger.inbox() if one.flow == FLOW]
    came = ledger.known_messages([one.business_key for one in asking if one.rule == GAP])
    for key in sorted(came):
        ledger.resolve(key, now, "closed by a later pass: the message came", flow=FLOW)
    if not drained.stuck and any(one.business_key == name for one in asking):
        ledger.resolve(name, now, "closed by a later pass: the queue was emptied", flow=FLOW)
