"""What the stock flow knows of an item's drafts, and what it asks of that before it sends more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.compiler.stock import CompiledStock
from engine.flows.stock_bookings import Booking, decided
from engine.flows.stock_changes import ADJUST, subject_of
from engine.flows.stock_draft import Draft, Share
from engine.flows.stock_figures import Figures
from engine.flows.stock_heals import Heals
from engine.flows.stock_products import Products
from engine.flows.stock_setting import OPERATION
from engine.model.decision import Decision, Outcome
from engine.model.effect import Effect, EffectState, alike

IN_FLIGHT = {
    EffectState.SENDING: "was sent without an answer",
    EffectState.DOUBT: "is in doubt: see the inbox",
}

CLOCKS = timedelta(hours=1)
"""So far apart two systems' clocks may be: one may have missed that summer has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up for the drafts of some items.

    `legs` are owners of legs that are on record; `subjects` the effects of a subject that have no
    end yet, `planned` those of an item that certainly never happened. `figures` are what is set.
    `elsewhere` are bookings' legs in DCs that today's rules do not lead them to, `history` all
    effects on the subjects of what is planned, and where quantities are set of what is new. `heals`
    are doubts that a quantity may make up for; those `healed` keep nothing back any more.
    """

    products: Products = field(default_factory=dict)
    legs: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subjects: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    planned: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    history: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    heals: Heals = field(default_factory=dict)
    healed: frozenset[str] = frozenset()

    def planned_to(self, kind: str, item: str) -> list[Effect]:
        """The planned effects of an item that are of one kind and that nothing makes up for."""
        return [
            one
            for one in self.planned.get(item, ())
            if one.intent.kind == kind
            and not one.intent.heals
            and one.intent.key not in self.healed
        ]

    def open_of(self, compiled: CompiledStock, product: str) -> Iterator[Effect]:
        """The effects of a product that have no end and that nothing makes up for."""
        for subject in alike(subject_of(compiled, product)):
            for one in self.subjects.get(subject, ()):
                if one.intent.key not in self.healed:
                    yield one


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A booking with the shares that nobody was told yet, by product. Of some products the quantity
    that was set may have it already (`counted`).
    """

    draft: Draft
    shares: Mapping[str, Sequence[Share]]
    counted: frozenset[str] = frozenset()


def goes_with(draft: Draft, first: str) -> Decision:
    """The first booking's decision settles the messages of all, once the change is on record."""
    reason = f"it goes with {first}, as one change of the product"
    noted = decided(draft.booking, Outcome.NOOP, "stock.netted", reason)
    return replace(noted, settles=())


def told_elsewhere(draft: Draft, legs: Sequence[str]) -> Decision:
    """The decision on a booking that was told by other rules: what of it is right only a person
    can say, and telling it once more would count it twice.
    """
    centers = ", ".join(leg.rpartition(":")[2] for leg in legs)
    reason = f"it was told of DC {centers}, where the ruleset of that day led it"
    return decided(draft.booking, Outcome.REPORT, "stock.told-elsewhere", reason)


def in_flight(compiled: CompiledStock, products: Iterable[str], known: Known) -> str:
    """Why nothing more of one of these products may be sent now, or an empty text."""
    for product in products:
        for effect in known.open_of(compiled, product):
            if effect.state in IN_FLIGHT:
                return f"an earlier change of product {product} {IN_FLIGHT[effect.state]}"
    return ""


def set_since(effects: Iterable[Effect], known: Known) -> str:
    """Which product of these planned changes was set after them, or an empty text. What was set
    counts them already; only a change that was refused and is tried again can come so late.
    """
    for effect in effects:
        for one in known.history.get(effect.intent.subject, ()):
            done = one.intent.kind == OPERATION and one.state is EffectState.DONE
            if done and one.intent_at and effect.intent_at and one.intent_at > effect.intent_at:
                return f"the quantity of product {effect.intent.marker} was set since, with it"
    return ""


def counted(
    compiled: CompiledStock, booking: Booking, products: Iterable[str], known: Known
) -> frozenset[str]:
    """The products of which a quantity was set that may have this booking already: its message was
    not in the queue when the shelf was read, though the floor had booked it.
    """
    at = booking.at
    return frozenset(
        product
        for product in products
        for one in known.history.get(subject_of(compiled, product), ())
        if one.intent.kind == OPERATION and one.state is EffectState.DONE
        if at is not None and one.intent_at is not None and at < one.intent_at + CLOCKS
    )


def not_sent(compiled: CompiledStock, products: Iterable[str], known: Known) -> str:
    """Which change of one of these products is still to go out, or an empty text."""
    for product in products:
        for effect in known.open_of(compiled, product):
            if effect.state is EffectState.PLANNED and effect.intent.kind == ADJUST:
                return f"an earlier change of product {product} goes out first"
    return ""
