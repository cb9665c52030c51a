"""The shipments flow's runner: looks at orders some at a time, and lets the flow decide. It can
send nothing.

Messages are hints which orders to read. In case one was missed, orders are now and then also found
by the time of their last change; only such a pass moves the cursor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from engine.executor.chunks import chunks
from engine.executor.runner import SAFETY, Ask, Reading, Runner, Stale
from engine.executor.shipment_candidates import (
    PAGE,
    Heard,
    Named,
    asked,
    changed,
    heard,
    named,
    waiting,
)
from engine.executor.shipment_gather import ShipmentDesk, facts_of
from engine.executor.standing import closed_by_persons
from engine.executor.windows import iso, since_cursor, sweep_is_due
from engine.flows.shipments import dealt_with, decide
from engine.flows.shipments_facts import Facts, ground
from engine.flows.shipments_told import unanswered
from engine.flows.shipments_view import FLOW
from engine.model.decision import Change, Decision, Outcome
from engine.model.effect import EffectState
from engine.model.plan import Window

FEED = "shipments"


class ShipmentRunner(Runner):
    """Picked and packed orders, from the warehouse to the channel that they came from."""

    def __init__(self, desk: ShipmentDesk) -> None:
        self._desk = desk

    @property
    def flow(self) -> str:
        return FLOW

    def window(self, ask: Ask) -> Window:
        """Without a feed nothing is read by its last change."""
        desk, rules = self._desk, self._desk.compiled.rules
        until = desk.clock.now() - SAFETY
        due = not ask.partial and sweep_is_due(desk.ledger, FEED, until, rules.catch_up)
        if not due and ask.since is None:
            return Window(
                flow=FLOW, feed=None, since=iso(until), until=iso(until), cursor_version=0
            )
        cursor = desk.ledger.cursor(FEED)
        since = ask.since or since_cursor(cursor, rules.overlap, desk.compiled.since)
        return Window(
            flow=FLOW,
            feed=FEED,
            since=iso(since),
            until=iso(until),
            cursor_version=cursor.version if cursor else 0,
            sweep=due,
        )

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        said = heard(self._desk)
        seen: set[str] = set()
        for some in self._named(ask, window, said):
            fresh = [order for order in some.orders if order not in seen]
            seen.update(fresh)
            if ask.limit is not None:
                fresh = fresh[: ask.limit - reading.read]
            reading.count(len(fresh))
            yield from some.decisions
            yield from self._decided(fresh, said)
            if ask.limit is not None and reading.read >= ask.limit:
                return
        if window.sweep:
            reading.saw([_reached(window, self._desk.progress.listed_at)])

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        for some in chunks((one for one in decisions if one.changes), PAGE):
            yield from self._stale(some)

    def _named(self, ask: Ask, window: Window, said: Heard) -> Iterator[Named]:
        """The orders to look at, those that a person asked for alone."""
        if ask.only:
            yield asked(self._desk, ask.only)
            return
        yield Named(orders=(), decisions=tuple(said.decisions))
        yield waiting(self._desk)
        yield from named(self._desk, said)
        if window.feed is not None:
            yield from changed(self._desk, datetime.fromisoformat(window.since))

    def _decided(self, orders: Sequence[str], said: Heard) -> Iterator[Decision]:
        for keys in chunks(orders, PAGE):
            for facts in facts_of(self._desk, keys, said.hints):
                for made in decide(self._desk.compiled, facts, self._desk.rendering):
                    asks = made.outcome in {Outcome.REPORT, Outcome.REJECT}
                    yield self._asked_once(made) if asks else made

    def _asked_once(self, made: Decision) -> Decision:
        """A decision that asks a person, quiet where one has dealt with it."""
        return dealt_with(made, closed_by_persons(self._desk.ledger, FLOW, [made.key]))

    def _stale(self, decisions: Sequence[Decision]) -> Iterator[Stale]:
        """What an earlier apply of the same file has sent rests on nothing any more."""
        desk = self._desk
        keys = [change.key for one in decisions for change in one.changes]
        begun = {
            key
            for key, row in desk.ledger.effects(keys).items()
            if row.state is not EffectState.PLANNED
        }
        fresh = [one for one in decisions if any(change.key not in begun for change in one.changes)]
        orders = list(dict.fromkeys(one.order for one in fresh))
        known = {one.key: one for one in facts_of(desk, orders, {})}
        for one in fresh:
            facts = known[one.order]
            if one.changes[0].rests_on["ground"] != ground(desk.compiled, facts):
                why = "the order was changed, in the channel or the warehouse, after the plan"
                yield Stale(key=one.key, why=why)
            elif not self._is_left([two for two in one.changes if two.key not in begun], facts):
                why = "what was told of the order after the plan leaves nothing of this to be told"
                yield Stale(key=one.key, why=why)

    def _is_left(self, changes: Sequence[Change], facts: Facts) -> bool:
        """Whether these would be told today, of the same units. The same units may have been told
        in another parcel meanwhile, by a ruleset that was edited. What is behind a call without an
        answer is not sent anyway.
        """
        if unanswered(facts.effects) is not None:
            return True
        desk = self._desk
        decided = decide(desk.compiled, facts, desk.rendering)
        memos = {change.key: change.memo for one in decided for change in one.changes}
        return all(memos.get(change.key) == change.memo for change in changes)


def _reached(window: Window, listed_at: datetime | None) -> datetime:
    """How far a look at what changed has got: never beyond the warehouse's own time, as stamps are
    that. A clock of ours that once ran ahead would else hide what changes until then.
    """
    until = datetime.fromisoformat(window.until)
    return until if listed_at is None else min(until, listed_at - SAFETY)
