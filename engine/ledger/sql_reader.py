"""The reader of the port over a door: each method is one question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from engine.ledger import (
    catalog,
    effects,
    inbox,
    intake,
    legs,
    operating,
    parts,
    progress,
    survey,
    trail,
)
from engine.ledger.doors import Door
from engine.ledger.sealing import Seal, seal_of
from engine.model.effect import Binding, Effect
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


class SqlReader(LedgerReader):
    """One customer's ledger, to look into. `close` lets go of the file."""

    def __init__(self, door: Door, customer: str) -> None:
        self._door = door
        self._customer = customer
        self._seal: Seal | None = None

    @property
    def sealing(self) -> Seal:
        """The seal of the file, read once."""
        if self._seal is None:
            self._seal = self._door.ask(seal_of)
        return self._seal

    def seal(self, plain: str) -> str:
        return self.sealing(plain)

    def cursor(self, feed: str) -> Cursor | None:
        return self._door.ask(lambda conn: progress.see_cursor(conn, self._customer, feed))

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        return self._door.ask(lambda conn: parts.bindings(conn, self._customer, orders))

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return self._door.ask(lambda conn: effects.by_keys(conn, self._customer, keys))

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        return self._door.ask(lambda conn: effects.by_subjects(conn, self._customer, subjects))

    def legs(self, keys: Sequence[str]) -> Mapping[str, str]:
        return self._door.ask(lambda conn: legs.owners(conn, self._customer, keys))

    def legs_of(self, effect_key: str) -> Mapping[str, int]:
        found = self._door.ask(lambda conn: legs.of_effects(conn, self._customer, [effect_key]))
        return found.get(effect_key, {})

    def legs_below(self, prefix: str) -> frozenset[str]:
        return self._door.ask(lambda conn: legs.below(conn, self._customer, prefix))

    def messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return self._door.ask(
            lambda conn: intake.waiting(conn, self._customer, kinds, after, limit)
        )

    def dealt_messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        return self._door.ask(
            lambda conn: intake.dealt_with(conn, self._customer, kinds, after, limit)
        )

    def message_counts(self) -> Mapping[str, int]:
        return self._door.ask(lambda conn: intake.counts(conn, self._customer))

    def known_messages(self, keys: Sequence[str]) -> frozenset[str]:
        return self._door.ask(lambda conn: intake.known(conn, self._customer, keys))

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        return self._door.ask(lambda conn: parts.numbered(conn, self._customer, numbers))

    def products(self, skus: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return self._door.ask(lambda conn: catalog.by_skus(conn, self._customer, skus))

    def products_of_items(self, items: Sequence[str]) -> Mapping[str, Sequence[KnownProduct]]:
        return self._door.ask(lambda conn: catalog.by_items(conn, self._customer, items))

    def pauses(self) -> Sequence[Pause]:
        return self._door.ask(lambda conn: operating.pauses(conn, self._customer))

    def released(self) -> Release | None:
        return self._door.ask(lambda conn: operating.released(conn, self._customer))

    def unfinished(self) -> Sequence[Effect]:
        return self._door.ask(lambda conn: effects.unfinished(conn, self._customer))

    def holds(self) -> Sequence[Hold]:
        return self._door.ask(lambda conn: parts.holds(conn, self._customer))

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        return self._door.ask(
            lambda conn: inbox.show(conn, self._customer, include_closed=include_closed)
        )

    def inbox_of(self, keys: Collection[str]) -> Sequence[InboxItem]:
        return self._door.ask(lambda conn: inbox.about(conn, self._customer, keys))

    def passes(self, flow: str, limit: int = 1) -> Sequence[PassNote]:
        return self._door.ask(lambda conn: progress.passes(conn, self._customer, flow, limit))

    def plan_state(self, digest: str) -> str | None:
        return self._door.ask(lambda conn: progress.plan_state(conn, self._customer, digest))

    def counts(self) -> Mapping[str, int]:
        return self._door.ask(lambda conn: effects.counts(conn, self._customer))

    def audit(self, key: str) -> Iterator[Mapping[str, Any]]:
        return iter(self._door.ask(lambda conn: trail.read(conn, self._customer, key)))

    def survey(self) -> Survey:
        """How the memory stands, for a person."""
        return self._door.ask(lambda conn: survey.survey(conn, self._customer))

    def record_of(self, order: str) -> OrderRecord:
        """All that there is of one order of the channel."""
        return self._door.ask(lambda conn: survey.record_of(conn, self._customer, order))

    def order_of_number(self, number: str) -> str | None:
        """The order of the channel that has, or had, this number in the sink."""
        return self._door.ask(lambda conn: survey.order_of_number(conn, self._customer, number))

    def close(self) -> None:
        self._door.close()
