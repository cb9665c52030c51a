"""What a pass of the other flows would decide now of one record: the flow's own runner is asked, as
`plan FLOW --only KEY` would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from engine.compiler.items import CompiledItems
from engine.compiler.tracing import functions_of, reads_of_expression
from engine.executor.item_runner import ItemDesk, decide_products
from engine.executor.runner import Ask, Reading, Runner
from engine.explain.origins import Origin, field_origin, predicate_sources
from engine.explain.pointers import item_pointers
from engine.explain.requests import members_of, would_send
from engine.explain.sources import Seeing, Source
from engine.explain.story import Judged, Member
from engine.explain.suggesting import advise
from engine.explain.trial import ItemTrial, Judge
from engine.flows.items import gone, unreadable
from engine.flows.items_draft import IDS, ItemDraft, draft_of, scope_of
from engine.model.decision import Change, Decision
from engine.model.order import Unreadable
from engine.model.product import DesiredItem, Product

Members: TypeAlias = Callable[[Change], tuple[Member, ...]]
"""Where the values of a change come from; none where that is not known."""


def decided_now(
    runner: Runner, keys: Sequence[str], seeing: Seeing, members: Members = lambda change: ()
) -> Iterator[Judged]:
    """The decisions of one flow on these records."""
    ask = Ask(only=tuple(keys))
    for decision in runner.decisions(ask, runner.window(ask), Reading()):
        yield judged_as(decision, seeing, members)


def judged_as(decision: Decision, seeing: Seeing, members: Members = lambda change: ()) -> Judged:
    """A decision with the place of its rule, and its changes."""
    return Judged(
        decision=decision,
        place=seeing.places.of_rule(decision.rule),
        requests=tuple(would_send(change, members(change)) for change in decision.changes),
    )


def products_now(desk: ItemDesk, key: str, seeing: Seeing) -> Iterator[Judged]:
    """A product of the channel as the items flow would decide it."""
    found = desk.source.by_key([key]).get(key)
    if not isinstance(found, Product):
        decision = unreadable(found) if isinstance(found, Unreadable) else gone(key)
        yield judged_as(decision, seeing)
        return
    members = product_members(desk, found, seeing)
    trial = ItemTrial(product=found, compiled=desk.compiled)
    for decision in judge_of(desk)(trial):
        judged = _product(trial, decision, members, seeing)
        if not judged.flows:
            advice = advise(judge_of(desk), trial, decision, seeing)
            judged = replace(judged, advice=advice)
        yield judged


def judge_of(desk: ItemDesk) -> Judge:
    """What decides a product with one thing changed, all else as it is."""

    def judge(trial: ItemTrial) -> Sequence[Decision]:
        return list(decide_products(replace(desk, compiled=trial.compiled), [trial.product]))

    return judge


def _product(
    trial: ItemTrial, decision: Decision, members: tuple[Member, ...], seeing: Seeing
) -> Judged:
    text, sources = _product_rule(trial, decision, seeing)
    return Judged(
        decision=decision,
        place=seeing.places.of_rule(decision.rule),
        text=text,
        sources=sources,
        members=tuple(one.origin for one in members if one.origin.problem),
        requests=tuple(would_send(change, members) for change in decision.changes),
    )


def product_members(desk: ItemDesk, product: Product, seeing: Seeing) -> tuple[Member, ...]:
    """The members of the item that a product should become."""
    compiled = desk.compiled
    scope = scope_of(compiled, product)
    draft = draft_of(compiled, product)
    sku = Source(path="sku", value=product.sku)
    origins = [
        Origin(target="number", value=draft.number, kind="rule", text="the SKU", sources=(sku,)),
        *(field_origin(field, scope, IDS, seeing) for field in compiled.fields),
        *_aliases(compiled, draft, scope, seeing),
    ]
    item = DesiredItem(number=draft.number, fields=draft.values, aliases=draft.aliases)
    placed = item_pointers(item, lambda one: desk.sink.item(one, patch=True))
    return members_of(origins, placed)


def _aliases(
    compiled: CompiledItems, draft: ItemDraft, scope: Mapping[str, Any], seeing: Seeing
) -> Iterator[Origin]:
    """Where the list of aliases comes from, rule by rule."""
    for rule in compiled.aliases or ():
        yield Origin(
            target="aliases",
            value=", ".join(draft.scans),
            kind="expression",
            text=rule.value.text,
            place=rule.value.place,
            functions=functions_of(rule.value),
            sources=seeing.sources(reads_of_expression(rule.value, scope)),
        )


def _product_rule(
    trial: ItemTrial, decision: Decision, seeing: Seeing
) -> tuple[str, tuple[Source, ...]]:
    compiled = trial.compiled
    rules = {one.id: one.predicate for one in compiled.skip}
    if compiled.where is not None:
        rules["items.only.where"] = compiled.where
    predicate = rules.get(decision.rule)
    if predicate is None:
        return "", ()
    return predicate.text, predicate_sources(predicate, trial.scope(None), seeing)
