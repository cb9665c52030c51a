"""What a plan sees where no ledger has been written yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from engine.ports.state import OrderRecord, Survey


class EmptyReader(LedgerReader):
    """Nothing was ever read, sent, held or noted."""

    def seal(self, plain: str) -> str:
        return plain

    def cursor(self, feed: str) -> Cursor | None:
        return None

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        return {}

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        return {}

    def legs(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {}

    def legs_of(self, effect_key: str) -> Mapping[str, int]:
        return {}

    def legs_below(self, prefix: str) -> frozenset[str]:
        return frozenset()

    def messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return ()

    def dealt_messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return ()

    def message_counts(self) -> Mapping[str, int]:
        return {}

    def known_messages(self, keys: Sequence[str]) -> frozenset[str]:
        return frozenset()

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        return {}

    def products(self, skus: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return {}

    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return {}

    def pauses(self) -> Sequence[Pause]:
        return ()

    def released(self) -> Release | None:
        return None

    def unfinished(self) -> Sequence[Effect]:
        return ()

    def holds(self) -> Sequence[Hold]:
        return ()

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        return ()

    def passes(self, flow: str, limit: int = 1) -> Sequence[PassNote]:
        return ()

    def plan_state(self, digest: str) -> str | None:
        return None

    def counts(self) -> Mapping[str, int]:
        return {state.value: 0 for state in EffectState}

    def audit(self, key: str) -> Iterator[Mapping[str, Any]]:
        return iter(())

    def survey(self) -> Survey:
        return Survey()

    def record_of(self, order: str) -> OrderRecord:
        return OrderRecord(order=order)

    def order_of_number(self, number: str) -> str | None:
        return None

    def close(self) -> None:
        """There is nothing to let go of."""
