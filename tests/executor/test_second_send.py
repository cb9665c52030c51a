"""The figures above the question whether a relative change goes out a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

from engine.errors import SystemUnavailableError
from engine.executor.second_send import figures_before
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState
from engine.model.stock import Center, ChannelLevel, QuantityUpdate
from engine.ports.flows import StockSink
from tests.unit.ledger.making import intent


class Shop(StockSink):
    """Shows 12 of product 5 in DC 7; may be away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    def centers(self) -> Mapping[int, Center]:
        return {}

    def quantity(self, update: QuantityUpdate) -> PreparedRequest:
        return PreparedRequest(method="POST", path="/")

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        yield from ()

    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        if self.away:
            raise SystemUnavailableError("nobody answers")
        known = ChannelLevel(product="5", profile=1, sku="MUG", available={7: 12})
        return {"5": known} if "5" in products else {}


def doubt(product: str = "5", kind: str = "adjust") -> Effect:
    """Three fewer in DC 7 and one more in DC 9, in two bookings and a half."""
    wanted = intent(kind=kind, marker=product, legs={"a:7": -5, "b:7": 2, "b:9": 1})
    return Effect(intent=wanted, state=EffectState.DOUBT, version=2, attempts=1)


def test_each_dc_shows_delta_now_and_before() -> None:
    """What is there, what was there if the first was processed, and what a second one makes."""
    seven, nine = figures_before(Shop(), doubt())

    assert seven == (
        "Product 5 in DC 7: a change of -3; the channel shows 12 now. It showed 15 before, with no "
        "sale since then, if the first one was processed; else 12. Sent now, it becomes 9."
    )
    assert nine == "Product 5 in DC 9: a change of +1; the channel shows no quantity of it now."


@pytest.mark.parametrize(
    ("shop", "effect", "count", "words"),
    [
        (Shop(away=True), doubt(), 1, "Product 5 cannot be read now: nobody answers"),
        (Shop(), doubt("6"), 2, "the channel shows no quantity of it now"),
    ],
)
def test_what_cannot_be_read_is_said(shop: Shop, effect: Effect, count: int, words: str) -> None:
    """The channel is away, or the product is gone."""
    said = list(figures_before(shop, effect))

    assert len(said) == count
    assert words in said[0]


def test_other_changes_have_no_figures() -> None:
    """A quantity that is set is set again."""
    assert list(figures_before(Shop(), doubt(kind="set-quantity"))) == []
