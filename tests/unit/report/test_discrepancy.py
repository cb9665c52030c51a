"""Inventory Discrepancy as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.model.discrepancy import Cause, Discrepancy, Row, Totals
from engine.report.discrepancy_html import html_parts
from engine.report.discrepancy_text import MOST, WORDS, show_discrepancy
from engine.report.screen import Screen

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def found(*rows: Row, strange: int = 0) -> Discrepancy:
    totals = Totals(strange=strange)
    for row in rows:
        totals.add(row)
    return Discrepancy(
        customer="acme", at=AT, totals=totals, centers={"MAIN": totals}, rows=iter(rows)
    )


def row(sku: str = "LAMP-01", **members: object) -> Row:
    plain = {"product": "1", "dc": 5, "code": "MAIN", "link": "main", "on_hand": 9, "available": 6}
    return Row(**{"sku": sku, **plain, **members})


def test_a_row_says_its_causes_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """What is apportioned is marked, and what is no part of the difference stands in brackets."""
    causes = {Cause.NOT_PICKED: 1, Cause.CHECKOUT: 1}
    one = row(causes=causes, apportioned=(Cause.CHECKOUT,), picked=2, elsewhere=40)
    show_discrepancy(Screen(), found(one, strange=2), "UTC")
    because = "+1 not picked yet, +1 pending checkout~"
    because += " (2 picked, not shipped; 40 in unlinked areas)"
    lines = capsys.readouterr().out.splitlines()

    assert lines == [
        "Inventory Discrepancy of acme, 2026-11-23 12:00 UTC",
        "1 compared: 0 agree, 0 differ and are explained, 1 are not (1 units).",
        "In linked areas, but no product of the channel: 2 items.",
        "",
        "Worst first",
        "SKU      DC    warehouse  channel  difference  unexplained  because",
        f"LAMP-01  MAIN  9          6        +3          +1           {because}",
        "~ is known for the product as a whole, or as a limit only.",
    ]


def test_a_screen_has_room_for_the_worst_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """How many more differ is said, and where they are."""
    show_discrepancy(Screen(), found(*(row(f"SKU-{at}") for at in range(MOST + 3))), "UTC")
    out = capsys.readouterr().out

    assert out.count("SKU-") == MOST
    assert out.endswith("3 more differ: --format csv or html has all of them.\n")


def test_nothing_that_differs_needs_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Where all agree, the sums are the whole report."""
    show_discrepancy(Screen(), found(), "UTC")
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_page_takes_no_text_for_markup() -> None:
    """What a SKU says is shown, never run; a row that nothing explains is marked."""
    page = "".join(html_parts(found(row("<b>LAMP</b>")), "UTC"))
    assert "<b>" not in page
    assert '<tr class="bad"><td>&lt;b&gt;LAMP&lt;/b&gt;</td>' in page


def test_every_cause_has_its_words() -> None:
    """No cause is shown by its id."""
    assert WORDS.keys() == set(Cause)
