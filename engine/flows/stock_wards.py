"""Healing an item: what its doubts left open, and all that waits of it, becomes a quantity. Pure.

The shelf has the bookings that wait already, so that they go with the quantity and are not told
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.compiler.stock import CompiledStock
from engine.errors import ProtocolError
from engine.flows.stock_bookings import FLOW, decided
from engine.flows.stock_changes import Render, adjustment, legs_of, subject_of, sums_of
from engine.flows.stock_draft import Draft
from engine.flows.stock_figures import Figure, Figures, Spot, Unset
from engine.flows.stock_heals import Heal
from engine.flows.stock_known import Wanted, goes_with
from engine.flows.stock_setting import OPERATION
from engine.model.decision import Change, Decision, Leg, Outcome
from engine.model.effect import HEALS, healing
from engine.model.stock import QuantityUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """All of one item that is healed together: the bookings that wait of its products (`tied`),
    those that come `back` with what is made up for, and those `kept` by a quantity that was planned
    before. `held` names a booking of the item that waits: it may lie on the shelf already.
    """

    item: str
    heals: Sequence[Heal] = ()
    tied: Sequence[Wanted] = ()
    back: Sequence[Draft] = ()
    kept: Sequence[Draft] = ()
    held: str = ""

    @property
    def spots(self) -> list[Spot]:
        """What is set; nothing where nothing is healed."""
        return [spot for heal in self.heals for spot in heal.spots]

    @property
    def drafts(self) -> list[Draft]:
        """Every booking that goes with it."""
        return [*self.kept, *self.back, *(one.draft for one in self.tied)]


def ward_of(
    item: str,
    heals: Sequence[Heal],
    wanted: Sequence[Wanted],
    back: Mapping[str, Sequence[Draft]],
    held: str,
) -> Ward:
    """What is healed of an item; `back` has drafts by the key of the effect that has them."""
    products = {heal.first.marker for heal in heals}
    before = [heal.before.intent.key for heal in heals if heal.before is not None]
    return Ward(
        item=item,
        heals=heals,
        tied=[one for one in wanted if not products.isdisjoint(one.shares)],
        back=[draft for heal in heals for key in heal.keys for draft in back.get(key, ())],
        kept=[draft for key in before for draft in back.get(key, ())],
        held=held,
    )


def decide_ward(
    compiled: CompiledStock, ward: Ward, figures: Figures, render: Render
) -> list[Decision] | str:
    """The decisions on a ward, or why its doubts stay as they are."""
    why = _why_not(ward, figures)
    if why or not ward.heals:
        return why or []
    try:
        return _healed(compiled, ward, figures, render)
    except ProtocolError as error:
        return f"the product id cannot be used: {error.summary}"


def _why_not(ward: Ward, figures: Figures) -> str:
    if ward.held:
        return f"{ward.held} of the same item waits for an answer"
    forbidden = next((one.why for one in ward.heals if one.why), "")
    unset = (one for spot in ward.spots if isinstance(one := figures[spot], Unset))
    return forbidden or next((one.why for one in unset), "")


def not_healed(ward: Ward, why: str) -> list[Decision]:
    """Each doubt is shown to a person with the reason; what nobody else tells waits."""
    reason = f"no quantity makes up for it now: {why}"
    shown = [_decision(ward, one, Outcome.REPORT, "stock.no-heal", reason) for one in ward.heals]
    waits = "it goes with a quantity that cannot be set now"
    held = [decided(one.booking, Outcome.HOLD, "stock.behind", waits) for one in ward.kept]
    return [*shown, *held]


def _healed(
    compiled: CompiledStock, ward: Ward, figures: Figures, render: Render
) -> list[Decision]:
    """The first decision has all changes. Raises ProtocolError where a product id is none."""
    found = {spot: one for spot in ward.spots if isinstance(one := figures[spot], Figure)}
    legs, rest = _legs(ward)
    changes = [_setting(compiled, heal, found, legs, render) for heal in ward.heals]
    sets = tuple(change.key for change in changes)
    told = [(product, some) for product, some in rest.items() if sums_of(some)]
    changes += [replace(adjustment(compiled, ward.item, *one, render), after=sets) for one in told]
    words = "; ".join(figure.words for figure in found.values())
    over = [draft for draft in [*ward.kept, *ward.back] if draft.shares]
    first = _decision(ward, ward.heals[0], Outcome.SEND, "stock.heal", f"set to {words}")
    decision = replace(
        first,
        changes=tuple(changes),
        number=", ".join(dict.fromkeys(change.marker for change in changes)),
        settles=tuple(m for one in ward.drafts if one not in over for m in one.booking.messages),
    )
    others = [one for one in ward.drafts if one.booking.name != decision.key]
    return [decision, *(goes_with(one, decision.key) for one in others)]


def _legs(ward: Ward) -> tuple[dict[Spot, list[Leg]], dict[str, list[Leg]]]:
    """The bookings that each quantity tells, and by product what goes on as a change after it: of
    other DCs.
    """
    legs: dict[Spot, list[Leg]] = {spot: [] for spot in ward.spots}
    rest: dict[str, list[Leg]] = {}
    for one in ward.tied:
        for product, shares in one.shares.items():
            for share, leg in zip(shares, legs_of(shares), strict=True):
                spot = Spot(product=product, dc=share.center)
                (legs[spot] if spot in legs else rest.setdefault(product, [])).append(leg)
    return legs, rest


def _setting(
    compiled: CompiledStock,
    heal: Heal,
    figures: Mapping[Spot, Figure],
    legs: Mapping[Spot, Sequence[Leg]],
    render: Render,
) -> Change:
    product, item = heal.first.marker, heal.first.order
    sent = {spot.dc: figures[spot].units for spot in heal.spots}
    update = QuantityUpdate(product=product, type=compiled.rules.set_type, legs=sent)
    kept = heal.before.intent.legs if heal.before is not None else {}
    carried = [Leg(key=key, quantity=units) for key, units in kept.items()]
    words = "; ".join(figures[spot].words for spot in heal.spots)
    return Change(
        operation=OPERATION,
        key=heal.key(compiled.customer),
        target=compiled.rules.sink,
        subject=healing(subject_of(compiled, product)),
        marker=product,
        about=heal.first.business_key,
        request=render(update),
        rests_on={f"{item} in DC {dc}": str(units) for dc, units in sent.items()},
        memo={HEALS: heal.keys, "set": words},
        units=sum(figures[spot].moves for spot in heal.spots),
        legs=(*carried, *(leg for spot in heal.spots for leg in legs[spot])),
        summary=f"{item}: {', '.join(f'{units} in DC {dc}' for dc, units in sent.items())}",
    )


def _decision(ward: Ward, heal: Heal, outcome: Outcome, rule: str, reason: str) -> Decision:
    key = heal.first.business_key
    return Decision(flow=FLOW, key=key, order=ward.item, outcome=outcome, rule=rule, reason=reason)
