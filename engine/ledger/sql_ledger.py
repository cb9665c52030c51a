"""The writer of the port: each method is one committed transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.errors import LibraryFaultError
from engine.ledger import (
    claims,
    correcting,
    effects,
    endings,
    erasing,
    inbox,
    intake,
    leases,
    operating,
    parts,
    persons,
    progress,
    strays,
)
from engine.ledger.claims import Claim
from engine.ledger.doors import WritingDoor
from engine.ledger.sql_reader import SqlReader
from engine.ledger.transitions import Word
from engine.model.effect import Answer, Binding, Effect, Intent, Timing
from engine.model.stock import Message
from engine.ports.custody import Erased
from engine.ports.ledger import Cursor, Hold, InboxItem, Lease, Ledger, PassNote, Release

T = TypeVar("T")

OPERATOR = "operator"


class SqlLedger(SqlReader, Ledger):
    """One customer's ledger. `owner` is whom the audit names where no lease says it."""

    def __init__(self, door: WritingDoor, customer: str, owner: str) -> None:
        super().__init__(door, customer)
        self._live = door
        self._owner = owner
        self._lease: Lease | None = None

    def acquire(
        self, subject: str, owner: str, now: datetime, ttl: timedelta, doing: str = ""
    ) -> Lease:
        wanted = Lease(subject=subject, owner=owner, fence=0, until=now + ttl)
        taken = self._change(lambda conn: leases.acquire(conn, self._customer, wanted, now, doing))
        self._lease = taken
        return taken

    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
        return self._change(lambda conn: leases.renew(conn, self._customer, lease, now + ttl))

    def release(self, lease: Lease) -> None:
        self._change(lambda conn: leases.release(conn, self._customer, lease))
        self._lease = None

    def claim(self, intent: Intent, timing: Timing, now: datetime, lease: Lease) -> Effect | None:
        self._must_be_ours(intent)
        sealed = self.sealing.intent(intent)
        wanted = Claim(intent=sealed, timing=timing, now=now, lease=lease)
        return self._change(lambda conn: claims.claim(conn, wanted))

    def reclaim(self, effect: Effect, timing: Timing, now: datetime, lease: Lease) -> Effect:
        self._must_be_ours(effect.intent)
        wanted = Claim(intent=effect.intent, timing=timing, now=now, lease=lease)
        return self._change(lambda conn: claims.reclaim(conn, effect, wanted))

    def done(self, effect: Effect, answer: Answer, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._change(lambda conn: endings.done(conn, effect, answer, self._word(now, detail)))

    def failed(self, effect: Effect, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._change(lambda conn: endings.failed(conn, effect, self._word(now, detail)))

    def doubt(self, effect: Effect, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._change(lambda conn: endings.doubt(conn, effect, self._word(now, detail)))

    def proven(self, effect: Effect, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._judge(lambda conn: endings.proven(conn, effect, self._word(now, detail)))

    def stray(self, effect: Effect, late: str, now: datetime, detail: str) -> bool:
        lost = strays.LOST if self._lease is not None and not self._stands(self._lease) else ""
        why = " and ".join(reason for reason in (late, lost) if reason)
        if why:
            word = self._word(now, detail)
            self._change(lambda conn: strays.note(conn, effect, why, word))
        return bool(why)

    def unsent(self, effect: Effect, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._change(lambda conn: endings.unsent(conn, effect, self._word(now, detail)))

    def withdraw(self, effect: Effect, now: datetime, detail: str) -> None:
        self._must_be_ours(effect.intent)
        self._judge(lambda conn: endings.withdraw(conn, effect, self._word(now, detail)))

    def absent_once(self, effect: Effect, now: datetime) -> Effect:
        self._must_be_ours(effect.intent)
        word = self._word(now, "not there yet, looked once")
        return self._change(lambda conn: endings.absent_once(conn, effect, word))

    def bind(self, binding: Binding, now: datetime, detail: str) -> None:
        word = self._word(now, detail)
        sealed = self.sealing.binding(binding)
        self._judge(lambda conn: parts.find(conn, self._customer, sealed, word))

    def rebind(self, binding: Binding, now: datetime, detail: str) -> None:
        word = self._word(now, detail)
        sealed = self.sealing.binding(binding)
        self._judge(lambda conn: parts.rebind(conn, self._customer, sealed, word))

    def unbind(self, part: str, now: datetime, detail: str) -> None:
        word = self._word(now, detail)
        self._judge(lambda conn: parts.unbind(conn, self._customer, part, word))

    def hold(self, hold: Hold) -> None:
        self._judge(lambda conn: parts.keep(conn, self._customer, hold))

    def release_hold(self, part: str, *, flow: str = "orders") -> None:
        self._judge(lambda conn: parts.release(conn, self._customer, part, {flow}))

    def park(self, item: InboxItem, now: datetime) -> None:
        self._judge(lambda conn: inbox.park(conn, self._customer, item, now))

    def resolve(
        self,
        business_key: str,
        now: datetime,
        resolution: str,
        *,
        flow: str | None = None,
        kind: str | None = None,
    ) -> int:
        ending = inbox.Ending(at=now, resolution=resolution)
        return self._judge(
            lambda conn: inbox.close(conn, self._customer, business_key, ending, flow, kind)
        )

    def store_messages(self, messages: Sequence[Message], now: datetime) -> int:
        return self._change(lambda conn: intake.store(conn, self._customer, messages, now))

    def settle_messages(self, keys: Sequence[str], now: datetime) -> None:
        self._judge(lambda conn: intake.settle(conn, self._customer, keys, now))

    def retry(self, key: str, now: datetime, reason: str) -> None:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        self._judge(lambda conn: persons.retry(conn, self._customer, key, word))

    def settle(self, key: str, now: datetime, reason: str) -> None:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        self._judge(lambda conn: persons.settle(conn, self._customer, key, word))

    def pause(self, flow: str, reason: str, now: datetime) -> None:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        self._judge(lambda conn: operating.pause(conn, self._customer, flow, word))

    def resume(self, flow: str, reason: str, now: datetime) -> None:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        self._judge(lambda conn: operating.resume(conn, self._customer, flow, word))

    def note_release(self, digest: str, document: Mapping[str, Any], now: datetime) -> None:
        release = Release(hash=digest, at=now, document=document)
        self._judge(lambda conn: operating.note_release(conn, self._customer, release))

    def advance(self, cursor: Cursor, watermark: datetime) -> None:
        self._judge(lambda conn: progress.advance(conn, self._customer, cursor, watermark))

    def plan_started(self, digest: str, now: datetime) -> None:
        self._judge(lambda conn: progress.start_plan(conn, self._customer, digest, now))

    def plan_finished(self, digest: str, now: datetime) -> None:
        self._judge(lambda conn: progress.finish_plan(conn, self._customer, digest, now))

    def note_pass(self, note: PassNote) -> None:
        self._judge(lambda conn: progress.note_pass(conn, self._customer, note))

    def erase(self, order: str, now: datetime, reason: str) -> Erased:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        erased = self._judge(lambda conn: erasing.erase(conn, self._customer, order, word))
        self._live.scour()
        return erased

    def move_cursor(
        self, feed: str, version: int, watermark: datetime, now: datetime, reason: str
    ) -> None:
        word = Word(at=now, actor=OPERATOR, detail=reason)
        to = Cursor(feed=feed, watermark=watermark, version=version)
        self._judge(lambda conn: correcting.move(conn, self._customer, to, word))

    def forget_bodies(self, before: datetime) -> int:
        def work(conn: sa.Connection) -> int:
            erased = effects.forget_bodies(conn, self._customer, before)
            return erased + intake.forget_raw(conn, self._customer, before)

        return self._judge(work)

    def _change(self, work: Callable[[sa.Connection], T]) -> T:
        return self._live.change(work)

    def _judge(self, work: Callable[[sa.Connection], T]) -> T:
        """The same where only the one who has the lease may judge; without any, everybody may."""

        def under_lease(conn: sa.Connection) -> T:
            if self._lease is not None:
                leases.check(conn, self._customer, self._lease)
            return work(conn)

        return self._change(under_lease)

    def _stands(self, lease: Lease) -> bool:
        return self._live.ask(lambda conn: leases.stands(conn, self._customer, lease))

    def _word(self, now: datetime, detail: str) -> Word:
        actor = self._owner if self._lease is None else leases.signature(self._lease)
        return Word(at=now, actor=actor, detail=detail)

    def _must_be_ours(self, intent: Intent) -> None:
        if intent.customer != self._customer:
            raise LibraryFaultError(
                f"an effect of {intent.customer} was handed to the ledger of {self._customer}"
            )
