"""The contract of what is known of products, of resting flows and of the ruleset that is live."""

from __future__ import annotations

from typing import Any

import pytest

from engine.ports.ledger import KnownProduct, Lease, Ledger, Pause, Release
from tests.unit.ledger.making import NOW, OK, SECOND, replayed, sending

MUG = KnownProduct(profile=2, sku="MUG", product="62", item="MUG")


def _memo(*known: KnownProduct) -> dict[str, Any]:
    names = KnownProduct.__slots__
    return {"products": [{name: getattr(one, name) for name in names} for one in known]}


def test_a_receipt_teaches_products(ledger: Ledger, lease: Lease) -> None:
    """With the receipt of an item its products are known, by SKU and by item number."""
    other = KnownProduct(profile=1, sku="MUG", product="61", item="OUTLET-MUG")
    alias = KnownProduct(profile=2, sku="CUP", product="63", item="MUG")
    effect = sending(ledger, lease, memo=_memo(MUG, other, alias))
    assert ledger.products(["MUG"]) == {}

    ledger.done(effect, OK, NOW, "written")

    assert ledger.products(["MUG", "CUP", "mug"]) == {"MUG": [other, MUG], "CUP": [alias]}
    assert ledger.products_of_items(["MUG", "CUP"]) == {"MUG": [alias, MUG]}


def test_a_product_is_known_as_it_was_written_last(ledger: Ledger, lease: Lease) -> None:
    """A SKU that stands for another product or item from now on replaces what was known."""
    newer = KnownProduct(profile=2, sku="MUG", product="99", item="MUG-2")
    for name, known in (("1", MUG), ("2", newer)):
        ledger.done(sending(ledger, lease, name, memo=_memo(known)), OK, NOW, "written")
    assert ledger.products(["MUG"]) == {"MUG": [newer]}
    assert ledger.products_of_items(["MUG", "MUG-2"]) == {"MUG-2": [newer]}


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_only_what_was_written_is_known(ledger: Ledger, lease: Lease, ending: str) -> None:
    """A refusal or a doubt teaches nothing, until a person says that it happened."""
    effect = sending(ledger, lease, memo=_memo(MUG))
    getattr(ledger, ending)(effect, NOW, "no")
    assert ledger.products(["MUG"]) == {}
    ledger.settle(effect.intent.key, NOW, "it is there")
    assert ledger.products(["MUG"]) == {"MUG": [MUG]}


def test_flows_rest_until_they_are_resumed(ledger: Ledger) -> None:
    """Paused again, a flow has the newest reason and its first time; all of it is on record."""
    ledger.pause("*", "moving", NOW + SECOND)
    ledger.pause("stock", "counting", NOW)
    ledger.pause("stock", "still counting", NOW + 2 * SECOND)
    assert ledger.pauses() == [
        Pause(flow="stock", since=NOW, reason="still counting", actor="operator"),
        Pause(flow="*", since=NOW + SECOND, reason="moving", actor="operator"),
    ]
    ledger.resume("stock", "counted", NOW + 3 * SECOND)
    assert [pause.flow for pause in ledger.pauses()] == ["*"]
    assert replayed(ledger, "pause:stock") == ""
    assert [(row["actor"], row["detail"]) for row in ledger.audit("pause:stock")] == [
        ("operator", "counting"),
        ("operator", "still counting"),
        ("operator", "counted"),
    ]


def test_resuming_what_does_not_rest_is_nothing(ledger: Ledger) -> None:
    """Nothing is put on record where nothing changes."""
    ledger.resume("stock", "why not", NOW)
    assert list(ledger.audit("pause:stock")) == []


def test_the_latest_release_is_live(ledger: Ledger) -> None:
    """The ruleset that was released last is the one, also when it is an old one again."""
    assert ledger.released() is None
    for digest in ("h1", "h2", "h1"):
        ledger.note_release(digest, {"orders": {"number": digest}}, NOW)
    ledger.note_release("h3", {"a": ["ß"]}, NOW + SECOND)
    assert ledger.released() == Release(hash="h3", at=NOW + SECOND, document={"a": ["ß"]})
