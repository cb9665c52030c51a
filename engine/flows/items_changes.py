"""The change of the items flow: one record of one item, and the key under which it is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.compiler.items import CompiledItems
from engine.flows.items_draft import ItemDraft
from engine.flows.items_wanted import Wanted
from engine.model.decision import Change, Difference
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState
from engine.model.product import DesiredItem, ExistingItem, Product

UPSERT, PATCH = "upsert-item", "patch-item"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRendering:
    """How the warehouse words an item: pure functions of its adapter."""

    upsert: Callable[[DesiredItem], PreparedRequest]
    patch: Callable[[DesiredItem], PreparedRequest]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a change rests on beside its product: the item there, and what was written to it."""

    existing: ExistingItem | None
    effects: Sequence[Effect]


def subject_of(compiled: CompiledItems, number: str) -> str:
    """What must not have two effects in flight: an item of a warehouse."""
    return f"{compiled.rules.sink}:item:{number}"


def key_of(compiled: CompiledItems, draft: ItemDraft, effects: Sequence[Effect]) -> str:
    """The key of the effect that writes this content.

    Content that was written before may have to be written again, when somebody changed the item
    since, or the product has become what it once was: then it is counted on.
    """
    base = content_key(compiled, draft)
    times = sum(row.state is EffectState.DONE and content_of(row) == base for row in effects)
    return f"{base}:{times + 1}"


def content_key(compiled: CompiledItems, draft: ItemDraft) -> str:
    """The key without its count."""
    values = {
        name: value for name, value in draft.values.items() if name not in compiled.rules.kept
    }
    mark = _hash([draft.product.key, values, _scans(draft)])
    return f"v1:{compiled.customer}:item:{draft.number}:{mark}"


def content_of(effect: Effect) -> str:
    """The content key of an effect."""
    return effect.intent.key.rpartition(":")[0]


def change_of(
    compiled: CompiledItems,
    draft: ItemDraft,
    wanted: Wanted,
    ground: Ground,
    rendering: ItemRendering,
) -> Change:
    """The change that writes the item; it rests on the product and on the item as they were read.

    Its memo is how the way back finds the product, and says which version of it was written.
    """
    product = draft.product
    told = {"profile": product.profile, "sku": product.sku, "product": product.key}
    return Change(
        operation=PATCH if wanted.patch else UPSERT,
        key=key_of(compiled, draft, ground.effects),
        target=compiled.rules.sink,
        subject=subject_of(compiled, draft.number),
        marker=draft.number,
        request=(rendering.patch if wanted.patch else rendering.upsert)(wanted.item),
        rests_on={"product": _hash([draft.values, _scans(draft)]), "item": _mark(ground.existing)},
        memo={"products": [{**told, "item": draft.number}], "version": version_of(product)},
        units=len(wanted.lost),
        summary=wanted.summary,
        differences=tuple(_differences(wanted, ground.existing)),
    )


def _differences(wanted: Wanted, existing: ExistingItem | None) -> Iterator[Difference]:
    """What becomes of an item that is there; what it has now is None where nobody can tell."""
    if wanted.new:
        return
    for name in (*wanted.differing, *wanted.untold):
        told = existing if name in wanted.differing else None
        before = _member(told, name) if told is not None else None
        yield Difference(name=name, before=before, after=_member(wanted.item, name))


def _member(item: DesiredItem | ExistingItem, name: str) -> str:
    """A member as a text; the aliases are one, `A, B x 12`, with the units that they stand for."""
    if name in item.fields:
        value = item.fields[name]
        return "" if value is None else str(value)
    told = sorted(item.aliases or (), key=lambda one: one.alias)
    return ", ".join(f"{a.alias}{f' x {a.quantity}' if a.quantity != 1 else ''}" for a in told)


def version_of(product: Product) -> str:
    """Which version of a product this is: when the source last changed it."""
    return product.updated.isoformat()


def _scans(draft: ItemDraft) -> list[list[Any]] | None:
    if draft.aliases is None:
        return None
    return sorted([alias.alias, alias.quantity] for alias in draft.aliases)


def _mark(existing: ExistingItem | None) -> str:
    if existing is None:
        return "absent"
    aliases = sorted([one.alias, one.quantity] for one in existing.aliases or ())
    return _hash([dict(existing.fields), aliases])


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
