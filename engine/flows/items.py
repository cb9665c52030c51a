"""The items flow: drafts of products and what is known in, decisions out. No clock, no network.

Every product ends in exactly one decision, which names the rule that made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.compiler.items import CompiledItems
from engine.flows.items_changes import (
    Ground,
    ItemRendering,
    change_of,
    content_key,
    content_of,
    key_of,
    subject_of,
    version_of,
)
from engine.flows.items_draft import ItemDraft
from engine.flows.items_wanted import Wanted, wanted_of
from engine.flows.orders_parts import Problem
from engine.model.decision import Decision, Outcome
from engine.model.effect import Effect, EffectState
from engine.model.order import Unreadable
from engine.model.product import ExistingItem, Product, ProductRef

FLOW = "items"
WRITTEN = "this version of the product was written"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsKnown:
    """What was looked up for a batch of drafts.

    `stored` are the warehouse's items by number, aliases' numbers too; `asked` is False where it
    cannot be asked. `products` are SKU -> the products with it among the owners, letter case
    apart; `effects` are subject -> what was written to an item, oldest first.
    """

    asked: bool = True
    stored: Mapping[str, ExistingItem] = field(default_factory=dict)
    products: Mapping[str, Sequence[ProductRef]] = field(default_factory=dict)
    effects: Mapping[str, Sequence[Effect]] = field(default_factory=dict)


def decide(
    compiled: CompiledItems, draft: ItemDraft, known: ItemsKnown, rendering: ItemRendering
) -> Decision:
    """The decision on one product."""
    if draft.dropped is not None:
        return _decision(draft.product, Outcome.SKIP, [draft.dropped])
    if draft.bad:
        return _decision(draft.product, Outcome.REJECT, draft.bad)
    effects = known.effects.get(subject_of(compiled, draft.number), ())
    problems = [
        *_twice(compiled, draft, known),
        *_waiting(compiled, draft, effects),
        *draft.problems,
        *_taken(draft, known),
    ]
    if problems:
        return _decision(draft.product, Outcome.HOLD, problems)
    return _write(compiled, draft, known, effects, rendering)


def is_settled(compiled: CompiledItems, draft: ItemDraft, effects: Sequence[Effect]) -> bool:
    """Whether this very version was the last thing written to its item, with this content and for
    no other product. Then what the warehouse has is not asked for: nothing came since.
    """
    last = effects[-1] if effects else None
    if last is None or last.state is not EffectState.DONE or draft.problems:
        return False
    memo = last.intent.memo or {}
    mine = all(one["product"] == draft.product.key for one in memo.get("products", ()))
    same = content_of(last) == content_key(compiled, draft)
    return mine and same and memo.get("version") == version_of(draft.product)


def settled(draft: ItemDraft) -> Decision:
    """The decision on a product that is read again, and was written as it is."""
    same = Problem(rule="items.same", reason=WRITTEN)
    return _decision(draft.product, Outcome.NOOP, [same])


def unreadable(record: Unreadable) -> Decision:
    """The decision on a record that its source could not make a product of: parked, alone."""
    return Decision(
        flow=FLOW,
        key=record.key,
        order=record.key,
        outcome=Outcome.REJECT,
        rule="items.unreadable",
        reason=record.why,
    )


def gone(product: str) -> Decision:
    """The decision on a product that waits here, or was asked for, and is not in the source."""
    return Decision(
        flow=FLOW,
        key=product,
        order=product,
        outcome=Outcome.REPORT,
        rule="items.gone",
        reason="the source does not have it, or not any more",
    )


def _twice(compiled: CompiledItems, draft: ItemDraft, known: ItemsKnown) -> Iterator[Problem]:
    """Two products with one SKU would take turns in going over one item: neither is sent."""
    mine = draft.product
    others = [one for one in known.products.get(mine.sku, ()) if one.key != mine.key]
    for one in others[:1]:
        names = compiled.profile_names
        reason = (
            f"SKU {mine.sku} is product {mine.key} of {_profile(names, mine.profile)} and, as "
            f"{one.sku}, product {one.key} of {_profile(names, one.profile)}: "
            "give one of them another SKU, or take a profile out of items.owner"
        )
        yield Problem(rule="items.twice", reason=reason)


def _profile(names: Mapping[int, str], number: int) -> str:
    return names.get(number, str(number))


def _waiting(
    compiled: CompiledItems, draft: ItemDraft, effects: Sequence[Effect]
) -> Iterator[Problem]:
    """What an earlier write of this item keeps back."""
    states = {row.state: row for row in effects}
    if EffectState.SENDING in states:
        yield Problem(rule="items.in-flight", reason="an earlier send has no answer yet")
    if EffectState.DOUBT in states:
        reason = "whether it was sent is in doubt: see the inbox"
        yield Problem(rule="items.in-doubt", reason=reason)
    key = key_of(compiled, draft, effects)
    for row in effects:
        if row.state is EffectState.FAILED and row.intent.key == key:
            reason = f"the warehouse refused it: {row.reason}"
            yield Problem(rule="items.refused", reason=reason)


def _taken(draft: ItemDraft, known: ItemsKnown) -> Iterator[Problem]:
    """Numbers that the warehouse has for something else."""
    existing = known.stored.get(draft.number)
    if existing is not None and existing.bundle:
        reason = f"the warehouse has a bundle {draft.number}: an item would hide it"
        yield Problem(rule="items.is-bundle", reason=reason)
    standing = {alias.casefold() for alias in draft.product.aliases}
    for scan in draft.scans:
        others = [ref for ref in known.products.get(scan, ()) if ref.key != draft.product.key]
        if scan in known.stored:
            reason = f"alias {scan} is the number of another item in the warehouse"
            yield Problem(rule="items.alias-is-item", reason=reason)
        elif others and scan.casefold() not in standing:
            reason = f"alias {scan} is the SKU of product {others[0].key}"
            yield Problem(rule="items.alias-is-item", reason=reason)


def _write(
    compiled: CompiledItems,
    draft: ItemDraft,
    known: ItemsKnown,
    effects: Sequence[Effect],
    rendering: ItemRendering,
) -> Decision:
    existing = known.stored.get(draft.number)
    last = next((row for row in reversed(effects) if row.state is EffectState.DONE), None)
    sent = last is not None and content_of(last) == content_key(compiled, draft)
    there = existing is not None or (not known.asked and last is not None)
    wanted = wanted_of(compiled.rules, draft, existing, there=there)
    if reason := _same(wanted, draft, last, sent=sent):
        same = Problem(rule="items.same", reason=reason)
        return _decision(draft.product, Outcome.NOOP, [same])
    change = change_of(compiled, draft, wanted, Ground(existing, effects), rendering)
    decision = _decision(draft.product, Outcome.SEND, [_why(wanted, known)])
    return replace(decision, changes=(change,))


def _same(wanted: Wanted, draft: ItemDraft, last: Effect | None, *, sent: bool) -> str:
    """Why there is nothing to write, or an empty text.

    A site may change what it keeps: cut a text, or drop a digit. The same version of a product
    would be written again on every pass that reads it.
    """
    memo = (last.intent.memo or {}) if last is not None else {}
    others = any(one["product"] != draft.product.key for one in memo.get("products", ()))
    if wanted.new or others:
        return ""
    if sent and memo.get("version") == version_of(draft.product):
        return WRITTEN
    if wanted.differing or (wanted.untold and not sent):
        return ""
    if wanted.untold:
        return "it was written with this content, and the warehouse does not tell all of it"
    return "the warehouse has it with this content"


def _why(wanted: Wanted, known: ItemsKnown) -> Problem:
    reason = "the product has it otherwise than the warehouse"
    if not known.asked:
        reason = "the warehouse cannot be asked what it has"
    elif wanted.new:
        reason = "the warehouse does not have it"
    elif wanted.lost:
        reason = f"aliases that would vanish there: {wanted.loss}"
    return Problem(rule="items.send", reason=reason)


def _decision(product: Product, outcome: Outcome, problems: Sequence[Problem]) -> Decision:
    return Decision(
        flow=FLOW,
        key=product.key,
        order=product.key,
        outcome=outcome,
        rule=problems[0].rule,
        reason="; ".join(dict.fromkeys(problem.reason for problem in problems)),
        number=product.sku or None,
    )
