"""How a customer stands, from the memory alone; times are ISO 8601 in UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.executor.delays import Delay, delays_of
from engine.executor.queue_watch import COUNTED, noted
from engine.executor.standing import order_of
from engine.model.effect import STRAY, EffectState
from engine.model.stock import MessageKind
from engine.ports.ledger import Hold, LedgerReader, StoredMessage

ORDERS, SHIPMENTS = "orders", "shipments"
PAGE = 500
PICKED = (MessageKind.PICK, MessageKind.PACK, MessageKind.BOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowHealth:
    """One flow: its last pass, how far it has read (None: it has no cursor), and what it holds."""

    last_pass: str | None
    outcome: str | None
    cursor: str | None
    holds: Mapping[str, int]
    oldest_hold: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A record that waits, and since when."""

    key: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """A paused flow (`*`: all of them), since when, and why."""

    flow: str
    since: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A call that may have left after its time, or under a lost lease: when it was noticed, and
    which it was, why, and how it ended.
    """

    at: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One customer. `last_pass`, `outcome` and `cursor` are those of orders; the rest is of all
    flows.

    `flows` are those that have left anything. `oldest_unsent` is the order that has waited longest
    to get into the warehouse. `picked` are orders that were picked or packed more than
    `picked_hours` ago, as far as is known here, and whose shipment was not told: oldest first.
    `messages`: kind -> how many nobody has dealt with. `queue` counts those that were read so far:
    new, come again, of an unknown type; empty where nothing was read. `stray`: see there; none is
    normal. `delays` are the longest that were seen of each connection.
    """

    customer: str
    last_pass: str | None
    outcome: str | None
    cursor: str | None
    holds: Mapping[str, int]
    oldest_hold: str | None
    in_flight: int
    doubts: int
    inbox: int
    flows: Mapping[str, FlowHealth]
    oldest_unsent: Since | None
    picked_hours: int
    picked: Sequence[Since]
    messages: Mapping[str, int]
    paused: Sequence[Resting]
    queue: Mapping[str, int]
    stray: Sequence[Stray]
    delays: Sequence[Delay]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Which flows there are, what time it is, and after how many hours a pick should be shipped."""

    flows: tuple[str, ...]
    now: datetime
    picked_hours: int


def health_of(customer: str, ledger: LedgerReader, looking: Looking) -> Health:
    """What the memory says of one customer."""
    holds = ledger.holds()
    open_now = Counter(effect.state for effect in ledger.unfinished())
    flows = {flow: _flow(ledger, flow, holds) for flow in looking.flows}
    orders = flows[ORDERS]
    return Health(
        customer=customer,
        last_pass=orders.last_pass,
        outcome=orders.outcome,
        cursor=orders.cursor,
        holds=dict(Counter(hold.rule for hold in holds)),
        oldest_hold=_oldest(holds),
        in_flight=open_now[EffectState.SENDING],
        doubts=open_now[EffectState.DOUBT],
        inbox=len(ledger.inbox()),
        flows={flow: one for flow, one in flows.items() if one.last_pass or one.holds},
        oldest_unsent=min(_unsent(ledger, holds), key=lambda one: one.since, default=None),
        picked_hours=looking.picked_hours,
        picked=_picked(ledger, holds, looking.now - timedelta(hours=looking.picked_hours)),
        messages=dict(sorted(ledger.message_counts().items())),
        paused=[
            Resting(flow=one.flow, since=one.since.isoformat(), reason=one.reason)
            for one in ledger.pauses()
        ],
        delays=list(delays_of(ledger)),
        queue={word: count for word, count in noted(ledger).items() if word in COUNTED},
        stray=[Stray(at=row["at"].isoformat(), what=row["detail"]) for row in ledger.audit(STRAY)],
    )


def _flow(ledger: LedgerReader, flow: str, holds: Sequence[Hold]) -> FlowHealth:
    passes = ledger.passes(flow)
    cursor = ledger.cursor(flow)
    mine = [hold for hold in holds if hold.flow == flow]
    return FlowHealth(
        last_pass=passes[0].at.isoformat() if passes else None,
        outcome=passes[0].outcome if passes else None,
        cursor=cursor.watermark.isoformat() if cursor else None,
        holds=dict(Counter(hold.rule for hold in mine)),
        oldest_hold=_oldest(mine),
    )


def _oldest(holds: Sequence[Hold]) -> str | None:
    return holds[0].since.isoformat() if holds else None


def _unsent(ledger: LedgerReader, holds: Sequence[Hold]) -> Iterator[Since]:
    """Orders that wait here, and those whose create has not ended."""
    for hold in holds:
        if hold.flow == ORDERS:
            yield Since(key=hold.order, since=hold.since.isoformat())
    for effect in ledger.unfinished():
        begun = effect.intent_at
        if effect.intent.binding is not None and begun is not None:
            yield Since(key=order_of(effect.intent), since=begun.isoformat())


def _picked(ledger: LedgerReader, holds: Sequence[Hold], before: datetime) -> list[Since]:
    """By order: the oldest hold or message of each."""
    found = [(hold.order, hold.since) for hold in holds if hold.flow == SHIPMENTS]
    messages = list(_messages(ledger, before))
    numbers = [one.message.order or one.message.key for one in messages]
    bound = ledger.bindings_of(numbers)
    for number, one in zip(numbers, messages, strict=True):
        order = bound[number].order if number in bound else number
        found.append((order, _told_at(one)))
    oldest: dict[str, datetime] = {}
    for order, since in found:
        oldest[order] = min(since, oldest.get(order, since))
    late = sorted((since, order) for order, since in oldest.items() if since <= before)
    return [Since(key=order, since=since.isoformat()) for since, order in late]


def _messages(ledger: LedgerReader, before: datetime) -> Iterator[StoredMessage]:
    """Picks and packs from before then that nobody has dealt with."""
    after = 0
    while rows := ledger.messages([kind.value for kind in PICKED], after, PAGE):
        yield from (row for row in rows if _told_at(row) <= before)
        after = rows[-1].seq


def _told_at(one: StoredMessage) -> datetime:
    """When it happened on the floor; where the site does not say, when it came here."""
    return one.message.at or one.received
