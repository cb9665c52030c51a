"""The figures by which a person judges whether a relative change was processed already."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import CrossdockError
from engine.flows.stock_changes import ADJUST, sums_of
from engine.model.decision import Leg
from engine.model.effect import Effect
from engine.ports.flows import StockSink


def figures_before(sink: StockSink, effect: Effect) -> Iterator[str]:
    """For each DC of a change in doubt: what it would add, and what the channel shows now.

    Nothing for other kinds of changes. A channel that cannot be asked is said to be so.
    """
    if effect.intent.kind != ADJUST:
        return
    product = effect.intent.marker
    try:
        level = sink.level([product]).get(product)
    except CrossdockError as error:
        yield f"Product {product} cannot be read now: {error.summary}"
        return
    legs = [Leg(key=key, quantity=quantity) for key, quantity in effect.intent.legs.items()]
    for center, delta in sums_of(legs).items():
        now = level.available.get(center) if level is not None else None
        yield _said(product, center, delta, now)


def _said(product: str, center: int, delta: int, now: int | None) -> str:
    where = f"Product {product} in DC {center}: a change of {delta:+d}"
    if now is None:
        return f"{where}; the channel shows no quantity of it now."
    return (
        f"{where}; the channel shows {now} now. It showed {now - delta} before, with no sale since "
        f"then, if the first one was processed; else {now}. Sent now, it becomes {now + delta}."
    )
