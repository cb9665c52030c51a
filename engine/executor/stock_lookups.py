"""What the stock flow asks of the channel and of the memory before it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.compiler.stock import CompiledStock
from engine.executor.stock_census import Census
from engine.flows.stock_bookings import FLOW
from engine.flows.stock_changes import ADJUST, subject_of
from engine.flows.stock_draft import Draft
from engine.flows.stock_heals import Heals, heals_of
from engine.flows.stock_known import Known
from engine.flows.stock_products import Products, profile_of, written_in
from engine.flows.stock_setting import OPERATION
from engine.model.effect import Effect, EffectState, alike, healing
from engine.ports.flows import ProductSource, StockSink
from engine.ports.ledger import LedgerReader

Planned = Mapping[str, Sequence[Effect]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What looking up needs; without a `census` no quantity can be set by rule."""

    compiled: CompiledStock
    sink: StockSink
    products: ProductSource
    ledger: LedgerReader
    census: Census | None = None


def planned_of(ledger: LedgerReader) -> Planned:
    """Item -> its changes that were planned and proven not to have happened. What a first load or
    a correction sets has no legs: nobody waits for it.
    """
    found: dict[str, list[Effect]] = {}
    for effect in ledger.unfinished():
        if effect.intent.flow != FLOW or effect.state is not EffectState.PLANNED:
            continue
        if effect.intent.kind == ADJUST or (effect.intent.kind == OPERATION and effect.intent.legs):
            found.setdefault(effect.intent.order, []).append(effect)
    return found


def healed_of(eyes: Eyes, now: datetime) -> Heals:
    """Item -> its doubts that a quantity makes up for."""
    unfinished = eyes.ledger.unfinished()
    subjects = {healing(one.intent.subject) for one in unfinished if one.intent.flow == FLOW}
    history = eyes.ledger.by_subject(sorted(subjects)) if subjects else {}
    return heals_of(eyes.compiled, unfinished, history, now)


def history_of(ledger: LedgerReader, subjects: Iterable[str]) -> Mapping[str, Sequence[Effect]]:
    """Subject -> all effects on it, and all that made up for one of those."""
    asked = list(dict.fromkeys(subjects))
    found = ledger.by_subject([name for one in asked for name in alike(one)]) if asked else {}
    both = {one: [*found.get(one, ()), *found.get(healing(one), ())] for one in asked}
    return {subject: effects for subject, effects in both.items() if effects}


def look_up(eyes: Eyes, drafts: Iterable[Draft], planned: Planned, heals: Heals) -> Known:
    """Everything that deciding on some items' drafts needs to know."""
    some = list(drafts)
    elsewhere = _elsewhere(eyes.ledger, some)
    asked = [share.leg for draft in some for share in draft.shares]
    legs = eyes.ledger.legs([*asked, *(leg for found in elsewhere.values() for leg in found)])
    products = _products(eyes, [one for one in some if _is_new(one, legs)])
    subjects: dict[str, list[Effect]] = {}
    for effect in eyes.ledger.unfinished():
        subjects.setdefault(effect.intent.subject, []).append(effect)
    asked_for = [one.intent.subject for several in planned.values() for one in several]
    asked_for += _may_be_counted(eyes, products, some)
    return Known(
        products=products,
        legs=legs,
        elsewhere=elsewhere,
        subjects=subjects,
        planned=planned,
        history=history_of(eyes.ledger, asked_for),
        heals=heals,
    )


def _may_be_counted(eyes: Eyes, products: Products, drafts: Iterable[Draft]) -> Iterator[str]:
    """The subjects of products whose quantity was perhaps set, with a booking that comes only now:
    none where a quantity could not be set again.
    """
    census = eyes.census
    if not eyes.compiled.sets or census is None or not census.events.may_look:
        return
    written = (written_in(eyes.compiled, one.booking) for one in drafts)
    names = [name for ids in products.values() for name in ids]
    for name in [*names, *(name for name in written if name is not None)]:
        yield subject_of(eyes.compiled, name)


def _elsewhere(ledger: LedgerReader, drafts: Iterable[Draft]) -> dict[str, list[str]]:
    """Booking -> its legs on record in other DCs than those that it has shares in: an area may have
    moved to another link since, or a link to another DC.
    """
    found = {}
    for draft in drafts:
        prefix = f"{draft.booking.key}:"
        told = ledger.legs_below(prefix) if draft.shares else frozenset[str]()
        mine = {share.leg for share in draft.shares}
        others = [leg for leg in sorted(told - mine) if _is_leg(leg.removeprefix(prefix))]
        if others:
            found[draft.booking.key] = others
    return found


def _is_leg(end: str) -> bool:
    """Whether this is a DC's number; the key of another booking may begin like this one's."""
    return end.removeprefix("-").isdecimal()


def _is_new(draft: Draft, legs: Mapping[str, str]) -> bool:
    return any(share.leg not in legs for share in draft.shares)


def _products(eyes: Eyes, drafts: Sequence[Draft]) -> dict[tuple[int, str], Sequence[str]]:
    """Profile and item -> product ids: those that were written as the item, else those that have
    its number as SKU. What came with a booking is not looked up.
    """
    wanted = {
        (profile_of(eyes.compiled, share), draft.booking.item)
        for draft in drafts
        for share in draft.shares
        if written_in(eyes.compiled, draft.booking) is None
    }
    known = eyes.ledger.products_of_items(sorted({item for _, item in wanted}))
    found: dict[tuple[int, str], Sequence[str]] = {}
    for profile, item in wanted:
        ids = dict.fromkeys(one.product for one in known.get(item, ()) if one.profile == profile)
        if ids:
            found[profile, item] = tuple(ids)
    for profile in sorted({profile for profile, _ in wanted - found.keys()}):
        skus = sorted(item for of, item in wanted - found.keys() if of == profile)
        for sku, refs in eyes.products.by_sku(profile, skus).items():
            found[profile, sku] = tuple(ref.key for ref in refs)
    return found
