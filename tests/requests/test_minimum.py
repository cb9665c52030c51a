"""The fewest requests grow as the page of the documentation says: by pages, groups and records."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT
from tests.requests import minimum
from tests.requests.passes import PASSES, Pass

PAGE = ROOT / "docs" / "requests.md"


def test_an_order_costs_its_create_and_its_flag() -> None:
    """A hundred orders more of the same items are 200 writes more, and a page."""
    more = minimum.orders(200, items=3, page=100) - minimum.orders(100, items=3, page=100)

    assert more == {"create": 100, "export flag": 100, "new orders": 1}


def test_items_go_in_calls_of_two_hundred() -> None:
    """The two hundred and first needs a second call."""
    calls = [minimum.items(number, page=100)["write items"] for number in (1, 200, 201)]

    assert calls == [1, 1, 2]


def test_bookings_of_one_product_are_one_call() -> None:
    """The number of bookings is in no figure: they are netted."""
    assert (minimum.deltas(1)["quantity"], minimum.deltas(7)["quantity"]) == (1, 7)


def test_an_idle_poll_asks_the_channel_twice() -> None:
    """Once for new and once for handled orders; a site without a queue is not asked at all."""
    assert sum(minimum.idle(queue=False).values()) == 2


@pytest.mark.parametrize("row", PASSES, ids=lambda row: row.name)
def test_the_page_has_the_figures(row: Pass) -> None:
    """Its line says the fewest, what is made today, and what is beyond, kind by kind."""
    fewest, beyond = sum(row.fewest.values()), sum(row.beyond.values())
    named = ", ".join(f"{count} {kind}" for kind, count in row.beyond.items()) or "-"
    line = f"| {row.name} | {fewest} | {fewest + beyond} | {named} |"

    assert [one for one in _page().splitlines() if one.startswith(f"| {row.name} |")] == [line]


def test_the_page_gives_a_reason_for_all_that_is_beyond() -> None:
    """Each kind that some pass makes too many of has its line, and no other kind has."""
    reasons = _page().partition("## What is beyond, and why")[2]

    assert set(re.findall(r"^\| ([a-z ]+) \| [A-Z]", reasons, re.MULTILINE)) == {
        kind for row in PASSES for kind in row.beyond
    }


def _page() -> str:
    return PAGE.read_text(encoding="utf-8")
