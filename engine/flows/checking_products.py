"""Judging a ruleset against the channel's products: SKUs that exist twice, and bundles.

Pure. Such a product makes its own records wait and no others, so that all of it is warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.flows.checking import LISTED, finding, listing
from engine.model.desired import ItemState
from engine.model.finding import OK, WARNING, Finding
from engine.model.ruleset import Bundles, BundleWay
from engine.model.stock import ChannelLevel

TWICE, BUNDLES = "check.sku-twice", "check.bundles"


@dataclass(slots=True)
class Catalog:
    """What a walk over the channel's products keeps: SKUs by profile, and bundles by SKU."""

    skus: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    bundles: dict[str, str] = field(default_factory=dict)

    def add(self, levels: Iterable[ChannelLevel]) -> None:
        """Takes a page; letter case does not make another SKU."""
        for level in levels:
            mine = self.skus.setdefault(level.profile, {})
            mine.setdefault(level.sku.casefold(), []).append(f"{level.sku} ({level.product})")
            if level.kind == "bundle":
                self.bundles[level.sku] = level.product


def twice(catalog: Catalog, groups: Mapping[str, Sequence[int]]) -> Iterator[Finding]:
    """SKUs that several products of a group of profiles have; `groups` are by what needs them.

    A booking finds its product by SKU, and two products of one SKU would write one item.
    """
    for about, profiles in groups.items():
        together: dict[str, list[str]] = {}
        for profile in dict.fromkeys(profiles):
            for sku, products in catalog.skus.get(profile, {}).items():
                together.setdefault(sku, []).extend(products)
        several = [products for products in together.values() if len(products) > 1]
        yield from _told_twice(about, several, len(together))


def _told_twice(about: str, several: Sequence[Sequence[str]], count: int) -> Iterator[Finding]:
    if not several:
        yield finding(TWICE, OK, about, f"each of {count} SKUs is one product's")
    for products in several[:LISTED]:
        text = f"one SKU, several products: {listing(products)}"
        advice = "Give them different SKUs in the channel; until then what is about them waits."
        yield finding(TWICE, WARNING, about, text, advice)
    if len(several) > LISTED:
        text = f"{len(several) - LISTED} more SKUs are several products'"
        yield finding(TWICE, WARNING, about, text, "Mend those above, and check again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBundle:
    """A bundle of the channel, the SKUs of its components, as far as they were read."""

    sku: str
    components: tuple[str, ...] = ()


def bundles_found(
    rules: Bundles, bundles: Sequence[KnownBundle], states: Mapping[str, ItemState]
) -> Iterator[Finding]:
    """Each bundle against what the warehouse knows under its number and its components'.

    `states` are by item number; a number that is missing was not looked at.
    """
    skus = {bundle.sku for bundle in bundles}
    bad = 0
    for bundle in bundles:
        for text, advice in _problems(rules.way(bundle.sku), bundle, states, skus):
            bad += 1
            if bad <= LISTED:
                yield finding(BUNDLES, WARNING, f"bundle {bundle.sku}", text, advice)
    if bad > LISTED:
        text = f"{bad - LISTED} more of the kind"
        yield finding(BUNDLES, WARNING, "bundles", text, "Mend those above, and check again.")
    if not bad:
        text = f"{len(bundles)} bundles and their components are as the ruleset wants them"
        yield finding(BUNDLES, OK, "bundles", text)


def _problems(
    way: BundleWay, bundle: KnownBundle, states: Mapping[str, ItemState], skus: set[str]
) -> Iterator[tuple[str, str]]:
    state = states.get(bundle.sku, ItemState.UNCHECKED)
    if way == "split":
        if state is ItemState.ITEM:
            yield (
                "it is split into its components, and the warehouse has an item of its number",
                "Take the item away there, or name the bundle under orders.bundles.keep.",
            )
        yield from _components(bundle, states, skus)
        return
    wanted = ItemState.ITEM if way == "keep" else ItemState.BUNDLE
    if state not in {wanted, ItemState.UNCHECKED}:
        has = {
            ItemState.UNKNOWN: "nothing",
            ItemState.ITEM: "an item",
            ItemState.BUNDLE: "a bundle",
        }
        yield (
            f"orders.bundles says {way}, and the warehouse has {has[state]} of its number",
            f"Make it {'an item' if way == 'keep' else 'a bundle alone'} there, or change its way.",
        )


def _components(
    bundle: KnownBundle, states: Mapping[str, ItemState], skus: set[str]
) -> Iterator[tuple[str, str]]:
    for component in bundle.components:
        if states.get(component) is ItemState.BUNDLE:
            yield (
                f"the warehouse has its component {component} as a bundle: it would split it again",
                "Make it an item there, or do not split this bundle.",
            )
        elif component in skus:
            yield (
                f"its component {component} is a bundle of the channel itself",
                "Name the components of that one in its place, or keep this bundle whole.",
            )
