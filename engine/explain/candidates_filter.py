"""What might let an order through a criterion of `orders.only`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.compiler.tracing import Spot
from engine.explain.sources import Seeing, spoken
from engine.explain.trial import PLAIN, Candidate, OrderTrial
from engine.model.ruleset import Criterion, Link

SHOWN = 3
"""So many of the values that pass are named."""


def of_filter(trial: OrderTrial, name: str, seeing: Seeing) -> Iterator[Candidate]:
    """Another value in the record, or the record's value in the criterion."""
    place = seeing.places.at("orders", "only", name)
    if name == "since":
        yield _earlier(trial, seeing)
        return
    criterion: Criterion | None = getattr(trial.rules.only, name)
    if criterion is None:
        return
    yield from _in_the_record(trial, name, criterion)
    if name == "dc":
        yield from _centers(trial, criterion, seeing)
        return
    for value in _found(trial, name):
        yield Candidate(
            where="ruleset",
            text=_said(name, value, criterion),
            place=place or seeing.places.at("orders", "only"),
            trial=trial.with_criterion(name, _letting(criterion, value)),
        )


def _in_the_record(trial: OrderTrial, name: str, criterion: Criterion) -> Iterator[Candidate]:
    """One of the values that pass, where the record has one value, or another tag."""
    named = [one for one in criterion.values if isinstance(one, str)]
    tags = trial.order.tags
    if name in PLAIN and not criterion.negated:
        for value in named[:SHOWN]:
            yield from _candidate(trial, (name,), value, f"{spoken(value)} in {name}")
    elif name == "tags" and criterion.negated:
        for value in (one for one in tags if one in named):
            left = [one for one in tags if one != value]
            yield from _candidate(trial, ("tags",), left, f"tags without {spoken(value)}")
    elif name == "tags":
        for value in named[:SHOWN]:
            yield from _candidate(trial, ("tags",), [*tags, value], f"tags with {spoken(value)}")


def _candidate(trial: OrderTrial, spot: Spot, value: Any, text: str) -> Iterator[Candidate]:
    other = trial.with_value(spot, value)
    if other is not None:
        yield Candidate(where="record", text=text, trial=other)


def _said(name: str, value: str | int, criterion: Criterion) -> str:
    if name == "profile":
        return f"name the profile {value} in profiles, and in orders.only.profile"
    if criterion.negated:
        return f"take {spoken(value)} out of orders.only.{name}.not"
    return f"add {spoken(value)} to orders.only.{name}"


def _letting(criterion: Criterion, value: str | int) -> Criterion:
    if criterion.negated:
        left = tuple(one for one in criterion.values if one != value)
        return Criterion(left, negated=True)
    return Criterion((*criterion.values, value))


def _found(trial: OrderTrial, name: str) -> list[str | int]:
    """What the order has for a criterion."""
    order = trial.order
    found: dict[str, tuple[str | int | None, ...]] = {
        "profile": (order.profile,),
        "shipping": (order.shipping,),
        "payment": (order.payment,),
        "checkout": (order.checkout,),
        "site": (order.site_id if order.site is None else order.site,),
        "tags": order.tags,
        "skus": order.skus,
    }
    return [value for value in found.get(name, ()) if value is not None]


def _earlier(trial: OrderTrial, seeing: Seeing) -> Candidate:
    day = trial.order.created.date().isoformat()
    return Candidate(
        where="ruleset",
        text=f"say orders.since: {day} or earlier",
        place=seeing.places.at("orders", "since"),
        trial=trial.with_rules(
            since=trial.order.created, only=replace(trial.rules.only, since=None)
        ),
    )


def _centers(trial: OrderTrial, criterion: Criterion, seeing: Seeing) -> Iterator[Candidate]:
    """A link for a DC that has something of the order."""
    names = dict.fromkeys(one.dc_code or one.dc for one in trial.order.allocations)
    yield from (linked(trial, dc, seeing, criterion) for dc in names)


def linked(
    trial: OrderTrial, dc: str | int, seeing: Seeing, criterion: Criterion | None = None
) -> Candidate:
    """The same with a link for this DC, which the filter lets through too."""
    place = seeing.places.at("links")
    somewhere = place or trial.compiled.number.place
    link = Link(name=str(dc).lower(), dc=dc, areas=(), pick=None, stock=None, place=somewhere)
    links = (*trial.compiled.links, link)
    other = replace(trial, compiled=replace(trial.compiled, links=links))
    if criterion is not None:
        other = other.with_criterion("dc", _letting(criterion, dc))
    return Candidate(
        where="ruleset",
        text=f"add a link whose dc is {dc}",
        place=place,
        trial=other,
    )
