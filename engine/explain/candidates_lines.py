"""What might let an order through that its lines, items or allocations keep back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from engine.explain.candidates_filter import linked
from engine.explain.sources import Seeing, spoken
from engine.explain.trial import Candidate, OrderTrial
from engine.model.desired import ItemState
from engine.model.order import Line
from engine.model.ruleset import Bundles

FEW = 8
"""Of more SKUs than these not each two are tried together."""
Kind: TypeAlias = Callable[[OrderTrial, Seeing], Iterator[Candidate]]


def _bad_lines(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    for index, line in enumerate(trial.order.lines):
        if not line.sku:
            yield _line(trial, index, replace(line, sku="X"), f"a SKU on line {line.id}")
        elif line.quantity <= 0:
            yield _line(trial, index, replace(line, quantity=1), f"a quantity on line {line.id}")
            skus = trial.rules.non_shippable | {line.sku}
            yield Candidate(
                where="ruleset",
                text=f"add {spoken(line.sku)} to orders.lines.non-shippable",
                place=seeing.places.at("orders", "lines"),
                trial=trial.with_rules(non_shippable=skus),
            )
    yield Candidate(
        where="ruleset",
        text="say orders.lines.bad: drop, and such lines are left out",
        place=seeing.places.at("orders", "lines"),
        trial=trial.with_rules(bad_lines="drop"),
    )


def _line(trial: OrderTrial, index: int, line: Line, text: str) -> Candidate:
    lines = (*trial.order.lines[:index], line, *trial.order.lines[index + 1 :])
    return Candidate(
        where="record", text=text, trial=replace(trial, order=replace(trial.order, lines=lines))
    )


def _unallocated(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    yield Candidate(
        where="ruleset",
        text="say orders.unallocated: ignore, and what is allocated is sent alone",
        place=seeing.places.at("orders", "unallocated"),
        trial=trial.with_rules(unallocated="ignore"),
    )


def _cancelled(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    yield Candidate(
        where="ruleset",
        text="say orders.cancelled: netted, if the channel takes cancelled units off by itself",
        place=seeing.places.at("orders", "cancelled"),
        trial=trial.with_rules(netted=True),
    )


def _nothing_open(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    """Nothing is left where all is done, so a status is offered last."""
    known = {link.dc for link in trial.compiled.links}
    for dc in dict.fromkeys(one.dc_code or one.dc for one in trial.order.allocations):
        if dc not in known:
            yield linked(trial, dc, seeing)
    for status in dict.fromkeys(one.status for one in trial.order.allocations):
        if status in trial.rules.not_open:
            yield Candidate(
                where="ruleset",
                text=f"take {spoken(status)} out of orders.not-open",
                place=seeing.places.at("orders", "not-open"),
                trial=trial.with_rules(not_open=trial.rules.not_open - {status}),
            )


def _unknown_item(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    """The items that the order needs: one, two, or all of them are not known."""
    listed = trial.rules.items.check == "table"
    for some in _some_of(_skus(trial)):
        yield _listed(trial, some, seeing) if listed else _there(trial, some)
    for some in _some_of(sorted(trial.order.skus)):
        yield Candidate(
            where="ruleset",
            text=f"add {', '.join(some)} to orders.lines.non-shippable, if that is no goods",
            place=seeing.places.at("orders", "lines"),
            trial=trial.with_rules(non_shippable=trial.rules.non_shippable | set(some)),
            family="non-shippable",
        )


def _some_of(skus: list[str]) -> Iterator[list[str]]:
    """Each alone, each two of not too many, and all of them."""
    yield from ([sku] for sku in skus)
    if len(skus) <= FEW:
        yield from (list(pair) for pair in combinations(skus, 2))
    yield skus


def _there(trial: OrderTrial, skus: list[str]) -> Candidate:
    """The warehouse knows them, each as what the ruleset needs it to be."""
    left = trial.rules.bundles.wos
    states = {sku: ItemState.BUNDLE if sku in left else ItemState.ITEM for sku in skus}
    return Candidate(
        where="warehouse",
        text=f"{', '.join(skus)} known in the warehouse",
        trial=replace(trial, items={**trial.items, **states}),
        family="known",
    )


def _listed(trial: OrderTrial, skus: list[str], seeing: Seeing) -> Candidate:
    items = trial.rules.items
    return Candidate(
        where="ruleset",
        text=f"add {', '.join(skus)} to orders.items.known",
        place=seeing.places.at("orders", "items", "known") or seeing.places.at("orders", "items"),
        trial=trial.with_rules(items=replace(items, known=items.known | set(skus))),
        family="known",
    )


def _is_bundle(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    bundles = trial.rules.bundles
    for sku in trial.order.skus:
        yield _bundled(trial, seeing, replace(bundles, wos=bundles.wos | {sku}), sku, "wos")


def _also_item(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    bundles = trial.rules.bundles
    for sku in bundles.wos & set(trial.order.skus):
        other = replace(bundles, wos=bundles.wos - {sku}, keep=bundles.keep | {sku})
        yield _bundled(trial, seeing, other, sku, "keep")


def _kept_whole(trial: OrderTrial, seeing: Seeing) -> Iterator[Candidate]:
    bundles = trial.rules.bundles
    for line in trial.order.lines:
        if line.sku and (line.bundle or line.components):
            other = replace(
                bundles, keep=bundles.keep | {line.sku}, split=bundles.split - {line.sku}
            )
            yield _bundled(trial, seeing, other, line.sku, "keep")


def _bundled(trial: OrderTrial, seeing: Seeing, bundles: Bundles, sku: str, way: str) -> Candidate:
    return Candidate(
        where="ruleset",
        text=f"add {spoken(sku)} to orders.bundles.{way}",
        place=seeing.places.at("orders", "bundles"),
        trial=trial.with_rules(bundles=bundles),
    )


def _skus(trial: OrderTrial) -> list[str]:
    skus = [line.sku for line in trial.order.lines]
    skus += [part.sku for line in trial.order.lines for part in line.components]
    return sorted({sku for sku in skus if sku})


LINE_RULES: Mapping[str, Kind] = {
    "orders.lines.bad": _bad_lines,
    "orders.lines.cancelled-split": _cancelled,
    "orders.lines.unallocated": _unallocated,
    "orders.nothing-open": _nothing_open,
    "orders.items.unknown": _unknown_item,
    "orders.items.is-bundle": _is_bundle,
    "orders.bundles.also-item": _also_item,
    "orders.bundles.no-components": _kept_whole,
    "orders.bundles.split-twice": _kept_whole,
}
