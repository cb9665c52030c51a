"""What might let a product through that its profile, its kind or its number keeps back."""

from __future__ import annotations

from collections.abc import Iterator

from engine.explain.sources import Seeing
from engine.explain.trial import Candidate, ItemTrial

KINDS = {"items.parent": "parents", "items.child": "children", "items.bundle": "bundles"}


def of_product(trial: ItemTrial, rule: str, seeing: Seeing) -> Iterator[Candidate]:
    """Its profile among the owners, or its kind among those that are sent."""
    rules, product = trial.compiled.rules, trial.product
    if rule == "items.owner":
        profile = trial.compiled.profile_names.get(product.profile, str(product.profile))
        yield Candidate(
            where="ruleset",
            text=f"add {profile} to items.owner",
            place=seeing.places.at("items", "owner"),
            trial=trial.with_rules(owners=(*rules.owners, product.profile)),
        )
    elif rule in KINDS:
        key = KINDS[rule]
        yield Candidate(
            where="ruleset",
            text=f"say items.{key}: send",
            place=seeing.places.at("items", key) or seeing.places.at("items"),
            trial=trial.with_rules(sends=rules.sends | {product.kind}),
        )
