"""Effects: one call that changes a system, from intent to receipt, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class EffectState(StrEnum):
    """The states of docs/protocol.md: `DONE` is final, `FAILED` and `DOUBT` wait for a person.
    `SUPERSEDED` is final too: another effect made up for this one, whether it happened or not.
    """

    PLANNED = "PLANNED"
    SENDING = "SENDING"
    DONE = "DONE"
    FAILED = "FAILED"
    DOUBT = "DOUBT"
    SUPERSEDED = "SUPERSEDED"


HEALS = "heals"
"""The member of a memo that names what an effect makes up for."""
TOLD = "told"
"""The member of a memo that names the classes of inbox items that were told with an effect."""
_HEALING = "#heal"


def healing(subject: str) -> str:
    """The subject of what makes up for a doubt: the doubt is in flight under its own one."""
    return subject.removesuffix(_HEALING) + _HEALING


def alike(subject: str) -> tuple[str, str]:
    """A subject and that of what heals it: while one has an effect in flight the other waits."""
    return subject.removesuffix(_HEALING), healing(subject)


STRAY = "stray"
"""The key in the audit of calls that may have left outside their right; no rows are normal."""


class AnswerKind(StrEnum):
    """How a system's answer to a write is classified by its adapter.

    `DONE`: certainly processed. `EXISTS`: refused because it is already there (whose it is must
    be verified). `REFUSED`: certainly not processed and repeating it would not help.
    `NOT_SENT`: certainly not processed, may be sent again (no connection, throttled, window
    missed). `UNKNOWN`: it may or may not have been processed.
    """

    DONE = "done"
    EXISTS = "exists"
    REFUSED = "refused"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A classified answer; `detail` is fit for a log: no buyer's data, no secret."""

    kind: AnswerKind
    status: int | None = None
    detail: str = ""
    retry_after: float | None = None


class Proof(StrEnum):
    """What reading back showed: ours is there, nothing is, something else is, or no telling."""

    PRESENT = "present"
    ABSENT = "absent"
    DIFFERENT = "different"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A proof with a sentence for the audit."""

    proof: Proof
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The delays of one system: `window` in which a send may start after its intent, `timeout` of
    a call, `late` the worst time after which an unanswered call may still be applied, `absent_gap`
    the time between two readings that must both find nothing.
    """

    window: timedelta = timedelta(seconds=5)
    timeout: timedelta = timedelta(seconds=30)
    late: timedelta = timedelta(minutes=10)
    absent_gap: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be written down before anything is sent.

    `key` is deterministic (`v1:{customer}:{kind}:{natural id}`); `subject` is what must not have
    two effects in flight; `marker` is what reading back looks for; `business_key` is what a
    person calls it. `binding` is stored with the receipt. `flow` and `order` say who planned it
    and for which record; `memo` outlives the request's body; `legs` (key -> quantity) are written
    in the same transaction, and one that another effect has already makes the claim fail.
    """

    key: str
    kind: str
    customer: str
    target: str
    subject: str
    marker: str
    business_key: str
    request: Mapping[str, Any]
    body_hash: str
    binding: Mapping[str, Any] | None = None
    flow: str = "orders"
    order: str = ""
    memo: Mapping[str, Any] | None = None
    legs: Mapping[str, int] = field(default_factory=dict)

    @property
    def heals(self) -> tuple[str, ...]:
        """The keys of effects that are superseded once this one is done."""
        return tuple((self.memo or {}).get(HEALS, ()))

    @property
    def told(self) -> tuple[str, ...]:
        """What people were told of the same business key by the decisions that this effect comes
        from: the classes of those inbox items. Its end is no answer to them.
        """
        return tuple((self.memo or {}).get(TOLD, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A row of the ledger's effect table."""

    intent: Intent
    state: EffectState
    version: int
    attempts: int
    intent_at: datetime | None = None
    window_until: datetime | None = None
    settle_at: datetime | None = None
    absent_at: datetime | None = None
    reason: str = ""
    fence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Part of an order <-> number in the sink, with the revision that was sent.

    `part` is `{order key}/{link}`. `composition` is what the way back needs: per line the item,
    quantity, bundle and the source's line id.
    """

    part: str
    order: str
    link: str
    number: str
    revision: int
    fingerprint: str
    composition: list[Mapping[str, Any]] = field(default_factory=list)
