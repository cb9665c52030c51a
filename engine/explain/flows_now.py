"""What a pass of the other flows would decide now of one record: the flow's own runner is asked, as
`plan FLOW --only KEY` would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.compiler.stock import CompiledStock
from engine.executor.item_runner import ItemDesk, decide_products
from engine.executor.runner import Ask, Reading, Runner
from engine.explain.origins import field_origin, predicate_sources
from engine.explain.pointers import item_pointers
from engine.explain.requests import members_of, would_send
from engine.explain.sources import Seeing, Source
from engine.explain.story import Judged, Member
from engine.flows.items import gone, unreadable
from engine.flows.items_draft import IDS, draft_of, scope_of
from engine.flows.stock_bookings import Booking, booking_of
from engine.flows.stock_draft import booking_scope
from engine.model.decision import Decision
from engine.model.order import Unreadable
from engine.model.product import DesiredItem, Product
from engine.model.stock import Message


def decided_now(runner: Runner, keys: Sequence[str], seeing: Seeing) -> Iterator[Judged]:
    """The decisions of one flow on these records."""
    ask = Ask(only=tuple(keys))
    for decision in runner.decisions(ask, runner.window(ask), Reading()):
        yield judged_as(decision, seeing)


def judged_as(decision: Decision, seeing: Seeing) -> Judged:
    """A decision with the place of its rule, and its changes."""
    return Judged(
        decision=decision,
        place=seeing.places.of_rule(decision.rule),
        requests=tuple(would_send(change) for change in decision.changes),
    )


def products_now(desk: ItemDesk, key: str, seeing: Seeing) -> Iterator[Judged]:
    """A product of the channel as the items flow would decide it."""
    found = desk.source.by_key([key]).get(key)
    if not isinstance(found, Product):
        decision = unreadable(found) if isinstance(found, Unreadable) else gone(key)
        yield judged_as(decision, seeing)
        return
    members = product_members(desk, found, seeing)
    for decision in decide_products(desk, [found]):
        requests = tuple(would_send(change, members) for change in decision.changes)
        failing = tuple(one.origin for one in members if one.origin.problem)
        text, sources = _product_rule(desk, found, decision, seeing)
        yield Judged(
            decision=decision,
            place=seeing.places.of_rule(decision.rule),
            text=text,
            sources=sources,
            members=failing,
            requests=requests,
        )


def product_members(desk: ItemDesk, product: Product, seeing: Seeing) -> tuple[Member, ...]:
    """The members of the item that a product should become."""
    scope = scope_of(desk.compiled, product)
    origins = [field_origin(field, scope, IDS, seeing) for field in desk.compiled.fields]
    draft = draft_of(desk.compiled, product)
    item = DesiredItem(number=product.sku, fields=draft.values, aliases=None)
    placed = item_pointers(item, lambda one: desk.sink.item(one, patch=True))
    return members_of(origins, placed)


def _product_rule(
    desk: ItemDesk, product: Product, decision: Decision, seeing: Seeing
) -> tuple[str, tuple[Source, ...]]:
    compiled = desk.compiled
    rules = {one.id: one.predicate for one in compiled.skip}
    if compiled.where is not None:
        rules["items.only.where"] = compiled.where
    predicate = rules.get(decision.rule)
    if predicate is None:
        return "", ()
    return predicate.text, predicate_sources(predicate, scope_of(compiled, product), seeing)


def booking_now(
    compiled: CompiledStock, runner: Runner, message: Message, seeing: Seeing
) -> Iterator[Judged]:
    """A booking of the floor as the stock flow would decide it, with what it says of itself."""
    booking = booking_of(message)
    named = {one.id: one.predicate for one in compiled.named}
    for judged in decided_now(runner, [message.key], seeing):
        told = isinstance(booking, Booking) and booking.name == judged.decision.key
        predicate = named.get(judged.decision.rule)
        sources: tuple[Source, ...] = ()
        if isinstance(booking, Booking) and told:
            scope = booking_scope(compiled, booking)
            sources = tuple(_said(booking))
            if predicate is not None:
                sources = predicate_sources(predicate, scope, seeing)
        yield Judged(
            decision=judged.decision,
            place=judged.place,
            text=predicate.text if predicate is not None else "",
            sources=sources,
            requests=judged.requests,
        )


def _said(booking: Booking) -> Iterator[Source]:
    for name in ("kind", "item", "quantity", "area", "to_area", "reason"):
        value = getattr(booking, name)
        if value is not None:
            yield Source(path=name, value=value)
