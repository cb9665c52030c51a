"""The port to the memory. A plan gets the reader; only `apply` and `run` get the writer.

Every time that is passed in comes from the Clock port. Every transition of an effect is a guarded
update (`WHERE key AND state AND version`) whose audit row is written in the same transaction; a
guard that finds no row raises FenceError.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.model.effect import Answer, Binding, Effect, Intent, Timing
from engine.model.stock import Message
from engine.ports.custody import Custody


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a feed was read: `watermark` is the system's time; `version` guards its update."""

    feed: str
    watermark: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on one subject until `until`; `fence` only ever grows."""

    subject: str
    owner: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A part that waits here: why, by which rule, since when, and when it was last looked at."""

    part: str
    order: str
    rule: str
    reason: str
    since: datetime
    seen: datetime
    flow: str = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One thing that needs a person, one per business key, class and flow while it is open."""

    business_key: str
    kind: str
    rule: str
    text: str
    effect: str | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    seen: int = 1
    resolved: datetime | None = None
    resolution: str = ""
    flow: str = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassNote:
    """What a finished pass leaves for `status`."""

    flow: str
    at: datetime
    outcome: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A warehouse's message as it was stored: `seq` is its place in the order of coming."""

    seq: int
    message: Message
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProduct:
    """A product of one profile that was written as an item: its SKU, its id, the item's number."""

    profile: int
    sku: str
    product: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A flow that rests (`*`: all of them), since when, why, and who said so."""

    flow: str
    since: datetime
    reason: str
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A go-live: the hash of the effective ruleset, and the ruleset itself as JSON."""

    hash: str
    at: datetime
    document: Mapping[str, Any]


class LedgerReader(ABC):
    """What a plan and the reports may ask. All of it is about one customer."""

    @abstractmethod
    def seal(self, plain: str) -> str:
        """A hash as the memory keeps it, keyed: `body_hash`, the `fingerprint` of a binding and the
        `marks` of a memo come back so, and are compared with what this makes of a new one.

        An empty text stays empty, and what is sealed stays as it is.
        """

    @abstractmethod
    def cursor(self, feed: str) -> Cursor | None: ...

    @abstractmethod
    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        """Order key -> the current binding of each of its bound parts (absent: none bound)."""

    @abstractmethod
    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        """Number in the sink -> the current binding with that number (absent: none)."""

    @abstractmethod
    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        """The effects of these keys, their legs too; unknown keys are missing."""

    @abstractmethod
    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        """Subject -> all its effects in any state, oldest intent first (absent: none)."""

    @abstractmethod
    def legs(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Leg key -> the key of the effect that has it; free legs are missing."""

    @abstractmethod
    def legs_of(self, effect_key: str) -> Mapping[str, int]:
        """The legs of one effect, as leg key -> quantity; empty where there are none."""

    @abstractmethod
    def legs_below(self, prefix: str) -> frozenset[str]:
        """The leg keys that begin with this text, letter by letter."""

    @abstractmethod
    def messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        """Messages of these kinds that nobody has dealt with, in the order of their coming.

        `after` is the `seq` of the last one of the page before.
        """

    @abstractmethod
    def dealt_messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        """The same of messages that were dealt with, however long ago: the whole history."""

    @abstractmethod
    def message_counts(self) -> Mapping[str, int]:
        """Kind -> how many messages nobody has dealt with; kinds without any are missing."""

    @abstractmethod
    def known_messages(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of these message keys that were stored at any time."""

    @abstractmethod
    def products(self, skus: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        """SKU, letter by letter -> the products with it that were written as items, by profile."""

    @abstractmethod
    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        """Item number -> the products that were written as it, by profile (absent: none)."""

    @abstractmethod
    def pauses(self) -> Sequence[Pause]:
        """The flows that rest, longest first."""

    @abstractmethod
    def released(self) -> Release | None:
        """The ruleset that is live, None before the first release."""

    @abstractmethod
    def unfinished(self) -> Sequence[Effect]:
        """All effects that are PLANNED, SENDING or DOUBT, oldest intent first."""

    @abstractmethod
    def holds(self) -> Sequence[Hold]:
        """All open holds, oldest first."""

    @abstractmethod
    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        """Open items (and the closed ones too, when asked), oldest first."""

    def inbox_of(self, keys: Collection[str]) -> Sequence[InboxItem]:
        """The items of these business keys, open and closed, oldest first."""
        return [one for one in self.inbox(include_closed=True) if one.business_key in keys]

    @abstractmethod
    def passes(self, flow: str, limit: int = 1) -> Sequence[PassNote]:
        """The latest passes of a flow, newest first."""

    @abstractmethod
    def plan_state(self, digest: str) -> str | None:
        """`started` or `finished` for a plan file that was applied, else None."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """How many effects there are in each state, by state name."""

    @abstractmethod
    def audit(self, key: str) -> Iterator[Mapping[str, Any]]:
        """The transitions of one effect, in order: at, actor, from, to, detail."""


class Ledger(LedgerReader, Custody):
    """The writer. Once it has acquired a lease it works under it until that is released. What is
    known of a call is always written down, and so are messages; all else that a process decides
    raises FenceError once its lease is lost: see "One at a time" in docs/protocol.md.
    """

    @abstractmethod
    def acquire(
        self, subject: str, owner: str, now: datetime, ttl: timedelta, doing: str = ""
    ) -> Lease:
        """Takes a free or expired lease with a larger fence, for a command (`doing`); raises
        LeaseHeldError, which tells who has it.
        """

    @abstractmethod
    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
        """Raises FenceError when somebody else has taken it."""

    @abstractmethod
    def release(self, lease: Lease) -> None: ...

    @abstractmethod
    def claim(self, intent: Intent, timing: Timing, now: datetime, lease: Lease) -> Effect | None:
        """Writes the intent and takes it to SENDING, committed before this returns.

        Returns None where there is nothing to send: the effect is DONE, FAILED, DOUBT or already
        SENDING, or another effect of the same subject is in flight (`effects` tells which), or
        has one of the intent's legs already: then a person is told (`effects.conflict`). A
        PLANNED row is claimed with this intent's request and legs, its version counted up. Raises
        FenceError when the lease is not this process's any more.
        """

    @abstractmethod
    def reclaim(self, effect: Effect, timing: Timing, now: datetime, lease: Lease) -> Effect:
        """A SENDING row is taken over for one more send of the same request: new window."""

    @abstractmethod
    def done(self, effect: Effect, answer: Answer, now: datetime, detail: str) -> None:
        """Receipt: DONE, with the intent's binding (if any; a later revision that stands there
        stays) and the products of its memo in the same transaction: under `products`, rows with
        the members of KnownProduct.

        Closes open inbox items of the same business key and flow, but those of another write
        that is refused or in doubt.
        """

    @abstractmethod
    def failed(self, effect: Effect, now: datetime, detail: str) -> None:
        """Definite refusal: FAILED, and an inbox item in the same transaction."""

    @abstractmethod
    def doubt(self, effect: Effect, now: datetime, detail: str) -> None:
        """Neither proof is to be had: DOUBT, and an inbox item in the same transaction."""

    @abstractmethod
    def proven(self, effect: Effect, now: datetime, detail: str) -> None:
        """A FAILED or DOUBT effect was read back and what it wanted is there: DONE, with all that
        comes with a receipt.
        """

    @abstractmethod
    def stray(self, effect: Effect, late: str, now: datetime, detail: str) -> bool:
        """Counts a call that may have left outside its right (`late` says why its time was over, or
        the lease is lost by now) and returns whether it was one: the audit has it under `STRAY`.
        """

    @abstractmethod
    def unsent(self, effect: Effect, now: datetime, detail: str) -> None:
        """Proven not processed: back to PLANNED."""

    @abstractmethod
    def withdraw(self, effect: Effect, now: datetime, detail: str) -> None:
        """A PLANNED effect that nobody wants any more is forgotten with its legs; its audit stays.

        It certainly never happened, so whoever plans it again begins anew.
        """

    @abstractmethod
    def absent_once(self, effect: Effect, now: datetime) -> Effect:
        """Notes a first absent reading on a row that stays SENDING."""

    @abstractmethod
    def bind(self, binding: Binding, now: datetime, detail: str) -> None:
        """Records a part that was found already there, proven by reading and comparing.

        A binding of a later revision stays.
        """

    @abstractmethod
    def rebind(self, binding: Binding, now: datetime, detail: str) -> None:
        """The same, in place of whatever binding stands: another number, fingerprint, revision."""

    @abstractmethod
    def unbind(self, part: str, now: datetime, detail: str) -> None:
        """The part is not in the sink any more: deleted by hand, or by us. The audit tells why."""

    @abstractmethod
    def hold(self, hold: Hold) -> None:
        """Opens a hold or refreshes it (`since` of an open one is kept)."""

    @abstractmethod
    def release_hold(self, part: str, *, flow: str = "orders") -> None:
        """Ends the hold of a part in this flow; nothing happens where there is none."""

    @abstractmethod
    def park(self, item: InboxItem, now: datetime) -> None:
        """Opens an inbox item or counts it up."""

    @abstractmethod
    def resolve(
        self,
        business_key: str,
        now: datetime,
        resolution: str,
        *,
        flow: str | None = None,
        kind: str | None = None,
    ) -> int:
        """Closes the open items of a business key, in one flow or (None) in all, of one class or
        (None) of all; returns how many there were.
        """

    @abstractmethod
    def store_messages(self, messages: Sequence[Message], now: datetime) -> int:
        """Stores the messages whose keys are new, all or none; returns how many were new.

        Committed before this returns: they may be taken out of their queue then.
        """

    @abstractmethod
    def settle_messages(self, keys: Sequence[str], now: datetime) -> None:
        """These messages are dealt with. Idempotent; unknown keys are nothing."""

    @abstractmethod
    def retry(self, key: str, now: datetime, reason: str) -> None:
        """A person says that it did not happen: FAILED or DOUBT goes back to PLANNED."""

    @abstractmethod
    def settle(self, key: str, now: datetime, reason: str) -> None:
        """A person says that it happened: FAILED or DOUBT becomes DONE."""

    @abstractmethod
    def pause(self, flow: str, reason: str, now: datetime) -> None:
        """A person stops a flow (`*`: all). Again, it takes the new reason and keeps `since`."""

    @abstractmethod
    def resume(self, flow: str, reason: str, now: datetime) -> None:
        """A person starts it again: the very name that was paused; others stay as they are."""

    @abstractmethod
    def note_release(self, digest: str, document: Mapping[str, Any], now: datetime) -> None:
        """A person made the ruleset with this hash live. Earlier ones stay on record."""

    @abstractmethod
    def advance(self, cursor: Cursor, watermark: datetime) -> None:
        """Moves a cursor forward (version 0: creates it); raises FenceError when it moved."""

    @abstractmethod
    def plan_started(self, digest: str, now: datetime) -> None: ...

    @abstractmethod
    def plan_finished(self, digest: str, now: datetime) -> None: ...

    @abstractmethod
    def note_pass(self, note: PassNote) -> None: ...
