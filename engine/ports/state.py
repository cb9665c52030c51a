"""What the memory can be asked by a person: how far it is, and all that it has of one order.

Nothing here holds what is a buyer's: of bodies and raw records it only says whether they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.effect import Binding
from engine.ports.ledger import Cursor, Hold, InboxItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who works on the customer until when; `owner` is empty where the lease was given back."""

    owner: str
    fence: int
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """A plan that was applied; `finished` is None where something of it was left."""

    digest: str
    started: datetime
    finished: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """How the memory of one customer stands; plans are the newest first."""

    lease: Holder | None = None
    cursors: Sequence[Cursor] = ()
    plans: Sequence[AppliedPlan] = ()
    bindings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRecord:
    """One row of the effect table; `body`: whether what was sent is still kept."""

    key: str
    kind: str
    flow: str
    target: str
    subject: str
    marker: str
    business_key: str
    state: str
    version: int
    attempts: int
    fence: int
    intent_at: datetime
    window_until: datetime
    settle_at: datetime
    absent_at: datetime | None
    ended_at: datetime | None
    reason: str
    hash: str
    body: bool
    legs: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """One stored message; `raw`: whether the site's own record of it is still kept."""

    seq: int
    key: str
    kind: str
    state: str
    received: datetime
    handled: datetime | None
    raw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """All that the memory has of one order of the channel; `erased` is when it was erased."""

    order: str
    bindings: Sequence[Binding] = ()
    effects: Sequence[EffectRecord] = ()
    holds: Sequence[Hold] = ()
    inbox: Sequence[InboxItem] = ()
    messages: Sequence[MessageRecord] = ()
    erased: Sequence[datetime] = ()

    @property
    def unfinished(self) -> Sequence[EffectRecord]:
        """The effects that have not ended: what they say is still needed."""
        return [one for one in self.effects if one.state in UNFINISHED]

    @property
    def is_known(self) -> bool:
        """Whether anything was ever written down of it."""
        found = (self.bindings, self.effects, self.holds, self.inbox, self.messages, self.erased)
        return any(found)


UNFINISHED = ("PLANNED", "SENDING", "DOUBT")
