"""Which sides of which connections a reconciliation reads, and which DCs it compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.errors import ConfigurationError
from engine.executor.discrepancy_figures import Stockroom
from engine.executor.discrepancy_reasons import Witnesses
from engine.executor.planning import Desk
from engine.executor.reconciling import Reconciler
from engine.executor.stock_loading import StockLoader
from engine.flows.stock_draft import center_of
from engine.flows.stock_setting import GATE
from engine.model.discrepancy import Discrepancy, Place
from engine.model.ruleset import Link, Ruleset
from engine.model.stock import Center
from engine.ports.flows import EventSource
from engine.ports.spill import Spill
from engine.runners import Sight, order_words, stock_desk

NAME = "reconcile"


def reconciler(sight: Sight, spill: Spill) -> Reconciler:
    """Everything that comparing a customer's stock needs; it asks the channel for its DCs.

    Raises ConfigurationError where no link can be compared, or an adapter lacks a side.
    """
    rules, ruleset = sight.customer.compiled.rules, sight.customer.ruleset
    channel = sight.side(rules.source, NAME, lambda adapter: adapter.stock)
    centers = channel.centers()
    places = places_of(ruleset, centers)
    witnesses = _witnesses(sight, places, centers)
    room = Stockroom(
        channel=channel,
        shelves=sight.side(rules.sink, NAME, lambda adapter: adapter.shelves),
        profiles=witnesses.profiles,
        areas=witnesses.areas,
        bare=None if witnesses.areas else next(iter(places.values())).dc,
        spill=spill,
    )
    return Reconciler(
        customer=ruleset.customer,
        room=room,
        witnesses=witnesses,
        places=tuple(places.values()),
        clock=sight.clock,
    )


def _witnesses(
    sight: Sight, places: Mapping[str, Place], centers: Mapping[int, Center]
) -> Witnesses:
    """Who can say why the two figures of a place differ."""
    customer = sight.customer
    rules, ruleset = customer.compiled.rules, customer.ruleset
    return Witnesses(
        orders=sight.side(rules.source, NAME, lambda adapter: adapter.source),
        progress=sight.side(rules.sink, NAME, lambda adapter: adapter.progress),
        events=_events(sight),
        ledger=sight.ledger,
        words=order_words(customer),
        places=places,
        areas={
            area.casefold(): place.dc
            for name, place in places.items()
            for area in ruleset.links[name].areas
        },
        profiles=tuple(sorted(set(ruleset.profiles.values()))),
        stock=customer.stock,
        centers=centers,
    )


def stock_loading(sight: Sight, compared: Callable[[], Discrepancy], desk: Desk) -> Desk:
    """The desk with nothing to plan but to set what `compared` leaves unexplained, and its gate.

    Raises ConfigurationError where the ruleset has no stock section.
    """
    stock = stock_desk(sight)
    if stock is None:
        raise ConfigurationError(
            f"the ruleset {sight.customer.ruleset.customer} tells no stock",
            "Add `stock:` to it: who sets a quantity must tell its changes afterwards.",
        )
    loader = StockLoader(stock, compared)
    gates = {GATE.name: GATE, **desk.ruleset.gates}
    return replace(desk, runners={loader.flow: loader}, ruleset=replace(desk.ruleset, gates=gates))


def places_of(ruleset: Ruleset, centers: Mapping[int, Center]) -> dict[str, Place]:
    """Link -> what it is compared as. A link that names no profile for its stock is not compared.

    Raises ConfigurationError where none does, where a DC is not there, and where several DCs share
    a warehouse without areas.
    """
    told = [link for link in ruleset.links.values() if link.stock is not None]
    if not told:
        raise ConfigurationError(
            f"no link of {ruleset.customer} says whose products its stock is told to",
            "Give links a profile: links: {east: {dc: EAST3PL, stock: us}}.",
        )
    dcs = {link.name: _dc(link, centers) for link in told}
    if len(set(dcs.values())) > 1 and any(not link.areas for link in told):
        raise ConfigurationError(
            "a link without areas cannot be compared beside links over other DCs",
            "Name the areas of every link.",
        )
    profiles = {link.name: ruleset.profiles[str(link.stock)] for link in told}
    return {
        name: Place(
            dc=center.id,
            code=center.code or str(center.id),
            link=name,
            profile=profiles[name],
        )
        for name, center in dcs.items()
    }


def _dc(link: Link, centers: Mapping[int, Center]) -> Center:
    center = center_of(link, centers)
    if center is None:
        raise ConfigurationError(
            f"the channel has no DC {link.dc}, which link {link.name} names",
            f"It has: {', '.join(sorted(one.code or str(one.id) for one in centers.values()))}.",
        )
    return center


def _events(sight: Sight) -> EventSource | None:
    """The messages that nobody has dealt with matter where the ruleset tells stock."""
    if sight.customer.stock is None:
        return None
    warehouse = sight.customer.stock.rules.source
    return sight.side(warehouse, NAME, lambda adapter: adapter.events)
