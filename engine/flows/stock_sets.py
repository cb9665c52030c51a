"""Setting by rule: all that waits of a product in one DC becomes one quantity. Pure.

Where one booking sets, every waiting booking of that product and DC is a leg of the same change:
the shelf has all of them already, and none may be told once more as a change. A booking that comes
after a quantity was set that may count it sets too: told as a change it may be counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.compiler.stock import CompiledStock
from engine.errors import ProtocolError
from engine.flows.stock_bookings import FLOW, decided
from engine.flows.stock_changes import Render, adjustment, legs_of, subject_of, sums_of
from engine.flows.stock_draft import Draft, described
from engine.flows.stock_figures import Figure, Spot, Unset
from engine.flows.stock_known import Known, Wanted, goes_with, in_flight, not_sent
from engine.flows.stock_setting import OPERATION
from engine.model.decision import Change, Decision, Leg, Outcome
from engine.model.effect import Effect
from engine.model.stock import QuantityUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """All of one item that is set together: what is `tied` to its spots, what was `planned` before
    and never happened, and the bookings of that which come `back`. `held` names a booking of the
    item that waits: it may lie on the shelf already.
    """

    item: str
    spots: Sequence[Spot]
    tied: Sequence[Wanted]
    planned: Sequence[Effect] = ()
    back: Sequence[Draft] = ()
    held: str = ""

    @property
    def drafts(self) -> list[Draft]:
        """Every booking that the lot decides about."""
        return [*self.back, *(one.draft for one in self.tied)]

    @property
    def products(self) -> list[str]:
        """The products that anything is sent of."""
        named = [spot.product for spot in self.spots]
        return list(dict.fromkeys([*named, *(name for one in self.tied for name in one.shares)]))


_UNREAD = Unset(rule="stock.moving", why="what makes up for an earlier change goes first")


def spot_of(effect: Effect) -> Spot:
    """The spot of a planned effect, by its legs, which are all of one DC."""
    leg = next(iter(effect.intent.legs))
    return Spot(product=effect.intent.marker, dc=int(leg.rpartition(":")[2]))


def lot_of(
    item: str, wanted: Sequence[Wanted], planned: Sequence[Effect], back: Sequence[Draft], held: str
) -> Lot:
    """What of an item is set; a lot without spots where nothing is."""
    named = [spot_of(effect) for effect in planned]
    named += [spot for one in wanted for spot in _spots(one) if _sets(one, spot)]
    spots = list(dict.fromkeys(named))
    tied = [one for one in wanted if not set(spots).isdisjoint(_spots(one))]
    return Lot(item=item, spots=spots, tied=tied, planned=planned, back=back, held=held)


def _sets(one: Wanted, spot: Spot) -> bool:
    return one.draft.sets or spot.product in one.counted


def _spots(one: Wanted) -> list[Spot]:
    return [
        Spot(product=product, dc=share.center)
        for product, shares in one.shares.items()
        for share in shares
    ]


def decide_lot(compiled: CompiledStock, lot: Lot, known: Known, render: Render) -> list[Decision]:
    """The decisions on the bookings of a lot: one of them holds the changes."""
    unset = _why_not(compiled, lot, known)
    if unset is not None:
        return _held(lot, unset)
    figures = {
        spot: found for spot in lot.spots if isinstance(found := known.figures[spot], Figure)
    }
    try:
        changes = _changes(compiled, lot, figures, render)
    except ProtocolError as error:
        why = f"the product id cannot be used: {error.summary}"
        return _held(lot, Unset(rule="stock.product-odd", why=why))
    return _sent(lot, changes, figures)


def _why_not(compiled: CompiledStock, lot: Lot, known: Known) -> Unset | None:
    """What holds the lot back, the gravest first."""
    if lot.held:
        return Unset(rule="stock.moving", why=f"{lot.held} of the same item waits for an answer")
    behind = in_flight(compiled, lot.products, known) or not_sent(compiled, lot.products, known)
    if behind:
        return Unset(rule="stock.behind", why=behind)
    found = (known.figures.get(spot, _UNREAD) for spot in lot.spots)
    return next((one for one in found if isinstance(one, Unset)), None)


def _held(lot: Lot, unset: Unset) -> list[Decision]:
    found = {
        draft.booking.name: decided(draft.booking, Outcome.HOLD, unset.rule, unset.why)
        for draft in lot.drafts
    }
    for effect in lot.planned:
        key = effect.intent.business_key
        held = Decision(
            flow=FLOW,
            key=key,
            order=lot.item,
            outcome=Outcome.HOLD,
            rule=unset.rule,
            reason=unset.why,
        )
        found.setdefault(key, held)
    return list(found.values())


def _changes(
    compiled: CompiledStock, lot: Lot, figures: Mapping[Spot, Figure], render: Render
) -> list[Change]:
    """One for each spot, and what goes on as a change: the other side of a move."""
    legs: dict[Spot, list[Leg]] = {spot: [] for spot in lot.spots}
    planned = {spot_of(effect): effect.intent for effect in lot.planned}
    for spot, intent in planned.items():
        legs[spot] += [Leg(key=key, quantity=units) for key, units in intent.legs.items()]
    rest: dict[str, list[Leg]] = {}
    for one in lot.tied:
        for product, shares in one.shares.items():
            for share, leg in zip(shares, legs_of(shares), strict=True):
                spot = Spot(product=product, dc=share.center)
                (legs[spot] if spot in legs else rest.setdefault(product, [])).append(leg)
    changes = []
    for spot, figure in figures.items():
        change = _setting(compiled, lot.item, spot, figure, legs[spot], render)
        if spot in planned:
            change = replace(change, key=planned[spot].key, about=planned[spot].business_key)
        changes.append(change)
    telling = {product: some for product, some in rest.items() if sums_of(some)}
    return changes + [adjustment(compiled, lot.item, *one, render) for one in telling.items()]


def _setting(
    compiled: CompiledStock,
    item: str,
    spot: Spot,
    figure: Figure,
    legs: Sequence[Leg],
    render: Render,
) -> Change:
    booking = legs[0].key.rpartition(":")[0]
    sent = {spot.dc: figure.units}
    update = QuantityUpdate(product=spot.product, type=compiled.rules.set_type, legs=sent)
    return Change(
        operation=OPERATION,
        key=f"v1:{compiled.customer}:set:{spot.product}:{spot.dc}:{booking}",
        target=compiled.rules.sink,
        subject=subject_of(compiled, spot.product),
        marker=spot.product,
        request=render(update),
        rests_on={f"{item} in DC {spot.dc}": str(figure.units)},
        memo={"set": figure.words},
        units=figure.moves,
        legs=tuple(legs),
        summary=f"{item}: {figure.units} in DC {spot.dc}",
    )


def _sent(lot: Lot, changes: Sequence[Change], figures: Mapping[Spot, Figure]) -> list[Decision]:
    words = "; ".join(figure.words for figure in figures.values())
    names = [*(one.intent.business_key for one in lot.planned), *_names(lot.drafts)]
    first = next((one for one in lot.drafts if one.booking.name == names[0]), None)
    by_rule = bool(lot.planned) or any(one.draft.sets for one in lot.tied)
    because = "it was planned before, and counts as not happened"
    if first is not None:
        late = "" if by_rule else ", which the quantity that was set may count already"
        because = f"{described(first.booking)}{late}"
    over = [one for one in lot.back if one.shares]
    decision = Decision(
        flow=FLOW,
        key=names[0],
        order=lot.item,
        outcome=Outcome.SEND,
        rule="stock.set-by-rule" if by_rule else "stock.set-again",
        reason=f"{because}; set to {words}",
        changes=tuple(changes),
        number=", ".join(dict.fromkeys(change.marker for change in changes)),
        settles=tuple(m for one in lot.drafts if one not in over for m in one.booking.messages),
    )
    others = [one for one in lot.drafts if one.booking.name != names[0]]
    return [decision, *(goes_with(one, names[0]) for one in others)]


def _names(drafts: Iterable[Draft]) -> list[str]:
    return [draft.booking.name for draft in drafts]
