"""The page of Inventory Discrepancy in a real browser: it sorts, and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.model.discrepancy import Cause, Discrepancy, Row, Totals
from engine.report.discrepancy_html import html_parts
from tests.browser.driving import PROGRAMS, Browser, browser

pytestmark = pytest.mark.skipif(None in PROGRAMS, reason="no chromium and chromedriver here")

EVIL = "</script><img src=x onerror='window.hit=1'>"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for these tests."""
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def show(window: Browser, folder: Path) -> None:
    """A page of three rows, one of them of a SKU that looks like HTML."""
    totals = Totals()
    rows = [_row("MUG-01", 3, 12), _row(EVIL, 20, 20), _row("LAMP-01", 100, 90)]
    for row in rows:
        totals.add(row)
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    found = Discrepancy(
        customer="acme", at=at, totals=totals, centers={"MAIN": totals}, rows=iter(rows)
    )
    path = folder / "stock.html"
    path.write_text("".join(html_parts(found, "UTC")), encoding="utf-8")
    window.log("browser")
    window.requests()
    window.open(path)


def _row(sku: str, on_hand: int, available: int) -> Row:
    return Row(
        sku=sku,
        product="1",
        dc=5,
        code="MAIN",
        link="main",
        on_hand=on_hand,
        available=available,
        causes={Cause.CHECKOUT: 1},
    )


def skus(window: Browser) -> list[str]:
    found: list[str] = window.get(
        "[...document.querySelectorAll('tbody tr')].map(row => row.cells[0].textContent)"
    )
    return found


def test_a_head_sorts_by_its_column(window: Browser, tmp_path: Path) -> None:
    """Numbers as numbers and texts as texts; a second click turns it round, and says so."""
    show(window, tmp_path)
    window.run("document.querySelectorAll('th button')[2].click()")
    up = skus(window)
    window.run("document.querySelectorAll('th button')[2].click()")
    down = skus(window)
    sorted_by = window.get("document.querySelectorAll('th')[2].getAttribute('aria-sort')")
    window.run("document.querySelectorAll('th button')[0].click()")

    assert up == ["MUG-01", EVIL, "LAMP-01"]
    assert down == ["LAMP-01", EVIL, "MUG-01"]
    assert sorted_by == "descending"
    assert skus(window)[-2:] == ["LAMP-01", "MUG-01"]
    assert window.get("document.querySelectorAll('th')[2].getAttribute('aria-sort')") is None


def test_the_page_loads_nothing_and_runs_nothing_of_a_record(
    window: Browser, tmp_path: Path
) -> None:
    """The file alone is asked for, the browser complains of nothing, and a SKU stays a text."""
    show(window, tmp_path)

    assert window.get("window.hit ?? null") is None
    assert window.get("document.querySelectorAll('img').length") == 0
    assert window.get("document.querySelectorAll('svg rect').length") >= 3
    assert window.requests() == [(tmp_path / "stock.html").as_uri()]
    assert window.log("browser") == []
