"""`explain`: the life of one order, product or booking, and why it is as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import click

from engine.bootstrap import open_sight
from engine.cli.context import Session, format_option, pass_session
from engine.cli.documents import what_to_do
from engine.config.load import load_with_origins
from engine.customers import Customer
from engine.errors import ConfigurationError, CrossdockError
from engine.explain.asked import Asked, Eyes
from engine.explain.bookings_now import is_decided
from engine.explain.places import Places
from engine.explain.sources import Seeing
from engine.explain.story import Story, Subject
from engine.explain.subjects import Looking, subject_of
from engine.explain.telling import story_of
from engine.flows.orders_draft import draft_of
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.ports.flows import ProductSource
from engine.report.explain_json import story_json
from engine.report.explain_text import show_story
from engine.report.screen import Screen
from engine.runners import (
    Sight,
    change_desk,
    item_desk,
    order_desk,
    runners_of,
    shipment_desk,
    stock_desk,
)


@click.command()
@click.argument("customer")
@click.argument("key")
@format_option
@pass_session
def explain(session: Session, /, customer: str, key: str, form: str) -> int:
    """Tell the life of one order, product or booking, and where each value comes from.

    KEY is an order's id or number, a part (1001/east), a SKU, a product's id, or the id of a
    booking or message. Where it means several: order:KEY, product:KEY or transaction:KEY.

    What happened is told from the memory; the record is read and decided now as `plan --only KEY`
    would. Of what was stopped: the first rule that did, and each change that would let it through.
    Writes nothing.
    """
    opened = session.customer(customer)
    reader = open_reader(session.workspace().ledger_url(), customer)
    with closing(reader) as memory, _eyes(session, opened) as (eyes, away):
        subject = _subject(key, _looking(opened, memory, eyes))
        asked = Asked(
            customer=customer,
            subject=subject,
            ledger=memory,
            memory=memory,
            eyes=eyes,
            away=away,
            items=opened.items,
            stock=opened.stock,
        )
        _show(story_of(asked), opened, form)
    return 0


def _show(story: Story, customer: Customer, form: str) -> None:
    if form == "json":
        told = {"format_version": 1, **story_json(story)}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        show_story(Screen(), story, customer.ruleset.timezone, what_to_do)


@contextmanager
def _eyes(session: Session, customer: Customer) -> Iterator[tuple[Eyes | None, str]]:
    """What looks at both systems; None, and why, where they cannot be looked at."""
    machine, workspace = session.machine(customer), session.workspace()
    with ExitStack() as stack:
        eyes, away = None, ""
        try:
            sight = stack.enter_context(open_sight(customer, machine, workspace))
            tree = load_with_origins(customer.ruleset.customer, workspace).tree
            eyes = _over(sight, Places(tree))
        except CrossdockError as error:
            away = error.summary
        yield eyes, away


def _over(sight: Sight, places: Places) -> Eyes:
    desk = order_desk(sight)
    source = desk.compiled.rules.source
    buyer_members = sight.customer.adapters[source].buyer_members
    return Eyes(
        orders=desk,
        runners=runners_of(sight),
        seeing=Seeing(source=source, buyer_members=tuple(buyer_members), places=places),
        changes=change_desk(sight),
        shipments=shipment_desk(sight),
        items=item_desk(sight),
        stock=stock_desk(sight),
    )


def _looking(customer: Customer, memory: SqlReader | EmptyReader, eyes: Eyes | None) -> Looking:
    looking = Looking(
        ledger=memory,
        memory=memory,
        links=frozenset(customer.ruleset.links),
        profiles=tuple(customer.ruleset.profiles.values()),
        numbers=lambda order: draft_of(customer.compiled, order, (), {}).numbers,
    )
    if eyes is None:
        return looking
    stock = eyes.runners.get("stock")
    seeing = eyes.seeing
    return replace(
        looking,
        orders=eyes.orders.source,
        products=_products(eyes),
        is_booking=looking.is_booking
        if stock is None
        else lambda name: is_decided(stock, name, seeing),
    )


def _products(eyes: Eyes) -> ProductSource | None:
    """The channel's products, where any flow reads them."""
    if eyes.items is not None:
        return eyes.items.source
    return eyes.stock.products if eyes.stock is not None else None


def _subject(key: str, looking: Looking) -> Subject:
    """What the key means; where a system is away, by the memory alone."""
    try:
        return subject_of(key, looking)
    except ConfigurationError:
        raise
    except CrossdockError as error:
        try:
            return subject_of(key, replace(looking, orders=None, products=None))
        except ConfigurationError:
            raise error from None
