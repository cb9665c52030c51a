"""The items flow's runner: reads products page by page, looks up what is known of each, lets the
flow decide. It holds one page at a time and can send nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.compiler.items import CompiledItems
from engine.executor.chunks import chunks
from engine.executor.runner import SAFETY, Ask, Reading, Runner, Stale
from engine.executor.standing import waiting_work
from engine.executor.windows import iso, since_cursor
from engine.flows.items import FLOW, ItemsKnown, decide, gone, is_settled, settled, unreadable
from engine.flows.items_changes import ItemRendering, subject_of
from engine.flows.items_draft import ItemDraft, draft_of
from engine.model.decision import Decision
from engine.model.effect import EffectState
from engine.model.order import Unreadable
from engine.model.plan import Window
from engine.model.product import Product, ProductRef
from engine.ports.flows import ItemSink, ProductSource
from engine.ports.ledger import LedgerReader

FEED = "items"
PAGE = 40
CALL = 100
"""About so many items go out in one call."""

Found = tuple[list[Product | Unreadable], list[str]]
"""Records not seen before in this pass, and the keys that are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDesk:
    """What planning items needs: the rules, and eyes on both systems and the memory."""

    compiled: CompiledItems
    source: ProductSource
    sink: ItemSink
    ledger: LedgerReader

    @property
    def rendering(self) -> ItemRendering:
        """How the warehouse words an item."""
        return ItemRendering(
            upsert=partial(self.sink.item, patch=False), patch=partial(self.sink.item, patch=True)
        )


class ItemRunner(Runner):
    """Changed products, by updated date."""

    def __init__(self, desk: ItemDesk) -> None:
        self._desk = desk

    @property
    def flow(self) -> str:
        return FLOW

    def window(self, ask: Ask) -> Window:
        desk, rules = self._desk, self._desk.compiled.rules
        cursor = desk.ledger.cursor(FEED)
        return Window(
            flow=FLOW,
            feed=FEED,
            since=iso(ask.since or since_cursor(cursor, rules.overlap, rules.since)),
            until=iso(desk.source.server_now() - SAFETY),
            cursor_version=cursor.version if cursor else 0,
        )

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        for found, missing in self._batches(ask, window, reading):
            for key in missing:
                yield gone(key)
            reading.count(len(found))
            yield from (unreadable(one) for one in found if isinstance(one, Unreadable))
            products = [one for one in found if isinstance(one, Product)]
            decided = decide_products(self._desk, products, self._again(ask))
            yield from sorted(decided, key=_operation)
            if ask.limit is not None and reading.read >= ask.limit:
                return

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        writing = (one for one in decisions if one.changes)
        for batch in chunks(writing, PAGE):
            yield from _stale_of(self._desk, batch)

    def calls(self, changes: Mapping[str, int]) -> int:
        return sum(-(-count // CALL) for count in changes.values())

    def _again(self, ask: Ask) -> datetime | None:
        """Up to when what is read was read before, and comes again by the overlap alone."""
        cursor = self._desk.ledger.cursor(FEED)
        return None if ask.partial or cursor is None else cursor.watermark

    def _batches(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Found]:
        desk, seen = self._desk, set[str]()
        again = _keys(desk, ask.only) if ask.only else waiting_work(desk.ledger, FLOW)
        for keys in chunks(again, PAGE):
            found = desk.source.by_key(keys)
            seen.update(found)
            yield _limited(list(found.values()), ask, reading), [k for k in keys if k not in found]
        if ask.only:
            return
        since, until = datetime.fromisoformat(window.since), datetime.fromisoformat(window.until)
        for page in desk.source.products(desk.compiled.rules.owners, since, until):
            fresh = list({one.key: one for one in page if one.key not in seen}.values())
            seen.update(one.key for one in fresh)
            reading.saw(one.updated for one in page if isinstance(one, Product))
            yield _limited(fresh, ask, reading), []


def _operation(decision: Decision) -> str:
    """Those that go out by one operation come together: a batch has one."""
    return decision.changes[0].operation if decision.changes else ""


def _limited(
    records: list[Product | Unreadable], ask: Ask, reading: Reading
) -> list[Product | Unreadable]:
    return records if ask.limit is None else records[: ask.limit - reading.read]


def _keys(desk: ItemDesk, asked: Sequence[str]) -> list[str]:
    """A person may ask for products by SKU, or by the channel's own id."""
    by_sku = _products(desk, asked)
    keys = ([ref.key for ref in by_sku[word]] or [word] for word in asked)
    return list(dict.fromkeys(key for some in keys for key in some))


def decide_products(
    desk: ItemDesk, products: Sequence[Product], again: datetime | None = None
) -> Iterator[Decision]:
    """The decisions on some products: drafts, then everything they name looked up at once.

    One that was read before `again`, and that was written as it is, is not looked up once more.
    """
    drafts = [draft_of(desk.compiled, product) for product in products]
    done = _settled(desk, drafts, again) if again is not None else frozenset[str]()
    asked = [draft for draft in drafts if draft.product.key not in done]
    known = _look_up(desk, [draft for draft in asked if draft.is_open])
    yield from (settled(draft) for draft in drafts if draft.product.key in done)
    rendering = desk.rendering
    for draft in asked:
        yield decide(desk.compiled, draft, known, rendering)


def _settled(desk: ItemDesk, drafts: Sequence[ItemDraft], again: datetime) -> frozenset[str]:
    """The products of which the memory alone says that there is nothing to be done."""
    names = Counter(draft.number.casefold() for draft in drafts)
    read = [one for one in drafts if one.is_open and one.product.updated <= again]
    alone = [one for one in read if names[one.number.casefold()] == 1]
    subjects = {one.product.key: subject_of(desk.compiled, one.number) for one in alone}
    effects = desk.ledger.by_subject(list(subjects.values())) if subjects else {}
    return frozenset(
        one.product.key
        for one in alone
        if is_settled(desk.compiled, one, effects.get(subjects[one.product.key], ()))
    )


def _look_up(desk: ItemDesk, drafts: Sequence[ItemDraft]) -> ItemsKnown:
    if not drafts:
        return ItemsKnown()
    numbers = [name for draft in drafts for name in (draft.number, *draft.scans)]
    return ItemsKnown(
        asked=desk.sink.may_ask,
        stored=desk.sink.stored(numbers),
        products=_products(desk, numbers),
        effects=desk.ledger.by_subject([subject_of(desk.compiled, one.number) for one in drafts]),
    )


def _products(desk: ItemDesk, skus: Sequence[str]) -> dict[str, list[ProductRef]]:
    """SKU -> the products with it, of all owners."""
    found: dict[str, list[ProductRef]] = {sku: [] for sku in skus}
    for profile in desk.compiled.rules.owners:
        for sku, refs in desk.source.by_sku(profile, list(found)).items():
            found[sku] += refs
    return found


def _stale_of(desk: ItemDesk, batch: Sequence[Decision]) -> Iterator[Stale]:
    """Decides again: what comes out otherwise must not be sent. What was sent already (by an
    earlier apply of the same file) rests on nothing any more.
    """
    effects = desk.ledger.effects([one.changes[0].key for one in batch])
    begun = {key for key, row in effects.items() if row.state is not EffectState.PLANNED}
    waiting = [one for one in batch if one.changes[0].key not in begun]
    records = desk.source.by_key([one.order for one in waiting]) if waiting else {}
    products = [one for one in records.values() if isinstance(one, Product)]
    now = {decision.key: decision for decision in decide_products(desk, products)}
    for decision in waiting:
        why = _moved(decision, now.get(decision.key))
        if why:
            yield Stale(key=decision.key, why=why)


def _moved(then: Decision, now: Decision | None) -> str:
    """How the ground of a decision has moved, or an empty text."""
    if now is None:
        return "the product is gone from the source, or cannot be read any more"
    if not now.changes:
        return f"it would not be sent any more: {now.reason}"
    rested, rests = then.changes[0].rests_on, now.changes[0].rests_on
    if rested["product"] != rests["product"]:
        return "the product was changed after the plan was made"
    if rested["item"] != rests["item"]:
        return "the item in the warehouse was changed after the plan was made"
    return ""
