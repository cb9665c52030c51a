"""The stock flow: drafts of one item and what is known in, decisions out. No clock, no network.

Every booking ends in exactly one decision. What waits of one product goes out as one change; the
decision on the first booking holds it, the others say with which one they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.compiler.stock import CompiledStock
from engine.errors import ProtocolError
from engine.flows.stock_bookings import FLOW, decided
from engine.flows.stock_changes import ADJUST, Render, adjustment, again, legs_of, sums_of
from engine.flows.stock_draft import Draft, Share, described
from engine.flows.stock_figures import Spot
from engine.flows.stock_known import (
    Known,
    Wanted,
    counted,
    goes_with,
    in_flight,
    set_since,
    told_elsewhere,
)
from engine.flows.stock_products import Search, latest_written, product_of
from engine.flows.stock_sets import Lot, decide_lot, lot_of
from engine.flows.stock_setting import OPERATION
from engine.flows.stock_wards import Ward, decide_ward, not_healed, ward_of
from engine.model.decision import Decision, Leg, Outcome
from engine.model.effect import Effect

WAITING = frozenset({Outcome.HOLD, Outcome.REJECT})
"""A booking that ends like this may be told later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The drafts of an item: decided ones, those that go `back` out with a planned effect (its key
    -> drafts), and those with something new, their shares cut to it.
    """

    decisions: list[Decision]
    back: dict[str, list[Draft]]
    fresh: list[Draft]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An item's drafts as far as they can be sorted without figures: what is `wanted` of the fresh
    ones, the decisions on those that `wait`, what is set, and what is healed. `known` is what was
    looked up, without what is healed.
    """

    found: Sorted
    wanted: Sequence[Wanted]
    wait: Sequence[Decision]
    lot: Lot
    ward: Ward
    known: Known


def decide(
    compiled: CompiledStock, item: str, drafts: Sequence[Draft], known: Known, render: Render
) -> list[Decision]:
    """The decisions on the bookings of one item, oldest first, and on what was planned of it."""
    ready = _prepare(compiled, item, drafts, known)
    healed = decide_ward(compiled, ready.ward, known.figures, render)
    if isinstance(healed, str):
        rest = decide(compiled, item, drafts, replace(known, heals={}), render)
        return not_healed(ready.ward, healed) + rest
    decisions = list(ready.found.decisions)
    for effects in _by_booking(ready.known.planned_to(ADJUST, item)):
        decisions += _again(compiled, effects, ready.found, ready.known, render)
    decisions += [*ready.wait, *healed]
    if ready.lot.spots:
        decisions += decide_lot(compiled, ready.lot, ready.known, render)
    others = [one for one in ready.wanted if one not in ready.lot.tied]
    return decisions + _sent(compiled, item, others, render)


def spots_of(
    compiled: CompiledStock, item: str, drafts: Sequence[Draft], known: Known
) -> Sequence[Spot]:
    """The spots whose figures `decide` needs to know, none where nothing of an item is set."""
    ready = _prepare(compiled, item, drafts, known)
    return [*ready.ward.spots, *ready.lot.spots]


def _prepare(compiled: CompiledStock, item: str, drafts: Sequence[Draft], known: Known) -> Prepared:
    heals, planned = known.heals.get(item, ()), known.planned.get(item, ())
    known = replace(known, healed=frozenset(key for heal in heals for key in heal.keys))
    found = _sort(drafts, known, frozenset(effect.intent.key for effect in planned))
    written = latest_written(compiled, [draft.booking for draft in drafts])
    search = Search(compiled=compiled, products=known.products, written=written)
    wanted, wait = _identified(search, found.fresh, known)
    waiting = [one.key for one in [*found.decisions, *wait] if one.outcome in WAITING]
    held = next(iter(waiting), "")
    ward = ward_of(item, heals, wanted, found.back, held) if heals else Ward(item=item)
    rest = [one for one in wanted if one not in ward.tied]
    sets = known.planned_to(OPERATION, item)
    back = [draft for one in sets for draft in found.back.get(one.intent.key, [])]
    lot = lot_of(item, rest, sets, back, held)
    return Prepared(found=found, wanted=rest, wait=wait, lot=lot, ward=ward, known=known)


def _by_booking(planned: Sequence[Effect]) -> list[list[Effect]]:
    """One booking over two products has two effects, and one decision."""
    found: dict[str, list[Effect]] = {}
    for effect in planned:
        found.setdefault(effect.intent.business_key, []).append(effect)
    return list(found.values())


def _sort(drafts: Sequence[Draft], known: Known, planned: frozenset[str]) -> Sorted:
    found = Sorted(decisions=[], back={}, fresh=[])
    for draft in drafts:
        moved = known.elsewhere.get(draft.booking.key, ())
        owners = {leg: known.legs.get(leg) for leg in (*moved, *(s.leg for s in draft.shares))}
        new = tuple(s for s in draft.shares if owners[s.leg] is None and not moved)
        returning = next((owner for owner in owners.values() if owner in planned), None)
        if draft.verdict is not None:
            found.decisions.append(draft.verdict)
        elif returning is not None:
            found.back.setdefault(returning, []).append(replace(draft, shares=new))
        elif new:
            found.fresh.append(replace(draft, shares=new))
        elif moved:
            found.decisions.append(told_elsewhere(draft, moved))
        else:
            owner = next(iter(owners.values()))
            reason = f"it is on record: {owner}"
            found.decisions.append(decided(draft.booking, Outcome.NOOP, "stock.told", reason))
    return found


def _again(
    compiled: CompiledStock, effects: Sequence[Effect], found: Sorted, known: Known, render: Render
) -> list[Decision]:
    """What was planned for a booking goes out as it was planned; what came since goes in the next
    change.
    """
    first = effects[0].intent
    since = set_since(effects, known)
    back = [draft for effect in effects for draft in found.back.get(effect.intent.key, [])]
    decision = Decision(
        flow=FLOW,
        key=first.business_key,
        order=first.order,
        outcome=Outcome.HOLD,
        rule="stock.set-since" if since else "stock.behind",
        reason=since or in_flight(compiled, [one.intent.marker for one in effects], known),
    )
    if not decision.reason:
        changes = tuple(again(compiled, effect, render) for effect in effects)
        decision = replace(
            decision,
            outcome=Outcome.SEND,
            rule="stock.adjust",
            reason="it was planned before, and counts as not happened",
            changes=changes,
            number=", ".join(change.marker for change in changes),
            settles=tuple(m for one in back if not one.shares for m in one.booking.messages),
        )
    others = [one for one in back if one.booking.name != decision.key]
    return [decision, *(goes_with(one, decision.key) for one in others)]


def _identified(
    search: Search, fresh: Sequence[Draft], known: Known
) -> tuple[list[Wanted], list[Decision]]:
    """Those whose products are known and free, and the decisions on the others.

    Behind a booking whose product nobody knows the later ones of the item wait, in order.
    """
    wanted: list[Wanted] = []
    waiting: list[Decision] = []
    unknown: str | None = None
    for draft in fresh:
        if unknown is not None:
            reason = f"it waits behind {unknown}, whose product is not known"
            waiting.append(decided(draft.booking, Outcome.HOLD, "stock.waits", reason))
            continue
        one = _products(search, draft, known)
        if isinstance(one, Decision):
            unknown = draft.booking.name
            waiting.append(one)
        elif behind := in_flight(search.compiled, one.shares, known):
            waiting.append(decided(draft.booking, Outcome.HOLD, "stock.behind", behind))
        else:
            wanted.append(one)
    return wanted, waiting


def _products(search: Search, draft: Draft, known: Known) -> Wanted | Decision:
    shares: dict[str, list[Share]] = {}
    for share in draft.shares:
        product = product_of(search, draft, share)
        if isinstance(product, Decision):
            return product
        shares.setdefault(product, []).append(share)
    again = counted(search.compiled, draft.booking, shares, known)
    return Wanted(draft=draft, shares=shares, counted=again)


def _sent(
    compiled: CompiledStock, item: str, wanted: Sequence[Wanted], render: Render
) -> list[Decision]:
    """One change for each product. A booking over two products is no part of any other's change:
    it has one for each of them, and is dealt with when both are. Picks go apart: what cancels out
    leaves no leg, and only its leg remembers a pick.
    """
    lots: dict[str, list[Wanted]] = {}
    for at, one in enumerate(wanted):
        product = next(iter(one.shares))
        shared = f"{'picks of' if one.draft.booking.kind == 'pick' else 'product'} {product}"
        alone = len(one.shares) > 1 or not compiled.rules.net
        lots.setdefault(f"{at}" if alone else shared, []).append(one)
    return [decision for lot in lots.values() for decision in _lot(compiled, item, lot, render)]


def _lot(
    compiled: CompiledStock, item: str, lot: Sequence[Wanted], render: Render
) -> list[Decision]:
    first = lot[0].draft.booking
    legs: dict[str, list[Leg]] = {}
    for one in lot:
        for product, shares in one.shares.items():
            legs.setdefault(product, []).extend(legs_of(shares))
    telling = {product: some for product, some in legs.items() if sums_of(some)}
    try:
        changes = tuple(adjustment(compiled, item, *one, render) for one in telling.items())
    except ProtocolError as error:
        return [decided(one.draft.booking, *_odd(error.summary)) for one in lot]
    settles = tuple(message for one in lot for message in one.draft.booking.messages)
    if changes:
        several = f"{len(lot)} bookings, the first: " if len(lot) > 1 else ""
        reason = f"{several}{described(first)}"
        decision = decided(first, Outcome.SEND, "stock.adjust", reason)
    else:
        reason = f"{len(lot)} bookings cancel each other out: nothing is left to be told"
        decision = decided(first, Outcome.NOOP, "stock.netted-zero", reason)
    products = ", ".join(change.marker for change in changes)
    decision = replace(decision, changes=changes, settles=settles, link=_link(lot))
    decision = replace(decision, number=products or None)
    return [decision, *(goes_with(one.draft, first.name) for one in lot[1:])]


def _odd(summary: str) -> tuple[Outcome, str, str]:
    return Outcome.HOLD, "stock.product-odd", f"the product id cannot be used: {summary}"


def _link(lot: Sequence[Wanted]) -> str | None:
    """The link that a change is about, where it is one."""
    names = {share.link.name for one in lot for some in one.shares.values() for share in some}
    return next(iter(names)) if len(names) == 1 else None
