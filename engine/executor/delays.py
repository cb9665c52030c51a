"""The longest delays that were seen of each system, beside what its settings allow.

Nobody has measured these systems' worst cases, so that the settings are guesses; what is seen tells
how good they are. It is the note of a flow `delays`, in milliseconds, written anew when a delay is
longer than all before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.ports.ledger import Ledger, LedgerReader, PassNote

FLOW = "delays"
ANSWER = "answer"
"""From the send of a write to its answer; its setting is `timeout`."""
LATE = "late"
"""From the intent to the reading that found what an earlier reading did not find; its settings are
`window`, `timeout` and `late` together, and it is always longer than they are.
"""
_ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The longest delay of one kind that a connection has shown, and what was allowed then; both
    in seconds.
    """

    connection: str
    kind: str
    seconds: float
    allowed: float

    @property
    def is_long(self) -> bool:
        """Whether it came near what is allowed: the next one may go beyond."""
        return self.seconds > self.allowed / 2


def seen(ledger: Ledger, longest: Delay, now: datetime) -> None:
    """Keeps a delay if it is longer than every one of its kind and connection before it."""
    counts = _counts(ledger)
    name = f"{longest.connection} {longest.kind}"
    milliseconds = round(longest.seconds * 1000)
    if milliseconds > counts.get(name, 0):
        told = {name: milliseconds, f"{name} {_ALLOWED}": round(longest.allowed * 1000)}
        note = PassNote(flow=FLOW, at=now, outcome="seen", counts={**counts, **told})
        ledger.note_pass(note)


def delays_of(ledger: LedgerReader) -> Iterator[Delay]:
    """The longest of each kind, by connection."""
    counts = _counts(ledger)
    for name in sorted(counts):
        connection, _, kind = name.partition(" ")
        if kind in (ANSWER, LATE):
            yield Delay(
                connection=connection,
                kind=kind,
                seconds=counts[name] / 1000,
                allowed=counts[f"{name} {_ALLOWED}"] / 1000,
            )


def _counts(ledger: LedgerReader) -> dict[str, int]:
    notes = ledger.passes(FLOW)
    return dict(notes[0].counts) if notes else {}
