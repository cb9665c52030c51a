"""What applying needs: the memory, the operations of both systems, time, and the right to work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from engine.errors import ConfigurationError, SystemUnavailableError
from engine.flows.orders_changes import content_hash
from engine.model.decision import Change, ChangeStatus, Decision
from engine.model.effect import TOLD, Intent
from engine.ports.flows import EventQueue
from engine.ports.ledger import Hold, Lease, Ledger, Pause
from engine.ports.systems import Operation
from engine.ports.world import Clock, Randomness

PATIENCE = 5
"""So many changes in a row without any usable answer end the pass: the system is down."""

UNFINISHED = "effects.unfinished"

EVERY_FLOW = "*"
"""What a pause of all flows calls them."""


class Tenure:
    """The lease of this process on one customer, renewed while the work goes on."""

    def __init__(self, ledger: Ledger, clock: Clock, lease: Lease, ttl: timedelta) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lease = lease
        self._ttl = ttl
        self._renewing = Lock()

    @property
    def lease(self) -> Lease:
        """The lease as it stands."""
        return self._lease

    def keep(self, ahead: timedelta = timedelta()) -> Lease:
        """The lease, renewed when half of it is over, or where it would not outlast what lies
        `ahead`; raises FenceError when it is lost. Several threads may call it.
        """
        with self._renewing:
            now = self._clock.now()
            half = self._ttl / 2
            if self._lease.until - now < max(half, ahead):
                lasting = max(self._ttl, ahead + half)
                self._lease = self._ledger.renew(self._lease, now, lasting)
            return self._lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one change, with a sentence.

    `until`: so long a call without an answer may still be processed.
    `behind`: nothing is written down of it, as another effect of its subject is in flight.
    """

    status: ChangeStatus
    detail: str = ""
    until: datetime | None = None
    behind: bool = False


@dataclass(slots=True, kw_only=True)
class Bench:
    """Everything that carrying out needs. `operations` is connection -> operation name -> how,
    `queues` connection -> the queue whose messages its flows live on. `followers` are flows that
    look at an order once it is found in the sink: what was told of it before, they left alone.
    `heirs` are those that look at one that the orders flow had to hold, once it lets go of it.

    `on_change` is told of each change that ended, for a progress bar. `longest` is connection ->
    the longest time that an answer took in this process, in seconds.
    """

    customer: str
    ledger: Ledger
    operations: Mapping[str, Mapping[str, Operation]]
    clock: Clock
    random: Randomness
    tenure: Tenure
    queues: Mapping[str, EventQueue] = field(default_factory=dict)
    pauses: Sequence[Pause] = ()
    followers: Sequence[str] = ()
    heirs: Sequence[str] = ()
    on_change: Callable[[Result], None] = lambda result: None
    silent: int = field(default=0)
    longest: dict[str, float] = field(default_factory=dict)

    def operation(self, intent: Intent) -> Operation:
        """How this intent is sent.

        Raises ConfigurationError where nobody offers it: a person may have renamed the connection
        since the intent was written down.
        """
        try:
            return self.operations[intent.target][intent.kind]
        except KeyError:
            raise ConfigurationError(
                f'the connection "{intent.target}" has no operation "{intent.kind}" (any more)',
                f'If it was renamed, call it "{intent.target}" again until nothing that was sent '
                "through it is open; then rename it and make a new plan.",
            ) from None

    def pause_of(self, flow: str) -> Pause | None:
        """Why this flow rests, if a person has stopped it."""
        return next((one for one in self.pauses if one.flow in {flow, EVERY_FLOW}), None)

    def keep_open(self, record: tuple[str, str], why: str) -> None:
        """Holds a flow's record as a whole, under its own key: every pass looks at it again."""
        flow, order = record
        now = self.clock.now()
        self.ledger.hold(
            Hold(
                part=order,
                order=order,
                rule=UNFINISHED,
                reason=why,
                since=now,
                seen=now,
                flow=flow,
            )
        )

    def follow(self, order: str) -> None:
        """Has the flows that go on with an order look at one that was found in the sink: who typed
        it in may have picked and packed it too, and until now its messages were somebody else's.
        """
        for flow in self.followers:
            self.keep_open((flow, order), "it was found in the warehouse")

    def still_ours(self, _read: int) -> None:
        """Keeps the lease while a long plan is made: reading may take many times its length, and
        whoever took it meanwhile would have all that was planned come to nothing.
        """
        self.tenure.keep()

    def heard(self, result: Result) -> None:
        """Counts changes without an answer; raises SystemUnavailableError after a few in a row."""
        self.on_change(result)
        unheard = result.status in {ChangeStatus.UNKNOWN, ChangeStatus.SKIPPED} and result.detail
        self.silent = self.silent + 1 if unheard else 0
        if self.silent >= PATIENCE:
            raise SystemUnavailableError(
                f"{PATIENCE} changes in a row got no usable answer; the last: {result.detail}",
                "Nothing is lost: what was sent is on record and will be checked. Run again later.",
            )


def intent_of(
    customer: str, decision: Decision, change: Change, told: Sequence[str] = ()
) -> Intent:
    """What the ledger writes down before a change of a decision is sent; `told` are the classes of
    what people are told of the same business key along with it.
    """
    memo = change.memo if not told else {**(change.memo or {}), TOLD: list(told)}
    return Intent(
        key=change.key,
        kind=change.operation,
        customer=customer,
        target=change.target,
        subject=change.subject,
        marker=change.marker,
        business_key=change.about or decision.key,
        request=change.request.to_json(),
        body_hash=content_hash(change.request),
        binding=change.binding,
        flow=decision.flow,
        order=decision.order,
        memo=memo,
        legs={leg.key: leg.quantity for leg in change.legs},
    )
