"""The memory as it would be if an ended effect had never been sent: for showing a retry's plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.model.effect import Binding, Effect, EffectState
from engine.ports.ledger import (
    Cursor,
    Hold,
    InboxItem,
    KnownProduct,
    LedgerReader,
    PassNote,
    Pause,
    Release,
    StoredMessage,
)


class AsIfNotSent(LedgerReader):
    """Another reader, with the effects of these keys shown as PLANNED."""

    def __init__(self, ledger: LedgerReader, keys: frozenset[str]) -> None:
        self._ledger = ledger
        self._keys = keys

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {key: self._shown(row) for key, row in self._ledger.effects(keys).items()}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        found = self._ledger.by_subject(subjects)
        return {subject: [self._shown(row) for row in rows] for subject, rows in found.items()}

    def _shown(self, row: Effect) -> Effect:
        return replace(row, state=EffectState.PLANNED) if row.intent.key in self._keys else row

    def legs(self, keys: Sequence[str]) -> Mapping[str, str]:
        return self._ledger.legs(keys)

    def legs_of(self, effect_key: str) -> Mapping[str, int]:
        return self._ledger.legs_of(effect_key)

    def legs_below(self, prefix: str) -> frozenset[str]:
        return self._ledger.legs_below(prefix)

    def messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return self._ledger.messages(kinds, after, limit)

    def dealt_messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return self._ledger.dealt_messages(kinds, after, limit)

    def message_counts(self) -> Mapping[str, int]:
        return self._ledger.message_counts()

    def known_messages(self, keys: Sequence[str]) -> frozenset[str]:
        return self._ledger.known_messages(keys)

    def seal(self, plain: str) -> str:
        return self._ledger.seal(plain)

    def cursor(self, feed: str) -> Cursor | None:
        return self._ledger.cursor(feed)

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        return self._ledger.bindings(orders)

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        return self._ledger.bindings_of(numbers)

    def products(self, skus: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return self._ledger.products(skus)

    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return self._ledger.products_of_items(items)

    def pauses(self) -> Sequence[Pause]:
        return self._ledger.pauses()

    def released(self) -> Release | None:
        return self._ledger.released()

    def unfinished(self) -> Sequence[Effect]:
        shown = self.effects(list(self._keys))
        rest = [row for row in self._ledger.unfinished() if row.intent.key not in shown]
        return [*rest, *shown.values()]

    def holds(self) -> Sequence[Hold]:
        return self._ledger.holds()

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        return self._ledger.inbox(include_closed=include_closed)

    def inbox_of(self, keys: Collection[str]) -> Sequence[InboxItem]:
        return self._ledger.inbox_of(keys)

    def passes(self, flow: str, limit: int = 1) -> Sequence[PassNote]:
        return self._ledger.passes(flow, limit)

    def plan_state(self, digest: str) -> str | None:
        return self._ledger.plan_state(digest)

    def counts(self) -> Mapping[str, int]:
        return self._ledger.counts()

    def audit(self, key: str) -> Iterator[Mapping[str, Any]]:
        return self._ledger.audit(key)
